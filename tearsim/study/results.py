"""A results folder: tables, provenance, and opening it again.

results/NAME/
  experiment.toml   a copy of the experiment as it was run
  provenance.json   versions, hashes, seed, command, times; whether it is finished
  parts/            one Parquet file for each finished chunk and table, while the sweep runs
  runs.parquet      one row a run: design point, replicate, varied parameters, outcomes
  series.parquet    one row a run and week
  sessions.parquet  one row a session, if the experiment asks for it
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.errors import TearSimError
from tearsim.science.declaration import Parameter
from tearsim.science.log import SESSION_COLUMNS, Column
from tearsim.science.parameters import PARAMETERS
from tearsim.study.experiment import Experiment, read_experiment
from tearsim.study.plan import Chunk
from tearsim.worlds.outcomes import OUTCOMES, SERIES_COLUMNS, Outcome

EXPERIMENT, PROVENANCE, PARTS = "experiment.toml", "provenance.json", "parts"
TABLES = ("runs", "series", "sessions")

Described = Column | Parameter | Outcome
ADDRESS: dict[str, Described] = {
    "design_point": Column(int, "count", "The design point, counted from 0."),
    "replicate": Column(int, "count", "The replicate, counted from 0; its luck is the same at every point."),
}

# Row groups of this many rows at least: small ones cost twice the time to write and to read.
ROWS_A_GROUP = 50_000


def write_safely(path: Path, write: Any) -> None:
    """Write a file so that it is either whole or not there: under another name, on the disk, then renamed."""
    unfinished = path.with_name(path.name + ".unfinished")
    write(unfinished)
    with open(unfinished, "rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def write_table(path: Path, tables: Iterable[pa.Table]) -> None:
    """Stream tables of one schema into one Parquet file; numbers vary too much for dictionaries to pay."""

    def write(unfinished: Path) -> None:
        writer = None
        try:
            for table in tables:
                writer = writer or pq.ParquetWriter(unfinished, table.schema, compression="zstd", use_dictionary=False)
                writer.write_table(table, row_group_size=ROWS_A_GROUP)
        finally:
            if writer is not None:
                writer.close()

    write_safely(path, write)


def write_json(path: Path, content: Any) -> None:
    """Write JSON safely."""
    write_safely(path, lambda unfinished: unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8"))


def part_file(folder: Path, table: str, chunk: Chunk) -> Path:
    """Where a chunk's part of a table is kept until the sweep is finished; its name says all that the chunk holds."""
    points = f"points-{chunk.first_point:07d}-{chunk.points}"
    replicates = f"replicates-{chunk.first_replicate:07d}-{chunk.replicates}"
    return folder / PARTS / f"{table}-{points}-{replicates}.parquet"


def parts_of(folder: Path, table: str) -> list[Path]:
    """The parts of a table that are there, in order."""
    return sorted((folder / PARTS).glob(f"{table}-*.parquet"))


@dataclass(frozen=True)
class Results:
    """A results folder, opened; it may be unfinished.

    Raises TearSimError, when asked for something, if the file that holds it is missing or broken.
    """

    folder: Path

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, hashes, seed, command and times."""
        file = self.folder / PROVENANCE
        try:
            return dict(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise TearSimError(f"{file} cannot be read: {error}") from None

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment as it was run."""
        experiment, _ = read_experiment(self.folder / EXPERIMENT)
        return experiment.with_design(self.provenance["replicates"], self.provenance["seed"])

    @property
    def finished(self) -> bool:
        """Whether every run is there."""
        return bool(self.provenance["finished"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run."""
        return self._table("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a run and week. Raises TearSimError if the experiment kept none."""
        return self._table("series")

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row a session. Raises TearSimError if the experiment kept none."""
        return self._table("sessions")

    def describe(self) -> pd.DataFrame:
        """Unit and meaning of every column there is, by table and column."""
        record = self.experiment.record
        tables: dict[str, dict[str, Described]] = {"runs": {**ADDRESS, **self._varied(), **OUTCOMES}}
        if record.series:
            tables["series"] = {**ADDRESS, **SERIES_COLUMNS}
        if record.sessions:
            tables["sessions"] = {**ADDRESS, **SESSION_COLUMNS}
        rows = [
            (table, name, declared.unit, declared.meaning)
            for table, columns in tables.items()
            for name, declared in columns.items()
        ]
        return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"]).set_index(["table", "column"])

    def _varied(self) -> dict[str, Parameter]:
        return {name: PARAMETERS[name] for name in self.experiment.varied}

    def _table(self, name: str) -> pd.DataFrame:
        whole = self.folder / f"{name}.parquet"
        files = [whole] if whole.exists() else parts_of(self.folder, name)
        if not files:
            raise TearSimError(f"{self.folder} holds no {name}.")
        try:
            return pd.concat([pq.read_table(file).to_pandas() for file in files], ignore_index=True)
        except (OSError, pa.ArrowInvalid) as error:
            raise TearSimError(f"{files[0]} cannot be read: {error}") from None


def open_results(folder: str | Path) -> Results:
    """Open a results folder, finished or not. Raises TearSimError if it is none."""
    folder = Path(folder)
    if not (folder / PROVENANCE).exists():
        raise TearSimError(f"{folder} is no results folder: it has no {PROVENANCE}.")
    return Results(folder)
