"""Arguments checked to be of the kind that is taken: a mistake is told in one line."""

import errno
import os
from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import TypeGuard, TypeVar

from tearsim.errors import TearSimError, echoed

A_TABLE = "a table (a pandas DataFrame)"
# Replicates, practices, clinics: nobody waits for more, and what each of them says has to be held.
MOST_REPEATED = 1_000_000
# Threads: no machine has as many processors, and each takes memory of its own.
MOST_WORKERS = 1_000

Taken = TypeVar("Taken")


def of_kind(name: str, value: object, kind: type[Taken], takes: str) -> Taken:
    """The value if it is of a kind. Raises TearSimError, which says what the argument of that `name` takes.

    >>> of_kind("title", "Alliance", str, "text")
    'Alliance'
    """
    if not isinstance(value, kind):
        raise _other(name, takes, value)
    return value


def several(name: str, values: Iterable[Taken], takes: str) -> list[Taken]:
    """Several values as a list. Raises TearSimError for a single value, text and mappings."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise _other(name, takes, values)
    return list(values)


def all_of_kind(name: str, values: Iterable[Taken], kind: type[Taken], takes: str) -> list[Taken]:
    """The same, each of a kind. Raises TearSimError for anything else."""
    listed = several(name, values, takes)
    for one in listed:
        if not isinstance(one, kind):
            raise TearSimError(f"{name} takes {takes}; {echoed(one)} is none of these.")
    return listed


def path(name: str, value: object) -> Path:
    """A file or a folder, written as text or as a path. Raises TearSimError for anything else."""
    written = fspath(value) if isinstance(value, str | PathLike) else None
    if not isinstance(written, str) or "\0" in written:
        raise _other(name, "a path, as text or a pathlib.Path", value)
    try:
        os.lstat(written)
    except UnicodeEncodeError:
        raise TearSimError(f"{name}: no file has a name like {echoed(written)}.") from None
    except OSError as refusal:  # that there is none yet may be as it should
        if refusal.errno == errno.ENAMETOOLONG:
            raise TearSimError(f"{name}: {echoed(written)} is too long for the name of a file.") from None
    return Path(written)


def switch(name: str, value: object) -> bool:
    """True or false, NumPy's too. Raises TearSimError for anything else."""
    return bool(value) if is_switch(value) else of_kind(name, value, bool, "true or false")


def is_switch(value: object) -> TypeGuard[bool]:
    """Whether a value is true or false, NumPy's too.

    >>> is_switch(True), is_switch(1)
    (True, False)
    """
    of_numpy = type(value).__module__ == "numpy" and type(value).__name__.startswith("bool")
    return isinstance(value, bool) or of_numpy


def to_call(name: str, value: object) -> None:
    """See that something can be called. Raises TearSimError if it cannot."""
    if not callable(value):
        raise _other(name, "a function", value)


def _other(name: str, takes: str, value: object) -> TearSimError:
    return TearSimError(f"{name} takes {takes}, not {echoed(value)}.")
