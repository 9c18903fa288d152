"""Whoever runs a sweep - threads, processes, shards on machines of their own - the numbers are the same."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pyarrow.parquet as pq
import pytest

import tearsim
from tearsim.errors import SweepError, TearSimError
from tearsim.study.sweeps import chunks, runner
from tearsim.study.sweeps.chunks import Shard, read_shard
from tearsim.study.sweeps.merge import merge
from tearsim.study.sweeps.run_chunk import run_chunk


@pytest.fixture
def many_chunks(monkeypatch):
    """Chunks of a run or two, so that there are many."""
    monkeypatch.setattr(chunks, "SESSIONS_A_CHUNK", 200)


def assert_same_tables(one, other):
    for name in ("runs", "series", "failures"):
        assert pq.read_table(one / f"{name}.parquet").equals(pq.read_table(other / f"{name}.parquet")), name


@pytest.fixture
def whole(small_experiment, tmp_path, many_chunks):
    """The sweep as one thread runs it."""
    tearsim.sweep(small_experiment, out=tmp_path / "whole", workers=1)
    return tmp_path / "whole"


def test_one_two_and_four_workers_and_threads_of_ones_own_give_identical_tables(small_experiment, tmp_path, whole):
    for workers in (2, 4):
        tearsim.sweep(small_experiment, out=tmp_path / str(workers), workers=workers)
        assert_same_tables(whole, tmp_path / str(workers))
    with ThreadPoolExecutor(3) as executor:
        tearsim.sweep(small_experiment, out=tmp_path / "own", executor=executor)
    assert_same_tables(whole, tmp_path / "own")


@pytest.mark.slow
def test_processes_give_identical_tables(small_experiment, tmp_path, whole):
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        tearsim.sweep(small_experiment, out=tmp_path / "processes", executor=executor)
    assert_same_tables(whole, tmp_path / "processes")


Workers = runner.Workers


def killing_itself(job):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_worker_process_is_said_in_one_line_and_what_was_done_goes_on(
    small_experiment, tmp_path, whole, monkeypatch
):
    folder = tmp_path / "out"
    words = r"A worker was lost .*BrokenProcessPool.* the same command continues from there"
    with ProcessPoolExecutor(1, get_context("spawn")) as executor, monkeypatch.context() as killing:
        killing.setattr(runner, "Workers", lambda executor, capacity: Workers(executor, capacity, killing_itself))
        with pytest.raises(SweepError, match=words):
            tearsim.sweep(small_experiment, out=folder, executor=executor)
    assert not tearsim.open_results(folder).finished
    tearsim.sweep(small_experiment, out=folder)
    assert_same_tables(whole, folder)


@pytest.mark.parametrize("of", [3, 40])
def test_merged_shards_equal_the_whole_whatever_their_number_and_order(small_experiment, tmp_path, whole, of):
    folders = [tmp_path / f"{k}" for k in range(1, of + 1)]
    for k, folder in enumerate(folders, 1):
        results = tearsim.sweep(small_experiment, out=folder, shard=Shard(k, of))
        assert results.finished
        assert len(results.runs) < 30
    merged = merge(reversed(folders), out=tmp_path / "merged")
    assert merged.finished
    assert_same_tables(whole, tmp_path / "merged")
    assert sum(work["runs_done"] for work in merged.provenance["worked"]) == 30


def shards(experiment, tmp_path, of=3):
    for k in range(1, of + 1):
        tearsim.sweep(experiment, out=tmp_path / f"part-shard-{k}-of-{of}", shard=Shard(k, of))
    return [tmp_path / f"part-shard-{k}-of-{of}" for k in range(1, of + 1)]


def test_a_merge_refuses_what_does_not_belong_together_and_writes_nothing(
    small_experiment, tmp_path, whole, monkeypatch
):
    one, two, three = shards(small_experiment, tmp_path)
    other = tmp_path / "other"
    tearsim.sweep(small_experiment, out=other, seed=5, shard=Shard(3, 3))
    unfinished = tmp_path / "unfinished"
    with pytest.raises(ZeroDivisionError):
        tearsim.sweep(small_experiment, out=unfinished, shard=Shard(3, 3), report=lambda progress: 1 / 0)
    mistakes = {
        r"Shards are missing: 2/3\.": [one, three],
        r"other cannot be joined to .*part-shard-1-of-3: design\.seed is 5 there, 1 here": [one, two, other],
        r"unfinished is unfinished: run its shard to the end first": [one, two, unfinished],
        r"A shard is given twice": [one, two, three, three],
        r"whole is not a shard: it holds a whole sweep": [one, whole, three],
        r"nothing to merge": [],
        r"There is no folder .*nowhere\.": [tmp_path / "nowhere"],
    }
    for words, folders in mistakes.items():
        with pytest.raises(TearSimError, match=words):
            merge(folders, out=tmp_path / "merged")
        assert not (tmp_path / "merged").exists()
    part = next((two / "parts").glob("runs-*"))
    part.write_bytes(part.read_bytes()[:-9])
    with pytest.raises(TearSimError, match="has 1 broken or missing parts"):
        merge([one, two, three], out=tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_a_merge_takes_the_shards_name_and_leaves_a_finished_one_alone(small_experiment, tmp_path, whole):
    folders = shards(small_experiment, tmp_path)
    assert merge(folders).folder == tmp_path / "part"
    before = (tmp_path / "part" / "runs.parquet").stat().st_mtime_ns
    assert merge(folders).finished
    assert (tmp_path / "part" / "runs.parquet").stat().st_mtime_ns == before


@pytest.mark.parametrize("written", ["0/3", "4/3", "2", "two/3", "2/", "-1/3"])
def test_a_shard_is_written_k_of_n(written):
    with pytest.raises(TearSimError, match="A shard is written k/n"):
        read_shard(written)


def test_numbers_of_another_machine_or_model_are_never_joined(small_experiment, tmp_path, many_chunks, monkeypatch):
    """A worker that rounds differently, or runs another version, is found out by what it sends along."""
    from dataclasses import replace

    for key, words in (("machine_fingerprint", "rounds differently"), ("source_hash", "of another version")):

        def run_elsewhere(job, key=key):
            return replace(run_chunk(job), **{key: "of another"})

        def elsewhere(executor, capacity, run=run_elsewhere):
            return Workers(executor, capacity, run)

        monkeypatch.setattr(runner, "Workers", elsewhere)
        with (
            ThreadPoolExecutor(1) as executor,
            pytest.raises(SweepError, match=f"cannot be joined to these: .*{words}"),
        ):
            tearsim.sweep(small_experiment, out=tmp_path / key, executor=executor)
        assert not list((tmp_path / key / "parts").iterdir())


def test_a_scheduler_that_does_not_answer_is_said_in_one_line(small_experiment, tmp_path, monkeypatch):
    from tearsim.study.sweeps import cluster

    monkeypatch.setattr(cluster, "CLUSTER_PATIENCE", 1)
    for address in ("tcp://127.0.0.1:9", "tcp://127.0.0.1:99999", "tcp://a..b:8786"):
        with pytest.raises(TearSimError, match=f"No Dask scheduler answers at {address}") as refusal:
            tearsim.sweep(small_experiment, out=tmp_path / "out", scheduler=address)
        assert "\n" not in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_what_answers_but_is_no_scheduler_is_said_in_one_line(small_experiment, tmp_path, monkeypatch):
    """A web server on a port of its own, which knows nothing of Dask."""
    from tearsim.study.sweeps import cluster

    monkeypatch.setattr(cluster, "CLUSTER_PATIENCE", 1)
    from http.server import HTTPServer, SimpleHTTPRequestHandler
    from threading import Thread

    server = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"tcp://127.0.0.1:{server.server_port}"
        with pytest.raises(TearSimError, match=f"What answers at {address} is not a Dask scheduler"):
            tearsim.sweep(small_experiment, out=tmp_path / "out", scheduler=address)
    finally:
        server.shutdown()
        server.server_close()
    assert not (tmp_path / "out").exists()


def test_a_cluster_without_any_worker_left_is_given_up_after_a_while(monkeypatch):
    from types import SimpleNamespace

    from tearsim.study.sweeps import cluster

    there = {"one": 2, "two": 1}
    count = cluster._counting(SimpleNamespace(nthreads=lambda: there))
    assert count() == 3
    there.clear()
    assert count() == 1
    monkeypatch.setattr(cluster, "CLUSTER_PATIENCE", 0)
    with pytest.raises(SweepError, match=r"The cluster has had no worker for 0 s\. Everything done so far is kept"):
        count()


def test_a_scheduler_takes_neither_workers_nor_an_executor(small_experiment, tmp_path):
    with pytest.raises(TearSimError, match="the scheduler says who works"):
        tearsim.sweep(small_experiment, out=tmp_path / "out", scheduler="tcp://127.0.0.1:9", workers=2)


@pytest.mark.slow
def test_without_dask_the_scheduler_option_says_what_to_install(small_experiment, tmp_path):
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "import tearsim\n"
        "try: tearsim.sweep(sys.argv[1], out=sys.argv[2], scheduler='tcp://127.0.0.1:9')\n"
        "except tearsim.TearSimError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, small_experiment, tmp_path / "out"], capture_output=True, text=True, check=True
    )
    assert "--scheduler needs Dask: pip install '.[cluster]' in a copy of the repository" in done.stdout
