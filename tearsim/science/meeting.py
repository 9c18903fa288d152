"""Two people meet, and what a client brings to each session: how well the two fit, how empathic the therapist seems
this time, and how near to tears what occupies the client is.

As in `rules.py`, except that most of these change the client: they come before the session, which changes nobody.
"""

from tearsim.science.people import Client, Therapist
from tearsim.science.scales import (
    DISTANCE_SPREAD,
    EMPATHY_SPREAD,
    MIDDLE,
    TYPICAL_COMFORTING,
    TYPICAL_DISTANCE,
    TYPICAL_EMPATHY,
    TYPICAL_LEVEL,
    logistic,
)
from tearsim.science.types import Parameters, SessionLuck


def begin_session(client: Client, therapist: Therapist, week: int, p: Parameters, luck: SessionLuck) -> None:
    """What a client brings: first impressions at a first session, and at each how it is between the two this time.

    What occupies a client stays for a while: `theme' = kept*theme + sqrt(1 - kept^2)*z`.
    """
    if client.sessions == 0:
        meet(client, therapist, week, p, luck)
    else:
        client.theme = p.theme_kept * client.theme + p.new_theme * luck.theme
    client.felt_empathy = felt_empathy(client, therapist, p, luck)


def meet(client: Client, therapist: Therapist, week: int, p: Parameters, luck: SessionLuck) -> None:
    """First impressions, as the first session of an episode begins.

    Fit is `sqrt(c)*congruence + sqrt(1 - c)*z`. The bond will settle at `base + empathy_w*(empathy - .65)
    + skill_w*skill + spread*(sqrt(k)*client's own + sqrt(1 - k)*fit)`; it starts at
    `first + first_w*(that level - 1.3) + spread*z + unsettled_w*[unsettled before]`.
    """
    if client.first_week < 0:
        client.first_week = week
    client.fit = p.congruence_part_of_fit * congruence(client, therapist) + p.luck_part_of_fit * luck.fit
    client.settles_at = (
        p.level_base
        + p.level_empathy * (therapist.empathy - TYPICAL_EMPATHY)
        + p.level_skill * therapist.skill
        + p.client_part_of_level * client.bond_share
        + p.fit_part_of_level * client.fit
    )
    client.bond = p.first_bond + p.first_level * (client.settles_at - TYPICAL_LEVEL) + p.first_spread * luck.first_bond
    if client.unsettled_before:
        client.bond += p.first_unsettled
    client.alliance = logistic(client.bond)
    client.theme = luck.theme


def congruence(client: Client, therapist: Therapist) -> float:
    """How well what a client expects goes with what a therapist is like, as a standard score among typical people.

    `-(distance - .17)/.153`, distance `(warmth expected - .5 - (comforting - .35))^2 + (boundary sensitivity of the
    one - of the other)^2`, all from 0 to 1: who expects a companion does well with someone quick to comfort, and who
    minds blurred boundaries with someone who minds them too.
    """
    warmth = logistic(client.warmth_expected_log_odds) - MIDDLE - (therapist.comforting - TYPICAL_COMFORTING)
    boundary = logistic(client.boundary_sensitivity_log_odds) - therapist.boundary_sensitivity
    return (TYPICAL_DISTANCE - warmth * warmth - boundary * boundary) / DISTANCE_SPREAD


def felt_empathy(client: Client, therapist: Therapist, p: Parameters, luck: SessionLuck) -> float:
    """How empathic the therapist seems to the client in this session, about a standard score.

    `trait_w*(empathy - .65)/.17 + fit_w*fit + session_w*z`: clients' ratings of one therapist's empathy differ more
    among clients, and from session to session, than among therapists.
    """
    trait = (therapist.empathy - TYPICAL_EMPATHY) / EMPATHY_SPREAD
    return p.felt_trait * trait + p.felt_fit * client.fit + p.felt_session * luck.attunement


def has_bad_news(p: Parameters, luck: SessionLuck) -> bool:
    """Whether bad news from the client's own life comes up in this session: by a constant chance that nothing moves."""
    return luck.bad_news < p.bad_news
