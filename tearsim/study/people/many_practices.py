"""Is it luck? Many practices like one, tears shown against held back, among the clients who saw tears.

The practices are cohorts, whatever the one they are like: there everyone has a partner. In an open practice tears
change who comes when, and those who then have no partner are those around whom tears were more frequent.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim.arguments import MOST_REPEATED, to_call
from tearsim.science.alternatives import with_theory
from tearsim.science.codes import COMPLETIONS, LEFT
from tearsim.science.declaration import whole_number
from tearsim.science.fitted import DEFAULT, world_of
from tearsim.science.luck import checked_address
from tearsim.science.replacing import Rule
from tearsim.science.settings import all_given, checked
from tearsim.study import arms
from tearsim.study.estimates import Estimate, ratio
from tearsim.study.people import twins
from tearsim.worlds.outcomes import Numbers

PRACTICES = 200
POINTS_OF_RATING = 6.0  # from 1 to 7, as clients rate what the model has from 0 to 1


class PersonMeasure(NamedTuple):
    """What is read off a person's course in either world."""

    words: str
    unit: str
    digits: int
    of: Callable[[NDArray[np.void]], Numbers]  # of courses
    most: float = np.inf  # that it can differ by


PERSON_MEASURES: dict[str, PersonMeasure] = {
    "left": PersonMeasure("Left without completing", "in 100", 1, lambda c: _per_cent(c["ending"] == LEFT), 100.0),
    "completed": PersonMeasure("Completed", "in 100", 1, lambda c: _per_cent(np.isin(c["ending"], COMPLETIONS)), 100.0),
    "alliance": PersonMeasure(
        "Alliance, last session, rated 1 to 7",
        "",
        2,
        lambda c: POINTS_OF_RATING * c["alliance"].astype(float),
        POINTS_OF_RATING,
    ),
    "sessions": PersonMeasure("Sessions had", "", 2, lambda c: c["sessions"].astype(float)),
}


def _per_cent(those: NDArray[np.bool_]) -> Numbers:
    """100 for those of whom something holds, 0 for the others: a mean of it is a share in per cent."""
    return np.where(those, 100.0, 0.0)


class ManyPractices(NamedTuple):
    """Shown minus held back, by the name of the measure, over the people compared."""

    effects: dict[str, Estimate]
    practices: int
    weeks: int
    people: int  # pairs compared
    left_out: int  # saw tears, but have no sound partner
    totals: dict[str, list[float]]  # of each measure, by practice: the sum of differences over the people
    people_by_practice: list[int]

    @property
    def table(self) -> pd.DataFrame:
        """A row for each measure: what it is, its unit, and shown minus held back with its 95 % interval."""
        rows = [
            (PERSON_MEASURES[name].words, PERSON_MEASURES[name].unit, *one[:3]) for name, one in self.effects.items()
        ]
        return pd.DataFrame(rows, columns=["measure", "unit", "mean", "low", "high"], index=list(self.effects))


def is_it_luck(
    parameters: str | Mapping[str, object] | None = None,
    *,
    seed: int = 1,
    practices: int = PRACTICES,
    report: Callable[[int], None] | None = None,
    keep_going: Callable[[], bool] = lambda: True,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
    **named: object,
) -> ManyPractices | None:
    """What showing tears did to those who saw them, over many practices like one.

    The practices are cohorts (nobody new comes), and therapists learn nothing from their tears unless parameters say
    otherwise: so everyone can be compared with themselves where the same tears were held back.

    Args:
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
        seed: The practices are replicates 1 and on of it.
        practices: How many; from one practice there is no interval.
        report: Called with how many practices are done.
        keep_going: Called before each practice; once it returns False, the run stops and returns None.
        theory: A rival theory by name (`tearsim theories`), whose parameters those that are given override.
        rules: Functions in the place of rules, by the rules' names, as in `simulate`.
        **named: Parameters, one by one.

    Returns:
        Shown minus held back for each measure, with 95 % intervals that take practices as the independent units and
        hold the luck of the simulation; with a set of worlds, these are the units, and the intervals also hold how they
        differ. `left` and `completed` are in percentage points, `alliance` in points of a client's rating from 1 to 7
        (the WAI's mean: six times the model's own 0 to 1), `sessions` in sessions.

    Raises:
        TearSimError: For an unknown theory or parameter, a value outside its limits, and fewer practices than one.

    >>> import tearsim
    >>> found = tearsim.is_it_luck(weeks=8, therapists=4, practices=10, therapist_tear_propensity=0.95)
    >>> found.practices, found.people > 20
    (10, True)
    """
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    whole_number("number of practices", practices, 1, MOST_REPEATED)
    to_call("keep_going", keep_going)
    if report is not None:
        to_call("report", report)
    seed, _ = checked_address(seed, 0)
    given, replaced = with_theory(theory, rules, {**arms.STEADY, **all_given(parameters, named)})
    values = checked({**given, "arrivals": "cohort"})
    weeks = int(values["weeks"])
    if values["tears"] == "held back":  # there is nothing to compare with itself
        values["tears"] = "shown"
    both = Ensemble([values, arms.held_back(values)], log=True, rules=dict(replaced))
    pairs = []
    for replicate in range(1, practices + 1):
        if not keep_going():
            return None
        shown, held_back = (twins.courses(ran.log) for ran in both.run(seed, replicate))
        pairs.append(twins.exposed(shown, held_back))
        if report is not None:
            report(replicate)
    return answer(pairs, weeks, str(values["estimates"]))


def answer(pairs: list[twins.Pairs], weeks: int, estimates: str = DEFAULT) -> ManyPractices:
    """What many practices say together, from the exposed pairs of each.

    Independent are practices, or the worlds that they lived in.
    """
    effects, of_each, numbers = {}, {}, [len(one.shown) for one in pairs]
    lived = range(1, len(pairs) + 1)
    units = list(lived) if estimates == DEFAULT else [world_of(estimates, one) for one in lived]
    for name, measure in PERSON_MEASURES.items():
        totals = [float(np.sum(measure.of(one.shown) - measure.of(one.held_back))) for one in pairs]
        of_each[name] = totals
        by = pd.DataFrame({"total": totals, "number": numbers}).groupby(units).sum()
        found = ratio(by["total"].tolist(), by["number"].tolist())
        effects[name] = found.within((-measure.most, measure.most))
    left_out = sum(one.left_out for one in pairs)
    return ManyPractices(effects, len(pairs), weeks, sum(numbers), left_out, of_each, numbers)
