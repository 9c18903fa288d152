"""Sensitivity indices: right where the truth is known, with intervals that hold it."""

import json
import sys
from math import comb

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from SALib.analyze import sobol

import tearsim
from tearsim.cli import main
from tearsim.errors import TearSimError
from tearsim.science.parameters import PARAMETERS
from tearsim.show.figures import convergence_lines, sensitivity_bars
from tearsim.show.terminal.sensitivity import pairs_table
from tearsim.show.words.sensitivity import convergence_in_words, noise_in_words, pairs_in_words
from tearsim.study.answers.convergence import Convergence, Step, convergence, halvings
from tearsim.study.answers.sensitivity import indices_of, sensitivity
from tearsim.study.answers.sensitivity_estimators import own_luck
from tearsim.study.randomness import generator_for, seed_for
from tearsim.study.sweeps.designs import problem
from tearsim.study.sweeps.experiment import make_experiment
from tests.sealing import said_otherwise, sealed_again

THREE = ["client_empathy", "client_boundary_sensitivity", "client_warmth_expected"]
SMALL = {"therapists": 2, "caseload": 2, "weeks": 3}


def experiment(kind, samples, replicates=8, **more):
    design = {"kind": kind, "samples": samples, "replicates": replicates, "vary": THREE, **more}
    return make_experiment({"title": "t", "question": "q", "parameters": SMALL, "design": design}, "here")


def as_run(results):
    """The three parameters of each design point as they stand in the runs, each as a share of its range."""
    points = results.runs.drop_duplicates("design_point").sort_values("design_point")[THREE].to_numpy()
    low, high = np.array([PARAMETERS[name].plausible for name in THREE]).T
    return (points - low) / (high - low)


def ishigami(shares):
    """`sin(x1) + 7 sin(x2)^2 + .1 x3^4 sin(x1)` over (-pi, pi): doi:10.1109/ISUMA.1990.151285."""
    x = np.pi * (2.0 * shares - 1.0)
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
    sealed_again(results.folder)
    return tearsim.open_results(results.folder)


@pytest.fixture(scope="module")
def ishigami_results(tmp_path_factory):
    design = experiment("sobol", 1024)
    results = tearsim.sweep(design, out=tmp_path_factory.mktemp("ishigami"))
    return with_outcome(results, ishigami(as_run(results)), noise=0.3)


def test_the_indices_of_a_known_function_lie_within_their_intervals(ishigami_results):
    (found,) = sensitivity(ishigami_results, "alliance_mean", resamples=200)
    assert (found.blocks, found.left_out, found.replicates) == (1024, 0, 8)
    for index in found.indices:
        truth = ISHIGAMI[index.measure][THREE.index(index.parameter)]
        assert index.low <= truth <= index.high, index
        assert index.high - index.low < 0.25


def test_luck_that_replicates_share_is_told_from_luck_that_they_do_not(ishigami_results):
    """Variance of Ishigami's function is 13.84; replicates share a standard deviation of 3, each run has .3 of its own."""
    (found,) = sensitivity(ishigami_results, "alliance_mean", resamples=20)
    assert found.noise.between_points == pytest.approx(13.84**0.5, rel=0.03)
    assert found.noise.left_in_means == pytest.approx(0.09 / 8 / 13.84, rel=0.1)
    assert found.noise.between_runs > 1.0


def test_the_command_prints_the_parameter_that_matters_most_first_and_draws_a_figure(
    ishigami_results, monkeypatch, capfd
):
    def printed(*options):
        command = ["tearsim", "sensitivity", str(ishigami_results.folder), "--outcome", "alliance_mean", *options]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        return capfd.readouterr().out

    said = printed("--resamples", "20")
    rows = [line.split()[0] for line in said.splitlines() if line.strip().startswith("client_")]
    assert rows == [THREE[0], THREE[1], THREE[2]]
    assert "leftover luck makes" in said
    figure = (ishigami_results.folder / "sensitivity.html").read_text(encoding="utf-8")
    assert "client_warmth_expected" in figure
    assert "plotly.js v" in figure
    (answer,) = json.loads(printed("--json", "--resamples", "20"))
    assert {index["measure"] for index in answer["indices"]} == {"S1", "ST"}


def test_the_effects_of_a_straight_line_are_its_slopes(tmp_path):
    """Morris: of 3*x1 - 2*x2, mu* is 3, 2 and 0, and no effect varies."""
    design = experiment("morris", 16)
    results = tearsim.sweep(design, out=tmp_path)
    results = with_outcome(results, as_run(results) @ np.array([3.0, -2.0, 0.0]), noise=0.0)
    (found,) = sensitivity(results, "alliance_mean", resamples=50)
    by_measure = {(i.parameter, i.measure): i for i in found.indices}
    for name, slope in zip(THREE, (3.0, 2.0, 0.0), strict=True):
        assert by_measure[name, "mu_star"].value == pytest.approx(slope, abs=1e-9)
        assert by_measure[name, "sigma"].value == pytest.approx(0.0, abs=1e-6)


def straight_line(design, own, shared=0.0, missing=0.0, seed=1):
    """3*x1 + x2, x3 inert, with luck that replicates share and luck of each run, some outcomes missing."""
    luck = generator_for("resampling", seed)
    shape = (design.design.replicates, len(design.cube))
    truth = design.cube @ np.array([3.0, 1.0, 0.0])
    measured = truth + luck.normal(0.0, shared, (shape[0], 1)) + luck.normal(0.0, own, shape)
    measured[luck.random(shape) < missing] = np.nan
    return measured


STRAIGHT = {"S1": (0.9, 0.1, 0.0), "ST": (0.9, 0.1, 0.0)}  # 9 and 1 parts in ten of the variance


def coverage(samples, seeds, **luck):
    """How often intervals held the truth, and the mean total index of the parameter that does nothing."""
    design = experiment("sobol", samples)
    held, inert = [], []
    for seed in range(seeds):
        found = indices_of(design, "alliance_mean", "", straight_line(design, seed=seed, **luck), 60)
        for index in found.indices:
            held.append(index.low <= STRAIGHT[index.measure][THREE.index(index.parameter)] <= index.high)
        inert.append(next(i.value for i in found.indices if (i.parameter, i.measure) == (THREE[2], "ST")))
    return np.mean(held), np.mean(inert)


def test_luck_is_not_taken_for_the_doing_of_a_parameter_that_does_nothing():
    """Own luck makes a third of the variance between means; 20 samples of 128 blocks, 120 intervals of 95 %."""
    held, inert = coverage(128, 20, own=1.8, shared=3.0)
    assert held >= 0.88
    assert inert == pytest.approx(0.0, abs=0.06)


def test_missing_outcomes_do_not_turn_shared_luck_into_effects():
    """A fifth of the outcomes missing, and luck shared by a replicate's points ten times as large as the effects."""
    held, inert = coverage(64, 20, own=0.1, shared=10.0, missing=0.2)
    assert held >= 0.88
    assert inert == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("missing", [0.0, 0.1, 0.3, 0.5])
def test_where_outcomes_are_missing_means_keep_more_luck_and_all_of_it_is_taken_out(missing):
    """Own luck of 1.8 in each of 8 runs, 128 blocks, pairs too, 10 samples. The true variance is 10/12.

    A mean of n runs keeps 3.24/n, and n is what chance has left of 8.
    """
    design, found = experiment("sobol", 128, second_order=True), []
    for seed in range(10):
        found.append(indices_of(design, "alliance_mean", "", straight_line(design, 1.8, 0.0, missing, seed), 20))
    told = {(i.parameter, i.other, i.measure): [] for i in found[0].indices}
    for index in (index for one in found for index in one.indices):
        told[index.parameter, index.other, index.measure].append(index.value)
    for (name, other, measure), values in told.items():
        truth = 0.0 if other else STRAIGHT[measure][THREE.index(name)]
        assert np.mean(values) == pytest.approx(truth, abs=0.08), (name, other, measure)
    number = np.arange(1, 9)
    chance = np.array([comb(8, n) * (1 - missing) ** n * missing ** (8 - n) for n in number])
    kept = 3.24 * (chance / number).sum() / chance.sum()
    assert np.mean([one.noise.left_in_means for one in found]) == pytest.approx(kept / (10 / 12 + kept), rel=0.06)


def test_a_morris_design_with_missing_outcomes_shows_what_luck_alone_would():
    """As with all outcomes, though half of them are missing: inert effects are those of luck, and vary by no more."""
    design = experiment("morris", 400, replicates=6)
    luck = generator_for("resampling", 5).normal(0.0, 1.0, (6, len(design.cube)))
    luck[generator_for("resampling", 6).random(luck.shape) < 0.4] = np.nan
    found = indices_of(design, "alliance_mean", "", luck, 30)
    effects = [i.value for i in found.indices if i.measure == "mu_star"]
    assert effects == pytest.approx(list(found.luck_alone.values()), rel=0.12)
    assert all(i.value < 0.5 * max(effects) for i in found.indices if i.measure == "sigma")


def test_intervals_know_the_luck_of_replicates_and_the_sample_of_the_design():
    """Without luck the width is the sample's alone; the same sample with luck is wider."""
    design = experiment("sobol", 64)
    widths = [
        sum(i.high - i.low for i in indices_of(design, "alliance_mean", "", straight_line(design, own), 200).indices)
        for own in (0.0, 2.0)
    ]
    assert widths[1] > 1.3 * widths[0] > 0


def test_replicates_are_resampled_whole():
    """Every block the same: only replicates are left to make an interval, of one that differs from the rest."""
    design = experiment("sobol", 16)
    block = np.array([0.0, 2.0, 1.0, 0.0, 3.0])
    measured = np.tile(block, (8, 16))
    assert sum(i.high - i.low for i in indices_of(design, "alliance_mean", "", measured, 50).indices) == pytest.approx(
        0
    )
    measured[0] = np.tile(block[::-1], 16)
    assert sum(i.high - i.low for i in indices_of(design, "alliance_mean", "", measured, 50).indices) > 0.05


def test_a_morris_design_shows_what_luck_alone_would():
    """Inert parameters show the floor that own luck makes, and their effects vary by nothing beyond it."""
    design = experiment("morris", 200, replicates=4)
    luck = generator_for("resampling", 5).normal(0.0, 1.0, (4, len(design.cube)))
    found = indices_of(design, "alliance_mean", "", luck, 30)
    effects = [i.value for i in found.indices if i.measure == "mu_star"]
    assert effects == pytest.approx(list(found.luck_alone.values()), rel=0.15)
    assert all(i.value < 0.5 * max(effects) for i in found.indices if i.measure == "sigma")


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_luck_that_does_not_touch_a_parameter_is_not_taken_out_of_it(kind):
    """Common random numbers: luck of its own wherever x1 differs, none between points that differ in x3 alone."""
    design = experiment(kind, 64)
    luck = generator_for("resampling", 2).normal(0.0, 2.0, (8, 1))
    measured = design.cube @ np.array([3.0, 1.0, 0.0]) + luck * design.cube[:, 0]
    found = indices_of(design, "alliance_mean", "", measured, 30)
    inert = {index.measure: index.value for index in found.indices if index.parameter == THREE[2]}
    assert inert["ST" if kind == "sobol" else "mu_star"] == pytest.approx(0.0, abs=1e-9)
    if kind == "morris":
        assert found.luck_alone[THREE[0]] > 0.3 > 1e-9 > found.luck_alone[THREE[2]]


def test_crossed_arms_are_told_apart_and_their_difference_is_what_showing_the_tears_did(tmp_path):
    design = experiment("sobol", 8, cross={"tears": ["shown", "held back"]})
    results = tearsim.sweep(design, out=tmp_path)
    runs = results.runs
    shown = (runs["tears"] == "shown").to_numpy()
    values = np.where(shown, runs["client_empathy"] + runs["client_warmth_expected"], runs["client_empathy"])
    table = pq.read_table(tmp_path / "runs.parquet")
    table = table.set_column(table.column_names.index("alliance_mean"), "alliance_mean", pa.array(values))
    pq.write_table(table, tmp_path / "runs.parquet")
    sealed_again(tmp_path)
    found = {one.of: one for one in sensitivity(tmp_path, "alliance_mean", resamples=20)}
    assert set(found) == {"tears shown", "tears held back", "what showing the tears did"}
    total = {i.parameter: i.value for i in found["what showing the tears did"].indices if i.measure == "ST"}
    assert total["client_warmth_expected"] > 0.4
    assert total["client_empathy"] == pytest.approx(0.0, abs=1e-12)


def test_an_arm_without_the_outcome_is_named_and_takes_no_other_with_it(tmp_path):
    """Where tears are held back nobody notices any, so how they were received is missing: there, and there alone."""
    design = experiment("sobol", 8, replicates=3, cross={"tears": ["shown", "held back"]})
    results = tearsim.sweep(design, out=tmp_path)
    table = pq.read_table(tmp_path / "runs.parquet")
    shown = pa.array([0.5 + 0.01 * i if tears == "shown" else None for i, tears in enumerate(results.runs["tears"])])
    table = table.set_column(table.column_names.index("unsettled_share"), "unsettled_share", shown)
    pq.write_table(table, tmp_path / "runs.parquet")
    sealed_again(tmp_path)
    found = {one.of: one for one in sensitivity(tmp_path, "unsettled_share", resamples=20)}
    assert len(found["tears shown"].indices) == 6
    assert found["tears held back"].indices == found["what showing the tears did"].indices == []
    assert "missing at every design point" in noise_in_words(found["tears held back"])
    assert len(sensitivity_bars(list(found.values())).data) == 2


def test_blocks_with_a_missing_outcome_are_left_out_and_counted():
    design = experiment("sobol", 16, replicates=2)
    measured = np.vstack([ishigami(design.cube)] * 2)
    measured[:, 7] = np.nan
    measured[0, 30] = np.nan
    found = indices_of(design, "alliance_mean", "", measured, 30)
    assert (found.blocks, found.left_out) == (15, 1)
    measured[:, ::5] = np.nan
    with pytest.raises(TearSimError, match="is missing at so many design points"):
        indices_of(design, "alliance_mean", "", measured, 30)


def test_own_luck_by_hand():
    """Two replicates of two points: 1, 3 and 2, 6. What neither explains is .5 either way, with one degree of freedom."""
    luck = own_luck(np.array([[1.0, 3.0], [2.0, 6.0]]))
    assert np.abs(luck) == pytest.approx(0.5**0.5)
    assert (luck**2).sum(axis=0) == pytest.approx(1.0)
    assert own_luck(np.array([[1.0, 3.0, 7.0], [11.0, 13.0, np.nan]])) == pytest.approx(0.0)


def test_an_outcome_that_never_varies_has_no_indices():
    found = indices_of(experiment("sobol", 4, replicates=2), "alliance_mean", "", np.ones((2, 20)), 20)
    assert all(np.isnan(index.value) for index in found.indices)
    assert json.loads(json.dumps(found.as_dict()))["indices"][0]["value"] is None


def test_what_has_no_indices_is_refused_in_one_line(tmp_path, small_experiment):
    grid = tearsim.sweep(small_experiment, out=tmp_path / "grid")
    with pytest.raises(
        TearSimError, match='holds a design of kind "grid"; indices need one of kind "sobol" or "morris"'
    ):
        sensitivity(grid, "alliance_mean", resamples=20)
    design = experiment("sobol", 2)
    with pytest.raises(ZeroDivisionError):
        tearsim.sweep(design, out=tmp_path / "stopped", report=lambda progress: 1 / 0)
    stopped = tearsim.open_results(tmp_path / "stopped")
    tearsim.sweep(experiment("sobol", 2, replicates=1), out=tmp_path / "once")
    with pytest.raises(TearSimError, match="once has one replicate, which cannot tell luck from what parameters do"):
        sensitivity(tmp_path / "once", "alliance_mean")
    tearsim.sweep(experiment("sobol", 2), out=tmp_path / "shard", shard="1/2")
    with pytest.raises(TearSimError, match="shard is shard 1/2 alone: put all together first, with tearsim merge"):
        sensitivity(tmp_path / "shard", "alliance_mean")
    tearsim.sweep(experiment("sobol", 2), out=tmp_path / "edited")
    file = tmp_path / "edited" / "experiment.toml"
    file.write_text(file.read_text().replace("weeks = 3", "weeks = 4"))
    with pytest.raises(TearSimError, match=r"experiment\.toml is not as it was written"):
        sensitivity(tmp_path / "edited", "alliance_mean")
    sealed_again(tmp_path / "edited")
    with pytest.raises(TearSimError, match="gives other points than were run"):
        sensitivity(tmp_path / "edited", "alliance_mean")
    said_otherwise(tmp_path / "edited", source_hash="of another version")
    with pytest.raises(TearSimError, match="its experiment now draws other points than were run"):
        sensitivity(tmp_path / "edited", "alliance_mean")
    with pytest.raises(TearSimError, match="stopped is unfinished: indices need every design point"):
        sensitivity(stopped, "alliance_mean", resamples=20)
    with pytest.raises(TearSimError, match=r'no outcome "dropout"\. Did you mean "dropout_rate"'):
        sensitivity(stopped, "dropout", resamples=20)


ISHIGAMI_PAIRS = {(0, 1): 0.0, (0, 2): 0.2437, (1, 2): 0.0}


def test_second_order_indices_of_a_known_function_lie_within_their_intervals():
    """1,024 blocks, 8 replicates whose luck is shared with a standard deviation of 5, beside one of 1 of their own."""
    design = experiment("sobol", 1024, second_order=True)
    luck = generator_for("resampling", 4)
    shape = (8, len(design.cube))
    measured = ishigami(design.cube) + luck.normal(0.0, 5.0, (8, 1)) + luck.normal(0.0, 1.0, shape)
    found = indices_of(design, "alliance_mean", "", measured, 100)
    assert (found.blocks, len(found.indices)) == (1024, 9)
    for pair in found.pairs:
        truth = ISHIGAMI_PAIRS[THREE.index(pair.parameter), THREE.index(pair.other)]
        assert pair.low <= truth <= pair.high, pair
        assert pair.high - pair.low < 0.25
    for index in found.indices:
        if not index.other:
            assert index.low <= ISHIGAMI[index.measure][THREE.index(index.parameter)] <= index.high, index
    assert (found.pairs[0].parameter, found.pairs[0].other) == (THREE[0], THREE[2])


def test_second_order_indices_are_those_of_salib_where_there_is_no_luck():
    """SALib subtracts first-order indices from other points, and has one of two products: the same but for chance."""
    design = experiment("sobol", 2048, replicates=2, second_order=True)
    values = (design.cube[:, 0] - 0.3) * (design.cube[:, 1] - 0.2) + design.cube[:, 2]
    pairs = indices_of(design, "alliance_mean", "", np.tile(values, (2, 1)), 20).pairs
    ours = {(THREE.index(pair.parameter), THREE.index(pair.other)): pair.value for pair in pairs}
    theirs = sobol.analyze(problem(3), values, calc_second_order=True, num_resamples=2, seed=1)["S2"]
    for (one, other), value in ours.items():
        assert value == pytest.approx(theirs[one, other], abs=0.004)
    assert ours[0, 1] > 0.03


def test_a_pair_of_which_one_does_nothing_has_no_second_order_index_whatever_the_sample():
    design = experiment("sobol", 8, replicates=2, second_order=True)
    values = design.cube[:, 0] ** 2 + 5.0
    for pair in indices_of(design, "alliance_mean", "", np.tile(values, (2, 1)), 20).pairs:
        assert (pair.value, pair.low, pair.high) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)


# Where points of a block of three dimensions stand: A, then AB and BA of each dimension, then B.
A, AB_1, AB_3, BA_1, BA_3, B = 0, 1, 3, 4, 6, 7


@pytest.mark.parametrize(
    "shared",
    [{BA_1: AB_3, BA_3: AB_1}, {B: A}, {BA_1: A, BA_3: A}, {AB_1: B, AB_3: B}],
    ids=["BA and AB", "A and B", "BA and A", "AB and B"],
)
def test_luck_that_the_points_of_a_pair_share_is_taken_out_of_second_order_indices(shared):
    """S2 rests on products of BA_i - B with AB_j - A: luck that two of these share, and others do not, is no parameters'
    doing.

    Five replicates of 512 blocks. Left in, it would show as an S2 of about .6 of a pair of which one does nothing.
    """
    design = experiment("sobol", 512, replicates=5, second_order=True)
    blocks = np.arange(len(design.cube)).reshape(512, 8)
    luck = generator_for("resampling", 7).normal(0.0, 1.0, (5, len(design.cube)))
    for one, other in shared.items():
        luck[:, blocks[:, one]] = luck[:, blocks[:, other]]
    found = indices_of(design, "alliance_mean", "", 2.0 * design.cube[:, 1] + luck, 50)
    (pair,) = (one for one in found.pairs if (one.parameter, one.other) == (THREE[0], THREE[2]))
    assert pair.low < 0.0 < pair.high
    assert pair.value == pytest.approx(0.0, abs=0.1)
    assert found.noise.left_in_means > 0.3


def test_luck_that_a_trajectory_shares_makes_no_effects_and_own_luck_makes_those_it_must():
    """Steps of 2/3; two means of four runs, each with luck of variance 1 of its own, and 4 that their trajectory shares."""
    design = experiment("morris", 200, replicates=4)
    generator = generator_for("resampling", 5)
    shared, own = generator.normal(0.0, 2.0, (4, 200, 1)), generator.normal(0.0, 1.0, (4, 200, 4))
    found = indices_of(design, "alliance_mean", "", (shared + own).reshape(4, -1), 30)
    expected = (2 / np.pi * 2 * 1.0 / 4 / (2 / 3) ** 2) ** 0.5
    assert list(found.luck_alone.values()) == pytest.approx([expected] * 3, rel=0.08)


def test_on_however_many_levels_the_effects_of_a_straight_line_are_its_slopes():
    design = experiment("morris", 16, replicates=2, levels=6)
    measured = np.tile(design.cube @ np.array([3.0, -2.0, 0.0]), (2, 1))
    found = indices_of(design, "alliance_mean", "", measured, 20)
    assert [i.value for i in found.indices if i.measure == "mu_star"] == pytest.approx([3.0, 2.0, 0.0], abs=1e-9)


def test_intervals_of_second_order_indices_hold_the_truth_about_as_often_as_they_say():
    """Own luck makes a third of the variance between means; 20 samples of 128 blocks, 60 intervals of 95 %."""
    design = experiment("sobol", 128, second_order=True)
    held = [
        pair.low <= 0.0 <= pair.high
        for seed in range(20)
        for pair in indices_of(design, "alliance_mean", "", straight_line(design, 1.8, 3.0, seed=seed), 60).pairs
    ]
    assert np.mean(held) >= 0.88


def test_pairs_are_told_the_largest_first_and_how_many_are_left_out():
    names = [*THREE, "therapist_empathy", "bond_moved", "rupture_base"]
    design = experiment("sobol", 16, replicates=2, second_order=True, vary=names)
    values = design.cube[:, 0] * design.cube[:, 5]
    found = indices_of(design, "alliance_mean", "", np.tile(values, (2, 1)), 20)
    assert len(found.pairs) == 15
    assert (found.pairs[0].parameter, found.pairs[0].other) == (THREE[0], "rupture_base")
    assert pairs_table(found).row_count == 10
    assert "5 smaller ones are left out here" in pairs_in_words(found)
    figure = sensitivity_bars([found])
    assert len(figure.data) == 3
    assert len(figure.data[2].x) == 10
    assert "5 smaller ones left out" in str(figure.layout.annotations)
    rows = [row for row in found.as_dict()["indices"] if "with" in row]
    assert len(rows) == 15
    assert set(rows[0]) == {"parameter", "with", "measure", "value", "low", "high"}
    assert found.table["with"].tolist().count("") == 12


def test_an_outcome_that_never_varies_has_no_second_order_indices_either():
    design = experiment("sobol", 16, replicates=2, second_order=True)
    found = indices_of(design, "alliance_mean", "", np.ones((2, len(design.cube))), 20)
    assert found.constant
    assert np.isnan([index.value for index in found.indices]).all()
    assert not sensitivity_bars([found]).data


def test_groups_have_the_indices_of_their_parameters_together():
    """Of Ishigami's function, x1 and x3 as one: V1 + V3 + V13 of V; 1,024 blocks of 4 points."""
    design = experiment("sobol", 1024, groups={"the pair": [THREE[0], THREE[2]]})
    assert (design.dimensions, design.drawn_together, len(design.cube)) == (["the pair", THREE[1]], 4, 4096)
    luck = generator_for("resampling", 6).normal(0.0, 1.0, (8, len(design.cube)))
    found = indices_of(design, "alliance_mean", "", ishigami(design.cube) + luck, 100)
    for index in found.indices:
        assert index.low <= {"the pair": 0.5576, THREE[1]: 0.4424}[index.parameter] <= index.high, index
    assert found.as_dict()["groups"] == {"the pair": [THREE[0], THREE[2]]}
    assert "the pair: client_empathy, client_warmth_expected." in noise_in_words(found)


def test_luck_is_not_taken_for_the_doing_of_a_group_that_does_nothing():
    """Own luck makes a third of the variance between means; 20 samples of 128 blocks, 80 intervals of 95 %."""
    design = experiment("sobol", 128, groups={"does": THREE[:2], "does nothing": THREE[2:]})
    held, inert = [], []
    for seed in range(20):
        found = indices_of(design, "alliance_mean", "", straight_line(design, 1.8, 3.0, seed=seed), 60).indices
        held += [index.low <= float(index.parameter == "does") <= index.high for index in found]
        inert += [i.value for i in found if (i.parameter, i.measure) == ("does nothing", "ST")]
    assert np.mean(held) >= 0.88
    assert np.mean(inert) == pytest.approx(0.0, abs=0.06)


def test_second_order_indices_are_of_groups_where_there_are_any():
    """(x1 + x2) * x3 over the unit cube, whose variances are known; 512 blocks of 6 points."""
    design = experiment("sobol", 512, replicates=2, second_order=True, groups={"two": THREE[:2]})
    values = design.cube[:, :2].sum(axis=1) * design.cube[:, 2]
    (pair,) = indices_of(design, "alliance_mean", "", np.tile(values, (2, 1)), 50).pairs
    assert (pair.parameter, pair.other) == ("two", THREE[2])
    both, total = (1 / 6) * (1 / 12), (1 / 6) * (1 / 3) + 1.0 * (1 / 12)  # V(s)V(x3), and V(s)E(x3^2) + E(s)^2 V(x3)
    assert pair.low < both / total < pair.high
    assert pair.high - pair.low < 0.25


def test_morris_moves_groups_at_once_and_tells_the_size_of_their_effects():
    """3*x1 + x2, up or down each for itself: changes of 4 and of 2 are equally likely, so their mean is 3; x3 does nothing."""
    design = experiment("morris", 200, replicates=4, groups={"both": THREE[:2]})
    assert len(design.cube) == 200 * 3
    luck = generator_for("resampling", 5).normal(0.0, 0.3, (4, len(design.cube)))
    measured = design.cube @ np.array([3.0, 1.0, 0.0])
    found = indices_of(design, "alliance_mean", "", np.tile(measured, (4, 1)), 30)
    effects = {i.parameter: i for i in found.indices if i.measure == "mu_star"}
    assert effects["both"].low < 3.0 < effects["both"].high
    assert effects[THREE[2]].value == pytest.approx(0.0, abs=1e-9)
    varies = {i.parameter: i.value for i in found.indices if i.measure == "sigma"}
    assert np.isnan(varies["both"])
    assert varies[THREE[2]] == pytest.approx(0.0, abs=1e-6)
    found = indices_of(design, "alliance_mean", "", measured + luck, 30)
    assert set(found.luck_alone) == {"both", THREE[2]}
    inert = next(i.value for i in found.indices if (i.parameter, i.measure) == (THREE[2], "mu_star"))
    assert inert == pytest.approx(found.luck_alone[THREE[2]], rel=0.15)


@pytest.mark.parametrize(("kind", "more"), [("sobol", {}), ("sobol", {"second_order": True}), ("morris", {})])
def test_the_first_blocks_of_a_design_are_the_design_of_so_many_blocks(kind, more):
    large, small = experiment(kind, 64, **more), experiment(kind, 16, **more)
    assert (large.cube[: len(small.cube)] == small.cube).all()


def test_indices_settle_on_the_truth_as_samples_grow(ishigami_results):
    (found,) = convergence(ishigami_results, "alliance_mean", resamples=50)
    assert [step.blocks for step in found.steps] == [16, 32, 64, 128, 256, 512, 1024]
    assert found.last == sensitivity(ishigami_results, "alliance_mean", resamples=50)[0]
    width = [sum(one.high - one.low for one in step.found.indices) for step in found.steps]
    assert width[2] > 1.5 * width[4] > 2.25 * width[6]
    for step in found.steps[2:]:
        for index in step.found.indices:
            away = abs(index.value - ISHIGAMI[index.measure][THREE.index(index.parameter)])
            assert away < 1.5 * (index.high - index.value), (step.blocks, index)  # 30 intervals of 3 standard errors
    assert found.compared == 6
    assert len(found.moved) <= 1


def test_indices_of_the_first_blocks_are_those_of_a_design_of_so_many_blocks():
    large, small = (experiment("sobol", samples, replicates=3) for samples in (32, 16))
    measured = straight_line(large, 1.0)
    of_small = indices_of(small, "alliance_mean", "", measured[:, : len(small.cube)], 20)
    assert indices_of(large, "alliance_mean", "", measured[:, : len(small.cube)], 20) == of_small
    assert halvings(100) == [50, 25]
    assert halvings(31) == []


def test_an_index_that_still_moves_is_named(tmp_path):
    """The second half of the design is another function: nothing that half of it said holds."""
    design = experiment("morris", 32, replicates=2)
    results = tearsim.sweep(design, out=tmp_path)
    shares = as_run(results)
    values = np.where(np.arange(len(shares)) < len(shares) // 2, shares[:, 0], 9.0 * shares[:, 0])
    (found,) = convergence(with_outcome(results, values, noise=0.0), "alliance_mean", resamples=50)
    moves = [(move.after.parameter, move.after.measure) for move in found.moved]
    assert (THREE[0], "mu_star") in moves
    assert {name for name, _ in moves} == {THREE[0]}
    assert "moved by more than half" in convergence_in_words(found)
    assert "mu* of client_empathy from 1.0000 to 5.0000" in convergence_in_words(found)


def test_the_command_tells_how_indices_settle_as_a_table_a_figure_and_json(ishigami_results, said, tmp_path):
    command = ["sensitivity", ishigami_results.folder, "--outcome", "alliance_mean", "--convergence"]
    shown = said(*command, "--resamples", "20", cwd=tmp_path)
    assert "128 blocks" in shown
    assert "64 blocks" not in shown  # what does not fit a screen
    assert shown.count("client_empathy") >= 2
    assert "From 512 to 1,024 blocks" in shown
    assert max(map(len, shown.splitlines())) <= 110
    figure = (ishigami_results.folder / "convergence.html").read_text(encoding="utf-8")
    assert "blocks of the design" in figure
    (answer,) = json.loads(said(*command, "--json", "--resamples", "20", cwd=tmp_path))
    assert [step["blocks"] for step in answer["steps"]][-1] == 1024
    assert set(answer["steps"][0]["indices"][0]) == {"parameter", "measure", "value", "low", "high"}
    assert {"outcome", "design", "compared", "moved"} <= set(answer)


def test_a_figure_of_settling_has_a_line_for_what_matters_most_and_says_what_is_left_out(ishigami_results):
    (found,) = convergence(ishigami_results, "alliance_mean", resamples=20)
    figure = convergence_lines([found])
    assert len(figure.data) == 3 * 2
    assert figure.layout.xaxis.type == "log"
    assert "left out" not in figure.layout.meta["caption"]
    names = [*THREE, "therapist_empathy", "bond_moved", "rupture_base", "repair_base"]
    design = experiment("sobol", 16, replicates=2, vary=names)
    measured = np.tile(design.cube @ np.arange(7.0), (2, 1))
    half = indices_of(design, "alliance_mean", "", measured[:, : 8 * design.drawn_together], 20)
    many = Convergence([Step(8, half), Step(16, indices_of(design, "alliance_mean", "", measured, 20))])
    figure = convergence_lines([many])
    assert len(figure.data) == 6 * 2
    assert "1 is left out" in figure.layout.meta["caption"]


def test_a_design_too_small_to_halve_says_that_there_is_nothing_to_compare(tmp_path):
    results = tearsim.sweep(experiment("sobol", 8, replicates=2), out=tmp_path)
    (found,) = convergence(results, "alliance_mean", resamples=20)
    assert (len(found.steps), found.compared, found.moved) == (1, 0, [])
    assert "Nothing to compare" in convergence_in_words(found)
    assert not convergence_lines([found]).data


def test_settling_is_told_for_each_arm_and_for_what_showing_the_tears_did(tmp_path):
    design = experiment("morris", 32, replicates=2, cross={"tears": ["shown", "held back"]})
    found = convergence(tearsim.sweep(design, out=tmp_path), "felt_per_100_sessions", resamples=20)
    assert [one.last.of for one in found] == ["tears shown", "tears held back", "what showing the tears did"]
    assert [step.blocks for step in found[0].steps] == [16, 32]


def test_libraries_are_handed_seeds_of_their_own():
    assert len({seed_for(purpose, seed) for purpose in ("design", "resampling") for seed in range(50)}) == 100
    assert generator_for("resampling", 5).random() == generator_for("resampling", 5).random()
    with pytest.raises(TearSimError, match="The seed is a whole number"):
        seed_for("design", -1)


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_replicates_without_the_outcome_are_no_replicates_of_it(kind):
    """One replicate of three has it: its luck would be taken for what parameters do."""
    design = experiment(kind, 64, replicates=3)
    x = design.cube[:, 0]
    measured = x + generator_for("resampling", 1).normal(0.0, 2.0, (3, len(x)))
    assert indices_of(design, "alliance_mean", "", measured, 20).replicates == 3
    measured[1:] = np.nan
    with pytest.raises(
        TearSimError, match="in one replicate of each design point at most, which cannot tell luck from"
    ):
        indices_of(design, "alliance_mean", "", measured, 20)


def test_where_each_half_of_the_design_has_a_replicate_of_its_own_luck_cannot_be_told_either():
    design = experiment("sobol", 64, replicates=2)
    measured = np.tile(design.cube[:, 0], (2, 1))
    measured[0, : len(measured[0]) // 2] = measured[1, len(measured[0]) // 2 :] = np.nan
    with pytest.raises(TearSimError, match="in one replicate of each design point at most"):
        indices_of(design, "alliance_mean", "", measured, 20)


def test_a_replicate_that_lacks_the_outcome_leaves_the_others_as_they_are():
    design = experiment("sobol", 64, replicates=4)
    measured = design.cube[:, 0] + generator_for("resampling", 2).normal(0.0, 0.5, (4, len(design.cube)))
    lacking = np.vstack([measured, np.full(len(design.cube), np.nan)])
    assert indices_of(design, "alliance_mean", "", lacking, 20) == indices_of(design, "alliance_mean", "", measured, 20)


@pytest.mark.parametrize("kind", ["sobol", "morris"])
@pytest.mark.parametrize("value", [0.0, 0.1])
def test_an_outcome_that_never_varies_is_said_to_be_the_same_at_every_point(kind, value):
    design = experiment(kind, 16, replicates=3)
    found = indices_of(design, "alliance_mean", "", np.full((3, len(design.cube)), value), 20)
    assert found.constant
    assert noise_in_words(found).startswith("No indices: the outcome is the same at every design point")
    told = json.dumps(found.as_dict(), allow_nan=False)
    assert {index["value"] for index in json.loads(told)["indices"]} == ({None} if kind == "sobol" else {0.0})


def test_what_may_all_be_luck_has_no_indices_and_says_so():
    design = experiment("sobol", 64, replicates=2)
    luck = generator_for("resampling", 8).normal(0.0, 1.0, len(design.cube))
    measured = np.array([luck, 0.1 * design.cube[:, 0] - luck])
    found = indices_of(design, "alliance_mean", "", measured, 20)
    assert np.isnan([index.value for index in found.indices]).all()
    assert np.isnan([index.low for index in found.indices]).all()
    assert "may be luck; more replicates would tell" in noise_in_words(found)


def test_luck_that_the_points_of_a_block_share_is_taken_out_of_first_order_indices():
    """S1 rests on products of B with AB - A: luck that B shares with AB, and not with A, is no parameter's doing.

    Five replicates of 256 blocks, in which a point of AB has the luck of its B. Left in, it would show as an S1 of .6 of
    a parameter that does nothing.
    """
    design = experiment("sobol", 256, replicates=5)
    blocks = np.arange(len(design.cube)).reshape(256, 5)
    truth = design.cube[:, 1] * 2.0
    luck = generator_for("resampling", 7).normal(0.0, 1.0, (5, len(truth)))
    luck[:, blocks[:, 1]] = luck[:, blocks[:, -1]]
    found = indices_of(design, "alliance_mean", "", truth + luck, 50)
    first = {i.parameter: i for i in found.indices if i.measure == "S1"}
    assert first[THREE[0]].low < 0.0 < first[THREE[0]].high
    assert first[THREE[0]].value == pytest.approx(0.0, abs=0.06)
