"""`tearsim plan` and `tearsim new-study`. What they need is imported when they run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import NoReport, Quiet, as_typed, print_json
from tearsim.errors import TearSimError

if TYPE_CHECKING:
    from tearsim.study.planning.plan import PlannedStudy
    from tearsim.study.planning.study_file import StudyFile


def plan(
    files: Annotated[list[Path], typer.Argument(help="A study file; several, or a folder of them, are ranked.")],
    out: Annotated[Path | None, typer.Option(help="Folder for results; by default results/plans and a name.")] = None,
    therapists: Annotated[
        str | None, typer.Option(metavar="N,N,...", help="Numbers of therapists, instead of those in the file.")
    ] = None,
    worlds: Annotated[int | None, typer.Option(min=1, help="Worlds, instead of those in the file.")] = None,
    data: Annotated[bool, typer.Option("--data", help="Also write simulated data sets (CSV, SPSS).")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a processor.")] = None,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    no_report: NoReport = False,
) -> None:
    """Plan a study: try it in worlds whose truth is known, and say what it would find, with how many people."""
    from tearsim.cli.compiling import compiling

    studies = [(file, _read(file, _numbers(therapists), worlds)) for file in _files_in(files)]
    folders = [_folder(out, file, len(studies)) for file, _ in studies]
    with compiling():
        plans = _planned([study for _, study in studies], folders, workers, quiet)
    if len(plans) > 1:
        _rank(plans, Path("results/plans") if out is None else out, quiet, as_json, no_report)
        return
    _tell(plans[0], data, quiet, as_json, no_report)


def new_study(
    name: Annotated[str, typer.Argument(help="What to call it: NAME.toml is written to the current folder.")],
) -> None:
    """Write a study to plan: a file with comments that can be tried as it is and is meant to be changed."""
    from tearsim.safe_files import refusals_in_words
    from tearsim.study.planning.new_study import write_new_study

    with refusals_in_words(Path(f"{name}.toml")):
        file = write_new_study(name, Path())
    print(f"{file} is written. Change it, then try it: tearsim plan {file}")


def _files_in(given: list[Path]) -> list[Path]:
    """The study files meant, those of a folder in order of their names."""
    files = [file for one in given for file in (sorted(one.glob("*.toml")) if one.is_dir() else [one])]
    if not files:
        raise TearSimError(f"{given[0]}: holds no study files (*.toml).")
    names = [file.stem for file in files]
    if len(set(names)) < len(names):
        raise TearSimError("Two of these study files have the same name: their results would lie in one folder.")
    return files


def _numbers(words: str | None) -> list[int] | None:
    if words is None:
        return None
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        raise TearSimError(f'--therapists takes whole numbers, like 50,100,200; "{words}" are none.') from None


def _folder(out: Path | None, file: Path, studies: int) -> Path:
    if out is None:
        return Path("results") / "plans" / file.stem
    return out if studies == 1 else out / file.stem


def _read(file: Path, therapists: list[int] | None, worlds: int | None) -> "StudyFile":
    from tearsim.study.planning.study_file import read_study

    study = read_study(file)
    return study.with_numbers(therapists, worlds=worlds) if therapists or worlds else study


def _planned(studies: "list[StudyFile]", folders: list[Path], workers: int | None, quiet: bool) -> "list[PlannedStudy]":
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.progress import counted_off
    from tearsim.study.planning.plan import plan_together
    from tearsim.study.sweeps.runner import cores

    what = "pools of people" if len(studies) == 1 else f"pools of people, {len(studies)} studies"
    try:
        with counted_off(console(), quiet, what) as tell:
            asked = list(zip(studies, folders, strict=True))
            return plan_together(asked, workers or cores(), lambda now: tell(now.done, now.pools))
    except KeyboardInterrupt as stopped:
        stopped.add_note(" What is tried is kept: the same command goes on from here.")
        raise


def _tell(found: "PlannedStudy", data: bool, quiet: bool, as_json: bool, no_report: bool) -> None:
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.plans import curve_table
    from tearsim.show.words.plans import INTERVALS, what_it_finds

    written: list[Path] = []
    if data:
        from tearsim.show.export.planned import write_data_sets

        written = write_data_sets(found)
    report = None
    if not no_report:
        from tearsim.show.report.planned import write_plan_report

        report = write_plan_report(found, as_typed(), written)
    if as_json:
        told = found.as_dict() | {"report": None if report is None else str(report)}
        print_json(told | ({"data": [str(file) for file in written]} if written else {}))
        return
    if quiet:
        return
    say = console(sys.stdout).print
    say(curve_table(found))
    for line in (*what_it_finds(found), INTERVALS):
        say(line, markup=False, highlight=False)
    for file in (report, *written):
        if file is not None:
            say(str(file), markup=False, highlight=False)
    say("A model, never advice about a person.")


def _rank(plans: "list[PlannedStudy]", folder: Path, quiet: bool, as_json: bool, no_report: bool) -> None:
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.plans import teaching_table
    from tearsim.show.words.plans import INTERVALS, teaching_in_words
    from tearsim.study.planning.teaching import taught_as_dict, teaches

    taught = teaches(plans)
    report = None
    if not no_report:
        from tearsim.show.report.planned import write_teaching_report

        report = write_teaching_report(taught, folder, as_typed())
    if as_json:
        told = {"studies": [taught_as_dict(one) for one in taught], "plans": [one.as_dict() for one in plans]}
        print_json(told | {"report": None if report is None else str(report)})
        return
    if quiet:
        return
    say = console(sys.stdout).print
    say(teaching_table(taught))
    for line in (*teaching_in_words(taught), INTERVALS):
        say(line, markup=False, highlight=False)
    if report is not None:
        say(str(report), markup=False, highlight=False)
