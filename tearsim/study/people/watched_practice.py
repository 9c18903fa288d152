"""A practice that is watched week by week, and what is kept of it.

Memory stays flat for as long as anyone watches: sessions are kept for three years, and of everyone one line for good.
"""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tearsim.science.codes import LEVEL, NEAR, OPEN, OVERWHELMED, RECEPTION
from tearsim.science.declaration import Value
from tearsim.study.people import twins
from tearsim.worlds.practice import Practice
from tearsim.worlds.tables import Table

KEPT_WEEKS = 156
TEARS_WINDOW = 13  # weeks over which tears are counted in 100 sessions


class Week(NamedTuple):
    """A week of one world, in the numbers that charts show."""

    week: int
    sessions: int
    alliance: float  # mean after the week's sessions; low and high: the middle half
    low: float
    high: float
    in_therapy: int
    looking: int
    completed: int
    gave_up: int
    felt: tuple[int, int, int]  # near, open, overwhelmed: sessions


class WatchedPractice:
    """A practice that is stepped, and what is kept of it.

    Raises TearSimError for a seed or parameters that cannot be run.
    """

    def __init__(self, seed: int, parameters: Mapping[str, Value]) -> None:
        self.practice = Practice(seed, log=True, parameters=parameters)
        self.rows: deque[Table] = deque(maxlen=KEPT_WEEKS)  # sessions, week by week
        self.weeks: deque[Week] = deque(maxlen=KEPT_WEEKS + TEARS_WINDOW)
        self.courses = twins.courses(self.practice.log)
        self.took = np.zeros((len(LEVEL), len(RECEPTION)), int)  # tears so far, as felt and as received

    def step(self) -> Table:
        """Run a week; returns its sessions."""
        self.practice.step()
        rows = self.practice.take_log()
        self.rows.append(rows)
        self.courses = twins.courses(rows, self.courses)
        np.add.at(self.took, (rows["tears_felt"], rows["reception"]), 1)
        levels = np.bincount(rows["tears_felt"], minlength=len(LEVEL))
        low, high = np.quantile(rows["alliance"], [0.25, 0.75]) if len(rows) else (np.nan, np.nan)
        week = self.practice.this_week
        in_therapy, looking, completed, gave_up = (
            int(week[name]) for name in ("in_therapy", "looking", "completed", "gave_up")
        )
        felt = (int(levels[NEAR]), int(levels[OPEN]), int(levels[OVERWHELMED]))
        self.weeks.append(
            Week(
                int(week["week"]), len(rows), week["alliance"], low, high, in_therapy, looking, completed, gave_up, felt
            )
        )
        return rows

    def sessions_of(self, column: str, number: int) -> Table:
        """The sessions kept of one client or therapist, in order of week."""
        if not self.rows:
            return self.practice.log
        found = [rows[at] for rows in self.rows if len(at := np.flatnonzero(np.asarray(rows)[column] == number))]
        together = np.empty(sum(map(len, found)), self.rows[0].dtype).view(np.recarray)
        end = 0
        for rows in found:  # many times quicker than np.concatenate, which compares the fields of all
            together[end : (end := end + len(rows))] = rows
        return together

    def course_of(self, client: int) -> np.record | None:
        """A client's course so far; None before their first session."""
        found = np.flatnonzero(self.courses["client"] == client)
        return self.courses[found[0]] if len(found) else None


def sessions_until(values: Mapping[str, Value], seed: int, weeks: int) -> str:
    """Every session of the first weeks of a practice, as CSV: run again, the same numbers to the last bit."""
    from tearsim.worlds.simulate import simulate

    return str(simulate(seed, log=True, parameters={**values, "weeks": weeks}).sessions.to_csv(index=False))
