"""Twins: the same world under the same luck with tears held back, and who in it is whose partner.

What tears did to the people who saw them is told by the same people where the same tears were held back, never by those
who happened to see none.

**Who is paired.** A person is the turn-th to come to a place, with traits of their own in both worlds. Two courses are
a pair if that person came in the same week of both worlds. In a cohort that is everyone: all come in week 1, and a
place is a person for good. In an open practice a newcomer waits until a place is free. Where tears moved that week, the
newcomer meets other weeks' luck in the two worlds, so the courses differ by more than tears: they are left out, and
counted. They are not like the others: a place where tears moved those who came earlier is one where tears are frequent,
so those left out saw more tears than those compared, and the longer the practice runs the more of them there are. Only
a cohort compares everybody.

**What must not differ.** A therapist who shows tears may come to be more at ease with them and then have more, and so
pass on to one client what happened to another. Where people are compared with themselves, therapists therefore learn
nothing from their tears, in either world (STEADY): both feel the same tears until a shown one has changed somebody, and
what one client saw reaches no other but by who is given a free place. With `tears_relief` above 0 it also would.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import ENDING
from tearsim.science.log import Column
from tearsim.worlds.tables import Table

COURSE_COLUMNS: dict[str, Column] = {
    "home": Column(int, "place", "The place the person first came to, counted from 1."),
    "turn": Column(int, "count", "Which person to come to that place: 1 for the first."),
    "client": Column(int, "person", "The person's number in this world."),
    "first_week": Column(int, "week", "Week of the first session ever."),
    "last_week": Column(int, "week", "Week of the last session so far."),
    "sessions": Column(int, "sessions", "Sessions held, with whomever."),
    "saw_tears": Column(int, "sessions", "Sessions in which the person noticed the therapist's tears."),
    "therapist": Column(int, "person", "The therapist of the last session so far."),
    "alliance": Column(float, "0 to 1", "Alliance after the last session so far, with whomever."),
    "distress": Column(float, "SD of intake", "Distress after the last session so far; 0 is none."),
    "ending": Column(int, "kind", "How that session left the therapy.", ENDING),
}

# Whole numbers of 32 bits: whoever watches a practice for decades keeps a line of everybody who ever came.
COURSES = np.dtype(
    (np.record, [(name, np.int32 if column.type is int else float) for name, column in COURSE_COLUMNS.items()])
)


class Pairs(NamedTuple):
    """The same persons in two worlds: row i of the one table is row i of the other."""

    shown: Table
    held_back: Table
    left_out: int  # persons of the shown world who have no sound partner


def courses(log: Table, before: Table | None = None) -> Table:
    """What became of each person so far: one row a person, columns COURSE_COLUMNS, in order of place and turn.

    `log` holds sessions in order of week; with `before`, the courses up to then, it goes on from there.
    """
    parts = np.zeros(len(log), COURSES)
    for name in ("home", "turn", "client", "therapist", "alliance", "distress", "ending"):
        parts[name] = log[name]
    parts["first_week"] = parts["last_week"] = log["week"]
    parts["sessions"] = 1
    parts["saw_tears"] = log["noticed"]
    return _put_together(parts if before is None else np.concatenate([before, parts]).view(COURSES))


def _put_together(parts: Table) -> Table:
    """One row a person from parts of courses in order of time."""
    if not len(parts):
        return parts
    parts = parts[np.lexsort((parts["turn"], parts["home"]))]  # a stable sort: time stays in order
    new = (np.diff(parts["home"]) != 0) | (np.diff(parts["turn"]) != 0)
    first = np.concatenate([[0], np.flatnonzero(new) + 1])
    last = np.concatenate([first[1:], [len(parts)]]) - 1
    whole = parts[last].copy()
    whole["first_week"] = parts["first_week"][first]
    for name in ("sessions", "saw_tears"):
        whole[name] = np.add.reduceat(parts[name], first)
    return whole


def pair(shown: Table, held_back: Table) -> Pairs:
    """The persons who came in the same week of both worlds; tables as `courses` makes them."""
    mine, theirs = (_who_and_when(table) for table in (shown, held_back))
    _, here, there = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    return Pairs(shown[here], held_back[there], len(shown) - len(here))


def exposed(shown: Table, held_back: Table) -> Pairs:
    """The pairs whose person noticed tears in the shown world, whatever happened to the partner."""
    return pair(shown[shown["saw_tears"] > 0], held_back)


def _who_and_when(table: Table) -> NDArray[np.int64]:
    """One number for each place, turn and first week."""
    width = 2**21  # more places, people to a place, and weeks than there can be
    home, turn, week = (table[name].astype(np.int64) for name in ("home", "turn", "first_week"))
    return np.asarray((home * width + turn) * width + week)
