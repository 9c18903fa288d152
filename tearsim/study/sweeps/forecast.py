"""What a sweep will take, measured on this machine by running a little of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.study.sweeps.chunks import WHOLE, Chunk, Shard, plan, sessions_at_most
from tearsim.study.sweeps.designs import Point, Points
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.run_chunk import Job, run_chunk

# Points tried, spread over the design, and sessions that each may hold at most: a second or so in all.
TRIED = 24
SESSIONS_TRIED = 200_000


@dataclass(frozen=True)
class Forecast:
    """What a sweep is made of, and about what it will take."""

    design_points: int
    runs: int
    sessions: float
    chunks: int
    cpu_seconds: float  # of one core
    seconds: float  # with the workers asked for
    bytes: float  # on the disk, when finished
    bytes_on_the_way: float  # parts and the tables put together from them


def forecast(experiment: Experiment, workers: int, shard: Shard = WHOLE) -> Forecast:
    """Run a few points of the design for one replicate and carry what they took over to all of it.

    Drawing luck is shared by the points of a chunk, so its cost is told apart: a trial of k points takes
    `luck + k*point` seconds; trials of one and of all give both.
    """
    points, replicates = experiment.points, experiment.design.replicates
    tried = [_shortened(point) for point in _spread(points)]
    share = sum(map(sessions_at_most, tried)) / sum(map(sessions_at_most, _spread(points)))
    _try(experiment, tried[:1])  # compiled, caches filled
    of_one, _, _ = _try(experiment, tried[:1])
    of_all, sessions, size = _try(experiment, tried)
    held = sum(map(sessions_at_most, tried))
    a_session = max(0.0, of_all - of_one) / max(1, held - sessions_at_most(tried[0])) or of_one / held
    luck = max(0.0, of_one - a_session * sessions_at_most(tried[0]))
    chunks = plan(points, replicates, experiment.record.sessions or experiment.record.episodes, shard)
    at_most = sum(
        sum(map(sessions_at_most, points[c.first_point : c.first_point + c.points])) * c.replicates for c in chunks
    )
    drawings = sum(chunk.replicates for chunk in chunks) / share
    cpu_seconds = a_session * at_most + luck * drawings
    stored = size / held * at_most
    return Forecast(
        len(points),
        sum(chunk.runs for chunk in chunks),
        sessions / held * at_most,
        len(chunks),
        cpu_seconds,
        cpu_seconds / max(1, min(workers, len(chunks))),
        stored,
        2.0 * stored,
    )


def _spread(points: Sequence[Point]) -> list[Point]:
    step = max(1, len(points) // TRIED)
    return [points[i] for i in range(0, len(points), step)][:TRIED]


def _shortened(point: Point) -> Point:
    """The point, watched for no longer than a trial may take."""
    a_week = int(point["therapists"]) * int(point["caseload"])
    return {**point, "weeks": max(1, min(int(point["weeks"]), SESSIONS_TRIED // a_week))}


def _try(experiment: Experiment, tried: list[Point]) -> tuple[float, int, int]:
    """Seconds, sessions held, and bytes written, of one replicate of these points."""
    job = Job(
        Chunk(0, 0, len(tried), 0, 1),
        Points({}, tried),
        tuple(experiment.varied),
        experiment.design.seed,
        experiment.tables,
        experiment.replaced,
        tuple(experiment.sources.items()),
    )
    started = time.thread_time()  # not the clock on the wall: what else the machine does says nothing of the sweep
    done = run_chunk(job)
    seconds = time.thread_time() - started
    return seconds, done.sessions, sum(map(_size, done.tables.values()))


def _size(table: pa.Table) -> int:
    """Bytes of a table as Parquet, by what its second half adds: without what each file and column takes by itself."""
    half = len(table) // 2
    if not half:
        return _written(table)
    return (_written(table) - _written(table.slice(0, half))) * len(table) // (len(table) - half)


def _written(table: pa.Table) -> int:
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd", use_dictionary=False)
    return int(buffer.getvalue().size)
