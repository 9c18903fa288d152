"""A watched practice is any practice of its seed, and keeps little of what has gone by."""

import pickle

import numpy as np
import pytest

from tearsim.study.people import twins
from tearsim.study.people.watched_practice import KEPT_WEEKS, PUT_TOGETHER, WatchedPractice
from tearsim.worlds.simulate import simulate

# Tears that many see, and retirement, so that rooms change hands.
SMALL = {"therapists": 3, "caseload": 4, "therapist_tear_propensity": 0.95, "career_length": 8.0}


def watched(weeks, seed=3, **parameters):
    """A practice that has been watched for some weeks, and the sessions of each week."""
    from tearsim.science.settings import checked

    world = WatchedPractice(seed, checked({**SMALL, **parameters}))
    return world, [world.step() for _ in range(weeks)]


@pytest.mark.parametrize("arrivals", ["open", "cohort"])
def test_its_sessions_and_outcomes_are_those_of_the_ensemble_to_the_last_bit(arrivals):
    weeks = 90
    world, sessions = watched(weeks, arrivals=arrivals)
    run = simulate(3, log=True, parameters={**SMALL, "arrivals": arrivals, "weeks": weeks})
    assert (np.concatenate(sessions) == run.log).all()
    assert world.practice.outcomes() == pytest.approx(run.outcomes, rel=0, abs=0, nan_ok=True)
    assert (world.courses == twins.courses(run.log)).all()


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
