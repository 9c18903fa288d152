"""Readings of one world as it is, tears shown: associations, as a study could find them, and what they rest on."""

import numpy as np
from numpy.typing import NDArray

from tearsim.evidence.estimators import correlation, residual, without_means
from tearsim.science.codes import DISCOMFORT, NEAR, NO_TEARS, NONE, OPEN, OVERWHELMED, OWN, RELEASE, SHARED, UNSETTLED
from tearsim.study.claims.practices import ONE_WORLD, WATCHED
from tearsim.study.claims.readings.declared import NOBODY_THERE, LivedArms, Read, apart, average, reading, record_of
from tearsim.study.people.exposed import who_in
from tearsim.worlds.tables import Table

# Tears in the first sessions, as many as this, tell criers apart; change is counted after them, in episodes that go on.
LANDMARK = 3


class CohortSessions:
    """The sessions of a cohort in order of person, and each person's first episode."""

    def __init__(self, log: Table) -> None:
        order = np.argsort(who_in(log), kind="stable")  # rows stay in order of week
        self.log = log[order]
        _, self.person = np.unique(who_in(self.log), return_inverse=True)
        self.cried = self.log["client_tears"] != NO_TEARS
        self.fills = self.log["tears_felt"] != NONE
        self.noticed = self.log["noticed"] > 0
        first = self.log[self.log["episode"] == 1]
        self.of_first = first
        _, self.start, self.length = np.unique(who_in(first), return_index=True, return_counts=True)


@record_of(ONE_WORLD)
def _shown(lived: LivedArms) -> CohortSessions:
    log = lived.ran["shown"].log
    return CohortSessions(log[log["week"] <= WATCHED])


@reading(ONE_WORLD, "distress")
def criers_improve_more(sessions: CohortSessions) -> Read:
    """Fall in distress after the third session: of those who cried in one of the first three minus of the others.

    First episodes of four sessions or more. Whoever stays longer has more sessions to cry in; a landmark keeps that
    out of the comparison.
    """
    cried, _, fall = _from_landmark(sessions, "distress")
    return apart(average(fall, cried), average(fall, ~cried))


@reading(ONE_WORLD, "distress")
def criers_improve_more_than_as_distressed(sessions: CohortSessions) -> Read:
    """The same, given how distressed they were at the third session: whoever is worse off has further to fall."""
    cried, at_landmark, fall = _from_landmark(sessions, "distress")
    beyond = residual(fall, at_landmark)
    return apart(average(beyond, cried), average(beyond, ~cried))


@reading(ONE_WORLD, "alliance")
def criers_bond_grows_more(sessions: CohortSessions) -> Read:
    """Rise of the alliance after the third session: of those who cried in one of the first three minus of others."""
    cried, _, fall = _from_landmark(sessions, "alliance")
    return apart(average(-fall, cried), average(-fall, ~cried))


def _from_landmark(
    sessions: CohortSessions, column: str
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Who cried up to the landmark, a column at it, and its fall from then on, in episodes that go on after it."""
    chosen = sessions.length > LANDMARK
    start, end = sessions.start[chosen], sessions.start[chosen] + sessions.length[chosen] - 1
    log = sessions.of_first
    early = np.array([log["client_tears"][start + number] != NO_TEARS for number in range(LANDMARK)])
    at_landmark = log[column][start + LANDMARK - 1]
    return np.asarray(early.any(axis=0)), at_landmark, at_landmark - log[column][end]


@reading(ONE_WORLD, "distress")
def ever_criers_improve_more(sessions: CohortSessions) -> Read:
    """Fall in distress over the whole therapy: of those who ever cried in it minus of those who never did."""
    log, start = sessions.of_first, sessions.start
    cried = np.add.reduceat((log["client_tears"] != NO_TEARS).astype(int), start) > 0
    fall = log["distress_before"][start] - log["distress"][start + sessions.length - 1]
    return apart(average(fall, cried), average(fall, ~cried))


@reading(ONE_WORLD, "correlation")
def client_tears_and_bond_within(sessions: CohortSessions) -> Read:
    """Correlation, within clients, of crying in a session with the alliance before it."""
    cried, bond = (without_means(values, sessions.person) for values in (sessions.cried * 1.0, _bond(sessions)))
    return correlation(cried, bond), len(sessions.start)


@reading(ONE_WORLD, "correlation")
def client_tears_and_bond_between(sessions: CohortSessions) -> Read:
    """Correlation, between clients, of how often they cry with their mean alliance."""
    number = np.bincount(sessions.person)
    cried, bond = (np.bincount(sessions.person, values) / number for values in (sessions.cried, _bond(sessions)))
    return correlation(cried, bond), len(sessions.start)


def _bond(sessions: CohortSessions) -> NDArray[np.float64]:
    return np.asarray(sessions.log["alliance_before"], np.float64)


@reading(ONE_WORLD, "distress")
def discomfort_minus_release(sessions: CohortSessions) -> Read:
    """Change in distress over a session: of sessions with tears of discomfort minus of those with tears of release."""
    change, kind = sessions.log["distress"] - sessions.log["distress_before"], sessions.log["client_tears"]
    return apart(average(change, kind == DISCOMFORT), average(change, kind == RELEASE))


@reading(ONE_WORLD, "share", least=0.0)
def tears_of_discomfort(sessions: CohortSessions) -> Read:
    """Of sessions with a client's tears, the share with tears of discomfort."""
    return average(sessions.log["client_tears"] == DISCOMFORT, sessions.cried)


@reading(ONE_WORLD, "share")
def client_cries_when_eyes_fill(sessions: CohortSessions) -> Read:
    """How often the client cries in sessions in which the therapist's eyes fill, minus in all sessions."""
    among = average(sessions.cried, sessions.fills)
    return among[0] - average(sessions.cried)[0], among[1]


@reading(ONE_WORLD, "tears", least=0.0)
def eyes_fill_when_client_cries(sessions: CohortSessions) -> Read:
    """How often the therapist's eyes fill in sessions in which the client cries."""
    return average(sessions.fills, sessions.cried)


@reading(ONE_WORLD, "tears", least=0.0)
def eyes_that_fill(sessions: CohortSessions) -> Read:
    """How often the therapist's eyes fill."""
    return average(sessions.fills)


@reading(ONE_WORLD, "share")
def tears_of_their_own(sessions: CohortSessions) -> Read:
    """Of sessions in which the therapist's eyes fill, the share with a feeling of the therapist's own."""
    return average(sessions.log["origin"] == OWN, sessions.fills)


@reading(ONE_WORLD, "share")
def good_bond_given_tears(sessions: CohortSessions) -> Read:
    """How often the bond was good (in the upper half) before a session with noticed tears, minus before any."""
    return _good_bond_given(sessions, sessions.noticed)


@reading(ONE_WORLD, "share")
def good_bond_given_near_tears(sessions: CohortSessions) -> Read:
    """The same of near tears alone."""
    return _good_bond_given(sessions, sessions.noticed & (sessions.log["tears_shown"] == NEAR))


@reading(ONE_WORLD, "share")
def good_bond_given_open_tears(sessions: CohortSessions) -> Read:
    """The same of open tears alone."""
    return _good_bond_given(sessions, sessions.noticed & (sessions.log["tears_shown"] == OPEN))


@reading(ONE_WORLD, "share")
def good_bond_given_overwhelmed(sessions: CohortSessions) -> Read:
    """The same of overwhelming tears alone."""
    return _good_bond_given(sessions, sessions.noticed & (sessions.log["tears_shown"] == OVERWHELMED))


def _good_bond_given(sessions: CohortSessions, tears: NDArray[np.bool_]) -> Read:
    bond = _bond(sessions)
    good = bond > np.median(bond) if len(bond) else np.zeros(0, bool)
    given = average(good, tears)
    return given[0] - average(good)[0], given[1]


@reading(ONE_WORLD, "share")
def good_bond_given_tears_within(sessions: CohortSessions) -> Read:
    """The same within pairs: sessions with noticed tears among the better half of a client's own, minus one half."""
    bond = without_means(_bond(sessions), sessions.person)
    several = np.bincount(sessions.person)[sessions.person] > 1
    return average((bond > 0.0) - 0.5, sessions.noticed & several)


@reading(ONE_WORLD, "share")
def milder_tears_are_commoner(sessions: CohortSessions) -> Read:
    """Of tears that clients notice, near over open or open over overwhelming, whichever difference is smaller."""
    seen = sessions.log["tears_shown"][sessions.noticed]
    near, opened, overwhelmed = (average(seen == one)[0] for one in (NEAR, OPEN, OVERWHELMED))
    return min(near - opened, opened - overwhelmed), len(seen)


@reading(ONE_WORLD, "taken")
def own_unsettle_more(sessions: CohortSessions) -> Read:
    """Of noticed tears, the share that unsettles: of the therapist's own feeling minus of a shared one."""
    unsettles, origin = sessions.log["reception"] == UNSETTLED, sessions.log["origin"]
    own, shared = (average(unsettles, sessions.noticed & (origin == one)) for one in (OWN, SHARED))
    return apart(own, shared) if own[1] and shared[1] else NOBODY_THERE
