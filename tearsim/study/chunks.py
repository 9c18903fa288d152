"""Running one chunk of a sweep: from design points and replicates to tables, wherever a worker may be."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tearsim.science.log import SESSION_COLUMNS
from tearsim.science.parameters import PARAMETERS
from tearsim.study.designs import Points
from tearsim.study.plan import Chunk
from tearsim.study.provenance import machine_fingerprint, source_hash
from tearsim.worlds.ensemble import Ensemble, Ran
from tearsim.worlds.episodes import EPISODE_COLUMNS, episodes_table
from tearsim.worlds.outcomes import OUTCOMES, outcomes, series
from tearsim.worlds.tables import LOG, TALLIES

# Each thread keeps the tables of the chunk it ran last: the next replicates of the same points use them again.
_mine = threading.local()

_ARROW = {int: pa.int64(), float: pa.float64(), bool: pa.bool_()}

FAILURES = "failures"
FAILURES_SCHEMA = pa.schema(
    {"design_point": pa.int32(), "replicate": pa.int32(), "error": pa.string(), "message": pa.string()}
)


@dataclass(frozen=True)
class Job:
    """All that a worker needs to run a chunk: nothing else of the experiment travels."""

    chunk: Chunk
    points: Points  # the chunk's own
    varied: tuple[str, ...]
    seed: int
    tables: tuple[str, ...]  # to be made

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


def run_chunk(job: Job, write: Callable[[str, pa.Table], None] | None = None,
              pause: Callable[[], None] = go_on) -> Done:  # fmt: skip
    """Run a chunk, rows in order of replicate and design point.

    Tables are given to `write` one by one, the runs last: where they are, all is. Without it they are returned.
    `pause` is called every fraction of a second and may raise, to stop at once.
    """
    started = time.thread_time()
    parts: dict[str, list[pa.Table]] = {name: [] for name in (*job.tables, FAILURES)}
    simulated = 0.0
    for replicate in range(job.chunk.first_replicate, job.chunk.first_replicate + job.chunk.replicates):
        before = time.thread_time()
        ran, failed = _run_points(job, replicate, pause)
        simulated += time.thread_time() - before
        parts[FAILURES].append(pa.Table.from_pylist(failed, FAILURES_SCHEMA))
        for name in job.tables:
            parts[name].append(_MAKE[name](_Replicate(job, replicate, ran)))
    tables = {name: pa.concat_tables(of_replicates) for name, of_replicates in parts.items()}
    sessions = int(np.nansum(tables["runs"]["sessions"].to_numpy())) if len(tables["runs"]) else 0
    if write is not None:
        for name in reversed(tables):
            write(name, tables[name])
    return Done(
        job.chunk, {name: len(table) for name, table in tables.items()}, sessions, simulated,
        time.thread_time() - started, source_hash(), machine_fingerprint(), {} if write else tables,
    )  # fmt: skip


def _run_points(job: Job, replicate: int, pause: Callable[[], None]) -> tuple[list[Ran | None], list[dict[str, Any]]]:
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
            ran += Ensemble([point], job.logs).run(job.seed, replicate, pause)
        except Exception as error:
            ran.append(None)
            failed.append({"design_point": number, "replicate": replicate, "error": type(error).__name__,
                           "message": str(error)})  # fmt: skip
    return ran, failed


def _ensemble_for(job: Job) -> Ensemble:
    if getattr(_mine, "points", None) != job.points or _mine.log != job.logs:
        _mine.ensemble, _mine.points, _mine.log = Ensemble(job.points, job.logs), job.points, job.logs
    return _mine.ensemble


class _Replicate:
    """One replicate of a chunk's points, those that failed left out."""

    def __init__(self, job: Job, replicate: int, ran: list[Ran | None]) -> None:
        self.job, self.replicate = job, replicate
        self.members = [i for i, one in enumerate(ran) if one is not None]
        self.ran = [one for one in ran if one is not None]

    def addresses(self, rows: list[int]) -> dict[str, Any]:
        """Design point and replicate for so many rows of each member."""
        numbers = np.array(self.members, np.int32) + np.int32(self.job.chunk.first_point)
        point = np.repeat(numbers, rows)
        return {"design_point": point, "replicate": np.full(len(point), self.replicate, np.int32)}

    def by_length(self) -> list[tuple[list[int], NDArray[Any]]]:
        """Positions and tallies of members watched for equally many weeks; an empty group if there are no members."""
        if not self.ran:
            return [([], np.zeros((0, 1), TALLIES))]
        groups: dict[int, list[int]] = {}
        for i, one in enumerate(self.ran):
            groups.setdefault(len(one.tallies), []).append(i)
        return [(members, self._stacked(members, weeks)) for weeks, members in groups.items()]

    def _stacked(self, members: list[int], weeks: int) -> NDArray[Any]:
        """Tallies of members as one table, copied row by row: stacking records compares their fields each time."""
        tallies = np.empty((len(members), weeks), TALLIES)
        for row, i in enumerate(members):
            tallies[row] = self.ran[i].tallies
        return tallies


def _runs(done: _Replicate) -> pa.Table:
    """One row a run: where it stands in the design, its varied parameters, its outcomes."""
    columns = done.addresses([1] * len(done.ran))
    for name in done.job.varied:
        columns[name] = pa.array([done.job.points[i][name] for i in done.members], arrow_type(name))
    measured: dict[str, NDArray[Any]] = {name: np.full(len(done.ran), np.nan) for name in OUTCOMES}
    for members, tallies in done.by_length():
        for name, values in outcomes(tallies).items():
            measured[name][members] = values
    return _table({**columns, **measured})


def _series(done: _Replicate) -> pa.Table:
    """One row a run and week."""
    weeks = [len(one.tallies) for one in done.ran]
    starts = np.cumsum([0, *weeks])
    weekly: dict[str, NDArray[Any]] = {}
    for members, tallies in done.by_length():
        rows = np.add.outer(starts[members], np.arange(tallies.shape[1])).ravel()
        for name, values in series(tallies).items():
            weekly.setdefault(name, np.empty(starts[-1], values.dtype))[rows] = values.ravel()
    return _table({**done.addresses(weeks), **weekly})


def _sessions(done: _Replicate) -> pa.Table:
    """One row a session, kinds and levels in words."""
    log = np.concatenate([one.log for one in done.ran]) if done.ran else np.zeros(0, LOG)
    columns = done.addresses([len(one.log) for one in done.ran])
    for name, column in SESSION_COLUMNS.items():
        values = np.ascontiguousarray(log[name])
        columns[name] = _words(values.astype(np.int8), column.words) if column.words else values
    return _table(columns)


_EPISODES_SCHEMA = pa.schema({
    "design_point": pa.int32(), "replicate": pa.int32(),
    **{name: pa.dictionary(pa.int8(), pa.string()) if column.words else _ARROW[column.type]
       for name, column in EPISODE_COLUMNS.items()},
})  # fmt: skip


def _episodes(done: _Replicate) -> pa.Table:
    """One row an episode of therapy."""
    tables = [_EPISODES_SCHEMA.empty_table()]
    for i, one in zip(done.members, done.ran, strict=True):
        episodes = episodes_table(one.log, done.job.points[i], done.job.seed, done.replicate)
        episodes = episodes.assign(design_point=done.job.chunk.first_point + i, replicate=done.replicate)
        tables.append(pa.Table.from_pandas(episodes, _EPISODES_SCHEMA, preserve_index=False))
    return pa.concat_tables(tables)


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


def arrow_type(name: str) -> pa.DataType:
    """The type of a parameter's column."""
    kinds = {"choice": pa.string(), "switch": pa.bool_(), "whole number": pa.int64(), "number": pa.float64()}
    return kinds[PARAMETERS[name].kind]


def _table(columns: dict[str, Any]) -> pa.Table:
    """An Arrow table; NaN becomes missing."""
    return pa.table({
        name: values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
        for name, values in columns.items()
    })  # fmt: skip
