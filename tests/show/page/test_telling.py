"""One person told: beside what happened to them stands what happened to them without the tears."""

import re

import pytest

from tearsim.show.page import controls
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.story_chart import TOP
from tearsim.show.page.telling import became_of_those_who_saw, chart_of, person_told
from tearsim.show.page.texts import WITHOUT
from tearsim.show.words.sessions import client_story, where_now
from tearsim.show.words.traits import agreed_on
from tearsim.study.people.dyad import Lived, dyad_of

SEED, WEEKS = 3, 16
SET = {"therapists": 3, "caseload": 5}
VALUES = controls.given_on_terminal("tearful", SET)


@pytest.fixture(scope="module")
def practices():
    watched = PracticeAndTwin(SEED, VALUES)
    for _ in range(WEEKS):
        watched.step()
    return watched


def test_who_saw_tears_is_told_what_became_of_them_without_as_a_story_of_its_own_tells_it(practices):
    unlike, compared = 0, 0
    for course in practices.shown.courses:
        number = int(course["client"])
        told = person_told(practices, Who("client", number))
        if not course["saw_tears"]:
            assert told["without"] == "", "nothing to compare"
        elif compared < 4:
            dyad = dyad_of(SEED, 0, {**VALUES, "weeks": WEEKS}, number, "most_tears")
            if dyad.held_back is None:
                assert told["without"] == "", "no sound comparison"
                continue
            compared += 1
            sessions = dyad.held_back.sessions
            there = where_now(sessions, dyad.held_back.standing, practices.name)
            assert told["without"] == f"{WITHOUT} {there}"
            story = client_story(sessions, practices.name, agreed=agreed_on(dyad.client.agreed_sessions, VALUES))
            assert [entry["heading"] for entry in told["entries_without"]] == [entry.heading for entry in story]
            unlike += there != told["text"]
    assert unlike, "somebody's therapy went another way"


def test_whoever_saw_none_is_counted_in_nobodys_share(practices):
    words = became_of_those_who_saw(practices)
    saw = practices.exposed()
    assert words.startswith(f"Of {len(saw.shown)} clients who saw tears so far in a cohort beside this practice")
    assert became_of_those_who_saw(PracticeAndTwin(SEED, VALUES)).startswith("Nobody has seen tears yet")


def test_the_dashed_line_ends_where_that_life_ends_and_stays_within_the_drawing(practices):
    """Whoever leaves early may have stayed for long without the tears: the weeks shown reach that far."""
    for course in practices.shown.courses:
        drawing = chart_of(practices, Who("client", int(course["client"])), 384)
        points = [
            float(x)
            for line in drawing.split('points="')[1:]
            for x in (spot.split(",")[0] for spot in line.split('"')[0].split())
        ]
        assert max(points, default=0) <= 384 - 92


@pytest.mark.parametrize("tears", ["shown", "held back"])
def test_beneath_a_drawing_stands_whose_tears_its_drops_are_and_no_others(tears):
    """Large ones stand over it, small ones in the row of the client's own; therapists here cry now and then."""
    practices = PracticeAndTwin(SEED, {**VALUES, "tears": tears, "eyes_fill_base": -5.0})
    for _ in range(WEEKS):
        practices.step()
    met = set()
    for course in practices.shown.courses:
        who = Who("client", int(course["client"]))
        drops = re.findall(r'<path d="M[\d.]+,([\d.]+)', chart_of(practices, who, 384))
        large, small = any(float(y) < TOP for y in drops), any(float(y) > TOP for y in drops)
        note = person_told(practices, who)["note"]
        assert ("therapist's tears" in note) == large, note
        assert ("client's own" in note) == small, note
        assert ("Large" in note, "Small" in note) == (large, small)
        met.add((large, small))
    assert met == {(True, True), (True, False), (False, True), (False, False)}


def test_a_replayed_practice_lives_as_the_story_of_the_terminal_does(practices):
    lived = Lived(SEED, 0, {**VALUES, "weeks": WEEKS})
    for number, sessions in lived.everyone.items():
        assert [row.alliance for row in practices.shown.sessions_of("client", number)] == [
            row.alliance for row in sessions
        ]
