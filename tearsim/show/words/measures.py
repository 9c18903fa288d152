"""How what tears did is told on the first screen: in units a person thinks in, on one scale for all reports."""

from typing import NamedTuple

from tearsim.show.words.outcomes import TOLD, WAI_POINTS
from tearsim.show.words.worlds import Verbs
from tearsim.study.people.exposed import ALLIANCE, DISTRESS, LEFT_WITHIN, WEEKS_TO_LEAVE
from tearsim.worlds.outcomes import QUESTIONED


class OnScale(NamedTuple):
    """How an effect is told. The scale is the same in every report, so that small looks small."""

    label: str
    below_label: str
    factor: float  # from its own unit to the one it is told in
    digits: int
    reach: float  # how far the scale goes to either side, in the unit told
    small: float  # below it an effect is too small to matter, in the unit told, for the reason beside
    why_small: str
    words: Verbs  # what lies above 0, and below
    worse: int  # on which side it is worse for clients: 1 above 0, -1 below


_alliance, _dropout = (TOLD[name] for name in QUESTIONED)
_SMALL_RATING = round(_alliance.small * WAI_POINTS, 3)
SAW = {
    LEFT_WITHIN: OnScale(
        f"left within {WEEKS_TO_LEAVE} weeks", "in 100 clients who saw tears", 100.0, 1, 20.0, 100.0 * _dropout.small,
        "one client in a hundred: a therapist whose tears twenty clients see in a year would meet it in five years",
        Verbs("more", "fewer"), 1,
    ),
    ALLIANCE[4]: OnScale(
        "alliance after 4 weeks", "rated 1 to 7, those still there", WAI_POINTS, 2, 0.6, _SMALL_RATING,
        f"{_SMALL_RATING} points of a mean rated from 1 to 7, of which a single rating by a client errs far more",
        Verbs("higher", "lower"), -1,
    ),
    DISTRESS: OnScale(
        "distress at the end", "SD of intake, last session on record", 1.0, 2, 0.3, 0.1,
        "a tenth of a standard deviation: half of what is by convention called a small difference (Cohen’s d of 0.2)",
        Verbs("worse", "better"), 1,
    ),
}  # fmt: skip
PRACTICE = {
    QUESTIONED[1]: OnScale(
        "dropout", "in 1,000 therapies", 1000.0, 1, 60.0, 1000.0 * _dropout.small, _dropout.why_small,
        Verbs("more", "fewer"), 1,
    ),
    QUESTIONED[0]: OnScale(
        "alliance", "rated 1 to 7", WAI_POINTS, 3, 0.6, _SMALL_RATING, _alliance.why_small,
        Verbs("higher", "lower"), -1,
    ),
}  # fmt: skip


def too_small() -> str:
    """What the grey band of the first screen stands for, and why."""
    bounds = "; ".join(f"{how.label}: {how.why_small}" for how in SAW.values())
    return f"Too small to matter: {bounds}."
