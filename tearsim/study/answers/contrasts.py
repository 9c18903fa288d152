"""What a sweep found, as differences with intervals: how outcomes change with what varies, and what the tears did.

Every difference is taken within replicates, whose luck both sides share, and then averaged over them; so its interval
is that of the difference itself, far narrower than those of the two values that it lies between. Where replicates lived
in several worlds, each under several lucks, a difference is also told over the worlds, luck apart (`over_worlds`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from tearsim.science.declaration import Value
from tearsim.science.fitted import DEFAULT, world_of
from tearsim.science.parameters import PARAMETERS
from tearsim.study.answers.by_level import DRAW, with_draws
from tearsim.study.answers.over_worlds import OverWorlds, of_replicates
from tearsim.study.arms import STEADY, has_both_arms, paired_differences
from tearsim.study.estimates import (
    CONFIDENCE,
    MISSING,
    POINT,
    Estimate,
    Limits,
    limits_of,
    luck_of,
    means_by,
    over_replicates,
    overall,
    with_worlds,
)
from tearsim.study.sweeps.designs import LogRange, at, is_number
from tearsim.study.sweeps.experiment import SAMPLED, Experiment
from tearsim.worlds.outcomes import QUESTIONED

# Told beside them: how many tears there were, and how they were taken.
BESIDE = ("felt_per_100_sessions", "unsettled_share")
# Differences between exactly equal numbers, summed in another order, come to less than this.
ROUNDING = 1e-12


class Contrast(NamedTuple):
    """An outcome at two levels of a parameter, and the second minus the first within replicates."""

    first_level: Value
    last_level: Value
    first: Estimate
    last: Estimate
    difference: Estimate
    worlds: OverWorlds | None = None  # the difference over worlds, luck apart; None where these cannot be told apart


class Turn(NamedTuple):
    """A level between the ends at which an outcome lies surely above, or surely below, both ends."""

    level: Value
    mean: Estimate
    above: bool
    beyond: Estimate  # by how much, from the nearer end, as an interval that allows for all levels looked at


class Dependence(NamedTuple):
    """How an outcome changes with a parameter.

    A number has one contrast, from its lowest to its highest level; a choice has one for each level but the first.
    """

    parameter: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    turn: Turn | None = None
    constant: bool = False  # the same at every level, in every replicate

    @property
    def ends(self) -> Contrast:
        """The last contrast: of a number, the only one."""
        return self.contrasts[-1]


class Cells(NamedTuple):
    """What showing the tears did at single combinations of levels, and at how many it surely raised or lowered."""

    number: int
    raised: int
    lowered: int
    largest: Estimate  # of the effects that are more than luck, by size; all missing if none is
    widest: Estimate  # whose interval reaches furthest from 0, more than luck or not


Where = dict[tuple[str, str], Dependence]


@dataclass(frozen=True)
class Contrasts:
    """What a sweep found; dictionaries by outcome, or by parameter and outcome."""

    kind: str
    points: int
    replicates: int
    arms: bool  # whether tears are shown at some points and held back at others
    estimates: str  # which worlds the replicates lived in, a set of `codes.ESTIMATES`: the defaults if several
    parameters: tuple[str, ...]  # that vary, or "design_point" where points are compared one by one
    over_all: tuple[str, ...]  # of them, what other manners of tears than those two are compared by: over all runs
    means: dict[str, Estimate]  # with tears shown, if there are both arms
    effects: dict[str, Estimate]  # shown minus held back; empty without both arms
    shown: Where  # of `over_all`: of all runs
    held_back: Where
    of_showing: Where  # of shown minus held back: its contrasts are differences of differences
    cells: dict[str, Cells]
    effects_over_worlds: dict[str, OverWorlds | None]  # the same effects, luck apart; None where that cannot be told
    tangled: tuple[int, ...] = ()  # points that differ from the first one in more than one thing
    learning: bool = False  # whether therapists who show tears may come to have more or fewer of them
    asked: tuple[str, ...] = QUESTIONED  # the outcomes in question

    @property
    def worlds(self) -> int:
        """In how many worlds the replicates lived: of the defaults, there is but one."""
        return len({world_of(self.estimates, replicate) for replicate in range(self.replicates)})

    @property
    def told_over_worlds(self) -> bool:
        """Whether differences are told over worlds, luck apart."""
        of_contrasts = (one.worlds for dependence in self.shown.values() for one in dependence.contrasts)
        return any(one is not None for one in (*self.effects_over_worlds.values(), *of_contrasts))

    def of_shown(self, parameter: str) -> bool:
        """Whether what is told of a parameter is told of tears shown, rather than of all runs."""
        return self.arms and parameter not in self.over_all


def contrasts_of(runs: pd.DataFrame, experiment: Experiment) -> Contrasts:
    """What the runs of an experiment say; they have its varied parameters and outcomes as columns."""
    arms = has_both_arms(runs)
    runs = with_draws(with_worlds(runs, experiment.parameters), experiment)
    shown = runs[runs["tears"] == "shown"] if arms else runs
    more_manners = arms and runs["tears"].nunique() > 2
    compared = runs if more_manners else shown
    parameters = [name for name in experiment.varied if compared[name].nunique() > 1]
    kind = experiment.design.kind
    if kind == "list" and not _crossed(compared, parameters):
        parameters = [POINT]
    over_all = [name for name in parameters if name in ("tears", POINT)] if more_manners else []
    others = [name for name in parameters if name not in over_all]
    asked = experiment.asked
    measured = tuple(dict.fromkeys((*asked, *BESIDE)))
    held_back: Where = {}
    of_showing: Where = {}
    effects: dict[str, Estimate] = {}
    over_worlds: dict[str, OverWorlds | None] = {}
    cells: dict[str, Cells] = {}
    if arms:
        pairs_of = {outcome: paired_differences(runs, outcome) for outcome in asked}
        without = runs[runs["tears"] == "held back"]
        beside = _in_all([shown, without, *pairs_of.values()], others)
        held_back = dependences(without, experiment, beside, asked)
        for outcome, pairs in pairs_of.items():
            effects[outcome] = overall(pairs, outcome, differences=1)
            over_worlds[outcome] = of_replicates(pairs.groupby(luck_of(pairs))[outcome].mean())
            of_showing |= dependences(pairs, experiment, beside, [outcome], differences=1)
            if kind == "grid" and len(others) > 1:
                cells[outcome] = count_cells(pairs, others, outcome)
    of_all = dependences(compared, experiment, parameters, measured) if over_all else {}
    return Contrasts(
        kind,
        runs[POINT].nunique(),
        runs["replicate"].nunique(),
        arms,
        _estimates(experiment, runs),
        tuple(parameters),
        tuple(over_all),
        {name: overall(shown, name) for name in measured},
        effects,
        dependences(shown, experiment, others, measured)
        | {key: one for key, one in of_all.items() if key[0] in over_all},
        held_back,
        of_showing,
        cells,
        over_worlds,
        _tangled(compared, experiment.varied) if parameters == [POINT] else (),
        _learning(experiment),
        asked,
    )


def _learning(experiment: Experiment) -> bool:
    """Whether comfort, and with it how easily eyes fill, moves at any point by what tears did or seemed to do."""
    points, name = experiment.points, "comfort_learns_from"
    levels = [own.get(name) for own in points.own] if name in experiment.varied else [points.shared[name]]
    return any(level != STEADY[name] for level in levels)


def _tangled(runs: pd.DataFrame, varied: Sequence[str]) -> tuple[int, ...]:
    """The points that differ from the first one in more than one parameter, so that nobody can tell which did it."""
    points = runs.drop_duplicates(POINT).set_index(POINT).sort_index()[list(varied)]
    apart = (points != points.iloc[0]).sum(axis=1)
    return tuple(int(point) for point in points.index[apart > 1])


def _in_all(tables: Sequence[pd.DataFrame], parameters: Sequence[str]) -> list[str]:
    """The parameters that have the same levels, two at least, in every table, so that they can be compared."""
    first, *others = tables
    there = [name for name in parameters if name != POINT and first[name].nunique() > 1]
    return [name for name in there if all(set(first[name]) == set(other[name]) for other in others)]


def _estimates(experiment: Experiment, runs: pd.DataFrame) -> str:
    """The set of worlds that all runs lived in; the defaults where some did."""
    if "estimates" not in runs:
        return str(experiment.parameters.get("estimates", DEFAULT))
    sets = set(runs["estimates"])
    return str(sets.pop()) if len(sets) == 1 else DEFAULT


def _crossed(runs: pd.DataFrame, parameters: Sequence[str]) -> bool:
    """Whether every level of each parameter meets every level of the others, as in a grid."""
    combinations = np.prod([runs[name].nunique() for name in parameters], dtype=float)
    return bool(runs.groupby(list(parameters), observed=True).ngroups == combinations) if len(parameters) else True


def dependences(
    rows: pd.DataFrame, experiment: Experiment, parameters: Sequence[str], outcomes: Sequence[str], differences: int = 0
) -> Where:
    """How each outcome changes with each parameter; `rows` hold replicate, parameters, outcomes and any draws.

    `differences` says what the rows hold: outcomes (0), or differences of outcomes (1).
    """
    if not len(rows) or not parameters:
        return {}
    if experiment.design.kind in SAMPLED:
        fits = [_over_sample(rows, experiment, parameters, outcome, differences) for outcome in outcomes]
        return {key: value for fit in fits for key, value in fit.items()}
    return {(name, outcome): by_levels(rows, name, outcome, differences) for name in parameters for outcome in outcomes}


def _contrast(
    levels: tuple[Value, Value], ends: Sequence[Estimate], outcome: str, differences: int, worlds: OverWorlds | None
) -> Contrast:
    """An outcome at two levels and the difference, none of them told to lie where it cannot."""
    of_ends, of_difference = (limits_of(outcome, differences + more) for more in (0, 1))
    first, last, difference = ends
    return Contrast(*levels, first.within(of_ends), last.within(of_ends), difference.within(of_difference), worlds)


def levels_in_order(rows: pd.DataFrame, parameter: str) -> list[Value]:
    """The levels that occur: numbers and switches from the lowest, choices in the order in which they are declared.

    Tears held back come first: every other manner of tears is compared with them.
    """
    there = rows[parameter].unique().tolist()
    if parameter in PARAMETERS and PARAMETERS[parameter].choices:
        return sorted((choice for choice in PARAMETERS[parameter].choices if choice in there), key="held back".__ne__)
    return sorted(there)


def by_levels(rows: pd.DataFrame, parameter: str, outcome: str, differences: int = 0) -> Dependence:
    """How an outcome changes from level to level, averaged over all else that varies."""
    levels = levels_in_order(rows, parameter)
    means = rows.groupby([*luck_of(rows), parameter], observed=True)[outcome].mean().unstack()
    first = means[levels[0]]
    compared = [levels[-1]] if is_number(parameter) else levels[1:]
    contrasts = tuple(
        _contrast(
            (levels[0], level),
            [over_replicates(one) for one in (first, means[level], means[level] - first)],
            outcome,
            differences,
            of_replicates(means[level] - first),
        )
        for level in compared
    )
    spread = means.max(axis=1) - means.min(axis=1)
    constant = bool(means.notna().all(axis=None) and (spread <= ROUNDING).all())
    turn = _turn(means, limits_of(outcome, differences)) if is_number(parameter) and not constant else None
    return Dependence(parameter, outcome, contrasts, turn, constant)


def _turn(means: pd.DataFrame, limits: Limits) -> Turn | None:
    """The level between the ends that lies furthest beyond both, if that is told apart from luck.

    Whoever looks at many levels finds one by chance: each interval is widened by the number of levels looked at.
    """
    levels = list(means)
    confidence = 1.0 - (1.0 - CONFIDENCE) / max(1, len(levels) - 2)
    best, furthest = None, 0.0
    for level in levels[1:-1]:
        beyond = [over_replicates(means[level] - means[end], confidence=confidence) for end in (levels[0], levels[-1])]
        for sign in (1.0, -1.0):
            least = min(sign * (one.low if sign > 0 else one.high) for one in beyond)
            size, nearer = min((sign * one.mean, one) for one in beyond)
            if least > 0.0 and size > furthest:
                best = Turn(level, over_replicates(means[level]).within(limits), sign > 0, nearer)
                furthest = size
    return best


def count_cells(pairs: pd.DataFrame, parameters: Sequence[str], outcome: str) -> Cells:
    """At how many combinations of the parameters the difference between the arms is told apart from luck."""
    cells = list(means_by(pairs, parameters, outcome, differences=1).values())
    raised, lowered = [cell for cell in cells if cell.low > 0.0], [cell for cell in cells if cell.high < 0.0]
    largest = max([*raised, *lowered], key=lambda cell: abs(cell.mean), default=MISSING)
    known = [cell for cell in cells if not np.isnan(cell.low)]
    widest = max(known, key=lambda cell: max(abs(cell.low), abs(cell.high)), default=MISSING)
    return Cells(len(cells), len(raised), len(lowered), largest, widest)


def _over_sample(
    rows: pd.DataFrame, experiment: Experiment, parameters: Sequence[str], outcome: str, differences: int
) -> Where:
    """Changes over the whole range of each parameter of a sampled design, by least squares on all of them at once.

    `y = constant + sum(slope_k * share of range k)`, choices as steps from their first level, replicate by replicate.
    The square of half an interval is that over replicates (Student's t), plus that over the draws of the design, which
    is what another sample of points might have shown (`_over_draws`).
    """
    point = rows.groupby(list(parameters), observed=True).ngroup()
    of_points = rows.assign(point=point).drop_duplicates("point").set_index("point").sort_index()
    measured = rows.assign(point=point).pivot_table(index=luck_of(rows), columns="point", values=outcome)
    measured = measured.reindex(columns=of_points.index)
    columns = [column for name in parameters for column in _columns(of_points, experiment, name)]
    shares = np.column_stack([np.ones(len(of_points)), *(share for *_, share in columns)])
    by_replicate = pd.DataFrame(_least_squares(shares, measured.to_numpy(float)), measured.index).dropna()
    means = measured.mean().to_numpy(float)
    drawn = np.array([True, *(name in experiment.spans for name, *_ in columns)])
    of_draws = _over_draws(shares, means, drawn, of_points[DRAW].to_numpy())
    middle = shares.mean(axis=0)
    contrasts: dict[str, list[Contrast]] = {}
    for k, (name, first, last, _) in enumerate(columns, 1):
        step = np.eye(shares.shape[1])[k]
        own = [i for i, column in enumerate(columns, 1) if column[0] == name]
        start = np.where(np.isin(np.arange(len(middle)), own), 0.0, middle)
        ends = [_combined(by_replicate, of_draws, weights) for weights in (start, start + step, step)]
        worlds = of_replicates(by_replicate @ step) if len(by_replicate) else None
        contrasts.setdefault(name, []).append(_contrast((first, last), ends, outcome, differences, worlds))
    return {(name, outcome): Dependence(name, outcome, tuple(held)) for name, held in contrasts.items()}


def _columns(
    points: pd.DataFrame, experiment: Experiment, name: str
) -> list[tuple[str, Value, Value, NDArray[np.float64]]]:
    """A parameter as columns of a regression: name, the two levels that a coefficient lies between, and values."""
    values = points[name]
    if is_number(name) and name in experiment.spans:
        low, high = (at(name, experiment.spans[name], end) for end in (0.0, 1.0))
    elif is_number(name):
        low, high = values.min(), values.max()
    else:
        first, *rest = levels_in_order(points, name)
        return [(name, first, level, (values == level).to_numpy(float)) for level in rest]
    scale = np.log if isinstance(experiment.spans.get(name), LogRange) else np.asarray
    bottom, top = scale(float(low)), scale(float(high))
    shares = (scale(values.to_numpy(float)) - bottom) / (top - bottom)
    return [(name, low, high, shares)]


def _least_squares(shares: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients of each replicate, shape (replicates, columns); missing where too few points have the outcome.

    `values` has shape (replicates, points). Those that lack the same points are solved together.
    """
    there, of = np.unique(np.isfinite(values), axis=0, return_inverse=True)
    coefficients = np.full((len(values), shares.shape[1]), np.nan)
    for i, points in enumerate(there):
        if points.sum() > shares.shape[1]:
            alike = np.flatnonzero(of.ravel() == i)  # one axis or two, by the version of NumPy
            solved, _, rank, _ = np.linalg.lstsq(shares[points], values[alike][:, points].T, rcond=None)
            coefficients[alike] = solved.T if rank == shares.shape[1] else np.nan
    return coefficients


def _over_draws(
    shares: NDArray[np.float64], means: NDArray[np.float64], drawn: NDArray[np.bool_], draws: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Squares of half intervals of coefficients fitted to the points' means, over draws of the design.

    Points of one draw resemble each other, above all those of one row of the sample crossed with several values; so
    `V = G/(G - 1) * (N - 1)/(N - p) * (X'X)^-1 sum_g(X_g' e_g e_g' X_g) (X'X)^-1`, residuals e, G draws of N different
    rows of the p columns that are `drawn` rather than crossed; times the square of Student's t with the lesser of G - 1
    and N - p. Without blocks and crossing that is HC1. Missing where there are too few points to tell.

    Of 95 % intervals for 20 parameters without luck, 94 % held the truth with 40 rows of a Latin hypercube, and 79, 90
    and 95 % with 10, 30 and 100 trajectories of Morris's. Liang & Zeger (1986), doi:10.1093/biomet/73.1.13.
    """
    from statsmodels.regression.linear_model import OLS

    there = np.isfinite(means)
    x, number, of = shares[there], len(np.unique(shares[there][:, drawn], axis=0)), len(np.unique(draws[there]))
    freedom = min(of - 1, number - int(drawn.sum()))
    if freedom <= 0 or np.linalg.matrix_rank(x) < x.shape[1]:
        return np.full((shares.shape[1], shares.shape[1]), np.nan)
    clusters = {"groups": draws[there], "use_correction": False}
    fitted = OLS(means[there], x).fit(cov_type="cluster", cov_kwds=clusters)
    correction = of / (of - 1) * (number - 1) / (number - drawn.sum())
    return np.asarray(stdtrit(freedom, 0.5 + CONFIDENCE / 2) ** 2 * correction * fitted.cov_params())


def _combined(by_replicate: pd.DataFrame, of_draws: NDArray[np.float64], weights: NDArray[np.float64]) -> Estimate:
    """A weighted sum of coefficients, with an interval over replicates and over draws of points."""
    one = over_replicates(by_replicate @ weights) if len(by_replicate) else MISSING
    half = float(np.hypot(one.high - one.mean, np.sqrt(np.maximum(0.0, weights @ of_draws @ weights))))
    return Estimate(one.mean, one.mean - half, one.mean + half, one.replicates)
