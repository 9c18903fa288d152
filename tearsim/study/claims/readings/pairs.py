"""Readings of those in whom tears would be noticed: shown minus held back, the same people under the same luck.

Time zero is the session of the first tears that a client notices where they are shown; up to it both worlds are the
same. What needs a session later on is told of those who have one in that week of both worlds, with whomever.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import LEFT, MOVED, RELEASE, UNSETTLED
from tearsim.study.claims.practices import PAIRS
from tearsim.study.claims.readings.declared import Read, apart, average, reading, record_of
from tearsim.study.people.exposed import WEEKS_TO_LEAVE
from tearsim.worlds.ensemble import Ran
from tearsim.worlds.outcomes import Numbers
from tearsim.worlds.tables import Table

LATER = WEEKS_TO_LEAVE
_AT_ONCE, _A_MONTH = 0, 4


def persons_of(log: Table) -> NDArray[np.int64]:
    """One number for each person of a cohort: the place first come to, and which to come there."""
    return np.asarray(log["home"] * 2**21 + log["turn"], np.int64)


class Follow:
    """The sessions of persons in one world, from time zero on: row `at[i, w]` of the log, or -1 where there is none."""

    def __init__(self, log: Table, persons: NDArray[np.int64], since: NDArray[np.int64]) -> None:
        self.log = log
        who = persons_of(log)
        known = np.flatnonzero(np.isin(who, persons))
        number = np.searchsorted(persons, who[known])
        week = log["week"][known] - since[number]
        self.at = np.full((len(persons), LATER + 1), -1)
        near = (week >= 0) & (week <= LATER)
        self.at[number[near], week[near]] = known[near]
        self.first, self.last = np.full(len(persons), -1), np.full(len(persons), -1)
        self.last[number] = known  # rows are in order of week, so that the latest is written last
        self.first[number[::-1]] = known[::-1]

    def field(self, name: str) -> Numbers:
        """A column by person and week, missing where there was no session."""
        return np.where(self.at >= 0, self.log[name][self.at].astype(float), np.nan)

    @property
    def left(self) -> NDArray[np.bool_]:
        """Whether someone left a therapist within the weeks followed."""
        return np.asarray((self.field("ending") == LEFT).any(axis=1))

    def held(self, name: str) -> Numbers:
        """A column at the last session of the weeks followed."""
        values = self.field(name)
        last = LATER - np.isfinite(values)[:, ::-1].argmax(axis=1)
        return np.asarray(values[np.arange(len(values)), last])


class NoticedTears:
    """Persons who notice tears, in both worlds; and, of the first, everybody else."""

    def __init__(self, shown: Table, held_back: Table) -> None:
        tears = shown[shown["noticed"] > 0]
        persons, first = np.unique(persons_of(tears), return_index=True)
        self.tears = tears[first]
        self.shown, self.held_back = (Follow(log, persons, self.tears["week"]) for log in (shown, held_back))
        self.unsettled, self.moved = (self.tears["reception"] == one for one in (UNSETTLED, MOVED))
        self.whole = self.tears["week"] + LATER <= int(shown["week"].max(initial=0))
        who, last = np.unique(persons_of(shown)[::-1], return_index=True)
        gone = shown["ending"][len(shown) - 1 - last] == LEFT
        self.gone_if_seen, self.gone_if_unseen = (gone[np.isin(who, persons) == saw] for saw in (True, False))

    def apart(self, name: str, week: int) -> Numbers:
        """A column in a week, shown minus held back, by person."""
        return np.asarray(self.shown.field(name)[:, week] - self.held_back.field(name)[:, week])


@record_of(PAIRS)
def _pairs(ran: Mapping[str, Ran]) -> NoticedTears:
    logs = [one.log for one in ran.values()]
    return NoticedTears(logs[0], logs[-1])  # of one arm alone, nothing is read that compares


@reading(PAIRS, "alliance")
def alliance_at_once(pairs: NoticedTears) -> Read:
    """Alliance after the session of the tears: shown minus held back."""
    return average(pairs.apart("alliance", _AT_ONCE))


@reading(PAIRS, "alliance")
def alliance_after_a_month(pairs: NoticedTears) -> Read:
    """Alliance four weeks after the tears, among those still in therapy in both worlds: shown minus held back."""
    return average(pairs.apart("alliance", _A_MONTH))


@reading(PAIRS, "distress")
def distress_at_once(pairs: NoticedTears) -> Read:
    """Distress after the session of the tears: shown minus held back."""
    return average(pairs.apart("distress", _AT_ONCE))


@reading(PAIRS, "distress")
def distress_after_a_month(pairs: NoticedTears) -> Read:
    """Distress four weeks after the tears, among those still in therapy in both worlds: shown minus held back."""
    return average(pairs.apart("distress", _A_MONTH))


@reading(PAIRS, "leaving")
def leaving_within_twelve_weeks(pairs: NoticedTears) -> Read:
    """Clients who leave within twelve weeks of the tears: shown minus held back."""
    return average(pairs.shown.left.astype(float) - pairs.held_back.left, pairs.whole)


@reading(PAIRS, "tears")
def release_tears_in_a_month(pairs: NoticedTears) -> Read:
    """A client's own tears of release in the four weeks after the therapist's tears: shown minus held back.

    By session, of those with a session of these weeks in both worlds.
    """
    weeks = slice(_AT_ONCE + 1, _A_MONTH + 1)
    shown, held_back = (_mean_by_person(one, weeks) for one in (pairs.shown, pairs.held_back))
    return average(shown - held_back)


def _mean_by_person(follow: Follow, weeks: slice) -> Numbers:
    tears = follow.field("client_tears")[:, weeks]
    there = np.isfinite(tears).sum(axis=1)
    return np.asarray(np.where(there > 0, (tears == RELEASE).sum(axis=1) / np.maximum(there, 1), np.nan))


@reading(PAIRS, "alliance")
def alliance_later_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Alliance twelve weeks after tears that unsettled, of those still there in both worlds: shown minus held back."""
    return average(pairs.apart("alliance", LATER), pairs.unsettled)


@reading(PAIRS, "alliance")
def alliance_at_once_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Alliance after the session of tears that unsettled: shown minus held back."""
    return average(pairs.apart("alliance", _AT_ONCE), pairs.unsettled)


@reading(PAIRS, "leaving")
def leaving_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Clients who leave within twelve weeks of tears that unsettled them: shown minus held back."""
    return average(pairs.shown.left.astype(float) - pairs.held_back.left, pairs.whole & pairs.unsettled)


@reading(PAIRS, "taken", least=0.0)
def unsettles_clients(pairs: NoticedTears) -> Read:
    """Of the first tears that clients notice, the share that unsettles."""
    return average(pairs.unsettled)


@reading(PAIRS, "taken", least=0.0)
def moves_clients(pairs: NoticedTears) -> Read:
    """Of the first tears that clients notice, the share that moves."""
    return average(pairs.moved)


@reading(PAIRS, "taken", least=0.0)
def rarer_of_moved_and_unsettled(pairs: NoticedTears) -> Read:
    """Of the first tears that clients notice, the share that moves or that unsettles, whichever is smaller."""
    return min(average(pairs.moved), average(pairs.unsettled))


@reading(PAIRS, "taken", least=0.0)
def unsettled_if_distressed(pairs: NoticedTears) -> Read:
    """The share that unsettles, of the half of clients who were more distressed before."""
    return average(pairs.unsettled, _distressed(pairs))


@reading(PAIRS, "taken", least=0.0)
def unsettled_if_calm(pairs: NoticedTears) -> Read:
    """The share that unsettles, of the half of clients who were less distressed before."""
    return average(pairs.unsettled, ~_distressed(pairs))


def _distressed(pairs: NoticedTears) -> NDArray[np.bool_]:
    before = pairs.tears["distress_before"]
    return np.asarray(before > np.median(before)) if len(before) else np.zeros(0, bool)


@reading(PAIRS, "distress")
def improvement_without_tears(pairs: NoticedTears) -> Read:
    """Fall in distress from the first session to the last on record of the same clients, with the tears held back."""
    held = pairs.held_back
    there = (held.first >= 0) & (held.last >= 0)
    fall = held.log["distress_before"][held.first] - held.log["distress"][held.last]
    return average(fall, there)


# --- What studies without the other world would see ------------------------------------------------------------------


@reading(PAIRS, "alliance")
def later_minus_before(pairs: NoticedTears) -> Read:
    """Alliance four weeks after the tears minus just before them, among those still there: no comparison at all."""
    return average(pairs.shown.field("alliance")[:, _A_MONTH] - pairs.tears["alliance_before"])


@reading(PAIRS, "leaving")
def seen_minus_unseen(pairs: NoticedTears) -> Read:
    """Clients who left, of those who saw tears minus of those who saw none: other people, not the same ones."""
    return apart(average(pairs.gone_if_seen), average(pairs.gone_if_unseen))


@reading(PAIRS, "alliance")
def asked_minus_everyone(pairs: NoticedTears) -> Read:
    """Rise of the alliance from before the tears to the last session of the twelve weeks after them: among those who
    have not left, whom a survey can ask, minus among all.
    """
    rise = pairs.shown.held("alliance") - pairs.tears["alliance_before"]
    asked, everyone = average(rise, ~pairs.shown.left), average(rise)
    return asked[0] - everyone[0], asked[1]
