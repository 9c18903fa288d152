"""Sensitivity indices and how they settle, on tables and designs small enough to work them out by hand."""

import math
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.study.answers import convergence as settling
from tearsim.study.answers import sensitivity as module
from tearsim.study.answers.convergence import Convergence, Step, convergence, index_at, ranked
from tearsim.study.answers.sensitivity import Index, Noise, Sensitivity, indices_of, measured_parts, sensitivity
from tearsim.study.sweeps.experiment import make_experiment

closely = partial(pytest.approx, abs=1e-12)
TWO = ["client_empathy", "bond_moved"]
TEARS = {"tears": ["shown", "held back"]}


def experiment(kind="morris", samples=2, replicates=2, parameters=None, **more):
    design = {"kind": kind, "samples": samples, "replicates": replicates, "vary": TWO, **more}
    return make_experiment({"title": "t", "question": "q", "parameters": parameters or {}, "design": design}, "here")


def values_of(found):
    return {(i.parameter, i.measure) if not i.other else (i.parameter, i.other): i.value for i in found.indices}


def test_sobol_indices_of_a_block_are_those_worked_out_by_hand():
    """A 0, AB 1 and 2, BA 3 and 5, B 4, in every block and replicate: A and B have a variance of 4.

    The mean without BA is 1.75, so that S1 = (4 - 1.75) * (AB - A) / 4, ST = (AB - A)^2 / 8; and of the pair the mean
    of (3 - 4) * (2 - 0) and (5 - 4) * (1 - 0), over 4.
    """
    design = experiment("sobol", 4, second_order=True)
    found = indices_of(design, "alliance_mean", "", np.tile([0.0, 1.0, 2.0, 3.0, 5.0, 4.0], (2, 4)), 10)
    assert values_of(found) == pytest.approx(
        {
            ("client_empathy", "S1"): 0.5625,
            ("bond_moved", "S1"): 1.125,
            ("client_empathy", "ST"): 0.125,
            ("bond_moved", "ST"): 0.5,
            ("client_empathy", "bond_moved"): -0.125,
        }
    )
    assert all(index.high - index.low == pytest.approx(0.0) for index in found.indices), "there is no luck in them"


@pytest.mark.parametrize(("second_order", "indices"), [(False, 4), (True, 5)])
def test_an_outcome_without_variance_beyond_luck_has_missing_indices_of_each_measure_and_no_other(
    second_order, indices
):
    """Replicates lie as far apart the other way at every point, so that no variance is left to their means."""
    design = experiment("sobol", 4, second_order=second_order)
    turns = np.tile([1.0, -1.0], len(design.cube) // 2)
    found = indices_of(design, "alliance_mean", "", np.vstack([turns, -turns]), 10)
    assert len(found.indices) == indices
    assert all(math.isnan(index.value) for index in found.indices)


def test_an_outcome_that_takes_two_values_one_apart_has_indices():
    design = experiment("sobol", 4)
    found = indices_of(design, "alliance_mean", "", np.tile([0.0, 1.0, 0.0, 1.0], (2, 4)), 10)
    assert values_of(found)["client_empathy", "ST"] == pytest.approx(0.5 / 0.25)
    assert values_of(found)["bond_moved", "ST"] == 0.0


def test_the_size_of_an_effect_lies_above_nothing_and_a_share_of_variance_may_be_told_to_lie_below():
    """Empathy moves the outcome by its half, which is sure; the bond by a hundredth, give or take far more."""
    morris, sobol = experiment("morris", 8), experiment("sobol", 8)
    low = {}
    for design in (morris, sobol):
        slopes = np.array([[0.5, 0.4], [0.5, -0.38]])  # of the bond, by luck of the replicate
        found = indices_of(design, "alliance_mean", "", slopes @ design.cube.T, 200)
        low[design.design.kind] = {(index.parameter, index.measure): index.low for index in found.indices}
    assert low["morris"]["bond_moved", "mu_star"] == 0.0
    assert 0.4 < low["morris"]["client_empathy", "mu_star"] < 0.5 + 1e-9
    assert low["sobol"]["bond_moved", "ST"] < 0.0


def saying(monkeypatch, *mean_effects):
    """An estimator that says these of the whole design and then of each resample, and what it was asked of."""
    said, asked = iter(mean_effects), []

    def estimate(means, weights, drawn):
        asked.append((means, weights, drawn))
        return {"mu_star": np.full(2, next(said)), "sigma": np.ones(2), "luck": np.array([0.25, 0.5])}

    monkeypatch.setattr(module, "ESTIMATORS", {"morris": lambda *_: estimate})
    return asked


def test_an_interval_reaches_as_far_as_resamples_spread(monkeypatch):
    """Of an index of 3, two resamples say 2 and 4: a standard deviation of the root of 2, and 1.96 of these."""
    saying(monkeypatch, 3.0, 2.0, 4.0)
    of_empathy, *_, of_sigma = indices_of(experiment(), "alliance_mean", "", np.ones((2, 6)), 2).indices
    reach = 1.959964 * math.sqrt(2.0)
    assert of_empathy == pytest.approx(("client_empathy", "mu_star", 3.0, 3.0 - reach, 3.0 + reach, ""))
    assert (of_sigma.low, of_sigma.high) == (1.0, 1.0)


def test_an_index_that_half_of_the_resamples_have_is_told(monkeypatch):
    saying(monkeypatch, 3.0, 2.0, 2.0, math.nan, math.nan)
    found = indices_of(experiment(), "alliance_mean", "tears shown", np.ones((2, 6)), 4)
    assert (found.outcome, found.of, found.design) == ("alliance_mean", "tears shown", "morris")
    assert (found.blocks, found.left_out, found.replicates, found.groups) == (2, 0, 2, {})
    assert (found.indices[0].value, found.indices[0].high) == (3.0, 3.0)
    assert found.luck_alone == {"client_empathy": 0.25, "bond_moved": 0.5}


def test_an_index_that_fewer_than_half_of_the_resamples_have_is_none(monkeypatch):
    saying(monkeypatch, 3.0, 2.0, 2.0, *[math.nan] * 4)
    with pytest.raises(TearSimError) as refused:
        indices_of(experiment(), "alliance_mean", "", np.ones((2, 6)), 6)
    said = "alliance_mean is missing, or does not vary, in most resamples; run more samples or replicates."
    assert str(refused.value) == said


def test_an_index_that_cannot_be_told_is_told_as_missing_and_needs_no_resamples(monkeypatch):
    saying(monkeypatch, *[math.nan] * 5)
    found = indices_of(experiment(), "alliance_mean", "", np.ones((2, 6)), 4)
    assert math.isnan(found.indices[0].value)


def test_an_outcome_missing_everywhere_is_told_with_the_blocks_that_lack_it():
    design = experiment(samples=4, replicates=3, vary=[*TWO, "progress"], groups={"both": TWO})
    found = indices_of(design, "alliance_mean", "tears shown", np.full((3, len(design.cube)), math.nan), 2)
    nothing = Noise(math.nan, math.nan, math.nan)
    expected = Sensitivity("alliance_mean", "tears shown", "morris", [], nothing, {}, 0, 4, 0, {"both": TWO})
    assert found.as_dict() == expected.as_dict()


def test_indices_need_two_blocks_that_have_the_outcome_at_every_point(monkeypatch):
    """And what is said of points is said of theirs: the one of the third block that has it differs from all others."""
    measured = np.ones((2, 9))
    measured[:, 6], measured[:, 7:] = 5.0, math.nan
    saying(monkeypatch, 1.0, 1.0, 1.0)
    found = indices_of(experiment(samples=3), "alliance_mean", "", measured, 2)
    assert (found.blocks, found.left_out, found.constant, found.noise.between_points) == (2, 1, True, 0.0)
    measured[:, 3] = math.nan
    with pytest.raises(TearSimError) as refused:
        indices_of(experiment(samples=3), "alliance_mean", "", measured, 2)
    said = "alliance_mean is missing at so many design points that there are no indices for it."
    assert str(refused.value) == said


@pytest.mark.parametrize(("twice", "told"), [(1, False), (2, True)])
def test_luck_is_told_from_what_two_replicates_share_as_soon_as_one_degree_of_freedom_is_left(monkeypatch, twice, told):
    """Six points in one replicate, one or two of them in a second: 6 + 2 runs less 6 points and 2 replicates, and 1."""
    measured = np.vstack([np.arange(6.0), np.arange(6.0)])
    measured[1, twice:] = math.nan
    saying(monkeypatch, *[1.0] * 40)
    if told:
        assert indices_of(experiment(), "alliance_mean", "", measured, 20).replicates == 2
        return
    with pytest.raises(TearSimError) as refused:
        indices_of(experiment(), "alliance_mean", "", measured, 20)
    said = "alliance_mean is there in one replicate of each design point at most, which cannot tell luck from what "
    assert str(refused.value) == said + "parameters do; run more replicates, or larger practices."


def test_resamples_draw_replicates_and_blocks_and_leave_out_blocks_that_these_replicates_lack(monkeypatch):
    """One of two replicates has three of four blocks: where it is drawn twice, no other block is used, and two are too few."""
    asked, design = saying(monkeypatch, *[1.0] * 201), experiment(samples=4)
    measured = np.vstack([np.arange(12.0), np.arange(12.0) + 10.0])
    measured[1, 9:] = math.nan
    indices_of(design, "alliance_mean", "", measured, 200)
    (means, weights, drawn), *resamples = asked
    assert weights.tolist() == [1.0, 1.0]
    assert drawn.tolist() == [0, 1, 2, 3]
    assert means[:9] == pytest.approx(np.arange(9.0) + 5.0)
    seen = {tuple(weights.tolist()) for _, weights, _ in resamples}
    assert seen == {(2.0, 0.0), (1.0, 1.0), (0.0, 2.0)}
    lacking = [drawn for _, weights, drawn in resamples if weights[0] == 0.0]
    assert {block for drawn in lacking for block in drawn.tolist()} == {0, 1, 2}
    assert {len(drawn) for drawn in lacking} == {3, 4}
    assert {len(drawn) for _, weights, drawn in resamples if weights[0] > 0.0} == {4}
    assert 100 < len(resamples) < 200


def test_where_points_agree_but_for_rounding_the_outcome_is_the_same_at_every_point(monkeypatch):
    """By half a million-millionth of its size it may differ, and by two it does."""
    for beyond, constant in ((0.5, True), (2.0, False)):
        saying(monkeypatch, *[1.0] * 3)
        measured = np.full((2, 6), -1000.0)
        measured[:, 0] += beyond * 1000.0 * 1e-12
        assert indices_of(experiment(), "alliance_mean", "", measured, 2).constant is constant


@pytest.mark.parametrize(("luck", "left"), [(np.ones(6), 0.0), (np.resize([1.0, -1.0], 6), 1.2)])
def test_what_luck_adds_is_that_worked_out_by_hand(luck, left):
    """Six points at 0 to 5, a replicate above and one below: a variance of 3.5 between points, and of 2 between runs.

    If the same one is above everywhere, nothing is left in means. If in turn, squares of 12 rest on 12 - 6 - 2 + 1
    degrees of freedom: 2.4 in a run, and half of it in a mean of two.
    """
    points = np.arange(6.0)
    noise = indices_of(experiment(), "alliance_mean", "", np.array([points + luck, points - luck]), 2).noise
    assert noise == Noise(*map(closely, (math.sqrt(3.5), math.sqrt(2.0), left / 3.5)))
    nearer = indices_of(experiment(), "alliance_mean", "", np.array([points / 10 + luck, points / 10 - luck]), 2).noise
    assert nearer.left_in_means == (1.0 if left else closely(0.0)), "1.2 of .035, and no share is more than all"


# --- What indices are computed from -------------------------------------------------------------------------------------


def results_of(monkeypatch, design, value, **other):
    """Open results of a design that no sweep has run: each run's outcome is what its point and replicate make it."""
    rows = [(i, r, value(i, r)) for i in range(len(design.points)) for r in range(design.design.replicates)]
    runs = pd.DataFrame(rows, columns=["design_point", "replicate", "alliance_mean"])
    if "estimates" in design.varied:
        runs["estimates"] = [design.points.own[i]["estimates"] for i in runs["design_point"]]
    provenance = {
        "replicates": design.design.replicates,
        "design_points": len(design.points),
        "experiment_hash": design.fingerprint(),
        "shard": "1/1",
    }
    opened = SimpleNamespace(
        experiment=design,
        folder=Path("there"),
        finished=other.pop("finished", True),
        is_shard=other.pop("is_shard", False),
        provenance=provenance | other,
        table=lambda name, columns: {"runs": runs.sample(frac=1.0, random_state=1)}[name][columns],
    )
    monkeypatch.setattr(module, "open_results", lambda given: {"there": opened}[given])
    return "there"


def test_an_outcome_stands_by_replicate_and_point_and_is_missing_where_it_was_not_run(monkeypatch):
    design = experiment(replicates=3)
    results = results_of(monkeypatch, design, lambda point, r: math.nan if (point, r) == (4, 1) else 10.0 * r + point)
    of_experiment, parts = measured_parts(results, "alliance_mean")
    assert of_experiment is design
    assert list(parts) == [""]
    expected = [[10.0 * r + point for point in range(6)] for r in range(3)]
    expected[1][4] = math.nan
    np.testing.assert_equal(parts[""], expected)


def test_replicates_of_one_world_are_averaged_first(monkeypatch):
    """Of open worlds two in a row live in the same: of four replicates, two worlds are left, at 5 and 25."""
    design = experiment(replicates=4, parameters={"estimates": "open"})
    results = results_of(monkeypatch, design, lambda point, r: 10.0 * r + point)
    np.testing.assert_equal(
        measured_parts(results, "alliance_mean")[1][""],
        [[start + point for point in range(6)] for start in (5.0, 25.0)],
    )


def test_where_sets_of_worlds_are_crossed_replicates_that_share_a_world_in_either_go_together(monkeypatch):
    design = experiment(replicates=4, cross={"estimates": ["fitted", "open"]})
    results = results_of(monkeypatch, design, lambda point, r: 10.0 * r + point)
    parts = measured_parts(results, "alliance_mean")[1]
    assert list(parts) == ["estimates fitted", "estimates open"]
    np.testing.assert_equal(parts["estimates open"][:, 0], [6.0, 26.0])


def test_what_showing_the_tears_did_is_told_at_each_combination_that_has_both_arms(monkeypatch):
    """Points stand by combination: shown and held back, then voiced, each first with five clients a therapist, then ten."""
    design = experiment(cross={"tears": ["shown", "held back", "voiced"], "caseload": [5, 10]})
    assert [tuple(p[name] for name in ("tears", "caseload")) for p in design.points.own[:6]] == list(
        product(["shown", "held back", "voiced"], [5, 10])
    )
    results = results_of(monkeypatch, design, lambda point, r: float(point**2 + r))
    parts = measured_parts(results, "alliance_mean")[1]
    assert list(parts) == [
        *(f"tears {tears}, caseload {n}" for tears in ("shown", "held back", "voiced") for n in (5, 10)),
        *(f"what showing the tears did, caseload {n}" for n in (5, 10)),
    ]
    np.testing.assert_equal(parts["tears held back, caseload 10"][1], [(6 * i + 3) ** 2 + 1.0 for i in range(6)])
    for first, n in enumerate((5, 10)):
        expected = [float((6 * i + first) ** 2 - (6 * i + first + 2) ** 2) for i in range(6)]
        np.testing.assert_equal(parts[f"what showing the tears did, caseload {n}"], [expected, expected])


def test_tears_alone_need_no_more_words_than_that_they_did_it(monkeypatch):
    results = results_of(monkeypatch, experiment(cross=TEARS), lambda point, r: float(point))
    parts = measured_parts(results, "alliance_mean")[1]
    assert list(parts) == ["tears shown", "tears held back", "what showing the tears did"]
    assert (parts["what showing the tears did"] == -1.0).all()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"is_shard": True, "shard": "1/2"}, "there is shard 1/2 alone: put all together first, with tearsim merge."),
        ({"finished": False}, "there is unfinished: indices need every design point; continue its sweep first."),
        (
            {"replicates": 1},
            "there has one replicate, which cannot tell luck from what parameters do; run two or more.",
        ),
        (
            {"experiment_hash": "of another"},
            "there: its experiment now draws other points than were run (its file, or SALib, changed).",
        ),
    ],
)
def test_results_without_indices_are_refused_in_one_line_that_says_what_to_do(monkeypatch, other, said):
    results = results_of(monkeypatch, experiment(), lambda point, r: float(point), **other)
    with pytest.raises(TearSimError) as refused:
        sensitivity(results, "alliance_mean")
    assert str(refused.value) == said


def test_a_design_that_is_not_made_for_indices_is_refused_with_those_that_are(monkeypatch):
    design = {"replicates": 2, "vary": {"client_empathy": [0.1, 0.9]}}
    grid = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    results = results_of(monkeypatch, grid, lambda point, r: float(point))
    with pytest.raises(TearSimError) as refused:
        sensitivity(results, "alliance_mean")
    assert str(refused.value) == 'there holds a design of kind "grid"; indices need one of kind "sobol" or "morris".'
    with pytest.raises(TearSimError, match='no outcome "alliance"'):
        sensitivity(results, "alliance")


@pytest.mark.parametrize("asked", [sensitivity, convergence])
@pytest.mark.parametrize("resamples", [1, 100_001, 20.5, None])
def test_intervals_are_made_from_two_resamples_or_more_and_no_more_than_there_is_time_for(
    monkeypatch, asked, resamples
):
    results = results_of(monkeypatch, experiment(), lambda point, r: float(point))
    with pytest.raises(TearSimError, match=r"^The number of resamples .*2.*100,?000"):
        asked(results, "alliance_mean", resamples=resamples)


def straight(design):
    """3 shares of the range of empathy and 1 of that of the bond, where tears are shown; 1 and 1 where not."""
    slopes = [(3.0, 1.0), (1.0, 1.0)]
    crossed = math.prod(map(len, design.design.cross.values()))
    return lambda point, r: float(design.cube[point // crossed] @ slopes[point % crossed])


def test_indices_are_told_of_each_arm_and_of_what_showing_the_tears_did(monkeypatch):
    design = experiment(samples=4, cross=TEARS)
    found = sensitivity(results_of(monkeypatch, design, straight(design)), "alliance_mean", resamples=2)
    assert [(one.of, one.outcome, one.blocks, one.replicates) for one in found] == [
        (of, "alliance_mean", 4, 2) for of in ("tears shown", "tears held back", "what showing the tears did")
    ]
    effects = [[values_of(one)[name, "mu_star"] for name in TWO] for one in found]
    assert np.array(effects) == pytest.approx(np.array([[3.0, 1.0], [1.0, 1.0], [2.0, 0.0]]), abs=1e-9)


@pytest.mark.parametrize("asked", [sensitivity, convergence])
def test_an_outcome_that_no_run_has_has_no_indices_anywhere(monkeypatch, asked):
    results = results_of(monkeypatch, experiment(samples=32), lambda point, r: math.nan)
    with pytest.raises(TearSimError) as refused:
        asked(results, "alliance_mean", resamples=2)
    said = "alliance_mean is missing at so many design points that there are no indices for it."
    assert str(refused.value) == said


def test_where_one_arm_lacks_the_outcome_the_other_is_told(monkeypatch):
    design = experiment(samples=32, cross=TEARS)
    value = straight(design)
    results = results_of(monkeypatch, design, lambda point, r: math.nan if point % 2 else value(point, r))
    shown, held_back, effect = sensitivity(results, "alliance_mean", resamples=2)
    assert len(shown.indices) == 4
    assert held_back.indices == effect.indices == []
    settled = convergence(results, "alliance_mean", resamples=2)
    assert [len(one.steps) for one in settled] == [2, 1, 1]


def test_a_result_for_programs_has_none_for_what_is_missing():
    held = [Index("a", "S1", 0.5, math.nan, 0.75), Index("a", "S2", 0.25, 0.0, math.inf, "b")]
    one = Sensitivity(
        "alliance_mean", "tears shown", "sobol", held, Noise(0.5, math.nan, 0.25), {"a": 0.125}, 8, 1, 4, {"g": ["a"]}
    )
    assert one.as_dict() == {
        "outcome": "alliance_mean",
        "of": "tears shown",
        "design": "sobol",
        "luck_alone": {"a": 0.125},
        "blocks": 8,
        "left_out": 1,
        "replicates": 4,
        "groups": {"g": ["a"]},
        "constant": False,
        "noise": {"between_points": 0.5, "between_runs": None, "left_in_means": 0.25},
        "indices": [
            {"parameter": "a", "measure": "S1", "value": 0.5, "low": None, "high": 0.75},
            {"parameter": "a", "with": "b", "measure": "S2", "value": 0.25, "low": 0.0, "high": None},
        ],
    }


# --- How indices settle -------------------------------------------------------------------------------------------------


def test_sizes_are_halved_down_to_sixteen_blocks_and_the_whole_design_stands_last(monkeypatch):
    design = experiment(samples=65)
    (found,) = convergence(results_of(monkeypatch, design, straight(design)), "alliance_mean", resamples=2)
    assert [str(step.blocks) for step in found.steps] == ["16", "32", "65"]
    assert [step.found.blocks for step in found.steps] == [16, 32, 65]
    assert found.compared == 4


def test_intervals_are_made_from_as_many_resamples_as_are_asked_for_whatever_the_size(monkeypatch):
    """Replicates that take empathy for more, and for less, than it does: so each resample says something else."""
    design = experiment(samples=32)
    measured = np.array([[(1.0 + r) * empathy for empathy in design.cube[:, 0]] for r in range(2)])
    results = results_of(monkeypatch, design, lambda point, r: measured[r, point])
    for resamples in (2, 5):
        expected = [
            indices_of(design, "alliance_mean", "", measured[:, : blocks * design.drawn_together], resamples)
            for blocks in (16, 32)
        ]
        assert sensitivity(results, "alliance_mean", resamples=resamples) == expected[1:]
        (settled_on,) = convergence(results, "alliance_mean", resamples=resamples)
        assert [step.found for step in settled_on.steps] == expected
    assert indices_of(design, "alliance_mean", "", measured, 2) != indices_of(design, "alliance_mean", "", measured, 5)


def test_a_size_at_which_too_few_blocks_have_the_outcome_is_left_out(monkeypatch):
    """Of the first sixteen only one has it, of the first 32 seventeen; the next arm is told as if nothing had been."""
    design = experiment(samples=64, cross=TEARS)
    value = straight(design)

    def lacking(point, r):
        block = point // 2 // design.drawn_together
        return math.nan if point % 2 == 0 and 0 < block < 16 else value(point, r)

    results = results_of(monkeypatch, design, lacking)
    shown, held_back, _ = convergence(results, "alliance_mean", resamples=2)
    assert [(step.blocks, step.found.blocks, step.found.of) for step in shown.steps] == [
        (32, 17, "tears shown"),
        (64, 49, "tears shown"),
    ]
    assert [step.blocks for step in held_back.steps] == [16, 32, 64]


@pytest.mark.parametrize(("first", "sizes"), [(1, [16, 32, 64]), (20, [32, 64]), (31, [64]), (40, [64])])
def test_a_size_at_which_no_block_has_the_outcome_is_left_out(monkeypatch, first, sizes):
    """From the second block on, all are told; from the 21st, the first sixteen have none; of the first half one, or none."""
    design = experiment(samples=64)
    value = straight(design)

    def later(point, r):
        return value(point, r) if point // design.drawn_together >= first else math.nan

    (found,) = convergence(results_of(monkeypatch, design, later), "alliance_mean", resamples=2)
    assert [step.blocks for step in found.steps] == sizes
    assert all(step.found.indices for step in found.steps)


def test_a_size_that_cannot_tell_luck_is_left_out_and_a_smaller_one_that_can_is_told(monkeypatch):
    """Each point of the second sixteen blocks was lived in a replicate of its own; all others in the first two.

    Of 32 blocks of three points 144 runs are there, at 96 points, in 50 replicates: less than nothing is left to luck.
    """
    design = experiment(samples=64, replicates=50)
    value = straight(design)

    def lived(point, r):
        alone = 48 <= point < 96
        return value(point, r) + 0.01 * r if r == (point - 46 if alone else min(r, 1)) else math.nan

    (found,) = convergence(results_of(monkeypatch, design, lived), "alliance_mean", resamples=2)
    assert [step.blocks for step in found.steps] == [16, 64]


def settled(*steps, design="morris"):
    """Steps of a growing design, of made-up indices."""
    made = [
        Sensitivity("alliance_mean", "", design, list(held), Noise(1.0, 1.0, 0.0), {}, 15 + i, 1, 4, {"g": ["a"]})
        for i, held in enumerate(steps)
    ]
    return Convergence([Step(16 * 2**i, found) for i, found in enumerate(made)])


def index(parameter, value, reach, measure="mu_star", other=""):
    return Index(parameter, measure, value, value - reach, value + reach, other)


def test_an_index_has_moved_if_by_more_than_half_its_interval_and_the_furthest_is_told_first():
    """Between the last two sizes alone; a pair is another index than its parameter, and sigma another than mu*."""
    first = [index("a", 9.0, 0.1), index("b", 9.0, 0.1)]
    still = [index("a", 5.0, 0.1, "sigma"), index("a", 7.0, 0.1, "S2", "b")]
    before = [*(index(name, 1.0, 0.1) for name in "abc"), *still, index("gone", 1.0, 0.1)]
    after = [index("a", 1.5, 0.375), index("b", 0.0, 0.875), index("c", 1.5, 0.5), *still, index("new", 1.0, 0.1)]
    found = settled(first, before, after)
    assert [(move.before, move.after) for move in found.moved] == [(before[1], after[1]), (before[0], after[0])]
    assert found.compared == 5
    assert found.last.indices == after


def test_what_is_missing_at_either_size_is_not_compared():
    found = settled(
        [index("a", math.nan, 0.1), index("b", 1.0, 0.1), index("c", 1.0, 0.1)],
        [index("a", 5.0, 0.1), index("b", math.nan, 0.1), index("c", 5.0, 0.1)],
    )
    assert found.compared == 1
    assert [move.after.parameter for move in found.moved] == ["c"]
    alone = settled([index("a", 1.0, 0.1)])
    assert (alone.compared, alone.moved) == (0, [])


def test_a_move_that_is_nothing_beside_the_largest_of_its_measure_is_none():
    """Without luck an interval is nothing; then rounding moves an index, by less than a million-millionth of the largest."""
    largest = 1e6
    far, near, other = 3e-6, 0.5e-6, 0.5e-6

    def at(a, b, c):
        return [index("a", a, 0.0), index("b", b, 0.0), index("largest", -largest, 0.0), index("c", c, 0.0, "sigma")]

    found = settled(at(0.0, 0.0, 0.0), at(far, near, other))
    assert [(move.after.parameter, move.after.measure) for move in found.moved] == [("a", "mu_star"), ("c", "sigma")]


def test_how_indices_settle_is_told_to_programs_step_by_step():
    before, after = [index("a", 1.0, 0.25)], [index("a", 2.0, 0.25)]
    told = {"parameter": "a", "measure": "mu_star"}
    assert settled(before, after).as_dict() == {
        "outcome": "alliance_mean",
        "of": "",
        "design": "morris",
        "groups": {"g": ["a"]},
        "compared": 1,
        "moved": [{**told, "value": 2.0, "low": 1.75, "high": 2.25, "before": 1.0}],
        "steps": [
            {"blocks": 16, "used": 15, "indices": [{**told, "value": 1.0, "low": 0.75, "high": 1.25}]},
            {"blocks": 32, "used": 16, "indices": [{**told, "value": 2.0, "low": 1.75, "high": 2.25}]},
        ],
    }


def test_parameters_are_ranked_by_how_much_they_matter_in_all_in_the_whole_design():
    last = [
        index("a", 1.0, 0.1, "ST"),
        index("b", 2.0, 0.1, "ST"),
        index("a", 9.0, 0.1, "S1"),
        index("a", 8.0, 0.1, "ST", "b"),
    ]
    found = settled([index("a", 5.0, 0.1, "ST")], last[:3], design="sobol")
    assert ranked(found) == ["b", "a"]
    assert index_at(last, "a", "ST") is last[0]
    assert index_at(last[3:], "a", "ST") is None
    assert index_at(last, "b", "S1") is None


def test_halving_ends_at_the_fewest_blocks_that_say_something():
    assert settling.halvings(2 * settling.FEWEST_BLOCKS) == [settling.FEWEST_BLOCKS]
    assert settling.halvings(2 * settling.FEWEST_BLOCKS - 1) == []
