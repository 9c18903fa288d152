"""Those who saw tears, beside themselves without them."""

import pandas as pd
import pytest

from tearsim.science.codes import ENDING, GOES_ON, LEFT
from tearsim.study.people.close_up import CloseUp
from tearsim.study.people.exposed import those_who_saw


def sessions(rows):
    """Sessions: replicate, place, week, noticed, alliance, whether the client left."""
    table = pd.DataFrame(rows, columns=["replicate", "home", "week", "noticed", "alliance", "left"])
    return table.assign(turn=1, ending=table["left"].map({True: ENDING[LEFT], False: ENDING[GOES_ON]}))


def near(shown, held_back, practices=2):
    return CloseUp(sessions(shown), sessions(held_back), pd.DataFrame(), {}, 0, practices, "")


def test_only_those_who_noticed_tears_are_compared_at_their_last_session_and_with_themselves():
    shown = [
        (0, 1, 2, False, 0.9, True),
        (0, 1, 1, True, 0.5, False),
        (0, 2, 1, False, 0.1, True),
        (1, 1, 1, True, 0.6, False),
    ]
    held_back = [
        (0, 1, 1, False, 0.5, False),
        (0, 1, 2, False, 0.7, False),
        (0, 2, 1, False, 0.3, False),
        (1, 1, 1, False, 0.5, False),
    ]
    found = those_who_saw(near(shown, held_back))
    assert (found.clients, found.saw, found.practices) == (3, 2, 2)
    assert found.alliance.mean == pytest.approx((0.2 + 0.1) / 2)
    assert found.left.mean == 0.5
    assert found.left_more.mean == 0.5
    turned = those_who_saw(near([(*row[:3], True, *row[4:]) for row in held_back], shown))
    assert turned.left_more.mean == pytest.approx(-2 / 3), "all three saw tears there, and two leave without them"


def test_where_nobody_saw_any_there_is_no_mean():
    rows = [(0, 1, 1, False, 0.5, False), (1, 1, 1, False, 0.5, False)]
    found = those_who_saw(near(rows, rows))
    assert found.saw == 0
    assert found.alliance.mean != found.alliance.mean
