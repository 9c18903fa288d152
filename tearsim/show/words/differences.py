"""How numbers, and differences between numbers, are put into words: pure, decided here once for all sentences.

What may be said of a difference rests on its interval, and on a bound below which a difference is called small.
"""

import math

from tearsim.show.words.english import brackets, level, number
from tearsim.show.words.outcomes import TOLD
from tearsim.study.estimates import POINT, Estimate


def place(parameter: str, value: object) -> str:
    """Where in a sentence an outcome has a value: at a level, with a choice, at a point."""
    if parameter == POINT:
        return f"at point {value}"
    return f"with {level(value)}" if isinstance(value, (str, bool)) else f"at {level(value)}"


def value_in_words(outcome: str, one: Estimate, spelt: bool = False) -> str:
    """A value with its interval in brackets; `spelt` says what the brackets hold."""
    how = TOLD[outcome]
    if math.isnan(one.mean):
        return "unknown"
    mean, low, high, _ = how.levels(one)
    return number(mean, how.digits) + how.unit + brackets(low, high, how.digits, False, spelt)


def difference_in_words(outcome: str, one: Estimate, signed: bool = True, spelt: bool = False) -> str:
    """A difference with its interval; without a sign its size is told, for sentences whose verb says which way."""
    how = TOLD[outcome]
    turned = -1.0 if not signed and one.mean < 0 else 1.0
    low, high = sorted((one.low * turned * how.factor, one.high * turned * how.factor))
    words = number(one.mean * turned * how.factor, how.digits_of_difference, signed) + how.unit_of_difference
    return words + brackets(low, high, how.digits_of_difference, signed, spelt)


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


def is_small(outcome: str, one: Estimate) -> bool:
    """Whether a difference, with its whole interval, stays under the bound of its outcome."""
    return max(abs(one.low), abs(one.high)) < TOLD[outcome].small


def is_large(outcome: str, one: Estimate) -> bool:
    """Whether a difference, with its whole interval, reaches or passes the bound of its outcome."""
    return is_sure(one) and min(abs(one.low), abs(one.high)) >= TOLD[outcome].small


def did_in_words(outcome: str, one: Estimate) -> str:
    """What something did to an outcome: raised it by so much, and how sure that is."""
    name = TOLD[outcome].name
    if math.isnan(one.mean):
        return f"did something to {name} that cannot be said: it is missing"
    if is_sure(one):
        return (
            f"{moves(one, ('raised', 'lowered'))} {name} by "
            f"{difference_in_words(outcome, one, signed=False)}: {verdict(outcome, one)}"
        )
    return f"changed {name} by {difference_in_words(outcome, one)}: {verdict(outcome, one)}"
