"""A practice lived in plain Python: the week that both worlds live, to the last bit."""

import inspect
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tearsim.errors import TearSimError
from tearsim.science import tally
from tearsim.science.acting import ActingClient, ActingTherapist
from tearsim.science.alternatives import THEORIES, with_theory
from tearsim.science.codes import KEEP_ALL, KEEP_TEARS
from tearsim.science.fitted import in_world
from tearsim.science.luck import Luck, LuckOfPractice
from tearsim.science.people import Client, Therapist
from tearsim.science.practice import PracticeLife
from tearsim.science.replacing import REPLACEABLE
from tearsim.science.settings import as_rules_read, checked
from tearsim.science.tally import Tally
from tearsim.worlds.simulate import simulate
from tests.worlds import rules_of_a_user as mine
from tests.worlds.test_same_bits import WILD

COUNTED = tuple(Tally.__annotations__)
EVERY_RULE = {name: getattr(mine, name) for name in REPLACEABLE}


def begun(seed, replicate=0, theory=None, rules=None, kept=0, **given):
    """A practice in plain Python before its first week."""
    values, replaced = with_theory(theory, rules, given)
    p = as_rules_read(in_world(checked(values), replicate))
    return PracticeLife(p, LuckOfPractice(Luck(seed, replicate), p.places, p.therapists), replaced=replaced, kept=kept)


def weeks_of(seed, **given):
    """What a practice in plain Python counts, week by week."""
    practice = begun(seed, **given)
    return rows_of(practice.live(practice.p.weeks), COUNTED)


def rows_of(records, names):
    return [tuple(getattr(record, name) for name in names) for record in records]


def assert_one_practice(seed, worlds=("mesa", "ensemble"), **given):
    """Plain Python, Mesa's agents and compiled code count the same in every week."""
    lived = weeks_of(seed, **given)
    for world in worlds:
        tallies = simulate(seed, world=world, **given).tallies
        for name, values in zip(COUNTED, zip(*lived, strict=True), strict=True):
            assert tallies[name].tolist() == list(values), (world, name)


@pytest.mark.parametrize("seed", [0, 3, 2**64 - 1])
def test_a_usual_year_is_the_same_in_plain_python_among_agents_and_compiled(seed):
    assert_one_practice(seed)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("arrivals", ["open", "cohort"])
@pytest.mark.parametrize("matching", ["random", "informed"])
def test_relapse_retirement_and_change_of_places_are_the_same_three_times(seed, arrivals, matching):
    many_leave = {
        "leaving_base": -4.0,
        "seeking_base": 1.0,
        "relapse": 0.05,
        "seeking_wait": 15.0,
    }  # and some of them give up
    wild = WILD | many_leave | {"weeks": 70, "arrivals": arrivals, "matching": matching}
    assert_one_practice(seed, **wild)
    practice = begun(seed, **wild)
    counted = practice.live(70)
    assert any(therapist.holder for therapist in practice.therapists), "someone has retired"
    assert all(sum(getattr(week, name) for week in counted) for name in ("asked", "gave_up", "switched"))
    assert any(person is not None and person.relapsed for person in practice.people) or arrivals == "cohort"


@pytest.mark.parametrize("replicate", [0, 1, 5])
def test_fitted_worlds_are_the_same_three_times(replicate):
    assert_one_practice(4, replicate=replicate, estimates="fitted", therapists=4)


@pytest.mark.parametrize("tears", ["held back", "voiced", "leaking"])
def test_however_tears_are_dealt_with_it_is_the_same_three_times(tears):
    assert_one_practice(5, **WILD | {"tears": tears, "stratified_therapists": True})


@pytest.mark.parametrize("theory", sorted(THEORIES))
def test_a_theory_is_the_same_in_plain_python_and_among_agents(theory):
    """Compiled code is held to the agents' bits in `worlds/test_replaced_rules.py`."""
    assert_one_practice(6, worlds=("mesa",), theory=theory, **WILD)


def test_with_every_rule_replaced_it_is_the_same_in_plain_python_and_among_agents():
    assert_one_practice(7, worlds=("mesa",), rules=EVERY_RULE, **WILD)
    assert weeks_of(7, rules=EVERY_RULE, **WILD) != weeks_of(7, **WILD)


@pytest.mark.parametrize("kept", [KEEP_ALL, KEEP_TEARS])
def test_the_log_is_the_same_three_times(kept):
    practice = begun(8, kept=kept, **WILD)
    practice.live(WILD["weeks"])
    for world in ("mesa", "ensemble"):
        log = simulate(8, world=world, log=kept, **WILD).log
        assert rows_of(practice.logged, log.dtype.names) == log.tolist()


def test_a_class_of_ones_own_acts_as_a_function_in_the_place_of_the_rule():
    class Unmoved(ActingClient):
        def appraise(self, therapist, tears, p, luck):
            return 0.0

    p = as_rules_read(checked(WILD))
    practice = PracticeLife(p, LuckOfPractice(Luck(9), p.places, p.therapists), client_class=Unmoved)
    assert rows_of(practice.live(30), COUNTED) == weeks_of(9, rules={"appraise": unmoved}, **WILD)


def unmoved(client, therapist, tears, p, luck):
    return 0.0


def test_a_rule_set_on_one_person_alone_is_refused():
    practice = begun(1, **WILD)
    practice.people[0].leaves = lambda *situation: True
    with pytest.raises(TearSimError, match=r"^leaves was set on <ActingClient 1, .*> alone, where it is never called"):
        practice.live_a_week()


def test_people_have_what_rules_read_and_write_and_no_more():
    practice = begun(1, **WILD)
    practice.live(20)
    for therapist in practice.therapists:
        assert vars(therapist).keys() == {*Therapist.__annotations__, "model", "room"}
    for client in filter(None, practice.people):
        assert vars(client).keys() == {*Client.__annotations__, "model"}
    assert isinstance(practice.therapists[0], ActingTherapist)
    assert repr(practice.therapists[0]).startswith("<ActingTherapist in room 1, ")


def test_weeks_may_be_lived_one_by_one():
    practice = begun(2, **WILD)
    one_by_one = [practice.live_a_week() for _ in range(30)]
    assert practice.week == 30
    assert rows_of(one_by_one, COUNTED) == weeks_of(2, **WILD)
    assert practice.live(0) == []


@pytest.mark.parametrize("weeks", ["4", 2.5, 4.0, -1, True, None, [4], float("nan")])
def test_a_number_of_weeks_that_is_none_is_refused_in_one_line(weeks):
    practice = begun(2, **WILD)
    with pytest.raises(TearSimError, match=r"^The number of weeks is a whole number from 0; .* is not\.$"):
        practice.live(weeks)
    assert practice.week == 0


# --- Without libraries -----------------------------------------------------------------------------------------------

ALONE = """
import json, sys
for name in ("numpy", "scipy", "mesa", "numba", "pandas"):
    sys.modules[name] = None
from tearsim.science.luck import Luck, LuckOfPractice
from tearsim.science.practice import PracticeLife
from tearsim.science.settings import as_rules_read, checked

given = json.load(sys.stdin)
p = as_rules_read(checked(given))
practice = PracticeLife(p, LuckOfPractice(Luck(11), p.places, p.therapists))
json.dump([vars(week) for week in practice.live(given["weeks"])], sys.stdout)
"""


def test_where_there_is_nothing_but_the_standard_library_a_practice_lives_to_the_same_bits():
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=json.dumps(WILD), capture_output=True, text=True, check=True
    )
    tallies = simulate(11, **WILD).tallies
    assert [tuple(week[name] for name in tallies.dtype.names) for week in json.loads(done.stdout)] == tallies.tolist()


# --- The order of sums -----------------------------------------------------------------------------------------------


def test_a_week_adds_up_the_practice_then_its_rooms_one_after_another():
    """Each room's sums from its own sessions alone, in order of place, and then added in order of room."""
    given = WILD | {"therapists": 5, "caseload": 7}
    practice = begun(12, kept=KEEP_ALL, **given)
    told_apart = 0
    for _ in range(30):
        week = practice.live_a_week()
        held, practice.logged = practice.logged, []
        total = 0.0
        for room in range(5):
            of_room = 0.0
            for session in held:
                if (session.place - 1) % 5 == room:
                    of_room += session.alliance
            total += of_room
        assert week.alliance == total
        told_apart += total != sum_in_order(session.alliance for session in held)
    assert told_apart > 5, "another order of sums would have other bits"


def sum_in_order(values):
    total = 0.0
    for value in values:  # Python's own `sum` rounds otherwise from 3.12 on
        total += value
    return total


def test_all_that_sessions_count_is_added_and_nothing_else():
    source = inspect.getsource(tally.add_room)
    counts = (tally.count_session, tally.count_tears, tally.count_ending, tally.count_follow_up)
    in_sessions = {"arrived"} | {
        name for name in COUNTED if any(f"t.{name} += " in inspect.getsource(f) for f in counts)
    }
    assert {name for name in COUNTED if f"t.{name} += room.{name}\n" in source} == in_sessions
    ones, twos = (SimpleNamespace(**dict.fromkeys(COUNTED, value)) for value in (1.0, 2.0))
    tally.add_room(ones, twos)
    assert {name for name in COUNTED if getattr(ones, name) == 3.0} == in_sessions
