"""A calibration file: which parameters are fitted, how many worlds are simulated, and the findings they are held to."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tearsim import evidence
from tearsim.errors import TearSimError
from tearsim.evidence.measuring import Size
from tearsim.evidence.patterns import ROUNDED_NORMAL, Finding, findings, patterns_hash
from tearsim.science.alternatives import with_theory
from tearsim.science.declaration import nearest
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import sources_of
from tearsim.study.sweeps.identity import source_hash
from tearsim.study.sweeps.toml_file import read_toml
from tearsim.study.sweeps.what_is_wrong import first_problem
from tearsim.worlds.compiling import sources_hash
from tearsim.worlds.outcomes import Numbers

# Worlds in a full table. Rows of a Latin hypercube come in random order, so that its first part is a fair sample.
MOST_WORLDS = 4000


class CalibrationPart(BaseModel):
    """A part of a calibration file, in which nothing is left unread."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


OfCalibration = TypeVar("OfCalibration", bound=CalibrationPart)


class Sizes(CalibrationPart):
    """Therapists of a clinic, and therapists surveyed, in one measurement."""

    clinic_therapists: int = Field(ge=2, le=1000)
    clinic_weeks: int = Field(default=104, ge=46, le=520)
    surveyed: int = Field(ge=10, le=10_000)

    @property
    def size(self) -> Size:
        """The same, as measuring takes it."""
        groups = Size().groups
        return Size(
            clinic_therapists=self.clinic_therapists,
            clinic_weeks=self.clinic_weeks,
            group_therapists=max(1, self.surveyed // groups),
        )


class Calibration(CalibrationPart):
    """What is fitted, and how hard it is tried."""

    title: str
    theory: str | None = None  # a rival theory, for every world; what is fitted overrides what it sets
    seed: int = Field(default=1, ge=0, le=2**64 - 1)
    parameters: list[str] = Field(min_length=1)
    priors: dict[str, tuple[float, float]] = {}  # narrower than plausible, where the open block opens what is left
    worlds: int = Field(ge=100, le=MOST_WORLDS)  # in the table that the emulator learns from
    data_sets: int = Field(default=20, ge=2, le=1000)  # synthetic ones, for the rank test
    nearer: int = Field(ge=20, le=10_000)  # further ones, where the first posterior lies
    draws: int = Field(ge=1, le=10_000)  # from the posterior, to be run in the real simulator
    members: int = Field(default=200, ge=1)  # that have to agree, chosen and fresh, or the calibration has failed
    walkers: int = Field(default=160, ge=4)
    steps: int = Field(default=3000, ge=20)
    table: Sizes
    check: Sizes

    @model_validator(mode="before")
    @classmethod
    def _ranges_from_lists(cls, given: dict[str, object]) -> dict[str, object]:
        priors = given.get("priors")
        if not isinstance(priors, dict):
            return given
        return {
            **given,
            "priors": {name: tuple(ends) if isinstance(ends, list) else ends for name, ends in priors.items()},
        }

    @model_validator(mode="after")
    def _names_parameters(self) -> "Calibration":
        """Refuse what cannot be fitted."""
        for name in self.parameters:
            if name not in PARAMETERS:
                raise ValueError(f'there is no parameter "{name}".{nearest(name, PARAMETERS)}')
            if PARAMETERS[name].kind != "number":
                raise ValueError(f"{name} takes a {PARAMETERS[name].kind}; only numbers are fitted")
        if len(set(self.parameters)) < len(self.parameters):
            raise ValueError("a parameter is named twice")
        for name, (low, high) in self.priors.items():
            if name not in self.parameters:
                raise ValueError(f"priors names {name}, which is not fitted")
            least, most = PARAMETERS[name].plausible
            if not least <= low < high <= most:
                raise ValueError(f"the prior of {name} lies within its plausible range, {least:g} to {most:g}")
        if self.walkers < 2 * len(self.parameters) or self.walkers % 2:
            raise ValueError(
                f"walkers are even in number, and at least {2 * len(self.parameters)} (twice the parameters)"
            )
        with_theory(self.theory, None, {})
        return self

    @property
    def ranges(self) -> Numbers:
        """The ends of uniform priors, plausible ranges where the file names none; shape (parameters, 2)."""
        return np.array([self.priors.get(name, PARAMETERS[name].plausible) for name in self.parameters])

    def worlds_at(self, unit: Numbers) -> list[dict[str, float]]:
        """Parameter sets at points of the unit cube, shape (worlds, parameters): each coordinate a share of a range."""
        low, high = self.ranges.T
        return [dict(zip(self.parameters, row, strict=True)) for row in (low + unit * (high - low)).tolist()]

    def fingerprint(self) -> str:
        """SHA-256 over all that decides what is simulated and measured: this file, findings, instruments, the model.

        But for how many draws are made and have to agree: more of them go on where fewer ended.
        """
        instruments = sources_hash(evidence)
        said = self.model_dump(
            exclude={"draws", "members", *(key for key in ("theory", "priors") if not getattr(self, key))}
        )
        decides = [said, patterns_hash(), instruments, source_hash()]
        if self.theory is not None:
            parameters, replaced = with_theory(self.theory, None, {})
            decides += [parameters, sources_of(replaced)]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


class Target(NamedTuple):
    """A finding to fit to: the middle of its interval, and the standard error that the interval amounts to."""

    finding: Finding
    centre: float
    error: float


def targets() -> list[Target]:
    """The findings that calibration may read: those of role cal, and no others.

    Where an interval was cut at the end of a scale (a share below 0), the published value stays the centre.
    """
    return [target_of(finding) for finding in findings("cal")]


def target_of(finding: Finding) -> Target:
    """A finding with an interval, as what could be fitted to it reads it: calibration itself reads `targets` alone."""
    if finding.interval is None and not finding.samples and finding.value is not None:
        return Target(finding, finding.value, (finding.high - finding.value) / ROUNDED_NORMAL)
    centre, half = (finding.low + finding.high) / 2.0, (finding.high - finding.low) / 2.0
    return Target(finding, centre, half / ROUNDED_NORMAL)


def read_calibration(file: Path) -> Calibration:
    """The calibration in a file. Raises TearSimError, in one line, for whatever cannot be run."""
    return validated(Calibration, read_toml(file, "calibration"), file)


def validated(kind: type[OfCalibration], content: object, file: Path) -> OfCalibration:
    """The content of a file as a calibration of this kind. Raises TearSimError, in one line, if it is not one."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise TearSimError(f"{file}: {first_problem(error, kind)}") from None
