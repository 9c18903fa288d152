"""What all tests share."""

import sys
from pathlib import Path

import pytest

from tearsim.cli import main
from tearsim.worlds import plainly

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def compiled_however_small():
    """What is asked of the compiled world is asked of compiled code, whether or not it was at hand before."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plainly, "WORTH_COMPILING", 0)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def tearsim() -> list[str]:
    """The command, as a person would type it."""
    return [sys.executable, "-m", "tearsim"]


SMALL_EXPERIMENT = """
title = "A small one"
question = "Does it run?"

[parameters]
therapists = 3
caseload = 4
weeks = 6

[design]
kind = "grid"
replicates = 5
seed = 1

[design.vary]
therapist_tear_propensity = [0.2, 0.5, 0.9]
tears = ["shown", "held back"]
"""


# What these say is the same with any versions of the libraries and of Python: asked once, not with each.
ONCE = (
    "test_causes.py", "test_docs.py", "test_house.py", "test_kept_current.py", "test_malformed_input.py",
    "test_trace.py", "test_types.py", "test_wrong_kinds.py", "science/", "evidence/test_instruments.py",
    "evidence/test_questionnaire.py", "show/page/",
    "show/report/", "show/words/", "study/claims/test_lived.py", "study/people/", "study/planning/test_trust.py",
    "study/test_calibration.py", "study/test_check.py",
    "study/sweeps/test_cluster.py", "study/sweeps/test_death_at_every_step.py",
    "study/sweeps/test_executors.py", "study/sweeps/test_identity.py", "study/sweeps/test_integrity.py",
    "study/sweeps/test_interruptions.py", "study/sweeps/test_more_replicates.py", "study/sweeps/test_theories.py",
    "study/theories/",
    "worlds/test_abreast.py", "worlds/test_any_processor.py", "worlds/test_replaced_rules.py",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(ONCE):
            item.add_marker(pytest.mark.once)


@pytest.fixture
def small_experiment(tmp_path) -> Path:
    """A folder with an experiment that takes no time."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "experiment.toml").write_text(SMALL_EXPERIMENT, encoding="utf-8")
    return folder


@pytest.fixture
def ended(monkeypatch, capfd):
    """How a command ends that is run in this process, which saves starting another: code, output, errors."""

    def end(*arguments, cwd):
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["tearsim", *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            main()
        return exited.value.code, *capfd.readouterr()

    return end


@pytest.fixture
def refused(ended):
    """The one line with which a mistake is refused."""

    def line(*arguments, cwd):
        code, output, errors = ended(*arguments, cwd=cwd)
        assert (code, output) == (2, ""), errors
        (one,) = errors.splitlines()
        assert one.startswith("tearsim: ")
        return one

    return line


@pytest.fixture
def said(ended):
    """What a command prints."""

    def printed(*arguments, cwd):
        code, output, errors = ended(*arguments, cwd=cwd)
        assert code == 0, errors
        return output

    return printed
