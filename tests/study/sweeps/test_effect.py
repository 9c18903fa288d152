"""What the tears did, asked of results: one manner of tears minus another, with its interval."""

import numpy as np
import pandas as pd
import pytest

import tearsim
from tearsim.errors import TearSimError

CONTENT = {
    "title": "t", "question": "q", "parameters": {"weeks": 12, "therapists": 4, "comfort_learns_from": "nothing"},
    "design": {"replicates": 8, "vary": {"therapist_tear_propensity": [0.5, 0.95], "client_empathy": [0.3, 0.7],
                                         "tears": ["shown", "held back", "voiced"]}},
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tearsim.sweep(CONTENT, out=tmp_path_factory.mktemp("effect") / "out")


def by_hand(runs, outcome, first, second, by=()):
    """The same difference, pair by pair, in pandas alone."""
    who = ["replicate", "therapist_tear_propensity", "client_empathy"]
    arms = runs.set_index([*who, "tears"])[outcome].unstack("tears")
    return (arms[first] - arms[second]).groupby(level=["replicate", *by]).mean()


@pytest.mark.parametrize("outcome", ["alliance_mean", "dropout_rate"])
@pytest.mark.parametrize("arms", [("shown", "held back"), ("voiced", "held back"), ("held back", "shown")])
def test_an_effect_is_the_mean_of_differences_within_pairs(results, outcome, arms):
    found = results.effect(outcome, arms=arms)
    expected = tearsim.estimate(by_hand(results.runs, outcome, *arms))
    np.testing.assert_allclose(found[:3], expected[:3], rtol=0, atol=1e-15)
    assert found.low < found.mean < found.high
    assert found.replicates == 8


def test_arms_turned_round_turn_the_effect_round(results):
    one, other = (
        results.effect("alliance_mean", arms=arms) for arms in (("shown", "held back"), ("held back", "shown"))
    )
    np.testing.assert_allclose(one[:3], [-other.mean, -other.high, -other.low])


def test_by_a_parameter_there_is_a_row_for_each_of_its_values(results):
    table = results.effect("alliance_mean", by="therapist_tear_propensity")
    assert table.index.name == "therapist_tear_propensity"
    assert list(table) == ["mean", "low", "high", "replicates"]
    by = by_hand(results.runs, "alliance_mean", "shown", "held back", ["therapist_tear_propensity"])
    for level, row in table.iterrows():
        expected = tearsim.estimate(by.xs(level, level="therapist_tear_propensity"))
        np.testing.assert_allclose(row[["mean", "low", "high"]], expected[:3], rtol=0, atol=1e-15)


def test_by_two_there_is_a_row_for_each_combination(results):
    table = results.effect("alliance_mean", by=["client_empathy", "therapist_tear_propensity"])
    assert table.index.names == ["client_empathy", "therapist_tear_propensity"]
    assert len(table) == 4


def test_an_effect_cannot_lie_where_no_difference_can(results):
    table = results.effect("unsettled_share", by="client_empathy")
    assert (table["low"].dropna() >= -1.0).all()
    assert (table["high"].dropna() <= 1.0).all()


@pytest.mark.parametrize(("asked", "words"), [
    ({"outcome": "aliance_mean"}, 'Did you mean "alliance_mean"?'),
    ({"outcome": 3}, "There is no outcome 3."),
    ({"outcome": "alliance_mean", "by": "caseload"}, "'caseload' does not vary in these results; what varies:"),
    ({"outcome": "alliance_mean", "by": "tears"}, "'tears' does not vary"),
    ({"outcome": "alliance_mean", "arms": "shown"}, "arms are two manners of tears"),
    ({"outcome": "alliance_mean", "arms": ("shown", "shown")}, "arms are two manners of tears"),
    ({"outcome": "alliance_mean", "arms": ("shown", "leaking")}, "no runs with tears leaking"),
    ({"outcome": "alliance_mean", "arms": ("shown", "heldback")}, 'Did you mean "held back"?'),
])  # fmt: skip
def test_what_cannot_be_asked_is_one_line(results, asked, words):
    with pytest.raises(TearSimError) as refused:
        results.effect(**asked)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "given", [lambda r: r, lambda r: r.folder, lambda r: str(r.folder)], ids=["open", "path", "text"]
)
def test_results_may_be_open_or_a_folder_wherever_they_are_asked_for(results, given):
    asked = given(results)
    assert tearsim.open_results(asked).effect("alliance_mean") == results.effect("alliance_mean")
    assert tearsim.answer_in_short(asked) == tearsim.answer_in_short(results)
    assert tearsim.figures.curves(asked, "alliance_mean", "client_empathy").data
    assert tearsim.verify(asked).good
    with pytest.raises(TearSimError, match="There is no design point 99"):
        tearsim.close_up(asked, point=99)


@pytest.mark.parametrize("function", [
    tearsim.open_results, tearsim.answer_in_short, tearsim.close_up, tearsim.verify,
    lambda given: tearsim.sensitivity(given, "alliance_mean"), lambda given: tearsim.convergence(given, "alliance_mean"),
    lambda given: tearsim.export(given, to="csv"), lambda given: tearsim.figures.curves(given, "alliance_mean", "caseload"),
])  # fmt: skip
@pytest.mark.parametrize("given", ["nothing/there", 3, None])
def test_what_are_no_results_is_one_line_everywhere(function, given):
    with pytest.raises(TearSimError) as refused:
        function(given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("call", [
    lambda **given: tearsim.simulate(**given), lambda **given: tearsim.Practice(**given),
    lambda **given: tearsim.check(**given), lambda **given: tearsim.is_it_luck(**given),
    lambda **given: tearsim.story_of(**given),
])  # fmt: skip
@pytest.mark.parametrize(("given", "words"), [
    ({"parameters": {"caseload": 4}, "caseload": 5}, "caseload is given twice"),
    ({"parameters": 3}, "Parameters are a mapping"),
    ({"parameters": "best"}, 'estimates is one of "default", "fitted", "open"'),
    ({"parameters": {"worlds": "fitted"}}, 'The parameter "worlds" is now called estimates.'),
    ({"client_empaty": 0.5}, 'Did you mean "client_empathy"?'),
])  # fmt: skip
def test_parameters_are_handed_over_alike_everywhere(call, given, words):
    with pytest.raises(TearSimError) as refused:
        call(**given)
    assert words in str(refused.value)


def test_what_is_described_has_units_and_meanings():
    assert tearsim.describe("parameters").loc["caseload", "status"] == "design"
    assert set(tearsim.describe("outcomes").index) == set(tearsim.OUTCOMES)
    for table in ("runs", "series", "sessions", "episodes", "failures"):
        assert isinstance(tearsim.describe(table), pd.DataFrame)
    with pytest.raises(TearSimError, match="What is described is one of"):
        tearsim.describe("people")
