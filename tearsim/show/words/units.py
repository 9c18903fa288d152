"""The units a person thinks in, declared once: how a number of the model is told, where it is a level and where a
difference."""

from typing import NamedTuple

from tearsim.science.scales import INTAKE_DISTRESS


class Unit(NamedTuple):
    """A scale to tell numbers on: `told = zero + step * number`; differences are `step` times as large.

    >>> WAI.level(0.75), round(WAI.step * 0.01, 2)
    (5.5, 0.06)
    """

    zero: float
    step: float
    axis: str  # what stands on an axis
    of_difference: str  # what stands on the axis of a difference
    source: str = ""  # of a translation, where it comes from and how rough it is

    def level(self, number: float) -> float:
        """A number of the model on this scale."""
        return self.zero + self.step * number


# The mean of a client's answers on the Working Alliance Inventory, each from 1 to 7.
WAI = Unit(
    1.0,
    6.0,
    "rated 1 to 7",
    "points of a rating 1 to 7",
    "the mean of a client’s answers on the Working Alliance Inventory (WAI), from 1 to 7, as one plus six times the "
    "model’s alliance",
)
_INTAKE_MEAN, _INTAKE_SD = 18.6, 7.5
CORE = Unit(
    _INTAKE_MEAN - _INTAKE_SD * INTAKE_DISTRESS,
    _INTAKE_SD,
    "CORE-OM points, 0 to 40",
    "CORE-OM points",
    f"points of the CORE-OM, from 0 to 40, a rough translation: people who begin therapy score {_INTAKE_MEAN} on "
    f"average with a standard deviation of {_INTAKE_SD} (Evans et al. 2002, doi:10.1192/bjp.180.1.51), so that one "
    f"standard deviation at intake is {_INTAKE_SD} points; 5 points are reliable change, and 10 or more is the "
    "clinical range (Connell et al. 2007, doi:10.1192/bjp.bp.105.017657)",
)
MOST_CORE = 40.0


def core_points(distress: float) -> float:
    """A distress in points of the CORE-OM, whose scale ends at 40 where the model's goes on.

    >>> core_points(2.0), core_points(9.0)
    (18.6, 40.0)
    """
    return min(MOST_CORE, CORE.level(distress))


def unless_said(unit: str, label: str) -> str:
    """A unit to stand beside a label; empty where the label says it already.

    >>> unless_said("sessions", "mean number of sessions"), unless_said("weeks", "mean number of sessions")
    ('', 'weeks')
    """
    return "" if label.endswith(unit.removeprefix("in ")) or f"{unit} " in label else unit


PER_CENT = Unit(0.0, 100.0, "%", "percentage points")
IN_100_SESSIONS = Unit(0.0, 1.0, "in 100 sessions", "in 100 sessions")
SESSIONS = Unit(0.0, 1.0, "sessions", "sessions")
WEEKS = Unit(0.0, 1.0, "weeks", "weeks")
SD_OF_INTAKE = Unit(0.0, 1.0, "SD of intake", "SD of intake")
# By the unit that an outcome is declared in.
TOLD_IN = {
    "share": PER_CENT, "0 to 1": WAI, "in 100 sessions": IN_100_SESSIONS, "sessions": SESSIONS, "weeks": WEEKS,
    "SD of intake": CORE,
}  # fmt: skip
