"""A close-up: the people behind one design point of a sweep, run again with tears shown and with tears held back.

A sweep keeps outcomes, not people. Practices are cheap to run again, so a few are, as cohorts in which therapists
learn nothing from their tears: there every client has a partner in the other world (see `twins`), and what tears did is
read off the same persons.
"""

from collections.abc import Mapping
from numbers import Integral
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import Value, as_said, in_words
from tearsim.science.fitted import in_world
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import Rule
from tearsim.study import arms
from tearsim.study.estimates import with_worlds
from tearsim.study.sweeps.designs import Point
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.identity import source_hash
from tearsim.study.sweeps.replacements import bring
from tearsim.study.sweeps.results import Results, open_results
from tearsim.worlds.episodes import client_traits
from tearsim.worlds.logbook import sessions_table
from tearsim.worlds.tables import Table, one_after_another

# Of more parameters than this a sentence about a design point leaves out the values.
MOST_VALUES_NAMED = 4
# Clients to look at, and the fewest and the most practices that are lived to have them.
PEOPLE, LEAST_PRACTICES, MOST_PRACTICES = 6000, 4, 200
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


def close_up(
    results: Results | str | Path, *, point: int | None = None, rules: Mapping[str, Rule] | None = None
) -> CloseUp:
    """The people of one design point, run again with tears shown and with the same tears held back.

    Args:
        results: A results folder, or results that are open.
        point: The design point, counted from 0; by default that nearest the middle of the design.
        rules: The functions that took the place of rules in the sweep, by the rules' names, where this process has not
            been given them yet.

    Returns:
        Sessions and episodes of both worlds, and in words what was run.

    Raises:
        TearSimError: If the results were made by another version of the model, for a point that is not there, for
            functions that took no rule's place in it, and if the practice is too large.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 2, "vary": {"tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> people = tearsim.close_up(results)
    >>> people.replicates, set(people.episodes["tears"]) == {"shown", "held back"}
    (200, True)
    """
    results = open_results(results)
    if results.provenance["source_hash"] != source_hash():
        raise TearSimError("These results are of another version of the model, which cannot bring their people back.")
    experiment = results.experiment
    bring(rules, experiment.rules)
    number = middle(experiment) if point is None else point
    if isinstance(number, bool) or not isinstance(number, Integral) or number not in range(len(experiment.points)):
        last = len(experiment.points) - 1
        raise TearSimError(f"There is no design point {echoed(number)}: they go from 0 to {last}.")
    values = {**experiment.points[number], **arms.STEADY, "arrivals": "cohort", "tears": "shown"}
    places = int(values["therapists"]) * int(values["caseload"])
    fit = MOST_SESSIONS // (2 * places * int(values["weeks"]))
    replicates = min(max(LEAST_PRACTICES, -(-PEOPLE // places)), MOST_PRACTICES, fit)
    if replicates < LEAST_PRACTICES:
        raise TearSimError("The practices of this design are too large for a closer look at their people.")
    which = f"point {number}, the nearest to the middle of the design" if point is None else f"point {number}"
    return _lived(values, number, which, replicates, experiment)


def middle(experiment: Experiment) -> int:
    """The design point nearest the middle: numbers half way up their range, everything else at its default.

    Points with tears held back are passed over, if there are others.
    """
    points = experiment.points
    away = np.zeros(len(points))
    for name in experiment.varied:
        values = [own.get(name, points.shared.get(name)) for own in points.own]
        if name == "tears":
            away += [1e6 * (value == "held back") for value in values]
        elif PARAMETERS[name].kind in ("number", "whole number"):
            numbers = np.array(values, float)  # missing where a fitted world brings the value
            span = np.nanmax(numbers) - np.nanmin(numbers)
            away += np.nan_to_num((numbers - np.nanmin(numbers)) / (span or 1.0) - 0.5) ** 2
        else:
            away += [0.25 * (value != PARAMETERS[name].default) for value in values]
    return int(np.argmin(away))


def _lived(values: Point, point: int, which: str, replicates: int, experiment: Experiment) -> CloseUp:
    """The practices of a point in both worlds, one replicate of the sweep's seed after another."""
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    both = Ensemble([values, arms.held_back(values)], log=True, rules=dict(experiment.replaced))
    seed = experiment.design.seed
    ran = [both.run(seed, replicate) for replicate in range(replicates)]
    shown, held_back = (_sessions([worlds[arm].log for worlds in ran], values) for arm in (0, 1))
    traits = _traits(shown, values, seed)
    episodes = pd.concat(
        [
            _episodes(sessions).assign(tears=arm).merge(traits, on=["replicate", "client"])
            for arm, sessions in (("shown", shown), ("held back", held_back))
        ],
        ignore_index=True,
    )
    words = _in_words(values, which, replicates, [name for name in experiment.varied if name != "tears"])
    return CloseUp(shown, held_back, episodes, dict(values), point, replicates, words)


def _sessions(logs: list[Table], parameters: Point) -> pd.DataFrame:
    """Sessions of all replicates, in words, with the replicate in a column, and its world where there are several."""
    numbers = np.repeat(np.arange(len(logs)), [len(log) for log in logs])
    return with_worlds(sessions_table(one_after_another(logs)).assign(replicate=numbers), parameters)


def _episodes(sessions: pd.DataFrame) -> pd.DataFrame:
    """One row an episode: replicate, client, episode, sessions held and how the last left it."""
    of = ["replicate", "client", "episode"]
    last = sessions.drop_duplicates(of, keep="last").sort_values(of)
    return last[["replicate", "client", "episode", "session", "ending"]].rename(columns={"session": "sessions"})


def _traits(sessions: pd.DataFrame, values: Point, seed: int) -> pd.DataFrame:
    """Every client's traits, with the replicate."""
    people = sessions.drop_duplicates(["replicate", "client"])[["replicate", "client", "home", "turn"]]
    tables = [
        client_traits(rows, in_world(values, replicate), seed, replicate).assign(
            replicate=replicate, client=rows["client"]
        )
        for replicate, rows in people.groupby("replicate")
    ]
    return pd.concat(tables, ignore_index=True)


def _in_words(values: Point, which: str, replicates: int, varied: list[str]) -> str:
    """What was run, in a sentence or two."""
    therapists, caseload, weeks = (values[name] for name in ("therapists", "caseload", "weeks"))
    named = ", ".join(
        f"{in_words(name)} {as_said(values[name])}" for name in varied if name in values and name not in arms.STEADY
    )
    where = f" ({named})" if named and len(varied) <= MOST_VALUES_NAMED else ""
    return (
        f"A sweep keeps no people, so one design point was run again with everyone on record: {which}{where}, "
        f"{replicates} practices of {therapists} therapists with {caseload} clients each, {weeks} weeks, once with "
        f"tears {values['tears']} and once with the same tears held back. Nobody new comes in these practices and "
        "therapists learn nothing from their tears, so that every client is there in both and only tears set the two "
        "apart."
    )
