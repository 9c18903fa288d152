"""Therapists and clients who act: their state is as in `people.py`, what they do are the rules themselves, as methods.

Every rule takes first who acts, so a rule is a method already. A subclass that overrides one acts otherwise; functions
in the place of rules (`replacing.py`) act for everyone in a practice. What happens between two people or to them - how
a bond, distress or a rupture moves - is no one's behaviour: that is set by parameters.
"""

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from tearsim.errors import TearSimError
from tearsim.science import lives, meeting, people, places, rules, scales
from tearsim.science.codes import STANDING
from tearsim.science.replacing import Replaced, Rule
from tearsim.science.session import Session, hear, session, take_in
from tearsim.science.types import ClientLuck, Parameters, SessionLuck, TherapistWeekLuck

if TYPE_CHECKING:  # what people are made of is declared in `people.py`, and written by its functions
    from tearsim.science.people import Client as _ClientState
    from tearsim.science.people import Therapist as _TherapistState
else:
    _ClientState = _TherapistState = object

Person = TypeVar("Person", "ActingTherapist", "ActingClient")


class Home(Protocol):
    """What people need of the practice they live in: the week, the parameters, their luck, and who else is there."""

    week: int
    p: Parameters
    seats: list[int]
    people: "list[ActingClient]"
    replaced: Replaced

    def luck_of_session(self, client: "ActingClient", place: int) -> SessionLuck:
        """This week's luck of a client who sits in a place."""

    def luck_of_place(self, place: int) -> SessionLuck:
        """This week's luck of a place."""

    def luck_of_therapist(self, room: int) -> TherapistWeekLuck:
        """This week's luck of the therapist in a room."""

    def luck_of_client(self, turn: int, place: int) -> ClientLuck:
        """The luck that makes the turn-th client who comes to a place."""


def acting(person: Person) -> type[Person]:
    """Where to look up what a person does: their class, with the rules that their practice has replaced."""
    kind = type(person)
    replaced = person.model.replaced
    return cast(type[Person], _with_replaced(kind, replaced)) if replaced else kind


@lru_cache(maxsize=64)
def _with_replaced(kind: type, replaced: Replaced) -> type:
    return type(kind.__name__, (kind,), dict(replaced))


class ActingTherapist(_TherapistState):
    """A therapist with a room: state as in `people.Therapist`, and what a therapist does."""

    model: Home

    hushes = rules.hushes
    eyes_fill = rules.eyes_fill
    speaks = rules.speaks
    believes = rules.believes
    repairs = rules.repairs
    learn = lives.learn
    retires = lives.retires

    def __init__(self, model: Home, room: int) -> None:
        self.model = model
        self.room = room

    def __repr__(self) -> str:
        clients = len(self.clients)
        return f"<{type(self).__name__} in room {self.room + 1}, {clients} client{'' if clients == 1 else 's'}>"

    def begin_week(self) -> None:
        """A week of the therapist's own life."""
        if not vars(self).keys().isdisjoint(OF_THERAPISTS):
            _refuse_rules_of_their_own(self)
        lives.begin_week(self, self.model.p, self.model.luck_of_therapist(self.room))

    def end_week(self) -> None:
        """Learn from the week's tears, and grow older."""
        acting(self).learn(self, self.model.p)

    @property
    def clients(self) -> "list[ActingClient]":
        """The clients who come to this room, in order of place."""
        seats = self.model.seats[self.room :: self.model.p.therapists]
        return [self.model.people[index] for index in seats if index != places.FREE]


def _share(log_odds: str) -> property:
    """A trait from 0 to 1, as people speak of it, over an attribute that keeps its log-odds, as rules read it."""
    return property(
        lambda client: scales.logistic(getattr(client, log_odds)),
        lambda client, share: setattr(client, log_odds, scales.log_odds(share)),
    )


class ActingClient(_ClientState):
    """A client: state as in `people.Client`, and what a client does."""

    model: Home

    empathy = _share("empathy_log_odds")
    boundary_sensitivity = _share("boundary_sensitivity_log_odds")
    warmth_expected = _share("warmth_expected_log_odds")

    depth_of_talk = rules.depth_of_talk
    cries = rules.cries
    notices = rules.notices
    appraise = rules.appraise
    ends_well = rules.ends_well
    leaves = rules.leaves
    seeks_someone_new = places.seeks_someone_new
    choose_place = places.choose_place

    def __init__(self, model: Home, number: int, home: int, turn: int) -> None:
        self.model = model
        people.arrive(self, number, home, turn, model.p, model.luck_of_client(turn, home))

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.number}, {STANDING[self.standing]}, {self.sessions} sessions, "
            f"alliance {self.alliance:.2f}>"
        )

    def attend(self, place: int, therapist: ActingTherapist) -> Session:
        """Have this week's session: meet if it is the first, see what else is brought, decide it all, live with it."""
        if not vars(self).keys().isdisjoint(OF_CLIENTS):
            _refuse_rules_of_their_own(self)
        week, p, luck = self.model.week, self.model.p, self.model.luck_of_session(self, place)
        meeting.begin_session(self, therapist, week, p, luck)
        me, them = acting(self), acting(therapist)
        happened = session(
            self,
            therapist,
            rules.manner_of_tears(self, week, p),
            p,
            luck,
            depth_of_talk=me.depth_of_talk,
            cries=me.cries,
            notices=me.notices,
            appraise=me.appraise,
            ends_well=me.ends_well,
            leaves=me.leaves,
            hushes=them.hushes,
            eyes_fill=them.eyes_fill,
            speaks=them.speaks,
            believes=them.believes,
            repairs=them.repairs,
        )
        take_in(self, happened, p)
        hear(therapist, happened, p)
        return happened

    def live_outside(self) -> None:
        """A week out of therapy."""
        lives.live_outside(self, self.model.p, self.model.luck_of_place(self.home))


def _rules_of(kind: type) -> dict[str, Rule]:
    """What a kind of people does that can be overridden: the rules that stand as methods in its class."""
    return {name: rule for name, rule in vars(kind).items() if inspect.isfunction(rule) and rule.__module__ != __name__}


RULES_OF: dict[type, dict[str, Rule]] = {kind: _rules_of(kind) for kind in (ActingTherapist, ActingClient)}
OF_THERAPISTS, OF_CLIENTS = RULES_OF[ActingTherapist].keys(), RULES_OF[ActingClient].keys()


def _refuse_rules_of_their_own(person: ActingTherapist | ActingClient) -> None:
    """Rules are looked up in a class: one that is set on a single person would be passed over."""
    name = next(name for name in OF_CLIENTS | OF_THERAPISTS if name in vars(person))
    raise TearSimError(
        f"{name} was set on {person!r} alone, where it is never called: override it in a class, "
        "in which self.number tells who it is."
    )
