"""The results folder while a sweep, or a merge, writes it: whose it is, what is there, and putting it together."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from tearsim.errors import SweepError, TearSimError
from tearsim.study.chunks import FAILURES, FAILURES_SCHEMA, Job, expected_rows
from tearsim.study.experiment import Experiment
from tearsim.study.files import UNFINISHED, read_table, refusals_in_words, write_json, write_safely, write_table
from tearsim.study.plan import WHOLE, Chunk, Shard, plan
from tearsim.study.provenance import now, provenance, same_source
from tearsim.study.results import EXPERIMENT, PARTS, PROVENANCE, Results, open_results, part_file

LOCK = ".lock"
# What a sweep that was killed as it began may have left.
OWN = {f"{PROVENANCE}{UNFINISHED}"}
GO_ON = " What is done is kept: the same command goes on from there."


class Folder:
    """One experiment's results, or a shard of them, on their way into one folder; `source` is the experiment's file."""

    def __init__(self, path: Path, experiment: Experiment, command: str, shard: Shard = WHOLE,
                 source: Path | None = None) -> None:  # fmt: skip
        self.path, self.experiment, self.shard, self.source = path, experiment, shard, source
        logs = experiment.record.sessions or experiment.record.episodes
        self.chunks = plan(experiment.points, experiment.design.replicates, logs, shard)
        self.runs = sum(chunk.runs for chunk in self.chunks)
        self.provenance = provenance(experiment, command, shard) | {"runs": self.runs}
        self.finished = False

    def job(self, chunk: Chunk) -> Job:
        """What a worker needs to run a chunk."""
        e = self.experiment
        points = e.points[chunk.first_point : chunk.first_point + chunk.points]
        return Job(chunk, points, tuple(e.varied), e.design.seed, e.tables)

    def is_finished(self) -> bool:
        """Whether every run is there already. Raises TearSimError for a folder of other contents."""
        with refusals_in_words(self.path):
            held = self._look()
        return held is not None and self._all_there(held)

    def _all_there(self, held: dict[str, Any]) -> bool:
        """Whether what calls itself finished has all its files: what got lost since is run again."""
        if not held["finished"]:
            return False
        if self.shard != WHOLE:
            return all(map(self.has, self.chunks))
        try:
            for name in (*self.experiment.tables, FAILURES):
                pq.read_metadata(self.path / f"{name}.parquet")
        except (OSError, pa.ArrowInvalid):
            return False
        return True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, new or fit to be continued, for as long as this takes.

        Raises TearSimError, with nothing written, for a folder of other contents and for one that is held already.
        """
        with refusals_in_words(self.path):
            self._look()  # refuse what must be refused before anything is written
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK, blocking=False, fallback_to_soft=False)  # a soft one outlives kill -9
            try:
                lock.acquire()
            except NotImplementedError:
                raise TearSimError(
                    f"{self.path} is on a file system that cannot lock; choose a folder on another."
                ) from None
            except Timeout:
                raise TearSimError(f"{self.path} is being written to by another sweep; wait for it to end.") from None
        try:
            held = self._look()  # again: it may have changed before the lock was ours
            if held is not None:
                self.provenance |= {"started": held["started"], "worked": held["worked"]}
                self.finished = self._all_there(held)
            if not self.finished:
                with refusals_in_words(self.path):
                    self._begin(new=held is None)
            yield
        finally:
            lock.release()

    def _look(self) -> dict[str, Any] | None:
        """What the folder says about itself, None for a new one; refuses one of other contents."""
        if self.path.exists() and not self.path.is_dir():
            raise TearSimError(f"{self.path} is a file; results need a folder.")
        if (self.path / PROVENANCE).exists():
            held = open_results(self.path)
            same_source(held.provenance, self.provenance, _experiments(held, self.experiment), str(self.path))
            return held.provenance
        if self.path.exists() and any(entry.name not in OWN for entry in self.path.glob("[!.]*")):
            raise TearSimError(f"{self.path} holds files that are no results; choose another folder with --out.")
        return None

    def _begin(self, new: bool) -> None:
        if new:  # the provenance first: it says whose the folder is
            write_json(self.path / PROVENANCE, self.provenance)
        if not (self.path / EXPERIMENT).exists():
            self._copy_experiment()
        (self.path / PARTS).mkdir(exist_ok=True)
        for left_over in (self.path / PARTS).glob(f"*{UNFINISHED}"):
            left_over.unlink()

    def _copy_experiment(self) -> None:
        if self.source is None:
            import tomli_w

            content = tomli_w.dumps(self.experiment.content(), multiline_strings=True).encode()
            write_safely(self.path / EXPERIMENT, lambda unfinished: unfinished.write_bytes(content))
            return
        listed = self.experiment.design.file
        copies = {listed: self.source.with_name(listed)} if listed else {}
        for name, original in {**copies, EXPERIMENT: self.source}.items():
            write_safely(self.path / name, partial(shutil.copyfile, original))

    def write_part(self, chunk: Chunk, table: str, content: pa.Table) -> None:
        """Keep a chunk's part of a table; of failures only if there are any."""
        file = part_file(self.path, table, chunk)
        with refusals_in_words(self.path, SweepError, GO_ON):
            if table == FAILURES and not len(content):
                file.unlink(missing_ok=True)  # of an earlier try, which may have failed where this one did not
            else:
                write_table(file, [content])

    def has(self, chunk: Chunk) -> bool:
        """Whether the chunk's part of every table is on the disk, with as many rows as it should have, none broken."""
        job = self.job(chunk)
        try:
            failed = len(self._part(FAILURES, chunk))
            rows = {name: len(self._part(name, chunk)) for name in reversed(job.tables)}
        except (OSError, pa.ArrowInvalid):
            return False
        return all(expected_rows(job, name, failed) in (None, number) for name, number in rows.items())

    def _part(self, table: str, chunk: Chunk) -> pa.Table:
        file = part_file(self.path, table, chunk)
        if table == FAILURES and not file.exists():
            return FAILURES_SCHEMA.empty_table()
        return read_table(file)

    def note_work(self, work: dict[str, Any]) -> None:
        """Keep what a command did to the results, whether or not it finished them."""
        by = {name: self.provenance[name] for name in ("command", "python", "libraries")}
        self.provenance["worked"] = [*self.provenance["worked"], work | by]
        with refusals_in_words(self.path, SweepError, GO_ON):
            write_json(self.path / PROVENANCE, self.provenance)

    def finish(self, parts: "Iterable[Folder] | None" = None) -> None:
        """Put the parts together, one file a table, and say that it is finished; a shard keeps its parts.

        `parts` are the folders that hold them, in whose order chunks are dealt out: its own unless told otherwise.
        """
        with refusals_in_words(self.path, SweepError, GO_ON):
            if self.shard == WHOLE:
                try:
                    self._put_together(list(parts or [self]))
                except pa.ArrowInvalid as error:
                    said = str(error).splitlines()[0]
                    raise SweepError(f"{self.path}: a part broke while it was read: {said}.{GO_ON}") from error
            self.provenance |= {"finished": True, "ended": now()}
            write_json(self.path / PROVENANCE, self.provenance)
            if self.shard == WHOLE:
                shutil.rmtree(self.path / PARTS)
        self.finished = True

    def _put_together(self, holders: "list[Folder]") -> None:
        for name in (*self.experiment.tables, FAILURES):
            content = (holders[chunk.number % len(holders)]._part(name, chunk) for chunk in self.chunks)
            write_table(self.path / f"{name}.parquet", content)


def _experiments(held: Results, mine: Experiment) -> tuple[Experiment, Experiment] | None:
    """Both experiments to compare, unless the one that is held can no longer be read."""
    try:
        return held.experiment, mine
    except TearSimError:
        return None
