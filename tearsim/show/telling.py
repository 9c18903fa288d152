"""How numbers, and differences between numbers, are put into words: pure, decided here once for all sentences.

What may be said of a difference rests on its interval, and on a bound below which a difference is called small.
"""

import math
from typing import Any, NamedTuple

from tearsim.science.declaration import as_said
from tearsim.science.parameters import PARAMETERS
from tearsim.study.summary import POINT, Estimate

MINUS = "\N{MINUS SIGN}"
# A client's WAI item mean, from 1 to 7, is 1 + 6 * alliance.
WAI_POINTS = 6.0


class Telling(NamedTuple):
    """How an outcome is told: its levels and its differences with their decimals, factors and units, and what is small.

    `small` is in the outcome's own unit: a difference below it is called small, for the reason that stands beside.
    """

    name: str
    digits: int
    factor: float
    unit: str
    digits_of_difference: int
    unit_of_difference: str
    small: float
    small_in_words: str
    why_small: str


def _rating_error() -> float:
    return float(PARAMETERS["rating_error"].default)


TELLING = {
    "alliance_mean": Telling(
        "the alliance", 3, 1.0, "", 4, "", 0.01, "0.01 of the alliance’s scale",
        f"0.01 on its scale: that is {0.01 * WAI_POINTS:.2f} points on the seven-point scale of the Working Alliance "
        f"Inventory, on which a single rating by a client errs by {_rating_error():.2f} points (standard deviation)",
    ),
    "dropout_rate": Telling(
        "dropout", 1, 100.0, " %", 2, " percentage points", 0.01, "one therapy in a hundred",
        "one therapy in a hundred: a therapist who ends twenty therapies a year would meet it once in five years",
    ),
}  # fmt: skip


class Beside(NamedTuple):
    """How an outcome is told that stands beside the two in question."""

    digits: int
    factor: float
    unit: str
    words: str


BESIDE = {
    "felt_per_100_sessions": Beside(
        2, 1.0, "",
        "The therapist’s eyes filled in {first} of a hundred sessions {at_first} and in {last} {at_last}.",
    ),
    "unsettled_share": Beside(
        1, 100.0, " %",
        "In the average practice, {first} of the tears that clients noticed unsettled them {at_first} and {last} "
        "{at_last}.",
    ),
}  # fmt: skip


def level(value: Any) -> str:
    """A level of a parameter as it is written in a sentence."""
    return f"“{value}”" if isinstance(value, str) else as_said(value).replace("-", MINUS)


def place(parameter: str, value: Any) -> str:
    """Where in a sentence an outcome has a value: at a level, with a choice, at a point."""
    if parameter == POINT:
        return f"at point {value}"
    return f"with {level(value)}" if isinstance(value, (str, bool)) else f"at {level(value)}"


def number(value: float, digits: int, signed: bool = False) -> str:
    """A number to so many decimals; a minus is a minus sign.

    Of signed numbers only 0 itself has none: an end of an interval that rounds to 0 shows on which side it lies.
    """
    written = f"{abs(value):,.{digits}f}"
    nothing = value == 0.0 if signed else written.strip("0.,") == ""
    sign = "" if nothing else MINUS if value < 0 else "+" if signed else ""
    return sign + written


def value_in_words(outcome: str, one: Estimate, spelt: bool = False) -> str:
    """A value with its interval in brackets; `spelt` says what the brackets hold."""
    how = TELLING[outcome]
    if math.isnan(one.mean):
        return "unknown"
    words = number(one.mean * how.factor, how.digits) + how.unit
    return words + brackets(one.low * how.factor, one.high * how.factor, how.digits, False, spelt)


def difference_in_words(outcome: str, one: Estimate, signed: bool = True, spelt: bool = False) -> str:
    """A difference with its interval; without a sign its size is told, for sentences whose verb says which way."""
    how = TELLING[outcome]
    turned = -1.0 if not signed and one.mean < 0 else 1.0
    low, high = sorted((one.low * turned * how.factor, one.high * turned * how.factor))
    words = number(one.mean * turned * how.factor, how.digits_of_difference, signed) + how.unit_of_difference
    return words + brackets(low, high, how.digits_of_difference, signed, spelt)


def brackets(low: float, high: float, digits: int, signed: bool, spelt: bool) -> str:
    """An interval in brackets; nothing where there is none."""
    if math.isnan(low):
        return ""
    what = "95 % interval " if spelt else ""
    return f" ({what}{number(low, digits, signed)} to {number(high, digits, signed)})"


def is_sure(one: Estimate) -> bool:
    """Whether the interval of a difference leaves out 0: more than luck."""
    return one.low > 0.0 or one.high < 0.0


def verdict(outcome: str, one: Estimate) -> str:
    """What may be said of a difference, as the end of a sentence that begins with it."""
    if math.isnan(one.low):
        few = "one replicate gives" if one.replicates < 2 else "too few design points give"
        return f"{few} no interval, so whether this is more than luck cannot be said"
    within = is_small(outcome, one)
    if not is_sure(one):
        if within:
            return "not to be told from luck, and small if there is any"
        return "not to be told from luck, yet it need not be small: more replicates would tell"
    if within:
        return "more than luck, and small"
    beyond = is_large(outcome, one)
    return "more than luck, and not small" if beyond else "more than luck; whether it is small the interval leaves open"


def moves(one: Estimate, verbs: tuple[str, str] = ("rises", "falls")) -> str:
    """The verb for which way a difference goes."""
    return verbs[0] if one.mean > 0 else verbs[1]


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def is_small(outcome: str, one: Estimate) -> bool:
    """Whether a difference, with its whole interval, stays under the bound of its outcome."""
    return max(abs(one.low), abs(one.high)) < TELLING[outcome].small


def is_large(outcome: str, one: Estimate) -> bool:
    """Whether a difference, with its whole interval, reaches or passes the bound of its outcome."""
    return is_sure(one) and min(abs(one.low), abs(one.high)) >= TELLING[outcome].small


def did_in_words(outcome: str, one: Estimate) -> str:
    """What something did to an outcome: raised it by so much, and how sure that is."""
    name = TELLING[outcome].name
    if math.isnan(one.mean):
        return f"did something to {name} that cannot be said: it is missing"
    if is_sure(one):
        return (
            f"{moves(one, ('raised', 'lowered'))} {name} by "
            f"{difference_in_words(outcome, one, signed=False)}: {verdict(outcome, one)}"
        )
    return f"changed {name} by {difference_in_words(outcome, one)}: {verdict(outcome, one)}"
