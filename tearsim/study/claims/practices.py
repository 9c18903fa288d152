"""The practices in which claims are put to the test: each lived in every world, its arms under the same luck.

Most are cohorts of therapists whose eyes fill very easily, so that there are tears to look at. Tears count that come in
the first year; whoever sees some is followed for twelve weeks after, or for a year. Therapists learn nothing from their
tears and find no relief in them, so that both arms feel the same tears (`people.twins`). What a practice sets is the
same in every world; all else is the world's. Practices share their luck, too: two of them can be subtracted.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tearsim.science.declaration import Value
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.study.arms import STEADY
from tearsim.study.effects.strategies import APART, STRATEGIES
from tearsim.study.people.exposed import WEEKS_TO_LEAVE

WATCHED = FOLLOWED_FOR = WEEKS_A_YEAR
VERY_TEARFUL: dict[str, Value] = {
    **STEADY, "arrivals": "cohort", "weeks": WATCHED, "therapist_tear_propensity": 0.95,
}  # fmt: skip
# One week more than anyone is followed: whether someone who looks found a place in a week is seen a week later.
TWINS: dict[str, Value] = {**VERY_TEARFUL, **APART, "weeks": WATCHED + WEEKS_TO_LEAVE + 1}
TWINS_FOR_A_YEAR: dict[str, Value] = {**TWINS, "weeks": WATCHED + FOLLOWED_FOR + 1}
_SHOWN_ARM: dict[str, Value] = {}
_HELD_BACK_ARM: dict[str, Value] = {"tears": "held back"}
_BOTH_ARMS: Mapping[str, Mapping[str, Value]] = {"shown": _SHOWN_ARM, "held back": _HELD_BACK_ARM}
LOW, HIGH = 0.2, 0.8
ALL_NOTICED: dict[str, Value] = {"near_noticed": 1.0}
ALWAYS = 20.0  # a log-odds at which a thing always happens
CASELOAD = 10

# What is read off a practice: see `readings`. Of tears noticed, of those who notice them in both arms, and of what
# became of these for a year.
NOTICED, PAIRS, COURSE, STAY_TWINS = "noticed", "pairs", "course", "stay-twins"
EVERYONE, ONE_WORLD, SURVEY, RELIEF = "everyone", "one world", "survey", "relief"


class ClaimPractice(NamedTuple):
    """A practice: what it sets in all its arms, what each arm sets besides, and which readings are taken there.

    The first arm minus the second is what readings of two arms tell.
    """

    words: str  # in which practice, in a sentence
    settings: Mapping[str, Value]
    arms: Mapping[str, Mapping[str, Value]]
    read: tuple[str, ...]


def _both(words: str, **settings: Value) -> ClaimPractice:
    return ClaimPractice(words, {**TWINS, **settings}, _BOTH_ARMS, (NOTICED, PAIRS, EVERYONE))


def _for_a_year(words: str, **settings: Value) -> ClaimPractice:
    return ClaimPractice(words, {**TWINS_FOR_A_YEAR, **settings}, _BOTH_ARMS, (NOTICED, PAIRS, COURSE, EVERYONE))


def _shown(words: str, **settings: Value) -> ClaimPractice:
    """One arm alone, for readings that compare nothing with the tears held back."""
    return ClaimPractice(words, {**TWINS, **settings}, {"shown": _SHOWN_ARM}, (NOTICED,))


def _forced(words: str, open_step: float, overwhelmed_step: float) -> ClaimPractice:
    """The same tears at the same moments, all of one level, all noticed."""
    return _both(words, open_step=open_step, overwhelmed_step=overwhelmed_step, **ALL_NOTICED)


def _stay_twins(words: str, **settings: Value) -> ClaimPractice:
    """Whoever is unsettled leaves and looks for someone new, or stays: the strategies of `tearsim effects`."""
    arms = {name: STRATEGIES[name].sets for name in ("staying", "seeking someone new")}
    return ClaimPractice(words, {**TWINS_FOR_A_YEAR, **settings}, arms, (STAY_TWINS,))


def _everyone(words: str, propensity: float) -> ClaimPractice:
    """All clients of therapists whose eyes fill so easily."""
    settings: dict[str, Value] = {**TWINS, "therapist_tear_propensity": propensity, "weeks": WATCHED}
    return ClaimPractice(words, settings, _BOTH_ARMS, (EVERYONE,))


# How far a therapist's comfort with own tears reaches; then the same therapists come near to tears in both.
_COMFORT: dict[str, Value] = {"eyes_fill_comfort": 0.0, "comfort_experience": 0.0}

_OFTEN_AND_SELDOM: Mapping[str, Mapping[str, Value]] = {
    "often": {"therapist_comforting": 0.85}, "seldom": {"therapist_comforting": 0.15},
}  # fmt: skip

CLAIM_PRACTICES: dict[str, ClaimPractice] = {
    "usual": ClaimPractice(
        "in the practice as each world has it", TWINS_FOR_A_YEAR, _BOTH_ARMS,
        (NOTICED, PAIRS, COURSE, EVERYONE, ONE_WORLD),
    ),
    "warmth low": _for_a_year("where clients expect a stoic professional", client_warmth_expected=LOW),
    "warmth high": _for_a_year("where clients expect a warm companion", client_warmth_expected=HIGH),
    "boundaries low": _for_a_year("where clients hardly mind blurred boundaries", client_boundary_sensitivity=LOW),
    "boundaries high": _for_a_year("where clients mind blurred boundaries much", client_boundary_sensitivity=HIGH),
    "comfort low": _both("where therapists are ill at ease with own tears", comfort_base=-2.0, **_COMFORT),
    "comfort high": _both("where therapists are at ease with own tears", comfort_base=2.0, **_COMFORT),
    "near tears": _forced("where all tears are near tears, and seen", ALWAYS, ALWAYS),
    "open tears": _forced("where all tears are open", 0.0, ALWAYS),
    "overwhelmed": _forced("where all tears overwhelm the therapist", 0.0, 0.0),
    "few tears": _everyone("where therapists’ eyes hardly ever fill", 0.05),
    "ordinary tears": _everyone("where therapists’ eyes fill as easily as usual", 0.5),
    "life presses": ClaimPractice(
        "where griefs of their own befall therapists",
        {**VERY_TEARFUL, "grief_onset": 0.02}, {"shown": _SHOWN_ARM}, (ONE_WORLD,),
    ),
    "life silent": ClaimPractice(
        "where therapists’ own lives bring no tears",
        {**VERY_TEARFUL, "eyes_fill_strain": 0.0, "eyes_fill_grief": 0.0}, {"shown": _SHOWN_ARM}, (ONE_WORLD,),
    ),
    "no effect": _shown("in a world in which tears do nothing", effect_of_tears="none"),
    "comforting": ClaimPractice(
        "with therapists who comfort soon, against those who let cry", VERY_TEARFUL, _OFTEN_AND_SELDOM, (EVERYONE,),
    ),
    # Who comforts more readily also fits less, or more, what clients expect: here fit is chance, alike in both arms.
    "comforting alone": ClaimPractice(
        "with therapists who comfort soon, against those who let cry, who fit their clients alike",
        {**VERY_TEARFUL, "congruence_of_fit": 0.0}, _OFTEN_AND_SELDOM, (EVERYONE,),
    ),
    "relief": ClaimPractice(
        "with the relief of each world, against none", VERY_TEARFUL,
        {"relief": {}, "none": {"tears_relief": 0.0}}, (RELIEF,),
    ),
    "surveyed": ClaimPractice("in a survey of therapists", {}, {"asked": {}}, (SURVEY,)),
    "surveyed, comfort steady": ClaimPractice(
        "in a survey of therapists whom years make no more at ease",
        {"comfort_experience": 0.0, "comfort_learning": 0.0}, {"asked": {}}, (SURVEY,),
    ),
    "surveyed, empathy idle": ClaimPractice(
        "in a survey of therapists whose eyes empathy does not fill",
        {"eyes_fill_empathy": 0.0}, {"asked": {}}, (SURVEY,),
    ),
    "new therapist": _stay_twins("where a place with someone new is found as each world has it"),
    "new at once": _stay_twins("where someone new is found within about a week", seeking_wait=1.0),
    "new after a wait": _stay_twins("where it takes about half a year", seeking_wait=26.0),
    "repair poor": _stay_twins("where therapists repair poorly", repair_base=-1.5),
    "repair good": _stay_twins("where therapists repair well", repair_base=2.0),
}  # fmt: skip
