"""Who is in the world, and who walks in: therapists and clients as state, and the luck that makes them.

`Therapist` and `Client` name every attribute the rules read or write. A Mesa agent has them, and so does a row of a
compiled table; the rules cannot tell which they act on.
"""

from typing import Protocol

from tearsim.science.codes import IN_THERAPY
from tearsim.science.functions import exp, log
from tearsim.science.scales import CERTAINTY, MIDDLE, WITHOUT_END, logistic
from tearsim.science.types import ClientLuck, Parameters, TherapistLuck


class Therapist(Protocol):
    """A therapist: traits fixed for a career, and a state that changes week by week."""

    number: int  # counted from 1; a successor in the same room gets a number of their own
    holder: int  # k-th therapist in this room, from 0
    empathy: float  # 0 to 1
    boundary_sensitivity: float  # 0 to 1
    comforting: float  # 0 to 1
    tear_propensity: float  # log-odds
    skill: float  # standard normal
    leaving: float  # standard normal: own effect on how many clients leave
    comfort: float  # 0 to 1: with own tears
    strain: float  # standard normal in the long run: from own life
    grieving: bool
    years: float  # of experience
    tears_this_week: int
    helped_this_week: int
    harmed_this_week: int


class Client(Protocol):
    """A client: traits fixed for life, and a state that changes session by session."""

    # What every week reads or writes.
    home: int  # the place they first came to, from 0
    first_week: int  # week of the first session ever, from 0; -1 before it
    distress: float  # SD of intake, 0 is none
    # What every session does.
    sessions: int  # in this episode so far
    alliance: float  # 0 to 1
    bond: float  # log-odds of alliance
    settles_at: float  # log-odds: the level this pair's bond settles at, lasting effects of tears included
    felt_empathy: float  # standard score: how empathic the therapist seems in this session
    theme: float  # standard normal: how near to tears what occupies the client is at present
    distress_at_start: float  # of this episode
    tear_propensity: float  # log-odds
    responsiveness: float  # lognormal, mean 1
    good_enough: float  # SD of intake: the distress below which it is enough
    agreed_sessions: float  # the number at which therapy ends in any case; `WITHOUT_END` where none is agreed
    open_rupture: float  # severity, 0 is none
    openness: float  # after being moved
    early_risk: float  # exp(-(session - 1)/constant)
    standing: int  # codes.STANDING
    number: int  # counted from 1, in order of arrival
    rupture_spoken: bool  # whether the tears behind the open rupture were spoken of
    # What only some do.
    turn: int  # k-th to come to that place, from 0
    empathy_log_odds: float  # of 0 to 1; these three are asked for where tears are made sense of, which is rare
    boundary_sensitivity_log_odds: float
    warmth_expected_log_odds: float  # of 0 to 1: a stoic professional to a companion
    bond_share: float  # standard normal: own part in any bond
    fit: float  # standard score: how well the two fit
    episode: int  # counted from 1
    noticed_before: int  # tears noticed in this episode
    lasting_weight: float  # what is left of their lasting effect
    unsettled_this_episode: bool
    unsettled_before: bool  # in an earlier episode
    leavings: int
    relapsed: bool  # looks again after completing, rather than after leaving
    weeks_out: int  # of looking so far
    wait: float  # weeks until ready to begin anew
    precedence: float  # tie-break among those who have waited equally long


def enter_practice(
    therapist: Therapist, number: int, holder: int, years: float, p: Parameters, luck: TherapistLuck
) -> None:
    """Make a therapist from parameters and luck.

    A trait is `logistic(logit(median) + spread*z)`; tear propensity stays on the log-odds scale, and those who never
    cry have none. Comfort starts at `logistic(base + experience_w*years + boundary_w*(boundary - .5) + spread*z)`.
    """
    therapist.number = number
    therapist.holder = holder
    therapist.empathy = logistic(p.log_odds_of_therapist_empathy + p.therapist_empathy_spread * luck.empathy)
    therapist.boundary_sensitivity = logistic(
        p.log_odds_of_therapist_boundary_sensitivity
        + p.therapist_boundary_sensitivity_spread * luck.boundary_sensitivity
    )
    therapist.comforting = logistic(
        p.log_odds_of_therapist_comforting + p.therapist_comforting_spread * luck.comforting
    )
    therapist.tear_propensity = (
        p.log_odds_of_therapist_tear_propensity + p.therapist_tear_propensity_spread * luck.tear_propensity
    )
    if luck.never_cries < p.never_criers_share:
        therapist.tear_propensity = -CERTAINTY
    therapist.skill = luck.skill
    therapist.leaving = luck.leaving
    therapist.years = years
    therapist.comfort = logistic(
        p.comfort_base
        + p.comfort_experience * years
        + p.comfort_boundary * (therapist.boundary_sensitivity - MIDDLE)
        + p.comfort_spread * luck.comfort
    )
    therapist.strain = luck.strain
    therapist.grieving = False
    therapist.tears_this_week = 0
    therapist.helped_this_week = 0
    therapist.harmed_this_week = 0


def years_at_start(p: Parameters, luck: TherapistLuck) -> float:
    """Experience of those already in practice: exponential, cut at the career's length.

    `-mean * log(1 - u*(1 - exp(-career/mean)))`
    """
    return -p.therapist_experience * log(1.0 - luck.experience * p.careers_begun)


def arrive(client: Client, number: int, home: int, turn: int, p: Parameters, luck: ClientLuck) -> None:
    """Make a client from parameters and luck: the turn-th person to come to the place `home`.

    Traits as for therapists, kept as log-odds `logit(median) + spread*z`; responsiveness `exp(spread*z - spread^2/2)`;
    distress and good-enough level normal, distress not below 0. A share of clients agrees on a number of sessions,
    `exp(log(median) + spread*z)`; the others come until they have had enough.
    """
    client.number = number
    client.home = home
    client.turn = turn
    client.empathy_log_odds = p.log_odds_of_client_empathy + p.client_empathy_spread * luck.empathy
    client.boundary_sensitivity_log_odds = (
        p.log_odds_of_client_boundary_sensitivity + p.client_boundary_sensitivity_spread * luck.boundary_sensitivity
    )
    client.tear_propensity = (
        p.log_odds_of_client_tear_propensity + p.client_tear_propensity_spread * luck.tear_propensity
    )
    client.warmth_expected_log_odds = (
        p.log_odds_of_client_warmth_expected + p.client_warmth_expected_spread * luck.warmth_expected
    )
    spread = p.responsiveness_spread
    client.responsiveness = exp(spread * luck.responsiveness - 0.5 * spread * spread)
    client.good_enough = p.good_enough + p.good_enough_spread * luck.good_enough
    client.agreed_sessions = WITHOUT_END
    if luck.agrees < p.agreed_share:
        client.agreed_sessions = p.agreed_sessions * exp(p.agreed_sessions_spread * luck.agreed_sessions)
    client.bond_share = luck.bond_share
    client.distress = max(0.0, p.intake_distress + p.intake_distress_spread * luck.distress)
    client.first_week = -1
    client.episode = 0
    client.unsettled_this_episode = False
    client.unsettled_before = False
    client.leavings = 0
    start_with_someone(client)


def start_with_someone(client: Client) -> None:
    """Begin an episode with a therapist; they meet at its first session (`meeting.meet`)."""
    client.standing = IN_THERAPY
    client.episode += 1
    client.sessions = 0
    client.distress_at_start = client.distress
    client.bond = 0.0
    client.alliance = 0.5
    client.settles_at = 0.0
    client.fit = 0.0
    client.felt_empathy = 0.0
    client.theme = 0.0
    client.open_rupture = 0.0
    client.rupture_spoken = False
    client.openness = 0.0
    client.early_risk = 1.0
    client.noticed_before = 0
    client.lasting_weight = 1.0
    client.unsettled_before = client.unsettled_before or client.unsettled_this_episode
    client.unsettled_this_episode = False
    client.relapsed = False
    client.weeks_out = 0
    client.wait = 0.0
    client.precedence = 0.0
