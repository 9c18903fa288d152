"""A practice that is being watched, and beside it its twin: the same people and luck, with tears held back.

Memory stays flat for as long as anyone watches: sessions are kept for three years, and of everyone one line for good.
"""

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tearsim.science.codes import (
    COMPLETIONS,
    GAVE_UP,
    GOES_ON,
    NONE,
    NOT_RECEIVED,
)
from tearsim.science.declaration import Value
from tearsim.science.settings import checked
from tearsim.science.types import LogRow
from tearsim.show.page.picture import STAYS, TO_COMPLETED, TO_GAVE_UP, TO_LOOKING, Leaver, Scene, Seat, Who
from tearsim.show.words.sessions import therapist_name
from tearsim.study import arms
from tearsim.study.people import twins
from tearsim.study.people.dyad import as_sessions
from tearsim.study.people.watched_practice import AskedPractice, WatchedPractice

if TYPE_CHECKING:
    from tearsim.worlds.agents import Client, Therapist

WITHOUT_NEWCOMERS = "cohort"  # of the parameter `arrivals`
LATELY = 8  # weeks over which a therapist's tears colour their circle
FAINT = 2  # weeks for which seen tears stay visible
IN_CORRIDOR = 4  # weeks for which those who left for good stay visible


class HeldBack(NamedTuple):
    """The same person where tears are held back."""

    sessions: list[LogRow]
    standing: int  # as in `codes.STANDING`


class PracticeAndTwin:
    """A practice and its twin, week by week.

    Raises TearSimError for a seed or parameters that cannot be run.
    """

    def __init__(self, seed: int, parameters: Mapping[str, object]) -> None:
        self.seed = seed
        self.parameters = checked(parameters)
        self.shown = AskedPractice(seed, self.parameters)
        self.twin = WatchedPractice(seed, arms.held_back(self.parameters))
        self.cohort = None if self.is_cohort else _cohort_and_twin(seed, self.parameters)
        self.sessions: list[LogRow] = []  # of this week, in order of place
        self._took: dict[int, tuple[int, int, int]] = {}  # by client: reception, week and episode of the latest tears
        self._distress: dict[int, float] = {}  # of those looking, as last seen
        self._looking: set[int] = set()
        self._doors: dict[int, int] = {}  # of those whose therapy ended this week
        self.left_to_look = 0  # how many left this week and look for someone new
        self._gave_up: deque[list[Leaver]] = deque(maxlen=IN_CORRIDOR)
        self._completed: deque[list[Leaver]] = deque(maxlen=IN_CORRIDOR)

    @property
    def week(self) -> int:
        """Weeks so far."""
        return self.shown.week

    @property
    def is_cohort(self) -> bool:
        """Whether nobody comes after the clients of week 1."""
        return self.parameters["arrivals"] == WITHOUT_NEWCOMERS

    @property
    def therapists(self) -> int:
        """Rooms."""
        return int(self.parameters["therapists"])

    def name(self, therapist: int) -> str:
        """A therapist's letter."""
        return therapist_name(int(therapist), self.therapists)

    def step(self) -> None:
        """A week in both worlds."""
        self.sessions = as_sessions(self.shown.step())
        self.twin.step()
        for one in self.cohort or ():
            one.step()
        self._remember()

    # --- Who went where ---------------------------------------------------------------------------------------------

    def client(self, number: int) -> "Client | None":
        """A client as they are; None if there never was one, or they are no longer followed."""
        return self.shown.practice.client(number)

    def person(self, number: int) -> tuple[int, int] | None:
        """Who a client is in any practice of this seed: the place they first came to, and which one to come there."""
        client, course = self.client(number), self.shown.course_of(number)
        if client is not None:
            return int(client.home), int(client.turn)
        return (int(course["home"]) - 1, int(course["turn"]) - 1) if course is not None else None

    def number_of(self, person: tuple[int, int]) -> int | None:
        """The number that a person has in this practice; None if they have not come."""
        for client in self.shown.practice.people:
            if client is not None and (client.home, client.turn) == person:
                return int(client.number)
        courses, (home, turn) = self.shown.courses, person
        found = courses["client"][(courses["home"] == home + 1) & (courses["turn"] == turn + 1)]
        return int(found[0]) if len(found) else None

    def standing(self, number: int) -> int:
        """Where a client stands, as in `codes.STANDING`."""
        return self.shown.standing(number)

    def _remember(self) -> None:
        """Note what the week did to whom, as far as the picture shows it."""
        ended = [row for row in self.sessions if row.ending != GOES_ON]
        for row in self.sessions:
            if row.noticed:
                self._took[row.client] = (row.reception, self.week, row.episode)
        self._doors = {row.client: self._door(row) for row in ended}
        self.left_to_look = sum(door == TO_LOOKING for door in self._doors.values())
        seen = {**self._distress, **{row.client: row.distress for row in ended}}
        gone = {
            door: [c for c, headed_for in self._doors.items() if headed_for == door]
            for door in (TO_GAVE_UP, TO_COMPLETED)
        }
        gone[TO_GAVE_UP] += [c for c in self._looking if self.standing(c) == GAVE_UP]
        for door, corridor in ((TO_GAVE_UP, self._gave_up), (TO_COMPLETED, self._completed)):
            corridor.appendleft([Leaver(c, seen.get(c, 0.0), self._last_taken(c), 0) for c in sorted(gone[door])])
        looking = [self.shown.practice.people[index] for index in self.shown.practice.looking]
        self._looking = {client.number for client in looking}
        self._distress = {client.number: client.distress for client in looking}
        present = {row.client for row in self.sessions} | self._looking
        self._took = {c: took for c, took in self._took.items() if c in present}

    def _door(self, row: LogRow) -> int:
        if row.ending in COMPLETIONS:
            return TO_COMPLETED
        return TO_GAVE_UP if self.standing(row.client) == GAVE_UP else TO_LOOKING

    def _last_taken(self, client: int) -> int:
        return self._took.get(client, (NOT_RECEIVED, 0, 0))[0]

    @property
    def gave_up_this_week(self) -> int:
        """How many left for good this week, at once or out of patience."""
        return len(self._gave_up[0]) if self._gave_up else 0

    # --- What is shown ----------------------------------------------------------------------------------------------

    def scene(self) -> Scene:
        """The week as the picture shows it: those who had a session; before the first, those who will."""
        practice = self.shown.practice
        seats = (
            [self._seat(row) for row in self.sessions]
            if self.week
            else [
                Seat(place, client.number, 0, client.alliance, client.distress, 0.0, 0, 0, False, NONE, False, STAYS)
                for place, client in enumerate(practice.people[index] for index in practice.seats)
            ]
        )
        taken = {seat.place for seat in seats}
        last = list(self.shown.weeks)[-1:]
        counts = (last[0].gave_up, last[0].looking, last[0].completed) if last else (0, 0, 0)
        looking = (practice.people[index] for index in practice.looking)
        return Scene(
            self.week,
            [(int(t.number), self.name(t.number)) for t in practice.therapists],
            seats,
            [place for place in range(practice.p.places) if place not in taken],
            self._faint(),
            self.lately(),
            _line_up(self._gave_up),
            [Leaver(c.number, c.distress, self._last_taken(c.number), 0) for c in looking],
            _line_up(self._completed),
            counts,
        )

    def _seat(self, row: LogRow) -> Seat:
        took, week, episode = self._took.get(row.client, (NOT_RECEIVED, 0, 0))
        if episode != row.episode:
            took, week = NOT_RECEIVED, 0
        return Seat(
            row.place - 1,
            row.client,
            row.session,
            row.alliance,
            row.distress,
            row.open_rupture,
            took,
            week,
            bool(row.client_tears),
            row.tears_felt,
            row.noticed,
            self._doors[row.client] if row.ending != GOES_ON else STAYS,
        )

    def _faint(self) -> list[int]:
        """Places where seen tears fell in the weeks just before this one, on the bond that is still there."""
        here = {(row.client, row.episode, row.place) for row in self.sessions}
        before = list(self.shown.rows)[-1 - FAINT : -1]
        seen = {
            (int(row["client"]), int(row["episode"]), int(row["place"]))
            for rows in before
            for row in rows[rows["noticed"]]
        }
        return sorted({place - 1 for _, _, place in seen & here})

    def lately(self) -> list[int]:
        """Sessions of the last weeks in which the eyes of whoever has the room now filled, by room."""
        tears = np.zeros(self.therapists, int)
        holders = np.array([therapist.number for therapist in self.shown.practice.therapists])
        for rows in list(self.shown.rows)[-LATELY:]:
            rooms = (rows["place"] - 1) % self.therapists
            np.add.at(tears, rooms[(rows["tears_felt"] != NONE) & (rows["therapist"] == holders[rooms])], 1)
        return [int(number) for number in tears]

    def exposed(self) -> twins.Pairs:
        """Those who saw tears so far, with their partners in the world where tears are held back.

        Of an open practice it is those of the cohort beside it, where nobody is without a partner.
        """
        shown, twin = self.cohort or (self.shown, self.twin)
        return twins.exposed(shown.courses, twin.courses)

    def held_back(self, client: int) -> "HeldBack | None":
        """A client's partner in the world without tears; None if they have none."""
        mine = self.shown.course_of(client)
        if mine is None:
            return None
        pairs = twins.pair(self.shown.courses[self.shown.courses["client"] == client], self.twin.courses)
        if not len(pairs.shown):
            return None
        number = int(pairs.held_back["client"][0])
        return HeldBack(as_sessions(self.twin.sessions_of("client", number)), self.twin.standing(number))

    def therapist(self, number: int) -> "Therapist | None":
        """A therapist in practice; None once retired."""
        return next((t for t in self.shown.practice.therapists if t.number == number), None)


def _cohort_and_twin(seed: int, parameters: Mapping[str, Value]) -> tuple[WatchedPractice, WatchedPractice]:
    """The clients of week 1 of a practice and nobody after them, tears shown and held back."""
    cohort = checked({**parameters, "arrivals": WITHOUT_NEWCOMERS})
    return WatchedPractice(seed, cohort), WatchedPractice(seed, arms.held_back(cohort))


def _line_up(corridor: deque[list[Leaver]]) -> list[Leaver]:
    """Those in the corridor, the latest first, each with the weeks since they left."""
    return [leaver._replace(weeks_ago=ago) for ago, left in enumerate(corridor) for leaver in left]


def same_person(chosen: Who | None, here: PracticeAndTwin, there: PracticeAndTwin) -> Who | None:
    """Somebody in another practice of the same seed: numbers go by who came first, and so do not carry over.

    A therapist is whoever has, or had, the same room, and came to it as the same first, second ... one. None if there
    is nobody.
    """
    if chosen is None or there.seed != here.seed:
        return None
    if chosen.kind == "client":
        person = here.person(chosen.number)
        number = there.number_of(person) if person is not None else None
        return Who("client", number) if number is not None else None
    earlier, room = divmod(chosen.number - 1, here.therapists)
    theirs = earlier * there.therapists + room + 1
    came = there.therapist(theirs) is not None or len(there.shown.sessions_of("therapist", theirs))
    return Who("therapist", theirs) if room < there.therapists and came else None
