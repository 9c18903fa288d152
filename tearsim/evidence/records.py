"""What a study could have on its desk: the records of a clinic, and the answers of therapists to a survey.

A clinic's records hold what was rated, reported, counted or seen in the room; nothing in them is a latent state. What
the model knows exactly and a questionnaire asks with error (distress, the therapist's view of the alliance, how
empathic someone seems) is given its error here, by luck with an address of its own (`LuckTables.reports`).
"""

import copy
from collections.abc import Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from tearsim.evidence.conventions import AS_TAKEN, DISTRESS_ERROR
from tearsim.evidence.estimators import Array, residual
from tearsim.science.codes import COMPLETED_TOLD, COMPLETED_UNTOLD, GOES_ON, LEFT
from tearsim.science.declaration import Value
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.science.luck import THERAPIST
from tearsim.science.people import enter_practice
from tearsim.science.settings import as_rules_read
from tearsim.worlds.luck_tables import LuckTables

# An episode counts where dropout or improvement is asked about if it began this long before the records end: by then
# all but a few therapies are over, so that short ones are not over-represented.
WEEKS_TO_END = 45

# Errors of measurement (conventions of these instruments, not parameters of the model: nothing that happens depends on
# them, and no finding is fitted by them; that of distress stands in `conventions.py`).
# A therapist's view of the alliance, in log-odds: where it stands on average, what they make of this one pair, and how
# rosily they see all their pairs.
VIEW_LEVEL = 1.0
VIEW_OF_OWN = 0.6
VIEW_OF_ALL = 0.3
VIEW_ERROR = 0.32  # WAI points
# Empathy, as clients see it and as therapists report their own, has a reliability of .8: an error of half a standard
# deviation.
EMPATHY_ERROR = 0.5

COLUMNS = (
    "week", "client", "therapist", "place", "episode", "session", "depth", "client_tears", "noticed", "rupture_before",
    "rupture", "repaired", "rating", "ending",
)  # fmt: skip


class Trait(NamedTuple):
    """A therapist's own answers in a study: empathy as a standard score, and how rosily they see alliances."""

    own_empathy: Array
    rosy: Array


def traits_of_therapists(values: Mapping[str, Value], luck: LuckTables, holders: int) -> Trait:
    """Answers of the therapists of a practice, [holder, room], made again from the parameters and luck that made them.

    `own_empathy = z + error`, z the standard score of empathy in the model.
    """
    p = as_rules_read(values)
    rooms = int(p.therapists)
    drawn = luck.therapists(0, holders, rooms)
    first = luck.therapists(0, 1, rooms, bool(p.stratified_therapists))[0]
    reports = luck.reports(0, holders, rooms)
    empathy = np.empty((holders, rooms))
    for holder in range(holders):
        for room, row in enumerate((first if holder == 0 else drawn[holder]).tolist()):
            therapist = SimpleNamespace()
            enter_practice(therapist, 0, holder, 0.0, p, SimpleNamespace(**dict(zip(THERAPIST, row, strict=True))))
            empathy[holder, room] = _standard_score(therapist.empathy, values)
    return Trait(empathy + EMPATHY_ERROR * reports["own_empathy"], reports["rosy"])


def _standard_score(empathy: float, values: Mapping[str, Value]) -> float:
    """Where someone's empathy stands among therapists; 0 for all where nobody differs."""
    spread, median = float(values["therapist_empathy_spread"]), float(values["therapist_empathy"])
    if spread == 0 or not 0 < empathy < 1 or not 0 < median < 1:
        return 0.0
    return float((np.log(empathy / (1 - empathy)) - np.log(median / (1 - median))) / spread)


class Clinic:
    """The records of one practice: sessions in order of client, episode and session, and the episodes they make.

    Made from a full log of an open practice of so many `weeks`; `reports` are its luck of reporting, [week, place].
    """

    def __init__(self, log: Array, reports: Array, values: Mapping[str, Value], luck: LuckTables) -> None:
        self.weeks, self.rooms = int(values["weeks"]), int(values["therapists"])
        self.conventions = AS_TAKEN
        order = np.lexsort((log["session"], log["episode"], log["client"]))
        self.sessions = {name: log[name][order] for name in COLUMNS}
        errors = reports[log["week"][order] - 1, log["place"][order] - 1]
        self.sessions["cried"] = self.sessions.pop("client_tears") > 0
        for name in ("distress_before", "distress"):
            self.sessions[name] = log[name][order] + DISTRESS_ERROR * errors[name]
        self._felt_empathy, self._errors = log["felt_empathy"][order], errors
        self._values, self._luck = values, luck
        self.first = np.flatnonzero(self.sessions["session"] == 1)
        self.last = np.append(self.first[1:], len(order)) - 1
        self.length = self.last - self.first + 1
        self.therapist = self.sessions["therapist"][self.first]
        ending = self.sessions["ending"][self.last]
        self.ended = ending != GOES_ON
        self.left, self.untold, self.planned = (ending == one for one in (LEFT, COMPLETED_UNTOLD, COMPLETED_TOLD))
        self.began_early = self.weeks - self.sessions["week"][self.first] + 1 >= WEEKS_TO_END

    def under(self, **conventions: float) -> "Clinic":
        """The same records, read under other conventions."""
        other = copy.copy(self)
        other.conventions = {**self.conventions, **conventions}
        return other

    @property
    def dropped_out(self) -> Array:
        """Episodes that the client ended alone; whether contentment that nobody was told of counts is a convention."""
        return self.left | self.untold if self.conventions["untold_counts"] else self.left

    @cached_property
    def of_session(self) -> Array:
        """The episode of each session, by position."""
        return np.repeat(np.arange(len(self.first)), self.length)

    @cached_property
    def begun(self) -> Array:
        """Distress reported as each episode began."""
        return self.sessions["distress_before"][self.first]

    @cached_property
    def fall(self) -> Array:
        """How much lower the last reported distress of each episode is than the first."""
        return self.begun - self.sessions["distress"][self.last]

    @cached_property
    def ever_cried(self) -> Array:
        """Whether the client has cried in each episode, so far as it is on record."""
        return np.bincount(self.of_session, weights=self.sessions["cried"], minlength=len(self.first)) > 0

    @property
    def now(self) -> Array:
        """Positions of the episodes of whoever is in therapy in the last week, which did not end in it."""
        return np.flatnonzero((self.sessions["week"][self.last] == self.weeks) & ~self.ended)

    def at_session(self, number: int, episodes: Array) -> Array:
        """Positions of the number-th sessions of these episodes, all of which have so many."""
        return self.first[episodes] + number - 1

    def ended_after(self, sessions: int) -> Array:
        """Positions of episodes that began early enough, have ended and had so many sessions."""
        return np.flatnonzero(self.began_early & self.ended & (self.length >= sessions))

    def change(self, episodes: Array) -> Array:
        """Improvement given where someone began: minus the residual of last on first reported distress."""
        return -residual(self.sessions["distress"][self.last[episodes]], self.begun[episodes])

    @cached_property
    def therapists(self) -> Trait:
        """Each episode's therapist, as they answer for themselves."""
        holders = int((self.therapist - 1).max() // self.rooms) + 1
        traits = traits_of_therapists(self._values, self._luck, holders)
        holder, room = np.divmod(self.therapist - 1, self.rooms)
        return Trait(*(answers[holder, room] for answers in traits))

    @cached_property
    def sensed(self) -> Array:
        """What a therapist can sense of each session, as a standard score: how deep it went, that the client cried, and
        no falling-out. Never the client's rating.

        `z(z(log-odds of depth) + z(cried) - z(gravest falling-out open))`; that someone came back is the same for all
        whose alliance is rated at one session.
        """
        depth = np.clip(self.sessions["depth"], 1e-6, 1.0 - 1e-6)
        gravest = np.maximum(self.sessions["rupture_before"], self.sessions["rupture"])
        signs = _scores(np.log(depth / (1.0 - depth))) + _scores(self.sessions["cried"]) - _scores(gravest)
        return _scores(signs)

    def therapist_rating(self, episodes: Array, number: int) -> Array:
        """The therapist's WAI rating of the number-th session of these episodes, from a bond of their own.

        `1 + 6*logistic(level + follows*sensed + own*z + rosy*z_therapist)` with error, from 1 to 7; sensed is the mean
        of what they have sensed in the pair's sessions so far, as a standard score among the pairs.
        """
        so_far = sum(self.sensed[self.at_session(one, episodes)] for one in range(1, number + 1))
        errors = self._errors[self.at_session(number, episodes)]
        view = (
            VIEW_LEVEL
            + self.conventions["sensed"] * _scores(np.asarray(so_far))
            + VIEW_OF_OWN * errors["view"]
            + VIEW_OF_ALL * self.therapists.rosy[episodes]
        )
        return np.clip(1.0 + 6.0 / (1.0 + np.exp(-view)) + VIEW_ERROR * errors["view_rating"], 1.0, 7.0)

    def perceived_empathy(self, positions: Array) -> Array:
        """How empathic the therapist seems to the client in these sessions, as a questionnaire has it: with error."""
        return self._felt_empathy[positions] + EMPATHY_ERROR * self._errors[positions]["perceived_empathy"]


def _scores(values: Array) -> Array:
    """Standard scores; 0 for all where nobody differs."""
    values = np.asarray(values, float)
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


class Survey:
    """The answers of therapists asked at one moment about their whole career.

    Made from logs of tears alone, one for each group of therapists who are equally long in practice.
    """

    def __init__(self) -> None:
        self.practising = np.zeros(0, bool)
        self.years = np.zeros(0)
        self.own_empathy = np.zeros(0)
        self.tears: dict[str, Array] = {}
        self.sessions_a_week = 0
        self.conventions = AS_TAKEN

    def under(self, **conventions: float) -> "Survey":
        """The same answers, read under other conventions."""
        other = copy.copy(self)
        other.conventions = {**self.conventions, **conventions}
        return other

    def add(self, log: Array, values: Mapping[str, Value], luck: LuckTables, practising: bool = True) -> None:
        """Ask the therapists of a practice in its last week; what became of rooms after a retirement is not theirs.

        `practising` tells practitioners from trainees.
        """
        rooms, weeks = int(values["therapists"]), int(values["weeks"])
        self.sessions_a_week = int(values["caseload"])
        log = log[log["therapist"] <= rooms]  # successors have higher numbers
        rows = {name: log[name] for name in TELLS}
        rows["weeks_ago"] = weeks - log["week"]
        rows["respondent"] = len(self.years) + log["therapist"] - 1
        self.tears = {
            name: np.concatenate([self.tears[name], rows[name]]) if self.tears else rows[name] for name in rows
        }
        self.years = np.append(self.years, np.full(rooms, weeks / WEEKS_A_YEAR))
        self.practising = np.append(self.practising, np.full(rooms, practising))
        self.own_empathy = np.append(self.own_empathy, traits_of_therapists(values, luck, 1).own_empathy[0])

    @property
    def weeks(self) -> Array:
        """Weeks in practice of each therapist."""
        return np.rint(self.years * WEEKS_A_YEAR)

    def count(self, counted: Array | None = None) -> Array:
        """Sessions with tears each therapist tells of, or those of them that are `counted`."""
        chosen = self.tears["respondent"] if counted is None else self.tears["respondent"][counted]
        return np.bincount(chosen, minlength=len(self.years))

    @cached_property
    def latest(self) -> dict[str, Array]:
        """The latest tears of each therapist who ever had any."""
        order = np.lexsort((self.tears["weeks_ago"], self.tears["respondent"]))
        _, newest = np.unique(self.tears["respondent"][order], return_index=True)
        return {name: values[order[newest]] for name, values in self.tears.items()}


# What a therapist, or the client, can tell of a session with tears.
TELLS = (
    "client_tears", "tears_felt", "tears_shown", "noticed", "belief_noticed", "spoken", "belief", "appraisal",
    "reception",
)  # fmt: skip
