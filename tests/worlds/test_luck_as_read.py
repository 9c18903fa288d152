"""In a cohort no more of sessions' luck is drawn than somebody reads, and nobody can tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science.luck import RUNS, SESSION
from tearsim.science.settings import checked
from tearsim.worlds import ensemble
from tearsim.worlds.compiled_luck import BLOCKS_OF_SESSION, CHANGES_BLOCK, OF_CHANGES
from tearsim.worlds.ensemble import Ensemble, ReusedMemory, SharedLuck
from tearsim.worlds.lanes import LANES

SMALL = {"arrivals": "cohort", "therapists": 3, "caseload": 4, "weeks": 60}
MANY_CHANGES = {**SMALL, "leaving_base": -2.0, "seeking_base": 2.0}
ALIKE = {
    "one cohort": [SMALL],
    "as many as stand abreast": [{**SMALL, "tears": way} for way in ("shown", "held back", "voiced", "leaking")] * 2,
    "who leave, look and choose": [MANY_CHANGES, {**MANY_CHANGES, "matching": "informed"}],
    "who relapse and look again": [{**MANY_CHANGES, "relapse": 0.05}, {**SMALL, "relapse": 0.02}],
    "some of whom relapse": [{**MANY_CHANGES, "relapse": relapse} for relapse in (0.0, 0.1, 0.0, 0.001)],
    "for years": [{**SMALL, "weeks": 300, "relapse": 0.01}],
}


def lived(points, replicate=0, log=1):
    runs = Ensemble([checked(point) for point in points], log).run(4, replicate)
    return [(ran.tallies.tolist(), ran.log.tolist()) for ran in runs]


def drawn_whole(context):
    context.setattr(ensemble.PracticesAbreast, "reads_little", False)


def poison(context):
    """What is not drawn is no number, and never the luck of another week."""
    numbers = ReusedMemory.numbers

    def none_yet(self, number):
        room = numbers(self, number)
        room[:] = np.nan
        return room

    context.setattr(ReusedMemory, "numbers", none_yet)


@pytest.mark.parametrize("points", ALIKE.values(), ids=ALIKE)
@pytest.mark.parametrize("replicate", range(2))
@pytest.mark.parametrize("bytes_at_a_time", [ensemble.LUCK_BYTES, 5000], ids=["at once", "a week or two at a time"])
def test_nobody_reads_what_is_not_drawn(points, replicate, bytes_at_a_time, monkeypatch):
    poison(monkeypatch)
    monkeypatch.setattr(ensemble, "LUCK_BYTES", bytes_at_a_time)
    as_read = lived(points, replicate)
    drawn_whole(monkeypatch)
    assert as_read == lived(points, replicate)


shapes = st.fixed_dictionaries(
    {"therapists": st.integers(1, 9), "caseload": st.integers(1, 4), "weeks": st.integers(1, 70)}
)
of_one = st.fixed_dictionaries(
    {"arrivals": st.just("cohort")},
    optional={
        "tears": st.sampled_from(["shown", "held back", "voiced", "leaking"]),
        "matching": st.sampled_from(["random", "informed"]),
        "relapse": st.sampled_from([0.0, 0.001, 0.2]),
        "leaving_base": st.floats(-4.0, 0.0),
        "seeking_base": st.floats(-2.0, 4.0),
        "patience": st.integers(1, 20),
        "therapist_tear_propensity": st.floats(0.0, 0.99),
        "career_length": st.floats(1.0, 40.0),
    },
)


@settings(max_examples=60, deadline=None)
@given(shapes, st.lists(of_one, min_size=1, max_size=8), st.integers(0, 2**32 - 1))
def test_nobody_reads_it_whatever_the_parameters_are_and_whoever_is_beside_whom(shape, points, replicate):
    together = [shape | point for point in points]
    with pytest.MonkeyPatch.context() as context:
        poison(context)
        as_read = lived(together, replicate)
        drawn_whole(context)
        assert as_read == lived(together, replicate)


def drawn_of(points, monkeypatch):
    """Which blocks were drawn, [week, place, block], and what was counted, while practices were lived."""
    rooms = []
    draw = SharedLuck.draw

    def noted(self, first, weeks):
        draw(self, first, weeks)
        self.tables["session_luck"][:] = np.nan
        rooms.append(self.tables["session_luck"])

    monkeypatch.setattr(SharedLuck, "draw", noted)
    (ran,) = Ensemble([checked(point) for point in points]).run(4)
    (room,) = rooms
    assert room.shape[-1] == len(SESSION)
    return ~np.isnan(room).reshape(*room.shape[:2], BLOCKS_OF_SESSION, -1).all(axis=-1), ran.tallies


def test_of_most_rows_of_a_cohort_a_number_or_two_are_drawn(monkeypatch):
    drawn, tallies = drawn_of([{**SMALL, "therapists": 10, "seeking_base": -20.0}], monkeypatch)
    at_sessions = drawn.sum(axis=-1) >= BLOCKS_OF_SESSION - 1
    assert at_sessions.sum(axis=1).tolist() == tallies["sessions"].tolist()
    outside = SESSION.index("outside") // 4
    assert drawn[~at_sessions].sum(axis=0).nonzero()[0].tolist() == [outside], "no one looks for a place"
    assert drawn[..., CHANGES_BLOCK].sum() == tallies["ended"].sum()


def test_what_changes_of_place_read_is_a_block_of_its_own():
    assert SESSION[4 * CHANGES_BLOCK : 4 * (CHANGES_BLOCK + 1)] == OF_CHANGES


def test_log_odds_normal_numbers_and_what_stays_as_drawn_stand_in_the_order_in_which_they_are_turned():
    assert [drawn_as for drawn_as, _ in RUNS["session"]] == ["events", "normals", "uniforms", "normals"]
    assert len(RUNS["session"][-1][1]) == LANES == len(RUNS["session"][0][1]) + 1


def test_rules_of_a_user_may_read_anything(monkeypatch):
    poison(monkeypatch)

    def leaves(client, therapist, number, alliance, open_rupture, distress, reception, p, luck):
        return luck.relapse < 0.1 and luck.spare_2 < 0.5 and luck.place_order < 0.9

    points = [checked({**SMALL, "leaving_base": -2.0})]
    (ran,) = Ensemble(points, rules={"leaves": leaves}).run(4)
    assert 0 < ran.tallies["left"].sum() < ran.tallies["sessions"].sum()
