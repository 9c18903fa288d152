"""People in words: the word follows the number, by the bounds that are declared."""

import pytest

from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import WITHOUT_END
from tearsim.show.words import traits as words
from tearsim.show.words.units import CORE
from tearsim.study.people.dyad import ClientTraits, TherapistTraits

DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
CLIENT = ClientTraits(2.0, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, WITHOUT_END)
THERAPIST = TherapistTraits(0.65, 0.5, 0.35, 0.5, 0.0, 0.0, 10.0, 1)


@pytest.mark.parametrize(("scale", "bounds"), [
    (words.BOUNDARIES, words.FIFTHS), (words.WARMTH, words.FIFTHS), (words.EMPATHY, words.FIFTHS),
    (words.CRIES, words.FIFTHS), (words.FOLLOWS, words.FIFTHS), (words.EYES, words.FIFTHS), (words.EASE, words.FIFTHS),
    (words.SKILL, words.DEVIATIONS), (words.LEAVE, words.DEVIATIONS), (words.RESPONDS, words.TIMES),
])  # fmt: skip
def test_a_word_holds_from_its_bound_up_to_the_next(scale, bounds):
    assert len(scale) == len(set(scale)) == len(bounds) + 1
    for i, bound in enumerate(bounds):
        assert words.word(bound - 1e-9, scale, bounds) == scale[i]
        assert words.word(bound, scale, bounds) == scale[i + 1]


@pytest.mark.parametrize(("trait", "low", "high"), [
    ("boundary_sensitivity", "hardly minds when roles blur", "minds very much when roles blur"),
    ("warmth_expected", "expects a stoic professional", "expects a companion"),
    ("empathy", "hardly feels with", "very readily feels with"),
    ("tear_propensity", "hardly ever cries", "cries very easily"),
])  # fmt: skip
def test_a_clients_words_are_those_of_their_trait(trait, low, high):
    for value, word in ((0.1, low), (0.9, high)):
        said = words.client_in_words(7, CLIENT._replace(**{trait: value}), DEFAULTS)
        assert word in said
        assert f"{value:.2f}" in said


@pytest.mark.parametrize(("trait", "value", "word"), [
    ("empathy", 0.9, "follows very closely"), ("boundary_sensitivity", 0.1, "hardly minds"), ("skill", -2.0, "far less skilled"),
    ("leaving", 1.0, "more clients leave B than leave others"), ("leaving", 0.0, "as many clients leave B as leave others"),
    ("tear_propensity", 0.0, "never cries"), ("tear_propensity", 0.1, "eyes hardly ever fill"), ("comforting", 0.87, "87 times in 100"),
])  # fmt: skip
def test_a_therapists_words_are_those_of_their_trait(trait, value, word):
    assert word in words.therapist_in_words("B", THERAPIST._replace(**{trait: value}), 3.0, 0.5)


def test_a_distress_beyond_the_end_of_the_questionnaire_is_told_as_its_end():
    assert CORE.level(5.5) > 40.0
    assert "came with distress 40.0 of 40;" in words.client_in_words(1, CLIENT._replace(distress=5.5), DEFAULTS)


def test_what_is_good_enough_follows_how_therapies_end():
    assert f"a distress below {CORE.level(1.0):.1f}, wherever they began." in words.client_in_words(1, CLIENT, DEFAULTS)
    assert "No distress is so low" in words.client_in_words(1, CLIENT._replace(good_enough=-0.1), DEFAULTS)
    planned = words.client_in_words(
        1, CLIENT._replace(agreed_sessions=3.0), {**DEFAULTS, "endings": "fixed plan", "planned_sessions": 9}
    )
    assert "What they plan is 9 sessions." in planned
    assert "Agreed" not in planned


@pytest.mark.parametrize(
    ("agreed", "told"), [(0.3, "1 session "), (1.0, "1 session "), (6.0, "6 sessions "), (6.2, "7 sessions ")]
)
def test_what_was_agreed_is_told_as_the_session_at_which_it_ends(agreed, told):
    said = words.client_in_words(1, CLIENT._replace(agreed_sessions=agreed), DEFAULTS)
    assert f"Agreed is that therapy ends after {told}in any case." in said
    assert "Agreed" not in words.client_in_words(1, CLIENT, DEFAULTS)
