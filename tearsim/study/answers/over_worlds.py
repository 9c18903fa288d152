"""A quantity seen in many worlds that fit the evidence, each lived under several lucks: worlds and luck told apart.

What a world's replicates say is the world and luck, so that their means lie too far apart, and too many on the wrong
side of 0. How much of that is luck is seen where each world keeps only half of its lucks.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from tearsim.errors import TearSimError
from tearsim.study.estimates import CONFIDENCE, WORLD, Limits

MOST_STEPS = 100  # of Newton's towards the variance between worlds; a dozen are usual
FEWEST_LUCKS = 2
# How much luck is added before any is taken off, of what is there already, as a variance: people are counted in whole
# numbers, and means would lie on few values. And the deviations by which it is added, equally likely.
SMOOTHED, LUCK_ADDED = 0.25, ndtri((np.arange(20) + 0.5) / 20)
# The share of luck in how far worlds' means lie apart, as a variance, with which single worlds can still be told: there
# it is as large as what it is told from. And of how many worlds, as a share, a second luck must be there for luck to be
# told at all.
MOST_LUCK, FEWEST_TWICE = 0.5, 0.5
# A share times a number of worlds that is whole but for rounding.
NEARLY_WHOLE = 1e-6


class OverWorlds(NamedTuple):
    """A quantity over worlds, in its own unit."""

    number: int  # of worlds
    mean: float
    median: float
    middle_80: Limits  # of the worlds
    middle_95: Limits
    share_above_zero: float  # of the worlds; one that lies at 0 counts half
    luck: float  # how far the 95 % interval of the mean reaches to either side by luck alone, in these same worlds
    between: float  # standard deviation between worlds, without luck; 0 if they differ by no more than luck
    worlds: tuple[float, ...]  # each world's value, its luck taken off as far as can be told; in order of the worlds
    luck_share: float  # of how far worlds' means lie apart, as a variance, luck not taken off; missing if none can tell

    @property
    def above(self) -> int:
        """In how many of the worlds it lies above 0; rounded so that rather fewer are said to agree."""
        agree = math.floor(max(self.share_above_zero, 1.0 - self.share_above_zero) * self.number + NEARLY_WHOLE)
        return agree if self.share_above_zero >= 0.5 else self.number - agree

    @property
    def differ(self) -> bool:
        """Whether worlds differ by more than luck, or have none; else it lies alike in all, as far as can be told."""
        return self.between > 0.0 or self.luck == 0.0

    @property
    def can_be_told(self) -> bool:
        """Whether single worlds can be told: they differ, and luck is not most of how far their means lie apart.

        Where it is, too little of it can be taken off, and worlds seem to lie further apart than they do.
        """
        return self.differ and self.luck_share <= MOST_LUCK  # which a missing share is not

    @property
    def luck_ends(self) -> Limits:
        """Between which ends luck alone leaves the mean; missing where there is too little to tell how large it is."""
        luck = self.luck if self.luck > 0.0 or self.can_be_told else math.nan
        return self.mean - luck, self.mean + luck

    def times(self, factor: float) -> "OverWorlds":
        """The same in another unit; the factor is above 0."""
        (a, b), (c, d) = self.middle_80, self.middle_95
        return self._replace(
            mean=self.mean * factor,
            median=self.median * factor,
            middle_80=(a * factor, b * factor),
            middle_95=(c * factor, d * factor),
            luck=self.luck * factor,
            between=self.between * factor,
            worlds=tuple(one * factor for one in self.worlds),
        )

    def as_dict(self) -> dict[str, object]:
        """For programs: the middle world, the middle 95 % of worlds, the share above 0, and luck apart."""
        low, high = self.middle_95
        return {
            "median": self.median,
            "low": low,
            "high": high,
            "share_above_zero": self.share_above_zero,
            "number": self.number,
            "luck": self.luck,
        }


def over_worlds(
    values: Sequence[float] | NDArray[np.float64],
    worlds: Sequence[int] | NDArray[np.int64],
    weights: Sequence[float] | NDArray[np.float64] | None = None,
    shared: NDArray[np.int64] | None = None,
) -> OverWorlds:
    """What worlds say of a quantity, luck apart.

    With `m_w` the (weighted) mean of world w, `n_w` the sum of its weights, and `s2` the variance of luck of one unit
    of weight, pooled within worlds, the luck in `m_w` has variance `v_w = s2 / n_w`. The variance t2 between worlds is
    the one at which they lie as far apart as both explain, `sum((m_w - m)^2 / (t2 + v_w)) = W - 1` for W worlds, or 0
    (Paule & Mandel 1982, doi:10.6028/jres.087.022): where luck is alike in all, `var(m_w) - v`; and a world that rests
    on hardly anybody does not decide it. The mean m of worlds is weighted by `1 / (t2 + v_w)`.

    Worlds that share their luck err together, so that it does not average out over them: the luck in m is then, with
    c_g what all values under luck g add to m beyond their worlds' means, `N/(N - W) sum_g c_g^2` for N values of W
    worlds, if that is larger (Liang & Zeger 1986, doi:10.1093/biomet/73.1.13). Of t2 and the worlds' values nothing of
    the kind is assumed: they hold what luck worlds share.

    How worlds lie is told without assuming a shape: effects of tears are next to nothing in many worlds and large in
    some, and luck is large where they are. With q the sorted means, and h the sorted means of worlds that keep every
    other of their lucks, in which luck has twice the variance, what the worlds would be without luck is told as
    `2 q - h`: as far back as twice the luck took them (simulation and extrapolation, Cook & Stefanski 1994,
    doi:10.1080/01621459.1994.10476871, with lucks that were lived in place of simulated ones). Before that a quarter of
    `v_w` is added to the luck in either, which is taken off with the rest: means of few people lie on few values. Each
    world has the value of its rank. Where luck is small beside what it is about, that takes nearly all of it off; where
    it is larger, too little, so that worlds seem to lie further apart, and to agree less on a sign, than they do:
    rather that than too much. Median, middle 80 and 95 % and the share above 0 are those of these values. Of 508 worlds
    in whose means luck was .7 of how they differ, the middle 95 % held 94 to 98 in 100; that share was off by 1 in 100
    of worlds that lay normally, by 3 to 5 (too many agreed) of skewed ones, and by 10 (too few agreed) where most lay
    next to nothing.

    Args:
        values: One value a replicate, missing ones left out; shape (replicates,), any unit.
        worlds: Which world each replicate lived in; shape (replicates,).
        weights: How much each value rests on, such as a number of people; shape (replicates,). None: all the same.
        shared: Which luck each value had, where several worlds share one; shape (replicates,). None: each its own.

    Returns:
        The worlds counted, and what they say.

    Raises:
        TearSimError: If there are fewer than two worlds, or each was lived under one luck: then nothing can be told
            apart.

    >>> found = over_worlds([1, 3, 5, 7], [0, 0, 1, 1])  # means 2 and 6, luck of each 1, so 8 - 1 between
    >>> found.mean, round(found.between**2, 6), found.above
    (4.0, 7.0, 2)
    """
    x, of = np.asarray(values, float), np.asarray(worlds)
    n = np.ones(len(x)) if weights is None else np.asarray(weights, float)
    there = np.isfinite(x) & (n > 0)
    _, which, lucks = np.unique(of[there], return_inverse=True, return_counts=True)
    x, n = x[there], n[there]
    if len(lucks) < 2 or lucks.max() < FEWEST_LUCKS:
        raise TearSimError("Worlds can be told from luck only where there are several, lived under two lucks or more.")
    size = np.bincount(which, n)
    means = np.bincount(which, n * x) / size
    freedom = len(x) - len(lucks)
    in_one = float(np.sum(n * (x - means[which]) ** 2)) / freedom
    luck = in_one / size
    between, told = _between(means, luck), _without_luck(x, n, which, means, in_one)
    share = _luck_share(luck, between) if freedom >= FEWEST_TWICE * len(lucks) or not means.any() else np.nan
    if shared is None:
        return _told(means, luck, between, told, share, freedom)
    _, group = np.unique(np.asarray(shared)[there], return_inverse=True)
    adds = np.zeros((int(group.max()) + 1, len(means)))
    np.add.at(adds, (group, which), n * (x - means[which]) / size[which])
    common = freedom / len(x)
    return _told(means, luck, between, told, share, max(1.0, len(adds) * common), adds / np.sqrt(common))


def told_apart(
    values: Sequence[float] | NDArray[np.float64],
    worlds: Sequence[int] | NDArray[np.int64],
    weights: Sequence[float] | NDArray[np.float64] | None = None,
    shared: NDArray[np.int64] | None = None,
) -> OverWorlds | None:
    """The same; None where nothing can be told apart."""
    try:
        return over_worlds(values, worlds, weights, shared)
    except TearSimError:
        return None


def of_replicates(by_replicate: "pd.Series[float]") -> OverWorlds | None:
    """The same of one value a replicate, by an index with a level "world"; None where nothing can be told apart."""
    if WORLD not in by_replicate.index.names:
        return None
    return told_apart(by_replicate.to_numpy(float), by_replicate.index.get_level_values(WORLD).to_numpy())


def _told(
    means: NDArray[np.float64],
    luck: NDArray[np.float64],
    between: float,
    worlds: NDArray[np.float64],
    luck_share: float,
    freedom: float,
    adds: NDArray[np.float64] | None = None,  # what each shared luck adds to each world's mean
) -> OverWorlds:
    total = between + luck
    weights = 1.0 / total if total.min() > 0.0 else np.ones(len(means))
    weights = weights / weights.sum()
    of_mean = float(np.sqrt(weights**2 @ luck))
    if adds is not None:
        of_mean = max(of_mean, float(np.linalg.norm(adds @ weights)))
    low, low_80, median, high_80, high = (float(one) for one in np.quantile(worlds, [0.025, 0.1, 0.5, 0.9, 0.975]))
    return OverWorlds(
        len(means),
        float(weights @ means),
        median,
        (low_80, high_80),
        (low, high),
        float(np.mean((worlds > 0.0) + 0.5 * (worlds == 0.0))),
        float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * of_mean,
        float(np.sqrt(between)),
        tuple(worlds.tolist()),
        luck_share,
    )


def _luck_share(luck: NDArray[np.float64], between: float) -> float:
    """The share of luck in how far means lie apart, as a variance."""
    return float(luck.mean()) / (float(luck.mean()) + between) if luck.any() else 0.0


def _without_luck(
    x: NDArray[np.float64],
    n: NDArray[np.float64],
    which: NDArray[np.int64],
    means: NDArray[np.float64],
    luck: float,
) -> NDArray[np.float64]:
    """Each world's value without luck, of which a unit of weight has that variance: as far on this side of the sorted
    means of all lucks as those of every other are on that."""
    order, lucks = np.argsort(which, kind="stable"), np.bincount(which)
    turn = np.empty(len(x), int)  # of each value in its world, from 0
    turn[order] = np.arange(len(x)) - np.repeat(np.cumsum(lucks) - lucks, lucks)
    at = (np.arange(len(lucks)) + 0.5) / len(lucks)
    every = np.ones(len(x), bool)
    sorted_means, *halves = (
        _sorted_means(x[some], n[some], which[some], luck, at) for some in (every, turn % 2 == 0, turn % 2 == 1)
    )
    worlds = np.empty(len(means))
    worlds[np.argsort(means, kind="stable")] = np.sort(2.0 * sorted_means - np.mean(halves, axis=0))
    return worlds


def _sorted_means(
    x: NDArray[np.float64], n: NDArray[np.float64], which: NDArray[np.int64], luck: float, at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles of the means of those worlds that are there, with some more luck added to what is in them."""
    size = np.bincount(which, n)
    there = size > 0.0
    means, added = np.bincount(which, n * x)[there] / size[there], np.sqrt(SMOOTHED * luck / size[there])
    return np.asarray(np.quantile((means[:, None] + added[:, None] * LUCK_ADDED).ravel(), at, method="hazen"))


def _between(means: NDArray[np.float64], luck: NDArray[np.float64]) -> float:
    """The variance between worlds at which these lie as far apart as is explained; 0 where luck alone explains more.

    `sum((m_w - m)^2 / (t2 + v_w)) = W - 1`, m weighted by `1 / (t2 + v_w)`. By Newton's steps from below, which never
    go too far: the sum falls with t2, and ever more slowly.
    """
    between = max(0.0, float(means.var(ddof=1)) - float(luck.max()))
    if luck.max() == luck.min():
        return between
    for _ in range(MOST_STEPS):
        weights = 1.0 / (between + luck)
        away = means - weights @ means / weights.sum()
        steep = float(weights**2 @ away**2)
        if steep == 0.0:  # worlds do not lie apart at all
            return 0.0
        further = max(0.0, between + (float(weights @ away**2) - (len(means) - 1)) / steep)
        if math.isclose(further, between, rel_tol=1e-9):
            return further
        between = further
    return between
