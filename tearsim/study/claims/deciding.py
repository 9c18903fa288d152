"""With which parameters, of all that differ between worlds, a claim's value goes: those that decide it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import pearsonr, rankdata

from tearsim.evidence.estimators import residual

MOST = 2
CHANCE = 0.05


def deciding(values: NDArray[np.float64], parameters: pd.DataFrame, most: int = MOST) -> list[tuple[str, float]]:
    """The parameters with which a value goes over worlds, the closest first, and the rank correlation of each.

    The first has the largest rank correlation (Spearman's); the second the largest with what is left of the ranks once
    the first is taken into account, by a least-squares line, and so on. Of many parameters some go with anything by
    chance: none is named whose p, times the number looked at, is not under .05 (Bonferroni).

    Args:
        values: One a world; shape (worlds,).
        parameters: A row a world, a column a parameter; those that never differ are passed over.
        most: How many are named.

    Returns:
        Names and correlations.

    >>> some = np.random.default_rng(1).random((200, 3))
    >>> table = pd.DataFrame(some, columns=["a", "b", "c"])
    >>> [name for name, _ in deciding(3 * some[:, 1] - some[:, 2], table)]
    ['b', 'c']
    """
    there = np.isfinite(values)
    table = parameters.loc[there]
    table = table.loc[:, table.nunique() > 1]
    ranks = {str(name): rankdata(table[name]) for name in table}
    left = rankdata(values[there])
    found: list[tuple[str, float]] = []
    while ranks and len(found) < most and len(left) > MOST + 1 and left.min() < left.max():
        told = {name: pearsonr(one, left) for name, one in ranks.items()}
        name = max(told, key=lambda one: abs(told[one].statistic))
        if not told[name].pvalue * len(told) < CHANCE:
            break
        found.append((name, float(told[name].statistic)))
        closest = ranks.pop(name)
        left = residual(left, closest)
        ranks = {other: residual(one, closest) for other, one in ranks.items()}
    return found
