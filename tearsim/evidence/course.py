"""Instruments of the course: who gets better or worse and when, how distress and alliance follow each other.

They are declared as those in `instruments.py` are.
"""

import numpy as np

from tearsim.evidence.conventions import RELIABLE
from tearsim.evidence.estimators import (
    Array,
    correlation,
    mean,
    reached_by,
    share_between_on_latent_scale,
    slopes,
    standardised_difference,
    without_means,
)
from tearsim.evidence.instruments import reads
from tearsim.evidence.lengths import cutoff, planned_from_above
from tearsim.evidence.records import Clinic

# A reliable change of the CORE-OM, 5 of 40 points, over its standard deviation at intake, 7.5.
CORE_RELIABLE = 5.0 / 7.5
HALF = 0.5  # SD of intake: what "improved" was taken for where the last report was carried forward
GAIN = 0.25  # of the score before, which a sudden gain takes away at least
GAIN_T = 2.776  # Student's t with 4 degrees of freedom: three reports before a sudden gain against three after
LAST_OF_A_GAIN = 16  # session by which a sudden gain is looked for
LAG_SESSIONS, LAG_LEAST = 10, 8  # sessions that lags are read from, and how many a therapy must have had
SHORT, LONG = 6, 20  # sessions of short planned therapies, and of the longest compared with them


# --- Better and worse ----------------------------------------------------------------------------------------------


@reads("clinic")
def reliably_worse(clinic: Clinic) -> float:
    """Share of ended therapies of two sessions or more that ended reliably worse than they began.

    As in routine care (Lambert 2013; Cuijpers et al. 2018).
    """
    return mean(clinic.fall[clinic.ended_after(2)] < -RELIABLE)


@reads("clinic")
def reliably_better(clinic: Clinic) -> float:
    """Share of all ended therapies that ended reliably better than they began.

    As in the national database of Hansen et al. 2002, doi:10.1093/clipsy.9.3.329; who came once has one report.
    """
    return mean(clinic.fall[clinic.ended_after(1)] >= RELIABLE)


@reads("clinic")
def therapist_share_of_worse(clinic: Clinic) -> float:
    """Therapists' share of the variance of ending reliably worse, on the latent scale.

    As by multilevel logistic regression in Saxon et al. 2017, doi:10.1002/cpp.2028; two sessions or more.
    """
    chosen = clinic.ended_after(2)
    return share_between_on_latent_scale(clinic.fall[chosen] < -RELIABLE, clinic.therapist[chosen])


@reads("clinic", "improved_from", "confirmed")
def improved_by_session_8(clinic: Clinic) -> float:
    """Share who have improved by the eighth session, those who ended before being out of sight (Kaplan and Meier).

    As Howard et al. 1986, doi:10.1037/0003-066X.41.2.159, is followed up since: Hansen & Lambert 2003.
    """
    return reached_by(*_first_improved(clinic, clinic.conventions["improved_from"]), 8)


@reads("clinic", "improved_from", "confirmed")
def improved_by_session_26(clinic: Clinic) -> float:
    """Share who have improved by the twenty-sixth session, likewise."""
    return reached_by(*_first_improved(clinic, clinic.conventions["improved_from"]), 26)


@reads("clinic")
def improved_by_session_8_carried(clinic: Clinic) -> float:
    """Share of all who began who had improved by half a SD by session 8, the last report carried forward."""
    return _carried(clinic, 8)


@reads("clinic")
def improved_by_session_26_carried(clinic: Clinic) -> float:
    """The same by session 26."""
    return _carried(clinic, 26)


@reads("clinic", "cutoff_below_intake", "confirmed")
def recovered_by_session_17(clinic: Clinic) -> float:
    """Share of those begun above the cut-off who have recovered by the seventeenth session (Kaplan and Meier).

    Recovered is reliably better and in the functional range, as session by session in Hansen & Lambert 2003 and
    Anderson & Lambert 2001, doi:10.1002/jclp.1056.
    """
    above = clinic.began_early & (clinic.begun >= cutoff(clinic))
    return reached_by(*_first_improved(clinic, RELIABLE, below=cutoff(clinic), among=above), 17)


@reads("clinic", "cutoff_below_intake")
def short_plans_recover_as_often(clinic: Clinic) -> float:
    """Share recovered among planned endings within 6 sessions minus that among those of 7 to 20, begun above a cut-off.

    As in Barkham et al. 2006, doi:10.1037/0022-006X.74.1.160, and Stiles et al. 2015, doi:10.1192/bjp.bp.114.145565.
    """
    chosen = planned_from_above(clinic)
    well, length = recovered(clinic)[chosen], clinic.length[chosen]
    return mean(well[length <= SHORT]) - mean(well[(length > SHORT) & (length <= LONG)])


@reads("clinic", "cutoff_below_intake")
def planned_recovered(clinic: Clinic) -> float:
    """Share of planned endings begun above the cut-off that ended recovered: reliably better, in the functional range.

    As in Stiles et al. 2015, doi:10.1192/bjp.bp.114.145565, and 2008; therapies of 40 sessions or fewer.
    """
    return mean(recovered(clinic)[planned_from_above(clinic)])


@reads("clinic", "cutoff_below_intake")
def planned_effect(clinic: Clinic) -> float:
    """Mean fall in distress over planned endings begun above the cut-off, over their spread at intake (d)."""
    chosen = planned_from_above(clinic)
    spread = np.std(clinic.begun[chosen], ddof=1) if len(chosen) > 1 else 0.0
    return float(np.mean(clinic.fall[chosen]) / spread) if spread > 0 else float("nan")


def recovered(clinic: Clinic) -> Array:
    """Whether each episode ended reliably better, by the CORE-OM's numbers, and in the functional range."""
    return (clinic.fall >= CORE_RELIABLE) & (clinic.begun - clinic.fall < cutoff(clinic))


def _first_improved(
    clinic: Clinic, least: float, below: float = np.inf, among: Array | None = None
) -> tuple[Array, Array]:
    """Of those who began early enough: the session after which each had first improved, or the last, and whether.

    By convention an improvement has to be there at the next report too; of the last report nobody knows.
    """
    number, begun = clinic.sessions["session"], np.repeat(clinic.begun, clinic.length)
    now, next_before = clinic.sessions["distress"], np.append(clinic.sessions["distress_before"][1:], np.inf)
    well = (begun - now >= least) & (now < below)
    if clinic.conventions["confirmed"]:
        next_before[clinic.last] = np.inf
        well &= (begun - next_before >= least) & (next_before < below)
    never = int(number.max()) + 1
    first = np.minimum.reduceat(np.where(well, number, never), clinic.first)
    chosen = clinic.began_early if among is None else among
    return np.minimum(first, clinic.length)[chosen], (first < never)[chosen]


def _carried(clinic: Clinic, session: int) -> float:
    chosen = np.flatnonzero(clinic.began_early)
    at = clinic.first[chosen] + np.minimum(session, clinic.length[chosen]) - 1
    if len(chosen) < 2:  # half a standard deviation of what?
        return float("nan")
    begun = clinic.begun[chosen]
    return mean(begun - clinic.sessions["distress"][at] >= HALF * np.std(begun, ddof=1))


# --- Sudden gains, early response ----------------------------------------------------------------------------------


@reads("clinic", "sudden_from")
def sudden_gains(clinic: Clinic) -> float:
    """Share of therapies of seven sessions or more with a sudden gain within the first 16.

    As in routine clinics in Stiles et al. 2003, doi:10.1037/0022-006X.71.1.14, by the three criteria of Tang & DeRubeis
    1999: large, a quarter of the score before, and three reports before against three after.
    """
    return mean(_gained(clinic)[clinic.ended_after(7)])


@reads("clinic", "sudden_from")
def sudden_gains_and_outcome(clinic: Clinic) -> float:
    """How much lower the last distress is after a sudden gain than without one (d), therapies of seven or more.

    As in the studies of Shalom & Aderka 2020, doi:10.1016/j.cpr.2020.101827.
    """
    chosen = clinic.ended_after(7)
    gained, ended = _gained(clinic)[chosen], clinic.sessions["distress"][clinic.last[chosen]]
    return standardised_difference(ended[~gained], ended[gained])


@reads("clinic", "early_by")
def early_response_and_outcome(clinic: Clinic) -> float:
    """How much lower the last distress of early responders is than that of others (d).

    As in the studies of Beard & Delgadillo 2019, doi:10.1002/da.22931: reliably better within four sessions; of
    therapies that went on for longer.
    """
    by = int(clinic.conventions["early_by"])
    chosen = clinic.ended_after(by + 1)
    at = clinic.at_session(by + 1, chosen)  # reported before the next session
    early = clinic.begun[chosen] - clinic.sessions["distress_before"][at] >= RELIABLE
    ended = clinic.sessions["distress"][clinic.last[chosen]]
    return standardised_difference(ended[~early], ended[early])


def _gained(clinic: Clinic) -> Array:
    """Whether each episode has a sudden gain between two of its sessions, three of which lie on either side."""
    report, number = clinic.sessions["distress_before"], clinic.sessions["session"]
    left = np.repeat(clinic.length, clinic.length) - number
    at = np.flatnonzero((number >= 3) & (left >= 3) & (number < LAST_OF_A_GAIN))
    before, after = (np.array([report[at + step] for step in steps]) for steps in ((-2, -1, 0), (1, 2, 3)))
    fall = report[at] - report[at + 1]
    error = np.sqrt((before.var(axis=0, ddof=1) + after.var(axis=0, ddof=1)) / 3.0)
    lasting = before.mean(axis=0) - after.mean(axis=0) > GAIN_T * error
    gains = (fall >= clinic.conventions["sudden_from"]) & (fall >= GAIN * report[at]) & lasting
    return np.bincount(clinic.of_session[at], weights=gains, minlength=len(clinic.first)) > 0


# --- Alliance and distress, session by session -----------------------------------------------------------------------


@reads("clinic")
def alliance_then_distress(clinic: Clinic) -> float:
    """Within clients, the rated alliance and distress at the next session, given distress before (standardised).

    As by a cross-lagged panel in Falkenström et al. (PMC7776120): what each client, and each session, has in
    common is taken out.
    """
    return _lags(clinic)[0]


@reads("clinic")
def distress_then_alliance(clinic: Clinic) -> float:
    """Within clients, distress before a session and the alliance rated after it, given the last rating (standardised).

    As in Flückiger et al. 2020, doi:10.1037/ccp0000594.
    """
    return _lags(clinic)[1]


@reads("clinic")
def alliance_averaged_and_outcome(clinic: Clinic) -> float:
    """Correlation of the alliance averaged over sessions 3 to 9 with improvement, therapies of nine or more.

    As in Crits-Christoph et al. 2011, doi:10.1037/a0023668.
    """
    chosen = clinic.ended_after(9)
    rated = sum(clinic.sessions["rating"][clinic.at_session(number, chosen)] for number in range(3, 10))
    return correlation(np.asarray(rated), clinic.change(chosen)) if len(chosen) else float("nan")


@reads("clinic")
def alliance_rises_a_session(clinic: Clinic) -> float:
    """Rise of the rated alliance from one session to the next within clients of eight sessions or more (WAI points).

    As its linear growth in Lin, Kivlighan & Hill 2024.
    """
    chosen = clinic.length[clinic.of_session] >= LAG_LEAST
    if not chosen.any():
        return float("nan")
    owner = clinic.of_session[chosen]
    number, rated = (without_means(clinic.sessions[name][chosen], owner) for name in ("session", "rating"))
    return float(slopes(rated, number[:, None])[0])


def _lags(clinic: Clinic) -> tuple[float, float]:
    """Standardised coefficients: of the alliance on the next distress, of distress on the next alliance."""
    number = clinic.sessions["session"]
    chosen = (clinic.length[clinic.of_session] >= LAG_LEAST) & (number <= LAG_SESSIONS)
    if not chosen.any():
        return float("nan"), float("nan")
    owner, number = clinic.of_session[chosen], number[chosen]
    rated, before = (
        without_means(without_means(clinic.sessions[name][chosen], number), owner)
        for name in ("rating", "distress_before")
    )
    if rated.std() == 0 or before.std() == 0:
        return float("nan"), float("nan")
    rated, before = rated / rated.std(), before / before.std()
    at = np.flatnonzero(np.diff(owner) == 0)
    on_distress = slopes(before[at + 1], np.column_stack([rated[at], before[at]]))[0]
    on_alliance = slopes(rated[at + 1], np.column_stack([before[at + 1], rated[at]]))[0]
    return float(on_distress), float(on_alliance)
