"""Every rule of a session against a value worked out by hand from its equation, with literal numbers."""

import inspect
from functools import partial
from math import exp, sqrt, tanh
from pathlib import Path

import pytest

from tearsim.science import rules
from tearsim.science.codes import (
    DISCOMFORT,
    HARMED,
    HELD_BACK,
    IMPROVED,
    LEAKING,
    MOVED,
    NEAR,
    NO_CHANGE,
    NO_TEARS,
    NONE,
    NOT_RECEIVED,
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
from tests.science.helpers import NEVER, SURELY, a_client, a_therapist, happens_below, luck, parameters, tears

exactly = partial(pytest.approx, rel=1e-12)


def test_no_rule_is_left_without_a_value_worked_out_by_hand():
    here = Path(__file__).read_text(encoding="utf-8")
    public = [name for name, rule in inspect.getmembers(rules, inspect.isfunction) if rule.__module__ == rules.__name__]
    assert [name for name in public if f"rules.{name}(" not in here] == []


# --- The client talks -----------------------------------------------------------------------------------------------


def test_depth_of_talk_by_hand():
    p = parameters(depth_base=0.1, depth_alliance=2.0, depth_distress=0.4, depth_empathy=0.3, depth_spread=0.5)
    client = a_client(alliance=0.55, distress=2.5, felt_empathy=1.4)
    depth = 1 / (1 + exp(-(0.1 + 2.0 * -0.2 + 0.4 * 1.5 + 0.3 * 1.4 + 0.5 * -0.6)))
    assert rules.depth_of_talk(client, p, luck(depth=-0.6)) == exactly(depth)


def test_a_clients_tears_by_hand():
    p = parameters(
        client_cries_base=-1.5,
        client_cries_theme=0.8,
        client_cries_depth=0.5,
        client_cries_rupture=0.6,
        client_cries_openness=1.2,
        release_base=0.7,
        release_alliance=2.0,
        release_rupture=-1.5,
    )
    client = a_client(tear_propensity=0.9, theme=-1.5, open_rupture=0.4, openness=0.25, alliance=0.8)
    urge = -1.5 + 0.9 + 0.8 * -1.5 + 0.5 * (0.8 - 0.6) + 0.6 * 0.4 + 1.2 * 0.25
    relief = 0.7 + 2.0 * 0.3 - 1.5 * 0.4
    assert happens_below(lambda x: rules.cries(client, 0.8, p, luck(client_cries=x)), urge)
    assert happens_below(lambda x: rules.cries(client, 0.8, p, luck(client_cries=SURELY, release=x)) == RELEASE, relief)
    assert rules.cries(client, 0.8, p, luck(client_cries=SURELY, release=NEVER)) == DISCOMFORT
    assert rules.cries(client, 0.8, p, luck(release=SURELY)) == NO_TEARS


def test_a_therapist_comforts_too_soon_with_their_own_chance():
    assert happens_below(lambda u: rules.hushes(a_therapist(comforting=0.35), parameters(), luck(hushed=u)), 0.35)


# --- The therapist's eyes fill -------------------------------------------------------------------------------------

EYES = {
    "eyes_fill_base": -4.0, "eyes_fill_depth": 3.0, "eyes_fill_client_cries": 2.5, "eyes_fill_empathy": 0.4,
    "eyes_fill_strain": 0.6, "eyes_fill_grief": 2.0, "eyes_fill_boundary": -1.5, "eyes_fill_comfort": 1.4,
    "open_step": 3.5, "overwhelmed_step": 1.25,
}  # fmt: skip


@pytest.mark.parametrize(("client_tears", "crying"), [(NO_TEARS, 0.0), (RELEASE, 2.5), (DISCOMFORT, 2.5)])
def test_resonance_by_hand(client_tears, crying):
    felt = rules.resonance(a_therapist(empathy=0.9), 0.4, client_tears, parameters(**EYES), luck())
    assert felt == exactly((1 + 0.4 * 0.25) * (3.0 * -0.2 + crying))


def test_bad_news_is_felt_along_by_hand():
    p = parameters(**EYES, bad_news=0.02, eyes_fill_bad_news=1.7)
    felt = rules.resonance(a_therapist(empathy=0.9), 0.4, NO_TEARS, p, luck(bad_news=0.019))
    assert felt == exactly((1 + 0.4 * 0.25) * (3.0 * -0.2 + 1.7))


def test_bad_news_makes_tears_likelier_and_shared_by_hand():
    p, therapist = parameters(**EYES, bad_news=0.02, eyes_fill_bad_news=1.7), a_therapist(empathy=0.9, strain=1.5)
    h, shared = -4.0 + 1.1 * 1.7 + 0.6 * 1.5, 1.1 * 1.7

    def eyes(draw, news):
        return rules.eyes_fill(therapist, 0.6, NO_TEARS, p, luck(eyes_fill=draw, bad_news=news))

    assert happens_below(lambda draw: eyes(draw, 0.01) != NONE, h)
    assert happens_below(lambda draw: eyes(draw, 0.03) != NONE, h - shared)
    own = 0.6 * 1.5 / (0.6 * 1.5 + shared)
    assert happens_below(
        lambda u: rules.whose_feeling(therapist, 0.6, NO_TEARS, p, luck(origin=u, bad_news=0.01)) == OWN, own
    )


@pytest.mark.parametrize(
    ("strain", "grieving", "burden"), [(1.5, False, 0.6 * 1.5), (1.5, True, 0.6 * 1.5 + 2.0), (-1.5, False, 0.0)]
)
def test_own_burden_by_hand(strain, grieving, burden):
    assert rules.own_burden(a_therapist(strain=strain, grieving=grieving), parameters(**EYES)) == exactly(burden)


def test_the_levels_of_a_therapists_tears_by_hand():
    p = parameters(**EYES)
    therapist = a_therapist(empathy=0.9, tear_propensity=0.7, strain=0.5, boundary_sensitivity=0.3, comfort=0.75)
    h = -4.0 + 0.7 + (1 + 0.4 * 0.25) * (3.0 * 0.1 + 2.5) + 0.6 * 0.5 - 1.5 * -0.2 + 1.4 * 0.25

    def level(draw):
        return rules.eyes_fill(therapist, 0.7, RELEASE, p, luck(eyes_fill=draw))

    steps = (h, h - 3.5, h - 3.5 - 1.25)
    assert [level(step + 1e-12) for step in steps] == [NONE, NEAR, OPEN]
    assert [level(step - 1e-12) for step in steps] == [NEAR, OPEN, OVERWHELMED]


def test_whose_feeling_it_was_by_hand():
    p, therapist = parameters(**EYES), a_therapist(empathy=0.9, strain=1.5)
    own, shared = 0.6 * 1.5, (1 + 0.4 * 0.25) * (3.0 * 0.2 + 2.5)

    def is_own(u):
        return rules.whose_feeling(therapist, 0.8, RELEASE, p, luck(origin=u)) == OWN

    assert happens_below(is_own, own / (own + shared))


def test_with_nothing_of_their_own_tears_are_shared_and_with_nothing_shared_they_are_their_own():
    p = parameters(**EYES)
    assert rules.whose_feeling(a_therapist(), 0.8, RELEASE, p, luck(origin=1e-9)) == SHARED
    assert rules.whose_feeling(a_therapist(strain=-2.0), 0.1, NO_TEARS, p, luck(origin=1e-9)) == SHARED
    assert rules.whose_feeling(a_therapist(strain=0.1), 0.1, NO_TEARS, p, luck(origin=1 - 1e-9)) == OWN


def test_tears_are_held_back_with_one_client_in_one_week_if_so_set():
    p, client = parameters(tears="voiced", hold_back_client=3, hold_back_week=7), a_client(number=3)
    assert rules.manner_of_tears(client, 6, p) == HELD_BACK
    assert rules.manner_of_tears(client, 5, p) == VOICED
    assert rules.manner_of_tears(a_client(number=4), 6, p) == VOICED
    every_week = parameters(tears="leaking", hold_back_client=3)
    assert [rules.manner_of_tears(client, week, every_week) for week in (0, 6, 51)] == [HELD_BACK] * 3
    assert rules.manner_of_tears(a_client(number=1), 0, every_week) == LEAKING
    assert rules.manner_of_tears(client, 0, parameters()) == SHOWN


@pytest.mark.parametrize(
    ("manner", "sensed"),
    [
        (SHOWN, [NONE, NEAR, OPEN, OVERWHELMED]),
        (HELD_BACK, [NONE, NONE, NONE, NONE]),
        (VOICED, [NONE, NEAR, NEAR, NEAR]),
        (LEAKING, [NONE, NEAR, NEAR, NEAR]),
    ],
)
def test_what_there_is_to_sense_by_level_and_manner(manner, sensed):
    assert [rules.sensed_level(felt, manner) for felt in (NONE, NEAR, OPEN, OVERWHELMED)] == sensed


def test_noticing_by_level_and_manner():
    p, client = parameters(near_noticed=0.4, leak_sensed=0.2), a_client()
    assert happens_below(lambda u: rules.notices(client, NEAR, SHOWN, p, luck(noticed=u)), 0.4)
    assert happens_below(lambda u: rules.notices(client, NEAR, LEAKING, p, luck(noticed=u)), 0.2)
    last = luck(noticed=1 - 1e-9)
    assert rules.notices(client, OPEN, SHOWN, p, last)
    assert rules.notices(client, OVERWHELMED, SHOWN, p, last)
    assert rules.notices(client, NEAR, VOICED, p, last)


@pytest.mark.parametrize(("noticed", "chance"), [(True, 0.7), (False, 0.1)])
def test_believing_tears_were_noticed_by_hit_and_false_alarm(noticed, chance):
    p = parameters(belief_noticed_hit=0.7, belief_noticed_false=0.1)
    assert happens_below(lambda u: rules.believes_noticed(a_therapist(), noticed, p, luck(belief_noticed=u)), chance)


def test_a_comfortable_therapist_speaks_by_hand():
    p, therapist = parameters(tears_spoken=0.6), a_therapist(comfort=0.8)
    assert happens_below(lambda u: rules.speaks(therapist, p, luck(spoken=u)), 0.6 * (0.5 + 0.8))


# --- The client makes sense of it ----------------------------------------------------------------------------------

APPRAISAL = {
    "appraisal_base": 0.11, "appraisal_alliance": 1.5, "appraisal_empathy": 0.7, "appraisal_warmth": 0.9,
    "appraisal_shared": 0.36, "appraisal_comfort": 0.8, "appraisal_boundary": -1.6, "appraisal_strain": -0.3,
    "appraisal_intensity": -0.17, "appraisal_open_peak": 0.23, "appraisal_overwhelmed": -0.41,
    "appraisal_spoken": 0.19, "appraisal_repeat": 0.07, "appraisal_burden": -0.29, "appraisal_frailty": -0.13,
    "appraisal_blur": -0.31, "appraisal_spread": 0.5,
}  # fmt: skip
MEANING_OF_NEAR = (
    0.11 + 1.5 * -0.25 + 0.7 * 0.2 + 0.9 * -0.1 + 0.8 * 0.3 - 1.6 * 0.15 - 0.3 * 0.9 + 0.07 * 2 + 0.5 * 0.6
)
OF_OPEN = -0.17 - 0.31 * 0.15 - 0.13 * 1.2 + 0.23
OF_OVERWHELMED = 2 * -0.17 + 2 * -0.31 * 0.15 - 0.13 * 1.2 - 0.41


@pytest.mark.parametrize(
    ("changes", "meaning"),
    [
        ({}, MEANING_OF_NEAR + 0.18),
        ({"origin": OWN}, MEANING_OF_NEAR - 0.18),
        ({"spoken": True}, MEANING_OF_NEAR + 0.18 + 0.19),
        ({"sensed": OPEN}, MEANING_OF_NEAR + 0.18 + OF_OPEN),
        ({"sensed": OPEN, "origin": OWN}, MEANING_OF_NEAR - 0.18 + OF_OPEN - 0.29 * 0.7),
        ({"sensed": OVERWHELMED}, MEANING_OF_NEAR + 0.18 + OF_OVERWHELMED),
        ({"sensed": OVERWHELMED, "origin": OWN}, MEANING_OF_NEAR - 0.18 + OF_OVERWHELMED - 0.29 * 0.7),
        ({"felt": OVERWHELMED, "shown": OVERWHELMED}, MEANING_OF_NEAR + 0.18),
    ],
)
def test_an_appraisal_by_hand(changes, meaning):
    client = a_client(
        alliance=0.5, empathy=0.7, warmth_expected=0.4, boundary_sensitivity=0.65, distress=2.2, noticed_before=2
    )
    therapist = a_therapist(comfort=0.8, strain=0.9)
    appraised = rules.appraise(client, therapist, tears(**changes), parameters(**APPRAISAL), luck(appraisal=0.6))
    assert appraised == exactly(tanh(meaning))


def test_repeated_tears_count_up_to_four_and_a_calm_life_does_not_count():
    p = parameters(**APPRAISAL)
    for before, strain in ((4, 0.0), (9, -3.0)):
        appraised = rules.appraise(a_client(noticed_before=before), a_therapist(strain=strain), tears(), p, luck())
        assert appraised == exactly(tanh(0.11 + 0.18 + 0.07 * 4))


def test_an_appraisal_in_a_word():
    p = parameters(reception_threshold=0.3)
    taken = [rules.received(x, p) for x in (0.31, 0.3, 0.0, -0.3, -0.31)]
    assert taken == [MOVED, UNMOVED, UNMOVED, UNMOVED, UNSETTLED]


@pytest.mark.parametrize(
    ("reception", "draw", "belief"),
    [
        (MOVED, 0.89, IMPROVED),
        (MOVED, 0.91, NO_CHANGE),
        (UNSETTLED, 0.29, IMPROVED),
        (UNSETTLED, 0.31, NO_CHANGE),
        (UNMOVED, 0.29, IMPROVED),
        (UNMOVED, 0.31, NO_CHANGE),
        (NOT_RECEIVED, 0.29, IMPROVED),
        (NOT_RECEIVED, 0.31, NO_CHANGE),
    ],
)
def test_what_a_therapist_believes_by_hand(reception, draw, belief):
    p = parameters(belief_moved_shows=0.9, belief_unsettled_shows=0.2, belief_improved_otherwise=0.3)
    assert rules.believes(a_therapist(), reception, p, luck(belief=draw, displeasure=0.21)) == belief
    shows_displeasure = rules.believes(a_therapist(), reception, p, luck(belief=draw, displeasure=0.19))
    assert shows_displeasure == (HARMED if reception == UNSETTLED else belief)


# --- Distress, rupture, repair and the bond ------------------------------------------------------------------------


@pytest.mark.parametrize(("distress", "share"), [(0.0, 0.3), (1.0, 0.3 + 0.7 * 0.5), (2.0, 1.0), (5.0, 1.0)])
def test_distress_varies_less_when_there_is_less_of_it(distress, share):
    p = parameters(distress_spread=0.2, distress_spread_at_zero=0.3)
    assert rules.distress_noise(distress, p) == exactly(0.2 * sqrt(share))


def test_pace_of_progress_by_hand():
    p = parameters(progress_alliance=2.5, progress_skill=0.4, progress_empathy=0.3)
    pace = rules.pace_of_progress(a_client(alliance=0.85, felt_empathy=1.7), a_therapist(skill=-0.5), p)
    assert pace == exactly(exp(2.5 * 0.15 + 0.4 * -0.5 + 0.3 * 1.7))


@pytest.mark.parametrize(("strain", "added"), [(1.5, -0.2 * 1.5), (0.0, 0.0), (-1.5, 0.0)])
def test_a_therapist_who_is_worn_out_makes_progress_more_slowly_by_hand(strain, added):
    p = parameters(progress_alliance=2.5, progress_skill=0.4, progress_strain=-0.2)
    pace = rules.pace_of_progress(a_client(alliance=0.85), a_therapist(skill=-0.5, strain=strain), p)
    assert pace == exactly(exp(2.5 * 0.15 + 0.4 * -0.5 + added))


def test_distress_after_a_session_by_hand():
    p = parameters(
        progress=0.06,
        distress_release=-0.08,
        distress_discomfort=0.05,
        distress_rupture=0.12,
        distress_spread=0.2,
        distress_spread_at_zero=0.3,
    )
    client = a_client(distress=1.5, responsiveness=1.2)
    noise = 0.2 * sqrt(0.3 + 0.7 * 0.75) * 0.4
    fortune = luck(distress=0.4)
    relieved = rules.distress_after(client, 0.5, False, 0.0, 1.1, p, fortune)
    assert relieved == exactly(1.5 - 0.06 * 1.2 * 1.1 * 1.5 - 0.08 * 0.5 + noise)
    troubled = rules.distress_after(client, 0.0, True, 0.0, 1.1, p, fortune)
    assert troubled == exactly(1.5 - 0.06 * 1.2 * 1.1 * 1.5 + 0.05 + noise)
    hurt = rules.distress_after(client, 0.0, False, 0.7, 1.1, p, fortune)
    assert hurt == exactly(1.5 - 0.06 * 1.2 * 1.1 * 1.5 + 0.12 * 0.7 + noise)
    assert rules.distress_after(client, 0.0, False, 0.0, 0.0, p, fortune) == exactly(1.5 + noise)
    assert rules.distress_after(client, 0.0, False, 0.0, 1.1, p, luck(distress=-40.0)) == 0.0


@pytest.mark.parametrize(("spoken_of", "added"), [(False, 0.0), (True, 0.5)])
def test_repair_by_hand(spoken_of, added):
    p = parameters(repair_base=0.6, repair_empathy=1.5, repair_experience=0.02, repair_skill=0.3, repair_spoken=0.5)
    therapist, client = a_therapist(empathy=0.45, years=25.0, skill=1.2), a_client(rupture_spoken=spoken_of)
    chance = 0.6 + 1.5 * -0.2 + 0.02 * 15 + 0.3 * 1.2 + added
    assert happens_below(lambda x: rules.repairs(therapist, client, p, luck(repaired=x)), chance)


def test_new_ruptures_by_hand():
    p = parameters(rupture_base=-1.4, rupture_alliance=-3.0, rupture_severity=0.6, rupture_unsettled=1.5)
    client = a_client(alliance=0.55)
    ordinary, deepest = luck(rupture=SURELY, severity=0.9), luck(rupture=SURELY, severity=0.1)
    assert happens_below(
        lambda x: rules.new_rupture(client, 0.0, UNMOVED, p, luck(rupture=x)) > 0.0, -1.4 - 3.0 * (0.55 - 0.75)
    )
    assert rules.new_rupture(client, 0.0, NOT_RECEIVED, p, ordinary) == exactly(0.6 * (0.5 + 0.9))
    assert rules.new_rupture(client, -0.5, UNSETTLED, p, luck()) == exactly(1.5 * 0.5)
    assert rules.new_rupture(client, -0.5, UNSETTLED, p, ordinary) == exactly(0.6 * (0.5 + 0.9))
    assert rules.new_rupture(client, -0.5, UNSETTLED, p, deepest) == exactly(1.5 * 0.5)
    assert rules.new_rupture(client, -0.2, UNMOVED, p, luck()) == 0.0


BOND = {
    "bond_settling": 0.07, "bond_spread": 0.3, "bond_gains": 0.9, "bond_release": 0.12, "bond_empathy": 0.06,
    "rupture_drop": 0.8,
    "hush_bond": 0.25, "bond_moved": 0.15, "repair_restores": 1.1,
}  # fmt: skip
BOND_AT_LEAST = 1.0 + 0.07 * (1.5 - 1.0) + 0.3 * -0.6 + 0.9 * (1.4 - 1.25) + 0.06 * -0.8


@pytest.mark.parametrize(
    ("changes", "added"),
    [
        ({}, 0.0),
        ({"released": 0.5}, 0.12 * 0.5),
        ({"hushed": True}, 0.25 * (0.2 - 0.5)),
        ({"appraisal": 0.6, "reception": MOVED}, 0.15 * 0.6),
        ({"appraisal": 0.1, "reception": UNMOVED}, 0.0),
        ({"appraisal": -0.6, "reception": UNSETTLED, "rupture": 0.6}, -0.8 * 0.6),
        ({"repaired": True}, 1.1 * 0.8 * 0.35),
        ({"repaired": True, "rupture": 0.7}, 1.1 * 0.8 * 0.35 - 0.8 * 0.7),
    ],
)
def test_the_bond_after_a_session_by_hand(changes, added):
    client = a_client(bond=1.0, settles_at=1.5, distress=1.4, warmth_expected=0.2, open_rupture=0.35, felt_empathy=-0.8)
    usual = {
        "released": 0.0,
        "hushed": False,
        "appraisal": 0.0,
        "reception": NOT_RECEIVED,
        "repaired": False,
        "rupture": 0.0,
    }
    bond = rules.bond_after(
        client, a_therapist(strain=2.0), 1.25, **(usual | changes), p=parameters(**BOND), luck=luck(bond=-0.6)
    )
    assert bond == exactly(BOND_AT_LEAST + added)


@pytest.mark.parametrize(("strain", "added"), [(1.5, -0.1 * 1.5), (-1.5, 0.0)])
def test_a_therapist_who_is_worn_out_wears_out_the_bond_by_hand(strain, added):
    p = parameters(bond_settling=0.07, bond_strain=-0.1)
    client, therapist = a_client(bond=1.0, settles_at=1.5, distress=1.4), a_therapist(strain=strain)
    bond = rules.bond_after(client, therapist, 1.4, 0.0, False, 0.0, NOT_RECEIVED, False, 0.0, p, luck())
    assert bond == exactly(1.0 + 0.07 * 0.5 + added)


# --- Whether the client comes again --------------------------------------------------------------------------------


@pytest.mark.parametrize("began_with", [0.0, 1.3, 2.0, 9.0])
def test_enough_is_an_absolute_level_and_ends_by_chance_from_session_one(began_with):
    p = parameters(good_enough_ends=0.4)
    client, soon = a_client(good_enough=1.8, distress_at_start=began_with), luck(ends=0.39)
    for number in (1, 2, 30):
        assert happens_below(lambda distress, n=number: rules.ends_well(client, n, distress, p, soon), 1.8)
        assert happens_below(lambda u, n=number: rules.ends_well(client, n, 1.7, p, luck(ends=u)), 0.4)


@pytest.mark.parametrize(("agreed", "last"), [(0.4, 1), (1.0, 1), (1.01, 2), (6.0, 6), (6.2, 7)])
def test_what_was_agreed_ends_at_the_first_session_that_is_no_fewer(agreed, last):
    p, client = parameters(), a_client(agreed_sessions=agreed)
    reached = [rules.reaches_agreed_end(client, number, p) for number in range(1, 9)]
    assert reached == [number >= last for number in range(1, 9)]
    ends = [rules.ends_well(client, number, 9.0, p, luck(ends=1 - 1e-9)) for number in range(1, 9)]
    assert ends == reached


def test_where_nothing_is_agreed_no_number_of_sessions_ends_a_therapy():
    client = a_client()
    assert not any(rules.reaches_agreed_end(client, number, parameters()) for number in (1, 52, 5200))


def test_a_fixed_plan_asks_neither_for_what_was_agreed_nor_for_a_level():
    p = parameters(endings="fixed plan", planned_sessions=8)
    client = a_client(agreed_sessions=3.0, good_enough=1.8)
    assert [n for n in range(1, 10) if rules.reaches_agreed_end(client, n, p)] == [8, 9]
    assert not rules.ends_well(client, 3, 0.0, p, luck(ends=0.0))


def test_a_fixed_plan_ends_at_its_last_session_whatever_the_distress():
    p = parameters(endings="fixed plan", planned_sessions=8)
    client = a_client(good_enough=1.8)
    ends = [rules.ends_well(client, n, distress, p, luck(ends=0.0)) for n, distress in ((7, 0.0), (8, 9.0), (9, 0.0))]
    assert ends == [False, True, True]


LEAVING = {
    "leaving_base": -5.0, "leaving_alliance": -3.5, "leaving_rupture": 1.6, "leaving_early": 3.0,
    "leaving_therapist": 0.5, "leaving_no_better": 0.45, "no_better_after": 6, "leaving_unsettled": 0.8,
    "leaving_moved": -0.7, "leaving_exogenous": 0.25, "leaving_outside_life": -3.2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "distress", "reception", "added"),
    [
        (5, 2.5, NOT_RECEIVED, 0.0),
        (6, 2.0, NOT_RECEIVED, 0.45),
        (6, 1.99, NOT_RECEIVED, 0.0),
        (5, 2.5, UNSETTLED, 0.8),
        (5, 2.5, MOVED, -0.7),
        (5, 2.5, UNMOVED, 0.0),
        (7, 2.5, UNSETTLED, 0.45 + 0.8),
    ],
)
def test_leaving_by_hand(number, distress, reception, added):
    p, client, therapist = parameters(**LEAVING), a_client(early_risk=0.3), a_therapist(leaving=1.3)
    risk = -5.0 - 3.5 * (0.6 - 0.75) + 1.6 * 0.4 + 3.0 * 0.3 + 0.5 * 1.3 + added

    def leaves(draw):
        fortune = luck(leaves=draw, outside_life=0.25)
        return rules.leaves(client, therapist, number, 0.6, 0.4, distress, reception, p, fortune)

    assert happens_below(leaves, risk)


def test_bad_news_adds_to_leaving_by_hand():
    p, client, therapist = parameters(**LEAVING, bad_news=0.02, leaving_bad_news=1.4), a_client(), a_therapist()
    risk = -5.0 - 3.5 * (0.75 - 0.75) + 3.0 * 1.0

    def leaves(draw, news):
        fortune = luck(leaves=draw, outside_life=0.25, bad_news=news)
        return rules.leaves(client, therapist, 2, 0.75, 0.0, 0.5, UNMOVED, p, fortune)

    assert happens_below(lambda draw: leaves(draw, 0.019), risk + 1.4)
    assert happens_below(lambda draw: leaves(draw, 0.021), risk)


def test_outside_life_decides_for_its_share_of_sessions_and_asks_nothing_else():
    p, client = parameters(**LEAVING), a_client()

    def leaves(draw):
        fortune = luck(leaves=draw, outside_life=0.24)
        return rules.leaves(client, a_therapist(leaving=9.0), 9, 0.01, 3.0, 9.0, UNSETTLED, p, fortune)

    assert happens_below(leaves, -3.2)
