"""With which parameters, of all that differ between worlds, a claim's value goes: those that decide it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import pearsonr, rankdata

from tearsim.evidence.estimators import residual

MOST_DECIDING = 2
CHANCE = 0.05


def deciding(
    values: NDArray[np.float64], parameters: pd.DataFrame, most: int = MOST_DECIDING
) -> list[tuple[str, float]]:
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
    names, ranks, left = list(table), rankdata(table.to_numpy(float), axis=0), rankdata(values[there])
    found: list[tuple[str, float]] = []
    while names and len(found) < most and len(left) > MOST_DECIDING + 1 and left.min() < left.max():
        closest = int(np.argmax(np.abs(_correlations(ranks, left))))
        first = ranks[:, closest]
        told = pearsonr(first, left)
        if not told.pvalue * len(names) < CHANCE:
            break
        found.append((str(names.pop(closest)), float(told.statistic)))
        others = np.delete(ranks, closest, axis=1)
        left = residual(left, first)
        ranks = np.column_stack([residual(one, first) for one in others.T]) if names else others
    return found


def _correlations(columns: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's r of each column with the values; 0 where a column no longer varies."""
    away, apart = columns - columns.mean(axis=0), values - values.mean()
    sizes = np.sqrt((away**2).sum(axis=0) * (apart**2).sum())
    return np.asarray(np.divide(apart @ away, sizes, out=np.zeros(len(sizes)), where=sizes > 1e-9 * len(values)))
