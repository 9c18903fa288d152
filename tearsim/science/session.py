"""One session from beginning to end: depth, the client's tears, the therapist's tears, what the client makes of them,
distress, rupture and repair, the bond, and whether the client comes again.

`session` decides everything from the state at its start and changes nobody; `take_in` and `hear` then apply it to the
two people. So the order in which dyads are simulated within a week changes nothing.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from tearsim.science import rules
from tearsim.science.codes import (
    BELIEF,
    COMPLETED_TOLD,
    COMPLETED_UNTOLD,
    DISCOMFORT,
    FULL,
    GOES_ON,
    GOOD_ENOUGH,
    HARMED,
    IMPROVED,
    LEFT,
    MOVED,
    NO_BELIEF,
    NO_EFFECT,
    NO_ORIGIN,
    NO_TEARS,
    NONE,
    NOT_RECEIVED,
    OVERWHELMED,
    RELEASE,
    SHOWN,
    TRUTH,
    UNSETTLED,
    VOICED,
)
from tearsim.science.people import Client, Therapist
from tearsim.science.scales import logistic

Rule = Callable[..., Any]


class Tears(NamedTuple):
    """A therapist's tears in one session: the level felt, shown and sensed (`words.LEVEL`), and what became of them."""

    felt: int
    shown: int
    sensed: int
    origin: int
    noticed: bool
    belief_noticed: bool
    spoken: bool


class Session(NamedTuple):
    """All that happened in one session; the log's columns (`log.py` tells their meanings)."""

    number: int
    depth: float
    client_tears: int
    hushed: bool
    tears_felt: int
    tears_shown: int
    origin: int
    noticed: bool
    belief_noticed: bool
    spoken: bool
    stopped: bool
    appraisal: float
    reception: int
    belief: int
    rupture_before: float
    repaired: bool
    rupture: float
    open_rupture: float
    alliance_before: float
    bond: float
    alliance: float
    rating: float
    distress_before: float
    distress: float
    ending: int


def tears_between(client: Client, therapist: Therapist, depth: float, client_tears: int, manner: int, p: Any, luck: Any,
                  eyes_fill: Rule, notices: Rule, speaks: Rule) -> Tears:  # fmt: skip
    """The therapist's tears from feeling to speaking, as a `Tears`."""
    felt = eyes_fill(therapist, depth, client_tears, p, luck)
    if felt == NONE:
        return Tears(NONE, NONE, NONE, NO_ORIGIN, False, False, False)
    origin = rules.whose_feeling(therapist, depth, client_tears, p, luck)
    shown = felt if manner == SHOWN else NONE
    sensed = rules.sensed_level(felt, manner)
    noticed = sensed != NONE and notices(client, sensed, manner, p, luck)
    belief_noticed = manner == VOICED or (shown != NONE and rules.believes_noticed(therapist, noticed, p, luck))
    spoken = noticed and (manner == VOICED or (manner == SHOWN and speaks(therapist, p, luck)))
    return Tears(felt, shown, sensed, origin, noticed, belief_noticed, spoken)


def session(client: Client, therapist: Therapist, manner: int, p: Any, luck: Any,
            depth_of_talk: Rule = rules.depth_of_talk, cries: Rule = rules.cries, hushes: Rule = rules.hushes,
            eyes_fill: Rule = rules.eyes_fill, notices: Rule = rules.notices, speaks: Rule = rules.speaks,
            appraise: Rule = rules.appraise, believes: Rule = rules.believes, repairs: Rule = rules.repairs,
            ends_well: Rule = rules.ends_well, leaves: Rule = rules.leaves) -> Session:  # fmt: skip
    """One session, decided from the state at its start; changes nobody.

    The rules after `luck` can be replaced one by one: a Mesa agent passes its own methods.
    """
    number = client.sessions + 1
    pace = rules.pace_of_progress(client, therapist, p)
    depth = depth_of_talk(client, p, luck)
    client_tears = cries(client, depth, p, luck)
    hushed = client_tears != NO_TEARS and hushes(therapist, p, luck)
    released = 0.0
    if client_tears == RELEASE:
        released = p.hush_release_kept if hushed else 1.0

    tears = tears_between(client, therapist, depth, client_tears, manner, p, luck, eyes_fill, notices, speaks)
    stopped = tears.shown == OVERWHELMED and p.effect_of_tears != NO_EFFECT
    appraisal = 0.0
    reception = NOT_RECEIVED
    if tears.noticed:
        if p.effect_of_tears == FULL:
            appraisal = appraise(client, therapist, tears, p, luck)
        reception = rules.received(appraisal, p)
    belief = NO_BELIEF
    if tears.felt != NONE and manner in (SHOWN, VOICED):
        belief = believes(therapist, reception, p, luck)

    distress = rules.distress_after(client, released, client_tears == DISCOMFORT, 0.0 if stopped else pace, p, luck)
    repaired = client.open_rupture > 0.0 and repairs(therapist, client, p, luck)
    rupture = rules.new_rupture(client, appraisal, reception, p, luck)
    open_rupture = max(0.0 if repaired else p.rupture_kept * client.open_rupture, rupture)
    bond = rules.bond_after(client, distress, released, hushed, appraisal, reception, repaired, rupture, p, luck)
    alliance = logistic(bond)
    rating = min(7.0, max(1.0, 1.0 + 6.0 * alliance + p.rating_error * luck.rating))

    ending = GOES_ON
    if ends_well(client, number, distress, p, luck):
        untold = p.endings == GOOD_ENOUGH and luck.untold < p.ends_untold
        ending = COMPLETED_UNTOLD if untold else COMPLETED_TOLD
    elif leaves(client, therapist, number, alliance, open_rupture, distress, reception, p, luck):
        ending = LEFT

    return Session(
        number, depth, client_tears, hushed, tears.felt, tears.shown, tears.origin, tears.noticed, tears.belief_noticed,
        tears.spoken, stopped, appraisal, reception, belief, client.open_rupture, repaired, rupture, open_rupture,
        client.alliance, bond, alliance, rating, client.distress, distress, ending,
    )  # fmt: skip


def take_in(client: Client, s: Session, p: Any) -> None:
    """Apply a session to the client who lived it.

    Openness keeps a share and gains what moved them; being moved raises the level the bond settles at, by less with
    each noticed tear.
    """
    client.sessions = s.number
    client.bond = s.bond
    client.alliance = s.alliance
    client.distress = s.distress
    client.open_rupture = s.open_rupture
    client.openness = p.openness_kept * client.openness + max(0.0, s.appraisal)
    client.early_risk *= p.leaving_early_kept
    if s.repaired:
        client.rupture_spoken = False
    if s.noticed:
        if s.reception == MOVED:
            client.settles_at += p.lasting_moved * s.appraisal * client.lasting_weight
        if s.reception == UNSETTLED:
            client.unsettled_this_episode = True
            client.rupture_spoken = s.spoken
        client.lasting_weight *= p.lasting_repeat
        client.noticed_before += 1
    if s.open_rupture == 0.0:
        client.rupture_spoken = False


def hear(therapist: Therapist, s: Session, p: Any) -> None:
    """Note what the session tells the therapist about their tears; `learn` applies it at the end of the week.

    Nothing is learnt from tears that were held back, leaking or not: the therapist does not know that they were sensed.
    """
    if s.belief == NO_BELIEF or p.effect_of_tears == NO_EFFECT:
        return
    if s.tears_shown != NONE:
        therapist.tears_this_week += 1
    helped = p.comfort_learns_from == BELIEF and s.belief == IMPROVED
    harmed = p.comfort_learns_from == BELIEF and s.belief == HARMED
    if p.comfort_learns_from == TRUTH:
        helped, harmed = s.reception == MOVED, s.reception == UNSETTLED
    if helped:
        therapist.helped_this_week += 1
    if harmed:
        therapist.harmed_this_week += 1
