"""Sensitivity indices: right where the truth is known, with intervals that hold it."""

import json
import subprocess

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.science.luck import generator_for, seed_for
from tearsim.study.experiment import make_experiment
from tearsim.study.sensitivity import indices_of, noise_of, sensitivity_of

THREE = ["client_empathy", "client_boundary_sensitivity", "client_warmth_expected"]
SMALL = {"therapists": 2, "caseload": 2, "weeks": 3}


def experiment(kind, samples, replicates=8, **more):
    design = {"kind": kind, "samples": samples, "replicates": replicates, "vary": THREE, **more}
    return make_experiment({"title": "t", "question": "q", "parameters": SMALL, "design": design}, "here")


def ishigami(cube):
    """`sin(x1) + 7 sin(x2)^2 + .1 x3^4 sin(x1)` over (-pi, pi): doi:10.1109/ISUMA.1990.151285."""
    x = np.pi * (2.0 * cube - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


# Its indices in closed form, a = 7, b = .1.
ISHIGAMI = {"S1": (0.3139, 0.4424, 0.0), "ST": (0.5576, 0.4424, 0.2437)}


def with_outcome(results, values, noise):
    """The results with `alliance_mean` replaced: a known function of the point, and luck that replicates share or not."""
    runs = pq.read_table(results.folder / "runs.parquet")
    point, replicate = runs["design_point"].to_numpy(), runs["replicate"].to_numpy()
    luck = generator_for("resampling", 3)
    shared, own = luck.normal(0.0, 3.0, 100)[replicate], luck.normal(0.0, noise, len(runs))
    at = runs.column_names.index("alliance_mean")
    runs = runs.set_column(at, "alliance_mean", pa.array(values[point] + shared + own))
    pq.write_table(runs, results.folder / "runs.parquet")
    return tearsim.open_results(results.folder)


@pytest.fixture(scope="module")
def ishigami_results(tmp_path_factory):
    design = experiment("sobol", 1024)
    results = tearsim.sweep(design, tmp_path_factory.mktemp("ishigami"))
    return with_outcome(results, ishigami(design.cube), noise=0.3)


def test_the_indices_of_a_known_function_lie_within_their_intervals(ishigami_results):
    (found,) = sensitivity_of(ishigami_results, "alliance_mean", 200)
    assert (found.blocks, found.left_out, found.replicates) == (1024, 0, 8)
    for index in found.indices:
        truth = ISHIGAMI[index.measure][THREE.index(index.parameter)]
        assert index.low <= truth <= index.high, index
        assert index.high - index.low < 0.25


def test_luck_that_replicates_share_is_told_from_luck_that_they_do_not(ishigami_results):
    """Variance of Ishigami's function is 13.84; replicates share a standard deviation of 3, each run has .3 of its own."""
    (found,) = sensitivity_of(ishigami_results, "alliance_mean", 20)
    assert found.noise.between_points == pytest.approx(13.84**0.5, rel=0.03)
    assert found.noise.left_in_means == pytest.approx(0.09 / 8 / 13.84, rel=0.1)
    assert found.noise.between_runs > 1.0


def test_the_command_prints_the_parameter_that_matters_most_first_and_draws_a_figure(tearsim_command, ishigami_results):
    command = [*tearsim_command, "sensitivity", str(ishigami_results.folder), "--outcome", "alliance_mean"]
    done = subprocess.run([*command, "--resamples", "20"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    rows = [line.split()[0] for line in said.splitlines() if line.strip().startswith("client_")]
    assert rows == [THREE[0], THREE[1], THREE[2]]
    assert "leftover luck makes" in said
    figure = (ishigami_results.folder / "sensitivity.html").read_text(encoding="utf-8")
    assert "client_warmth_expected" in figure
    assert "plotly.js v" in figure
    as_json = subprocess.run([*command, "--json", "--resamples", "20"], capture_output=True, text=True, check=True)
    (answer,) = json.loads(as_json.stdout)
    assert {index["measure"] for index in answer["indices"]} == {"S1", "ST"}


@pytest.fixture
def tearsim_command():
    import sys

    return [sys.executable, "-m", "tearsim"]


def test_the_effects_of_a_straight_line_are_its_slopes(tmp_path):
    """Morris: of 3*x1 - 2*x2, mu* is 3, 2 and 0, and no effect varies."""
    design = experiment("morris", 16)
    results = tearsim.sweep(design, tmp_path)
    results = with_outcome(results, design.cube @ np.array([3.0, -2.0, 0.0]), noise=0.0)
    (found,) = sensitivity_of(results, "alliance_mean", 50)
    by_measure = {(i.parameter, i.measure): i for i in found.indices}
    for name, slope in zip(THREE, (3.0, 2.0, 0.0), strict=True):
        assert by_measure[name, "mu_star"].value == pytest.approx(slope, abs=1e-9)
        assert by_measure[name, "sigma"].value == pytest.approx(0.0, abs=1e-6)


def test_more_luck_makes_wider_intervals(tmp_path):
    design = experiment("sobol", 64)
    truth = ishigami(design.cube)
    widths = []
    for noise in (0.0, 4.0):
        measured = truth + generator_for("resampling", 1).normal(0.0, noise, (8, len(truth)))
        found = indices_of(design, "alliance_mean", "", measured, 100)
        widths.append(sum(index.high - index.low for index in found.indices))
    assert widths[1] > widths[0] > 0


def test_crossed_arms_are_told_apart_and_their_difference_is_what_showing_the_tears_did(tmp_path):
    design = experiment("sobol", 8, cross={"tears": ["shown", "held back"]})
    results = tearsim.sweep(design, tmp_path)
    runs = results.runs
    shown = (runs["tears"] == "shown").to_numpy()
    values = np.where(shown, runs["client_empathy"] + runs["client_warmth_expected"], runs["client_empathy"])
    table = pq.read_table(tmp_path / "runs.parquet")
    table = table.set_column(table.column_names.index("alliance_mean"), "alliance_mean", pa.array(values))
    pq.write_table(table, tmp_path / "runs.parquet")
    found = {one.of: one for one in sensitivity_of(tearsim.open_results(tmp_path), "alliance_mean", 20)}
    assert set(found) == {"tears shown", "tears held back", "what showing the tears did"}
    total = {i.parameter: i.value for i in found["what showing the tears did"].indices if i.measure == "ST"}
    assert total["client_warmth_expected"] > 0.4
    assert total["client_empathy"] == pytest.approx(0.0, abs=1e-12)


def test_blocks_with_a_missing_outcome_are_left_out_and_counted():
    design = experiment("sobol", 16, replicates=2)
    measured = np.vstack([ishigami(design.cube)] * 2)
    measured[:, 7] = np.nan
    measured[0, 30] = np.nan
    found = indices_of(design, "alliance_mean", "", measured, 30)
    assert (found.blocks, found.left_out) == (15, 1)
    measured[:, :] = np.nan
    with pytest.raises(TearSimError, match="is missing at so many design points"):
        indices_of(design, "alliance_mean", "", measured, 30)


def test_noise_by_hand():
    """Two replicates of two points: 1, 3 and 2, 6. Means 1.5, 4.5; the rest is .5 either way, so its variance 1."""
    noise = noise_of(np.array([[1.0, 3.0], [2.0, 6.0]]))
    assert noise.between_points == pytest.approx(4.5**0.5)
    assert noise.between_runs == pytest.approx(((0.5 + 4.5) / 2) ** 0.5)
    assert noise.left_in_means == pytest.approx(1.0 / 2 / 4.5)
    assert np.isnan(noise_of(np.array([[1.0, 3.0]])).left_in_means)


def test_an_outcome_that_never_varies_has_no_indices():
    found = indices_of(experiment("sobol", 4, replicates=2), "alliance_mean", "", np.ones((2, 20)), 20)
    assert all(np.isnan(index.value) for index in found.indices)
    assert json.loads(json.dumps(found.as_dict()))["indices"][0]["value"] is None


def test_what_has_no_indices_is_refused_in_one_line(tmp_path, small_experiment):
    grid = tearsim.sweep(small_experiment, tmp_path / "grid")
    with pytest.raises(
        TearSimError, match='holds a design of kind "grid"; indices need one of kind "sobol" or "morris"'
    ):
        list(sensitivity_of(grid, "alliance_mean", 20))
    design = experiment("sobol", 2, replicates=1)
    with pytest.raises(ZeroDivisionError):
        tearsim.sweep(design, tmp_path / "stopped", report=lambda progress: 1 / 0)
    stopped = tearsim.open_results(tmp_path / "stopped")
    with pytest.raises(TearSimError, match="stopped is unfinished: indices need every design point"):
        list(sensitivity_of(stopped, "alliance_mean", 20))
    with pytest.raises(TearSimError, match=r'no outcome "dropout"\. Did you mean "dropout_rate"'):
        list(sensitivity_of(stopped, "dropout", 20))


def test_libraries_are_handed_seeds_of_their_own():
    assert len({seed_for(purpose, seed) for purpose in ("design", "resampling") for seed in range(50)}) == 100
    assert generator_for("resampling", 5).random() == generator_for("resampling", 5).random()
    with pytest.raises(TearSimError, match="The seed is a whole number"):
        seed_for("design", -1)
