"""Rules asked for eight at once give what each of the eight gets by itself, to the last bit, and change nobody else."""

import importlib
import sys
from types import FunctionType, SimpleNamespace
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science import functions, lives, meeting, rules, scales, session, tally
from tearsim.science.people import Client, Therapist
from tearsim.science.session import Session
from tearsim.science.tally import Tally
from tearsim.science.types import Parameters, SessionLuck
from tearsim.worlds.abreast import abreast, stands_abreast
from tearsim.worlds.compiled_week import attend
from tearsim.worlds.compiling import within_compiled
from tearsim.worlds.simulate import simulate
from tests.worlds import odd_rules_of_a_user as odd
from tests.worlds import ways_to_write_a_rule as ways
from tests.worlds.eight import Abreast, abreast_of
from tests.worlds.test_same_bits import WILD, assert_same

of_eight = settings(max_examples=60, deadline=None)
SEEDS = st.integers(0, 2**64 - 1)

RULES = [
    meeting.begin_session, meeting.meet, meeting.congruence, meeting.felt_empathy, meeting.has_bad_news, rules.depth_of_talk, rules.cries, rules.hushes, rules.resonance, rules.own_burden, rules.eyes_fill,
    rules.whose_feeling, rules.manner_of_tears, rules.sensed_level, rules.notices, rules.believes_noticed, rules.speaks,
    rules.appraise, rules.received, rules.believes, rules.distress_noise, rules.pace_of_progress, rules.distress_after,
    rules.repairs, rules.new_rupture, rules.bond_after, rules.reaches_agreed_end, rules.ends_well,
    rules.leaves,
]  # fmt: skip
PEOPLE_FREE = [
    lives.begin_week, lives.learn, lives.retires, lives.live_outside, lives.relapses, lives.asked_now,
    lives.is_followed, tally.count_session, tally.count_tears, tally.count_ending, tally.count_follow_up,
    tally.add_room, session.take_in, session.hear, scales.logistic,
]  # fmt: skip
FUNCTIONS = [functions.exp, functions.log, functions.logit, functions.tanh, functions.inverse_normal]


def ids(function):
    return function.__name__


def test_no_rule_is_left_out():
    there = {
        one for of in (rules, meeting) for one in vars(of).values() if getattr(one, "__module__", "") == of.__name__
    }
    assert {one for one in there if not isinstance(one, type)} == set(RULES)
    assert {one for one in vars(lives).values() if getattr(one, "__module__", "") == lives.__name__} <= set(PEOPLE_FREE)
    assert {one for one in vars(tally).values() if getattr(one, "__module__", "") == tally.__name__} - {Tally} <= set(
        PEOPLE_FREE
    )


# Compiled together, which takes less time than one by one.
@pytest.fixture(scope="module")
def of_the_science():
    return abreast_of([*RULES, *PEOPLE_FREE])


@pytest.mark.parametrize("rule", [*RULES, *PEOPLE_FREE], ids=ids)
def test_a_rule_gives_eight_at_once_what_each_gets_by_itself(of_the_science, rule):
    @of_eight
    @given(SEEDS)
    def agrees(seed):
        of_the_science.agrees([*RULES, *PEOPLE_FREE].index(rule), rule, seed)

    agrees()


def decided(client: Client, therapist: Therapist, manner: int, p: Parameters, luck: SessionLuck) -> Session:
    """A session, asked for as rules are."""
    return session.session(client, therapist, manner, p, luck)


@pytest.fixture(scope="module")
def whole_sessions():
    attended = get_type_hints(attend)
    decides = get_type_hints(decided)
    gives = attended.pop("return"), decides.pop("return")
    return Abreast([(abreast(attend), attended, gives[0]), (abreast(decided), decides, gives[1])])


@settings(max_examples=300, deadline=None)
@given(SEEDS)
def test_a_session_is_decided_for_eight_at_once_as_for_each(whole_sessions, seed):
    whole_sessions.agrees(1, decided, seed)


@settings(max_examples=300, deadline=None)
@given(SEEDS)
def test_eight_sessions_are_lived_and_counted_as_each_by_itself(whole_sessions, seed):
    whole_sessions.agrees(0, attend, seed)


# --- The functions that rules are made of ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def functions_abreast():
    return abreast_of(FUNCTIONS)


ARGUMENTS = {
    "exp": st.floats(-800.0, 800.0), "tanh": st.floats(allow_nan=False, allow_infinity=False),
    "log": st.floats(2.0**-1022, 2.0**1023, exclude_max=True),
    "logit": st.floats(2.0**-54, 1.0 - 2.0**-53), "inverse_normal": st.floats(2.0**-54, 1.0 - 2.0**-53),
}  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_a_function_finds_the_same_bits_eight_at_once(functions_abreast, function):
    @settings(max_examples=300, deadline=None)
    @given(st.lists(ARGUMENTS[function.__name__], min_size=8, max_size=8), st.integers(0, 255))
    def agrees(numbers, bits):
        found = functions_abreast.numbers(FUNCTIONS.index(function), bits, numbers)
        expected = [function(x) if bits >> lane & 1 else 0.0 for lane, x in enumerate(numbers)]
        assert found.tobytes() == np.array(expected).tobytes()

    agrees()


# --- Every way to write a rule -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every_way():
    within_compiled(ways)
    return abreast_of(ways.IN_LANES + ways.ONE_BY_ONE, ways.shape)


@pytest.mark.parametrize("rule", ways.IN_LANES, ids=ids)
def test_what_is_made_of_assignments_branches_and_calls_is_turned(rule):
    assert stands_abreast(rule, ways.shape)


@pytest.mark.parametrize("rule", [*ways.ONE_BY_ONE, ways.recursion], ids=ids)
def test_what_cannot_be_turned_is_asked_lane_by_lane(rule):
    assert not stands_abreast(rule, ways.shape)


@pytest.mark.parametrize(
    "which", range(len(ways.IN_LANES + ways.ONE_BY_ONE)), ids=[*map(ids, ways.IN_LANES + ways.ONE_BY_ONE)]
)
def test_however_a_rule_is_written_eight_at_once_mean_the_same(every_way, which):
    @of_eight
    @given(SEEDS)
    def agrees(seed):
        every_way.agrees(which, (ways.IN_LANES + ways.ONE_BY_ONE)[which], seed)

    agrees()


# --- Functions of a user, in a run ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rules_of_one",
    [pytest.param(one, marks=[] if one is odd.ChangePeople else pytest.mark.slow) for one in odd.SETS],
    ids=ids,
)
def test_functions_that_few_would_write_run_to_the_same_bits_in_both_worlds(rules_of_one):
    replaced = odd.rules_of(rules_of_one)
    wild = WILD | {"eyes_fill_base": 1.0, "near_noticed": 0.5, "rupture_base": 0.0, "tears": "shown"}
    one = simulate(7, log=True, rules=replaced, **wild)
    assert_same(one, simulate(7, world="mesa", log=True, rules=replaced, **wild))


RULE = """def repairs(therapist, client, p, luck):
    return luck.repaired < {}
"""


def test_a_rule_that_was_edited_and_imported_anew_is_the_new_one(tmp_path, monkeypatch):
    """And one that was edited since it was imported is still the one in memory."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    file = tmp_path / "rules_edited.py"

    def agrees(rule):
        eight = abreast_of([rule], rules.repairs)
        for seed in range(20):
            eight.agrees(0, rule, seed)
        return rule(None, None, None, SimpleNamespace(repaired=0.0))

    file.write_text(RULE.format("9.0"))
    assert agrees(importlib.import_module("rules_edited").repairs)
    file.write_text(RULE.format("-9.0 "))
    importlib.invalidate_caches()
    never = importlib.reload(sys.modules["rules_edited"]).repairs
    assert stands_abreast(never, rules.repairs)
    assert not agrees(never)
    file.write_text(RULE.format("p.repair_base + 9.0"))
    changed = FunctionType(never.__code__, never.__globals__, "repairs")
    assert not stands_abreast(changed, rules.repairs)
    assert not agrees(changed)
