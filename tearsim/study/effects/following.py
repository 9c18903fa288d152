"""What became of persons from time zero on, in each of two logs, and the one minus the other.

Some outcomes everybody has. Ratings and ruptures have only those who still come: such a difference is that of those who
still come to the same therapist under both strategies, a principal stratum (Frangakis & Rubin 2002,
doi:10.1111/j.0006-341X.2002.00021.x).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import COMPLETIONS, LEFT, LOOKING
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


def differences_after(
    mine: TheirSessions,
    theirs: TheirSessions,
    subjects: Subjects,
    weeks: Sequence[int],
    around: tuple[Surroundings, Surroundings],
) -> dict[str, ByWeek]:
    """What two logs say of the subjects, the first minus the second, by outcome.

    Whose sessions are the same in both logs has the same life in both, out of therapy as well: a difference of 0.
    """
    one, other = (_in_sessions(log, subjects, weeks) for log in (mine, theirs))
    found = {name: one[name] - other[name] for name in one}
    changed = np.flatnonzero(~same(mine, theirs, len(subjects.who), ALL_THAT_FOLLOWS))
    for name in ("looking", "distress"):
        found[name] = np.zeros((len(subjects.who), len(weeks)))
    for person in changed.tolist():
        then = [int(subjects.since[person]) + week for week in weeks]
        here, there = (
            weeks_of(sessions.rows[sessions.person == person], then, surroundings)
            for sessions, surroundings in zip((mine, theirs), around, strict=True)
        )
        for k, (with_first, with_second) in enumerate(zip(here, there, strict=True)):
            found["looking"][person, k] = (with_first.standing == LOOKING) - (with_second.standing == LOOKING)
            found["distress"][person, k] = with_first.distress - with_second.distress
    return {name: found[name] for name in EFFECT_OUTCOMES}


def _in_sessions(sessions: TheirSessions, subjects: Subjects, weeks: Sequence[int]) -> dict[str, ByWeek]:
    """What sessions say of each person so many weeks after time zero: of the therapist of time zero, and how the
    therapy ended."""
    rows, person = sessions
    later = rows["week"] - subjects.since[person]
    therapist = np.zeros(len(subjects.who), np.int64)
    therapist[person[later == 0]] = rows["therapist"][later == 0]
    with_them = rows["therapist"] == therapist[person]
    values = {"alliance": rows["alliance"], "rating": rows["rating"], "rupture": rows["open_rupture"] > 0.0}
    found = {name: np.full((len(subjects.who), len(weeks)), np.nan) for name in values}
    for k, week in enumerate(weeks):
        that_week = with_them & (later == week)
        for name, value in values.items():
            found[name][person[that_week], k] = value[that_week]
    ended, ending = _first_endings(sessions, later, len(subjects.who))
    by_then = ended[:, None] <= np.asarray(weeks)
    found["left"] = np.where(by_then & (ending == LEFT)[:, None], 1.0, 0.0)
    found["completed"] = np.where(by_then & np.isin(ending, COMPLETIONS)[:, None], 1.0, 0.0)
    return found


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
