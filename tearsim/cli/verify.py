"""`tearsim verify`. What it needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import AsJson, print_json, whole_number_option
from tearsim.errors import TearSimError


def verify(
    results: Annotated[Path, typer.Argument(help="A results folder: finished, unfinished, or a shard.")],
    rerun: Annotated[
        int,
        whole_number_option(
            "number of runs to run again", 0, 100_000, "Rerun this many runs and compare every bit.", metavar="N"
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Say what a results folder is worth: whether it is whole and unchanged, and whether its runs can be repeated."""
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.verified import verified_in_words
    from tearsim.study.sweeps.verify import verify as looked_through

    with compiling():
        found = looked_through(results, rerun=rerun)
    if as_json:
        print_json(found.as_dict())
    else:
        print("\n".join(verified_in_words(found)))
    if not found.good:
        more = len(found.problems) - 1
        raise TearSimError(found.problems[0] + (f" And {more} more; --json lists them all." if more else ""))
