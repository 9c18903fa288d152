"""What showing tears did to those who saw them, on enough people, over the worlds that the practices lived in."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
from scipy.special import ndtri

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.science.fitted import DEFAULT, lucks_of_all_worlds, world_of, worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.study.answers.over_worlds import OverWorlds, over_worlds
from tearsim.study.estimates import (
    CONFIDENCE,
    WORLD,
    Estimate,
    difference_of_ratios,
    estimate,
    luck_of,
    ratio,
    with_worlds,
)
from tearsim.study.people.exposed import (
    ALLIANCE,
    BEFORE_AFTER,
    LEFT_IF_SEEN,
    LEFT_IF_UNSEEN,
    LEFT_WITHIN,
    MEASURED,
    MOST_DIFFERENCE,
    live,
)
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.precision import FASTEST_GROWTH

# What therapists believe of their tears is solved from what surveys found, so it goes with how tears are taken; but it
# moves no client where therapists learn nothing from their tears, as here.
BELIEFS = tuple(name for name in PARAMETERS if name.startswith("belief_"))
# How far luck may move a mean to either side: half a client in a hundred, and .02 points of a WAI mean of 1 to 7.
SMALL_LUCK = {LEFT_WITHIN: 0.005, ALLIANCE[4]: 0.02 / 6.0}
# How large luck may be in one world's share of those who leave, as a variance, beside how worlds differ: with more,
# which sign it has in how many worlds is told with too little confidence.
SMALL_BESIDE = 0.2
# Practices to begin with; and the most, in weeks of all places: that takes some ten seconds.
FIRST, MOST_CLIENT_WEEKS = 100, 40_000_000
# Where even this many times the most would not do, the first have to.
HOPELESS = 10


class NaiveStudies(NamedTuple):
    """What studies without the other world would have said: see `people.exposed`."""

    before_after: Estimate
    seen_unseen: Estimate


class ThoseWhoSaw(NamedTuple):
    """How many clients noticed tears, and what showing them did to these, by measure (`people.exposed.MEASURED`).

    Intervals take practices as the independent units, or the worlds that these lived in. Alliance is given from 0 to 1,
    leaving as a share, distress in SD of intake.
    """

    clients: int
    saw: int
    practices: int
    weeks: int  # that each practice was watched
    effects: dict[str, Estimate]
    worlds: dict[str, OverWorlds]  # empty where all lived in one, or none can be told from luck
    lived_in: tuple[int, ...]  # which worlds of the set, in the order of `OverWorlds.worlds` of leaving
    luck: dict[str, float]  # how far luck alone moves each mean to either side
    studies: NaiveStudies
    needed: int  # about how many practices would make luck that small

    @property
    def precise(self) -> bool:
        """Whether it rests on enough people for luck to move it by no more than SMALL_LUCK."""
        return all(self.luck[name] <= wanted for name, wanted in SMALL_LUCK.items())


def those_who_saw(experiment: Experiment, values: Mapping[str, Value]) -> ThoseWhoSaw:
    """Live enough practices of a design point for luck to be small, but no more than take some ten seconds."""
    estimates, seed = str(values["estimates"]), experiment.design.seed
    a_practice = int(values["therapists"]) * int(values["caseload"]) * int(values["weeks"])
    most = max(2, MOST_CLIENT_WEEKS // a_practice)
    first = FIRST if estimates == DEFAULT else lucks_of_all_worlds(estimates)
    first = min(first, most)
    rules = dict(experiment.replaced)
    rows = live(values, seed, range(first), rules)
    weeks = int(values["weeks"])
    found = _told(rows, estimates, weeks)
    while found.practices < min(most, found.needed) and found.needed <= HOPELESS * most:
        some = range(found.practices, min(most, found.needed, FASTEST_GROWTH * found.practices))
        rows = pd.concat([rows, live(values, seed, some, rules)], ignore_index=True)
        found = _told(rows, estimates, weeks)
    return found


class Moved(NamedTuple):
    """A parameter that worlds differ in, and with which an effect goes: its mean in the lowest and highest third, with
    the interval that other worlds alike would leave, and in how many worlds of each third it lies above 0."""

    parameter: str
    low: Estimate
    high: Estimate
    rank_correlation: float
    above: tuple[int, int]


def moved_by(seen: ThoseWhoSaw, estimates: str, given: Mapping[str, Value], most: int = 2) -> list[Moved]:
    """With which parameters, of those that differ between worlds, more or fewer leave; the closest first.

    Of those that can move a client, which what therapists believe cannot. By Spearman's rank correlation over worlds,
    of those whose p, times the number of parameters looked at, lies under .05 (Bonferroni): of many parameters, some
    go with anything by chance.
    """
    from scipy.stats import spearmanr

    worlds = seen.worlds.get(LEFT_WITHIN)
    if worlds is None or len(seen.lived_in) != worlds.number or worlds.between == 0.0:
        return []
    effects = pd.Series(worlds.worlds)
    table = pd.DataFrame([worlds_of(estimates)[one] for one in seen.lived_in]).drop(
        columns=[*given, *BELIEFS], errors="ignore"
    )
    table = table.loc[:, table.nunique() > 1]
    found = []
    for name in table:
        told = spearmanr(table[name], effects)
        if told.pvalue * len(table.columns) < 0.05:
            order = table[name].rank(method="first") / len(table)
            thirds = [effects[which] for which in (order <= 1 / 3, order > 2 / 3)]
            low, high = map(estimate, thirds)
            above = int((thirds[0] > 0.0).sum()), int((thirds[1] > 0.0).sum())
            found.append(Moved(str(name), low, high, float(told.statistic), above))
    return sorted(found, key=lambda one: -abs(one.rank_correlation))[:most]


def _needed(luck: Mapping[str, float], worlds: Mapping[str, OverWorlds], practices: int) -> int:
    """About how many practices would do: a half-width shrinks as one over the root of their number."""
    ratios = [(luck[name] / wanted) ** 2 for name, wanted in SMALL_LUCK.items() if not math.isnan(luck[name])]
    left = worlds.get(LEFT_WITHIN)
    if left is not None and left.between > 0.0:
        in_one_world = left.number * (left.luck / ndtri(0.5 + CONFIDENCE / 2.0)) ** 2
        ratios.append(in_one_world / (SMALL_BESIDE * left.between**2))
    return math.ceil(1.05 * practices * max(ratios, default=0.0))


def _told(rows: pd.DataFrame, estimates: str, weeks: int) -> ThoseWhoSaw:
    lived = with_worlds(rows, {"estimates": estimates})
    by = lived.groupby(luck_of(lived)[0]).sum()
    effects, over, luck = {}, {}, {}
    for name in MEASURED:
        most = MOST_DIFFERENCE.get(name, 1.0)
        effects[name] = ratio(by[name].tolist(), by[f"{name}_of"].tolist()).within((-most, most))
        luck[name] = effects[name].high - effects[name].mean
        if WORLD in lived:
            number = lived[f"{name}_of"].to_numpy(float)
            try:
                each = (lived[name] / number).to_numpy(float)
                over[name] = over_worlds(each, lived[WORLD].to_numpy(), number, lived["luck"].to_numpy())
                luck[name] = over[name].luck
            except TearSimError:
                luck[name] = math.nan
    there = lived[lived[f"{LEFT_WITHIN}_of"] > 0]
    which = sorted({world_of(estimates, one) for one in there["replicate"].tolist()})
    later, seen, unseen = (
        (by[name].tolist(), by[f"{name}_of"].tolist()) for name in (BEFORE_AFTER, LEFT_IF_SEEN, LEFT_IF_UNSEEN)
    )
    clients, saw = (int(rows[name].sum()) for name in ("clients", "saw"))
    studies = NaiveStudies(ratio(*later), difference_of_ratios(seen, unseen))
    return ThoseWhoSaw(
        clients, saw, len(rows), weeks, effects, over, tuple(which), luck, studies, _needed(luck, over, len(rows))
    )
