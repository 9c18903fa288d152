"""Little is lived in plain Python rather than wait for the compiler: the same bits, sooner."""

import os
import subprocess
import sys

import pytest

from tearsim.worlds import compiled_run, plainly, simulate
from tests.worlds.rules_of_a_user import appraise
from tests.worlds.test_same_bits import WILD, assert_same

run = simulate.simulate


@pytest.fixture
def nothing_compiled(monkeypatch):
    """Nothing is at hand, and nothing has been lived yet; what is lived in plain Python is noted."""
    lived = []

    def noted(*given):
        lived.append(given)
        return plainly_lived(*given)

    plainly_lived = plainly.live_plainly
    monkeypatch.setattr(plainly, "live_plainly", noted)
    monkeypatch.setattr(plainly, "WORTH_COMPILING", 2_000)
    monkeypatch.setattr(simulate, "_lived_plainly", 0)
    monkeypatch.setattr(compiled_run, "awaits_compiling", lambda: True)
    return lived


@pytest.mark.parametrize("log", [False, True, "tears"])
@pytest.mark.parametrize("given", [{"weeks": 30, "therapists": 6}, WILD | {"weeks": 30}], ids=["usual", "wild"])
def test_plain_python_leaves_the_bits_that_compiled_code_leaves(nothing_compiled, given, log, monkeypatch):
    monkeypatch.setattr(plainly, "WORTH_COMPILING", 10**9)
    plain = run(5, replicate=3, log=log, **given)
    assert len(nothing_compiled) == 1
    monkeypatch.setattr(compiled_run, "awaits_compiling", lambda: False)
    compiled = run(5, replicate=3, log=log, **given)
    assert len(nothing_compiled) == 1
    assert plain.tallies.tolist() == compiled.tallies.tolist()
    assert plain.log.tolist() == compiled.log.tolist()
    if log is True:
        assert_same(plain, compiled)


def test_whoever_goes_on_to_live_much_waits_for_the_compiler_once(nothing_compiled):
    for seed in range(6):
        run(seed, therapists=2, caseload=10, weeks=25)  # 500 sessions each, of the 2,000 that are lived in plain Python
    assert len(nothing_compiled) == 4


def test_one_large_practice_is_compiled_and_leaves_room_for_small_ones(nothing_compiled):
    run(1, therapists=10, caseload=20, weeks=11)
    assert nothing_compiled == []
    run(1, therapists=2, caseload=10, weeks=4)
    assert len(nothing_compiled) == 1


@pytest.mark.once
def test_a_function_in_the_place_of_a_rule_is_always_compiled(nothing_compiled):
    run(1, therapists=2, weeks=2, rules={"appraise": appraise})
    assert nothing_compiled == []


def test_where_code_is_at_hand_nothing_is_lived_in_plain_python(nothing_compiled, monkeypatch):
    monkeypatch.undo()
    run(1, therapists=2, weeks=2)
    assert not compiled_run.awaits_compiling()


def one_run(**environment):
    """What a command of its own prints and says."""
    arguments = [sys.executable, "-m", "tearsim", "run", "--json", "--weeks", "8", "--set", "therapists=2"]
    done = subprocess.run(arguments, env=os.environ | environment, capture_output=True, text=True, check=True)
    return done.stdout.split('"seconds"')[0], done.stderr


def test_a_first_run_compiles_nothing_and_tells_the_same(tmp_path):
    run(1, therapists=2, weeks=2)  # from here on, compiled code is kept where it usually is
    first, said = one_run(NUMBA_CACHE_DIR=str(tmp_path))
    assert said == ""
    assert list(tmp_path.rglob("*.compiled")) == []
    assert first == one_run()[0]
