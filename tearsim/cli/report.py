"""`tearsim report`, and the report that a sweep or a merge ends in. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tearsim.study.answers.answer import Answer


def report(
    results: Annotated[Path, typer.Argument(help="The results folder of a finished sweep.")],
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a sweep's report: the answer in words, figures and tables, in one HTML file that needs no internet."""
    from tearsim.cli.compiling import compiling
    from tearsim.show.report.report import write_report
    from tearsim.study.answers.answer import Answer
    from tearsim.study.sweeps.folder import clear_away_left_overs
    from tearsim.study.sweeps.results import open_results

    with compiling():
        path = write_report(Answer(open_results(results)))
    clear_away_left_overs(results)
    print(path)
    if open_:
        import webbrowser

        webbrowser.open(path.resolve().as_uri())


def report_at_the_end(answer: "Answer", newly_run: bool) -> Path | None:
    """Write the report of what has just been run, or of what has none yet; None, and a line why, if that fails.

    Whatever goes wrong with a report, the results are there: it must not look as though the sweep had failed.
    """
    from tearsim.show.report.report import write_report
    from tearsim.study.sweeps.folder import REPORT_FILE

    results = answer.results
    path = results.folder / REPORT_FILE
    if results.is_shard or (path.exists() and not newly_run):
        return path if path.exists() else None
    try:
        return write_report(answer)
    except Exception as error:
        said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        again = f"To try again: tearsim report {results.folder}"
        print(f"tearsim: the results are there, but not their report: {said}. {again}", file=sys.stderr)
        return None
