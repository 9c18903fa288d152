"""What can happen in a session, rule by rule; `session.py` puts them in order.

Every rule is a small function of plain numbers: who acts comes first, then what they meet, then the parameters `p` and
the luck of this session (`luck.py`: an event happens when its log-odds draw lies below the log-odds in the rule). No
rule changes anybody. What a client brings to a session is decided before (`meeting.py`).

Alliance runs from 0 to 1; the bond is its log-odds. Distress is in standard deviations of intake, 0 is none.
Sources stand with the parameters (`parameters.py`); the equations are this model's own.
"""

from math import sqrt
from typing import NamedTuple

from tearsim.science.codes import (
    DISCOMFORT,
    FIXED_PLAN,
    HARMED,
    HELD_BACK,
    IMPROVED,
    LEAKING,
    MOVED,
    NEAR,
    NO_CHANGE,
    NO_TEARS,
    NONE,
    OPEN,
    OVERWHELMED,
    OWN,
    RELEASE,
    SHARED,
    SHOWN,
    UNMOVED,
    UNSETTLED,
    VOICED,
)
from tearsim.science.functions import exp, tanh
from tearsim.science.meeting import has_bad_news
from tearsim.science.people import Client, Therapist
from tearsim.science.scales import (
    INTAKE_DISTRESS,
    MIDDLE,
    REPEATS_THAT_COUNT,
    TYPICAL_ALLIANCE,
    TYPICAL_ALLIANCE_FOR_PROGRESS,
    TYPICAL_DEPTH,
    TYPICAL_DISTRESS,
    TYPICAL_EMPATHY,
    TYPICAL_EXPERIENCE,
    logistic,
)
from tearsim.science.types import Parameters, SessionLuck


class Tears(NamedTuple):
    """A therapist's tears in one session: the level felt, shown and sensed (`codes.LEVEL`), and what became of them."""

    felt: int
    shown: int
    sensed: int
    origin: int
    noticed: bool
    belief_noticed: bool
    spoken: bool


# --- The client talks -----------------------------------------------------------------------------------------------


def depth_of_talk(client: Client, p: Parameters, luck: SessionLuck) -> float:
    """How deep the talk goes, 0 to 1.

    `logistic(base + alliance_w*(alliance - .75) + distress_w*(distress - 1) + empathy_w*felt empathy + spread*z)`
    """
    return logistic(
        p.depth_base
        + p.depth_alliance * (client.alliance - TYPICAL_ALLIANCE)
        + p.depth_distress * (client.distress - TYPICAL_DISTRESS)
        + p.depth_empathy * client.felt_empathy
        + p.depth_spread * luck.depth
    )


def cries(client: Client, depth: float, p: Parameters, luck: SessionLuck) -> int:
    """The client's tears: none, of release, or of discomfort (`codes.CLIENT_TEARS`).

    Cries with log-odds `base + propensity + theme_w*theme + depth_w*(depth - .6) + rupture_w*open rupture
    + openness_w*openness`; the tears are of release with log-odds
    `base + alliance_w*(alliance - .5) + rupture_w*open rupture`.
    """
    urge = (
        p.client_cries_base
        + client.tear_propensity
        + p.client_cries_theme * client.theme
        + p.client_cries_depth * (depth - TYPICAL_DEPTH)
        + p.client_cries_rupture * client.open_rupture
        + p.client_cries_openness * client.openness
    )
    if not luck.client_cries < urge:
        return NO_TEARS
    relief = p.release_base + p.release_alliance * (client.alliance - MIDDLE) + p.release_rupture * client.open_rupture
    return RELEASE if luck.release < relief else DISCOMFORT


def hushes(therapist: Therapist, p: Parameters, luck: SessionLuck) -> bool:
    """Whether the therapist comforts a crying client too soon: with probability `comforting`."""
    return luck.hushed < therapist.comforting


# --- The therapist's eyes fill -------------------------------------------------------------------------------------


def resonance(therapist: Therapist, depth: float, client_tears: int, p: Parameters, luck: SessionLuck) -> float:
    """How strongly the client's feeling is felt along (log-odds; may be negative in shallow talk).

    `(1 + empathy_w*(empathy - .65)) * (depth_w*(depth - .6) + crying_w*[client cries] + news_w*[bad news])`
    """
    moved_by = p.eyes_fill_depth * (depth - TYPICAL_DEPTH)
    if client_tears != NO_TEARS:
        moved_by += p.eyes_fill_client_cries
    if has_bad_news(p, luck):
        moved_by += p.eyes_fill_bad_news
    return (1.0 + p.eyes_fill_empathy * (therapist.empathy - TYPICAL_EMPATHY)) * moved_by


def own_burden(therapist: Therapist, p: Parameters) -> float:
    """How strongly the therapist's own life presses (log-odds): `strain_w*max(0, strain) + grief_w*[in grief]`."""
    burden = p.eyes_fill_strain * max(0.0, therapist.strain)
    return burden + p.eyes_fill_grief if therapist.grieving else burden


def eyes_fill(therapist: Therapist, depth: float, client_tears: int, p: Parameters, luck: SessionLuck) -> int:
    """The level of tears the therapist feels: none, near, open or overwhelmed (`codes.LEVEL`).

    One draw against `h = base + propensity + resonance + own burden + boundary_w*(boundary - .5)
    + comfort_w*(comfort - .5)`: near tears below h, open below `h - open_step`, overwhelmed a further step down.
    """
    h = (
        p.eyes_fill_base
        + therapist.tear_propensity
        + resonance(therapist, depth, client_tears, p, luck)
        + own_burden(therapist, p)
        + p.eyes_fill_boundary * (therapist.boundary_sensitivity - MIDDLE)
        + p.eyes_fill_comfort * (therapist.comfort - MIDDLE)
    )
    if not luck.eyes_fill < h:
        return NONE
    if not luck.eyes_fill < h - p.open_step:
        return NEAR
    return OPEN if not luck.eyes_fill < h - p.open_step - p.overwhelmed_step else OVERWHELMED


def whose_feeling(therapist: Therapist, depth: float, client_tears: int, p: Parameters, luck: SessionLuck) -> int:
    """Whether tears are the therapist's own or shared: own with probability `own / (own + max(0, resonance))`."""
    own = own_burden(therapist, p)
    both = own + max(0.0, resonance(therapist, depth, client_tears, p, luck))
    return OWN if luck.origin * both < own else SHARED


def manner_of_tears(client: Client, week: int, p: Parameters) -> int:
    """How tears are dealt with here and now: as `tears` says, but held back with the one client and week so set."""
    if p.hold_back_client == client.number and (p.hold_back_week == 0 or p.hold_back_week == week + 1):
        return HELD_BACK
    return p.tears


def sensed_level(felt: int, manner: int) -> int:
    """The level there is to sense: shown tears as they are, near if put into words or leaking, none if held back."""
    if manner == SHOWN:
        return felt
    if felt == NONE or manner == HELD_BACK:
        return NONE
    return NEAR


def notices(client: Client, sensed: int, manner: int, p: Parameters, luck: SessionLuck) -> bool:
    """Whether the client notices: open tears and words always, near tears and leaks with a probability each."""
    if manner == LEAKING:
        return luck.noticed < p.leak_sensed
    return manner == VOICED or sensed >= OPEN or luck.noticed < p.near_noticed


def believes_noticed(therapist: Therapist, noticed: bool, p: Parameters, luck: SessionLuck) -> bool:
    """Whether the therapist believes that the tears were noticed: a hit rate and a false-alarm rate."""
    return luck.belief_noticed < (p.belief_noticed_hit if noticed else p.belief_noticed_false)


def speaks(therapist: Therapist, p: Parameters, luck: SessionLuck) -> bool:
    """Whether tears that the client has noticed are spoken of: with probability `spoken*(.5 + comfort)`."""
    return luck.spoken < p.tears_spoken * (MIDDLE + therapist.comfort)


# --- The client makes sense of it ----------------------------------------------------------------------------------


def appraise(client: Client, therapist: Therapist, tears: Tears, p: Parameters, luck: SessionLuck) -> float:
    """What noticed tears mean to the client, from -1 (all wrong) to 1 (deeply human).

    `tanh` of a sum of weights on alliance, the client's empathy, expected warmth and boundary sensitivity, on whether
    the feeling was shared, the therapist's comfort and strain, on level, speaking, repetition, burden, frailty,
    blurring, and of `spread*z`. All levels count from near tears.
    """
    beyond_near = tears.sensed - NEAR
    empathy = logistic(client.empathy_log_odds)
    meaning = (
        p.appraisal_base
        + p.appraisal_alliance * (client.alliance - TYPICAL_ALLIANCE)
        + p.appraisal_empathy * (empathy - MIDDLE)
        + p.appraisal_warmth * (logistic(client.warmth_expected_log_odds) - MIDDLE)
        + p.appraisal_comfort * (therapist.comfort - MIDDLE)
        + (p.appraisal_boundary + p.appraisal_blur * beyond_near)
        * (logistic(client.boundary_sensitivity_log_odds) - MIDDLE)
        + p.appraisal_strain * max(0.0, therapist.strain)
        + p.appraisal_intensity * beyond_near
        + p.appraisal_repeat * min(client.noticed_before, REPEATS_THAT_COUNT)
        + p.appraisal_spread * luck.appraisal
    )
    meaning += p.appraisal_shared * (MIDDLE if tears.origin == SHARED else -MIDDLE)
    if tears.spoken:
        meaning += p.appraisal_spoken
    if tears.sensed >= OPEN:
        meaning += p.appraisal_frailty * (client.distress - TYPICAL_DISTRESS)
        if tears.origin == OWN:
            meaning += p.appraisal_burden * empathy
    if tears.sensed == OPEN:
        meaning += p.appraisal_open_peak
    if tears.sensed == OVERWHELMED:
        meaning += p.appraisal_overwhelmed
    return tanh(meaning)


def received(appraisal: float, p: Parameters) -> int:
    """The appraisal in a word: moved above the threshold, unsettled below its negative, else unmoved."""
    if appraisal > p.reception_threshold:
        return MOVED
    return UNSETTLED if appraisal < -p.reception_threshold else UNMOVED


def believes(therapist: Therapist, reception: int, p: Parameters, luck: SessionLuck) -> int:
    """What the therapist believes tears did (`codes.BELIEVES`); clients hide displeasure.

    A moved client shows it with one probability (then: improved), an unsettled one with another (then: harmed).
    Unsettled clients who hide it, and unmoved ones, are read as improvement with a third. The rest is no change.
    """
    if reception == UNSETTLED and luck.displeasure < p.belief_unsettled_shows:
        return HARMED
    chance = p.belief_moved_shows if reception == MOVED else p.belief_improved_otherwise
    return IMPROVED if luck.belief < chance else NO_CHANGE


# --- Distress, rupture, repair and the bond ------------------------------------------------------------------------


def distress_noise(distress: float, p: Parameters) -> float:
    """Standard deviation of distress from week to week: `spread*sqrt(z0 + (1 - z0)*min(1, distress/2))`."""
    at_zero = p.distress_spread_at_zero
    return p.distress_spread * sqrt(at_zero + (1.0 - at_zero) * min(1.0, distress / INTAKE_DISTRESS))


def pace_of_progress(client: Client, therapist: Therapist, p: Parameters) -> float:
    """How much faster than typical the two make progress.

    `exp(alliance_w*(alliance - .7) + skill_w*skill + empathy_w*felt empathy + strain_w*max(0, strain))`
    """
    return exp(
        p.progress_alliance * (client.alliance - TYPICAL_ALLIANCE_FOR_PROGRESS)
        + p.progress_skill * therapist.skill
        + p.progress_empathy * client.felt_empathy
        + p.progress_strain * max(0.0, therapist.strain)
    )


def distress_after(
    client: Client,
    released: float,
    discomfort: bool,
    open_rupture: float,
    pace: float,
    p: Parameters,
    luck: SessionLuck,
) -> float:
    """Distress after the session, never below 0; a session that stopped has a pace of 0.

    `-progress*responsiveness*pace*distress + release_w*released + discomfort_w*[tears of discomfort]
    + rupture_w*rupture left open + noise*z` is added.
    """
    distress = client.distress + p.distress_release * released + distress_noise(client.distress, p) * luck.distress
    distress += p.distress_rupture * open_rupture
    if discomfort:
        distress += p.distress_discomfort
    distress -= p.progress * client.responsiveness * pace * client.distress
    return max(0.0, distress)


def repairs(therapist: Therapist, client: Client, p: Parameters, luck: SessionLuck) -> bool:
    """Whether the open rupture is repaired, from the session after it opened.

    Log-odds `base + empathy_w*(empathy - .65) + experience_w*(years - 10) + skill_w*skill + spoken_w*[tears spoken of]`
    """
    chance = (
        p.repair_base
        + p.repair_empathy * (therapist.empathy - TYPICAL_EMPATHY)
        + p.repair_experience * (therapist.years - TYPICAL_EXPERIENCE)
        + p.repair_skill * therapist.skill
    )
    if client.rupture_spoken:
        chance += p.repair_spoken
    return luck.repaired < chance


def new_rupture(client: Client, appraisal: float, reception: int, p: Parameters, luck: SessionLuck) -> float:
    """Severity of the rupture that opens, 0 if none.

    An ordinary one opens with log-odds `base + alliance_w*(alliance - .75)`, severity `severity*(.5 + u)`; tears that
    unsettle open one of `unsettled_w*|appraisal|`. Of two at once the graver counts: they are one falling-out.
    """
    severity = 0.0
    if luck.rupture < p.rupture_base + p.rupture_alliance * (client.alliance - TYPICAL_ALLIANCE):
        severity = p.rupture_severity * (MIDDLE + luck.severity)
    if reception == UNSETTLED:
        severity = max(severity, p.rupture_unsettled * -appraisal)
    return severity


def bond_after(
    client: Client,
    therapist: Therapist,
    distress: float,
    released: float,
    hushed: bool,
    appraisal: float,
    reception: int,
    repaired: bool,
    rupture: float,
    p: Parameters,
    luck: SessionLuck,
) -> float:
    """The bond (log-odds of alliance) after the session.

    `bond + settling*(level it settles at - bond) + spread*z + gains_w*(fall in distress) + release_w*released
    + empathy_w*felt empathy + strain_w*max(0, strain) + hush_w*(warmth expected - .5)*[hushed]
    + moved_w*appraisal*[moved] + restores*drop*open rupture*[repaired] - drop*severity of a new rupture`
    """
    bond = (
        client.bond
        + p.bond_settling * (client.settles_at - client.bond)
        + p.bond_spread * luck.bond
        + p.bond_gains * (client.distress - distress)
        + p.bond_release * released
        + p.bond_empathy * client.felt_empathy
        - p.rupture_drop * rupture
        + p.bond_strain * max(0.0, therapist.strain)
    )
    if hushed:
        bond += p.hush_bond * (logistic(client.warmth_expected_log_odds) - MIDDLE)
    if reception == MOVED:
        bond += p.bond_moved * appraisal
    if repaired:
        bond += p.repair_restores * p.rupture_drop * client.open_rupture
    return bond


# --- Whether the client comes again --------------------------------------------------------------------------------


def reaches_agreed_end(client: Client, number: int, p: Parameters) -> bool:
    """Whether this is the last session that was agreed on: `session >= agreed`, or with a fixed plan `>= planned`."""
    return number >= (p.planned_sessions if p.endings == FIXED_PLAN else client.agreed_sessions)


def ends_well(client: Client, number: int, distress: float, p: Parameters, luck: SessionLuck) -> bool:
    """Whether the client has had enough therapy and ends it, or it ends as agreed.

    With a chance a session, from the first on, once `distress < good-enough level`, wherever someone began (recovered
    is who has come into the range of those who need no therapy: Jacobson & Truax 1991,
    doi:10.1037/0022-006X.59.1.12). With a fixed plan, at its last session alone.
    """
    if reaches_agreed_end(client, number, p):
        return True
    return p.endings != FIXED_PLAN and distress < client.good_enough and luck.ends < p.good_enough_ends


def leaves(
    client: Client,
    therapist: Therapist,
    number: int,
    alliance: float,
    open_rupture: float,
    distress: float,
    reception: int,
    p: Parameters,
    luck: SessionLuck,
) -> bool:
    """Whether the client leaves for good after this session.

    Log-odds `base + alliance_w*(alliance - .75) + rupture_w*open rupture + early_w*exp(-(session - 1)/constant)
    + no_better_w*[no better than at the start] + therapist_w*therapist's effect + unsettled_w*[unsettled]
    + moved_w*[moved] + news_w*[bad news]`, all as the session left them; or, for the exogenous share, a constant of
    outside life. `luck.leaves` is a draw on the scale of log-odds (logistic): it lies below them with their chance.
    """
    if luck.outside_life < p.leaving_exogenous:
        return luck.leaves < p.leaving_outside_life
    risk = (
        p.leaving_base
        + p.leaving_alliance * (alliance - TYPICAL_ALLIANCE)
        + p.leaving_rupture * open_rupture
        + p.leaving_early * client.early_risk
        + p.leaving_therapist * therapist.leaving
    )
    if number >= p.no_better_after and distress >= client.distress_at_start:
        risk += p.leaving_no_better
    if reception == UNSETTLED:
        risk += p.leaving_unsettled
    if reception == MOVED:
        risk += p.leaving_moved
    if has_bad_news(p, luck):
        risk += p.leaving_bad_news
    return luck.leaves < risk
