"""Every picture is also a sentence, with the numbers that it shows."""

import re

import numpy as np

from tearsim.science.codes import NONE
from tearsim.show.page import controls, spoken
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.story_chart import client_chart, therapist_chart
from tearsim.study.people.dyad import as_sessions


def lived(weeks):
    practices = PracticeAndTwin(controls.START_SEED, {**controls.start(), "therapist_tear_propensity": 0.95})
    for _ in range(weeks):
        practices.step()
    return practices


def test_the_picture_says_how_many_are_where_and_whether_tears_were_seen():
    practices = lived(12)
    week, said = practices.shown.weeks[-1], spoken.picture_in_words(practices)
    assert f"{week.in_therapy} clients in therapy" in said
    assert f"{week.gave_up} gave up and {week.completed} completed" in said
    seen = sum(bool(row.noticed) for row in practices.sessions)
    assert said.endswith(f"This week tears were seen in {seen} sessions.")
    assert spoken.picture_in_words(lived(0)).startswith("The practice before the first session: 6 therapists")


def test_the_charts_say_alliance_and_endings_beside_the_twin_and_whose_eyes_filled():
    practices = lived(12)
    shown, twin = practices.shown.weeks[-1], practices.twin.weeks[-1]
    said = spoken.charts_in_words(practices)
    assert (
        f"Mean alliance {1 + 6 * shown.alliance:.2f} of 7; with tears held back {1 + 6 * twin.alliance:.2f} of 7."
        in said
    )
    assert f"with tears held back {twin.gave_up} and {twin.completed}." in said
    felt = sum(row.tears_felt != NONE for row in practices.sessions)
    numbers = re.findall(r"(\d+) sessions?", said.partition("Eyes filled this week in ")[2])
    assert sum(map(int, numbers)) == felt > 0


def test_a_course_says_from_where_to_where_it_went_and_where_it_had_gone_with_tears_held_back():
    practices = lived(12)
    saw = practices.shown.courses[practices.shown.courses["saw_tears"] > 0]
    client = int(saw["client"][np.argmax(saw["sessions"])])
    rows, twin = as_sessions(practices.shown.sessions_of("client", client)), practices.held_back(client).sessions
    (said,) = re.findall(r'aria-label="([^"]+)"', client_chart(rows, twin, 300))
    rated = [f"{1 + 6 * row.alliance:.2f}" for row in (rows[0], rows[-1], twin[-1])]
    assert f"alliance went from {rated[0]} to {rated[1]}" in said
    assert f"With tears held back alliance ended at {rated[2]}." in said
    beyond = [row._replace(distress=6.0) for row in rows]
    assert "distress from 40 to 40;" in client_chart(beyond, twin, 300), "the questionnaire ends there"
    (of_therapist,) = re.findall(
        r'aria-label="([^"]+)"', therapist_chart(as_sessions(practices.shown.sessions_of("therapist", 3)), 300)
    )
    assert re.fullmatch(r"From week 1 to week 12 mean alliance with clients went from .* to .*\.", of_therapist)
