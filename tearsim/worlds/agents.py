"""Therapists and clients as Mesa agents. What they do are the rules themselves, as methods.

Every rule takes first who acts, so a rule is a method already. Subclass an agent and override one of them, and
`Practice(therapist_class=..., client_class=...)` runs your world:

    class Unmoved(Client):
        def appraise(self, therapist, tears, p, luck):
            return 0.0

What a person feels, decides or does can be overridden in a class (not on one instance). What happens between two people
or to them - how a bond, distress or a rupture moves - is no one's behaviour: that is set by parameters.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import mesa

from tearsim.errors import TearSimError
from tearsim.science import lives, people, places, rules, scales
from tearsim.science.session import Session, hear, session, take_in
from tearsim.science.words import STANDING

if TYPE_CHECKING:
    from tearsim.worlds.practice import Practice


class _Numbers:
    """Where Mesa 3.3 looks up the next number of an agent: its own table keeps every model in memory for good."""

    def __getitem__(self, model: "Practice") -> Iterator[int]:
        return iter(model.next_agent, None)


class Therapist(mesa.Agent):
    """A therapist with a room: state as in `science.people.Therapist`, and what a therapist does."""

    model: "Practice"
    _ids = _Numbers()

    hushes = rules.hushes
    eyes_fill = rules.eyes_fill
    speaks = rules.speaks
    believes = rules.believes
    repairs = rules.repairs
    learn = lives.learn
    retires = lives.retires

    def __init__(self, model: "Practice", room: int) -> None:
        super().__init__(model)
        self.room = room

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in room {self.room + 1}, {len(self.clients)} clients>"

    def begin_week(self) -> None:
        """A week of the therapist's own life."""
        lives.begin_week(self, self.model.p, self.model.luck_of_therapist(self.room))

    def end_week(self) -> None:
        """Learn from the week's tears, and grow older."""
        self.learn(self.model.p)

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

    model: "Practice"
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

    def __init__(self, model: "Practice", number: int, home: int, turn: int) -> None:
        super().__init__(model)
        people.arrive(self, number, home, turn, model.p, model.luck_of_client(turn, home))

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.number}, {STANDING[self.standing]}, {self.sessions} sessions, "
            f"alliance {self.alliance:.2f}>"
        )

    def attend(self, place: int, therapist: Therapist) -> Session:
        """Have this week's session: meet if it is the first, decide it all, then live with it."""
        week, p, luck = self.model.week, self.model.p, self.model.luck_of_session(self, place)
        if self.sessions == 0:
            rules.meet(self, therapist, week, p, luck)
        me, them = type(self), type(therapist)
        happened = session(
            self, therapist, rules.manner_of_tears(self, week, p), p, luck,
            depth_of_talk=me.depth_of_talk, cries=me.cries, notices=me.notices, appraise=me.appraise,
            ends_well=me.ends_well, leaves=me.leaves, hushes=them.hushes, eyes_fill=them.eyes_fill, speaks=them.speaks,
            believes=them.believes, repairs=them.repairs,
        )  # fmt: skip
        take_in(self, happened, p)
        hear(therapist, happened, p)
        return happened

    def live_outside(self) -> None:
        """A week out of therapy."""
        lives.live_outside(self, self.model.p, self.model.luck_of_place(self.home))


def refuse_what_is_never_called(*classes: type[mesa.Agent]) -> None:
    """Raise TearSimError for a class that overrides Mesa's `step`: a week has an order of its own and calls none."""
    for changed in classes:
        if changed.step is not mesa.Agent.step:
            own = next(one for one in (Therapist, Client) if issubclass(changed, one))
            known = ", ".join(name for name in vars(own) if not name.startswith("_") and callable(getattr(own, name)))
            raise TearSimError(
                f"{changed.__name__}.step would never be called: what {own.__name__.lower()}s do in a week are {known}."
            )
