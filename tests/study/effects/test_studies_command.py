"""`tearsim effects --studies` as people type it."""

import json

import pytest

SMALL = ("effects", "first_tear", "--studies", "--practices", 6, "--at", "0,4", "--set", "weeks=16", "--set",
         "therapists=5", "--set", "therapist_tear_propensity=0.97", "--quiet")  # fmt: skip


@pytest.mark.slow
def test_programs_get_what_studies_say_beside_the_effects_and_a_picture_of_its_own(said, tmp_path):
    told = json.loads(said(*SMALL, "--json", "--out", "tears.html", cwd=tmp_path))
    assert list(told) == ["effects", "studies"]
    by_study = {one["study"]: one for one in told["studies"]}
    assert by_study["exposed_unexposed"]["is"] == "an association, not an effect"
    assert {*by_study["belief"]} == {
        "study",
        "is",
        "outcome",
        "when",
        "week",
        "says",
        "effect",
        "bias",
        "parts",
        "bias_over_worlds",
    }
    assert (tmp_path / "tears.html").exists()
    assert "What studies would have seen" in (tmp_path / "tears-studies.html").read_text(encoding="utf-8")


def test_of_several_worlds_studies_need_two_lucks_each(refused, tmp_path):
    said = refused("effects", "--studies", "--set", "estimates=open", "--practices", 2, cwd=tmp_path)
    assert "number of practices is a whole number from 4" in said


@pytest.mark.slow
def test_over_worlds_the_answer_comes_first_and_each_bias_says_in_how_many_worlds_it_has_which_sign(said, tmp_path):
    told = said(*SMALL, "--set", "estimates=open", cwd=tmp_path)
    assert told.startswith("From the first tear on: ")
    assert "err to the same side in at least 95 of 100 of the 3 worlds" in " ".join(told.split())
    assert "bias over worlds" in " ".join(told.split())
    assert "above 0: " in told
