"""Running a sweep: chunks on workers, each on disk as soon as it is done, put together at the end.

Results depend on the experiment alone: not on workers, machines, or on being stopped and continued.
"""

import pickle
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tearsim.arguments import of_kind, path, to_call
from tearsim.errors import GO_ON, SweepError, TearSimError, echoed
from tearsim.science.replacing import Replaced, Rule, called
from tearsim.study.sweeps.chunks import WHOLE, Chunk, Shard, read_shard
from tearsim.study.sweeps.columns import FAILURES
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.folder import Folder
from tearsim.study.sweeps.given import AsGiven, as_given
from tearsim.study.sweeps.provenance import EXPERIMENT, Origin, differences, now
from tearsim.study.sweeps.results import Results
from tearsim.study.sweeps.run_chunk import Done, Job, run_chunk
from tearsim.study.sweeps.threads import threads

# Chunks in flight for each worker: one to run and one to start at once after it; more would only fill memory.
CHUNKS_A_WORKER = 2
# Seconds after which waiting looks up, so that an interruption is never long unheard.
LOOKS_UP = 0.5


@dataclass(frozen=True)
class Progress:
    """How far a sweep has come; `sessions`, seconds and what failed are of this command's own work."""

    done: int = 0  # runs, those kept from before included
    kept: int = 0  # runs that were there already
    runs: int = 0
    failed: int = 0
    sessions: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of workers, one core's time
    simulation_seconds: float = 0.0  # of them, within the worlds


Report = Callable[[Progress], None]


def say_nothing(progress: Progress) -> None:
    """Report to nobody."""


class Stopped(BaseException):
    """Raised in a worker to leave a chunk half way."""


@dataclass(frozen=True)
class Workers:
    """Who runs chunks: where to send them, how many may be under way, and whether they write for themselves."""

    executor: Executor
    capacity: Callable[[], int]
    run: Callable[[Job], Done] = run_chunk


def sweep(
    experiment: str | Path | Mapping[str, object] | Experiment | AsGiven,
    *,
    out: str | Path | None = None,
    workers: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    shard: Shard | str = WHOLE,
    report: Report | None = None,
    command: str = "tearsim.sweep",
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
) -> Results:
    """Run an experiment and return its results; a folder with part of them is continued, a finished one left alone.

    Every design point is run in every replicate; the points of a replicate share its luck.

    Args:
        experiment: A file, a folder with an `experiment.toml`, the name of an experiment that comes with TearSim
            (`tearsim experiments`), or a dictionary of what a file would say.
        out: Where results go; by default `results/` and the name of the experiment's folder or file.
        workers: Threads; by default one for each processor.
        replicates: Replicates of each design point, instead of the number in the experiment.
        seed: Seed of all luck, instead of the seed in the experiment.
        executor: Runs it instead of threads: any of `concurrent.futures`, or made like them.
        scheduler: Runs it on the Dask cluster with this address, "tcp://HOST:PORT".
        shard: Runs a share of it alone, like "2/3", for `merge` to put together.
        report: Called with a `Progress` a few times a second: how far it has come.
        command: What `provenance.json` says it was made by.
        theory: A rival theory by name (`tearsim theories`), instead of the one in the experiment.
        rules: Functions in the place of rules, by name; workers of other processes must be able to import them.

    Returns:
        The results, opened.

    Raises:
        TearSimError: Before anything is written, for an experiment that cannot be run, a folder of other results, and
            a folder that another sweep is writing to.
        SweepError: If workers or the disk fail on the way; what was done is kept.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> len(results.runs)
    6
    """
    given = as_given(experiment)
    if replicates is not None or seed is not None:
        given = given.with_design(replicates, seed)
    _refuse_other_kinds(scheduler, report, command, rules)
    if theory is not None or rules:
        given = given.with_rules(theory, rules)
    number = threads(workers)
    if executor is not None and not isinstance(executor, Executor):
        raise TearSimError(f"An executor is one of concurrent.futures, or made like them; {echoed(executor)} is not.")
    if scheduler is not None and not (executor is None and workers is None):
        raise TearSimError("On a scheduler's cluster the scheduler says who works: leave out workers and executor.")
    shard = read_shard(str(shard))
    folder = Folder(results_folder(given.source, out, shard), given, command, shard)
    if folder.is_finished():
        return folder.opened()
    _see_to_rules(given.experiment.replaced, executor is not None or scheduler is not None)
    with ExitStack() as ending:  # whoever is to work must be there before anything is written
        at_work = ending.enter_context(_workers(folder, number, executor, scheduler))
        ending.enter_context(folder.held())
        if not folder.finished:
            _Work(folder, at_work, report or say_nothing).do()
            folder.finish()
    return folder.opened()


def _refuse_other_kinds(scheduler: object, report: object, command: object, rules: object) -> None:
    of_kind("command", command, str, "text")
    if scheduler is not None:
        of_kind("scheduler", scheduler, str, "an address, tcp://HOST:PORT")
    if report is not None:
        to_call("report", report)
    if not (rules is None or isinstance(rules, Mapping)):
        raise TearSimError(f"rules takes a mapping of rules' names to functions, not {echoed(rules)}.")


def _see_to_rules(replaced: Replaced, elsewhere: bool) -> None:
    """Refuse, before anything is written, functions that cannot be compiled, or that no other process could import."""
    from tearsim.worlds.compiled_rules import ready

    for name, function in replaced:
        ready(name, function)
        try:
            found = not elsewhere or pickle.loads(pickle.dumps(function)) is function
        except (pickle.PicklingError, AttributeError, ImportError):
            found = False
        if not found:
            raise TearSimError(
                f"{called(function)}, in the place of the rule {name}, cannot be imported by its name, as workers of "
                "other processes must: let it stand by itself in a module."
            )


def results_folder(source: Path | None, out: str | Path | None, shard: Shard = WHOLE) -> Path:
    """Where results go: `out`, or `results/` and the name of the experiment's folder or file, and of the shard."""
    if out is not None:
        return path("out", out)
    name = "experiment"
    if source is not None:
        name = source.resolve().parent.name if source.name == EXPERIMENT else source.stem
    return Path("results") / (name if shard == WHOLE else f"{name}-shard-{shard.number}-of-{shard.of}")


@contextmanager
def _workers(folder: Folder, number: int, executor: Executor | None, scheduler: str | None) -> Iterator[Workers]:
    """Workers for as long as they are needed; the threads of our own write what they have done themselves."""
    if scheduler is not None:
        from tearsim.study.sweeps.cluster import cluster

        with cluster(scheduler) as (executor, cores_there):
            yield Workers(executor, lambda: CHUNKS_A_WORKER * cores_there())
    elif executor is not None:
        yield Workers(executor, lambda: CHUNKS_A_WORKER * number)
    else:
        stopping = threading.Event()

        def pause() -> None:
            if stopping.is_set():
                raise Stopped

        def run(job: Job) -> Done:
            pause()
            return run_chunk(job, partial(folder.write_part, job.chunk), pause)

        with ExitStack() as ending:
            own = ThreadPoolExecutor(number)
            ending.callback(own.shutdown, wait=True, cancel_futures=True)
            ending.callback(stopping.set)  # first, so that nobody waits for work that nobody wants
            yield Workers(own, lambda: CHUNKS_A_WORKER * number, run)


class _Work:
    """One command's work on a folder: the chunks that are not there yet."""

    def __init__(self, folder: Folder, workers: Workers, report: Report) -> None:
        self.folder, self.workers, self.report = folder, workers, report
        self.replaced, self.sources = folder.experiment.replaced, tuple(folder.experiment.sources.items())
        self.to_do = [chunk for chunk in folder.chunks if not folder.has(chunk)]
        kept = folder.runs - sum(chunk.runs for chunk in self.to_do)
        self.so_far = Progress(done=kept, kept=kept, runs=folder.runs)
        self.began, self.started = now(), time.monotonic()

    def do(self) -> None:
        """Run them all; what was done is kept and noted however this ends."""
        self.report(self.so_far)
        try:
            for done in self._as_completed():
                self._keep(done)
                self.report(self.so_far)
        finally:
            if self.to_do:
                self._note()

    def _as_completed(self) -> Iterator[Done]:
        """Chunks as workers finish them, a bounded number of them under way."""
        waiting = iter(self.to_do)
        under_way: set[Future[Done]] = set()
        try:
            while True:
                while len(under_way) < self.workers.capacity() and (chunk := next(waiting, None)) is not None:
                    under_way.add(self._submit(chunk))
                if not under_way:
                    return
                finished, under_way = wait(under_way, LOOKS_UP, FIRST_COMPLETED)
                for future in finished:
                    yield self._result(future)
        finally:
            for future in under_way:
                future.cancel()

    def _submit(self, chunk: Chunk) -> "Future[Done]":
        try:
            job = replace(self.folder.job(chunk), replaced=self.replaced, sources=self.sources)
            return self.workers.executor.submit(self.workers.run, job)
        except Exception as error:
            raise _stopped(error) from error

    def _result(self, future: "Future[Done]") -> Done:
        try:
            return future.result()
        except TearSimError:
            raise
        except Exception as error:
            raise _stopped(error) from error

    def _keep(self, done: Done) -> None:
        """Write what the worker has not written itself, if it may stand beside the rest."""
        theirs: Origin = {
            **self.folder.provenance,
            "source_hash": done.source_hash,
            "machine_fingerprint": done.machine_fingerprint,
        }
        if other := list(differences(theirs, self.folder.provenance)):
            raise SweepError(f"A worker's numbers cannot be joined to these: {'; '.join(other)}.{GO_ON}")
        for name in reversed(done.tables):  # the runs last: where they are, all is
            self.folder.write_part(done.chunk, name, done.tables[name])
        so_far = self.so_far
        self.so_far = Progress(
            so_far.done + done.chunk.runs,
            so_far.kept,
            so_far.runs,
            so_far.failed + done.rows[FAILURES],
            so_far.sessions + done.sessions,
            time.monotonic() - self.started,
            so_far.cpu_seconds + done.seconds,
            so_far.simulation_seconds + done.simulation_seconds,
        )

    def _note(self) -> None:
        done = self.so_far
        self.folder.note_work(
            {
                "began": self.began,
                "runs_kept": done.kept,
                "runs_done": done.done - done.kept,
                "sessions": done.sessions,
                "seconds": round(done.seconds, 4),
                "cpu_seconds": round(done.cpu_seconds, 4),
                "simulation_cpu_seconds": round(done.simulation_seconds, 4),
            }
        )


def _stopped(error: Exception) -> SweepError:
    """What became of a worker, in words."""
    if isinstance(error, CancelledError):
        return SweepError(f"The connection to the workers was lost, and with it the work they had in hand.{GO_ON}")
    said = str(error).splitlines()[0] if str(error) else ""
    return SweepError(f"A worker was lost or could not do its part ({type(error).__name__}: {said}).{GO_ON}")
