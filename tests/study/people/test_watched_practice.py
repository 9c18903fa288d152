"""A watched practice is any practice of its seed, and keeps little of what has gone by."""

import pickle

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.science.codes import GAVE_UP
from tearsim.science.settings import checked
from tearsim.study.people import twins, watched_practice
from tearsim.study.people.watched_practice import KEPT_WEEKS, PUT_TOGETHER, AskedPractice, WatchedPractice
from tearsim.worlds import week_by_week
from tearsim.worlds.simulate import simulate

# Tears that many see, and retirement, so that rooms change hands.
SMALL = {"therapists": 3, "caseload": 4, "therapist_tear_propensity": 0.95, "career_length": 8.0}


def watched(weeks, seed=3, kind=AskedPractice, **parameters):
    """A practice that has been watched for some weeks, and the sessions of each week."""
    world = kind(seed, checked({**SMALL, **parameters}))
    return world, [world.step() for _ in range(weeks)]


@pytest.fixture
def compiled(monkeypatch):
    """Code to live by is at hand, whatever this process has compiled so far."""
    monkeypatch.setattr(watched_practice, "is_compiled", lambda: True)


@pytest.mark.parametrize("kind", [WatchedPractice, AskedPractice])
@pytest.mark.parametrize("arrivals", ["open", "cohort"])
@pytest.mark.usefixtures("compiled")
def test_its_sessions_and_outcomes_are_those_of_the_ensemble_to_the_last_bit(kind, arrivals):
    weeks = 90
    world, sessions = watched(weeks, kind=kind, arrivals=arrivals)
    run = simulate(3, log=True, parameters={**SMALL, "arrivals": arrivals, "weeks": weeks})
    assert (np.concatenate(sessions) == run.log).all()
    assert world.outcomes() == pytest.approx(run.outcomes, rel=0, abs=0, nan_ok=True)
    assert (world.courses == twins.courses(run.log)).all()


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("relapse", [0.0, 0.02])
def test_whoever_is_not_asked_is_lived_in_compiled_code_and_stands_where_an_agent_would(relapse):
    asked, unasked = (watched(0, kind=kind, relapse=relapse)[0] for kind in (AskedPractice, WatchedPractice))
    stood = set()
    for week in range(1, 101):
        assert (asked.step() == unasked.step()).all()
        assert list(asked.weeks) == list(unasked.weeks)
        if week % 4 == 0:
            for client in filter(None, asked.practice.people):
                assert unasked.standing(client.number) == client.standing
                stood.add(client.standing)
            assert all(asked.standing(n) == unasked.standing(n) for n in range(len(asked.practice.people) + 2))
    assert len(stood) == 4  # in therapy, looking, gave up, completed
    assert not hasattr(unasked, "practice")


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("kind", [WatchedPractice, AskedPractice])
def test_what_cannot_be_run_is_refused_however_it_would_be_lived(kind):
    with pytest.raises(TearSimError, match="caseload"):
        kind(1, {"caseload": 0})
    assert len(kind(1, {"therapists": 2, "caseload": 3}).step()) == 6  # the rest are defaults


def test_where_no_code_is_at_hand_agents_live_and_nobody_waits_for_the_compiler(monkeypatch):
    monkeypatch.setattr(week_by_week, "awaits_compiling", lambda: True)
    assert not week_by_week.is_compiled()
    monkeypatch.setattr(watched_practice, "CompiledPractice", None)
    world, sessions = watched(3, kind=WatchedPractice)
    assert [len(week) for week in sessions] == [12, 12, 12]
    assert world.standing(10**6) == GAVE_UP  # nobody ever came by this number


def test_a_course_is_up_to_date_in_every_week_whether_or_not_all_were_put_together():
    world, sessions = watched(0)
    for week in range(1, 2 * PUT_TOGETHER + 3):
        sessions.append(world.step())
        whole = twins.courses(np.concatenate(sessions))
        for course in whole[:: max(1, len(whole) // 4)]:
            assert world.course_of(int(course["client"])) == course
        assert world.tears_were_seen == bool((whole["saw_tears"] > 0).any())
        if week in (5, PUT_TOGETHER + 4):  # somebody looks at all of them, and goes on watching
            assert (world.courses == whole).all()
    assert world.course_of(10**6) is None


def test_after_three_years_it_grows_by_no_more_than_a_line_for_everyone_who_came():
    """Pickled, which holds all that a practice keeps; a line is eleven numbers, and some bytes say that one is gone."""
    world, _ = watched(KEPT_WEEKS + PUT_TOGETHER)

    def size_and_people():
        return len(pickle.dumps(world)), len(world.courses)

    size, people = size_and_people()
    for _ in range(2 * KEPT_WEEKS):
        world.step()
    later, more = size_and_people()
    assert more > people + 200
    assert (later - size) / (more - people) < 11 * 8 + 40
