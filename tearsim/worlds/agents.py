"""Therapists and clients as Mesa agents. What they do are the rules themselves, as methods.

Every rule takes first who acts, so a rule is a method already. Subclass an agent and override one of them, and
`Practice(therapist_class=..., client_class=...)` runs your world:

    class Unmoved(Client):
        def appraise(self, therapist, tears, p, luck):
            return 0.0

What a person feels, decides or does can be overridden in a class (not on one instance). A function in the place of a
rule, `Practice(rules={"appraise": unmoved})`, acts for everyone, and does so in the compiled world, too. What happens
between two people or to them - how a bond, distress or a rupture moves - is no one's behaviour: that is set by
parameters.
"""

import difflib
import inspect
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol

import mesa

from tearsim.errors import TearSimError, echoed
from tearsim.science import lives, people, places, rules, scales
from tearsim.science.codes import STANDING
from tearsim.science.replacing import Replaced
from tearsim.science.session import Session, hear, session, take_in
from tearsim.science.types import ClientLuck, Parameters, SessionLuck, TherapistWeekLuck


class Home(Protocol):
    """What an agent needs of the practice it lives in: the week, the parameters, its luck, and who else is there."""

    week: int
    p: Parameters
    seats: list[int]
    people: list[Any]
    replaced: Replaced

    def luck_of_session(self, client: "Client", place: int) -> SessionLuck:
        """This week's luck of a client who sits in a place."""

    def luck_of_place(self, place: int) -> SessionLuck:
        """This week's luck of a place."""

    def luck_of_therapist(self, room: int) -> TherapistWeekLuck:
        """This week's luck of the therapist in a room."""

    def luck_of_client(self, turn: int, place: int) -> ClientLuck:
        """The luck that makes the turn-th client who comes to a place."""

    def next_agent(self) -> int:
        """The number of the next agent."""


class _Numbers:
    """Where Mesa 3.3 looks up the next number of an agent: its own table keeps every model in memory for good."""

    def __getitem__(self, model: Home) -> Iterator[int]:
        return iter(model.next_agent, None)


def acting(person: "Therapist | Client") -> Any:
    """Where to look up what a person does: their class, with the rules that their practice has replaced."""
    kind: Any = type(person)
    replaced = person.model.replaced
    return _with_replaced(kind, replaced) if replaced else kind


@lru_cache(maxsize=64)
def _with_replaced(kind: Any, replaced: Replaced) -> type:
    return type(kind.__name__, (kind,), dict(replaced))


class Therapist(mesa.Agent):
    """A therapist with a room: state as in `science.people.Therapist`, and what a therapist does."""

    model: Home
    _ids = _Numbers()

    hushes = rules.hushes
    eyes_fill = rules.eyes_fill
    speaks = rules.speaks
    believes = rules.believes
    repairs = rules.repairs
    learn = lives.learn
    retires = lives.retires

    def __init__(self, model: Home, room: int) -> None:
        super().__init__(model)
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
    def clients(self) -> list["Client"]:
        """The clients who come to this room, in order of place."""
        seats = self.model.seats[self.room :: self.model.p.therapists]
        return [self.model.people[index] for index in seats if index != places.FREE]


def _share(log_odds: str) -> property:
    """A trait from 0 to 1, as people speak of it, over an attribute that keeps its log-odds, as rules read it."""
    return property(
        lambda client: scales.logistic(getattr(client, log_odds)),
        lambda client, share: setattr(client, log_odds, scales.log_odds(share)),
    )


class Client(mesa.Agent):
    """A client: state as in `science.people.Client`, and what a client does."""

    model: Home
    _ids = _Numbers()

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
        super().__init__(model)
        people.arrive(self, number, home, turn, model.p, model.luck_of_client(turn, home))

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.number}, {STANDING[self.standing]}, {self.sessions} sessions, "
            f"alliance {self.alliance:.2f}>"
        )

    def attend(self, place: int, therapist: Therapist) -> Session:
        """Have this week's session: meet if it is the first, decide it all, then live with it."""
        if not vars(self).keys().isdisjoint(OF_CLIENTS):
            _refuse_rules_of_their_own(self)
        week, p, luck = self.model.week, self.model.p, self.model.luck_of_session(self, place)
        if self.sessions == 0:
            rules.meet(self, therapist, week, p, luck)
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


def _rules_of(kind: type[mesa.Agent]) -> dict[str, Any]:
    """What a kind of people does that can be overridden: the rules that stand as methods in its class."""
    return {name: rule for name, rule in vars(kind).items() if inspect.isfunction(rule) and rule.__module__ != __name__}


RULES = {kind: _rules_of(kind) for kind in (Therapist, Client)}
OF_THERAPISTS, OF_CLIENTS = RULES[Therapist].keys(), RULES[Client].keys()


def refuse_what_is_never_called(given: Any, kind: type[Therapist] | type[Client]) -> None:
    """See to it that a class is of a kind of people, and that whatever it overrides will be called.

    Raises TearSimError for another class, for Mesa's `step` (a week has an order of its own and calls none), a rule
    that takes other arguments, and a method that is named nearly like a rule.
    """
    what = kind.__name__
    if not (isinstance(given, type) and issubclass(given, kind)):
        raise TearSimError(f"{what.lower()}_class is {what} or a subclass of it; {echoed(given)} is not.")
    if given.step is not mesa.Agent.step:
        known = ", ".join(RULES[kind])
        raise TearSimError(
            f"{given.__name__}.step would never be called: what {what.lower()}s do in a week are {known}."
        )
    for name in dict.fromkeys(name for one in given.__mro__ if one not in kind.__mro__ for name in vars(one)):
        if name in RULES[kind]:
            _check_arguments(given, name, RULES[kind][name])
        elif not name.startswith("_") and not hasattr(kind, name) and callable(getattr(given, name)):
            _check_name(given, name)


def refuse_two_of_one(replaced: Replaced, *kinds: type[Therapist] | type[Client]) -> None:
    """Raise TearSimError for a rule that is replaced and overridden in a class, too: only one of the two could act."""
    for name, _ in replaced:
        for given in kinds:
            if any(name in vars(one) for one in given.__mro__ if one not in (Therapist, Client)):
                raise TearSimError(
                    f"{name} is replaced by a rule and overridden in {given.__name__}: do one of the two."
                )


def _check_arguments(given: type, name: str, rule: Any) -> None:
    try:
        inspect.signature(getattr(given, name)).bind(*inspect.signature(rule).parameters)
    except TypeError:
        _, *others = inspect.signature(rule).parameters
        raise TearSimError(f"{given.__name__}.{name} must be a method ({', '.join(['self', *others])}).") from None


def _check_name(given: type, name: str) -> None:
    for kind, rules_of_kind in RULES.items():
        for meant in difflib.get_close_matches(name, rules_of_kind, n=1, cutoff=0.8):
            reason = f": {name} is what a {kind.__name__.lower()} does."
            if meant != name:
                reason = f'. Did you mean "{meant}"?'
            raise TearSimError(f"{given.__name__}.{name} would never be called{reason}")


def _refuse_rules_of_their_own(person: Therapist | Client) -> None:
    """Rules are looked up in a class: one that is set on a single person would be passed over."""
    name = next(name for name in RULES[Client] | RULES[Therapist] if name in vars(person))
    raise TearSimError(
        f"{name} was set on {person!r} alone, where it is never called: override it in a class, "
        "in which self.number tells who it is."
    )
