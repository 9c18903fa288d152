"""Luck for a practice that is lived in plain Python: plain numbers, in rows that answer to their columns' names."""

from collections import namedtuple
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from tearsim.science.luck import CLIENT, SESSION, THERAPIST, THERAPIST_WEEK, Luck, LuckOfPractice
from tearsim.science.practice import RowsOfLuck
from tearsim.science.types import ClientLuck, Parameters, SessionLuck, TherapistLuck, TherapistWeekLuck
from tearsim.worlds.tables import TURNS, Table

if TYPE_CHECKING:
    from tearsim.worlds.luck_tables import LuckTables

LuckRow = TypeVar("LuckRow")

# Tuples: a session's row is made in a tenth of the time that an object with a dictionary takes.
_OfSession = namedtuple("_OfSession", SESSION)  # type: ignore[misc] # the names are those that luck declares
_OfTherapistWeek = namedtuple("_OfTherapistWeek", THERAPIST_WEEK)  # type: ignore[misc]
_OfClient = namedtuple("_OfClient", CLIENT)  # type: ignore[misc]
_OfTherapist = namedtuple("_OfTherapist", THERAPIST)  # type: ignore[misc]


def named_luck(seed: int, replicate: int, p: Parameters) -> RowsOfLuck:
    """The luck of a practice: drawn by compiled code, or where there is no compiler in plain Python, the same numbers.

    Raises TearSimError for a seed or replicate that is not a whole number within its limits.
    """
    try:
        from tearsim.worlds.luck_tables import LuckTables  # it needs a compiler, and to load it takes a moment
    except ImportError:
        return LuckOfPractice(Luck(seed, replicate), p.places, p.therapists)
    return NamedLuck(LuckTables(seed, replicate), p)


class NamedLuck:
    """The luck of one replicate for a practice of a size, as `science.practice.RowsOfLuck` asks for it."""

    def __init__(self, luck: "LuckTables", p: Parameters) -> None:
        self._luck, self._places, self._rooms = luck, p.places, p.therapists
        self._newcomers: list[Table] = []

    def sessions(self, week: int) -> list[SessionLuck]:
        """A row for each place."""
        return cast(list[SessionLuck], _named(self._luck.sessions(week, 1, self._places)[0], _OfSession._make))

    def therapist_weeks(self, week: int) -> list[TherapistWeekLuck]:
        """A row for each room."""
        rows = self._luck.therapist_weeks(week, 1, self._rooms)[0]
        return cast(list[TherapistWeekLuck], _named(rows, _OfTherapistWeek._make))

    def client(self, turn: int, place: int) -> ClientLuck:
        """The row that makes the turn-th client who comes to a place."""
        while turn >= len(self._newcomers):
            self._newcomers.extend(self._luck.clients(len(self._newcomers), TURNS, self._places))
        return cast(ClientLuck, _named(self._newcomers[turn][place : place + 1], _OfClient._make)[0])

    def therapists(self, holder: int, stratified: bool) -> list[TherapistLuck]:
        """A row for each room, which makes its holder-th therapist."""
        rows = self._luck.therapists(holder, 1, self._rooms, stratified)[0]
        return cast(list[TherapistLuck], _named(rows, _OfTherapist._make))


def _named(rows: Table, made_of: Callable[[list[float]], LuckRow]) -> list[LuckRow]:
    return list(map(made_of, rows.tolist()))
