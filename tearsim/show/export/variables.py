"""Columns as other programs know them: a name that fits, a label with the unit, words for codes, a level of measure."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import pandas as pd

from tearsim.science.declaration import Parameter
from tearsim.science.log import Column
from tearsim.study.sweeps.columns import ADDRESS, Described

LevelOfMeasurement = Literal["nominal", "ordinal", "scale"]
NO_YES = ("no", "yes")
# Units whose numbers only tell one from another, and those whose words stand in an order.
OF_KINDS, OF_LEVELS = ("person", "place", "kind"), ("level",)


class Variable(NamedTuple):
    """A column on its way into a file; the codes of its words count from 0."""

    column: str  # as TearSim calls it
    name: str  # as the file does
    unit: str
    meaning: str
    words: tuple[str, ...]
    measure: LevelOfMeasurement

    def label(self, longest: int) -> str:
        """Meaning and unit in at most `longest` bytes, and what TearSim calls it if the file cannot."""
        renamed = f"{self.column}: " if self.name != self.column else ""
        unit = f" [{self.unit}]"
        return renamed + cut(self.meaning, longest - len(f"{renamed}{unit}".encode())) + unit


def variables(table: pd.DataFrame, declared: Mapping[str, Described], longest_name: int | None) -> list[Variable]:
    """A table's columns as they are declared, under names of at most `longest_name` characters."""
    names = short_names(declared, longest_name)
    return [
        Variable(
            column,
            names[column],
            one.unit,
            one.meaning,
            words := _words(table[column], one),
            _measure(table[column], column, one.unit, words),
        )
        for column, one in declared.items()
    ]


def _words(values: pd.Series, declared: Described) -> tuple[str, ...]:
    """What a column's codes stand for; none if it holds a word that is not declared, as of an older version."""
    if pd.api.types.is_bool_dtype(values):
        return NO_YES
    words = declared.words if isinstance(declared, Column) else ()
    words = declared.choices if isinstance(declared, Parameter) else words
    return words if set(values.dropna().unique()) <= set(words) else ()


def _measure(values: pd.Series, column: str, unit: str, words: tuple[str, ...]) -> LevelOfMeasurement:
    if unit in OF_LEVELS:
        return "ordinal"
    kinds = words or column in ADDRESS or unit in OF_KINDS or not pd.api.types.is_numeric_dtype(values)
    return "nominal" if kinds else "scale"


def short_names(names: Iterable[str], longest: int | None) -> dict[str, str]:
    """Names of at most `longest` characters, no two the same; those that fit stay as they are."""
    names = list(names)
    if longest is None:
        return dict(zip(names, names, strict=True))
    short = {name: name for name in names if len(name) <= longest}
    for name in (one for one in names if len(one) > longest):
        endings = ("", *(f"_{number}" for number in range(2, len(names) + 2)))
        tries = (name[: longest - len(ending)] + ending for ending in endings)
        short[name] = next(tried for tried in tries if tried not in short.values())
    return {name: short[name] for name in names}


def cut(text: str, longest: int) -> str:
    """The text if it takes at most `longest` bytes in UTF-8, or else its beginning."""
    encoded = text.encode()
    return text if len(encoded) <= longest else encoded[: longest - 3].decode(errors="ignore").rstrip() + "…"
