"""Rival theories: each can be run as it says, says where it comes from, and differs from its rivals."""

import pytest

from tearsim.science import rules
from tearsim.science.alternatives import THEORIES, Theory, with_theory
from tearsim.science.alternatives.crying import eyes_fill_by_contagion
from tearsim.science.alternatives.ending import ends_well_by_share
from tearsim.science.alternatives.intensity import appraise_by_whose_it_is
from tearsim.science.alternatives.repeats import appraise_less, appraise_more
from tearsim.science.alternatives.theory import NO_SOURCE
from tearsim.science.codes import NEAR, NO_TEARS, NONE, OPEN, OVERWHELMED, OWN, RELEASE, SHARED
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import REPLACEABLE, checked_rules, sources_of
from tearsim.science.settings import checked
from tests.science.helpers import a_client, a_therapist, happens_below, luck, parameters, tears

# What a rival denies outright; nobody who holds that there is such a thing would call none of it plausible.
DENIED = {"felt_fit": 0.0, "felt_session": 0.0}


def plausible(name, value):
    """Whether a theory's value lies in the range that the parameter itself calls plausible, or is denied outright."""
    low, high = PARAMETERS[name].plausible
    return PARAMETERS[name].kind in ("choice", "switch") or low <= value <= high or DENIED.get(name) == value


@pytest.mark.parametrize("theory", THEORIES.values(), ids=list(THEORIES))
def test_a_theory_can_be_run_as_it_says(theory):
    assert checked(theory.parameters).items() >= theory.parameters.items()
    assert all(plausible(name, value) for name, value in theory.parameters.items())
    assert dict(checked_rules(theory.rules)) == dict(theory.rules)
    assert sources_of(checked_rules(theory.rules)).keys() == theory.rules.keys()
    assert theory.rules.keys() <= REPLACEABLE.keys()


@pytest.mark.parametrize("theory", THEORIES.values(), ids=list(THEORIES))
def test_a_theory_says_what_it_answers_and_where_it_comes_from(theory):
    assert theory.question.endswith("?")
    assert theory.answer
    assert theory.source == NO_SOURCE or any(year.isdigit() for year in theory.source.replace(",", " ").split())


def test_every_question_has_rivals_and_no_two_are_the_same():
    by_question: dict[str, list[Theory]] = {}
    for theory in THEORIES.values():
        by_question.setdefault(theory.question, []).append(theory)
    assert len(by_question) == 12
    for rivals in by_question.values():
        said = [(sorted(one.parameters.items()), sorted(one.rules)) for one in rivals if one.parameters]
        assert len(rivals) > 1
        assert all(said.count(one) == 1 for one in said)


@pytest.mark.parametrize(
    "theory", [one for one in THEORIES.values() if "the defaults" in one.answer], ids=lambda one: one.name
)
def test_what_is_called_the_defaults_is(theory):
    assert all(PARAMETERS[name].default == value for name, value in theory.parameters.items())
    assert not theory.rules


def test_without_a_theory_nothing_is_added():
    assert with_theory(None, None, {"weeks": 3}) == ({"weeks": 3}, ())
    assert with_theory("outside life", None, {"weeks": 3}) == ({"leaving_exogenous": 0.5, "weeks": 3}, ())


# --- What their rules say ----------------------------------------------------------------------------------------------

P = parameters(appraisal_spread=1.0)


@pytest.mark.parametrize("drawn", [-3.0, -0.5, 0.4, 2.0])
def test_habituation_fades_and_sensitisation_grows_with_each_time_and_neither_changes_a_sign(drawn):
    therapist, met = a_therapist(), tears()
    sizes = {less: [] for less in (True, False)}
    for earlier in range(6):
        client = a_client(noticed_before=earlier)
        usual = rules.appraise(client, therapist, met, P, luck(appraisal=drawn))
        for less, rule in ((True, appraise_less), (False, appraise_more)):
            appraisal = rule(client, therapist, met, P, luck(appraisal=drawn))
            assert appraisal * usual > 0
            assert -1 <= appraisal <= 1
            sizes[less].append(abs(appraisal))
        if earlier == 0:
            assert sizes == {True: [abs(usual)], False: [abs(usual)]}
    assert sizes[True] == sorted(sizes[True], reverse=True)
    assert sizes[False] == sorted(sizes[False])
    assert sizes[False][4] == sizes[False][5]  # up to four


@pytest.mark.parametrize("propensity", [0.0, 20.0])
def test_under_contagion_nobody_cries_alone(propensity):
    therapist = a_therapist(tear_propensity=propensity, strain=5.0, grieving=True)
    assert eyes_fill_by_contagion(therapist, 1.0, NO_TEARS, P, luck(eyes_fill=-50.0)) == NONE
    assert eyes_fill_by_contagion(therapist, 1.0, RELEASE, P, luck(eyes_fill=-50.0)) == OVERWHELMED
    levels = [eyes_fill_by_contagion(therapist, 0.8, RELEASE, P, luck(eyes_fill=x / 10)) for x in range(-500, 500)]
    assert levels == sorted(levels, reverse=True)
    assert set(levels) == {NONE, NEAR, OPEN, OVERWHELMED}


@pytest.mark.parametrize("drawn", [-2.0, 1.0])
def test_intensity_matters_only_where_the_feeling_is_the_therapists_own(drawn):
    client, therapist, p = a_client(), a_therapist(), parameters(appraisal_shared=0.0)

    def taken(level, origin):
        met = tears(sensed=level, origin=origin)
        return appraise_by_whose_it_is(client, therapist, met, p, luck(appraisal=drawn))

    near = rules.appraise(client, therapist, tears(), p, luck(appraisal=drawn))
    assert {taken(level, SHARED) for level in (NEAR, OPEN, OVERWHELMED)} == {near}
    own = [taken(level, OWN) for level in (NEAR, OPEN, OVERWHELMED)]
    assert own[0] == near
    assert own == sorted(own, reverse=True)
    assert own[2] < own[0] or own[0] == -1.0


@pytest.mark.parametrize("began_with", [0.4, 2.0, 5.0])
def test_where_enough_is_a_share_of_the_start_half_of_it_is_enough_whatever_ones_own_level(began_with):
    p, soon = parameters(good_enough_ends=0.4), luck(ends=0.39)
    for level in (-1.0, 0.8, 9.0):
        client = a_client(distress_at_start=began_with, good_enough=level)
        assert happens_below(lambda x, c=client: ends_well_by_share(c, 1, x, p, soon), 0.5 * began_with)
        assert happens_below(lambda u, c=client: ends_well_by_share(c, 1, 0.1, p, luck(ends=u)), 0.4)


def test_a_share_of_the_start_leaves_agreed_ends_and_plans_as_they_are():
    agreed, planned = parameters(), parameters(endings="fixed plan", planned_sessions=8)
    client = a_client(distress_at_start=2.0, agreed_sessions=3.0)
    for p in (agreed, planned):
        for number in range(1, 10):
            worse_off, never = (client, number, 9.0, p, luck(ends=0.0)), luck(ends=1 - 1e-9)
            assert ends_well_by_share(*worse_off) == rules.ends_well(*worse_off)
            assert ends_well_by_share(*worse_off[:-1], never) == rules.ends_well(*worse_off[:-1], never)
    assert not ends_well_by_share(client, 3, 0.0, planned, luck(ends=0.0))
