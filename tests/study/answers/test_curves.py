"""What curves, panels and maps are drawn from: means of the runs that they name, and what those rest on."""

import numpy as np
import pandas as pd
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.study.answers.by_level import by_level, effect_of_showing
from tearsim.study.answers.curves import MOST_TICKS, curves_of, map_of, panels_of
from tearsim.study.sweeps.results import Results
from tests.study.answers.test_contrasts import grid, runs_of

TEARS = ["shown", "held back"]
VARY = {"client_empathy": [0.1, 0.4, 0.9], "bond_moved": [0.0, 0.2], "progress": [0.02, 0.04], "tears": TEARS}


@pytest.fixture(scope="module")
def runs():
    return runs_of(
        grid(VARY, replicates=4),
        lambda p: 0.5 + 0.1 * p["client_empathy"] + p["bond_moved"] * p["client_empathy"] * (p["tears"] == "shown"),
    )


def close(found, table):
    np.testing.assert_allclose(np.array(found, float), table.to_numpy(float))


def test_curves_and_maps_are_of_the_outcome_unless_the_effect_is_asked_for(runs):
    shown = runs[runs["tears"] == "shown"]
    one = curves_of(runs, "alliance_mean", "client_empathy")
    assert [line.arm for line in one.lines] == TEARS
    close(one.lines[0].estimates, by_level(shown, "client_empathy", "alliance_mean"))
    assert one.basis == (96, 24, 4, False, True, 0)
    (effect,) = curves_of(runs, "alliance_mean", "client_empathy", effect=True).lines
    assert effect.arm == "effect"
    close(effect.estimates, effect_of_showing(runs, "client_empathy", "alliance_mean"))
    assert map_of(runs, "alliance_mean").of_shown is True
    assert map_of(runs, "alliance_mean", effect=True).of_shown is False


def test_each_panel_is_a_curve_of_its_own_part_and_rests_on_it(runs):
    over, panels, basis = panels_of(runs, "alliance_mean", "client_empathy", "bond_moved")
    assert (over.at, over.names, over.classes) == ([0.0, 0.2], ["0", "0.2"], False)
    assert basis == (96, 24, 4, False, True, 0)
    for level, panel in zip(over.at, panels, strict=True):
        part = runs[runs["bond_moved"] == level]
        assert panel.basis[:3] == (48, 12, 4)
        assert [line.arm for line in panel.lines] == TEARS
        close(panel.lines[1].estimates, by_level(part[part["tears"] == "held back"], "client_empathy", "alliance_mean"))


def test_panels_of_an_effect_need_both_arms(runs):
    shown = runs[runs["tears"] == "shown"]
    for draw in (
        lambda: panels_of(shown, "alliance_mean", "client_empathy", "bond_moved", effect=True),
        lambda: map_of(shown, "alliance_mean", effect=True),
    ):
        with pytest.raises(
            TearSimError, match=r"^An effect of tears needs points with tears shown and .* held back\.$"
        ):
            draw()


def test_along_the_manner_of_tears_there_is_one_line(runs):
    _, panels, _ = panels_of(runs, "alliance_mean", "tears", "bond_moved")
    assert [[line.arm for line in panel.lines] for panel in panels] == [["all"], ["all"]]


def test_a_map_is_over_what_is_named_and_else_over_what_varies_first(runs):
    assert map_of(runs, "alliance_mean")[:2] == ("client_empathy", "bond_moved")
    assert map_of(runs, "alliance_mean", x="progress")[:2] == ("progress", "client_empathy")
    assert map_of(runs, "alliance_mean", y="client_empathy")[:2] == ("bond_moved", "client_empathy")
    with pytest.raises(TearSimError, match=r"^A map needs two parameters that vary, besides the manner of tears\.$"):
        map_of(runs[["design_point", "replicate", "client_empathy", "tears", "alliance_mean"]], "alliance_mean")


def test_where_no_run_is_there_is_a_gap_and_not_nothing(runs):
    there = runs[(runs["client_empathy"] < 0.5) | (runs["bond_moved"] == 0.0)]
    cells = map_of(there, "alliance_mean", x="client_empathy", y="bond_moved").cells
    assert np.isnan(cells[1][2][:3]).all()
    assert [cell.replicates for row in cells for cell in row] == [4, 4, 4, 4, 4, 0]
    one_arm = runs[(runs["client_empathy"] < 0.5) | (runs["tears"] == "shown")]
    held_back = curves_of(one_arm, "alliance_mean", "client_empathy").lines[1]
    assert [one.replicates for one in held_back.estimates] == [4, 4, 0]


@pytest.mark.parametrize("more", [0, 1])
def test_more_values_than_there_is_room_for_stand_in_classes_at_their_middles(more):
    """Of 0 to .6, six classes of .1 each."""
    levels = np.linspace(0.0, 0.6, MOST_TICKS + more).tolist()
    runs = runs_of(grid({"client_empathy": levels}, replicates=2), lambda p: p["client_empathy"])
    values = curves_of(runs, "alliance_mean", "client_empathy").values
    assert values.classes is bool(more)
    assert values.at == (pytest.approx([0.05, 0.15, 0.25, 0.35, 0.45, 0.55]) if more else levels)
    assert not more or values.names[0] == "0 to 0.1"


@pytest.mark.parametrize(
    ("levels", "numbers"),
    [
        ({"caseload": [5, 10]}, True),
        ({"client_empathy": [0.1, 0.9]}, True),
        ({"stratified_therapists": [False, True]}, False),
        ({"matching": ["random", "informed"]}, False),
    ],
)
def test_numbers_have_places_on_a_scale_and_switches_and_choices_have_none(levels, numbers):
    of_one_parameter = runs_of(grid(levels, replicates=2), lambda p: 0.5)
    assert curves_of(of_one_parameter, "alliance_mean", *levels).values.numbers is numbers


def test_what_does_not_vary_is_said_with_what_does(runs):
    with pytest.raises(TearSimError, match=r"what varies: client_empathy, bond_moved, progress, tears\.$"):
        curves_of(runs, "alliance_mean", "repair_base")
    with pytest.raises(TearSimError, match=r"what varies: nothing\.$"):
        curves_of(runs[["design_point", "replicate", "alliance_mean"]], "alliance_mean", "client_empathy")


@pytest.mark.parametrize("column", ["design_point", "replicate"])
def test_a_table_that_is_none_of_runs_is_told_what_it_lacks(runs, column):
    with pytest.raises(TearSimError) as refused:
        curves_of(runs.drop(columns=column), "alliance_mean", "client_empathy")
    assert str(refused.value) == f'A table of runs has a column "{column}"; this one has none.'


def test_what_is_asked_for_in_a_wrong_way_is_named(runs):
    with pytest.raises(TearSimError, match=r"^effect takes true or false"):
        curves_of(runs, "alliance_mean", "client_empathy", effect="yes")
    for name in ("x", "y"):
        with pytest.raises(TearSimError, match=f"^{name} takes a parameter that varies"):
            map_of(runs, "alliance_mean", **{name: 3})


def test_means_say_in_how_many_worlds_their_replicates_lived(runs):
    assert curves_of(runs.assign(world=runs["replicate"] // 2), "alliance_mean", "client_empathy").basis.worlds == 2


@pytest.mark.parametrize(("number", "sampled"), [(MOST_TICKS, False), (MOST_TICKS + 1, True)])
def test_points_of_more_values_than_there_is_room_for_are_a_sample_unless_all_are_combined(number, sampled):
    """As far as can be told from a table that comes without its experiment."""
    levels = np.linspace(0.1, 0.9, number)
    points = pd.DataFrame({"design_point": range(number), "client_empathy": levels, "bond_moved": levels / 2})
    table = pd.concat([points.assign(replicate=r, alliance_mean=0.5) for r in range(2)])
    assert curves_of(table, "alliance_mean", "client_empathy").basis.sampled is sampled
    assert not curves_of(table.drop(columns="bond_moved"), "alliance_mean", "client_empathy").basis.sampled


def test_a_folder_of_results_is_read_as_its_runs_are_and_no_more_of_it_than_is_drawn(
    tmp_path, small_experiment, monkeypatch
):
    results, read = tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=2), []
    table = Results.table
    monkeypatch.setattr(Results, "table", lambda self, *asked: read.append(asked) or table(self, *asked))
    curves_of(results, "alliance_mean", "therapist_tear_propensity")
    assert read == [("runs", ["design_point", "replicate", "therapist_tear_propensity", "tears", "alliance_mean"])]
    for given in (results, results.folder):
        found = curves_of(given, "alliance_mean", "therapist_tear_propensity")
        own = curves_of(results.runs, "alliance_mean", "therapist_tear_propensity")
        assert found.lines == own.lines
        assert found.basis == own.basis
        assert found.values.at == own.values.at == [0.2, 0.5, 0.9]
    with pytest.raises(TearSimError, match="A map needs two parameters"):
        map_of(results, "alliance_mean")
