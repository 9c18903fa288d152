"""The experiments, and the studies to plan, that come with TearSim, by name; and a file to start one's own from."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tearsim.errors import TearSimError, echoed
from tearsim.safe_files import write_safely
from tearsim.science.declaration import nearest
from tearsim.study.sweeps.toml_file import read_toml

EXPERIMENT_FILE = "experiment.toml"
# In an installed package they lie within it; in a copy of the repository beside it.
_PACKAGE = Path(__file__).parents[2]
FOLDERS = (_PACKAGE / "experiments", _PACKAGE.parent / "experiments")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


STUDIES_TO_PLAN = "studies"  # the folder of studies to plan, and what all of them are called


class Included(NamedTuple):
    """An experiment, or a study to plan, that comes with TearSim."""

    name: str
    title: str
    question: str
    file: Path


def _files(pattern: str) -> list[Path]:
    """The files of this pattern that come with TearSim, in order of their names."""
    folder = next((folder for folder in FOLDERS if folder.is_dir()), None)
    return [] if folder is None else sorted(folder.glob(pattern))


def _experiments() -> dict[str, Path]:
    return {file.parent.name: file for file in _files(f"*/{EXPERIMENT_FILE}")}


def _studies() -> dict[str, Path]:
    return {file.stem: file for file in _files(f"{STUDIES_TO_PLAN}/*.toml")}


def included() -> Mapping[str, Included]:
    """Every experiment that comes with TearSim, by name. Raises TearSimError for a file that is not an experiment."""
    return {name: _included(name, file) for name, file in _experiments().items()}


def included_studies() -> Mapping[str, Included]:
    """Every study to plan that comes with TearSim, by name. Raises TearSimError for a file that is not a study."""
    return {name: _included(name, file) for name, file in _studies().items()}


def _included(name: str, file: Path) -> Included:
    content = read_toml(file)
    title, question = content.get("title"), content.get("question")
    if not (isinstance(title, str) and isinstance(question, str)):
        raise TearSimError(f"{file}: there is no title or no question in it.")
    return Included(name, title, " ".join(question.split()), file)


def file_of(given: Path) -> Path:
    """The file meant: a file, a folder's `experiment.toml`, or an experiment that comes with TearSim, by its name.

    What is there under that name comes first. Raises TearSimError if there is neither.
    """
    if given.is_dir():
        return given / EXPERIMENT_FILE
    return _by_name(given, _experiments(), "experiment")


def study_files_of(given: Path) -> list[Path]:
    """The study files meant: a file, those in a folder, or what comes with TearSim, by its name or all as "studies".

    What is there under that name comes first. Raises TearSimError if there is none.
    """
    known = _studies()
    if given.is_dir():
        found = sorted(given.glob("*.toml"))
    else:
        found = list(known.values()) if str(given) == STUDIES_TO_PLAN else [_by_name(given, known, "study")]
    if not found:
        raise TearSimError(f"{given}: holds no study files (*.toml).")
    return found


def _by_name(given: Path, known: Mapping[str, Path], what: str) -> Path:
    """A file that is there, or else one of this name that comes with TearSim."""
    if given.exists() or not FILE_NAME.fullmatch(str(given)):
        return given
    if str(given) in known:
        return known[str(given)]
    suggestion = nearest(str(given), list(known)) or f" Included: {', '.join(known)}."
    raise TearSimError(f"{given}: there is no such file, and no {what} of that name comes with TearSim.{suggestion}")


NEW_EXPERIMENT = """\
# An experiment for TearSim: a question, what is fixed, and what varies. Run it with: tearsim sweep {name}.toml
title = "{title}"
question = "Do alliance and dropout change with how sensitive clients are to boundaries, and is that the tears' doing?"

# What is the same everywhere. All that is not named keeps its default; `tearsim parameters` lists what there is.
[parameters]
therapists = 20
caseload = 10                   # places for clients that each therapist has
weeks = 52
comfort_learns_from = "nothing" # so that the same tears are felt where they are shown and where they are held back
# estimates = "fitted"          # each replicate in another world that agrees with the published findings; or "open"

# What varies: every combination of these values is run in this many replicates, each under other luck.
[design]
kind = "grid"                   # or "list", "latin", "sobol", "morris"
replicates = 30
seed = 1

[design.vary]
client_boundary_sensitivity = [0.2, 0.5, 0.8]
tears = ["shown", "held back"]  # both under the same luck: the difference is what the tears did

# What is kept besides one row a run: large tables, so ask only for what you need.
# [record]
# sessions = true
# episodes = true
"""


def write_new(name: str, folder: Path, text: str = NEW_EXPERIMENT) -> Path:
    """Write an experiment to start from, or another text with {name} and {title}, `NAME.toml`; return where it is.

    Raises TearSimError for a name that no file should have, and if there is such a file; OSError if the folder takes
    none.
    """
    stem = name.removesuffix(".toml")
    if not FILE_NAME.fullmatch(stem):
        raise TearSimError(
            f"A name has letters, digits, - and _, and begins with a letter or a digit; {echoed(name)} does not fit."
        )
    file = folder / f"{stem}.toml"
    if file.exists():
        raise TearSimError(f"{file} is there already; nothing was written.")
    title = stem.replace("_", " ").replace("-", " ").capitalize()
    content = text.format(name=stem, title=title)
    write_safely(file, lambda unfinished: unfinished.write_text(content, encoding="utf-8"))
    return file
