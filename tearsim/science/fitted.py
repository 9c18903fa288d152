"""The fitted worlds: parameter sets that agree with the published findings (`fitted.json`, written by a calibration).

The first is the best, and the parameters' defaults are its values; the rest say how much else the findings allow, in no
order: the first few of them are as different as all are.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS

FITTED_FILE = Path(__file__).with_name("fitted.json")
FITTED = "fitted"


@cache
def fitted_worlds() -> tuple[dict[str, float], ...]:
    """Every fitted world: its parameters by name."""
    held = json.loads(FITTED_FILE.read_text(encoding="utf-8"))
    return tuple(dict(zip(held["parameters"], values, strict=True)) for values in held["worlds"])


def without_fitted(values: dict[str, Value], given: Collection[str]) -> dict[str, Value]:
    """With `estimates` "fitted", the values without those that a fitted world brings: all that nobody gave."""
    if values["estimates"] != FITTED:
        return values
    brought = fitted_worlds()[0]
    return {name: value for name, value in values.items() if name in given or name not in brought}


def awaits_world(values: Mapping[str, Value]) -> bool:
    """Whether values are missing, which a fitted world is to bring."""
    return len(values) < len(PARAMETERS)


def in_world(values: Mapping[str, Value], replicate: int) -> dict[str, Value]:
    """Values for a replicate: those that are missing are a fitted world's, the first after the last.

    Values that are all there stay as they are.
    """
    if not awaits_world(values):
        return dict(values)
    world = fitted_worlds()[replicate % len(fitted_worlds())]
    return {name: values[name] if name in values else world[name] for name in PARAMETERS}
