"""`tearsim parameters`. What it needs is imported when it runs."""

import sys
from typing import Annotated

import typer

from tearsim.cli.options import AsJson, print_json
from tearsim.errors import TearSimError


def parameters(
    name: Annotated[str, typer.Argument(help="Only those with this in their name, in full.")] = "",
    as_json: AsJson = False,
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
        print_json([asdict(p) | {"kind": p.kind} for p in chosen.values()])
        return
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.run_and_parameters import parameters_in_full, parameters_markdown, parameters_table

    if markdown:
        print(parameters_markdown(chosen), end="")
    elif name:
        console(sys.stdout).print(parameters_in_full(chosen))
    else:
        console(sys.stdout).print(parameters_table(chosen))
