"""The same practices lived under several strategies and the same luck, and whose lives are compared from which week on.

Practices are cohorts, unless somebody asks for an open one: there everyone has a partner (see `people.twins`). They are
watched for longer than they are set to, so that everybody can be followed: by one week more than that, for whether
someone who looks found a place that week is seen a week later.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import COMPLETIONS, KEEP_ALL, UNSETTLED
from tearsim.science.declaration import Value
from tearsim.science.replacing import Rule
from tearsim.study.effects.strategies import APART, STRATEGIES
from tearsim.study.people.exposed import who_in
from tearsim.study.sweeps.threads import in_order
from tearsim.worlds.tables import Table

OfPractice = TypeVar("OfPractice")

A_BLOCK = 5  # practices that a thread lives before it takes others
# What a client lives through in a session; and what of it is there before anything is made of tears.
LIVED = (
    "therapist", "episode", "session", "depth", "felt_empathy", "client_tears", "hushed", "rupture_before", "repaired",
    "rupture", "open_rupture", "alliance_before", "alliance", "rating", "distress_before", "distress", "ending",
)  # fmt: skip
BROUGHT = ("therapist", "episode", "session", "depth", "felt_empathy", "client_tears", "hushed", "rupture_before",
           "alliance_before", "distress_before")  # fmt: skip


class SideBySide(NamedTuple):
    """A practice under one luck: the log of every session by strategy; weeks count from 1."""

    replicate: int
    logs: dict[str, Table]


class Subjects(NamedTuple):
    """Whose lives are compared, in order of their numbers (`people.exposed.who_in`), and from which week on."""

    who: NDArray[np.int64]
    since: NDArray[np.int64]

    def those(self, which: NDArray[np.bool_]) -> "Subjects":
        """Some of them."""
        return Subjects(self.who[which], self.since[which])


def under(values: Mapping[str, Value], strategy: str, learns: bool = False, longer: int = 0) -> dict[str, Value]:
    """The parameters of a practice under a strategy, watched `longer` weeks longer than it is set to.

    Therapists learn nothing from their tears, and find no relief in them, unless `learns` leaves it as it is set.
    """
    steady = {} if learns else APART
    return {**values, **steady, **STRATEGIES[strategy].sets, "weeks": int(values["weeks"]) + longer}


def live_side_by_side(
    arms: Mapping[str, Mapping[str, Value]], seed: int, replicates: Iterable[int], rules: Mapping[str, Rule]
) -> Iterator[SideBySide]:
    """Live practices in several arms, given as parameters by name, under the luck of one replicate after another.

    >>> from tearsim.science.settings import checked
    >>> values = checked({"therapists": 2, "caseload": 5, "arrivals": "cohort", "weeks": 10})
    >>> arms = {strategy: under(values, strategy) for strategy in ("shown", "held back")}
    >>> [lived] = live_side_by_side(arms, seed=1, replicates=[0], rules={})
    >>> sorted(lived.logs), len(lived.logs["shown"]) > 20
    (['held back', 'shown'], True)
    """
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    side_by_side = Ensemble(list(arms.values()), log=KEEP_ALL, rules=dict(rules))
    for replicate in replicates:
        logs = [ran.log for ran in side_by_side.run(seed, replicate)]
        yield SideBySide(replicate, dict(zip(arms, logs, strict=True)))


def in_blocks(run: Callable[[Sequence[int]], list[OfPractice]], number: int, workers: int) -> Iterator[OfPractice]:
    """What is found in each of a number of practices, in order, lived a block of replicates at a time by threads."""
    blocks = (range(first, min(first + A_BLOCK, number)) for first in range(0, number, A_BLOCK))
    with in_order(run, blocks, workers) as found:
        for of_block in found:
            yield from of_block


def first_noticed(logs: Sequence[Table], until: int) -> Subjects:
    """Those who notice tears in one log or another, no later than a week, each since their first.

    Before it nothing is noticed in any of these logs, so it is the same moment in all of them.
    """
    tears = np.concatenate([log[log["noticed"] & (log["week"] <= until)] for log in logs])
    return since_first(tears)


def first_unsettled(log: Table, until: int) -> Subjects:
    """Those whom tears unsettle no later than a week, each since the first that did, and who might come again after."""
    tears = log[(log["reception"] == UNSETTLED) & (log["week"] <= until)]
    subjects = since_first(tears)
    return subjects.those(~np.isin(sessions_of(log, subjects).at(subjects)["ending"], COMPLETIONS))


def since_first(rows: Table) -> Subjects:
    """Everybody who has a row, each since the first week of theirs."""
    who = who_in(rows)
    order = np.lexsort((rows["week"], who))
    persons, first = np.unique(who[order], return_index=True)
    return Subjects(persons, np.asarray(rows["week"][order][first], np.int64))


def clients_in(log: Table, until: int) -> int:
    """How many people came by a week."""
    return len(np.unique(who_in(log[log["week"] <= until])))


class TheirSessions(NamedTuple):
    """The sessions of the subjects in a log, in order of person and week, and which of the subjects each is of."""

    rows: Table
    person: NDArray[np.int64]

    def those(self, which: NDArray[np.bool_]) -> "TheirSessions":
        """Some of them."""
        return TheirSessions(self.rows[which], self.person[which])

    def of(self, person: int) -> Table:
        """Those of one of the subjects."""
        first, after = np.searchsorted(self.person, (person, person + 1))
        return self.rows[first:after]

    def at(self, subjects: Subjects) -> Table:
        """The session of each subject in the week since which they are compared, in order of the subjects."""
        return self.rows[self.rows["week"] == subjects.since[self.person]]


def sessions_of(log: Table, subjects: Subjects) -> TheirSessions:
    """What a log holds of the subjects."""
    who = who_in(log)
    known = np.isin(who, subjects.who)
    rows, person = log[known], np.searchsorted(subjects.who, who[known])
    order = np.lexsort((rows["week"], person))
    return TheirSessions(rows[order], person[order])


def same(mine: TheirSessions, theirs: TheirSessions, persons: int, columns: Sequence[str] = LIVED) -> NDArray[np.bool_]:
    """Whose sessions are the same in two logs, to the last bit: as many, in the same weeks, alike in these columns."""
    alike = np.bincount(mine.person, minlength=persons) == np.bincount(theirs.person, minlength=persons)
    mine, theirs = mine.those(alike[mine.person]), theirs.those(alike[theirs.person])
    for name in ("week", *columns):
        alike[mine.person[mine.rows[name] != theirs.rows[name]]] = False
    return alike


def alike_until(mine: TheirSessions, theirs: TheirSessions, subjects: Subjects) -> NDArray[np.bool_]:
    """Whose histories are the same in two logs: all sessions before the week since which they are compared, and what
    they bring to the one in that week. Only these are pairs."""
    number = len(subjects.who)
    later, other = (one.rows["week"] - subjects.since[one.person] for one in (mine, theirs))
    there = np.bincount(mine.person[later == 0], minlength=number) == 1
    before = same(mine.those(later < 0), theirs.those(other < 0), number)
    return there & before & same(mine.those(later == 0), theirs.those(other == 0), number, BROUGHT)


class SoundPairs(NamedTuple):
    """The same persons in two logs: their sessions in both, and how many had no sound partner."""

    subjects: Subjects
    mine: TheirSessions
    theirs: TheirSessions
    unpaired: int

    def those(self, which: NDArray[np.bool_]) -> "SoundPairs":
        """Some of the subjects, with what both logs hold of them."""
        number = np.cumsum(which) - 1
        mine, theirs = (
            TheirSessions(one.rows[which[one.person]], number[one.person[which[one.person]]])
            for one in (self.mine, self.theirs)
        )
        return SoundPairs(self.subjects.those(which), mine, theirs, self.unpaired)


def paired(first: Table, second: Table, subjects: Subjects) -> SoundPairs:
    """Those of the subjects whose histories are the same in both logs, so that what differs after is what follows."""
    mine, theirs = (sessions_of(log, subjects) for log in (first, second))
    alike = alike_until(mine, theirs, subjects)
    if alike.all():
        return SoundPairs(subjects, mine, theirs, 0)
    pairs = subjects.those(alike)
    return SoundPairs(pairs, sessions_of(first, pairs), sessions_of(second, pairs), int((~alike).sum()))


def stay_twins(staying: Table, seeking: Table, until: int) -> SoundPairs:
    """Those whom tears unsettle no later than a week, each staying in one log and seeking someone new in the other."""
    return paired(staying, seeking, first_unsettled(staying, until))
