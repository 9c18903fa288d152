"""Worlds and luck told apart: by hand, and against worlds whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.study.answers import over_worlds as module
from tearsim.study.answers.over_worlds import OverWorlds, of_replicates, over_worlds, told_apart
from tearsim.study.estimates import over_replicates, with_worlds
from tearsim.study.randomness import generator_for

pytestmark = pytest.mark.once


@pytest.fixture
def unsmoothed(monkeypatch):
    """Nothing added to the luck there is, so that numbers can be worked out by hand."""
    monkeypatch.setattr(module, "SMOOTHED", 0.0)


def seen(generator, truths, luck, lucks=2):
    """Worlds of known truth, each lived under several lucks."""
    worlds = np.repeat(np.arange(len(truths)), lucks)
    return over_worlds(np.asarray(truths)[worlds] + generator.normal(0.0, luck, len(worlds)), worlds)


def test_the_decomposition_is_that_worked_by_hand():
    """Means 2, 6 and 10; each pair apart by 2, so a luck of 2 in one value and of 1 in a mean; 16 - 1 between worlds."""
    found = over_worlds([1, 3, 5, 7, 9, 11], [0, 0, 1, 1, 2, 2])
    assert (found.number, found.mean, found.median) == (3, 6.0, pytest.approx(6.0))
    assert found.between**2 == pytest.approx(15.0)
    assert found.luck == pytest.approx(3.182446 * np.sqrt(1 / 3), rel=1e-6)


def test_what_twice_the_luck_takes_one_way_is_taken_off_the_other(unsmoothed):
    """Means -1, 2 and 5. Under the first lucks -3, 2 and 5, under the second 1, 2 and 5: so -1 and 2 and 5 with twice
    the luck. Means 0, 3 and 6, of -1, 2 and 7, and 1, 4 and 5: with twice the luck 0, 3 and 6, too."""
    assert over_worlds([-3, 1, 2, 2, 5, 5], [0, 0, 1, 1, 2, 2]).worlds == (-1.0, 2.0, 5.0)
    assert over_worlds([-1, 1, 2, 4, 7, 5], [0, 0, 1, 1, 2, 2]).worlds == (0.0, 3.0, 6.0)


def test_worlds_that_luck_puts_in_another_order_are_told_in_order(unsmoothed):
    """Means 0 and 1; under the first lucks -4 and 3, under the second 4 and -1: sorted, twice the luck has -2.5 and 3.5.
    Two times 0 and 1, less these, are 2.5 and -1.5; in order, -1.5 and 2.5 are the values of the lower and the higher."""
    assert over_worlds([-4, 4, 3, -1], [0, 0, 1, 1]).worlds == (-1.5, 2.5)


def test_without_luck_worlds_are_what_was_seen():
    found = over_worlds([-1, -1, 2, 2, 4, 4], [0, 0, 1, 1, 2, 2])
    assert found.worlds == pytest.approx([-1, 2, 4])
    assert (found.share_above_zero, found.above, found.luck) == (pytest.approx(2 / 3), 2, 0.0)


SHAPES = {
    "normal": lambda generator: generator.normal(0.5, 1.0, 508),
    "skewed": lambda generator: generator.lognormal(0.0, 1.0, 508) - 0.8,
    "mostly next to nothing": lambda generator: np.where(
        generator.random(508) < 0.25, generator.lognormal(0.5, 1.0, 508), generator.normal(0.03, 0.1, 508)
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_of_any_shape_the_middle_95_of_worlds_holds_95_in_100_of_their_truths(shape):
    """Over 40 ensembles of 508 worlds under 2 lucks, the luck in a world's mean .7 of how worlds differ."""
    generator = generator_for("resampling", 1)
    held, off = [], []
    for _ in range(40):
        truths = SHAPES[shape](generator)
        worlds = np.repeat(np.arange(len(truths)), 2)
        values = truths[worlds] + generator.normal(0.0, truths.std(), len(worlds))
        found = over_worlds(values, worlds)
        low, high = found.middle_95
        held.append(np.mean((truths >= low) & (truths <= high)))
        agree = max(np.mean(truths > 0.0), np.mean(truths < 0.0))
        off.append(max(found.share_above_zero, 1.0 - found.share_above_zero) - agree)
    assert np.mean(held) == pytest.approx(0.955, abs=0.025)
    assert -0.13 < np.mean(off) < 0.06, "how many worlds are said to agree on a sign, beyond those that do"


@pytest.mark.parametrize(("luck", "bias", "holds"), [(0.3, 0.01, 0.95), (1.0, 0.01, 0.95), (2.0, 0.04, 0.975)])
def test_the_middle_95_of_100_worlds_holds_95_in_100_of_their_truths(luck, bias, holds):
    """Over 300 ensembles of 100 worlds under 2 lucks; luck in a world's mean .2, .7 and 1.4 of how worlds differ. Where
    it is that large some of it stays, and the middle 95 % are somewhat too wide."""
    generator = generator_for("resampling", 1)
    held, raw = [], []
    for _ in range(300):
        truths = generator.normal(0.3, 1.0, 100)
        found = seen(generator, truths, luck)
        low, high = found.middle_95
        held.append(np.mean((truths >= low) & (truths <= high)))
        raw.append(found.share_above_zero - np.mean(truths > 0))
    assert np.mean(held) == pytest.approx(holds, abs=0.02)
    assert np.mean(raw) == pytest.approx(0.0, abs=bias)


def test_skewed_worlds_keep_their_skew():
    """The far side of exponential worlds is 4.4 times as far from their middle as the near one; luck smooths it."""
    found = seen(generator_for("resampling", 2), generator_for("resampling", 2).exponential(1.0, 200), 0.5)
    low, high = found.middle_95
    assert high - found.median > 2 * (found.median - low)


def test_luck_that_is_large_where_effects_are_does_not_make_worlds_agree():
    """As tears do: of 508 worlds, in each of which 20 people were asked under each of 2 lucks, hardly anybody is moved
    in three of four, in a third of these the other way; in the rest one in ten is moved, always one way. Told as if
    luck were alike in all, more worlds would seem to agree than do."""
    generator = generator_for("resampling", 2)
    off, middle = [], []
    for _ in range(40):
        much = generator.random(508) < 0.25
        more = np.where(much, 0.1, np.where(generator.random(508) < 0.67, 0.01, 0.0))
        fewer = np.where(much, 0.0, 0.01 - np.minimum(more, 0.01))
        worlds = np.repeat(np.arange(508), 2)
        moved = generator.binomial(20, more[worlds]) - generator.binomial(20, fewer[worlds])
        found = over_worlds(moved / 20, worlds, np.full(len(worlds), 20.0))
        off.append(found.share_above_zero - np.mean(more > fewer))
        middle.append(found.median)
    assert -0.2 < np.mean(off) < 0.0
    assert 0.0 < np.mean(middle) < 0.02, "the middle world is not one of the few values that the means have"


def test_where_worlds_do_not_differ_luck_is_not_told_as_what_worlds_agree_on():
    """Of 1,000 ensembles of 100 equal worlds at 0, none seems to have a sign in nineteen worlds of twenty."""
    generator = generator_for("resampling", 3)
    shares = np.array([seen(generator, np.zeros(100), 1.0).share_above_zero for _ in range(1000)])
    assert np.mean((shares > 0.95) | (shares < 0.05)) == 0.0
    assert np.mean((shares > 0.80) | (shares < 0.20)) < 0.02
    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)


def test_a_world_that_rests_on_hardly_anybody_does_not_decide_how_much_worlds_differ():
    """100 worlds, three of which rest on one or two people and the others on 60 or more, whose luck is 8 times as large
    as worlds differ: over 100 ensembles how much they differ is found right, and the share above 0 nearly."""
    generator = generator_for("resampling", 6)
    people = np.concatenate([[1, 1, 2], np.linspace(60, 300, 97).round()])
    worlds = np.repeat(np.arange(100), 2)
    between, off, held = [], [], []
    for _ in range(100):
        truths = generator.normal(0.3, 1.0, 100)
        values = truths[worlds] + generator.normal(0.0, 8.0, 200) / np.sqrt(people[worlds] / 2.0)
        found = over_worlds(values, worlds, people[worlds] / 2.0)
        between.append(found.between)
        off.append(found.share_above_zero - np.mean(truths > 0.0))
        low, high = found.middle_95
        held.append(np.mean((truths >= low) & (truths <= high)))
    assert np.mean(between) == pytest.approx(1.0, abs=0.05)
    assert min(between) > 0.6
    assert -0.05 < np.mean(off) < 0.01
    assert np.mean(held) == pytest.approx(0.96, abs=0.02)


def test_how_much_worlds_of_unequal_luck_differ_is_where_they_lie_as_far_apart_as_is_explained():
    """Paule and Mandel's equation holds at the solution."""
    values, worlds, people = [-2, 2, 9, 11, 3, 5, 20, 28], [0, 0, 1, 1, 2, 2, 3, 3], [1, 1, 5, 5, 20, 20, 2, 2]
    found = over_worlds(values, worlds, people)
    means, size = np.array([0.0, 10.0, 4.0, 24.0]), np.array([2.0, 10.0, 40.0, 4.0])
    luck = (2 * 4 + 10 * 1 + 40 * 1 + 4 * 16) / 4 / size
    weights = 1.0 / (found.between**2 + luck)
    mean = weights @ means / weights.sum()
    assert weights @ (means - mean) ** 2 == pytest.approx(3.0)
    assert found.mean == pytest.approx(mean)


def test_where_worlds_do_not_differ_and_luck_is_small_beside_the_quantity_all_have_its_sign():
    found = seen(generator_for("resampling", 4), np.full(100, 1.0), 0.3)
    assert found.share_above_zero > 0.99


def test_luck_that_all_worlds_share_does_not_average_out_over_them():
    """Four worlds, each 1 above and 1 below its mean under the same two lucks: luck moves the mean by 1, not by 1/2."""
    worlds, luck = np.repeat(np.arange(4), 2), np.tile([0, 1], 4)
    values = np.tile([1.0, -1.0], 4)
    assert over_worlds(values, worlds, shared=luck).luck == pytest.approx(12.706205)
    assert over_worlds(values, worlds).luck == pytest.approx(2.776445 / 2)


def test_the_interval_by_luck_holds_the_mean_of_worlds_that_share_their_luck_in_batches():
    """Of 300 ensembles of 96 worlds, eight to a luck: 95 in 100, and far fewer if each had its own."""
    batches, inside, alone = 12, [], []
    worlds, lucks = np.divmod(np.arange(batches * 8 * 2), 2)
    shared = worlds // 8 * 2 + lucks
    generator = generator_for("resampling", 5)
    for _ in range(300):
        truths = generator.normal(0.0, 0.5, batches * 8)
        common, own = generator.normal(0.0, 0.8, batches * 2), generator.normal(0.0, 0.6, len(worlds))
        values = truths[worlds] + common[shared] + own
        for found, held in ((over_worlds(values, worlds, shared=shared), inside), (over_worlds(values, worlds), alone)):
            held.append(abs(found.mean - truths.mean()) < found.luck)
    assert 0.92 < np.mean(inside) < 0.98
    assert np.mean(alone) < 0.75


def test_one_luck_a_world_tells_nothing_apart():
    with pytest.raises(TearSimError, match="two lucks or more"):
        over_worlds([1.0, 2.0, 3.0], [0, 1, 2])
    with pytest.raises(TearSimError, match="several"):
        over_worlds([1.0, 2.0], [0, 0])
    assert (
        of_replicates(pd.Series([1.0, 2.0], pd.MultiIndex.from_tuples([(0, 0), (1, 1)], names=["world", "replicate"])))
        is None
    )


def test_another_unit_and_programs_get_the_same_worlds():
    found = over_worlds([1, 3, 5, 7], [0, 0, 1, 1])
    points = found.times(100.0)
    assert points.worlds == pytest.approx([100 * one for one in found.worlds])
    assert points.as_dict()["median"] == pytest.approx(100 * found.median)
    assert set(found.as_dict()) == {"median", "low", "high", "share_above_zero", "number", "luck"}


def test_in_another_unit_each_number_is_another_and_worlds_and_shares_are_the_same():
    found = OverWorlds(8, 0.25, 0.5, (-0.75, 1.0), (-1.25, 1.5), 0.625, 2.0, 3.0, (0.125, 0.375), 0.25)
    assert found.times(4.0) == OverWorlds(8, 1.0, 2.0, (-3.0, 4.0), (-5.0, 6.0), 0.625, 8.0, 12.0, (0.5, 1.5), 0.25)


def test_what_can_be_told_apart_is_told_with_its_weights_and_the_luck_it_shares():
    """Shared, luck of 1 moves the mean by 1; and luck of 8 in one person makes 2 and .2 of it in the means 0 and 10."""
    worlds, luck, values = np.repeat(np.arange(4), 2), np.tile([0, 1], 4), np.tile([1.0, -1.0], 4)
    assert told_apart(values, worlds, None, luck).luck == pytest.approx(12.706205)
    assert told_apart(values, worlds).luck == pytest.approx(2.776445 / 2)
    weighted = told_apart([-2, 2, 10, 10], [0, 0, 1, 1], [2, 2, 20, 20])
    assert weighted.between**2 == pytest.approx(50 - (2 + 0.2) / 2)
    assert told_apart([1.0, 2.0], [0, 1]) is None


def test_replicates_of_one_world_count_once():
    """Eight replicates of four worlds are four values: what two lucks of a world share is not counted twice."""
    rows = pd.DataFrame({"replicate": range(8), "x": [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]})
    lived = with_worlds(rows, {"estimates": "open"}).set_index(["world", "replicate"])["x"]
    assert list(lived.index.get_level_values("world")) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert over_replicates(lived) == over_replicates(pd.Series([1.0, 2.0, 3.0, 4.0]))
    assert "world" not in with_worlds(rows, {})
    mixed = pd.concat([rows.assign(estimates="default"), rows.assign(estimates="open")])
    assert with_worlds(mixed, {})["world"].nunique() == 4
