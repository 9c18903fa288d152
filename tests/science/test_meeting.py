"""Two people meet, and what a client brings to each session: by hand, and what holds for everybody."""

import inspect
from functools import partial
from math import exp, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tearsim
from tearsim.science import meeting
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import (
    DISTANCE_SPREAD,
    EMPATHY_SPREAD,
    TYPICAL_DISTANCE,
    TYPICAL_EMPATHY,
    log_odds,
    logistic,
)
from tearsim.worlds.luck_tables import LuckTables
from tests.science.helpers import a_client, a_therapist, happens_below, luck, parameters

exactly = partial(pytest.approx, rel=1e-12)
share = st.floats(0.0, 1.0, allow_subnormal=False)
few = settings(max_examples=50, deadline=None)


def test_no_part_of_a_meeting_is_left_without_a_value_worked_out_by_hand():
    here = Path(__file__).read_text(encoding="utf-8")
    public = [name for name, of in inspect.getmembers(meeting, inspect.isfunction) if of.__module__ == meeting.__name__]
    assert [name for name in public if f"meeting.{name}(" not in here] == []


def test_bad_news_comes_with_its_own_chance_and_never_by_default():
    assert happens_below(lambda u: meeting.has_bad_news(parameters(bad_news=0.02), luck(bad_news=u)), 0.02)
    assert not meeting.has_bad_news(parameters(), luck(bad_news=0.0))


# --- By hand -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unsettled", "added"), [(False, 0.0), (True, -0.4)])
def test_a_first_bond_follows_from_two_people_and_what_came_before(unsettled, added):
    p = parameters(
        level_base=1.2,
        level_empathy=1.5,
        level_skill=0.4,
        level_spread=0.6,
        client_share_of_bond=0.36,
        congruence_of_fit=0.25,
        first_bond=1.1,
        first_level=0.25,
        first_spread=0.5,
        first_unsettled=-0.4,
    )
    client = a_client(first_week=-1, bond_share=0.7, warmth_expected=0.9, unsettled_before=unsettled)
    therapist = a_therapist(empathy=0.85, skill=1.1, comforting=0.25, boundary_sensitivity=0.7)
    meeting.meet(client, therapist, 4, p, luck(fit=-0.5, first_bond=0.8, theme=1.7))
    fit = 0.5 * -((0.5**2 + 0.2**2) - 0.17) / 0.153 + sqrt(0.75) * -0.5
    level = 1.2 + 1.5 * 0.2 + 0.4 * 1.1 + 0.6 * (0.6 * 0.7 + 0.8 * fit)
    bond = 1.1 + 0.25 * (level - 1.3) + 0.5 * 0.8 + added
    assert (client.fit, client.settles_at, client.bond, client.alliance) == exactly(
        (fit, level, bond, 1 / (1 + exp(-bond)))
    )
    assert (client.first_week, client.theme) == (4, 1.7)


def test_the_first_week_stays_the_first_when_someone_new_is_met():
    for first_week in (0, 3):
        client = a_client(first_week=first_week)
        meeting.meet(client, a_therapist(), 20, parameters(), luck())
        assert client.first_week == first_week


@pytest.mark.parametrize(
    ("warmth", "comforting", "minds", "minds_too", "distance"),
    [
        (0.5, 0.35, 0.4, 0.4, 0.0),
        (0.9, 0.75, 0.4, 0.4, 0.0),  # whoever expects a companion, with someone as quick to comfort
        (0.9, 0.15, 0.4, 0.4, 0.6**2),
        (0.1, 0.75, 0.4, 0.4, 0.8**2),
        (0.5, 0.35, 0.9, 0.2, 0.7**2),
        (0.7, 0.25, 0.1, 0.4, 0.3**2 + 0.3**2),
    ],
)
def test_congruence_by_hand(warmth, comforting, minds, minds_too, distance):
    client = a_client(warmth_expected=warmth, boundary_sensitivity=minds)
    therapist = a_therapist(comforting=comforting, boundary_sensitivity=minds_too)
    assert meeting.congruence(client, therapist) == exactly((0.17 - distance) / 0.153)


def test_felt_empathy_by_hand():
    p = parameters(felt_trait=0.4, felt_fit=0.6, felt_session=0.7)
    felt = meeting.felt_empathy(a_client(fit=-1.2), a_therapist(empathy=0.82), p, luck(attunement=0.5))
    assert felt == exactly(0.4 * 1.0 + 0.6 * -1.2 + 0.7 * 0.5)


def test_at_a_later_session_the_theme_moves_on_and_empathy_is_felt_anew_and_nothing_else_changes():
    p = parameters(theme_kept=0.6, felt_trait=0.4, felt_fit=0.6, felt_session=0.7)
    client = a_client(sessions=3, theme=1.5, fit=0.5, felt_empathy=9.0)
    meeting.begin_session(client, a_therapist(), 20, p, luck(theme=-0.5, attunement=1.0, fit=3.0, first_bond=3.0))
    assert (client.theme, client.felt_empathy) == exactly((0.6 * 1.5 + 0.8 * -0.5, 0.6 * 0.5 + 0.7))
    assert vars(client) == vars(a_client(sessions=3, fit=0.5, theme=client.theme, felt_empathy=client.felt_empathy))


def test_a_first_session_begins_with_meeting():
    p = parameters(felt_trait=0.4, felt_fit=0.6, felt_session=0.7)
    fortune = luck(fit=0.9, first_bond=0.3, theme=-0.8, attunement=0.4)
    begun, met = a_client(first_week=-1, theme=5.0), a_client(first_week=-1, theme=5.0)
    meeting.begin_session(begun, a_therapist(), 4, p, fortune)
    meeting.meet(met, a_therapist(), 4, p, fortune)
    met.felt_empathy = 0.6 * met.fit + 0.7 * 0.4
    assert (begun, begun.theme) == (met, -0.8)


# --- Scales ----------------------------------------------------------------------------------------------------------

POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
WEIGHTS /= WEIGHTS.sum()


def trait_of_the_crowd(name):
    """A trait at the points of a quadrature, by the defaults of its median and spread."""
    middle, spread = log_odds(PARAMETERS[name].default), PARAMETERS[f"{name}_spread"].default
    return np.array([logistic(middle + spread * z) for z in POINTS])


def moments(values):
    """Mean and variance over two independent traits, each at the points of the quadrature."""
    weights = np.outer(WEIGHTS, WEIGHTS)
    mean = (weights * values).sum()
    return mean, (weights * (values - mean) ** 2).sum()


def test_congruence_is_a_standard_score_among_typical_people():
    """Mean 0 and standard deviation 1 over all pairs, by quadrature: the two distances are independent."""
    warmth = trait_of_the_crowd("client_warmth_expected")[:, None] - 0.5
    warmth = moments((warmth - (trait_of_the_crowd("therapist_comforting")[None, :] - 0.35)) ** 2)
    minds = trait_of_the_crowd("client_boundary_sensitivity")[:, None]
    minds = moments((minds - trait_of_the_crowd("therapist_boundary_sensitivity")[None, :]) ** 2)
    mean, spread = warmth[0] + minds[0], sqrt(warmth[1] + minds[1])
    assert (TYPICAL_DISTANCE - mean) / DISTANCE_SPREAD == pytest.approx(0.0, abs=0.01)
    assert spread / DISTANCE_SPREAD == pytest.approx(1.0, abs=0.01)


def test_empathy_is_scored_by_how_much_typical_therapists_differ():
    """By quadrature, to the two places that the scale is written with."""
    empathy = trait_of_the_crowd("therapist_empathy")
    mean = (WEIGHTS * empathy).sum()
    assert round(sqrt((WEIGHTS * (empathy - mean) ** 2).sum()), 2) == EMPATHY_SPREAD
    assert PARAMETERS["therapist_empathy"].default == TYPICAL_EMPATHY


def test_the_parts_of_felt_empathy_make_a_standard_score():
    parts = [PARAMETERS[name].default ** 2 for name in ("felt_trait", "felt_fit", "felt_session")]
    assert sum(parts) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.9])
def test_a_theme_keeps_the_variance_of_one_and_is_kept_by_its_share(kept):
    """2000 themes over 30 sessions, in 4 standard errors: variance 1 throughout, correlation `kept` with the next."""
    p = parameters(theme_kept=kept)
    drawn = LuckTables(6).sessions(0, 30, 2000)["theme"]
    clients = [a_client(sessions=1, theme=z) for z in drawn[0]]
    themes = [drawn[0]]
    for session in drawn[1:]:
        for client, z in zip(clients, session, strict=True):
            meeting.begin_session(client, a_therapist(), 0, p, luck(theme=z))
        themes.append(np.array([client.theme for client in clients]))
    for session in (0, 1, 29):
        assert themes[session].var() == pytest.approx(1.0, abs=4 * sqrt(2 / 2000))
    assert np.corrcoef(themes[28], themes[29])[0, 1] == pytest.approx(kept, abs=4 / sqrt(2000))
    assert p.theme_kept**2 + p.new_theme**2 == exactly(1.0)


# --- What holds for everybody ----------------------------------------------------------------------------------------

any_client = st.builds(a_client, warmth_expected=share, boundary_sensitivity=share, fit=st.floats(-9.0, 4.0))
any_luck = st.builds(luck, attunement=st.floats(-8.0, 8.0), fit=st.floats(-8.0, 8.0), first_bond=st.floats(-8.0, 8.0))


@few
@given(any_client, share, share, any_luck)
def test_felt_empathy_never_falls_with_the_therapists_empathy(client, one, other, fortune):
    felt = [
        meeting.felt_empathy(client, a_therapist(empathy=empathy), parameters(), fortune)
        for empathy in sorted((one, other))
    ]
    assert felt == sorted(felt)


@few
@given(any_client, share, share)
def test_nobody_fits_better_than_who_expects_what_they_find(client, comforting, minds):
    """The best there is, `.17/.153`, is where nothing lies between the two."""
    best = meeting.congruence(
        client,
        a_therapist(
            comforting=0.35 + logistic(client.warmth_expected_log_odds) - 0.5,
            boundary_sensitivity=logistic(client.boundary_sensitivity_log_odds),
        ),
    )
    assert best == pytest.approx(0.17 / 0.153, abs=1e-12)
    found = meeting.congruence(client, a_therapist(comforting=comforting, boundary_sensitivity=minds))
    assert found <= best + 1e-12


@few
@given(st.builds(a_client, warmth_expected=share, boundary_sensitivity=share), share, share, any_luck)
def test_without_congruence_the_fit_is_luck_alone_and_all_of_it_leaves_no_luck(client, comforting, minds, fortune):
    therapist = a_therapist(comforting=comforting, boundary_sensitivity=minds)
    for of_fit, fit in ((0.0, fortune.fit), (1.0, meeting.congruence(client, therapist))):
        meeting.meet(client, therapist, 0, parameters(congruence_of_fit=of_fit), fortune)
        assert client.fit == fit


# --- In whole runs ---------------------------------------------------------------------------------------------------

SMALL = {"therapists": 4, "caseload": 5, "weeks": 30}
# What has no effect once the weights beside it are nothing: felt empathy, congruence, agreed numbers, themes, and the
# rupture that hurts.
NOTHING = {
    "felt_trait": 0.0, "felt_fit": 0.0, "felt_session": 0.0, "congruence_of_fit": 0.0, "agreed_share": 0.0,
    "client_cries_theme": 0.0, "distress_rupture": 0.0,
}  # fmt: skip
WITHOUT_EFFECT = {
    "how felt empathy matters": {"depth_empathy": 0.4, "progress_empathy": 0.6, "bond_empathy": 0.1},
    "how many sessions would be agreed on": {"agreed_sessions": 2.0, "agreed_sessions_spread": 0.2},
    "how long themes would last": {"theme_kept": 0.95},
}


def logged(**given):
    """What happened in a small practice, session by session."""
    return tearsim.simulate(seed=3, log=True, **(SMALL | given)).sessions


@pytest.mark.parametrize("of", WITHOUT_EFFECT)
def test_where_there_is_nothing_of_it_nothing_follows(of):
    assert logged(**NOTHING, **WITHOUT_EFFECT[of]).equals(logged(**NOTHING))


def test_without_its_parts_nobody_feels_any_empathy():
    assert set(logged(**NOTHING)["felt_empathy"]) == {0.0}


def test_congruence_alone_ties_nothing_to_who_people_are_where_it_is_no_part_of_the_fit():
    """With none of it in the fit, what clients expect reaches a session by their therapists' tears and hushing alone."""
    quiet = NOTHING | {"hush_bond": 0.0, "effect_of_tears": "none", "felt_fit": 0.6}
    shifted = {"client_warmth_expected": 0.9, "client_boundary_sensitivity": 0.1}
    assert logged(**quiet, **shifted).equals(logged(**quiet))
    congruent = quiet | {"congruence_of_fit": 0.3}
    assert not logged(**congruent, **shifted).equals(logged(**congruent))


def test_where_everybody_agrees_nobody_has_more_sessions_and_every_agreed_end_is_told():
    """Everyone agrees on 4 sessions, none ever has had enough, none leaves: each therapy ends at its fourth, told."""
    everybody = {"agreed_share": 1.0, "agreed_sessions": 4.0, "agreed_sessions_spread": 0.0, "ends_untold": 1.0,
                 "good_enough": -10.0, "good_enough_spread": 0.0, "leaving_base": -20.0}  # fmt: skip
    log = logged(**everybody)
    assert log["session"].max() == 4
    assert set(log.query("session == 4")["ending"]) == {"completed"}
    assert set(log.query("session < 4")["ending"]) == {"goes on"}
