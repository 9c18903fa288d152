"""The file of the open block: how many open worlds are drawn, from which cores, and where each number is drawn.

A draw has a core, which is a fitted world; over it all that acts through a therapist's tears is drawn anew over its
plausible range, and all that acts behind them, and that the core leaves at its default, over a part of that range about
the default. What surveys of therapists identify is solved afterwards (`solving.py`).
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, model_validator
from scipy.stats import qmc

from tearsim import evidence
from tearsim.evidence.patterns import patterns_hash
from tearsim.science.fitted import FITTED, worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.science.through_tears import is_free, is_through_tears
from tearsim.study.calibration.design import CalibrationPart, Sizes, validated
from tearsim.study.calibration.members import DIGITS
from tearsim.study.randomness import Streams
from tearsim.study.sweeps.identity import source_hash
from tearsim.study.sweeps.toml_file import read_toml
from tearsim.worlds.compiling import sources_hash
from tearsim.worlds.outcomes import Numbers

# What surveys of therapists identify: three by their shares alone, three that decide how often, with whom and to whom
# tears come.
CLOSED_FORM = {
    "believed_noticed": "near_noticed",
    "believed_harmed": "belief_unsettled_shows",
    "believed_improved": "belief_improved_otherwise",
}  # fmt: skip
RATES = ("eyes_fill_base", "eyes_fill_client_cries", "therapist_tear_propensity_spread")
SOLVED = (*CLOSED_FORM.values(), *RATES)
MOST_DRAWS = 4000  # rows of a full Latin hypercube, of which any first part is a fair sample

# Numbers of the seeds that libraries are given.
DRAWN_WEIGHTS, CORE_ORDER, WANTED, KEPT_ORDER = range(60_000, 60_004)
TRUE_WORLDS, TRUE_WANTED, TRIED_WORLDS, TRIED_WANTED, PUBLISHED_ERRORS = range(60_010, 60_015)

OpenWorld = dict[str, float]


class OpenCalibration(CalibrationPart):
    """What is drawn, and how hard it is tried."""

    block: Literal["open"]
    title: str
    seed: int = Field(default=1, ge=0, le=2**64 - 1)
    cores: int = Field(ge=1, le=10_000)  # how many fitted worlds, from the first on
    draws: int = Field(ge=2, le=MOST_DRAWS)
    members: int = Field(default=1, ge=1)  # that have to agree in the third study, or the calibration has failed
    behind: float = Field(default=0.1, ge=0.0, le=1.0)  # share of a plausible range for what acts behind tears
    surveyed: int = Field(ge=10, le=10_000)  # therapists in a survey that solves
    data_sets: int = Field(default=0, ge=0, le=1000)  # synthetic ones, for the rank test
    tried: int = Field(default=19, ge=4, le=1000)  # draws for each of them
    check: Sizes

    @model_validator(mode="after")
    def _draws_no_more_than_there_are(self) -> "OpenCalibration":
        """Refuse trials that ask for more draws than a hypercube has."""
        if self.data_sets * self.tried > MOST_DRAWS:
            raise ValueError(f"data_sets times tried goes up to {MOST_DRAWS}")
        return self

    def fingerprint(self) -> str:
        """SHA-256 over all that decides what is simulated and measured: this file, findings, instruments, the model.

        But for how many draws are made and have to agree: more of them go on where fewer ended.
        """
        said = self.model_dump(exclude={"draws", "members"})
        decides = [said, patterns_hash(), sources_hash(evidence), source_hash()]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def ranges(self) -> dict[str, tuple[float, float]]:
        """Where each number that is drawn lies, by name."""
        core = worlds_of(FITTED)[0]
        ranges = {}
        for name, p in PARAMETERS.items():
            low, high = p.plausible
            if not is_free(p) or name in SOLVED:
                continue
            if is_through_tears(name):
                ranges[name] = (low, high)
            elif name not in core:
                middle, half = float(p.default), 0.5 * self.behind * (high - low)
                ranges[name] = (max(low, middle - half), min(high, middle + half))
        return ranges


def read_open(file: Path) -> OpenCalibration:
    """The open block in a file. Raises TearSimError, in one line, for whatever cannot be run."""
    return validated(OpenCalibration, read_toml(file, "open"), file)


def is_open(file: Path) -> bool:
    """Whether a calibration file is one of the open block. Raises TearSimError for what cannot be read."""
    return "block" in read_toml(file)


def drawn_worlds(c: OpenCalibration, number: int, luck: Streams, weights: int, cores: int) -> list[OpenWorld]:
    """A number of worlds, each over a core: what is drawn is drawn, what is to be solved is still the core's.

    `weights` and `cores` are the purposes of the seeds.
    """
    ranges = c.ranges()
    low, high = np.array(list(ranges.values())).T
    sampler = qmc.LatinHypercube(len(ranges), rng=luck.derived_seed(weights))
    drawn = low + np.asarray(sampler.random(MOST_DRAWS))[:number] * (high - low)
    among = worlds_of(FITTED)[: c.cores]
    order = luck.library_generator(cores).permutation(len(among))
    return [
        {
            **among[order[i % len(among)]],
            **{name: _rounded(name, value) for name, value in zip(ranges, row, strict=True)},
        }
        for i, row in enumerate(drawn.tolist())
    ]


def core_of(c: OpenCalibration, number: int, luck: Streams) -> list[int]:
    """Which fitted world each draw has as its core."""
    among = worlds_of(FITTED)[: c.cores]
    order = luck.library_generator(CORE_ORDER).permutation(len(among))
    return [int(order[i % len(among)]) for i in range(number)]


def _rounded(name: str, value: float) -> float:
    """A number as it is written down."""
    return round(value) if PARAMETERS[name].kind == "whole number" else float(f"{value:.{DIGITS}g}")


def with_solved(worlds: Sequence[OpenWorld], solved: Numbers) -> list[OpenWorld]:
    """The worlds with other values of what is solved, shape (worlds, solved), within hard limits."""
    low, high = np.array([PARAMETERS[name].limits for name in SOLVED]).T
    within = np.clip(solved, low, high).tolist()
    return [
        {**world, **{name: _rounded(name, value) for name, value in zip(SOLVED, row, strict=True)}}
        for world, row in zip(worlds, within, strict=True)
    ]


def solved_of(worlds: Sequence[OpenWorld]) -> Numbers:
    """Their values of what is solved, shape (worlds, solved)."""
    return np.array([[world[name] for name in SOLVED] for world in worlds])
