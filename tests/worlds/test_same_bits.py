"""Both worlds, compiled or not, give the same numbers to the last bit."""

import copy
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked
from tearsim.worlds import ensemble, records
from tearsim.worlds.books import BOOKS
from tearsim.worlds.simulate import Run, simulate

# A practice small enough for many, and wild enough that everything happens: tears, griefs, relapses, retirements.
WILD = {
    "therapists": 3, "caseload": 4, "weeks": 30, "eyes_fill_base": -1.0, "grief_onset": 0.1, "relapse": 0.05,
    "career_length": 2.0, "therapist_experience": 1.0, "seeking_base": 2.0, "seeking_wait": 2.0,
    "progress_strain": -0.3, "bond_strain": -0.1, "bad_news": 0.2,
}  # fmt: skip


def assert_same(one: Run, other: Run) -> None:
    """Every field of every session, every tally and every outcome."""
    assert len(one.log) == len(other.log) > 0
    for field in one.log.dtype.names:
        assert (one.log[field] == other.log[field]).all(), field
    for field in one.tallies.dtype.names:
        assert (one.tallies[field] == other.tallies[field]).all(), field
    assert one.outcomes.keys() == other.outcomes.keys()
    for name, value in one.outcomes.items():
        assert value == other.outcomes[name] or (np.isnan(value) and np.isnan(other.outcomes[name])), name


def plausible_value(name: str) -> st.SearchStrategy:
    """Any value of a parameter's plausible range."""
    declared = PARAMETERS[name]
    low, high = declared.plausible
    if declared.kind == "choice":
        return st.sampled_from(declared.choices)
    if declared.kind == "switch":
        return st.booleans()
    return st.integers(int(low), int(high)) if declared.kind == "whole number" else st.floats(low, high)


SIZES = {"therapists": st.integers(1, 4), "caseload": st.integers(1, 5), "weeks": st.integers(1, 20),
         "hold_back_client": st.integers(1, 20), "hold_back_week": st.integers(0, 20)}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={name: plausible_value(name) for name in PARAMETERS} | SIZES),
    st.integers(0, 2**64 - 1),
)
def test_the_two_worlds_agree_whatever_the_parameters_and_seed(parameters, seed):
    small = {"therapists": 2, "caseload": 3, "weeks": 12} | parameters
    if "hold_back_week" in small:
        small.setdefault("hold_back_client", 1)
    assert_same(simulate(seed, log=True, **small), simulate(seed, world="mesa", log=True, **small))


@pytest.mark.parametrize("arrivals", ["open", "cohort"])
@pytest.mark.parametrize("tears", ["shown", "held back", "voiced", "leaking"])
@pytest.mark.parametrize("matching", ["random", "informed"])
def test_the_two_worlds_agree_where_everything_happens(arrivals, tears, matching):
    wild = WILD | {"arrivals": arrivals, "tears": tears, "matching": matching}
    assert_same(simulate(7, log=True, **wild), simulate(7, world="mesa", log=True, **wild))


def test_the_two_worlds_agree_over_a_usual_year():
    assert_same(simulate(3, log=True), simulate(3, world="mesa", log=True))


def test_compiled_and_uncompiled_agree():
    """The same ensemble in a process of its own, with compilation switched off."""
    code = (
        "import sys, json; from tearsim.worlds.simulate import simulate\n"
        "run = simulate(11, log=True, **json.loads(sys.argv[1]))\n"
        "sys.stdout.buffer.write(b''.join(t[n].tobytes() for t in (run.log, run.tallies) for n in t.dtype.names))"
    )
    uncompiled = subprocess.run(
        [sys.executable, "-c", code, json.dumps(WILD)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        check=True,
    )
    compiled = simulate(11, log=True, **WILD)
    # Column by column: what lies between them, so that each begins at a whole word, is nobody's.
    columns = [table[name] for table in (compiled.log, compiled.tallies) for name in table.dtype.names]
    assert uncompiled.stdout == b"".join(column.tobytes() for column in columns)


def test_compiled_code_never_trades_bits_for_speed():
    """A rule in a loop, compiled as the world is: no fused operations, no vectorised exponential of another rounding."""
    import numba
    from numba.core import config

    from tearsim.worlds.compiled_run import run_block_by
    from tearsim.worlds.compiling import OPTIONS

    @numba.njit(**OPTIONS)
    def many(x):
        total = 0.0
        for i in range(len(x)):
            total += 1.0 / (1.0 + np.exp(-x[i])) * x[i]
        return total

    many(np.ones(8))
    assembly = next(iter(many.inspect_asm().values()))
    assert "vfmadd" not in assembly
    assert "svml" not in assembly
    assert not config.USING_SVML
    compiled = run_block_by()
    assert not compiled.targetoptions["fastmath"]
    assert compiled.targetoptions["error_model"] == "numpy"


def test_the_mesa_world_runs_where_the_ensemble_cannot_be_imported():
    code = (
        "import sys\n"
        "for name in ('ensemble', 'compiled_week', 'compiling'): sys.modules['tearsim.worlds.' + name] = None\n"
        "sys.modules['numba'] = None\n"
        "import tearsim; print(tearsim.simulate(seed=2, world='mesa', therapists=2, weeks=5).outcomes['sessions'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == 100.0


def test_all_that_the_books_name_is_noted_before_practices_run(monkeypatch):
    """Compiled code goes where the books say: a table that nobody noted would be read from nowhere."""
    named = set()
    note = ensemble.BOOKS.note
    books = SimpleNamespace(
        begun=ensemble.BOOKS.begun, note=lambda vector, values: (named.update(values), note(vector, values))
    )
    monkeypatch.setattr(ensemble, "BOOKS", books)
    ensemble.Ensemble([checked({"therapists": 2, "weeks": 2})]).run(seed=1)
    assert named == BOOKS.kind.fields.keys()


@pytest.mark.parametrize("arrivals", ["open", "cohort"])
def test_the_books_say_where_tables_are_whenever_compiled_code_reads_them(arrivals, monkeypatch):
    """Over replicates in different worlds, blocks of few weeks, and more people than there was room for."""
    monkeypatch.setattr(ensemble, "LUCK_BYTES", 1)
    given = {**WILD, "arrivals": arrivals, "estimates": "open", "weeks": 60}
    open_points = [checked({**given, "tears": tears}) for tears in ("shown", "voiced")]
    together = ensemble.Ensemble(open_points, log=True)
    (shared,) = together._shapes
    (practices,) = shared.together
    run_block, rooms = practices._run_block, set()

    def looked_at(books):
        tables = {**practices.tables, **practices.people, "parameters": practices._p, "tallies": practices.tallies}
        luck = {name: table for name, table in shared.tables.items() if isinstance(table, np.ndarray)}
        for name, table in (tables | luck).items():
            assert books[BOOKS.kind.starts[name]] == table.ctypes.data, name
        rooms.add(len(practices.people["followed"][0]))
        return run_block(books)

    monkeypatch.setattr(practices, "_run_block", looked_at)
    lived = [ran for replicate in range(4) for ran in together.run(5, replicate)]
    assert len(rooms) > 1, "more people were followed than there was room for"
    alone = [
        ran for replicate in range(4) for one in open_points for ran in ensemble.Ensemble([one], True).run(5, replicate)
    ]
    assert [ran.tallies.tobytes() for ran in lived] == [ran.tallies.tobytes() for ran in alone]


def test_however_many_give_up_looking_in_one_week_there_is_room_to_follow_them(monkeypatch):
    """In the smallest of practices, where more may lose patience in a week than there are places."""
    monkeypatch.setattr(ensemble, "LUCK_BYTES", 1)  # so that each week comes by itself
    quickly = {"seeking_base": 1.0, "patience": 8, "seeking_wait": 1.0, "leaving_base": -4.0, "agreed_sessions": 2.0}
    point = checked({"therapists": 1, "caseload": 1, "weeks": 104, **quickly})
    followed = list(records.COUNT_RECORDS.fields).index("followed")
    for seed in range(60):
        alone = ensemble.Ensemble([point])  # a new one, with as much room as there is to begin with
        (practices,) = alone._shapes[0].together

        def looked_at(books, practices=practices, run_block=practices._run_block):
            lacking = run_block(books)
            assert practices.tables["counts"][0, followed] <= len(practices.people["followed"][0])
            return lacking

        monkeypatch.setattr(practices, "_run_block", looked_at)
        (lived,) = alone.run(seed)
        if seed % 20 == 0:
            assert lived.tallies.tobytes() == simulate(seed, world="mesa", parameters=point).tallies.tobytes()


def test_a_copy_of_an_ensemble_keeps_its_own_tables():
    first = ensemble.Ensemble([checked({"therapists": 2, "weeks": 4})])
    other = copy.deepcopy(first)
    (there,) = other.run(3)
    (here,) = first.run(3)
    assert there.tallies.tobytes() == here.tallies.tobytes()
    assert here.tallies["sessions"].sum() == 80.0


def test_a_log_of_tears_holds_the_sessions_of_a_full_log_in_which_eyes_filled():
    """What is kept changes nothing that happens, in either world."""
    every = simulate(7, log=True, **WILD)
    tears = simulate(7, log="tears", **WILD)
    felt = every.log[every.log["tears_felt"] != 0]
    assert 0 < len(felt) < len(every.log)
    assert (felt == tears.log).all()
    assert every.tallies.tobytes() == tears.tallies.tobytes()
    assert_same(tears, simulate(7, world="mesa", log="tears", **WILD))
