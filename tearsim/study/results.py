"""A results folder: tables, provenance, and opening it again.

results/NAME/
  experiment.toml   a copy of the experiment as it was run
  provenance.json   versions, hashes, seed, command, times; whether it is finished
  parts/            one Parquet file for each finished chunk and table, while the sweep runs
  runs.parquet      one row a run: design point, replicate, varied parameters, outcomes
  series.parquet    one row a run and week, unless the runs are too many
  sessions.parquet, episodes.parquet   one row a session, or an episode of therapy, if the experiment asks for it
  failures.parquet  one row a run that failed, and why: as a rule empty
  report.html       the answer in words, figures and tables, written by the command line at the end
  export/           the tables for SPSS, Stata or Excel, once `tearsim export` was asked for them

A shard of a sweep (`--shard`) keeps its parts, for `tearsim merge` to put together.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tearsim.errors import TearSimError
from tearsim.science.declaration import Parameter, nearest
from tearsim.science.log import SESSION_COLUMNS, Column
from tearsim.science.parameters import PARAMETERS
from tearsim.study.chunks import FAILURES
from tearsim.study.experiment import Experiment, read_experiment
from tearsim.study.files import read_table
from tearsim.study.plan import WHOLE, Chunk
from tearsim.worlds.episodes import EPISODE_COLUMNS
from tearsim.worlds.outcomes import OUTCOMES, SERIES_COLUMNS, Outcome

EXPERIMENT, PROVENANCE, PARTS = "experiment.toml", "provenance.json", "parts"
Described = Column | Parameter | Outcome
ADDRESS: dict[str, Described] = {
    "design_point": Column(int, "count", "The design point, counted from 0."),
    "replicate": Column(int, "count", "The replicate, counted from 0; its luck is the same at every point."),
}
# What a provenance must have to be read, and of what type.
NEEDED = {
    "experiment_hash": str, "source_hash": str, "machine_fingerprint": str, "shard": str, "finished": bool, "runs": int,
    "replicates": int, "seed": int, "design_points": int, "tables": list, "varied": list, "worked": list,
}  # fmt: skip
FORGOTTEN = Column(str, "unknown", "A parameter of the version that ran this, which this version does not have.")
FAILURE_COLUMNS: dict[str, Described] = {
    "error": Column(str, "kind", "What went wrong, by its name in Python."),
    "message": Column(str, "words", "What it said."),
}


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
            held = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TearSimError(f"{file} cannot be read: {error}") from None
        lacking = [
            name for name in NEEDED if not isinstance(held, dict) or not isinstance(held.get(name), NEEDED[name])
        ]
        if lacking:
            raise TearSimError(f"{file} is broken, or of another version: it has no {lacking[0]}.")
        return dict(held)

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment as it was run."""
        experiment, _ = read_experiment(self.folder / EXPERIMENT)
        return experiment.with_design(self.provenance["replicates"], self.provenance["seed"])

    @property
    def is_shard(self) -> bool:
        """Whether these are one share of a sweep alone, kept in parts."""
        return bool(self.provenance["shard"] != str(WHOLE))

    @property
    def finished(self) -> bool:
        """Whether every run is there."""
        return bool(self.provenance["finished"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run."""
        return self.table("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a run and week. Raises TearSimError if the experiment kept none."""
        return self.table("series")

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row a session. Raises TearSimError if the experiment kept none."""
        return self.table("sessions")

    @cached_property
    def episodes(self) -> pd.DataFrame:
        """One row an episode of therapy. Raises TearSimError if the experiment kept none."""
        return self.table("episodes")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row a run that failed: design point, replicate, error and its message."""
        return self.table(FAILURES)

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table, or some columns of it, of what is there so far.

        Raises TearSimError for a table that was not kept, a column it does not have, and a file that is broken.
        """
        declared = self.declared(name)
        for column in columns or []:
            if column not in declared:
                raise TearSimError(f'{name} has no column "{column}".{nearest(column, declared)}')
        whole = self.folder / f"{name}.parquet"
        files = [whole] if whole.exists() else parts_of(self.folder, name)
        if not files and self.finished and not self.is_shard:
            raise TearSimError(
                f"{whole} is missing, though the sweep is finished: put it back, or sweep anew elsewhere."
            )
        tables = []
        for file in files:
            try:
                tables.append(read_table(file, columns))
            except (OSError, pa.ArrowInvalid) as error:
                raise TearSimError(f"{file} cannot be read: {str(error).splitlines()[0]}") from None
        if not tables:
            return pd.DataFrame({column: [] for column in columns or declared})
        return pa.concat_tables(tables).to_pandas(self_destruct=True)

    def describe(self) -> pd.DataFrame:
        """Unit and meaning of every column there is, by table and column."""
        rows = [
            (table, name, declared.unit, declared.meaning)
            for table, columns in self._columns().items()
            for name, declared in columns.items()
        ]
        return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"]).set_index(["table", "column"])

    def declared(self, table: str) -> dict[str, Described]:
        """Every column of a table, in order, as it is declared. Raises TearSimError for a table that was not kept."""
        columns = self._columns()
        if table not in columns:
            raise TearSimError(f"{self.folder} holds no {table}: it keeps {', '.join(columns)}.")
        return columns[table]

    def _columns(self) -> dict[str, dict[str, Described]]:
        """Every column of every table that is kept, as it is declared."""
        varied = {name: PARAMETERS.get(name, FORGOTTEN) for name in self.provenance["varied"]}
        columns: dict[str, dict[str, Described]] = {
            "runs": {**varied, **OUTCOMES}, "series": {**SERIES_COLUMNS}, "sessions": {**SESSION_COLUMNS},
            "episodes": {**EPISODE_COLUMNS}, FAILURES: {**FAILURE_COLUMNS},
        }  # fmt: skip
        return {name: {**ADDRESS, **columns[name]} for name in (*self.provenance["tables"], FAILURES)}


def open_results(folder: str | Path) -> Results:
    """Open a results folder, finished or not. Raises TearSimError if it is none."""
    folder = Path(folder)
    if not folder.is_dir():
        raise TearSimError(f"There is no folder {folder}.")
    if not (folder / PROVENANCE).exists():
        raise TearSimError(f"{folder} is no results folder: it has no {PROVENANCE}.")
    return Results(folder)
