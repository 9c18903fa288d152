"""`tearsim story` as people type it."""

import json
import re

import pytest

from tearsim.study.arms import STEADY
from tearsim.study.people.dyad import Lived, choose
from tearsim.worlds.simulate import simulate

SMALL = ("--weeks", 20, "--set", "therapists=4", "--set", "therapist_tear_propensity=0.95")
PARAMETERS = {**STEADY, "weeks": 20, "therapists": 4, "therapist_tear_propensity": 0.95}


def joined(printed):
    """Printed lines as one, so that where they were broken does not matter."""
    return re.sub(r"\s+", " ", printed)


def test_a_story_is_told_within_the_terminals_width(said, tmp_path):
    printed = said("story", "--seed", 5, "--most-moved", *SMALL, cwd=tmp_path)
    assert max(map(len, printed.splitlines())) <= 100
    assert printed.startswith("Client ")
    parts = ("Who they are", "How it ended", "The same person, with the tears held back", "a model, never a person")
    places = [joined(printed).index(part) for part in parts]
    assert places == sorted(places)
    assert "was moved" in printed


def test_json_holds_the_sessions_and_all_that_is_printed(said, tmp_path):
    options = ("story", "--seed", 5, "--most-ruptured", *SMALL)
    told, printed = json.loads(said(*options, "--json", cwd=tmp_path)), joined(said(*options, cwd=tmp_path))
    run = simulate(5, log=True, parameters=PARAMETERS)
    mine = run.sessions[run.sessions["client"] == told["client"]]
    assert [row["rupture"] for row in told["life"]["sessions"]] == mine["rupture"].tolist()
    assert [row["reception"] for row in told["life"]["sessions"]] == mine["reception"].tolist()
    entries = [entry for course in told["story"]["courses"] for entry in course["entries"]]
    sentences = [*told["story"]["people"], *told["story"]["ending"], *told["story"]["apart"], told["story"]["note"]]
    for words in (*sentences, *(f"{entry['heading']} {entry['text']}" for entry in entries)):
        assert joined(words) in printed


@pytest.mark.parametrize("option", ["most-moved", "most-unsettled", "left-after-tears", "most-ruptured", "longest"])
def test_each_choice_finds_whom_it_names(option, said, tmp_path):
    told = json.loads(said("story", "--seed", 5, f"--{option}", *SMALL, "--json", cwd=tmp_path))
    everyone = Lived(5, 0, PARAMETERS).everyone
    assert told["client"] == choose(everyone, option.replace("-", "_"))


def test_a_client_is_chosen_by_number_and_other_luck_is_other_people(said, tmp_path):
    one, other = (
        json.loads(said("story", "--client", 3, "--replicate", replicate, *SMALL, "--json", cwd=tmp_path))
        for replicate in (0, 1)
    )
    assert one["client"] == other["client"] == 3
    assert one["client_traits"] != other["client_traits"]


@pytest.mark.parametrize(("options", "reason"), [
    (("--longest", "--client", 1), "--client and --longest exclude each other"),
    (("--client", 9999), "There is no client 9999"),
    (("--most-moved", "--set", "tears=held back"), "Nobody here was moved by a therapist's tears: try another --seed"),
    (("--set", "tears"), 'has no "="'),
    (("--set", "weeks=3"), "weeks is given twice"),
    (("--set", "caseload=0"), "caseload goes from 1 to 200"),
])  # fmt: skip
def test_what_cannot_be_told_is_refused_in_one_line(options, reason, refused, tmp_path):
    assert reason in refused("story", "--weeks", 4, "--set", "therapists=2", *options, cwd=tmp_path)
