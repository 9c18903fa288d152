"""How sensitivity indices settle as samples grow: what the first blocks of a design would have said, up to all of them.

The first points of a scrambled Sobol' sequence are a sample of their own, best where their number is a power of two,
and so are the first of Morris's trajectories. So a design holds smaller ones, and needs no other run to tell how sure
it is.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tearsim.errors import TearSimError
from tearsim.science.declaration import whole_number
from tearsim.study.answers.sensitivity import (
    RESAMPLES,
    RESAMPLES_ALLOWED,
    SMALLEST_SPREAD,
    TOO_FEW,
    Index,
    Sensitivity,
    indices_of,
    measured_parts,
)
from tearsim.study.answers.sensitivity_estimators import RANKS_BY
from tearsim.study.sweeps.results import Results

# Fewer blocks say nothing.
FEWEST_BLOCKS = 16


class Step(NamedTuple):
    """What the first `blocks` blocks of the design would have said."""

    blocks: int
    found: Sensitivity


class Move(NamedTuple):
    """An index that the last doubling moved by more than half its interval: what it was, and what it is."""

    before: Index
    after: Index


@dataclass(frozen=True)
class Convergence:
    """How the indices of an outcome settle as the sample doubles, up to the whole design."""

    steps: list[Step]

    @property
    def last(self) -> Sensitivity:
        """What the whole design says."""
        return self.steps[-1].found

    @property
    def compared(self) -> int:
        """How many indices the last doubling could have moved."""
        return len(self._pairs())

    @property
    def moved(self) -> list[Move]:
        """Indices that the last doubling moved by more than half their interval, the furthest first."""
        moves = [Move(*pair) for pair in self._pairs() if _distance(*pair) > _within_chance(pair[1], self.last.indices)]
        return sorted(moves, key=lambda move: -_distance(*move))

    def _pairs(self) -> list[tuple[Index, Index]]:
        if len(self.steps) < 2:
            return []
        before, after = ({_key(one): one for one in step.found.indices} for step in self.steps[-2:])
        pairs = [(before[key], one) for key, one in after.items() if key in before]
        return [pair for pair in pairs if all(one.value == one.value for one in pair)]

    def as_dict(self) -> dict[str, object]:
        """The same for programs."""
        last = self.last
        return {
            "outcome": last.outcome,
            "of": last.of,
            "design": last.design,
            "groups": last.groups,
            "compared": self.compared,
            "moved": [{**move.after.as_dict(), "before": move.before.value} for move in self.moved],
            "steps": [
                {"blocks": blocks, "used": found.blocks, "indices": [one.as_dict() for one in found.indices]}
                for blocks, found in self.steps
            ],
        }


def _key(index: Index) -> tuple[str, str, str]:
    return index.parameter, index.other, index.measure


def _distance(before: Index, after: Index) -> float:
    return abs(after.value - before.value)


def _within_chance(index: Index, all_of_them: list[Index]) -> float:
    """How far an index may move: half its interval, and what is nothing beside the largest of its measure."""
    largest = max(abs(one.value) for one in all_of_them if one.measure == index.measure)
    return max((index.high - index.low) / 2.0, SMALLEST_SPREAD * largest)


def convergence(results: Results | str | Path, outcome: str, *, resamples: int = RESAMPLES) -> list[Convergence]:
    """How the indices of an outcome settle as a design grows, at each combination of crossed values.

    Sizes are those at which the whole design is halved again and again. Where so few blocks have the outcome that they
    have no indices, a size is left out.

    Args:
        results: A results folder of a sobol or a morris design, or results that are open.
        outcome: An outcome by name (`tearsim.OUTCOMES`).
        resamples: How many resamples intervals are made from.

    Returns:
        One for each combination of crossed values, and one for shown minus held back tears, if the design has both.

    Raises:
        TearSimError: As `sensitivity` does, whose indices stand last.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 6, "therapists": 2},
    ...          "design": {"kind": "morris", "samples": 16, "replicates": 3, "vary": ["client_empathy", "progress"]}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> [step.blocks for step in tearsim.convergence(results, "alliance_mean", resamples=20)[0].steps]
    [16]
    """
    whole_number("number of resamples", resamples, *RESAMPLES_ALLOWED)
    experiment, parts = measured_parts(results, outcome)
    together = experiment.drawn_together
    found = []
    for of, measured in parts.items():
        whole = indices_of(experiment, outcome, of, measured, resamples)
        steps = [Step(measured.shape[1] // together, whole)]
        for blocks in halvings(measured.shape[1] // together):
            try:
                smaller = indices_of(experiment, outcome, of, measured[:, : blocks * together], resamples)
            except TearSimError:
                continue
            if smaller.indices:
                steps.insert(0, Step(blocks, smaller))
        found.append(Convergence(steps))
    if not any(one.last.indices for one in found):
        raise TearSimError(TOO_FEW.format(outcome))
    return found


def halvings(blocks: int) -> list[int]:
    """Half as many blocks, and half of those, down to the fewest that say something."""
    sizes = []
    while (blocks := blocks // 2) >= FEWEST_BLOCKS:
        sizes.append(blocks)
    return sizes


def ranked(found: Convergence) -> list[str]:
    """What varies, by how much it matters in the whole design."""
    measure = RANKS_BY[found.last.design]
    indices = sorted((one for one in found.last.indices if one.measure == measure), key=lambda one: -one.value)
    return [one.parameter for one in indices]


def index_at(indices: list[Index], name: str, measure: str) -> Index | None:
    """One measure of one parameter, if it is there."""
    return next((one for one in indices if (one.parameter, one.measure, one.other) == (name, measure, "")), None)
