"""Contrasts, bends and intervals over draws, each worked out by hand or by another's program."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit
from statsmodels.regression.linear_model import OLS

from tearsim.study.answers.by_level import with_draws
from tearsim.study.answers.contrasts import by_levels, contrasts_of, count_cells, dependences
from tearsim.study.estimates import overall
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.worlds.outcomes import QUESTIONED
from tests.study.answers.test_contrasts import LEVELS, OUTCOMES, grid, runs_of

TEARS = ["shown", "held back"]


def at_levels(parameter, values, own=(-0.001, 0.0, 0.001)):
    """Three replicates that differ by little, at levels of a parameter whose values are given."""
    rows = [
        (r, level, value + luck * i) for i, (level, value) in enumerate(values.items()) for r, luck in enumerate(own)
    ]
    return pd.DataFrame(rows, columns=["replicate", parameter, "alliance_mean"])


def test_a_number_is_compared_at_its_ends_and_a_choice_with_its_first_at_each_level():
    number = by_levels(at_levels("client_empathy", dict.fromkeys(LEVELS, 0.5)), "client_empathy", "alliance_mean")
    assert [one[:2] for one in number.contrasts] == [(0.1, 0.9)]
    assert number[:2] == ("client_empathy", "alliance_mean")
    choice = by_levels(at_levels("tears", {"held back": 0.5, "shown": 0.7, "voiced": 0.6}), "tears", "alliance_mean")
    assert [one[:2] for one in choice.contrasts] == [("held back", "shown"), ("held back", "voiced")]
    assert choice.turn is None, "between choices there is no level in between"
    assert choice[:2] == ("tears", "alliance_mean")


@pytest.mark.parametrize(("up", "down", "level", "above"), [(0.03, 0.02, 0.4, True), (0.02, 0.03, 0.6, False)])
def test_of_two_bends_the_one_is_told_that_lies_furthest_beyond_the_ends(up, down, level, above):
    rows = at_levels("client_empathy", {0.1: 0.5, 0.4: 0.5 + up, 0.6: 0.5 - down, 0.9: 0.5})
    turn = by_levels(rows, "client_empathy", "alliance_mean").turn
    assert (turn.level, turn.above) == (level, above)
    assert turn.mean.mean == pytest.approx(0.5 + up if above else 0.5 - down)
    assert turn.mean.replicates == 3


def test_a_bend_of_a_difference_may_lie_below_nothing():
    """A difference of shares lies between -1 and 1, and its mean at the bend is not cut off at 0."""
    rows = at_levels("client_empathy", {0.1: -0.1, 0.5: -0.3, 0.9: -0.1})
    assert by_levels(rows, "client_empathy", "alliance_mean", 1).turn.mean.mean == pytest.approx(-0.3)


def test_a_level_that_lies_beyond_one_end_alone_is_no_bend():
    rows = at_levels("client_empathy", {0.1: 0.5, 0.5: 0.6, 0.9: 0.7})
    assert by_levels(rows, "client_empathy", "alliance_mean").turn is None


def pairs(*effects):
    rows = [(level, r, one) for level, own in enumerate(effects) for r, one in enumerate(own)]
    return pd.DataFrame(rows, columns=["bond_moved", "replicate", "alliance_mean"])


def test_where_tears_did_nothing_at_all_they_neither_raised_nor_lowered():
    cells = count_cells(pairs([0.0, 0.0, 0.0], [0.1, 0.1, 0.1], [-0.1, -0.1, -0.1]), ["bond_moved"], "alliance_mean")
    assert cells[:3] == (3, 1, 1)


def test_an_effect_at_one_combination_reaches_no_further_than_a_difference_can():
    """Three replicates at -.9, -.9 and 0: by Student's t alone down to -1.89."""
    cells = count_cells(pairs([-0.9, -0.9, 0.0]), ["bond_moved"], "alliance_mean")
    assert cells.widest[:2] == pytest.approx((-0.6, -1.0))


def test_one_replicate_has_combinations_and_no_effect_that_can_be_told():
    cells = count_cells(pairs([0.2], [0.3]), ["bond_moved"], "alliance_mean")
    assert cells[:3] == (2, 0, 0)
    assert np.isnan([*cells.largest[:3], *cells.widest[:3]]).all()


def test_what_is_told_of_shown_tears_and_what_of_all_runs():
    by_empathy = {"client_empathy": [0.1, 0.9]}

    def found(vary):
        experiment = grid(vary, replicates=3)
        return contrasts_of(runs_of(experiment, lambda p: 0.5), experiment)

    assert found(by_empathy | {"tears": TEARS}).of_shown("client_empathy")
    assert not found(by_empathy).of_shown("client_empathy"), "without the other arm there is nothing to tell apart"
    several = found(by_empathy | {"tears": [*TEARS, "voiced"]})
    assert several.of_shown("client_empathy")
    assert not several.of_shown("tears"), "manners of tears are compared over all runs"


def test_a_list_of_one_point_has_nothing_to_compare():
    design = {"kind": "list", "replicates": 3, "points": [{"client_empathy": 0.3}]}
    listed = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    found = contrasts_of(runs_of(listed, lambda p: 0.5), listed)
    assert (found.parameters, found.shown, found.points) == ((), {}, 1)


def a_sample():
    """A Latin hypercube and values that are not straight in it, alike in three replicates: no luck but the sample's."""
    design = {"kind": "latin", "samples": 30, "replicates": 3, "vary": ["client_empathy", "bond_moved"]}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    curved = lambda p: 0.4 + 0.1 * p["client_empathy"] + 0.3 * p["client_empathy"] * p["bond_moved"]  # noqa: E731
    return experiment, with_draws(runs_of(experiment, curved, own=0.0, shared=0.0), experiment)


def test_without_luck_an_interval_over_a_sample_is_that_of_least_squares_whatever_the_spread():
    """White's errors corrected for their degrees of freedom (HC1), by statsmodels."""
    experiment, runs = a_sample()
    names = experiment.varied
    found = dependences(runs, experiment, names, ["alliance_mean"])
    points = runs[runs["replicate"] == 0]
    shares = np.column_stack([np.ones(len(points)), experiment.cube])
    fitted = OLS(points["alliance_mean"].to_numpy(), shares).fit(cov_type="HC1")
    for k, name in enumerate(names, 1):
        ends = found[name, "alliance_mean"].ends
        half = stdtrit(30 - 3, 0.975) * fitted.bse[k]
        assert ends.difference[:3] == pytest.approx(
            (fitted.params[k], fitted.params[k] - half, fitted.params[k] + half)
        )
        middle = shares.mean(axis=0)
        for end, at_end in ((ends.first, 0.0), (ends.last, 1.0)):
            weights = np.where(np.arange(3) == k, at_end, middle)
            assert end.mean == pytest.approx(weights @ fitted.params)
            spread = stdtrit(30 - 3, 0.975) * np.sqrt(weights @ fitted.cov_params() @ weights)
            assert end.high - end.mean == pytest.approx(spread)


def test_replicates_that_lack_an_outcome_leave_the_slopes_as_they_are():
    """One replicate lacks it at half of the points, and another at nearly all: too few for a line of its own."""
    experiment, runs = a_sample()
    whole = dependences(runs, experiment, experiment.varied, ["alliance_mean"])
    gone = ((runs["replicate"] == 0) & (runs["design_point"] % 2 == 0)) | (
        (runs["replicate"] == 1) & (runs["design_point"] > 2)
    )
    runs.loc[gone, "alliance_mean"] = np.nan
    for key, one in dependences(runs, experiment, experiment.varied, ["alliance_mean"]).items():
        assert one.ends.difference.replicates == 2
        assert one.ends.difference.mean == pytest.approx(whole[key].ends.difference.mean, abs=0.02)
        assert one.ends.difference.low < whole[key].ends.difference.mean < one.ends.difference.high


def test_means_are_of_tears_shown_and_effects_of_both():
    experiment = grid({"client_empathy": [0.1, 0.9], "tears": TEARS}, replicates=4)
    runs = runs_of(experiment, lambda p: 0.5 + 0.1 * (p["tears"] == "shown"))
    found = contrasts_of(runs, experiment)
    assert found.means["alliance_mean"] == overall(runs[runs["tears"] == "shown"], "alliance_mean")
    assert found.effects["alliance_mean"].mean == pytest.approx(0.1, abs=0.01)
    assert (found.kind, found.points, found.replicates, found.arms) == ("grid", 4, 4, True)


LEARNS = {"belief": 0.0, "truth": 0.03, "nothing": -0.02}


def test_over_a_sample_what_lies_straight_is_told_exactly_at_both_ends_of_each_parameter():
    """A share of a range, of its logarithms and of crossed values, and steps between choices: all in one line, no luck."""
    design = {
        "kind": "latin",
        "samples": 24,
        "replicates": 3,
        "vary": {
            "client_empathy": [0.2, 0.8],
            "progress": {"range": [0.001, 0.1], "scale": "log"},
            "comfort_learns_from": list(LEARNS),
        },
        "cross": {"bond_moved": [0.1, 0.3, 0.4]},
    }
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    parts = {
        "client_empathy": lambda p: 0.1 * (p["client_empathy"] - 0.2) / 0.6,
        "progress": lambda p: -0.2 * np.log(p["progress"] / 0.001) / np.log(100.0),
        "bond_moved": lambda p: 0.05 * (p["bond_moved"] - 0.1) / 0.3,
        "comfort_learns_from": lambda p: LEARNS[p["comfort_learns_from"]],
    }
    value = lambda p: 0.6 + sum(part(p) for part in parts.values())  # noqa: E731
    runs = with_draws(runs_of(experiment, value, own=0.0, shared=0.0), experiment)
    found = dependences(runs, experiment, list(parts), ["alliance_mean"])
    others = {name: np.mean([part(p) for p in experiment.points.own]) for name, part in parts.items()}
    expected = {
        "client_empathy": [(0.2, 0.8, 0.1)],
        "progress": [(0.001, 0.1, -0.2)],
        "bond_moved": [(0.1, 0.4, 0.05)],
        "comfort_learns_from": [("belief", level, LEARNS[level]) for level in ("truth", "nothing")],
    }
    for name, contrasts in expected.items():
        one = found[name, "alliance_mean"]
        assert one[:2] == (name, "alliance_mean")
        told = {c.last_level: c for c in one.contrasts}
        assert len(told) == len(contrasts)
        for first, last, change in contrasts:
            base = 0.6 + sum(mean for other, mean in others.items() if other != name)
            assert told[last].first_level == (first if isinstance(first, str) else pytest.approx(first))
            assert told[last].first[:3] == pytest.approx((base,) * 3)
            assert told[last].last[:3] == pytest.approx((base + change,) * 3)
            assert told[last].difference[:3] == pytest.approx((change,) * 3)
            assert told[last].difference.replicates == 3


@pytest.mark.parametrize(("samples", "known"), [(3, False), (4, True)])
def test_too_few_points_for_their_parameters_have_no_line(samples, known):
    """Two parameters: three points always lie on a plane, and only a fourth tells how far from one they lie."""
    vary = {"client_empathy": [0.2, 0.8], "bond_moved": [0.0, 0.4]}
    design = {"kind": "latin", "samples": samples, "replicates": 2, "vary": vary}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    runs = with_draws(runs_of(experiment, lambda p: p["client_empathy"] ** 2, own=0.0, shared=0.0), experiment)
    one = dependences(runs, experiment, list(vary), ["alliance_mean"])[
        "client_empathy", "alliance_mean"
    ].ends.difference
    assert np.isfinite(one.low) == known
    assert samples > 3 or np.isnan(one.mean)


def test_over_trajectories_there_are_as_many_independent_draws_as_trajectories():
    """Liang & Zeger's sandwich over six trajectories of four points, and Student's t with five degrees of freedom."""
    design = {"kind": "morris", "samples": 6, "replicates": 2, "vary": ["client_empathy", "bond_moved", "progress"]}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    shares = np.column_stack([np.ones(24), experiment.cube])
    values = 0.3 + 0.2 * shares[:, 1] * shares[:, 2] + 0.1 * shares[:, 3] ** 2
    points = pd.DataFrame(experiment.points.own).assign(design_point=range(24), alliance_mean=values)
    runs = pd.concat([points.assign(replicate=r, draw=np.arange(24) // 4) for r in range(2)])
    found = dependences(runs, experiment, experiment.varied, ["alliance_mean"])
    rows = np.unique(shares, axis=0, return_index=True)[1]
    x, y, of = shares[np.sort(rows)], values[np.sort(rows)], np.sort(rows) // 4
    bread = np.linalg.inv(x.T @ x)
    slopes = bread @ x.T @ y
    scores = [x[of == g].T @ (y - x @ slopes)[of == g] for g in range(6)]
    sandwich = bread @ sum(np.outer(one, one) for one in scores) @ bread
    half = stdtrit(5, 0.975) * np.sqrt(6 / 5 * (len(x) - 1) / (len(x) - 4) * np.diag(sandwich))
    for k, name in enumerate(experiment.varied, 1):
        change = found[name, "alliance_mean"].ends.difference
        assert change.mean == pytest.approx(slopes[k])
        assert change.high - change.mean == pytest.approx(half[k])


def test_one_trajectory_does_not_say_what_another_would_have_shown():
    """Each of its points at two crossed values, so that there are slopes; the outcome is missing in the other one."""
    design = {"kind": "morris", "samples": 2, "replicates": 2, "vary": ["client_empathy", "bond_moved"]}
    design |= {"cross": {"caseload": [5, 10]}}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    runs = with_draws(runs_of(experiment, lambda p: 0.1 * p["caseload"]), experiment)
    runs.loc[runs["draw"] == 1, "alliance_mean"] = np.nan
    for name, change in (("client_empathy", 0.0), ("bond_moved", 0.0), ("caseload", 0.5)):
        one = dependences(runs, experiment, experiment.varied, ["alliance_mean"])[name, "alliance_mean"].ends.difference
        assert one.mean == pytest.approx(change, abs=0.01)
        assert np.isnan([one.low, one.high]).all()


def test_a_replicate_without_the_outcome_at_one_of_the_choices_has_no_line():
    vary = {"client_empathy": [0.2, 0.8], "matching": ["random", "informed"]}
    design = {"kind": "latin", "samples": 20, "replicates": 3, "vary": vary}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    runs = with_draws(runs_of(experiment, lambda p: p["client_empathy"] ** 2, shared=0.0), experiment)
    gone = runs["matching"] == "informed"
    runs.loc[gone & (runs["replicate"] == 0), "alliance_mean"] = np.nan
    for one in dependences(runs, experiment, list(vary), ["alliance_mean"]).values():
        assert one.ends.difference.replicates == 2
    runs.loc[gone, "alliance_mean"] = np.nan
    for one in dependences(runs, experiment, list(vary), ["alliance_mean"]).values():
        assert np.isnan(one.ends.difference[:3]).all()


BOTH = {"client_empathy": [0.1, 0.9], "tears": TEARS}


def lived_by(experiment, **values):
    """Runs in which outcomes are what the design point, and the replicate, make them."""
    points = enumerate(experiment.points.own)
    rows = [
        {"design_point": i, "replicate": r, **point, **dict.fromkeys(OUTCOMES, 0.5)}
        | {name: value(point, r) for name, value in values.items()}
        for i, point in points
        for r in range(experiment.design.replicates)
    ]
    return pd.DataFrame(rows)


def test_tears_may_take_away_and_no_further_than_all_of_it():
    """Shown, nobody leaves in two replicates of three, and all in the third; held back, all do: -1, -1 and 0."""
    experiment = grid(BOTH, replicates=3)
    runs = lived_by(experiment, dropout_rate=lambda p, r: float(p["tears"] == "held back" or r == 2))
    found = contrasts_of(runs, experiment)
    assert found.effects["dropout_rate"] == (pytest.approx(-2 / 3), -1.0, pytest.approx(4.3026527 / 3 - 2 / 3), 3)
    assert found.of_showing["client_empathy", "dropout_rate"].ends.first == found.effects["dropout_rate"]
    assert found.of_showing["client_empathy", "dropout_rate"].ends.last == found.effects["dropout_rate"]


def test_a_share_lies_between_none_and_all_and_its_change_between_less_all_and_more_all():
    """At the first level all leave; at the last nobody does in two replicates of three, and all in the third."""
    experiment = grid({"client_empathy": [0.1, 0.9]}, replicates=3)
    runs = lived_by(experiment, dropout_rate=lambda p, r: float(p["client_empathy"] < 0.5 or r == 2))
    ends = contrasts_of(runs, experiment).shown["client_empathy", "dropout_rate"].ends
    assert ends.first == (1.0, 1.0, 1.0, 3)
    assert ends.last == (pytest.approx(1 / 3), 0.0, 1.0, 3)
    assert ends.difference == (pytest.approx(-2 / 3), -1.0, pytest.approx(4.3026527 / 3 - 2 / 3), 3)


def test_a_change_of_an_effect_reaches_as_far_as_two_differences_can():
    """Effects are 1 at the first level; at the last -1 in two replicates of three and 1 in the third: changes of -2, -2, 0."""
    experiment = grid(BOTH, replicates=3)

    def leaves(p, r):
        more = p["client_empathy"] < 0.5 or r == 2
        return float(more == (p["tears"] == "shown"))

    ends = (
        contrasts_of(lived_by(experiment, dropout_rate=leaves), experiment)
        .of_showing["client_empathy", "dropout_rate"]
        .ends
    )
    assert ends.difference[:2] == (pytest.approx(-4 / 3), -2.0)
    assert ends.last[:2] == (pytest.approx(-1 / 3), -1.0)


@pytest.mark.parametrize("kind", ["grid", "latin"])
def test_over_open_worlds_differences_are_told_luck_apart(kind):
    """Four replicates of two worlds: changes of .1 and .3 in the one, .5 and .7 in the other, so .2 and .6, as likely.

    Luck of .02 in one replicate and of .01 in the mean of two: .08 - .01 between worlds. Replicates of one world count
    once, so there is one degree of freedom in the interval.
    """
    vary = {"client_empathy": [0.1, 0.9]}
    design = {"kind": kind, "replicates": 4, "vary": vary | ({"tears": TEARS} if kind == "grid" else {})}
    design |= {} if kind == "grid" else {"samples": 8, "cross": {"tears": TEARS}}
    content = {"title": "t", "question": "q", "parameters": {"estimates": "open"}, "design": design}
    experiment = make_experiment(content, "here")
    change = (0.1, 0.3, 0.5, 0.7)

    def alliance(p, r):
        return change[r] * ((p["client_empathy"] - 0.1) / 0.8 + (p["tears"] == "shown"))

    found = contrasts_of(lived_by(experiment, alliance_mean=alliance), experiment)
    ends = found.shown["client_empathy", "alliance_mean"].ends
    assert ends.difference.replicates == found.effects["alliance_mean"].replicates == 2
    for worlds in (ends.worlds, found.effects_over_worlds["alliance_mean"]):
        assert (worlds.number, worlds.mean) == (2, pytest.approx(0.4))
        assert worlds.between**2 == pytest.approx(0.08 - 0.01)
    assert found.told_over_worlds


def test_what_is_not_there_to_compare_is_not_told():
    """Without tears held back there are no effects; combinations are of two parameters or more, and of a grid."""
    experiment = grid({"client_empathy": [0.1, 0.9]}, replicates=3)
    one_arm = contrasts_of(lived_by(experiment), experiment)
    assert one_arm.held_back == one_arm.of_showing == one_arm.effects == one_arm.cells == {}
    crossed = grid({"client_empathy": [0.1, 0.9], "bond_moved": [0.0, 0.4]}, replicates=3)
    assert contrasts_of(lived_by(crossed), crossed).tangled == (), "a grid tells apart what its points differ in"
    experiment = grid(BOTH, replicates=3)
    assert contrasts_of(lived_by(experiment), experiment).cells == {}, "by one parameter they are told already"
    points = [{"client_empathy": e, "bond_moved": b, "tears": t} for e in (0.1, 0.9) for b in (0.0, 0.4) for t in TEARS]
    listed = a_list(points)
    found = contrasts_of(lived_by(listed), listed)
    assert (found.parameters, found.cells) == (("client_empathy", "bond_moved"), {})


def a_list(points):
    design = {"kind": "list", "replicates": 3, "points": points}
    return make_experiment({"title": "t", "question": "q", "design": design}, "here")


def test_points_that_differ_in_two_things_at_once_are_compared_as_points():
    listed = a_list([{"client_empathy": 0.1, "bond_moved": 0.0}, {"client_empathy": 0.9, "bond_moved": 0.4}])
    found = contrasts_of(lived_by(listed), listed)
    assert (found.parameters, found.over_all, found.tangled) == (("design_point",), (), (1,))


def test_points_of_a_list_with_both_arms_are_told_of_tears_shown_and_their_effects_of_all():
    """A point with tears held back is another than that with tears shown, so neither is looked for in the other arm."""
    points = [{"client_empathy": e, "bond_moved": b, "tears": t} for e, b in ((0.1, 0.0), (0.9, 0.4)) for t in TEARS]
    listed = a_list(points)
    found = contrasts_of(lived_by(listed, alliance_mean=lambda p, _: 0.5 + 0.1 * (p["tears"] == "shown")), listed)
    assert (found.parameters, found.over_all) == (("design_point",), ())
    assert found.of_shown("design_point")
    assert found.held_back == found.of_showing == {}
    assert found.effects["alliance_mean"].mean == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("vary", "parameters", "learning"),
    [
        ({"client_empathy": [0.1, 0.9]}, {}, True),  # as they do by default
        ({"client_empathy": [0.1, 0.9]}, {"comfort_learns_from": "nothing"}, False),
        ({"comfort_learns_from": ["nothing", "truth"]}, {}, True),
        ({"comfort_learns_from": ["nothing"]}, {}, False),
    ],
)
def test_therapists_learn_from_their_tears_where_any_point_lets_them(vary, parameters, learning):
    experiment = grid(vary, replicates=2, parameters=parameters)
    assert contrasts_of(lived_by(experiment), experiment).learning is learning


def test_the_outcomes_in_question_are_those_that_the_experiment_asks_of():
    experiment = grid(BOTH, replicates=2).model_copy(update={"outcomes": ["distress_at_a_year"]})
    found = contrasts_of(lived_by(experiment, distress_at_a_year=lambda p, r: 1.0), experiment)
    assert found.asked == (*QUESTIONED, "distress_at_a_year")
    assert set(found.effects) == set(found.asked)


def test_the_set_of_worlds_is_known_where_all_runs_lived_in_it():
    assert contrasts_of(lived_by(grid(BOTH, replicates=2)), grid(BOTH, replicates=2)).estimates == "default"
    listed = a_list([{"estimates": "open", "client_empathy": e} for e in (0.1, 0.9)])
    assert contrasts_of(lived_by(listed), listed).estimates == "open"
    mixed = a_list([{"estimates": e, "client_empathy": 0.1} for e in ("open", "fitted")])
    assert contrasts_of(lived_by(mixed), mixed).estimates == "default"


def test_a_sample_that_varies_nothing_but_the_tears_has_no_slopes_and_still_an_effect():
    design = {"kind": "latin", "samples": 8, "replicates": 2, "vary": {"tears": TEARS}}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    found = contrasts_of(lived_by(experiment, alliance_mean=lambda p, r: 0.1 * (p["tears"] == "shown")), experiment)
    assert found.shown == found.held_back == {}
    assert found.effects["alliance_mean"].mean == pytest.approx(0.1)


def test_what_varies_with_another_manner_of_tears_alone_is_not_told_of_these_two():
    """Of tears shown and held back only the first level was lived, of tears voiced both."""
    experiment = grid(BOTH | {"tears": [*TEARS, "voiced"]}, replicates=3)
    runs = lived_by(experiment)
    found = contrasts_of(runs[(runs["client_empathy"] < 0.5) | (runs["tears"] == "voiced")], experiment)
    assert found.parameters == ("client_empathy", "tears")
    assert found.held_back == found.of_showing == {}


def test_no_runs_depend_on_nothing():
    experiment = grid({"client_empathy": [0.1, 0.9]}, replicates=2)
    assert dependences(lived_by(experiment)[:0], experiment, ["client_empathy"], ["alliance_mean"]) == {}


def test_of_two_bends_that_lie_equally_far_the_first_is_told():
    rows = at_levels("client_empathy", {0.1: 0.5, 0.4: 0.75, 0.6: 0.75, 0.9: 0.5}, own=(0.0, 0.0, 0.0))
    assert by_levels(rows, "client_empathy", "alliance_mean").turn.level == 0.4
