"""The life of a practice, week by week, in plain Python: the order of a week is written here.

It needs nothing but the standard library and luck whose rows answer to names. The Mesa world is this with agents in it
(`worlds/practice.py`); the compiled world goes through the same week over tables (`worlds/compiled_week.py`), and the
tests hold all of them to the same bits.
"""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Protocol, cast

from tearsim.science import lives, people, places, tally
from tearsim.science.acting import ActingClient, ActingTherapist, acting
from tearsim.science.codes import GAVE_UP, GOES_ON, IN_THERAPY, KEEP_NONE, LEFT, LOOKING, OPEN_PRACTICE
from tearsim.science.declaration import whole_number
from tearsim.science.log import belongs_in_log
from tearsim.science.log_row import write_session
from tearsim.science.people import Client, Therapist
from tearsim.science.replaceable import Listed
from tearsim.science.replacing import Replaced
from tearsim.science.session import Session
from tearsim.science.tally import Tally
from tearsim.science.types import ClientLuck, LogRow, Parameters, SessionLuck, TherapistLuck, TherapistWeekLuck

NOTHING_COUNTED = dict.fromkeys(Tally.__annotations__, 0.0)


class RowsOfLuck(Protocol):
    """All the luck of a practice, in rows that answer to the names of their columns (`science.luck`)."""

    def sessions(self, week: int) -> Sequence[SessionLuck]:
        """A row for each place, in a week counted from 0."""

    def therapist_weeks(self, week: int) -> Sequence[TherapistWeekLuck]:
        """A row for each room, in a week counted from 0."""

    def client(self, turn: int, place: int) -> ClientLuck:
        """The row that makes the turn-th client who comes to a place, both counted from 0."""

    def therapists(self, holder: int, stratified: bool) -> Sequence[TherapistLuck]:
        """A row for each room, which makes its holder-th therapist, counted from 0."""


class PracticeLife:
    """Therapists and clients of a practice, and the weeks that they live.

    Args:
        p: The parameters as rules read them (`settings.as_rules_read`). Whoever lives on past the weeks that were
            planned sets `watched_weeks` first: it says until when anyone may still be asked how they are.
        luck: Where all that chance decides comes from.
        replaced: Functions in the place of rules (`replacing.checked_rules`).
        kept: Which sessions to write into `logged`, as a code of `codes.KEPT`.
        therapist_class: What makes a therapist, from this practice and a room.
        client_class: What makes a client, from this practice, a number, a place and a turn.

    `seats[place]` is the position in `people` of who sits there, `places.FREE` for nobody; `free` lists such places. Of
    positions in `people`, too, are `looking` and `finished`: those who look for someone new, and those who are out of
    therapy for good, yet still followed.
    `left_before[position][room]` tells whom each has left. Whoever leaves no further trace is None in `people`.

    >>> from tearsim.science.luck import Luck, LuckOfPractice
    >>> from tearsim.science.settings import as_rules_read, checked
    >>> p = as_rules_read(checked({"therapists": 2, "caseload": 3}))
    >>> practice = PracticeLife(p, LuckOfPractice(Luck(seed=3), p.places, p.therapists))
    >>> [week.sessions for week in practice.live(4)]
    [6.0, 6.0, 6.0, 6.0]
    """

    def __init__(
        self,
        p: Parameters,
        luck: RowsOfLuck,
        *,
        replaced: Replaced = (),
        kept: int = KEEP_NONE,
        therapist_class: "Callable[[PracticeLife, int], ActingTherapist]" = ActingTherapist,
        client_class: "Callable[[PracticeLife, int, int, int], ActingClient]" = ActingClient,
    ) -> None:
        self.p, self.luck, self.replaced, self.kept = p, luck, replaced, kept
        self._client_class = client_class
        self.week = 0
        self.people: list[ActingClient] = []
        self.left_before: list[list[bool]] = []
        self.seats = [places.FREE] * p.places
        self.free: list[int] = []
        self.turns = [0] * p.places
        self.looking: list[int] = []
        self.finished: list[int] = []
        self.logged: list[LogRow] = []
        self.therapists = [therapist_class(self, room) for room in range(p.therapists)]
        first = luck.therapists(0, bool(p.stratified_therapists))
        for therapist, row in zip(self.therapists, first, strict=True):
            people.enter_practice(therapist, therapist.room + 1, 0, people.years_at_start(p, row), p, row)
        for place in range(p.places):
            self._welcome_newcomer(place)

    # --- Luck, addressed ---------------------------------------------------------------------------------------------

    def luck_of_session(self, client: ActingClient, place: int) -> SessionLuck:
        """This week's luck of a client who sits in a place."""
        return self._session_luck[places.luck_row(client, place, self.p)]

    def luck_of_place(self, place: int) -> SessionLuck:
        """This week's luck of a place."""
        return self._session_luck[place]

    def luck_of_therapist(self, room: int) -> TherapistWeekLuck:
        """This week's luck of the therapist in a room."""
        return self._therapist_luck[room]

    def luck_of_client(self, turn: int, place: int) -> ClientLuck:
        """The luck that makes the turn-th client who comes to a place."""
        return self.luck.client(turn, place)

    # --- The week ----------------------------------------------------------------------------------------------------

    def live(self, weeks: int) -> list[Tally]:
        """Live a number of weeks; returns what was counted in each.

        Raises TearSimError unless `weeks` is a whole number from 0.
        """
        return [self.live_a_week() for _ in range(checked_weeks(weeks))]

    def live_a_week(self) -> Tally:
        """The week in order: therapists' own lives, sessions, lives out of therapy, learning, places, retirement.

        Returns what was counted: of the practice, and then of its rooms (`tally.add_room`).
        """
        self._session_luck = self.luck.sessions(self.week)
        self._therapist_luck = self.luck.therapist_weeks(self.week)
        counted = _nothing_counted()
        rooms = [_nothing_counted() for _ in self.therapists]
        for therapist in self.therapists:
            therapist.begin_week()
        vacated = self._hold_sessions(rooms)
        self._live_on(counted)
        for therapist in self.therapists:
            therapist.end_week()
        self._change_places(vacated, counted)
        self._replace_retired()
        counted.in_therapy = float(sum(seat != places.FREE for seat in self.seats))
        counted.looking = float(len(self.looking))
        for room in rooms:
            tally.add_room(counted, room)
        self.week += 1
        return counted

    def _hold_sessions(self, rooms: list[Tally]) -> list[tuple[int, Session]]:
        """One session for each client in therapy, in order of place; returns where therapy ended."""
        vacated = []
        for place, index in enumerate(self.seats):
            if index == places.FREE:
                continue
            room = place % self.p.therapists
            client, therapist, t = self.people[index], self.therapists[room], rooms[room]
            if client.sessions == 0 and client.first_week < 0:
                t.arrived += 1.0
            happened = client.attend(place, therapist)
            tally.count_session(t, happened)
            if happened.ending != GOES_ON:
                vacated.append((place, happened))
                tally.count_ending(t, client, happened)
            if lives.asked_now(client, self.week):
                tally.count_follow_up(t, client)
            if belongs_in_log(happened, self.kept):
                row = cast(LogRow, SimpleNamespace())
                write_session(row, self.week, place, client, therapist, happened)
                self.logged.append(row)
        return vacated

    def _live_on(self, t: Tally) -> None:
        """A week for all those out of therapy; whoever relapses may begin to look, whoever was asked is let go."""
        for index in self.looking:
            client = self.people[index]
            client.live_outside()
            places.look_on(client)
            if lives.asked_now(client, self.week):
                tally.count_follow_up(t, client)
        followed, self.finished = self.finished, []
        for index in followed:
            client = self.people[index]
            client.live_outside()
            if lives.asked_now(client, self.week):
                tally.count_follow_up(t, client)
            if self._looks_again(client):
                self.looking.append(index)
            else:
                self._follow(index)

    def _looks_again(self, client: ActingClient) -> bool:
        luck = self.luck_of_place(client.home)
        seeks = acting(client).seeks_someone_new
        return lives.relapses(client, self.p, luck) and places.looks_again(client, self.p, luck, seeks)

    def _change_places(self, vacated: list[tuple[int, Session]], t: Tally) -> None:
        """Vacated places go to those who look, longest wait first, and in an open practice to new people."""
        for place, happened in vacated:
            index = self.seats[place]
            client = self.people[index]
            self.seats[place] = places.FREE
            self.free.append(place)
            luck, seeks = self.luck_of_session(client, place), acting(client).seeks_someone_new
            places.end_episode(client, happened.ending, self.p, luck, seeks)
            if happened.ending == LEFT:
                self.left_before[index][place % self.p.therapists] = True
            if client.standing == LOOKING:
                self.looking.append(index)
            else:
                if client.standing == GAVE_UP:
                    t.gave_up += 1.0
                self._follow(index)
        left = places.match(
            self.people,
            self.looking,
            len(self.looking),
            self.left_before,
            self.seats,
            self.free,
            len(self.free),
            self.therapists,
            self._session_luck,
            self.p,
            t,
            _choice_of_their_own,
        )
        del self.free[left:]
        self._keep_looking(t)
        if self.p.arrivals == OPEN_PRACTICE:
            for place in self.free:
                self._welcome_newcomer(place)
            self.free.clear()

    def _keep_looking(self, t: Tally) -> None:
        """Those who found no place look on, or lose patience."""
        looked, self.looking = self.looking, []
        for index in looked:
            client = self.people[index]
            if client.standing == IN_THERAPY:
                continue
            if places.loses_patience(client, self.p):
                client.standing = GAVE_UP
                t.gave_up += 1.0
                self._follow(index)
            else:
                self.looking.append(index)

    def _replace_retired(self) -> None:
        """A beginner takes over the room of whoever retires, and the clients who come to it."""
        for therapist in self.therapists:
            if therapist.retires(self.p):
                room, holder = therapist.room, therapist.holder + 1
                luck = self.luck.therapists(holder, False)[room]
                people.enter_practice(therapist, room + 1 + holder * self.p.therapists, holder, 0.0, self.p, luck)
                for left in filter(None, self.left_before):
                    left[room] = False
                for client in therapist.clients:
                    if client.sessions > 0:
                        people.start_with_someone(client)

    def _welcome_newcomer(self, place: int) -> None:
        """Fill a free place with someone new."""
        self.people.append(self._client_class(self, len(self.people) + 1, place, self.turns[place]))
        self.left_before.append([False] * self.p.therapists)
        self.turns[place] += 1
        self.seats[place] = len(self.people) - 1

    def _follow(self, index: int) -> None:
        """Follow someone out of therapy for good, if there is anything to learn from it."""
        if lives.is_followed(self.people[index], self.week, self.p):
            self.finished.append(index)
        else:
            self._let_go(index)

    def _let_go(self, index: int) -> None:
        """Forget someone who leaves no further trace, so that a practice can be watched for as long as one likes."""
        self.people[index] = None  # type: ignore[call-overload] # nobody asks for them again
        self.left_before[index] = []


def checked_weeks(weeks: object) -> int:
    """A number of weeks to live. Raises TearSimError unless it is a whole number from 0."""
    return whole_number("number of weeks", weeks, 0)


def _nothing_counted() -> Tally:
    return cast(Tally, SimpleNamespace(**NOTHING_COUNTED))


def _choice_of_their_own(
    client: Client,
    left: Listed[bool],
    free: Listed[int],
    number_free: int,
    therapists: Listed[Therapist],
    luck: Listed[SessionLuck],
    p: Parameters,
) -> int:
    """Let each client choose in their own way."""
    return acting(cast(ActingClient, client)).choose_place(client, left, free, number_free, therapists, luck, p)
