"""Parameters as they are given to a command: NAME=VALUE, again for more."""

from typing import Any

from tearsim.errors import TearSimError


def settings_given(pairs: list[str], weeks: int | None = None) -> dict[str, Any]:
    """Parameters from NAME=VALUE words, and how long to watch if that has an option of its own.

    Raises TearSimError for a word without "=" and for what is given twice.
    """
    parameters: dict[str, Any] = {}
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
