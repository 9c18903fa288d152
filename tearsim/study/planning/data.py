"""Data strategies: what a study would have on its desk of the people it asked, as one table.

A table is made of a whole pool of therapists at once; a study then takes the rows of the therapists who happen to take
part, and of a training shows of each person the one life that was drawn.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.evidence.conventions import DISTRESS_ERROR
from tearsim.science.codes import HARMED, IMPROVED
from tearsim.science.log import Column
from tearsim.study.effects.studies.records import GIVEN, NO_RATING_YET, RECORDED
from tearsim.study.planning.answers_given import StudyTable
from tearsim.study.planning.lived import NOBODY, Lives, TwoLives, first_week, last_known, outcome_after
from tearsim.study.planning.prompts import Prompted
from tearsim.study.planning.study_file import DataStrategy, StudyFile
from tearsim.study.randomness import Generator
from tearsim.worlds.outcomes import Numbers

# How many sessions without tears are kept for each with tears: more would add next to nothing.
OTHERS_KEPT = 20
# Outcomes under either strategy: no study holds them both.
IF_FIRST, IF_SECOND = "if_first", "if_second"

# What a table can hold, with unit and meaning: the codebook of simulated data.
STUDY_COLUMNS: dict[str, Column] = {
    "therapist": Column(int, "person", "The therapist."),
    "client": Column(int, "person", "The client, numbered within the study."),
    "assigned": Column(bool, "yes/no", "Whether the first of the two strategies was drawn."),
    "week": Column(int, "week", "Week since the client's first session, counted from 1."),
    "stratum": Column(int, "count", "The therapist's week that sessions are compared within."),
    "level": Column(int, "level", "The therapist's tears: 1 near, 2 open, 3 overwhelmed."),
    "noticed": Column(bool, "yes/no", "Whether the client says they noticed the therapist's tears."),
    "spoken": Column(bool, "yes/no", "Whether the tears were spoken of."),
    "believed": Column(int, "kind", "What the therapist believes the tears did: 1 helped, 0 nothing, -1 harmed."),
    "saw": Column(bool, "yes/no", "Whether the client says they saw the therapist's tears."),
    "left": Column(bool, "yes/no", "Whether the client left after this session."),
    "before": Column(float, "as the outcome", "What the client reported before; of leaving, the rating before."),
    **{name: RECORDED[name] for name in GIVEN},
    "rating_before": Column(float, "1 to 7", "The latest rating that the client filled in before."),
    "outcome": Column(float, "as the outcome", "The outcome, so many weeks after time zero; missing if unknown."),
    "outcome_at_end": Column(float, "as the outcome", "The outcome at the last session on record."),
    "change": Column(float, "as the outcome", "The outcome minus what was reported before."),
}


class Pool(NamedTuple):
    """The rows of all therapists who could take part, in order of therapists."""

    table: StudyTable
    therapists: int
    followed: float | None = None  # where therapists are drawn: of the clients of those drawn first, who meet it


class Errors(NamedTuple):
    """How people err who are asked, session by session; one person errs alike in two lives."""

    rating: Numbers  # standard normals
    distress: Numbers
    skips: Numbers  # uniforms
    forgets: Numbers


def errors_of(shape: tuple[int, ...], luck: Generator) -> Errors:
    """Errors for a number of clients and weeks."""
    return Errors(luck.standard_normal(shape), luck.standard_normal(shape), luck.random(shape), luck.random(shape))


def reported(lives: Lives, data: DataStrategy, errors: Errors) -> Lives:
    """The same lives as clients report them: ratings as they are filled in, distress as a questionnaire has it, tears
    as they are recalled.
    """
    rating = np.clip(lives.rating + data.rating_error * errors.rating, 1.0, 7.0)
    return lives._replace(
        rating=np.where(errors.skips < data.rated, rating, np.nan),
        distress=lives.distress + DISTRESS_ERROR * errors.distress,
        noticed=lives.noticed & (errors.forgets < data.recalled),
    )


def pool_of(lived: TwoLives, study: StudyFile, luck: Generator) -> Pool:
    """The table of all who could take part; therapists who would not answer are left out.

    Every kind of study draws its errors in the same order, so that what one reports is what it would report to another.
    """
    make = {
        "survey": _survey, "cohort": _cohort, "diary": _diary, "case-crossover": _case_crossover, "training": _training,
    }[study.data.kind]  # fmt: skip
    therapists, answers = _who_answers(lived.usual, study, luck)
    table = make(lived, study, luck)
    kept = answers[table["therapist"]]
    followed = study.data.followed if study.data.kind == "training" else None
    return Pool({name: column[kept] for name, column in table.items()}, therapists, followed)


def _who_answers(lives: Lives, study: StudyFile, luck: Generator) -> tuple[int, NDArray[np.bool_]]:
    """How many therapists there are, and which of them would take part."""
    therapists = int(lives.therapist[-1]) + 1
    return therapists, luck.random(therapists) < study.data.answers


def _before(lives: Lives, outcome: str, since: NDArray[np.int64]) -> Numbers:
    """What was reported in the week before time zero; of distress before the first session, that at intake."""
    here = np.arange(len(since))
    earlier = np.maximum(since - 1, 0)
    if outcome == "distress":
        return np.where(since > 0, lives.distress[here, earlier], np.where(since == 0, lives.begun, np.nan))
    return np.where(since > 0, lives.rating[here, earlier], np.nan)


def _survey(lived: TwoLives, _: StudyFile, luck: Generator) -> StudyTable:
    """One row a therapist who ever had tears: the latest, and what they believe of them."""
    lives = lived.usual
    clients, week = np.nonzero(lives.felt)
    order = np.lexsort((luck.random(len(week)), -week, lives.therapist[clients]))
    who, latest = np.unique(lives.therapist[clients][order], return_index=True)
    at = clients[order][latest], week[order][latest]
    return {
        "therapist": who,
        "level": lives.felt[at].astype(np.int64),
        "spoken": lives.spoken[at],
        "believed": _believed(lives.belief[at]),
    }


def _believed(belief: NDArray[np.int8]) -> NDArray[np.int64]:
    return (belief == IMPROVED).astype(np.int64) - (belief == HARMED).astype(np.int64)


def _cohort(lived: TwoLives, study: StudyFile, luck: Generator) -> StudyTable:
    """One row a client, or for an emulated trial one a session: first tears, and sessions without any so far."""
    errors = errors_of(lived.usual.rating.shape, luck)
    if study.answer.estimator == "trial emulation":
        return _sessions(lived.usual, study, luck, errors)
    lives, asked = reported(lived.usual, study.data, errors), study.inquiry
    since = first_week(lives.noticed)
    before, after = _before(lives, asked.outcome, since), outcome_after(lives, asked.outcome, since, asked.weeks)
    at_end = _at_end(lives, asked.outcome)
    return {
        "therapist": lives.therapist,
        "client": np.arange(len(since)),
        "saw": since != NOBODY,
        "before": before,
        "outcome": after,
        "change": after - before,
        "outcome_at_end": at_end,
    }


def _at_end(lives: Lives, outcome: str) -> Numbers:
    """Whether a client ever left, or the last that they reported."""
    if outcome == "left":
        return (lives.left != NOBODY).astype(float)
    if outcome == "distress":
        return lives.distress[:, -1]
    known = np.isfinite(lives.rating)
    last = lives.weeks - 1 - known[:, ::-1].argmax(axis=1)
    return lives.rating[np.arange(len(last)), last]


def _sessions(usual: Lives, study: StudyFile, luck: Generator, errors: Errors) -> StudyTable:
    """Sessions of those who had seen no tears before, each a time zero; of those without tears a sample is kept."""
    lives, held = reported(usual, study.data, errors), np.isfinite(usual.rating)
    since, weeks = first_week(lives.noticed), np.arange(lives.weeks)
    eligible = held & ((since == NOBODY)[:, None] | (weeks <= since[:, None]))
    saw = eligible & (weeks == since[:, None])
    others = eligible & ~saw
    share = min(1.0, OTHERS_KEPT * saw.sum() / max(1, others.sum()))
    client, week = np.nonzero(saw | (others & (luck.random(others.shape) < share)))
    picked, number = lives.of(client), np.cumsum(held, axis=1)[client, week]
    return {
        "therapist": picked.therapist,
        "client": client,
        "week": week + 1,
        "saw": saw[client, week],
        "first_session": number == 1,
        **{name: np.where(number == 1, NO_RATING_YET, one[client, week]) for name, one in _ratings_so_far(lives)},
        "distress_before": _before(picked, "distress", week),
        "log_session": np.log(number),
        "cried": picked.cried[np.arange(len(client)), week],
        "outcome": outcome_after(picked, study.inquiry.outcome, week, study.inquiry.weeks),
    }


def _ratings_so_far(lives: Lives) -> list[tuple[str, Numbers]]:
    """The latest rating that was filled in before each week, and the mean of all of them; missing before the first."""
    filled_in = np.isfinite(lives.rating)
    number = np.cumsum(filled_in, axis=1)
    mean = np.cumsum(np.where(filled_in, lives.rating, 0.0), axis=1) / np.where(number > 0, number, np.nan)
    none = np.full((len(mean), 1), np.nan)
    return [
        (name, np.hstack([none, one[:, :-1]]))
        for name, one in (("rating_before", last_known(lives.rating)), ("rating_so_far", mean))
    ]


def _diary(lived: TwoLives, study: StudyFile, luck: Generator) -> StudyTable:
    """One row a client with whom the therapist's eyes filled: the first such session, and what the client reports."""
    lives = reported(lived.usual, study.data, errors_of(lived.usual.rating.shape, luck))
    asked, since = study.inquiry, first_week(lives.felt > 0)
    client = np.flatnonzero(since != NOBODY)
    week, picked = since[client], lives.of(client)
    here = np.arange(len(client))
    outcome = outcome_after(picked, asked.outcome, week, asked.weeks)
    before = _before(picked, "distress" if asked.outcome == "distress" else "rating", week)
    return {
        "therapist": picked.therapist,
        "client": client,
        "week": week + 1,
        "level": picked.felt[here, week].astype(np.int64),
        "noticed": picked.noticed[here, week],
        "saw": picked.noticed[here, week],
        "spoken": picked.spoken[here, week],
        "believed": _believed(picked.belief[here, week]),
        "before": before,
        "outcome": outcome,
        "change": outcome - before,
    }


def _case_crossover(lived: TwoLives, study: StudyFile, luck: Generator) -> StudyTable:
    """Sessions of therapists' weeks in which some client left and some session had tears, but not all alike."""
    lives = reported(lived.usual, study.data, errors_of(lived.usual.rating.shape, luck))
    client, week = np.nonzero(np.isfinite(lived.usual.rating))
    saw, left = lives.noticed[client, week], lives.left[client] == week
    stratum = lives.therapist[client] * lives.weeks + week
    _, number, sizes = np.unique(stratum, return_inverse=True, return_counts=True)

    def varies(column: NDArray[np.bool_]) -> NDArray[np.bool_]:
        counted = np.bincount(number, column)
        return (counted > 0) & (counted < sizes)

    kept = (varies(saw) & varies(left))[number]
    order = np.argsort(stratum[kept], kind="stable")
    columns = {
        "therapist": lives.therapist[client], "client": client, "week": week + 1, "stratum": stratum, "saw": saw,
        "left": left,
    }  # fmt: skip
    return {name: column[kept][order] for name, column in columns.items()}


def _training(lived: TwoLives, study: StudyFile, luck: Generator) -> StudyTable:
    """One row a client, with the outcome under either strategy, from their first week on."""
    asked = study.inquiry
    errors = errors_of(lived.first.rating.shape, luck)
    first, second = (reported(lives, study.data, errors) for lives in (lived.first, lived.second))
    client = np.arange(len(first.left))
    week = np.zeros(len(client), np.int64)
    return {
        "therapist": first.therapist,
        "client": client,
        "week": week + 1,
        "before": _before(first, "distress", week),
        IF_FIRST: outcome_after(first, asked.outcome, week, asked.weeks),
        IF_SECOND: outcome_after(second, asked.outcome, week, asked.weeks),
    }


def prompted_pool(lived: Prompted, study: StudyFile, luck: Generator) -> Pool:
    """The table of a trial by prompts: a row a decision point, with what was drawn there."""
    asked, lives = study.inquiry, lived.drawn
    therapists, answers = _who_answers(lives, study, luck)
    lives = reported(lives, study.data, errors_of(lives.rating.shape, luck))
    client, week = np.nonzero(lived.asked & answers[lives.therapist][:, None])
    picked = lives.of(client)
    table = {
        "therapist": picked.therapist,
        "client": client,
        "week": week + 1,
        "level": picked.felt[np.arange(len(client)), week].astype(np.int64),
        "assigned": lived.assigned[client, week],
        "before": _before(picked, "distress" if asked.outcome == "distress" else "rating", week),
        "outcome": outcome_after(picked, asked.outcome, week, asked.weeks),
    }
    return Pool(table, therapists)


def drawn_study(pool: Pool, order: NDArray[np.int64], luck: Generator) -> StudyTable:
    """A study of the therapists in this order: their rows, and of a training the outcome under the strategy drawn.

    A smaller study in the same order is the beginning of a larger one: the same therapists, the same draws.
    """
    table = pool.table
    takes_part = np.zeros(pool.therapists, np.bool_)
    takes_part[order] = True
    rows = np.flatnonzero(takes_part[table["therapist"]])
    held = {name: column[rows] for name, column in table.items() if name not in (IF_FIRST, IF_SECOND)}
    if pool.followed is None:
        return held
    keeps_to_it = (luck.random(len(table["therapist"])) < pool.followed)[rows]
    assigned = _in_pairs(order, pool.therapists, luck)[held["therapist"]]
    outcome = np.where(assigned & keeps_to_it, table[IF_FIRST][rows], table[IF_SECOND][rows])
    return {**held, "assigned": assigned, "outcome": outcome}


def _in_pairs(order: NDArray[np.int64], therapists: int, luck: Generator) -> NDArray[np.bool_]:
    """Who is drawn for the first strategy: one of each two therapists who came one after the other."""
    first_of_two = luck.random(therapists)[: (len(order) + 1) // 2] < 0.5
    place = np.arange(len(order))
    assigned = np.zeros(therapists, np.bool_)
    assigned[order] = first_of_two[place // 2] ^ (place % 2 == 1)
    return assigned
