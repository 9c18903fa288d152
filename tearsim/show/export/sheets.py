"""What is exported: the tables that are kept, one of what their columns mean, and one of where they come from."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import NamedTuple

import pandas as pd

from tearsim.science.log import Column
from tearsim.show.export.variables import NO_YES, Variable, variables
from tearsim.show.report.tables import fixed_rows, origin_rows
from tearsim.show.words.caveats import NEVER_ADVICE
from tearsim.study.sweeps.columns import Described
from tearsim.study.sweeps.results import Results

CODEBOOK, ABOUT = "codebook", "about"
BESIDE_EACH_OTHER = (
    "Runs of the same replicate share their luck, whatever their design point: take differences within replicates, "
    "as between measurements of the same persons, never as between independent samples."
)
CODEBOOK_COLUMNS = {
    "table": Column(str, "words", "The table that has the column."),
    "name": Column(str, "words", "The column's name in these files."),
    "column": Column(str, "words", "Its name in TearSim."),
    "unit": Column(str, "words", "The unit it is measured in."),
    "meaning": Column(str, "words", "What it means."),
    "level": Column(str, "words", "Level of measurement."),
    "values": Column(str, "words", "The kinds there are, and their codes if it holds codes."),
}
ABOUT_COLUMNS = {
    "what": Column(str, "words", "What is told of these tables."),
    "said": Column(str, "words", "What there is to tell."),
}


class Sheet(NamedTuple):
    """A table on its way into a file."""

    name: str
    title: str  # of the experiment
    table: pd.DataFrame  # by the columns' names in TearSim
    variables: Sequence[Variable]
    about: Sequence[tuple[str, str]]


def sheets(results: Results, tables: Sequence[str], longest_name: int | None, coded: bool) -> Iterator[Sheet]:
    """The tables, each read when it is asked for; after them what their columns mean, and where they come from."""
    title, about = results.experiment.title, about_rows(results)

    def sheet(name: str, table: pd.DataFrame, declared: Mapping[str, Described]) -> Sheet:
        return Sheet(name, title, table, variables(table, declared, longest_name), about)

    told: list[tuple[str, ...]] = []
    for name in tables:
        one = sheet(name, results.table(name), results.declared(name))
        told += [described_variable(name, variable, coded) for variable in one.variables]
        yield one
        del one  # a large table is let go before the next is read
    yield sheet(CODEBOOK, pd.DataFrame(told, columns=list(CODEBOOK_COLUMNS)), CODEBOOK_COLUMNS)
    yield sheet(ABOUT, pd.DataFrame(about, columns=list(ABOUT_COLUMNS)), ABOUT_COLUMNS)


def described_variable(table: str, one: Variable, coded: bool) -> tuple[str, ...]:
    """A line of the codebook: what a column of a table means, and what its codes stand for."""
    words = ("FALSE", "TRUE") if one.words == NO_YES and not coded else one.words
    values = ", ".join(f"{code} = {word}" if coded else word for code, word in enumerate(words))
    return table, one.name, one.column, one.unit, one.meaning, one.measure, values


def about_rows(results: Results) -> list[tuple[str, str]]:
    """Question, origin and fixed parameters, as the report tells them, and how not to misread the tables."""
    experiment, held = results.experiment, results.provenance
    fixed = [(f"fixed: {row['label']}", f"{row['value']} [{row['unit']}]") for row in fixed_rows(results)]
    return [
        ("title", experiment.title),
        ("question", " ".join(experiment.question.split())),
        ("what this is", NEVER_ADVICE),
        ("how to compare", BESIDE_EACH_OTHER),
        *origin_rows(results),
        ("command", str(held.get("command", ""))),
        ("labels from", f"TearSim {version('tearsim')}"),
        *fixed,
    ]
