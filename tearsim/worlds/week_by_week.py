"""A practice that compiled code lives a week at a time, for as long as anybody likes to look on."""

from collections.abc import Mapping

import numpy as np
from numba import config
from numpy.typing import NDArray

from tearsim.science.codes import IN_THERAPY, KEEP_ALL, LOOKING
from tearsim.science.declaration import Value
from tearsim.science.settings import FOREVER, settings
from tearsim.worlds import records
from tearsim.worlds.books import NO_ROW
from tearsim.worlds.compiled_run import awaits_compiling
from tearsim.worlds.ensemble import PracticesAbreast, ReusedMemory, SharedLuck
from tearsim.worlds.lanes import LANES
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.memory import one_for_all
from tearsim.worlds.tables import TALLIES, Table

NUMBER_FIELD = list(records.CLIENT_RECORDS.fields).index("number")
STANDING_FIELD = list(records.OUTSIDE_RECORDS.fields).index("standing")


def is_compiled() -> bool:
    """Whether there is compiled code to live with, so that nobody has to wait for it."""
    return not config.DISABLE_JIT and not awaits_compiling()


class CompiledPractice:
    """A practice lived week by week in compiled code: the numbers of `Practice`, in a tenth of the time.

    Nobody in it can be asked or replaced. It keeps no week that is over, and so takes no more memory the longer it
    lives, but for those who have completed and may relapse, and for the luck of therapists who follow others.

    Args:
        seed: Seed of all luck.
        parameters: Every parameter of the model by name, checked.

    >>> from tearsim.science.settings import checked
    >>> practice = CompiledPractice(3, checked({"therapists": 2, "caseload": 5}))
    >>> tally, sessions = practice.next_week()
    >>> len(sessions), float(tally["sessions"][0])
    (10, 10.0)
    """

    def __init__(self, seed: int, parameters: Mapping[str, Value]) -> None:
        self.week = 0
        self._given = seed, parameters
        self._practice = _Unending([0], [parameters], KEEP_ALL, ())
        self._luck = SharedLuck([self._practice], ReusedMemory(), turns=1)
        self._practice.start(replicate=0)
        self._luck.start(LuckTables(seed))
        self._luck.hold_one_turn_for_all()
        self._live(0)  # the doors open
        self._practice.taken()

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """A copy lives the same weeks: what is noted of where tables are holds for this one's alone."""
        return _lived_so_far, (*self._given, self.week)

    def next_week(self) -> tuple[Table, Table]:
        """Live a week: what was counted in it, one row, and its sessions, in order of place."""
        needed = self._practice.holders_until(self.week + 1)
        if needed > self._practice.holders:
            self._practice.holders = 2 * needed
            self._luck.draw_therapists(self._practice.holders)
        self._luck.draw(self.week, 1)
        self._live(1)
        self.week += 1
        return self._practice.taken()

    def standing(self, number: int) -> int | None:
        """Where a client stands, as in `codes.STANDING`; None of whoever never came or is not followed one by one."""
        return self._practice.standing(number)

    def _live(self, weeks: int) -> None:
        self._luck.forget_clients()
        self._practice.run(self._luck, self.week, weeks)


def _lived_so_far(seed: int, parameters: Mapping[str, Value], weeks: int) -> CompiledPractice:
    practice = CompiledPractice(seed, parameters)
    for _ in range(weeks):
        practice.next_week()
    return practice


class _Unending(PracticesAbreast):
    """A practice of which nobody knows beforehand how many weeks it will live, and which keeps the latest alone."""

    def as_rules_read(self, point: Mapping[str, Value]) -> dict[str, float | int]:
        """The settings, and that somebody may be asked how they are in any week to come."""
        return settings(point) | {"watched_weeks": FOREVER}

    def room_for_tallies(self) -> NDArray[np.float64]:
        """Room for what is counted in a week, whichever it is."""
        return one_for_all(super().room_for_tallies()[:, :1], axis=1)

    def taken(self) -> tuple[Table, Table]:
        """What was counted in the week just lived, one row, and its sessions: handed over."""
        return self.tallies[0].copy().view(TALLIES)[..., 0], self.logs[0].pop()

    def standing(self, number: int) -> int | None:
        """Where a client stands, as in `codes.STANDING`, as far as it is kept by person."""
        if (_lanes_of(self.tables["occupied"]) & (self.tables["clients"][:, :, NUMBER_FIELD] == number)).any():
            return IN_THERAPY
        counts = dict(zip(records.COUNT_RECORDS.fields, self.tables["counts"][0].astype(int), strict=True))
        numbers = self.people["others"][0, :, NUMBER_FIELD]
        if number in numbers[self.people["looking"][0, : counts["looking"]]]:
            return LOOKING
        rows = self.people["followed"][0, : counts["followed"]]
        still = _lanes_of(self.people["still_followed"][0]).ravel()[: len(rows)]
        (found,) = np.nonzero(still & (rows != NO_ROW) & (numbers[rows] == number))
        return (
            int(self.people["outside"][0, found[0] // LANES, STANDING_FIELD, found[0] % LANES]) if len(found) else None
        )


def _lanes_of(bits: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Bits as yes or no, with the lanes as one more axis."""
    return np.asarray(bits, np.int64)[..., None] >> np.arange(LANES) & 1 == 1
