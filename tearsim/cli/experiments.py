"""`tearsim experiments`, `tearsim studies` and `tearsim new`. What they need is imported when they run."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import AsJson, print_json

if TYPE_CHECKING:
    from tearsim.study.sweeps.included import Included


def experiments(as_json: AsJson = False) -> None:
    """List the experiments that come with TearSim, each with its question; tearsim sweep NAME runs one."""
    from tearsim.study.sweeps.included import included

    _list("tearsim sweep NAME runs one; results go to results/NAME", included(), as_json)


def studies(as_json: AsJson = False) -> None:
    """List the studies that come with TearSim, each with its question; tearsim plan NAME tries one."""
    from tearsim.study.sweeps.included import included_studies

    title = "tearsim plan NAME tries one, tearsim plan studies all of them; results go to results/plans"
    _list(title, included_studies(), as_json)


def _list(title: str, found: "Mapping[str, Included]", as_json: bool) -> None:
    import sys

    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.run_and_parameters import included_table

    if as_json:
        print_json([{"name": one.name, "title": one.title, "question": one.question} for one in found.values()])
    else:
        console(sys.stdout).print(included_table(title, found.values()))


def new(
    name: Annotated[str, typer.Argument(help="What to call it: NAME.toml is written to the current folder.")],
) -> None:
    """Write an experiment to start from: a file with comments that runs as it is and is meant to be changed."""
    from tearsim.safe_files import refusals_in_words
    from tearsim.study.sweeps.included import write_new

    with refusals_in_words(Path(f"{name}.toml")):
        file = write_new(name, Path())
    print(f"{file} is written. Change it, then run it: tearsim sweep {file}")
