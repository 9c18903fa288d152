"""With which parameters, of all that differ between worlds, a claim's value goes: those that decide it."""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtrc
from scipy.stats import rankdata

from tearsim.worlds.outcomes import Numbers

MOST_DECIDING = 2
_CHANCE = 0.05
_TERMS = 2  # of a parameter: its rank, and the square of it
_NOTHING_LEFT = 1e-9
Shape = Literal["rises", "falls", "highest in the middle", "lowest in the middle"]


class Decides(NamedTuple):
    """A parameter that a value goes with over worlds: how much of how worlds differ, and in which way."""

    parameter: str
    share: float  # of the variance of the value's ranks, beyond those named before it
    shape: Shape


def deciding(values: NDArray[np.float64], parameters: pd.DataFrame, most: int = MOST_DECIDING) -> list[Decides]:
    """The parameters with which a value goes over worlds, the one that explains most first.

    The ranks of the value are fitted by `a + b*u + c*u^2`, u the ranks of a parameter, so that a value that is largest
    in the middle of a parameter's range is seen as one that rises or falls. The first parameter explains the largest
    share of the variance: by itself, a first-order sensitivity index (Saltelli and others 2008,
    doi:10.1002/9780470725184); the second explains the largest share beyond the first, and so on. Of many parameters
    some go with anything by chance: none is named whose p, by the F test, times the number looked at, is not under .05
    (Bonferroni).

    Args:
        values: One a world; shape (worlds,).
        parameters: A row a world, a column a parameter; those that never differ are passed over.
        most: How many are named.

    Returns:
        Names, shares of variance, and whether the value rises or falls with each.

    >>> some = np.random.default_rng(1).random((200, 3))
    >>> table = pd.DataFrame(some, columns=["a", "b", "c"])
    >>> [(one.parameter, one.shape) for one in deciding(3 * some[:, 1] - some[:, 2], table)]
    [('b', 'rises'), ('c', 'falls')]
    >>> deciding((some[:, 0] - 0.5) ** 2, table)[0].shape
    'lowest in the middle'
    """
    there = np.isfinite(values)
    if not there.any():
        return []
    table = parameters.loc[there]
    table = table.loc[:, table.nunique() > 1]
    ranks, number = _centred(table.to_numpy(float)), int(there.sum())
    terms = {name: _centred_squares(rank) for name, rank in zip(table, ranks.T, strict=True)}
    left = _centred(values[there])
    total = float(left @ left)
    design, found = np.ones((number, 1)), list[Decides]()
    while terms and len(found) < most and total > 0.0:
        freedom = number - design.shape[1] - _TERMS
        fits = {name: _fitted(left, np.column_stack([design, both])) for name, both in terms.items()}
        before, (name, (after, line)) = _fitted(left, design)[0], min(fits.items(), key=lambda one: one[1][0])
        if freedom < 1 or before < _NOTHING_LEFT * total:
            break
        ratio = (before - after) / _TERMS / max(after / freedom, _NOTHING_LEFT * total)
        if not fdtrc(_TERMS, freedom, ratio) * len(terms) < _CHANCE:
            break
        found.append(Decides(str(name), (before - after) / total, _shape(*line[-_TERMS:])))
        design = np.column_stack([design, terms.pop(name)])
    return found


def _centred(values: Numbers) -> Numbers:
    """Ranks from -1/2 to 1/2, column by column."""
    ranks = rankdata(values, axis=0)
    return np.asarray((ranks - ranks.mean(axis=0)) / len(ranks))


def _centred_squares(rank: Numbers) -> Numbers:
    return np.column_stack([rank, rank**2 - (rank**2).mean()])


def _fitted(values: Numbers, design: Numbers) -> tuple[float, Numbers]:
    """What a least-squares fit leaves (sum of squares), and its coefficients."""
    line = np.asarray(np.linalg.lstsq(design, values, rcond=None)[0], np.float64)
    left = values - design @ line
    return float(left @ left), line


def _shape(slope: float, bend: float) -> Shape:
    """Whether a parabola over ranks from -1/2 to 1/2 rises or falls from end to end, or turns on the way."""
    if abs(bend) > abs(slope):
        return "highest in the middle" if bend < 0.0 else "lowest in the middle"
    return "rises" if slope > 0.0 else "falls"
