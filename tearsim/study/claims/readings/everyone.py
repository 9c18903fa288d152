"""Readings of everybody in two arms of a practice, whether or not they saw tears; and of the therapists themselves."""

from typing import NamedTuple

import numpy as np

from tearsim.science.codes import LEFT, NONE, RELEASE
from tearsim.study.claims.practices import EVERYONE, RELIEF, WATCHED
from tearsim.study.claims.readings.declared import NOBODY_THERE, LivedArms, Read, average, reading, record_of
from tearsim.study.people.exposed import who_in
from tearsim.study.people.twins import courses
from tearsim.worlds.tables import Ran, Table


class TwoArms(NamedTuple):
    """What two arms of a cohort left in the first year."""

    first: Ran
    second: Ran


@record_of(EVERYONE, RELIEF)
def _two(lived: LivedArms) -> TwoArms:
    return TwoArms(*(ran._replace(log=ran.log[ran.log["week"] <= WATCHED]) for ran in lived.first_and_last()))


def _asked(ran: Ran) -> tuple[float, float]:
    """Distress a year from the first session, in therapy or out of it: the sum over those asked, and their number."""
    return float(ran.tallies["asked_distress"].sum()), float(ran.tallies["asked"].sum())


@reading(EVERYONE, "distress")
def everyones_distress(arms: TwoArms) -> Read:
    """Distress of all clients a year from their first session, in therapy or out of it: one arm minus the other."""
    (first, n), (second, m) = map(_asked, arms)
    return (first / n - second / m, int(n)) if n and m else NOBODY_THERE


@reading(EVERYONE, "leaving")
def everyones_leaving(arms: TwoArms) -> Read:
    """How often all clients leave a therapist within a year: one arm minus the other."""
    first, second = ((ran.log["ending"] == LEFT).sum() for ran in arms)
    people = len(np.unique(who_in(arms.first.log)))
    return (float(first - second) / people, people) if people else NOBODY_THERE


@reading(EVERYONE, "alliance")
def everyones_alliance(arms: TwoArms) -> Read:
    """Alliance of all clients after their last session of the year: one arm minus the other."""
    first, second = (courses(ran.log)["alliance"] for ran in arms)
    return average(first - second)


@reading(EVERYONE, "tears")
def everyones_release_tears(arms: TwoArms) -> Read:
    """How often all clients have tears of release in a session: one arm minus the other."""
    (first, n), (second, _) = (average(ran.log["client_tears"] == RELEASE) for ran in arms)
    return first - second, n


@reading(RELIEF, "strain")
def strain_of_those_who_cry(arms: TwoArms) -> Read:
    """Mean strain of therapists whose eyes ever fill, by session: with the relief that tears bring minus without."""
    first, second = (_strain(ran.log, arms.second.log) for ran in arms)
    both = np.isfinite(first) & np.isfinite(second)
    return average(first - second, both)


@reading(RELIEF, "tears")
def eyes_that_fill_later(arms: TwoArms) -> Read:
    """How often therapists' eyes fill in the year: with the relief that tears bring minus without."""
    (first, n), (second, _) = (average(ran.log["tears_felt"] != NONE) for ran in arms)
    return first - second, n


def _strain(log: Table, of: Table) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Mean strain of each therapist whose eyes fill in the sessions of another log."""
    cry = np.unique(of["therapist"][of["tears_felt"] != NONE])
    most = int(cry.max(initial=0)) + 1
    rows = log[log["therapist"] < most]
    sums = np.bincount(rows["therapist"], rows["strain"], most)
    number = np.bincount(rows["therapist"], minlength=most)
    with np.errstate(invalid="ignore"):
        return np.asarray((sums / number)[cry], np.float64)
