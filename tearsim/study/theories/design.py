"""The file of a scoring of rival theories: how many worlds a refit has, in how many rounds, how large studies are."""

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from tearsim import evidence
from tearsim.evidence.patterns import patterns_hash
from tearsim.science.fitted import worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.study.calibration.design import CalibrationPart, Sizes, validated
from tearsim.study.calibration.table import REFIT_ROUNDS
from tearsim.study.sweeps.identity import source_hash
from tearsim.study.sweeps.toml_file import read_toml
from tearsim.study.theories.leaving_out import LEAST_MEMBERS
from tearsim.worlds.compiling import sources_hash


class Scoring(CalibrationPart):
    """How hard rival theories are refitted and scored."""

    title: str
    seed: int = Field(default=1, ge=0, le=2**64 - 1)
    worlds: Literal["fitted", "open"]  # that members begin as, from the first on
    members: int = Field(ge=LEAST_MEMBERS, le=10_000)
    rounds: int = Field(default=3, ge=1, le=len(REFIT_ROUNDS))
    opened: float = Field(default=0.1, ge=0.0, le=1.0)  # share of the prior's variance that members begin with anew
    refit: Sizes
    check: Sizes

    @model_validator(mode="after")
    def _there_are_as_many_worlds(self) -> "Scoring":
        """Refuse more members than there are worlds to begin as."""
        there_are = len(worlds_of(self.worlds))
        if self.members > there_are:
            raise ValueError(f"members goes up to {there_are}: there are as many {self.worlds} worlds")
        return self

    def start(self) -> list[dict[str, float]]:
        """The worlds that members begin as, but for what a theory sets."""
        return list(worlds_of(self.worlds)[: self.members])

    def fingerprint(self) -> str:
        """SHA-256 over all that decides what is simulated and measured: this file, findings, instruments, the model."""
        decides = [self.model_dump(), patterns_hash(), sources_hash(evidence), source_hash()]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def fitted_numbers() -> list[str]:
    """What was fitted, and a refit therefore moves, in the order of the parameters."""
    fitted = worlds_of("fitted")[0]
    return [name for name in PARAMETERS if name in fitted]


def read_scoring(file: Path) -> Scoring:
    """The scoring in a file. Raises TearSimError, in one line, for whatever cannot be run."""
    return validated(Scoring, read_toml(file, "scoring"), file)
