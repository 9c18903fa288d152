"""The command line: one module a command. What each needs is imported when it runs: `--help` answers at once."""

import sys

import typer

from tearsim.cli.bench import bench
from tearsim.cli.calibrate import calibrate
from tearsim.cli.check import check
from tearsim.cli.ending import PIPE_CLOSED, Ended, OutputLostError, signals_heard, streams_that_end_well
from tearsim.cli.export import export
from tearsim.cli.merge import merge
from tearsim.cli.parameters import parameters
from tearsim.cli.report import report
from tearsim.cli.run import run
from tearsim.cli.sensitivity import sensitivity
from tearsim.cli.story import story
from tearsim.cli.sweep import sweep
from tearsim.cli.verify import verify
from tearsim.cli.view import view
from tearsim.docstrings import docstring
from tearsim.errors import TearSimError

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
    help="Agent-based simulation of therapeutic relationships in which a therapist's eyes sometimes fill. "
    "A model to think with, never advice about a person.",
)  # fmt: skip
COMMANDS = (
    sweep, merge, report, export, sensitivity, verify, run, story, parameters, view, check, calibrate, bench,
)  # fmt: skip
for command in COMMANDS:
    app.command(help=docstring(command))(command)


def main() -> None:
    """Run the command line; a mistake in what was asked for is one line and exit code 2."""
    try:
        with streams_that_end_well(), signals_heard():
            _run()
    except OutputLostError as lost:  # whoever closed a pipe has read enough, and needs no word of it
        if not lost.closed:
            print(f"tearsim: {lost}.", file=sys.stderr)
        sys.exit(PIPE_CLOSED if lost.closed else 1)


def _run() -> None:
    try:
        app()
    except Ended as stop:
        print(f"Stopped.{stop.kept}", file=sys.stderr)
        sys.exit(stop.exit_code)
    except TearSimError as mistake:
        print(f"tearsim: {mistake}", file=sys.stderr)
        sys.exit(mistake.exit_code)
    except OSError as refusal:  # the operating system's word on a file or folder
        where = f"{refusal.filename}: " if refusal.filename else ""
        print(f"tearsim: {where}{refusal.strerror or refusal}.", file=sys.stderr)
        sys.exit(2)
