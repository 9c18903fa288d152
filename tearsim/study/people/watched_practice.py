"""A practice that is watched week by week, and what is kept of it: of its sessions, or its people, too.

Memory and the time that a week takes stay flat for as long as anyone watches: sessions are kept for three years, of
everyone one line for good (more of those who have completed and may relapse), and of the weeks the sum of what was
counted.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import NamedTuple, Protocol, cast

import numpy as np

from tearsim.science.codes import (
    COMPLETED,
    COMPLETIONS,
    GAVE_UP,
    GOES_ON,
    IN_THERAPY,
    LEFT,
    LEVEL,
    NEAR,
    NOT_RECEIVED,
    OPEN,
    OVERWHELMED,
    RECEPTION,
)
from tearsim.science.declaration import Value
from tearsim.science.settings import checked
from tearsim.science.types import ClientLuck
from tearsim.study.people import twins
from tearsim.worlds.agents import Client
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.named_luck import NamedLuck
from tearsim.worlds.outcomes import outcomes, week_of_series
from tearsim.worlds.practice import Practice
from tearsim.worlds.tables import LOG, TALLIES, Table, one_after_another
from tearsim.worlds.week_by_week import CompiledPractice, is_compiled

KEPT_WEEKS = 156
TEARS_WINDOW = 13  # weeks over which tears are counted in 100 sessions
PUT_TOGETHER = 13  # weeks of sessions that are put to the lines of everyone at once, unless somebody asks before

NO_SESSIONS = np.zeros(0, LOG)

_LEFT_NOBODY: list[bool] = []


class _LuckOfNewcomers(NamedLuck):
    """The same luck, of which nothing is kept: a row is drawn as somebody comes, and nobody comes twice."""

    def __init__(self, seed: int, practice: Practice) -> None:
        self._tables = LuckTables(seed)
        super().__init__(self._tables, practice.p)

    def client(self, turn: int, place: int) -> ClientLuck:
        """The row that makes the turn-th client who comes to a place."""
        drawn = self._tables.clients(turn, 1, place + 1)[0, place]
        return cast(ClientLuck, SimpleNamespace(**dict(zip(drawn.dtype.names or (), drawn.tolist(), strict=True))))


class LivedByWeek(Protocol):
    """A practice that is lived a week at a time, and keeps nothing of the weeks gone by."""

    week: int

    def next_week(self) -> tuple[Table, Table]:
        """Live a week: what was counted in it, one row, and its sessions, in order of place."""

    def standing(self, number: int) -> int | None:
        """Where a client stands, as in `codes.STANDING`; None of whoever is not followed one by one."""


class PracticeOfAgents(Practice):
    """A practice of Mesa's agents that keeps nothing of the weeks gone by: whoever watches it keeps what is seen again.

    So its own series, outcomes and log stay empty: `WatchedPractice` has those.
    """

    def __init__(self, seed: int, parameters: Mapping[str, Value]) -> None:
        super().__init__(seed, log=True, parameters=parameters)
        self.luck = _LuckOfNewcomers(seed, self)

    def next_week(self) -> tuple[Table, Table]:
        """Live a week: what was counted in it, one row, and its sessions, in order of place."""
        self.step()
        (tally,), self._tallies = self._tallies, []
        return tally, self.take_log()

    def client(self, number: int) -> Client | None:
        """A client as they are; None if there never was one, or they are no longer followed."""
        return self.people[number - 1] if 1 <= number <= len(self.people) else None

    def standing(self, number: int) -> int | None:
        """Where a client stands, as in `codes.STANDING`; None of whoever never came or is not followed any more."""
        client = self.client(number)
        return None if client is None else int(client.standing)

    def _collect(self) -> None:
        """Nothing: Mesa's collector would keep every week for good."""

    def _let_go(self, index: int) -> None:
        """Forget someone; that they left nobody is then said by one list for all."""
        super()._let_go(index)
        self.left_before[index] = _LEFT_NOBODY


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
    """A practice that is stepped, and what is kept of its sessions; nobody in it is asked.

    It is lived in compiled code where there is some at hand, and else by agents: the numbers are the same.

    Raises TearSimError for a seed or parameters that cannot be run.
    """

    def __init__(self, seed: int, parameters: Mapping[str, Value]) -> None:
        self._lived: LivedByWeek = self._begun(seed, checked(parameters))
        self._counted = np.zeros(1, TALLIES)  # in all weeks together
        self._week: dict[str, float] = {}
        self.rows: deque[Table] = deque(maxlen=KEPT_WEEKS)  # sessions, week by week
        self.weeks: deque[Week] = deque(maxlen=KEPT_WEEKS + TEARS_WINDOW)
        self._courses = twins.courses(NO_SESSIONS)
        self._since: list[Table] = []  # sessions that are not yet part of these
        self.took = np.zeros((len(LEVEL), len(RECEPTION)), int)  # tears so far, as felt and as received

    def _begun(self, seed: int, parameters: Mapping[str, Value]) -> LivedByWeek:
        """The practice before its first session."""
        return (CompiledPractice if is_compiled() else PracticeOfAgents)(seed, parameters)

    @property
    def week(self) -> int:
        """Weeks so far."""
        return self._lived.week

    def outcomes(self) -> dict[str, float]:
        """Every outcome of the weeks so far, to the last bit those of any run; missing ones are NaN."""
        return {name: float(values[0]) for name, values in outcomes(self._counted[None, :]).items()}

    def step(self) -> Table:
        """Run a week; returns its sessions."""
        tally, rows = self._lived.next_week()
        self._counted.view(float)[:] += tally.view(float)
        self.rows.append(rows)
        self._since.append(rows)
        if len(self._since) >= PUT_TOGETHER:
            self._put_together()
        np.add.at(self.took, (rows["tears_felt"], rows["reception"]), 1)
        levels = np.bincount(rows["tears_felt"], minlength=len(LEVEL))
        low, high = np.quantile(rows["alliance"], [0.25, 0.75]) if len(rows) else (np.nan, np.nan)
        week = self._week = week_of_series(tally, self._week)
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

    @property
    def courses(self) -> Table:
        """What became of everyone so far: one row a person, as `twins.courses` has them."""
        self._put_together()
        return self._courses

    def _put_together(self) -> None:
        if self._since:
            self._courses = twins.courses(one_after_another(self._since), self._courses)
            self._since = []

    @property
    def tears_were_seen(self) -> bool:
        """Whether any client has noticed tears so far."""
        return bool(self.took[:, NOT_RECEIVED + 1 :].any())

    def sessions_of(self, column: str, number: int) -> Table:
        """The sessions kept of one client or therapist, in order of week."""
        return one_after_another(_rows_of(column, number, self.rows))

    def course_of(self, client: int) -> np.record | None:
        """A client's course so far; None before their first session."""
        before = self._courses[self._courses["client"] == client]
        course = twins.courses(one_after_another(_rows_of("client", client, self._since)), before)
        return course[0] if len(course) else None

    def standing(self, number: int) -> int:
        """Where a client stands, as in `codes.STANDING`; read off their course once they are not followed any more."""
        stands = self._lived.standing(number)
        if stands is not None:
            return stands
        course = self.course_of(number)
        return stands_after(course["ending"]) if course is not None else GAVE_UP


class AskedPractice(WatchedPractice):
    """A practice that is stepped, and whose people, who are Mesa's agents, can be asked how they are."""

    practice: PracticeOfAgents

    def _begun(self, seed: int, parameters: Mapping[str, Value]) -> LivedByWeek:
        self.practice = PracticeOfAgents(seed, parameters)
        return self.practice


_STANDS = {GOES_ON: IN_THERAPY, **dict.fromkeys(COMPLETIONS, COMPLETED), LEFT: GAVE_UP}


def stands_after(ending: int) -> int:
    """Where somebody stands whose last session ended so, and who is no longer followed."""
    return int(_STANDS[int(ending)])


def _rows_of(column: str, number: int, tables: Iterable[Table]) -> list[Table]:
    return [rows[np.asarray(rows)[column] == number] for rows in tables]


def sessions_until(values: Mapping[str, Value], seed: int, weeks: int) -> str:
    """Every session of the first weeks of a practice, as CSV: run again, the same numbers to the last bit."""
    from tearsim.worlds.simulate import simulate

    return str(simulate(seed, log=True, parameters={**values, "weeks": weeks}).sessions.to_csv(index=False))
