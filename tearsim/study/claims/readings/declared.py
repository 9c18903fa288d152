"""How a reading is declared: its name is the function's, its meaning the docstring's first sentence.

A reading gives a number and how many people, or sessions, it is the mean of; the number is missing where there is
nobody. Readings of one kind take the same record, which is made once for all of them.
"""

import math
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tearsim.science.declaration import Value, docstring
from tearsim.study.claims.outcomes import SUBJECTS
from tearsim.study.effects.outside import Surroundings, WeeklyLuck
from tearsim.worlds.tables import Ran

Read = tuple[float, int]
_Reading = TypeVar("_Reading", bound=Callable[..., Read])
NOBODY_THERE: Read = (math.nan, 0)


class LivedArms(NamedTuple):
    """What the arms of a practice left, by name, the parameters of each, and the luck that they shared."""

    ran: Mapping[str, Ran]
    values: Mapping[str, Mapping[str, Value]]
    luck: WeeklyLuck

    def first_and_last(self) -> tuple[Ran, Ran]:
        """The two that are compared; the same one twice where there is one alone."""
        runs = list(self.ran.values())
        return runs[0], runs[-1]

    def around(self) -> tuple[Surroundings, Surroundings]:
        """What the weeks of these two depend on."""
        values = list(self.values.values())
        return Surroundings(values[0], 0, self.luck), Surroundings(values[-1], 0, self.luck)


_Record = TypeVar("_Record", bound=Callable[[LivedArms], object])


class Reading(NamedTuple):
    """What is read, off which kind of practice, in which unit, and what that means."""

    kind: str
    outcome: str  # a key of `outcomes.OUTCOMES`
    of: Callable[..., Read]
    meaning: str
    least: float  # that it can be; the most is the outcome's


READINGS: dict[str, Reading] = {}
# What a kind of practice leaves to be read, from what each arm left.
RECORDS: dict[str, Callable[[LivedArms], object]] = {}


def reading(kind: str, outcome: str, least: float | None = None) -> Callable[[_Reading], _Reading]:
    """Declare a reading of a kind of practice; `least` where it cannot be as far below 0 as above it."""

    def declare(of: _Reading) -> _Reading:
        meaning = " ".join(docstring(of).split("\n\n")[0].split())
        READINGS[of.__name__] = Reading(kind, outcome, of, meaning, -SUBJECTS[outcome].most if least is None else least)
        return of

    return declare


def record_of(*kinds: str) -> Callable[[_Record], _Record]:
    """Declare how the record of some kinds of practices is made from what their arms left."""

    def declare(record: _Record) -> _Record:
        RECORDS.update(dict.fromkeys(kinds, record))
        return record

    return declare


def read_practice(kinds: Collection[str], lived: LivedArms) -> dict[str, Read]:
    """Every reading of some kinds, of what the arms of a practice left."""
    records = {make: make(lived) for make in dict.fromkeys(RECORDS[kind] for kind in kinds)}
    return {name: one for kind in kinds for name, one in read_all(kind, records[RECORDS[kind]]).items()}


def read_all(kind: str, record: object) -> dict[str, Read]:
    """Every reading of a kind, of its record."""
    return {name: one.of(record) for name, one in READINGS.items() if one.kind == kind}


def average(values: ArrayLike, of: NDArray[np.bool_] | None = None) -> Read:
    """The mean of what is known, of those chosen, and of how many it is."""
    each = np.asarray(values, float)
    each = each if of is None else each[of]
    each = each[np.isfinite(each)]
    return (float(each.mean()), len(each)) if len(each) else NOBODY_THERE


def apart(one: Read, other: Read) -> Read:
    """One mean minus another, and the number of people that a mean of such precision would rest on."""
    (first, n), (second, m) = one, other
    return (first - second, max(1, round(n * m / (n + m)))) if n and m else NOBODY_THERE
