"""Answer strategies: from the table of a study to an estimate with its interval, as studies reckon it.

Each takes a table that a real study could hold: columns of equal length, rows in order of therapists. Therapists are
the independent units throughout, and errors robust to how alike their clients are (Liang & Zeger 1986,
doi:10.1093/biomet/73.1.13), with Student's t of one fewer than there are therapists.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from tearsim.worlds.outcomes import Numbers

StudyTable = Mapping[str, NDArray[np.generic]]
# Fewest therapists, and rows more than there are coefficients, from which anything is reckoned.
FEWEST = 3


class Answered(NamedTuple):
    """An estimate with its interval; all missing where the data give none."""

    estimate: float
    low: float
    high: float


NO_ANSWER = Answered(float("nan"), float("nan"), float("nan"))


class StudyEstimator(NamedTuple):
    """A way of answering: which kinds of data it reads, of which outcomes, on which scale, and how it is told."""

    reads: tuple[str, ...]
    outcomes: tuple[str, ...]
    scale: str  # "difference", of the inquiry; "log odds ratio"; "another", which says a sign at best
    words: str
    answer: Callable[[StudyTable, float], Answered]


def least_squares(y: Numbers, x: Sequence[Numbers], therapist: NDArray[np.generic], level: float) -> Answered:
    """The first coefficient of a regression with a constant, with errors that take therapists as the units.

    `b = (X'X)^-1 X'y`, of covariance `c (X'X)^-1 [sum_g X_g' e_g e_g' X_g] (X'X)^-1`, where
    `c = G/(G - 1) * (N - 1)/(N - K)` over G therapists, N rows and K coefficients. Missing rows are left out.

    >>> y, arm, who = np.array([1.0, 2, 3, 5, 4, 6]), np.array([0.0, 0, 0, 1, 1, 1]), np.arange(6)
    >>> found = least_squares(y, [arm], who, 0.05)
    >>> round(found.estimate, 6), found.low < 3.0 < found.high
    (3.0, True)
    """
    columns = [np.asarray(one, float) for one in x]
    there = np.isfinite(y)
    for one in columns:
        there &= np.isfinite(one)
    y, design = np.asarray(y, float)[there], np.column_stack([*(one[there] for one in columns), np.ones(there.sum())])
    who = therapist[there]
    begins = np.flatnonzero(np.r_[True, who[1:] != who[:-1]]) if len(who) else np.zeros(0, int)
    rows, coefficients = design.shape
    groups = len(begins)
    if groups < FEWEST or rows - coefficients < FEWEST:
        return NO_ANSWER
    information = design.T @ design
    if np.linalg.cond(information) > 1e12:
        return NO_ANSWER
    inverse = np.linalg.inv(information)
    found = inverse @ (design.T @ y)
    scores = np.add.reduceat(design * (y - design @ found)[:, None], begins, axis=0)
    correction = groups / (groups - 1) * (rows - 1) / (rows - coefficients)
    spread = correction * inverse @ (scores.T @ scores) @ inverse
    error = float(np.sqrt(spread[0, 0]))
    if not np.isfinite(error) or error <= 0.0:
        return NO_ANSWER
    half = float(stdtrit(groups - 1, 1.0 - level / 2.0)) * error
    return Answered(float(found[0]), float(found[0]) - half, float(found[0]) + half)


def mean_against_0(values: Numbers, therapist: NDArray[np.generic], level: float) -> Answered:
    """A mean against 0, therapists being the units: the constant of a regression on nothing else."""
    there = np.isfinite(values)
    values, who = np.asarray(values, float)[there], therapist[there]
    begins = np.flatnonzero(np.r_[True, who[1:] != who[:-1]]) if len(who) else np.zeros(0, int)
    groups = len(begins)
    if groups < FEWEST:
        return NO_ANSWER
    mean = float(values.mean())
    sums = np.add.reduceat(values - mean, begins)
    error = float(np.sqrt(groups / (groups - 1) * np.sum(sums**2))) / len(values)
    if error <= 0.0:
        return NO_ANSWER
    half = float(stdtrit(groups - 1, 1.0 - level / 2.0)) * error
    return Answered(mean, mean - half, mean + half)


def _of(table: StudyTable, *names: str) -> list[Numbers]:
    return [np.asarray(table[name], float) for name in names]


def plain_difference(table: StudyTable, level: float) -> Answered:
    """The outcome of those assigned to the first strategy minus that of the others."""
    outcome, assigned = _of(table, "outcome", "assigned")
    return least_squares(outcome, [assigned], table["therapist"], level)


def adjusted_difference(table: StudyTable, level: float) -> Answered:
    """The same, given what was measured before (analysis of covariance)."""
    outcome, assigned, before = _of(table, "outcome", "assigned", "before")
    return least_squares(outcome, [assigned, before], table["therapist"], level)


def exposed_against_unexposed(table: StudyTable, level: float) -> Answered:
    """The outcome of clients who saw tears minus that of clients who saw none: an association, not an effect."""
    outcome, saw = _of(table, "outcome_at_end", "saw")
    return least_squares(outcome, [saw], table["therapist"], level)


def before_and_after(table: StudyTable, level: float) -> Answered:
    """How far the outcome moved from the session before the tears to so many weeks after, of those still there."""
    change, saw = _of(table, "change", "saw")
    return mean_against_0(np.where(saw > 0, change, np.nan), table["therapist"], level)


def trial_emulation(table: StudyTable, level: float) -> Answered:
    """Sessions with tears beside sessions without, each a time zero, given the course so far (Hernán & Robins 2016,
    doi:10.1093/aje/kwv254).
    """
    outcome, saw, before, distress, week = _of(table, "outcome", "saw", "before", "distress_before", "week")
    return least_squares(outcome, [saw, before, distress, week, week**2], table["therapist"], level)


def noticed_against_unnoticed(table: StudyTable, level: float) -> Answered:
    """Near tears that the client noticed beside near tears that escaped them, given the rating before."""
    outcome, noticed, before, tears = _of(table, "outcome", "noticed", "before", "level")
    return least_squares(np.where(tears == 1, outcome, np.nan), [noticed, before], table["therapist"], level)


def spoken_against_unspoken(table: StudyTable, level: float) -> Answered:
    """Noticed tears that were spoken of beside those that were not, given the rating before."""
    outcome, spoken, before, noticed = _of(table, "outcome", "spoken", "before", "noticed")
    return least_squares(np.where(noticed > 0, outcome, np.nan), [spoken, before], table["therapist"], level)


def believed(table: StudyTable, level: float) -> Answered:
    """Therapists who believe that their latest tears helped minus those who believe that they harmed, as a share."""
    return mean_against_0(_of(table, "believed")[0], table["therapist"], level)


def conditional_log_odds(table: StudyTable, level: float) -> Answered:
    """Log odds ratio of leaving after a session with tears, within therapists' weeks (conditional logistic regression).

    Breslow & Day (1980), IARC Scientific Publications 32; case-crossover: Maclure 1991,
    doi:10.1093/oxfordjournals.aje.a115853.
    """
    from statsmodels.discrete.conditional_models import ConditionalLogit

    left, saw = _of(table, "left", "saw")
    if not (left * saw).any() or not ((1 - left) * saw).any():
        return NO_ANSWER
    try:
        fitted = ConditionalLogit(left, saw[:, None], groups=np.asarray(table["stratum"])).fit(disp=0, maxiter=50)
        estimate, error = float(fitted.params[0]), float(fitted.bse[0])
    except (np.linalg.LinAlgError, ValueError):
        return NO_ANSWER
    if not (np.isfinite(error) and 0.0 < error < 10.0):
        return NO_ANSWER
    half = float(stdtrit(1e9, 1.0 - level / 2.0)) * error
    return Answered(estimate, estimate - half, estimate + half)


_ALL = ("left", "rating", "distress")
STUDY_ESTIMATORS: dict[str, StudyEstimator] = {
    "difference": StudyEstimator(
        ("prompt", "training"), _ALL, "difference",
        "mean of those assigned to the first strategy minus that of the others", plain_difference,
    ),
    "adjusted difference": StudyEstimator(
        ("prompt", "training"), _ALL, "difference",
        "mean of those assigned to the first strategy minus that of the others, given what was measured before "
        "(analysis of covariance)", adjusted_difference,
    ),
    "exposed against unexposed": StudyEstimator(
        ("cohort",), _ALL, "difference",
        "mean of clients who saw tears minus that of clients who saw none: an association, not an effect",
        exposed_against_unexposed,
    ),
    "before and after": StudyEstimator(
        ("cohort", "diary"), ("rating", "distress"), "difference",
        "change from the session before the tears, of those still there: no other life to compare with",
        before_and_after,
    ),
    "trial emulation": StudyEstimator(
        ("cohort",), _ALL, "difference",
        "sessions with tears beside sessions without, each a time zero, given the course so far", trial_emulation,
    ),
    "noticed against unnoticed": StudyEstimator(
        ("diary",), _ALL, "difference",
        "near tears that the client noticed beside near tears that escaped them, given the rating before",
        noticed_against_unnoticed,
    ),
    "spoken against unspoken": StudyEstimator(
        ("diary",), _ALL, "difference",
        "noticed tears that were spoken of beside those that were not, given the rating before",
        spoken_against_unspoken,
    ),
    "what therapists believe": StudyEstimator(
        ("survey", "diary"), _ALL, "another",
        "share of therapists who believe that their latest tears helped minus the share who believe that they harmed",
        believed,
    ),
    "conditional log odds": StudyEstimator(
        ("case-crossover",), ("left",), "log odds ratio",
        "log odds ratio of leaving after a session with tears, within therapists’ weeks", conditional_log_odds,
    ),
}  # fmt: skip
