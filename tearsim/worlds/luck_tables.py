"""Luck as tables of NumPy: the same numbers as `science.luck` has in rows, drawn by compiled code.

Generator and transforms are those of the science (`philox.py`, `functions.py`), compiled from the same text.
"""

from functools import cache

import numba
import numpy as np
from numpy.typing import NDArray

from tearsim.science import functions, philox
from tearsim.science.functions import inverse_normal, logit
from tearsim.science.luck import KINDS_OF_LUCK, LEAST_UNIFORM, RUNS, Luck, columns_of_kind
from tearsim.science.philox import WORDS_OF_A_BLOCK, block, uniform
from tearsim.science.scales import MIDDLE
from tearsim.worlds.abreast import abreast
from tearsim.worlds.compile_cache import keep_code
from tearsim.worlds.compiling import OPTIONS, science_hash, within_compiled
from tearsim.worlds.lanes import LANES, mask_of_bits
from tearsim.worlds.memory import BYTES, lanes_at, put_float, put_lanes
from tearsim.worlds.numba_types import CompiledFunction, OnlyCompiled, OverLanes
from tearsim.worlds.tables import Table, record_type

within_compiled(functions, philox)

# How a run of columns is turned from uniform numbers into what it holds; one that is none of these stays as it is.
AS_EVENT, AS_NORMAL = range(2)
_TURNED = {"events": AS_EVENT, "normals": AS_NORMAL}

Draws = NDArray[np.float64]


class LuckTables:
    """All the luck of one replicate: tables by week, or by turn of who comes to a place.

    A table for more places, or therapists, starts with the same rows.

    Raises TearSimError for a seed or replicate that is not a whole number within its limits.

    >>> table = LuckTables(seed=1).sessions(first_week=0, weeks=2, places=3)
    >>> table.shape, bool(0.0 < table[1, 2].wait < 1.0)
    ((2, 3), True)
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        self._luck = Luck(seed, replicate)
        self.key = np.array(self._luck.key, np.uint64)

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
        if numba.config.DISABLE_JIT:
            return _in_python(self._luck, kind, (first, number, rows), stratified)
        draws = np.empty((number, rows, len(names)))
        draw, turn = _compiled()
        draw(draws, self.key, first, KINDS_OF_LUCK[kind])
        if stratified:
            ranks = draws.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
            draws = (ranks + 0.5) / rows
        start = 0
        for drawn_as, run in RUNS[kind]:
            if drawn_as in _TURNED:
                turn(draws, start, start + len(run), _TURNED[drawn_as])
            start += len(run)
        return draws.view(record_type(names))[..., 0]


def _in_python(luck: Luck, kind: str, where: tuple[int, int, int], stratified: bool) -> Table:
    """The same table where the compiler is switched off, slowly."""
    names = columns_of_kind(RUNS[kind])
    rows = luck.rows_of(kind, *where, stratified)
    plain = [[tuple(getattr(row, name) for name in names) for row in turn] for turn in rows]
    return np.array(plain, record_type(names))


as_word: OnlyCompiled = np.uint64  # 64 bits, as the generator reads them


def lifted(word: int) -> float:
    """The uniform number of a word, which has log-odds: not quite 0.

    >>> lifted(0) == 2.0**-54, lifted(2**63)
    (True, 0.5)
    """
    return max(uniform(word), LEAST_UNIFORM)


def draw_row(address: int, columns: int, key_0: int, key_1: int, turn: int, kind: int, row: int) -> None:
    """Write the uniform numbers of one address into memory.

    A row is whole blocks of words, and the counter is raised by one before each: the row says which they are.
    """
    blocks = columns // WORDS_OF_A_BLOCK
    for b in range(blocks):
        words = block(
            as_word(row * blocks + b + 1), as_word(turn), as_word(kind), as_word(0), as_word(key_0), as_word(key_1)
        )
        here = address + b * WORDS_OF_A_BLOCK * BYTES
        put_float(here, lifted(words[0]))
        put_float(here + BYTES, lifted(words[1]))
        put_float(here + 2 * BYTES, lifted(words[2]))
        put_float(here + 3 * BYTES, lifted(words[3]))


def draw_uniforms(draws: Draws, key: NDArray[np.uint64], first: int, kind: int) -> None:
    """Fill a table, [week or turn, row, column], with the uniform numbers of its addresses."""
    weeks, rows, columns = draws.shape
    start, key_0, key_1 = draws.ctypes.data, key[0], key[1]
    for week in range(weeks):
        for row in range(rows):
            draw_row(start + (week * rows + row) * columns * BYTES, columns, key_0, key_1, first + week, kind, row)


def turn_run(draws: Draws, start: int, stop: int, into: int, logits: OverLanes, normals: OverLanes) -> None:
    """Turn the uniform numbers of a run of columns into what it holds, eight of them at a time."""
    weeks, rows, _ = draws.shape
    side_by_side = np.full((rows * (stop - start) + LANES - 1) // LANES * LANES, MIDDLE)
    buffer, everybody = side_by_side.ctypes.data, mask_of_bits(2**LANES - 1)
    for week in range(weeks):
        at = 0
        for row in range(rows):
            for column in range(start, stop):
                side_by_side[at] = draws[week, row, column]
                at += 1
        for here in range(buffer, buffer + len(side_by_side) * BYTES, LANES * BYTES):
            if into == AS_EVENT:
                put_lanes(here, logits(everybody, lanes_at(here)))
            else:
                put_lanes(here, normals(everybody, lanes_at(here)))
        at = 0
        for row in range(rows):
            for column in range(start, stop):
                draws[week, row, column] = side_by_side[at]
                at += 1


@cache
def _compiled() -> tuple[CompiledFunction, CompiledFunction]:
    """The two functions above, compiled when first called."""
    logits, normals = abreast(logit), abreast(inverse_normal)
    within_compiled(lifted, draw_row, turn_run)

    def turn(draws, start, stop, into):  # type: ignore[no-untyped-def]
        turn_run(draws, start, stop, into, logits, normals)

    both = numba.njit(**OPTIONS)(draw_uniforms), numba.njit(**OPTIONS)(turn)
    for compiled, name in zip(both, (draw_uniforms.__name__, turn_run.__name__), strict=True):
        keep_code(compiled, name, f"{science_hash()} {name}")
    return both
