"""The compiled world: many design points under one replicate's luck, arrays in and arrays out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numba import config
from numpy.typing import NDArray

from tearsim.science.codes import ARRIVALS, COHORT, KEEP_NONE, OPEN_PRACTICE
from tearsim.science.declaration import Value
from tearsim.science.fitted import awaits_world, in_world
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.science.luck import SESSION
from tearsim.science.replacing import Replaced, Rule, checked_rules
from tearsim.science.settings import FOREVER, settings
from tearsim.worlds import records
from tearsim.worlds.books import BOOKS
from tearsim.worlds.compiled_run import run_block_by
from tearsim.worlds.compiled_week import COMPLETE, NEEDS_CLIENTS, NEEDS_ROWS
from tearsim.worlds.lanes import LANES
from tearsim.worlds.luck_tables import SET_APART, LuckTables, room_for
from tearsim.worlds.memory import BYTES, BookEntry, one_for_all, zeros_on_lines
from tearsim.worlds.plainly import live_plainly
from tearsim.worlds.tables import LOG, TALLIES, Ran, Table, one_after_another, record_type

# Memory for the luck of sessions drawn at a time, in bytes: a year of a usual practice fits, and decades stay flat.
LUCK_BYTES = 8_000_000
# For how many clients of each place there is luck to begin with.
TURNS_HELD = 32


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
        self._given = list(points), log, rules
        replaced = checked_rules(rules)
        self._plainly = (
            [partial(live_plainly, point, log=int(log), replaced=replaced) for point in points]
            if config.DISABLE_JIT
            else []
        )
        memory = ReusedMemory()
        self._shapes = [
            SharedLuck(
                [PracticesAbreast(batch, [points[i] for i in batch], log, replaced) for batch in _batches(alike)],
                memory,
            )
            for alike in _by_shape([] if self._plainly else points)
        ]

    def __reduce__(self) -> tuple[type["Ensemble"], tuple[object, ...]]:
        """A copy is made anew: what is noted of where tables are holds for this one's alone."""
        return Ensemble, self._given

    def run(self, seed: int, replicate: int = 0, pause: Callable[[], None] | None = None) -> list[Ran]:
        """What each design point leaves, in the order they were given.

        `pause` is called every fraction of a second; if it raises, the run stops there.
        """
        if self._plainly:
            return [live(seed=seed, replicate=replicate) for live in self._plainly]
        ran: dict[int, Ran] = {}
        for shared in self._shapes:
            for practices in shared.together:
                practices.start(replicate)
            shared.start(LuckTables(seed, replicate))
            for first, weeks in shared.blocks():
                shared.draw(first, weeks)
                for practices in shared.together:
                    if pause is not None:
                        pause()
                    practices.run(shared, first, weeks)
            for practices in shared.together:
                ran.update(practices.results())
        return [ran[i] for i in sorted(ran)]


def _by_shape(points: Sequence[Mapping[str, Value]]) -> list[list[int]]:
    """Positions of points of one shape together."""
    shapes: dict[tuple[Value, ...], list[int]] = {}
    for i, point in enumerate(points):
        shapes.setdefault((point["therapists"], point["caseload"], point["weeks"]), []).append(i)
    return list(shapes.values())


def _batches(positions: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(positions), LANES):
        yield positions[start : start + LANES]


class SharedLuck:
    """Practices of one shape, and the luck of a replicate that they share, drawn as far as it is needed.

    Practices of another shape, lived before or after, use the same memory for the luck of their sessions.
    """

    def __init__(self, together: "list[PracticesAbreast]", memory: "ReusedMemory", turns: int = TURNS_HELD) -> None:
        self.together, self._memory = together, memory
        self.rooms, self.places, self.weeks = together[0].rooms, together[0].places, together[0].weeks
        # Of more practices than stand abreast, one or another reads nearly everything.
        self._is_whole = len(together) > 1 or not together[0].reads_little
        # Where luck is, as the books note it: what has been drawn for this block, and the key for what is yet to be.
        self.tables: dict[str, BookEntry] = {}
        self._room_for_clients(turns)

    def start(self, luck: LuckTables) -> None:
        """Take the luck of a replicate."""
        self._luck, key = luck, luck.key.view(np.int64)
        stratified = luck.therapists(0, 1, self.rooms, stratified=True)[0]
        self.forget_clients()
        self.tables |= {"key_0": key[0], "key_1": key[1], "stratified_luck": _as_floats(stratified)}
        self.draw_therapists(max(practices.holders for practices in self.together))

    def blocks(self) -> Iterator[tuple[int, int]]:
        """First week and number of weeks of each block that fits the memory set aside."""
        most = max(1, LUCK_BYTES // (self.places * record_type(SESSION).itemsize))
        for first in range(0, self.weeks, most):
            yield first, min(most, self.weeks - first)

    def draw(self, first: int, weeks: int) -> None:
        """Draw a block of weeks, or make room for it, where compiled code draws what is read."""
        sessions = room_for("session", weeks, self.places, self._memory.numbers)
        if self._is_whole:
            self._luck.draw_sessions(sessions, first)
        therapist_weeks = self._luck.therapist_weeks(first, weeks, self.rooms)
        self.tables |= {
            "session_luck": sessions,
            "luck_is_whole": self._is_whole,
            "parts_drawn": np.zeros((0 if self._is_whole else weeks, self.places), np.int64),
            "therapist_week_luck": _as_floats(therapist_weeks),
        }

    def draw_therapists(self, holders: int) -> None:
        """Draw the luck of so many therapists for each room, who follow each other in it."""
        self.tables |= {"therapist_luck": _as_floats(self._luck.therapists(0, holders, self.rooms))}

    def make_room_for_clients(self) -> None:
        """Room for the luck of as many people again; whoever comes first has it drawn, once more if need be."""
        self._room_for_clients(2 * len(self._clients))

    def hold_one_turn_for_all(self) -> None:
        """Keep the luck of nobody who has come: whichever turn it is, a place has room for the one who comes next.

        Nobody comes to a place twice in a week, so it is enough to `forget_clients` before each.
        """
        self.tables |= {
            "client_luck": one_for_all(self._clients), "client_drawn": one_for_all(self._drawn), "turns_held": FOREVER,
        }  # fmt: skip

    def forget_clients(self) -> None:
        """Nobody's luck is drawn any more."""
        self._drawn[:] = False

    def _room_for_clients(self, turns: int) -> None:
        self._clients = room_for("client", turns, self.places)
        self._drawn = np.zeros((turns, self.places), np.bool_)
        self.tables |= {"client_luck": self._clients, "client_drawn": self._drawn, "turns_held": turns}


class ReusedMemory:
    """Memory that is used again: where anything else has run in between, fresh memory takes a quarter of the time."""

    def __init__(self) -> None:
        self._held = np.empty(0)

    def numbers(self, number: int) -> NDArray[np.float64]:
        """Room for that many numbers, until this is called again."""
        if len(self._held) < number:
            self._held = np.empty(number)
        return self._held[:number]


def _as_floats(table: Table) -> NDArray[np.float64]:
    """A table of numbers alone, whose last axis holds the columns."""
    columns = len(table.dtype.names or ())
    return np.ascontiguousarray(table).view(np.float64).reshape(*table.shape, columns)


class PracticesAbreast:
    """Up to eight practices of one shape, side by side: tables used anew for every replicate."""

    def __init__(
        self, positions: list[int], points: Sequence[Mapping[str, Value]], log: int, replaced: Replaced
    ) -> None:
        self.positions = positions
        self._run_block, self._replaced = run_block_by(replaced), bool(replaced)
        self._points, self.kept = list(points), int(log)
        self.rooms, self.caseload, self.weeks = (int(points[0][name]) for name in ("therapists", "caseload", "weeks"))
        self.places = self.rooms * self.caseload
        # Rooms of a practice side by side: as many as leave each point lanes of its own.
        self._beside = LANES >> (len(points) - 1).bit_length()
        self._blocks = -(-self.rooms // self._beside)
        self._books = BOOKS.begun()
        self.people: dict[str, NDArray[np.generic]] = {}
        self.tables = {
            "week": np.zeros(1, np.int64),
            "therapists": _abreast(records.THERAPIST_RECORDS, self._blocks),
            "clients": _abreast(records.CLIENT_RECORDS, self._blocks, self.caseload),
            "in_use": self._in_use(),
            "occupied": np.zeros((self._blocks, self.caseload), np.int64),
            "ended": np.zeros((self._blocks, self.caseload), np.int64),
            "endings": zeros_on_lines((self._blocks, self.caseload, LANES)),
            **{name: self._whole(self.places) for name in ("seats", "free", "turns")},
            "counts": np.zeros((len(points), len(records.COUNT_RECORDS.fields))),
            "rooms_tallies": _abreast(records.TALLY_RECORDS, self._blocks),
            "point_tallies": _abreast(records.TALLY_RECORDS),
            "luck": _abreast(records.SESSION_LUCK_RECORDS),
            "week_luck": _abreast(records.THERAPIST_WEEK_LUCK_RECORDS),
            "apart": zeros_on_lines((2, SET_APART)),
            "rows_noted": np.zeros(self.places, np.int64),
        }
        self._logged = self.tables["counts"][:, list(records.COUNT_RECORDS.fields).index("logged")]
        here: dict[str, BookEntry] = {
            "points": len(points), "rooms": self.rooms, "caseload": self.caseload, "beside": self._beside,
            "blocks": self._blocks, "kept": self.kept,
        }  # fmt: skip
        BOOKS.note(self._books, here | self.tables)
        self._live_in(0)
        self._make_room(2 * self.places)

    def start(self, replicate: int) -> None:
        """Forget the last replicate; where there are several worlds, this one has its own."""
        if any(map(awaits_world, self._points)):
            self._live_in(replicate)
        for name in ("week", "counts", "turns", "occupied"):
            self.tables[name][:] = 0
        self.tallies = self.room_for_tallies()
        self.logs: list[list[Table]] = [[] for _ in self._points]

    @property
    def reads_little(self) -> bool:
        """Whether most of sessions' luck is read by nobody: in a cohort, whose places empty.

        That is known of the science's own rules alone; others may read anything.
        """
        return not self._replaced and all(point["arrivals"] == ARRIVALS[COHORT] for point in self._points)

    def run(self, luck: SharedLuck, first: int, weeks: int) -> None:
        """Run a block of weeks."""
        logged = weeks * self.places if self.kept != KEEP_NONE else 0
        log = np.empty((len(self._points), logged, len(records.LOG_RECORDS.fields)))
        self._logged[:] = 0
        block: dict[str, BookEntry] = {"first_week": first, "weeks": weeks, "log": log, "tallies": self.tallies}
        lacking = None
        while lacking != COMPLETE:
            if lacking == NEEDS_ROWS:
                held = self.people["others"].shape[1]
                self._make_room(held + held // 2 + self.places)
            elif lacking == NEEDS_CLIENTS:
                luck.make_room_for_clients()
            # Compiled code knows only where tables are: this object, the luck and `log` hold them until it returns.
            BOOKS.note(self._books, block | luck.tables)
            lacking = self._run_block(self._books)
        if self.kept != KEEP_NONE:
            for rows, used, kept in zip(log, self._logged, self.logs, strict=True):
                kept.append(_as_logged(rows[: int(used)], self.places))

    def results(self) -> Iterator[tuple[int, Ran]]:
        """What each run left, with the position of its design point."""
        tallies = self.tallies.view(TALLIES)[..., 0]
        if self._replaced:
            refuse_what_is_no_number(tallies)
        for position, tally, kept in zip(self.positions, tallies, self.logs, strict=True):
            yield position, Ran(tally, kept[0] if len(kept) == 1 else one_after_another(kept))

    def as_rules_read(self, point: Mapping[str, Value]) -> dict[str, float | int]:
        """The settings of a point."""
        return settings(point)

    def room_for_tallies(self) -> NDArray[np.float64]:
        """Room for what is counted, [point, week, field]."""
        return np.zeros((len(self._points), self.weeks, len(records.TALLY_RECORDS.fields)))

    def _live_in(self, replicate: int) -> None:
        """Take the parameters of a replicate, and room for the therapists who may follow each other in it."""
        points = [self.as_rules_read(in_world(point, replicate)) for point in self._points]
        columns = np.array([[point[name] for name in records.PARAMETER_RECORDS.fields] for point in points], np.float64)
        lanes = np.repeat(columns, self._beside, axis=0)
        # Lanes that nobody lives in repeat the last: what is worked out there is never read.
        lanes = np.concatenate([lanes, *[lanes[-1:]] * (LANES - len(lanes))])
        self._p = zeros_on_lines(lanes.T.shape)
        self._p[:] = lanes.T
        shared = self._beside == 1 and all(point["arrivals"] == OPEN_PRACTICE for point in points)
        BOOKS.note(self._books, {"parameters": self._p, "luck_is_shared": shared})
        self._shortest_career = WEEKS_A_YEAR * min(float(point["career_length"]) for point in points)
        self.holders = self.holders_until(self.weeks)

    def holders_until(self, week: int) -> int:
        """How many therapists may follow each other in a room until a week, and one to spare."""
        return 2 + int(week / self._shortest_career)

    def _in_use(self) -> NDArray[np.int64]:
        """The lanes that are rooms at all, as bits, by block of rooms."""
        in_use = np.zeros(self._blocks, np.int64)
        for room in range(self.rooms):
            for i in range(len(self._points)):
                in_use[room // self._beside] |= 1 << i * self._beside + room % self._beside
        return in_use

    def _whole(self, rows: int) -> NDArray[np.int64]:
        return np.zeros((len(self._points), rows), np.int64)

    def _room_for(self, rows: int) -> dict[str, NDArray[np.generic]]:
        """Room for that many people."""
        blocks = -(-rows // LANES)
        return {
            "others": np.zeros((len(self._points), rows, len(records.CLIENT_RECORDS.fields))),
            "left_before": np.zeros((len(self._points), rows, -(-self.rooms // BYTES) * BYTES), np.bool_),
            "outside": _abreast(records.OUTSIDE_RECORDS, len(self._points), blocks),
            "outside_luck": _abreast(records.OUTSIDE_LUCK_RECORDS, blocks),
            "still_followed": self._whole(blocks),
            **{name: self._whole(rows) for name in ("followed", "looking", "unused")},
        }

    def _make_room(self, rows: int) -> None:
        """Room for that many people, those who are there kept."""
        larger = self._room_for(rows)
        for name, old in self.people.items():
            larger[name][tuple(map(slice, old.shape))] = old
        self.people = larger
        BOOKS.note(self._books, {"rows_held": rows, **larger})


def _abreast(kind: records.Records, *blocks: int) -> NDArray[np.float64]:
    return zeros_on_lines((*blocks, len(kind.fields), LANES))


def _as_logged(rows: NDArray[np.float64], places: int) -> Table:
    """Rows of floats as the log has them, in order of week and place: whole numbers and yes or no as such."""
    log = np.zeros(len(rows), LOG)
    for name, column in zip(records.LOG_RECORDS.fields, rows.T, strict=True):
        log[name] = column
    # In one key, and taken: numpy needs twenty times as long to index records by a list.
    return log.take(np.argsort(log["week"] * places + log["place"]))


def refuse_what_is_no_number(tallies: Table) -> None:
    """Raise ArithmeticError if a function in the place of a rule made sums that are no numbers.

    The rules themselves divide by zero nowhere; compiled code does so without a word.
    """
    for name in tallies.dtype.names or ():
        if not np.isfinite(tallies[name]).all():
            raise ArithmeticError(
                f"a function in the place of a rule gave no number: {name} is not a number in some week"
            )
