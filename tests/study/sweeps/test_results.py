"""Results folders: read by anyone's tools, knowing what their columns mean, finished or not."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.study.sweeps.chunks import RUNS_A_CHUNK, WEEKS_A_CHUNK, Shard, plan
from tearsim.study.sweeps.columns import parameter_columns
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.worlds.simulate import simulate

EVERYTHING = {
    "title": "t", "question": "q", "parameters": {"therapists": 3},
    "record": {"series": True, "sessions": True, "episodes": True},
    "design": {"kind": "list", "replicates": 2, "points": [
        {"tears": "shown", "therapist_empathy": 0.4, "stratified_therapists": True},
        {"tears": "leaking", "caseload": 3, "weeks": 5},
    ]},
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tearsim.sweep(EVERYTHING, out=tmp_path_factory.mktemp("results") / "all")


def test_duckdb_and_plain_pandas_read_the_files_directly(results):
    runs = results.folder / "runs.parquet"
    counted = duckdb.sql(
        f"select tears, count(*), sum(sessions) from '{runs}' group by tears order by tears"
    ).fetchall()
    assert counted == [("leaking", 2, 2 * 3 * 3 * 5), ("shown", 2, 2 * 3 * 10 * 52)]
    pd.testing.assert_frame_equal(pd.read_parquet(runs), results.runs)
    kinds = duckdb.sql(f"select distinct ending from '{results.folder / 'episodes.parquet'}'").fetchall()
    assert ("goes on",) in kinds


def test_parameters_are_typed_columns(results):
    types = {field.name: str(field.type) for field in pq.read_schema(results.folder / "runs.parquet")}
    assert types["caseload"] == types["weeks"] == "int64"
    assert types["therapist_empathy"] == "double"
    assert types["stratified_therapists"] == "bool"
    assert types["tears"] == "string"


def test_every_column_of_every_table_has_a_unit_and_a_meaning(results):
    described = results.describe()
    for table in ("runs", "series", "sessions", "episodes", "failures"):
        columns = results.table(table)
        assert set(columns) == set(described.loc[table].index), table
    assert (described["meaning"].str.len() > 5).all()


def test_the_tables_hold_what_simulate_gives(results):
    """Points of different length and shape stand in one table, each row where it belongs."""
    for number, point in enumerate(results.experiment.points):
        alone = simulate(1, replicate=1, log=True, **point)
        for table in ("series", "sessions", "episodes"):
            rows = results.table(table).query(f"design_point == {number} and replicate == 1")
            parameters = parameter_columns(table, results.experiment.varied)
            for column, name in parameters.items():
                assert set(rows[column]) == {point[name]}, (table, column)
            rows = rows.drop(columns=["design_point", "replicate", *parameters]).reset_index(drop=True)
            pd.testing.assert_frame_equal(
                rows, getattr(alone, table)[list(rows)], check_exact=True, check_dtype=False, check_categorical=False
            )


def test_the_provenance_says_what_was_fixed_and_what_it_took(results):
    held = results.provenance
    assert held["parameters"]["therapists"] == 3
    assert "caseload" not in held["parameters"]
    (work,) = held["worked"]
    assert work["runs_done"] == 4
    assert work["sessions"] == 2 * (3 * 3 * 5 + 3 * 10 * 52)
    assert 0 < work["simulation_cpu_seconds"] <= work["cpu_seconds"]
    assert held["shard"] == "1/1"


def test_some_columns_can_be_read_alone_and_unknown_ones_are_named(results):
    assert list(results.table("runs", ["replicate", "dropout_rate"])) == ["replicate", "dropout_rate"]
    with pytest.raises(TearSimError, match=r'runs has no column "dropout". Did you mean "dropout_rate"\?'):
        results.table("runs", ["dropout"])
    with pytest.raises(TearSimError, match="holds no diaries: it keeps runs, series, sessions, episodes, failures"):
        results.table("diaries")


def test_a_finished_sweep_whose_table_is_gone_says_so(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    whole = (tmp_path / "out" / "runs.parquet").read_bytes()
    (tmp_path / "out" / "runs.parquet").unlink()
    with pytest.raises(TearSimError, match=r"runs\.parquet is missing, though the sweep is finished"):
        _ = tearsim.open_results(tmp_path / "out").runs
    assert len(tearsim.sweep(small_experiment, out=tmp_path / "out").runs) == 30, "it is run again"
    assert (tmp_path / "out" / "runs.parquet").read_bytes() == whole


def test_a_finished_shard_that_lost_a_part_runs_it_again(small_experiment, tmp_path):
    part = next((tearsim.sweep(small_experiment, out=tmp_path / "out", shard="1/2").folder / "parts").glob("runs-*"))
    part.unlink()
    assert len(tearsim.sweep(small_experiment, out=tmp_path / "out", shard="1/2").runs) == 30


@pytest.mark.parametrize("content", ["5", "{}", '{"shard": 5}', "[]", ""])
def test_a_provenance_that_is_none_is_refused_in_one_line(small_experiment, tmp_path, content):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    (tmp_path / "out" / "provenance.json").write_text(content)
    for use in (
        lambda: tearsim.sweep(small_experiment, out=tmp_path / "out"),
        lambda: tearsim.merge([tmp_path / "out"]),
    ):
        with pytest.raises(TearSimError, match=r"provenance\.json (cannot be read|is broken, or of another version)"):
            use()


def test_what_is_no_experiment_executor_shard_or_number_of_workers_is_refused_before_anything_is_written(
    small_experiment, tmp_path
):
    mistakes = [
        ({"workers": "2"}, "whole number"),
        ({"workers": 1.5}, "whole number"),
        ({"executor": 3}, "An executor is"),
        ({"shard": 3}, "A shard is written"),
        ({"shard": Shard(5, 2)}, "A shard is written"),
    ]
    for options, words in mistakes:
        with pytest.raises(TearSimError, match=words):
            tearsim.sweep(small_experiment, out=tmp_path / "out", **options)
    with pytest.raises(TearSimError, match="5 is not one"):
        tearsim.sweep(5, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_sweep_of_too_many_chunks_is_refused_at_once():
    point = {"therapists": 1, "caseload": 1, "weeks": 1}
    with pytest.raises(TearSimError, match="more than 1,000,000 chunks"):
        plan([point] * 100_000, 10**9)


def test_a_finished_folder_is_not_written_to_at_all(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    (tmp_path / "out" / ".lock").unlink()
    assert tearsim.sweep(small_experiment, out=tmp_path / "out").finished
    assert not (tmp_path / "out" / ".lock").exists()


def test_an_experiment_from_python_may_hold_numpys_numbers_and_ranges(tmp_path):
    vary = {"weeks": np.arange(3, 5), "caseload": range(1, 3), "client_empathy": [np.float64(0.5)]}
    content = {
        "title": "t",
        "question": "q",
        "parameters": {"therapists": np.int64(2)},
        "design": {"replicates": np.int32(1), "vary": vary},
    }
    results = tearsim.sweep(content, out=tmp_path / "out")
    assert results.experiment.points == tearsim.open_results(tmp_path / "out").experiment.points
    assert results.runs["weeks"].tolist() == [3, 3, 4, 4]


def test_the_order_of_parameters_decides_that_of_columns_and_so_what_can_be_continued():
    def fingerprint(*names):
        vary = {name: {"weeks": [3], "caseload": [1]}[name] for name in names}
        design = {"replicates": 1, "vary": vary}
        return make_experiment({"title": "t", "question": "q", "design": design}, "here").fingerprint()

    assert fingerprint("weeks", "caseload") != fingerprint("caseload", "weeks")


def test_a_folder_with_nothing_done_yet_gives_empty_tables(small_experiment, tmp_path):
    with pytest.raises(ZeroDivisionError):
        tearsim.sweep(small_experiment, out=tmp_path / "out", report=lambda progress: 1 / 0)
    unfinished = tearsim.open_results(tmp_path / "out")
    assert len(unfinished.runs) in (0, 30)
    assert "dropout_rate" in unfinished.runs
    assert list(unfinished.failures) == ["design_point", "replicate", "error", "message"]


def test_weekly_series_are_left_out_of_long_sweeps_unless_asked_for():
    def tables(replicates, **record):
        design = {"replicates": replicates, "vary": {"caseload": [1, 2]}}
        return make_experiment({"title": "t", "question": "q", "design": design, "record": record}, "here").tables

    assert tables(10_000) == ("runs", "series")
    assert tables(10_001) == ("runs",)
    assert tables(10_001, series=True) == ("runs", "series")
    assert tables(1, series=False) == ("runs",)


def test_a_csv_of_points_is_copied_along_and_read_again(tmp_path):
    (tmp_path / "points.csv").write_text("caseload,weeks\n1,3\n2,4\n")
    (tmp_path / "listed.toml").write_text(
        'title = "t"\nquestion = "q"\n[parameters]\ntherapists = 2\n[design]\nkind = "list"\nreplicates = 3\nfile = "points.csv"\n'
    )
    results = tearsim.sweep(tmp_path / "listed.toml", out=tmp_path / "out", replicates=2)
    (tmp_path / "points.csv").unlink()
    opened = tearsim.open_results(tmp_path / "out")
    assert opened.experiment.points == results.experiment.points
    assert opened.runs["sessions"].tolist() == [6.0, 16.0] * 2
    assert opened.experiment.design.replicates == 2


def test_a_sweep_refused_for_its_design_shows_each_difference(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out")
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text().replace("weeks = 6", "weeks = 7").replace("caseload = 4", ""))
    words = r"\): parameters\.caseload is 4 there, not given here; parameters\.weeks is 6 there, 7 here\. Choose"
    with pytest.raises(TearSimError, match=words):
        tearsim.sweep(file, out=tmp_path / "out")
    file.write_text(file.read_text().replace("A small one", "The same by another name"))
    assert len(tearsim.open_results(tmp_path / "out").runs) == 30


def test_a_changed_point_of_a_list_is_shown_alone(tmp_path):
    design = {"kind": "list", "replicates": 1, "points": [{"weeks": 3}, {"weeks": 4, "tears": "voiced"}]}
    content = {"title": "t", "question": "q", "parameters": {"therapists": 1}, "design": design}
    tearsim.sweep(content, out=tmp_path / "out")
    design["points"][1]["weeks"] = 5
    with pytest.raises(TearSimError, match=r"\): design\.points\.1\.weeks is 4 there, 5 here\. Choose"):
        tearsim.sweep({**content, "design": {**design, "seed": 1}}, out=tmp_path / "out")


def test_a_forecast_comes_near_what_a_sweep_takes(tmp_path):
    from tearsim.study.sweeps.forecast import forecast

    design = {"kind": "latin", "samples": 60, "replicates": 3, "vary": ["caseload", "arrivals", "bond_moved"]}
    content = {"title": "t", "question": "q", "parameters": {"therapists": 5}, "design": design}
    experiment = make_experiment(content, "here")
    took = forecast(experiment, 2)
    assert not list(tmp_path.iterdir())
    results = tearsim.sweep(experiment, out=tmp_path / "out")
    assert (took.design_points, took.runs) == (60, 180)
    assert took.sessions == pytest.approx(results.runs["sessions"].sum(), rel=0.25)
    stored = sum((tmp_path / "out" / f"{table}.parquet").stat().st_size for table in ("runs", "series"))
    assert took.bytes == pytest.approx(stored, rel=0.5)
    assert 0 < took.seconds <= took.cpu_seconds


def test_a_plan_holds_neither_too_many_runs_nor_too_many_weeks_at_once():
    points = [{"therapists": 1, "caseload": 1, "weeks": 5200}] * 9
    assert max(chunk.runs for chunk in plan(points, 100_000)) * 5200 <= WEEKS_A_CHUNK
    points = [{"therapists": 1, "caseload": 1, "weeks": 1}] * 9
    assert max(chunk.runs for chunk in plan(points, 100_000)) <= RUNS_A_CHUNK
