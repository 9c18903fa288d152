"""Scores of findings left out, held to cases whose answers are known."""

import numpy as np
import pytest

from tearsim.study.randomness import Streams
from tearsim.study.theories.leaving_out import (
    FURTHEST,
    LEAST_DIFFERENCE,
    Difference,
    difference,
    distances,
    left_out,
    log_densities,
    never_shown,
)

ERRORS = np.array([1.0, 0.8, 1.2, 0.9, 1.1])
PUBLISHED = np.array([0.4, -0.6, 1.1, 0.2, -0.3])


def normal(x, mean, variance):
    return -0.5 * (x - mean) ** 2 / variance - 0.5 * np.log(2.0 * np.pi * variance)


def posterior(kept, prior=1.0):
    """Mean and variance of a number from N(0, 1), given findings that are that number with their errors."""
    precision = 1.0 / prior + (1.0 / ERRORS[kept] ** 2).sum()
    return (PUBLISHED[kept] / ERRORS[kept] ** 2).sum() / precision, 1.0 / precision


def members(number, seed=1):
    mean, variance = posterior(np.arange(len(ERRORS)))
    drawn = mean + np.sqrt(variance) * Streams(seed).library_generator(0).standard_normal(number)
    return distances(np.tile(drawn[:, None], len(ERRORS)), PUBLISHED, ERRORS)


@pytest.mark.parametrize(("number", "off"), [(20_000, 0.02), (96, 0.25)])
def test_each_score_is_the_density_that_the_other_findings_give(number, off):
    """Known: a finding is normal about the mean that the others leave, with their variance and its own."""
    scores = left_out(members(number), ERRORS)
    for i in range(len(ERRORS)):
        mean, variance = posterior(np.delete(np.arange(len(ERRORS)), i))
        assert scores.score[i] == pytest.approx(normal(PUBLISHED[i], mean, variance + ERRORS[i] ** 2), abs=off)


def test_with_many_members_scores_whose_weights_vary_little_are_relied_on():
    assert left_out(members(20_000), ERRORS).reliable.all()


def test_a_finding_left_out_is_foretold_less_well_than_one_that_was_fitted_to():
    away = members(500)
    assert (left_out(away, ERRORS).score < never_shown(away, ERRORS).score).all()


def test_where_one_member_carries_the_weight_the_score_is_not_relied_on():
    away = members(200)
    away[0, 2] = 12.0
    assert left_out(away, ERRORS).reliable.tolist() == [True, True, False, True, True]


def test_members_that_are_alike_are_weighted_alike():
    away = np.full((40, 2), 1.5)
    assert left_out(away, ERRORS[:2]).score == pytest.approx(log_densities(away[:1], ERRORS[:2])[0])


def test_what_is_far_off_or_missing_counts_as_five_errors_off():
    away = distances(np.array([[40.0, np.nan, np.inf]]), np.zeros(3), np.ones(3))
    assert log_densities(away, np.ones(3))[0] == pytest.approx([normal(FURTHEST, 0.0, 1.0)] * 3)


def test_a_finding_is_missed_where_most_members_are_five_errors_off_or_do_not_have_it():
    away = distances(np.array([[0.0, 9.0, np.nan], [9.0, 6.0, np.nan], [0.0, 5.5, 0.0]]), np.zeros(3), np.ones(3))
    assert never_shown(away, np.ones(3)).missed.tolist() == [False, True, True]


def test_a_difference_decides_beyond_two_standard_errors_and_beyond_a_trifle():
    assert not Difference(10.0, 5.1).decides
    assert Difference(10.0, 4.9).decides
    assert Difference(-10.0, 4.9).decides
    assert not Difference(LEAST_DIFFERENCE, 0.0).decides


def test_a_difference_of_scores_has_the_error_of_a_sum_over_findings():
    one, other = np.array([-1.0, -2.0, -4.0, -1.0]), np.array([-2.0, -2.0, -2.0, -2.0])
    found = difference(one, other)
    assert found.total == 0.0
    assert found.error == pytest.approx(2.0 * np.std([1.0, 0.0, -2.0, 1.0], ddof=1))
