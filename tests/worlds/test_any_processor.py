"""The compiled world finds the same bits on a processor of any make, and whoever runs beside whom."""

import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.simulate import simulate
from tests.worlds.test_same_bits import WILD, assert_same, plausible_value

# --- Any processor -----------------------------------------------------------------------------------------------------

# What every processor of its kind can do, what most can, and what this one can.
OLDEST, COMMON, THIS_ONE = (
    {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "+avx2"},
    {},
)


CHOICES = ("tears", "effect_of_tears", "arrivals", "matching", "endings", "comfort_learns_from")


def points_of(number):
    """A number of wild practices of one shape, no two alike."""
    choices = [
        {name: PARAMETERS[name].choices[i % len(PARAMETERS[name].choices)] for name in CHOICES} for i in range(number)
    ]
    return [WILD | {"tears_spoken": 0.1 * i} | chosen for i, chosen in enumerate(choices)]


RUNS = [(points_of(number), (1, 7, 2**64 - 1)) for number in (1, 3, 9)]
# Of cohorts alone, luck is drawn as far as it is read.
RUNS += [
    ([point | {"arrivals": "cohort", "relapse": relapse} for point in points_of(3)], (2,)) for relapse in (0.0, 0.01)
]


def left_by_runs():
    """A digest of all that each run leaves."""
    ensembles = [(Ensemble([checked(point) for point in points], log=True), seeds) for points, seeds in RUNS]
    runs = [ensemble.run(seed) for ensemble, seeds in ensembles for seed in seeds]
    return [digest_of(table for ran in run for table in (ran.tallies, ran.log)) for run in runs]


def luck_drawn():
    """A digest of all luck of some weeks and turns, in every kind of table."""
    luck = LuckTables(7, 1)
    kinds = luck.sessions, luck.therapist_weeks, luck.clients, luck.therapists, luck.reports
    return [digest_of([draw(0, 50, 97)]) for draw in kinds]


def digest_of(tables):
    """Of every number, column by column: what lies between columns is nobody's."""
    digest = hashlib.sha256()
    for table in tables:
        for name in table.dtype.names:
            digest.update(table[name].tobytes())
    return digest.hexdigest()


def found_on(processor, asked, repository, folder):
    """What a function of this module gives in a process that compiles for a processor, all anew."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_CPU")}
    done = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import {asked.__name__} as asked; print(*asked())"],
        cwd=repository,
        env={**usual, "NUMBA_CACHE_DIR": str(folder), **processor},
        capture_output=True,
        text=True,
        check=True,
    )
    digests = done.stdout.split()
    assert len(set(digests)) == len(digests) > 1
    return digests


def test_the_oldest_processor_of_its_kind_draws_the_same_luck(repository, tmp_path):
    assert found_on(OLDEST, luck_drawn, repository, tmp_path) == luck_drawn()


@pytest.mark.slow
@pytest.mark.parametrize("processor", [OLDEST, COMMON, THIS_ONE], ids=["oldest", "common", "this one"])
def test_every_processor_lives_the_same_weeks(repository, tmp_path, processor):
    assert found_on(processor, left_by_runs, repository, tmp_path) == left_by_runs()


# --- Whoever runs beside whom -------------------------------------------------------------------------------------------

ANY_CHOICE = {name: plausible_value(name) for name in (*CHOICES, "stratified_therapists", "relapse", "career_length",
                                                       "eyes_fill_base", "seeking_base", "patience")}  # fmt: skip
POINT = st.fixed_dictionaries({}, optional=ANY_CHOICE)
SEED = st.integers(0, 2**64 - 1)


def assert_each_lives_as_alone(points, seed):
    together = Ensemble(points, log=True).run(seed, 2)
    for point, ran in zip(points, together, strict=True):
        (alone,) = Ensemble([point], log=True).run(seed, 2)
        assert (ran.tallies == alone.tallies).all()
        assert len(ran.log) == len(alone.log)
        assert (ran.log == alone.log).all()


@settings(max_examples=120, deadline=None)
@given(st.lists(POINT, min_size=1, max_size=17), st.integers(1, 17), st.integers(1, 9), st.integers(1, 12), SEED)
def test_practices_of_any_number_and_shape_are_lived_together_as_each_alone(chosen, therapists, caseload, weeks, seed):
    size = {"therapists": therapists, "caseload": caseload, "weeks": weeks}
    assert_each_lives_as_alone([checked(WILD | point | size) for point in chosen], seed)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(POINT, st.integers(1, 17), st.integers(1, 9)), min_size=2, max_size=9), SEED, st.randoms())
def test_practices_of_several_shapes_are_lived_together_in_any_order(chosen, seed, order):
    points = [
        checked(WILD | point | {"therapists": rooms, "caseload": places, "weeks": 6}) for point, rooms, places in chosen
    ]
    assert_each_lives_as_alone(points, seed)
    shuffled = order.sample(range(len(points)), len(points))
    lived_in_order, lived_shuffled = (
        Ensemble(some, log=True).run(seed) for some in (points, [points[i] for i in shuffled])
    )
    for i, ran in zip(shuffled, lived_shuffled, strict=True):
        assert (ran.tallies == lived_in_order[i].tallies).all()
        assert (ran.log == lived_in_order[i].log).all()


@settings(max_examples=25, deadline=None)
@given(POINT, st.integers(1, 17), st.integers(1, 9), st.integers(1, 60), SEED)
def test_practices_of_any_shape_are_lived_as_in_the_other_world(point, therapists, caseload, weeks, seed):
    weeks = min(weeks, 1 + 400 // (therapists * caseload))
    here = WILD | point | {"therapists": therapists, "caseload": caseload, "weeks": weeks}
    assert_same(simulate(seed, log=True, **here), simulate(seed, world="mesa", log=True, **here))


def test_an_ensemble_run_again_leaves_what_a_new_one_leaves():
    points = [checked(point) for point in points_of(5)]
    again = Ensemble(points, log=True)
    again.run(3)
    for first, second in zip(again.run(4), Ensemble(points, log=True).run(4), strict=True):
        assert (first.tallies == second.tallies).all()
        assert (first.log == second.log).all()
