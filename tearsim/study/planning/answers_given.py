"""Answer strategies: from the table of a study to an estimate with its interval, as studies compute it.

Each takes a table that a real study could hold: columns of equal length, rows in order of therapists. Emulated trials,
means and odds ratios are computed as in `effects.studies.estimators`; therapists are the independent units
throughout.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.study.effects.studies.estimators import (
    StudyMean,
    interval_of,
    log_odds_ratio,
    mean_known,
    standardised,
)
from tearsim.study.effects.studies.records import GIVEN
from tearsim.worlds.outcomes import Numbers

StudyTable = Mapping[str, NDArray[np.generic]]
# Fewest therapists, and rows more than there are coefficients, from which anything is estimated.
FEWEST = 3
# Above this, columns are too much alike for a regression to tell them apart.
MOST_ALIKE = 1e12


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


def _over_therapists(found: StudyMean, therapist: NDArray[np.generic], level: float) -> Answered:
    """An estimate with its interval over therapists; nothing where there are too few of them, or nothing varies."""
    begins = _begins(therapist)
    by_therapist = np.add.reduceat(found.influence, begins) if len(begins) else np.zeros(0)
    return _answered(found.mean, by_therapist, level)


def _answered(mean: float, by_therapist: Numbers, level: float) -> Answered:
    found, low, high, therapists = interval_of(mean, by_therapist, level)
    return Answered(found, low, high) if therapists >= FEWEST and low < high else NO_ANSWER


def _begins(therapist: NDArray[np.generic]) -> NDArray[np.intp]:
    """The first row of each therapist, of rows in order of therapists."""
    return np.flatnonzero(np.append(True, therapist[1:] != therapist[:-1])[: len(therapist)])


def least_squares(y: Numbers, x: Sequence[Numbers], therapist: NDArray[np.generic], level: float) -> Answered:
    """The first coefficient of a least-squares regression with a constant, over therapists.

    The influence of therapist g on `b = A X'y`, `A = (X'X)^-1`, is how far b moves when all their rows are left out,
    `A (I - X_g'X_g A)^-1 X_g'e_g` with residuals e: tears are rare, a few therapists have most of them, and residuals
    as they come would make too little of that (the jackknife; Mancl & DeRouen 2001,
    doi:10.1111/j.0006-341X.2001.00126.x; Bell & McCaffrey 2002). Rows in which anything is missing are left out.

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
    design, begins = np.column_stack([*on, np.ones(len(outcome))]), _begins(therapist[there])
    of_each = np.add.reduceat(design[:, :, None] * design[:, None, :], begins)  # X_g'X_g
    information = of_each.sum(axis=0)
    if np.linalg.cond(information) > MOST_ALIKE:
        return NO_ANSWER
    inverse = np.linalg.inv(information)
    found = inverse @ (design.T @ outcome)
    surplus = np.add.reduceat(design * (outcome - design @ found)[:, None], begins)  # X_g'e_g
    without = np.eye(design.shape[1]) - of_each @ inverse
    if np.linalg.cond(without).max() > MOST_ALIKE:  # nobody else could tell
        return NO_ANSWER
    influence = np.linalg.solve(without, surplus[:, :, None])[:, :, 0] @ inverse[0]
    return _answered(float(found[0]), influence * (1.0 - 1.0 / len(begins)), level)


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
    """How far the outcome moved from before the tears to the weeks asked about after them, of those still there."""
    change, saw = _of(table, "change", "saw")
    return mean_against_0(np.where(saw > 0, change, np.nan), table["therapist"], level)


def trial_emulation(table: StudyTable, level: float) -> Answered:
    """Sessions with tears beside sessions without, each a time zero, standardised to those with tears.

    Adjusted as the emulated trial of `tearsim effects --studies` is, for the same things (`records.GIVEN`).
    """
    known = np.isfinite(_of(table, "outcome", *GIVEN)).all(axis=0)
    if known.sum() <= len(GIVEN):
        return NO_ANSWER
    rows = {name: np.asarray(table[name], float)[known] for name in ("outcome", *GIVEN)}
    found = standardised({**rows, "treated": table["saw"][known]}, GIVEN)
    return _over_therapists(found, table["therapist"][known], level)


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
        "sessions in which tears were first noticed beside sessions without, each a time zero, standardised to those "
        "with tears by the ratings and the distress before, how long they have been in therapy, and whether the client "
        "cried (Hernán & Robins 2016, doi:10.1093/aje/kwv254)", trial_emulation,
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
