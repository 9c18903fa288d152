"""Effects over time: means over the people of many practices, with intervals over practices, and over worlds."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from tearsim.science.fitted import DEFAULT, world_of
from tearsim.study.answers.over_worlds import OverWorlds, told_apart
from tearsim.study.effects.following import EFFECT_OUTCOMES
from tearsim.study.effects.pairs import Followed
from tearsim.study.estimates import CONFIDENCE, Estimate, ratio


class Effect(NamedTuple):
    """The first strategy minus the second, in an outcome `week` weeks after time zero, in the outcome's own unit."""

    estimand: str  # with both strategies, where it has several contrasts
    outcome: str
    week: int
    estimate: Estimate  # over practices, or over the worlds that these lived in
    people: int  # compared
    unpaired: int  # eligible, but without a sound partner
    worlds: OverWorlds | None  # None where all lived in one, or worlds cannot be told from luck
    group: str = ""  # where groups are told apart


def profile(
    label: str,
    parts: Sequence[Followed],
    weeks: Sequence[int],
    estimates: str,
    groups: Sequence[NDArray[np.str_]] | None = None,
) -> list[Effect]:
    """What the pairs of many practices say together, outcome by outcome and week by week; group by group, if given.

    A mean over people who come in practices (`estimates.ratio`), or in worlds; over worlds, `over_worlds` of practices'
    means, each weighted by its people. Intervals of shares are those of `of_shares`. Where no life differs at all, the
    difference is 0 and no luck is in it.
    """
    unpaired = sum(one.unpaired for one in parts)
    numbers = [len(one.at_time_zero) for one in parts]
    replicates = np.repeat([one.replicate for one in parts], numbers).astype(np.int64)
    group = np.concatenate(groups) if groups else np.zeros(len(replicates), str)
    names = sorted(set(group.tolist())) if groups is not None else [""]
    found = []
    lives_differ = any(np.nan_to_num(by_week).any() for one in parts for by_week in one.differences.values())
    for name in names:
        those = group == name
        for outcome in EFFECT_OUTCOMES:
            how, by_week = EFFECT_OUTCOMES[outcome], _stacked(parts, outcome, len(weeks))[those]
            for k, week in enumerate(weeks):
                values = by_week[:, k]
                estimate, people, worlds = _mean(values, replicates[those], estimates)
                if lives_differ and how.unit == "share":
                    estimate = of_shares(estimate, people, bool(np.nan_to_num(values).any()))
                estimate = estimate.within((-how.most, how.most))
                found.append(Effect(label, outcome, week, estimate, people, unpaired, worlds, name))
    return found


def _stacked(parts: Sequence[Followed], outcome: str, weeks: int) -> NDArray[np.float64]:
    return np.concatenate([np.zeros((0, weeks)), *(one.differences[outcome] for one in parts)])


def _mean(
    values: NDArray[np.float64], replicates: NDArray[np.int64], estimates: str
) -> tuple[Estimate, int, OverWorlds | None]:
    """A mean, of how many people, and what worlds say of it."""
    known = np.isfinite(values)
    lived, which = np.unique(replicates[known], return_inverse=True)
    totals, numbers = np.bincount(which, values[known]), np.bincount(which)
    worlds = [world_of(estimates, one) if estimates != DEFAULT else one for one in lived.tolist()]
    _, unit = np.unique(worlds, return_inverse=True)
    by_unit = [np.bincount(unit, one).tolist() for one in (totals, numbers)] if len(lived) else [[], []]
    estimate = ratio(by_unit[0], [int(one) for one in by_unit[1]])
    return estimate, int(known.sum()), _over(totals, numbers, worlds) if estimates != DEFAULT else None


def of_shares(estimate: Estimate, people: int, anybody: bool) -> Estimate:
    """The interval of a difference between two shares of the same people.

    Few pairs differ, so that an interval from those that happened to be met is too short, most of all where there were
    none. With half a pair more that differs to either side, the variance is larger by `1/n^2` (Agresti & Min 2005,
    doi:10.1002/sim.1781). If of n people nobody differs, it reaches to either side as far as the share who might, by
    Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404: `1 - .025^(1/n)`.

    >>> [round(end, 3) for end in of_shares(Estimate(0.04, 0.02, 0.06, 25), people=100, anybody=True)[1:3]]
    [0.011, 0.069]
    """
    if people == 0 or np.isnan(estimate.low):
        return estimate
    if anybody:
        another = float(stdtrit(estimate.replicates - 1, 0.5 + CONFIDENCE / 2)) / people
        half = math.hypot(estimate.high - estimate.mean, another)
    else:
        half = 1.0 - float((0.5 - CONFIDENCE / 2) ** (1.0 / people))
    return estimate._replace(low=estimate.mean - half, high=estimate.mean + half)


def _over(totals: ArrayLike, numbers: ArrayLike, worlds: Sequence[int]) -> OverWorlds | None:
    people = np.asarray(numbers, float)
    return told_apart(np.asarray(totals, float) / people, worlds, people)
