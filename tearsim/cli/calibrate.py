"""`tearsim calibrate`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import GivenWorkers, Silent
from tearsim.errors import GO_ON


def calibrate(
    file: Annotated[Path, typer.Argument(help="A calibration file: what is fitted, and how thoroughly.")],
    out: Annotated[Path, typer.Option(help="Folder for the results; the same command continues from there.")],
    workers: GivenWorkers = None,
    quiet: Silent = False,
) -> None:
    """Find the parameter sets that agree with the published findings; an hour or more."""
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.calibration import open_summary, progress_lines, summary
    from tearsim.show.terminal.console import console
    from tearsim.study.calibration.design import read_calibration
    from tearsim.study.calibration.open_design import is_open, read_open
    from tearsim.study.calibration.open_worlds import calibrate_open
    from tearsim.study.calibration.run import calibrate as run_calibration
    from tearsim.study.sweeps.threads import threads

    number, lines = threads(workers), progress_lines(console(), quiet)
    try:
        with compiling():
            if is_open(file):
                said = open_summary(calibrate_open(read_open(file), out, number, lines))
            else:
                said = summary(run_calibration(read_calibration(file), out, number, lines))
    except KeyboardInterrupt as stopped:
        stopped.add_note(GO_ON)
        raise
    if not quiet:
        console(sys.stdout).print(said)
