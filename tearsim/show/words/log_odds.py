"""What a number on the scale of log-odds comes to for somebody who does not think in these: sessions in a hundred,
points of a rated alliance, or a scale from 0 to 1. Pure: declarations in, words out.

Each is worked out as the rules work it out: an event has the chance `logistic(base + weights)`, its base read where all
else is typical; a bond is the log-odds of alliance.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import TYPICAL_ALLIANCE, log_odds, logistic
from tearsim.show.words.english import number
from tearsim.show.words.units import WAI


class Event(NamedTuple):
    """An event with a chance: the parameter that sets it where all else is typical, and out of what it is counted."""

    base: str
    of: str


_EVENTS = {
    "client_cries": Event("client_cries_base", "sessions in which the client cries"),
    "release": Event("release_base", "times that a client cries, in which it is a release"),
    "eyes_fill": Event("eyes_fill_base", "sessions in which the therapist’s eyes fill"),
    "rupture": Event("rupture_base", "sessions in which an ordinary rupture opens"),
    "repair": Event("repair_base", "sessions with an open rupture in which it is mended"),
    "leaving": Event("leaving_base", "sessions after which the client leaves"),
    "seeking": Event("seeking_base", "clients who left and look for someone new"),
}
_TRAITS = {"depth": ("depth_base", "depth"), "comfort": ("comfort_base", "comfort")}
# Numbers that the bond is made of, on the scale of log-odds of alliance; the first two are levels of it.
_LEVELS = ("level_base", "first_bond")
_BOND = ("level", "first", "bond", "lasting", "hush_bond", "rupture_drop")
# How much further it is from one level of tears to the next: both steps are taken from near tears.
_STEPS = {"open_step": ("open_step",), "overwhelmed_step": ("open_step", "overwhelmed_step")}
_OWN_EVENT = {"leaving_outside_life": "such sessions after which the client leaves"}


DEFAULT_VALUES: Mapping[str, Value] = {name: parameter.default for name, parameter in PARAMETERS.items()}


def is_rated(name: str) -> bool:
    """Whether a parameter is a level of the bond, which a client rates."""
    return name in _LEVELS


def event_of(name: str) -> str:
    """What happens with the chance whose log-odds a parameter is, as in "sessions after which the client leaves"; empty
    for any other parameter.
    """
    return _OWN_EVENT.get(name) or next((event.of for event in _EVENTS.values() if event.base == name), "")


def comes_to(name: str, values: Mapping[str, Value] = DEFAULT_VALUES) -> str:
    """What a number on the scale of log-odds comes to in a practice with these values; empty for all other numbers.

    >>> comes_to("rupture_base"), comes_to("therapists")
    ('19.6 in 100 sessions in which an ordinary rupture opens', '')
    """
    unit = PARAMETERS[name].unit
    if not unit.startswith("log-odds"):
        return ""
    value = float(values[name])
    if name.endswith("_spread"):
        return _spread(name, value, values)
    if name in _OWN_EVENT:
        return _in_100(logistic(value), _OWN_EVENT[name])
    if name in _STEPS:
        further = float(values["eyes_fill_base"]) - sum(float(values[step]) for step in _STEPS[name])
        level = "weeps openly or is overwhelmed" if name == "open_step" else "is overwhelmed"
        return _in_100(logistic(further), f"sessions in which the therapist {level}", 4)
    if name in _LEVELS:
        return f"an alliance of {number(WAI.level(logistic(value)), 2)} on its scale from 1 to 7"
    if name.startswith(_BOND):
        each = f", for one {unit.removeprefix('log-odds a ')} more" if unit.startswith("log-odds a ") else ""
        return _on_alliance(-value if name == "rupture_drop" else value) + each
    return _of_event(name, value, unit, values)


def _of_event(name: str, value: float, unit: str, values: Mapping[str, Value]) -> str:
    """The chance of an event, or how a weight moves it from where all else is typical."""
    for prefix, (base, what) in _TRAITS.items():
        if name.startswith(prefix):
            typical = float(values[base])
            if name == base:
                return f"{what} {number(logistic(value), 2)} on a scale from 0 to 1"
            by, each = _weighed(name, value, unit)
            ends = (number(logistic(one), 2) for one in (typical, typical + by))
            return f"{what} from {' to '.join(ends)} on a scale from 0 to 1, {each}"
    for prefix, event in _EVENTS.items():
        if name.startswith(prefix):
            typical = float(values[event.base])
            if name == event.base:
                return _in_100(logistic(value), event.of)
            by, each = _weighed(name, value, unit)
            before, after = logistic(typical), logistic(typical + by)
            return f"from {_per_100(before)} to {_in_100(after, event.of)}, {each}"
    return ""


def _spread(name: str, spread: float, values: Mapping[str, Value]) -> str:
    """The range within which two thirds of people, or of sessions, lie."""
    if name in ("bond_spread", "first_spread", "level_spread"):
        return _on_alliance(spread)
    base = name.removesuffix("_spread")
    middle = float(values[_TRAITS[base][0]]) if base in _TRAITS else log_odds(float(values[base]))
    ends = (number(logistic(middle + sign * spread), 2) for sign in (-1.0, 1.0))
    return f"two thirds lie from {' to '.join(ends)}, on a scale from 0 to 1"


def _on_alliance(by: float) -> str:
    moved = WAI.step * (logistic(log_odds(TYPICAL_ALLIANCE) + by) - TYPICAL_ALLIANCE)
    at = number(WAI.level(TYPICAL_ALLIANCE), 1)
    return f"{number(moved, 2, True)} points of a rated alliance from 1 to 7, at a typical {at}"


def _weighed(name: str, value: float, unit: str) -> tuple[float, str]:
    """How far a weight moves log-odds, and for how much more of what it weighs."""
    if name.endswith("_alliance"):
        return value / WAI.step, "where alliance is rated one point higher"
    if unit.startswith("log-odds a "):
        return value, f"for one {unit.removeprefix('log-odds a ')} more"
    return value, "with all of it rather than none"


def _per_100(share: float) -> str:
    return number(100.0 * share, 1 if share >= 0.005 else 2)


def _in_100(share: float, of: str, digits: int | None = None) -> str:
    return f"{_per_100(share) if digits is None else number(100.0 * share, digits)} in 100 {of}"
