"""`tearsim sweep`, and how a sweep, or a merge, ends. What it needs is imported when it runs."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from tearsim.arguments import MOST_REPEATED
from tearsim.cli.options import GivenTheory, GivenWorkers, NoReport, Silent, as_typed, print_json, whole_number_option
from tearsim.cli.report import report_at_the_end
from tearsim.errors import GO_ON, TearSimError
from tearsim.science.luck import MOST_SEED

if TYPE_CHECKING:
    from tearsim.study.sweeps.experiment import Experiment
    from tearsim.study.sweeps.precision import HowToSweep, Precision
    from tearsim.study.sweeps.results import Results
    from tearsim.study.sweeps.runner import Progress, Report

_Done = TypeVar("_Done")

WantedPrecision = Annotated[
    list[str] | None,
    typer.Option(
        metavar="OUTCOME=HALF_WIDTH",
        help="Add replicates until this outcome's 95 % interval reaches no further than that to either side at any "
        "design point; may be repeated for other outcomes.",
    ),
]
GivenExperiment = Annotated[
    Path,
    typer.Argument(
        help="An experiment file, a folder with an experiment.toml, or a name that tearsim experiments lists."
    ),
]


def sweep(
    experiment: GivenExperiment,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; by default results/NAME.")] = None,
    workers: GivenWorkers = None,
    replicates: Annotated[
        int | None, whole_number_option("number of replicates", 1, MOST_REPEATED, "Instead of the number in the file.")
    ] = None,
    seed: Annotated[int | None, whole_number_option("seed", 0, MOST_SEED, "Instead of the seed in the file.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Run on the Dask cluster at this address, tcp://HOST:PORT.")
    ] = None,
    shard: Annotated[str, typer.Option(metavar="K/N", help="Run only the K-th of N shares, to be merged.")] = "1/1",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and run nothing.")] = False,
    precision: WantedPrecision = None,
    most_replicates: Annotated[
        int | None,
        whole_number_option(
            "largest number of replicates",
            2,
            MOST_REPEATED,
            "With --precision: stop at this number in any case; by default 1,000.",
        ),
    ] = None,
    theory: GivenTheory = None,
    quiet: Silent = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON instead of tables.")] = False,
    no_report: NoReport = False,
) -> None:
    """Run an experiment: every design point, in every replicate, under the same luck."""
    from tearsim.cli.compiling import compiling
    from tearsim.study.sweeps import runner
    from tearsim.study.sweeps.chunks import read_shard
    from tearsim.study.sweeps.given import read_given
    from tearsim.study.sweeps.precision import MOST_REPLICATES, sweep_until_precise
    from tearsim.study.sweeps.provenance import machine_fingerprint

    given = read_given(experiment)
    if theory is not None:
        given = given.with_rules(theory, None)
    read_shard(shard)
    wanted = _wanted(precision, most_replicates, shard, dry_run)
    with compiling():
        machine_fingerprint()
    if dry_run:
        if scheduler is not None:
            raise TearSimError(
                "--dry-run measures this machine, which says nothing of a cluster: leave out --scheduler."
            )
        _say_what_it_takes(given.experiment.with_design(replicates, seed), workers, shard, as_json)
        return
    how: HowToSweep = {"workers": workers, "seed": seed, "scheduler": scheduler, "command": as_typed()}
    if wanted:
        most = MOST_REPLICATES if most_replicates is None else most_replicates
        ended = _reported(
            lambda report: sweep_until_precise(
                given, wanted, out=out, most_replicates=most, replicates=replicates, report=report, **how
            ),
            quiet,
        )
    else:
        ended = _reported(
            lambda report: (
                runner.sweep(given, out=out, replicates=replicates, shard=shard, report=report, **how),
                [],
            ),
            quiet,
        )
    (results, found), work = ended
    say_results(results, work, quiet, as_json, no_report, found)


def _reported(work: "Callable[[Report], _Done]", quiet: bool) -> "tuple[_Done, Progress]":
    """Do some work that reports how far it is; what it gives, and the last that it reported."""
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.progress import progress
    from tearsim.study.sweeps import runner

    last = runner.Progress()

    with progress(console(), quiet) as tell:

        def keep(now: runner.Progress) -> None:
            nonlocal last
            last = now
            tell(now)

        try:
            done = work(keep)
        except KeyboardInterrupt as stopped:
            stopped.add_note(GO_ON)
            raise
    return done, last


def _wanted(given: list[str] | None, most_replicates: int | None, shard: str, dry_run: bool) -> dict[str, float]:
    """The outcomes, and the half-widths asked for, from OUTCOME=HALF_WIDTH words."""
    from tearsim.study.sweeps.precision import check_wanted

    wanted: dict[str, float] = {}
    for word in given or []:
        outcome, _, width = word.partition("=")
        try:
            half_width = float(width)
        except ValueError:
            raise TearSimError(
                f'--precision takes OUTCOME=HALF_WIDTH, like dropout_rate=0.005; "{word}" is not.'
            ) from None
        if outcome in wanted:
            raise TearSimError(f"--precision {outcome} is given twice.")
        check_wanted(outcome, half_width)
        wanted[outcome] = half_width
    if most_replicates is not None and not wanted:
        raise TearSimError("--most-replicates ends what --precision began: give that too.")
    if wanted and shard != "1/1":
        raise TearSimError("--precision looks at every design point, --shard runs a share of them: use one of the two.")
    if wanted and dry_run:
        raise TearSimError("How many replicates --precision takes is known only on the way: leave out --dry-run.")
    return wanted


def _say_what_it_takes(experiment: "Experiment", workers: int | None, shard: str, as_json: bool) -> None:
    from dataclasses import asdict

    from tearsim.show.terminal.sweep_tables import forecast_in_words
    from tearsim.study.sweeps.chunks import read_shard
    from tearsim.study.sweeps.forecast import forecast
    from tearsim.study.sweeps.threads import threads

    workers = threads(workers)
    took = forecast(experiment, workers, read_shard(shard))
    if as_json:
        print_json(asdict(took) | {"workers": workers})
    else:
        print(forecast_in_words(took, workers))


def say_results(
    results: "Results",
    work: "Progress",
    quiet: bool,
    as_json: bool,
    no_report: bool,
    found: "Sequence[Precision]" = (),
) -> None:
    """What a sweep, or a merge, ended in, how precise it is if asked, and, unless told otherwise, its report."""
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.for_programs import answer_for_programs
    from tearsim.show.terminal.precision import precision_in_words
    from tearsim.show.terminal.sweep_tables import failures_in_words, summary_of_work, told_at_the_end
    from tearsim.study.answers.answer import Answer

    say = console(sys.stdout).print
    failed, answer = failures_in_words(results), Answer(results)
    # All that is written is written before anything is said: whoever listens may leave at any word.
    written = None if no_report else report_at_the_end(answer, bool(work.runs))
    if as_json:
        told = summary_of_work(results, work) | {"report": None if written is None else str(written)}
        told |= {} if results.is_shard else answer_for_programs(answer)
        told |= {"precision": [one.as_dict() for one in found]} if found else {}
        print_json(told)
    elif not quiet:
        for part in (*told_at_the_end(answer, work), *map(precision_in_words, found)):
            say(part, "", highlight=False, markup=False)
        if written is not None:
            say(f"The report, to read and to print: {written}", highlight=False, markup=False)
    if no_report and work.runs and (results.folder / "report.html").exists():
        print(
            f"tearsim: the report there is of earlier results; anew: tearsim report {results.folder}", file=sys.stderr
        )
    if failed:
        print(failed, file=sys.stderr)
        raise typer.Exit(1)
