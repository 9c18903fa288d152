"""One setting minus another: the same as two runs by hand, nothing where nothing differs, and luck that both share."""

import math

import pytest

from tearsim.errors import TearSimError
from tearsim.study.people.two_settings import one_minus_other
from tearsim.worlds.simulate import simulate

SMALL = {"therapists": 2, "caseload": 4, "weeks": 8}


def test_it_is_the_mean_of_what_two_runs_of_the_same_luck_differ_by():
    found = one_minus_other({**SMALL, "therapist_empathy": 0.8}, SMALL, seed=5, practices=4)
    for name, effect in found.effects.items():
        apart = [
            simulate(5, replicate=r, **SMALL, therapist_empathy=0.8).outcomes[name]
            - simulate(5, replicate=r, **SMALL).outcomes[name]
            for r in range(1, 5)
        ]
        assert effect.mean == pytest.approx(sum(apart) / 4, abs=1e-12)
        assert effect.low < effect.mean < effect.high
    assert (found.practices, found.weeks) == (4, 8)


def test_the_same_settings_differ_by_nothing_at_all_since_they_share_their_luck():
    found = one_minus_other(SMALL, SMALL, practices=3)
    assert {tuple(effect[:3]) for effect in found.effects.values()} == {(0.0, 0.0, 0.0)}


def test_from_one_practice_there_is_no_interval():
    found = one_minus_other({**SMALL, "therapist_empathy": 0.8}, SMALL, practices=1)
    assert all(math.isnan(effect.low) for effect in found.effects.values())


def test_it_stops_when_it_is_not_wanted_any_more():
    done = []
    assert one_minus_other(SMALL, SMALL, report=done.append, keep_going=lambda: len(done) < 2) is None
    assert done == [1, 2]


def test_settings_watched_for_different_lengths_are_refused():
    with pytest.raises(TearSimError, match=r"^Two settings are compared over as many weeks; 8 and 9 differ\.$"):
        one_minus_other(SMALL, {**SMALL, "weeks": 9})
