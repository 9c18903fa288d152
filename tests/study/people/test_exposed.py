"""Those who saw tears, beside themselves without them."""

import numpy as np
import pytest

from tearsim.science.codes import LEFT
from tearsim.science.fitted import in_world
from tearsim.science.settings import checked
from tearsim.study.people.exposed import compared_pairs, live
from tearsim.worlds.simulate import simulate
from tearsim.worlds.tables import LOG


def sessions(rows):
    """Sessions: place, week, noticed, alliance, distress, whether the client left; in order of week."""
    table = np.zeros(len(rows), LOG)
    for i, (home, week, noticed, alliance, distress, left) in enumerate(sorted(rows, key=lambda row: row[1])):
        table[i]["home"], table[i]["turn"], table[i]["week"], table[i]["noticed"] = home, 1, week, noticed
        table[i]["alliance"], table[i]["distress"], table[i]["ending"] = alliance, distress, LEFT if left else 0
    return table


def compared(shown, held_back, weeks):
    return {name: each[0] for name, each in compared_pairs([shown], [held_back], weeks).items()}


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
    found = compared(sessions(SHOWN), sessions(HELD_BACK), weeks=20)
    assert (found["clients"], found["saw"]) == (3, 2)
    assert (found["left_within_12"], found["left_within_12_of"], found["left_shown"]) == (1.0, 2, 1.0)
    assert found["alliance_after_0"] == pytest.approx(0.1 + 0.1), "counted from the first tears, in the same week"
    assert (found["alliance_after_4"], found["alliance_after_4_of"]) == (pytest.approx(0.2), 1), "one is still there"
    assert found["alliance_after_12_of"] == 0
    assert found["distress_last"] == pytest.approx(-0.5 + 0.2)


def test_leaving_is_told_of_those_who_are_watched_for_twelve_weeks():
    assert compared(sessions(SHOWN), sessions(HELD_BACK), weeks=13)["left_within_12_of"] == 1
    late = compared(sessions([(1, 1, True, 0.5, 2.0, False), (1, 14, False, 0.5, 2.0, True)]), sessions(HELD_BACK), 20)
    assert late["left_within_12"] == 0.0


def test_where_nobody_saw_any_nobody_is_counted():
    found = compared(sessions(HELD_BACK), sessions(HELD_BACK), weeks=20)
    assert (found["saw"], found["left_within_12_of"], found["alliance_after_4_of"]) == (0, 0, 0)


def test_practices_are_compared_together_as_each_would_be_alone():
    late = [(1, 1, True, 0.5, 2.0, False), (1, 14, False, 0.5, 2.0, True)]
    shown, held_back = ([sessions(rows) for rows in (SHOWN, late, HELD_BACK)] for _ in range(2))
    held_back[0] = sessions(HELD_BACK)
    together = compared_pairs(shown, held_back, 20)
    for i, (one, other) in enumerate(zip(shown, held_back, strict=True)):
        assert {name: each[i] for name, each in together.items()} == pytest.approx(compared(one, other, 20))


@pytest.mark.parametrize("estimates", ["default", "fitted", "open"])
def test_a_replicate_is_lived_in_its_world_whoever_is_lived_beside_it(estimates):
    """Under the luck of the first of four worlds, and with none of the others the same."""
    asked = {"estimates": estimates, "therapists": 8, "caseload": 8, "weeks": 30, "therapist_tear_propensity": 0.95}
    values = checked({**asked, "arrivals": "cohort", "comfort_learns_from": "nothing"})
    number = {"default": 10, "fitted": 86, "open": 1016}[estimates]
    replicates = [0, 1, 2, 3, 6, 9, number + 5]
    together = live(values, 1, replicates, {})
    assert together["replicate"].tolist() == replicates
    for replicate in replicates:
        (alone,) = live(values, 1, [replicate], {}).to_dict("records")
        assert together[together["replicate"] == replicate].to_dict("records") == [alone]
    lucks = {"default": replicates, "fitted": [0, 0, 0, 0, 4, 8, 90], "open": [0, 1, 0, 1, 0, 9, 1017]}[estimates]
    assert together["luck"].tolist() == lucks
    one = simulate(seed=1, replicate=lucks[4], log=True, parameters=in_world(values, 6)).log
    assert together["clients"][4] == len(np.unique(one[["home", "turn"]]))
    assert together["saw"][4] == len(np.unique(one[one["noticed"] > 0][["home", "turn"]]))
    assert together["saw"].sum() > 5
