"""More replicates on a finished sweep: what is there is kept, and nobody can tell that it was not run in one."""

import json
import re
import subprocess
import sys

import pytest

import tearsim
from tearsim import safe_files
from tearsim.errors import TearSimError
from tearsim.study.sweeps import chunks
from tearsim.study.sweeps.provenance import PROVENANCE

KEEPS_ALL = "\n[record]\nseries = true\nsessions = true\nepisodes = true\n"


@pytest.fixture
def many_chunks(monkeypatch):
    """Chunks of a few runs, which the replicates kept do not fill evenly; and row groups of a few chunks."""
    monkeypatch.setattr(chunks, "SESSIONS_A_CHUNK", 800)
    monkeypatch.setattr(chunks, "SESSIONS_A_CHUNK_KEPT", 800)
    monkeypatch.setattr(chunks, "POINTS_A_CHUNK", 4)
    monkeypatch.setattr(safe_files, "ROWS_A_GROUP", 100)


@pytest.fixture
def keeping_all(small_experiment):
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text() + KEEPS_ALL)
    return small_experiment


def tables(path):
    """Every table, byte for byte."""
    return {file.name: file.read_bytes() for file in sorted(path.glob("*.parquet"))}


def listed(path):
    return sorted(file.name for file in path.iterdir() if not file.name.startswith("."))


def test_a_sweep_with_replicates_added_equals_one_of_as_many_byte_for_byte(keeping_all, tmp_path, many_chunks):
    whole = tearsim.sweep(keeping_all, out=tmp_path / "whole", replicates=13)
    tearsim.sweep(keeping_all, out=tmp_path / "grown")
    seen = []
    tearsim.sweep(keeping_all, out=tmp_path / "grown", replicates=9, report=seen.append)
    assert (seen[0].kept, seen[0].runs) == (5 * 6, 9 * 6)
    tearsim.sweep(keeping_all, out=tmp_path / "grown", replicates=13, workers=3)
    assert len(tables(tmp_path / "whole")) == 5
    assert tables(tmp_path / "whole") == tables(tmp_path / "grown")
    assert listed(tmp_path / "whole") == listed(tmp_path / "grown")
    grown = tearsim.open_results(tmp_path / "grown")
    assert grown.experiment.design.replicates == 13
    assert grown.provenance["experiment_hash"] == whole.provenance["experiment_hash"]
    assert [(work["runs_kept"], work["runs_done"]) for work in grown.provenance["worked"]] == [
        (0, 30),
        (30, 24),
        (54, 24),
    ]


def test_failures_stay_failures_when_replicates_are_added(small_experiment, tmp_path, many_chunks, monkeypatch):
    from tests.study.sweeps.test_interruptions import failing_at

    failing_at(monkeypatch, therapist_tear_propensity=0.5)
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole", replicates=7)
    tearsim.sweep(small_experiment, out=tmp_path / "grown")
    tearsim.sweep(small_experiment, out=tmp_path / "grown", replicates=7)
    assert len(whole.failures) == 2
    assert tables(tmp_path / "whole") == tables(tmp_path / "grown")


@pytest.mark.slow
def test_killed_with_minus_nine_in_the_middle_it_goes_on(tmp_path):
    from tests.study.sweeps.test_interruptions import LONG, wait_for, written

    experiment, grown = written(tmp_path, LONG), tmp_path / "grown"
    tearsim.sweep(experiment, out=grown, replicates=20)
    command = [
        sys.executable,
        "-m",
        "tearsim",
        "sweep",
        experiment,
        "--out",
        grown,
        "--replicates",
        "80",
        "--no-report",
    ]
    for more in (1, 5, 12):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        there = len(list((grown / "parts").glob("runs-*")))
        wait_for(lambda there=there, more=more: len(list((grown / "parts").glob("runs-*"))) >= there + more, process)
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(re.search(r"Kept ([\d,]+) of 40,000 runs", done.stderr)[1].replace(",", "")) >= 10_000
    tearsim.sweep(experiment, out=tmp_path / "whole", replicates=80)
    assert tables(grown) == tables(tmp_path / "whole")


def test_fewer_replicates_than_are_there_are_no_reason_to_throw_any_away(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=7)
    before = tables(tmp_path / "out")
    with pytest.raises(
        TearSimError, match=r"holds 7 replicates, more than the 5 asked for: ask for 7 or more with --rep"
    ):
        tearsim.sweep(small_experiment, out=tmp_path / "out")
    assert tables(tmp_path / "out") == before


def test_an_unfinished_sweep_is_finished_before_it_gets_more_replicates(small_experiment, tmp_path, many_chunks):
    from tests.study.sweeps.test_sweep import sweep_until

    sweep_until(14, small_experiment, tmp_path / "out")
    with pytest.raises(TearSimError, match="unfinished sweep of 5 replicates: finish it first, with --replicates 5"):
        tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8)
    tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=5)
    tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8)
    assert tables(tmp_path / "out") == tables(
        tearsim.sweep(small_experiment, out=tmp_path / "whole", replicates=8).folder
    )


def test_a_shard_takes_no_more_replicates_what_was_merged_does(small_experiment, tmp_path, many_chunks):
    shards = [tmp_path / "one", tmp_path / "two"]
    for number, shard in enumerate(shards, 1):
        tearsim.sweep(small_experiment, out=shard, shard=f"{number}/2")
    with pytest.raises(TearSimError, match="is a shard, which takes no more replicates: merge all of them first"):
        tearsim.sweep(small_experiment, out=shards[0], shard="1/2", replicates=8)
    tearsim.merge(shards, out=tmp_path / "merged")
    tearsim.sweep(small_experiment, out=tmp_path / "merged", replicates=8)
    assert tables(tmp_path / "merged") == tables(
        tearsim.sweep(small_experiment, out=tmp_path / "w", replicates=8).folder
    )


def test_other_things_than_replicates_still_keep_results_apart(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    with pytest.raises(
        TearSimError, match=r"holds other results.*design.replicates is 5 there, 8 here; design.seed is 1"
    ):
        tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8, seed=2)
    provenance = tmp_path / "out" / PROVENANCE
    held = json.loads(provenance.read_text())
    provenance.write_text(json.dumps({**held, "machine_fingerprint": "of another"}))
    with pytest.raises(TearSimError, match="rounds differently"):
        tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8)


def test_a_table_that_so_many_runs_would_not_keep_is_not_lost_without_a_word(small_experiment, tmp_path, monkeypatch):
    from tearsim.study.sweeps import experiment

    monkeypatch.setattr(experiment, "SERIES_UP_TO", 40)
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    with pytest.raises(TearSimError, match=r"keeps runs, series, and 48 runs would keep runs: say under \[record\]"):
        tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8)
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text() + "\n[record]\nseries = true\n")
    assert len(tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8).series) == 48 * 6


def test_rows_that_were_edited_are_not_carried_on(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    file = tmp_path / "out" / "runs.parquet"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with pytest.raises(TearSimError, match=r"runs\.parquet is not as it was written"):
        tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=8)


@pytest.mark.slow
def test_report_and_sensitivity_follow(tmp_path, said):
    (tmp_path / "screen.toml").write_text("""
title = "Screen"
question = "Which matters?"
[parameters]
therapists = 3
caseload = 4
weeks = 6
[design]
kind = "sobol"
samples = 8
replicates = 3
vary = ["leaving_rupture", "rupture_base"]
""")
    said("sweep", "screen.toml", cwd=tmp_path)
    output = said("sweep", "screen.toml", "--replicates", "6", cwd=tmp_path)
    assert "(6 replicates of each)" in output
    told = json.loads(said("sensitivity", "results/screen", "--outcome", "sessions", "--json", cwd=tmp_path))
    assert [one["replicates"] for one in told] == [6]
    assert "192" in (tmp_path / "results/screen/report.html").read_text()
