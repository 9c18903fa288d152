"""The tables of a sweep hold the means of the runs that their rows name, and what there is no room for is told in one."""

import numpy as np
import pytest

from tearsim.study.answers.by_level import by_level, effect_of_showing
from tearsim.study.answers.contrasts import BESIDE
from tearsim.study.answers.tables import MOST_POINTS_LISTED, in_tables, outcome_tables
from tearsim.study.estimates import overall, range_over_points
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.worlds.outcomes import QUESTIONED
from tests.study.answers.test_contrasts import grid, runs_of

IN_TABLES = (*QUESTIONED, *BESIDE)
TEARS = ["shown", "held back"]


def experiment(kind, **design):
    content = {"title": "t", "question": "q", "design": {"kind": kind, "replicates": 4, **design}}
    return make_experiment(content, "here")


def lived(design):
    """Runs in which all four outcomes differ with empathy and tears, each in its own way."""
    runs = runs_of(
        design,
        lambda p: 0.4 + 0.2 * p.get("client_empathy", 0.5) + 0.1 * (p.get("tears") == "shown"),
        lambda p: 0.3 - 0.1 * p.get("bond_moved", 0.1) * (p.get("tears") == "shown"),
    )
    return runs.assign(
        felt_per_100_sessions=10.0 * runs["alliance_mean"] + runs["dropout_rate"],
        unsettled_share=runs["dropout_rate"] ** 2,
    )


def same(one, other):
    return np.array_equal(tuple(one), tuple(other), equal_nan=True)


def test_outcomes_in_question_come_first_and_tears_beside_them():
    experiment = grid({"client_empathy": [0.1, 0.9]})
    assert in_tables(experiment) == IN_TABLES
    more = experiment.model_copy(update={"outcomes": ["distress_at_a_year", *BESIDE]})
    assert in_tables(more) == (*QUESTIONED, "distress_at_a_year", *BESIDE)


def test_a_table_for_each_parameter_is_of_tears_shown_with_what_showing_them_did():
    design = grid({"client_empathy": [0.1, 0.9], "bond_moved": [0.0, 0.2, 0.4], "tears": TEARS})
    runs = lived(design)
    empathy, moved = outcome_tables(design, runs)
    shown = runs[runs["tears"] == "shown"]
    for table, name, levels in ((empathy, "client_empathy", [0.1, 0.9]), (moved, "bond_moved", [0.0, 0.2, 0.4])):
        assert (table.kind, table.by, table.of_shown) == ("by parameter", name, True)
        assert (table.replicates, table.points) == (12, 6)
        assert [row.level for row in table.rows] == levels
        for row in table.rows:
            assert list(row.outcomes) == list(IN_TABLES)
            assert list(row.effects) == list(QUESTIONED)
            assert row.between_points == {}
            assert all(same(row.outcomes[one], by_level(shown, name, one).loc[row.level]) for one in IN_TABLES)
            assert all(same(row.effects[one], effect_of_showing(runs, name, one).loc[row.level]) for one in QUESTIONED)


def test_without_tears_held_back_there_is_no_effect_and_a_table_is_of_all_runs():
    design = grid({"client_empathy": [0.1, 0.9]})
    runs = lived(design)
    (table,) = outcome_tables(design, runs)
    assert not table.of_shown
    assert [row.effects for row in table.rows] == [{}, {}]
    assert same(table.rows[1].outcomes["alliance_mean"], by_level(runs, "client_empathy", "alliance_mean").loc[0.9])
    assert outcome_tables(design, runs[:0]) == []


def test_a_level_that_is_never_shown_stands_there_with_nothing_to_tell():
    design = grid({"client_empathy": [0.1, 0.9], "tears": TEARS})
    runs = lived(design)
    (table,) = outcome_tables(design, runs[(runs["client_empathy"] < 0.5) | (runs["tears"] == "held back")])
    assert [row.level for row in table.rows] == [0.1, 0.9]
    assert np.isnan(table.rows[1].outcomes["alliance_mean"].mean)
    assert np.isnan(table.rows[1].effects["alliance_mean"].mean)


@pytest.mark.parametrize(("vary", "expected"), [
    ({"tears": TEARS}, ["tears"]),
    ({"client_empathy": [0.1, 0.9], "tears": TEARS}, ["client_empathy"]),
    ({"client_empathy": [0.1, 0.9], "tears": [*TEARS, "voiced"]}, ["client_empathy", "tears"]),
    ({"client_empathy": [0.1, 0.9], "tears": ["voiced", "leaking"]}, ["client_empathy", "tears"]),
])  # fmt: skip
def test_manners_of_tears_have_a_table_where_effects_do_not_tell_of_them(vary, expected):
    design = grid(vary)
    runs = lived(design)
    tables = outcome_tables(design, runs)
    assert [table.by for table in tables] == expected
    if expected[-1] == "tears":
        last = tables[-1]
        assert last.of_shown is False
        assert [row.level for row in last.rows] == sorted(vary["tears"])
        assert all(row.effects == {} for row in last.rows)
        for row in last.rows:
            told = overall(runs[runs["tears"] == row.level], "alliance_mean")
            assert tuple(row.outcomes["alliance_mean"]) == pytest.approx(tuple(told))


@pytest.mark.parametrize("more", [0, 1])
def test_points_of_a_list_are_told_one_by_one_as_long_as_there_is_room(more):
    number = MOST_POINTS_LISTED + more
    design = experiment("list", points=[{"client_empathy": i / 100, "bond_moved": i / 200} for i in range(number)])
    runs = lived(design)
    (table,) = outcome_tables(design, runs)
    assert (table.replicates, table.of_shown, table.points) == (4, False, number)
    if more:
        assert (table.kind, len(table.rows)) == ("over design", 1)
        return
    assert (table.kind, table.by) == ("by point", "design_point")
    assert [row.level for row in table.rows] == list(range(number))
    for row in table.rows:
        at_point = runs[runs["design_point"] == row.level]
        assert row.effects == row.between_points == {}
        assert row.outcomes == {one: overall(at_point, one) for one in IN_TABLES}


@pytest.mark.parametrize(("tears", "by"), [(TEARS, [""]), ([*TEARS, "voiced"], ["", "tears"])])
def test_of_a_sample_one_table_says_how_far_outcomes_range(tears, by):
    vary = {"client_empathy": [0.2, 0.8], "bond_moved": [0.0, 0.4]}
    design = experiment("latin", samples=24, vary=vary, cross={"tears": tears})
    runs = lived(design)
    tables = outcome_tables(design, runs)
    assert [table.by for table in tables] == by
    table, shown = tables[0], runs[runs["tears"] == "shown"]
    assert (table.kind, table.of_shown, table.replicates, table.points) == ("over design", True, 4, 24)
    (row,) = table.rows
    assert (row.level, row.effects) == ("", {})
    assert row.outcomes == {one: overall(shown, one) for one in IN_TABLES}
    assert row.between_points == {one: tuple(range_over_points(shown, one)) for one in IN_TABLES}
    low, high = row.between_points["alliance_mean"]
    assert low < row.outcomes["alliance_mean"].mean < high


@pytest.mark.parametrize(("estimates", "worlds"), [("default", 0), ("fitted", 4), ("open", 2)])
def test_a_table_says_in_how_many_worlds_its_four_replicates_lived(estimates, worlds):
    """Of fitted worlds each in one of its own, of open worlds two in each; in that of the defaults, in none of a set."""
    design = grid({"client_empathy": [0.1, 0.9]}, replicates=4, parameters={"estimates": estimates})
    assert [table.worlds for table in outcome_tables(design, lived(design))] == [worlds]
