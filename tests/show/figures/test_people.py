"""Figures of people: the same persons in two worlds, and intervals that take practices as units."""

import numpy as np
import pandas as pd
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.show.figures import alliance_around_tears, caption_of, tears_by_level
from tearsim.study.people.around_tears import around_tears


@pytest.fixture(scope="module")
def worlds():
    """Sessions of six small cohorts in both worlds, in which eyes fill often."""
    tables = {}
    for tears in ("shown", "held back"):
        logs = [
            tearsim.simulate(
                seed=5,
                log=True,
                replicate=replicate,
                therapists=6,
                caseload=10,
                weeks=30,
                arrivals="cohort",
                tears=tears,
                therapist_tear_propensity=0.97,
            ).sessions.assign(replicate=replicate)
            for replicate in range(6)
        ]
        tables[tears] = pd.concat(logs, ignore_index=True)
    return tables


def test_before_tears_the_two_worlds_are_one_and_after_them_the_difference_is_within_persons(worlds):
    pairs = around_tears(worlds["shown"], worlds["held back"])
    assert len(pairs) > 500
    assert (pairs.loc[pairs["week"] < 0, "difference"] == 0.0).all()
    assert (pairs.loc[pairs["week"] == 0, "difference"] != 0.0).any()
    figure = alliance_around_tears(worlds["shown"], held_back=worlds["held back"])
    line = next(trace for trace in figure.data if trace.name == "shown minus held back")
    for week, mean in zip(line.x, line.y, strict=True):
        assert mean == pytest.approx(6 * pairs.loc[pairs["week"] == week, "difference"].mean()), "points of 1 to 7"
    ends = [
        next(t for t in figure.data if t.name == f"shown minus held back: {end} end").y for end in ("lower", "upper")
    ]
    assert all(low <= mean <= high for low, mean, high in zip(ends[0], line.y, ends[1], strict=True))
    assert "6 practices" in caption_of(figure)


def test_one_practice_without_its_twin_has_one_panel_and_does_not_say_what_tears_did():
    """Sessions as `tearsim run --log` keeps them: no replicate, no other world."""
    alone = tearsim.simulate(
        seed=5, log=True, therapists=6, caseload=20, weeks=30, therapist_tear_propensity=0.97
    ).sessions
    figure = alliance_around_tears(alone)
    around = around_tears(alone)
    line = next(trace for trace in figure.data if trace.name == "tears shown")
    for week, mean in zip(line.x, line.y, strict=True):
        assert mean == pytest.approx(1 + 6 * around.loc[around["week"] == week, "shown"].mean()), "rated 1 to 7"
    assert {trace.yaxis for trace in figure.data} == {"y"}
    assert "nothing here tells what would have been without tears" in caption_of(figure)
    assert "6 therapists being the independent units" in caption_of(figure)


def test_sessions_without_what_is_needed_are_refused(worlds):
    with pytest.raises(TearSimError, match='a column "noticed"'):
        alliance_around_tears(worlds["shown"].drop(columns="noticed"))


def test_the_worlds_changed_about_the_difference_turns_round(worlds):
    """Where first tears are the same in both: nobody notices anything before their own first tears."""
    shown, held_back = worlds["shown"], worlds["held back"]
    for_both = shown.assign(
        alliance=held_back.set_index(["replicate", "home", "turn", "week"])["alliance"]
        .reindex(pd.MultiIndex.from_frame(shown[["replicate", "home", "turn", "week"]]))
        .to_numpy()
    ).dropna(subset="alliance")
    there = shown.loc[for_both.index]
    one, other = around_tears(there, for_both), around_tears(for_both, there)
    assert (one["difference"] != 0.0).any()
    np.testing.assert_array_equal(one["difference"], -other["difference"])


def test_a_world_in_which_nobody_noticed_tears_has_no_picture_of_what_followed(worlds):
    with pytest.raises(TearSimError, match="too few"):
        alliance_around_tears(worlds["held back"].assign(noticed=False), held_back=worlds["held back"])


def test_tears_are_counted_by_level_and_by_how_they_were_taken(worlds):
    sessions = worlds["shown"]
    figure = tears_by_level(sessions)
    often = figure.data[0]
    near = (sessions["tears_felt"] == "near").sum()
    assert often.x[0] == f"near<br>n={near:,}"
    assert often.y[0] == pytest.approx(100 * near / len(sessions))
    taken = {trace.name: trace for trace in figure.data[1:]}
    of_near = sessions[sessions["tears_felt"] == "near"]
    assert taken["moved"].y[0] == pytest.approx(100 * (of_near["reception"] == "moved").mean())
    assert sum(trace.y[0] for trace in taken.values()) == pytest.approx(100.0)
    widths = [np.add(trace.error_y.array, trace.error_y.arrayminus) for trace in figure.data]
    assert all((width > 0).all() for width in widths), "every mark has an interval"
    assert "6 practices (replicates)" in caption_of(figure)


def test_of_one_run_therapists_are_the_independent_units(worlds):
    alone = worlds["shown"][worlds["shown"]["replicate"] == 0]
    assert "6 therapists being the independent units" in caption_of(tears_by_level(alone))


def test_without_tears_there_is_nothing_to_count(worlds):
    with pytest.raises(TearSimError, match="No therapist"):
        tears_by_level(worlds["shown"][worlds["shown"]["tears_felt"] == "none"])
