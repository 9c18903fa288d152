"""The compiled world: many design points under one replicate's luck, arrays in and arrays out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import KEEP_NONE
from tearsim.science.declaration import Value
from tearsim.science.fitted import awaits_world, in_world
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.science.luck import SESSION
from tearsim.science.replacing import Replaced, Rule, checked_rules
from tearsim.science.settings import settings
from tearsim.worlds.compiled_week import NEEDS_CLIENTS, NEEDS_ROWS, Fortune, run_block_by
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.tables import CLIENTS, LOG, TALLIES, THERAPISTS, TURNS, Table, parameter_table, record, record_type

# Memory for the luck of sessions drawn at a time, in bytes: a year of a usual practice fits, and decades stay flat.
LUCK_BYTES = 8_000_000
# Design points whose tables are worked on together: few enough for a processor's cache.
POINTS_TOGETHER = 16

COUNTS = record(
    dict.fromkeys(("week", "looking", "finished", "unused", "vacated", "rows", "people", "most_turns", "logged"), int)
)
_NO_LOG = np.zeros(0, LOG)


class Ran(NamedTuple):
    """What a run leaves: tallies by week, and the log of sessions if asked for."""

    tallies: Table
    log: Table


class Ensemble:
    """Practices for a list of design points, run again and again under one replicate's luck after another.

    Points of one shape (therapists, caseload, weeks) share the drawing of luck; who runs beside whom changes no number.
    `log` says which sessions to keep (`codes.KEPT`; False and True are none and all). `rules` are functions that take
    the place of rules, by name: they are compiled with all the rest, once in a process, and cost nothing more.

    >>> from tearsim.science.settings import checked
    >>> (ran,) = Ensemble([checked({"therapists": 2, "weeks": 4})]).run(seed=3)
    >>> float(ran.tallies["sessions"].sum())
    80.0

    Raises TearSimError for a rule that cannot be replaced, and for a function that cannot take its place.
    """

    def __init__(
        self, points: Sequence[Mapping[str, Value]], log: int = KEEP_NONE, rules: Mapping[str, Rule] | None = None
    ) -> None:
        self._points = len(points)
        replaced = checked_rules(rules)
        self._shapes = [
            [_Practices(batch, [points[i] for i in batch], log, replaced) for batch in _batches(alike)]
            for alike in _by_shape(points)
        ]

    def run(self, seed: int, replicate: int = 0, pause: Callable[[], None] | None = None) -> list[Ran]:
        """What each design point leaves, in the order they were given.

        `pause` is called every fraction of a second; if it raises, the run stops there.
        """
        ran: dict[int, Ran] = {}
        for together in self._shapes:
            for practices in together:
                practices.start(replicate)
            shared = _SharedLuck(LuckTables(seed, replicate), together)
            for first, weeks in shared.blocks():
                shared.draw(first, weeks)
                for practices in together:
                    if pause is not None:
                        pause()
                    practices.run(shared, first, weeks)
            for practices in together:
                ran.update(practices.results())
        return [ran[i] for i in range(self._points)]


def _by_shape(points: Sequence[Mapping[str, Value]]) -> list[list[int]]:
    """Positions of points of one shape together."""
    shapes: dict[tuple[Value, ...], list[int]] = {}
    for i, point in enumerate(points):
        shapes.setdefault((point["therapists"], point["caseload"], point["weeks"]), []).append(i)
    return list(shapes.values())


def _batches(positions: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(positions), POINTS_TOGETHER):
        yield positions[start : start + POINTS_TOGETHER]


class _SharedLuck:
    """One replicate's luck for practices of one shape, drawn as far as it is needed."""

    def __init__(self, luck: LuckTables, together: "list[_Practices]") -> None:
        self._luck = luck
        self.rooms, self.places, self.weeks = together[0].rooms, together[0].places, together[0].weeks
        self._therapists = luck.therapists(0, max(practices.holders for practices in together), self.rooms)
        self._stratified = luck.therapists(0, 1, self.rooms, stratified=True)[0]
        self._clients = luck.clients(0, TURNS, self.places)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """First week and number of weeks of each block that fits the memory set aside."""
        most = max(1, LUCK_BYTES // (self.places * record_type(SESSION).itemsize))
        for first in range(0, self.weeks, most):
            yield first, min(most, self.weeks - first)

    def draw(self, first: int, weeks: int) -> None:
        """Draw a block of weeks."""
        self._sessions = self._luck.sessions(first, weeks, self.places)
        self._therapist_weeks = self._luck.therapist_weeks(first, weeks, self.rooms)

    def draw_more_clients(self) -> None:
        """Draw further people who may come."""
        more = self._luck.clients(len(self._clients), TURNS, self.places)
        self._clients = np.concatenate([self._clients, more]).view(more.dtype)

    def tables(self) -> Fortune:
        """All that has been drawn for this block."""
        return Fortune(self._sessions, self._therapist_weeks, self._clients, self._therapists, self._stratified)


class _Practices:
    """Practices of one shape: tables whose first axis is the design point, used anew for every replicate."""

    def __init__(
        self, positions: list[int], points: Sequence[Mapping[str, Value]], log: int, replaced: Replaced
    ) -> None:
        self.positions = positions
        self._run_block, self._replaced = run_block_by(int(log), replaced), bool(replaced)
        self._points = list(points)
        self._live_in(0)
        self.rooms, self.places, self.weeks = (int(self.p[name][0]) for name in ("therapists", "places", "weeks"))
        self.kept = int(log)
        self.therapists = self._table(self.rooms, THERAPISTS)
        self.seats, self.endings, self.vacated, self.turns = (self._table(self.places) for _ in range(4))
        self.counts = np.zeros(len(points), COUNTS)
        self.people = self._people(2 * self.places)

    def start(self, replicate: int) -> None:
        """Forget the last replicate; where worlds are fitted, this one has its own."""
        if any(map(awaits_world, self._points)):
            self._live_in(replicate)
        self.counts[:] = 0
        self.turns[:] = 0
        self.tallies = self._table(self.weeks, TALLIES)
        self.logs: list[list[Table]] = [[] for _ in self.p]

    def run(self, luck: _SharedLuck, first: int, weeks: int) -> None:
        """Run a block of weeks."""
        log = self._table(weeks * self.places if self.kept != KEEP_NONE else 0, LOG)
        self.counts["logged"] = 0
        run_block = self._run_block
        places = (self.seats, self.endings, self.vacated, self.turns)
        books = (self.counts, self.tallies, log)
        while lacking := run_block(self.p, self.therapists, *self.people, *places, *books, luck.tables(), first, weeks):
            if lacking == NEEDS_ROWS:
                self._make_room()
            elif lacking == NEEDS_CLIENTS:
                luck.draw_more_clients()
        if self.kept != KEEP_NONE:
            for rows, used, kept in zip(log, self.counts["logged"], self.logs, strict=True):
                kept.append(rows[:used].copy())

    def results(self) -> Iterator[tuple[int, Ran]]:
        """What each run left, with the position of its design point."""
        if self._replaced:
            refuse_what_is_no_number(self.tallies)
        for position, tallies, kept in zip(self.positions, self.tallies, self.logs, strict=True):
            yield position, Ran(tallies, np.concatenate(kept) if kept else _NO_LOG)

    def _live_in(self, replicate: int) -> None:
        """Take the parameters of a replicate, and room for the therapists who may follow each other in it."""
        self.p = parameter_table([settings(in_world(point, replicate)) for point in self._points])
        self.holders = 2 + int(self.p["weeks"][0] / (WEEKS_A_YEAR * self.p["career_length"].min()))

    def _table(self, rows: int, kind: Any = np.int64) -> NDArray[Any]:
        return np.zeros((len(self.p), rows), kind)

    def _people(self, rows: int) -> tuple[NDArray[Any], ...]:
        """Room for that many people: clients, whom they left, those looking, those finished, rows to use again."""
        left_before = np.zeros((len(self.p), rows, self.rooms), np.bool_)
        return self._table(rows, CLIENTS), left_before, *(self._table(rows) for _ in range(3))

    def _make_room(self) -> None:
        """Half as many rows again, and room for all who can come in a week."""
        held = self.people[0].shape[1]
        larger = self._people(held + held // 2 + self.places)
        for old, new in zip(self.people, larger, strict=True):
            new[:, :held] = old
        self.people = larger


def refuse_what_is_no_number(tallies: Table) -> None:
    """Raise ArithmeticError if a function in the place of a rule made sums that are no numbers.

    The rules themselves divide by zero nowhere; compiled code does so without a word.
    """
    for name in tallies.dtype.names or ():
        if not np.isfinite(tallies[name]).all():
            raise ArithmeticError(f"a function in the place of a rule gave no number: {name} is none in some week")
