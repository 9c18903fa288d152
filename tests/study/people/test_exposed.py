"""Those who saw tears, beside themselves without them."""

import numpy as np
import pytest

from tearsim.science.codes import LEFT
from tearsim.study.people.exposed import compared_pairs
from tearsim.worlds.tables import LOG


def sessions(rows):
    """Sessions: place, week, noticed, alliance, distress, whether the client left; in order of week."""
    table = np.zeros(len(rows), LOG)
    for i, (home, week, noticed, alliance, distress, left) in enumerate(sorted(rows, key=lambda row: row[1])):
        table[i]["home"], table[i]["turn"], table[i]["week"], table[i]["noticed"] = home, 1, week, noticed
        table[i]["alliance"], table[i]["distress"], table[i]["ending"] = alliance, distress, LEFT if left else 0
    return table


SHOWN = [
    (1, 1, True, 0.5, 2.0, False),
    (1, 5, True, 0.9, 1.0, True),
    (2, 1, False, 0.1, 2.0, True),
    (3, 2, True, 0.6, 2.0, False),
]
HELD_BACK = [
    (1, 1, False, 0.4, 2.0, False),
    (1, 5, False, 0.7, 1.5, False),
    (2, 1, False, 0.3, 2.0, False),
    (3, 2, False, 0.5, 1.8, False),
]


def test_only_those_who_noticed_tears_are_compared_and_with_themselves():
    found = compared_pairs(sessions(SHOWN), sessions(HELD_BACK), weeks=20)
    assert (found["clients"], found["saw"]) == (3, 2)
    assert (found["left_within_12"], found["left_within_12_of"], found["left_shown"]) == (1.0, 2, 1.0)
    assert found["alliance_after_0"] == pytest.approx(0.1 + 0.1), "counted from the first tears, in the same week"
    assert (found["alliance_after_4"], found["alliance_after_4_of"]) == (pytest.approx(0.2), 1), "one is still there"
    assert found["alliance_after_12_of"] == 0
    assert found["distress_last"] == pytest.approx(-0.5 + 0.2)


def test_leaving_is_told_of_those_who_are_watched_for_twelve_weeks():
    assert compared_pairs(sessions(SHOWN), sessions(HELD_BACK), weeks=13)["left_within_12_of"] == 1
    late = compared_pairs(
        sessions([(1, 1, True, 0.5, 2.0, False), (1, 14, False, 0.5, 2.0, True)]), sessions(HELD_BACK), 20
    )
    assert late["left_within_12"] == 0.0


def test_where_nobody_saw_any_nobody_is_counted():
    found = compared_pairs(sessions(HELD_BACK), sessions(HELD_BACK), weeks=20)
    assert (found["saw"], found["left_within_12_of"], found["alliance_after_4_of"]) == (0, 0, 0)
