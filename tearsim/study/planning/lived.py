"""The people whom a study could ask, as they live under each strategy: the same clients of the same therapists, twice.

Practices are cohorts in which therapists learn nothing from their tears (see `people.twins`), so that everybody is
there under both strategies, and nothing that one client saw reaches another. Clients are followed in their first
therapy; all of a therapist's begin in one week, whenever they would have come.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import LEFT, NO_TEARS
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.replacing import Rule
from tearsim.study.effects.strategies import APART, STRATEGIES
from tearsim.study.planning.inquiries import AT_EASE, INQUIRIES, USUAL
from tearsim.study.planning.study_file import StudyFile
from tearsim.worlds.outcomes import Numbers
from tearsim.worlds.tables import Table

# Clients lived at a time: their luck takes three kilobytes each.
CLIENTS_TOGETHER = 16_000
# Practices whose lives are held: several studies ask about the same people, one after the other.
POOLS_HELD = 4
# How many addresses of luck one pool has, one for each of its practices.
PRACTICES_A_POOL = 10_000

LivedAt = tuple[tuple[str, Value], ...]
NOBODY = -1  # a week in which nothing happened


class Lives(NamedTuple):
    """First therapies under one strategy, shape (clients, weeks) or (clients,), by therapist; weeks from 0."""

    therapist: NDArray[np.int64]
    rating: Numbers  # WAI points; missing in weeks without a session
    distress: Numbers  # after the latest session so far; missing before the first
    begun: Numbers  # distress before the first session
    cried: NDArray[np.bool_]  # whether the client did
    felt: NDArray[np.int8]  # the level of the therapist's tears
    noticed: NDArray[np.bool_]
    spoken: NDArray[np.bool_]
    belief: NDArray[np.int8]  # what the therapist believes that they did, as a code of BELIEVES
    left: NDArray[np.int64]  # the week after which the client left, or NOBODY

    @property
    def weeks(self) -> int:
        """How long they are watched."""
        return self.rating.shape[1]

    def of(self, clients: NDArray[np.int64]) -> "Lives":
        """The lives of these clients, by position."""
        return Lives._make(column[clients] for column in self)


class TwoLives(NamedTuple):
    """One pool of people: under the two strategies that are compared, and as they live where nobody intervenes."""

    first: Lives
    second: Lives
    usual: Lives


def strategies(study: StudyFile, values: Mapping[str, Value]) -> dict[str, Mapping[str, Value]]:
    """What each strategy that an inquiry names sets, in a world of these values; a training adds to comfort there."""
    shown = STRATEGIES["shown"].sets
    return {
        **{name: strategy.sets for name, strategy in STRATEGIES.items()},
        USUAL: shown,
        AT_EASE: {**shown, "comfort_base": float(values["comfort_base"]) + study.data.comfort},
    }


def live_pool(study: StudyFile, world: int, luck: int, therapists: int) -> TwoLives:
    """A number of therapists and their clients in a world, under one luck and every strategy that the study needs."""
    named = INQUIRIES[study.inquiry.effect]
    sets = strategies(study, in_world(study.values, study.world(world)))
    wanted = {name: sets[name] for name in (named.first, named.second, USUAL)}
    lives, _ = lives_by_setting(study, world, luck, therapists, wanted)
    return TwoLives(lives[named.first], lives[named.second], lives[USUAL])


def lives_by_setting(
    study: StudyFile,
    world: int,
    luck: int,
    therapists: int,
    sets: Mapping[str, Mapping[str, Value]],
    rules: tuple[tuple[str, Rule], ...] = (),
) -> tuple[dict[str, Lives], list[tuple[int, int]]]:
    """A number of therapists and their clients in a world, under one luck, as they live where each of these is set.

    Also the replicates that they are lived in, one after the other, and how many clients each has.
    """
    together = max(1, CLIENTS_TOGETHER // study.data.clients)
    values = {**in_world(study.values, study.world(world)), **APART}
    parts, replicates = [], []
    for number, start in enumerate(range(0, therapists, together)):
        replicate = (world * study.diagnosis.lucks + luck) * PRACTICES_A_POOL + number
        rooms = min(together, therapists - start)
        shape: dict[str, Value] = {"therapists": rooms, "caseload": study.data.clients, "weeks": study.data.weeks}
        points = {name: tuple({**values, **shape, **one}.items()) for name, one in sets.items()}
        lives = _lives_under(tuple(dict.fromkeys(points.values())), study.diagnosis.seed, replicate, rules)
        parts.append({name: lives[point] for name, point in points.items()})
        replicates.append((replicate, rooms * study.data.clients))
    return {name: _joined([part[name] for part in parts], study.data.clients) for name in sets}, replicates


@lru_cache(maxsize=POOLS_HELD)
def _lives_under(
    points: tuple[LivedAt, ...], seed: int, replicate: int, rules: tuple[tuple[str, Rule], ...]
) -> dict[LivedAt, Lives]:
    """Lives at design points, given as names and values; held for the next study that asks about the same people."""
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    settings = [dict(point) for point in points]
    ran = Ensemble(settings, log=True, rules=dict(rules)).run(seed, replicate)
    return {
        point: lives_in(one.log, int(held["therapists"]), int(held["caseload"]), int(held["weeks"]))
        for point, held, one in zip(points, settings, ran, strict=True)
    }


def lives_in(log: Table, therapists: int, clients: int, weeks: int) -> Lives:
    """The first therapies in the log of a cohort, as arrays of clients and weeks."""
    rows = log[log["episode"] == 1]
    people = therapists * clients
    who, week = rows["home"] - 1, rows["week"] - 1
    rating, distress = np.full((people, weeks), np.nan), np.full((people, weeks), np.nan)
    rating[who, week], distress[who, week] = rows["rating"], rows["distress"]
    felt, belief = np.zeros((people, weeks), np.int8), np.zeros((people, weeks), np.int8)
    cried, noticed, spoken = (np.zeros((people, weeks), np.bool_) for _ in range(3))
    felt[who, week], belief[who, week] = rows["tears_felt"], rows["belief"]
    noticed[who, week], spoken[who, week] = rows["noticed"], rows["spoken"]
    cried[who, week] = rows["client_tears"] != NO_TEARS
    left = np.full(people, NOBODY)
    gone = rows["ending"] == LEFT
    left[who[gone]] = week[gone]
    begun = np.full(people, np.nan)
    at_first = rows["session"] == 1
    begun[who[at_first]] = rows["distress_before"][at_first]
    return Lives(
        np.arange(people) // clients, rating, last_known(distress), begun, cried, felt, noticed, spoken, belief, left
    )


def last_known(values: Numbers) -> Numbers:
    """Each value, or where it is missing the latest before it; along the last axis."""
    at = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    return np.asarray(np.take_along_axis(values, np.maximum.accumulate(at, axis=1), axis=1))


def _joined(parts: list[Lives], clients: int) -> Lives:
    """Practices one after another, their therapists counted on."""
    if len(parts) == 1:
        return parts[0]
    whole = Lives._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    return whole._replace(therapist=np.arange(len(whole.left)) // clients)


def first_week(happened: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first week in which something happened to each client, or NOBODY; of shape (clients, weeks), from 0."""
    return np.where(happened.any(axis=1), happened.argmax(axis=1), NOBODY)


def outcome_after(lives: Lives, outcome: str, since: NDArray[np.int64], weeks: int) -> Numbers:
    """An outcome `weeks` weeks after time zero, client by client; missing without time zero, or past the watch."""
    until = since + weeks
    known = (since >= 0) & (until < lives.weeks)
    if outcome == "left":
        gone = (lives.left >= since) & (lives.left <= until)
        return np.where(known, gone, np.nan)
    column = lives.rating if outcome == "rating" else lives.distress
    return np.where(known, column[np.arange(len(column)), np.where(known, until, 0)], np.nan)


def time_zero(lives: Lives, among: str) -> NDArray[np.int64]:
    """The week from which an effect is followed: that of the first tears noticed, or felt; or the first of all."""
    if among == "everybody":
        return np.zeros(len(lives.left), np.int64)
    return first_week(lives.noticed if among == "noticed" else lives.felt > 0)


class Truth(NamedTuple):
    """What an effect is in one pool of people: sums over the pairs in whom it is known, to be put together by world."""

    pairs: float
    first: float  # sum of the outcome under the first strategy
    second: float

    @property
    def difference(self) -> float:
        """The first minus the second, a mean over pairs; missing without any."""
        return (self.first - self.second) / self.pairs if self.pairs else float("nan")


def truth_in(lived: TwoLives, study: StudyFile) -> Truth:
    """The effect asked about in these people: each under the first strategy minus the same under the second.

    Time zero is read off the first; up to it both lives are the same. A rating is that of those still there in both.
    """
    asked = study.inquiry
    since = time_zero(lived.first, INQUIRIES[asked.effect].among)
    one, other = (outcome_after(lives, asked.outcome, since, asked.weeks) for lives in (lived.first, lived.second))
    both = np.isfinite(one) & np.isfinite(other)
    return Truth(float(both.sum()), float(one[both].sum()), float(other[both].sum()))
