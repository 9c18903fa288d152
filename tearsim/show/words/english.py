"""Numbers, lists, durations and intervals in English: how they are written, wherever they are told."""

import math
from collections.abc import Sequence

from tearsim.science.declaration import as_said

DASH = "–"
MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int, signed: bool = False) -> str:
    """A number with this many decimals; a minus is a minus sign.

    A missing one is a dash. Of signed numbers only 0 itself has no sign: an end of an interval that rounds to 0 shows
    on which side it lies.
    """
    if math.isnan(value):
        return DASH
    written = f"{abs(value):,.{digits}f}"
    nothing = value == 0.0 if signed else written.strip("0.,") == ""
    sign = "" if nothing else MINUS if value < 0 else "+" if signed else ""
    return sign + written


def brackets(low: float, high: float, digits: int, signed: bool, spelt: bool) -> str:
    """An interval in brackets; nothing where there is none."""
    if math.isnan(low):
        return ""
    what = "95 % interval " if spelt else ""
    return f" ({what}{number(low, digits, signed)} to {number(high, digits, signed)})"


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def lower_first(words: str) -> str:
    """The words with a small letter at their beginning, to follow others in a sentence."""
    return words[:1].lower() + words[1:]


def level(value: object) -> str:
    """A level of a parameter as it is written in a sentence."""
    return f"“{value}”" if isinstance(value, str) else as_said(value).replace("-", MINUS)


def with_hyphens(words: str) -> str:
    """Words for a terminal: a hyphen for a minus."""
    return words.replace(MINUS, "-")


def on_terminal(value: float, digits: int = 3, signed: bool = False) -> str:
    """A number as `number` writes it, but with a hyphen for a minus, as terminals do."""
    return with_hyphens(number(value, digits, signed))


def number_of(count: int, thing: str, things: str = "") -> str:
    """A number of things, one or many.

    >>> number_of(1, "week"), number_of(0, "person", "people")
    ('1 week', '0 people')
    """
    return f"{count} {thing if count == 1 else things or thing + 's'}"


def list_of(parts: Sequence[str], joined_by: str = "and") -> str:
    """Things as a person lists them.

    >>> list_of(["a", "b", "c"]), list_of(["a", "b"], "or")
    ('a, b and c', 'a or b')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joined_by} {parts[-1]}"


def duration(seconds: float) -> str:
    """A time in words, as exact as anyone needs."""
    if seconds < 1:
        return "a second"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 360_000 else f"{seconds / 86_400:.0f} days"


def amount(size: float) -> str:
    """A number of bytes in words."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
