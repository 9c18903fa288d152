"""The figure of effects over time: every number with its line, worlds and luck apart, and what it rests on."""

import numpy as np
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.show.figures.effects import EFFECT_PANELS
from tearsim.show.terminal.effects import effects_for_programs
from tearsim.show.words.effects import AN_EFFECT, EFFECTS_TOLD

SMALL = {"therapists": 5, "caseload": 6, "weeks": 20, "therapist_tear_propensity": 0.98}
OUTCOMES = [name for _, outcomes in EFFECT_PANELS for name in outcomes]


@pytest.fixture(scope="module")
def of_one_world():
    return tearsim.effects(["first_tear", "spoken"], practices=8, at=[0, 4], **SMALL)


@pytest.fixture(scope="module")
def of_open_worlds():
    return tearsim.effects("first_tear", parameters="open", practices=24, at=[0], therapists=5, weeks=20)


def drawn(figure, mode):
    return [trace for trace in figure.data if trace.mode == mode]


def test_every_mean_is_drawn_where_it_lies_with_its_interval(of_one_world):
    figure = tearsim.figures.effect_profile(of_one_world)
    dots, lines = drawn(figure, "markers"), drawn(figure, "lines+markers")
    told = {(one.estimand, one.outcome): [] for one in of_one_world.rows}
    for one in of_one_world.rows:
        told[one.estimand, one.outcome].append(np.array(one.estimate[:3]) * EFFECTS_TOLD[one.outcome].factor)
    asked = [(label, outcome) for label in ("first_tear", "spoken") for outcome in OUTCOMES]
    assert len(dots) == len(asked)
    for trace, key in zip(dots, asked, strict=True):
        assert list(trace.y) == [mean for mean, _, _ in told[key]]
    drawn_ends = [list(trace.y) for trace in lines if len(trace.y)]
    for key in asked:
        assert [end for _, low, high in told[key] for end in (low, high, None)] in drawn_ends
    caption = tearsim.figures.caption_of(figure)
    assert AN_EFFECT in caption
    assert "could not be paired" in caption
    assert "hold luck alone" in caption


@pytest.mark.parametrize("luck_share", [0.2, 0.8])
def test_worlds_and_luck_are_drawn_apart_and_worlds_only_where_luck_does_not_hide_them(of_open_worlds, luck_share):
    rows = [
        one._replace(worlds=one.worlds and one.worlds._replace(luck_share=luck_share, between=1.0, luck=0.01))
        for one in of_open_worlds.rows
    ]
    figure = tearsim.figures.effect_profile(of_open_worlds._replace(rows=rows))
    (distress,) = [one for one in rows if one.outcome == "distress"]
    ends = [list(trace.y) for trace in drawn(figure, "lines+markers") if len(trace.y)]
    dots = [value for trace in drawn(figure, "markers") for value in trace.y]
    worlds = distress.worlds.times(EFFECTS_TOLD["distress"].factor)
    assert [worlds.mean - worlds.luck, worlds.mean + worlds.luck, None] in ends
    for low, high in (worlds.middle_95, worlds.middle_80):
        assert ([low, high, None] in ends) == (luck_share < 0.5)
    assert (worlds.median if luck_share < 0.5 else worlds.mean) in dots
    assert f"the middle of {worlds.number} worlds" in tearsim.figures.caption_of(figure)


def test_one_contrast_is_drawn_if_asked_for_and_people_told_apart_are_not(of_one_world):
    figure = tearsim.figures.effect_profile(of_one_world, contrast="spoken")
    assert len(drawn(figure, "markers")) == len(OUTCOMES)
    with pytest.raises(TearSimError, match="contrast is one of first_tear, spoken"):
        tearsim.figures.effect_profile(of_one_world, contrast="policy")
    apart = tearsim.effects("first_tear", practices=2, at=[0], by="level", **SMALL)
    with pytest.raises(TearSimError, match="all people together"):
        tearsim.figures.effect_profile(apart)


def test_programs_are_told_exactly_this(of_one_world, of_open_worlds):
    for found in (of_one_world, of_open_worlds):
        told = effects_for_programs(found)
        assert list(told) == ["effects"]
        assert len(told["effects"]) == len(found.rows)
        for one in told["effects"]:
            assert list(one) == [
                "estimand", "outcome", "week", "mean", "low", "high", "people", "unpaired", "worlds",
            ]  # fmt: skip
            if one["worlds"] is not None:
                assert list(one["worlds"]) == ["median", "low", "high", "share_above_zero"]
    assert all(one["worlds"] is None for one in effects_for_programs(of_one_world)["effects"])
    assert any(one["worlds"] is not None for one in effects_for_programs(of_open_worlds)["effects"])


def test_a_panel_of_whom_nobody_is_left_after_time_zero_is_not_drawn():
    """Whoever leaves to look for someone new comes to that therapist no more, so that nobody can be compared there."""
    found = tearsim.effects("stay_or_seek", practices=6, at=[0, 4], eyes_fill_base=-4.0, **SMALL)
    assert {one.people for one in found.rows if one.outcome == "alliance" and one.week == 4} == {0}
    names = {trace.name for trace in drawn(tearsim.figures.effect_profile(found), "markers")}
    assert names == {"had left", "had completed", "look for someone new", "distress"}
