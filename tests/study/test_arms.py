"""What is compared with what: two manners of tears, and the runs that differ in nothing else."""

import math

import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.study.arms import checked_arms, has_both_arms, has_other_manners, held_back, paired_differences


def runs(*rows):
    """Runs by replicate, empathy, tears and how many dropped out."""
    table = pd.DataFrame(rows, columns=["replicate", "client_empathy", "tears", "dropout_rate"])
    return table.assign(design_point=range(len(table)))


BOTH = runs((0, 0.5, "shown", 0.3), (0, 0.5, "held back", 0.1))


def test_a_twin_lives_by_the_same_numbers_with_tears_held_back():
    one = {"weeks": 6, "tears": "shown"}
    assert held_back(one) == {"weeks": 6, "tears": "held back"}
    assert one["tears"] == "shown"
    assert held_back({"weeks": 6}) == {"weeks": 6, "tears": "held back"}


def test_there_are_two_arms_where_tears_are_shown_and_held_back_and_others_beside_them():
    voiced = runs((0, 0.5, "voiced", 0.2))
    assert has_both_arms(BOTH)
    assert not has_other_manners(BOTH)
    assert has_both_arms(pd.concat([BOTH, voiced]))
    assert has_other_manners(pd.concat([BOTH, voiced]))
    for one_arm in (BOTH[:1], pd.concat([BOTH[:1], voiced]), BOTH.drop(columns="tears")):
        assert not has_both_arms(one_arm)
        assert not has_other_manners(one_arm)


@pytest.mark.parametrize("arms", [("shown", "held back"), ["held back", "shown"]])
def test_two_manners_that_were_run_are_compared_in_the_order_in_which_they_are_given(arms):
    assert checked_arms(arms, BOTH) == tuple(arms)


@pytest.mark.parametrize(
    "arms", ["shown", ("shown",), ("shown", "held back", "voiced"), ("shown", "shown"), ("shown", 1), {"shown"}, None]
)
def test_a_comparison_is_of_two_manners_of_tears_and_of_nothing_else(arms):
    with pytest.raises(TearSimError) as refused:
        checked_arms(arms, BOTH)
    assert str(refused.value) == f'arms are two manners of tears, like ("shown", "held back"); {arms!r} are not.'


def test_a_manner_that_there_is_not_is_told_with_those_that_there_are_and_the_nearest():
    with pytest.raises(TearSimError) as refused:
        checked_arms(("shown", "held bak"), BOTH)
    said = str(refused.value)
    assert said.startswith("'held bak' is not a manner of tears; choose one of shown, held back, ")
    assert said.endswith('. Did you mean "held back"?')


def test_a_manner_that_was_not_run_is_named():
    said = "These results have no runs with tears voiced: an effect needs tears to vary, over both."
    for arms in (("shown", "voiced"), ("voiced", "shown")):
        with pytest.raises(TearSimError) as refused:
            checked_arms(arms, BOTH)
        assert str(refused.value) == said
    with pytest.raises(TearSimError, match="no runs with tears shown"):
        checked_arms(("shown", "held back"), BOTH.drop(columns="tears"))


def test_a_pair_is_two_runs_that_differ_in_the_tears_alone():
    """Of two replicates and two levels one pair lacks its partner, one the outcome; two are left: .3 - .1 and .2 - .6."""
    lived = runs(
        (0, 0.5, "shown", 0.3),
        (0, 0.5, "held back", 0.1),
        (1, 0.5, "held back", 0.6),
        (1, 0.5, "shown", 0.2),
        (0, 0.9, "shown", 0.8),
        (1, 0.9, "shown", math.nan),
        (1, 0.9, "held back", 0.4),
    )
    pairs = paired_differences(lived, "dropout_rate")
    assert list(pairs) == ["replicate", "client_empathy", "dropout_rate"]
    assert pairs.to_numpy().tolist() == [[0, 0.5, pytest.approx(0.2)], [1, 0.5, pytest.approx(-0.4)]]
    other_way = paired_differences(lived, "dropout_rate", ("held back", "shown"))["dropout_rate"]
    assert other_way.tolist() == pytest.approx([-0.2, 0.4])


def test_without_one_of_the_arms_there_are_no_pairs():
    pairs = paired_differences(BOTH[:1], "dropout_rate")
    assert list(pairs) == ["replicate", "client_empathy", "dropout_rate"]
    assert pairs.empty
