"""Figures of sweeps hold the numbers of the summary, with their intervals, and turn round when the data do."""

import numpy as np
import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.science.luck import Luck
from tearsim.show.figures import caption_of, curves, heat_map, small_multiples
from tearsim.study.summary import by_level, effect_of_showing, overall_effect

PROPENSITIES, SENSITIVITIES = [0.1, 0.5, 0.9], [0.2, 0.8]
EFFECT = 0.04  # of showing tears on the dropout rate, for each unit of propensity


@pytest.fixture(scope="module")
def runs():
    """Runs of a made-up sweep in which dropout falls with propensity, and tears raise it where clients are sensitive."""
    noise = Luck(7, 0).library_generator(0).random_sample((2, 3, 2, 8))
    rows = []
    for replicate in range(8):
        for i, propensity in enumerate(PROPENSITIES):
            for j, sensitivity in enumerate(SENSITIVITIES):
                for k, tears in enumerate(("shown", "held back")):
                    effect = EFFECT * propensity * (tears == "shown") * (1 if sensitivity > 0.5 else 0)
                    rate = 0.3 - 0.1 * propensity + effect + 0.01 * noise[k, i, j, replicate]
                    rows.append((len(rows) % 12, replicate, propensity, sensitivity, tears, rate, np.nan))
    return pd.DataFrame(rows, columns=["design_point", "replicate", "therapist_tear_propensity",
                                       "client_boundary_sensitivity", "tears", "dropout_rate", "alliance_mean"])  # fmt: skip


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


def test_a_map_puts_in_brackets_the_effects_that_luck_alone_may_have_made(runs):
    figure = heat_map(runs, "dropout_rate", effect=True)
    cells = figure.data[0]
    assert cells.zmid == 0.0
    for j, sensitivity in enumerate(SENSITIVITIES):
        for i, propensity in enumerate(PROPENSITIES):
            here = (runs["client_boundary_sensitivity"] == sensitivity) & (
                runs["therapist_tear_propensity"] == propensity
            )
            effect = overall_effect(runs[here], "dropout_rate")
            assert cells.z[j][i] == pytest.approx(100 * effect.mean)
            assert cells.text[j][i].startswith("(") == (effect.low <= 0.0 <= effect.high)
            assert f"{100 * effect.low:.4g} to {100 * effect.high:.4g}" in cells.customdata[j][i]
    assert any(cell.startswith("(") for row in cells.text for cell in row)
    assert any(cell.startswith("+") for row in cells.text for cell in row)


def test_a_map_of_an_outcome_is_of_tears_shown(runs):
    cells = heat_map(runs, "dropout_rate", "therapist_tear_propensity", "client_boundary_sensitivity").data[0]
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


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda runs: curves(runs, "dropout", "therapist_tear_propensity"), 'no outcome "dropout"'),
        (lambda runs: curves(runs, "dropout_rate", "therapist_empathy"), '"therapist_empathy" does not vary'),
        (lambda runs: curves(runs, "alliance_mean", "therapist_tear_propensity"), "have no alliance_mean"),
        (
            lambda runs: curves(runs[runs["tears"] == "shown"], "dropout_rate", "therapist_tear_propensity", True),
            "tears held back",
        ),
        (lambda runs: heat_map(runs.drop(columns="client_boundary_sensitivity"), "dropout_rate"), "two parameters"),
    ],
)  # fmt: skip
def test_what_results_do_not_have_is_said_in_one_line(runs, draw, words):
    with pytest.raises(TearSimError, match=words):
        draw(runs)
