"""The benchmark's yardstick of speed: the same practice in scalar C, one after the other, under the same luck.

Its rules are the science's, translated (`c_text.py`), its week is `week.c`; compiled as bits allow, so that its weekly
tallies are the ensemble's to the last bit. Where no C compiler is found, there is no such yardstick.
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import FunctionType

import numpy as np

from tearsim.errors import TearSimError
from tearsim.science import codes, lives, people, places, tally
from tearsim.science.declaration import Value
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.science.settings import settings
from tearsim.science.types import Parameters
from tearsim.study.bench.c_text import ProgramInC
from tearsim.worlds.compiled_week import attend
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.tables import TALLIES, Table

COMPILERS = ("cc", "gcc", "clang")
# Bits before speed, as in the ensemble: nothing fused, nothing reordered.
COMPILER_OPTIONS = ("-O2", "-ffp-contract=off", "-fno-fast-math", "-shared", "-fPIC", "-w")
# What the week asks.
ASKED_IN_C = (
    attend, lives.begin_week, lives.learn, lives.retires, lives.live_outside, lives.relapses, lives.asked_now,
    lives.is_followed, people.enter_practice, people.years_at_start, people.arrive, people.start_with_someone,
    places.luck_row, places.look_on, places.looks_again, places.loses_patience, places.end_episode, places.match,
    tally.count_follow_up, tally.add_room,
)  # fmt: skip
_CODES = {name: code for name, code in vars(codes).items() if isinstance(code, int)} | {"FREE": places.FREE}
_KINDS: dict[object, type[ctypes.c_int] | type[ctypes.c_double]] = {int: ctypes.c_int, float: ctypes.c_double}


class _ParametersInC(ctypes.Structure):
    _fields_ = [(name, _KINDS[kind]) for name, kind in Parameters.__annotations__.items()]


def compiler() -> str | None:
    """Where a C compiler is; None if there is none."""
    found = map(shutil.which, COMPILERS)
    return next((one for one in found if one), None)


def program() -> str:
    """The whole program: primitives, the science, the codes that it knows, the week."""
    science = ProgramInC()
    for function in ASKED_IN_C:
        assert isinstance(function, FunctionType)
        science.function(function)
    beside = Path(__file__).parent
    known = "\n".join(f"enum {{ {name} = {code} }};" for name, code in _CODES.items())
    parts = [(beside / name).read_text(encoding="utf-8") for name in ("primitives.c", "week.c")]
    return "\n".join([parts[0], science.text, known, parts[1]])


@cache
def _library() -> ctypes.CDLL:
    """The program, compiled and loaded."""
    path = compiler()
    if path is None:
        raise TearSimError(f"No C compiler is found: none of {', '.join(COMPILERS)}.")
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "practice.c", Path(folder) / "practice.so"
        source.write_text(program(), encoding="utf-8")
        subprocess.run([path, *COMPILER_OPTIONS, os.fspath(source), "-o", os.fspath(made), "-lm"], check=True)
        library = ctypes.CDLL(os.fspath(made))
    library.new_practice.restype = ctypes.c_void_p
    library.new_practice.argtypes = [ctypes.c_int] * 3
    library.free_practice.argtypes = [ctypes.c_void_p]
    library.live.argtypes = [ctypes.c_void_p] * 7
    library.live.restype = None
    return library


class PracticesInC:
    """Practices of one shape for a list of design points, run one after the other under one replicate's luck.

    Therapists are not stratified. What could come of newcomers' luck is drawn when a run is prepared, for more people
    than come: the ensemble draws it for those who come, within its run.

    Raises TearSimError where there is no C compiler.
    """

    def __init__(self, points: Sequence[Mapping[str, Value]]) -> None:
        first = points[0]
        self._rooms, self._weeks = int(first["therapists"]), int(first["weeks"])
        self._places = self._rooms * int(first["caseload"])
        self._holders = 2 + int(self._weeks / (WEEKS_A_YEAR * min(float(point["career_length"]) for point in points)))
        self._points = [_ParametersInC(**settings(point)) for point in points]
        self._library = _library()
        self._practice = self._library.new_practice(self._rooms, self._places, self._weeks)
        weakref.finalize(self, self._library.free_practice, self._practice)

    def prepared(self, seed: int) -> Callable[[], list[Table]]:
        """A run that gives the weekly tallies of each design point, in the order they were given."""
        # One to each place on the first day, and one at the end of each week.
        newcomers = LuckTables(seed).clients(0, self._weeks + 1, self._places)
        return lambda: self._run(LuckTables(seed), newcomers)

    def _run(self, luck: LuckTables, newcomers: Table) -> list[Table]:
        tables = [
            luck.sessions(0, self._weeks, self._places), luck.therapist_weeks(0, self._weeks, self._rooms),
            newcomers, luck.therapists(0, self._holders, self._rooms),
        ]  # fmt: skip
        addresses = [table.ctypes.data for table in tables]
        tallies = np.zeros((len(self._points), self._weeks), TALLIES)
        for point, counted in zip(self._points, tallies, strict=True):
            self._library.live(self._practice, ctypes.addressof(point), *addresses, counted.ctypes.data)
        return list(tallies)
