"""Worlds lived under unequal luck, on numbers small enough to write each answer out."""

import math

import numpy as np
import pytest

from tearsim.study.answers import over_worlds as module
from tearsim.study.answers.over_worlds import OverWorlds, over_worlds

# Student's t, two-sided 95 %, with two degrees of freedom.
T_2 = 4.302653


@pytest.mark.parametrize("unit", [1.0, 0.1])
def test_the_mean_of_worlds_rests_more_on_those_whose_luck_is_less(unit, monkeypatch):
    """Means 0 and 10 with a luck of 2 and of .2, so 50 - 1.1 between them: totals of 50.9 and 49.1, which come to 100.

    Each mean is weighted by the other's total, whatever the unit. Sorted, half of the lucks have -2 and 10, or 2 and 10.
    """
    monkeypatch.setattr(module, "SMOOTHED", 0.0)
    found = over_worlds(np.array([-2, 2, 10, 10]) * unit, [0, 0, 1, 1], [2, 2, 20, 20])
    assert found.mean == pytest.approx(5.09 * unit)
    assert found.between == pytest.approx(math.sqrt(48.9) * unit)
    assert found.worlds == pytest.approx([0.0, 10.0 * unit])
    assert found.luck == pytest.approx(T_2 * math.sqrt(0.491**2 * 2.0 + 0.509**2 * 0.2) * unit, rel=1e-6)


def test_luck_shared_by_worlds_of_unequal_luck_moves_their_mean_by_what_it_adds_to_each():
    """Six people a value in all of the first world, thirty in the second: a luck of 24 in one, so of 4 and .8 in means.

    Variance 50 - 2.4 between them, totals 51.6 and 48.4, weights .484 and .516. The three lucks add -1, 0 and 1 to the
    first mean, and -2/3, 1/3 and 1/3 to the second: -.828, .172 and .656 to theirs. Of six values two are taken up by
    the worlds' means; so squares are divided by 4/6, and rest on 3 * 4/6 degrees of freedom.
    """
    values, worlds, people = [-3, 0, 3, 8, 11, 11], [0, 0, 0, 1, 1, 1], [2, 2, 2, 10, 10, 10]
    found = over_worlds(values, worlds, people, np.array([7, 8, 9, 7, 8, 9]))
    together = 0.828**2 + 0.172**2 + 0.656**2
    assert found.mean == pytest.approx(5.16)
    assert found.luck == pytest.approx(T_2 * math.sqrt(together / (4 / 6)), rel=1e-6)


@pytest.mark.parametrize(("apart", "share"), [(4.0, 1 / 8), (2.0, 1 / 2), (1.9, 1 / 1.805), (0.5, 1.0)])
def test_how_much_of_what_lies_between_means_is_luck_decides_whether_single_worlds_are_told(apart, share):
    """Two worlds `apart`, with a luck of 1 in each mean: of `apart^2 / 2` between the means, or 1 if that is less."""
    found = over_worlds([-1.0, 1.0, apart - 1.0, apart + 1.0], [0, 0, 1, 1])
    assert found.luck_share == pytest.approx(share)
    assert found.can_be_told is (share <= 0.5)
    assert found.times(7.0).luck_share == found.luck_share, "it has no unit"


def test_where_there_is_no_luck_it_hides_nothing():
    same, apart = over_worlds([0.0] * 4, [0, 0, 1, 1]), over_worlds([0.0, 0.0, 1.0, 1.0], [0, 0, 1, 1])
    assert (same.luck_share, apart.luck_share) == (0.0, 0.0)
    assert same.can_be_told
    assert apart.can_be_told


def test_where_few_worlds_were_lived_twice_nobody_can_tell_how_large_luck_is():
    """One of three, which says the same twice: not that there is no luck. Two of three are enough."""
    few = over_worlds([0.0, 0.0, 1.0, -1.0], [0, 0, 1, 2])
    assert (few.luck, few.can_be_told) == (0.0, False)
    assert math.isnan(few.luck_share)
    assert all(math.isnan(end) for end in few.luck_ends)
    enough = over_worlds([0.0, 0.0, 1.0, 1.0, -1.0], [0, 0, 1, 1, 2])
    assert (enough.luck_share, enough.can_be_told, enough.luck_ends) == (0.0, True, (0.0, 0.0))
    some = over_worlds([0.0, 0.2, 1.0, -1.0], [0, 0, 1, 2])
    assert some.luck_ends == (some.mean - some.luck, some.mean + some.luck)


def test_a_value_that_is_missing_or_rests_on_nobody_counts_for_nothing():
    values, worlds = [1.0, math.nan, 3.0, 5.0, 7.0, 100.0], [0, 0, 0, 1, 1, 1]
    people, lucks = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0], np.array([0, 2, 1, 0, 1, 3])
    assert over_worlds(values, worlds, people) == over_worlds([1, 3, 5, 7], [0, 0, 1, 1])
    alone = over_worlds([1, 3, 5, 7], [0, 0, 1, 1], None, np.array([0, 1, 0, 1]))
    assert over_worlds(values, worlds, people, lucks) == alone


def test_a_world_with_an_odd_number_of_lucks_or_one_keeps_what_there_is_of_them(monkeypatch):
    """Means -4, 0 and 4 of four, two and one lucks. Every other of them gives -4.5, -1 and 4, and -3.5 and 1: of two
    means, quantiles at a sixth, a half and five sixths stand at -3.5 - and at 5/6 at 1 -, and midway, -1.25."""
    monkeypatch.setattr(module, "SMOOTHED", 0.0)
    found = over_worlds([-6, -5, -3, -2, -1, 1, 4], [0, 0, 0, 0, 1, 1, 2], [1, 1, 1, 1, 2, 2, 4])
    first, second = np.array([-4.5, -1.0, 4.0]), np.array([-3.5, -1.25, 1.0])
    assert found.worlds == pytest.approx(2.0 * np.array([-4.0, 0.0, 4.0]) - (first + second) / 2.0)


def test_worlds_that_do_not_differ_and_have_no_luck_are_all_told_as_they_are():
    found = over_worlds([3, 3, 3, 3, 3], [0, 0, 0, 1, 1])
    assert (found.mean, found.worlds, found.middle_95) == (3.0, (3.0, 3.0), (3.0, 3.0))
    assert (found.luck, found.between, found.share_above_zero) == (0.0, 0.0, 1.0)
    assert found.differ, "there is no luck that could hide what they differ in"


def test_a_world_that_lies_at_0_for_sure_counts_half():
    found = over_worlds([0.0, 0.0, 0.5, 0.5], [0, 0, 1, 1])
    assert (found.worlds, found.luck, found.share_above_zero) == ((0.0, 0.5), 0.0, 0.75)


@pytest.mark.parametrize(
    ("number", "share", "above"), [(8, 0.75, 6), (9, 0.75, 6), (8, 0.25, 2), (9, 0.25, 3), (9, 0.5, 4), (10, 0.7, 7)]
)
def test_of_a_share_that_is_no_whole_number_of_worlds_rather_fewer_are_said_to_agree(number, share, above):
    found = OverWorlds(number, 1.0, 1.0, (0.0, 2.0), (-1.0, 3.0), share, 0.5, 1.0, (1.0,) * number, 0.2)
    assert found.above == above


@pytest.mark.parametrize(("between", "luck", "differ"), [(0.2, 0.5, True), (0.0, 0.5, False), (0.0, 0.0, True)])
def test_worlds_differ_unless_luck_may_be_all_that_tells_them_apart(between, luck, differ):
    found = OverWorlds(2, 1.0, 1.0, (1.0, 1.0), (-1.0, 2.0), 1.0, luck, between, (1.0, 1.0), 0.2)
    assert found.differ is differ


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("value", "number"), [(0.1, 3), (0.1, 7), (0.3, 5), (0.7, 6), (-0.1, 3)])
def test_worlds_that_say_the_same_are_left_where_they_are_whatever_rounding_leaves_between_them(value, number):
    found = over_worlds([value] * 2 * number, np.repeat(np.arange(number), 2))
    assert found.worlds == pytest.approx([value] * number, rel=1e-12)
    assert found.share_above_zero == (1.0 if value > 0 else 0.0)
    assert found.between < 1e-12
