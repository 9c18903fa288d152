"""What claims are about, the unit each is told in, and from where on a difference matters: declared once, and why.

A claim that asks for another smallest difference says so in its own file, with its own reason.
"""

import math
from typing import NamedTuple


class Subject(NamedTuple):
    """Something that a claim can be about."""

    name: str  # in a sentence
    unit: str  # what follows a number told; a correlation has none
    factor: float  # from the unit it is measured in to the one it is told in
    digits: int
    smallest: float  # difference that matters, in the unit it is measured in
    why: str
    most: float = 1.0  # that it can be, or differ by


SUBJECTS = {
    "alliance": Subject(
        "the alliance", "points of a rating 1 to 7", 6.0, 2, 0.01,
        "so little that any one rating by a client errs by far more",
    ),
    "leaving": Subject(
        "leaving", "in 100 clients", 100.0, 1, 0.01,
        "one client in a hundred: a therapist whose tears twenty clients see in a year would meet it in five years",
    ),
    "distress": Subject(
        "distress", "CORE-OM points", 7.5, 1, 0.1,
        "a tenth of a standard deviation at intake: half of what is called a small difference (Cohen’s d of 0.2)",
        math.inf,
    ),
    "strain": Subject(
        "the therapist’s strain", "SD", 1.0, 2, 0.1,
        "a tenth of a standard deviation: half of what is by convention called a small difference (Cohen’s d of 0.2)",
        math.inf,
    ),
    "taken": Subject(
        "how tears are taken", "in 100 seen tears", 100.0, 1, 0.05,
        "five tears in a hundred: a therapist whose tears twenty clients see in a year would meet one more",
    ),
    "tears": Subject(
        "how often tears come", "in 100 sessions", 100.0, 1, 0.02,
        "two sessions in a hundred: a client seen every week would cry about once more in a year",
    ),
    "share": Subject(
        "a share", "in 100", 100.0, 1, 0.05,
        "five in a hundred: one more in twenty, which a careful observer would see",
    ),
    "correlation": Subject(
        "a correlation", "", 1.0, 2, 0.1, "by convention a small correlation (Cohen 1988): 1 % of variance",
    ),
}  # fmt: skip
