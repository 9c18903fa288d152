"""Whatever is handed over, the answer is one line and nothing is left behind: files bent at random, with a fixed seed.

Valid files are taken and something in them is changed: a value, a key, a line, a few bytes. What happens to be allowed
after that is measured rather than run.
"""

import inspect
import io
import json
import os
import re
import signal
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import get_args

import pytest
import typer

from tearsim.cli.app import COMMANDS, app, main
from tearsim.errors import TearSimError
from tearsim.science.parameters import PARAMETERS
from tearsim.study.calibration.design import Calibration, read_calibration
from tearsim.study.calibration.open_design import OpenCalibration, read_open
from tearsim.study.claims.declared import Claim, read_claim
from tearsim.study.effects.stay_or_seek import read_questioned
from tearsim.study.planning.study_file import StudyFile, read_study
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps import forecast as forecasting
from tearsim.study.sweeps.experiment import Experiment, read_experiment
from tearsim.study.sweeps.toml_file import KINDS_OF_FILES
from tearsim.study.theories.design import Scoring, read_scoring

QUICK, SLOW = 300, 10_000
PATIENCE = 20  # seconds that an answer may take, on a slow machine
MOST_LETTERS = 1_000

GRID = """title = "A title"
question = "A question?"

[parameters]
weeks = 6
therapists = 3
comfort_learns_from = "nothing"

[design]
kind = "grid"
replicates = 3
seed = 7

[design.vary]
client_warmth_expected = [0.15, 0.5, 0.85]
tears = ["shown", "held back"]

[record]
sessions = true
series = false
"""
LIST = """title = "t"
question = "q"
[design]
kind = "list"
replicates = 2
[[design.points]]
therapist_tear_propensity = 0.2
[[design.points]]
therapist_tear_propensity = 0.4
"""
FROM_FILE = """title = "t"
question = "q"
[design]
kind = "list"
replicates = 2
file = "points.csv"
"""
SAMPLED = """title = "t"
question = "q"
[design]
kind = "{kind}"
samples = 16
replicates = 2
sampling_seed = 3
vary = {{ client_empathy = [0.2, 0.8], matching = "plausible", caseload = [2, 5] }}
[design.cross]
tears = ["shown", "held back"]
"""
CALIBRATION = """seed = 1
worlds = 300
draws = 20
data_sets = 4
"""
EXPERIMENTS = [GRID, LIST, FROM_FILE, *(SAMPLED.format(kind=kind) for kind in ("latin", "sobol", "morris"))]
POINTS = "therapist_tear_propensity,tears,weeks\n0.1,shown,4\n0.2,held back,5\n0.3,voiced,6\n"
# Values that people and programs come up with.
VALUES = [
    "-1", "0", "1", "1e308", "-1e308", "1e400", "nan", "inf", "-inf", "0x10", "1_0", "1.0", "9" * 30, "9" * 5000, "true", "false",
    '""', '"text"', '"nan"', '"1"', "[]", "{}", "[[]]", "[1, 2]", '["a", "a"]', "2026-01-01", "07:30:00", "'''a\nb'''",
    '"\\u0000"', '"\\u001b[31m"', '"\\ud800"', "“0.5”", "0,5", "None", "null", "=", "[" * 3000, "[" * 200 + "]" * 200,
    '"' + "x" * 100_000 + '"', "{ range = [1, 2] }", "{ a.b.c = 1 }", "1000001", "18446744073709551616",
]  # fmt: skip
WORDS = [
    "", " ", "=", "==", "a=b", "=1", "weeks=", "weeks=-1", "weeks=1e9", "weeks=nan", "tears=none", "-1", "1e400", "nan", "inf", "x" * 5000,
    "9" * 5000, "no/such/file", "/dev/null", "/dev/zero", ".", "..", "\x1b[2J", "a\nb", "\udcff", "0/0", "2/1", "1/1/1", "=" * 300,
    "sessions=0", "dropout_rate=nan", "nothing=1", "tcp://", "tcp://127.0.0.1:1", "http://x", "None", "é", "💧", "--", "-",
]  # fmt: skip
# As many points as there may be take some seconds to draw and check.
LONG_VALUES = ["1000000"]
# Without these nothing is asked for; the rest of a command is left as it is.
NEEDED = {
    "sweep": ["experiment.toml", "--dry-run"], "merge": ["nowhere"], "report": ["nowhere"], "verify": ["nowhere"],
    "export": ["nowhere", "--to", "csv"], "sensitivity": ["nowhere"], "calibrate": ["calibration.toml", "--out", "out"],
    "run": ["--set", "therapists=1", "--set", "caseload=1"], "story": ["--set", "therapists=1"], "parameters": [], "check": [],
    "view": [],
}  # fmt: skip


class TooSlow(BaseException):
    pass


@contextmanager
def within(seconds):
    def end(*_):
        raise TooSlow

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Fuzzer:
    """Bends files and words at random, from a seed."""

    def __init__(self, seed, values=VALUES):
        self.luck, self.values = generator_for("resampling", seed), values

    def one_of(self, things):
        return things[int(self.luck.integers(len(things)))]

    def bent(self, text):
        for _ in range(int(self.luck.integers(1, 3))):
            text = self.one_of([self.value, self.key, self.line, self.letters])(text)
        return self.encoded(text)

    def value(self, text):
        values = list(re.finditer(r'(?<=[=\[,{ ])(?:"[^"\n]*"|-?[\d.]+|true|false)', text))
        if not values:
            return text + self.one_of(self.values)
        chosen = self.one_of(values)
        return text[: chosen.start()] + self.one_of(self.values) + text[chosen.end() :]

    def key(self, text):
        keys = list(re.finditer(r"\w+(?= = )", text)) or list(re.finditer(r"\w+", text))
        if not keys:
            return text
        chosen = self.one_of(keys)
        word = chosen[0]
        other = self.one_of(
            [word[:-1], word + "s", word.upper(), self.one_of(list(PARAMETERS)), "x" * 3000, '"a b"', "a.b", ""]
        )
        return text[: chosen.start()] + other + text[chosen.end() :]

    def line(self, text):
        lines = text.splitlines(keepends=True) or [""]
        at, other = (int(self.luck.integers(len(lines))) for _ in range(2))
        change = self.one_of(["doubled", "left out", "moved", "cut"])
        if change == "doubled":
            lines.insert(other, lines[at])
        elif change == "moved":
            lines.insert(other, lines.pop(at))
        elif change == "cut":
            lines[at] = lines[at][: len(lines[at]) // 2]
        else:
            del lines[at]
        return "".join(lines)

    def letters(self, text):
        at = int(self.luck.integers(len(text) + 1))
        inserted = self.one_of(
            ["\0", "\x1b[2J", "\r", "\t", "“", "é", "💧", "[", "]", '"', "=", ";", "#", "\ufeff", "\n" * 50]
        )
        return text[:at] + inserted + text[at + int(self.luck.integers(3)) :]

    def encoded(self, text):
        encoding = self.one_of(["utf-8"] * 12 + ["utf-16", "utf-8-sig", "latin-1", "utf-32", "bytes"])
        if encoding == "bytes":
            content = bytearray(text.encode(errors="replace"))
            for _ in range(3):
                content[int(self.luck.integers(len(content) or 1)) : 0] = bytes([int(self.luck.integers(256))])
            return bytes(content)
        return text.encode(encoding, errors="replace")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder to work in; whatever would take long is asked for and not done."""
    monkeypatch.chdir(tmp_path)
    measured = forecasting.Forecast(1, 1, 1.0, 1, 1.0, 1.0, 1.0, 1.0)
    monkeypatch.setattr(forecasting, "forecast", lambda *_: measured)
    for long in (
        "tearsim.study.check.check",
        "tearsim.study.calibration.run.calibrate",
        "tearsim.show.page.serve.serve",
        "tearsim.worlds.simulate.simulate",
        "tearsim.study.people.dyad.dyad_of",
    ):
        done = _checked_only(long)
        monkeypatch.setattr(long, done)
    return tmp_path


def _checked_only(name):
    """Of what would take long, only the reading of its parameters."""
    from tearsim.errors import TearSimError
    from tearsim.science.settings import checked

    def done(*arguments, **named):
        given = next((one for one in arguments if isinstance(one, dict)), None)
        if given is None and name.endswith("simulate"):
            given = named
        checked(given or {})
        raise TearSimError("It would have been done.")

    return done


def answer(*words):
    """How a command ends, what it says, and what it says went wrong."""
    said, wrong = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["tearsim", *words]
    try:
        with redirect_stdout(said), redirect_stderr(wrong), within(PATIENCE), pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = argv
    return ended.value.code, said.getvalue(), wrong.getvalue()


def assert_in_order(place, before, *words):
    code, said, wrong = answer(*words)
    shown = (words, code, said[:300], wrong[:2000])
    assert code in (0, 2), shown
    if code == 2:
        assert said == "", shown
        assert wrong.startswith("tearsim: "), shown
        assert wrong.count("\n") == 1, shown
        assert len(wrong) <= MOST_LETTERS, shown
        assert wrong[:-1].isprintable(), shown
    assert sorted(os.listdir(place)) == before, shown
    return code


def bend_files(place, number, seed, values=VALUES):
    fuzzer = Fuzzer(seed, values)
    codes = []
    for _ in range(number):
        experiment, points = fuzzer.one_of(EXPERIMENTS).encode(), POINTS.encode()
        kind = fuzzer.one_of(["experiment"] * 4 + ["points", "calibration"])
        command = ["sweep", "experiment.toml", "--dry-run"]
        if kind == "points":
            experiment, points = FROM_FILE.encode(), fuzzer.bent(POINTS)
        elif kind == "experiment":
            experiment = fuzzer.bent(experiment.decode())
        else:
            (place / "calibration.toml").write_bytes(fuzzer.bent(CALIBRATION))
            command = ["calibrate", "calibration.toml", "--out", "out"]
        (place / "experiment.toml").write_bytes(experiment)
        (place / "points.csv").write_bytes(points)
        codes.append(assert_in_order(place, sorted(os.listdir(place)), *command))
    return codes


def options_of(command):
    """The options of a command that take a word, and how many arguments it takes."""
    parameters = typer.main.get_command(app).commands[command].params
    return [one.opts[0] for one in parameters if one.opts[0].startswith("--") and not getattr(one, "is_flag", False)]


def bend_words(place, number, seed):
    fuzzer = Fuzzer(seed)
    (place / "experiment.toml").write_text(GRID)
    (place / "calibration.toml").write_text(CALIBRATION)
    before = sorted(os.listdir(place))
    for _ in range(number):
        command = fuzzer.one_of(list(NEEDED))
        options = options_of(command)
        words = [command, *NEEDED[command]]
        for _ in range(int(fuzzer.luck.integers(1, 3))):
            words += [fuzzer.one_of([*options, "--nonsense", "--set"]), fuzzer.one_of(WORDS)]
        if fuzzer.luck.random() < 0.2:
            words.append(fuzzer.one_of(WORDS))
        assert_in_order(place, before, *words)


def test_bent_files_are_refused_in_one_line_or_understood(place):
    codes = bend_files(place, QUICK, 1)
    assert codes.count(2) > QUICK / 2
    assert codes.count(0) > QUICK / 50, "some changes leave a file as good as it was"


def test_bent_words_are_refused_in_one_line_or_understood(place):
    bend_words(place, QUICK, 2)


def options_with_a_number():
    """Every option of every command that takes a whole number."""
    for command in COMMANDS:
        for name, parameter in inspect.signature(command).parameters.items():
            if get_args(parameter.annotation)[0] in (int, int | None):
                yield command.__name__.replace("_", "-"), f"--{name.replace('_', '-')}"


@pytest.mark.parametrize(("command", "option"), list(options_with_a_number()))
def test_a_number_that_an_option_does_not_take_is_repeated_beside_the_whole_range(place, command, option):
    needed = {**NEEDED, "plan": ["survey_of_therapists"]}.get(command, [])
    for word in ("1.5", "x", "-1", *(["1e3"] if option != "--weeks" else [])):  # which --set weeks=1e3 takes, too
        code, said, wrong = answer(command, *needed, option, word)
        assert (code, said) == (2, ""), wrong
        assert re.search(r"whole number (from \d+|\(\d+ to \d+\))|goes from \d+ to \d+", wrong), wrong
        assert re.search(rf"; '?{re.escape(word)}'? is (not|outside)", wrong), wrong
    assert os.listdir(place) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_more_are(place, seed):
    bend_files(place, SLOW // 10, 100 + seed, VALUES + LONG_VALUES)
    bend_words(place, SLOW // 10, 200 + seed)


LARGE = {
    "a sample of all parameters": ('kind = "latin"\nsamples = 1000000\nvary = [{all}]', "1,000,000 times 1"),
    "a sample of too many points": ('kind = "sobol"\nsamples = 524288\nvary = ["client_empathy"]', "up to 1,000,000"),
    "a grid of everything": ('kind = "grid"\n[design.vary]\n{grid}', "A design has up to 1,000,000 points"),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_no_memory_would_hold_is_refused_before_it_is_drawn(place, name):
    design, words = LARGE[name]
    numbers = [one for one, declared in PARAMETERS.items() if declared.kind == "number"]
    design = design.replace("{all}", ", ".join(f'"{one}"' for one in numbers))
    design = design.replace(
        "{grid}",
        "\n".join(f"{one} = [{PARAMETERS[one].plausible[0]}, {PARAMETERS[one].default}]" for one in numbers[:30]),
    )
    design = re.sub(r"= \[(\S+), \1\]", r"= [\1]", design)
    (place / "experiment.toml").write_text(f'title = "t"\nquestion = "q"\n[design]\nreplicates = 2\n{design}\n')
    code, _, wrong = answer("sweep", "experiment.toml", "--dry-run")
    assert (code, words in wrong) == (2, True), wrong


WRITTEN = {
    "a misspelt key before the one that is missing": (
        'title = "t"\nquestion = "q"\n[design]\nreplicate = 20\n[design.vary]\ntears = ["shown"]\n',
        'there is no key "design.replicate". Did you mean "replicates"?',
    ),
    "two thousand brackets": ("[" * 2_000, "cannot be read as TOML: "),
    "a hundred thousand": ("a = " + "[" * 100_000, "cannot be read as TOML: it is nested too deeply"),
    "a number without end": ("a = " + "9" * 5_000, "cannot be read as TOML: "),
    "a long value": (GRID.replace('"nothing"', '"' + "x" * 129_000 + '"'), "xxx...xxx"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_mistakes_in_an_experiment_are_named_in_few_words(place, name):
    text, words = WRITTEN[name]
    (place / "experiment.toml").write_text(text)
    assert_in_order(place, sorted(os.listdir(place)), "sweep", "experiment.toml", "--dry-run")
    assert words in answer("sweep", "experiment.toml", "--dry-run")[2]


ENCODED = {
    "UTF-16": (GRID.encode("utf-16"), "is text in UTF-16: save it as UTF-8"),
    "latin-1": (
        GRID.replace("A title", "Thérapie").encode("latin-1"),
        "is not text in UTF-8 (line 1): save it as UTF-8",
    ),
}


@pytest.mark.parametrize("name", ENCODED)
def test_text_in_other_encodings_is_said_to_be(place, name):
    content, words = ENCODED[name]
    (place / "experiment.toml").write_bytes(content)
    assert words in answer("sweep", "experiment.toml", "--dry-run")[2]
    (place / "experiment.toml").write_text(FROM_FILE)
    (place / "points.csv").write_bytes(POINTS.replace("voiced", "é").encode(name))
    assert words.split(":")[0].split(" (")[0] in answer("sweep", "experiment.toml", "--dry-run")[2]


FILES = {  # one of every kind, as they come with the project, and who reads it
    "experiment": ("what_matters/experiment.toml", read_experiment),
    "study": ("studies/prompt_to_speak.toml", read_study),
    "calibration": ("calibration/calibration.toml", read_calibration),
    "open": ("calibration/open.toml", read_open),
    "scoring": ("calibration/theories.toml", read_scoring),
    "claim": ("claims/composed.toml", read_claim),
    "map": ("stay_or_seek/map.toml", read_questioned),
}


def test_every_kind_of_file_has_a_key_of_its_own():
    """The key by which a file of this kind is known, wherever it is handed to."""
    of = {
        "experiment": Experiment, "study": StudyFile, "calibration": Calibration, "open": OpenCalibration,
        "scoring": Scoring, "claim": Claim,
    }  # fmt: skip
    assert of.keys() | {"map"} == KINDS_OF_FILES.keys()
    for kind, (_, mark, _) in KINDS_OF_FILES.items():
        assert [name for name, model in of.items() if mark in model.model_fields] == ([kind] if kind in of else [])


@pytest.mark.parametrize("kind", KINDS_OF_FILES)
def test_a_file_of_another_kind_is_said_to_be_one_and_what_to_do_with_it(kind, repository):
    name, _ = FILES[kind]
    file = repository / "experiments" / name
    for other, (_, read) in FILES.items():
        if other == kind:
            read(file)
        else:
            said = (
                f"{file}: is {KINDS_OF_FILES[kind].what}, not {KINDS_OF_FILES[other].what}: {KINDS_OF_FILES[kind].use}."
            )
            with pytest.raises(TearSimError, match=f"^{re.escape(said)}$"):
                read(file)


@pytest.mark.parametrize("kind", ["experiment", "study", "calibration", "scoring"])
def test_of_an_empty_file_of_any_kind_it_is_said_in_the_same_words_which_key_is_missing(kind, tmp_path):
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(TearSimError, match=r'empty\.toml: the key "title" is missing\.$'):
        FILES[kind][1](tmp_path / "empty.toml")


@pytest.mark.parametrize("kind", ["experiment", "study", "calibration", "open", "scoring"])
def test_in_a_file_of_any_kind_a_key_that_there_is_not_is_told_beside_those_that_there_are(kind, repository, tmp_path):
    name, read = FILES[kind]
    text = (repository / "experiments" / name).read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace("title =", "tilte =", 1))
    with pytest.raises(TearSimError) as refused:
        read(tmp_path / "mine.toml")
    said = str(refused.value)
    assert said.startswith(f'{tmp_path}/mine.toml: there is no key "tilte". Did you mean "title"? Known here: ')
    assert KINDS_OF_FILES[kind].mark in said


@pytest.mark.parametrize(("separator", "called"), [(";", "a semicolon"), ("\t", "a tab")])
def test_points_separated_otherwise_are_said_to_be(place, separator, called):
    (place / "experiment.toml").write_text(FROM_FILE)
    (place / "points.csv").write_text(POINTS.replace(".", ",").replace(",", separator))
    wrong = answer("sweep", "experiment.toml", "--dry-run")[2]
    assert f"points.csv line 1: between the columns stands {called}" in wrong


def test_a_byte_order_mark_is_no_mistake(place):
    (place / "experiment.toml").write_bytes(FROM_FILE.encode("utf-8-sig"))
    (place / "points.csv").write_bytes(POINTS.encode("utf-8-sig"))
    assert answer("sweep", "experiment.toml", "--dry-run")[0] == 0


def test_what_is_no_file_to_be_read_is_refused(place):
    os.mkfifo(place / "pipe")
    os.symlink(place / "nothing", place / "broken")
    (place / "long").write_bytes(b"#" * 5_000_001)
    for name, words in (
        ("pipe", "is not an ordinary file"),
        ("/dev/zero", "is not an ordinary file"),
        ("broken", "there is no such file"),
        ("long", "is too long, 5,000,001 bytes"),
    ):
        code, _, wrong = answer("sweep", name, "--dry-run")
        assert (code, words in wrong) == (2, True), wrong


def test_every_message_is_a_line_that_a_terminal_can_show():
    from tearsim.errors import MOST_SAID, TearSimError, echoed

    for said in ("a\nb", "\x1b[31mred", "\udcff", "x" * 10_000, "\0" * 5_000):
        line = str(TearSimError(said))
        assert len(line) <= MOST_SAID
        assert line.isprintable()
    assert echoed(10**5000).startswith("a number of 16610")
    assert len(echoed([[["x" * 1000] * 50] * 50] * 50)) <= 80
    assert json.dumps(echoed({"a": 1}))
