"""How what is asked is told on the first screen: in units a person thinks in, on one scale for all reports."""

from functools import cache
from typing import NamedTuple

from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.units import CORE, IN_100_SESSIONS, PER_CENT, SESSIONS, WAI, WEEKS, Unit, unless_said
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
    worse: int  # on which side it is worse for clients: 1 above 0, -1 below; 0 where nobody can say

    @property
    def heading(self) -> str:
        """What it is, with its unit where the label does not say it."""
        return ", ".join(filter(None, (self.label, self.below_label)))


_alliance, _dropout = (TOLD[name] for name in QUESTIONED)
_SMALL_RATING = round(_alliance.small * WAI.step, 3)
_SMALL_DISTRESS = 0.1 * CORE.step
SAW = {
    LEFT_WITHIN: OnScale(
        f"left within {WEEKS_TO_LEAVE} weeks", "in 100 clients who saw tears", 100.0, 1, 20.0, 100.0 * _dropout.small,
        "one client in a hundred: a therapist whose tears twenty clients see in a year would meet it in five years",
        Verbs("more", "fewer"), 1,
    ),
    ALLIANCE[4]: OnScale(
        "alliance after 4 weeks", "rated 1 to 7, those still there", WAI.step, 2, 0.6, _SMALL_RATING,
        f"{_SMALL_RATING} points of a mean rated from 1 to 7, of which a single rating by a client errs far more",
        Verbs("higher", "lower"), -1,
    ),
    DISTRESS: OnScale(
        "distress at the last session", f"in {CORE.of_difference} of 40", CORE.step, 2, 3.0, _SMALL_DISTRESS,
        f"{_SMALL_DISTRESS:.2f} points of the CORE-OM, a tenth of a standard deviation: half of what is by convention "
        "called a small difference (Cohen’s d of 0.2)",
        Verbs("worse", "better"), 1,
    ),
}  # fmt: skip
PRACTICE = {
    QUESTIONED[1]: OnScale(
        "dropout", "in 1,000 therapies", 1000.0, 1, 120.0, 1000.0 * _dropout.small, _dropout.why_small,
        Verbs("more", "fewer"), 1,
    ),
    QUESTIONED[0]: OnScale(
        "alliance", "rated 1 to 7", WAI.step, 3, 1.2, _SMALL_RATING, _alliance.why_small,
        Verbs("higher", "lower"), -1,
    ),
}  # fmt: skip
# Of all other outcomes, by the unit they are told in: how far a scale goes, what is small, and why.
_SCALES: dict[Unit, tuple[float, float, str]] = {
    PER_CENT: (12.0, 1.0, "one in a hundred, as of dropout"),
    WAI: (1.2, _SMALL_RATING, _alliance.why_small),
    IN_100_SESSIONS: (12.0, 1.0, "one session in a hundred: twice or three times a year in the life of a therapist"),
    SESSIONS: (10.0, 1.0, "one session, of which most therapies have ten or more"),
    WEEKS: (10.0, 1.0, "one week, which is as finely as the model’s time is cut"),
    CORE: (6.0, _SMALL_DISTRESS, SAW[DISTRESS].why_small),
}
_D = (0.6, 0.1, "half of what is by convention called a small difference (Cohen’s d of 0.2)")
_WORSE_ABOVE = {"left_rate", "distress_at_a_year", "ruptures_per_100_sessions", "unsettled_share",
                "overwhelmed_per_100_sessions", "weeks_to_new_therapist"}  # fmt: skip
_WORSE_BELOW = {"alliance_session3", "alliance_final", "completed_rate", "distress_change_d", "repaired_share",
                "moved_share"}  # fmt: skip


@cache
def on_scale(outcome: str) -> OnScale:
    """How a change of any outcome is told."""
    if outcome in PRACTICE:
        return PRACTICE[outcome]
    told = TOLD[outcome]
    reach, small, why = _SCALES.get(told.scale, _D)
    label = told.name.removeprefix("the ")
    unit = unless_said(told.axis(effect=True), label)
    worse = (outcome in _WORSE_ABOVE) - (outcome in _WORSE_BELOW)
    return OnScale(label, unit, told.factor, told.digits_of_difference, reach, small, why, Verbs("more", "less"), worse)


def too_small() -> str:
    """What the grey band of the first screen stands for, and why."""
    bounds = "; ".join(f"{how.label}: {how.why_small}" for how in SAW.values())
    return f"Too small to matter: {bounds}."
