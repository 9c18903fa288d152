"""The practices in which claims are put to the test: each lived in every world, its arms under the same luck.

Most are cohorts, watched for a year, of therapists whose eyes fill very easily, so that there are tears to look at;
therapists learn nothing from them, so that both arms feel the same tears (`people.twins`). What a practice sets is the
same in every world; all else is the world's. Practices share their luck, too: two of them can be subtracted.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tearsim.science.declaration import Value
from tearsim.study.arms import STEADY

VERY_TEARFUL: dict[str, Value] = {**STEADY, "arrivals": "cohort", "weeks": 52, "therapist_tear_propensity": 0.95}
_SHOWN_ARM: dict[str, Value] = {}
_HELD_BACK_ARM: dict[str, Value] = {"tears": "held back"}
_BOTH_ARMS: Mapping[str, Mapping[str, Value]] = {"shown": _SHOWN_ARM, "held back": _HELD_BACK_ARM}
LOW, HIGH = 0.2, 0.8
ALL_NOTICED: dict[str, Value] = {"near_noticed": 1.0}
# A log-odds at which a thing always happens, or never.
ALWAYS, NEVER = 20.0, -20.0
CASELOAD = 10

# What is read off a practice: see `readings`.
PAIRS, EVERYONE, ONE_WORLD, SURVEY, REMATCH, RELIEF = "pairs", "everyone", "one world", "survey", "rematch", "relief"


class ClaimPractice(NamedTuple):
    """A practice: what it sets in all its arms, what each arm sets besides, and which readings are taken there.

    The first arm minus the second is what readings of two arms tell.
    """

    words: str  # in which practice, in a sentence
    settings: Mapping[str, Value]
    arms: Mapping[str, Mapping[str, Value]]
    read: tuple[str, ...]


def _both(words: str, **settings: Value) -> ClaimPractice:
    return ClaimPractice(words, {**VERY_TEARFUL, **settings}, _BOTH_ARMS, (PAIRS, EVERYONE))


def _shown(words: str, **settings: Value) -> ClaimPractice:
    """One arm alone, for readings that compare nothing with the tears held back."""
    return ClaimPractice(words, {**VERY_TEARFUL, **settings}, {"shown": _SHOWN_ARM}, (PAIRS,))


def _forced(words: str, open_step: float, overwhelmed_step: float) -> ClaimPractice:
    """The same tears at the same moments, all of one level, all noticed."""
    return _both(words, open_step=open_step, overwhelmed_step=overwhelmed_step, **ALL_NOTICED)


def _rematch(words: str, **settings: Value) -> ClaimPractice:
    """Whoever is unsettled leaves at once, or does not leave then; whoever leaves looks for someone new."""
    looks: dict[str, Value] = {"seeking_base": ALWAYS}
    leaves: dict[str, Value] = {"leaving_unsettled": ALWAYS}
    stays: dict[str, Value] = {"leaving_unsettled": NEVER}
    return ClaimPractice(words, {**VERY_TEARFUL, **looks, **settings}, {"leaves": leaves, "stays": stays}, (REMATCH,))


# How far a therapist's comfort with own tears reaches; who comes near to tears is then the same in both.
_COMFORT: dict[str, Value] = {"eyes_fill_comfort": 0.0, "comfort_experience": 0.0}

CLAIM_PRACTICES: dict[str, ClaimPractice] = {
    "usual": ClaimPractice(
        "in the practice as each world has it", VERY_TEARFUL, _BOTH_ARMS, (PAIRS, EVERYONE, ONE_WORLD)
    ),
    "warmth low": _both("where clients expect a stoic professional", client_warmth_expected=LOW),
    "warmth high": _both("where clients expect a warm companion", client_warmth_expected=HIGH),
    "boundaries low": _both("where clients hardly mind blurred boundaries", client_boundary_sensitivity=LOW),
    "boundaries high": _both("where clients mind blurred boundaries much", client_boundary_sensitivity=HIGH),
    "comfort low": _shown("where therapists are ill at ease with own tears", comfort_base=-2.0, **_COMFORT),
    "comfort high": _shown("where therapists are at ease with own tears", comfort_base=2.0, **_COMFORT),
    "near tears": _forced("where all tears are near tears, and seen", ALWAYS, ALWAYS),
    "open tears": _forced("where all tears are open", 0.0, ALWAYS),
    "overwhelmed": _forced("where all tears overwhelm the therapist", 0.0, 0.0),
    "ordinary tears": _both("where therapists’ eyes fill as easily as usual", therapist_tear_propensity=0.5),
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
        "with therapists who comfort soon, against those who let cry", VERY_TEARFUL,
        {"often": {"therapist_comforting": 0.85}, "seldom": {"therapist_comforting": 0.15}}, (EVERYONE,),
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
    "new therapist": _rematch("where a place with someone new is found as each world has it"),
    "new at once": _rematch("where someone new is found within about a week", seeking_wait=1.0),
    "new after a wait": _rematch("where it takes about half a year", seeking_wait=26.0),
    "repair poor": _rematch("where therapists repair poorly", repair_base=-1.5),
    "repair good": _rematch("where therapists repair well", repair_base=2.0),
}  # fmt: skip
