"""Luck as tables of NumPy: the same numbers as `science.luck` has in rows, drawn by compiled code.

Generator and transforms are those of the science (`philox.py`, `functions.py`), compiled from the same text.
"""

from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from tearsim.science import functions, philox
from tearsim.science.functions import inverse_normal, logit
from tearsim.science.luck import KINDS_OF_LUCK, LEAST_UNIFORM, RUNS, checked_address, columns_of_kind
from tearsim.science.philox import WORDS_OF_A_BLOCK, block, key_of, uniform
from tearsim.worlds.compile_cache import keep_code
from tearsim.worlds.compiling import OPTIONS, science_hash, within_compiled
from tearsim.worlds.tables import Table, record_type

within_compiled(functions, philox)

# How a run of columns is turned from uniform numbers into what it holds; one that is none of these stays as it is.
AS_EVENT, AS_NORMAL = range(2)
_TURNED = {"events": AS_EVENT, "normals": AS_NORMAL}

Draws = NDArray[np.float64]

# A word of 64 bits: with numba switched off, Python's whole numbers, which products of words need.
as_word: Any = int if numba.config.DISABLE_JIT else np.uint64


class LuckTables:
    """All the luck of one replicate: tables by week, or by turn of who comes to a place.

    A table for more places, or therapists, starts with the same rows.

    Raises TearSimError for a seed or replicate that is not a whole number within its limits.

    >>> table = LuckTables(seed=1).sessions(first_week=0, weeks=2, places=3)
    >>> table.shape, bool(0.0 < table[1, 2].wait < 1.0)
    ((2, 3), True)
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        self._key = np.array(key_of(*checked_address(seed, replicate)), np.uint64)

    def sessions(self, first_week: int, weeks: int, places: int) -> Table:
        """Luck of sessions and of changing places; shape (weeks, places)."""
        return self._table("session", first_week, weeks, places)

    def therapist_weeks(self, first_week: int, weeks: int, therapists: int) -> Table:
        """Luck of therapists' own lives; shape (weeks, therapists)."""
        return self._table("therapist week", first_week, weeks, therapists)

    def clients(self, first_turn: int, turns: int, places: int) -> Table:
        """Luck of who comes, k-th to each place; shape (turns, places)."""
        return self._table("client", first_turn, turns, places)

    def therapists(self, first_turn: int, turns: int, therapists: int, stratified: bool = False) -> Table:
        """Luck of who the therapists are, k-th in each room; shape (turns, therapists).

        Stratified: each column's uniforms are replaced by the middles of equal slices, `(rank + .5) / therapists`, in
        the same order.
        """
        return self._table("therapist", first_turn, turns, therapists, stratified)

    def reports(self, first_week: int, weeks: int, places: int) -> Table:
        """Luck of what is reported to a study in a week; shape (weeks, places)."""
        return self._table("report", first_week, weeks, places)

    def _table(self, kind: str, first: int, number: int, rows: int, stratified: bool = False) -> Table:
        names = columns_of_kind(RUNS[kind])
        draws = np.empty((number, rows, len(names)))
        draw, turn = _compiled()
        draw(draws, self._key, first, KINDS_OF_LUCK[kind])
        if stratified:
            ranks = draws.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
            draws = (ranks + 0.5) / rows
        start = 0
        for drawn_as, run in RUNS[kind]:
            if drawn_as in _TURNED:
                turn(draws, start, start + len(run), _TURNED[drawn_as])
            start += len(run)
        return draws.view(record_type(names))[..., 0]


def draw_uniforms(draws: Draws, key: NDArray[np.uint64], first: int, kind: int) -> None:
    """Fill a table, [week or turn, row, column], with the uniform numbers of its addresses.

    A row is whole blocks of words, and the counter is raised by one before each: the row says which they are.
    """
    weeks, rows, columns = draws.shape
    blocks = columns // WORDS_OF_A_BLOCK
    for week in range(weeks):
        for row in range(rows):
            for b in range(blocks):
                counter = as_word(row * blocks + b + 1), as_word(first + week), as_word(kind), as_word(0)
                words = block(counter[0], counter[1], counter[2], counter[3], as_word(key[0]), as_word(key[1]))
                here = draws[week, row, WORDS_OF_A_BLOCK * b : WORDS_OF_A_BLOCK * b + WORDS_OF_A_BLOCK]
                here[0] = max(uniform(words[0]), LEAST_UNIFORM)
                here[1] = max(uniform(words[1]), LEAST_UNIFORM)
                here[2] = max(uniform(words[2]), LEAST_UNIFORM)
                here[3] = max(uniform(words[3]), LEAST_UNIFORM)


def turn_run(draws: Draws, start: int, stop: int, into: int) -> None:
    """Turn the uniform numbers of a run of columns into what it holds; those of a week lie side by side meanwhile."""
    weeks, rows, _ = draws.shape
    side_by_side = np.empty(rows * (stop - start))
    for week in range(weeks):
        at = 0
        for row in range(rows):
            for column in range(start, stop):
                side_by_side[at] = draws[week, row, column]
                at += 1
        if into == AS_EVENT:
            for i in range(len(side_by_side)):
                side_by_side[i] = logit(side_by_side[i])
        else:
            for i in range(len(side_by_side)):
                side_by_side[i] = inverse_normal(side_by_side[i])
        at = 0
        for row in range(rows):
            for column in range(start, stop):
                draws[week, row, column] = side_by_side[at]
                at += 1


@cache
def _compiled() -> tuple[Any, Any]:
    """The two functions above, compiled when first called."""
    both = numba.njit(**OPTIONS)(draw_uniforms), numba.njit(**OPTIONS)(turn_run)
    for compiled, function in zip(both, (draw_uniforms, turn_run), strict=True):
        keep_code(compiled, function.__name__, f"{science_hash()} {function.__name__}")
    return both
