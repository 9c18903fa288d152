"""One session from beginning to end: depth, the client's tears, the therapist's tears, what the client makes of them,
distress, rupture and repair, the bond, and whether the client comes again.

`session` decides everything from the state at its start and changes nobody; `take_in` and `hear` then apply it to the
two people. So the order in which dyads are simulated within a week changes nothing.
"""

from typing import Annotated, NamedTuple

from tearsim.science import rules
from tearsim.science.codes import (
    BELIEF,
    BELIEVES,
    CLIENT_TEARS,
    COMPLETED_TOLD,
    COMPLETED_UNTOLD,
    DISCOMFORT,
    ENDING,
    FULL,
    GOES_ON,
    HARMED,
    IMPROVED,
    LEFT,
    LEVEL,
    MOVED,
    NO_BELIEF,
    NO_EFFECT,
    NO_ORIGIN,
    NO_TEARS,
    NONE,
    NOT_RECEIVED,
    ORIGIN,
    OVERWHELMED,
    RECEPTION,
    RELEASE,
    SHOWN,
    TRUTH,
    UNSETTLED,
    VOICED,
)
from tearsim.science.people import Client, Therapist
from tearsim.science.replaceable import (
    Appraise,
    Believes,
    Cries,
    DepthOfTalk,
    EndsWell,
    EyesFill,
    Hushes,
    Leaves,
    Notices,
    Repairs,
    Speaks,
)
from tearsim.science.rules import Tears
from tearsim.science.scales import logistic
from tearsim.science.types import Parameters, SessionLuck


class Declared(NamedTuple):
    """What a log tells of one of its columns: the unit, the meaning, and for codes the words they stand for."""

    unit: str
    meaning: str
    words: tuple[str, ...] = ()


class Session(NamedTuple):
    """All that happened in one session, each field with what the log tells of it (`log.SESSION_COLUMNS`).

    The log, its columns and the row that is written follow from these lines: a new field is declared here alone.
    """

    number: Annotated[int, Declared("count", "Session within the episode, counted from 1.")]
    depth: Annotated[float, Declared("0 to 1", "How deep the talk went.")]
    felt_empathy: Annotated[float, Declared("standard score", "How empathic the therapist seemed to the client.")]
    client_tears: Annotated[int, Declared("kind", "The client's tears.", CLIENT_TEARS)]
    hushed: Annotated[bool, Declared("yes/no", "Whether the therapist comforted the crying client too soon.")]
    tears_felt: Annotated[int, Declared("level", "The therapist's tears as felt.", LEVEL)]
    tears_shown: Annotated[int, Declared("level", "The therapist's tears as shown.", LEVEL)]
    origin: Annotated[int, Declared("kind", "Whether the therapist's tears were shared or their own.", ORIGIN)]
    noticed: Annotated[bool, Declared("yes/no", "Whether the client noticed the therapist's tears.")]
    belief_noticed: Annotated[bool, Declared("yes/no", "Whether the therapist believes that the client noticed.")]
    spoken: Annotated[bool, Declared("yes/no", "Whether they spoke of the therapist's tears.")]
    stopped: Annotated[bool, Declared("yes/no", "Whether the session stopped.")]
    appraisal: Annotated[float, Declared("-1 to 1", "What the client made of noticed tears; 0 where there were none.")]
    reception: Annotated[int, Declared("kind", "How the client took noticed tears.", RECEPTION)]
    belief: Annotated[int, Declared("kind", "What the therapist believes their tears did.", BELIEVES)]
    rupture_before: Annotated[float, Declared("severity", "The rupture open at the start of the session; 0 for none.")]
    repaired: Annotated[bool, Declared("yes/no", "Whether that rupture was repaired.")]
    rupture: Annotated[float, Declared("severity", "The rupture that opened in the session; 0 for none.")]
    open_rupture: Annotated[float, Declared("severity", "The rupture open at the end of the session; 0 for none.")]
    alliance_before: Annotated[float, Declared("0 to 1", "Alliance at the start of the session.")]
    alliance: Annotated[float, Declared("0 to 1", "Alliance at the end of the session.")]
    bond: Annotated[float, Declared("log-odds", "The same, as log-odds.")]
    rating: Annotated[float, Declared("1 to 7", "Client's rating of the alliance: WAI item mean, with rating error.")]
    distress_before: Annotated[float, Declared("SD of intake", "Distress at the start of the session; 0 is none.")]
    distress: Annotated[float, Declared("SD of intake", "Distress at the end of the session.")]
    ending: Annotated[int, Declared("kind", "How the session left the therapy.", ENDING)]


def tears_between(
    client: Client,
    therapist: Therapist,
    depth: float,
    client_tears: int,
    manner: int,
    p: Parameters,
    luck: SessionLuck,
    eyes_fill: EyesFill,
    notices: Notices,
    speaks: Speaks,
) -> Tears:
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


def session(
    client: Client,
    therapist: Therapist,
    manner: int,
    p: Parameters,
    luck: SessionLuck,
    depth_of_talk: DepthOfTalk = rules.depth_of_talk,
    cries: Cries = rules.cries,
    hushes: Hushes = rules.hushes,
    eyes_fill: EyesFill = rules.eyes_fill,
    notices: Notices = rules.notices,
    speaks: Speaks = rules.speaks,
    appraise: Appraise = rules.appraise,
    believes: Believes = rules.believes,
    repairs: Repairs = rules.repairs,
    ends_well: EndsWell = rules.ends_well,
    leaves: Leaves = rules.leaves,
) -> Session:
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

    repaired = client.open_rupture > 0.0 and repairs(therapist, client, p, luck)
    rupture = rules.new_rupture(client, appraisal, reception, p, luck)
    open_rupture = max(0.0 if repaired else p.rupture_kept * client.open_rupture, rupture)
    distress = rules.distress_after(
        client, released, client_tears == DISCOMFORT, open_rupture, 0.0 if stopped else pace, p, luck
    )
    bond = rules.bond_after(
        client, therapist, distress, released, hushed, appraisal, reception, repaired, rupture, p, luck
    )
    alliance = logistic(bond)
    rating = min(7.0, max(1.0, 1.0 + 6.0 * alliance + p.rating_error * luck.rating))

    ending = GOES_ON
    if ends_well(client, number, distress, p, luck):
        untold = luck.untold < p.ends_untold and not rules.reaches_agreed_end(client, number, p)
        ending = COMPLETED_UNTOLD if untold else COMPLETED_TOLD
    elif leaves(client, therapist, number, alliance, open_rupture, distress, reception, p, luck):
        ending = LEFT

    # By position, which costs the Mesa world a twentieth less than by name; a test holds each to its field.
    return Session(
        number, depth, client.felt_empathy, client_tears, hushed, tears.felt, tears.shown, tears.origin, tears.noticed,
        tears.belief_noticed, tears.spoken, stopped, appraisal, reception, belief, client.open_rupture, repaired,
        rupture, open_rupture, client.alliance, alliance, bond, rating, client.distress, distress, ending,
    )  # fmt: skip


def take_in(client: Client, s: Session, p: Parameters) -> None:
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


def hear(therapist: Therapist, s: Session, p: Parameters) -> None:
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
