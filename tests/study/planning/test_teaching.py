"""What studies would teach: how worlds are weighed given a result, and which claims come to a verdict."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.study.claims.board import read_outcome
from tearsim.study.claims.declared import claims_folder
from tearsim.study.planning.settling import ClaimInWorlds, claims_in_worlds, verdict_given
from tearsim.study.planning.weighing import WIDTHS, StudyResults, weights_at, widths_by_cross_validation
from tearsim.study.randomness import generator_for


def results_in(means, errors, seed=3):
    """StudyResults of 10 studies under each of two lucks, in worlds of these means."""
    luck = generator_for("planned studies", seed)
    found = means[:, None, None] + errors * luck.standard_normal((len(means), 2, 10))
    return StudyResults(found, found.mean(axis=2), np.full(len(means), errors))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(WIDTHS))
def test_weights_leave_out_the_world_itself_and_add_up_to_1(seed, width):
    told = results_in(generator_for("planned studies", seed).standard_normal(7), 0.3)
    found = weights_at(told, np.full(7, width))
    assert (found[np.arange(7), :, np.arange(7)] == 0.0).all()
    np.testing.assert_allclose(found.sum(axis=2), 1.0)


def test_a_result_that_is_missing_weighs_all_others_alike():
    told = results_in(np.linspace(0, 1, 5), 0.1)
    told.found[2, 0, 0] = np.nan
    np.testing.assert_allclose(weights_at(told, np.full(5, 0.4))[2, 0], [0.25, 0.25, 0.0, 0.25, 0.25])


def test_where_results_say_nothing_of_effects_they_are_hardly_ever_believed():
    """12 times 40 worlds, with precise results that have nothing to do with the effect: no width but the endless one in
    70 of 100 worlds or more, and in none where they are the effect.
    """
    luck = generator_for("planned studies", 5)
    blind = [
        widths_by_cross_validation(results_in(luck.standard_normal(40), 0.02, seed), luck.standard_normal((1, 40)))
        for seed in range(12)
    ]
    assert np.isinf(blind).mean() > 0.7
    effects = luck.standard_normal((1, 40))
    assert np.isfinite(widths_by_cross_validation(results_in(effects[0], 0.02), effects)).all()


def test_no_world_has_a_say_in_the_width_that_it_is_told_with():
    luck = generator_for("planned studies", 6)
    effects, told = luck.standard_normal((1, 30)), results_in(luck.standard_normal(30), 0.3)
    moved = effects.copy()
    moved[0, 4] += 50.0
    assert widths_by_cross_validation(told, effects)[4] == widths_by_cross_validation(told, moved)[4]


def test_a_claim_comes_to_the_verdict_of_the_board_over_weighted_worlds():
    true, regions = np.arange(20) < 10, np.array([np.arange(20) < 20, np.arange(20) < 0])
    equal = np.full((20, 1, 20), 1 / 20)
    assert not verdict_given(equal, ClaimInWorlds("x", true, ())).there.any()
    sure = np.zeros((20, 1, 20))
    sure[:, 0, 0] = 1.0  # all weight on a world in which it is true
    held = verdict_given(sure, ClaimInWorlds("x", true, ()))
    assert held.there.all()
    np.testing.assert_array_equal(held.right[:, 0], true)
    depends = verdict_given(equal, ClaimInWorlds("x", true, (regions,)))
    assert depends.there.all()
    assert depends.right.all()


def test_the_claims_of_the_board_are_judged_as_on_record_in_all_worlds():
    worlds = range(read_outcome(claims_folder() / "outcome.json")["worlds"])
    of = {one["id"]: one for one in read_outcome(claims_folder() / "outcome.json")["claims"]}
    judged = claims_in_worlds(worlds)
    assert len(judged) > 20
    for one in judged:
        assert of[one.name]["verdict"] != "assumed"
        # The board's share also counts how unsure each world's value is: where all lie near the limit that is more.
        assert one.true.mean() == pytest.approx(of[one.name]["share_of_worlds"], abs=0.05)
