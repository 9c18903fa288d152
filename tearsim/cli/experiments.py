"""`tearsim experiments` and `tearsim new`. What they need is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import print_json


def experiments(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the experiments that come with TearSim, each with its question; tearsim sweep NAME runs one."""
    import sys

    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.run_and_parameters import experiments_table
    from tearsim.study.sweeps.included import included

    found = included()
    if as_json:
        print_json([{"name": one.name, "title": one.title, "question": one.question} for one in found.values()])
    else:
        console(sys.stdout).print(experiments_table(found.values()))


def new(
    name: Annotated[str, typer.Argument(help="What to call it: NAME.toml is written to the current folder.")],
) -> None:
    """Write an experiment to start from: a file with comments that runs as it is and is meant to be changed."""
    from tearsim.safe_files import refusals_in_words
    from tearsim.study.sweeps.included import write_new

    with refusals_in_words(Path(f"{name}.toml")):
        file = write_new(name, Path())
    print(f"{file} is written. Change it, then run it: tearsim sweep {file}")
