"""Inquiries: what a study can ask, as two strategies lived by the same people, and an outcome after a time zero."""

from typing import Literal, NamedTuple

from tearsim.study.effects.estimands import ESTIMANDS

EffectAsked = Literal[
    "first_tear", "eyes_fill", "dry_eyed", "spoken", "policy", "training_in_comfort", "training_in_restraint"
]
Among = Literal["noticed", "felt", "everybody"]
OutcomeAsked = Literal["left", "rating", "distress"]
USUAL, AT_EASE = "as usual", "more at ease"


class Contrasted(NamedTuple):
    """What is compared with what, and among whom; an effect is the first minus the second."""

    first: str
    second: str
    among: Among
    words: str
    at_each: str = ""  # the same for one session, if a prompt can draw it anew at each; else empty


def _as_declared(effect: str, among: Among, words: str, at_each: str = "") -> Contrasted:
    """The first contrast of an effect that `tearsim effects` lives."""
    return Contrasted(*ESTIMANDS[effect].contrasts[0], among, words, at_each)


INQUIRIES: dict[EffectAsked, Contrasted] = {
    "first_tear": _as_declared(
        "first_tear", "noticed",
        "what showing tears rather than holding them back does to those who would notice them, from the first on",
    ),
    "eyes_fill": Contrasted(
        "shown", "held back", "felt",
        "what showing tears rather than holding them back does to those with whom a therapist’s eyes fill, noticed or "
        "not, from the first time on",
        "what showing tears rather than holding them back does in a session in which a therapist’s eyes fill, short of "
        "tears that overwhelm",
    ),
    "dry_eyed": _as_declared(
        "dry_eyed", "noticed",
        "what putting the warmth into words, dry-eyed, rather than showing tears does to those with whom eyes fill",
    ),
    "spoken": _as_declared(
        "spoken", "noticed",
        "what speaking of noticed tears rather than not does to those who noticed them, from the first on",
        "what speaking of tears that the client noticed rather than not does in a session",
    ),
    "policy": _as_declared(
        "policy", "everybody",
        "what showing tears whenever they come rather than always holding them back does to all clients",
    ),
    "training_in_comfort": Contrasted(
        AT_EASE, USUAL, "everybody",
        "what a training that makes therapists more at ease with their own tears does to all their clients",
    ),
    "training_in_restraint": Contrasted(
        "held back", USUAL, "everybody",
        "what a training by which therapists hold their tears back does to all their clients",
    ),
}  # fmt: skip


class OutcomeOfStudies(NamedTuple):
    """What a study measures, in which unit, and how large a difference has to be to matter."""

    words: str
    unit: str
    matters: float
    why: str
    most: float  # that a difference can be
    good: int  # 1 where more of it is better, -1 where less is


OUTCOMES_ASKED: dict[OutcomeAsked, OutcomeOfStudies] = {
    "left": OutcomeOfStudies(
        "leaving the therapist by then", "share of clients", 0.02,
        "one client more, or less, of fifty who met tears", 1.0, -1,
    ),
    "rating": OutcomeOfStudies(
        "the alliance as the client rates it then, of those still there", "WAI points, 1 to 7", 0.1,
        "a fifth of what a single rating by a client errs by", 6.0, 1,
    ),
    "distress": OutcomeOfStudies(
        "distress at the last session by then", "SD of intake", 0.1,
        "half of what is called a small effect of a treatment", float("inf"), -1,
    ),
}  # fmt: skip
