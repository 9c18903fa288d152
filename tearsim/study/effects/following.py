"""What became of persons from time zero on, in each of two logs, and the one minus the other.

Some outcomes everybody has. Ratings and ruptures have only those who still come: such a difference is that of those who
still come to the same therapist under both strategies, a principal stratum (Frangakis & Rubin 2002,
doi:10.1111/j.0006-341X.2002.00021.x).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import COMPLETIONS, GOES_ON, LEFT, LOOKING
from tearsim.study.effects.lives import LIVED, Subjects, TheirSessions, same
from tearsim.study.effects.outside import Surroundings, weeks_of

ByWeek = NDArray[np.float64]  # a row a person, a column a week; missing where nothing is known


class AfterTimeZero(NamedTuple):
    """What is looked at after time zero: its unit, what it means, and whether everybody has it."""

    unit: str
    meaning: str
    of_everybody: bool
    most: float = np.inf  # that it can differ by


EFFECT_OUTCOMES: dict[str, AfterTimeZero] = {
    "left": AfterTimeZero("share", "Had left by then, before completing: the first ending since.", True, 1.0),
    "completed": AfterTimeZero("share", "Had completed by then, before leaving: the first ending since.", True, 1.0),
    "looking": AfterTimeZero("share", "Was looking for someone new at the end of that week.", True, 1.0),
    "distress": AfterTimeZero("SD of intake", "Distress at the end of that week, in therapy or out of it.", True),
    "alliance": AfterTimeZero("0 to 1", "Alliance after that week's session.", False, 1.0),
    "rating": AfterTimeZero("1 to 7", "The same as the client rates it: WAI item mean, with rating error.", False, 6.0),
    "rupture": AfterTimeZero("share", "A rupture was open after that week's session.", False, 1.0),
}
# What two logs must agree on for lives out of therapy to be the same: what was lived, where, and how tears were taken.
ALL_THAT_FOLLOWS = (*LIVED, "place", "reception")


class WeekByWeek:
    """The sessions of subjects in one log, by person and by weeks after time zero.

    Args:
        sessions: What the log holds of the subjects.
        subjects: Who they are, and each one's time zero.
        weeks: After time zero, 0 being the session itself; shape (weeks,).
    """

    def __init__(self, sessions: TheirSessions, subjects: Subjects, weeks: Sequence[int]) -> None:
        self.rows, person = sessions
        self.weeks = np.asarray(weeks, np.int64)
        later = self.rows["week"] - subjects.since[person]
        self._at = np.full((len(subjects.who), len(self.weeks)), -1)
        for k, week in enumerate(self.weeks):
            then = np.flatnonzero(later == week)
            self._at[person[then], k] = then
        therapist = np.zeros(len(subjects.who), np.int64)
        therapist[person[later == 0]] = self.rows["therapist"][later == 0]
        self.there = self._at >= 0
        self.with_them = self.there & (self.rows["therapist"][self._at] == therapist[:, None])
        self._ended, self._ending = _first_endings(sessions, later, len(subjects.who))

    def value(self, column: str) -> ByWeek:
        """A column by person and week, missing where there was no session."""
        return np.where(self.there, np.asarray(self.rows[column], float)[self._at], np.nan)

    def of_their_therapist(self, column: str) -> ByWeek:
        """The same, missing also where the session was not with the therapist of time zero."""
        return np.where(self.with_them, self.value(column), np.nan)

    def ended(self, *kinds: int) -> ByWeek:
        """Whether, by each week, the first ending since time zero was of these kinds: 1 or 0."""
        by_then = self._ended[:, None] <= self.weeks
        return np.where(by_then & np.isin(self._ending, kinds)[:, None], 1.0, 0.0)

    def goes_on(self) -> NDArray[np.bool_]:
        """Who has a session in each of these weeks, after which the therapy goes on: their distress is in the log."""
        return np.asarray(self.there.all(axis=1) & (self.value("ending") == GOES_ON).all(axis=1))


def differences_after(
    mine: TheirSessions,
    theirs: TheirSessions,
    subjects: Subjects,
    weeks: Sequence[int],
    around: tuple[Surroundings, Surroundings],
) -> dict[str, ByWeek]:
    """What two logs say of the subjects, the first minus the second, by outcome."""
    one, other = (_in_sessions(WeekByWeek(log, subjects, weeks)) for log in (mine, theirs))
    found = {name: one[name] - other[name] for name in one} | outside_too(mine, theirs, subjects, weeks, around)
    return {name: found[name] for name in EFFECT_OUTCOMES}


def outside_too(
    mine: TheirSessions,
    theirs: TheirSessions,
    subjects: Subjects,
    weeks: Sequence[int],
    around: tuple[Surroundings, Surroundings],
) -> dict[str, ByWeek]:
    """What goes on out of therapy, too: who looks for someone new, and distress; the first log minus the second.

    People whose sessions are the same in both logs have the same life in both, out of therapy as well: a difference of
    0. Those whose therapy goes on in each of the weeks in both have their distress on record. All others’ weeks are
    lived again.
    """
    number = len(subjects.who)
    here, there = (WeekByWeek(log, subjects, weeks) for log in (mine, theirs))
    alike, on_record = same(mine, theirs, number, ALL_THAT_FOLLOWS), here.goes_on() & there.goes_on()
    apart = here.value("distress") - there.value("distress")
    found = {
        "looking": np.zeros((number, len(weeks))),
        "distress": np.where((on_record & ~alike)[:, None], apart, 0.0),
    }
    for person in np.flatnonzero(~alike & ~on_record).tolist():
        then = [int(subjects.since[person]) + week for week in weeks]
        one, other = (
            weeks_of(sessions.of(person), then, surroundings)
            for sessions, surroundings in zip((mine, theirs), around, strict=True)
        )
        for k, (with_first, with_second) in enumerate(zip(one, other, strict=True)):
            found["looking"][person, k] = (with_first.standing == LOOKING) - (with_second.standing == LOOKING)
            found["distress"][person, k] = with_first.distress - with_second.distress
    return found


def _in_sessions(by_week: WeekByWeek) -> dict[str, ByWeek]:
    """What sessions say of each person: of the therapist of time zero, and how the therapy ended."""
    rupture = by_week.of_their_therapist("open_rupture")
    return {
        "alliance": by_week.of_their_therapist("alliance"),
        "rating": by_week.of_their_therapist("rating"),
        "rupture": np.where(np.isfinite(rupture), rupture > 0.0, np.nan),
        "left": by_week.ended(LEFT),
        "completed": by_week.ended(*COMPLETIONS),
    }


def _first_endings(
    sessions: TheirSessions, later: NDArray[np.int64], persons: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How many weeks after time zero each person's therapy first ended, and how; never is far away."""
    rows, person = sessions
    ends = (later >= 0) & np.isin(rows["ending"], (LEFT, *COMPLETIONS))
    who, first = np.unique(person[ends], return_index=True)
    week, ending = np.full(persons, np.inf), np.zeros(persons, np.int64)
    week[who], ending[who] = later[ends][first], rows["ending"][ends][first]
    return week, ending
