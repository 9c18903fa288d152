"""The command line. What each command needs is imported when it runs, so that `tearsim --help` answers at once."""

import json
import math
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from tearsim.errors import TearSimError
from tearsim.report_command import report, report_at_the_end
from tearsim.show.given import settings_given
from tearsim.story_command import story

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
    help="Agent-based simulation of therapeutic relationships in which a therapist's eyes sometimes fill. "
    "A model to think with, never advice about a person.",
)  # fmt: skip

INTERRUPTED = 130
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report.html.")]


@app.command()
def sweep(
    experiment: Annotated[Path, typer.Argument(help="An experiment file, or a folder with an experiment.toml.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the results; by default results/NAME.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a processor.")] = None,
    replicates: Annotated[int | None, typer.Option(min=1, help="Instead of the number in the file.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the seed in the file.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Run on the Dask cluster at this address, tcp://HOST:PORT.")
    ] = None,
    shard: Annotated[str, typer.Option(metavar="K/N", help="Run the K-th of N shares, to be merged.")] = "1/1",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and run nothing.")] = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON instead of tables.")] = False,
    no_report: NoReport = False,
) -> None:
    """Run an experiment: every design point, in every replicate, under the same luck."""
    from tearsim.show.console import compiling, console
    from tearsim.show.progress import progress
    from tearsim.study import runner
    from tearsim.study.experiment import read_experiment
    from tearsim.study.folder import GO_ON
    from tearsim.study.plan import read_shard
    from tearsim.study.provenance import machine_fingerprint

    read, file = read_experiment(experiment)
    read_shard(shard)
    with compiling():
        machine_fingerprint()
    if dry_run:
        if scheduler is not None:
            raise TearSimError(
                "--dry-run measures this machine, which says nothing of a cluster: leave out --scheduler."
            )
        _say_what_it_takes(read.with_design(replicates, seed), workers, shard, as_json)
        return
    work = runner.Progress()

    def keep(now: runner.Progress) -> None:
        nonlocal work
        work = now
        tell(now)

    with progress(console(), quiet) as tell:
        try:
            results = runner.sweep(
                file, out, workers, replicates, seed, scheduler=scheduler, shard=shard, command=_command(),
                report=keep,
            )  # fmt: skip
        except KeyboardInterrupt:
            print(f"Stopped.{GO_ON}", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None
    _say_results(results, work, quiet, as_json, no_report)


def _command() -> str:
    """The command as it was typed."""
    return " ".join(["tearsim", *(_without_place(word) for word in sys.argv[1:])])


def _say_what_it_takes(experiment: Any, workers: int | None, shard: str, as_json: bool) -> None:
    from dataclasses import asdict

    from tearsim.show.answer import forecast_in_words
    from tearsim.study.forecast import forecast
    from tearsim.study.plan import read_shard
    from tearsim.study.runner import cores

    workers = workers or cores()
    took = forecast(experiment, workers, read_shard(shard))
    print(json.dumps(asdict(took) | {"workers": workers}, indent=2) if as_json else forecast_in_words(took, workers))


def _say_results(results: Any, work: Any, quiet: bool, as_json: bool, no_report: bool) -> None:
    """What a sweep, or a merge, ended in; and, unless told otherwise, its report."""
    from tearsim.show.answer import answer, failures_in_words, summary_of_work
    from tearsim.show.console import console

    say = console(sys.stdout).print
    failed = failures_in_words(results)
    if not quiet and not as_json:
        for part in answer(results, work):
            say(part, "", highlight=False, markup=False)
    written = None if no_report else report_at_the_end(results, bool(work.runs))
    if as_json:
        told = summary_of_work(results, work) | {"report": None if written is None else str(written)}
        print(json.dumps(told, indent=2))
    elif written is not None and not quiet:
        say(f"The report, to read and to print: {written}", highlight=False, markup=False)
    if failed:
        print(failed, file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def merge(
    shards: Annotated[list[Path], typer.Argument(help="The results folders of all shards, in any order.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the results; by default the shards' own name.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON instead of tables.")] = False,
    no_report: NoReport = False,
) -> None:
    """Put the shards of a sweep together, exactly as if it had been run in one."""
    from tearsim.study import runner
    from tearsim.study.merge import merge as merge_shards

    results = merge_shards(shards, out, _command())
    runs = results.provenance["runs"]
    _say_results(results, runner.Progress(runs, runs, runs), quiet, as_json, no_report)


app.command()(report)


@app.command()
def sensitivity(
    results: Annotated[Path, typer.Argument(help="The results folder of a sobol or a morris design.")],
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; again for more.")] = None,
    resamples: Annotated[
        int | None, typer.Option(min=20, max=100_000, help="Draws that intervals are made from.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which parameters an outcome depends on: sensitivity indices with intervals, and how much is luck."""
    from tearsim.show.console import console
    from tearsim.show.figures import save, sensitivity_bars
    from tearsim.show.sensitivity import sensitivity_table
    from tearsim.study import sensitivity as study
    from tearsim.worlds.outcomes import QUESTIONED

    number = study.RESAMPLES if resamples is None else resamples
    found = [one for name in outcome or QUESTIONED for one in study.sensitivity(results, name, number)]
    if as_json:
        print(json.dumps([one.as_dict() for one in found], indent=2))
        return
    say = console(sys.stdout).print
    for one in found:
        say(sensitivity_table(one), "", highlight=False)
    figure = results / "sensitivity.html"
    try:
        save(sensitivity_bars(found), figure)
    except OSError as refusal:
        print(f"tearsim: {results} takes no figure: {refusal.strerror or refusal}.", file=sys.stderr)
    else:
        say(f"The same as a figure: {figure}", highlight=False, markup=False)


@app.command()
def run(
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; again for more.")
    ] = None,
    weeks: Annotated[int | None, typer.Option(help="How long to watch; the same as --set weeks=N.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Where all luck comes from.")] = 1,
    replicate: Annotated[int, typer.Option(min=0, help="Other luck; with worlds=fitted, another fitted world.")] = 0,
    world: Annotated[str, typer.Option(help="ensemble (compiled) or mesa (agents): the same numbers.")] = "ensemble",
    log: Annotated[Path | None, typer.Option(help="Folder for sessions.parquet and episodes.parquet.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> None:
    """Run one practice and show its outcomes."""
    import time

    from tearsim.show.console import compiling, console
    from tearsim.worlds.simulate import simulate

    parameters = settings_given(set_ or [], weeks)
    if log is not None:
        _check_log_folder(log)
    started = time.perf_counter()
    with compiling() if world == "ensemble" else nullcontext():
        done = simulate(seed, world, log is not None, replicate, **parameters)  # type: ignore[arg-type]
    seconds = time.perf_counter() - started
    if log is not None:
        _write_log(done, log)
    if as_json:
        outcomes = {name: None if math.isnan(value) else value for name, value in done.outcomes.items()}
        answer = {
            "world": world, "seed": seed, "replicate": replicate, "parameters": done.parameters, "outcomes": outcomes,
            "seconds": seconds,
        }  # fmt: skip
        print(json.dumps(answer, indent=2))
        return
    from tearsim.show.tables import outcomes_table

    say = console(sys.stdout).print
    say(outcomes_table(done.outcomes))
    if log is not None:
        of_sessions, of_episodes = (log / name for name in LOGS)
        saved = f"The log: {of_sessions}, a row for each session, and {of_episodes}, a row for each episode."
        say(saved, highlight=False, markup=False, soft_wrap=True)


app.command()(story)


def _without_place(word: str) -> str:
    """A word of the command line without what could tell a person or a machine: an address, a folder's whole path."""
    option, equals, value = word.rpartition("=") if word.startswith("--") else ("", "", word)
    if "://" in value:
        value = "ADDRESS"
    elif Path(value).is_absolute():
        value = Path(value).name
    return f"{option}{equals}{value}"


LOGS = ("sessions.parquet", "episodes.parquet")


def _check_log_folder(folder: Path) -> None:
    """Refuse a folder that cannot take a log, or holds one already."""
    if folder.exists() and not folder.is_dir():
        raise TearSimError(f"{folder} is a file; a log needs a folder.")
    for name in LOGS:
        if (folder / name).exists():
            raise TearSimError(f"{folder} already holds {name}; choose another folder with --log.")


def _write_log(done: Any, folder: Path) -> None:
    from functools import partial

    from tearsim.study.files import write_safely

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in zip(LOGS, (done.sessions, done.episodes), strict=True):
            write_safely(folder / name, partial(table.to_parquet, index=False))
    except OSError as error:
        raise TearSimError(f"{folder} cannot be written to: {error.strerror or error}.") from None


@app.command()
def parameters(
    name: Annotated[str, typer.Argument(help="Only those with this in their name, told in full.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown tables.")] = False,
) -> None:
    """List every parameter with default, plausible range, unit and meaning; by name, also limits, status and source."""
    from dataclasses import asdict

    from tearsim.science.declaration import nearest
    from tearsim.science.parameters import PARAMETERS

    if as_json and markdown:
        raise TearSimError("--json and --markdown exclude each other.")
    chosen = {known: p for known, p in PARAMETERS.items() if name in known}
    if not chosen:
        raise TearSimError(f'No parameter has "{name}" in its name.{nearest(name, PARAMETERS)}')
    if as_json:
        print(json.dumps([asdict(p) | {"kind": p.kind} for p in chosen.values()], indent=2))
        return
    from tearsim.show.console import console
    from tearsim.show.tables import parameters_in_full, parameters_markdown, parameters_table

    if markdown:
        print(parameters_markdown(chosen), end="")
    elif name:
        console(sys.stdout).print(parameters_in_full(chosen))
    else:
        console(sys.stdout).print(parameters_table(chosen))


@app.command()
def view(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to serve the page; by default 8765 or the next.")
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Watch a practice in the browser: change what matters, see what tears do (needs the extra "view")."""
    from tearsim.show.serve import serve

    serve(port, not no_open)


@app.command()
def check(
    role: Annotated[
        str | None, typer.Option(help="Only findings that may be fitted to (cal), or that never are (val).")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; again for more.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Where all luck comes from.")] = 1,
    replicates: Annotated[int | None, typer.Option(min=2, help="Clinics and surveys; by default 8.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a processor.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Also draw a forest plot into this HTML file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Hold the model against the published findings, measured as the studies measured."""
    from tearsim.show.console import compiling, console
    from tearsim.study import check as checking
    from tearsim.study.runner import cores

    if picture is not None and not picture.parent.is_dir():
        raise TearSimError(f"{picture.parent}: there is no such folder.")
    workers = workers or cores()
    with compiling(), console().status("Measuring clinics and surveys."):
        given = settings_given(set_ or [])
        judged = checking.check(given, role, seed, replicates or checking.REPLICATES, workers)  # type: ignore[arg-type]
    from tearsim.show import evidence

    if picture is not None:
        from tearsim.show.figures import forest_plot, save

        save(forest_plot(judged), picture)
    if as_json:
        print(json.dumps({"findings": [one.as_json() for one in judged]}, indent=2))
        return
    say = console(sys.stdout).print
    say(evidence.findings_table(judged))
    say(evidence.verdict_in_words(judged))
    say("In brackets: published intervals, and 95 % intervals over replicates. A model, never advice about a person.")


@app.command()
def calibrate(
    file: Annotated[Path, typer.Argument(help="A calibration file: what is fitted, and how hard it is tried.")],
    out: Annotated[Path, typer.Option(help="Folder for what comes out; the same command goes on from there.")],
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a processor.")] = None,
    quiet: Quiet = False,
) -> None:
    """Find the parameter sets that agree with the published findings; an hour or more."""
    from tearsim.show.calibration import progress_lines, summary
    from tearsim.show.console import compiling, console
    from tearsim.study.calibration.design import read_calibration
    from tearsim.study.calibration.run import calibrate as run_calibration
    from tearsim.study.runner import cores

    calibration = read_calibration(file)
    try:
        with compiling():
            done = run_calibration(calibration, out, workers or cores(), progress_lines(console(), quiet))
    except KeyboardInterrupt:
        print("Stopped. What is simulated is kept: the same command goes on from here.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    if not quiet:
        console(sys.stdout).print(summary(done))


@app.command()
def bench(
    of_sweep: Annotated[
        bool, typer.Option("--sweep", help="A sweep of a minute instead, on one worker and on two.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure what a session costs: plain Mesa, the Mesa world, and the ensemble, in turn in one process."""
    from tearsim.study.benchmark import benchmark
    from tearsim.study.benchmark_sweep import benchmark_sweep

    figures = benchmark_sweep() if of_sweep else benchmark()
    if as_json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:28} {value:,.{3 if value < 10 else 1}f}")


def main() -> None:
    """Run the command line; a mistake in what was asked for is one line and exit code 2."""
    try:
        app()
    except TearSimError as mistake:
        print(f"tearsim: {mistake}", file=sys.stderr)
        sys.exit(mistake.exit_code)
    except OSError as refusal:  # the operating system's word on a file or folder
        where = f"{refusal.filename}: " if refusal.filename else ""
        print(f"tearsim: {where}{refusal.strerror or refusal}.", file=sys.stderr)
        sys.exit(2)
