"""Running a sweep: chunks on workers, each on disk as soon as it is done, put together at the end.

Results depend on the experiment alone: not on workers, nor on being stopped and continued.
"""

import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from tearsim.errors import TearSimError
from tearsim.study.chunks import run_chunk
from tearsim.study.experiment import Experiment, Point, make_experiment, read_experiment
from tearsim.study.plan import Chunk, plan, sessions_at_most
from tearsim.study.provenance import now, provenance, same_source
from tearsim.study.results import (
    EXPERIMENT,
    PARTS,
    PROVENANCE,
    TABLES,
    Results,
    open_results,
    part_file,
    write_json,
    write_table,
)  # fmt: skip

# Chunks in flight for each worker: one to run and one to start at once after it; more would only fill memory.
CHUNKS_A_WORKER = 2
LOCK = ".lock"
# What a sweep that was killed as it began may have left.
OWN = {f"{PROVENANCE}.unfinished"}


@dataclass(frozen=True)
class Progress:
    """How far a sweep has come."""

    done: int  # runs, those kept from before included
    kept: int  # runs that were there already
    runs: int
    sessions: int  # held now, at most
    seconds: float


Report = Callable[[Progress], None]


def say_nothing(progress: Progress) -> None:
    """Report to nobody."""


def sweep(experiment: str | Path | Mapping[str, Any] | Experiment, out: str | Path | None = None,
          workers: int | None = None, replicates: int | None = None, seed: int | None = None,
          executor: Executor | None = None, report: Report | None = None,
          command: str = "tearsim.sweep") -> Results:  # fmt: skip
    """Run an experiment and return its results; a folder with part of them is continued, a finished one left alone.

    `experiment` is a file, a folder with an `experiment.toml`, or the content of one. Results go to `out`, by default
    `results/` and the name of the experiment's folder or file. `workers` threads run it, by default one a processor;
    or any `executor` of threads.

    Raises TearSimError, before anything is written, for an experiment that cannot be run, a folder of other
    results, and a folder that another sweep is writing to.
    """
    experiment, source = _read(experiment)
    if replicates is not None or seed is not None:
        experiment = experiment.with_design(replicates, seed)
    if workers is not None and workers < 1:
        raise TearSimError(f"The number of workers goes from 1; {workers} is outside.")
    folder = Path(out) if out is not None else Path("results") / _name(source)
    job = _Sweep(experiment, folder, command)
    with job.ready(source):
        if not job.finished:
            own = executor or ThreadPoolExecutor(workers or os.cpu_count() or 1)
            try:
                job.run(own, workers or os.cpu_count() or 1, report or say_nothing)
            finally:
                if executor is None:
                    own.shutdown(wait=True, cancel_futures=True)
            job.finish()
    return open_results(folder)


def _read(given: str | Path | Mapping[str, Any] | Experiment) -> tuple[Experiment, Path | None]:
    if isinstance(given, Experiment):
        return given, None
    if isinstance(given, Mapping):
        return make_experiment(given, "the experiment"), None
    return read_experiment(Path(given))


def _name(source: Path | None) -> str:
    """The name of results: that of the experiment's folder, or of its file."""
    if source is None:
        return "experiment"
    return source.resolve().parent.name if source.name == EXPERIMENT else source.stem


class _Sweep:
    """One experiment on its way into one folder."""

    def __init__(self, experiment: Experiment, folder: Path, command: str) -> None:
        self.experiment, self.folder = experiment, folder
        self.points: list[Point] = experiment.points
        self.chunks = plan(self.points, experiment.design.replicates, experiment.record.sessions)
        self.runs = sum(chunk.runs for chunk in self.chunks)
        self.provenance = provenance(experiment, self.runs, command)
        self.finished = False
        kept = {"runs": True, "series": experiment.record.series, "sessions": experiment.record.sessions}
        self.kept_tables = [name for name in TABLES if kept[name]]

    @contextmanager
    def ready(self, source: Path | None) -> Iterator[None]:
        """Hold the folder, new or fit to be continued, for as long as this takes."""
        with self._writing():
            if self.folder.exists() and not self.folder.is_dir():
                raise TearSimError(f"{self.folder} is a file; results need a folder.")
            self._held()  # refuse what must be refused before anything is written
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / LOCK, blocking=False)
            try:
                lock.acquire()
            except Timeout:
                raise TearSimError(f"{self.folder} is being written to by another sweep; wait for it to end.") from None
        try:
            held = self._held()  # again: it may have changed before the lock was ours
            if held is not None:
                self.provenance = {**self.provenance, "started": held["started"]}
                self.finished = held["finished"]
            if not self.finished:
                with self._writing():
                    self._begin(source)
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn what the operating system refuses into words."""
        try:
            yield
        except OSError as error:
            raise TearSimError(f"{self.folder} cannot be written to: {error.strerror or error}.") from error

    def _held(self) -> dict[str, Any] | None:
        """What the folder says about itself, None for a new one; refuses one of other contents."""
        if (self.folder / PROVENANCE).exists():
            held = open_results(self.folder).provenance
            same_source(held, self.provenance, str(self.folder))
            return held
        if self.folder.exists() and any(entry.name not in OWN for entry in self.folder.glob("[!.]*")):
            raise TearSimError(f"{self.folder} holds files that are no results; choose another folder with --out.")
        return None

    def _begin(self, source: Path | None) -> None:
        write_json(self.folder / PROVENANCE, self.provenance)
        (self.folder / PARTS).mkdir(exist_ok=True)
        if source is not None:
            shutil.copyfile(source, self.folder / EXPERIMENT)
        else:
            import tomli_w

            content = self.experiment.model_dump(exclude_defaults=True)
            (self.folder / EXPERIMENT).write_text(tomli_w.dumps(content), encoding="utf-8")

    def run(self, executor: Executor, workers: int, report: Report) -> None:
        """Run the chunks that are not there yet; write each as it comes."""
        to_do = [chunk for chunk in self.chunks if not self._is_there(chunk)]
        kept = self.runs - sum(chunk.runs for chunk in to_do)
        started, done, sessions = time.monotonic(), kept, 0
        report(Progress(done, kept, self.runs, sessions, 0.0))
        for chunk, tables in self._in_flight(executor, to_do, workers * CHUNKS_A_WORKER):
            # The runs come last: where they are, all is.
            with self._writing():
                for name in reversed(self.kept_tables):
                    write_table(part_file(self.folder, name, chunk), [tables[name]])
            done += chunk.runs
            mine = self.points[chunk.first_point : chunk.first_point + chunk.points]
            sessions += sum(sessions_at_most(point) for point in mine) * chunk.replicates
            report(Progress(done, kept, self.runs, sessions, time.monotonic() - started))

    def _in_flight(
        self, executor: Executor, to_do: list[Chunk], most: int
    ) -> Iterator[tuple[Chunk, dict[str, pa.Table]]]:
        """Chunks with their tables in order, a bounded number of them under way."""
        waiting: deque[tuple[Chunk, Future[dict[str, pa.Table]]]] = deque()
        for chunk in to_do:
            waiting.append((chunk, executor.submit(run_chunk, self.experiment, self.points, chunk)))
            if len(waiting) >= most:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()

    def _is_there(self, chunk: Chunk) -> bool:
        """Whether the chunk's part of every table is on disk, whole."""
        try:
            rows = {name: pq.read_metadata(part_file(self.folder, name, chunk)).num_rows for name in self.kept_tables}
        except (FileNotFoundError, pa.ArrowInvalid):
            return False
        return rows["runs"] == chunk.runs

    def finish(self) -> None:
        """Put the parts together, say that it is finished, and clear up."""
        with self._writing():
            for name in self.kept_tables:
                parts = (part_file(self.folder, name, chunk) for chunk in self.chunks)
                write_table(self.folder / f"{name}.parquet", map(pq.read_table, parts))
            write_json(self.folder / PROVENANCE, {**self.provenance, "finished": True, "ended": now()})
            shutil.rmtree(self.folder / PARTS)
