"""`tearsim effects --studies` as people type it."""

import json

import pytest

SMALL = ("effects", "first_tear", "--studies", "--practices", 6, "--weeks", "0,4", "--set", "weeks=16", "--set",
         "therapists=5", "--set", "therapist_tear_propensity=0.97", "--quiet")  # fmt: skip


@pytest.mark.slow
def test_programs_get_what_studies_say_beside_the_effects_and_a_picture_of_its_own(said, tmp_path):
    told = json.loads(said(*SMALL, "--json", "--out", "tears.html", cwd=tmp_path))
    assert list(told) == ["effects", "studies"]
    by_study = {one["study"]: one for one in told["studies"]}
    assert by_study["exposed_unexposed"]["is"] == "an association, not an effect"
    assert {*by_study["belief"]} == {"study", "is", "outcome", "when", "week", "says", "effect", "bias", "parts"}
    assert (tmp_path / "tears.html").exists()
    assert "What studies would have seen" in (tmp_path / "tears-studies.html").read_text(encoding="utf-8")


def test_studies_are_done_in_one_world(refused, tmp_path):
    assert "one world" in refused("effects", "--studies", "--set", "estimates=open", cwd=tmp_path)
