"""Instruments: what a study would have found, had it been done in this world.

Each instrument reads the records of a clinic or the answers of a survey (`records.py`) and ends in one number; its
docstring names the study it imitates. They know nothing of what was published: that stands in `patterns.toml`, which
names for each finding the instrument that measures it, and the protocol by which it does. What cannot be measured in a
world (no tears, no dropout) is missing (NaN). Those of how therapies run and end stand in `course.py`, `lengths.py`.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np

from tearsim.evidence.conventions import RELIABLE
from tearsim.evidence.estimators import (
    Array,
    correlation,
    mean,
    share_between,
    share_between_on_latent_scale,
    standardised_difference,
)
from tearsim.evidence.records import Clinic
from tearsim.science.declaration import docstring

_Measuring = TypeVar("_Measuring", bound=Callable[..., float])

EARLY = 3  # the session at which alliance is rated early in therapy


class Instrument(NamedTuple):
    """A way of measuring: what it reads, and from that one number."""

    reads: str  # "clinic" or "survey"
    measure: Callable[..., float]  # of the records that it reads
    meaning: str
    conventions: tuple[str, ...] = ()  # that it hangs on (`conventions.py`)


INSTRUMENTS: dict[str, Instrument] = {}


def reads(records: str, *conventions: str) -> Callable[[_Measuring], _Measuring]:
    """Declare an instrument and the conventions it hangs on: its name is the function's, its meaning the docstring's
    first sentence.
    """

    def declare(measure: _Measuring) -> _Measuring:
        meaning = " ".join(docstring(measure).split("\n\n")[0].split())
        INSTRUMENTS[measure.__name__] = Instrument(records, measure, meaning, conventions)
        return measure

    return declare


# --- Tears of clients ----------------------------------------------------------------------------------------------


@reads("clinic")
def client_tears(clinic: Clinic) -> float:
    """Share of sessions in which the client cried.

    As counted by observers in Trezza et al. 1988.
    """
    return mean(clinic.sessions["cried"])


@reads("clinic", "tears_ever_from")
def client_tears_ever(clinic: Clinic) -> float:
    """Share of therapies as long as those of the clients who were asked (12 sessions or more) in which they ever cried.

    As clients were asked in Zingaretti 2017; Genova 2021, doi:10.1037/pst0000339; Katz 2024, doi:10.1037/pro0000559.
    """
    return mean(clinic.ever_cried[clinic.ended_after(int(clinic.conventions["tears_ever_from"]))])


@reads("clinic")
def client_tears_in_a_month(clinic: Clinic) -> float:
    """Sessions with tears in the past four weeks, among clients in therapy who have ever cried in it.

    As clients were asked in Katz et al. 2024, doi:10.1037/pro0000559.
    """
    lately = clinic.sessions["cried"] & (clinic.sessions["week"] > clinic.weeks - 4)
    counted = np.bincount(clinic.of_session, weights=lately, minlength=len(clinic.first))[clinic.now]
    return mean(counted[clinic.ever_cried[clinic.now]])


@reads("clinic")
def client_tears_and_length(clinic: Clinic) -> float:
    """Sessions so far of clients in therapy who have ever cried in it minus those of others (same study)."""
    return _criers_minus_others(clinic, clinic.length)


@reads("clinic")
def client_tears_and_change(clinic: Clinic) -> float:
    """Fall in distress so far of clients in therapy who have ever cried in it minus that of clients who have not.

    As clients judged their improvement in Katz et al. 2024, doi:10.1037/pro0000559 (SD of intake).
    """
    return _criers_minus_others(clinic, clinic.fall)


def _criers_minus_others(clinic: Clinic, values: Array) -> float:
    chosen, cried = values[clinic.now], clinic.ever_cried[clinic.now]
    return mean(chosen[cried]) - mean(chosen[~cried])


@reads("clinic")
def client_tears_and_alliance(clinic: Clinic) -> float:
    """Correlation, between clients, of crying at the second session with that session's rating of the alliance.

    As in Capps et al. 2015: one session each, rated by the client.
    """
    at = clinic.at_session(2, np.flatnonzero(clinic.length >= 2))
    return correlation(clinic.sessions["cried"][at], clinic.sessions["rating"][at])


@reads("clinic")
def client_tears_and_distress(clinic: Clinic) -> float:
    """Correlation, between clients, of crying at the first session with distress reported before it.

    As at intake in doi:10.1002/cpp.2584; distress stands for low functioning.
    """
    return correlation(clinic.sessions["cried"][clinic.first], clinic.sessions["distress_before"][clinic.first])


@reads("clinic")
def client_tears_persist(clinic: Clinic) -> float:
    """Risk of crying at the second session: those who cried at the first over those who did not.

    As between two assessment sessions in doi:10.1002/cpp.2584.
    """
    chosen = np.flatnonzero(clinic.length >= 2)
    before = clinic.sessions["cried"][clinic.first[chosen]]
    after = clinic.sessions["cried"][clinic.at_session(2, chosen)]
    without = mean(after[~before])
    return mean(after[before]) / without if without > 0 else float("nan")


@reads("clinic")
def worse_after_tears_and_alliance(clinic: Clinic) -> float:
    """Correlation, over sessions with client tears, of feeling worse afterwards with the rating of the alliance.

    As recalled by clients in Zingaretti 2017; feeling worse is the change in reported distress over the session.
    """
    cried = clinic.sessions["cried"]
    worse = clinic.sessions["distress"][cried] - clinic.sessions["distress_before"][cried]
    return correlation(worse, clinic.sessions["rating"][cried])


# --- Leaving -------------------------------------------------------------------------------------------------------


@reads("clinic", "untold_counts")
def dropout(clinic: Clinic) -> float:
    """Share of ended therapies that the client ended alone: left, or had enough and stayed away without telling.

    As therapists judge it in the studies of Swift & Greenberg 2012, doi:10.1037/a0028226.
    """
    return mean(clinic.dropped_out[clinic.ended_after(1)])


@reads("clinic")
def dropout_if_all_told(clinic: Clinic) -> float:
    """The same, had everyone who had enough told their therapist (a definition by the client's reason)."""
    chosen = clinic.ended_after(1)
    return mean(clinic.left[chosen])


@reads("clinic")
def dropout_without_change(clinic: Clinic) -> float:
    """Share of ended therapies that ended without reliable change (a definition by outcome).

    As in Hatchett & Park 2003, doi:10.1037/0033-3204.40.3.226: whoever ends before a reliable improvement dropped out.
    """
    return mean(clinic.fall[clinic.ended_after(1)] < RELIABLE)


@reads("clinic")
def dropout_before_the_median(clinic: Clinic) -> float:
    """Share of ended therapies shorter than the median of their clinic (a definition by length).

    As in Hatchett & Park 2003, doi:10.1037/0033-3204.40.3.226.
    """
    length = clinic.length[clinic.ended_after(1)]
    return mean(length < np.median(length)) if len(length) else float("nan")


@reads("clinic", "untold_counts")
def dropout_early(clinic: Clinic) -> float:
    """Of all dropout, the share after the first or second visit.

    As in the household survey of Olfson et al. 2009, doi:10.1176/ps.2009.60.7.898.
    """
    chosen = clinic.ended_after(1)
    return mean(clinic.length[chosen][clinic.dropped_out[chosen]] <= 2)


@reads("clinic", "visits_to_count", "untold_recalled")
def dropout_as_therapists_recall_it(clinic: Clinic) -> float:
    """Dropout as therapists recall their own: only those who came three times count as clients whom they lost.

    As asked in Kullgard et al. 2022, doi:10.32872/cpe.6695. The rule that a visit or two do not count is this
    instrument's own, and so is that nobody who stayed away content is remembered as lost.
    """
    chosen = clinic.ended_after(int(clinic.conventions["visits_to_count"]))
    return mean(clinic.left[chosen] | (clinic.untold[chosen] & bool(clinic.conventions["untold_recalled"])))


@reads("clinic")
def mean_sessions(clinic: Clinic) -> float:
    """Mean sessions of ended therapies.

    As in the records of counselling centres (CCMH, n = 150,255) and of the NHS.
    """
    return mean(clinic.length[clinic.ended_after(1)])


@reads("clinic", "untold_counts")
def therapist_share_of_dropout(clinic: Clinic) -> float:
    """Therapists' share of the variance of dropout, on the latent scale.

    As by multilevel logistic regression in Zimmermann et al. 2017, doi:10.1002/cpp.2022.
    """
    chosen = clinic.ended_after(1)
    return share_between_on_latent_scale(clinic.dropped_out[chosen], clinic.therapist[chosen])


# --- The alliance --------------------------------------------------------------------------------------------------


@reads("clinic")
def alliance_rated(clinic: Clinic) -> float:
    """Mean of clients' WAI ratings, item mean from 1 to 7, at the third session (see PMC8521857)."""
    return mean(_rated_early(clinic)[1])


@reads("clinic")
def alliance_rated_spread(clinic: Clinic) -> float:
    """Standard deviation of clients' WAI ratings at the third session, rating error included (see PMC8521857)."""
    rated = _rated_early(clinic)[1]
    return float(np.std(rated, ddof=1)) if len(rated) > 1 else float("nan")


@reads("clinic")
def therapist_share_of_alliance(clinic: Clinic) -> float:
    """Therapists' share of the variance of clients' ratings of the alliance at the third session.

    By the multilevel model (random intercept, restricted maximum likelihood) that the field uses.
    """
    chosen, rated = _rated_early(clinic)
    return share_between(rated, clinic.therapist[chosen])


@reads("clinic", "untold_counts")
def alliance_and_dropout(clinic: Clinic) -> float:
    """How much higher those who stayed had rated the alliance at the third session than those who dropped out (d).

    As in Sharf et al. 2010, doi:10.1037/a0021175: over the pooled standard deviation within groups.
    """
    chosen, rated = _ended_and_rated(clinic)
    dropped = clinic.dropped_out[chosen]
    return standardised_difference(rated[~dropped], rated[dropped])


@reads("clinic")
def alliance_and_outcome(clinic: Clinic) -> float:
    """Correlation of the alliance rated at the third session with improvement, given distress at intake.

    As in the studies of Flückiger et al. 2018, doi:10.1037/pst0000172; therapies of three sessions or more.
    """
    chosen, rated = _ended_and_rated(clinic)
    return correlation(rated, clinic.change(chosen))


@reads("clinic", "sensed")
def alliance_by_two_raters(clinic: Clinic) -> float:
    """Correlation of client's and therapist's ratings of the same alliance at the third session.

    As in the studies of Tryon et al. 2007, doi:10.1080/10503300701320611.
    """
    chosen, rated = _rated_early(clinic)
    return correlation(rated, clinic.therapist_rating(chosen, EARLY))


@reads("clinic", "sensed")
def alliance_rated_higher_by_clients(clinic: Clinic) -> float:
    """How much higher clients rate the alliance than therapists do at the third session (WAI points), same studies."""
    chosen, rated = _rated_early(clinic)
    return mean(rated) - mean(clinic.therapist_rating(chosen, EARLY))


@reads("clinic")
def alliance_slope_among_stayers(clinic: Clinic) -> float:
    """Rise of the rated alliance from the third session to the twelfth, among those who had twelve (WAI points)."""
    chosen = np.flatnonzero(clinic.length >= 12)
    early, late = (clinic.sessions["rating"][clinic.at_session(number, chosen)] for number in (EARLY, 12))
    return mean(late - early)


@reads("clinic")
def person_share_of_alliance(clinic: Clinic) -> float:
    """Share of the variance of rated alliance that lies between clients, sessions 3 to 12 of those who had six."""
    number = clinic.sessions["session"]
    chosen = (number >= EARLY) & (number <= 12) & (clinic.length[clinic.of_session] >= 6)
    return share_between(clinic.sessions["rating"][chosen], clinic.of_session[chosen])


def _rated_early(clinic: Clinic) -> tuple[Array, Array]:
    """Episodes that came to a third session, and their ratings at it."""
    chosen = np.flatnonzero(clinic.length >= EARLY)
    return chosen, clinic.sessions["rating"][clinic.at_session(EARLY, chosen)]


def _ended_and_rated(clinic: Clinic) -> tuple[Array, Array]:
    """The same, of those that have ended and began early enough for that to be no selection."""
    chosen = clinic.ended_after(EARLY)
    return chosen, clinic.sessions["rating"][clinic.at_session(EARLY, chosen)]


# --- Rupture and repair --------------------------------------------------------------------------------------------


@reads("clinic", "reported_from")
def ruptures_reported(clinic: Clinic) -> float:
    """Share of sessions in which a client would report a rupture.

    One is reported if the gravest falling-out open in the session, before any repair, is grave enough to speak of.
    """
    return mean(_reported(clinic))


@reads("clinic")
def ruptures_in_ratings(clinic: Clinic) -> float:
    """Share of sessions, from the second on, whose rating fell by more than a point since the last.

    As rating series are read for ruptures where nobody is asked.
    """
    fall = np.diff(clinic.sessions["rating"])[np.diff(clinic.of_session) == 0]
    return mean(fall < -1.0)


@reads("clinic", "reported_from")
def rupture_and_next_rating(clinic: Clinic) -> float:
    """Change of the rating from the session before a new reported rupture to the session in which it opened."""
    opened = (clinic.sessions["rupture"] > clinic.conventions["reported_from"]) & (
        clinic.sessions["rupture_before"] == 0
    )
    at = np.flatnonzero(opened & (clinic.sessions["session"] > 1))
    return mean(clinic.sessions["rating"][at] - clinic.sessions["rating"][at - 1])


@reads("clinic", "reported_from")
def repair_and_outcome(clinic: Clinic) -> float:
    """Correlation of the last reported rupture's being repaired before the final session with improvement.

    As in the studies of Eubanks et al. 2018, doi:10.1037/pst0000185; therapies of four sessions or more.
    """
    chosen = clinic.ended_after(4)
    number = np.arange(len(clinic.of_session))
    opened = np.where(clinic.sessions["rupture"] > clinic.conventions["reported_from"], number, -1)
    repaired = np.where(clinic.sessions["repaired"] & (number < clinic.last[clinic.of_session]), number, -1)
    last_opened, last_repaired = (np.maximum.reduceat(events, clinic.first)[chosen] for events in (opened, repaired))
    ruptured = last_opened >= clinic.first[chosen]
    return correlation((last_repaired > last_opened)[ruptured], clinic.change(chosen[ruptured]))


def _reported(clinic: Clinic) -> Array:
    gravest = np.maximum(clinic.sessions["rupture_before"], clinic.sessions["rupture"])
    return gravest > clinic.conventions["reported_from"]


# --- Outcome -------------------------------------------------------------------------------------------------------


@reads("clinic")
def change_in_care(clinic: Clinic) -> float:
    """Mean fall in reported distress over ended therapies of two sessions or more, over its spread at intake (d).

    As in the studies of routine care of Gaskell et al. 2022, doi:10.1007/s10488-022-01225-y.
    """
    chosen = clinic.ended_after(2)
    spread = np.std(clinic.begun[chosen], ddof=1) if len(chosen) > 1 else 0.0
    return float(np.mean(clinic.fall[chosen]) / spread) if spread > 0 else float("nan")


@reads("clinic")
def therapist_share_of_outcome(clinic: Clinic) -> float:
    """Therapists' share of the variance of improvement, given distress at intake.

    As in the studies of Johns et al. 2019, doi:10.1016/j.cpr.2018.08.004: random intercept, restricted maximum
    likelihood; therapies of three sessions or more.
    """
    chosen = clinic.ended_after(EARLY)
    return share_between(clinic.change(chosen), clinic.therapist[chosen])


@reads("clinic")
def empathy_and_outcome(clinic: Clinic) -> float:
    """Correlation of the therapist's empathy, as the client sees it at the third session, with improvement.

    As in the studies of Elliott et al. 2018, doi:10.1037/pst0000175, most of which ask clients.
    """
    chosen = clinic.ended_after(EARLY)
    seen = clinic.perceived_empathy(clinic.at_session(EARLY, chosen))
    return correlation(seen, clinic.change(chosen))


@reads("clinic")
def clients_who_saw_tears(clinic: Clinic) -> float:
    """Share of all therapies in which the client noticed the therapist's tears at least once.

    Near to what clients with an eating disorder were asked in Tritt et al. 2015, doi:10.1037/a0038711; they may have
    had several clinicians in mind.
    """
    seen = np.bincount(clinic.of_session, weights=clinic.sessions["noticed"])
    return mean(seen[clinic.ended_after(1)] > 0)
