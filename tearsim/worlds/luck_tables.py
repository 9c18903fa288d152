"""Luck as tables of NumPy: the same numbers as `science.luck` has in rows, drawn by compiled code.

Generator and transforms are those of the science (`philox.py`, `functions.py`), compiled from the same text.
"""

from collections.abc import Callable
from functools import cache
from math import prod

import numba
import numpy as np
from numpy.typing import NDArray

from tearsim.science import functions, philox
from tearsim.science.functions import is_in_the_middle, logit, middle_normal, tail_normal
from tearsim.science.luck import KINDS_OF_LUCK, LEAST_UNIFORM, RUNS, Luck, columns_of_kind
from tearsim.science.philox import WORDS_OF_A_BLOCK, block, uniform
from tearsim.worlds.abreast import abreast
from tearsim.worlds.compile_cache import keep_code
from tearsim.worlds.compiling import OPTIONS, science_hash, within_compiled
from tearsim.worlds.lanes import LANES, mask_of_bits, where
from tearsim.worlds.memory import BYTES, float_at, lanes_at, put_float, put_lanes
from tearsim.worlds.numba_types import CompiledFunction, OnlyCompiled, OverLanes
from tearsim.worlds.tables import Table, record_type

within_compiled(functions, philox)

Draws = NDArray[np.float64]

# How many numbers are collected before they are turned, with where each stood behind them, and what fills up the last
# eight.
SET_APART, TAIL = 64 * LANES, 0.01


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

    def draw_sessions(self, draws: Draws, first_week: int) -> None:
        """The same luck of sessions, written into room that is there: [week, place, column] of `room_for`.

        Compiled code does it, and counts on that room; what works without a compiler is `sessions`.
        """
        _draw("session", draws, self.key, first_week)

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
        draws = room_for(kind, number, rows)
        _draw(kind, draws, self.key, first, stratified)
        return draws.view(record_type(names))[..., 0]


def room_for(kind: str, number: int, rows: int, numbers: Callable[[int], Draws] = np.empty) -> Draws:
    """Room for a kind of luck, [week or turn, row, column]: eight numbers are read, and written back, from any.

    `numbers` gives room for as many as it is asked for.
    """
    shape = number, rows, len(columns_of_kind(RUNS[kind]))
    return numbers(prod(shape) + LANES)[: prod(shape)].reshape(shape)


def _draw(kind: str, draws: Draws, key: NDArray[np.uint64], first: int, stratified: bool = False) -> None:
    """Fill a table, [week or turn, row, column], with a kind of luck."""
    draw, turns = _compiled()
    draw(draws, key, first, KINDS_OF_LUCK[kind])
    if stratified:
        ranks = draws.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        draws[:] = (ranks + 0.5) / draws.shape[1]
    start, memory = 0, np.empty(2 * SET_APART)
    for drawn_as, run in RUNS[kind]:
        if drawn_as in turns:  # what is none of these stays as it is
            turns[drawn_as](draws, start, start + len(run), memory)
        start += len(run)


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


def draw_block(here: int, number: int, turn: int, kind: int, key_0: int, key_1: int) -> None:
    """Write the uniform numbers of a block into memory: the `number`-th of its week or turn, counted from 1."""
    words = block(as_word(number), as_word(turn), as_word(kind), as_word(0), as_word(key_0), as_word(key_1))
    put_float(here, lifted(words[0]))
    put_float(here + BYTES, lifted(words[1]))
    put_float(here + 2 * BYTES, lifted(words[2]))
    put_float(here + 3 * BYTES, lifted(words[3]))


def draw_row(address: int, columns: int, key_0: int, key_1: int, turn: int, kind: int, row: int) -> None:
    """Write the uniform numbers of one address into memory.

    A row is whole blocks of words, and the counter is raised by one before each: the row says which they are.
    """
    blocks = columns // WORDS_OF_A_BLOCK
    for place in range(blocks):
        here = address + place * WORDS_OF_A_BLOCK * BYTES
        draw_block(here, row * blocks + place + 1, turn, kind, key_0, key_1)


def draw_uniforms(draws: Draws, key: NDArray[np.uint64], first: int, kind: int) -> None:
    """Fill a table, [week or turn, row, column], with the uniform numbers of its addresses."""
    weeks, rows, columns = draws.shape
    start, key_0, key_1 = draws.ctypes.data, key[0], key[1]
    for week in range(weeks):
        for row in range(rows):
            draw_row(start + (week * rows + row) * columns * BYTES, columns, key_0, key_1, first + week, kind, row)


def turn_row(address: int, columns: int, turned: OverLanes) -> None:
    """Turn the first columns of a row, or of a part of one, by a function over lanes, eight at a time."""
    for first in range(0, columns, LANES):
        turn_some(address + first * BYTES, min(LANES, columns - first), turned)


def turn_some(here: int, width: int, turned: OverLanes) -> None:
    """Turn so many numbers, eight at the most; those that follow stay as they are."""
    these, held = mask_of_bits(2**width - 1), lanes_at(here)
    put_lanes(here, where(these, turned(these, held), held))


def turn_events(draws: Draws, start: int, stop: int, logits: OverLanes) -> None:
    """Turn the uniform numbers of a run of columns into log-odds."""
    weeks, rows, columns = draws.shape
    for row in range(weeks * rows):
        turn_row(draws.ctypes.data + (row * columns + start) * BYTES, stop - start, logits)


def turn_normals(draws: Draws, start: int, stop: int, memory: Draws, middle: OverLanes, tail: OverLanes) -> None:
    """Turn the uniform numbers of a run of columns into normal numbers, eight of a row at a time.

    The memory for those set apart is the caller's: numba gives back its own as soon as nothing but an address is used.
    """
    weeks, rows, columns = draws.shape
    apart, number = memory.ctypes.data, 0
    for first in range(start, stop, LANES):
        for row in range(weeks * rows):
            here = draws.ctypes.data + (row * columns + first) * BYTES
            number = turn_middle(here, min(LANES, stop - first), apart, number, middle, tail)
    turn_set_apart(apart, number, tail)


def turn_middle(here: int, width: int, apart: int, number: int, middle: OverLanes, tail: OverLanes) -> int:
    """Turn so many uniform numbers, eight at the most, into normal numbers, but set apart those in the tails.

    These are few and take the longest, so that eight of them are worked out at once (`turn_set_apart`). Returns how
    many are apart. Each number is copied there, and the next is put in its place if it was in the middle: a choice
    would be guessed wrong too often.
    """
    if number > SET_APART - LANES:
        number = turn_set_apart(apart, number, tail)
    for place in range(here, here + width * BYTES, BYTES):
        note_apart(place, apart, number)
        number += not is_in_the_middle(float_at(place))
    turn_some(here, width, middle)
    return number


def set_apart(here: int, apart: int, number: int, turned: OverLanes) -> int:
    """Set one number apart, to be turned with others; returns how many there are."""
    if number == SET_APART:
        number = turn_set_apart(apart, number, turned)
    note_apart(here, apart, number)
    return number + 1


def note_apart(here: int, apart: int, number: int) -> None:
    """Note a number, and where it stands."""
    put_float(apart + number * BYTES, float_at(here))
    put_float(apart + (SET_APART + number) * BYTES, float(here))


def turn_set_apart(apart: int, number: int, turned: OverLanes) -> int:
    """Turn the numbers that were set apart, and put them where they stood; how many are left, which is none."""
    full = number + -number % LANES
    for one in range(number, full):
        put_float(apart + one * BYTES, TAIL)
    everybody = mask_of_bits(2**LANES - 1)
    for here in range(apart, apart + full * BYTES, LANES * BYTES):
        put_lanes(here, turned(everybody, lanes_at(here)))
    for one in range(number):
        put_float(int(float_at(apart + (SET_APART + one) * BYTES)), float_at(apart + one * BYTES))
    return 0


within_compiled(
    lifted, draw_block, draw_row, turn_row, turn_some, turn_events, turn_normals, turn_middle, set_apart, note_apart
)
within_compiled(turn_set_apart, written_out=False)


@cache
def _compiled() -> tuple[CompiledFunction, dict[str, CompiledFunction]]:
    """What draws uniform numbers, and what turns a run of columns into what it holds; compiled when first called."""
    logits, middle, tail = abreast(logit), abreast(middle_normal), abreast(tail_normal)

    def events(draws, start, stop, _memory):  # type: ignore[no-untyped-def]
        turn_events(draws, start, stop, logits)

    def normals(draws, start, stop, memory):  # type: ignore[no-untyped-def]
        turn_normals(draws, start, stop, memory, middle, tail)

    made = {function.__name__: numba.njit(**OPTIONS)(function) for function in (draw_uniforms, events, normals)}
    for name, function in made.items():
        keep_code(function, name, f"{science_hash()} {name}")
    return made.pop(draw_uniforms.__name__), made
