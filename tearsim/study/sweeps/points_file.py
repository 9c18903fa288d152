"""The design points that stand in a CSV file beside an experiment: a parameter a column, a point a line."""

import csv
from collections.abc import Mapping
from pathlib import Path

from tearsim.arguments import path
from tearsim.errors import TearSimError
from tearsim.science.declaration import check_all
from tearsim.science.parameters import PARAMETERS
from tearsim.study.sweeps.designs import Point, refuse_too_many
from tearsim.study.sweeps.toml_file import read_text

# A million points of a few parameters.
MOST_POINTS_BYTES = 100_000_000
# What some spreadsheets write between columns, and what it is called.
OTHER_SEPARATORS = {";": 'a semicolon (";")', "\t": "a tab"}


def points_in(folder: Path, name: str) -> list[Point]:
    """The points in a file of that name. Raises TearSimError, with the line, for what is no list of points."""
    if not name or Path(name).name != name:
        raise TearSimError(f'design.file names a file beside the experiment, like "points.csv"; "{name}" is elsewhere.')
    if not path("design.file", folder / name).exists():
        raise TearSimError(f'"design.file": there is no {name} beside the experiment.')
    text = read_text(folder / name, MOST_POINTS_BYTES, name)
    try:
        lines = csv.DictReader(text.splitlines(keepends=True), restkey="", restval="", strict=True)
        _refuse_header(list(lines.fieldnames or []), name)
        points = []
        for line in lines:
            points.append(_point_in(line, f"{name} line {lines.line_num}"))
            refuse_too_many(len(points), len(line))
        return points
    except csv.Error as error:
        raise TearSimError(f"{name} cannot be read as CSV: {error}.") from None


def _refuse_header(columns: list[str], name: str) -> None:
    if len(columns) == 1 and (separator := next((s for s in OTHER_SEPARATORS if s in columns[0]), None)):
        raise TearSimError(
            f"{name} line 1: between the columns stands {OTHER_SEPARATORS[separator]}, not a comma: save it as CSV "
            "with commas, and numbers with a point (0.5)."
        )
    if "" in columns:
        raise TearSimError(f"{name} line 1: a column has no name (from pandas: to_csv(..., index=False)).")
    if len(set(columns)) < len(columns):
        raise TearSimError(f"{name} line 1: a column stands there twice.")


def _point_in(line: Mapping[str, str], where: str) -> Point:
    """A line as a point, its words read as values."""
    if "" in line:
        raise TearSimError(f"{where}: there are more values than columns.")
    if "" in line.values():
        raise TearSimError(f"{where}: there is no value for {next(name for name, word in line.items() if word == '')}.")
    try:
        checked = check_all(line, PARAMETERS)
    except TearSimError as error:
        raise TearSimError(f"{where}: {error}") from None
    return {name: checked[name] for name in line}
