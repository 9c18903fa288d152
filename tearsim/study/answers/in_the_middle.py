"""What showing the tears did in one practice of a design: the one in the middle of it, whose people are looked at."""

from typing import NamedTuple

import pandas as pd

from tearsim.study.answers.over_worlds import OverWorlds, of_replicates
from tearsim.study.arms import paired_differences
from tearsim.study.estimates import POINT, Estimate, luck_of, overall, with_worlds
from tearsim.study.people.close_up import middle
from tearsim.study.sweeps.experiment import Experiment


class InTheMiddle(NamedTuple):
    """An outcome with the tears shown minus with them held back, in the practice in the middle of so many."""

    practices: int
    effect: Estimate
    worlds: OverWorlds | None  # None where worlds cannot be told from luck, or there is one


def in_the_middle(runs: pd.DataFrame, experiment: Experiment, outcome: str) -> InTheMiddle | None:
    """The effect of showing the tears in the middle of a grid; None where there is one practice, or no grid.

    An average over a grid is one over practices as different as its levels, and lies where few of them do.
    """
    others = [name for name in experiment.varied if name != "tears"]
    if experiment.design.kind != "grid" or not others or "tears" not in experiment.varied:
        return None
    practices = runs.drop_duplicates(POINT)[[POINT, *others]]
    there = practices.merge(practices.loc[practices[POINT] == middle(experiment), others], on=others)[POINT]
    pairs = paired_differences(with_worlds(runs[runs[POINT].isin(there)], experiment.parameters), outcome)
    number = practices.groupby(others, observed=True).ngroups
    if not len(pairs) or number < 2:
        return None
    by_luck = pairs.set_index(luck_of(pairs))[outcome]
    return InTheMiddle(number, overall(pairs, outcome, differences=1), of_replicates(by_luck))
