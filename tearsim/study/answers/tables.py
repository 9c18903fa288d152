"""The tables of a sweep: outcomes by each parameter that varies, and what showing the tears did, with intervals."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import pandas as pd

from tearsim.science.declaration import Value
from tearsim.study.answers.by_level import by_level, effect_of_showing, parameters_to_tell
from tearsim.study.answers.contrasts import BESIDE
from tearsim.study.arms import SHOWN_AND_HELD_BACK, has_both_arms, has_other_manners
from tearsim.study.estimates import POINT, WORLD, Estimate, overall, range_over_points, with_worlds
from tearsim.study.sweeps.experiment import SAMPLED, Experiment

# Points of a list that there is room for one by one.
MOST_POINTS_LISTED = 30


class Row(NamedTuple):
    """The outcomes at one level of a parameter, at one design point, or over the whole design."""

    level: Value | None
    outcomes: dict[str, Estimate]
    effects: dict[str, Estimate]  # shown minus held back, of the outcomes in question; empty where it is not told
    between_points: dict[str, tuple[float, float]]  # what 5 % of design points lie below, and above; or empty


class OutcomeTable(NamedTuple):
    """Outcomes row by row: by a parameter (`by` is its name), point by point, or over a whole sampled design."""

    kind: Literal["by parameter", "by point", "over design"]
    by: str
    rows: list[Row]
    replicates: int
    points: int
    of_shown: bool  # whether only the runs with tears shown are in it
    worlds: int = 0  # in how many worlds the replicates lived; 0 if all in that of the defaults


def in_tables(experiment: Experiment) -> tuple[str, ...]:
    """The outcomes of a table, in order: those in question, how many tears there were, and how they were taken."""
    return tuple(dict.fromkeys((*experiment.asked, *BESIDE)))


def outcome_tables(experiment: Experiment, runs: pd.DataFrame) -> list[OutcomeTable]:
    """A table for each varied parameter: outcomes at each of its values, and what showing the tears did.

    The points of a list are told one by one: what differs between them differs together. A sampled design has a value
    of its own at nearly every point: there, one table says how far outcomes range.
    """
    if not len(runs):
        return []
    runs = with_worlds(runs, experiment.parameters)
    worlds = runs[WORLD].nunique() if WORLD in runs else 0
    return [table._replace(worlds=worlds) for table in _tables(experiment, runs)]


def _tables(experiment: Experiment, runs: pd.DataFrame) -> list[OutcomeTable]:
    arms = has_both_arms(runs)
    shown = runs[runs["tears"] == "shown"] if arms else runs
    kind, points, names = experiment.design.kind, runs[POINT].nunique(), in_tables(experiment)
    asked = experiment.asked if arms else ()
    if kind == "list" and points <= MOST_POINTS_LISTED:
        return [_by_point(runs, names)]
    by_tears = [_by_parameter(runs, runs, "tears", names, ())] if "tears" in runs else []
    if kind in SAMPLED or kind == "list":
        return [_over_design(shown, names, arms), *(by_tears if has_other_manners(runs) else [])]
    tables = [_by_parameter(runs, shown, name, names, asked) for name in parameters_to_tell(experiment)]
    if by_tears and (not tables or set(runs["tears"]) != set(SHOWN_AND_HELD_BACK)):
        tables += by_tears
    return tables


def _by_point(runs: pd.DataFrame, names: Sequence[str]) -> OutcomeTable:
    rows = [Row(point, _overall(at_point, names), {}, {}) for point, at_point in runs.groupby(POINT)]
    return OutcomeTable("by point", POINT, rows, runs["replicate"].nunique(), len(rows), False)


def _over_design(runs: pd.DataFrame, names: Sequence[str], arms: bool) -> OutcomeTable:
    between: dict[str, tuple[float, float]] = {}
    for name in names:
        low, high = range_over_points(runs, name)
        between[name] = (float(low), float(high))
    row = Row("", _overall(runs, names), {}, between)
    return OutcomeTable("over design", "", [row], runs["replicate"].nunique(), runs[POINT].nunique(), arms)


def _by_parameter(
    runs: pd.DataFrame, told: pd.DataFrame, parameter: str, names: Sequence[str], asked: Sequence[str]
) -> OutcomeTable:
    """Outcomes at each level, and what showing the tears did to those in question, where both arms are there."""
    levels = sorted(runs[parameter].unique())
    outcomes = {name: by_level(told, parameter, name) for name in names}
    effects = {name: effect_of_showing(runs, parameter, name) for name in asked}
    rows = [
        Row(
            level,
            {name: _at(table, level) for name, table in outcomes.items()},
            {name: _at(table, level) for name, table in effects.items()},
            {},
        )
        for level in levels
    ]
    return OutcomeTable(
        "by parameter", parameter, rows, told["replicate"].nunique(), told[POINT].nunique(), bool(asked)
    )


def _at(table: pd.DataFrame, level: Value | None) -> Estimate:
    return Estimate(*table.reindex([level]).iloc[0])


def _overall(runs: pd.DataFrame, names: Sequence[str]) -> dict[str, Estimate]:
    return {name: overall(runs, name) for name in names}
