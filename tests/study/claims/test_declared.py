"""The claims' files: all there, each of them sensible, and whatever is no claim refused in one line."""

import re
import tomllib

import pytest

from tearsim.errors import TearSimError
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.measures import SAW
from tearsim.show.words.units import CORE, WAI
from tearsim.study.claims.declared import chosen, claims_folder, read_claim, read_claims, spans_zero
from tearsim.study.claims.outcomes import SUBJECTS
from tearsim.study.claims.practices import CLAIM_PRACTICES
from tearsim.study.people.exposed import ALLIANCE, DISTRESS, LEFT_WITHIN

CLAIMS = read_claims()


def test_every_claim_has_a_place_of_its_own_on_the_board():
    assert [claim.place for claim in CLAIMS.values()] == list(range(1, len(CLAIMS) + 1))


def test_28_claims_answer_the_essay():
    assert sum(not claim.ours for claim in CLAIMS.values()) == 28


def test_every_practice_serves_a_claim_and_sets_only_what_there_is_to_set():
    assert {name for claim in CLAIMS.values() for name in claim.practices} == set(CLAIM_PRACTICES)
    for practice in CLAIM_PRACTICES.values():
        for settings in (practice.settings, *practice.arms.values()):
            assert set(settings) <= set(PARAMETERS)


def test_what_a_reading_is_told_in_and_from_where_it_matters_is_as_on_the_first_screen():
    """A client in a hundred, a hundredth of the alliance, a tenth of a standard deviation: declared alike, in whatever
    unit each is told."""
    for name, how in ((LEFT_WITHIN, "leaving"), (ALLIANCE[4], "alliance"), (DISTRESS, "distress")):
        outcome = SUBJECTS[how]
        assert SAW[name].small / SAW[name].factor == pytest.approx(outcome.smallest)
    for how, unit in (("alliance", WAI), ("distress", CORE)):
        assert SUBJECTS[how].factor == unit.step


def test_a_claim_is_assumed_only_where_a_weight_that_nobody_measured_never_changes_sign():
    assumed = {name for name, claim in CLAIMS.items() if claim.taken_for_granted or claim.assumed}
    assert assumed == {"relief", "own-sorrow", "age-through-compassion", "discomfort"}
    for claim in CLAIMS.values():
        for name in claim.taken_for_granted:
            assert not spans_zero(name)
            assert PARAMETERS[name].status == "assumption"


def test_no_claim_names_the_machinery_behind_it():
    for claim in CLAIMS.values():
        for words in (claim.sentence, claim.means, claim.setting, claim.study, claim.no_claim, claim.not_asked):
            assert "_" not in words, words


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('practice = "usual"', 'practice = "usul"', 'value: there is no practice "usul". Did you mean "usual"?'),
        ('reading = "alliance_after_a_month"', 'reading = "aliance"', 'value: there is no reading "aliance".'),
        ('practice = "usual"', 'practice = "surveyed"', '"alliance_after_a_month" is not read in the practice'),
        ('true_where = "above"', 'true_where = "over"', "true_where: Input should be 'above', 'below'"),
        ('true_where = "above"', 'true_where = "above"\nsmallest = 0.5', "smallest and why go together"),
        ('true_where = "above"', 'true_where = "above"\nassumed_from = ["warmth"]', 'there is no parameter "warmth"'),
        ('"tcit-improved"', '"tcit-imroved"', 'no finding "tcit-imroved". Did you mean "tcit-improved"?'),
        ('study = "', 'stdy = 1\nstudy = "', "stdy: Extra inputs are not permitted"),
        ('id = "strengthen"', 'id = "strength"', 'the file of the claim "strength" is called strength.toml'),
        ("place = 11", "place = ", "cannot be read as TOML"),
    ],
)
def test_what_is_no_claim_is_refused_in_one_line(tmp_path, old, new, said):
    text = (claims_folder() / "strengthen.toml").read_text(encoding="utf-8")
    assert old in text
    bent = tmp_path / "strengthen.toml"
    bent.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TearSimError, match=re.escape(said)) as refused:
        read_claim(bent)
    assert str(refused.value).startswith(f"{bent}: ")
    assert "\n" not in str(refused.value)


def test_a_claim_that_there_is_not_is_refused_with_the_nearest_name():
    with pytest.raises(TearSimError, match=re.escape('There is no claim "strenthen". Did you mean "strengthen"?')):
        chosen(CLAIMS, ["strenthen"])
    assert list(chosen(CLAIMS, ["relief", "culture"])) == ["culture", "relief"]


def test_the_files_are_in_the_wheel_too(repository):
    held = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    assert "experiments/claims" in held["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
