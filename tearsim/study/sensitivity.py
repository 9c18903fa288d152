"""Which parameters an outcome depends on: sensitivity indices of a sampled design, with intervals, and what luck adds.

The estimators are SALib's. Intervals come from resampling twice over: whole replicates, because the points of a
replicate share its luck, and the design's own blocks, because another sample of the ranges would have met other points.
"""

import math
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
    share cancels between points, the rest is divided by their number. Missing with one replicate.
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
    blocks: int  # of the design, used
    left_out: int  # for missing outcomes
    replicates: int

    @property
    def table(self) -> pd.DataFrame:
        """The indices, one row a parameter and measure."""
        return pd.DataFrame(self.indices)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs; what is missing is None."""
        return {
            **{name: getattr(self, name) for name in ("outcome", "of", "design", "blocks", "left_out", "replicates")},
            "noise": {name: None if math.isnan(value) else value for name, value in asdict(self.noise).items()},
            "indices": [{k: None if v != v else v for k, v in index._asdict().items()} for index in self.indices],
        }


RESAMPLES = 400


def sensitivity(results: Results | str | Path, outcome: str, resamples: int = RESAMPLES) -> list[Sensitivity]:
    """How an outcome depends on the parameters of a finished sobol or morris design; see `sensitivity_of`."""
    opened = results if isinstance(results, Results) else open_results(results)
    return list(sensitivity_of(opened, outcome, resamples))


def sensitivity_of(results: Results, outcome: str, resamples: int) -> Iterator[Sensitivity]:
    """The sensitivity of an outcome, for each combination of crossed values, and for shown minus held back tears.

    Raises TearSimError for an unknown outcome, an unfinished sweep, a design without indices, and an outcome that is
    missing nearly everywhere.
    """
    experiment = results.experiment
    if experiment.design.kind not in MEASURES:
        raise TearSimError(
            f'{results.folder} holds a design of kind "{experiment.design.kind}"; indices need one of kind '
            '"sobol" or "morris".'
        )
    if outcome not in OUTCOMES:
        raise TearSimError(f'There is no outcome "{outcome}".{nearest(outcome, OUTCOMES)}')
    if not results.finished:
        raise TearSimError(
            f"{results.folder} is unfinished: indices need every design point; continue its sweep first."
        )
    crossed = combinations(experiment.design.cross)
    measured = _by_replicate_and_point(results, outcome)
    of = {_in_words(values): measured[:, i :: len(crossed)] for i, values in enumerate(crossed)}
    for words, difference in _effects_of_showing(crossed, measured):
        of[words] = difference
    for words, values in of.items():
        yield indices_of(experiment, outcome, words, values, resamples)


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

    Raises TearSimError if fewer than two blocks of the design have the outcome at every point.
    """
    design, names = experiment.design, list(experiment.design.vary)
    estimate, block = _estimator(experiment)
    blocks = np.arange(measured.shape[1]).reshape(-1, block)
    nowhere = np.isfinite(measured).sum(axis=0) == 0
    whole = blocks[~nowhere[blocks].any(axis=1)]
    if len(whole) < 2:
        raise TearSimError(f"{outcome} is missing at so many design points that there are no indices for it.")
    found = estimate(_means(measured), whole)
    drawn = list(_resampled(measured, whole, estimate, resamples, design.seed))
    indices = []
    for measure in MEASURES[design.kind]:
        half = HALF_WIDTH * np.std([one[measure] for one in drawn], axis=0, ddof=1)
        values = zip(names, found[measure].tolist(), half.tolist(), strict=True)
        indices += [Index(name, measure, value, value - width, value + width) for name, value, width in values]
    return Sensitivity(
        outcome, of, design.kind, indices, noise_of(measured[:, whole.ravel()]), len(whole), len(blocks) - len(whole),
        len(measured),
    )  # fmt: skip


def _means(measured: Numbers, weights: Numbers | None = None) -> Numbers:
    """Means over replicates, missing outcomes left out; shape (points,)."""
    weights = np.ones(len(measured)) if weights is None else weights
    there = ~np.isnan(measured)
    with np.errstate(invalid="ignore"):
        return (weights @ np.where(there, measured, 0.0)) / (weights @ there)


def _resampled(measured: Numbers, blocks: NDArray[Any], estimate: Callable[[Numbers, NDArray[Any]], Indices],
               resamples: int, seed: int) -> Iterator[Indices]:  # fmt: skip
    """Indices of samples drawn anew, with replacement, from the replicates and from the design's blocks."""
    generator = generator_for("resampling", seed)
    for _ in range(resamples):
        replicates = generator.integers(len(measured), size=len(measured))
        means = _means(measured, np.bincount(replicates, minlength=len(measured)).astype(float))
        drawn = blocks[generator.integers(len(blocks), size=len(blocks))]
        there = drawn[~np.isnan(means[drawn]).any(axis=1)]
        if len(there) > 1:
            yield estimate(means, there)


def _estimator(experiment: Experiment) -> tuple[Callable[[Numbers, NDArray[Any]], Indices], int]:
    """SALib's estimator as a function of point means and blocks of points; and how many points a block has."""
    dimensions = len(experiment.design.vary)
    cube = problem(dimensions)
    if experiment.design.kind == "sobol":
        from SALib.analyze import sobol

        def total_and_first_order(means: Numbers, blocks: NDArray[Any]) -> Indices:
            values = means[blocks].ravel()
            if np.ptp(values) == 0.0:
                return dict.fromkeys(MEASURES["sobol"], np.full(dimensions, np.nan))
            # SALib resamples too; its intervals know nothing of replicates, so it is asked for as few as it allows.
            return dict(sobol.analyze(cube, values, calc_second_order=False, num_resamples=2, seed=1))

        return total_and_first_order, dimensions + 2
    from SALib.analyze import morris

    def elementary_effects(means: Numbers, blocks: NDArray[Any]) -> Indices:
        rows = blocks.ravel()
        found = morris.analyze(
            cube, experiment.cube[rows], means[rows], num_resamples=2, num_levels=experiment.design.levels, seed=1
        )
        return {name: np.asarray(found[name], float) for name in MEASURES["morris"]}

    return elementary_effects, dimensions + 1


def noise_of(measured: Numbers) -> Noise:
    """What luck adds to an outcome of shape (replicates, points), by a two-way analysis of variance.

    `y = mean + point + replicate + rest`: the rest has variance `sum(rest^2) / ((points - 1)*(replicates - 1))`.
    """
    measured = measured[:, ~np.isnan(measured).any(axis=0)]
    replicates, points = measured.shape
    if points < 2:
        return Noise(np.nan, np.nan, np.nan)
    means = measured.mean(axis=0)
    between = float(means.var(ddof=1))
    if replicates < 2:
        return Noise(math.sqrt(between), np.nan, np.nan)
    of_replicates = measured.mean(axis=1, keepdims=True)
    rest = measured - means - of_replicates + measured.mean()
    left = float((rest**2).sum()) / ((points - 1) * (replicates - 1))
    runs = float(measured.var(axis=0, ddof=1).mean())
    return Noise(math.sqrt(between), math.sqrt(runs), min(1.0, left / replicates / between) if between else np.nan)
