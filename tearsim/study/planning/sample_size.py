"""How many people a study takes: read off the curve of power, and extrapolated beyond it by the normal curve."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from tearsim.study.estimates import WORLD
from tearsim.study.planning.diagnosing import Diagnosed
from tearsim.worlds.outcomes import Numbers

MOST_THERAPISTS = 10**8  # more than there are


class Smallest(NamedTuple):
    """The smallest number of therapists for a target power, with its interval; without end where none is enough.

    Missing where it cannot be told: where in no world the estimates of several studies vary, as where few studies have
    any, or all take in everybody there is.
    """

    power: float
    n: float
    low: float
    high: float
    extrapolated: bool  # beyond the numbers tried, by the normal curve

    @property
    def known(self) -> bool:
        """Whether any number is enough."""
        return math.isfinite(self.n)


def power_of_two_arms(difference: float, spread: float, each: int, level: float = 0.05) -> float:
    """The power of a comparison of two means of normal outcomes: the closed form, no model in between.

    `F(d/s - z) + F(-d/s - z)` with `s = spread*sqrt(2/n)` and `z = F^-1(1 - level/2)`, F the normal distribution.

    Args:
        difference: Of the two means, in any unit.
        spread: Standard deviation within either arm, in the same unit.
        each: People in each arm.
        level: Of the two-sided test.

    Returns:
        The chance that the difference is found.

    >>> round(power_of_two_arms(0.5, 1.0, 63), 3)  # Cohen's d of .5 and 63 an arm
    0.801
    """
    away, line = difference / (spread * math.sqrt(2.0 / each)), float(ndtri(1.0 - level / 2.0))
    return float(ndtr(away - line) + ndtr(-away - line))


def smallest(curve: Sequence[Diagnosed], studies: pd.DataFrame, power: float, level: float) -> Smallest:
    """The smallest number of therapists whose mean power over worlds reaches the target.

    Between two numbers that were tried it is read off the curve, power against the square root of n. Beyond the last,
    the estimates of each world at it are taken as normal, their mean as what they settle at, and their spread and the
    width of their intervals as falling with `1/sqrt(n)`.
    """
    if level >= power:
        return Smallest(power, float(curve[0].n), float(curve[0].n), float(curve[0].n), False)
    at = np.sqrt([one.n for one in curve])
    ends = [_crossing(at, np.array([one.power[i] for one in curve]), power) for i in (0, 1, 2)]
    middle, of_low, of_high = ends
    if math.isfinite(middle):
        return Smallest(power, middle, of_high, of_low, False)
    return _extrapolated(studies, curve[-1].n, power)


def _crossing(at: Numbers, powers: Numbers, target: float) -> float:
    """The number of therapists at which a curve first reaches the target; infinite where it does not."""
    if not np.isfinite(powers).all():
        return math.inf
    rising = np.maximum.accumulate(powers)
    if rising[-1] < target:
        return math.inf
    first = int(np.argmax(rising >= target))
    if first == 0:
        return float(at[0] ** 2)
    share = (target - rising[first - 1]) / (rising[first] - rising[first - 1])
    return float((at[first - 1] + share * (at[first] - at[first - 1])) ** 2)


def _extrapolated(studies: pd.DataFrame, n: int, power: float) -> Smallest:
    last = studies[studies["n"] == n]
    by = last.assign(wide=(last["high"] - last["low"]) / 2.0).groupby(WORLD)
    worlds = by.agg(
        mean=("estimate", "mean"), spread=("estimate", "std"), count=("estimate", "count"), wide=("wide", "mean")
    )
    worlds = worlds[np.isfinite(worlds).all(axis=1) & (worlds["spread"] > 0)]
    if not len(worlds):
        return Smallest(power, math.nan, math.nan, math.nan, True)
    means, spreads, counts, widths = worlds.to_numpy(float).T
    errors = spreads / np.sqrt(counts)
    middle, low, high = (
        _enough(np.maximum(0.0, np.abs(means) + shift * errors), spreads, widths, n, power) for shift in (0, 1, -1)
    )
    return Smallest(power, middle, low, high, True)


def _enough(sizes: Numbers, spreads: Numbers, widths: Numbers, n: int, target: float) -> float:
    """Therapists from which the mean of the worlds' powers reaches the target; infinite if none are enough.

    An effect is found where an estimate lies further from 0 than half its interval is wide, which need not be what
    estimates vary by.
    """

    def mean_power(therapists: float) -> float:
        narrower = math.sqrt(n / therapists)
        spread, width = spreads * narrower, widths * narrower
        return float(np.mean(ndtr((sizes - width) / spread) + ndtr((-sizes - width) / spread)))

    low, high = float(n), float(MOST_THERAPISTS)
    if mean_power(high) < target:
        return math.inf
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if mean_power(middle) >= target else (middle, high)
    return high
