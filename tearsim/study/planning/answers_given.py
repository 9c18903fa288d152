"""Answer strategies: from the table of a study to an estimate with its interval, as studies reckon it.

Each takes a table that a real study could hold: columns of equal length, rows in order of therapists. How it is
reckoned stands in `effects.studies.estimators`; therapists are the independent units throughout.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.study.effects.studies.estimators import Reckoned, interval_of, log_odds_ratio, mean_known, regressed
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


def _over_therapists(found: Reckoned, therapist: NDArray[np.generic], level: float) -> Answered:
    """An estimate with its interval over therapists; nothing where there are too few of them, or nothing varies."""
    begins = np.flatnonzero(np.append(True, therapist[1:] != therapist[:-1])[: len(therapist)])
    by_therapist = np.add.reduceat(found.pulls, begins) if len(begins) else np.zeros(0)
    mean, low, high, therapists = interval_of(found.mean, by_therapist, level)
    return Answered(mean, low, high) if therapists >= FEWEST and low < high else NO_ANSWER


def least_squares(y: Numbers, x: Sequence[Numbers], therapist: NDArray[np.generic], level: float) -> Answered:
    """The first coefficient of a regression with a constant (`estimators.regressed`), over therapists.

    Rows in which anything is missing are left out.

    >>> y, arm, who = np.array([1.0, 2, 3, 5, 4, 6]), np.array([0.0, 0, 0, 1, 1, 1]), np.arange(6)
    >>> found = least_squares(y, [arm], who, 0.05)
    >>> round(found.estimate, 6), found.low < 3.0 < found.high
    (3.0, True)
    """
    columns = [np.asarray(one, float) for one in (y, *x)]
    there = np.isfinite(columns).all(axis=0)
    if there.sum() - len(columns) < FEWEST:
        return NO_ANSWER
    outcome, *on = (one[there] for one in columns)
    return _over_therapists(regressed(outcome, on), therapist[there], level)


def mean_against_0(values: Numbers, therapist: NDArray[np.generic], level: float) -> Answered:
    """A mean of what is known against 0, over therapists."""
    known = np.isfinite(values)
    return _over_therapists(mean_known(values[known]), therapist[known], level)


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

    Case-crossover: Maclure 1991, doi:10.1093/oxfordjournals.aje.a115853.
    """
    return _over_therapists(log_odds_ratio(table), table["therapist"], level)


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
