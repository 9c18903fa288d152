"""How well an ensemble predicts each finding that it was not shown, and which of two theories does better.

The score of a finding is the log of its predictive density under all the others. Nobody refits for each: members that
were fitted to all findings are weighted as if one had been left out, their weights smoothed (Vehtari, Gelman & Gabry
2017, doi:10.1007/s11222-016-9696-4; `psislw` of ArviZ). A finding that nothing was fitted to needs no weights.

A difference of scores has a standard error over findings. With few findings, and between theories that predict alike,
that error comes out too small (Sivula et al. 2020, arXiv:2008.10296): a difference decides only if it is also more
than four. Where all of a difference lies in a few findings, the error over findings is as large as the difference,
however far off these are; so a theory is also told apart by `ENOUGH_MISSED` findings that it misses altogether and the
other predicts better by more than four each: one may be an exception, or mistaken.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from tearsim.errors import TearSimError
from tearsim.worlds.outcomes import Numbers

# A finding further off counts in a score as this far off, in standard errors, and so does one that a world does not
# have: normal tails say more of it than anybody knows, and one finding would outweigh all others.
FURTHEST = 5.0
STANDARD_ERRORS, LEAST_DIFFERENCE = 2.0, 4.0  # a difference of scores decides beyond both
ENOUGH_MISSED = 2
LEAST_MEMBERS = 25  # fewer have no tail that weights could be smoothed in


def distances(found: Numbers, published: Numbers, errors: Numbers) -> Numbers:
    """How far each member is from what was published, in standard errors, on scales; shape (members, findings).

    >>> distances(np.array([[1.5], [np.nan]]), np.array([1.0]), np.array([0.5])).tolist()
    [[1.0], [5.0]]
    """
    away = np.abs(published - found) / errors
    return np.asarray(np.where(np.isfinite(away), away, FURTHEST))


def log_densities(away: Numbers, errors: Numbers) -> Numbers:
    """Log densities of published findings that are `away` standard errors off, counted as `FURTHEST` at most.

    >>> log_densities(np.array([[1.0], [8.0]]), np.array([0.5])).round(2).tolist()
    [[-0.73], [-12.73]]
    """
    return np.asarray(-0.5 * np.minimum(away, FURTHEST) ** 2 - np.log(errors * np.sqrt(2.0 * np.pi)))


class Scores(NamedTuple):
    """What is told of each finding; shape (findings,).

    Its score; whether its weights are such that the score can be relied on; and whether it is missed: so far off that
    half of the members or more are at `FURTHEST`.
    """

    score: Numbers
    reliable: NDArray[np.bool_]
    missed: NDArray[np.bool_]


def left_out(away: Numbers, errors: Numbers) -> Scores:
    """Scores of findings, each left out in turn of those that an ensemble was fitted to.

    `log(sum_j w_j p_j / sum_j w_j)`, w the smoothed `exp(away^2/2)`: the likelihood that was fitted to, taken back.
    Weights are as they come where members are alike: of such there is no tail. What is not to be relied on is a score
    whose weights have a tail heavier than `min(1 - 1/log10(members), .7)` (Vehtari et al. 2024, Journal of Machine
    Learning Research 25, 72).

    Args:
        away: Distances in standard errors; shape (members, findings).
        errors: Standard errors of what was published; shape (findings,).

    Raises:
        TearSimError: Without ArviZ, which smooths the weights.
    """
    try:
        from arviz_stats.base import array_stats
    except ModuleNotFoundError:
        raise TearSimError('Scoring theories needs more libraries: pip install "tearsim[calibrate]".') from None
    weights, reliable = 0.5 * away.T**2, np.ones(away.shape[1], bool)
    heaviest = min(1.0 - 1.0 / np.log10(len(away)), 0.7)
    for i, each in enumerate(weights):
        if len(np.unique(each)) == len(each):
            smoothed, tail = array_stats.psislw(-each)
            weights[i], reliable[i] = smoothed, tail <= heaviest
    weights -= logsumexp(weights, axis=1, keepdims=True)
    return Scores(logsumexp(weights + log_densities(away, errors).T, axis=1), reliable, _missed(away))


def never_shown(away: Numbers, errors: Numbers) -> Scores:
    """Scores of findings that nothing was fitted to: `log(mean(p))` over members; shapes as in `left_out`."""
    score = logsumexp(log_densities(away, errors), axis=0) - np.log(len(away))
    return Scores(np.asarray(score), np.ones(len(errors), bool), _missed(away))


def _missed(away: Numbers) -> NDArray[np.bool_]:
    return np.asarray(np.median(away, axis=0) >= FURTHEST)


class Difference(NamedTuple):
    """By how much one theory's scores, summed, exceed another's, and the standard error of that over findings."""

    total: float
    error: float

    @property
    def decides(self) -> bool:
        """Whether it is more than luck in which findings there are, and more than a trifle."""
        return abs(self.total) > max(STANDARD_ERRORS * self.error, LEAST_DIFFERENCE)


def difference(one: Numbers, other: Numbers) -> Difference:
    """Scores of the same findings under two theories, compared finding by finding.

    `sum(d)`, with the standard error `sqrt(n) * s(d)`, d the differences, n findings.

    >>> difference(np.array([-1.0, -2.0, -1.0]), np.array([-2.0, -2.0, -2.0]))
    Difference(total=2.0, error=1.0)
    """
    each = one - other
    return Difference(float(each.sum()), float(np.sqrt(len(each)) * each.std(ddof=1)))
