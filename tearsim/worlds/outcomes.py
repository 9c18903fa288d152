"""The outcomes of a run, each defined once, and the weekly series; both worlds read them off the same tallies.

An outcome is a function of a run's totals (a row of `Tally` sums, or many rows at once). A rate over nothing is
missing (NaN), never 0. Its docstring is its meaning wherever it is shown.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.errors import TearSimError, quoted
from tearsim.science.declaration import docstring, nearest
from tearsim.science.log import Column
from tearsim.worlds.tables import Table

Numbers = NDArray[np.float64]
Totals = Mapping[str, Numbers]


# From where to where an outcome of a unit can lie, and so can every mean of it.
LIMITS = {
    "share": (0.0, 1.0), "0 to 1": (0.0, 1.0), "in 100 sessions": (0.0, 100.0), "sessions": (0.0, math.inf),
    "weeks": (0.0, math.inf), "SD of intake": (-math.inf, math.inf),
}  # fmt: skip


class Outcome(NamedTuple):
    """A number that a run ends in."""

    unit: str
    meaning: str
    measure: Callable[[Totals], Numbers]

    @property
    def limits(self) -> tuple[float, float]:
        """From where to where it can lie."""
        return LIMITS[self.unit]


OUTCOMES: dict[str, Outcome] = {}
# The two that the model is asked about: what is told first, wherever nothing else is asked for.
QUESTIONED = ("alliance_mean", "dropout_rate")


def checked_outcome(name: object) -> str:
    """The name of an outcome. Raises TearSimError, which suggests the nearest, for anything else."""
    if not isinstance(name, str) or name not in OUTCOMES:
        known = nearest(name, list(OUTCOMES)) or ' They are listed by: tearsim.describe("outcomes").'
        raise TearSimError(f"There is no outcome {quoted(name)}.{known}")
    return name


def outcome(unit: str) -> Callable[[Callable[[Totals], Numbers]], Callable[[Totals], Numbers]]:
    """Declare an outcome: its name is the function's, its meaning the docstring."""

    def declare(measure: Callable[[Totals], Numbers]) -> Callable[[Totals], Numbers]:
        OUTCOMES[measure.__name__] = Outcome(unit, " ".join(docstring(measure).split()), measure)
        return measure

    return declare


def rate(part: Numbers, whole: Numbers) -> Numbers:
    """`part / whole`, missing where there is no whole."""
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def standard_deviation(total: Numbers, squares: Numbers, number: Numbers) -> Numbers:
    """Sample standard deviation from sums: `sqrt((squares - total^2/n) / (n - 1))`, missing below two."""
    return np.sqrt(np.maximum(0.0, rate(squares - rate(total * total, number), number - 1.0)))


@outcome("sessions")
def sessions(t: Totals) -> Numbers:
    """Sessions held."""
    return np.asarray(t["sessions"], float)


@outcome("0 to 1")
def alliance_session3(t: Totals) -> Numbers:
    """Mean alliance after third sessions."""
    return rate(t["third_alliance"], t["third_sessions"])


@outcome("0 to 1")
def alliance_mean(t: Totals) -> Numbers:
    """Mean alliance over all sessions, after each."""
    return rate(t["alliance"], t["sessions"])


@outcome("0 to 1")
def alliance_final(t: Totals) -> Numbers:
    """Mean alliance after the last session of ended episodes."""
    return rate(t["final_alliance"], t["ended"])


@outcome("share")
def dropout_rate(t: Totals) -> Numbers:
    """Ended episodes that the client ended alone: left, or had enough and stayed away without telling."""
    return rate(t["left"] + t["untold"], t["ended"])


@outcome("share")
def left_rate(t: Totals) -> Numbers:
    """Ended episodes that the client left, not having had enough."""
    return rate(t["left"], t["ended"])


@outcome("share")
def completed_rate(t: Totals) -> Numbers:
    """Ended episodes that were completed in agreement."""
    return rate(t["ended"] - t["left"] - t["untold"], t["ended"])


@outcome("share")
def switched_rate(t: Totals) -> Numbers:
    """Those who left a therapist and found a place with someone new before the watch ended, over all leaving."""
    return rate(t["switched"], t["left"])


@outcome("weeks")
def weeks_to_new_therapist(t: Totals) -> Numbers:
    """Mean time from leaving to a place with someone new, among those who found one."""
    return rate(t["weeks_to_new"], t["switched"])


@outcome("sessions")
def mean_sessions(t: Totals) -> Numbers:
    """Mean number of sessions of ended episodes."""
    return rate(t["ended_sessions"], t["ended"])


@outcome("SD of intake")
def distress_change_d(t: Totals) -> Numbers:
    """Mean fall in distress over ended episodes of two sessions or more, over the SD at their start (d)."""
    spread = standard_deviation(t["start_distress"], t["start_distress_squared"], t["treated"])
    return rate(rate(t["start_distress"] - t["last_distress"], t["treated"]), spread)


@outcome("SD of intake")
def distress_at_a_year(t: Totals) -> Numbers:
    """Mean distress a year from the first session, in therapy or out of it, of all whose year fell within the watch."""
    return rate(t["asked_distress"], t["asked"])


@outcome("in 100 sessions")
def client_tears_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which the client cried."""
    return rate(100.0 * t["client_tears"], t["sessions"])


@outcome("in 100 sessions")
def felt_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which the therapist's eyes filled, whether or not it was shown."""
    return rate(100.0 * t["felt"], t["sessions"])


@outcome("in 100 sessions")
def therapist_tears_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which the therapist's tears showed, at any level."""
    return rate(100.0 * (t["near"] + t["open"] + t["overwhelmed"]), t["sessions"])


@outcome("in 100 sessions")
def near_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which the therapist came near to tears and showed it."""
    return rate(100.0 * t["near"], t["sessions"])


@outcome("in 100 sessions")
def open_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which the therapist wept openly."""
    return rate(100.0 * t["open"], t["sessions"])


@outcome("in 100 sessions")
def overwhelmed_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which the therapist was overwhelmed by tears."""
    return rate(100.0 * t["overwhelmed"], t["sessions"])


@outcome("share")
def noticed_share(t: Totals) -> Numbers:
    """Tears felt by the therapist that the client noticed (in words, if voiced)."""
    return rate(t["noticed"], t["felt"])


@outcome("share")
def moved_share(t: Totals) -> Numbers:
    """Noticed tears that moved the client."""
    return rate(t["moved"], t["noticed"])


@outcome("share")
def unsettled_share(t: Totals) -> Numbers:
    """Noticed tears that unsettled the client."""
    return rate(t["unsettled"], t["noticed"])


@outcome("in 100 sessions")
def ruptures_per_100_sessions(t: Totals) -> Numbers:
    """Sessions in which a rupture opened."""
    return rate(100.0 * t["ruptures"], t["sessions"])


@outcome("share")
def repaired_share(t: Totals) -> Numbers:
    """Repairs over ruptures opened."""
    return rate(t["repaired"], t["ruptures"])


def totals(tallies: Table) -> dict[str, Numbers]:
    """Sums over weeks of tallies of shape (runs, weeks), one by one so that the last bits never depend on the number.

    Returns a table of columns of shape (runs,).
    """
    names = tallies.dtype.names or ()
    assert all(tallies.dtype[name] == np.float64 for name in names), "tallies are summed as one table of numbers"
    numbers = np.ascontiguousarray(tallies).view(np.float64).reshape(*tallies.shape, len(names))
    total = np.zeros((len(tallies), len(names)))
    for week in range(tallies.shape[1]):
        total += numbers[:, week]
    return dict(zip(names, total.T, strict=True))


def outcomes(tallies: Table) -> dict[str, Numbers]:
    """Every outcome for tallies of shape (runs, weeks); columns of shape (runs,)."""
    t = totals(tallies)
    return {name: declared.measure(t) for name, declared in OUTCOMES.items()}


SERIES_COLUMNS: dict[str, Column] = {
    "week": Column(int, "week", "The week, counted from 1."),
    "sessions": Column(int, "sessions", "Sessions held in the week."),
    "alliance": Column(float, "0 to 1", "Mean alliance after the week's sessions."),
    "alliance_sd": Column(float, "0 to 1", "Standard deviation of alliance over the week's sessions."),
    "in_therapy": Column(int, "people", "In therapy at the end of the week."),
    "looking": Column(int, "people", "Looking for someone new at the end of the week."),
    "arrived": Column(int, "people", "Came for a first session ever, so far."),
    "completed": Column(int, "people", "Completed a therapy, told or untold, so far."),
    "gave_up": Column(int, "people", "Out of therapy without having completed, and no longer looking, so far."),
    "left": Column(int, "episodes", "Episodes left by the client in the week."),
    "switched": Column(int, "people", "Found a place with someone new in the week."),
    "client_tears": Column(int, "sessions", "Sessions of the week in which the client cried."),
    "felt": Column(int, "sessions", "Sessions of the week in which the therapist's eyes filled, shown or not."),
    "near": Column(int, "sessions", "Of these, near tears that showed."),
    "open": Column(int, "sessions", "Open tears."),
    "overwhelmed": Column(int, "sessions", "Overwhelmed by tears."),
    "noticed": Column(int, "sessions", "Tears of the week that the client noticed."),
    "moved": Column(int, "sessions", "Of these, the client was moved."),
    "unsettled": Column(int, "sessions", "Of these, the client was unsettled."),
    "ruptures": Column(int, "sessions", "Sessions of the week in which a rupture opened."),
    "repaired": Column(int, "sessions", "Sessions of the week in which a rupture was repaired."),
}


SO_FAR = ("arrived", "completed", "gave_up")  # counted from the start; all else is of the week


def series(tallies: Table) -> dict[str, Numbers]:
    """Weekly series: tallies of shape (runs, weeks) give columns of the same shape."""
    t = {name: tallies[name] for name in tallies.dtype.names or ()}
    t["completed"] = t["ended"] - t["left"]
    derived = {
        "week": np.broadcast_to(np.arange(1.0, tallies.shape[1] + 1), tallies.shape),
        "alliance": rate(t["alliance"], t["sessions"]),
        "alliance_sd": standard_deviation(t["alliance"], t["alliance_squared"], t["sessions"]),
    } | {name: np.cumsum(t[name], axis=1) for name in SO_FAR}
    columns = {name: derived[name] if name in derived else t[name] for name in SERIES_COLUMNS}
    return {name: columns[name].astype(column.type) for name, column in SERIES_COLUMNS.items()}


def week_of_series(tally: Table, before: Mapping[str, float]) -> dict[str, float]:
    """One more week of the series: the tally of that week, one row, and the week before, empty for the first."""
    week = {name: float(values[0, 0]) for name, values in series(tally[None, :]).items()}
    return week | {name: week[name] + before.get(name, 0.0) for name in ("week", *SO_FAR)}
