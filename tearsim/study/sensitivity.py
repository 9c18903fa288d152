"""Which parameters an outcome depends on: sensitivity indices of a sampled design, with intervals, and what luck adds.

The estimators are SALib's. They take every difference between design points for the parameters' doing, so what luck
leaves in such differences is measured, replicate by replicate, and taken out (Sobol'), or shown beside (Morris).
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
from tearsim.study.designs import EXTRA_POINTS, combinations, problem
from tearsim.study.experiment import Experiment
from tearsim.study.results import Results, open_results
from tearsim.study.summary import NORMAL
from tearsim.worlds.outcomes import OUTCOMES

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
# Points' means that differ by no more than this share of them are equal.
ROUNDING = 1e-12
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
    luck_alone: dict[str, float]  # the mean effect of each parameter that luck alone would show, in a morris design
    blocks: int  # of the design, used
    left_out: int  # for missing outcomes
    replicates: int  # that have the outcome
    constant: bool = False  # the outcome is the same at every design point

    @property
    def table(self) -> pd.DataFrame:
        """The indices, one row a parameter and measure."""
        return pd.DataFrame(self.indices)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs; what is missing is None."""
        names = ("outcome", "of", "design", "luck_alone", "blocks", "left_out", "replicates", "constant")
        return {
            **{name: getattr(self, name) for name in names},
            "noise": {name: _or_none(value) for name, value in asdict(self.noise).items()},
            "indices": [{name: _or_none(value) for name, value in index._asdict().items()} for index in self.indices],
        }


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def sensitivity(results: Results | str | Path, outcome: str, resamples: int = RESAMPLES) -> list[Sensitivity]:
    """The sensitivity of an outcome, for each combination of crossed values, and for shown minus held back tears.

    Where an outcome is missing at every point, such as how tears were received where none are shown, it has no indices.

    Raises TearSimError for an unknown outcome, results that are unfinished, of one shard, of one replicate, of another
    design than their experiment's now, or of a design without indices, and for an outcome missing nearly everywhere.
    """
    opened = results if isinstance(results, Results) else open_results(results)
    if outcome not in OUTCOMES:
        known = nearest(outcome, OUTCOMES) or f" It is one of {', '.join(OUTCOMES)}."
        raise TearSimError(f'There is no outcome "{outcome}".{known}')
    _refuse_without_indices(opened)
    experiment = opened.experiment
    crossed = combinations(experiment.design.cross)
    measured = _by_replicate_and_point(opened, outcome)
    of = {_in_words(values): measured[:, i :: len(crossed)] for i, values in enumerate(crossed)}
    of |= dict(_effects_of_showing(crossed, measured))
    found = [indices_of(experiment, outcome, words, values, resamples) for words, values in of.items()]
    if not any(one.indices for one in found):
        raise TearSimError(_TOO_FEW.format(outcome))
    return found


def _refuse_without_indices(results: Results) -> None:
    kind, where = results.experiment.design.kind, results.folder
    if kind not in MEASURES:
        needed = " or ".join(f'"{name}"' for name in MEASURES)
        raise TearSimError(f'{where} holds a design of kind "{kind}"; indices need one of kind {needed}.')
    if results.is_shard:
        shard = results.provenance["shard"]
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

    Raises TearSimError if fewer than two blocks of the design have the outcome at every point, if no point has it in
    two replicates, which luck could be told from, or if most resamples have no indices.
    """
    design, names = experiment.design, list(experiment.design.vary)
    blocks = np.arange(measured.shape[1]).reshape(-1, experiment.drawn_together)
    measured = measured[
        np.isfinite(measured).sum(axis=1) > 0
    ]  # a replicate without the outcome says nothing of its luck
    there = np.isfinite(measured).sum(axis=0) > 0
    if not there.any():
        return Sensitivity(outcome, of, design.kind, [], Noise(*[math.nan] * 3), {}, 0, len(blocks), len(measured))
    whole = blocks[there[blocks].all(axis=1)]
    if len(whole) < 2:
        raise TearSimError(_TOO_FEW.format(outcome))
    if freedom_of_luck(np.isfinite(measured)) <= 0:
        raise TearSimError(_ONE_REPLICATE.format(outcome))
    estimate = ESTIMATORS[design.kind](experiment, own_luck(measured), whole)
    once, everything = np.ones(len(measured)), np.arange(len(whole))
    means = _means(measured, once)
    found = estimate(means, kept_by_mean(once), everything)
    drawn = list(_resampled(measured, whole, estimate, resamples, design.seed))
    used = whole.ravel()
    constant = bool(np.ptp(means[used]) <= ROUNDING * np.abs(means[used]).max())
    if len(drawn) < resamples / 2 and all(np.isfinite(values).all() for values in found.values()):
        raise TearSimError(
            f"{outcome} is missing, or does not vary, in most resamples; run more samples or replicates."
        )
    indices = []
    for measure in MEASURES[design.kind]:
        half = NORMAL * np.std([one[measure] for one in drawn] or [found[measure]] * 2, axis=0, ddof=1)
        values = zip(names, found[measure].tolist(), half.tolist(), strict=True)
        least = 0.0 if design.kind == "morris" else -math.inf  # sizes of effects; an estimated share can fall below 0
        indices += [
            Index(name, measure, it, float(np.maximum(least, it - width)), it + width) for name, it, width in values
        ]
    return Sensitivity(
        outcome, of, design.kind, indices, _noise(measured[:, used], means[used], own_luck(measured)[:, used]),
        dict(zip(names, found.get("luck", np.zeros(0)).tolist(), strict=False)), len(whole), len(blocks) - len(whole),
        len(measured), constant,
    )  # fmt: skip


_TOO_FEW = "{} is missing at so many design points that there are no indices for it."
_ONE_REPLICATE = (
    "{} is there in one replicate of each design point at most, which cannot tell luck from what parameters do; "
    "run more replicates, or larger practices."
)


def kept_by_mean(weights: Numbers) -> float:
    """Of the variance of a run's own luck, the share that a weighted mean keeps: `sum(w^2) / sum(w)^2`."""
    return float((weights**2).sum() / weights.sum() ** 2)


def _means(measured: Numbers, weights: Numbers) -> Numbers:
    """Points' means over weighted replicates, shape (points,).

    Where outcomes are missing, points would meet different replicates; so what replicates share is fitted and taken
    out: `y = point + replicate + own luck`, by least squares.
    """
    there = np.isfinite(measured)
    weighted = weights[:, None] * there
    number = weighted.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (weighted * np.where(there, measured, 0.0)).sum(axis=0) / number
    if there.all():
        return np.asarray(means)
    has = number > 0
    counted, away = weighted[:, has], np.where(there, measured - means, 0.0)[:, has]
    shares = counted / number[has]
    normal = np.diag(counted.sum(axis=1)) - counted @ shares.T
    of_replicates = np.linalg.lstsq(normal, (counted * away).sum(axis=1), rcond=None)[0]
    means[has] -= of_replicates @ shares
    return np.asarray(means)


def own_luck(measured: Numbers) -> Numbers:
    """Each run's own luck, what neither its point nor its replicate explains, in units that make sums of squares or of
    products over replicates unbiased variances and covariances; shape (replicates, points), 0 where there is no run.

    `y = point + replicate + rest`; the rest times `sqrt(runs/freedom/replicates)`, with
    `runs - points - replicates + 1` degrees of freedom.
    """
    there = np.isfinite(measured)
    freedom = freedom_of_luck(there)
    away = measured - _means(measured, np.ones(len(measured)))
    rest = np.where(there, away - np.nanmean(away, axis=1, keepdims=True), 0.0)
    return np.asarray(rest * math.sqrt(there.sum() / freedom / len(measured)))


def freedom_of_luck(there: NDArray[np.bool_]) -> int:
    """Degrees of freedom left to runs' own luck: `runs - points - replicates + 1`, of those that have the outcome."""
    return int(there.sum()) - int(there.any(axis=0).sum()) - int(there.any(axis=1).sum()) + 1


def _noise(measured: Numbers, means: Numbers, luck: Numbers) -> Noise:
    between = float(means.var(ddof=1))
    left = float((luck**2).sum(axis=0).mean()) * kept_by_mean(np.ones(len(luck)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a point with one run has no variance
        runs = float(np.nanmean(np.nanvar(measured, axis=0, ddof=1)))
    return Noise(math.sqrt(between), math.sqrt(runs), min(1.0, left / between) if between else math.nan)


def _resampled(measured: Numbers, blocks: NDArray[Any], estimate: Estimator, resamples: int,
               seed: int) -> Iterator[Indices]:  # fmt: skip
    """Indices of samples drawn anew, with replacement, from the replicates and from the design's blocks."""
    generator = generator_for("resampling", seed)
    for _ in range(resamples):
        replicates = generator.integers(len(measured), size=len(measured))
        weights = np.bincount(replicates, minlength=len(measured)).astype(float)
        drawn = generator.integers(len(blocks), size=len(blocks))
        means = _means(measured, weights)
        there = drawn[np.isfinite(means)[blocks[drawn]].all(axis=1)]
        if len(there) > len(drawn) / 2:
            found = estimate(means, kept_by_mean(weights), there)
            if all(np.isfinite(values).all() for values in found.values()):
                yield found


def sobol_estimator(_: Experiment, luck: Numbers, blocks: NDArray[Any]) -> Estimator:
    """First-order and total indices from point means, what a mean keeps of luck, and the blocks to use.

    SALib estimates `S1 = mean(B*(AB - A))/V` and `ST = mean((A - AB)^2)/2V` (doi:10.1016/j.cpc.2009.09.018), where A, B
    and AB are outcomes of a block's points. Luck left in means adds to each of the three its own (co)variance, which
    the scatter of replicates gives, and which is taken out: with common random numbers it is nothing between points
    that differ in a parameter that does nothing.
    """
    from SALib.analyze import sobol

    cube = problem(blocks.shape[1] - EXTRA_POINTS["sobol"])
    first, mixed, last = luck[:, blocks[:, 0]], luck[:, blocks[:, 1:-1]], luck[:, blocks[:, -1]]
    moved = mixed - first[:, :, None]
    of_first_order = (last[:, :, None] * moved).sum(axis=0)
    of_total = (moved**2).sum(axis=0) / 2.0
    of_variance = ((first**2).sum(axis=0) + (last**2).sum(axis=0)) / 2.0

    def estimate(means: Numbers, kept: float, drawn: NDArray[Any]) -> Indices:
        values = means[blocks[drawn]]
        variance = float(values[:, [0, -1]].var())
        true = variance - kept * float(of_variance[drawn].mean())
        if np.ptp(values) == 0.0 or true <= 0.0:
            return dict.fromkeys(MEASURES["sobol"], np.full(len(cube["names"]), np.nan))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that its own few resamples may be constant
            # SALib resamples too; its intervals know nothing of replicates, so it is asked for as few as it allows.
            found = sobol.analyze(cube, values.ravel(), calc_second_order=False, num_resamples=2, seed=1)
        return {
            "S1": (found["S1"] * variance - kept * of_first_order[drawn].mean(axis=0)) / true,
            "ST": (found["ST"] * variance - kept * of_total[drawn].mean(axis=0)) / true,
        }

    return estimate


def morris_estimator(experiment: Experiment, luck: Numbers, blocks: NDArray[Any]) -> Estimator:
    """Elementary effects from point means, what a mean keeps of luck, and the trajectories to use.

    Luck adds to the variance of a parameter's effects that of what it moves between the ends of a step, over the step's
    square; it is taken out of sigma (SALib's; doi:10.2307/1269043). Alone it would show mean effects of
    `sqrt(2*variance/pi)`, which is given as "luck".
    """
    from SALib.analyze import morris

    cube, levels, unit = problem(blocks.shape[1] - EXTRA_POINTS["morris"]), experiment.design.levels, experiment.cube
    step = levels / (2.0 * (levels - 1.0))  # how far a trajectory moves a parameter, as a share of its range
    turns = (np.diff(unit[blocks], axis=1) != 0).argmax(axis=2)  # which parameter each step of a trajectory moves
    moved = (np.diff(luck[:, blocks], axis=2) ** 2).sum(axis=0) / step**2
    of_effects = np.take_along_axis(moved, turns.argsort(axis=1), axis=1)

    def estimate(means: Numbers, kept: float, drawn: NDArray[Any]) -> Indices:
        rows = blocks[drawn].ravel()
        found = morris.analyze(cube, unit[rows], means[rows], num_resamples=2, num_levels=levels, seed=1)
        of_luck = kept * of_effects[drawn].mean(axis=0)
        varies = np.asarray(found["sigma"], float) ** 2 - of_luck
        return {"mu_star": np.asarray(found["mu_star"], float), "sigma": np.sqrt(np.maximum(0.0, varies)),
                "luck": np.sqrt(2.0 * of_luck / math.pi)}  # fmt: skip

    return estimate


ESTIMATORS = {"sobol": sobol_estimator, "morris": morris_estimator}
