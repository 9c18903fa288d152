"""What a sweep found, from runs whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from tearsim.study.answers.by_level import by_level, effect_of_showing, overall_effect, with_draws
from tearsim.study.answers.contrasts import by_levels, contrasts_of, count_cells, dependences
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.experiment import make_experiment

LEVELS = [0.1, 0.4, 0.6, 0.9]
OUTCOMES = ("alliance_mean", "dropout_rate", "felt_per_100_sessions", "unsettled_share")


def grid(vary, replicates=12, **more):
    content = {"title": "t", "question": "q", "design": {"replicates": replicates, "vary": vary}, **more}
    return make_experiment(content, "here")


def runs_of(experiment, alliance, dropout=lambda point: 0.2, own=0.001, shared=0.05):
    """Runs whose outcomes are known functions of the design point, with luck that replicates share and luck of their own."""
    luck, rows = generator_for("resampling", 5), []
    of_replicates = luck.normal(0.0, shared, experiment.design.replicates)
    for number, point in enumerate(experiment.points.own):
        for replicate, common in enumerate(of_replicates):
            first, second = luck.normal(0.0, own, 2)
            rows.append(
                {
                    "design_point": number,
                    "replicate": replicate,
                    **point,
                    **dict.fromkeys(OUTCOMES, 1.0),
                    "alliance_mean": alliance(point) + common + first,
                    "dropout_rate": dropout(point) + common + second,
                }
            )
    return pd.DataFrame(rows)


def test_a_change_is_told_far_more_surely_than_its_two_ends_because_they_share_luck():
    experiment = grid({"client_empathy": LEVELS})
    there = contrasts_of(runs_of(experiment, lambda p: 0.6 + 0.02 * p["client_empathy"]), experiment)
    ends = there.shown["client_empathy", "alliance_mean"].ends
    assert (ends.first_level, ends.last_level) == (0.1, 0.9)
    assert ends.difference.low < 0.016 < ends.difference.high
    assert ends.difference.high - ends.difference.low < 0.1 * (ends.first.high - ends.first.low)


def test_contrasts_rest_on_the_same_means_as_the_tables():
    experiment = grid({"client_empathy": LEVELS, "tears": ["shown", "held back"], "bond_moved": [0.0, 0.2]})
    runs = runs_of(experiment, lambda p: 0.6 + 0.1 * p["client_empathy"] * (p["tears"] == "shown"))
    there = contrasts_of(runs, experiment)
    ends = there.shown["client_empathy", "alliance_mean"].ends
    table = by_level(runs[runs["tears"] == "shown"], "client_empathy", "alliance_mean")
    assert tuple(ends.first) == tuple(table.loc[0.1])
    assert tuple(ends.last) == tuple(table.loc[0.9])
    effects = effect_of_showing(runs, "client_empathy", "alliance_mean")
    assert tuple(there.of_showing["client_empathy", "alliance_mean"].ends.last) == pytest.approx(
        tuple(effects.loc[0.9])
    )
    assert there.effects["alliance_mean"] == overall_effect(runs, "alliance_mean")


def test_what_tears_do_is_the_change_that_holding_them_back_takes_away():
    experiment = grid({"client_empathy": LEVELS, "tears": ["shown", "held back"]})
    alliance = lambda p: 0.6 + p["client_empathy"] * (0.05 if p["tears"] == "shown" else 0.02)  # noqa: E731
    there = contrasts_of(runs_of(experiment, alliance), experiment)
    key = ("client_empathy", "alliance_mean")
    shown, held, own = (side[key].ends.difference for side in (there.shown, there.held_back, there.of_showing))
    assert held.low < 0.016 < held.high
    assert own.mean == pytest.approx(0.024, abs=0.002)
    assert own.low > 0
    assert own.mean == pytest.approx(shown.mean - held.mean)
    assert not there.held_back[key].constant


def test_what_is_the_same_in_every_replicate_is_called_constant_and_what_nearly_is_is_not():
    experiment = grid({"client_empathy": LEVELS})
    assert (
        contrasts_of(runs_of(experiment, lambda p: 0.6, own=0.0), experiment)
        .shown["client_empathy", "alliance_mean"]
        .constant
    )
    nearly = contrasts_of(runs_of(experiment, lambda p: 0.6, own=1e-9), experiment)
    assert not nearly.shown["client_empathy", "alliance_mean"].constant


@pytest.mark.parametrize("sign", [1, -1])
def test_a_bend_is_found_where_there_is_one_and_luck_alone_makes_none(sign):
    experiment = grid({"client_empathy": LEVELS})
    bend = {0.1: 0.0, 0.4: 0.03, 0.6: 0.01, 0.9: 0.005}
    found = contrasts_of(runs_of(experiment, lambda p: 0.6 + sign * bend[p["client_empathy"]]), experiment)
    turn = found.shown["client_empathy", "alliance_mean"].turn
    assert (turn.level, turn.above) == (0.4, sign > 0)
    assert turn.beyond.low <= sign * 0.025 <= turn.beyond.high, "beyond the nearer end, which it is compared with"
    straight = contrasts_of(runs_of(experiment, lambda p: 0.6 + sign * 0.01 * p["client_empathy"]), experiment)
    assert straight.shown["client_empathy", "alliance_mean"].turn is None


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("between", [1, 2, 8])
def test_a_bend_must_be_the_surer_the_more_levels_are_looked_at(between, sign):
    """Of one level in between, at 95 %; of eight, each at 99.375 %, so that luck alone shows a bend in one of 20."""
    by_luck = np.array([-0.01, 0.0, 0.0, 0.01])
    reach = stdtrit(3, 1.0 - 0.025 / between) * by_luck.std(ddof=1) / 2.0

    def bend(height):
        rows = [
            {"replicate": r, "client_empathy": level / 10, "alliance_mean": 0.5 + (level == 1) * sign * (height + own)}
            for r, own in enumerate(by_luck)
            for level in range(between + 2)
        ]
        return by_levels(pd.DataFrame(rows), "client_empathy", "alliance_mean").turn

    assert bend(1.01 * reach)[::2] == (0.1, sign > 0)
    assert bend(0.99 * reach) is None


def test_combinations_where_tears_make_a_difference_are_counted():
    experiment = grid({"client_empathy": [0.1, 0.9], "bond_moved": [0.0, 0.2, 0.4], "tears": ["shown", "held back"]})

    def effect(p):
        return (p["tears"] == "shown") * (0.02 if p["client_empathy"] > 0.5 else -0.02 * (p["bond_moved"] == 0.0))

    there = contrasts_of(runs_of(experiment, lambda p: 0.6 + effect(p), own=0.001), experiment)
    cells = there.cells["alliance_mean"]
    assert cells[:3] == (6, 3, 1)
    assert abs(cells.largest.mean) == pytest.approx(0.02, abs=0.002)


def test_the_largest_effect_is_a_sure_one_and_the_widest_whatever_reaches_furthest():
    sure, unsure = [0.0079, 0.0080, 0.0081, 0.0080], [-0.03, 0.05, -0.01, 0.03]
    pairs = pd.DataFrame(
        {
            "client_empathy": [0.1] * 4 + [0.9] * 4,
            "replicate": [0, 1, 2, 3] * 2,
            "alliance_mean": sure + unsure,
        }
    )
    cells = count_cells(pairs, ["client_empathy"], "alliance_mean")
    assert cells[:3] == (2, 1, 0)
    assert cells.largest.mean == pytest.approx(0.008)
    assert cells.widest.mean == pytest.approx(0.01)
    nothing = count_cells(pairs[pairs["client_empathy"] > 0.5], ["client_empathy"], "alliance_mean")
    assert np.isnan(nothing.largest.mean)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_widest_effect_is_the_one_that_luck_may_have_hidden_most_of_however_small_its_mean(sign):
    """What lies near 0 may yet be large, upwards or downwards, where replicates differ: nothing wider may be called small."""
    effects = {
        0.1: [0.019, 0.020, 0.021, 0.020],
        0.5: [sign * one for one in (-0.04, 0.05, -0.03, 0.03)],
        0.9: [-sign * one for one in (0.0699, 0.07, 0.0701, 0.07)],
    }
    rows = [(level, r, one) for level, own in effects.items() for r, one in enumerate(own)]
    pairs = pd.DataFrame(rows, columns=["client_empathy", "replicate", "alliance_mean"])
    cells = count_cells(pairs, ["client_empathy"], "alliance_mean")
    assert cells[:3] == ((3, 1, 1) if sign > 0 else (3, 2, 0))
    assert cells.largest.mean == pytest.approx(-sign * 0.07)
    assert cells.widest.mean == pytest.approx(sign * 0.0025)
    assert max(abs(cells.widest.low), abs(cells.widest.high)) > 0.0702


def test_choices_and_points_are_compared_with_the_first():
    experiment = grid({"tears": ["voiced", "shown", "held back"], "stratified_therapists": [False, True]})
    values = {"shown": 0.6, "held back": 0.5, "voiced": 0.8}
    runs = runs_of(experiment, lambda p: values[p["tears"]])
    there = contrasts_of(runs, experiment)
    assert there.parameters == ("tears", "stratified_therapists")
    compared = {c[:2]: c.difference for c in there.shown["tears", "alliance_mean"].contrasts}
    assert list(compared) == [("held back", "shown"), ("held back", "voiced")], "every manner, with tears held back"
    assert compared["held back", "voiced"].mean == pytest.approx(0.3, abs=0.001)
    assert compared["held back", "shown"] == pytest.approx(there.effects["alliance_mean"])
    assert there.shown["stratified_therapists", "alliance_mean"].ends.last.mean == pytest.approx(0.6, abs=0.05)
    two = runs[runs["tears"] != "voiced"]
    assert contrasts_of(two, experiment).parameters == ("stratified_therapists",), "two arms alone are no parameter"
    experiment = grid({"tears": ["voiced", "leaking"]})
    there = contrasts_of(runs_of(experiment, lambda p: {"voiced": 0.7, "leaking": 0.6}[p["tears"]]), experiment)
    assert [c[:2] for c in there.shown["tears", "alliance_mean"].contrasts] == [("voiced", "leaking")]
    points = [{"client_empathy": 0.1}, {"client_empathy": 0.9, "bond_moved": 0.1}, {"bond_moved": 0.3}]
    listed = make_experiment(
        {"title": "t", "question": "q", "design": {"kind": "list", "replicates": 4, "points": points}}, "here"
    )
    rows = runs_of(listed, lambda p: 0.5 + p.get("bond_moved", 0.0))
    rows = rows.fillna({"client_empathy": 0.5, "bond_moved": 0.15})
    there = contrasts_of(rows, listed)
    assert there.parameters == ("design_point",)
    assert [c.last_level for c in there.shown["design_point", "alliance_mean"].contrasts] == [1, 2]
    assert there.shown["design_point", "alliance_mean"].ends.difference.mean == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(("more", "draws"), [({}, 1), ({"stratified_therapists": [False, True]}, 2)])
def test_points_of_a_sample_that_differ_in_the_tears_alone_are_of_one_draw(more, draws):
    vary = {"tears": ["shown", "held back"], **more}
    design = {"kind": "latin", "samples": 12, "replicates": 2, "vary": vary}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    runs = with_draws(runs_of(experiment, lambda p: 0.5), experiment)
    assert len(runs.groupby([*vary, "draw"])) == 2 * draws
    assert runs["draw"].nunique() == draws


def test_a_list_is_read_like_a_grid_by_the_choices_that_occur():
    """Choices are read back as categories, of which not all need occur."""
    points = [{"client_empathy": e, "tears": t} for e in (0.1, 0.9) for t in ("voiced", "leaking")]
    design = {"kind": "list", "replicates": 4, "points": points}
    listed = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    choices = pd.CategoricalDtype(["shown", "held back", "voiced", "leaking"])
    runs = runs_of(listed, lambda p: 0.5).astype({"tears": choices})
    assert contrasts_of(runs, listed).parameters == ("client_empathy", "tears")
    assert contrasts_of(runs[runs["design_point"] > 0], listed).parameters == ("design_point",)


def test_points_that_differ_from_the_first_in_more_than_one_thing_are_named():
    """Nobody can tell which did it; what a point and the first share does not count."""
    first = {"client_empathy": 0.2, "bond_moved": 0.1, "bond_spread": 0.2}
    differ = [
        {},
        {"bond_moved": 0.3},
        {"client_empathy": 0.4, "bond_moved": 0.3},
        {"bond_spread": 0.3},
        {"client_empathy": 0.6, "bond_moved": 0.2, "bond_spread": 0.4},
    ]
    points = [first | own for own in differ]
    listed = make_experiment(
        {"title": "t", "question": "q", "design": {"kind": "list", "replicates": 3, "points": points}}, "here"
    )
    runs = runs_of(listed, lambda p: 0.5).sample(frac=1.0, random_state=1)
    assert contrasts_of(runs, listed).tangled == (2, 4)


def test_a_list_in_which_every_level_meets_every_other_is_read_like_a_grid():
    points = [{"client_empathy": e, "tears": t} for e in (0.1, 0.9) for t in ("shown", "held back")]
    listed = make_experiment(
        {"title": "t", "question": "q", "design": {"kind": "list", "replicates": 4, "points": points}}, "here"
    )
    there = contrasts_of(runs_of(listed, lambda p: 0.5 + 0.1 * p["client_empathy"] * (p["tears"] == "shown")), listed)
    assert there.parameters == ("client_empathy",)
    assert there.of_showing["client_empathy", "alliance_mean"].ends.difference.mean == pytest.approx(0.08, abs=0.01)


def test_over_a_sample_each_parameters_own_change_is_found_and_its_interval_holds_it():
    design = {
        "kind": "latin",
        "samples": 60,
        "replicates": 6,
        "vary": {"client_empathy": [0.2, 0.8], "bond_moved": [0.0, 0.4], "matching": ["random", "informed"]},
    }
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")

    def truth(p):
        e = p["client_empathy"]
        return 0.5 + 0.1 * e + 0.05 * e**2 + 0.02 * (p["matching"] == "informed")

    there = contrasts_of(runs_of(experiment, truth, own=0.01), experiment)
    expected = {"client_empathy": 0.06 + 0.05 * 0.6, "bond_moved": 0.0, "matching": 0.02}
    for name, change in expected.items():
        ends = there.shown[name, "alliance_mean"].ends
        assert ends.difference.low < change < ends.difference.high, name
        assert ends.difference.mean == pytest.approx(change, abs=0.01)
    assert there.shown["client_empathy", "alliance_mean"].ends[:2] == (0.2, 0.8)


ACTIVE = ("client_empathy", "bond_moved", "client_warmth_expected")
INERT = ("client_boundary_sensitivity", "bond_spread", "rupture_base", "repair_base", "appraisal_spread")


@pytest.mark.parametrize(("kind", "together"), [("latin", 1), ("morris", 9)])
def test_a_draw_is_a_row_or_a_trajectory_with_all_that_it_is_crossed_with(kind, together):
    crossed = {"matching": ["random", "informed"]}
    design = {"kind": kind, "samples": 6, "replicates": 2, "vary": [*ACTIVE, *INERT], "cross": crossed}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    runs = with_draws(runs_of(experiment, lambda p: 0.5), experiment)
    assert (runs["draw"] == runs["design_point"] // (2 * together)).all()
    assert runs["draw"].value_counts().tolist() == [2 * 2 * together] * 6


def over_samples(kind, samples, seeds, names, cross):
    """How often intervals held the slopes of a function that is not straight, over samples of points, without luck."""
    held = []
    for seed in range(seeds):
        design = {
            "kind": kind,
            "samples": samples,
            "sampling_seed": seed,
            "replicates": 20,
            "vary": list(names),
            "cross": {"therapist_tear_propensity": cross},
        }
        experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
        a, b, c = np.repeat(experiment.cube[:, :3], len(cross), axis=0).T
        values = 0.2 * (a + 2 * a * b + 3 * (c - 0.5) ** 2 + a * np.tile(cross, len(experiment.cube)))
        points = pd.DataFrame(experiment.points.own).assign(design_point=range(len(values)), alliance_mean=values)
        runs = pd.concat([points.assign(replicate=replicate) for replicate in range(20)])
        shown = dependences(with_draws(runs, experiment), experiment, names, ["alliance_mean"])
        # The straight line through them has slopes 1 + 2*mean(b) + mean(cross), 2*mean(a) and 0, times .2.
        truth = dict.fromkeys(names, 0.0) | {"client_empathy": 0.4 + 0.2 * np.mean(cross), "bond_moved": 0.2}
        changes = {name: shown[name, "alliance_mean"].ends.difference for name in names}
        held += [one.low <= truth[name] <= one.high for name, one in changes.items()]
    return np.mean(held)


def test_intervals_hold_another_sample_of_points_though_each_is_crossed_with_several_values():
    """Of 20 Latin hypercubes of 30 rows, each row at four crossed values, 60 intervals of 95 %."""
    assert over_samples("latin", 30, 20, ACTIVE, [0.1, 0.2, 0.3, 0.4]) >= 0.9


def test_intervals_hold_another_sample_of_points_though_they_are_drawn_in_blocks():
    """Of 10 samples of 30 trajectories in eight dimensions, whose points share most values, 80 intervals of 95 %."""
    assert over_samples("morris", 30, 10, (*ACTIVE, *INERT), [0.1]) >= 0.88


def test_one_replicate_has_means_and_no_intervals():
    experiment = grid({"client_empathy": LEVELS, "tears": ["shown", "held back"]}, replicates=1)
    there = contrasts_of(runs_of(experiment, lambda p: 0.6 + 0.1 * p["client_empathy"]), experiment)
    for one in (there.shown["client_empathy", "alliance_mean"].ends.difference, there.effects["alliance_mean"]):
        assert np.isfinite(one.mean)
        assert np.isnan(one.low)


def test_an_outcome_that_is_missing_has_no_difference():
    experiment = grid({"client_empathy": LEVELS, "tears": ["shown", "held back"]})
    runs = runs_of(experiment, lambda p: 0.6).assign(dropout_rate=np.nan)
    there = contrasts_of(runs, experiment)
    assert np.isnan(there.shown["client_empathy", "dropout_rate"].ends.difference.mean)
    assert np.isnan(there.effects["dropout_rate"].mean)


@pytest.mark.parametrize("estimates", ["default", "fitted", "open"])
def test_the_worlds_that_replicates_lived_in_are_known_by_the_experiment(estimates):
    experiment = grid({"client_empathy": LEVELS}, parameters={"estimates": estimates})
    assert contrasts_of(runs_of(experiment, lambda p: 0.6), experiment).estimates == estimates


def test_where_sets_of_worlds_are_compared_replicates_lived_in_none_of_them_alone():
    experiment = grid({"estimates": ["fitted", "open"]})
    assert contrasts_of(runs_of(experiment, lambda p: 0.6), experiment).estimates == "default"
