"""Figures of sweeps hold the numbers of the summary, with their intervals, and turn round when the data do."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from tearsim.errors import TearSimError
from tearsim.show.figures import caption_of, curves, heat_map, small_multiples
from tearsim.study.answers.by_level import by_level, effect_of_showing, overall_effect, with_draws
from tearsim.study.estimates import ratio
from tearsim.study.randomness import Streams
from tearsim.study.sweeps.experiment import make_experiment

PROPENSITIES, SENSITIVITIES = [0.1, 0.5, 0.9], [0.2, 0.8]
EFFECT = 0.04  # of showing tears on the dropout rate, for each unit of propensity


@pytest.fixture(scope="module")
def runs():
    """Runs of a made-up sweep in which dropout falls with propensity, and tears raise it where clients are sensitive."""
    noise = Streams(7, 0).library_generator(0).random_sample((2, 3, 2, 8))
    rows = []
    for replicate in range(8):
        for i, propensity in enumerate(PROPENSITIES):
            for j, sensitivity in enumerate(SENSITIVITIES):
                for k, tears in enumerate(("shown", "held back")):
                    effect = EFFECT * propensity * (tears == "shown") * (1 if sensitivity > 0.5 else 0)
                    rate = 0.3 - 0.1 * propensity + effect + 0.01 * noise[k, i, j, replicate]
                    rows.append((len(rows) % 12, replicate, propensity, sensitivity, tears, rate, np.nan))
    return pd.DataFrame(
        rows,
        columns=[
            "design_point",
            "replicate",
            "therapist_tear_propensity",
            "client_boundary_sensitivity",
            "tears",
            "dropout_rate",
            "alliance_mean",
        ],
    )


def _named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_a_curve_is_the_summary_in_per_cent_with_its_interval_as_a_band(runs):
    figure = curves(runs, "dropout_rate", "therapist_tear_propensity")
    expected = by_level(runs[runs["tears"] == "shown"], "therapist_tear_propensity", "dropout_rate") * 100
    assert list(_named(figure, "tears shown").x) == PROPENSITIES
    np.testing.assert_allclose(_named(figure, "tears shown").y, expected["mean"])
    np.testing.assert_allclose(_named(figure, "tears shown: lower end").y, expected["low"])
    np.testing.assert_allclose(_named(figure, "tears shown: upper end").y, expected["high"])
    assert figure.layout.yaxis.title.text == "dropout rate [%]"
    assert "n = 96 runs: 12 design points x 8 replicates" in caption_of(figure)
    assert "95 % intervals over replicates" in caption_of(figure)


def test_a_curve_of_the_effect_is_the_paired_difference_and_turns_round_with_the_arms(runs):
    figure = curves(runs, "dropout_rate", "client_boundary_sensitivity", effect=True)
    expected = effect_of_showing(runs, "client_boundary_sensitivity", "dropout_rate")["mean"] * 100
    line = _named(figure, "tears shown minus held back, same luck")
    np.testing.assert_allclose(line.y, expected)
    turned = runs.assign(tears=runs["tears"].map({"shown": "held back", "held back": "shown"}))
    reversed_line = curves(turned, "dropout_rate", "client_boundary_sensitivity", effect=True).data[-1]
    np.testing.assert_allclose(reversed_line.y, -expected)


def test_the_arms_are_told_apart_by_dash_as_well_as_by_colour(runs):
    figure = curves(runs, "dropout_rate", "therapist_tear_propensity")
    shown, held_back = (_named(figure, name).line for name in ("tears shown", "tears held back, same luck"))
    assert shown.dash != held_back.dash
    assert shown.color != held_back.color


def test_one_replicate_has_no_interval_and_the_caption_says_so(runs):
    alone = curves(runs[runs["replicate"] == 0], "dropout_rate", "therapist_tear_propensity")
    assert np.isnan(_named(alone, "tears shown: lower end").y).all()
    assert "One replicate: there is no interval" in caption_of(alone)


def test_a_map_puts_a_dot_on_the_effects_that_luck_alone_may_have_made(runs):
    figure = heat_map(runs, "dropout_rate", effect=True)
    cells = figure.data[0]
    assert cells.zmid == 0.0
    dotted = {(round(x), round(y)) for x, y in zip(figure.data[1].x, figure.data[1].y, strict=True)}
    for j, sensitivity in enumerate(SENSITIVITIES):
        for i, propensity in enumerate(PROPENSITIES):
            here = (runs["client_boundary_sensitivity"] == sensitivity) & (
                runs["therapist_tear_propensity"] == propensity
            )
            effect = overall_effect(runs[here], "dropout_rate")
            assert cells.z[j][i] == pytest.approx(100 * effect.mean)
            assert ((i, j) in dotted) == (effect.low <= 0.0 <= effect.high)
            assert f"{100 * effect.low:.4g} to {100 * effect.high:.4g}" in cells.customdata[j][i]
    assert 0 < len(dotted) < len(PROPENSITIES) * len(SENSITIVITIES)
    assert "Dots: the interval holds 0" in caption_of(figure)


def test_a_map_of_an_outcome_is_of_tears_shown(runs):
    cells = heat_map(runs, "dropout_rate", x="therapist_tear_propensity", y="client_boundary_sensitivity").data[0]
    shown = runs[runs["tears"] == "shown"]
    by = shown.groupby(["client_boundary_sensitivity", "therapist_tear_propensity"])["dropout_rate"].mean().unstack()
    np.testing.assert_allclose(np.array(cells.z, float), 100 * by.to_numpy())


def test_panels_hold_what_a_curve_of_their_own_would(runs):
    figure = small_multiples(runs, "dropout_rate", "therapist_tear_propensity", "client_boundary_sensitivity")
    for axis, sensitivity in (("x", 0.2), ("x2", 0.8)):
        alone = curves(
            runs[runs["client_boundary_sensitivity"] == sensitivity], "dropout_rate", "therapist_tear_propensity"
        )
        (line,) = [t for t in figure.data if t.name == "tears shown" and t.xaxis == axis]
        np.testing.assert_allclose(line.y, _named(alone, "tears shown").y)


def test_many_values_stand_in_classes_and_the_caption_says_so(runs):
    values = np.linspace(0.1, 0.9, 96)
    spread = runs.assign(therapist_tear_propensity=values, tears="shown")
    figure = curves(spread, "dropout_rate", "therapist_tear_propensity")
    line = _named(figure, "mean")
    assert len(line.x) == 6
    assert min(line.x) > 0.1
    assert "classes of equal width" in caption_of(figure)
    lowest = spread[spread["therapist_tear_propensity"] < 0.1 + 0.8 / 6]
    assert line.y[0] == pytest.approx(100 * lowest.groupby("replicate")["dropout_rate"].mean().mean())


def test_intervals_of_a_sample_of_points_hold_the_chance_of_the_sample():
    """Where luck has no part, all that is left is which points were drawn: as Student has it for those of a class."""
    propensity, sensitivity, drawn = Streams(11, 0).library_generator(0).random_sample((3, 40))
    rate = 0.25 + 0.5 * drawn  # so that no interval is cut off at 0 or 100 %
    points = pd.DataFrame(
        {
            "design_point": range(40),
            "therapist_tear_propensity": propensity,
            "client_boundary_sensitivity": sensitivity,
            "dropout_rate": rate,
        }
    )
    runs = pd.concat([points.assign(replicate=replicate) for replicate in range(3)])
    figure = curves(runs, "dropout_rate", "therapist_tear_propensity")
    width = np.ptp(propensity) / 6
    of_class = rate[propensity <= propensity.min() + width]
    half = stdtrit(len(of_class) - 1, 0.975) * of_class.std(ddof=1) / np.sqrt(len(of_class))
    assert _named(figure, "mean: lower end").y[0] == pytest.approx(100 * (of_class.mean() - half))
    assert _named(figure, "mean: upper end").y[0] == pytest.approx(100 * (of_class.mean() + half))
    assert "over the sample of points" in caption_of(figure)


@pytest.mark.parametrize(("kind", "names"), [("latin", ["bond_moved"]), ("morris", ["bond_moved", "client_empathy"])])
def test_intervals_hold_the_chance_of_the_sample_where_no_parameter_tells_its_draws_apart(kind, names):
    """One parameter sampled and crossed looks like a grid; so does a trajectory, which moves on one."""
    design = {"kind": kind, "samples": 20, "replicates": 3, "vary": names, "cross": {"caseload": [5, 10]}}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    points = pd.DataFrame(experiment.points.own).assign(design_point=range(len(experiment.points)))
    points["dropout_rate"] = Streams(11, 0).library_generator(0).random_sample(len(points))
    runs = with_draws(pd.concat([points.assign(replicate=replicate) for replicate in range(3)]), experiment)
    figure = curves(runs, "dropout_rate", "caseload")
    of_ten = (
        points[points["caseload"] == 10].groupby(runs["draw"].iloc[: len(points)])["dropout_rate"].agg(["sum", "count"])
    )
    expected = ratio(of_ten["sum"].tolist(), of_ten["count"].tolist())
    assert _named(figure, "mean: lower end").y[1] == pytest.approx(100 * expected.low)
    assert _named(figure, "mean: upper end").y[1] == pytest.approx(100 * expected.high)
    assert "over the sample of points" in caption_of(figure)


def test_other_manners_of_tears_are_neither_drawn_nor_counted_beside_the_two_arms(runs):
    others = runs[runs["tears"] == "shown"].assign(tears="voiced", dropout_rate=0.9)
    with_others = curves(pd.concat([runs, others]), "dropout_rate", "therapist_tear_propensity")
    assert with_others == curves(runs, "dropout_rate", "therapist_tear_propensity")
    assert len(_named(curves(pd.concat([runs, others]), "dropout_rate", "tears"), "mean").x) == 3


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda runs: curves(runs, "dropout", "therapist_tear_propensity"), 'no outcome "dropout"'),
        (lambda runs: curves(runs, "dropout_rate", "therapist_empathy"), '"therapist_empathy" does not vary'),
        (lambda runs: curves(runs, "alliance_mean", "therapist_tear_propensity"), "have no alliance_mean"),
        (
            lambda runs: curves(
                runs[runs["tears"] == "shown"], "dropout_rate", "therapist_tear_propensity", effect=True
            ),
            "tears held back",
        ),
        (lambda runs: heat_map(runs.drop(columns="client_boundary_sensitivity"), "dropout_rate"), "two parameters"),
    ],
)
def test_what_results_do_not_have_is_said_in_one_line(runs, draw, words):
    with pytest.raises(TearSimError, match=words):
        draw(runs)
