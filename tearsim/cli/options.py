"""What several commands take, and how they were typed."""

import json
import math
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from tearsim.arguments import MOST_WORKERS
from tearsim.errors import TearSimError
from tearsim.science.declaration import whole_number
from tearsim.science.luck import MOST_REPLICATE, MOST_SEED


def whole_number_option(what: str, least: int, most: int | None, words: str, metavar: str | None = None) -> object:
    """An option, in `words`, that takes a whole number; what is none is refused as Python's callers are told of it."""

    def checked(given: object) -> int | None:
        return None if given is None else whole_number(what, given, least, most)

    return typer.Option(min=least, max=most, parser=_number, callback=checked, help=words, metavar=metavar)


def _number(word: object) -> object:
    """A number from a word that is one, as it was typed; any other word as it is, to be refused by whoever takes it."""
    for kind in (int, float):
        with suppress(ValueError):
            number = kind(str(word))
            if kind is int or str(number) == word:
                return number
    return word


def _weeks(given: object) -> object:
    """A number of weeks, as `--set weeks` takes it."""
    from tearsim.science.parameters import PARAMETERS

    return None if given is None else PARAMETERS["weeks"].check(given)


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Silent = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors: the answer is in the folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
GivenSettings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
]
GivenSeed = Annotated[
    int, whole_number_option("seed", 0, MOST_SEED, "Seed of all luck: the same seed gives the same numbers.")
]
GivenReplicate = Annotated[
    int, whole_number_option("replicate", 0, MOST_REPLICATE, "Other luck; fitted or open estimates: another world.")
]
GivenWeeks = Annotated[
    int | None, typer.Option(parser=str, callback=_weeks, help="How long to watch; the same as --set weeks=N.")
]
GivenWorkers = Annotated[
    int | None, whole_number_option("number of workers", 1, MOST_WORKERS, "Threads; by default one for each processor.")
]
GivenTheory = Annotated[str | None, typer.Option(help="A rival theory by name; tearsim theories lists them.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report.html.")]


def print_json(content: object) -> None:
    """Print an answer for programs as strict JSON: what is missing or infinite is null."""
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
