"""Holding a world against the published findings: each measured in several replicates, each with a verdict."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd

from tearsim.arguments import all_of_kind, to_call
from tearsim.errors import TearSimError, echoed, quoted
from tearsim.evidence.measuring import Size, measure
from tearsim.evidence.patterns import BOUNDS, ROLES, Finding, Role, Verdict, findings
from tearsim.science.alternatives import with_theory
from tearsim.science.declaration import whole_number
from tearsim.science.replacing import Replaced, Rule
from tearsim.science.settings import all_given, checked
from tearsim.study.estimates import Estimate, estimate

REPLICATES = 8
UNBOUND = (-math.inf, math.inf)
LEAST_REPLICATES = 2  # fewer have no interval, and no sign could be judged
# What the studies imitated decide, and not the world: how large a clinic or a career is, and how long it is watched.
SET_BY_STUDIES = ("therapists", "caseload", "weeks", "arrivals")


@dataclass(frozen=True)
class Judged:
    """A finding beside what the world made of it: mean over replicates with its 95 % interval, and the verdict."""

    finding: Finding
    simulated: Estimate

    @property
    def verdict(self) -> Verdict:
        """Whether the mean over replicates lies inside the published interval; of a sign, their whole interval."""
        if self.finding.measure == "sign" and self.finding.judged:
            ends = (self.finding.verdict(end) for end in (self.simulated.low, self.simulated.high))
            return "inside" if all(end == "inside" for end in ends) else "outside"
        return self.finding.verdict(self.simulated.mean)

    def as_json(self) -> dict[str, object]:
        """The same in plain numbers; what is unknown or without an end is None."""
        published = self.finding.value if self.finding.value is not None else math.nan
        numbers = {
            "published": published,
            "low": self.finding.low,
            "high": self.finding.high,
            "simulated": self.simulated.mean,
            "simulated_low": self.simulated.low,
            "simulated_high": self.simulated.high,
        }
        finite = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        return {"id": self.finding.id, "role": self.finding.role, **finite, "verdict": self.verdict}


def judged_findings(judged: Sequence[Judged]) -> list[Judged]:
    """What `check` returns, seen to be that. Raises TearSimError for anything else."""
    return all_of_kind("judged", judged, Judged, "what tearsim.check returns")


def check(
    parameters: str | Mapping[str, object] | None = None,
    *,
    role: Role | None = None,
    seed: int = 1,
    replicates: int = REPLICATES,
    workers: int = 2,
    size: Size | None = None,
    report: Callable[[int, int], None] | None = None,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
    **named: object,
) -> list[Judged]:
    """Each published finding, or those of a role, beside its simulated value, measured as the study measured it.

    Args:
        parameters: Parameters of the model by name, or the name of a set ("fitted"); defaults for the rest.
        role: "cal" for findings that may be fitted to, "val" for those that never are, "doubt" for contested ones;
            None for all.
        seed: Where all luck comes from.
        replicates: How often it is measured, from 2: each is a clinic and a survey of their own.
        workers: Threads, from 1.
        size: How large clinics and surveys are; by default as large as the studies (`tearsim.Size`).
        report: Hears how many replicates are done, and of how many.
        theory: A rival theory by name (`tearsim theories`), whose parameters those that are given override.
        rules: Functions in the place of rules, by the rules' names, as in `simulate`.
        **named: Parameters, one by one.

    Returns:
        The findings with their simulated values, each a mean over replicates with its 95 % interval (Student's t). It
        holds the luck of the simulation, and with fitted worlds what the evidence leaves open.

    Raises:
        TearSimError: For what is not allowed, and for the parameters that clinics and surveys set.

    >>> import tearsim
    >>> small = tearsim.Size(clinic_therapists=4, clinic_weeks=26, groups=2, group_therapists=4)
    >>> judged = tearsim.check(role="val", replicates=2, size=small)
    >>> {one.verdict for one in judged} <= {"inside", "outside", "not judged"}
    True
    """
    world, replaced = with_theory(theory, rules, all_given(parameters, named))
    return check_worlds([world], role, seed, replicates, workers, size, report, replaced)[0]


def check_worlds(
    worlds: Sequence[Mapping[str, object]],
    role: Role | None = None,
    seed: int = 1,
    replicates: int = REPLICATES,
    workers: int = 2,
    size: Size | None = None,
    report: Callable[[int, int], None] | None = None,
    replaced: Replaced = (),
) -> list[list[Judged]]:
    """The same for several worlds under the same luck, which costs little more than one.

    `replaced` are functions in the place of rules, in every world.
    """
    if size is not None and not (isinstance(size, Size) and all(isinstance(one, int) and one > 0 for one in size)):
        raise TearSimError(f"size is a tearsim.Size of whole numbers above 0; {echoed(size)} is not.")
    if role is not None and not (isinstance(role, str) and role in ROLES):
        raise TearSimError(f"The role is one of {', '.join(ROLES)}; {quoted(role)} is not.")
    whole_number("number of replicates", replicates, LEAST_REPLICATES)
    whole_number("number of workers", workers, 1)
    if report is not None:
        to_call("report", report)
    for name in SET_BY_STUDIES:
        if any(name in world for world in worlds):
            raise TearSimError(
                f"{name} cannot be set for a check: its clinics and surveys have sizes of their own, as studies had."
            )
    points = [checked(world) for world in worlds]
    chosen = findings(role)
    instruments = [finding.instrument for finding in chosen if finding.instrument]
    measured: list[list[dict[str, float]]] = []
    with ThreadPoolExecutor(workers) as executor:
        run = [
            executor.submit(measure, points, seed, replicate, instruments, size, replaced)
            for replicate in range(replicates)
        ]
        try:
            for done, future in enumerate(run, 1):
                measured.append(future.result())
                if report is not None:
                    report(done, replicates)
        finally:  # whoever stops waits for nothing that has not begun
            executor.shutdown(wait=False, cancel_futures=True)
    return [_judged(chosen, [replicate[i] for replicate in measured]) for i in range(len(points))]


def _judged(chosen: Sequence[Finding], measured: list[dict[str, float]]) -> list[Judged]:
    table = pd.DataFrame(measured, dtype=float)
    nothing = pd.Series(dtype=float)
    return [
        Judged(finding, estimate(table.get(finding.instrument, nothing)).within(BOUNDS.get(finding.measure, UNBOUND)))
        for finding in chosen
    ]
