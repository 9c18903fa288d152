"""How likely each world is, given a study's result: importance weights, as wide as the other worlds predict best.

The worlds are a sample of all that fit the evidence. A large study, weighed by its sampling error alone, would pick out
the one world nearest by, and seem to settle what it does not; so each world stands for its neighbours too, by a width
that is chosen by cross-validation, for each world from the others alone.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from tearsim.study.estimates import WORLD
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.tried import pool_size
from tearsim.worlds.outcomes import Numbers

# Widths that are tried, in standard deviations of what a study finds in worlds; the last is that of no study at all.
WIDTHS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, np.inf)
NEXT_TO_NOTHING = 1e-9  # a sum of weights of which the largest is 1
LEAST_VARIANCE = 1e-300


class StudyResults(NamedTuple):
    """What one study finds, and what worlds predict of it."""

    found: Numbers  # [world, luck, study]
    means: Numbers  # of a world under one luck: [world, luck]
    errors: Numbers  # sampling error of a result and of what is predicted of it: [world]


def results_of(plan: PlannedStudy, worlds: int) -> StudyResults:
    """The results of a study with its largest number of therapists.

    The sampling error is the study's own, `s_j^2 = mean of ((high - low) / (2 z))^2`, times `1 + n/M` for what a world
    predicts is itself a mean over a pool of M therapists.
    """
    rows = plan.studies[plan.studies["n"] == plan.largest.n].sort_values([WORLD, "luck", "study"])
    shape = (worlds, plan.study.diagnosis.lucks, plan.study.diagnosis.studies)
    found, low, high = (rows[name].to_numpy(float).reshape(shape) for name in ("estimate", "low", "high"))
    squares = ((high - low) / (2.0 * ndtri(1.0 - plan.study.answer.level / 2.0))) ** 2
    errors = np.sqrt(_mean_of_known(squares, (1, 2)) * (1.0 + plan.largest.n / pool_size(plan.study)))
    return StudyResults(found, _mean_of_known(found, (2,)), errors)


def _mean_of_known(values: Numbers, axes: tuple[int, ...]) -> Numbers:
    """Means over some axes of what is known; missing where nothing is."""
    known = np.isfinite(values)
    number = known.sum(axis=axes)
    sums = np.where(known, values, 0.0).sum(axis=axes)
    return np.asarray(np.where(number > 0, sums / np.maximum(number, 1), np.nan))


def likelihoods(results: StudyResults, width: float) -> Numbers:
    """How likely each result is in each world but its own, the likeliest of all being 1; shape (world, result, world).

    `p(e | j) ~ N(e; m_j, s_j^2 + (width*b)^2)`, m_j being what world j predicts under other luck, and b the standard
    deviation of all m. A result that is missing, and an endless width, leave all worlds as likely as they were.
    """
    worlds, lucks, studies = results.found.shape
    itself = np.eye(worlds, dtype=bool)[:, None, :]
    likely = np.ones((worlds, lucks * studies, worlds))
    if np.isfinite(width):
        predicted = np.roll(results.means, -1, axis=1).T  # by the next luck; [luck, world]
        spread = np.sqrt(results.errors**2 + (width * np.nanstd(results.means)) ** 2)
        usable = np.isfinite(predicted) & (spread > 0.0)
        spread = np.where(spread > 0.0, spread, 1.0)
        away = (results.found[:, :, :, None] - predicted[:, None, :]) / spread
        log = np.where(usable[:, None, :], -0.5 * away**2 - np.log(spread), -np.inf)
        log = np.where(np.isfinite(results.found)[..., None], log, 0.0).reshape(likely.shape)
        log = np.where(itself, -np.inf, log)
        best = log.max(axis=2, keepdims=True)
        likely = np.where(np.isfinite(best), np.exp(log - np.where(np.isfinite(best), best, 0.0)), 1.0)
    return np.where(itself, 0.0, likely)


def weights_at(results: StudyResults, widths: Numbers) -> Numbers:
    """The weights of the other worlds after each result, at a width for each world; shape (world, result, world)."""
    found = np.empty_like(likelihoods(results, np.inf))
    for width in np.unique(widths):
        likely = likelihoods(results, width)[widths == width]
        found[widths == width] = likely / likely.sum(axis=2, keepdims=True)
    return found


def widths_by_cross_validation(results: StudyResults, effects: Numbers) -> Numbers:
    """The width for each world with which the *other* worlds predict each other's effects; shape (world,).

    For world w the loss of a width is `mean over questions of (t_v - predicted_v)^2 / var(t)`, a mean over worlds v
    other than w, each predicted from its results by worlds that are neither v nor w (leave-one-out, as for kernel
    regression: Härdle & Marron 1985, doi:10.1214/aos/1176349748). Chosen is the largest of `WIDTHS` whose loss is above
    the least by no more than one standard error of the difference (Breiman, Friedman, Olshen & Stone 1984, section
    3.4.3), so that luck does not choose. No world's effect has a say in the width that it is predicted with; a study
    whose results say nothing of effects is not believed at all.

    This rule was laid down on 29 November 2026, in place of a rule of thumb that had been chosen in view of a ranking.
    Cross-validation was chosen before any ranking by it was seen; the standard error was added after one of four worlds
    had been, since a study that says nothing was still believed a little. Rankings of more worlds came afterwards.

    Args:
        results: What the study finds, and what worlds predict of it.
        effects: The effect in each world, by question; shape (questions, world), each in its unit.
    """
    losses = np.array([_losses(likelihoods(results, width), effects) for width in WIDTHS])  # [width, world, left out]
    return np.array([_widest(np.delete(losses[:, :, left], left, axis=1)) for left in range(effects.shape[1])])


def _widest(losses: Numbers) -> float:
    """The largest width that is no worse than the best but for luck; losses of shape (widths, worlds)."""
    more = losses - losses[losses.mean(axis=1).argmin()]
    error = more.std(axis=1, ddof=1) / np.sqrt(losses.shape[1])
    return WIDTHS[int(np.flatnonzero(more.mean(axis=1) <= error).max())]


def _losses(likely: Numbers, effects: Numbers) -> Numbers:
    """The squared error of each world, another being left out as well, in variances; shape (world, world left out)."""
    worlds = effects.shape[1]
    sums = likely.sum(axis=2)[:, :, None] - likely  # [world, result, left out]
    found = np.zeros((worlds, worlds))
    for one in effects:
        away = one - one.mean()
        of_others = -(away[:, None] + away) / (worlds - 2)  # their mean
        predicted = (likely @ away)[:, :, None] - likely * away
        known = sums > NEXT_TO_NOTHING
        predicted = np.where(known, predicted / np.where(known, sums, 1.0), of_others[:, None, :])
        variance = (np.sum(away**2) - away**2) / (worlds - 1) - (away / (worlds - 1)) ** 2
        found += ((predicted - away[:, None, None]) ** 2).mean(axis=1) / np.maximum(variance, LEAST_VARIANCE)
    return found / len(effects)
