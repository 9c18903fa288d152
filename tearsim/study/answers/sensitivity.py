"""Which parameters an outcome depends on: sensitivity indices of a sampled design, with intervals, and what luck adds.

The estimators are SALib's. They take every difference between design points for the parameters' doing, so what luck
leaves in such differences is measured, replicate by replicate, and taken out (Sobol'), or shown beside (Morris).
Intervals come from resampling twice over: whole replicates, because the points of a replicate share its luck, and the
design's own blocks, because another sample of the ranges would have met other points.
"""

import itertools
import math
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from tearsim.errors import TearSimError
from tearsim.science.declaration import whole_number
from tearsim.study.answers.sensitivity_estimators import (
    ESTIMATORS,
    MEASURES,
    RANKS_BY,
    SECOND_ORDER,
    Estimator,
    Indices,
    Positions,
    freedom_of_luck,
    luck_left,
    means_of,
)
from tearsim.study.estimates import NORMAL, luck_of, with_worlds
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.designs import combinations
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.results import Results, open_results
from tearsim.worlds.outcomes import Numbers, checked_outcome

# Points' means that differ by no more than this share of them are equal.
SMALLEST_SPREAD = 1e-12
# How many resamples intervals are made from, and how many there may be: an interval takes two.
RESAMPLES, RESAMPLES_ALLOWED = 400, (2, 100_000)


class Index(NamedTuple):
    """One measure of one parameter or group, with its 95 % interval; of a pair, `other` is what it is paired with."""

    parameter: str
    measure: str
    value: float
    low: float
    high: float
    other: str = ""

    def as_dict(self) -> dict[str, object]:
        """The same for programs; what is missing is None."""
        pair = {"with": self.other} if self.other else {}
        return {
            "parameter": self.parameter,
            **pair,
            "measure": self.measure,
            **{name: _or_none(getattr(self, name)) for name in ("value", "low", "high")},
        }


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
    groups: dict[str, list[str]]  # the parameters of each group of the design
    constant: bool = False  # the outcome is the same at every design point

    @property
    def table(self) -> pd.DataFrame:
        """The indices, one row a parameter and measure, or a pair of parameters."""
        return pd.DataFrame(self.indices).rename(columns={"other": "with"})

    @property
    def pairs(self) -> list[Index]:
        """Second-order indices, the largest first; none unless the design asks for them."""
        return sorted((one for one in self.indices if one.other), key=lambda one: -one.value)

    def as_dict(self) -> dict[str, object]:
        """The same for programs; what is missing is None."""
        names = ("outcome", "of", "design", "luck_alone", "blocks", "left_out", "replicates", "groups", "constant")
        return {
            **{name: getattr(self, name) for name in names},
            "noise": {name: _or_none(value) for name, value in asdict(self.noise).items()},
            "indices": [index.as_dict() for index in self.indices],
        }


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def sensitivity(results: Results | str | Path, outcome: str, *, resamples: int = RESAMPLES) -> list[Sensitivity]:
    """Which parameters an outcome depends on: sensitivity indices with intervals, and how much is luck.

    Where an outcome is missing at every point, such as how tears were received where none are shown, it has no indices.

    Args:
        results: A results folder of a sobol or a morris design, or results that are open.
        outcome: An outcome by name (`tearsim.OUTCOMES`).
        resamples: How many resamples intervals are made from.

    Returns:
        One for each combination of crossed values, and one for shown minus held back tears, if the design has both. The
        95 % intervals hold which points were drawn and the luck that is left in their means.

    Raises:
        TearSimError: For an unknown outcome, results that are unfinished, of one shard, of one replicate, of another
            design than their experiment's now, or of a design without indices, and for an outcome missing nearly
            everywhere.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 6, "therapists": 2},
    ...          "design": {"kind": "morris", "samples": 4, "replicates": 3, "vary": ["client_empathy", "progress"]}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> [index.parameter for index in tearsim.sensitivity(results, "alliance_mean", resamples=20)[0].indices][:2]
    ['client_empathy', 'progress']
    """
    whole_number("number of resamples", resamples, *RESAMPLES_ALLOWED)
    experiment, parts = measured_parts(results, outcome)
    found = [indices_of(experiment, outcome, of, measured, resamples) for of, measured in parts.items()]
    if not any(one.indices for one in found):
        raise TearSimError(TOO_FEW.format(outcome))
    return found


def measured_parts(results: Results | str | Path, outcome: str) -> tuple[Experiment, dict[str, Numbers]]:
    """The experiment, and an outcome by replicate and point of its sample: for each combination of crossed values, in
    words, and for shown minus held back tears.

    Raises TearSimError for an unknown outcome and for results that have no indices.
    """
    opened = open_results(results)
    checked_outcome(outcome)
    _refuse_without_indices(opened)
    crossed = combinations(opened.experiment.design.cross)
    measured = _by_replicate_and_point(opened, outcome)
    of = {_in_words(values): measured[:, i :: len(crossed)] for i, values in enumerate(crossed)}
    return opened.experiment, of | dict(_effects_of_showing(crossed, measured))


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
    """An outcome by replicate and design point, missing where there is none; shape (replicates, points).

    Of replicates that lived in several worlds, those of one world are averaged: worlds are what is independent.
    """
    among = [name for name in ("estimates",) if name in results.experiment.varied]
    runs = with_worlds(
        results.table("runs", ["design_point", "replicate", *among, outcome]), results.experiment.parameters
    )
    by = runs.groupby([luck_of(runs)[0], "design_point"])[outcome].mean().reset_index()
    independent, which = np.unique(by[luck_of(runs)[0]], return_inverse=True)
    measured = np.full((len(independent), results.provenance["design_points"]), np.nan)
    measured[which, by["design_point"]] = by[outcome]
    return measured


def _effects_of_showing(crossed: list[dict[str, object]], measured: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Shown minus held back, where the design is crossed with both, at each combination of what else is crossed."""
    for i, shown in enumerate(crossed):
        held = {**shown, "tears": "held back"}
        if shown.get("tears") == "shown" and held in crossed:
            rest = {name: value for name, value in shown.items() if name != "tears"}
            words = ", ".join(filter(None, ("what showing the tears did", _in_words(rest))))
            yield words, measured[:, i :: len(crossed)] - measured[:, crossed.index(held) :: len(crossed)]


def _in_words(values: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def indices_of(experiment: Experiment, outcome: str, of: str, measured: Numbers, resamples: int) -> Sensitivity:
    """Indices of one table of an outcome, shape (replicates, points), and their intervals.

    Raises TearSimError if fewer than two blocks of the design have the outcome at every point, if no point has it in
    two replicates, which luck could be told from, or if most resamples have no indices.
    """
    design, names = experiment.design, experiment.dimensions
    blocks = np.arange(measured.shape[1]).reshape(-1, experiment.drawn_together)
    measured = measured[
        np.isfinite(measured).sum(axis=1) > 0
    ]  # a replicate without the outcome says nothing of its luck
    there = np.isfinite(measured).sum(axis=0) > 0
    if not there.any():
        return Sensitivity(
            outcome, of, design.kind, [], Noise(*[math.nan] * 3), {}, 0, len(blocks), len(measured), design.groups
        )
    whole = blocks[there[blocks].all(axis=1)]
    if len(whole) < 2:
        raise TearSimError(TOO_FEW.format(outcome))
    if freedom_of_luck(np.isfinite(measured)) <= 0:
        raise TearSimError(_ONE_REPLICATE.format(outcome))
    left = luck_left(measured)
    estimate = ESTIMATORS[design.kind](experiment, left, whole)
    once, everything = np.ones(len(measured)), np.arange(len(whole))
    means = means_of(measured, once)
    found = estimate(means, once, everything)
    ranks_by = RANKS_BY[design.kind]
    drawn = list(_resampled(measured, whole, estimate, ranks_by, resamples, design.seed))
    used = whole.ravel()
    constant = bool(np.ptp(means[used]) <= SMALLEST_SPREAD * np.abs(means[used]).max())
    if len(drawn) < resamples / 2 and np.isfinite(found[ranks_by]).all():
        raise TearSimError(
            f"{outcome} is missing, or does not vary, in most resamples; run more samples or replicates."
        )
    noise = _noise(measured[:, used], means[used], left(used, used)(once))
    return Sensitivity(
        outcome,
        of,
        design.kind,
        _with_intervals(names, found, drawn, design.kind),
        noise,
        dict(zip(names, found.get("luck", np.zeros(0)).tolist(), strict=False)),
        len(whole),
        len(blocks) - len(whole),
        len(measured),
        design.groups,
        constant,
    )


def _with_intervals(names: list[str], found: Indices, drawn: list[Indices], kind: str) -> list[Index]:
    """Indices with the 95 % intervals that draws give: of each measure by name, then of pairs, if there are any."""
    indices = []
    least = 0.0 if kind == "morris" else -math.inf  # sizes of effects; an estimated share can fall below 0
    alone = [(name, "") for name in names]
    whose = dict.fromkeys(MEASURES[kind], alone) | {SECOND_ORDER: list(itertools.combinations(names, 2))}
    for measure, named in whose.items():
        if measure in found:
            half = NORMAL * np.std([one[measure] for one in drawn] or [found[measure]] * 2, axis=0, ddof=1)
            for (name, other), it, width in zip(named, found[measure].tolist(), half.tolist(), strict=True):
                low = float(np.maximum(least, it - width))
                indices.append(Index(name, measure, it, low, it + width, other))
    return indices


TOO_FEW = "{} is missing at so many design points that there are no indices for it."
_ONE_REPLICATE = (
    "{} is there in one replicate of each design point at most, which cannot tell luck from what parameters do; "
    "run more replicates, or larger practices."
)


def _noise(measured: Numbers, means: Numbers, luck_left: Numbers) -> Noise:
    between, left = float(means.var(ddof=1)), float(luck_left.mean())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a point with one run has no variance
        runs = float(np.nanmean(np.nanvar(measured, axis=0, ddof=1)))
    return Noise(math.sqrt(between), math.sqrt(runs), min(1.0, left / between) if between else math.nan)


def _resampled(
    measured: Numbers, blocks: Positions, estimate: Estimator, ranks_by: str, resamples: int, seed: int
) -> Iterator[Indices]:
    """Indices of samples drawn anew, with replacement, from the replicates and from the design's blocks."""
    generator = generator_for("resampling", seed)
    for _ in range(resamples):
        replicates = generator.integers(len(measured), size=len(measured))
        weights = np.bincount(replicates, minlength=len(measured)).astype(float)
        drawn = generator.integers(len(blocks), size=len(blocks))
        means = means_of(measured, weights)
        there = drawn[np.isfinite(means)[blocks[drawn]].all(axis=1)]
        if len(there) > len(drawn) / 2:
            found = estimate(means, weights, there)
            if np.isfinite(found[ranks_by]).all():
                yield found
