"""What several commands take, and how they were typed."""

import json
import math
import sys
from pathlib import Path
from typing import Annotated

import typer

from tearsim.errors import TearSimError

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")]
GivenTheory = Annotated[
    str | None, typer.Option(help="Another theory than the defaults, by name; they are listed by: tearsim theories.")
]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report.html.")]


def print_json(content: object) -> None:
    """Print an answer for programs, as every reader of JSON takes it: what is missing or has no end is null."""
    print(json.dumps(_finite(content), indent=2, allow_nan=False))


def _finite(content: object) -> object:
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    if isinstance(content, dict):
        return {name: _finite(value) for name, value in content.items()}
    return [_finite(value) for value in content] if isinstance(content, (list, tuple)) else content


def settings_given(pairs: list[str], weeks: int | None = None) -> dict[str, object]:
    """Parameters from NAME=VALUE words, and how long to watch if that has an option of its own.

    Raises TearSimError for a word without "=" and for what is given twice.
    """
    parameters: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise TearSimError(f'--set takes NAME=VALUE; "{pair}" has no "=".')
        if name.strip() in parameters:
            raise TearSimError(f"--set {name.strip()} is given twice.")
        parameters[name.strip()] = value.strip()
    if weeks is not None:
        if "weeks" in parameters:
            raise TearSimError("weeks is given twice: by --weeks and by --set.")
        parameters["weeks"] = weeks
    return parameters


def as_typed() -> str:
    """The command as it was typed."""
    return " ".join(["tearsim", *(without_place(word) for word in sys.argv[1:])])


def without_place(word: str) -> str:
    """A word of the command line without what could tell a person or a machine: an address, a folder's whole path."""
    option, equals, value = word.rpartition("=") if word.startswith("--") else ("", "", word)
    if "://" in value:
        value = "ADDRESS"
    elif Path(value).is_absolute():
        value = Path(value).name
    return f"{option}{equals}{value}"
