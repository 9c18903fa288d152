"""`tearsim theories`. What it needs is imported when it runs."""

import sys
from typing import Annotated

import typer

from tearsim.cli.options import print_json


def theories(
    name: Annotated[str, typer.Argument(help="Only those with this in their name or question.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the rival theories: the questions that the findings leave open, the answers, and their sources."""
    from tearsim.errors import TearSimError
    from tearsim.science.alternatives import THEORIES
    from tearsim.science.declaration import nearest

    chosen = [theory for theory in THEORIES.values() if name.lower() in f"{theory.name} {theory.question}".lower()]
    if not chosen:
        raise TearSimError(f'No theory has "{name}" in its name or question.{nearest(name, list(THEORIES))}')
    from tearsim.show.terminal.theories import as_plain, theories_table

    if as_json:
        print_json([as_plain(theory) for theory in chosen])
        return
    from tearsim.show.terminal.console import console

    console(sys.stdout).print(theories_table(chosen))
