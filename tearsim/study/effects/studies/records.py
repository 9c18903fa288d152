"""What studies would have on record of a practice in which tears are shown, and, of those who saw tears, their twins.

The records are tables as real studies could hold them: ratings as clients give them, distress as a questionnaire has
it, tears that clients noticed, what therapists believe. Columns that begin with `twin_` are of the same persons under
the same luck with tears held back: no study has them, and no estimator reads them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.evidence.conventions import DISTRESS_ERROR
from tearsim.science.codes import GOES_ON, HARMED, IMPROVED, LEFT, NO_TEARS, NONE
from tearsim.science.log import Column
from tearsim.study.effects.lives import Subjects, first_noticed, paired
from tearsim.study.effects.studies.estimators import TableOfStudy
from tearsim.study.people.exposed import who_in
from tearsim.worlds.outcomes import Numbers
from tearsim.worlds.tables import Table

# Of sessions without tears an emulated trial keeps this share, by lot: more would tell next to nothing more.
SHARE_KEPT = 0.125
# What an emulated trial takes into account: all on record that may drive both tears and leaving.
GIVEN = ("first_session", "rating_before", "rating_so_far", "distress_before", "log_session", "cried")
NO_RATING_YET = 5.0  # stands for a rating before a first session; `first_session` tells that there was none
_SPAN = 2**14  # more weeks than anyone is watched for

RECORDED: dict[str, Column] = {
    "therapist": Column(int, "person", "The therapist, numbered over all practices."),
    "practice": Column(int, "practice", "The practice."),
    "saw": Column(bool, "yes/no", "Whether the client noticed the therapist's tears: ever, or in this session."),
    "treated": Column(bool, "yes/no", "Whether the client noticed tears in this session, for the first time."),
    "first_session": Column(bool, "yes/no", "Whether there was no session with this therapist before."),
    "rating_before": Column(float, "1 to 7", "The client's rating of the alliance at the session before."),
    "rating_so_far": Column(float, "1 to 7", "The mean of all ratings with this therapist before."),
    "distress_before": Column(float, "SD of intake", "Distress reported before the session."),
    "log_session": Column(float, "log", "Logarithm of the number of the session with this therapist."),
    "cried": Column(bool, "yes/no", "Whether the client cried in the session."),
    "session": Column(int, "count", "Session with this therapist, counted from 1."),
    "rating": Column(float, "1 to 7", "The client's rating at the end of this session."),
    "rating_later": Column(float, "1 to 7", "The rating so many weeks later by those still with that therapist."),
    "rating_last": Column(float, "1 to 7", "The last rating of the therapy."),
    "left": Column(bool, "yes/no", "Whether the client left after this session."),
    "left_later": Column(bool, "yes/no", "Whether the client had left so many weeks later, before completing."),
    "left_ever": Column(bool, "yes/no", "Whether the client left that therapy, before completing, while on record."),
    "stratum": Column(int, "count", "The therapist's week."),
    "believed": Column(int, "-1, 0, 1", "What the therapist believes tears did: harmed, nothing, improved."),
    "taken": Column(float, "-1 to 1", "How the client recalls having taken the tears: all wrong to deeply human."),
    "better": Column(int, "-1, 0, 1", "Whether the alliance is worse, the same or better for the tears, at once."),
    "sound": Column(bool, "yes/no", "Whether the twin has the same history up to these tears."),
}


class StudyRecords(NamedTuple):
    """The tables of one practice, or of several put together."""

    clients: TableOfStudy  # a row a client
    tears: TableOfStudy  # a row a client who noticed tears: the first that they noticed, and what came of it
    trials: TableOfStudy  # a row a session of someone who had noticed none before; of those without tears, a part
    weeks: TableOfStudy  # a row a session, of the same people, where one of the therapist's clients left in that week
    latest: TableOfStudy  # a row a therapist whose eyes ever filled: the latest time

    def of(self, practices: NDArray[np.int64]) -> "StudyRecords":
        """The records of some practices."""
        return StudyRecords(
            *({name: column[np.isin(table["practice"], practices)] for name, column in table.items()} for table in self)
        )


def together(records: list[StudyRecords]) -> StudyRecords:
    """The records of several practices as one."""
    return StudyRecords(
        *(
            {name: np.concatenate([one[name] for one in tables]) for name in tables[0]}
            for tables in zip(*records, strict=True)
        )
    )


class Courses:
    """Everybody's sessions in a log, in order of person and week, and what is found in them."""

    def __init__(self, log: Table) -> None:
        who = who_in(log)
        order = np.lexsort((log["week"], who))
        self.rows, self.who, self.week = log[order], who[order], np.asarray(log["week"][order], np.int64)
        self._key = self.who * _SPAN + self.week
        number = len(log)
        ends = np.where(self.rows["ending"] != GOES_ON, np.arange(number), number)
        self._next_ending = np.append(np.minimum.accumulate(ends[::-1])[::-1], number)

    def at(self, who: NDArray[np.int64], week: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each person's session in a week; -1 where there is none."""
        where = np.minimum(np.searchsorted(self._key, who * _SPAN + week), len(self.rows) - 1)
        return np.where(self._key[where] == who * _SPAN + week, where, -1)

    def rating_so_far(self) -> Numbers:
        """The mean of the ratings before each session with the same therapist; missing at a first one."""
        rated = np.append(0.0, np.cumsum(self.rows["rating"]))[:-1]
        held = np.asarray(self.rows["session"], np.int64) - 1
        begin = np.maximum(np.arange(len(held)) - held, 0)
        return np.where(held > 0, (rated - rated[begin]) / np.maximum(held, 1), np.nan)

    def value(self, column: str, where: NDArray[np.int64]) -> Numbers:
        """A column in some rows; missing where there is none."""
        return np.where(where >= 0, np.asarray(self.rows[column], float)[where], np.nan)

    def left_by(self, who: NDArray[np.int64], since: NDArray[np.int64], until: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each person's first ending since a week was leaving, no later than another."""
        end = self.end_of_therapy(who, since)
        return (end >= 0) & (self.week[end] <= until) & (self.rows["ending"][end] == LEFT)

    def rating_later(
        self, who: NDArray[np.int64], therapist: NDArray[np.int64], week: NDArray[np.int64], later: int
    ) -> Numbers:
        """The rating `later` weeks after a week by those who then come to the same therapist; missing for others."""
        where = self.at(who, week + later)
        return np.where(self.rows["therapist"][where] == therapist, self.value("rating", where), np.nan)

    def end_of_therapy(self, who: NDArray[np.int64], since: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row in which each person's therapy of a week ends, or their last; -1 where there is none since."""
        begin = np.searchsorted(self._key, who * _SPAN + since)
        last = np.searchsorted(self.who, who, side="right") - 1
        return np.where(begin <= last, np.minimum(self._next_ending[begin], last), -1)


def records_of_practice(
    logs: Mapping[str, Table], reports: Table, watched: int, later: int, practice: int, lot: Numbers
) -> StudyRecords:
    """The records of one practice, from the log with tears shown; twins from that with the same tears held back.

    Args:
        logs: Every session, `shown` and `held back`, longer than watched by more than `later` weeks.
        reports: The luck of reporting, [week, place] (`LuckTables.reports`).
        watched: Weeks in which time zero may come.
        later: Weeks from time zero to what is asked about later.
        practice: Its number, which tells its therapists from others'.
        lot: A uniform number for each session of the log with tears shown, by which sessions without tears are kept.
    """
    shown, twin = Courses(logs["shown"]), Courses(logs["held back"])
    subjects = first_noticed([logs["shown"]], watched)
    sessions = _sessions(shown, subjects, reports, watched, later)
    kept = np.asarray(sessions["treated"], bool) | (lot[: len(sessions["treated"])] < SHARE_KEPT)
    return StudyRecords(
        clients=_numbered(_clients(shown, subjects), practice),
        tears=_numbered(_tears(shown, twin, subjects, later, logs), practice),
        trials=_numbered(_those(sessions, kept), practice),
        weeks=_numbered(_in_telling_weeks(sessions), practice),
        latest=_numbered(_latest(shown, watched), practice),
    )


def _clients(shown: Courses, subjects: Subjects) -> TableOfStudy:
    """Everybody, in their first therapy."""
    who, first = np.unique(shown.who, return_index=True)
    began = shown.week[first]
    end = shown.end_of_therapy(who, began)
    saw = np.zeros(len(who), bool)
    saw[np.searchsorted(who, subjects.who)] = subjects.since <= shown.week[end[np.searchsorted(who, subjects.who)]]
    return {
        "therapist": shown.rows["therapist"][first],
        "saw": saw,
        "left_ever": shown.rows["ending"][end] == LEFT,
        "rating_last": shown.rows["rating"][end],
    }


def _tears(shown: Courses, twin: Courses, subjects: Subjects, later: int, logs: Mapping[str, Table]) -> TableOfStudy:
    """The first tears that each noticed, and what came of them; the same beside it with these tears held back."""
    who, since = subjects
    here = shown.at(who, since)
    session, therapist = shown.rows[here], shown.rows["therapist"][here]
    forever = np.full(len(who), _SPAN)
    found = {
        "therapist": therapist,
        "sound": np.isin(who, paired(logs["shown"], logs["held back"], subjects).subjects.who),
    }
    for prefix, courses in (("", shown), ("twin_", twin)):
        found |= {
            f"{prefix}rating": courses.rating_later(who, therapist, since, 0),
            f"{prefix}rating_later": courses.rating_later(who, therapist, since, later),
            f"{prefix}rating_last": courses.value("rating", courses.end_of_therapy(who, since)),
            f"{prefix}left": courses.left_by(who, since, since),
            f"{prefix}left_later": courses.left_by(who, since, since + later),
            f"{prefix}left_ever": courses.left_by(who, since, forever),
        }
    better = np.sign(session["alliance"] - twin.value("alliance", twin.at(who, since)))
    before = np.where(session["session"] > 1, here - 1, -1)
    return found | {
        "rating_before": shown.value("rating", before),
        "better": better,
        "believed": _believed(session["belief"]),
        "taken": np.asarray(session["appraisal"], float),
    }


def _sessions(shown: Courses, subjects: Subjects, reports: Table, watched: int, later: int) -> TableOfStudy:
    """Every session in which time zero may come: of those who had noticed no tears before."""
    first = np.full(len(shown.who), _SPAN)
    seen = np.isin(shown.who, subjects.who)
    first[seen] = subjects.since[np.searchsorted(subjects.who, shown.who[seen])]
    kept = (shown.week <= first) & (shown.week <= watched)
    rows, who, week = shown.rows[kept], shown.who[kept], shown.week[kept]
    errors = reports[rows["week"] - 1, rows["place"] - 1]
    begins = rows["session"] == 1
    before = shown.value("rating", np.where(begins, -1, np.flatnonzero(kept) - 1))
    return {
        "therapist": rows["therapist"],
        "treated": week == first[kept],
        "first_session": begins,
        "rating_before": np.where(begins, NO_RATING_YET, before),
        "rating_so_far": np.where(begins, NO_RATING_YET, shown.rating_so_far()[kept]),
        "distress_before": rows["distress_before"] + DISTRESS_ERROR * errors["distress_before"],
        "log_session": np.log(rows["session"]),
        "cried": rows["client_tears"] != NO_TEARS,
        "session": rows["session"],
        "left": rows["ending"] == LEFT,
        "left_later": shown.left_by(who, week, week + later),
        "left_ever": shown.left_by(who, week, np.full(len(who), _SPAN)),
        "rating_later": shown.rating_later(who, rows["therapist"], week, later),
        "rating_last": shown.rows["rating"][shown.end_of_therapy(who, week)],
        "week": week,
    }


def _in_telling_weeks(sessions: TableOfStudy) -> TableOfStudy:
    """Sessions with tears, and all of a therapist's weeks in which someone left and someone did not."""
    stratum = np.asarray(sessions["therapist"], np.int64) * _SPAN + np.asarray(sessions["week"], np.int64)
    _, number = np.unique(stratum, return_inverse=True)
    left = np.bincount(number, sessions["left"].astype(float))
    telling = ((left > 0) & (left < np.bincount(number)))[number]
    table = {
        "therapist": sessions["therapist"], "stratum": stratum, "left": sessions["left"], "saw": sessions["treated"],
    }  # fmt: skip
    return _those(table, telling | np.asarray(sessions["treated"], bool))


def _latest(shown: Courses, watched: int) -> TableOfStudy:
    """What each therapist believes of their latest tears, noticed or not."""
    tears = shown.rows[(shown.rows["tears_felt"] != NONE) & (shown.week <= watched)]
    order = np.lexsort((tears["place"], -tears["week"], tears["therapist"]))
    therapist, newest = np.unique(tears["therapist"][order], return_index=True)
    return {"therapist": therapist, "believed": _believed(tears["belief"][order][newest])}


def _believed(belief: NDArray[np.int64]) -> NDArray[np.int64]:
    return (belief == IMPROVED).astype(np.int64) - (belief == HARMED).astype(np.int64)


def _those(table: TableOfStudy, which: NDArray[np.bool_]) -> TableOfStudy:
    return {name: column[which] for name, column in table.items()}


def _numbered(table: TableOfStudy, practice: int) -> TableOfStudy:
    """With the practice in a column, and numbers of therapists and strata that no other practice has."""
    therapist = np.asarray(table["therapist"], np.int64)
    apart = practice * _SPAN
    numbered = {**table, "therapist": apart + therapist, "practice": np.full(len(therapist), practice)}
    if "stratum" in table:
        numbered["stratum"] = apart * _SPAN + np.asarray(table["stratum"], np.int64)
    return numbered
