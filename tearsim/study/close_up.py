"""A close-up: the people behind one design point of a sweep, lived again with tears shown and with tears held back.

A sweep keeps outcomes, not people. Practices are cheap to live again, so a few are, as cohorts: there every client has
a partner in the other world (see `twins`), and what tears did is read off the same persons.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value, plain
from tearsim.science.parameters import PARAMETERS
from tearsim.study import twins
from tearsim.study.designs import Point
from tearsim.study.experiment import Experiment
from tearsim.study.provenance import source_hash
from tearsim.study.results import Results
from tearsim.worlds.episodes import episodes_table
from tearsim.worlds.logbook import sessions_table

# Of more parameters than this a sentence about a design point leaves out the values.
MOST_NAMED = 4
# Clients to look at, in as many practices as that takes; of small practices no more than so many, of any no fewer.
PEOPLE, LEAST_REPLICATES, MOST_REPLICATES = 6000, 4, 200
# Sessions, of both worlds together, whose log a closer look may hold in memory.
MOST_SESSIONS = 2_000_000


class CloseUp(NamedTuple):
    """Sessions of both worlds, and episodes of both, with the replicate in a column of its own; and what was run."""

    shown: pd.DataFrame
    held_back: pd.DataFrame
    episodes: pd.DataFrame  # with a column `tears`
    parameters: dict[str, Value]
    point: int
    replicates: int
    words: str


def close_up(results: Results, point: int | None = None) -> CloseUp:
    """The people of one design point, by default that nearest the middle of the design.

    Raises TearSimError if the results were made by another version of the model, for a point that is not there, and
    if the practice is too large.
    """
    if results.provenance["source_hash"] != source_hash():
        raise TearSimError("These results are of another version of the model, which cannot bring their people back.")
    experiment = results.experiment
    number = middle(experiment) if point is None else point
    if not 0 <= number < len(experiment.points):
        raise TearSimError(f"There is no design point {number}: they go from 0 to {len(experiment.points) - 1}.")
    values = {**experiment.points[number], "arrivals": "cohort", "tears": "shown"}
    places = int(values["therapists"]) * int(values["caseload"])
    fit = MOST_SESSIONS // (2 * places * int(values["weeks"]))
    replicates = min(max(LEAST_REPLICATES, -(-PEOPLE // places)), MOST_REPLICATES, fit)
    if replicates < LEAST_REPLICATES:
        raise TearSimError("The practices of this design are too large for a closer look at their people.")
    return _lived(values, number, replicates, experiment.design.seed, experiment.varied)


def middle(experiment: Experiment) -> int:
    """The design point nearest the middle: numbers half way up their range, everything else at its default.

    Points with tears held back are passed over, if there are others.
    """
    points = experiment.points
    away = np.zeros(len(points))
    for name in experiment.varied:
        values = [points[i][name] for i in range(len(points))] if name in points.shared else [
            own.get(name, points.shared.get(name)) for own in points.own
        ]  # fmt: skip
        if name == "tears":
            away += [1e6 * (value == "held back") for value in values]
        elif PARAMETERS[name].kind in ("number", "whole number"):
            numbers = np.array(values, float)
            away += ((numbers - numbers.min()) / (np.ptp(numbers) or 1.0) - 0.5) ** 2
        else:
            away += [0.25 * (value != PARAMETERS[name].default) for value in values]
    return int(np.argmin(away))


def _lived(values: Point, point: int, replicates: int, seed: int, varied: list[str]) -> CloseUp:
    """The practices of a point in both worlds, one replicate of the sweep's seed after another."""
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    worlds = [values, twins.held_back(values)]
    both = Ensemble(worlds, log=True)
    sessions: dict[str, list[pd.DataFrame]] = {"shown": [], "held back": []}
    episodes = []
    for replicate in range(replicates):
        for arm, world, ran in zip(sessions, worlds, both.run(seed, replicate), strict=True):
            sessions[arm].append(sessions_table(ran.log).assign(replicate=replicate))
            table = episodes_table(ran.log, world, seed, replicate)
            episodes.append(table.assign(replicate=replicate, tears=arm))
    shown, held_back = (pd.concat(tables, ignore_index=True) for tables in sessions.values())
    return CloseUp(
        shown, held_back, pd.concat(episodes, ignore_index=True), dict(values), point, replicates,
        _in_words(values, point, replicates, [name for name in varied if name != "tears"]),
    )  # fmt: skip


def _in_words(values: Point, point: int, replicates: int, varied: list[str]) -> str:
    """What was run, in a sentence or two."""
    therapists, caseload, weeks = (values[name] for name in ("therapists", "caseload", "weeks"))
    where = ", ".join(f"{name.replace('_', ' ')} {plain(values[name])}" for name in varied if name in values)
    return (
        f"A sweep keeps no people, so one design point was lived again with everyone on record: point {point}"
        f"{f' ({where})' if where and len(varied) <= MOST_NAMED else ', the nearest to the middle of the design'}, "
        f"{replicates} practices of {therapists} therapists with {caseload} clients each, {weeks} weeks, once with "
        "tears shown and once with the same tears held back. Nobody new comes in these practices, so that every client "
        "is there in both."
    )
