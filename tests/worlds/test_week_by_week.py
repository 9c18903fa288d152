"""A practice that compiled code lives a week at a time is the same practice, for as long as anybody looks on."""

import copy
import gc
from types import FunctionType, ModuleType
from weakref import ProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked
from tearsim.worlds.practice import Practice
from tearsim.worlds.week_by_week import CompiledPractice

# Rooms change hands within three years, and some come back who had completed.
SHORT_CAREERS = {"therapists": 3, "caseload": 4, "career_length": 1.0, "relapse": 0.02, "weeks": 20}


def same_weeks(given_parameters, seed, weeks):
    """Live the same weeks in compiled code and by agents, holding each week to the same bits."""
    parameters = checked(given_parameters)
    practice, agents = CompiledPractice(seed, parameters), Practice(seed, log=True, parameters=parameters)
    for _ in range(weeks):
        tally, sessions = practice.next_week()
        agents.step()
        assert (tally == agents.tallies[-1:]).all()
        assert (sessions == agents.take_log()).all()
    assert practice.week == agents.week == weeks
    return practice, agents


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**64 - 1),
    st.fixed_dictionaries(
        {
            "therapists": st.integers(1, 9),
            "caseload": st.integers(1, 6),
            "arrivals": st.sampled_from(PARAMETERS["arrivals"].choices),
            "estimates": st.sampled_from(PARAMETERS["estimates"].choices),
            "stratified_therapists": st.booleans(),
            "relapse": st.sampled_from([0.0, 0.02]),
            "therapist_tear_propensity": st.floats(0.05, 0.95),
            "patience": st.integers(0, 30),
        }
    ),
)
def test_it_is_the_same_practice_to_the_last_bit_whoever_is_in_it(seed, parameters):
    same_weeks(parameters, seed, weeks=12)


def test_it_lives_on_past_the_weeks_of_its_parameters_and_past_any_number_of_careers():
    practice, agents = same_weeks(SHORT_CAREERS, seed=1, weeks=330)
    assert max(therapist.holder for therapist in agents.therapists) > 5
    assert practice.week > agents.p.weeks


def test_a_copy_lives_on_as_the_practice_does():
    practice, _ = same_weeks(SHORT_CAREERS, seed=2, weeks=7)
    other = copy.deepcopy(practice)
    assert other.week == 7
    for _ in range(5):
        for mine, theirs in zip(practice.next_week(), other.next_week(), strict=True):
            assert (mine == theirs).all()


def held_by(practice):
    """The bytes of all tables that a practice holds, wherever it holds them."""
    seen, to_see, tables = set(), [practice], {}
    while to_see:
        one = to_see.pop()
        if id(one) in seen or issubclass(type(one), type | ModuleType | FunctionType | ProxyType):
            continue
        seen.add(id(one))
        while isinstance(one, np.ndarray) and one.base is not None:
            one = getattr(one.base, "base", one.base) if not isinstance(one.base, np.ndarray) else one.base
        if isinstance(one, np.ndarray):
            tables[id(one)] = one.nbytes
        to_see += gc.get_referents(one)
    return sum(tables.values())


def test_it_takes_no_more_memory_after_ten_years_than_after_three():
    """Careers are long here: of therapists who follow others, luck is kept."""
    practice = CompiledPractice(3, checked({"therapists": 6, "caseload": 5, "career_length": 60.0}))

    def live(weeks):
        for _ in range(weeks):
            tally, _ = practice.next_week()
        assert np.isfinite(tally["alliance"]).all()
        return held_by(practice)

    assert live(156) == live(364) > 100_000


@pytest.mark.parametrize("number", [-1, 0, 10**6])
def test_nobody_who_never_came_stands_anywhere(number):
    practice, _ = same_weeks(SHORT_CAREERS, seed=2, weeks=3)
    assert practice.standing(number) is None
