"""Running one chunk of a sweep: from design points and replicates to tables, wherever a worker may be."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tearsim.errors import SweepError
from tearsim.science.log import SESSION_COLUMNS
from tearsim.science.replacing import Replaced, sources_of
from tearsim.study.sweeps.chunks import Chunk
from tearsim.study.sweeps.columns import FAILURES, TABLE_COLUMNS, parameter_columns, schema_of
from tearsim.study.sweeps.designs import Points
from tearsim.study.sweeps.identity import source_hash
from tearsim.study.sweeps.provenance import machine_fingerprint
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.episodes import episodes_table
from tearsim.worlds.outcomes import OUTCOMES, Numbers, outcomes, series
from tearsim.worlds.tables import TALLIES, Ran, one_after_another

# A column on its way into a table of Arrow's.
Measured: TypeAlias = NDArray[np.generic] | pd.Series | pa.Array | Sequence[object]
# Each thread keeps the tables of the chunk it ran last: the next replicates of the same points use them again.
_mine = threading.local()


@dataclass(frozen=True)
class Job:
    """All that a worker needs to run a chunk: nothing else of the experiment travels."""

    chunk: Chunk
    points: Points  # the chunk's own
    varied: tuple[str, ...]
    seed: int
    tables: tuple[str, ...]  # to be made
    replaced: Replaced = ()  # functions in the place of rules, as the one who asks has them
    sources: tuple[tuple[str, str], ...] = ()  # and what they say there

    @property
    def logs(self) -> bool:
        """Whether every session has to be logged."""
        return "sessions" in self.tables or "episodes" in self.tables


@dataclass(frozen=True)
class Done:
    """What running a chunk gave, and what it took."""

    chunk: Chunk
    rows: dict[str, int]
    sessions: int
    simulation_seconds: float  # of one core, within the worlds
    seconds: float  # of one core, in all
    source_hash: str  # of the model that ran
    machine_fingerprint: str  # of the machine it ran on
    tables: dict[str, pa.Table] = field(default_factory=dict, repr=False)  # unless the worker wrote them itself


def go_on() -> None:
    """Nobody wants to stop."""


def run_chunk(
    job: Job, write: Callable[[str, pa.Table], None] | None = None, pause: Callable[[], None] = go_on
) -> Done:
    """Run a chunk, rows in order of replicate and design point.

    Tables are given to `write` one by one, the runs last: where they are, all is. Without it they are returned.
    `pause` is called every fraction of a second and may raise, to stop at once.
    """
    started = time.thread_time()
    if (here := sources_of(job.replaced)) != dict(job.sources):
        other = next(name for name, source in job.sources if here.get(name) != source)
        raise SweepError(f"The function in the place of the rule {other} is another one where a worker runs.")
    parts: dict[str, list[pa.Table]] = {name: [] for name in (*job.tables, FAILURES)}
    simulated = 0.0
    for replicate in range(job.chunk.first_replicate, job.chunk.first_replicate + job.chunk.replicates):
        before = time.thread_time()
        ran, failed = _run_points(job, replicate, pause)
        simulated += time.thread_time() - before
        parts[FAILURES].append(pa.Table.from_pylist(failed, schema_of(FAILURES, ())))
        for name in job.tables:
            parts[name].append(_MAKE[name](_Replicate(job, replicate, ran)))
    tables = {name: pa.concat_tables(of_replicates) for name, of_replicates in parts.items()}
    sessions = int(np.nansum(tables["runs"]["sessions"].to_numpy())) if len(tables["runs"]) else 0
    if write is not None:
        for name in reversed(tables):
            write(name, tables[name])
    return Done(
        job.chunk,
        {name: len(table) for name, table in tables.items()},
        sessions,
        simulated,
        time.thread_time() - started,
        source_hash(),
        machine_fingerprint(),
        {} if write else tables,
    )


def _run_points(
    job: Job, replicate: int, pause: Callable[[], None]
) -> tuple[list[Ran | None], list[dict[str, object]]]:
    """What each point left, None where it failed; and the failures.

    If running them together fails, each is run alone, so that one point cannot take others with it.
    """
    try:
        return list(_ensemble_for(job).run(job.seed, replicate, pause)), []
    except Exception:
        _mine.points = None
    ran: list[Ran | None] = []
    failed = []
    for number, point in enumerate(job.points, job.chunk.first_point):
        try:
            ran += Ensemble([point], job.logs, dict(job.replaced)).run(job.seed, replicate, pause)
        except Exception as error:
            ran.append(None)
            failed.append(
                {"design_point": number, "replicate": replicate, "error": type(error).__name__, "message": str(error)}
            )
    return ran, failed


def _ensemble_for(job: Job) -> Ensemble:
    how = (job.logs, job.replaced)
    if getattr(_mine, "points", None) != job.points or _mine.how != how:
        _mine.ensemble, _mine.points, _mine.how = Ensemble(job.points, job.logs, dict(job.replaced)), job.points, how
    return _mine.ensemble


class _Replicate:
    """One replicate of a chunk's points, those that failed left out."""

    def __init__(self, job: Job, replicate: int, ran: list[Ran | None]) -> None:
        self.job, self.replicate = job, replicate
        self.members = [i for i, one in enumerate(ran) if one is not None]
        self.ran = [one for one in ran if one is not None]

    def table(self, name: str, rows: list[int], measured: Mapping[str, Measured]) -> pa.Table:
        """A table of `rows` rows for each member: where it stands, its varied parameters, what was measured.

        NaN becomes missing.
        """
        member = np.repeat(np.arange(len(self.members)), rows)
        numbers = np.array(self.members, np.int32) + np.int32(self.job.chunk.first_point)
        replicate = np.full(len(member), self.replicate, np.int32)
        columns: dict[str, Measured] = {"design_point": numbers[member], "replicate": replicate, **measured}
        schema = schema_of(name, self.job.varied)
        for column, parameter in parameter_columns(name, self.job.varied).items():
            values = pa.array(self.job.points.values_of(parameter), schema.field(column).type)
            columns[column] = values.take(pa.array(self.members, pa.int64())).take(member)
        return pa.table([_array(columns[one.name], one.type) for one in schema], schema)

    def by_length(self) -> list[tuple[list[int], NDArray[np.void]]]:
        """Positions and tallies of members watched for equally many weeks; an empty group if there are no members."""
        if not self.ran:
            return [([], np.zeros((0, 1), TALLIES))]
        groups: dict[int, list[int]] = {}
        for i, one in enumerate(self.ran):
            groups.setdefault(len(one.tallies), []).append(i)
        return [(members, self._stacked(members, weeks)) for weeks, members in groups.items()]

    def _stacked(self, members: list[int], weeks: int) -> NDArray[np.void]:
        """Tallies of members as one table, copied as plain numbers: records are copied field by field."""
        numbers = np.empty((len(members), weeks, len(TALLIES.names or ())))
        for row, i in enumerate(members):
            numbers[row] = self.ran[i].tallies.view(np.float64).reshape(weeks, -1)
        return numbers.view(TALLIES)[..., 0]


def _runs(done: _Replicate) -> pa.Table:
    """One row a run: where it stands in the design, its varied parameters, its outcomes."""
    measured: dict[str, Numbers] = {name: np.full(len(done.ran), np.nan) for name in OUTCOMES}
    for members, tallies in done.by_length():
        for name, values in outcomes(tallies).items():
            measured[name][members] = values
    return done.table("runs", [1] * len(done.ran), measured)


def _series(done: _Replicate) -> pa.Table:
    """One row a run and week."""
    weeks = [len(one.tallies) for one in done.ran]
    starts = np.cumsum([0, *weeks])
    weekly: dict[str, NDArray[np.generic]] = {}
    for members, tallies in done.by_length():
        rows = np.add.outer(starts[members], np.arange(tallies.shape[1])).ravel()
        for name, values in series(tallies).items():
            weekly.setdefault(name, np.empty(starts[-1], values.dtype))[rows] = values.ravel()
    return done.table("series", weeks, weekly)


def _sessions(done: _Replicate) -> pa.Table:
    """One row a session, kinds and levels in words."""
    log = one_after_another([one.log for one in done.ran])
    columns: dict[str, Measured] = {}
    for name, column in SESSION_COLUMNS.items():
        values = np.ascontiguousarray(log[name])
        columns[name] = _words(values.astype(np.int8), column.words) if column.words else values
    return done.table("sessions", [len(one.log) for one in done.ran], columns)


def _episodes(done: _Replicate) -> pa.Table:
    """One row an episode of therapy."""
    tables = [
        episodes_table(one.log, done.job.points[i], done.job.seed, done.replicate)
        for i, one in zip(done.members, done.ran, strict=True)
    ]
    columns = pd.concat(tables) if tables else dict.fromkeys(TABLE_COLUMNS["episodes"], ())
    return done.table("episodes", [len(table) for table in tables], columns)


_MAKE = {"runs": _runs, "series": _series, "sessions": _sessions, "episodes": _episodes}


def expected_rows(job: Job, table: str, failed: int) -> int | None:
    """How many rows a whole part of a table has, if that can be told beforehand."""
    if table == "runs":
        return job.chunk.runs - failed
    if table == "series" and not failed:
        return sum(int(point["weeks"]) for point in job.points) * job.chunk.replicates
    return None


def _words(codes: NDArray[np.int8], words: tuple[str, ...]) -> pa.Array:
    """Codes as the words they stand for, each word held once."""
    return pa.DictionaryArray.from_arrays(codes, pa.array(words))


def _array(values: Measured, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind, from_pandas=True)
