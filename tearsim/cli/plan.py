"""`tearsim plan` and `tearsim new-study`. What they need is imported when they run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tearsim.cli.options import AsJson, GivenWorkers, NoReport, Silent, as_typed, print_json, whole_number_option
from tearsim.errors import GO_ON, TearSimError

if TYPE_CHECKING:
    from tearsim.show.terminal.whole_table import WholeTable
    from tearsim.study.planning.plan import PlannedStudy
    from tearsim.study.planning.study_file import StudyFile


def plan(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="A study file, or a name that tearsim studies lists; several, or a folder of them, are ranked."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for results; by default results/plans and a name.")] = None,
    therapists: Annotated[
        str | None, typer.Option(metavar="N,N,...", help="Numbers of therapists, instead of those in the file.")
    ] = None,
    worlds: Annotated[
        int | None, whole_number_option("number of worlds", 1, 10_000, "Worlds, instead of those in the file.")
    ] = None,
    data: Annotated[bool, typer.Option("--data", help="Also write simulated data sets (CSV, SPSS).")] = False,
    workers: GivenWorkers = None,
    quiet: Silent = False,
    as_json: AsJson = False,
    no_report: NoReport = False,
) -> None:
    """Plan a study: try it in worlds whose truth is known, and say what it would find, with how many people."""
    from tearsim.cli.compiling import compiling

    studies = [(file, _read(file, _numbers(therapists), worlds)) for file in _files_of(files)]
    folders = [_folder(out, file, len(studies)) for file, _ in studies]
    with compiling():
        plans = _planned([study for _, study in studies], folders, workers, quiet)
    if len(plans) > 1:
        told = _ranked(plans, Path("results/plans") if out is None else out, no_report)
    else:
        told = _of_one(plans[0], data, no_report)
    if as_json:
        print_json(told.for_programs)
    elif not quiet:
        _say(told)


class _Told(NamedTuple):
    """What is said of a plan, or of several that were ranked: for programs, and as a table, sentences and files."""

    for_programs: dict[str, object]
    table: "WholeTable"
    lines: list[str]
    files: list[Path]


def new_study(
    name: Annotated[str, typer.Argument(help="What to call it: NAME.toml is written to the current folder.")],
) -> None:
    """Write a study to plan: a file with comments that can be tried as it is and is meant to be changed."""
    from tearsim.safe_files import refusals_in_words
    from tearsim.study.planning.new_study import write_new_study

    with refusals_in_words(Path(f"{name}.toml")):
        file = write_new_study(name, Path())
    print(f"{file} is written. Change it, then try it: tearsim plan {file}")


def _files_of(given: list[Path]) -> list[Path]:
    """The study files meant, those of a folder in order of their names."""
    from tearsim.study.sweeps.included import study_files_of

    files = [file for one in given for file in study_files_of(one)]
    if len({file.stem for file in files}) < len(files):
        raise TearSimError("Two of these study files have the same name: their results would lie in one folder.")
    return files


def _numbers(words: str | None) -> list[int] | None:
    if words is None:
        return None
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        raise TearSimError(f'--therapists takes whole numbers, like 50,100,200; "{words}" is not that.') from None


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
    from tearsim.study.sweeps.threads import threads

    what = "pools of people" if len(studies) == 1 else f"pools of people, {len(studies)} studies"
    try:
        with counted_off(console(), quiet, what) as tell:
            asked = list(zip(studies, folders, strict=True))
            return plan_together(asked, threads(workers), lambda now: tell(now.done, now.pools))
    except KeyboardInterrupt as stopped:
        stopped.add_note(GO_ON)
        raise


def _of_one(found: "PlannedStudy", data: bool, no_report: bool) -> _Told:
    from tearsim.show.terminal.plans import curve_table
    from tearsim.show.words.plans import what_it_finds

    written: list[Path] = []
    if data:
        from tearsim.show.export.planned import write_data_sets

        written = write_data_sets(found)
    report = None
    if not no_report:
        from tearsim.show.report.planned import write_plan_report

        report = write_plan_report(found, as_typed(), written)
    told = found.as_dict() | ({"data": [str(file) for file in written]} if written else {})
    return _with_report(told, curve_table(found), what_it_finds(found), report, written)


def _ranked(plans: "list[PlannedStudy]", folder: Path, no_report: bool) -> _Told:
    from tearsim.show.terminal.plans import teaching_table
    from tearsim.show.words.plans import teaching_in_words
    from tearsim.study.planning.teaching import taught_as_dict, teaches

    taught = teaches(plans)
    report = None
    if not no_report:
        from tearsim.show.report.planned import write_teaching_report

        report = write_teaching_report(taught, folder, as_typed())
    told: dict[str, object] = {
        "studies": [taught_as_dict(one) for one in taught],
        "plans": [one.as_dict() for one in plans],
    }
    return _with_report(told, teaching_table(taught), teaching_in_words(taught), report, [])


def _with_report(
    told: dict[str, object], table: "WholeTable", lines: list[str], report: Path | None, written: list[Path]
) -> _Told:
    files = written if report is None else [report, *written]
    return _Told(told | {"report": None if report is None else str(report)}, table, lines, files)


def _say(told: _Told) -> None:
    from tearsim.show.terminal.console import console
    from tearsim.show.words.plans import INTERVALS

    say = console(sys.stdout).print
    say(told.table)
    for line in (*told.lines, INTERVALS, *map(str, told.files), "A model, never advice about a person."):
        say(line, markup=False, highlight=False)
