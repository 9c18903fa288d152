"""Instruments of length and leaving: how long therapies are, and for whom.

They are declared as those in `instruments.py` are.
"""

import numpy as np

from tearsim.evidence.estimators import Array, correlation, logistic_weights, mean
from tearsim.evidence.instruments import reads
from tearsim.evidence.records import Clinic

TENTH, FIFTH = 10, 5  # one in so many clients, those with most sessions


@reads("clinic")
def commonest_length(clinic: Clinic) -> float:
    """The number of sessions that most ended therapies had (CCMH 2017, n = 150,255)."""
    lengths = clinic.length[clinic.ended_after(1)]
    return float(np.bincount(lengths).argmax()) if len(lengths) else float("nan")


@reads("clinic")
def median_sessions(clinic: Clinic) -> float:
    """Median sessions of ended therapies (see Hansen et al. 2002, doi:10.1093/clipsy.9.3.329)."""
    return _median(clinic.length[clinic.ended_after(1)])


@reads("clinic")
def median_of_three_or_more(clinic: Clinic) -> float:
    """Median sessions of ended therapies of three sessions or more (Baldwin et al. 2009, doi:10.1037/a0015235)."""
    return _median(clinic.length[clinic.ended_after(3)])


@reads("clinic")
def sessions_of_the_top_tenth(clinic: Clinic) -> float:
    """Share of all sessions that the tenth of clients with most used (CCMH 2017, n = 150,255)."""
    return _used_by_one_in(TENTH, clinic)


@reads("clinic")
def sessions_of_the_top_fifth(clinic: Clinic) -> float:
    """The same of the fifth of clients with most sessions (CCMH 2017, n = 150,255)."""
    return _used_by_one_in(FIFTH, clinic)


@reads("clinic")
def came_once(clinic: Clinic) -> float:
    """Share of ended therapies of one session.

    As in Simon et al. 2012, doi:10.1176/appi.ps.201100309, and Gibbons et al. 2019 (PMC6768545).
    """
    return mean(clinic.length[clinic.ended_after(1)] == 1)


@reads("clinic", "low_distress")
def length_with_little_distress(clinic: Clinic) -> float:
    """Mean sessions of therapies begun with next to no distress over those of others.

    As those who came once had milder symptoms in Simon et al. 2012, doi:10.1176/appi.ps.201100309.
    """
    chosen = clinic.ended_after(1)
    low = clinic.begun[chosen] < clinic.conventions["low_distress"]
    others = mean(clinic.length[chosen][~low])
    return mean(clinic.length[chosen][low]) / others


@reads("clinic", "cutoff_below_intake")
def distress_and_length(clinic: Clinic) -> float:
    """Correlation of distress at intake with sessions, planned endings begun above the cut-off.

    As in the practices of Stiles et al. 2015, doi:10.1192/bjp.bp.114.145565; therapies of 40 sessions or fewer.
    """
    chosen = planned_from_above(clinic)
    return correlation(clinic.begun[chosen], clinic.length[chosen])


@reads("clinic", "untold_counts")
def leaving_and_distress(clinic: Clinic) -> float:
    """Log-odds of dropping out of an ended therapy for each standard deviation of distress at intake.

    As by logistic regression in doi:10.1186/s12888-023-04878-7.
    """
    chosen = clinic.ended_after(1)
    begun = clinic.begun[chosen]
    spread = begun.std() if len(begun) else 0.0
    if spread == 0:
        return float("nan")
    return float(logistic_weights(clinic.dropped_out[chosen], (begun / spread)[:, None])[0])


@reads("clinic")
def once_comers_alliance_spread(clinic: Clinic) -> float:
    """Standard deviation of the alliance rated after the first visit: of those who came once minus that of others.

    As in Simon et al. 2012, doi:10.1176/appi.ps.201100309: both the best and the worst alliances among those who did
    not come back.
    """
    chosen = clinic.ended_after(1)
    rated, once = clinic.sessions["rating"][clinic.first[chosen]], clinic.length[chosen] == 1
    if once.sum() < 2 or (~once).sum() < 2:
        return float("nan")
    return float(np.std(rated[once], ddof=1) - np.std(rated[~once], ddof=1))


def cutoff(clinic: Clinic) -> float:
    """Distress below which the functional range begins: so far below the mean of all who began, in their SD."""
    begun = clinic.begun
    return float(begun.mean() - clinic.conventions["cutoff_below_intake"] * begun.std())


def planned_from_above(clinic: Clinic) -> Array:
    """Positions of planned endings of 40 sessions or fewer, begun above the cut-off and early enough."""
    chosen = clinic.ended_after(1)
    return chosen[clinic.planned[chosen] & (clinic.begun[chosen] >= cutoff(clinic)) & (clinic.length[chosen] <= 40)]


def _used_by_one_in(number: int, clinic: Clinic) -> float:
    lengths = np.sort(clinic.length[clinic.ended_after(1)])
    if len(lengths) < number:
        return float("nan")
    return float(lengths[-(len(lengths) // number) :].sum() / lengths.sum())


def _median(lengths: Array) -> float:
    return float(np.median(lengths)) if len(lengths) else float("nan")
