"""Writing tables as other programs read them: CSV, Excel, SPSS, Stata. What each needs is imported when it is used."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import pandas as pd

from tearsim.errors import TearSimError
from tearsim.show.export.sheets import Sheet
from tearsim.show.export.variables import cut
from tearsim.study.files import ROWS_A_GROUP

# Whole numbers that a double, the only number of SPSS and Excel, holds one by one go so far.
EXACT = 2**53
# What neither XML nor a statistics program takes in a text.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


class Format(NamedTuple):
    """What a kind of file can hold, as its program has it; None for no limit that matters here."""

    program: str
    library: str | None = None  # that writes it, if TearSim does not come with it
    longest_name: int | None = None
    coded: bool = False  # kinds as numbers with labels, rather than as words
    one_file: bool = False  # for all tables
    most_rows: int | None = None


FORMATS = {
    "csv": Format("any program"),
    "xlsx": Format("Excel", "openpyxl", one_file=True, most_rows=2**20 - 1),  # and a row of names
    "sav": Format("SPSS, JASP, jamovi", "pyreadstat", longest_name=64, coded=True),
    "dta": Format("Stata", longest_name=32, coded=True),
}
LABEL, TITLE, NOTE, TEXT = 256, 64, 80, 32_767  # bytes, in SPSS; a text of Excel has no more either
STATA_LABEL = 80


def library(name: str) -> Any:
    """A library of the extra "export". Raises TearSimError, which says how to install it, if it is not there."""
    try:
        return import_module(name)
    except ImportError:
        raise TearSimError(
            f"This needs what the extra \"export\" installs ({name} not found): pip install 'tearsim[export]', or "
            "pip install '.[export]' in a copy of the repository."
        ) from None


def write_csv(sheet: Sheet, path: Path) -> None:
    """One table as comma-separated values in UTF-8: kinds in words, numbers to the last bit, nothing where missing."""
    import pyarrow as pa
    from pyarrow.csv import CSVWriter

    schema = pa.schema([(one.name, _arrow_type(sheet.table[one.column])) for one in sheet.variables])
    with CSVWriter(path, schema) as writer:
        for rows in _in_groups(sheet.table):
            columns = [rows[one.column].astype(object) if field.type == pa.string() else rows[one.column]
                       for one, field in zip(sheet.variables, schema, strict=True)]  # fmt: skip
            arrays = [pa.array(c, field.type, from_pandas=True) for c, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema))


def _arrow_type(values: pd.Series) -> Any:
    import pyarrow as pa

    numbers = pd.api.types.is_numeric_dtype(values)  # switches too
    return pa.from_numpy_dtype(values.dtype) if numbers else pa.string()


def _in_groups(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for start in range(0, len(table), ROWS_A_GROUP):
        yield table.iloc[start : start + ROWS_A_GROUP]


def write_sav(sheet: Sheet, path: Path) -> None:
    """One table for SPSS: labels with units, kinds as labelled codes, levels of measurement, its origin in notes."""
    pyreadstat = library("pyreadstat")
    table, words = coded(sheet)
    try:
        pyreadstat.write_sav(
            table, path, row_compress=True, file_label=_title(sheet, TITLE), note=list(_notes(sheet)),
            column_labels={one.name: one.label(LABEL) for one in sheet.variables}, variable_value_labels=words,
            variable_measure={one.name: one.measure for one in sheet.variables},
            variable_format={name: "F10.4" if pd.api.types.is_float_dtype(table[name]) and name not in words else "F10.0"
                             for name in table if pd.api.types.is_numeric_dtype(table[name])},
        )  # fmt: skip
    except pyreadstat.ReadstatError as error:
        raise OSError(str(error)) from error


def _notes(sheet: Sheet) -> Iterator[str]:
    """Lines as short as SPSS takes them, whatever alphabet they are in."""
    for what, said in sheet.about:
        told = plain_text(f"{what}: {said}")
        widths = (wrap(told, NOTE // bytes_each) for bytes_each in (1, 2, 3, 4))
        yield from next(lines for lines in widths if all(len(line.encode()) <= NOTE for line in lines))


def write_dta(sheet: Sheet, path: Path) -> None:
    """One table for Stata 14 and later: labels with units, kinds as labelled codes."""
    table, words = coded(sheet)
    labels = {one.name: one.label(STATA_LABEL) for one in sheet.variables}
    table.to_stata(
        path, version=118, write_index=False, data_label=_title(sheet, STATA_LABEL), variable_labels=labels,
        value_labels=words,
    )  # fmt: skip


def _title(sheet: Sheet, longest: int) -> str:
    ending = f": {sheet.name}"
    return cut(plain_text(sheet.title), longest - len(ending)) + ending


def coded(sheet: Sheet) -> tuple[pd.DataFrame, dict[str, dict[int, str]]]:
    """A table by the names in the file, all of it numbers and plain texts; and what codes stand for."""
    words = {one.name: dict(enumerate(one.words)) for one in sheet.variables if one.words}
    columns = {one.name: _coded(sheet.table[one.column], one.words) for one in sheet.variables}
    return pd.DataFrame(columns, copy=False), words


def _coded(values: pd.Series, words: tuple[str, ...]) -> pd.Series:
    if pd.api.types.is_bool_dtype(values):
        return values.astype("int8")
    if words:
        codes = pd.Series(pd.Categorical(values, words).codes)
        return codes.where(codes >= 0) if values.isna().any() else codes
    return plain(values)


def plain(values: pd.Series) -> pd.Series:
    """A column as any program can hold it: whole numbers past what a double holds as text, texts plain and not endless."""
    if pd.api.types.is_integer_dtype(values):
        return values.astype(str).astype(object) if len(values) and not _exact(values) else values
    if pd.api.types.is_numeric_dtype(values):
        return values
    texts = ["" if missing else plain_text(text) for text, missing in zip(values, values.isna(), strict=True)]
    return pd.Series(texts, values.index, dtype=object)


def _exact(values: pd.Series) -> bool:
    return bool(-EXACT <= values.min() and values.max() <= EXACT)


def plain_text(text: Any) -> str:
    """A text without control characters, no longer than SPSS and Excel take."""
    return cut(CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(text)), TEXT)


def write_xlsx(sheets: Iterable[Sheet], path: Path) -> None:
    """Tables as sheets of one Excel file, row by row: kinds in words, numbers to the last bit, nothing where missing."""
    openpyxl = library("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        page.append([_heading(page, one.name) for one in sheet.variables])
        for rows in _in_groups(sheet.table):
            columns = [_cells(page, rows[one.column], one.words) for one in sheet.variables]
            for row in zip(*columns, strict=True):
                page.append(row)
    book.save(path)


def _heading(page: Any, name: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(page, name)
    cell.font = Font(bold=True)
    return cell


def _cells(page: Any, values: pd.Series, words: tuple[str, ...]) -> list[Any]:
    """A column's cells: None where missing, and what looks like a formula as text."""
    from openpyxl.cell import WriteOnlyCell

    values = values.astype(object) if words else plain(values)
    cells: list[Any] = values.where(values.notna(), None).tolist() if words else values.tolist()
    for i, cell in enumerate(cells):
        if isinstance(cell, float) and cell != cell:
            cells[i] = None
        elif isinstance(cell, str) and cell.startswith("="):
            cells[i] = WriteOnlyCell(page, cell)
            cells[i].data_type = "s"
    return cells
