"""What is counted week by week, in every run: the sums from which outcomes and weekly series are made.

Sums run over people in order of place, in both worlds alike, so that their last bits agree.
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
