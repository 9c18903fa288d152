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
POINTS, REPLICATES = np.arange(9.0), np.array([[10.0, 20.0, 30.0, 40.0, 50.0, 60.0]]).T
# Pairs of points, a row a block.
ONE, OTHER = np.array([[0], [2], [4], [6]]), np.array([[1, 5, 5], [3, 4, 5], [5, 5, 5], [7, 5, 5]])


@pytest.mark.filterwarnings("error")
def test_what_means_keep_of_luck_where_runs_are_missing_is_worked_out_from_the_runs_that_both_have():
    """25 runs of 8 points in 6 replicates, the ninth point in none: 12 degrees of freedom where the points leave 17.

    So products of luck count 17/12 times. Points 0 and 1 share six runs, of which means keep 1 - 1/6 - 1/6 + 6/36 of a
    product: 17/12 * 9/6 / (5/6). Points 6 and 7 share one of two runs each, so a quarter: 17/12 * -2 / (1/4). Points 2
    and 4 share two of three and two, so a half: 17/12 * 3/2 / (1/2).

    Points 2 and 3 share no run, and 5 has but one, of which its mean keeps nothing: of these is told what the blocks of
    the same column that can tell say on average, and nothing where none can. Weighted means keep the weights' squares
    where both have runs, over the product of both sums of weights.
    """
    first, last, middle = 17 / 12 * 9 / 6 / (5 / 6), 17 / 12 * -2 / (1 / 4), 17 / 12 * 3 / 2 / (1 / 2)
    expected = [
        [first * 17 / 9**2, middle * 9 / (9 * 3), 0.0],
        [0.0, middle * 10 / (5 * 4), 0.0],
        [(first + last) / 2 * 9 / (4 * 3), middle * 9 / (4 * 3), 0.0],
        [last * 1 / (4 * 2), middle * 9 / (4 * 3), 0.0],
    ]
    left, weights = luck_left(OWN + POINTS + REPLICATES), np.array([3.0, 1.0, 1.0, 2.0, 1.0, 1.0])
    assert left(ONE, OTHER)(weights) == pytest.approx(np.array(expected), abs=1e-12)
    assert left(OTHER, ONE)(weights) == pytest.approx(np.array(expected), abs=1e-12)


@pytest.mark.filterwarnings("error")
def test_a_resample_without_any_run_of_a_point_says_nothing_of_it_and_no_less_of_others():
    """Without the first replicate, point 5 has no run; points 6 and 7 share one of one and two."""
    kept = luck_left(OWN)(ONE, OTHER)(np.array([0.0, 1.0, 1.0, 2.0, 1.0, 1.0]))
    assert np.isnan(kept[OTHER == 5]).all()
    assert kept[3, 0] == pytest.approx(17 / 12 * -2 / (1 / 4) * 1 / (1 * 2))


def test_what_a_mean_keeps_of_its_own_luck_is_the_variance_of_its_runs_over_their_number():
    """Squares of 16, 6 and 8 about means of six, three and two runs; 17/12 of each, and equal weights."""
    of = np.array([[0, 2, 6]])
    kept = luck_left(OWN)(of, of)(np.ones(6))
    assert kept == pytest.approx(17 / 12 * np.array([[16 / 5 / 6, 6 / 2 / 3, 8 / 1 / 2]]))
