"""The rules that can be replaced one by one, and what each takes and gives.

`session`, `places` and `lives` call them through arguments, so that a theory, or a user, may put another function in
their place (`replacing.py`); an agent of the Mesa world passes its own methods.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from tearsim.science.people import Client, Therapist
from tearsim.science.rules import Tears
from tearsim.science.types import Parameters, SessionLuck

One = TypeVar("One", covariant=True)
Kept = TypeVar("Kept")


class Listed(Protocol[One]):
    """What is read by position, in either world: a list, or a row of a compiled table."""

    def __getitem__(self, position: int, /) -> One:
        """What stands at a position."""


class ListToFill(Protocol[Kept]):
    """What is read and written by position."""

    def __getitem__(self, position: int, /) -> Kept:
        """What stands at a position."""

    def __setitem__(self, position: int, what: Kept, /) -> None:
        """Put something at a position."""


DepthOfTalk = Callable[[Client, Parameters, SessionLuck], float]
Cries = Callable[[Client, float, Parameters, SessionLuck], int]
Hushes = Callable[[Therapist, Parameters, SessionLuck], bool]
EyesFill = Callable[[Therapist, float, int, Parameters, SessionLuck], int]
Notices = Callable[[Client, int, int, Parameters, SessionLuck], bool]
Speaks = Callable[[Therapist, Parameters, SessionLuck], bool]
Appraise = Callable[[Client, Therapist, Tears, Parameters, SessionLuck], float]
Believes = Callable[[Therapist, int, Parameters, SessionLuck], int]
Repairs = Callable[[Therapist, Client, Parameters, SessionLuck], bool]
EndsWell = Callable[[Client, int, float, Parameters, SessionLuck], bool]
Leaves = Callable[[Client, Therapist, int, float, float, float, int, Parameters, SessionLuck], bool]
Learn = Callable[[Therapist, Parameters], None]
SeeksSomeoneNew = Callable[[Client, Parameters, SessionLuck], bool]
ChoosePlace = Callable[
    [
        Client,
        Listed[bool],
        Listed[int],
        int,
        Listed[Therapist],
        Listed[SessionLuck],
        Parameters,
    ],
    int,
]
