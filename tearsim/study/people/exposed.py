"""Those who saw tears: what became of clients after the first tears that they noticed, beside themselves without them.

Practices are cohorts in which therapists learn nothing from their tears (see `twins`), so that every client has a
partner in the other world: the same person, of whom the same tears were kept.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim.science.codes import LEFT
from tearsim.science.declaration import Value
from tearsim.science.replacing import Rule
from tearsim.study import arms
from tearsim.worlds.tables import Table

# Weeks after the tears within which leaving is counted, and at which the alliance is looked at.
WEEKS_TO_LEAVE = 12
WEEKS_OF_ALLIANCE = (0, 4, 12)
# What is measured after the tears: the first minus the second of a pair, and how many left with tears shown.
LEFT_WITHIN, LEFT_SHOWN, DISTRESS = f"left_within_{WEEKS_TO_LEAVE}", "left_shown", "distress_last"
ALLIANCE = {week: f"alliance_after_{week}" for week in WEEKS_OF_ALLIANCE}
MEASURED = (LEFT_WITHIN, *ALLIANCE.values(), DISTRESS, LEFT_SHOWN)
# What studies without the other world compare: later with before, and those who saw tears with those who saw none.
BEFORE_AFTER, LEFT_IF_SEEN, LEFT_IF_UNSEEN = "before_after", "left_if_seen", "left_if_unseen"
SUMMED = (*MEASURED, BEFORE_AFTER, LEFT_IF_SEEN, LEFT_IF_UNSEEN)
# What the difference of a measure, or a measure, can be at the most.
MOST_DIFFERENCE = {DISTRESS: np.inf}


class After(NamedTuple):
    """What became of each person from the first tears on; arrays, an entry a person, missing where nothing is known."""

    left: NDArray[np.bool_]  # within WEEKS_TO_LEAVE weeks
    alliance: dict[int, NDArray[np.float64]]  # by weeks since the tears: after that week's session
    distress: NDArray[np.float64]  # after the last session on record


def live(values: Mapping[str, Value], seed: int, replicates: Iterable[int], rules: Mapping[str, Rule]) -> pd.DataFrame:
    """Live the practices of a design point in both worlds: a row a replicate, with clients, saw and, of each measure,
    the sum over those who saw tears and of how many it is known (`..._of`)."""
    from tearsim.study.sweeps.runner import cores  # no need of it to read what was lived

    shares = [list(replicates)[share :: cores()] for share in range(cores())]
    with ThreadPoolExecutor(len(shares)) as at_once:
        lived = at_once.map(partial(_live, values, seed, rules=rules), shares)
    rows = sorted((row for share in lived for row in share), key=lambda row: row["replicate"])
    return pd.DataFrame(rows)


def _live(
    values: Mapping[str, Value], seed: int, replicates: Iterable[int], rules: Mapping[str, Rule]
) -> list[dict[str, float]]:
    """The rows of some replicates; the compiled code lets other threads go on beside it."""
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    both = Ensemble([values, arms.held_back(values)], log=True, rules=dict(rules))
    rows = []
    for replicate in replicates:
        shown, held_back = (ran.log for ran in both.run(seed, replicate))
        rows.append({"replicate": replicate, **compared_pairs(shown, held_back, int(values["weeks"]))})
    return rows


def compared_pairs(shown: Table, held_back: Table, weeks: int) -> dict[str, float]:
    """What showing the tears did to those of one practice who noticed them: sums and numbers of persons.

    Leaving is told of those whose weeks of leaving lie within the watch; the alliance of those who had a session in
    that week of both worlds, with whomever.
    """
    tears = shown[shown["noticed"] > 0]
    persons, first = np.unique(who_in(tears), return_index=True)
    since = tears["week"][first]
    mine, theirs = (_after(log, persons, since) for log in (shown, held_back))
    whole = since + WEEKS_TO_LEAVE <= weeks
    everybody, last = _last(shown)
    gone, has_seen = (shown["ending"][last] == LEFT).astype(float), np.isin(everybody, persons)
    differences = {
        LEFT_WITHIN: (mine.left.astype(float) - theirs.left)[whole],
        **{name: mine.alliance[week] - theirs.alliance[week] for week, name in ALLIANCE.items()},
        DISTRESS: mine.distress - theirs.distress,
        LEFT_SHOWN: mine.left[whole].astype(float),
        BEFORE_AFTER: mine.alliance[WEEKS_OF_ALLIANCE[1]] - tears["alliance_before"][first],
        LEFT_IF_SEEN: gone[has_seen],
        LEFT_IF_UNSEEN: gone[~has_seen],
    }
    found: dict[str, float] = {"clients": len(everybody), "saw": len(persons)}
    for name, each in differences.items():
        found |= {name: float(np.nansum(each)), f"{name}_of": int(np.isfinite(each).sum())}
    return found


def who_in(log: Table) -> NDArray[np.int64]:
    """One number for each person: the place first come to, and which to come there."""
    return np.asarray(log["home"] * 2**21 + log["turn"], np.int64)


def _last(log: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Everybody in a log whose rows are in order of week, and the row of their last session."""
    persons, from_the_end = np.unique(who_in(log)[::-1], return_index=True)
    return persons, len(log) - 1 - from_the_end


def _after(log: Table, persons: NDArray[np.int64], since: NDArray[np.int64]) -> After:
    """What a world's log says of the persons; its rows are in order of week."""
    who = who_in(log)
    number = np.searchsorted(persons, who)
    known = np.isin(who, persons)
    rows, number = log[known], number[known]
    later = rows["week"] - since[number]
    left = np.zeros(len(persons), bool)
    left[number[(rows["ending"] == LEFT) & (later >= 0) & (later <= WEEKS_TO_LEAVE)]] = True
    alliance = {week: np.full(len(persons), np.nan) for week in WEEKS_OF_ALLIANCE}
    for week, held in alliance.items():
        held[number[later == week]] = rows["alliance"][later == week]
    distress = np.full(len(persons), np.nan)
    who_there, last = _last(rows)
    distress[np.searchsorted(persons, who_there)] = rows["distress"][last]
    return After(left, alliance, distress)
