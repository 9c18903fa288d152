"""How commands end when a signal stops them, when nobody reads what they say, and where letters are few."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.study.test_interruptions import ENDLESS, written

ON_LINUX = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
COMMANDS = {
    "run": ("run", "--weeks", "6"), "parameters": ("parameters",), "story": ("story", "--weeks", "20"),
    "sweep": ("sweep", "small", "--out", "new"), "report": ("report", "done"), "verify": ("verify", "done"),
    "check": ("check", "--replicates", "2", "--role", "val"), "help": ("--help",),
    "help of one": ("sweep", "--help"),
}  # fmt: skip
READ_AS = "Stopped. What is done is kept: the same command goes on from there."


@pytest.fixture
def place(small_experiment, ended):
    """A folder with an experiment, and one with its results."""
    place = small_experiment.parent
    assert ended("sweep", small_experiment, "--out", "done", "--no-report", cwd=place)[0] == 0
    return place


def ended_as(command, place, **streams):
    """Exit code and what stands on the error stream, of a process of its own."""
    done = subprocess.run([sys.executable, "-m", "tearsim", *command], cwd=place, check=False, text=True,
                          **{"stderr": subprocess.PIPE, **streams})  # fmt: skip
    return done.returncode, done.stderr


def with_nobody_reading(command, place):
    read, write = os.pipe()
    os.close(read)
    try:
        return ended_as(command, place, stdout=write)
    finally:
        os.close(write)


def quiet(said):
    """What is said beside progress."""
    return [line for line in said.splitlines() if " runs" not in line and "Compiling" not in line]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_whoever_has_read_enough_ends_a_command_quietly(command, place):
    """As `head` ends `cat`."""
    code, said = with_nobody_reading(COMMANDS[command], place)
    assert (code, quiet(said)) == (128 + signal.SIGPIPE, [])


def test_a_sweep_has_written_results_and_report_before_it_says_a_word(place):
    assert with_nobody_reading(COMMANDS["sweep"], place)[0] == 128 + signal.SIGPIPE
    assert (place / "new" / "runs.parquet").read_bytes() == (place / "done" / "runs.parquet").read_bytes()
    assert (place / "new" / "report.html").exists()
    assert not (place / "new" / "parts").exists()


def test_a_sweep_goes_on_without_anybody_who_reads_of_its_progress(place):
    read, write = os.pipe()
    os.close(read)
    code, _ = ended_as(COMMANDS["sweep"], place, stdout=subprocess.DEVNULL, stderr=write)
    os.close(write)
    assert code == 0
    assert (place / "new" / "report.html").exists()


@ON_LINUX
def test_output_that_does_not_fit_is_one_line_and_the_results_are_kept(place):
    with open("/dev/full", "w") as full:
        code, said = ended_as(COMMANDS["sweep"], place, stdout=full)
    assert code == 1
    assert quiet(said) == ["tearsim: the output cannot be written: No space left on device."]
    assert (place / "new" / "report.html").exists()


@pytest.mark.slow
@ON_LINUX
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_does_not_fit_is_one_line_in_any_command(command, place):
    with open("/dev/full", "w") as full:
        code, said = ended_as(COMMANDS[command], place, stdout=full)
    assert (code, quiet(said)) == (1, ["tearsim: the output cannot be written: No space left on device."])


@pytest.mark.parametrize("command", [pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS] + [
    ("parameters")
])  # fmt: skip
def test_a_closed_output_is_no_success(command, place):
    shell = ["sh", "-c", '"$@" >&-', "sh", sys.executable, "-m", "tearsim", *COMMANDS[command]]
    done = subprocess.run(shell, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert quiet(done.stderr) == ["tearsim: the output cannot be written: Bad file descriptor."]


@pytest.mark.parametrize("letters", ["ascii", pytest.param("cp1252", marks=pytest.mark.slow)])
@pytest.mark.parametrize("command", ["run", *(pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS)])
def test_an_output_with_few_letters_is_written_in_those(command, letters, place):
    code, said = ended_as(COMMANDS[command], place, stdout=subprocess.PIPE,
                          env={**os.environ, "PYTHONIOENCODING": letters})  # fmt: skip
    assert (code, quiet(said)) == (0, [])


def stopped_by(number, command, place, begun):
    process = subprocess.Popen([sys.executable, "-m", "tearsim", *command], cwd=place, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    while not begun() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(number)
    output, said = process.communicate(timeout=30)
    return process.returncode, output, quiet(said)


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_what_a_queue_or_a_closed_terminal_sends_stops_a_sweep_as_ctrl_c_does(number, tmp_path):
    written(tmp_path, ENDLESS)
    ended = stopped_by(number, ("sweep", ".", "--out", "out"), tmp_path, (tmp_path / "out" / "parts").exists)
    assert ended == (128 + number, "", [READ_AS])
    assert '"worked": [\n    {' in (tmp_path / "out" / "provenance.json").read_text()


def test_any_other_command_is_stopped_in_one_line(tmp_path):
    started = time.monotonic()
    command = ("run", "--set", "therapists=1000", "--set", "caseload=20", "--weeks", "5200")
    assert stopped_by(signal.SIGINT, command, tmp_path, lambda: time.monotonic() - started > 3) == (
        130, "", ["Stopped."],
    )  # fmt: skip


def test_nohup_is_heeded(tmp_path):
    """Whoever asked for a hangup to be overheard has it overheard."""
    code = (
        "import signal, os; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from tearsim.cli.ending import signals_heard\n"
        "with signals_heard(): os.kill(os.getpid(), signal.SIGHUP)\n"
        "print('still here')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "still here\n"


def test_help_and_meanings_are_the_same_without_docstrings():
    """Under -OO Python leaves docstrings out, and what is taken from them with them."""
    told = (
        "import sys\n"
        "from tearsim.evidence.instruments import INSTRUMENTS\n"
        "from tearsim.worlds.outcomes import OUTCOMES\n"
        "print([one.meaning for one in (*OUTCOMES.values(), *INSTRUMENTS.values())])\n"
        "from tearsim.cli.app import COMMANDS, app\n"
        "import typer\n"
        "whole = typer.main.get_command(app)\n"
        "print(whole.help, *((name, one.help, one.get_short_help_str()) for name, one in whole.commands.items()))\n"
    )
    with_docstrings, without = (
        subprocess.run([sys.executable, *how, "-c", told], capture_output=True, text=True, check=True).stdout
        for how in ((), ("-OO",))
    )
    assert "Run an experiment: every design point" in with_docstrings
    assert without == with_docstrings
