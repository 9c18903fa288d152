"""How commands end: whoever listens may leave, a queue may end them, the disk may be full; nothing is lost or garbled."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tearsim.science.declaration import docstring
from tests.conftest import SMALL_EXPERIMENT

# Each is a process or two of its own; run by hand, and by what a change must pass, with -m slow.
pytestmark = pytest.mark.slow
TEARSIM = [sys.executable, "-W", "error", "-m", "tearsim"]
# So small that nobody notices any tears, and many outcomes are missing.
QUIET = """
title = "A quiet one"
question = "What if there is nothing to count?"

[parameters]
therapists = 2
caseload = 2
weeks = 3
therapist_tear_propensity = 0

[design]
kind = "sobol"
samples = 4
replicates = 2

[design.vary]
client_boundary_sensitivity = "plausible"
appraisal_boundary = "plausible"
"""
SMALL = ["--set", "therapists=2", "--set", "caseload=2", "--set", "weeks=3"]


def run(*arguments, cwd, **more):
    return subprocess.run([*TEARSIM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with two experiments and the results of one."""
    folder = tmp_path_factory.mktemp("endings")
    (folder / "quiet.toml").write_text(QUIET)
    (folder / "small.toml").write_text(SMALL_EXPERIMENT)
    for name in ("small.toml", "quiet.toml"):
        done = run("sweep", name, "--no-report", cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


def strictly(text):
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


ANSWERS = {
    "sweep": ["sweep", "quiet.toml", "--out", "answered", "--no-report"],
    "forecast": ["sweep", "quiet.toml", "--dry-run"],
    "precision": ["sweep", "quiet.toml", "--precision", "unsettled_share=0.1", "--out", "precise", "--no-report"],
    "sensitivity": ["sensitivity", "results/quiet", "--outcome", "felt_per_100_sessions"],
    "verify": ["verify", "results/small", "--rerun", "2"],
    "run": ["run", *SMALL],
    "story": ["story", "--set", "therapists=2", "--weeks", "6"],
    "parameters": ["parameters", "rupture"],
    "export": ["export", "results/small", "--to", "csv", "--overwrite"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_no_command_lets_a_warning_through_and_every_answer_is_strict_json(place, name):
    """Under -W error, on practices in which most outcomes are missing."""
    done = run(*ANSWERS[name], "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    assert strictly(done.stdout) is not None
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("command", [["check", "--replicates", "2"], ["bench"]])
def test_neither_do_those_that_take_longer(place, command):
    done = run(*command, "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    assert strictly(done.stdout)


def test_reports_and_tables_of_missing_outcomes_raise_no_warning_either(place):
    for command in (["sweep", "quiet.toml", "--out", "again"], ["sensitivity", "again", "--outcome", "sessions"]):
        done = run(*command, cwd=place)
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stdout + done.stderr
    assert "the same at every design point" in done.stdout


@pytest.mark.parametrize("command", [["run", *SMALL], ["parameters"], ["report", "results/small"],
                                     ["sweep", "small.toml", "--out", "unheard"]])  # fmt: skip
def test_whoever_stops_listening_is_no_mistake_and_loses_nothing(place, command):
    process = subprocess.Popen(
        [*TEARSIM, *command], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait() == 128 + signal.SIGPIPE
    assert "Traceback" not in said
    assert "ignored" not in said
    if command[0] == "sweep":
        assert (place / "unheard" / "report.html").exists()
        assert (place / "unheard" / "runs.parquet").exists()


ENDLESS = """
title = "Endless"
question = "Does it stop?"
[parameters]
therapists = 1000
caseload = 20
weeks = 5200
[design]
replicates = 1
[design.vary]
tears = ["shown"]
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_sweep_that_is_ended_from_outside_says_that_it_goes_on(tmp_path, number):
    (tmp_path / "endless.toml").write_text(ENDLESS)
    process = subprocess.Popen([*TEARSIM, "sweep", "endless.toml"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "results/endless/parts").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    _, said = process.communicate(timeout=100)
    assert process.returncode == 128 + number
    assert said.splitlines()[-1] == "Stopped. Everything done so far is kept: the same command continues from there."
    assert "Traceback" not in said


def test_other_commands_that_are_ended_say_so_and_no_more(tmp_path):
    command = [*TEARSIM, "run", "--set", "therapists=1000", "--set", "weeks=5200"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=100)
    assert (process.returncode, said.splitlines()[-1]) == (143, "Stopped.")


MINUTES_A_PRACTICE = ["--set", "therapists=1000", "--set", "weeks=520"]


@pytest.mark.parametrize(
    "command",
    [
        ["effects", "--practices", "1000000", *MINUTES_A_PRACTICE],
        ["effects", "--practices", "1000000", "--studies", *MINUTES_A_PRACTICE],
        ["check", "--replicates", "1000000"],
        ["plan", "survey_of_therapists", "--out", "plan"],
    ],
    ids=lambda command: " ".join(command[:4]),
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_command_that_is_ended_waits_for_none_of_its_threads(tmp_path, command, number):
    process = subprocess.Popen([*TEARSIM, *command], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    time.sleep(8)
    ended = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=100)
    assert time.monotonic() - ended < 5
    assert process.returncode == 128 + number
    assert said.splitlines()[-1].startswith("Stopped.")
    assert not list(tmp_path.rglob("*.unfinished"))


def test_an_answer_that_could_not_be_written_is_no_success(place):
    with open("/dev/full", "w") as full:
        done = subprocess.run([*TEARSIM, "run", *SMALL], cwd=place, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "tearsim: The answer cannot be written: No space left on device.\n")
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "-", *TEARSIM, "run", *SMALL], cwd=place, capture_output=True, text=True
    )
    assert (closed.returncode, closed.stdout) == (1, "")
    assert closed.stderr == "tearsim: The answer cannot be written: Bad file descriptor.\n"


def test_a_sweep_goes_on_without_anybody_who_reads_of_its_progress(place):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*TEARSIM, "sweep", "small.toml", "--out", "unread"], cwd=place, stdout=subprocess.DEVNULL, stderr=write
    )
    os.close(write)
    assert done.returncode == 0
    assert (place / "unread" / "report.html").exists()


def test_letters_that_an_output_lacks_are_written_in_those_it_has(place):
    done = run("story", *SMALL, cwd=place, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, encoding="utf-8")
    plain = run("story", *SMALL, cwd=place, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert not done.stdout.isascii()
    assert plain.stdout.isascii()
    assert plain.stdout.count("?") == done.stdout.count("?")


COMMANDS = {
    "story": ["story", *SMALL], "verify": ["verify", "results/small"], "sweep": ["sweep", "small.toml"],
    "check": ["check", "--replicates", "2", "--role", "val"], "help": ["--help"], "help of one": ["sweep", "--help"],
    "sensitivity": ["sensitivity", "results/quiet", "--outcome", "sessions"], "as JSON": ["run", *SMALL, "--json"],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_ends_well_whoever_listens(place, command):
    """One that leaves at once, and a disk that is full."""
    read, write = os.pipe()
    os.close(read)
    line = [*TEARSIM, *COMMANDS[command]]
    left = subprocess.run(line, cwd=place, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (left.returncode, left.stderr) == (128 + signal.SIGPIPE, "")
    with open("/dev/full", "w") as full:
        done = subprocess.run(line, cwd=place, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "tearsim: The answer cannot be written: No space left on device.\n")


@pytest.mark.parametrize(
    ("encoding", "command"),
    [
        ("ascii", ["run", *SMALL]),
        ("cp1252", ["run", *SMALL]),
        ("cp1252", ["parameters", "tear"]),
        ("ascii", ["sweep", "quiet.toml"]),
        ("ascii", ["story", "--set", "therapists=2", "--weeks", "4"]),
    ],
)
def test_a_terminal_that_knows_few_characters_is_no_mistake(place, encoding, command):
    done = run(*command, cwd=place, env={**os.environ, "PYTHONIOENCODING": encoding}, encoding=encoding)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_help_is_the_same_without_docstrings(place):
    for command in ([], ["sweep"], ["story"]):
        told, kept = (
            subprocess.run(
                [sys.executable, *flag, "-m", "tearsim", *command, "--help"],
                cwd=place,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for flag in ([], ["-OO"])
        )
        assert told == kept
        assert len(told) > 500


def test_meanings_are_the_same_without_docstrings():
    code = "from tearsim.worlds.outcomes import OUTCOMES; from tearsim.evidence.instruments import INSTRUMENTS\n"
    code += "print([one.meaning for one in (*OUTCOMES.values(), *INSTRUMENTS.values())])"
    told, kept = (
        subprocess.run([sys.executable, *flag, "-c", code], capture_output=True, text=True, check=True).stdout
        for flag in ([], ["-OO"])
    )
    assert told == kept
    assert docstring(run) == ""


def test_mistakes_of_the_command_line_are_one_line_too(place):
    for arguments in (
        ["sweep", "--nonsense"],
        ["run", "--seed", "x"],
        ["nonsense"],
        ["sweep"],
        ["view", "--port", "0"],
    ):
        done = run(*arguments, cwd=place)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("tearsim: ")
        assert done.stderr.count("\n") == 1
