"""The studies, each declared once: what it compares, what its number is, and how far it lies from the effect, and why.

The way from the effect to what a study says is a chain of estimands, each of which differs from the one before in one
thing alone. So the differences between neighbours add up to the whole bias:

- *who tells*: what people say of it beside what happened;
- *who stays*: those who are there to be asked, or long enough to see tears, beside all who began;
- *who is exposed*: those who come to see tears, and when, beside themselves without.

In chains that have all of them they come in this order, but for who stays where a study compares with nobody.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.study.effects.studies.estimators import (
    StudyMean,
    TableOfStudy,
    case_crossover,
    exposed_minus_unexposed,
    mean_known,
    standardised,
    stratified,
    weighted,
)
from tearsim.study.effects.studies.records import GIVEN, StudyRecords
from tearsim.worlds.outcomes import Numbers

# The parts of a bias, and how they are told.
PARTS_OF_BIAS = {"exposed": "who is exposed", "stays": "who stays", "tells": "who tells"}
# When after time zero: in that very session, some weeks later, or for as long as there are records.
SAME_SESSION, WEEKS_LATER, ON_RECORD = "at once", "later", "ever"
# Sessions are compared with others that are as far into therapy: from one to the next of these.
LENGTHS = (1, 2, 3, 4, 6, 9, 13, 19, 27)


class Link(NamedTuple):
    """An estimand on the way from the effect to what a study says: its value, the influence of each practice on it, and
    the part of the bias that it differs by from the one before."""

    part: str
    mean: float
    influence: Numbers  # an entry a practice


class Chain(NamedTuple):
    """The effect, what comes between, and what the study says, which is the last."""

    effect: Link
    steps: tuple[Link, ...]
    says: StudyMean
    therapist: NDArray[np.generic]  # of each row of the table that the study reads


class Study(NamedTuple):
    """A kind of study, told as to someone who reads of it."""

    title: str
    compares: str
    is_a: str  # what its number is
    chains: Mapping[tuple[str, str], Callable[[StudyRecords, NDArray[np.int64]], Chain]]  # by outcome and time


class _Of(NamedTuple):
    """What is needed to sum over practices: which there are."""

    practices: NDArray[np.int64]

    def step(self, part: str, table: TableOfStudy, says: StudyMean) -> Link:
        where = np.searchsorted(self.practices, table["practice"])
        return Link(part, says.mean, np.bincount(where, says.influence, len(self.practices)).astype(float))

    def mean(self, part: str, table: TableOfStudy, values: Numbers, among: NDArray[np.bool_] | None = None) -> Link:
        chosen = np.asarray(values, float) if among is None else np.where(among, values, np.nan)
        return self.step(part, table, mean_known(chosen))


def _column(table: TableOfStudy, name: str) -> Numbers:
    return np.asarray(table[name], float)


def _effect(of: _Of, tears: TableOfStudy, outcome: str) -> Link:
    """Shown minus held back, among those whose twin has the same history; of ratings, those there in both worlds."""
    gain = _column(tears, outcome) - _column(tears, f"twin_{outcome}")
    return of.mean("", tears, gain, np.asarray(tears["sound"], bool))


def _ends(effect: Link, table: TableOfStudy, says: StudyMean, of: _Of, part: str, *between: Link) -> Chain:
    return Chain(effect, (*between, of.step(part, table, says)), says, table["therapist"])


# --- Before and after ------------------------------------------------------------------------------------------------


def before_and_after_at_once(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """The rating after the session with the first tears minus that after the session before."""
    of, tears = _Of(practices), records.tears
    change = _column(tears, "rating") - _column(tears, "rating_before")
    return _ends(_effect(of, tears, "rating"), tears, mean_known(change), of, "exposed")


def before_and_after_later(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """The rating some weeks later minus that before the tears, of those who still come: of them alone there is one."""
    of, tears = _Of(practices), records.tears
    change = _column(tears, "rating_later") - _column(tears, "rating_before")
    in_both = of.mean("exposed", tears, change, np.isfinite(_column(tears, "twin_rating_later")))
    return _ends(_effect(of, tears, "rating_later"), tears, mean_known(change), of, "stays", in_both)


# --- Exposed against unexposed ---------------------------------------------------------------------------------------


def _against_unexposed(records: StudyRecords, practices: NDArray[np.int64], outcome: str) -> Chain:
    of, tears, clients, trials = _Of(practices), records.tears, records.clients, records.trials
    asked = {**trials, "outcome": trials[outcome], "length": np.searchsorted(LENGTHS, trials["session"], "right")}
    as_far = of.step("exposed", trials, stratified(asked, "length"))
    says = exposed_minus_unexposed({**clients, "outcome": clients[outcome]})
    return _ends(_effect(of, tears, outcome), clients, says, of, "stays", as_far)


def left_against_unexposed(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """Who ever left, of those who saw tears and of those who did not; between, of those as far into therapy."""
    return _against_unexposed(records, practices, "left_ever")


def rating_against_unexposed(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """The same of the last rating."""
    return _against_unexposed(records, practices, "rating_last")


# --- What people say -------------------------------------------------------------------------------------------------


def belief(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """What therapists believe of their latest tears; between, of the first that each client noticed."""
    of, tears, latest = _Of(practices), records.tears, records.latest
    told = of.mean("tells", tears, _column(tears, "believed"))
    return _ends(_better(of, tears), latest, mean_known(_column(latest, "believed")), of, "exposed", told)


def recollection(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """How clients recall having taken the first tears that they noticed, whether or not they still come."""
    of, tears = _Of(practices), records.tears
    return _ends(_better(of, tears), tears, mean_known(_column(tears, "taken")), of, "tells")


def recollection_of_stayers(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """The same, asked of those who still come some weeks later."""
    of, tears = _Of(practices), records.tears
    taken, still = _column(tears, "taken"), np.isfinite(_column(tears, "rating_later"))
    told = of.mean("tells", tears, taken)
    return _ends(_better(of, tears), tears, mean_known(np.where(still, taken, np.nan)), of, "stays", told)


def _better(of: _Of, tears: TableOfStudy) -> Link:
    """Whose alliance is the better for the tears, at once, minus whose is the worse for them."""
    return of.mean("", tears, _column(tears, "better"), np.asarray(tears["sound"], bool))


# --- Emulated trials, and the case-crossover -------------------------------------------------------------------------


def _emulated(
    estimator: Callable[[TableOfStudy, tuple[str, ...]], StudyMean], outcome: str
) -> Callable[[StudyRecords, NDArray[np.int64]], Chain]:
    def chain(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
        of, tears = _Of(practices), records.tears
        known = np.isfinite(np.asarray(records.trials[outcome], float))
        trials = {name: column[known] for name, column in records.trials.items()}
        says, effect = estimator({**trials, "outcome": trials[outcome]}, GIVEN), _effect(of, tears, outcome)
        if outcome == "rating_later":
            return _ends(effect, trials, says, of, "exposed", _among_those_there(of, effect, tears))
        return _ends(effect, trials, says, of, "exposed")

    return chain


def _among_those_there(of: _Of, effect: Link, tears: TableOfStudy) -> Link:
    """What a trial would find that compares those who still come in one arm with those who still come in the other."""
    mine, theirs = _column(tears, "rating_later"), _column(tears, "twin_rating_later")
    both = np.isfinite(mine) & np.isfinite(theirs)
    shown, held_back = ((of.mean("", tears, each), of.mean("", tears, each, both)) for each in (mine, theirs))
    signed = ((1.0, effect), (1.0, shown[0]), (-1.0, shown[1]), (-1.0, held_back[0]), (1.0, held_back[1]))
    return Link(
        "stays",
        float(sum(sign * step.mean for sign, step in signed)),
        np.sum([sign * step.influence for sign, step in signed], axis=0),
    )


def crossover(records: StudyRecords, practices: NDArray[np.int64]) -> Chain:
    """Leaving after the session with tears against leaving after that therapist's other sessions of the week."""
    of, weeks = _Of(practices), records.weeks
    return _ends(_effect(of, records.tears, "left"), weeks, case_crossover(weeks), of, "exposed")


GIVEN_IN_WORDS = "the ratings and the distress before, how long they have been in therapy, and whether the client cried"
EMULATED = "an emulated trial: an effect only if all that drives both tears and the outcome is on record"
STUDIES: dict[str, Study] = {
    "before_after": Study(
        "Before and after",
        "the same clients' ratings after the first tears that they notice with those before them",
        "a change, not an effect: it says nothing of what would have come without tears",
        {("rating", SAME_SESSION): before_and_after_at_once, ("rating", WEEKS_LATER): before_and_after_later},
    ),
    "exposed_unexposed": Study(
        "Exposed against unexposed",
        "clients who saw tears with clients who saw none",
        "an association, not an effect",
        {("left", ON_RECORD): left_against_unexposed, ("rating", ON_RECORD): rating_against_unexposed},
    ),
    "belief": Study(
        "Therapists' belief",
        "therapists who believe that their latest tears improved the relationship with those who believe that they "
        "harmed it",
        "a belief, not an effect",
        {("better", SAME_SESSION): belief},
    ),
    "recollection": Study(
        "Clients' recollection",
        "how clients say they took the first tears that they noticed, all of them and those who still come",
        "a recollection, not an effect",
        {("better", SAME_SESSION): recollection, ("better", WEEKS_LATER): recollection_of_stayers},
    ),
    "standardised": Study(
        "Emulated trial, standardised",
        f"sessions in which tears were first noticed with sessions without, each a time zero, given {GIVEN_IN_WORDS}",
        EMULATED,
        {(name, WEEKS_LATER): _emulated(standardised, f"{name}_later") for name in ("left", "rating")},
    ),
    "weighted": Study(
        "Emulated trial, weighted",
        f"the same, others being weighted to be like those who saw tears in {GIVEN_IN_WORDS}",
        EMULATED,
        {(name, WEEKS_LATER): _emulated(weighted, f"{name}_later") for name in ("left", "rating")},
    ),
    "crossover": Study(
        "Case-crossover within therapists",
        "sessions after which a client left with the same therapist's other sessions of that week, by whether tears "
        "were noticed",
        "an association within therapists, an effect only if nothing that differs between clients drives both",
        {("left", SAME_SESSION): crossover},
    ),
}  # fmt: skip
