"""What happens around tears: a bond before and after them in both worlds, how often they come, how they are taken."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tearsim.arguments import A_TABLE, of_kind
from tearsim.errors import TearSimError
from tearsim.science.codes import LEVEL, RECEPTION
from tearsim.study.estimates import WORLD, Estimate, limits_of, ratio, share

WEEKS_BEFORE, WEEKS_AFTER = 6, 12
# Of weeks with fewer pairs than this nothing is told: their means say nothing.
FEWEST_PAIRS = 20
# How tears are taken: those that the client did not notice, and what became of the others.
TAKEN = ("unseen", *RECEPTION[1:])


class Units(NamedTuple):
    """What is taken as independent: worlds, practices (replicates), or the therapists of one practice."""

    column: str
    number: int


class AroundTears(NamedTuple):
    """Alliance by week around the first tears that a client noticed; week 0 is that of the tears."""

    means: dict[str, dict[int, Estimate]]  # by "shown" and, with a second world, "held back" and "difference"
    people: dict[int, int]  # by week
    units: Units


class ByLevel(NamedTuple):
    """How often eyes fill, and how it is taken, for each level of tears that occurs."""

    levels: list[str]
    counts: list[int]
    sessions: int
    often: list[Estimate]  # % of sessions, by level
    taken: dict[str, list[Estimate]]  # % of the tears of a level, by how they were taken
    units: Units


def alliance_around(shown: pd.DataFrame, held_back: pd.DataFrame | None = None) -> AroundTears:
    """Alliance in the weeks around the first tears that a client noticed, and that of the same client without them.

    Tables of sessions of two cohorts under the same luck, with the replicate in a column. Raises TearSimError if
    columns are missing, or too few noticed any tears.
    """
    rows = around_tears(shown, held_back)
    units = _units(rows)
    means = {arm: _by_week(rows, arm, units.column) for arm in ("shown", "held back", "difference") if arm in rows}
    if not means["shown"]:
        raise TearSimError(f"Fewer than {FEWEST_PAIRS} clients noticed tears: too few for a picture of what followed.")
    people = rows.groupby("week")["person"].nunique()
    return AroundTears(means, {int(week): int(number) for week, number in people.items()}, units)


def around_tears(shown: pd.DataFrame, held_back: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a person and week around that person's first noticed tears: alliance after the session in each world.

    Columns: what tells practices apart, therapist, person, week (0 that of the tears), shown; and with a second world
    "held back" and difference. Sessions with another therapist are left out.
    """
    both_worlds = ["home", "turn", "therapist", "week", "alliance"]
    _needs("shown", shown, [*both_worlds, "noticed"], "Alliance around tears needs")
    where = [name for name in ("design_point", WORLD, "replicate") if name in shown]
    who = [*where, "home", "turn"]
    met = [*who, "therapist", "week"]
    first = shown[shown["noticed"]].sort_values("week").drop_duplicates(who)[met].rename(columns={"week": "tears"})
    first = first.assign(person=np.arange(len(first)))
    both = first.merge(shown[[*met, "alliance"]], on=[*who, "therapist"]).rename(columns={"alliance": "shown"})
    if held_back is not None:
        _needs("held_back", held_back, [*where, *both_worlds], "Alliance around tears needs")
        without = held_back[[*met, "alliance"]].rename(columns={"alliance": "held back"})
        both = both.merge(without, on=met).assign(difference=lambda b: b["shown"] - b["held back"])
    both["week"] -= both["tears"]
    near = both[(both["week"] >= -WEEKS_BEFORE) & (both["week"] <= WEEKS_AFTER)]
    return near.drop(columns=["home", "turn", "tears"])


def _needs(name: str, sessions: object, columns: Sequence[str], who: str) -> None:
    """Raise TearSimError for anything but a table, and for a column that it lacks."""
    table = of_kind(name, sessions, pd.DataFrame, A_TABLE)
    for column in columns:
        if column not in table:
            raise TearSimError(f'{who} sessions with a column "{column}".')


def _by_week(around: pd.DataFrame, column: str, unit: str) -> dict[int, Estimate]:
    """The mean of a column at each week around tears, with its interval over independent units."""
    means = {}
    limits = limits_of("alliance_mean", int(column == "difference"))
    for week, rows in around.groupby("week"):
        if len(rows) >= FEWEST_PAIRS:
            by = rows.groupby(unit)[column].agg(["sum", "size"])
            means[int(week)] = ratio(by["sum"].tolist(), by["size"].tolist()).within(limits)
    return means


def _units(rows: pd.DataFrame) -> Units:
    several = [name for name in (WORLD, "replicate") if name in rows and rows[name].nunique() > 1]
    column = several[0] if several else "therapist"
    _needs("sessions", rows, [column], "An interval over the therapists of one practice needs")
    return Units(column, rows[column].nunique())


def by_level_of_tears(sessions: pd.DataFrame) -> ByLevel:
    """How often a therapist's eyes fill, by level, and how clients took the tears of each level.

    Raises TearSimError if no eyes filled.
    """
    _needs("sessions", sessions, ["tears_felt", "noticed", "reception"], "Tears by level need")
    levels = [level for level in LEVEL[1:] if (sessions["tears_felt"] == level).any()]
    if not levels:
        raise TearSimError("No therapist’s eyes filled in these sessions.")
    units = _units(sessions)
    felt = {level: sessions["tears_felt"] == level for level in levels}
    often = [_share(sessions, those, units.column) for those in felt.values()]
    taken: dict[str, list[Estimate]] = {}
    for kind in TAKEN:
        taken[kind] = []
        for those in felt.values():
            rows = sessions[those]
            took = ~rows["noticed"] if kind == "unseen" else rows["reception"] == kind
            taken[kind].append(_share(rows, took, units.column))
    return ByLevel(levels, [int(those.sum()) for those in felt.values()], len(sessions), often, taken, units)


def _share(rows: pd.DataFrame, those: pd.Series, unit: str) -> Estimate:
    """Which share (%) of the rows those are, with its interval over independent units."""
    by = those.groupby(rows[unit], observed=True).agg(["sum", "size"])
    return share(by["sum"].tolist(), by["size"].tolist()).times(100.0)
