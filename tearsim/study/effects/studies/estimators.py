"""How studies arrive at what they say of tears: from a table that a real study could hold to an estimate.

Each takes columns of equal length, an entry a row, and returns a `StudyMean`: a mean, and each row's influence on it.
The interval follows from the influences w_i, added up over G independent units g, such as therapists, whose clients are
alike (Liang & Zeger 1986, doi:10.1093/biomet/73.1.13):

    variance = G/(G - 1) * sum_g (sum_{i in g} w_i)^2,   Student's t with G - 1

A study that cannot say anything says nothing: all missing.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb, expit, logit, stdtrit

from tearsim.evidence.estimators import NEWTON_STEPS, SETTLED
from tearsim.study.estimates import CONFIDENCE, Estimate
from tearsim.worlds.outcomes import Numbers

TableOfStudy = Mapping[str, NDArray[np.generic]]
SIGNIFICANCE = 1.0 - CONFIDENCE
# Fewest exposed, and fewest beside them, from which anything is estimated.
_FEWEST = 5


class StudyMean(NamedTuple):
    """A mean, in the outcome's unit, and the influence of each row of the table on it; shape (rows,)."""

    mean: float
    influence: Numbers

    def over(self, units: NDArray[np.generic]) -> Estimate:
        """The mean with its 95 % interval, where rows of one unit go together.

        >>> StudyMean(1.0, np.array([0.1, -0.1, 0.2, -0.2])).over(np.array([1, 1, 2, 3])).replicates
        3
        """
        _, group = np.unique(units, return_inverse=True)
        return interval_of(self.mean, np.bincount(group, self.influence).astype(float))


def interval_of(mean: float, influence: Numbers, level: float = SIGNIFICANCE) -> Estimate:
    """A mean with its interval of `1 - level`, from the influence of each independent unit on it; shape (units,)."""
    units = len(influence)
    if units < 2 or not np.isfinite(mean):
        return Estimate(mean, np.nan, np.nan, units)
    half = float(stdtrit(units - 1, 1.0 - level / 2.0) * np.sqrt(units / (units - 1) * np.sum(influence**2)))
    return Estimate(mean, mean - half, mean + half, units)


def mean_known(values: Numbers) -> StudyMean:
    """The mean of the values that are known, `sum(y)/n`; in any unit, shape (rows,).

    >>> round(mean_known(np.array([0.2, 0.4, np.nan, 0.3])).mean, 3)
    0.3
    """
    y = np.asarray(values, float)
    known = np.isfinite(y)
    if not known.any():
        return _nothing(y)
    mean = float(y[known].mean())
    return StudyMean(mean, np.where(known, y - mean, 0.0) / known.sum())


def exposed_minus_unexposed(table: TableOfStudy) -> StudyMean:
    """Those who saw tears against those who saw none: an association, not an effect.

    `mean(outcome | saw) - mean(outcome | saw none)`

    Args:
        table: Columns `outcome` (any unit) and `saw` (yes or no), a row a client.

    >>> table = {"outcome": np.repeat([0.0, 1.0, 1.0, 1.0], 5), "saw": np.repeat([1, 1, 0, 0], 5) > 0}
    >>> round(exposed_minus_unexposed(table).mean, 3)
    -0.5
    """
    outcome, saw = _outcome(table), np.asarray(table["saw"], bool)
    if not _enough(saw):
        return _nothing(outcome)
    with_tears, without = float(outcome[saw].mean()), float(outcome[~saw].mean())
    influence = np.where(saw, (outcome - with_tears) / saw.sum(), (without - outcome) / (~saw).sum())
    return StudyMean(with_tears - without, influence)


def stratified(table: TableOfStudy, by: str) -> StudyMean:
    """The treated against others who are alike in one thing, each stratum weighted by how many were treated in it.

    `mean(Y | treated) - sum_s share of the treated in s * mean(Y | others in s)`; strata without others are left out.

    Args:
        table: Columns `outcome` (any unit), `treated` (yes or no) and the stratum, a whole number.
        by: The column of the stratum.

    >>> table = {"outcome": np.tile([1.0, 0.0], 10), "treated": np.arange(20) % 4 == 0, "s": np.arange(20) % 2}
    >>> stratified(table, "s").mean
    0.0
    """
    outcome, exposed = _outcome(table), np.asarray(table["treated"], bool)
    _, stratum = np.unique(table[by], return_inverse=True)
    others = np.bincount(stratum, ~exposed)
    treated = exposed & (others > 0)[stratum]
    if not _enough(treated):
        return _nothing(outcome)
    of_others = np.bincount(stratum, np.where(exposed, 0.0, outcome)) / np.maximum(others, 1)
    gain = outcome - of_others[stratum]
    mean = float(gain[treated].mean())
    share = np.bincount(stratum, treated) / treated.sum()
    influence = np.where(treated, (gain - mean) / treated.sum(), -gain * (share / np.maximum(others, 1))[stratum])
    return StudyMean(mean, np.where(exposed & ~treated, 0.0, influence))


def standardised(table: TableOfStudy, given: Sequence[str]) -> StudyMean:
    """An emulated trial, standardised: what became of the treated minus what a model of the others predicts for them.

    `mean over treated of [Y - m(X; b)]`, where m is a regression of the outcome on X among those not treated, logistic
    if the outcome is yes or no, else linear; the interval allows for b being estimated. Sound if X holds all that
    drives both (Robins 1986, doi:10.1016/0270-0255(86)90088-6; Hernán & Robins 2016, doi:10.1093/aje/kwv254).

    Args:
        table: Columns `outcome`, `treated` (yes or no) and those of X, a row a person and time zero.
        given: The columns of X.

    >>> x = np.linspace(-1.0, 1.0, 40)
    >>> treated = np.arange(40) % 3 == 0
    >>> round(standardised({"x": x, "treated": treated, "outcome": 2.0 * x + 0.5 * treated}, ["x"]).mean, 6)
    0.5
    """
    outcome, treated = _outcome(table), np.asarray(table["treated"], bool)
    design = _design(table, given, len(outcome))
    fitted = _fitted(outcome[~treated], design[~treated]) if _enough(treated) else None
    if fitted is None:
        return _nothing(outcome)
    gain = outcome - fitted.predict(design)
    mean = float(gain[treated].mean())
    influence = np.where(treated, gain - mean, 0.0) / treated.sum()
    moves = (fitted.slope(design)[treated, None] * design[treated]).mean(axis=0)
    influence[~treated] -= (design[~treated] * gain[~treated, None]) @ fitted.inverse @ moves
    return StudyMean(mean, influence)


def weighted(table: TableOfStudy, given: Sequence[str]) -> StudyMean:
    """An emulated trial, weighted: the treated against others who are made like them by weights.

    `mean(Y | treated) - sum(w Y)/sum(w)` over those not treated, `w = e/(1 - e)`, where e is the chance of treatment
    by a logistic regression on X; the interval allows for its being estimated. Sound if X holds all that drives both
    (Robins, Hernán & Brumback 2000, doi:10.1097/00001648-200009000-00011).

    Arguments as in `standardised`.

    >>> x = np.tile([0.0, 1.0], 30)
    >>> treated = (np.arange(60) % 3 == 0) | (np.arange(60) % 10 == 1)
    >>> round(weighted({"x": x, "treated": treated, "outcome": 2.0 * x + 0.5 * treated}, ["x"]).mean, 6)
    0.5
    """
    outcome, treated = _outcome(table), np.asarray(table["treated"], bool)
    design = _design(table, given, len(outcome))
    fitted = _fitted(treated.astype(float), design) if _enough(treated) else None
    if fitted is None:
        return _nothing(outcome)
    chance = fitted.predict(design)
    weight = np.where(treated, 0.0, chance / (1.0 - chance))
    of_treated, of_others = float(outcome[treated].mean()), float(weight @ outcome / weight.sum())
    gain = weight * (outcome - of_others) / weight.sum()
    influence = np.where(treated, (outcome - of_treated) / treated.sum(), -gain)
    influence -= (design * (treated - chance)[:, None]) @ fitted.inverse @ (gain @ design)
    return StudyMean(of_treated - of_others, influence)


def log_odds_ratio(table: TableOfStudy) -> StudyMean:
    """Leaving after sessions with tears against other sessions of the same stratum, as a log odds ratio.

    The b of a conditional logistic regression of leaving on tears. What all sessions of a stratum have in common cannot
    confound it. statsmodels fits the same (`ConditionalLogit`), in a thousand times as long; tests hold this to it.
    Breslow & Day 1980, IARC Scientific Publications 32.

    Arguments as in `case_crossover`.

    >>> left, saw = np.tile([1, 0], 8), np.array([1, 0] * 6 + [0, 1] * 2)
    >>> found = log_odds_ratio({"left": left, "saw": saw, "stratum": np.repeat(np.arange(8), 2)})
    >>> round(float(np.exp(found.mean)), 6)  # six pairs against two
    3.0
    """
    left, saw = np.asarray(table["left"], bool), np.asarray(table["saw"], bool)
    _, stratum = np.unique(table["stratum"], return_inverse=True)
    telling = (_varies(left, stratum) & _varies(saw, stratum))[stratum]
    if (left & saw & telling).sum() < 2 or not (saw & ~left & telling).any() or not (left & ~saw & telling).any():
        return _nothing(left)
    surplus, information, ratio = np.zeros(0), 0.0, 0.0
    for _ in range(NEWTON_STEPS):
        expected, variance = _expected_leavers(left, saw, stratum, ratio)
        surplus, information = np.bincount(stratum, left & saw) - expected, float(variance.sum())
        ratio += float(np.clip(surplus.sum() / information, -1.0, 1.0))
        if abs(surplus.sum() / information) < SETTLED:
            break
    # A stratum's influence on b: its leavers after tears beyond those expected. It is put into the stratum's first row.
    _, first = np.unique(stratum, return_index=True)
    influence = np.zeros(len(left))
    influence[first] = surplus / information
    return StudyMean(ratio, influence)


def case_crossover(table: TableOfStudy) -> StudyMean:
    """Leaving after sessions with tears against other sessions of the same stratum, such as a therapist's week.

    The log odds ratio b (`log_odds_ratio`) told as what it makes of the share r who left after tears: `r - r0`,
    `logit(r0) = logit(r) - b`. Maclure 1991, doi:10.1093/oxfordjournals.aje.a115853.

    Args:
        table: Columns `left` and `saw` (yes or no) and `stratum` (a whole number), a row a session.

    >>> one = {"left": [1, 0, 0, 0], "saw": [1, 0, 1, 0]}
    >>> table = {name: np.tile(np.array(rows) > 0, 10) for name, rows in one.items()}
    >>> table["left"][3:20:4], table["left"][0:20:4] = True, False
    >>> round(case_crossover({**table, "stratum": np.repeat(np.arange(10), 4)}).mean, 6)
    0.0
    """
    left, saw = np.asarray(table["left"], bool), np.asarray(table["saw"], bool)
    ratio = log_odds_ratio(table)
    if not np.isfinite(ratio.mean):
        return _nothing(left)
    share = float((left & saw).sum() / saw.sum())
    without = float(expit(logit(share) - ratio.mean))
    slope = without * (1.0 - without)
    of_share = np.where(saw, left - share, 0.0) / saw.sum()
    return StudyMean(share - without, (1.0 - slope / (share * (1.0 - share))) * of_share + slope * ratio.influence)


def _expected_leavers(
    left: NDArray[np.bool_], saw: NDArray[np.bool_], stratum: NDArray[np.intp], ratio: float
) -> tuple[Numbers, Numbers]:
    """Of each stratum, how many leavers after tears are expected given its leavers and tears, and the variance.

    A noncentral hypergeometric count a, of `d` leavers and `m` tears among n sessions:
    `P(a) ~ comb(m, a) comb(n - m, d - a) exp(a b)`.
    """
    n, d, m = (np.bincount(stratum, what) for what in (np.ones(len(left)), left, saw))
    a = np.arange(int(np.minimum(d, m).max(initial=0)) + 1)
    weight = comb(m[:, None], a) * comb((n - m)[:, None], d[:, None] - a) * np.exp(a * ratio)
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ a
    return mean, weight @ a**2 - mean**2


def _nothing(rows: NDArray[np.generic]) -> StudyMean:
    return StudyMean(float("nan"), np.zeros(len(rows)))


def _enough(exposed: NDArray[np.bool_]) -> bool:
    """Whether there are some who were exposed, and some who were not."""
    return min(int(exposed.sum()), int((~exposed).sum())) >= _FEWEST


def _outcome(table: TableOfStudy) -> Numbers:
    """The outcome, which has to be known of everybody: people without one have no row."""
    return np.asarray(table["outcome"], float)


class _Fitted:
    """A regression as statsmodels fits it, and what the spread of its coefficients comes of."""

    def __init__(self, coefficients: Numbers, binary: bool, design: Numbers) -> None:
        self._coefficients, self._binary = coefficients, binary
        self.inverse = np.linalg.inv((design * self.slope(design)[:, None]).T @ design)

    def predict(self, design: Numbers) -> Numbers:
        """What is expected of each row."""
        linear = design @ self._coefficients
        return np.asarray(expit(linear) if self._binary else linear)

    def slope(self, design: Numbers) -> Numbers:
        """The derivative of what is predicted by the linear predictor."""
        predicted = self.predict(design)
        return predicted * (1.0 - predicted) if self._binary else np.ones(len(design))


def _fitted(y: Numbers, design: Numbers) -> _Fitted | None:
    """Logistic if y is yes or no, else linear; None where there is nothing to fit, or no maximum."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    binary = bool(np.isin(y, (0.0, 1.0)).all())
    if len(y) <= design.shape[1] or (binary and y.min() == y.max()) or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    with warnings.catch_warnings(), np.errstate(over="ignore"):  # a chance of 0 or 1 is one, however far its log-odds
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            found = GLM(y, design, family=Binomial()).fit() if binary else OLS(y, design).fit()
            return _Fitted(np.asarray(found.params, float), binary, design)
        except (PerfectSeparationWarning, np.linalg.LinAlgError):
            return None


def _design(table: TableOfStudy, given: Sequence[str], rows: int) -> Numbers:
    """A constant and the columns of X as standard scores, for the fit's sake; those that never vary are left out."""
    columns = [np.asarray(table[name], float) for name in given]
    return np.column_stack([np.ones(rows), *((one - one.mean()) / one.std() for one in columns if np.ptp(one) > 0.0)])


def _varies(happened: NDArray[np.bool_], stratum: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Of each stratum, whether something happened in some rows and not in others."""
    often = np.bincount(stratum, happened)
    return np.asarray((often > 0) & (often < np.bincount(stratum)))
