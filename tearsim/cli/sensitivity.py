"""`tearsim sensitivity`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import print_json


def sensitivity(
    results: Annotated[Path, typer.Argument(help="The results folder of a sobol or a morris design.")],
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; again for more.")] = None,
    resamples: Annotated[
        int | None, typer.Option(min=20, max=100_000, help="Draws that intervals are made from.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which parameters an outcome depends on: sensitivity indices with intervals, and how much is luck."""
    from tearsim.show.console import console
    from tearsim.show.figures import save, sensitivity_bars
    from tearsim.show.sensitivity import sensitivity_table
    from tearsim.study import sensitivity as study
    from tearsim.worlds.outcomes import QUESTIONED

    number = study.RESAMPLES if resamples is None else resamples
    found = [one for name in outcome or QUESTIONED for one in study.sensitivity(results, name, number)]
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    figure, refused = results / "sensitivity.html", None
    try:
        save(sensitivity_bars(found), figure)
    except OSError as refusal:
        refused = f"tearsim: {results} takes no figure: {refusal.strerror or refusal}."
    say = console(sys.stdout).print
    for one in found:
        say(sensitivity_table(one), "", highlight=False)
    if refused is None:
        say(f"The same as a figure: {figure}", highlight=False, markup=False)
    else:
        print(refused, file=sys.stderr)
