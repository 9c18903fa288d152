"""Those who saw tears: what became of clients after the first tears that they noticed, beside themselves without them.

Practices are cohorts in which therapists learn nothing from their tears (see `twins`), so that every client has a
partner in the other world: the same person, of whom the same tears were kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim.science.codes import LEFT
from tearsim.science.declaration import Value
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, in_world, lucks_of_all_worlds, world_of
from tearsim.science.replacing import Rule
from tearsim.study import arms
from tearsim.worlds.tables import Table, one_after_another

# Weeks after the tears within which leaving is counted, and at which the alliance is looked at.
WEEKS_TO_LEAVE = 12
WEEKS_OF_ALLIANCE = (0, 4, 12)
# How many worlds are lived at once, and of how many practices the people are compared at once.
WORLDS_AT_ONCE, PRACTICES_AT_ONCE = 4, 64
# More than there are numbers for the persons of a practice.
NUMBERS_A_PRACTICE = 2**45
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
    """Live the practices of a design point in both worlds: a row a replicate, with its luck, clients, saw and, of each
    measure, the sum over those who saw tears and of how many it is known (`..._of`).

    Four worlds share each luck: these and their twins are lived at once.
    """
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    estimates = str(values["estimates"])
    groups: dict[int, list[_Lived]] = {}
    for replicate in replicates:
        group, luck = _shared_luck(estimates, replicate)
        groups.setdefault(group, []).append(_Lived(replicate, world_of(estimates, replicate), luck))
    rows = []
    for lived in groups.values():
        worlds = {one.world: one.replicate for one in lived}
        points = [in_world(values, replicate) for replicate in worlds.values()]
        both = Ensemble([*points, *map(arms.held_back, points)], log=True, rules=dict(rules))
        for some in _in_lots(lived):
            logs = {luck: [ran.log for ran in both.run(seed, luck)] for luck in dict.fromkeys(one.luck for one in some)}
            at = [list(worlds).index(one.world) for one in some]
            found = compared_pairs(
                [logs[one.luck][i] for one, i in zip(some, at, strict=True)],
                [logs[one.luck][len(points) + i] for one, i in zip(some, at, strict=True)],
                int(values["weeks"]),
            )
            rows.append(pd.DataFrame(some)[["replicate", "luck"]].assign(**found))
    return pd.concat(rows, ignore_index=True).sort_values("replicate", ignore_index=True)


class _Lived(NamedTuple):
    """A replicate, the world that it lives in, and the luck that it has, which other worlds may share."""

    replicate: int
    world: int
    luck: int


def _in_lots(lived: Sequence[_Lived]) -> Iterator[list[_Lived]]:
    """Those of a luck together, so many lucks at a time that few practices are held at once."""
    by_luck = sorted(lived, key=lambda one: one.luck)
    lots = [list(some) for _, some in groupby(by_luck, key=lambda one: one.luck)]
    at_once = max(1, PRACTICES_AT_ONCE // max(map(len, lots)))
    for start in range(0, len(lots), at_once):
        yield [one for lot in lots[start : start + at_once] for one in lot]


def _shared_luck(estimates: str, replicate: int) -> tuple[int, int]:
    """To which group of worlds that share their luck a replicate belongs, and which luck it is."""
    if estimates == DEFAULT:
        return 0, replicate
    lucks, all_lucks = LUCKS_A_WORLD[estimates], lucks_of_all_worlds(estimates)
    group, among = divmod(replicate % all_lucks, WORLDS_AT_ONCE * lucks)
    return group, replicate - among + among % lucks


def compared_pairs(shown: Sequence[Table], held_back: Sequence[Table], weeks: int) -> dict[str, NDArray[np.float64]]:
    """What showing the tears did to those who noticed them: sums and numbers of persons, an entry a practice.

    Leaving is told of those whose weeks of leaving lie within the watch; the alliance of those who had a session in
    that week of both worlds, with whomever.
    """
    log, of = _as_one(shown)
    noticed = log["noticed"] > 0
    persons, first = np.unique(of[noticed], return_index=True)
    tears = log[noticed][first]
    since = tears["week"]
    mine, theirs = _after(log, of, persons, since), _after(*_as_one(held_back), persons, since)
    whole = since + WEEKS_TO_LEAVE <= weeks
    everybody, last = _last(of)
    gone, has_seen = (log["ending"][last] == LEFT).astype(float), np.isin(everybody, persons)
    differences = {
        LEFT_WITHIN: np.where(whole, mine.left.astype(float) - theirs.left, np.nan),
        **{name: mine.alliance[week] - theirs.alliance[week] for week, name in ALLIANCE.items()},
        DISTRESS: mine.distress - theirs.distress,
        LEFT_SHOWN: np.where(whole, mine.left, np.nan),
        BEFORE_AFTER: mine.alliance[WEEKS_OF_ALLIANCE[1]] - tears["alliance_before"],
    }
    everyone_left = {LEFT_IF_SEEN: np.where(has_seen, gone, np.nan), LEFT_IF_UNSEEN: np.where(has_seen, np.nan, gone)}
    found = {"clients": _counted(everybody, len(shown)), "saw": _counted(persons, len(shown))}
    for who, measures in ((persons, differences), (everybody, everyone_left)):
        for name, each in measures.items():
            known = np.isfinite(each)
            found |= {
                name: _counted(who[known], len(shown), each[known]),
                f"{name}_of": _counted(who[known], len(shown)),
            }
    return found


def _as_one(logs: Sequence[Table]) -> tuple[Table, NDArray[np.int64]]:
    """Logs of practices one after the other, and a number for whose session it is, from practice to practice."""
    practice = np.repeat(np.arange(len(logs)), list(map(len, logs)))
    together = one_after_another(logs)
    return together, practice * NUMBERS_A_PRACTICE + who_in(together)


def _counted(who: NDArray[np.int64], practices: int, of: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """How many of these persons are in each practice, or the sum of what they have."""
    return np.bincount(who // NUMBERS_A_PRACTICE, of, practices).astype(float)


def who_in(log: Table) -> NDArray[np.int64]:
    """One number for each person: the place first come to, and which to come there."""
    return np.asarray(log["home"] * 2**21 + log["turn"], np.int64)


def _last(who: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Everybody whose sessions these are, in order of week, and which was their last."""
    persons, from_the_end = np.unique(who[::-1], return_index=True)
    return persons, len(who) - 1 - from_the_end


def _after(log: Table, who: NDArray[np.int64], persons: NDArray[np.int64], since: NDArray[np.int64]) -> After:
    """What logs say of the persons; the rows of each are in order of week."""
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
    there, last = _last(number)
    distress[there] = rows["distress"][last]
    return After(left, alliance, distress)
