"""Which numbers change what tears do is found by running, and compared with what is declared."""

from itertools import product

import numpy as np
import pytest

from tearsim.science.fitted import worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked
from tearsim.science.through_tears import ASKED_ALONE, BOTH_WAYS, THROUGH_TEARS, is_free, is_through_tears
from tearsim.worlds.ensemble import Ensemble

# A small practice in which eyes fill often, and in which every way of tears to act on anybody is open.
EVERYTHING_MATTERS = {
    "therapists": 12, "caseload": 8, "weeks": 80, "eyes_fill_base": -3.5, "therapist_tear_propensity_spread": 1.5,
    "grief_onset": 0.05, "never_criers_share": 0.2, "relapse": 0.02, "client_cries_openness": 1.0, "hush_bond": 0.2,
    "tears_relief": 0.3, "leaving_unsettled": 1.0, "leaving_moved": -1.0, "repair_spoken": 1.0,
    "appraisal_open_peak": 0.3, "appraisal_repeat": 0.2, "appraisal_burden": 0.5, "appraisal_frailty": 0.3,
    "appraisal_blur": 0.5, "leaving_exogenous": 0.2, "comfort_learning": 0.2, "eyes_fill_empathy": 0.5,
    "belief_improved_otherwise": 0.3, "belief_unsettled_shows": 0.3,
}  # fmt: skip
MANNERS = ("shown", "voiced", "leaking", "held back")
# What stays inside a therapist, where no client can meet it.
WITHIN = {"tears_felt", "origin", "belief", "belief_noticed", "comfort", "strain"}
SIZES = ("therapists", "caseload", "weeks", "hold_back_client", "hold_back_week")
NUMBERS = [n for n, p in PARAMETERS.items() if p.kind in ("number", "whole number") and n not in SIZES]


def lives_alike(one, other):
    """Whether two logs hold the same lives of clients, to the last bit."""
    return len(one) == len(other) and all(
        np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
        for name in one.dtype.names
        if name not in WITHIN
    )


@pytest.fixture(scope="module")
def changing():
    """By manner of tears, the numbers that change anybody's life from one end of their plausible range to the other."""
    ways = list(product(NUMBERS, (0, 1), MANNERS))
    points = [
        checked(
            {**EVERYTHING_MATTERS, name: type(PARAMETERS[name].default)(PARAMETERS[name].plausible[end]), "tears": how}
        )
        for name, end, how in ways
    ]
    logs = {way: ran.log for way, ran in zip(ways, Ensemble(points, log=True).run(seed=3), strict=True)}
    return {how: {n for n in NUMBERS if not lives_alike(logs[n, 0, how], logs[n, 1, how])} for how in MANNERS}


@pytest.mark.slow
def test_what_acts_through_tears_alone_is_what_is_declared_to(changing):
    found = (changing["shown"] | changing["voiced"] | changing["leaking"]) - changing["held back"]
    assert found == THROUGH_TEARS - BOTH_WAYS


@pytest.mark.slow
def test_sensitivity_to_boundaries_acts_without_tears_too_as_it_is_part_of_who_fits_whom(changing):
    assert changing["held back"] >= BOTH_WAYS
    unmoved = {**EVERYTHING_MATTERS, "congruence_of_fit": 0.0, "tears": "held back"}
    ends = [checked({**unmoved, name: PARAMETERS[name].plausible[end]}) for name in sorted(BOTH_WAYS) for end in (0, 1)]
    ran = [one.log for one in Ensemble(ends, log=True).run(seed=3)]
    assert all(lives_alike(one, other) for one, other in zip(ran[::2], ran[1::2], strict=True))


@pytest.mark.slow
def test_open_worlds_differ_in_every_number_that_can_change_what_tears_do(changing):
    values = np.array([list(world.values()) for world in worlds_of("open")], float)
    differ = {name for name, column in zip(worlds_of("open")[0], values.T, strict=True) if np.ptp(column) > 0.0}
    can = set().union(*changing.values())
    assert len(can) > 100
    assert {name for name in can - differ if is_free(PARAMETERS[name])} == set()


def test_what_therapists_believe_was_noticed_is_asked_alone():
    assert {name for name in PARAMETERS if name.startswith("belief_noticed")} == ASKED_ALONE
    assert all(map(is_through_tears, ASKED_ALONE))


WEIGHT = ("log-odds", "unit of appraisal", "severity", "earlier tears", "a level", "a SD of distress")
# Their sign is what they are: where the scale begins, and how the feeling that somebody cries from is made.
SIGNED = {
    "eyes_fill_base": "a level, not an effect",
    "eyes_fill_depth": "deep talk moves both",
    "eyes_fill_client_cries": "published: therapists' tears come with clients'",
    "eyes_fill_grief": "a grief is what makes one cry",
    "open_step": "a step on a scale",
    "overwhelmed_step": "a step on a scale",
}


def test_a_weight_of_tears_whose_sign_nobody_has_measured_may_be_either_way():
    weights = [
        p
        for name, p in PARAMETERS.items()
        if name in THROUGH_TEARS and p.unit in WEIGHT and not name.endswith("_spread") and is_free(p)
    ]
    assert len(weights) > 25
    one_way = {p.name for p in weights if not p.plausible[0] <= 0.0 <= p.plausible[1]}
    assert one_way == SIGNED.keys()
    assert all(
        p.plausible[0] < 0.0 < p.plausible[1] for p in weights if p.name.startswith(("appraisal", "bond", "lasting"))
    )
