"""`tearsim export`. What it needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import print_json


def export(
    results: Annotated[Path, typer.Argument(help="The results folder of a finished sweep.")],
    to: Annotated[str, typer.Option(help="csv, xlsx (Excel), sav (SPSS, JASP, jamovi) or dta (Stata).")],
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table; may be repeated. By default all that are kept.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the files; by default export, in the results.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Overwrite files that are there already.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the names of the files as JSON.")] = False,
) -> None:
    """Write the tables of a sweep for SPSS, Stata, Excel or R, labelled: what each column means, in which unit."""
    from tearsim.show.export import exported
    from tearsim.show.terminal.console import console

    with console().status("Writing tables."):
        done = exported(results, to, table, out, overwrite)
    if as_json:
        print_json({"files": [str(file) for file in done.files]})
        return
    for file in done.files:
        print(file)
    for column, name in done.renamed.items():
        print(f"{column} is called {name} there: .{to} files limit the length of names.")
    print(
        "Runs of the same replicate share their luck: compare within replicates. A model, never advice about a person."
    )
