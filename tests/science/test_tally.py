"""What a week counts: by hand, one happening at a time, onto a week in which something had been counted already."""

from functools import partial
from types import SimpleNamespace

import pytest

from tearsim.science import codes as w
from tearsim.science import tally
from tearsim.science.tally import Tally
from tests.science.helpers import a_client
from tests.science.test_lives_by_hand import a_session

exactly = partial(pytest.approx, rel=1e-12)

# What is counted outside of sessions, or stands there for the practice as a whole.
OF_THE_PRACTICE = {"switched", "weeks_to_new", "gave_up", "in_therapy", "looking"}


def a_week(first=100.0):
    """A week in which each count already stands at another number."""
    return SimpleNamespace(**{field: first + k for k, field in enumerate(Tally.__annotations__)})


def added(count):
    """What counting something has added to a week, field by field; fields that stayed as they were are left out."""
    before, after = a_week(), a_week()
    count(after)
    assert vars(after).keys() == vars(before).keys()
    return {name: value - vars(before)[name] for name, value in vars(after).items() if value != vars(before)[name]}


def counted(**changes):
    """What a session adds to its week."""
    return added(lambda t: tally.count_session(t, a_session(**changes)))


QUIET = {"sessions": 1.0, "alliance": 0.75, "alliance_squared": 0.5625}


def test_a_quiet_session_is_one_more_session_and_its_alliance():
    assert counted() == exactly(QUIET)
    assert counted(number=2) == counted(number=4) == exactly(QUIET)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"number": 3}, {"third_sessions": 1.0, "third_alliance": 0.75}),
        ({"client_tears": w.RELEASE}, {"client_tears": 1.0}),
        ({"client_tears": w.DISCOMFORT}, {"client_tears": 1.0}),
        ({"rupture": 0.2}, {"ruptures": 1.0}),
        ({"rupture": 1.3}, {"ruptures": 1.0}),
        ({"repaired": True}, {"repaired": 1.0}),
        ({"tears_felt": w.NEAR}, {"felt": 1.0}),
        ({"tears_felt": w.NEAR, "tears_shown": w.NEAR}, {"felt": 1.0, "near": 1.0}),
        ({"tears_felt": w.OPEN, "tears_shown": w.OPEN}, {"felt": 1.0, "open": 1.0}),
        ({"tears_felt": w.OVERWHELMED, "tears_shown": w.OVERWHELMED}, {"felt": 1.0, "overwhelmed": 1.0}),
        ({"tears_felt": w.OPEN, "noticed": True, "reception": w.UNMOVED}, {"felt": 1.0, "noticed": 1.0}),
        ({"tears_felt": w.OPEN, "noticed": True, "reception": w.MOVED}, {"felt": 1.0, "noticed": 1.0, "moved": 1.0}),
        (
            {"tears_felt": w.OPEN, "noticed": True, "reception": w.UNSETTLED},
            {"felt": 1.0, "noticed": 1.0, "unsettled": 1.0},
        ),
    ],
)
def test_whatever_happens_in_a_session_raises_its_own_counts_and_no_other(changes, counts):
    assert counted(**changes) == exactly(QUIET | counts)


def test_tears_are_read_only_where_eyes_filled():
    assert counted(noticed=True, reception=w.MOVED, tears_shown=w.OPEN) == exactly(QUIET)


@pytest.mark.parametrize(
    ("ending", "counts"),
    [(w.COMPLETED_TOLD, {}), (w.COMPLETED_UNTOLD, {"untold": 1.0}), (w.LEFT, {"left": 1.0})],
)
@pytest.mark.parametrize("number", [1, 2, 9])
def test_an_ending_counts_its_kind_its_length_and_of_those_who_came_twice_their_distress(ending, counts, number):
    client = a_client(distress_at_start=1.5)
    session = a_session(number=number, ending=ending, alliance=0.6, distress=0.4)
    always = {"ended": 1.0, "ended_sessions": number, "final_alliance": 0.6}
    treated = {"treated": 1.0, "start_distress": 1.5, "start_distress_squared": 2.25, "last_distress": 0.4}
    expected = always | counts | (treated if number >= 2 else {})
    assert added(lambda t: tally.count_ending(t, client, session)) == exactly(expected)


def test_an_answer_to_the_follow_up_question_counts_with_its_distress():
    counts = added(lambda t: tally.count_follow_up(t, a_client(distress=0.7)))
    assert counts == exactly({"asked": 1.0, "asked_distress": 0.7})


def test_a_room_adds_all_that_happens_in_sessions_and_nothing_else():
    room = a_week(first=1.0)
    assert added(lambda t: tally.add_room(t, room)) == exactly(
        {field: value for field, value in vars(room).items() if field not in OF_THE_PRACTICE}
    )
