"""The worlds that agree with the published findings: parameter sets, written by calibrations.

- *Fitted worlds* (`fitted.json`) differ in what was fitted. The first is the best, and the parameters' defaults are its
  values; the rest say how much else the findings allow.
- *Open worlds* (`open.json`) differ in all that the findings leave open about tears besides: in every parameter that
  can change what tears do. None of them is best. Each is lived under several lucks, so that what differs between worlds
  can be told from luck.

After the first fitted one they are in no order: the first few are as different as all are.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from tearsim.science.codes import ESTIMATES
from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS

DEFAULT, FITTED, OPEN_WORLDS = ESTIMATES
WORLD_FILES = {name: Path(__file__).with_name(f"{name}.json") for name in (FITTED, OPEN_WORLDS)}
LUCKS_A_WORLD = {FITTED: 1, OPEN_WORLDS: 2}  # how many replicates in a row live in the same world


@cache
def worlds_of(estimates: str) -> tuple[dict[str, float], ...]:
    """Every world of a set, "fitted" or "open": its parameters by name."""
    held = json.loads(WORLD_FILES[estimates].read_text(encoding="utf-8"))
    return tuple(dict(zip(held["parameters"], values, strict=True)) for values in held["worlds"])


def world_of(estimates: str, replicate: int) -> int:
    """Which world of a set a replicate lives in, from 0: the first after the last; of the defaults there is but one.

    >>> [world_of("open", replicate) for replicate in range(5)]
    [0, 0, 1, 1, 2]
    """
    if estimates == DEFAULT:
        return 0
    return replicate // LUCKS_A_WORLD[estimates] % len(worlds_of(estimates))


def lucks_of_all_worlds(estimates: str) -> int:
    """How many replicates live in every world of a set, under all its lucks."""
    return len(worlds_of(estimates)) * LUCKS_A_WORLD[estimates]


def without_world(values: dict[str, Value], given: Collection[str]) -> dict[str, Value]:
    """The values without those that a world of `estimates` brings: all that nobody gave."""
    if values["estimates"] == DEFAULT:
        return values
    brought = worlds_of(str(values["estimates"]))[0]
    return {name: value for name, value in values.items() if name in given or name not in brought}


def awaits_world(values: Mapping[str, Value]) -> bool:
    """Whether values are missing, which a world of `estimates` is to bring."""
    return len(values) < len(PARAMETERS)


def in_world(values: Mapping[str, Value], replicate: int) -> dict[str, Value]:
    """Values for a replicate: those that are missing are its world's.

    Values that are all there stay as they are.
    """
    if not awaits_world(values):
        return dict(values)
    estimates = str(values["estimates"])
    world = worlds_of(estimates)[world_of(estimates, replicate)]
    return {name: values[name] if name in values else world[name] for name in PARAMETERS}
