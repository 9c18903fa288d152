"""Where alliance goes the other way than what happened in a session, the story says what outweighed what."""

import re
from math import exp, log

import pytest

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.outweighed import outweighed
from tearsim.show.words.sessions import client_story
from tearsim.show.words.units import WAI
from tearsim.worlds.simulate import simulate
from tests.show.words.test_sessions import WORLDS, name

WEIGHTS = {one: p.default for one, p in PARAMETERS.items()}
RUPTURES = {**WORLDS, "rupture_base": -0.6}


@pytest.fixture(scope="module")
def sessions():
    return list(simulate(4, log=True, **RUPTURES).log)


def test_an_alliance_that_grew_though_a_rupture_opened_has_its_reason(sessions):
    """The number is what the rupture, alone, would have made of the bond: nobody needs to believe the words."""
    against = [row for row in sessions if row.rupture > 0 and row.alliance > row.alliance_before + 0.02]
    told = 0
    assert len(against) > 10
    for row in against:
        said = outweighed(row, WEIGHTS)
        assert said.endswith("outweighed that.")
        if found := re.match(r"By itself, the rupture would have brought it to (\d\.\d\d); ", said):
            told += 1
            bond = log(row.alliance_before / (1 - row.alliance_before)) - WEIGHTS["rupture_drop"] * row.rupture
            assert found[1] == f"{1 + 6 / (1 + exp(-bond)):.2f}"
    assert told > 5


def test_where_everything_points_one_way_no_reason_is_given(sessions):
    fell = [row for row in sessions if row.rupture > 0 and not row.repaired and row.client_tears != 1]
    plain = [row for row in fell if row.alliance < row.alliance_before and row.distress >= row.distress_before]
    assert len(plain) > 10
    assert {outweighed(row, WEIGHTS) for row in plain if row.reception == 0} == {""}


def test_a_story_gives_the_reason_after_the_alliance_and_none_without_the_worlds_numbers(sessions):
    mine = [row for row in sessions if row.client == sessions[0].client]
    everybody = sorted({int(row.client) for row in sessions})
    texts = []
    for number in everybody:
        rows = [row for row in sessions if row.client == number]
        texts += [entry.text for entry in client_story(rows, name, weights=WEIGHTS)]
    reasons = [text for text in texts if "outweighed that" in text]
    assert len(reasons) > 10
    assert all(re.search(r"Alliance went from \d\.\d\d to \d\.\d\d.*By .*outweighed that\.", text) for text in reasons)
    assert not any("outweighed" in entry.text for entry in client_story(mine, name))
    assert outweighed(mine[0], {}) == ""


def test_ratings_go_from_one_to_seven():
    assert (WAI.level(0.0), WAI.level(1.0)) == (1.0, 7.0)
