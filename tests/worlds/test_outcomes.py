"""Outcomes are what a person would count in the log."""

import numpy as np
import pytest

from tearsim.worlds.outcomes import OUTCOMES, SERIES_COLUMNS, outcomes
from tearsim.worlds.simulate import simulate
from tearsim.worlds.tables import TALLIES


@pytest.fixture(scope="module")
def run():
    return simulate(3, log=True, eyes_fill_base=-4.0, seeking_base=1.0)


def test_outcomes_of_sessions_agree_with_the_log(run):
    log, o = run.sessions, run.outcomes
    per_100 = 100 / len(log)
    felt, shown, noticed = (log[field] for field in ("tears_felt", "tears_shown", "noticed"))
    assert o["sessions"] == len(log)
    assert o["alliance_mean"] == pytest.approx(log["alliance"].mean())
    assert o["alliance_session3"] == pytest.approx(log.loc[log["session"] == 3, "alliance"].mean())
    assert o["client_tears_per_100_sessions"] == pytest.approx((log["client_tears"] != "none").sum() * per_100)
    assert o["felt_per_100_sessions"] == pytest.approx((felt != "none").sum() * per_100)
    for level in ("near", "open", "overwhelmed"):
        assert o[f"{level}_per_100_sessions"] == pytest.approx((shown == level).sum() * per_100)
    assert o["therapist_tears_per_100_sessions"] == pytest.approx((shown != "none").sum() * per_100)
    assert o["noticed_share"] == pytest.approx(noticed.sum() / (felt != "none").sum())
    assert o["moved_share"] == pytest.approx((log["reception"] == "moved").sum() / noticed.sum())
    assert o["unsettled_share"] == pytest.approx((log["reception"] == "unsettled").sum() / noticed.sum())
    assert o["ruptures_per_100_sessions"] == pytest.approx((log["rupture"] > 0).sum() * per_100)
    assert o["repaired_share"] == pytest.approx(log["repaired"].sum() / (log["rupture"] > 0).sum())


def test_outcomes_of_episodes_agree_with_the_log(run):
    o = run.outcomes
    ended = run.episodes[run.episodes["ending"].isin(["completed", "completed untold", "left"])]
    left, untold = (ended["ending"] == ending for ending in ("left", "completed untold"))
    treated = ended[ended["sessions"] >= 2]
    change = treated["distress_at_start"] - treated["distress_at_end"]
    assert o["dropout_rate"] == pytest.approx((left | untold).mean())
    assert o["left_rate"] == pytest.approx(left.mean())
    assert o["completed_rate"] == pytest.approx((ended["ending"] == "completed").mean())
    assert o["dropout_rate"] + o["completed_rate"] == pytest.approx(1.0)
    assert o["mean_sessions"] == pytest.approx(ended["sessions"].mean())
    assert o["alliance_final"] == pytest.approx(ended["alliance_at_end"].mean())
    assert o["distress_change_d"] == pytest.approx(change.mean() / treated["distress_at_start"].std())


def test_switching_agrees_with_the_log_of_those_who_began_anew():
    """Without relapse, whoever has a second episode has switched; the last week's matches have not met yet."""
    run = simulate(3, log=True, seeking_base=1.0, career_length=100.0)
    began_anew = (run.episodes["episode"] > 1).sum()
    in_the_last_week = run.series["switched"].iloc[-1]
    assert (
        round(run.outcomes["switched_rate"] * (run.episodes["ending"] == "left").sum()) == began_anew + in_the_last_week
    )


def test_everyone_in_a_cohort_is_asked_after_a_year():
    from tearsim.worlds.outcomes import totals

    run = simulate(3, arrivals="cohort")
    assert totals(run.tallies[None, :])["asked"][0] == 200
    assert 0 < run.outcomes["distress_at_a_year"] < 2


def test_weekly_series_add_up(run):
    weekly = run.series
    assert list(weekly) == list(SERIES_COLUMNS)
    assert weekly["sessions"].sum() == run.outcomes["sessions"]
    assert (weekly["sessions"] == 200).all()
    by_week = run.sessions.groupby("week")["alliance"]
    np.testing.assert_allclose(weekly["alliance"], by_week.mean())
    np.testing.assert_allclose(weekly["alliance_sd"], by_week.std())
    assert weekly["completed"].is_monotonic_increasing
    assert (weekly["arrived"].iloc[-1]) == run.episodes["client"].nunique()


def test_a_rate_over_nothing_is_missing():
    empty = np.zeros((1, 3), TALLIES)
    values = outcomes(empty)
    assert values["sessions"][0] == 0
    assert all(np.isnan(values[name][0]) for name in OUTCOMES if name != "sessions")


def test_every_outcome_says_what_it_is():
    for name, declared in OUTCOMES.items():
        assert declared.meaning.endswith("."), name
        assert declared.unit, name
