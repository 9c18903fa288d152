"""A results folder: tables, provenance, and opening it again.

results/NAME/
  experiment.toml   a copy of the experiment as it was run
  provenance.json   versions, hashes, seed, command, times; whether it is finished, and the SHA-256 of each file then
  parts/            one sealed Parquet file for each finished chunk and table, while the sweep runs (see `parts`)
  runs.parquet      one row a run: design point, replicate, varied parameters, outcomes
  series.parquet    one row a run and week, unless the runs are too many
  sessions.parquet, episodes.parquet   one row a session, or an episode of therapy, if the experiment asks for it
  failures.parquet  one row a run that failed, and why: as a rule empty
  report.html       the answer in words, figures and tables, written by the command line at the end
  export/           the tables for SPSS, Stata or Excel, once `tearsim export` was asked for them

A shard of a sweep (`--shard`) keeps its parts, for `tearsim merge` to put together.

What stands in a folder is not believed: a file is checked against its SHA-256, a part against its seal, and the
experiment against what was run, before anything is made from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import overload

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.arguments import all_of_kind, path
from tearsim.errors import TearSimError, echoed, shortened
from tearsim.safe_files import read_table, sha256
from tearsim.science.declaration import nearest
from tearsim.study.arms import SHOWN_AND_HELD_BACK, checked_arms, paired_differences
from tearsim.study.estimates import POINT, Estimate, means_by, overall, with_worlds
from tearsim.study.sweeps.chunks import WHOLE
from tearsim.study.sweeps.columns import FAILURES, FORGOTTEN, Described, columns_of, holds_the_same, schema_of
from tearsim.study.sweeps.designs import is_number
from tearsim.study.sweeps.experiment import SAMPLED, Experiment, read_experiment
from tearsim.study.sweeps.given import AsGiven
from tearsim.study.sweeps.identity import source_hash
from tearsim.study.sweeps.parts import PARTS, BrokenPartError, Parts
from tearsim.study.sweeps.provenance import EXPERIMENT, PROVENANCE, PUT_BACK, Origin, read_provenance
from tearsim.worlds.outcomes import checked_outcome

MOST_OF_A_LIBRARY = 300  # of what a library says, in a message


@dataclass(frozen=True)
class Results:
    """A results folder, opened; it may be unfinished. `given` is what was just run there, if it is at hand.

    Raises TearSimError, when asked for something, if the file that holds it is missing, broken, or not as it was
    written.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 2, "vary": {"tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> results.finished, len(results.runs)
    (True, 4)
    """

    folder: Path
    given: AsGiven | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", path("folder", self.folder))

    @cached_property
    def provenance(self) -> Origin:
        """Versions, hashes, seed, command and times."""
        return read_provenance(self.folder / PROVENANCE)

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment as it was run."""
        self.hold(EXPERIMENT)
        if self.given is not None and self.given.is_said_in(self.folder):
            experiment = self.given.experiment
        else:
            experiment, _ = read_experiment(self.folder / EXPERIMENT)
        if experiment.design.file is not None:
            self.hold(experiment.design.file)
        held = self.provenance
        experiment = experiment.with_design(held["replicates"], held["seed"])
        if "extended_from" in held:  # a sweep of as many runs might keep less by itself
            experiment = experiment.keeping(held["tables"])
        if self.of_this_model and experiment.theory is not None and not _gives(experiment, held):
            raise TearSimError(
                f"{self.folder} was run under the theory {echoed(experiment.theory)}, which says something else in "
                f"this version (or {EXPERIMENT} was edited since): TearSim {held['tearsim']} can read it."
            )
        if self.of_this_model and not _gives(experiment, held):
            raise TearSimError(
                f"{self.folder}: {EXPERIMENT} gives other points than were run: it, or {PROVENANCE}, was edited since "
                f"(or SALib draws others now): {PUT_BACK}"
            )
        return experiment

    @property
    def is_shard(self) -> bool:
        """Whether these are one share of a sweep alone, kept in parts."""
        return bool(self.provenance["shard"] != str(WHOLE))

    @property
    def finished(self) -> bool:
        """Whether every run is there."""
        return bool(self.provenance["finished"])

    @property
    def in_parts(self) -> bool:
        """Whether the rows stand in parts, as of a shard they always do, and of a whole sweep until it is finished."""
        return self.is_shard or not self.finished

    @property
    def of_this_model(self) -> bool:
        """Whether they were made by this very version of the model."""
        return bool(self.provenance["source_hash"] == source_hash())

    @property
    def can_be_checked(self) -> bool:
        """Whether they were written by a version that keeps digests and seals."""
        return "format" in self.provenance

    @property
    def parts(self) -> Parts:
        """Their parts, while they are in parts."""
        return Parts(self.folder, self.provenance, tuple(self.provenance["varied"]), self.of_this_model)

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
        """One row a run that failed, with design point, replicate, error and its message."""
        return self.table(FAILURES)

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table, or some columns of it, of what is there so far.

        Raises TearSimError for a table that was not kept, a column it does not have, and a file that is broken or not
        as it was written.
        """
        declared = self.declared(name)
        if columns is not None:
            columns = all_of_kind("columns", columns, str, "names of columns")
        for column in columns or []:
            if column not in declared:
                raise TearSimError(f'{name} has no column "{column}".{nearest(column, declared)}')
        tables = [self._read(file, name, columns) for file in self.files(name)]
        if not tables:
            return pd.DataFrame({column: [] for column in columns or declared})
        try:
            return pa.concat_tables(tables).to_pandas(self_destruct=True)
        except pa.ArrowInvalid:  # of an earlier version
            raise TearSimError(f"{self.folder}/{PARTS} holds parts of {name} with different columns.") from None

    @overload
    def effect(self, outcome: str, *, by: None = None, arms: tuple[str, str] = SHOWN_AND_HELD_BACK) -> Estimate: ...

    @overload
    def effect(
        self, outcome: str, *, by: str | Sequence[str], arms: tuple[str, str] = SHOWN_AND_HELD_BACK
    ) -> pd.DataFrame: ...

    def effect(
        self, outcome: str, *, by: str | Sequence[str] | None = None, arms: tuple[str, str] = SHOWN_AND_HELD_BACK
    ) -> Estimate | pd.DataFrame:
        """What tears did to an outcome: one manner of tears minus another, under the same luck.

        `effect = mean over replicates of (first arm - second arm)`, each run paired with the one that differs from it
        in the tears alone, all else that varies averaged within the replicate.

        Args:
            outcome: An outcome by name (`tearsim.OUTCOMES`), whose unit the effect has.
            by: A parameter that varies, or several: the effect at each of their values. None: over all design points.
            arms: The two manners of tears, the first minus the second.

        Returns:
            The mean with its 95 % interval over replicates (Student's t), which holds the luck of the simulation, or
            over the fitted or open worlds that these lived in, which also holds how these differ; with `by` a table of
            these, a row for each value.

        Raises:
            TearSimError: For an outcome or a parameter that these results do not have, and for arms that were not run.

        >>> import tearsim, tempfile
        >>> small = {"title": "Small", "question": "?",
        ...          "parameters": {"weeks": 26, "therapists": 4, "eyes_fill_base": -4.0},
        ...          "design": {"replicates": 3, "vary": {"tears": ["shown", "held back"]}}}
        >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
        >>> round(results.effect("alliance_mean").mean, 4)
        0.0007
        """
        checked_outcome(outcome)
        levels = self._levels(by)
        experiment = self.experiment
        runs = self.table("runs", [POINT, "replicate", *experiment.varied, outcome])
        runs = with_worlds(runs, experiment.parameters)
        differences = paired_differences(runs, outcome, checked_arms(arms, runs))
        if not levels:
            return overall(differences, outcome, differences=1)
        found = means_by(differences, levels, outcome, differences=1)
        rows = pd.DataFrame([(*at, *one) for at, one in found.items()], columns=[*levels, *Estimate._fields])
        return rows.set_index(levels if len(levels) > 1 else levels[0])

    def _levels(self, by: str | Sequence[str] | None) -> list[str]:
        """The parameters that an effect is split by. Raises TearSimError for one that does not vary, or was sampled."""
        experiment = self.experiment
        varied = [name for name in experiment.varied if name != "tears"]
        if not (by is None or isinstance(by, str | Sequence)):
            raise TearSimError(f"by is a parameter that varies, or several; {echoed(by)} is not.")
        levels = [] if by is None else [by] if isinstance(by, str) else list(by)
        for name in levels:
            if name not in varied or levels.count(name) > 1:
                what = "is named twice" if name in varied else "does not vary in these results"
                raise TearSimError(f"{echoed(name)} {what}; what varies: {', '.join(varied) or 'nothing'}.")
            if experiment.design.kind in SAMPLED and name in experiment.spans and is_number(name):
                raise TearSimError(
                    f"{name} was sampled, so that hardly two points have the same value of it: "
                    "tearsim.figures.curves puts values together, and answer_in_short fits a line."
                )
        return levels

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
        if not isinstance(table, str) or table not in columns:
            called = table if isinstance(table, str) else echoed(table)
            raise TearSimError(f"{self.folder} holds no {shortened(called)}: it keeps {', '.join(columns)}.")
        return columns[table]

    def _columns(self) -> dict[str, dict[str, Described]]:
        """Every column of every table that is kept, as it is declared."""
        return {name: columns_of(name, self.provenance["varied"]) for name in (*self.provenance["tables"], FAILURES)}

    def files(self, table: str) -> list[Path]:
        """The files that hold a table, in order, each seen to be as it was written.

        Raises TearSimError if one is not.
        """
        self._hold_experiment()
        if not self.in_parts:
            self.hold(f"{table}.parquet")
            return [self.folder / f"{table}.parquet"]
        chunks = self.parts.there(table)
        if self.can_be_checked:
            self._refuse_broken_parts(table)
        if self.finished and table != FAILURES and sum(chunk.runs for chunk in chunks) != self.provenance["runs"]:
            raise TearSimError(
                f"{self.folder}: parts of {table} are missing, though the shard is finished: the command that made "
                "it runs them again."
            )
        return [self.parts.file(table, chunk) for chunk in chunks]

    def _hold_experiment(self) -> None:
        """See that the experiment's file is still what was run, as far as that can be told."""
        if EXPERIMENT in self.provenance.get("sha256", {}):
            self.hold(EXPERIMENT)
        elif self.of_this_model and (self.folder / EXPERIMENT).exists():
            _ = self.experiment

    @cached_property
    def _seen(self) -> set[str]:
        """Files that were checked against their digests, parts against their seals: once is enough."""
        return set()

    def hold(self, name: str) -> None:
        """See that a file is as it was written, if that was noted. Raises TearSimError if it is not."""
        file, written = self.folder / name, self.provenance.get("sha256", {}).get(name)
        if name in self._seen:
            return
        try:
            if not file.is_file():
                found = "missing, though the sweep is finished" if self.finished else "missing"
                raise TearSimError(f"{file} is {found}: {PUT_BACK}")
            if written is not None and sha256(file) != written:
                raise TearSimError(f"{file} is not as it was written, it was changed or broke since: {PUT_BACK}")
        except OSError as error:
            raise TearSimError(f"{file} cannot be read: {error.strerror or error}.") from None
        self._seen.add(name)

    def _refuse_broken_parts(self, table: str) -> None:
        parts = self.parts
        for chunk in parts.there(table):
            if (file := parts.file(table, chunk).name) not in self._seen:
                try:
                    parts.rows(table, chunk)
                except BrokenPartError as broken:
                    raise TearSimError(f"{self.folder}: {broken}: the command that made it runs it again.") from None
                self._seen.add(file)

    def _read(self, file: Path, table: str, columns: list[str] | None) -> pa.Table:
        try:
            self._refuse_other_columns(file, pq.read_schema(file), table, columns)
            return read_table(file, columns).replace_schema_metadata()
        except (OSError, pa.ArrowException) as error:
            said = (str(error).splitlines() or [type(error).__name__])[0]
            raise TearSimError(f"{file} cannot be read: {said[:MOST_OF_A_LIBRARY].rstrip('.')}: {PUT_BACK}") from None

    def _refuse_other_columns(self, file: Path, there: pa.Schema, table: str, columns: list[str] | None) -> None:
        """Of a file that has no digest: see that the columns asked for are there, and hold what they should."""
        wanted, declared = schema_of(table, self.provenance["varied"]), self._columns()[table]
        for column in wanted if columns is None else map(wanted.field, columns):
            if column.name not in there.names:
                if columns is not None:
                    raise TearSimError(f'{file} cannot be read: it has no column "{column.name}": {PUT_BACK}')
                continue
            kind = there.field(column.name).type
            if not holds_the_same(kind, column.type) and declared[column.name] is not FORGOTTEN:
                raise TearSimError(
                    f'{file} cannot be read: its column "{column.name}" holds {_in_words(kind)}, not '
                    f"{_in_words(column.type)}: {PUT_BACK}"
                )


def _gives(experiment: Experiment, held: Origin) -> bool:
    """Whether an experiment is the one whose results these say to be."""
    said = [held["design_points"], held["varied"], held["tables"]]
    runs = held["runs"] if held["shard"] == str(WHOLE) else experiment.runs
    mine = [len(experiment.points), experiment.varied, list(experiment.tables)]
    return (said, runs) == (mine, experiment.runs) and experiment.fingerprint() == held["experiment_hash"]


def _in_words(kind: pa.DataType) -> str:
    """What a column of Arrow's holds."""
    kinds = {
        "text": pa.types.is_string,
        "long text": pa.types.is_large_string,
        "yes or no": pa.types.is_boolean,
        "whole numbers": pa.types.is_integer,
        "numbers": pa.types.is_floating,
        "kinds": pa.types.is_dictionary,
    }
    words = next((words for words, holds in kinds.items() if holds(kind)), "something else")
    return f"{words} ({str(kind)[:40]})"


def open_results(folder: str | Path | Results) -> Results:
    """Open a results folder, finished or not; what is open already is returned as it is.

    Args:
        folder: The folder, or results that are open already.

    Returns:
        The results, with tables as pandas, provenance and effects.

    Raises:
        TearSimError: If it is not a results folder.

    >>> import tearsim, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 2, "vary": {"tears": ["shown", "held back"]}}}
    >>> _ = tearsim.sweep(small, out=folder)
    >>> len(tearsim.open_results(folder).runs)
    4
    """
    if isinstance(folder, Results):
        return folder
    if not isinstance(folder, (str, Path)):
        raise TearSimError(f"Results are a folder, or results that are open; {echoed(folder)} is neither.")
    folder = path("results", folder)
    if not folder.is_dir():
        is_file = f"{folder} is a file; results are a folder."
        raise TearSimError(is_file if folder.is_file() else f"There is no folder {folder}.")
    if not (folder / PROVENANCE).exists():
        raise TearSimError(f"{folder} is not a results folder: it has no {PROVENANCE}.")
    return Results(folder)
