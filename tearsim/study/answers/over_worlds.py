"""A quantity seen in many worlds that fit the evidence, each lived under several lucks: worlds and luck told apart.

What a world's replicates say is the world and luck. Quantiles of their means are therefore too wide by luck, and means
drawn together towards the middle, as each is best guessed, too narrow; so they are drawn together until their variance
is that between worlds.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtri, ndtr, stdtrit

from tearsim.errors import TearSimError
from tearsim.study.estimates import CONFIDENCE, WORLD, Limits

# How many equally likely values of the variance between worlds, given what was seen, are tried.
SPREADS_TRIED = 200
MOST_STEPS = 100  # of Newton's towards each of them; a dozen are usual
FEWEST_LUCKS = 2
# A share times a number of worlds that is whole but for rounding.
NEARLY_WHOLE = 1e-6


class OverWorlds(NamedTuple):
    """A quantity over worlds, in its own unit."""

    number: int  # of worlds
    mean: float
    median: float
    middle_80: Limits  # of the worlds
    middle_95: Limits
    share_above_zero: float  # of the worlds
    luck: float  # how far the 95 % interval of the mean reaches to either side by luck alone, in these same worlds
    between: float  # standard deviation between worlds, without luck; 0 if they differ by no more than luck
    worlds: tuple[float, ...]  # each world's value, without luck as far as that can be told; in order of the worlds

    @property
    def above(self) -> int:
        """In how many of the worlds it lies above 0; rounded so that rather fewer are said to agree."""
        agree = math.floor(max(self.share_above_zero, 1.0 - self.share_above_zero) * self.number + NEARLY_WHOLE)
        return agree if self.share_above_zero >= 0.5 else self.number - agree

    @property
    def differ(self) -> bool:
        """Whether worlds differ by more than luck, or have none; else it lies alike in all, as far as can be told."""
        return self.middle_95[0] < self.middle_95[1] or self.luck == 0.0

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
    """What worlds say of a quantity, luck apart: the one-way random-effects decomposition of values within worlds.

    With `m_w` the (weighted) mean of world w, `n_w` the sum of its weights, and `s2` the variance of luck of one unit
    of weight, pooled within worlds, the luck in `m_w` has variance `v_w = s2 / n_w`. The variance t2 between worlds is
    the one at which they lie as far apart as both explain, `sum((m_w - m)^2 / (t2 + v_w)) = W - 1` for W worlds, or 0
    (Paule & Mandel 1982, doi:10.6028/jres.087.022): where luck is alike in all, `var(m_w) - v`; and a world that rests
    on hardly anybody does not decide it. The best guess at a world, `m + t2 / (t2 + v_w) * (m_w - m)` with m the mean
    of worlds, weighted by `1 / (t2 + v_w)`, spreads too little; its deviations from m are therefore multiplied until
    their variance is t2: constrained empirical Bayes (Ghosh 1992, doi:10.1080/01621459.1992.10475236).

    Worlds that share their luck err together, so that it does not average out over them: the luck in m is then, with
    c_g what all values under luck g add to m beyond their worlds' means, `N/(N - W) sum_g c_g^2` for N values of W
    worlds, if that is larger (Liang & Zeger 1986, doi:10.1093/biomet/73.1.13).

    With t2 = 0 every world so told lies at m, all on one side of 0: the worlds would seem to agree. Median, middle 80
    and 95 % and the share above 0 are therefore those of worlds told with each of 200 equally likely t2: that sum over
    W - 1 is distributed as F, and each t2 is the one at which it is another quantile (Viechtbauer 2007,
    doi:10.1002/sim.2514); in the share, m also has the luck that is in it.
    Of 1,000 ensembles of 100 equal worlds at 0, that share lay beyond .95 to either side in fewer than 10. With luck in
    a world's mean up to as large as worlds differ, the middle 95 % held 94 to 95 in 100 worlds and the share was right
    on average within a hundredth; with 1.4 times as much luck, 93, and three hundredths too far from one half.

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
    >>> found.mean, round(found.between**2, 6), [round(one, 3) for one in found.worlds]
    (4.0, 7.0, [2.129, 5.871])
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
    luck = float(np.sum(n * (x - means[which]) ** 2)) / freedom / size
    between = float(_between(means, luck, np.ones(1))[0])
    spreads = _between(means, luck, _quantiles(len(means) - 1, freedom) if luck.max() > 0.0 else np.ones(1))
    if shared is None:
        return _told(means, luck, between, spreads, freedom)
    _, group = np.unique(np.asarray(shared)[there], return_inverse=True)
    adds = np.zeros((int(group.max()) + 1, len(means)))
    np.add.at(adds, (group, which), n * (x - means[which]) / size[which])
    common = freedom / len(x)
    return _told(means, luck, between, spreads, max(1.0, len(adds) * common), adds / np.sqrt(common))


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
    spreads: NDArray[np.float64],
    freedom: float,
    adds: NDArray[np.float64] | None = None,  # what each shared luck adds to each world's mean
) -> OverWorlds:
    total = between + luck
    weights = 1.0 / total if total.min() > 0.0 else np.ones(len(means))
    weights = weights / weights.sum()
    mean = float(weights @ means)
    of_mean = float(np.sqrt(weights**2 @ luck))
    if adds is not None:
        of_mean = max(of_mean, float(np.linalg.norm(adds @ weights)))
    worlds = mean + _away(means, luck, mean, between)
    tried = np.array([mean + _away(means, luck, mean, one) for one in spreads])
    low, low_80, median, high_80, high = (float(one) for one in np.quantile(tried, [0.025, 0.1, 0.5, 0.9, 0.975]))
    share = float(np.mean(ndtr(tried / of_mean) if of_mean > 0.0 else tried > 0.0))
    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * of_mean
    return OverWorlds(
        len(means),
        mean,
        median,
        (low_80, high_80),
        (low, high),
        share,
        half,
        float(np.sqrt(between)),
        tuple(worlds.tolist()),
    )


def _away(means: NDArray[np.float64], luck: NDArray[np.float64], mean: float, between: float) -> NDArray[np.float64]:
    """How far each world lies from the mean: the best guess, drawn out to the variance between worlds."""
    if between <= 0.0:
        return np.zeros(len(means))
    guess = between / (between + luck) * (means - mean)
    spread = float(guess.var(ddof=1))
    # Equal means can vary by what rounding leaves, though none of them lies away from their mean.
    return np.asarray(guess * np.sqrt(between / spread)) if spread > 0.0 else guess


def _quantiles(worlds: int, freedom: int) -> NDArray[np.float64]:
    """Equally likely values of F: what worlds lie apart over what luck and the variance between them explain."""
    chances = (np.arange(SPREADS_TRIED) + 0.5) / SPREADS_TRIED
    return np.asarray(fdtri(worlds, freedom, chances))


def _between(means: NDArray[np.float64], luck: NDArray[np.float64], apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """The variances between worlds, shape of `apart`, at which these lie apart by so many times what is explained.

    `sum((m_w - m)^2 / (t2 + v_w)) / (W - 1) = apart`, m weighted by `1 / (t2 + v_w)`; 0 where luck alone explains more.
    By Newton's steps from below, which never go too far: the sum falls with t2, and ever more slowly.
    """
    least = np.maximum(0.0, float(means.var(ddof=1)) / apart - luck.max())
    if luck.max() == luck.min():
        return np.asarray(least)
    between = least
    for _ in range(MOST_STEPS):
        weights = 1.0 / (between[:, None] + luck)
        away = means - (weights @ means / weights.sum(axis=1))[:, None]
        beyond = (weights * away**2).sum(axis=1) - apart * (len(means) - 1)
        with np.errstate(divide="ignore"):  # where worlds do not lie apart at all, and the step is back to 0
            further = np.maximum(0.0, between + beyond / (weights**2 * away**2).sum(axis=1))
        done = np.allclose(further, between, rtol=1e-9, atol=0.0)
        between = further
        if done:
            break
    return np.asarray(between)
