"""Effects that were put into a world are found in it: 95 % intervals of two hundred studies hold the truth in 95 of 100.

Each world has one effect of tears and no other. The truth is that of a study some four hundred times as large, whose own
luck is a twentieth of a study's. Of 200 studies whose intervals hold the truth with a probability of .95, 186 to 194
(93 to 97 %) do so in 87 of 100 runs of such a test: its Monte Carlo error is 1.5 points. Seeds are fixed.
"""

import pytest

from tearsim.study.effects.asking import effects

STUDIES, PRACTICES, LARGE = 200, 25, 10_000
WORLD = {
    "therapists": 8, "caseload": 6, "weeks": 8, "eyes_fill_base": -4.5, "tears_relief": 0.0, "overwhelmed_step": 20.0,
    "bond_moved": 0.0, "lasting_moved": 0.0, "rupture_unsettled": 0.0, "leaving_unsettled": 0.0, "leaving_moved": 0.0,
    "first_unsettled": 0.0, "seeking_unsettled": 0.0, "client_cries_openness": 0.0,
}  # fmt: skip
UNSETTLED, MOVED = {"appraisal_base": -20.0}, {"appraisal_base": 20.0}
# Each effect as the numbers that make it, and the outcome and week in which it is looked for.
PLANTED = {
    "leaving": ({**UNSETTLED, "leaving_unsettled": 1.0}, "left", 4),
    "bond": ({**MOVED, "bond_moved": 0.5}, "alliance", 4),
    "distress": ({**UNSETTLED, "rupture_unsettled": 1.0, "rupture_drop": 0.0, "leaving_rupture": 0.0}, "distress", 4),
}


def found(effect, seed, practices):
    planted, outcome, week = PLANTED[effect]
    asked = effects("first_tear", seed=seed, practices=practices, at=[week], **{**WORLD, **planted})
    (one,) = [row for row in asked.rows if row.outcome == outcome]
    return one


@pytest.mark.slow
@pytest.mark.parametrize("effect", PLANTED)
def test_intervals_of_two_hundred_studies_hold_the_truth_as_often_as_they_say(effect):
    truth = found(effect, 10**6, LARGE)
    studies = [found(effect, seed, PRACTICES) for seed in range(STUDIES)]
    held = sum(one.estimate.low <= truth.estimate.mean <= one.estimate.high for one in studies)
    mean = sum(one.estimate.mean for one in studies) / STUDIES
    print(effect, truth.estimate, held, mean)
    assert 0.93 <= held / STUDIES <= 0.97
    half = (truth.estimate.high - truth.estimate.low) / 2
    width = sum(one.estimate.high - one.estimate.low for one in studies) / (2 * STUDIES)
    assert half < width / 15
    assert abs(mean - truth.estimate.mean) < 3 * width / 1.96 / STUDIES**0.5


@pytest.mark.parametrize(("effect", "more"), [("leaving", 1), ("bond", 1), ("distress", 1)])
def test_what_was_planted_is_found_with_its_sign_and_nothing_else(effect, more):
    planted = found(effect, 1, PRACTICES)
    assert more * planted.estimate.low > 0.0
    assert planted.people > 100
