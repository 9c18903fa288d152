"""`tearsim.effects`: what is asked for is told of whom, how many and how sure; what has no effect is told as exactly 0."""

import itertools

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.science.fitted import OPEN_WORLDS, worlds_of
from tearsim.study.effects.asking import effects
from tearsim.study.effects.estimands import ESTIMANDS
from tearsim.study.effects.following import EFFECT_OUTCOMES
from tearsim.study.effects.subgroups import THIRDS

SMALL = {"therapists": 5, "caseload": 6, "weeks": 20, "therapist_tear_propensity": 0.98}
AT = (0, 4, 12)


@pytest.fixture(scope="module")
def all_seven():
    return effects(practices=12, at=AT, **SMALL)


def test_every_estimand_is_told_for_every_outcome_and_week(all_seven):
    labels = [label for name, one in ESTIMANDS.items() if one.of_tears for label in one.labels(name)]
    told = [(one.estimand, one.outcome, one.week) for one in all_seven.rows]
    assert told == list(itertools.product(labels, EFFECT_OUTCOMES, AT))
    assert all(one.people > 0 for one in all_seven.rows)
    assert all(one.worlds is None for one in all_seven.rows)
    assert all(one.estimate.low <= one.estimate.mean <= one.estimate.high for one in all_seven.rows)


def test_what_everybody_has_is_told_of_everybody_and_the_rest_of_those_who_stay(all_seven):
    for label, week in itertools.product({one.estimand for one in all_seven.rows}, AT):
        people = {one.outcome: one.people for one in all_seven.rows if (one.estimand, one.week) == (label, week)}
        assert len({people[name] for name in EFFECT_OUTCOMES if EFFECT_OUTCOMES[name].of_everybody}) == 1
        assert len({people[name] for name in EFFECT_OUTCOMES if not EFFECT_OUTCOMES[name].of_everybody}) == 1
        assert people["alliance"] <= people["left"]
    staying = [one.people for one in all_seven.rows if (one.estimand, one.outcome) == ("first_tear", "rating")]
    assert staying == sorted(staying, reverse=True)
    assert staying[-1] < staying[0]


def test_where_tears_have_no_effect_every_number_is_exactly_nothing_and_no_luck_is_in_it():
    found = effects(practices=6, at=AT, effect_of_tears="none", **SMALL)
    for one in found.rows:
        assert one.estimate[:3] == (0.0, 0.0, 0.0), one
        assert one.unpaired == 0


def test_a_difference_that_nobody_has_is_not_told_as_certain():
    """What one client saw reaches others later, by what the therapist came to believe: in that week nobody leaves of it."""
    found = effects("spill_over", practices=6, at=[0, 12], **SMALL)
    assert any(one.estimate.mean != 0.0 for one in found.rows)
    (left,) = [one for one in found.rows if (one.outcome, one.week) == ("left", 0)]
    assert left.estimate.mean == 0.0
    assert left.estimate.high == -left.estimate.low == pytest.approx(1.0 - 0.025 ** (1.0 / left.people))


def test_the_same_seed_gives_the_same_numbers_whoever_lives_the_practices():
    one, other = (effects(["first_tear", "one_tear"], practices=8, at=AT, workers=n, seed=5, **SMALL) for n in (1, 2))
    assert one == other
    assert effects("first_tear", practices=8, at=AT, seed=6, **SMALL).rows != one.rows


def test_over_open_worlds_each_number_says_in_how_many_of_them_it_lies_above_nothing():
    found = effects("first_tear", parameters="open", at=[0], practices=24, therapists=5, weeks=20)
    known = [one for one in found.rows if one.worlds is not None]
    assert known
    for one in known:
        assert 2 <= one.worlds.number <= 12
        low, high = one.worlds.middle_95
        assert low <= one.worlds.median <= high
        assert 0.0 <= one.worlds.share_above_zero <= 1.0
    assert len(worlds_of(OPEN_WORLDS)) > 12


@pytest.mark.parametrize(
    "by", ["level", "origin", "spoken", "prior_alliance", "boundary_sensitivity", "warmth_expected"]
)
def test_people_told_apart_are_all_of_them(by):
    found = effects("first_tear", practices=6, at=[0], by=by, **SMALL)
    whole = effects("first_tear", practices=6, at=[0], **SMALL)
    groups = [one for one in found.rows if one.outcome == "distress"]
    (together,) = [one for one in whole.rows if one.outcome == "distress"]
    assert sum(one.people for one in groups) == together.people
    mean = np.average([one.estimate.mean for one in groups], weights=[one.people for one in groups])
    assert mean == pytest.approx(together.estimate.mean)
    if by in ("prior_alliance", "boundary_sensitivity", "warmth_expected"):
        assert {one.group for one in groups} == set(THIRDS)


def test_an_open_practice_tells_how_many_have_no_partner():
    cohort, practice = (
        effects("first_tear", practices=6, at=[0], arrivals=arrivals, **{**SMALL, "weeks": 52})
        for arrivals in ("cohort", "open")
    )
    assert practice.rows[0].unpaired > 0.03 * practice.rows[0].people
    assert cohort.rows[0].unpaired <= 0.01 * cohort.rows[0].people


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"estimands": "frist_tear"}, "There is no estimand"),
        ({"estimands": 3}, "estimands takes names of estimands"),
        ({"by": "levle"}, "Effects can be split by one of"),
        ({"estimands": "policy", "by": "level"}, "policy cannot be split by level"),
        ({"at": []}, "at takes one week"),
        ({"at": [-1]}, "The week after time zero is a whole number"),
        ({"practices": 0}, "The number of practices is a whole number from 1"),
        ({"tears": "voiced"}, "tears is set by the strategies"),
        (
            {"estimands": "spoken", "rules": {"speaks": lambda therapist, p, luck: True}},
            "spoken forces the rule speaks",
        ),
        ({"workers": 0}, "The number of workers"),
        ({"weaks": 3}, "There is no parameter"),
    ],
)
def test_what_is_not_allowed_is_said_in_one_line(asked, line):
    with pytest.raises(TearSimError, match=line) as refusal:
        effects(**asked)
    assert "\n" not in str(refusal.value)
