"""A sweep that is stopped, killed, starved of disk or handed broken files loses nothing and makes nothing up."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tearsim
from tearsim.errors import SweepError, TearSimError
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps import chunks
from tearsim.study.sweeps.run_chunk import _mine
from tearsim.worlds.ensemble import Ensemble

# Forty chunks of about half a second's work.
LONG = """
title = "A long one"
question = "Will it be the same?"

[design]
kind = "latin"
samples = 500
replicates = 80
seed = 4
vary = ["therapist_tear_propensity", "client_boundary_sensitivity", "leaving_rupture"]

[record]
series = true
"""
# One run of a practice of many places over a century: half a minute's work in a single piece.
ENDLESS = """
title = "Endless"
question = "Does it stop?"

[parameters]
therapists = 1000
caseload = 20
weeks = 5200

[design]
replicates = 1

[design.vary]
tears = ["shown"]
"""
# The command, writing a line to a file whenever a chunk is begun.
NOTED = """
import os, sys
from tearsim.study.sweeps import runner
begun, run_chunk = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT), runner.run_chunk
def noted(job, *more):
    os.write(begun, b"x")
    return run_chunk(job, *more)
runner.run_chunk = noted
from tearsim.cli import main
main()
"""


@pytest.fixture
def many_chunks(monkeypatch):
    """Chunks of a run or two, so that there are many."""
    monkeypatch.setattr(chunks, "SESSIONS_A_CHUNK", 200)


def written(folder: Path, content: str) -> Path:
    file = folder / "experiment.toml"
    file.write_text(content, encoding="utf-8")
    return file


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "parts").glob("runs-*.parquet"))


def wait_for(condition, process):
    """Until something is so, or the process has ended."""
    while not condition() and process.poll() is None:
        time.sleep(0.01)


@pytest.mark.slow
def test_killed_ten_times_at_random_it_ends_as_if_never_killed(tmp_path):
    """kill -9 at a random moment after a first part exists; at most one chunk a worker is computed again each time."""
    experiment, folder, begun = written(tmp_path, LONG), tmp_path / "killed", tmp_path / "begun"
    command = [sys.executable, "-c", NOTED, begun, "sweep", experiment, "--out", folder, "--workers", "2"]
    moments = generator_for("resampling", 10).uniform(0.0, 0.8, 10)
    for moment in moments:
        there, before = len(parts(folder)), begun.stat().st_size if begun.exists() else 0
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for(lambda there=there: len(parts(folder)) > there, process)
        time.sleep(moment)
        assert process.poll() is None, process.communicate()
        process.kill()
        _, said = process.communicate()
        whole = [part for part in parts(folder) if len(pq.read_table(part))]
        computed = begun.stat().st_size - before
        assert computed - (len(whole) - there) <= 2
        if there:
            assert f"Kept {there * 1_000:,} of 40,000 runs that were there already." in said
    kept = sum(len(pq.read_table(part)) for part in parts(folder))
    assert 10_000 <= kept < 40_000
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"Kept {kept:,} of 40,000 runs" in done.stderr
    tearsim.sweep(experiment, out=tmp_path / "whole")
    for table in ("runs", "series", "failures"):
        killed, whole = (pq.read_table(tmp_path / name / f"{table}.parquet") for name in ("killed", "whole"))
        assert killed.equals(whole)
    addresses = pq.read_table(folder / "runs.parquet", columns=["design_point", "replicate"]).to_pandas()
    assert len(addresses) == len(addresses.drop_duplicates()) == 40_000


def test_ctrl_c_stops_in_the_middle_of_a_run_and_says_how_to_go_on(tearsim_command, tmp_path):
    experiment, folder = written(tmp_path, ENDLESS), tmp_path / "out"
    process = subprocess.Popen(
        [*tearsim_command, "sweep", experiment, "--out", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for((folder / "parts").exists, process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, said = process.communicate(timeout=200)
    assert process.returncode == 130, said
    assert "Stopped. Everything done so far is kept: the same command continues from there." in said
    assert "Traceback" not in said
    assert output == ""
    worked = json.loads((folder / "provenance.json").read_text())["worked"]
    assert [(work["runs_done"], work["runs_kept"]) for work in worked] == [(0, 0)]


@pytest.fixture
def tearsim_command():
    return [sys.executable, "-m", "tearsim"]


def test_a_full_disk_is_said_in_one_line_leaves_no_half_file_and_the_sweep_goes_on(
    small_experiment, tmp_path, many_chunks
):
    """The operating system refuses files beyond a size, as it does where no room is left."""
    folder = tmp_path / "out"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, limits[1]))
    try:
        with pytest.raises(SweepError, match=r"out cannot be written to: File too large.* the same command continues"):
            tearsim.sweep(small_experiment, out=folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(folder.rglob("*.unfinished"))
    resumed = tearsim.sweep(small_experiment, out=folder)
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole")
    assert resumed.runs.equals(whole.runs)
    assert resumed.series.equals(whole.series)


def test_a_folder_that_cannot_be_made_is_refused_with_nothing_written(small_experiment, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(TearSimError, match="results cannot be written to: Not a directory"):
        tearsim.sweep(small_experiment, out=tmp_path / "file" / "results")
    assert (tmp_path / "file").read_text() == "mine"
    with pytest.raises(TearSimError, match="/proc/results cannot be written to: "):
        tearsim.sweep(small_experiment, out="/proc/results")


def stopped_half_way(experiment, folder):
    def stop(progress):
        if progress.done >= 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tearsim.sweep(experiment, out=folder, workers=1, report=stop)


def damaged_inside(part: Path) -> None:
    """Some bytes of a page turned over; the footer, and so the number of rows, stays as it was."""
    content = bytearray(part.read_bytes())
    content[40:60] = bytes(255 - byte for byte in content[40:60])
    part.write_bytes(content)


DAMAGES = {
    "truncated": lambda part: part.write_bytes(part.read_bytes()[:-20]),
    "empty": lambda part: part.write_bytes(b""),
    "missing": Path.unlink,
    "damaged inside": damaged_inside,
    "rows missing": lambda part: pq.write_table(pq.read_table(part).slice(1), part),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("table", ["runs", "series"])
def test_a_broken_part_is_found_and_run_again(small_experiment, tmp_path, many_chunks, table, damage):
    stopped_half_way(small_experiment, tmp_path / "out")
    there = parts(tmp_path / "out")
    kept = sum(len(pq.read_table(part)) for part in there)
    broken = there[1].with_name(there[1].name.replace("runs-", f"{table}-"))
    kept -= len(pq.read_table(there[1]))
    DAMAGES[damage](broken)
    seen = []
    resumed = tearsim.sweep(small_experiment, out=tmp_path / "out", report=seen.append)
    assert seen[0].kept == kept > 0
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole")
    for name in ("runs", "series"):
        assert getattr(resumed, name).equals(getattr(whole, name))


def test_what_is_left_of_a_part_being_written_is_cleared_away(small_experiment, tmp_path, many_chunks):
    stopped_half_way(small_experiment, tmp_path / "out")
    left_over = tmp_path / "out" / "parts" / "runs-x.parquet.unfinished"
    left_over.write_bytes(b"half")
    stopped_half_way(small_experiment, tmp_path / "out")
    assert not left_over.exists()


def failing_at(monkeypatch, **where):
    """Runs of points with these values fail, alone or beside others."""
    run = Ensemble.run

    def fails(self, seed, replicate=0, pause=None):
        if replicate == 3 and any(where.items() <= point.items() for point in self.points):
            raise ZeroDivisionError("so it goes")
        return run(self, seed, replicate, pause)

    init = Ensemble.__init__

    def remembers(self, points, *how):
        self.points = list(points)
        init(self, points, *how)

    monkeypatch.setattr(Ensemble, "__init__", remembers)
    monkeypatch.setattr(Ensemble, "run", fails)
    _mine.points = None


def test_a_run_that_fails_is_listed_and_takes_no_other_with_it(small_experiment, tmp_path, monkeypatch):
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole").runs
    failing_at(monkeypatch, therapist_tear_propensity=0.5, tears="shown")
    results = tearsim.sweep(small_experiment, out=tmp_path / "out", workers=1)
    assert results.finished
    assert results.failures.to_dict("records") == [
        {"design_point": 2, "replicate": 3, "error": "ZeroDivisionError", "message": "so it goes"}
    ]
    failed = (whole["design_point"] == 2) & (whole["replicate"] == 3)
    assert results.runs.equals(whole[~failed].reset_index(drop=True))
    assert len(results.series) == 29 * 6


def test_failures_are_said_and_the_exit_code_tells_of_them(small_experiment, tmp_path, monkeypatch, capsys):
    from tearsim.cli.app import app

    failing_at(monkeypatch, therapist_tear_propensity=0.5, tears="shown")
    with pytest.raises(SystemExit) as ended:
        app(
            ["sweep", str(small_experiment), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet", "--no-report"]
        )
    assert ended.value.code == 1
    assert "1 of 30 runs failed" in capsys.readouterr().err


def test_a_chunk_whose_every_run_failed_is_not_run_again(small_experiment, tmp_path, monkeypatch, many_chunks):
    failing_at(monkeypatch)
    stopped_half_way(small_experiment, tmp_path / "out")
    results = tearsim.sweep(small_experiment, out=tmp_path / "out", workers=1)
    assert sorted(results.failures["design_point"]) == list(range(6))
    assert set(results.failures["replicate"]) == {3}
    assert len(results.runs) == 24
    assert results.runs.dtypes.equals(tearsim.sweep(small_experiment, out=tmp_path / "out").runs.dtypes)


def test_everything_kept_can_fail_at_once_and_the_sweep_still_ends(
    small_experiment, tmp_path, monkeypatch, many_chunks
):
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text() + "\n[record]\nsessions = true\nepisodes = true\n")
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole")
    failing_at(monkeypatch)
    results = tearsim.sweep(small_experiment, out=tmp_path / "out", workers=1)
    assert len(results.failures) == 6
    for table in ("runs", "series", "sessions", "episodes"):
        ran = whole.table(table).query("replicate != 3").reset_index(drop=True)
        pd.testing.assert_frame_equal(results.table(table), ran)


def test_a_failure_that_passes_leaves_no_trace_once_the_run_is_there(
    small_experiment, tmp_path, monkeypatch, many_chunks
):
    """Killed between writing what failed and writing the runs; and a list of failures that is itself broken."""
    with monkeypatch.context() as failing:
        failing_at(failing)
        stopped_half_way(small_experiment, tmp_path / "out")
    _mine.points = None
    for number, failures in enumerate(sorted((tmp_path / "out" / "parts").glob("failures-*"))):
        failures.with_name(failures.name.replace("failures-", "runs-")).unlink()
        if number:
            failures.write_bytes(b"")
    results = tearsim.sweep(small_experiment, out=tmp_path / "out")
    assert len(results.failures) == 0
    assert results.runs.equals(tearsim.sweep(small_experiment, out=tmp_path / "whole").runs)


def test_files_on_the_way_are_whole_or_not_there(tmp_path):
    from tearsim.safe_files import write_safely, write_table

    def breaks(path):
        path.write_text("half")
        raise OSError("no room")

    (tmp_path / "file").write_text("old")
    with pytest.raises(OSError, match="no room"):
        write_safely(tmp_path / "file", breaks)
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("file", "old")]
    small = [pa.table({"x": range(i, i + 1000)}) for i in range(0, 120_000, 1000)]
    write_table(tmp_path / "t.parquet", small)
    groups = pq.ParquetFile(tmp_path / "t.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [50_000, 50_000, 20_000]
    assert os.listdir(tmp_path).count("t.parquet") == 1
