"""The command line: one module a command. What each needs is imported when it runs: `--help` answers at once."""

import sys
from typing import Annotated

import typer

from tearsim.cli.bench import bench
from tearsim.cli.calibrate import calibrate
from tearsim.cli.check import check
from tearsim.cli.claims import claims
from tearsim.cli.effects import effects
from tearsim.cli.ending import leave, run_to_the_end
from tearsim.cli.experiments import experiments, new, studies
from tearsim.cli.export import export
from tearsim.cli.merge import merge
from tearsim.cli.parameters import parameters
from tearsim.cli.plan import new_study, plan
from tearsim.cli.replay import replay
from tearsim.cli.report import report
from tearsim.cli.run import run
from tearsim.cli.sensitivity import sensitivity
from tearsim.cli.story import story
from tearsim.cli.sweep import sweep
from tearsim.cli.theories import theories
from tearsim.cli.verify import verify
from tearsim.cli.view import view
from tearsim.science.declaration import docstring

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Agent-based simulation of therapeutic relationships in which a therapist's eyes sometimes fill. "
    "A model to think with, never advice about a person.",
)
COMMANDS = (
    sweep, experiments, new, merge, report, export, sensitivity, verify, run, story, replay, effects, parameters,
    theories, view, check, claims, calibrate, bench, plan, studies, new_study,
)  # fmt: skip


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"TearSim {version('tearsim')}")
        raise typer.Exit


@app.callback()
def _all(
    version: Annotated[
        bool,
        typer.Option("--version", metavar="", callback=_say_version, is_eager=True, help="Say which version this is."),
    ] = False,
) -> None:
    """What comes before any command."""


for command in COMMANDS:
    app.command(help=docstring(command))(command)


def main() -> None:
    """Run the command line and leave with its exit code (see `ending`)."""
    leave(run_to_the_end(_run))


def _run() -> None:
    command = typer.main.get_command(app)
    with command.make_context("tearsim", sys.argv[1:]) as context:
        command.invoke(context)
