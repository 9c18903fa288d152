"""Readings of everybody in two arms of a practice, whether or not they saw tears; and of the therapists themselves."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tearsim.science.codes import LEFT, NONE, UNSETTLED
from tearsim.study.claims.practices import EVERYONE, RELIEF, REMATCH
from tearsim.study.claims.readings.declared import NOBODY_THERE, Read, average, reading, record_of
from tearsim.study.claims.readings.pairs import persons_of
from tearsim.worlds.ensemble import Ran
from tearsim.worlds.tables import Table


class TwoArms(NamedTuple):
    """What two arms of a cohort left."""

    first: Ran
    second: Ran


@record_of(EVERYONE, REMATCH, RELIEF)
def _two(ran: Mapping[str, Ran]) -> TwoArms:
    first, second = ran.values()
    return TwoArms(first, second)


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
    people = len(np.unique(persons_of(arms.first.log)))
    return (float(first - second) / people, people) if people else NOBODY_THERE


@reading(REMATCH, "distress")
def distress_of_those_who_leave(arms: TwoArms) -> Read:
    """Distress a year from the first session, leaving after unsettling tears for someone new minus staying.

    The sum over everybody, over those unsettled where they stay: whoever was not lives the same in both arms, but for
    who takes which free place.
    """
    (leaving, n), (staying, m) = map(_asked, arms)
    stay = arms.second.log
    unsettled = len(np.unique(persons_of(stay[stay["reception"] == UNSETTLED])))
    return ((leaving - staying) / unsettled, unsettled) if unsettled and n == m else NOBODY_THERE


@reading(RELIEF, "strain")
def strain_of_those_who_cry(arms: TwoArms) -> Read:
    """Mean strain of therapists whose eyes ever fill, by session: with the relief that tears bring minus without."""
    first, second = (_strain(ran.log, arms.second.log) for ran in arms)
    both = np.isfinite(first) & np.isfinite(second)
    return average(first - second, both)


def _strain(log: Table, of: Table) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Mean strain of each therapist whose eyes fill in the sessions of another log."""
    cry = np.unique(of["therapist"][of["tears_felt"] != NONE])
    most = int(cry.max(initial=0)) + 1
    rows = log[log["therapist"] < most]
    sums = np.bincount(rows["therapist"], rows["strain"], most)
    number = np.bincount(rows["therapist"], minlength=most)
    with np.errstate(invalid="ignore"):
        return np.asarray((sums / number)[cry], np.float64)
