"""Stories: every sentence agrees with the log, and nothing in the log that matters goes untold."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science.codes import (
    COMPLETED_TOLD,
    COMPLETED_UNTOLD,
    GOES_ON,
    LEFT,
    MOVED,
    NO_TEARS,
    NONE,
    NOT_RECEIVED,
    UNMOVED,
    UNSETTLED,
)
from tearsim.show.words.english import number_of
from tearsim.show.words.sessions import client_story, tears_in_words, therapist_name, therapist_story, week_in_words
from tearsim.show.words.units import WAI
from tearsim.study.people import twins
from tearsim.worlds.simulate import simulate

THERAPISTS = 4
WORLDS = {
    "therapists": THERAPISTS,
    "caseload": 5,
    "weeks": 40,
    "therapist_tear_propensity": 0.97,
    "eyes_fill_base": -8.0,
}


def name(number):
    return therapist_name(number, THERAPISTS)


def lives(seed, **parameters):
    """Every client's sessions in one world."""
    log = simulate(seed, log=True, **{**WORLDS, **parameters}).log
    return [list(log[log["client"] == client]) for client in sorted(set(log["client"]))]


TOLD = {
    "was moved": lambda r: r.reception == MOVED, "took it calmly": lambda r: r.reception == UNMOVED,
    "was unsettled": lambda r: r.reception == UNSETTLED, "The client wept": lambda r: r.client_tears != NO_TEARS,
    "mended it": lambda r: r.repaired, "A rupture of severity": lambda r: r.rupture > 0, "session stopped": lambda r: r.stopped,
    "did not notice": lambda r: r.tears_shown != NONE and not r.noticed, "they spoke of it": lambda r: r.spoken and r.tears_shown != NONE,
    "the therapy was completed": lambda r: r.ending == COMPLETED_TOLD, "stayed away without a word": lambda r: r.ending == COMPLETED_UNTOLD,
    "left therapist": lambda r: r.ending == LEFT, "comforted them too soon": lambda r: r.hushed,
    "held the tears back": lambda r: r.tears_felt != NONE and r.tears_shown == NONE and not r.spoken,
    "into words": lambda r: r.tears_shown == NONE and r.spoken, "sensed it all the same": lambda r: r.noticed and r.tears_shown == NONE and not r.spoken,
    "over something of their own": lambda r: r.origin == 2, "over what the client was going through": lambda r: r.origin == 1,
    "believes that it did harm": lambda r: r.belief == 3 and r.reception != NOT_RECEIVED,
    "came with distress": lambda r: r.session == 1 and r.episode == 1,
}  # fmt: skip


@pytest.mark.parametrize(("agreed", "why"), [(None, "In agreement,"), (9.0, "It was good enough:"), (8.0, "As agreed,"),
                                             (7.2, "As agreed,")])  # fmt: skip
def test_a_completed_therapy_says_whether_it_was_enough_or_had_its_agreed_number(agreed, why):
    everyone = lives(2, endings="fixed plan", planned_sessions=8)
    last = next(rows for rows in everyone if rows[-1].ending == COMPLETED_TOLD)[-1:]
    (entry,) = client_story(last, name, agreed=agreed)
    assert f"{why} the therapy was completed after 8 sessions, with distress" in entry.text


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(("shown", "held back", "voiced", "leaking")))
def test_a_session_is_told_just_as_the_log_has_it(seed, tears):
    """Each phrase stands in a session's entry exactly when the log says so; each session is told once."""
    for rows in lives(seed, tears=tears):
        by_week = {int(row.week): row for row in rows}
        covered = []
        for entry in client_story(rows, name):
            weeks = [week for week in by_week if entry.first_week <= week <= entry.last_week]
            covered += weeks
            assert weeks, entry
            if "uiet session" in entry.text:
                for week in weeks:
                    row = by_week[week]
                    assert (row.tears_felt, row.rupture, row.repaired, row.ending) == (NONE, 0, False, GOES_ON)
                    assert row.session > 1
                    assert entry.mark == ""
                continue
            assert len(weeks) == 1
            row = by_week[weeks[0]]
            for phrase, is_so in TOLD.items():
                assert (phrase in entry.text) == bool(is_so(row)), (phrase, entry.text)
            assert (entry.mark == "tears") == bool(row.tears_felt != NONE)
            assert f"{WAI.level(row.alliance):.2f}" in entry.text
            assert name(row.therapist) in entry.text or row.session > 1
        assert sorted(covered) == sorted(by_week)


def test_what_alliance_would_be_without_tears_is_told_where_it_differs():
    logs = [simulate(3, log=True, **{**WORLDS, "tears": tears}).log for tears in ("shown", "held back")]
    pairs = twins.exposed(*(twins.courses(log) for log in logs))
    told = 0
    for mine, theirs in zip(pairs.shown["client"], pairs.held_back["client"], strict=True):
        rows, twin = logs[0][logs[0]["client"] == mine], logs[1][logs[1]["client"] == theirs]
        held_back = {int(row.week): float(row.alliance) for row in twin}
        for entry in client_story(list(rows), name, held_back):
            found = re.search(r"would stand at (\d\.\d\d)", entry.text)
            if found:
                told += 1
                assert found[1] == f"{WAI.level(held_back[entry.first_week]):.2f}"
                assert abs(held_back[entry.first_week] - rows[rows["week"] == entry.first_week][0].alliance) >= 0.005
    assert told > 50


def test_a_therapists_weeks_tell_all_their_tears_and_endings():
    log = simulate(5, log=True, **WORLDS).log
    for number in set(log["therapist"]):
        rows = list(log[log["therapist"] == number])
        entries = therapist_story(rows, name)
        text = " ".join(entry.text for entry in entries)
        ended = [row for row in rows if row.ending != GOES_ON]
        assert text.count(" left after ") + text.count(" completed after ") == len(ended)
        tears = [tears_in_words(row, name) for row in rows if row.tears_felt != NONE]
        lines = [line for entry in entries for line in entry.text.split("\n")]
        assert all(sentence in lines for sentence in tears)
        assert all(re.match(r"[A-Z].*\.$", line) for line in lines)
        assert sorted(week for entry in entries for week in range(entry.first_week, entry.last_week + 1)) == list(
            range(1, 41)
        )


def test_a_week_counts_what_the_log_counts():
    log = simulate(5, log=True, **WORLDS).log
    for week in range(1, 41):
        rows = list(log[log["week"] == week])
        left = sum(row.ending == LEFT for row in rows)
        said = week_in_words(rows, 2, left, name)
        wept = sum(row.client_tears != NO_TEARS for row in rows)
        completed = sum(row.ending in (COMPLETED_TOLD, COMPLETED_UNTOLD) for row in rows)
        assert f"{wept} of {len(rows)} clients cried." in said
        assert f"{completed} completed, 2 gave up, {left} left" in said
        felt = sum(row.tears_felt != NONE for row in rows)
        assert ("No therapist's eyes filled." in said) == (felt == 0)
        if felt > 1:
            assert f"(and {felt - 1} more)" in said


@pytest.mark.parametrize(("number", "therapists", "letters"), [
    (1, 6, "A"), (6, 6, "F"), (7, 6, "A2"), (26, 30, "Z"), (27, 30, "AA"), (52, 60, "AZ"), (53, 60, "BA"), (703, 1000, "AAA"),
])  # fmt: skip
def test_therapists_have_letters(number, therapists, letters):
    assert therapist_name(number, therapists) == letters


def test_being_away_is_told_in_weeks():
    """Whoever left and began anew is followed from one therapist to the next."""
    told = 0
    for rows in lives(11, leaving_base=-4.0, weeks=60):
        for before, after in itertools.pairwise(rows):
            if before.ending == LEFT:
                away = int(after.week - before.week - 1)
                text = " ".join(entry.text for entry in client_story(rows, name))
                assert f"After {number_of(away, 'week')} without a therapist, client {after.client} began" in text
                told += 1
    assert told > 3
