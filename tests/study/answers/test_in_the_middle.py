"""The practice in the middle of a grid: whose people are looked at, and which an average over all need not be like."""

import pytest

from tearsim.study.answers.in_the_middle import in_the_middle
from tests.study.answers.test_contrasts import grid, runs_of

TEARS = {"tears": ["shown", "held back"]}
THREE = {"client_empathy": [0.1, 0.5, 0.9], "therapist_empathy": [0.2, 0.5, 0.8]}


def dropped(p):
    """The tears raise dropout by .01 in the middle, and by .1 wherever therapists have much empathy."""
    raised = 0.1 if p["therapist_empathy"] == 0.8 else 0.01 if p["client_empathy"] == 0.5 else 0.0
    return 0.3 + raised * (p["tears"] == "shown")


def test_the_effect_in_the_middle_is_that_of_one_practice_and_says_of_how_many():
    experiment = grid({**THREE, **TEARS}, 10)
    found = in_the_middle(runs_of(experiment, lambda p: 0.6, dropped, own=0.0), experiment, "dropout_rate")
    assert found.practices == 9
    assert found.effect.mean == pytest.approx(0.01), "over all nine it is .04"
    assert found.worlds is None, "all replicates lived in one world"


def test_where_replicates_lived_in_worlds_it_is_told_over_them():
    experiment = grid({**THREE, **TEARS}, 8, parameters={"estimates": "open"})
    found = in_the_middle(runs_of(experiment, lambda p: 0.6, dropped, own=0.0), experiment, "dropout_rate")
    assert (found.worlds.number, found.worlds.median) == (4, pytest.approx(0.01))


def test_of_one_practice_or_of_a_sample_there_is_no_middle():
    alone = grid(TEARS, 10)
    assert in_the_middle(runs_of(alone, lambda p: 0.6), alone, "dropout_rate") is None
    one_level = grid({"client_empathy": [0.5], **TEARS}, 10)
    assert in_the_middle(runs_of(one_level, lambda p: 0.6), one_level, "dropout_rate") is None
    no_arms = grid(THREE, 10)
    assert in_the_middle(runs_of(no_arms, lambda p: 0.6), no_arms, "dropout_rate") is None
