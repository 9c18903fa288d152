"""What luck points' means keep where runs are missing, and what that takes from indices, worked out by hand."""

import math

import numpy as np
import pytest

from tearsim.study.answers.sensitivity_estimators import luck_left

NEVER = math.nan
# Luck of runs by replicate and point. Every row and column adds up to 0, so that all of it is the runs' own.
OWN = np.array(
    [
        [-3.0, -2.0, 2.0, NEVER, 1.0, 0.0, 2.0, NEVER, NEVER],
        [1.0, 2.0, -1.0, NEVER, -1.0, NEVER, -2.0, 1.0, NEVER],
        [1.0, 1.0, -1.0, NEVER, NEVER, NEVER, NEVER, -1.0, NEVER],
        [-1.0, 0.0, NEVER, 1.0, NEVER, NEVER, NEVER, NEVER, NEVER],
        [0.0, -1.0, NEVER, 1.0, NEVER, NEVER, NEVER, NEVER, NEVER],
        [2.0, 0.0, NEVER, -2.0, NEVER, NEVER, NEVER, NEVER, NEVER],
    ]
)


def test_what_means_keep_of_luck_where_runs_are_missing_is_worked_out_from_the_runs_that_both_have():
    """25 runs of 8 points in 6 replicates, the ninth point in none: 12 degrees of freedom where the points leave 17.

    So products of luck count 17/12 times. Points 0 and 1 share six runs, of which means keep 1 - 1/6 - 1/6 + 6/36 of a
    product: 17/12 * 9/6 / (5/6). Points 6 and 7 share one of two runs each, so a quarter: 17/12 * -2 / (1/4). Points 2
    and 3 share no run, and 5 has but one, of which its mean keeps nothing: what is told of these is what the blocks that
    can tell say on average, and nothing where none can. Weighted means keep the weights' squares where both have runs,
    over the product of both sums of weights.
    """
    points, replicates = np.arange(9.0), np.array([[10.0, 20.0, 30.0, 40.0, 50.0, 60.0]]).T
    left = luck_left(OWN + points + replicates)
    one, other = np.array([[0], [2], [4], [6]]), np.array([[1, 5], [3, 5], [5, 5], [7, 5]])
    first, last = 17 / 12 * 9 / 6 / (5 / 6), 17 / 12 * -2 / (1 / 4)
    expected = [
        [first * 17 / 9**2, 0.0],
        [0.0, 0.0],
        [(first + last) / 2 * 9 / (4 * 3), 0.0],
        [last * 1 / (4 * 2), 0.0],
    ]
    assert left(one, other)(np.array([3.0, 1.0, 1.0, 2.0, 1.0, 1.0])) == pytest.approx(np.array(expected), abs=1e-12)


def test_what_a_mean_keeps_of_its_own_luck_is_the_variance_of_its_runs_over_their_number():
    """Squares of 16, 6 and 8 about means of six, three and two runs; 17/12 of each, and equal weights."""
    of = np.array([[0, 2, 6]])
    kept = luck_left(OWN)(of, of)(np.ones(6))
    assert kept == pytest.approx(17 / 12 * np.array([[16 / 5 / 6, 6 / 2 / 3, 8 / 1 / 2]]))
