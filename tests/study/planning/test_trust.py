"""Whether what is said of a study can be believed: held to closed forms, to worlds without effects, to brute force."""

import numpy as np
import pandas as pd
import pytest

from tearsim.study.planning import tried
from tearsim.study.planning.answers_given import plain_difference
from tearsim.study.planning.diagnosing import diagnose
from tearsim.study.planning.sample_size import power_of_two_arms
from tearsim.study.planning.study_file import make_study
from tearsim.study.randomness import generator_for


def of_normal_arms(effect, each, studies, seed):
    """Studies of two arms with normal outcomes, no model in between, as pools of studies of one world."""
    luck = generator_for("planned studies", seed)
    arm = np.repeat([1.0, 0.0], each)
    people = np.arange(2 * each)
    rows = []
    for number in range(studies):
        outcome = effect * arm + luck.standard_normal(2 * each)
        answer = plain_difference({"outcome": outcome, "assigned": arm, "therapist": people}, 0.05)
        rows.append((0, number % 100, each, number, *answer, 2 * each))
    columns = ["world", "luck", "n", "study", "estimate", "low", "high", "rows"]
    truths = pd.DataFrame({"world": [0], "luck": [0], "pairs": [1], "first": [effect], "second": [0.0]})
    return pd.DataFrame(rows, columns=columns), truths


@pytest.mark.parametrize(("effect", "each"), [(0.0, 40), (0.4, 60), (0.5, 64)])
def test_two_normal_arms_have_the_power_of_the_closed_form(effect, each):
    """4,000 studies: a share of .5 errs by .8 of a point, so 3 standard errors are 2.4 points."""
    [found] = diagnose(*of_normal_arms(effect, each, 4_000, seed=3))
    expected = power_of_two_arms(effect, 1.0, each) if effect else 0.05
    error = 3.0 * np.sqrt(expected * (1.0 - expected) / 4_000)
    # Student's t, and errors that allow for other variances in either arm, give away less than a point.
    assert abs(found.power.mean - expected) < error + 0.008
    assert abs(found.bias.mean) < 3.0 * np.sqrt(2.0 / each / 4_000)
    assert 0.94 < found.coverage.mean < 0.96
    assert abs(found.rmse.mean - np.sqrt(2.0 / each)) < 0.01


def test_estimates_that_are_found_are_too_large_where_power_is_low():
    """A true difference of .2 with 25 an arm: by Gelman and Carlin's formula some three times too large."""
    [found] = diagnose(*of_normal_arms(0.2, 25, 4_000, seed=4))
    luck = generator_for("planned studies", 5)
    error = np.sqrt(2.0 / 25)
    drawn = 0.2 + error * luck.standard_normal(200_000)
    significant = np.abs(drawn) > 1.96 * error
    assert found.exaggeration.mean == pytest.approx(np.abs(drawn[significant]).mean() / 0.2, rel=0.08)
    assert found.wrong_sign.mean == pytest.approx((drawn[significant] < 0).mean(), abs=0.05)


TEARFUL = {"therapist_tear_propensity": 0.9}
TRIAL = {
    "title": "A trial", "question": "?", "estimates": "default", "parameters": TEARFUL,
    "inquiry": {"effect": "eyes_fill", "outcome": "rating", "weeks": 1},
    "data": {"kind": "prompt", "clients": 10, "weeks": 12},
    "answer": {"estimator": "adjusted difference"},
    "diagnosis": {"therapists": [60], "lucks": 250, "studies": 4},
}  # fmt: skip


def changed(study, **parts):
    """A study with keys of its parts changed."""
    return {**study, **{name: {**study[name], **keys} for name, keys in parts.items()}}


def all_tried(study):
    """The studies and truths of all worlds and lucks."""
    studies, truths = [], []
    for world in study.asked:
        for luck in range(study.diagnosis.lucks):
            found = tried.try_in(study, world, luck)
            studies.append(found.studies.assign(world=world, luck=luck))
            truths.append({"world": world, "luck": luck, **found.truth._asdict()})
    return pd.concat(studies), pd.DataFrame(truths)


TRAINED = changed(
    {**TRIAL, "parameters": {**TEARFUL, "leaving_unsettled": 3.0, "leaving_moved": 1.0}},
    inquiry={"effect": "training_in_restraint", "outcome": "left", "weeks": 8},
    data={"kind": "training"},
    answer={"estimator": "difference"},
)


@pytest.mark.slow
@pytest.mark.parametrize("study", [TRIAL, changed(TRIAL, inquiry={"outcome": "distress"}), TRAINED], ids=repr)
def test_where_tears_do_nothing_a_trial_finds_something_as_often_as_its_level_says(study):
    """1,000 studies of 60 therapists, four to a pool of 240: 3 to 7 % find something, and the truth is 0 exactly."""
    nothing = make_study({**study, "parameters": {**study["parameters"], "effect_of_tears": "none"}}, "the study")
    studies, truths = all_tried(nothing)
    assert len(studies) == 1_000
    assert (truths["first"] == truths["second"]).all()
    [found] = diagnose(studies, truths)
    assert 0.03 <= found.power.mean <= 0.07


@pytest.mark.slow
@pytest.mark.parametrize("study", [TRIAL, TRAINED], ids=["a rating", "leaving"])
def test_intervals_hold_a_planted_effect_as_often_as_they_say(study):
    """1,000 studies of 60 therapists: 93 to 97 % of intervals hold the truth of 250 pools together."""
    planted = make_study(changed({**study, "parameters": {**study["parameters"], "bond_moved": 1.0}}), "the study")
    studies, truths = all_tried(planted)
    [found] = diagnose(studies, truths)
    assert abs(found.truth.mean) > 0.005
    assert 0.93 <= found.coverage.mean <= 0.97


BRUTE = {
    "trial": changed(
        {**TRAINED, "parameters": {**TRAINED["parameters"], "therapist_tear_propensity": 0.98}},
        diagnosis={"therapists": [24]}, inquiry={"weeks": 4}, data={"weeks": 8, "clients": 10},
    ),
    "association": changed(
        {**TRIAL, "parameters": {**TEARFUL, "bond_moved": 0.4}},
        inquiry={"effect": "first_tear"}, answer={"estimator": "exposed against unexposed"},
        data={"kind": "cohort", "weeks": 8}, diagnosis={"therapists": [24]},
    ),
}  # fmt: skip
LUCKS_BY_FORCE = 5_000
BY_FORCE_FROM = 1_000  # lucks that no pool has


def by_force(study, lucks):
    """As many studies, each of people who were lived for it alone."""
    alone = study.with_numbers(studies=1, lucks=BY_FORCE_FROM + lucks)
    found = [tried.try_in(alone, 0, luck) for luck in range(BY_FORCE_FROM, BY_FORCE_FROM + lucks)]
    studies = pd.concat([one.studies.assign(world=0, luck=number) for number, one in enumerate(found)])
    return studies, pd.DataFrame([{"world": 0, "luck": i, **one.truth._asdict()} for i, one in enumerate(found)])


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BRUTE))
def test_studies_drawn_from_pools_find_what_studies_lived_one_by_one_find(name, monkeypatch):
    """5,000 studies by brute force beside 100 pools: power and bias within 3 points."""
    study = make_study(BRUTE[name], "the study").with_numbers(lucks=100, studies=20)
    studies, truths = all_tried(study)
    [pooled] = diagnose(studies, truths)
    monkeypatch.setattr(tried, "pool_size", lambda study: study.sizes[-1])
    alone, truths_alone = by_force(study, LUCKS_BY_FORCE)
    [forced] = diagnose(alone, truths_alone)
    assert abs(pooled.power.mean - forced.power.mean) < 0.03
    assert abs(pooled.bias.mean - forced.bias.mean) < 0.03
    assert abs(pooled.coverage.mean - forced.coverage.mean) < 0.03
