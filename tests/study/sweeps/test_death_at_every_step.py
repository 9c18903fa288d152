"""A command that dies before any one thing it does to a file: the same command then ends as if nothing had happened.

As SQLite's tests do it: the command is run again and again from the same state, and the n-th time it ends, like a
process that is killed, before the n-th file is opened for writing, written, renamed, or removed, until it lives.
"""

import functools
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tearsim
from tearsim import safe_files
from tearsim.cli import main
from tearsim.study.sweeps import chunks

DEAD = 9
# What changes a folder, as Python tells of it; opening a file counts only if it is to be written to.
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
KEEPS_ALL = "\n[record]\nseries = true\nsessions = true\nepisodes = true\n"


def in_a_process_of_its_own(command: list[str], place: Path, dies_before: int = 0) -> int:
    """Run a command in `place` and return its exit code, `DEAD` if it died before the event of that number."""
    process = os.fork()  # a copy of this one, in which the model is compiled already
    if not process:
        try:
            os.chdir(place)
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
            if dies_before:
                die_before(dies_before, str(place))
            sys.argv = ["tearsim", *command]
            main()
        except SystemExit as ended:
            os._exit(ended.code or 0)
        finally:
            os._exit(70)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def die_before(number: int, place: str) -> None:
    """Let this process end before the event of that number happens to a file in `place`."""
    events = itertools.count(1)

    def is_about_to_happen() -> None:
        if next(events) == number:
            os._exit(DEAD)

    def hear(event: str, details: tuple) -> None:
        if (event in CHANGES or (event == "open" and details[2] & TO_WRITE)) and is_here(details[0]):
            is_about_to_happen()

    def is_here(path: object) -> bool:
        return isinstance(path, (str, bytes, Path)) and os.path.abspath(os.fsdecode(path)).startswith(place)

    def heard(native: Callable) -> Callable:
        @functools.wraps(native, updated=())
        def call(*given, **named):
            is_about_to_happen()
            return native(*given, **named)

        return call

    def see_on_disk(file: int) -> None:
        """What is not on the disk yet may be there in part."""
        if next(events) == number:
            with suppress(OSError):  # a folder's own list of names is whole or as it was
                os.ftruncate(file, os.fstat(file).st_size // 2)
            os._exit(DEAD)
        fsync(file)

    fsync = os.fsync
    safe_files.os.fsync = lambda file: see_on_disk(file if isinstance(file, int) else file.fileno())
    pa.OSFile = heard(pa.OSFile)  # Arrow opens and writes files behind Python's back
    pq.ParquetWriter.write_table = heard(pq.ParquetWriter.write_table)
    pq.ParquetWriter.close = heard(pq.ParquetWriter.close)
    sys.addaudithook(hear)


def deaths(command: list[str], begin: Callable[[int], Path]) -> Iterator[tuple[int, Path]]:
    """The places that a command leaves which dies before its first event, its second, and so on to the last.

    `begin` makes a place of that number, in the state in which the command is to find it.
    """
    for number in itertools.count(1):
        place = begin(number)
        code = in_a_process_of_its_own(command, place, dies_before=number)
        if code != DEAD:
            assert code == 0
            return
        yield number, place


def content(place: Path) -> dict[str, bytes | None]:
    """All that there is, byte for byte, but for what tells of times and of the work."""
    there = {str(entry.relative_to(place)): entry for entry in sorted(place.rglob("*"))}
    told = ("provenance.json", "report.html")
    return {name: None if entry.is_dir() or entry.name in told else entry.read_bytes() for name, entry in there.items()}


def ends_as_if_never_killed(command: list[str], begin: Callable[[int], Path]) -> int:
    """Die at every step and run the same command again, each time; return the number of the last step."""
    undisturbed, step = begin(0), 0
    assert in_a_process_of_its_own(command, undisturbed) == 0
    for step, place in deaths(command, begin):
        if (place / "out" / "provenance.json").exists() and (left := tearsim.open_results(place / "out")).finished:
            assert tearsim.verify(left).good, f"step {step}"
        assert in_a_process_of_its_own(command, place) == 0, f"step {step}"
        assert content(place) == content(undisturbed), f"step {step}"
        shutil.rmtree(place)
    return step


@pytest.fixture(autouse=True)
def ready(small_experiment, ended):
    """The model compiled and all modules imported here, for every process that is forked from this one."""
    assert ended("sweep", small_experiment, "--out", "ready", "--no-report", cwd=small_experiment)[0] == 0


@pytest.fixture
def few_points_a_chunk(monkeypatch):
    """Some chunks, and row groups of a few of them."""
    monkeypatch.setattr(chunks, "POINTS_A_CHUNK", 4)
    monkeypatch.setattr(safe_files, "ROWS_A_GROUP", 20)


@pytest.fixture
def empty(tmp_path):
    def begin(number: int) -> Path:
        place = tmp_path / str(number)
        place.mkdir()
        return place

    return begin


def holding(made: Path, tmp_path: Path) -> Callable[[int], Path]:
    return lambda number: shutil.copytree(made, tmp_path / str(number))


def sweeping(experiment: Path, *more: str) -> list[str]:
    return ["sweep", str(experiment), "--out", "out", "--workers", "1", "--quiet", *more]


def made(tmp_path: Path, *commands: list[str]) -> Callable[[int], Path]:
    """Copies of what some commands make."""
    place = tmp_path / "made"
    place.mkdir()
    for command in commands:
        assert in_a_process_of_its_own(command, place) == 0
    return lambda number: Path(shutil.copytree(place, tmp_path / str(number)))


def shards_of(experiment: Path) -> list[list[str]]:
    return [[*sweeping(experiment, "--shard", f"{number}/2"), "--out", f"{number}"] for number in (1, 2)]


@pytest.mark.slow
def test_a_sweep_killed_at_every_step(small_experiment, empty):
    assert ends_as_if_never_killed(sweeping(small_experiment, "--no-report"), empty) > 50


@pytest.mark.slow
def test_more_replicates_killed_at_every_step(small_experiment, tmp_path):
    begin = made(tmp_path, sweeping(small_experiment, "--no-report"))
    command = sweeping(small_experiment, "--no-report", "--replicates", "8")
    assert ends_as_if_never_killed(command, begin) > 60


@pytest.mark.slow
def test_a_merge_killed_at_every_step(small_experiment, tmp_path):
    begin = made(tmp_path, *shards_of(small_experiment))
    assert ends_as_if_never_killed(["merge", "1", "2", "--out", "out", "--no-report"], begin) > 35


@pytest.mark.slow
def test_a_report_killed_at_every_step(small_experiment, tmp_path):
    begin = made(tmp_path, sweeping(small_experiment, "--no-report"))
    assert ends_as_if_never_killed(["report", "out"], begin) >= 4


def test_a_log_killed_at_any_step_is_whole_or_not_there(tmp_path, empty):
    """It is no work to be gone on with: what was killed is asked for again in another folder."""
    command = ["run", "--log", "log", "--weeks", "6"]
    found = [[len(pq.read_table(file)) for file in place.rglob("*.parquet")] for _, place in deaths(command, empty)]
    assert len(found) > 12
    assert all(map(all, found))
    assert max(map(len, found)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("command", ["sweep", "more replicates", "merge"])
def test_all_tables_in_many_chunks_killed_at_every_step(command, small_experiment, empty, tmp_path, few_points_a_chunk):
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text() + KEEPS_ALL)
    if command == "sweep":
        steps = ends_as_if_never_killed(sweeping(small_experiment, "--no-report"), empty)
    elif command == "merge":
        steps = ends_as_if_never_killed(
            ["merge", "1", "2", "--out", "out", "--no-report"], made(tmp_path, *shards_of(small_experiment))
        )
    else:
        begin = made(tmp_path, sweeping(small_experiment, "--no-report"))
        steps = ends_as_if_never_killed(sweeping(small_experiment, "--no-report", "--replicates", "8"), begin)
    assert steps > {"sweep": 120, "more replicates": 150, "merge": 50}[command]
