"""Which parameters an outcome depends on: sensitivity indices of a sampled design, with intervals, and what luck adds.

The estimators are SALib's. They take every difference between design points for the parameters' doing, so what luck is
left in the points' means is measured and taken out of them (Sobol'), or shown as the floor it makes (Morris).
Intervals come from resampling twice over: whole replicates, because the points of a replicate share its luck, and the
design's own blocks, because another sample of the ranges would have met other points.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim.errors import TearSimError
from tearsim.science.declaration import nearest
from tearsim.science.luck import generator_for
from tearsim.study.designs import combinations, problem
from tearsim.study.experiment import Experiment
from tearsim.study.plan import WHOLE
from tearsim.study.results import Results, open_results
from tearsim.worlds.outcomes import OUTCOMES

DEFAULT_OUTCOMES = ("alliance_mean", "dropout_rate")
# Half the width of a 95 % interval, in standard deviations of the resampled index.
HALF_WIDTH = 1.959964

# What the two kinds of design measure, and how to say it.
MEASURES = {
    "sobol": {"S1": "first order: by itself", "ST": "total: with interactions"},
    "morris": {"mu_star": "mean effect, either way", "sigma": "how much it varies"},
}
# The measure that says how much a parameter matters in all.
RANKS_BY = {"sobol": "ST", "morris": "mu_star"}
Numbers = NDArray[np.float64]
Indices = dict[str, Numbers]
Estimator = Callable[[Numbers, float, NDArray[Any]], Indices]
# Draws that intervals are made from.
RESAMPLES = 400


class Index(NamedTuple):
    """One measure of one parameter, with its 95 % interval."""

    parameter: str
    measure: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Noise:
    """What luck adds: standard deviations between points and between runs of one point, in the outcome's unit.

    `left_in_means` is the share of the variance between points' means that is leftover luck, 0 to 1: what replicates
    share cancels between points, the rest is divided by their number.
    """

    between_points: float
    between_runs: float
    left_in_means: float


@dataclass(frozen=True)
class Sensitivity:
    """How an outcome depends on the parameters of a sampled design."""

    outcome: str
    of: str  # at which crossed values, or which difference; empty for a design without crossing
    design: str
    indices: list[Index]
    noise: Noise
    luck_alone: float  # the mean effect that luck alone would show, in a morris design; otherwise missing
    blocks: int  # of the design, used
    left_out: int  # for missing outcomes
    replicates: int

    @property
    def table(self) -> pd.DataFrame:
        """The indices, one row a parameter and measure."""
        return pd.DataFrame(self.indices)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs; what is missing is None."""
        names = ("outcome", "of", "design", "luck_alone", "blocks", "left_out", "replicates")
        return {
            **{name: _or_none(getattr(self, name)) for name in names},
            "noise": {name: _or_none(value) for name, value in asdict(self.noise).items()},
            "indices": [{name: _or_none(value) for name, value in index._asdict().items()} for index in self.indices],
        }


def _or_none(value: Any) -> Any:
    return None if value != value else value


def sensitivity(results: Results | str | Path, outcome: str, resamples: int = RESAMPLES) -> list[Sensitivity]:
    """The sensitivity of an outcome, for each combination of crossed values, and for shown minus held back tears.

    Raises TearSimError for an unknown outcome, results that are unfinished, of one shard, of one replicate, of another
    design than their experiment's now, or of a design without indices, and for an outcome missing nearly everywhere.
    """
    opened = results if isinstance(results, Results) else open_results(results)
    if outcome not in OUTCOMES:
        raise TearSimError(f'There is no outcome "{outcome}".{nearest(outcome, OUTCOMES)}')
    _refuse_without_indices(opened)
    experiment = opened.experiment
    crossed = combinations(experiment.design.cross)
    measured = _by_replicate_and_point(opened, outcome)
    of = {_in_words(values): measured[:, i :: len(crossed)] for i, values in enumerate(crossed)}
    of |= dict(_effects_of_showing(crossed, measured))
    return [indices_of(experiment, outcome, words, values, resamples) for words, values in of.items()]


def _refuse_without_indices(results: Results) -> None:
    kind, where, shard = results.experiment.design.kind, results.folder, results.provenance["shard"]
    if kind not in MEASURES:
        needed = " or ".join(f'"{name}"' for name in MEASURES)
        raise TearSimError(f'{where} holds a design of kind "{kind}"; indices need one of kind {needed}.')
    if shard != str(WHOLE):
        raise TearSimError(f"{where} is shard {shard} alone: put all together first, with tearsim merge.")
    if not results.finished:
        raise TearSimError(f"{where} is unfinished: indices need every design point; continue its sweep first.")
    if results.provenance["replicates"] < 2:
        raise TearSimError(
            f"{where} has one replicate, which cannot tell luck from what parameters do; run two or more."
        )
    if results.experiment.fingerprint() != results.provenance["experiment_hash"]:
        raise TearSimError(
            f"{where}: its experiment now draws other points than were run (its file, or SALib, changed)."
        )


def _by_replicate_and_point(results: Results, outcome: str) -> Numbers:
    """An outcome by replicate and design point, missing where there is none; shape (replicates, points)."""
    runs = results.table("runs", ["design_point", "replicate", outcome])
    measured = np.full((results.provenance["replicates"], results.provenance["design_points"]), np.nan)
    measured[runs["replicate"], runs["design_point"]] = runs[outcome]
    return measured


def _effects_of_showing(crossed: list[dict[str, Any]], measured: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Shown minus held back, where the design is crossed with both, at each combination of what else is crossed."""
    for i, shown in enumerate(crossed):
        held = {**shown, "tears": "held back"}
        if shown.get("tears") == "shown" and held in crossed:
            rest = {name: value for name, value in shown.items() if name != "tears"}
            words = ", ".join(filter(None, ("what showing the tears did", _in_words(rest))))
            yield words, measured[:, i :: len(crossed)] - measured[:, crossed.index(held) :: len(crossed)]


def _in_words(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def indices_of(experiment: Experiment, outcome: str, of: str, measured: Numbers, resamples: int) -> Sensitivity:
    """Indices of one table of an outcome, shape (replicates, points), and their intervals.

    Raises TearSimError if fewer than two blocks of the design have the outcome at every point, or if most resamples
    do not.
    """
    design, names = experiment.design, list(experiment.design.vary)
    estimate, block = _estimator(experiment)
    blocks = np.arange(measured.shape[1]).reshape(-1, block)
    there = np.isfinite(measured).sum(axis=0) > 0
    whole = blocks[there[blocks].all(axis=1)]
    if len(whole) < 2:
        raise TearSimError(_TOO_FEW.format(outcome))
    own = own_luck(measured[:, whole.ravel()])
    once = np.ones(len(measured))
    found = estimate(*_means(measured, once, own), whole)
    drawn = list(_resampled(measured, whole, own, estimate, resamples, design.seed))
    if len(drawn) < resamples / 2:
        raise TearSimError(_TOO_FEW.format(outcome))
    indices = []
    for measure in MEASURES[design.kind]:
        half = HALF_WIDTH * np.std([one[measure] for one in drawn], axis=0, ddof=1)
        values = zip(names, found[measure].tolist(), half.tolist(), strict=True)
        indices += [Index(name, measure, value, value - width, value + width) for name, value, width in values]
    means, left = _means(measured, once, own)
    luck_alone = 2.0 * math.sqrt(left / math.pi) / _step(design.levels) if design.kind == "morris" else math.nan
    return Sensitivity(
        outcome, of, design.kind, indices, _noise(measured[:, whole.ravel()], means[whole.ravel()], left), luck_alone,
        len(whole), len(blocks) - len(whole), len(measured),
    )  # fmt: skip


_TOO_FEW = "{} is missing at so many design points that there are no indices for it."


def _means(measured: Numbers, weights: Numbers, own: float) -> tuple[Numbers, float]:
    """Points' means over weighted replicates, shape (points,), and the variance of luck that is left in them.

    Where outcomes are missing, points would meet different replicates; so what replicates share is fitted and taken
    out: `y = point + replicate + own luck`, by least squares. Of own luck, a mean with weights w keeps
    `variance * sum(w^2) / sum(w)^2`.
    """
    there = np.isfinite(measured)
    weighted = weights[:, None] * there
    number = weighted.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (weighted * np.where(there, measured, 0.0)).sum(axis=0) / number
        left = own * float(np.nanmean((weights[:, None] * weighted).sum(axis=0) / number**2))
    if there.all():
        return means, left
    has = number > 0
    counted, away = weighted[:, has], np.where(there, measured - means, 0.0)[:, has]
    shares = counted / number[has]
    normal = np.diag(counted.sum(axis=1)) - counted @ shares.T
    of_replicates = np.linalg.lstsq(normal, (counted * away).sum(axis=1), rcond=None)[0]
    means[has] -= of_replicates @ shares
    return means, left


def own_luck(measured: Numbers) -> float:
    """Variance of a run's own luck, shape (replicates, points) given: what neither point nor replicate explains.

    `y = point + replicate + rest`; the variance is `sum(rest^2) / (runs - points - replicates + 1)`.
    """
    there = np.isfinite(measured)
    means, _ = _means(measured, np.ones(len(measured)), 0.0)
    away = measured - means
    rest = away - np.nanmean(away, axis=1, keepdims=True)
    freedom = there.sum() - measured.shape[1] - len(measured) + 1
    return float(np.nansum(rest**2) / freedom) if freedom > 0 else 0.0


def _noise(measured: Numbers, means: Numbers, left: float) -> Noise:
    between = float(means.var(ddof=1))
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a point with one run has no variance
        runs = float(np.nanmean(np.nanvar(measured, axis=0, ddof=1)))
    return Noise(math.sqrt(between), math.sqrt(runs), min(1.0, left / between) if between else math.nan)


def _resampled(measured: Numbers, blocks: NDArray[Any], own: float, estimate: Estimator, resamples: int,
               seed: int) -> Iterator[Indices]:  # fmt: skip
    """Indices of samples drawn anew, with replacement, from the replicates and from the design's blocks."""
    generator = generator_for("resampling", seed)
    for _ in range(resamples):
        replicates = generator.integers(len(measured), size=len(measured))
        weights = np.bincount(replicates, minlength=len(measured)).astype(float)
        drawn = blocks[generator.integers(len(blocks), size=len(blocks))]
        means, left = _means(measured, weights, own)
        there = drawn[np.isfinite(means)[drawn].all(axis=1)]
        if len(there) > len(drawn) / 2:
            yield estimate(means, left, there)


def _estimator(experiment: Experiment) -> tuple[Estimator, int]:
    """SALib's estimator, luck taken out, as a function of point means, the variance of luck left in them, and blocks of
    points; and how many points a block has.

    Luck left in the means makes up a share L of their variance: SALib then gives `S1*(1 - L)` and `ST*(1 - L) + L`. It
    adds `2*luck/step^2` to the variance of an elementary effect.
    """
    dimensions = len(experiment.design.vary)
    cube = problem(dimensions)
    if experiment.design.kind == "sobol":
        from SALib.analyze import sobol

        def total_and_first_order(means: Numbers, left: float, blocks: NDArray[Any]) -> Indices:
            values = means[blocks].ravel()
            luck = left / float(values.var()) if np.ptp(values) else 1.0
            if luck >= 1.0:
                return dict.fromkeys(MEASURES["sobol"], np.full(dimensions, np.nan))
            # SALib resamples too; its intervals know nothing of replicates, so it is asked for as few as it allows.
            found = sobol.analyze(cube, values, calc_second_order=False, num_resamples=2, seed=1)
            return {"S1": found["S1"] / (1.0 - luck), "ST": (found["ST"] - luck) / (1.0 - luck)}

        return total_and_first_order, dimensions + 2
    from SALib.analyze import morris

    def elementary_effects(means: Numbers, left: float, blocks: NDArray[Any]) -> Indices:
        rows, levels = blocks.ravel(), experiment.design.levels
        found = morris.analyze(cube, experiment.cube[rows], means[rows], num_resamples=2, num_levels=levels, seed=1)
        varies = np.asarray(found["sigma"], float) ** 2 - 2.0 * left / _step(levels) ** 2
        return {"mu_star": np.asarray(found["mu_star"], float), "sigma": np.sqrt(np.maximum(0.0, varies))}

    return elementary_effects, dimensions + 1


def _step(levels: int) -> float:
    """How far a trajectory of a morris design moves a parameter, as a share of its range."""
    return levels / (2.0 * (levels - 1.0))
