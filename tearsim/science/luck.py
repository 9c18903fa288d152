"""The only source of chance. Every draw has an address: seed, replicate, kind, week (or turn), row, decision.

The luck of a kind and a week is a table drawn from the generator Philox (`philox.py`), whose 256-bit counter is the
address. As NumPy would write it:

    Philox(key from SeedSequence(seed, spawn_key=(replicate,)), counter=[0, week, kind, 0])

One row belongs to one place (or therapist) and one column to one decision, and the columns of a kind never
change in number. So one more week, one more place or one more decision changes nobody else's luck, and every
design point of a replicate meets the same luck (common random numbers).

Uniform numbers u lie strictly between 0 and 1. Columns for events hold log-odds, `logit(u)`: an event of log-odds x
happens when `logit(u) < x`, which has probability `logistic(x)`. Columns for variation hold standard normals.

Whose row: in a cohort a row belongs to a person for good, in an open practice to the place they sit in. Whoever is
out of therapy lives on with the row of the place they first came to, which in an open practice they share with
whoever else first came there: their weeks out of therapy are then alike in luck, yet never with anyone's sessions.
"""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import cast

from tearsim.science.declaration import whole_number
from tearsim.science.functions import inverse_normal, logit
from tearsim.science.philox import WORDS_OF_A_BLOCK, Key, Words, block, key_of, uniform
from tearsim.science.types import ClientLuck, ReportLuck, SessionLuck, TherapistLuck, TherapistWeekLuck

# Each kind of luck as runs of columns, each run with what its draws are: "events" hold log-odds, "normals" standard
# normals, "uniforms" are left as drawn. What every session needs comes first, so that a processor fetches little else.
# A decision still to come takes a spare, which changes no other column.
_SESSION = (
    ("events", ("client_cries", "release", "eyes_fill", "rupture", "repaired", "leaves", "seeks")),
    ("normals", ("depth", "bond", "distress")),
    ("uniforms", ("severity", "ends", "hushed", "outside_life", "noticed", "belief_noticed", "spoken", "origin",
                  "belief", "untold", "wait", "turn", "place_order", "relapse", "displeasure", "bad_news", "spare_1",
                  "spare_2")),
    ("normals", ("outside", "rating", "appraisal", "fit", "first_bond", "judgement", "theme", "attunement")),
)  # fmt: skip
_THERAPIST_WEEK = (("normals", ("strain",)), ("uniforms", ("grief", "spare_1", "spare_2")))
_CLIENT = (
    ("normals", ("empathy", "boundary_sensitivity", "tear_propensity", "warmth_expected", "responsiveness",
                 "good_enough", "bond_share", "distress", "agreed_sessions")),
    ("uniforms", ("agrees", "spare_1", "spare_2")),
)  # fmt: skip
_THERAPIST = (
    ("normals", ("empathy", "boundary_sensitivity", "comforting", "tear_propensity", "skill", "leaving", "comfort",
                 "strain")),
    ("uniforms", ("experience", "never_cries", "spare_1", "spare_2")),
)  # fmt: skip

_REPORT = (
    ("normals", ("distress_before", "distress", "view", "view_rating", "perceived_empathy", "own_empathy", "rosy")),
    ("uniforms", ("spare_1",)),
)  # fmt: skip

# The kind is part of the address: a new kind takes a new number.
KINDS_OF_LUCK = {"session": 0, "therapist week": 1, "client": 2, "therapist": 3, "report": 4}


def columns_of_kind(runs: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    """The columns of a kind of luck, in order."""
    return tuple(name for _, names in runs for name in names)


# The columns by name: sessions and changes of place; therapists' own lives; who the clients and the therapists are; the
# errors of what people report to a study, which the model itself never reads.
SESSION, THERAPIST_WEEK, CLIENT, THERAPIST, REPORT = map(
    columns_of_kind, (_SESSION, _THERAPIST_WEEK, _CLIENT, _THERAPIST, _REPORT)
)


# What runs of columns hold, by kind of luck.
RUNS = dict(zip(KINDS_OF_LUCK, (_SESSION, _THERAPIST_WEEK, _CLIENT, _THERAPIST, _REPORT), strict=True))

# The first uniform number that a generator can draw is 0, which has no log-odds: it is lifted by half a step.
LEAST_UNIFORM = 2.0**-54

MOST_SEED = 2**64 - 1
MOST_REPLICATE = 2**32 - 1


def checked_address(seed: object, replicate: object) -> tuple[int, int]:
    """A seed and a replicate as plain whole numbers. Raises TearSimError for anything else, or outside the limits."""
    return whole_number("seed", seed, 0, MOST_SEED), whole_number("replicate", replicate, 0, MOST_REPLICATE)


class Luck:
    """All the luck of one replicate: rows by week, or by turn of who comes to a place, drawn as far as they are read.

    Whoever asks for more places, or therapists, gets the same rows first. What needs much luck at once has the same
    numbers as tables (`worlds/luck_tables.py`).

    Raises TearSimError for a seed or replicate that is not a whole number within its limits.

    >>> row = Luck(seed=1).sessions(first_week=0, weeks=1, places=3)[0][2]
    >>> 0.0 < row.wait < 1.0
    True
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        self.key = key_of(*checked_address(seed, replicate))

    def sessions(self, first_week: int, weeks: int, places: int) -> list[list[SessionLuck]]:
        """Luck of sessions and of changing places, [week][place]."""
        return cast(list[list[SessionLuck]], self.rows_of("session", first_week, weeks, places))

    def therapist_weeks(self, first_week: int, weeks: int, therapists: int) -> list[list[TherapistWeekLuck]]:
        """Luck of therapists' own lives, [week][therapist]."""
        return cast(list[list[TherapistWeekLuck]], self.rows_of("therapist week", first_week, weeks, therapists))

    def clients(self, first_turn: int, turns: int, places: int) -> list[list[ClientLuck]]:
        """Luck of who comes, k-th to each place, [turn][place]."""
        return cast(list[list[ClientLuck]], self.rows_of("client", first_turn, turns, places))

    def therapists(
        self, first_turn: int, turns: int, therapists: int, stratified: bool = False
    ) -> list[list[TherapistLuck]]:
        """Luck of who the therapists are, k-th in each room, [turn][therapist].

        Stratified: each column's uniforms are replaced by the middles of equal slices, `(rank + .5) / therapists`, in
        the same order.
        """
        return cast(list[list[TherapistLuck]], self.rows_of("therapist", first_turn, turns, therapists, stratified))

    def reports(self, first_week: int, weeks: int, places: int) -> list[list[ReportLuck]]:
        """Luck of what is reported to a study in a week, [week][place]."""
        return cast(list[list[ReportLuck]], self.rows_of("report", first_week, weeks, places))

    def rows_of(
        self, kind: str, first: int, number: int, rows: int, stratified: bool = False
    ) -> "Sequence[Sequence[RowOfLuck | SimpleNamespace]]":
        """Rows of a kind of luck (`KINDS_OF_LUCK`), [week or turn][row]."""
        turns = ([RowOfLuck(kind, self.key, turn, row) for row in range(rows)] for turn in range(first, first + number))
        return [_stratified(kind, turn) if stratified else turn for turn in turns]


class RowOfLuck:
    """One row of luck, whose numbers answer to their columns' names: a block of four is drawn once one is read.

    >>> row = RowOfLuck("session", key_of(seed=1, replicate=0), turn=0, row=2)
    >>> row.wait == Luck(seed=1).sessions(first_week=0, weeks=1, places=3)[0][2].wait
    True
    """

    def __init__(self, kind: str, key: Key, turn: int, row: int) -> None:
        self._kind, self._key, self._turn = kind, key, turn
        self._first = 1 + row * len(_COLUMNS[kind]) // WORDS_OF_A_BLOCK  # rows are whole blocks
        self._blocks: dict[int, Words] = {}

    def __getattr__(self, name: str) -> float:
        """A number that has not been read before; no column's name begins as those of what a row itself keeps do."""
        if name.startswith("_") or name not in _COLUMNS[self._kind]:
            raise AttributeError(name)
        column, turned = _COLUMNS[self._kind][name]
        value = turned(self.uniform_in(column))
        setattr(self, name, value)
        return value

    def uniform_in(self, column: int) -> float:
        """The uniform number that a column is made of, as drawn."""
        number, word = divmod(column, WORDS_OF_A_BLOCK)
        if number not in self._blocks:
            self._blocks[number] = block(
                self._first + number, self._turn, KINDS_OF_LUCK[self._kind], 0, self._key[0], self._key[1]
            )
        return max(uniform(self._blocks[number][word]), LEAST_UNIFORM)


def _stratified(kind: str, rows: list[RowOfLuck]) -> list[SimpleNamespace]:
    """The middles of equal slices, each column in the order of its uniforms, turned into what the columns hold."""
    found = [SimpleNamespace() for _ in rows]
    for name, (column, turned) in _COLUMNS[kind].items():
        for row, middle in zip(found, _middles([row.uniform_in(column) for row in rows]), strict=True):
            setattr(row, name, turned(middle))
    return found


def _middles(column: list[float]) -> list[float]:
    middles = [0.0] * len(column)
    for rank, row in enumerate(sorted(range(len(column)), key=column.__getitem__)):
        middles[row] = (rank + 0.5) / len(column)
    return middles


_TURNED: dict[str, Callable[[float], float]] = {"events": logit, "normals": inverse_normal, "uniforms": float}


def _columns(runs: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, tuple[int, Callable[[float], float]]]:
    """Where each column of a kind stands, and what turns its uniform number into what it holds."""
    turned = (_TURNED[drawn_as] for drawn_as, names in runs for _ in names)
    return dict(zip(columns_of_kind(runs), enumerate(turned), strict=True))


_COLUMNS = {kind: _columns(runs) for kind, runs in RUNS.items()}


class LuckOfPractice:
    """The luck of one replicate for a practice of one size, a week or a newcomer at a time (`practice.RowsOfLuck`)."""

    def __init__(self, luck: Luck, places: int, rooms: int) -> None:
        self._luck, self._places, self._rooms = luck, places, rooms
        self._newcomers: list[list[ClientLuck]] = []

    def sessions(self, week: int) -> list[SessionLuck]:
        """A row for each place."""
        return self._luck.sessions(week, 1, self._places)[0]

    def therapist_weeks(self, week: int) -> list[TherapistWeekLuck]:
        """A row for each room."""
        return self._luck.therapist_weeks(week, 1, self._rooms)[0]

    def client(self, turn: int, place: int) -> ClientLuck:
        """The row that makes the turn-th client who comes to a place."""
        while turn >= len(self._newcomers):
            self._newcomers += self._luck.clients(len(self._newcomers), 1, self._places)
        return self._newcomers[turn][place]

    def therapists(self, holder: int, stratified: bool) -> list[TherapistLuck]:
        """A row for each room, which makes its holder-th therapist."""
        return self._luck.therapists(holder, 1, self._rooms, stratified)[0]
