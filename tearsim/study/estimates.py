"""Means, shares and ratios with their intervals: the one place where they are computed.

An interval says of what it is: over replicates (the luck of the simulation), over worlds that fit the evidence (which
differ, and whose replicates resemble each other), over practices (people come in practices), or over draws of a design
too (other points might have come).
"""

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import DataFrameGroupBy
from scipy.special import ndtri, stdtrit

from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import Value
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, world_of
from tearsim.worlds.outcomes import OUTCOMES

# The column of a table of runs that tells design points apart; "replicate" tells whose luck a run had.
POINT = "design_point"
# The column that tells worlds apart, where replicates lived in several.
WORLD = "world"
CONFIDENCE = 0.95
NORMAL = float(ndtri(0.5 + CONFIDENCE / 2))  # standard errors to either side where Student's t is not called for

LARGEST_SQUARED = 480  # powers of two: thousands of squares of such numbers still have a sum

Limits = tuple[float, float]


class Estimate(NamedTuple):
    """A mean with its 95 % interval (Student's t); all missing where there is nothing to average.

    `replicates` counts what was independent: replicates, or the worlds that these lived in.

    >>> share = Estimate(0.12, 0.05, 0.19, replicates=20)
    >>> share.times(100.0).mean  # in per cent
    12.0
    """

    mean: float
    low: float
    high: float
    replicates: int

    def within(self, limits: Limits) -> "Estimate":
        """The same, cut off where nothing can lie.

        Means of a few replicates spread so far that Student's t leads out of what is possible. The true mean lies
        within, so cutting loses no coverage; intervals on another scale, such as log-odds, have nothing to say where
        replicates lie at 0 or 1, as in small practices many do. What a straight line fits may lie outside itself.
        """
        mean, low, high = (float(np.clip(value, *limits)) for value in self[:3])
        return Estimate(mean, low, high, self.replicates)

    def times(self, factor: float) -> "Estimate":
        """The same in another unit."""
        return Estimate(self.mean * factor, self.low * factor, self.high * factor, self.replicates)


MISSING = Estimate(np.nan, np.nan, np.nan, 0)


def limits_of(outcome: str, differences: int = 0) -> Limits:
    """From where to where an outcome can lie; or a difference of it (1), or a difference of two differences (2)."""
    low, high = OUTCOMES[outcome].limits
    for _ in range(differences):
        low, high = low - high, high - low
    return low, high


def estimate(by_replicate: pd.Series | Sequence[float], *, confidence: float = CONFIDENCE) -> Estimate:
    """A mean over replicates with its interval, which is missing with fewer than two.

    `mean +- t(0.5 + confidence/2; n - 1) * s / sqrt(n)`, Student's t. Missing values (NaN) are left out.
    An end that no number could hold is infinite.

    Args:
        by_replicate: One value for each replicate; shape (replicates,), any unit.
        confidence: How often such intervals hold the true mean, if values are normal.

    Returns:
        Mean, ends of the interval and number of replicates; all missing where there is nothing to average.

    Raises:
        TearSimError: For values that are not numbers or not finite, and for a confidence that is not between 0 and 1.

    >>> mean, low, high, replicates = estimate([0.7, 0.8, 0.9])
    >>> round(mean, 3), round(low, 3), round(high, 3), replicates
    (0.8, 0.552, 1.048, 3)
    """
    if not (isinstance(confidence, Real) and 0.0 < confidence < 1.0):
        raise TearSimError(f"confidence lies between 0 and 1, like .95; {echoed(confidence)} does not.")
    try:
        values = np.asarray(by_replicate, float)
    except (TypeError, ValueError, OverflowError):
        values = np.zeros(())
    if values.ndim != 1:
        raise TearSimError(f"A mean is of numbers, one for each replicate; {echoed(by_replicate)} are not.")
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return MISSING
    if not np.isfinite(values).all():
        infinite = float(values[~np.isfinite(values)][0])
        raise TearSimError(f"A mean is of finite numbers, one for each replicate; {infinite} is not finite.")
    # Numbers whose squares no number could hold are halved as often as it takes, which changes none of their digits.
    unit = 2.0 ** max(0, math.frexp(float(np.abs(values).max()))[1] - LARGEST_SQUARED)
    values = values / unit
    mean = float(values.mean()) * unit
    if len(values) == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    half = float(stdtrit(len(values) - 1, 0.5 + confidence / 2) * values.std(ddof=1) / np.sqrt(len(values))) * unit
    return Estimate(mean, mean - half, mean + half, len(values))


def with_worlds(rows: pd.DataFrame, parameters: Mapping[str, object]) -> pd.DataFrame:
    """The rows, with the world that each replicate lived in as a column, where they lived in several.

    Among the experiment's `parameters` stands where all runs had their numbers from, or a column says it of each. Where
    sets of worlds differ in how many replicates share a world, those that share one in any set go together.
    """
    sets = set(rows["estimates"]) if "estimates" in rows else {str(parameters.get("estimates", DEFAULT))}
    several = sorted(sets - {DEFAULT}, key=lambda name: LUCKS_A_WORLD[name])
    if not several or WORLD in rows:
        return rows
    numbers = rows["replicate"].unique().tolist()
    return rows.assign(**{WORLD: rows["replicate"].map({one: world_of(several[-1], one) for one in numbers})})


def luck_of(rows: pd.DataFrame) -> list[str]:
    """The columns that tell apart what luck, and the worlds, rows had."""
    return [WORLD, "replicate"] if WORLD in rows else ["replicate"]


def over_replicates(by_replicate: pd.Series, *, confidence: float = CONFIDENCE) -> Estimate:
    """As `estimate`, of values whose index has a level "world" where replicates lived in several.

    Replicates of one world resemble each other, so that they are averaged first: worlds are the independent units.
    """
    if WORLD in by_replicate.index.names:
        by_replicate = by_replicate.groupby(level=WORLD).mean()
    return estimate(by_replicate, confidence=confidence)


def ratio(totals: list[float], numbers: list[int]) -> Estimate:
    """A mean over people who come in practices, with an interval that takes practices as the independent units.

    `mean = sum(total)/sum(n)`; `variance = R/(R - 1) * sum((total_r - mean*n_r)^2) / sum(n)^2` over the R practices
    with anyone, Student's t with R - 1: a practice with nobody says nothing of them. All missing where nobody is
    counted; no interval from fewer than two practices with anyone.
    """
    total, number = np.array(totals, float), np.array(numbers, float)
    total, number = total[number > 0], number[number > 0]
    people, practices = number.sum(), len(number)
    if not people:
        return MISSING
    mean = float(total.sum() / people)
    if practices < 2:
        return Estimate(mean, np.nan, np.nan, practices)
    variance = practices / (practices - 1) * np.sum((total - mean * number) ** 2) / people**2
    half = float(stdtrit(practices - 1, 0.5 + CONFIDENCE / 2) * np.sqrt(variance))
    return Estimate(mean, mean - half, mean + half, practices)


def difference_of_ratios(first: tuple[list[float], list[int]], second: tuple[list[float], list[int]]) -> Estimate:
    """One mean over people minus another, as `ratio` has each; both are counted in the same practices, in order.

    A practice moves both at once: `d_r = (total_r - mean*n_r)/sum(n)` of the first, minus that of the second;
    `variance = R/(R - 1) * sum(d_r^2)` over the R practices with anyone. All missing where nobody is counted in one.
    """
    (totals, numbers), (other_totals, other_numbers) = (tuple(map(np.asarray, one)) for one in (first, second))
    if not numbers.sum() or not other_numbers.sum():
        return MISSING
    mean, other = totals.sum() / numbers.sum(), other_totals.sum() / other_numbers.sum()
    moved = (totals - mean * numbers) / numbers.sum() - (other_totals - other * other_numbers) / other_numbers.sum()
    practices = int(np.count_nonzero(numbers + other_numbers))
    if practices < 2:
        return Estimate(float(mean - other), np.nan, np.nan, practices)
    variance = practices / (practices - 1) * np.sum(moved**2)
    half = float(stdtrit(practices - 1, 0.5 + CONFIDENCE / 2) * np.sqrt(variance))
    return Estimate(float(mean - other), float(mean - other) - half, float(mean - other) + half, practices)


def share(counted: list[int], numbers: list[int]) -> Estimate:
    """A share of people who come in practices: as `ratio`, or as one sample where no practice differs.

    With none or all counted, practices do not differ, which does not mean that the share is known exactly: then the
    interval is that of Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404.
    """
    from scipy.stats import binomtest

    found = ratio([float(one) for one in counted], numbers)
    if found.mean in (0.0, 1.0) or np.isnan(found.low):
        ends = binomtest(int(sum(counted)), int(sum(numbers))).proportion_ci(CONFIDENCE)
        found = found._replace(low=float(ends.low), high=float(ends.high))
    return found.within((0.0, 1.0))


def means_by(
    rows: pd.DataFrame, by: Sequence[str], outcome: str, differences: int = 0, drawn: str | None = None
) -> dict[tuple[Value, ...], Estimate]:
    """An outcome at each combination of the values of some columns, averaged within replicates and then over them.

    Intervals are over replicates, or over the worlds that these lived in (see `over_replicates`). Where points are a
    sample, `drawn` by a column, other points might have come: then the square of half an interval is that over
    replicates plus that over draws, which rather counts luck twice.
    """
    means = rows.groupby([*by, *luck_of(rows)], observed=True)[outcome].mean().reset_index().set_index(luck_of(rows))
    found = {key: over_replicates(values) for key, values in _grouped(means, by)[outcome]}
    if drawn is not None:
        sums = rows.groupby([*by, drawn], observed=True)[outcome].agg(["sum", "count"]).reset_index()
        for key, part in _grouped(sums, by):
            found[key] = _widened(found[key], ratio(part["sum"].tolist(), part["count"].tolist()))
    return {key: one.within(limits_of(outcome, differences)) for key, one in found.items()}


def _grouped(rows: pd.DataFrame, by: Sequence[str]) -> DataFrameGroupBy:
    """The rows by columns: keys are tuples, also of one column, which pandas before 3 grants to columns alone."""
    return rows.groupby(list(by), observed=True)


def _widened(one: Estimate, of_draws: Estimate) -> Estimate:
    half = math.hypot(one.high - one.mean, of_draws.high - of_draws.mean)
    return Estimate(one.mean, one.mean - half, one.mean + half, one.replicates)


def overall(runs: pd.DataFrame, outcome: str, differences: int = 0) -> Estimate:
    """An outcome averaged over all design points, with its interval over replicates, or worlds."""
    return over_replicates(runs.groupby(luck_of(runs))[outcome].mean()).within(limits_of(outcome, differences))


def range_with_middle(values: Sequence[float]) -> tuple[float, float, float]:
    """The lowest of some values, their median, and the highest."""
    low, middle, high = np.quantile(values, (0.0, 0.5, 1.0))
    return float(low), float(middle), float(high)


def range_over_points(runs: pd.DataFrame, outcome: str) -> NDArray[np.float64]:
    """What 5 % of design points lie below, and what 5 % lie above, each point's replicates averaged; shape (2,)."""
    return runs.groupby(POINT)[outcome].mean().quantile([0.05, 0.95]).to_numpy(float)
