"""Reading the files that people write, whatever they turn out to be: one line says what is wrong with them."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from tearsim.errors import TearSimError

# What nobody writes by hand.
MOST_TOML_BYTES = 5_000_000
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class KindOfFile(NamedTuple):
    """A kind of file: what it is, the key that every such file has and no other, and what to do with it."""

    what: str
    mark: str
    use: str


KINDS_OF_FILES = {
    "experiment": KindOfFile("an experiment", "design", "tearsim sweep runs it"),
    "study": KindOfFile("a study", "inquiry", "tearsim plan tries it"),
    "calibration": KindOfFile("a calibration", "nearer", "tearsim calibrate runs it"),
    "open": KindOfFile("a calibration of the open block", "block", "tearsim calibrate runs it"),
    "scoring": KindOfFile("a scoring of theories", "refit", "tearsim theories --score runs it"),
    "claim": KindOfFile("a claim", "sentence", "tearsim claims reads it"),
    "map": KindOfFile("a map of staying and seeking", "repair_base", "tearsim.stay_or_seek, in Python, draws it"),
}


def read_toml(file: Path, kind: str | None = None, most_bytes: int = MOST_TOML_BYTES) -> dict[str, object]:
    """The content of a TOML file, which has to be of one of the `KINDS_OF_FILES` where that is said.

    Raises TearSimError if there is no such file, it cannot be read as TOML, or it is plainly of another kind.
    """
    content = _read(file, most_bytes)
    if kind is not None and KINDS_OF_FILES[kind].mark not in content:
        other = next((other for other in KINDS_OF_FILES.values() if other.mark in content), None)
        if other is not None:
            raise TearSimError(f"{file}: is {other.what}, not {KINDS_OF_FILES[kind].what}: {other.use}.")
    return content


def _read(file: Path, most_bytes: int) -> dict[str, object]:
    try:
        return tomllib.loads(read_text(file, most_bytes))
    except RecursionError:
        raise TearSimError(f"{file}: cannot be read as TOML: it is nested too deeply.") from None
    except ValueError as error:  # tomllib's own, or Python's for a number of thousands of digits
        if isinstance(error, TearSimError):
            raise
        raise TearSimError(f"{file}: cannot be read as TOML: {error}") from None


def read_text(file: Path, most_bytes: int, name: str | None = None) -> str:
    """The text of a file in UTF-8. Raises TearSimError, which calls it by `name`, for anything else."""
    name = str(file) if name is None else name
    try:
        if not file.exists():
            raise TearSimError(f"{name}: there is no such file.")
        if not file.is_file():
            raise TearSimError(f"{name}: is not an ordinary file.")
        if file.stat().st_size > most_bytes:
            raise TearSimError(f"{name}: is too long, {file.stat().st_size:,} bytes: it may have {most_bytes:,}.")
        content = file.read_bytes()
    except OSError as error:
        raise TearSimError(f"{name}: cannot be read: {error.strerror or error}.") from None
    if content.startswith(UTF_16):
        raise TearSimError(f"{name}: is text in UTF-16: save it as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TearSimError(f"{name}: is not text in UTF-8 (line {line}): save it as UTF-8.") from None
