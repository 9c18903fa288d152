"""A sweep on a Dask cluster: a real scheduler and real workers, on this machine's own loopback addresses."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pyarrow.parquet as pq
import pytest
import tomli_w

import tearsim

distributed = pytest.importorskip("distributed")

# Thirty-two chunks of a second or so: enough for a worker to die with work in its hands.
EXPERIMENT = {
    "title": "t", "question": "q", "parameters": {"weeks": 52}, "record": {"series": True},
    "design": {"kind": "latin", "samples": 500, "replicates": 64, "vary": ["client_empathy", "bond_moved"]},
}  # fmt: skip


@pytest.fixture
def scheduler(tmp_path):
    """The address of a scheduler, its file, and a list to which processes can be added that are ended with it."""
    file = tmp_path / "scheduler.json"
    command = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file]
    processes = [subprocess.Popen([sys.executable, "-m", "dask", *map(str, command)], stderr=subprocess.DEVNULL)]
    while not file.exists() or not file.read_text().strip():
        assert processes[0].poll() is None
        time.sleep(0.1)
    try:
        yield file, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def worker(file, tmp_path, name):
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--name", name]
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "dask",
            "worker",
            "--scheduler-file",
            str(file),
            *options,
            "--local-directory",
            str(tmp_path / name),
        ],
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_a_worker_killed_with_tasks_on_it_changes_nothing(scheduler, tmp_path):
    file, processes = scheduler
    workers = {name: worker(file, tmp_path, name) for name in ("one", "two")}
    processes += workers.values()
    with distributed.Client(scheduler_file=str(file), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        killed = []

        def kill_one_that_is_busy():
            while not killed:
                for address, tasks in client.processing().items():
                    name = client.scheduler_info()["workers"][address]["name"]
                    if len(tasks) and name == "one" and progressed:
                        os.kill(workers["one"].pid, signal.SIGKILL)
                        killed.extend(tasks)
                        return
                time.sleep(0.05)

        progressed = []
        killer = threading.Thread(target=kill_one_that_is_busy, daemon=True)
        killer.start()
        results = tearsim.sweep(
            EXPERIMENT,
            out=tmp_path / "cluster",
            scheduler=client.scheduler.address,
            report=lambda now: progressed.append(now) if now.done else None,
        )
        killer.join(timeout=10)
        begun = client.run_on_scheduler(
            lambda dask_scheduler: [
                key for key, start, finish, *_ in dask_scheduler.transition_log if finish == "processing"
            ]
        )
    assert results.finished
    assert killed, "the worker was killed while tasks were on it"
    assert workers["one"].wait() == -signal.SIGKILL
    assert any(begun.count(key) >= 2 for key in killed), "at least one task was run again"
    tearsim.sweep(EXPERIMENT, out=tmp_path / "here")
    for table in ("runs", "series", "failures"):
        one, other = (pq.read_table(tmp_path / folder / f"{table}.parquet") for folder in ("cluster", "here"))
        assert one.equals(other)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_said_in_one_line(scheduler, tmp_path, monkeypatch):
    from tearsim.study.sweeps import cluster

    monkeypatch.setattr(cluster, "CLUSTER_PATIENCE", 2)
    with distributed.Client(scheduler_file=str(scheduler[0]), set_as_default=False) as client:
        address = client.scheduler.address
    with pytest.raises(tearsim.TearSimError, match=f"No worker has joined the scheduler at {address} within 2 s"):
        tearsim.sweep(EXPERIMENT, out=tmp_path / "out", scheduler=address)


@pytest.mark.slow
def test_a_scheduler_killed_in_mid_run_is_said_in_one_line_and_the_same_command_goes_on(scheduler, tmp_path):
    file, processes = scheduler
    processes.append(worker(file, tmp_path, "one"))
    (tmp_path / "long.toml").write_text(tomli_w.dumps(EXPERIMENT))
    address = json.loads(file.read_text())["address"]
    command = [sys.executable, "-W", "error", "-m", "tearsim", "sweep", "long.toml", "--no-report"]
    process = subprocess.Popen([*command, "--scheduler", address], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("results/long/parts/runs-*")):
        assert process.poll() is None
        time.sleep(0.05)
    processes[0].kill()
    _, said = process.communicate(timeout=120)
    *progress, line = said.splitlines()
    assert process.returncode == 1
    assert all(" runs" in one for one in progress)
    assert line.startswith("tearsim: The connection to the ")
    assert line.endswith("Everything done so far is kept: the same command continues from there.")
    ended = tearsim.open_results(tmp_path / "results/long")
    assert not ended.finished
    assert len(ended.runs) >= 500, "the chunks that were done are kept"
    assert tearsim.verify(ended).good


@pytest.mark.slow
def test_what_a_queue_sends_stops_a_sweep_on_a_cluster_as_ctrl_c_does(scheduler, tmp_path):
    file, processes = scheduler
    processes.append(worker(file, tmp_path, "one"))
    (tmp_path / "experiment.toml").write_text(tomli_w.dumps(EXPERIMENT))
    address, out = json.loads(file.read_text())["address"], tmp_path / "out"
    command = [sys.executable, "-m", "tearsim", "sweep", str(tmp_path), "--out", str(out), "--quiet", "--no-report"]
    sweep = subprocess.Popen([*command, "--scheduler", address], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    while len(list(out.glob("parts/runs-*"))) < 2:
        assert sweep.poll() is None
        time.sleep(0.02)
    sweep.terminate()
    output, said = sweep.communicate(timeout=60)
    assert (sweep.returncode, output) == (128 + signal.SIGTERM, b"")
    assert said.decode() == "Stopped. Everything done so far is kept: the same command continues from there.\n"
