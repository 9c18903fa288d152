"""How many replicates are enough: a sweep that goes on until the intervals of its outcomes are narrow enough.

An interval over replicates shrinks as `t * s / sqrt(n)`. From the spread `s` seen so far follows how many replicates
would do; some are added, and it is looked at again. What is there already is kept: replicate r is the same whatever
their number.
"""

import math
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

import pandas as pd
from scipy.special import stdtrit

from tearsim.arguments import MOST_REPEATED, to_call
from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import whole_number
from tearsim.science.replacing import Rule
from tearsim.study.estimates import CONFIDENCE, POINT, luck_of, with_worlds
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.given import AsGiven, as_given
from tearsim.study.sweeps.provenance import PROVENANCE
from tearsim.study.sweeps.results import Results, open_results
from tearsim.study.sweeps.runner import Progress, Report, results_folder, say_nothing, sweep
from tearsim.worlds.outcomes import checked_outcome

# Fewer replicates tell too little of their own spread to say how many are needed.
FEWEST_REPLICATES = 10
# Unless told otherwise, no more than this.
MOST_REPLICATES = 1_000
# The most that their number grows by at once, as a factor: the spread it is computed from is itself a guess.
FASTEST_GROWTH = 4


class HowToSweep(TypedDict, total=False):
    """What else `sweep` is told: who works, from which seed, and by which rules."""

    workers: int | None
    seed: int | None
    executor: Executor | None
    scheduler: str | None
    command: str
    theory: str | None
    rules: Mapping[str, Rule] | None


@dataclass(frozen=True)
class Precision:
    """How narrow the intervals of one outcome are, and what it would take to have them as narrow as was asked for.

    `half_width` is of the widest 95 % interval over replicates among the design points that have one, and `point` is
    where it is; both are None where no point has the outcome in two replicates. `needed` is about how many replicates
    would do in all, `seconds` about how long the rest would take at the speed so far.
    """

    outcome: str
    wanted: float
    half_width: float | None
    point: int | None
    points: int
    points_without: int  # that have the outcome in fewer than two replicates, and so no interval
    replicates: int
    needed: int
    seconds: float

    @property
    def reached(self) -> bool:
        """Whether every interval there is is narrow enough."""
        return self.half_width is not None and self.half_width <= self.wanted

    def as_dict(self) -> dict[str, object]:
        """The same for programs."""
        return {**vars(self), "reached": self.reached}


def sweep_until_precise(
    experiment: str | Path | Mapping[str, object] | Experiment | AsGiven,
    wanted: Mapping[str, float],
    *,
    out: str | Path | None = None,
    most_replicates: int = MOST_REPLICATES,
    replicates: int | None = None,
    report: Report = say_nothing,
    **how: Unpack[HowToSweep],
) -> tuple[Results, list[Precision]]:
    """Run an experiment with as many replicates as it takes, and say how precise it has become.

    It begins with the experiment's own number of replicates, ten at least, or with those that its folder holds already.

    Stopping once an interval happens to be narrow makes intervals a little too narrow (Chow & Robbins 1965,
    doi:10.1214/aoms/1177700156). Begun with ten replicates, 95 % ones of a normal outcome held the truth in 94 to 95 of
    100 cases, of a very skewed one (exponential) in 86 where some forty replicates were enough, in 94 from 400 on.

    Args:
        experiment: As in `sweep`.
        wanted: How far the 95 % interval of an outcome, by name, may reach to either side at any design point, in the
            outcome's unit.
        out: As in `sweep`.
        most_replicates: It ends there whether or not that was enough.
        replicates: How many to begin with, instead of the number in the experiment.
        report: Called with a `Progress`: how far it has come.
        **how: As in `sweep`.

    Returns:
        The results, and of each wanted outcome how precise it is.

    Raises:
        TearSimError: As in `sweep`, and for an unknown outcome, a width that is not above 0, and fewer replicates than
            there are to begin with.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 10, "vary": {"tears": ["shown", "held back"]}}}
    >>> results, (alliance,) = tearsim.sweep_until_precise(small, {"alliance_mean": 0.02}, out=tempfile.mkdtemp())
    >>> alliance.reached, alliance.half_width < 0.02
    (True, True)
    """
    if not isinstance(wanted, Mapping):
        raise TearSimError(f"What is wanted is a width for each outcome, by name; {echoed(wanted)} is not.")
    if not wanted:
        raise TearSimError("What is wanted is a width for each outcome, by name; no outcome is named.")
    for outcome, width in wanted.items():
        check_wanted(outcome, width)
    whole_number("largest number of replicates", most_replicates, 2, MOST_REPEATED)
    if replicates is not None:
        whole_number("number of replicates", replicates, 1, MOST_REPEATED)
    to_call("report", report)
    given = as_given(experiment)
    folder = results_folder(given.source, out)
    number = max(FEWEST_REPLICATES, replicates or given.experiment.design.replicates, _held(folder))
    if most_replicates < number:
        raise TearSimError(f"There are {number:,} replicates to begin with, more than the {most_replicates:,} allowed.")
    before = Progress()
    while True:
        stage = _Stage(before, report)
        results = sweep(given, out=folder, replicates=number, report=stage, **how)
        found = list(precisions(results, wanted))
        more = min(most_replicates, FASTEST_GROWTH * number, max(one.needed for one in found))
        if more <= number:
            return results, found
        number, before = more, stage.so_far


class _Stage:
    """Reports one of several sweeps, with the work of those before."""

    def __init__(self, before: Progress, report: Report) -> None:
        self.before, self.report, self.so_far = before, report, before

    def __call__(self, now: Progress) -> None:
        b = self.before
        self.so_far = replace(
            now,
            kept=b.kept if b.done else now.kept,
            failed=b.failed + now.failed,
            sessions=b.sessions + now.sessions,
            seconds=b.seconds + now.seconds,
            cpu_seconds=b.cpu_seconds + now.cpu_seconds,
            simulation_seconds=b.simulation_seconds + now.simulation_seconds,
        )
        self.report(self.so_far)


def _held(folder: Path) -> int:
    """How many replicates a folder holds, or was to hold when it was interrupted."""
    return int(open_results(folder).provenance["replicates"]) if (folder / PROVENANCE).exists() else 0


def check_wanted(outcome: str, width: float) -> None:
    """Raise TearSimError for an unknown outcome and for a width that no interval can have."""
    checked_outcome(outcome)
    if not (isinstance(width, (int, float)) and math.isfinite(width) and width > 0):
        raise TearSimError(f"The half-width asked for {outcome} is a number above 0; {echoed(width)} is not.")


def precisions(results: Results, wanted: Mapping[str, float]) -> Iterator[Precision]:
    """How precise finished results are, for each outcome and the half-width asked for it."""
    experiment = results.experiment
    among = [name for name in ("estimates",) if name in experiment.varied]
    runs = with_worlds(results.table("runs", [POINT, "replicate", *among, *wanted]), experiment.parameters)
    replicates, points = results.provenance["replicates"], results.provenance["design_points"]
    worked = results.provenance["worked"]
    a_run = sum(work["seconds"] for work in worked) / max(1, sum(work["runs_done"] for work in worked))
    for outcome, width in wanted.items():
        independent = runs.groupby([POINT, luck_of(runs)[0]])[outcome].mean()
        spread = independent.groupby(level=POINT).agg(["std", "count"])
        spread = spread[spread["count"] > 1]
        halves = half_widths(spread["std"], spread["count"])
        needed = [
            math.ceil(replicates_needed(deviation, int(number), width) * replicates / number)
            for deviation, number in spread[halves > width].itertuples(index=False)
        ]
        in_all = max(needed, default=replicates)
        yield Precision(
            outcome,
            width,
            float(halves.max()) if len(halves) else None,
            int(halves.idxmax()) if len(halves) else None,
            points,
            points - len(spread),
            replicates,
            in_all,
            (in_all - replicates) * points * a_run,
        )


def half_widths(deviations: "pd.Series[float]", numbers: "pd.Series[int]") -> "pd.Series[float]":
    """How far 95 % intervals of means reach to either side: `t * s / sqrt(n)`, Student's t with n - 1."""
    return stdtrit(numbers - 1, 0.5 + CONFIDENCE / 2) * deviations / numbers**0.5


def replicates_needed(deviation: float, replicates: int, half_width: float) -> int:
    """The smallest number above `replicates` at which an interval would be narrow enough if the spread stayed.

    The smallest n with `t(n - 1) * s / sqrt(n) <= half_width`: t falls as n grows, so it is found by halving.
    """

    def is_narrow(number: int) -> bool:
        return float(stdtrit(number - 1, 0.5 + CONFIDENCE / 2)) * deviation <= half_width * math.sqrt(number)

    low, high = replicates, replicates + 1
    while not is_narrow(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_narrow(middle) else (middle, high)
    return high
