"""Is it luck? Many practices like one, tears shown against held back, among the clients who saw tears.

The practices are cohorts, whatever the one they are like: there everyone has a partner. In an open practice tears
change who comes when, and those who then have no partner are those around whom tears were more frequent.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import COMPLETIONS, LEFT
from tearsim.science.declaration import Value
from tearsim.science.settings import checked
from tearsim.study import arms
from tearsim.study.estimates import Estimate, ratio
from tearsim.study.people import twins

PRACTICES = 200


class Measure(NamedTuple):
    """What is read off a person's course in either world."""

    words: str
    unit: str
    digits: int
    of: Callable[[NDArray[Any]], NDArray[Any]]
    most: float = np.inf  # that it can differ by


MEASURES: dict[str, Measure] = {
    "left": Measure("Left without completing", "points", 1, lambda c: 100.0 * (c["ending"] == LEFT), 100.0),
    "completed": Measure("Completed", "points", 1, lambda c: 100.0 * np.isin(c["ending"], COMPLETIONS), 100.0),
    "alliance": Measure("Alliance, last session", "", 3, lambda c: c["alliance"].astype(float), 1.0),
    "sessions": Measure("Sessions had", "", 2, lambda c: c["sessions"].astype(float)),
}


class Answer(NamedTuple):
    """Shown minus held back, by the name of the measure, over the people compared."""

    effects: dict[str, Estimate]
    practices: int
    weeks: int
    people: int  # pairs compared
    left_out: int  # saw tears, but have no sound partner


def is_it_luck(parameters: Mapping[str, Value], seed: int, weeks: int, practices: int = PRACTICES,
               report: Callable[[int], None] | None = None,
               wanted: Callable[[], bool] = lambda: True) -> Answer | None:  # fmt: skip
    """Run `practices` cohorts like one (replicates 1 and on of its seed) with tears shown and held back.

    Therapists learn nothing from their tears, unless `parameters` say otherwise (`arms.STEADY`). `report` hears how
    many are done; None once no longer `wanted`. Raises TearSimError for what cannot be run.
    """
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    values = checked({**arms.STEADY, **parameters, "weeks": weeks, "arrivals": "cohort"})
    if values["tears"] == "held back":  # there is nothing to compare with itself
        values["tears"] = "shown"
    both = Ensemble([values, arms.held_back(values)], log=True)
    pairs = []
    for replicate in range(1, practices + 1):
        if not wanted():
            return None
        shown, held_back = (twins.courses(ran.log) for ran in both.run(seed, replicate))
        pairs.append(twins.exposed(shown, held_back))
        if report is not None:
            report(replicate)
    return answer(pairs, weeks)


def answer(pairs: list[twins.Pairs], weeks: int) -> Answer:
    """What many practices say together, from the exposed pairs of each."""
    effects = {}
    for name, measure in MEASURES.items():
        totals = [float(np.sum(measure.of(one.shown) - measure.of(one.held_back))) for one in pairs]
        effects[name] = ratio(totals, [len(one.shown) for one in pairs]).within((-measure.most, measure.most))
    people, left_out = sum(len(one.shown) for one in pairs), sum(one.left_out for one in pairs)
    return Answer(effects, len(pairs), weeks, people, left_out)
