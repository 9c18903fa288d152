"""Readings of those in whom tears would be noticed: shown minus held back, the same people under the same luck.

Time zero is the session of the first tears that a client notices where they are shown; up to it both worlds are the
same, and whoever has no such partner is left out. All of it is read as `effects.following` does. Alliance is with the
therapist of these tears, of those who still come to them in both worlds; distress and leaving are of everybody.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import LEFT, MOVED, RELEASE, UNSETTLED
from tearsim.study.claims.practices import COURSE, FOLLOWED_FOR, NOTICED, PAIRS, STAY_TWINS, WATCHED
from tearsim.study.claims.readings.declared import LivedArms, Read, apart, average, reading, record_of
from tearsim.study.effects.following import ByWeek, WeekByWeek, outside_too
from tearsim.study.effects.lives import SoundPairs, first_noticed, paired, stay_twins
from tearsim.study.people.exposed import WEEKS_TO_LEAVE, who_in
from tearsim.study.people.twins import courses
from tearsim.worlds.outcomes import Numbers
from tearsim.worlds.tables import Table

_AT_ONCE, A_MONTH, LATER, A_YEAR = 0, 4, WEEKS_TO_LEAVE, FOLLOWED_FOR
# Every week up to the last of those in which leaving counts, and a year.
FOLLOWED_IN = (*range(LATER + 1), A_YEAR)


class InBothArms:
    """Persons in both arms of a practice, the same until time zero, and what became of them in each."""

    def __init__(self, pairs: SoundPairs, lived: LivedArms) -> None:
        self.pairs, self._around = pairs, lived.around()
        self.first, self.second = (WeekByWeek(log, pairs.subjects, FOLLOWED_IN) for log in (pairs.mine, pairs.theirs))
        self.tears = pairs.mine.at(pairs.subjects)  # the session of time zero
        self.unsettled, self.moved = (self.tears["reception"] == one for one in (UNSETTLED, MOVED))

    def alliance(self, week: int) -> Numbers:
        """Alliance with the therapist of time zero `week` weeks later, first arm minus second, by person."""
        first, second = (arm.of_their_therapist("alliance") for arm in (self.first, self.second))
        return self._in_week(first - second, week)

    def alliance_with_anyone(self, week: int) -> Numbers:
        """The same with whichever therapist they come to in that week, in each arm."""
        return self._in_week(self.first.value("alliance") - self.second.value("alliance"), week)

    def left(self, week: int) -> Numbers:
        """Whether they had left by `week` weeks later, before completing: first arm minus second, by person."""
        return self._in_week(self.first.ended(LEFT) - self.second.ended(LEFT), week)

    def distress(self, week: int, of: NDArray[np.bool_] | None = None) -> Numbers:
        """Distress `week` weeks later, in therapy or out of it, first arm minus second, by person; of some or all."""
        if week == _AT_ONCE:  # everybody has that session
            apart = self._in_week(self.first.value("distress") - self.second.value("distress"), week)
            return apart if of is None else apart[of]
        pairs = self.pairs if of is None else self.pairs.those(of)
        return outside_too(pairs.mine, pairs.theirs, pairs.subjects, [week], self._around)["distress"][:, 0]

    def _in_week(self, by_week: ByWeek, week: int) -> Numbers:
        return np.asarray(by_week[:, FOLLOWED_IN.index(week)])


class NoticedTears(InBothArms):
    """Persons who notice tears where these are shown, with the tears shown and held back; and everybody beside them."""

    def __init__(self, lived: LivedArms) -> None:
        logs = [ran.log for ran in lived.first_and_last()]
        super().__init__(paired(logs[0], logs[1], first_noticed(logs, WATCHED)), lived)
        self.first_year, self.held_back_year = (log[log["week"] <= WATCHED] for log in logs)

    @cached_property
    def without(self) -> Table:
        """What became of everybody within the first year where tears are held back."""
        return courses(self.held_back_year)

    @cached_property
    def begun_without(self) -> tuple[Table, NDArray[np.int64]]:
        """Everybody's first session where tears are held back, and whose it is; in the order of `without`."""
        persons, first = np.unique(who_in(self.held_back_year), return_index=True)
        return self.held_back_year[first], persons


@record_of(NOTICED, PAIRS, COURSE)
def _noticed(lived: LivedArms) -> NoticedTears:
    return NoticedTears(lived)


@record_of(STAY_TWINS)
def _stay_twins(lived: LivedArms) -> InBothArms:
    staying, seeking = lived.first_and_last()
    return InBothArms(stay_twins(staying.log, seeking.log, WATCHED), lived)


@reading(PAIRS, "alliance")
def alliance_at_once(pairs: NoticedTears) -> Read:
    """Alliance after the session of the tears: shown minus held back."""
    return average(pairs.alliance(_AT_ONCE))


@reading(PAIRS, "alliance")
def alliance_after_a_month(pairs: NoticedTears) -> Read:
    """Alliance four weeks after the tears, of those still with that therapist in both worlds: shown minus held back."""
    return average(pairs.alliance(A_MONTH))


@reading(PAIRS, "distress")
def distress_at_once(pairs: NoticedTears) -> Read:
    """Distress after the session of the tears: shown minus held back."""
    return average(pairs.distress(_AT_ONCE))


@reading(PAIRS, "distress")
def distress_after_a_month(pairs: NoticedTears) -> Read:
    """Distress four weeks after the tears, in therapy or out of it: shown minus held back."""
    return average(pairs.distress(A_MONTH))


@reading(PAIRS, "leaving")
def leaving_within_twelve_weeks(pairs: NoticedTears) -> Read:
    """Clients who leave within twelve weeks of the tears: shown minus held back."""
    return average(pairs.left(LATER))


@reading(PAIRS, "share")
def ruptures_at_once(pairs: NoticedTears) -> Read:
    """How often a rupture is open after the session of the tears: shown minus held back."""
    first, second = (arm.of_their_therapist("open_rupture")[:, 0] for arm in (pairs.first, pairs.second))
    return average((first > 0.0).astype(float) - (second > 0.0))


@reading(PAIRS, "tears")
def release_tears_in_a_month(pairs: NoticedTears) -> Read:
    """A client's own tears of release in the four weeks after the therapist's tears: shown minus held back.

    By session, of those with a session of these weeks in both worlds.
    """
    shown, held_back = (_share_of_release(arm) for arm in (pairs.first, pairs.second))
    return average(shown - held_back)


def _share_of_release(arm: WeekByWeek) -> Numbers:
    tears = arm.value("client_tears")[:, _AT_ONCE + 1 : A_MONTH + 1]
    there = np.isfinite(tears).sum(axis=1)
    return np.asarray(np.where(there > 0, (tears == RELEASE).sum(axis=1) / np.maximum(there, 1), np.nan))


# --- Those whom the tears unsettle ------------------------------------------------------------------------------------


@reading(COURSE, "alliance")
def alliance_at_once_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Alliance after the session of tears that unsettled: shown minus held back."""
    return average(pairs.alliance(_AT_ONCE), pairs.unsettled)


@reading(COURSE, "alliance")
def alliance_a_month_later_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Alliance four weeks after tears that unsettled, of those still with that therapist in both worlds."""
    return average(pairs.alliance(A_MONTH), pairs.unsettled)


@reading(COURSE, "alliance")
def alliance_later_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Alliance twelve weeks after tears that unsettled, of those still with that therapist in both worlds."""
    return average(pairs.alliance(LATER), pairs.unsettled)


@reading(COURSE, "alliance")
def alliance_a_year_later_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Alliance a year after tears that unsettled, of the few still with that therapist in both worlds."""
    return average(pairs.alliance(A_YEAR), pairs.unsettled)


@reading(COURSE, "distress")
def distress_at_once_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Distress after the session of tears that unsettled: shown minus held back."""
    return average(pairs.distress(_AT_ONCE, pairs.unsettled))


@reading(COURSE, "distress")
def distress_later_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Distress twelve weeks after tears that unsettled, in therapy or out of it: shown minus held back."""
    return average(pairs.distress(LATER, pairs.unsettled))


@reading(COURSE, "distress")
def distress_a_year_later_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Distress a year after tears that unsettled, in therapy or out of it: shown minus held back."""
    return average(pairs.distress(A_YEAR, pairs.unsettled))


@reading(COURSE, "leaving")
def leaving_of_the_unsettled(pairs: NoticedTears) -> Read:
    """Clients who leave within twelve weeks of tears that unsettled them: shown minus held back."""
    return average(pairs.left(LATER), pairs.unsettled)


@reading(STAY_TWINS, "distress")
def distress_of_those_who_seek(twins: InBothArms) -> Read:
    """Distress a year after tears that unsettled, in therapy or out of it: leaving at once for someone new minus
    staying.
    """
    return average(-twins.distress(A_YEAR))


@reading(STAY_TWINS, "alliance")
def alliance_of_those_who_seek(twins: InBothArms) -> Read:
    """Alliance twelve weeks after tears that unsettled, with whomever they then come to, of those in therapy either
    way: leaving at once for someone new minus staying.
    """
    return average(-twins.alliance_with_anyone(LATER))


# --- How noticed tears are taken --------------------------------------------------------------------------------------


@reading(NOTICED, "taken", least=0.0)
def unsettles_clients(pairs: NoticedTears) -> Read:
    """Of the first tears that clients notice, the share that unsettles."""
    return average(pairs.unsettled)


@reading(NOTICED, "taken", least=0.0)
def moves_clients(pairs: NoticedTears) -> Read:
    """Of the first tears that clients notice, the share that moves."""
    return average(pairs.moved)


@reading(NOTICED, "taken", least=0.0)
def rarer_of_moved_and_unsettled(pairs: NoticedTears) -> Read:
    """Of the first tears that clients notice, the share that moves or that unsettles, whichever is smaller."""
    return min(average(pairs.moved), average(pairs.unsettled))


@reading(NOTICED, "taken", least=0.0)
def unsettled_if_distressed(pairs: NoticedTears) -> Read:
    """The share that unsettles, of the half of clients who were more distressed before."""
    return average(pairs.unsettled, _distressed(pairs))


@reading(NOTICED, "taken", least=0.0)
def unsettled_if_calm(pairs: NoticedTears) -> Read:
    """The share that unsettles, of the half of clients who were less distressed before."""
    return average(pairs.unsettled, ~_distressed(pairs))


def _distressed(pairs: NoticedTears) -> NDArray[np.bool_]:
    before = pairs.tears["distress_before"]
    return np.asarray(before > np.median(before)) if len(before) else np.zeros(0, bool)


# --- The world without tears ------------------------------------------------------------------------------------------


@reading(PAIRS, "distress")
def improvement_without_tears(pairs: NoticedTears) -> Read:
    """Fall in distress of the same clients with the tears held back, from the first session to the last of the year."""
    before, persons = pairs.begun_without
    fall = before["distress_before"] - pairs.without["distress"]
    return average(fall, np.isin(persons, pairs.pairs.subjects.who))


@reading(PAIRS, "leaving", least=0.0)
def leaving_without_tears(pairs: NoticedTears) -> Read:
    """Of all clients, the share who left after their last session of the year, with the tears held back."""
    return average(pairs.without["ending"] == LEFT)


@reading(PAIRS, "alliance")
def bond_grown_without_tears(pairs: NoticedTears) -> Read:
    """Rise of the alliance of all clients from the first session to the last of the year, with the tears held back."""
    before, _ = pairs.begun_without
    return average(pairs.without["alliance"] - before["alliance_before"])


# --- What studies without the other world would see ------------------------------------------------------------------


@reading(NOTICED, "alliance")
def later_minus_before(pairs: NoticedTears) -> Read:
    """Alliance four weeks after the tears minus just before them, among those still there: no comparison at all."""
    later = pairs.first.of_their_therapist("alliance")[:, FOLLOWED_IN.index(A_MONTH)]
    return average(later - pairs.tears["alliance_before"])


@reading(NOTICED, "leaving")
def seen_minus_unseen(pairs: NoticedTears) -> Read:
    """Clients who left, of those who saw tears minus of those who saw none: other people, not the same ones."""
    became = courses(pairs.first_year)
    left, saw = became["ending"] == LEFT, became["saw_tears"] > 0
    return apart(average(left, saw), average(left, ~saw))


@reading(NOTICED, "alliance")
def asked_minus_everyone(pairs: NoticedTears) -> Read:
    """Rise of the alliance from before the tears to the last session of the twelve weeks after them: among those who
    have not left, whom a survey can ask, minus among all.
    """
    alliance = pairs.first.of_their_therapist("alliance")[:, : LATER + 1]
    last = LATER - np.isfinite(alliance)[:, ::-1].argmax(axis=1)
    rise = alliance[np.arange(len(alliance)), last] - pairs.tears["alliance_before"]
    there = pairs.first.ended(LEFT)[:, LATER] == 0.0
    asked, everyone = average(rise, there), average(rise)
    return asked[0] - everyone[0], asked[1]
