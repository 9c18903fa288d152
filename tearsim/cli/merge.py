"""`tearsim merge`. What it needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import NoReport, Silent, as_typed
from tearsim.cli.sweep import say_results


def merge(
    shards: Annotated[list[Path], typer.Argument(help="The results folders of all shards, in any order.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the results; by default the shards' own name.")] = None,
    quiet: Silent = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON instead of tables.")] = False,
    no_report: NoReport = False,
) -> None:
    """Put the shards of a sweep together, exactly as if it had been run in one."""
    from tearsim.study.sweeps import runner
    from tearsim.study.sweeps.merge import merge as merge_shards

    results = merge_shards(shards, out=out, command=as_typed())
    runs = results.provenance["runs"]
    say_results(results, runner.Progress(runs, runs, runs), quiet, as_json, no_report)
