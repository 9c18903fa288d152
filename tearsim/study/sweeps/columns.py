"""The tables of results: what a row of each is, and every column's type, unit and meaning; said here, used everywhere.

Every table begins with where its rows stand in the design, and with the parameters that vary in it.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import Parameter
from tearsim.science.log import SESSION_COLUMNS, Column
from tearsim.science.parameters import PARAMETERS
from tearsim.study.estimates import POINT
from tearsim.worlds.episodes import EPISODE_COLUMNS
from tearsim.worlds.outcomes import OUTCOMES, SERIES_COLUMNS, Outcome

if TYPE_CHECKING:
    import pandas as pd

Described = Column | Parameter | Outcome

FAILURES = "failures"
ADDRESS: dict[str, Described] = {
    POINT: Column(int, "count", "The design point, counted from 0."),
    "replicate": Column(int, "count", "The replicate, counted from 0; its luck is the same at every point."),
}
FORGOTTEN = Column(str, "unknown", "A parameter of the version that ran this, which this version does not have.")
FAILURE_COLUMNS: dict[str, Described] = {
    "error": Column(str, "kind", "What went wrong, by its name in Python."),
    "message": Column(str, "words", "What it said."),
}
TABLE_COLUMNS: dict[str, dict[str, Described]] = {
    "runs": {**OUTCOMES}, "series": {**SERIES_COLUMNS}, "sessions": {**SESSION_COLUMNS},
    "episodes": {**EPISODE_COLUMNS}, FAILURES: FAILURE_COLUMNS,
}  # fmt: skip
ROW_MEANINGS = {
    "runs": "One row a run.", "series": "One row a run and week.", "sessions": "One row a session.",
    "episodes": "One row an episode of therapy: a client with a therapist.",
    FAILURES: "One row a run that failed, and why.",
}  # fmt: skip
NEVER_ADVICE_IN_SHORT = "A model, never advice about a person."

_ARROW = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}
_WORDS = pa.dictionary(pa.int8(), pa.string())
_PLACE = pa.int32()


def parameter_columns(table: str, varied: Iterable[str]) -> dict[str, str]:
    """The varied parameters of a table by their columns; "parameter_" tells apart what a person's trait is called too.

    A run that failed is found by its address alone.
    """
    if table == FAILURES:
        return {}
    return {f"parameter_{name}" if name in TABLE_COLUMNS[table] else name: name for name in varied}


def columns_of(table: str, varied: Iterable[str]) -> dict[str, Described]:
    """Every column of a table, in order, as it is declared."""
    parameters = {column: PARAMETERS.get(name, FORGOTTEN) for column, name in parameter_columns(table, varied).items()}
    return {**ADDRESS, **parameters, **TABLE_COLUMNS[table]}


def schema_of(table: str, varied: Iterable[str]) -> pa.Schema:
    """A table's columns as Arrow has them, with unit and meaning of each."""
    declared = columns_of(table, varied)
    return pa.schema([field(name, _PLACE if name in ADDRESS else _type(one), one) for name, one in declared.items()])


def described(table: str, content: pa.Table) -> pa.Table:
    """A table of a single run, of which each column says its unit and meaning."""
    declared = TABLE_COLUMNS[table]
    return content.cast(pa.schema([field(one.name, one.type, declared[one.name]) for one in content.schema]))


def field(name: str, kind: pa.DataType, declared: Described) -> pa.Field:
    """A column of this type that says its unit and meaning to whoever reads the file."""
    return pa.field(name, kind, metadata={"unit": declared.unit, "meaning": declared.meaning})


def holds_the_same(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column read from a file is of this type; older versions of Arrow read kinds with wider codes."""
    if pa.types.is_dictionary(found) and pa.types.is_dictionary(wanted):
        return bool(found.value_type == wanted.value_type)
    return bool(found == wanted)


def has_columns_of(found: pa.Schema, wanted: pa.Schema) -> bool:
    """Whether a file has these columns and no others, in order."""
    return found.names == wanted.names and all(map(holds_the_same, found.types, wanted.types))


def _type(declared: Described) -> pa.DataType:
    if isinstance(declared, Parameter):
        return {"choice": pa.string(), "switch": pa.bool_(), "whole number": pa.int64(), "number": pa.float64()}[
            declared.kind
        ]
    if isinstance(declared, Column):
        return _WORDS if declared.words else _ARROW[declared.type]
    return pa.float64()


def words_about(table: str, schema: pa.Schema, **said: str) -> dict[str, str]:
    """What a Parquet file says about itself: what is `said`, what a row is, what it is not, and every column.

    The columns' units and meanings stand with each column too; here they are for readers that cannot see those.
    """
    columns = {one.name: {key.decode(): words.decode() for key, words in one.metadata.items()} for one in schema}
    return {**said, "row": ROW_MEANINGS[table], "note": NEVER_ADVICE_IN_SHORT, "columns": json.dumps(columns)}


def describe(what: str) -> "pd.DataFrame":
    """Unit and meaning of everything of a kind, as it is declared.

    Args:
        what: "parameters", "outcomes", or a table: "runs", "series", "sessions", "episodes", "failures".

    Returns:
        A table by name with columns unit and meaning; of parameters also default, status and source.

    Raises:
        TearSimError: For anything else.

    >>> describe("outcomes").loc["dropout_rate", "unit"]
    'share'
    """
    import pandas as pd

    known: dict[str, dict[str, Described]] = {"outcomes": {**OUTCOMES}, **TABLE_COLUMNS}
    kinds = ["parameters", *known]
    if not isinstance(what, str) or what not in kinds:
        raise TearSimError(f"What is described is one of {', '.join(kinds)}; {echoed(what)} is not.")
    if what == "parameters":
        rows = {name: (p.default, p.unit, p.meaning, p.status, p.source) for name, p in PARAMETERS.items()}
        return pd.DataFrame.from_dict(rows, "index", columns=["default", "unit", "meaning", "status", "source"])
    described = {name: (one.unit, one.meaning) for name, one in known[what].items()}
    return pd.DataFrame.from_dict(described, "index", columns=["unit", "meaning"])
