"""Diagnosing a study that was tried many times where the truth is known: power, bias, coverage and the rest.

Pure: tables in, numbers out. Worlds are the independent units of every interval; where there is one world, lucks are.
An interval therefore holds luck and how worlds differ, and says how sure the *mean over worlds* is.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import logit

from tearsim.study.answers.over_worlds import OverWorlds, of_replicates
from tearsim.study.estimates import MISSING, WORLD, Estimate, estimate, ratio, share
from tearsim.study.randomness import generator_for
from tearsim.worlds.outcomes import Numbers

WORLDS_RESAMPLED = 400
CLEARLY = 0.5  # times what matters: worlds whose effect is smaller neither help nor harm clearly
FEWEST_ON_A_SIDE = 2  # worlds in which tears help, or harm, from which telling them apart has an interval


class Diagnosed(NamedTuple):
    """What a study of n therapists would find; each over worlds and luck, with its 95 % interval."""

    n: int
    truth: Estimate
    power: Estimate  # share of studies whose interval leaves out 0
    right: Estimate  # share whose interval leaves out 0 on the side of the truth
    bias: Estimate  # mean of estimate minus truth
    coverage: Estimate  # share of intervals that hold the truth, of studies that answer
    rmse: Estimate
    wrong_sign: Estimate  # of studies whose interval leaves out 0, the share on the other side of it than the truth
    exaggeration: Estimate  # of the same, how many times as large as the truth the estimate is
    answers: Estimate  # share of studies that give an estimate at all
    tells_apart: Estimate  # chance that it comes out higher in a world where the effect is above 0 than in one below
    where_it_matters: Estimate  # power in worlds whose effect is large enough to matter
    rows: float  # in the mean study
    worlds: OverWorlds | None  # the power of each, luck apart


def true_log_odds_ratio(truths: pd.DataFrame) -> "pd.Series[float]":
    """The effect on a yes or no as a log odds ratio: `logit(p_first) - logit(p_second)`, by world."""
    shares = truths[["first", "second"]].div(truths["pairs"], axis=0)
    held = shares.clip(1e-6, 1.0 - 1e-6)
    return pd.Series(logit(held["first"]) - logit(held["second"]), truths.index)


def truths_by_world(truths: pd.DataFrame, scale: str) -> "pd.Series[float]":
    """The effect in each world, all its lucks together, on the scale of the estimates."""
    sums = truths.groupby(WORLD)[["pairs", "first", "second"]].sum()
    if scale == "log odds ratio":
        return true_log_odds_ratio(sums)
    return (sums["first"] - sums["second"]) / sums["pairs"].where(sums["pairs"] > 0)


def diagnose(
    studies: pd.DataFrame, truths: pd.DataFrame, scale: str = "difference", matters: float = 0.0
) -> list[Diagnosed]:
    """What studies of each size would find, from many tried where the truth is known.

    With `e` the estimate, `[l, h]` its interval and `t` the truth: power is the share with `l > 0 or h < 0`, the wrong
    sign and the exaggeration `mean|e| / mean|t|` are of these alone (Gelman & Carlin 2014,
    doi:10.1177/1745691614551642), coverage the share with `l <= t <= h`. A study without an answer has found nothing.
    On another scale than the inquiry's, bias, coverage, error and exaggeration have no meaning and are missing.

    Args:
        studies: A row a study: world, luck, n, estimate, low, high, rows; missing where there is no answer.
        truths: A row a world and luck: pairs, and the sums of the outcome under the first and the second strategy.
        scale: "difference", "log odds ratio", or "another".
        matters: The smallest difference that matters, in the unit of the inquiry.

    Returns:
        A diagnosis for each number of therapists, from few to many.
    """
    plain = truths_by_world(truths, "difference")
    truth = truths_by_world(truths, scale)
    table = studies.assign(truth=studies[WORLD].map(truth), plain=studies[WORLD].map(plain))
    unit = WORLD if table[WORLD].nunique() > 1 else "luck"
    return [_diagnosed(int(n), rows, unit, scale, matters) for n, rows in table.groupby("n")]


def _diagnosed(n: int, rows: pd.DataFrame, unit: str, scale: str, matters: float) -> Diagnosed:
    answered = rows["estimate"].notna()
    found = answered & ((rows["low"] > 0.0) | (rows["high"] < 0.0))
    same = np.sign(rows["estimate"]) == np.sign(rows["plain"])
    comparable = answered & rows["truth"].notna() & (scale != "another")
    held = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    error = (rows["estimate"] - rows["truth"]).where(comparable)
    flags = rows.assign(found=found, right=found & same, held=held, error=error, answered=answered)
    squares = estimate((error**2).groupby(rows[unit]).mean())
    known = found & rows["plain"].notna()
    by = flags.groupby([WORLD, "luck"])["found"].mean().rename("power")
    return Diagnosed(
        n,
        estimate(rows.groupby(unit)["truth"].mean()),
        _share(flags, "found", unit),
        _share(flags, "right", unit),
        estimate(flags.groupby(unit)["error"].mean()),
        _share(flags[comparable], "held", unit),
        _root(squares),
        _share(flags[known].assign(wrong=~same[known]), "wrong", unit),
        _exaggeration(flags[known & comparable], unit),
        _share(flags, "answered", unit),
        tells_apart(rows, matters),
        _share(flags[rows["plain"].abs() >= matters], "found", unit) if matters else MISSING,
        float(rows["rows"].mean()),
        of_replicates(by),
    )


def _share(rows: pd.DataFrame, column: str, unit: str) -> Estimate:
    """A share of studies, worlds or lucks being the independent units."""
    if not len(rows):
        return MISSING
    counted = rows.groupby(unit)[column].agg(["sum", "count"])
    return share(counted["sum"].astype(int).tolist(), counted["count"].tolist())


def _root(one: Estimate) -> Estimate:
    mean, low, high = (float(np.sqrt(np.maximum(0.0, end))) for end in one[:3])
    return Estimate(mean, low, high, one.replicates)


def _exaggeration(rows: pd.DataFrame, unit: str) -> Estimate:
    """How many times as large as the truth those estimates are whose interval leaves out 0: a ratio of means.

    A mean of ratios would depend on the worlds whose truth lies nearest to 0.
    """
    if not len(rows) or not rows["truth"].abs().sum():
        return MISSING
    sums = rows.assign(estimate=rows["estimate"].abs(), truth=rows["truth"].abs()).groupby(unit)
    return ratio(sums["estimate"].sum().tolist(), sums["truth"].sum().tolist()).within((0.0, np.inf))


def tells_apart(rows: pd.DataFrame, matters: float = 0.0) -> Estimate:
    """The chance that an estimate is higher in a world where the effect is above 0 than in one where it is below.

    .5 is no better than a coin, whatever unit the estimate has (the area under the ROC curve: Hanley & McNeil 1982,
    doi:10.1148/radiology.143.1.7063747). Worlds whose effect is smaller than half of what matters are left aside; the
    interval resamples worlds on either side.
    """
    there = rows[rows["estimate"].notna() & rows["plain"].notna()]
    above, below = (
        [one["estimate"].to_numpy(float) for _, one in there[chosen].groupby(WORLD)]
        for chosen in (side * there["plain"] > CLEARLY * matters for side in (1.0, -1.0))
    )
    if len(above) < FEWEST_ON_A_SIDE or len(below) < FEWEST_ON_A_SIDE:
        return MISSING
    chances = np.array([[_higher(one, other) for other in below] for one in above])
    luck = generator_for("resampling", 1, len(above), len(below))
    means = [_resampled(chances, luck.integers).mean() for _ in range(WORLDS_RESAMPLED)]
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(chances.mean()), float(low), float(high), len(above) + len(below))


def _resampled(chances: Numbers, integers: Callable[..., Numbers]) -> Numbers:
    rows, columns = (integers(0, size, size) for size in chances.shape)
    return chances[np.ix_(rows, columns)]


def _higher(one: Numbers, other: Numbers) -> float:
    """How often a value of the one is above a value of the other; ties count half."""
    ranked = np.sort(other)
    below = np.searchsorted(ranked, one, "left")
    up_to = np.searchsorted(ranked, one, "right")
    return float((below + up_to).mean() / 2.0 / len(other))
