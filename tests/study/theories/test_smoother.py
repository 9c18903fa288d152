"""The ensemble smoother, held to posteriors that are known."""

import numpy as np
import pytest

from tearsim.study.randomness import Streams
from tearsim.study.theories.smoother import END, moved, opened, unbounded, within

MEMBERS = 4000
HOW = np.array([[1.0, 0.5], [-0.4, 1.2], [0.3, 0.3]])  # findings of two numbers, linear in them
PUBLISHED, ERRORS = np.array([1.0, -0.5, 0.8]), np.array([0.3, 0.5, 0.4])


def draws(shape, seed):
    return Streams(seed).library_generator(0).standard_normal(shape)


def smoothed(rounds, members=MEMBERS, spare=0):
    """Standard normal numbers after a number of rounds; `spare` more of them are in no finding."""
    numbers = draws((members, 2 + spare), 1)
    for each in range(rounds):
        noise = draws((members, 3), 10 + each)
        numbers = moved(numbers, numbers[:, :2] @ HOW.T, PUBLISHED, ERRORS, rounds, noise)
    return numbers


@pytest.mark.parametrize("rounds", [1, 2, 4])
def test_with_normal_numbers_and_linear_findings_the_ensemble_is_one_of_the_posterior(rounds):
    """Of which mean and covariance are known: `V = (I + H' R^-1 H)^-1`, `m = V H' R^-1 y`."""
    weight = HOW.T / ERRORS**2
    covariance = np.linalg.inv(np.eye(2) + weight @ HOW)
    ended = smoothed(rounds)
    assert ended.mean(axis=0) == pytest.approx(covariance @ weight @ PUBLISHED, abs=0.02)
    assert np.cov(ended.T) == pytest.approx(covariance, abs=0.01)


def test_what_goes_with_no_finding_stays_as_wide_as_it_was_in_a_small_ensemble_too():
    """Chance makes covariances where there are none; taken at their word they would narrow what nothing speaks of."""
    ended = smoothed(3, members=60, spare=40)
    before = draws((60, 42), 1)
    assert (ended[:, 2:].std(axis=0) / before[:, 2:].std(axis=0)).mean() > 0.93
    assert ended[:, :2].std(axis=0).max() < 0.6


def test_a_finding_that_a_world_does_not_have_does_not_move_it():
    numbers = draws((50, 1), 3)
    found, noise = np.hstack([numbers, numbers]), draws((50, 2), 4)
    found[7] = np.nan
    ended = moved(numbers, found, np.array([2.0, 2.0]), np.array([0.5, 0.5]), 1, noise)
    assert ended[7] == numbers[7]
    assert np.isfinite(ended).all()
    assert (np.delete(ended - numbers, 7) != 0.0).all()


def test_a_finding_that_no_world_has_moves_none():
    numbers, noise = draws((50, 2), 5), draws((50, 2), 6)
    without = moved(numbers, numbers[:, :1], np.array([1.0]), np.array([0.5]), 2, noise[:, :1])
    found = np.column_stack([numbers[:, 0], np.full(50, np.nan)])
    assert moved(numbers, found, np.array([1.0, 9.0]), np.array([0.5, 0.1]), 2, noise) == pytest.approx(without)
    nowhere = np.full((50, 2), np.nan)
    assert (moved(numbers, nowhere, np.array([1.0, 9.0]), np.array([0.5, 0.1]), 2, noise) == numbers).all()


def test_a_finding_that_is_the_same_in_all_worlds_moves_none():
    numbers = draws((50, 2), 7)
    ended = moved(numbers, np.zeros((50, 1)), np.array([1.0]), np.array([0.5]), 1, draws((50, 1), 8))
    assert (ended == numbers).all()


def test_numbers_come_back_from_where_they_were_and_never_leave_their_range():
    ranges = np.array([[0.0, 1.0], [-3.0, 5.0]])
    values = np.array([[0.2, -2.0], [0.9, 4.0]])
    assert within(unbounded(values, ranges), ranges) == pytest.approx(values)
    far = within(np.array([[-800.0, 800.0]]), ranges)
    assert far.tolist() == [[0.0, 5.0]]
    at_ends = within(unbounded(ranges.T, ranges), ranges)
    assert at_ends[0] == pytest.approx([END, -3.0 + 8.0 * END])


def test_opening_gives_narrow_numbers_a_share_of_their_priors_spread_and_leaves_others_alone():
    uniform = Streams(1).library_generator(1).random_sample((MEMBERS, 2))
    narrow, wide = 2.0 + 0.01 * draws(MEMBERS, 2), unbounded(uniform[::-1, :1], np.array([[0.0, 1.0]]))[:, 0]
    ended = opened(np.column_stack([narrow, wide]), 0.1, uniform)
    prior = np.pi**2 / 3.0  # the variance of log-odds of a share that is anything from 0 to 1
    assert ended.var(axis=0) == pytest.approx([0.1 * prior, prior], rel=0.08)
    assert ended[:, 0].mean() == pytest.approx(2.0, abs=0.05)
    assert opened(np.column_stack([narrow, wide]), 0.0, uniform) == pytest.approx(np.column_stack([narrow, wide]))
