"""What is counted week by week, in every run: the sums from which outcomes and weekly series are made.

The order of sums, declared here once and kept in both worlds, so that their last bits agree. What happens in sessions
is tallied for each therapist's room by itself, in order of place within the room. What happens outside sessions (who of
those out of therapy is asked how they are, switched or gave up) goes into a tally of the practice, in order of time. At
the end of a week its tally is the practice's, and to it are added the first room's, the second's and so on, field by
field (`add_room`). So no sum of a room waits for another room's: rooms can be lived side by side, and add up to the
same bits.
"""

from typing import Protocol

from tearsim.science.codes import COMPLETED_UNTOLD, LEFT, MOVED, NEAR, NO_TEARS, NONE, OPEN, UNSETTLED
from tearsim.science.people import Client
from tearsim.science.session import Session


class Tally(Protocol):
    """One week's counts and sums."""

    sessions: float
    alliance: float  # sum over sessions, after each
    alliance_squared: float
    third_sessions: float
    third_alliance: float
    client_tears: float  # sessions in which the client cried
    felt: float  # sessions in which the therapist's eyes filled, shown or not
    near: float  # shown, by level
    open: float
    overwhelmed: float
    noticed: float
    moved: float
    unsettled: float
    ruptures: float  # opened
    repaired: float
    ended: float  # episodes ended by the client or in agreement
    untold: float  # of them: had enough, and stayed away without telling
    left: float
    ended_sessions: float  # sessions of ended episodes
    final_alliance: float  # sum over ended episodes
    treated: float  # ended episodes of two sessions or more
    start_distress: float  # sums over those
    start_distress_squared: float
    last_distress: float
    switched: float  # began with someone new
    weeks_to_new: float
    gave_up: float  # left for good, at once or out of patience
    arrived: float  # first sessions ever
    asked: float  # follow-ups
    asked_distress: float
    in_therapy: float  # at the end of the week
    looking: float


def count_session(t: Tally, s: Session) -> None:
    """Add a session to its week."""
    t.sessions += 1.0
    t.alliance += s.alliance
    t.alliance_squared += s.alliance * s.alliance
    if s.number == 3:
        t.third_sessions += 1.0
        t.third_alliance += s.alliance
    if s.client_tears != NO_TEARS:
        t.client_tears += 1.0
    if s.rupture > 0.0:
        t.ruptures += 1.0
    if s.repaired:
        t.repaired += 1.0
    if s.tears_felt != NONE:
        count_tears(t, s)


def count_tears(t: Tally, s: Session) -> None:
    """Add a therapist's tears to their week."""
    t.felt += 1.0
    if s.tears_shown == NEAR:
        t.near += 1.0
    elif s.tears_shown == OPEN:
        t.open += 1.0
    elif s.tears_shown != NONE:
        t.overwhelmed += 1.0
    if s.noticed:
        t.noticed += 1.0
    if s.reception == MOVED:
        t.moved += 1.0
    if s.reception == UNSETTLED:
        t.unsettled += 1.0


def count_ending(t: Tally, client: Client, s: Session) -> None:
    """Add an ended episode to its week."""
    t.ended += 1.0
    t.ended_sessions += s.number
    t.final_alliance += s.alliance
    if s.ending == COMPLETED_UNTOLD:
        t.untold += 1.0
    if s.ending == LEFT:
        t.left += 1.0
    if s.number >= 2:
        t.treated += 1.0
        t.start_distress += client.distress_at_start
        t.start_distress_squared += client.distress_at_start * client.distress_at_start
        t.last_distress += s.distress


def count_follow_up(t: Tally, client: Client) -> None:
    """Add someone's answer to the follow-up question."""
    t.asked += 1.0
    t.asked_distress += client.distress


def add_room(t: Tally, room: Tally) -> None:
    """Add what happened in the sessions of a room to the tally of the practice's week."""
    t.sessions += room.sessions
    t.alliance += room.alliance
    t.alliance_squared += room.alliance_squared
    t.third_sessions += room.third_sessions
    t.third_alliance += room.third_alliance
    t.client_tears += room.client_tears
    t.felt += room.felt
    t.near += room.near
    t.open += room.open
    t.overwhelmed += room.overwhelmed
    t.noticed += room.noticed
    t.moved += room.moved
    t.unsettled += room.unsettled
    t.ruptures += room.ruptures
    t.repaired += room.repaired
    t.ended += room.ended
    t.untold += room.untold
    t.left += room.left
    t.ended_sessions += room.ended_sessions
    t.final_alliance += room.final_alliance
    t.treated += room.treated
    t.start_distress += room.start_distress
    t.start_distress_squared += room.start_distress_squared
    t.last_distress += room.last_distress
    t.arrived += room.arrived
    t.asked += room.asked
    t.asked_distress += room.asked_distress
