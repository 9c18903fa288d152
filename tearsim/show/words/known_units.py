"""Parameters on scales that a person knows, there and back: shares in %, distress in points of the CORE-OM, a bond as
it is rated, an event in 100 sessions.

A weight has no such scale of its own: what it comes to depends on all else (`log_odds.comes_to`).
"""

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import log_odds, logistic
from tearsim.show.words.log_odds import DEFAULT_VALUES, comes_to, event_of, is_rated
from tearsim.show.words.units import CORE, PER_CENT, WAI

SIGNIFICANT = 3  # figures of a number that was log-odds
_LEVELS_OF_DISTRESS = ("intake_distress", "good_enough")
_DISTRESS = "SD of intake"  # the unit that distress is declared in
_SHARES = ("share", "chance")


class KnownUnit(NamedTuple):
    """A scale that a parameter is told on: `told = zero + step * value`, or of the share that goes with log-odds.

    >>> known_unit("intake_distress").shown(2.0), known_unit("intake_distress").read("20.1")
    ('18.6', 2.2)
    """

    words: str
    zero: float
    step: float
    of_log_odds: bool = False

    def shown(self, value: float) -> str:
        """A value as it is told, without a power of ten; read again it is the same one, but for a rounded share."""
        if not self.of_log_odds:
            return _plainly(_exact(self.zero) + _exact(self.step) * Decimal(repr(value)))
        return _plainly(Decimal(f"{self.zero + self.step * logistic(value):.{SIGNIFICANT}g}"))

    def read(self, told: str) -> float | None:
        """The model's own value for what was typed; None if it is not a number."""
        try:
            share = float((Decimal(told.strip()) - _exact(self.zero)) / _exact(self.step))
        except ArithmeticError:
            return None
        if not isfinite(share):
            return None
        return log_odds(share) if self.of_log_odds else share

    def with_unit(self, value: float) -> str:
        """A value with its unit."""
        return f"{self.shown(value)} {self.words if self.words.startswith('%') else f'({self.words})'}"


def known_unit(name: str) -> KnownUnit | None:
    """The scale that a parameter is told on; None where it has none but its own."""
    unit = PARAMETERS[name].unit
    if unit.startswith(_SHARES):
        return KnownUnit(f"% {unit.partition(' ')[2]}".rstrip(), PER_CENT.zero, PER_CENT.step)
    if unit == _DISTRESS:
        if name in _LEVELS_OF_DISTRESS:
            return KnownUnit(CORE.axis, CORE.zero, CORE.step)
        return KnownUnit(CORE.of_difference, 0.0, CORE.step)
    if is_rated(name):
        return KnownUnit(WAI.axis, WAI.zero, WAI.step, of_log_odds=True)
    event = event_of(name)
    return KnownUnit(f"in 100 {event}", 0.0, 100.0, of_log_odds=True) if event else None


def in_known_units(name: str, values: Mapping[str, Value] = DEFAULT_VALUES) -> str:
    """What a value comes to in units that a person knows, in a practice with these values; empty if it is told in one.

    >>> in_known_units("good_enough_spread"), in_known_units("caseload")
    ('2.78025 CORE-OM points', '')
    """
    unit = known_unit(name)
    if unit is not None and PARAMETERS[name].unit == _DISTRESS:
        return f"{unit.shown(float(values[name]))} {unit.words}"
    return comes_to(name, values)


def _exact(number: float) -> Decimal:
    return Decimal(repr(round(number, 9)))


def _plainly(number: Decimal) -> str:
    written = f"{number:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written == "-0" else written
