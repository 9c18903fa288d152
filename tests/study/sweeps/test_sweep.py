"""Sweeps: the same numbers however they are run, and nothing lost or mixed."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock

import tearsim
from tearsim.errors import TearSimError
from tearsim.science.parameters import PARAMETERS
from tearsim.study.answers.by_level import by_level, effect_of_showing, overall_effect
from tearsim.study.estimates import estimate
from tearsim.study.sweeps import chunks, experiment, folder
from tearsim.study.sweeps.given import read_given
from tearsim.study.sweeps.results import PARTS, PROVENANCE
from tearsim.worlds.simulate import simulate


def tables(results):
    return {name: getattr(results, name) for name in ("runs", "series")}


def assert_equal(one, other):
    for name, table in tables(one).items():
        pd.testing.assert_frame_equal(table, tables(other)[name], check_exact=True)


@pytest.fixture
def many_chunks(monkeypatch):
    """Chunks of a run or two, so that there are many."""
    monkeypatch.setattr(chunks, "SESSIONS_A_CHUNK", 200)


def test_results_do_not_depend_on_the_number_of_workers(small_experiment, tmp_path, many_chunks):
    one = tearsim.sweep(small_experiment, out=tmp_path / "one", workers=1)
    four = tearsim.sweep(small_experiment, out=tmp_path / "four", workers=4)
    with ThreadPoolExecutor(3) as executor:
        own = tearsim.sweep(small_experiment, out=tmp_path / "own", executor=executor)
    assert_equal(one, four)
    assert_equal(one, own)


def test_each_row_is_the_run_that_simulate_would_give(small_experiment, tmp_path):
    results = tearsim.sweep(small_experiment, out=tmp_path / "out")
    point = results.experiment.points[3]
    alone = simulate(1, replicate=2, **point)
    row = results.runs.query("design_point == 3 and replicate == 2").iloc[0]
    for name, value in alone.outcomes.items():
        assert row[name] == value or (np.isnan(value) and np.isnan(row[name])), name
    weekly = results.series.query("design_point == 3 and replicate == 2").reset_index(drop=True)
    pd.testing.assert_frame_equal(weekly[list(alone.series)], alone.series, check_exact=True)


def test_design_points_of_a_replicate_share_their_luck(small_experiment, tmp_path):
    """With tears held back, how easily they would come changes nothing."""
    runs = tearsim.sweep(small_experiment, out=tmp_path / "out").runs
    held = runs[runs["tears"] == "held back"].pivot(
        index="replicate", columns="therapist_tear_propensity", values="alliance_mean"
    )
    assert (held.nunique(axis=1) == 1).all()


class Interrupted(Exception):
    pass


def sweep_until(runs, experiment, folder):
    """A sweep that is interrupted once this many runs are done."""

    def stop(progress):
        if progress.done >= runs:
            raise Interrupted

    with pytest.raises(Interrupted):
        tearsim.sweep(experiment, out=folder, report=stop)


def test_a_sweep_that_was_stopped_goes_on_where_it_was(small_experiment, tmp_path, many_chunks):
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole")

    sweep_until(14, small_experiment, tmp_path / "stopped")
    unfinished = tearsim.open_results(tmp_path / "stopped")
    assert not unfinished.finished
    assert 14 <= len(unfinished.runs) < 30
    seen = []
    resumed = tearsim.sweep(small_experiment, out=tmp_path / "stopped", report=seen.append)
    assert seen[0].kept == len(unfinished.runs)
    assert resumed.finished
    assert_equal(whole, resumed)
    assert not (tmp_path / "stopped" / "parts").exists()


@pytest.mark.parametrize("table", ["runs", "series"])
def test_a_truncated_part_is_run_again(small_experiment, tmp_path, many_chunks, table):
    sweep_until(10, small_experiment, tmp_path / "out")
    part = sorted((tmp_path / "out" / "parts").glob(f"{table}-*.parquet"))[1]
    part.write_bytes(part.read_bytes()[:-20])
    assert_equal(
        tearsim.sweep(small_experiment, out=tmp_path / "out"), tearsim.sweep(small_experiment, out=tmp_path / "whole")
    )


def test_a_finished_sweep_is_left_alone(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").iterdir()}
    tearsim.sweep(small_experiment, out=tmp_path / "out", report=lambda progress: pytest.fail("it ran again"))
    after = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").iterdir()}
    assert {n: t for n, t in before.items() if n != ".lock"} == {n: t for n, t in after.items() if n != ".lock"}


def test_a_command_works_out_its_design_once_be_the_folder_new_begun_or_finished(
    small_experiment, tmp_path, many_chunks, monkeypatch, ended
):
    worked_out, check_points = [], experiment.check_points
    monkeypatch.setattr(experiment, "check_points", lambda *asked: worked_out.append(1) or check_points(*asked))

    def times():
        worked_out.clear()
        code, _, errors = ended("sweep", small_experiment, "--out", tmp_path / "out", cwd=tmp_path)
        assert code == 0, errors
        return len(worked_out)

    with pytest.raises(ZeroDivisionError):
        tearsim.sweep(small_experiment, out=tmp_path / "out", report=lambda progress: 1 / 0)
    assert times() == 1, "begun"
    assert times() == 1, "finished"
    shutil.rmtree(tmp_path / "out")
    assert times() == 1, "new"


def test_what_is_written_is_what_was_read_whatever_becomes_of_the_files(tmp_path):
    (tmp_path / "points.csv").write_text("caseload,weeks\n1,3\n2,4\n")
    file = tmp_path / "listed.toml"
    design = '[parameters]\ntherapists = 2\n[design]\nkind = "list"\nreplicates = 1\nfile = "points.csv"\n'
    file.write_text(f'title = "t"\nquestion = "q"\n{design}')
    read, words = read_given(file), file.read_bytes()
    for changed in (file, tmp_path / "points.csv"):
        changed.write_text("something else")
    results = tearsim.sweep(read, out=tmp_path / "out")
    assert (tmp_path / "out" / "experiment.toml").read_bytes() == words
    assert results.experiment is read.experiment
    assert tearsim.open_results(tmp_path / "out").experiment == read.experiment


def test_a_file_that_is_edited_while_it_is_read_is_not_run(small_experiment, tmp_path, monkeypatch):
    file, check_points = small_experiment / "experiment.toml", experiment.check_points

    def edit(*asked):
        file.write_text(file.read_text().replace("weeks = 6", "weeks = 7"))
        return check_points(*asked)

    monkeypatch.setattr(experiment, "check_points", edit)
    with pytest.raises(TearSimError, match="was changed while it was read; start again"):
        tearsim.sweep(file, out=tmp_path / "out")
    monkeypatch.setattr(experiment, "check_points", lambda *asked: file.unlink() or check_points(*asked))
    with pytest.raises(TearSimError, match="cannot be read any more"):
        tearsim.sweep(file, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def listed_points(folder, file="points.csv", weeks=3):
    """An experiment whose points stand in a file beside it."""
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(f"caseload,weeks\n1,{weeks}\n2,4\n")
    design = f'[parameters]\ntherapists = 2\n[design]\nkind = "list"\nreplicates = 1\nfile = "{file}"\n'
    (folder / "experiment.toml").write_text(f'title = "t"\nquestion = "q"\n{design}')
    return folder


def test_points_that_are_exchanged_while_they_are_read_are_not_run(tmp_path, monkeypatch):
    listed, check_points = listed_points(tmp_path / "listed"), experiment.check_points

    def exchange(*asked):
        (tmp_path / "other.csv").write_text("caseload,weeks\n1,9\n2,4\n")
        (tmp_path / "other.csv").replace(listed / "points.csv")
        return check_points(*asked)

    monkeypatch.setattr(experiment, "check_points", exchange)
    with pytest.raises(TearSimError, match=r"points\.csv was changed while it was read; start again"):
        tearsim.sweep(listed, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["runs.parquet", "provenance.json", "report.html", "parts", "a.csv.unfinished"])
def test_points_in_a_file_that_is_called_like_one_of_the_results_are_refused_before_anything_is_run(name, tmp_path):
    with pytest.raises(TearSimError, match=f"design.file: {name} is what a file of the results is called"):
        tearsim.sweep(listed_points(tmp_path / "listed", name), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_copy_that_is_edited_while_it_is_run_can_be_put_back_and_nothing_is_lost(small_experiment, tmp_path):
    copy = tmp_path / "out" / "experiment.toml"

    def edit(progress):
        copy.write_text(copy.read_text().replace("weeks = 6", "weeks = 7"))

    with pytest.raises(TearSimError, match="was changed while it was run: put it back as it was"):
        tearsim.sweep(small_experiment, out=tmp_path / "out", report=edit)
    copy.write_text(copy.read_text().replace("weeks = 7", "weeks = 6"))
    done = []
    results = tearsim.sweep(small_experiment, out=tmp_path / "out", report=lambda progress: done.append(progress.runs))
    assert results.finished
    assert len(done) <= 1, "what was run is kept"
    assert results.runs.equals(tearsim.sweep(small_experiment, out=tmp_path / "other").runs)


@pytest.mark.parametrize(
    ("file", "said"), [("experiment.toml", "is missing"), ("points.csv", "is not an ordinary file")]
)
def test_whatever_is_no_ordinary_file_is_no_copy(file, said, tmp_path):
    listed = listed_points(tmp_path / "listed")
    tearsim.sweep(listed, out=tmp_path / "out")
    (tmp_path / "out" / file).unlink()
    os.mkfifo(tmp_path / "out" / file)
    with pytest.raises(TearSimError, match=said):
        tearsim.sweep(listed, out=tmp_path / "out")


def test_a_file_that_is_too_long_is_not_read(tmp_path):
    with (tmp_path / "long.toml").open("wb") as file:
        file.truncate(2 * 10**11)
    with pytest.raises(TearSimError, match="is too long"):
        tearsim.sweep(tmp_path / "long.toml", out=tmp_path / "out")


def test_a_folder_of_other_results_is_refused_and_says_what_differs(small_experiment, tmp_path, monkeypatch):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    with pytest.raises(
        TearSimError, match=r"holds other results .*: design.seed is 1 there, 2 here\. Choose another folder with --out"
    ):
        tearsim.sweep(small_experiment, out=tmp_path / "out", seed=2)
    provenance = tmp_path / "out" / "provenance.json"
    held = json.loads(provenance.read_text())
    provenance.write_text(json.dumps({**held, "source_hash": "of another version"}))
    with pytest.raises(TearSimError, match="the model is of another version"):
        tearsim.sweep(small_experiment, out=tmp_path / "out")


def test_a_folder_of_other_files_a_file_and_a_busy_folder_are_refused(small_experiment, tmp_path):
    with pytest.raises(TearSimError, match="holds files that are no results"):
        tearsim.sweep(small_experiment / "experiment.toml", out=small_experiment)
    with pytest.raises(TearSimError, match="is a file; results need a folder"):
        tearsim.sweep(small_experiment, out=small_experiment / "experiment.toml")
    (tmp_path / "busy").mkdir()
    with FileLock(tmp_path / "busy" / folder.LOCK), pytest.raises(TearSimError, match="by another sweep"):
        tearsim.sweep(small_experiment, out=tmp_path / "busy")
    assert [file.name for file in (tmp_path / "busy").iterdir()] == [folder.LOCK]


def test_results_know_unit_and_meaning_of_every_column(small_experiment, tmp_path):
    results = tearsim.sweep(small_experiment, out=tmp_path / "out")
    described = results.describe()
    for table, columns in (("runs", results.runs), ("series", results.series)):
        documented = set(described.loc[table].index) | {"design_point", "replicate"}
        assert set(columns) <= documented
    assert (
        described.loc[("runs", "therapist_tear_propensity"), "meaning"]
        == PARAMETERS["therapist_tear_propensity"].meaning
    )


def test_sessions_are_kept_if_asked_for(small_experiment, tmp_path):
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text() + "\n[record]\nsessions = true\nseries = false\n")
    results = tearsim.sweep(small_experiment, out=tmp_path / "out")
    assert len(results.sessions) == results.runs["sessions"].sum()
    with pytest.raises(TearSimError, match="holds no series"):
        _ = results.series


def test_provenance_names_versions_and_no_person(small_experiment, tmp_path):
    import getpass
    import socket

    results = tearsim.sweep(small_experiment, out=tmp_path / "out")
    text = (tmp_path / "out" / "provenance.json").read_text()
    assert {"seed", "replicates", "source_hash", "libraries", "started", "ended"} <= set(results.provenance)
    assert socket.gethostname() not in text
    assert f"/{getpass.getuser()}/" not in text


def test_an_experiment_can_be_given_as_a_dictionary(tmp_path):
    content = {
        "title": "t",
        "question": "q",
        "parameters": {"weeks": 2, "therapists": 2},
        "design": {"replicates": 2, "vary": {"caseload": [1, 2]}},
    }
    results = tearsim.sweep(content, out=tmp_path / "out")
    assert results.experiment.varied == ["caseload"]
    assert results.runs["sessions"].tolist() == [4.0, 8.0, 4.0, 8.0]


def test_intervals_are_students_over_replicates():
    """Worked by hand: 1, 2, 3 has mean 2, standard deviation 1, t(.975, 2) = 4.302653, half width 2.484138."""
    mean, low, high, n = estimate(pd.Series([1.0, 2.0, 3.0, np.nan]))
    assert (mean, n) == (2.0, 3)
    assert (low, high) == pytest.approx((2 - 2.484138, 2 + 2.484138), abs=1e-6)
    assert np.isnan(estimate(pd.Series([1.0])).low)
    assert np.isnan(estimate(pd.Series([], dtype=float)).mean)


def test_the_effect_of_showing_is_paired_within_replicates():
    runs = pd.DataFrame(
        {
            "x": [1] * 4,
            "replicate": [0, 0, 1, 1],
            "tears": ["shown", "held back"] * 2,
            "dropout_rate": [0.5, 0.4, 0.9, 0.8],
        }
    )
    effect = effect_of_showing(runs, "x", "dropout_rate").loc[1]
    assert effect["mean"] == pytest.approx(0.1)
    assert effect["high"] - effect["low"] == pytest.approx(0.0, abs=1e-12)
    assert by_level(runs, "x", "dropout_rate").loc[1, "mean"] == pytest.approx(0.65)


def test_only_runs_that_differ_in_the_tears_alone_are_compared():
    """Two lone runs at other points, and a pair with a missing outcome, say nothing of what tears do."""
    runs = pd.DataFrame(
        {
            "design_point": [0, 1, 2, 3, 0, 1],
            "replicate": [0, 0, 0, 0, 1, 1],
            "x": [1, 1, 2, 3, 1, 1],
            "tears": ["shown", "held back", "shown", "held back", "shown", "held back"],
            "dropout_rate": [0.5, 0.4, 9.0, 0.0, np.nan, 0.8],
        }
    )
    mean, low, _, replicates = overall_effect(runs, "dropout_rate")
    assert (mean, replicates) == (pytest.approx(0.1), 1)
    assert np.isnan(low)
    assert np.isnan(overall_effect(runs[runs["x"] > 1], "dropout_rate").mean)


def test_an_answer_without_pairs_says_so(tmp_path):
    from tearsim.study.answers.answer import Answer

    points = [{"tears": "shown", "level_base": 2.5}, {"tears": "held back", "level_base": 0.5}]
    content = {
        "title": "t",
        "question": "q",
        "parameters": {"weeks": 3, "therapists": 2},
        "design": {"kind": "list", "replicates": 3, "points": points},
    }
    results = tearsim.sweep(content, out=tmp_path / "out")
    assert any("no run has a partner" in words for words in tearsim.answer_in_short(results))
    assert [len(table.rows) for table in Answer(results).tables] == [2]


def test_the_folder_is_looked_at_again_once_it_is_ours(small_experiment, tmp_path, monkeypatch):
    """Another sweep may have filled it between the first look and the lock."""
    look = folder.Folder._look
    looks = []

    def filled_in_between(sweep):
        looks.append(look(sweep))
        if len(looks) == 1:
            monkeypatch.setattr(folder.Folder, "_look", look)
            tearsim.sweep(small_experiment, out=tmp_path / "out", seed=9)
        return looks[-1]

    monkeypatch.setattr(folder.Folder, "_look", filled_in_between)
    with pytest.raises(TearSimError, match=r"design\.seed is 9 there"):
        tearsim.sweep(small_experiment, out=tmp_path / "out")
    assert tearsim.open_results(tmp_path / "out").provenance["seed"] == 9


def test_chunks_of_another_cut_are_not_taken_for_ours(small_experiment, tmp_path, many_chunks, monkeypatch):
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole")

    sweep_until(10, small_experiment, tmp_path / "out")
    monkeypatch.setattr(chunks, "POINTS_A_CHUNK", 2)
    recut = tearsim.sweep(small_experiment, out=tmp_path / "out").runs
    order = ["design_point", "replicate"]
    pd.testing.assert_frame_equal(
        recut.sort_values(order, ignore_index=True), whole.runs.sort_values(order, ignore_index=True)
    )


def test_a_broken_results_folder_is_refused_in_words(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    (tmp_path / "out" / PROVENANCE).write_text('{"finished": tr')
    with pytest.raises(TearSimError, match=r"provenance\.json cannot be read"):
        tearsim.sweep(small_experiment, out=tmp_path / "out")
    with pytest.raises(TearSimError, match="is not a results folder"):
        tearsim.open_results(tmp_path)


def test_a_sweep_killed_as_it_began_can_begin_again(small_experiment, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f"{PROVENANCE}.unfinished").write_text("{")
    assert tearsim.sweep(small_experiment, out=folder).finished
    assert not (folder / PARTS).exists()


def test_kept_sessions_make_smaller_chunks():
    points = [{"therapists": 20, "caseload": 10, "weeks": 52}] * 40
    kept = chunks.plan(points, 30, keeps_sessions=True)
    assert sum(chunk.runs for chunk in kept) == 40 * 30
    assert max(chunk.runs for chunk in kept) * 10_400 <= chunks.SESSIONS_A_CHUNK_KEPT
