"""Refitting the model under a theory, in short: worlds that agreed without it, moved to where they agree with it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tearsim.evidence.measuring import Size, sessions_of_studies, varied
from tearsim.science.alternatives import Theory
from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import Replaced, checked_rules, sources_of
from tearsim.science.settings import checked
from tearsim.study.calibration.design import targets
from tearsim.study.calibration.effects import EFFECTS, SESSIONS_A_WORLD, effects_of_tears
from tearsim.study.calibration.emulator import centres, errors, on_scales
from tearsim.study.calibration.members import DIGITS
from tearsim.study.calibration.table import (
    REFIT_ROUNDS,
    REFITTED,
    REFITTED_EFFECTS,
    CalibrationReport,
    Studies,
    found_in,
    in_batches,
)
from tearsim.study.randomness import Streams
from tearsim.study.theories.design import Scoring, fitted_numbers
from tearsim.study.theories.smoother import moved, opened, unbounded, within
from tearsim.worlds.outcomes import Numbers

# Numbers of the seeds: how members begin, and what each round's findings are drawn within. All theories have the same.
OPENED, PUBLISHED = 70_000, 70_001

Member = dict[str, Value]


class Meant(NamedTuple):
    """What a theory puts into worlds: the parameters that it changes there, and functions in the place of rules."""

    parameters: dict[str, Value]
    replaced: Replaced

    @property
    def changes_nothing(self) -> bool:
        """Whether worlds stay as they are: the theory is the answer that the model gives already."""
        return not self.parameters and not self.replaced


def meant_by(theory: Theory, worlds: Sequence[dict[str, float]]) -> Meant:
    """What a theory changes in these worlds; what it sets to the value that it has in all of them is no change."""
    changed = {
        name: value
        for name, value in theory.parameters.items()
        if any(world.get(name, PARAMETERS[name].default) != value for world in worlds)
    }
    return Meant(changed, checked_rules(theory.rules))


class Refit:
    """The refit of one theory on its way: what its rounds and studies share.

    Raises TearSimError for a rule whose source cannot be read.
    """

    def __init__(self, c: Scoring, meant: Meant, parts: Path, workers: int, report: CalibrationReport) -> None:
        self.c, self.meant, self.parts, self.workers, self.report = c, meant, parts, workers, report
        self.luck, self.sessions = Streams(c.seed), 0
        self.whose = f"{c.fingerprint()}, {meant.parameters}, {sources_of(meant.replaced)}"
        self.names = [name for name in fitted_numbers() if name not in meant.parameters]

    def members(self) -> list[Member]:
        """Worlds in which the theory holds, moved to where the findings that may be fitted to would have them."""
        start = self.c.start()
        at = np.array([[world[name] for name in self.names] for world in start])
        plausible = np.array([PARAMETERS[name].plausible for name in self.names])
        # What was solved for a world may lie outside: there it may stay.
        ranges = np.column_stack([np.minimum(plausible[:, 0], at.min(0)), np.maximum(plausible[:, 1], at.max(0))])
        uniform = self.luck.library_generator(OPENED).random_sample(at.shape)
        numbers = opened(unbounded(at, ranges), self.c.opened, uniform)
        goals = targets()
        noise = self.luck.library_generator(PUBLISHED).standard_normal((self.c.rounds, len(at), len(goals)))
        instruments = [target.finding.instrument or "" for target in goals]
        for kind, draws in zip(REFIT_ROUNDS[: self.c.rounds], noise, strict=True):
            found = self.found(kind, self.worlds(start, within(numbers, ranges)), instruments, self.c.refit.size)
            numbers = moved(numbers, on_scales(goals, found), centres(goals), errors(goals), self.c.rounds, draws)
        return self.worlds(start, within(numbers, ranges))

    def worlds(self, start: Sequence[dict[str, float]], values: Numbers) -> list[Member]:
        """The worlds of the start with these numbers, shape (worlds, numbers), and what the theory sets."""
        return [
            {
                **world,
                **{name: float(f"{value:.{DIGITS}g}") for name, value in zip(self.names, row, strict=True)},
                **self.meant.parameters,
            }
            for world, row in zip(start, values.tolist(), strict=True)
        ]

    def studied(self, members: Sequence[Member], instruments: Sequence[str]) -> list[list[dict[str, float]]]:
        """What two larger studies, each under luck of its own, find in each member, under other conventions too."""
        names = [name for instrument in instruments for name in (instrument, *varied(instrument))]
        found = (self.found(kind, members, instruments, self.c.check.size, names) for kind in REFITTED)
        return [[dict(zip(names, row, strict=True)) for row in study.tolist()] for study in found]

    def found(
        self,
        kind: str,
        worlds: Sequence[Member],
        instruments: Sequence[str],
        size: Size,
        names: Sequence[str] | None = None,
    ) -> Numbers:
        """What instruments find in worlds, under other conventions too if `names` ask for it; shape (worlds, names)."""
        points, asked = [checked(world) for world in worlds], names or instruments

        def run(batch: slice, luck: int) -> Numbers:
            return found_in(points[batch], self.c.seed, luck, instruments, size, self.meant.replaced, names)

        return self.batches(kind, worlds, asked, run, lambda batch: sessions_of_studies(points[batch], size))

    def effects(self, members: Sequence[Member]) -> Numbers:
        """What tears do to leaving, and of noticed tears the shares that move and unsettle; shape (members, 3)."""

        def run(batch: slice, luck: int) -> Numbers:
            return effects_of_tears(members[batch], self.c.seed, luck, replaced=self.meant.replaced)

        return self.batches(
            REFITTED_EFFECTS, members, EFFECTS, run, lambda batch: SESSIONS_A_WORLD * len(members[batch])
        )

    def batches(
        self,
        kind: str,
        worlds: Sequence[Member],
        names: Sequence[str],
        run: Callable[[slice, int], Numbers],
        sessions: Callable[[slice], int],
    ) -> Numbers:
        """What `run` finds in worlds, batch by batch, on disk at once."""
        at = np.array([[world[name] for name in self.names] for world in worlds], float)
        self.sessions += sessions(slice(None))
        studies = Studies(f"{self.whose}, {kind}", self.parts, self.workers, self.report)
        return in_batches(studies, kind, self.names, at, names, run, sessions)
