"""Where alliance moves otherwise than what is told of a session would have it, the story says why."""

import re
from math import exp, log

import pytest

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.sessions import client_story
from tearsim.show.words.units import WAI
from tearsim.show.words.why_alliance import why_it_moved
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
        said = why_it_moved([row], WEIGHTS)
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
    assert {why_it_moved([row], WEIGHTS) for row in plain if row.reception == 0} == {""}


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
    assert why_it_moved(mine[:1], {}) == ""


def nothing_told(row):
    return not (row.rupture or row.repaired or row.client_tears == 1 or row.reception == 1)


def test_a_quiet_session_whose_alliance_moved_says_what_moved_it(sessions):
    """Nothing that is told moved it: every such session that moved by a tenth of a point has its reason."""
    moved = [row for row in sessions if nothing_told(row) and abs(row.alliance - row.alliance_before) > 0.1 / 6]
    assert len(moved) > 100
    said = [why_it_moved([row], WEIGHTS) for row in moved]
    assert all(said)
    plain = [words for words in said if words.startswith("What moved it: ")]
    assert len(plain) > 20
    texts = [entry.text for entry in client_story([moved[0]], name, weights=WEIGHTS)]
    assert said[0] in texts[0]


def test_where_a_bond_neither_settles_nor_wavers_chance_is_given_as_no_reason():
    """All terms of the sum are on record then, so that nothing is left over; comfort that came too soon is, where it
    moves the bond."""
    still = {"bond_spread": 0.0, "bond_settling": 0.0, "bond_strain": -0.2}
    sessions = list(simulate(4, log=True, **RUPTURES, **still).log)
    reasons = {why_it_moved([row], {**WEIGHTS, **still}) for row in sessions}
    assert any("the therapist’s strain" in words for words in reasons)
    assert not any("chance" in words for words in reasons)
    hush = {**still, "hush_bond": -1.0}
    sessions = list(simulate(4, log=True, **RUPTURES, **hush).log)
    said = [(row, why_it_moved([row], {**WEIGHTS, **hush})) for row in sessions]
    assert any("the comfort that came too soon" in words for _, words in said)
    assert all(row.hushed for row, words in said if "chance" in words)


def test_a_quiet_stretch_is_told_as_a_whole(sessions):
    """By the sum over its sessions: what feeling better or worse in all of them would have made of the first bond."""
    told = 0
    for number in {int(row.client) for row in sessions}:
        rows = [row for row in sessions if row.client == number and row.episode == 1]
        for held in (rows[i : i + 3] for i in range(len(rows) - 2)):
            words = why_it_moved(held, WEIGHTS) if all(nothing_told(row) for row in held) else ""
            if found := re.match(r"By itself, feeling (?:better|worse) would have brought it to (\d\.\d\d);", words):
                told += 1
                before = held[0].alliance_before
                better = WEIGHTS["bond_gains"] * sum(row.distress_before - row.distress for row in held)
                assert found[1] == f"{1 + 6 / (1 + exp(-log(before / (1 - before)) - better)):.2f}"
    assert told > 10


def test_ratings_go_from_one_to_seven():
    assert (WAI.level(0.0), WAI.level(1.0)) == (1.0, 7.0)
