"""Holding a world against the published findings: each measured in several replicates, each with a verdict."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from tearsim.arguments import MOST_REPEATED, MOST_WORKERS, all_of_kind, to_call
from tearsim.errors import TearSimError, echoed, quoted
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.leaving import LEAVING_TOLD
from tearsim.evidence.measuring import Size, measure, varied
from tearsim.evidence.patterns import BOUNDS, ROLES, Finding, Role, Verdict, findings
from tearsim.science.alternatives import with_theory
from tearsim.science.declaration import whole_number
from tearsim.science.fitted import DEFAULT, world_of
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import Replaced, Rule
from tearsim.science.settings import MOST_PLACES, all_given, checked
from tearsim.study.estimates import Estimate, estimate
from tearsim.study.sweeps.threads import in_order

REPLICATES = 8
UNBOUND = (-math.inf, math.inf)
LEAST_REPLICATES = 2  # fewer have no interval, and no sign could be judged
# What the studies imitated decide, and not the world: how large a clinic or a career is, and how long it is watched.
SET_BY_STUDIES = ("therapists", "caseload", "weeks", "arrivals")

JudgedVerdict = Literal["inside", "outside", "too close", "not judged"]


@dataclass(frozen=True)
class Judged:
    """A finding beside what the world made of it: mean over replicates with its 95 % interval, and the verdict.

    `otherwise` are the values under other conventions of the instrument, by convention and what it could as well be;
    `asked` is how many were asked in all replicates. Where replicates live in several worlds, the mean is one over
    worlds, and `worlds` tells of how many, and in what share of those that measured it the finding lies inside.
    """

    finding: Finding
    simulated: Estimate
    otherwise: Mapping[tuple[str, float], Estimate] = field(default_factory=dict)
    asked: int | None = None
    worlds: tuple[int, float] | None = None

    @property
    def verdict(self) -> JudgedVerdict:
        """Inside or outside, whatever the luck; "too close" where the interval holds an end of the range accepted.

        So it is where too few replicates measured it for an interval.
        """
        return "too close" if self.is_too_close else self.lies

    @property
    def is_too_close(self) -> bool:
        """Whether other replicates could turn what is said, as their interval holds an end of the range accepted."""
        mean, low, high, _ = self.simulated
        if self.lies == "not judged" or math.isnan(mean):
            return False
        beyond = BOUNDS.get(self.finding.measure, UNBOUND)  # where nothing can lie
        ends = [end for end in (self.finding.low, self.finding.high) if end not in beyond]
        return math.isnan(low) or math.isnan(high) or any(low <= end <= high for end in ends)

    @property
    def lies(self) -> Verdict:
        """Where it lies, luck or no luck, by the mean over replicates, and of a claimed sign by their whole interval.

        There is no saying on a finding that nothing was fitted to where it turns with a convention, or where too few
        were asked. What may be fitted to is fitted under its conventions: what those give is what is asked.
        """
        if self.undecided:
            return "not judged"
        if self.finding.measure == "sign" and self.finding.judged:
            ends = (self.finding.verdict(end) for end in (self.simulated.low, self.simulated.high))
            return "inside" if all(end == "inside" for end in ends) else "outside"
        return self.finding.verdict(self.simulated.mean)

    @property
    def turns(self) -> tuple[tuple[str, float], ...]:
        """The conventions, and what they could as well be, under which the mean would lie inside rather than outside.

        Or the reverse; or outside on the other side: then it would turn twice on the way.
        """
        if not self.finding.judged:
            return ()
        here, side = self.finding.verdict(self.simulated.mean), self._side(self.simulated.mean)
        return tuple(
            one
            for one, found in self.otherwise.items()
            if self.finding.verdict(found.mean) != here or self._side(found.mean) * side < 0
        )

    def would_be_inside(self, convention: tuple[str, float]) -> bool:
        """Whether its mean under another convention lies inside."""
        return self.finding.verdict(self.otherwise[convention].mean) == "inside"

    @property
    def undecided(self) -> str:
        """Why there is no verdict in this world on a finding that is otherwise judged, in words; empty if there is."""
        if not self.finding.judged:
            return ""
        if self.finding.least is not None and self.asked is not None and self.asked < self.finding.least:
            return f"{self.asked:,} were asked, and it takes {self.finding.least:,}"
        if self.finding.role == "val" and self.turns:
            name, value = self.turns[0]
            return f"the verdict turns with a convention: {name} = {value:g}"
        return ""

    def _side(self, value: float) -> int:
        """-1 below the range accepted, 1 above it, 0 in it or where nothing was measured."""
        if math.isnan(value) or self.finding.verdict(value) == "inside":
            return 0
        return -1 if value <= self.finding.low else 1

    def as_json(self) -> dict[str, object]:
        """The same in plain numbers; what is unknown or without an end is None."""
        published = self.finding.found if self.finding.found is not None else math.nan
        numbers = {
            "published": published,
            "low": self.finding.low,
            "high": self.finding.high,
            "simulated": self.simulated.mean,
            "simulated_low": self.simulated.low,
            "simulated_high": self.simulated.high,
        }
        return {
            "id": self.finding.id,
            "finding": self.finding.statement,
            "measure": self.finding.measure,
            "role": self.finding.role,
            **_plain(numbers),
            "why_this_range": self.finding.tolerance or None,
            "verdict": self.verdict,
            "sure": self.finding.sure,
            "not_judged": self.finding.not_judged or self.undecided or None,
            "worlds": None if self.worlds is None else {"number": self.worlds[0], "share_inside": self.worlds[1]},
            "otherwise": _plain({f"{name} = {to:g}": found.mean for (name, to), found in self.otherwise.items()}),
        }


class Checked(list[Judged]):
    """The findings of a check, and who leaves in the same records: an estimate for each of `LEAVING_TOLD`."""

    def __init__(self, judged: Iterable[Judged], leaving: Mapping[str, Estimate]) -> None:
        super().__init__(judged)
        self.leaving = dict(leaving)

    def leaving_as_json(self) -> dict[str, dict[str, float | None]]:
        """Who leaves in plain numbers; what is unknown is None."""
        return {
            name: _plain({"mean": found.mean, "low": found.low, "high": found.high})
            for name, found in self.leaving.items()
        }


def _plain(numbers: Mapping[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in numbers.items()}


def _inside_in(finding: Finding, found: pd.Series) -> tuple[int, float] | None:
    """In how many worlds a finding was measured, and in what share of them it lies inside."""
    return (len(found), sum(finding.verdict(one) == "inside" for one in found) / len(found)) if len(found) else None


def judged_findings(judged: Sequence[Judged]) -> list[Judged]:
    """The findings as `check` returns them. Raises TearSimError for anything else."""
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
) -> Checked:
    """Each published finding, or those of a role, beside its simulated value, measured as the study measured it.

    Args:
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
        role: "cal" for findings that may be fitted to, "val" for those that never are, "doubt" for contested ones;
            None for all.
        seed: Seed of all luck: the same seed gives the same numbers.
        replicates: How often it is measured, from 2: each is a clinic and a survey of their own.
        workers: Threads, from 1.
        size: How large clinics and surveys are; by default as large as the studies (`tearsim.Size`).
        report: Called with how many replicates are done, and how many there are.
        theory: A rival theory by name (`tearsim theories`), whose parameters those that are given override.
        rules: Functions in the place of rules, by the rules' names, as in `simulate`.
        **named: Parameters, one by one.

    Returns:
        The findings with their simulated values, each a mean over replicates with its 95 % interval (Student's t). It
        holds the luck of the simulation, and with fitted or open worlds what the evidence leaves open: then it is one
        over worlds, and `worlds` of each says in what share of them it lies inside. Its `leaving` tells who leaves in
        the same records.

    Raises:
        TearSimError: For an unknown role, theory or parameter, a value outside its limits, fewer than two replicates,
            and for the parameters that clinics and surveys set.

    >>> import tearsim
    >>> small = tearsim.Size(clinic_therapists=4, clinic_weeks=26, groups=2, group_therapists=4)
    >>> judged = tearsim.check(role="val", replicates=2, size=small)
    >>> {one.verdict for one in judged} <= {"inside", "outside", "too close", "not judged"}
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
) -> list[Checked]:
    """The same for several worlds under the same luck, which costs little more than one.

    `replaced` are functions in the place of rules, in every world.
    """
    if size is not None:
        _refuse_other_sizes(size)
    if role is not None and not (isinstance(role, str) and role in ROLES):
        raise TearSimError(f"The role is one of {', '.join(ROLES)}; {quoted(role)} is not.")
    whole_number("number of replicates", replicates, LEAST_REPLICATES, MOST_REPEATED)
    whole_number("number of workers", workers, 1, MOST_WORKERS)
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

    def one(replicate: int) -> list[dict[str, float]]:
        return measure(points, seed, replicate, instruments, size, replaced, beside=True)

    with in_order(one, range(replicates), workers) as found:
        for done, of_replicate in enumerate(found, 1):
            measured.append(of_replicate)
            if report is not None:
                report(done, replicates)
    asked = replicates * (size or Size()).surveyed
    return [
        judged_by(chosen, [replicate[i] for replicate in measured], asked, str(point["estimates"]))
        for i, point in enumerate(points)
    ]


def _refuse_other_sizes(size: object) -> None:
    """Raise TearSimError for what is no size, and for clinics and surveys larger than a practice may be."""
    if not (isinstance(size, Size) and all(isinstance(one, int) and one > 0 for one in size)):
        raise TearSimError(f"size is a tearsim.Size of whole numbers above 0; {echoed(size)} is not.")
    for what, number, most in (
        ("a clinic", size.clinic_therapists * size.clinic_caseload, MOST_PLACES),
        ("a survey", size.surveyed * size.survey_caseload, MOST_PLACES),
        ("clinic_weeks", size.clinic_weeks, int(PARAMETERS["weeks"].limits[1])),
    ):
        if number > most:
            places = " places" if most == MOST_PLACES else ""
            raise TearSimError(f"size: {what} goes up to {most}{places}; {echoed(number)} is outside.")


def judged_by(
    chosen: Sequence[Finding], measured: Sequence[Mapping[str, float]], asked: int, estimates: str = DEFAULT
) -> Checked:
    """Each finding beside its value in several replicates, in which `asked` therapists were asked in all.

    Replicates that live in the same world of `estimates` are averaged first.
    """
    world = [world_of(estimates, replicate) for replicate in range(len(measured))]
    several = estimates != DEFAULT
    table = pd.DataFrame(list(measured), dtype=float)
    table = table.groupby(world).mean() if several else table

    def told(name: str, bounds: tuple[float, float] = UNBOUND) -> Estimate:
        return estimate(table.get(name, pd.Series(dtype=float))).within(bounds)

    judged = []
    for finding in chosen:
        name, bounds = finding.instrument or "", BOUNDS.get(finding.measure, UNBOUND)
        others = varied(name) if name else {}
        surveyed = bool(name) and INSTRUMENTS[name].reads == "survey"
        judged.append(
            Judged(
                finding,
                told(name, bounds),
                {convention: told(other, bounds) for other, convention in others.items()},
                asked if surveyed else None,
                _inside_in(finding, table[name].dropna()) if several and finding.judged and name in table else None,
            )
        )
    return Checked(judged, {name: told(name) for name in LEAVING_TOLD if name in table})
