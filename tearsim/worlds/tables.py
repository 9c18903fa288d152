"""The tables both worlds fill: rows of NumPy that answer to the names the science declares."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.log import SESSION_COLUMNS
from tearsim.science.tally import Tally

Table = NDArray[np.void]  # rows that answer to the names of their columns

_NUMPY = {int: np.int64, float: np.float64, bool: np.bool_}


def record(columns: Mapping[str, type]) -> np.dtype[np.void]:
    """A table type whose rows answer to their columns' names, compiled or not."""
    return np.dtype((np.record, np.dtype([(name, _NUMPY[kind]) for name, kind in columns.items()], align=True)))


@cache
def record_type(names: tuple[str, ...]) -> np.dtype[np.void]:
    """A table of numbers alone, such as luck."""
    return record(dict.fromkeys(names, float))


TALLIES = record(Tally.__annotations__)
# Turns of luck drawn at a time, each of one client for every place. How many changes nothing that happens.
TURNS = 8
LOG = record({name: column.type for name, column in SESSION_COLUMNS.items()})


class Ran(NamedTuple):
    """What a run leaves: tallies by week, and the log of sessions if asked for."""

    tallies: Table
    log: Table


def as_table(rows: Sequence[object], kind: np.dtype[np.void]) -> Table:
    """Plain objects as rows of a table, by the names of its columns."""
    return np.array([tuple(getattr(row, name) for name in kind.names or ()) for row in rows], kind)


def one_after_another(logs: Sequence[Table]) -> Table:
    """Logs as one, without a row where there are none: many times quicker than np.concatenate, which asks every field.

    >>> len(one_after_another([np.zeros(2, LOG), np.zeros(0, LOG), np.zeros(3, LOG)]))
    5
    """
    together, end = np.empty(sum(map(len, logs)), LOG), 0
    for rows in logs:
        together[end : (end := end + len(rows))] = rows
    return together
