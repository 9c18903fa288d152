"""Outcomes along one parameter, and over two: the means and intervals that curves, panels and maps are drawn from."""

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pandas as pd

from tearsim.arguments import of_kind, switch
from tearsim.errors import TearSimError, quoted
from tearsim.science.declaration import Value, as_said
from tearsim.science.parameters import PARAMETERS
from tearsim.study.answers.by_level import DRAW, with_draws
from tearsim.study.arms import SHOWN_AND_HELD_BACK, has_both_arms, paired_differences
from tearsim.study.estimates import MISSING, POINT, WORLD, Estimate, means_by, with_worlds
from tearsim.study.sweeps.results import Results, open_results
from tearsim.worlds.outcomes import OUTCOMES, checked_outcome

# Results, their folder, or a table of runs.
Given: TypeAlias = Results | pd.DataFrame | str | Path
# More values of a number than this are put together in classes of equal width.
MOST_TICKS, NUMBER_OF_CLASSES = 12, 6


class Values(NamedTuple):
    """The values of a parameter in order, or classes of them: where they lie, and what they are called."""

    codes: pd.Series  # of each run
    at: list[Value]
    names: list[str]
    classes: bool

    @property
    def numbers(self) -> bool:
        """Whether they have places on a scale."""
        return all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in self.at)


class Curve(NamedTuple):
    """An outcome at each value of a parameter.

    `arm` is "shown" or "held back" where tears are shown at some points and held back at others, "effect" for the one
    minus the other, and "all" where there is nothing to tell apart.
    """

    arm: str
    estimates: list[Estimate]  # in the outcome's own unit; all missing where there are no runs


class Basis(NamedTuple):
    """What means rest on."""

    runs: int
    points: int
    replicates: int
    sampled: bool  # whether the points are a sample, so that intervals also hold which were drawn
    both_arms: bool
    worlds: int = 0  # in how many the replicates lived; 0 if all in that of the defaults


class Curves(NamedTuple):
    """An outcome, or an effect on it, along one parameter."""

    values: Values
    lines: list[Curve]
    basis: Basis


class CellMap(NamedTuple):
    """An outcome, or an effect on it, over two parameters: `cells[j][i]` is that of the j-th y and the i-th x."""

    x: str
    y: str
    across: Values
    up: Values
    cells: list[list[Estimate]]
    basis: Basis
    of_shown: bool  # whether only the runs with tears shown are in it


def curves_of(results: Given, outcome: str, parameter: str, *, effect: bool = False) -> Curves:
    """An outcome at each value of one parameter, averaged over all else that varies.

    Raises TearSimError for what the results do not have.
    """
    runs = _runs(results, outcome, [parameter], effect)
    values = _values(runs, parameter)
    return Curves(values, _lines(runs, values, parameter, outcome, effect), _basis(runs))


def panels_of(
    results: Given, outcome: str, x: str, panels: str, *, effect: bool = False
) -> tuple[Values, list[Curves], Basis]:
    """The same along x, for each value of a second parameter; and what all of it rests on. Raises as `curves_of`."""
    runs = _runs(results, outcome, [x, panels], effect)
    along, over = _values(runs, x), _values(runs, panels)
    parts = [runs[over.codes == i] for i in range(len(over.at))]
    each = [Curves(along, _lines(part, along, x, outcome, effect), _basis(part)) for part in parts]
    return over, each, _basis(runs)


def map_of(
    results: Given, outcome: str, *, x: str | None = None, y: str | None = None, effect: bool = False
) -> CellMap:
    """An outcome over two parameters: with both arms of tears shown, or the effect of showing them.

    By default over the first two parameters that vary, apart from the manner of tears. Raises as `curves_of`.
    """
    x, y = _two(results, x, y)
    runs = _runs(results, outcome, [x, y], effect)
    of_shown = has_both_arms(runs) and not effect
    if of_shown:
        runs = runs[runs["tears"] == "shown"]
    across, up = _values(runs, x), _values(runs, y)
    found = _means(runs.assign(up=up.codes, across=across.codes), ["across", "up"], outcome, effect, [x, y])
    cells = [[found.get((i, j), MISSING) for i in range(len(across.at))] for j in range(len(up.at))]
    return CellMap(x, y, across, up, cells, _basis(runs), of_shown)


def _table(results: Given, columns: Sequence[str]) -> pd.DataFrame:
    """The runs, or of a results folder only the columns that are needed."""
    if isinstance(results, pd.DataFrame):
        for column in (POINT, "replicate"):
            if column not in results:
                raise TearSimError(f'A table of runs has a column "{column}"; this one has none.')
        return results.reset_index(drop=True)
    results = open_results(results)
    kept = [POINT, "replicate", *results.experiment.varied, *(c for c in columns if c in OUTCOMES)]
    runs = with_worlds(results.table("runs", list(dict.fromkeys(kept))), results.experiment.parameters)
    return with_draws(runs, results.experiment)


def _runs(results: Given, outcome: str, parameters: Sequence[str], effect: bool) -> pd.DataFrame:
    """The runs to average. Raises TearSimError if there are none, or they do not have what is asked for."""
    checked_outcome(outcome)
    switch("effect", effect)
    runs = _table(results, [outcome])
    varied = [name for name in runs if name in PARAMETERS]
    for name in parameters:
        if not isinstance(name, str) or name not in varied:
            raise TearSimError(
                f"{quoted(name)} does not vary in these results; what varies: {', '.join(varied) or 'nothing'}."
            )
    if outcome not in runs or not runs[outcome].notna().any():
        raise TearSimError(f"These results have no {outcome}.")
    if effect and not has_both_arms(runs):
        raise TearSimError("An effect of tears needs points with tears shown and points with tears held back.")
    if has_both_arms(runs) and "tears" not in parameters:
        return runs[runs["tears"].isin(SHOWN_AND_HELD_BACK)]  # other manners of tears are told by themselves alone
    return runs


def _two(results: Given, x: str | None, y: str | None) -> tuple[str, str]:
    """The two parameters of a map: those named, then those that vary."""
    varied = results.columns if isinstance(results, pd.DataFrame) else open_results(results).experiment.varied
    for name, given in (("x", x), ("y", y)):
        if given is not None:
            of_kind(name, given, str, "a parameter that varies")
    free = [name for name in varied if name in PARAMETERS and name != "tears" and name not in (x, y)]
    chosen = [name if name is not None else (free.pop(0) if free else None) for name in (x, y)]
    if None in chosen:
        raise TearSimError("A map needs two parameters that vary, besides the manner of tears.")
    return str(chosen[0]), str(chosen[1])


def _values(runs: pd.DataFrame, parameter: str) -> Values:
    """The values of a parameter in order; numbers of which there are many, in classes of equal width."""
    column = runs[parameter]
    occurring = column.unique().tolist()
    declared = PARAMETERS[parameter]
    if declared.choices:
        occurring = [choice for choice in declared.choices if choice in occurring]
    elif len(occurring) > MOST_TICKS:
        codes, edges = pd.cut(column, NUMBER_OF_CLASSES, labels=False, retbins=True)
        # pandas widens the first class by a thousandth, so that it holds the lowest value.
        edges[0] = column.min()
        names = [f"{low:.3g} to {high:.3g}" for low, high in itertools.pairwise(edges)]
        return Values(codes, ((edges[1:] + edges[:-1]) / 2).tolist(), names, True)
    else:
        occurring = sorted(occurring)
    codes = column.map({value: i for i, value in enumerate(occurring)}).astype(int)
    return Values(codes, occurring, [as_said(value) for value in occurring], False)


def _lines(runs: pd.DataFrame, values: Values, parameter: str, outcome: str, effect: bool) -> list[Curve]:
    """One line for each arm, one for the effect, or one for all runs."""
    parts = {"effect" if effect else "all": runs}
    if has_both_arms(runs) and parameter != "tears" and not effect:
        parts = {arm: runs[runs["tears"] == arm] for arm in SHOWN_AND_HELD_BACK}
    lines = []
    for arm, rows in parts.items():
        found = _means(rows.assign(level=values.codes.loc[rows.index]), ["level"], outcome, effect, [parameter])
        lines.append(Curve(arm, [found.get((i,), MISSING) for i in range(len(values.at))]))
    return lines


def _means(
    runs: pd.DataFrame, by: list[str], outcome: str, effect: bool, parameters: Sequence[str]
) -> dict[tuple[Value, ...], Estimate]:
    """The outcome, or what showing the tears did to it, at each combination of codes: means over replicates."""
    rows = paired_differences(runs, outcome) if effect else runs
    return means_by(rows, by, outcome, int(effect), _drawn_by(runs, parameters))


def _basis(runs: pd.DataFrame) -> Basis:
    sampled = _drawn_by(runs, []) is not None
    worlds = runs[WORLD].nunique() if WORLD in runs else 0
    points, replicates = (runs[name].nunique() for name in (POINT, "replicate"))
    return Basis(len(runs), points, replicates, sampled, has_both_arms(runs), worlds)


def _drawn_by(runs: pd.DataFrame, parameters: Sequence[str]) -> str | None:
    """For points that are a sample, the column that tells independent draws apart; None for combinations.

    Of a table that somebody brings without its experiment, a parameter of many values: points of one value are one
    draw, for the points of a block of Saltelli's design share all values but one.
    """
    if DRAW in runs:
        return DRAW
    varied = [name for name in runs if name in PARAMETERS]
    number = {name: runs[name].nunique() for name in varied}
    if math.prod(number.values()) == runs[POINT].nunique():
        return None
    many = [name for name in (*parameters, *varied) if number[name] > MOST_TICKS]
    return many[0] if many else None
