"""The results folder while a sweep, or a merge, writes it: whose it is, what is there, and putting it together.

A finished sweep can be given more replicates. Its rows are first cut into the parts that they would be of the longer
sweep, while it still is what it was; then one file, the provenance, makes it the longer one, unfinished.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from tearsim.errors import GO_ON, SweepError, TearSimError
from tearsim.safe_files import UNFINISHED, refusals_in_words, sha256, write_json, write_safely, write_table
from tearsim.study.sweeps.chunks import WHOLE, Chunk, Shard, plan
from tearsim.study.sweeps.columns import FAILURES, schema_of, words_about
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.extending import replicates_kept, rows_of
from tearsim.study.sweeps.given import AsGiven
from tearsim.study.sweeps.parts import PARTS, BrokenPartError, Parts
from tearsim.study.sweeps.provenance import EXPERIMENT, PROVENANCE, WorkDone, WorkTook, now, provenance, same_source
from tearsim.study.sweeps.results import Results, open_results
from tearsim.study.sweeps.run_chunk import Job

LOCK = ".lock"
REPORT_FILE = "report.html"  # which is made of a folder, and put into it
# What a sweep that was killed as it began may have left.
OWN_FILES = {f"{PROVENANCE}{UNFINISHED}"}


def job_of(experiment: Experiment, chunk: Chunk) -> Job:
    """What a worker needs to run a chunk of an experiment."""
    points = experiment.points[chunk.first_point : chunk.first_point + chunk.points]
    return Job(chunk, points, tuple(experiment.varied), experiment.design.seed, experiment.tables)


class Folder:
    """One experiment's results, or a shard of them, on their way into one folder."""

    def __init__(self, path: Path, given: AsGiven, command: str, shard: Shard = WHOLE) -> None:
        self.path, self.given, self.shard = path, given, shard
        self.experiment = experiment = given.experiment
        self.chunks = chunks_of(experiment, shard)
        self.runs = sum(chunk.runs for chunk in self.chunks)
        self.provenance = provenance(experiment, command, shard) | {"runs": self.runs}
        self.parts = Parts(path, self.provenance, tuple(experiment.varied))
        self.finished = False
        taken = {EXPERIMENT, PROVENANCE, PARTS, REPORT_FILE, *(f"{name}.parquet" for name in self.tables)}
        listed = experiment.design.file
        if listed is not None and (listed in taken or listed.endswith(UNFINISHED)):
            raise TearSimError(f"design.file: {listed} is what a file of the results is called; rename it.")

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are kept, the list of what failed among them."""
        return (*self.experiment.tables, FAILURES)

    def opened(self) -> Results:
        """What the folder holds now; its experiment is not worked out again if it says what was given."""
        return Results(self.path, self.given)

    def job(self, chunk: Chunk) -> Job:
        """What a worker needs to run a chunk."""
        return job_of(self.experiment, chunk)

    def is_finished(self) -> bool:
        """Whether every run is there already.

        Raises TearSimError for a folder of other contents, and for a finished one whose tables are not as they were.
        """
        with refusals_in_words(self.path):
            held = self._look()
            finished = held is not None and self._all_there(held)
        if finished:
            clear_away_left_overs(self.path)
        return finished

    def _all_there(self, held: Results) -> bool:
        """Whether what calls itself finished has all its files: what got lost since is run again."""
        if not held.finished or held.provenance["replicates"] < self.experiment.design.replicates:
            return False
        if held.is_shard:
            return all(map(self.has, self.chunks))
        if not all((self.path / f"{name}.parquet").exists() for name in self.tables):
            return False
        for name in self.tables:
            held.files(name)
        return True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, new or fit to be continued, for as long as this takes.

        Raises TearSimError, with nothing written, for a folder of other contents and for one that is held already.
        """
        with refusals_in_words(self.path):
            self._look()  # refuse what must be refused before anything is written
            self.path.mkdir(parents=True, exist_ok=True)
        with _locked(self.path):
            held = self._look()  # again: it may have changed before the lock was ours
            if held is not None:
                theirs = held.provenance
                self.provenance |= {"title": theirs["title"], "started": theirs["started"], "worked": theirs["worked"]}
                self.finished = self._all_there(held)
            if not self.finished:
                with refusals_in_words(self.path):
                    self._begin(held)
            yield

    def _look(self) -> Results | None:
        """What the folder holds, None if it is new; refuses one of other contents, or whose experiment was edited."""
        if self.path.exists() and not self.path.is_dir():
            raise TearSimError(f"{self.path} is a file; results need a folder.")
        if (self.path / PROVENANCE).exists():
            held = self.opened()
            if held.of_this_model and (self.path / EXPERIMENT).exists():
                _ = held.experiment
            kept = replicates_kept(held, self.experiment, self.provenance)
            if not kept:
                same_source(held.provenance, self.provenance, _experiments(held, self.experiment), str(self.path))
            self._keep_replicates(kept or held.provenance.get("extended_from", 0))
            return held
        if self.path.exists() and any(entry.name not in OWN_FILES for entry in self.path.glob("[!.]*")):
            raise TearSimError(f"{self.path} holds files that are no results; choose another folder with --out.")
        return None

    def _keep_replicates(self, kept: int) -> None:
        """Plan for replicates that are there from a sweep of fewer; none of them if `kept` is 0."""
        if kept:
            self.chunks = chunks_of(self.experiment, self.shard, kept)
            self.provenance["extended_from"] = kept

    def _begin(self, held: Results | None) -> None:
        more = held is not None and held.provenance["replicates"] < self.experiment.design.replicates
        if held is not None and more:
            self._take_over(held)
        if held is None or more:  # the provenance first: it says whose the folder is
            write_json(self.path / PROVENANCE, self.provenance)
        if (self.path / EXPERIMENT).exists():
            self.experiment = self.opened().experiment  # the same, in the words it was begun with
        else:
            self._write_experiment()
        (self.path / PARTS).mkdir(exist_ok=True)
        for left_over in _half_written(self.path):
            left_over.unlink()
        self._begun_with = {name: sha256(self.path / name) for name in self._experiment_files()}

    def _take_over(self, held: Results) -> None:
        """Cut the rows of a finished sweep of fewer replicates into parts of this one."""
        (self.path / PARTS).mkdir(exist_ok=True)
        for name in self.tables:
            (file,) = held.files(name)
            for chunk in self.chunks:
                if chunk.first_replicate < held.provenance["replicates"]:
                    self.parts.write(name, chunk, rows_of(file, chunk).cast(schema_of(name, self.experiment.varied)))

    def _write_experiment(self) -> None:
        """In the words it was given in, whatever its files say by now; as it is run, where no file says that."""
        for name, words in (self.given.words or {EXPERIMENT: self._in_own_words()}).items():
            write_safely(self.path / name, partial(Path.write_bytes, data=words))

    def _in_own_words(self) -> bytes:
        import tomli_w

        return tomli_w.dumps(self.experiment.content(), multiline_strings=True).encode()

    def write_part(self, chunk: Chunk, table: str, content: pa.Table) -> None:
        """Keep a chunk's part of a table."""
        with refusals_in_words(self.path, SweepError, GO_ON):
            self.parts.write(table, chunk, content)

    def has(self, chunk: Chunk) -> bool:
        """Whether the chunk's part of every table is there, and is to be counted on (see `parts`)."""
        return self.lack_of(chunk) is None

    def lack_of(self, chunk: Chunk) -> str | None:
        """What is wrong with a chunk's parts, in words; None where nothing is."""
        try:
            self.parts.refuse_broken(self.job(chunk))
        except BrokenPartError as broken:
            return str(broken)
        return None

    def note_work(self, work: WorkTook) -> None:
        """Keep what a command did to the results, whether or not it finished them."""
        mine = self.provenance
        done: WorkDone = {
            **work,
            "command": mine["command"],
            "python": mine["python"],
            "libraries": mine["libraries"],
        }
        mine["worked"] = [*mine["worked"], done]
        with refusals_in_words(self.path, SweepError, GO_ON):
            write_json(self.path / PROVENANCE, self.provenance)

    def finish(self, parts: "Iterable[Folder] | None" = None) -> None:
        """Put the parts together, one file a table, and say that it is finished; a shard keeps its parts.

        `parts` are the folders that hold them, in whose order chunks are dealt out: its own unless told otherwise.
        """
        with refusals_in_words(self.path, SweepError, GO_ON):
            for name, begun_with in self._begun_with.items():
                if not (self.path / name).is_file() or sha256(self.path / name) != begun_with:
                    raise SweepError(f"{self.path / name} was changed while it was run: put it back as it was.{GO_ON}")
            if self.shard == WHOLE:
                try:
                    self._put_together(list(parts or [self]))
                except pa.ArrowInvalid as error:
                    said = str(error).splitlines()[0]
                    raise SweepError(f"{self.path}: a part broke while it was read: {said}.{GO_ON}") from error
            self.provenance |= {"finished": True, "ended": now(), "sha256": self._begun_with | self._digests()}
            write_json(self.path / PROVENANCE, self.provenance)
            if self.shard == WHOLE:
                shutil.rmtree(self.path / PARTS)
        self.finished = True

    def _put_together(self, holders: "list[Folder]") -> None:
        for name in self.tables:
            schema = schema_of(name, self.experiment.varied)
            said = {"title": self.experiment.title, "question": self.experiment.question.strip()}
            about = words_about(name, schema, **said, tearsim=self.provenance["tearsim"])
            content = (holders[chunk.number % len(holders)].parts.read(name, chunk) for chunk in self.chunks)
            write_table(self.path / f"{name}.parquet", (table.cast(schema) for table in content), about)

    def _experiment_files(self) -> list[str]:
        """What the folder holds of the experiment: its file, and the points that it lists."""
        listed = self.experiment.design.file
        return [EXPERIMENT, *([listed] if listed is not None and (self.path / listed).exists() else [])]

    def _digests(self) -> dict[str, str]:
        """SHA-256 of every table that is finished; parts have seals of their own."""
        names = [f"{name}.parquet" for name in self.tables] if self.shard == WHOLE else []
        return {name: sha256(self.path / name) for name in names}


def chunks_of(experiment: Experiment, shard: Shard = WHOLE, kept: int = 0) -> list[Chunk]:
    """The chunks of an experiment (see `plan`)."""
    logs = experiment.record.sessions or experiment.record.episodes
    return plan(experiment.points, experiment.design.replicates, logs, shard, kept)


def clear_away_left_overs(path: Path) -> None:
    """Of a finished sweep, remove what it left if it was killed at the very end: parts, and files half written.

    Whoever cannot, leaves it: somebody may be at work there, or only have the right to read.
    """
    if not left_overs(open_results(path)):
        return
    with suppress(TearSimError, OSError), _locked(path):
        results = open_results(path)
        for left_over in left_overs(results) if results.finished else []:
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()


def left_overs(results: Results) -> list[Path]:
    """What is of no use in a folder: files half written and, once a whole sweep is finished, its parts."""
    parts = results.folder / PARTS
    if not results.in_parts and parts.exists():
        return [*results.folder.glob(f"*{UNFINISHED}"), parts]
    return _half_written(results.folder)


def _half_written(folder: Path) -> list[Path]:
    """Files that somebody was killed writing."""
    return [*folder.glob(f"*{UNFINISHED}"), *(folder / PARTS).glob(f"*{UNFINISHED}")]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep everybody else from writing to a folder. Raises TearSimError if somebody does already."""
    with refusals_in_words(path):
        lock = FileLock(path / LOCK, blocking=False, fallback_to_soft=False)  # a soft one outlives kill -9
        try:
            lock.acquire()
        except NotImplementedError:
            raise TearSimError(f"{path} is on a file system that cannot lock; choose a folder on another.") from None
        except Timeout:
            raise TearSimError(f"{path} is being written to by another sweep; wait for it to end.") from None
    try:
        yield
    finally:
        lock.release()


def _experiments(held: Results, mine: Experiment) -> tuple[Experiment, Experiment] | None:
    """Both experiments to compare, unless the one that is held can no longer be read."""
    try:
        return held.experiment, mine
    except TearSimError:
        return None
