"""`tearsim sensitivity`. What it needs is imported when it runs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import AsJson, print_json, whole_number_option

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from tearsim.show.terminal.whole_table import WholeTable


def sensitivity(
    results: Annotated[Path, typer.Argument(help="The results folder of a sobol or a morris design.")],
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; may be repeated.")] = None,
    resamples: Annotated[
        int | None, whole_number_option("number of resamples", 20, 100_000, "Resamples that intervals are made from.")
    ] = None,
    convergence: Annotated[
        bool, typer.Option("--convergence", help="Show instead how the indices settle as the sample grows.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which parameters an outcome depends on: sensitivity indices with intervals, and how much is luck."""
    from tearsim.study.answers.sensitivity import RESAMPLES
    from tearsim.worlds.outcomes import QUESTIONED

    tell = _how_they_settle if convergence else _what_matters
    tell(results, outcome or QUESTIONED, RESAMPLES if resamples is None else resamples, as_json)


def _what_matters(results: Path, outcomes: Sequence[str], resamples: int, as_json: bool) -> None:
    from tearsim.show.figures import sensitivity_bars
    from tearsim.show.terminal.sensitivity import pairs_table, sensitivity_table
    from tearsim.study.answers.sensitivity import sensitivity

    found = [one for name in outcomes for one in sensitivity(results, name, resamples=resamples)]
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    tables = []
    for one in found:
        paired = any(pair.value == pair.value for pair in one.pairs)
        tables += [sensitivity_table(one), *([pairs_table(one)] if paired else [])]
    _show(tables, sensitivity_bars(found), results / "sensitivity.html")


def _how_they_settle(results: Path, outcomes: Sequence[str], resamples: int, as_json: bool) -> None:
    from tearsim.show.figures import convergence_lines
    from tearsim.show.terminal.convergence import convergence_table
    from tearsim.study.answers.convergence import convergence

    found = [one for name in outcomes for one in convergence(results, name, resamples=resamples)]
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    _show([convergence_table(one) for one in found], convergence_lines(found), results / "convergence.html")


def _show(tables: Sequence["WholeTable"], figure: "go.Figure", file: Path) -> None:
    """Write the figure where the folder takes one, then print the tables: whoever reads them may leave at any line."""
    from tearsim.show.figures import save
    from tearsim.show.terminal.console import console

    refused = None
    try:
        save(figure, file)
    except OSError as refusal:
        refused = f"tearsim: the figure cannot be written to {file.parent}: {refusal.strerror or refusal}."
    say = console(sys.stdout).print
    for table in tables:
        say(table, "", highlight=False)
    if refused is None:
        say(f"The same as a figure: {file}", highlight=False, markup=False)
    else:
        print(refused, file=sys.stderr)
