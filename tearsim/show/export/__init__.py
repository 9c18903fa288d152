"""Results for the programs that people analyse them in: CSV, Excel, SPSS (and JASP, jamovi), Stata."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tearsim.arguments import all_of_kind, path, switch
from tearsim.errors import TearSimError, quoted
from tearsim.safe_files import refusals_in_words, write_safely
from tearsim.show.export.formats import FORMATS, Format, library, write_csv, write_dta, write_sav, write_xlsx
from tearsim.show.export.sheets import ABOUT, CODEBOOK, Sheet, sheets
from tearsim.show.report.report import refuse_unless_whole
from tearsim.study.sweeps.columns import FAILURES
from tearsim.study.sweeps.results import Results, open_results

FOLDER = "export"  # beside the results, unless another is named
WRITERS = {"csv": write_csv, "sav": write_sav, "dta": write_dta}


class Exported(NamedTuple):
    """Files that were written, and the columns that go by another name in them."""

    files: list[Path]
    renamed: dict[str, str]


def export(
    results: Results | Path | str,
    *,
    to: str,
    tables: Sequence[str] | str | None = None,
    out: Path | str | None = None,
    overwrite: bool = False,
) -> list[Path]:
    """Write a finished sweep's tables for another program, with what their columns mean; return the files.

    Args:
        results: A results folder, or results that are open.
        to: "csv", "xlsx" (Excel), "sav" (SPSS, JASP, jamovi) or "dta" (Stata).
        tables: Tables by name; by default all that were kept.
        out: The folder for the files; by default `export` within that of the results.
        overwrite: Whether files that are there already may be written over.

    Returns:
        The files.

    Raises:
        TearSimError: For results that are not whole, for what is not there or cannot be held, for files that are there
            already, and where the extra "export" is missing.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"client_empathy": [0.3, 0.7], "tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> len(tearsim.export(results, to="csv", tables="runs"))  # the table, its codebook and where it comes from
    3
    """
    named = [tables] if isinstance(tables, str) else tables
    if named is not None:
        named = all_of_kind("tables", named, str, "names of tables")
    return exported(results, to, named, out, switch("overwrite", overwrite)).files


def exported(
    results: Results | Path | str, to: str, tables: Sequence[str] | None, out: Path | str | None, overwrite: bool
) -> Exported:
    """The same, with the columns that had to be renamed. Raises as `export` does."""
    how = _format(to)
    if how.library:
        library(how.library)
    results = open_results(results)
    refuse_unless_whole(results)
    names = _chosen(results, tables)
    _refuse_too_many_rows(results, names, how)
    folder = results.folder / FOLDER if out is None else path("out", out)
    files = _files(results, folder, names, to, how)
    if there := [file for file in files.values() if file.exists() and not overwrite]:
        raise TearSimError(
            f"{there[0]} is there already: name another folder with --out, or write over it with --overwrite."
        )
    renamed: dict[str, str] = {}

    def noted(sheet: Sheet) -> Sheet:
        renamed.update({one.column: one.name for one in sheet.variables if one.name != one.column})
        return sheet

    content = map(noted, sheets(results, names, how.longest_name, how.coded))
    with refusals_in_words(folder, then=" Name another folder with --out."):
        folder.mkdir(parents=True, exist_ok=True)
        _write(content, files, to, how)
    return Exported(list(dict.fromkeys(files.values())), renamed)


def _format(to: str) -> Format:
    if not isinstance(to, str) or to not in FORMATS:
        known = ", ".join(f"{name} ({how.program})" for name, how in FORMATS.items())
        raise TearSimError(f"Tables are exported to {known}; {quoted(to)} is none of these.")
    return FORMATS[to]


def _chosen(results: Results, asked: Sequence[str] | None) -> list[str]:
    """The tables asked for, each once, or all that are kept; runs that failed only if there are any."""
    for name in asked or []:
        results.declared(name)
    kept = [*results.provenance["tables"], *([FAILURES] if _rows(results, FAILURES) else [])]
    return list(dict.fromkeys(asked or kept))


def _rows(results: Results, table: str) -> int:
    return len(results.table(table, ["design_point"]))


def _refuse_too_many_rows(results: Results, tables: Iterable[str], how: Format) -> None:
    if how.most_rows is None:
        return
    rows = {name: _rows(results, name) for name in tables}
    fit = [f"--table {name}" for name, number in rows.items() if number <= how.most_rows]
    leave = f" leave it out with {' '.join(fit)}, or" if fit else ""
    for name, number in rows.items():
        if number > how.most_rows:
            raise TearSimError(
                f"{name} has {number:,} rows, and a sheet of {how.program} holds {how.most_rows:,} below its row of "
                f"names:{leave} export to csv, sav or dta."
            )


def _files(results: Results, folder: Path, tables: Iterable[str], to: str, how: Format) -> dict[str, Path]:
    """Where each table goes."""
    name = results.folder.resolve().name
    return {
        table: folder / (f"{name}.{to}" if how.one_file else f"{name}-{table}.{to}")
        for table in (*tables, CODEBOOK, ABOUT)
    }


def _write(content: Iterable[Sheet], files: dict[str, Path], to: str, how: Format) -> None:
    if how.one_file:
        write_safely(files[CODEBOOK], partial(write_xlsx, content))
        return

    def write(sheet: Sheet) -> None:
        write_safely(files[sheet.name], partial(WRITERS[to], sheet))

    for _ in map(write, content):  # nothing here holds on to a table that is written
        pass
