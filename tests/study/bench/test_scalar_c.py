"""Scalar C runs the model itself: translated from its text, the same to the last bit."""

import numpy as np
import pytest

from tearsim.science.rules import Tears, sensed_level
from tearsim.science.settings import checked
from tearsim.study.bench import scalar_c
from tearsim.study.bench.c_text import NotInCError, ProgramInC
from tearsim.study.bench.scalar_c import PracticesInC, compiler, program
from tearsim.study.bench.sessions import in_c, points_of
from tearsim.worlds.ensemble import Ensemble

needs_compiler = pytest.mark.skipif(compiler() is None, reason="no C compiler")

SHORT_CAREERS = {"career_length": 2.0, "therapist_experience": 1.0}
WORLDS = {
    "as benchmarked": {},
    "a longer watch": {"weeks": 110},
    "therapists retire": {"weeks": 110, **SHORT_CAREERS},
    "a cohort": {"arrivals": "cohort"},
    "informed": {"matching": "informed"},
    "tears held back": {"tears": "held back"},
    "tears leak": {"tears": "leaking"},
    "tears voiced": {"tears": "voiced"},
    "relapses": {"relapse": 0.02, "weeks": 80},
    "grief": {"grief_onset": 0.05, "grief_end": 0.1, "eyes_fill_grief": 1.0},
    "a fixed plan": {"endings": "fixed plan"},
    "comfort learns from truth": {"comfort_learns_from": "truth"},
}


def counted_alike(points, seed):
    for ran, counted in zip(Ensemble(points).run(seed), PracticesInC(points).prepared(seed)(), strict=True):
        for name in ran.tallies.dtype.names:
            assert (ran.tallies[name] == counted[name]).all(), name


@needs_compiler
@pytest.mark.parametrize("world", WORLDS)
def test_scalar_c_counts_what_the_ensemble_counts_to_the_last_bit(world):
    usual = {"therapists": 6, "caseload": 7, "weeks": 52}
    counted_alike([checked({**usual, **WORLDS[world]})], seed=11)


@needs_compiler
def test_so_it_does_for_the_design_points_that_are_measured():
    counted_alike(points_of(20), seed=3)


@needs_compiler
def test_a_run_leaves_nothing_behind_for_the_next():
    practices = PracticesInC(points_of(2))
    first = practices.prepared(5)()
    practices.prepared(6)()
    assert all(np.array_equal(*pair) for pair in zip(first, practices.prepared(5)(), strict=True))


@needs_compiler
def test_the_benchmark_refuses_c_that_counts_otherwise(monkeypatch):
    slip = program().replace("(depth - 0.6)", "(depth - 0.61)")
    assert slip != program()
    monkeypatch.setattr(scalar_c, "program", lambda: slip)
    scalar_c._library.cache_clear()
    try:
        with pytest.raises(ArithmeticError, match="counts differently"):
            in_c(points_of(1))
    finally:
        scalar_c._library.cache_clear()


def test_a_rule_is_translated_operation_by_operation_in_the_order_written():
    asked = ProgramInC()
    assert asked.function(sensed_level) == "rules_sensed_level"
    assert "if ((manner == 0)) {" in asked.text
    assert "if (((felt == 0) || (manner == 1))) {" in asked.text


def sums_a_list(numbers: float) -> float:
    return sum([numbers])


def cuts_short(share: float) -> int:
    whole = 0
    whole += share
    return whole


def joins_numbers(share: float) -> float:
    return share or 1.0


def gives_what_it_does_not_say(share: float) -> Tears:
    return share


@pytest.mark.parametrize("function", [sums_a_list, cuts_short, joins_numbers, gives_what_it_does_not_say])
def test_what_c_would_read_otherwise_is_refused(function):
    with pytest.raises(NotInCError):
        ProgramInC().function(function)
