"""Writing tables as other programs read them: CSV, Excel, SPSS, Stata. What each needs is imported when it is used."""

import re
import shutil
from collections.abc import Iterable, Iterator, Sized
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from textwrap import wrap
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pandas as pd

from tearsim.errors import TearSimError, how_to_install
from tearsim.safe_files import ROWS_A_GROUP, refusals_in_words
from tearsim.show.export.sheets import Sheet
from tearsim.show.export.variables import Variable, cut

if TYPE_CHECKING:
    import pyarrow as pa

ExcelSheet: TypeAlias = Any  # a sheet of openpyxl, which has no types

# Whole numbers that a double, the only number of SPSS and Excel, holds one by one go so far.
EXACT = 2**53
# What neither XML nor a statistics program takes in a text.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


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
LABEL, MOST_TITLE, NOTE, TEXT = 256, 64, 80, 32_767  # bytes, in SPSS; a text of Excel has no more either
STATA_LABEL = 80
# Characters of the widest column, in Excel.
WIDEST = 90
# Rows whose cells are in memory at a time: a cell takes many times what its number does.
EXCEL_ROWS = 2_000


def library(name: str) -> ModuleType:
    """A library of the extra "export". Raises TearSimError, which says how to install it, if it is not there."""
    try:
        return import_module(name)
    except ImportError:
        raise TearSimError(
            f'This needs what the extra "export" installs ({name} not found): {how_to_install("export")}.'
        ) from None


def write_csv(sheet: Sheet, path: Path) -> None:
    """One table as comma-separated values in UTF-8: kinds in words, numbers to the last bit, nothing where missing."""
    import pyarrow as pa
    from pyarrow.csv import CSVWriter

    types = [_arrow_type(sheet.table[one.column]) for one in sheet.variables]
    schema = pa.schema(list(zip([one.name for one in sheet.variables], types, strict=True)))
    with CSVWriter(path, schema) as writer:
        for rows in _in_groups(sheet.table, ROWS_A_GROUP):
            columns = [_written(rows[one.column], type_) for one, type_ in zip(sheet.variables, types, strict=True)]
            writer.write_table(pa.table(columns, schema))


def _arrow_type(values: pd.Series) -> "pa.DataType":
    import pyarrow as pa

    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return pa.from_numpy_dtype(values.dtype) if is_number else pa.string()


def _written(values: pd.Series, type_: "pa.DataType") -> "pa.Array":
    """A column as a text file has it; R reads a switch from TRUE and FALSE in capitals alone."""
    import pyarrow as pa

    if pd.api.types.is_bool_dtype(values):
        values = values.map({False: "FALSE", True: "TRUE"})
    return pa.array(values.astype(object) if type_ == pa.string() else values, type_, from_pandas=True)


def _in_groups(table: pd.DataFrame, rows: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(table), rows):
        yield table.iloc[start : start + rows]


def write_sav(sheet: Sheet, path: Path) -> None:
    """One table for SPSS: labels with units, kinds as labelled codes, levels of measurement, its origin in notes."""
    pyreadstat = library("pyreadstat")
    table, words = codes_of(sheet)
    try:
        pyreadstat.write_sav(
            table,
            path,
            row_compress=True,
            file_label=title(sheet, MOST_TITLE),
            note=list(_notes(sheet)),
            column_labels={one.name: one.label(LABEL) for one in sheet.variables},
            variable_value_labels=words,
            variable_measure={one.name: one.measure for one in sheet.variables},
            variable_format={
                name: _decimals(table[name], name in words)
                for name in table
                if pd.api.types.is_numeric_dtype(table[name])
            },
        )
    except pyreadstat.ReadstatError as error:
        raise OSError(str(error)) from error
    _refuse_cut_short(path, table)


def _refuse_cut_short(path: Path, table: pd.DataFrame) -> None:
    """Raise OSError unless the last row is there: the writer does not say so if the disk is full where a block ends."""
    pyreadstat = library("pyreadstat")
    last: Sized = ()
    with suppress(pyreadstat.ReadstatError):
        last, _ = pyreadstat.read_sav(path, row_offset=max(0, len(table) - 1), usecols=[table.columns[0]])
    if len(last) != min(1, len(table)):
        raise OSError("a file came out too short, as on a full disk")


def _decimals(values: pd.Series, codes: bool) -> str:
    """How SPSS shows a column; it holds every digit there is."""
    return "F10.4" if pd.api.types.is_float_dtype(values) and not codes else "F10.0"


def _notes(sheet: Sheet) -> Iterator[str]:
    """Lines as short as SPSS takes them, whatever alphabet they are in."""
    for what, said in sheet.about:
        told = plain_text(f"{what}: {said}")
        widths = (wrap(told, NOTE // bytes_each) for bytes_each in (1, 2, 3, 4))
        yield from next(lines for lines in widths if all(len(line.encode()) <= NOTE for line in lines))


def write_dta(sheet: Sheet, path: Path) -> None:
    """One table for Stata 14 and later: labels with units, kinds as labelled codes."""
    table, words = codes_of(sheet)
    labels = {one.name: one.label(STATA_LABEL) for one in sheet.variables}
    table.to_stata(
        path,
        version=118,
        write_index=False,
        data_label=title(sheet, STATA_LABEL),
        variable_labels=labels,
        value_labels=words,
    )


def title(sheet: Sheet, longest: int) -> str:
    """What a file is called in its program: the experiment and the table, in at most `longest` bytes."""
    ending = f": {sheet.name}"
    return cut(" ".join(plain_text(sheet.title).split()), longest - len(ending)) + ending


def codes_of(sheet: Sheet) -> tuple[pd.DataFrame, dict[str, dict[int, str]]]:
    """A table by the names in the file, all of it numbers and plain texts; and what codes stand for."""
    words = {one.name: dict(enumerate(one.words)) for one in sheet.variables if one.words}
    columns = {one.name: _coded(sheet.table[one.column], one.words) for one in sheet.variables}
    return pd.DataFrame(columns, copy=False), words


def _coded(values: pd.Series, words: tuple[str, ...]) -> pd.Series:
    if pd.api.types.is_bool_dtype(values):
        return values.astype("int8")
    if words:
        codes = pd.Series(pd.Categorical(values, words).codes, values.index)
        return codes.where(codes >= 0) if values.isna().any() else codes
    return plain_values(values)


def plain_values(values: pd.Series) -> pd.Series:
    """A column as any program holds it: whole numbers past what a double holds as text, texts plain and not endless."""
    if pd.api.types.is_integer_dtype(values):
        return values.astype(str).astype(object) if len(values) and not _exact(values) else values
    if pd.api.types.is_numeric_dtype(values):
        return values
    texts = ["" if missing else plain_text(text) for text, missing in zip(values, values.isna(), strict=True)]
    return pd.Series(texts, values.index, dtype=object)


def _exact(values: pd.Series) -> bool:
    return bool(values.min() >= -EXACT and values.max() <= EXACT)


def plain_text(text: object) -> str:
    """A text without control characters, no longer than SPSS and Excel take."""
    return cut(CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(text)), TEXT)


def write_xlsx(sheets: Iterable[Sheet], path: Path) -> None:
    """Tables as sheets of one Excel file: kinds in words, numbers to the last bit, nothing where missing."""
    book = library("openpyxl").Workbook(write_only=True)
    with TemporaryFile() as held:
        with refusals_in_words(Path(gettempdir())):  # where openpyxl keeps its rows
            try:
                for sheet in sheets:
                    _fill(book.create_sheet(sheet.name), sheet)
                book.save(held)
            except BaseException:
                for page in book.worksheets:  # or each complains of a closed file when it is collected
                    with suppress(Exception):
                        page.close()
                raise
        held.seek(0)
        with path.open("wb") as file:
            shutil.copyfileobj(held, file)


def _fill(page: ExcelSheet, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    letter = library("openpyxl.utils").get_column_letter
    for number, one in enumerate(sheet.variables, 1):
        page.column_dimensions[letter(number)].width = _width(sheet.table[one.column], one)
    page.append([_heading(page, one.name) for one in sheet.variables])
    for rows in _in_groups(sheet.table, EXCEL_ROWS):
        columns = [_cells(page, rows[one.column], one.words) for one in sheet.variables]
        for row in zip(*columns, strict=True):
            page.append(row)


def _width(values: pd.Series, one: Variable) -> int:
    """Characters that a column shows: its name, or the most of a text."""
    is_text = not one.words and not pd.api.types.is_numeric_dtype(values)
    longest = max(map(len, values.dropna()), default=0) if is_text else 0
    return max(len(one.name), min(longest, WIDEST)) + 2


def _heading(page: ExcelSheet, name: str) -> object:
    cell = library("openpyxl.cell").WriteOnlyCell(page, name)
    cell.font = library("openpyxl.styles").Font(bold=True)
    return cell


def _cells(page: ExcelSheet, values: pd.Series, words: tuple[str, ...]) -> list[object]:
    """A column's cells: None where missing; any other text than declared words is never a formula, whatever it says."""
    if words:
        return [word if known else None for word, known in zip(values, values.notna(), strict=True)]
    held = plain_values(values).tolist()
    if pd.api.types.is_float_dtype(values):
        return [None if cell != cell else cell if _short(cell) else _cell(page, repr(cell), "n") for cell in held]
    return [_cell(page, cell, "s") if isinstance(cell, str) else cell for cell in held]


def _short(number: float) -> bool:
    """Whether the sixteen digits that openpyxl gives a number are all it needs; Excel itself reads and writes more."""
    return float(f"{number:.16g}") == number


def _cell(page: ExcelSheet, said: str, kind: str) -> object:
    cell = library("openpyxl.cell").WriteOnlyCell(page, said)
    cell.data_type = kind
    return cell
