"""Whether tears help more in one practice than in another: told over worlds, which way, in how many, and how small."""

import numpy as np
import pytest

from tearsim.show.words.cards import cards
from tearsim.show.words.contrasts import in_short
from tearsim.show.words.open_worlds import interactions_over_worlds
from tearsim.study.answers.contrasts import contrasts_of
from tests.study.answers.test_contrasts import grid, runs_of

WARMTH = {"client_warmth_expected": [0.15, 0.5, 0.85], "tears": ["shown", "held back"]}
WORLDS = 40


def found_in(outcome, more_where_warm, vary=WARMTH, base=lambda p: 0.1 * p["client_warmth_expected"]):
    """What worlds say where tears do more to an outcome at the highest level than at the lowest, by this much in each."""
    experiment = grid(vary, 2 * WORLDS, parameters={"estimates": "open"})
    runs = runs_of(experiment, lambda p: 0.6 + base(p), lambda p: 0.2 + base(p), own=0.0002)
    runs["world"] = runs["replicate"] // 2
    (name,) = (one for one in vary if one != "tears")
    share = (runs[name] - min(vary[name])) / (max(vary[name]) - min(vary[name]))
    runs[outcome] += np.repeat(more_where_warm, 2)[runs["replicate"]] * share * (runs["tears"] == "shown")
    return contrasts_of(runs, experiment)


def told(outcome, more_where_warm, **more):
    (words,) = [
        one
        for one in interactions_over_worlds(found_in(outcome, more_where_warm, **more))
        if one.startswith("Judged by the alliance" if outcome == "alliance_mean" else "Judged by dropout")
    ]
    return words


@pytest.mark.parametrize(
    ("outcome", "sign", "verb"),
    [
        ("alliance_mean", 1, "help more or harm less"),
        ("alliance_mean", -1, "help less or harm more"),
        ("dropout_rate", 1, "help less or harm more"),
        ("dropout_rate", -1, "help more or harm less"),
    ],
)
def test_more_alliance_is_help_and_more_dropout_is_harm(outcome, sign, verb):
    words = told(outcome, np.full(WORLDS, sign * 0.005) + np.linspace(-0.001, 0.001, WORLDS))
    assert f"the tears {verb} as client warmth expected goes from 0.15 to 0.85 (so in each of 40 worlds; " in words


def test_the_size_is_that_of_the_difference_of_effects_and_says_in_how_many_worlds_it_is_small():
    words = told("alliance_mean", np.where(np.arange(WORLDS) < 10, 0.02, 0.004))
    assert "+0.02" in words, ".004 of the model is .024 points of a rating"
    assert words.endswith("less than 0.06 points of a rating from 1 to 7 in 30 of them).")


@pytest.mark.parametrize("outcome", ["alliance_mean", "dropout_rate"])
def test_where_worlds_disagree_nobody_knows_and_both_counts_are_told(outcome):
    better_in, side = (23, 1) if outcome == "alliance_mean" else (17, 1)
    words = told(outcome, side * np.where(np.arange(WORLDS) < 23, 0.01, -0.01))
    assert "nobody knows whether the tears help more or harm less, or the reverse, as client warmth" in words
    assert f"(better in {better_in} of 40 worlds that fit the evidence, worse in {WORLDS - better_in}; " in words


def test_where_worlds_differ_by_no_more_than_luck_it_is_told_as_alike_with_the_luck_that_is_in_it():
    """Not as a middle 95 % of worlds from a number to itself."""
    experiment = grid({"client_empathy": [0.1, 0.9]}, 2 * WORLDS, parameters={"estimates": "open"})
    runs = runs_of(experiment, lambda p: 0.6, lambda p: 0.2, own=0.0)
    runs["world"] = runs["replicate"] // 2
    luck = np.where(runs["replicate"] % 2, 0.0004, -0.0004)
    runs["dropout_rate"] += (0.02 + luck) * (runs["client_empathy"] == 0.9)
    (words,) = [one for one in in_short(contrasts_of(runs, experiment)) if one.startswith("Dropout rises")]
    assert (
        "(so in each of 40 worlds; +2.00 percentage points alike in all, as far as luck lets it be told: +1.99" in words
    )


def test_what_changes_nothing_without_the_tears_is_told_once():
    """How easily therapists cry moves nothing once tears are held back: the change told of it is the tears' own."""
    vary = {"therapist_tear_propensity": [0.1, 0.9], "tears": ["shown", "held back"]}
    experiment = grid(vary, 2 * WORLDS, parameters={"estimates": "open"})
    runs = runs_of(experiment, lambda p: 0.6, own=0.0)
    runs["world"] = runs["replicate"] // 2
    runs["alliance_mean"] += 0.01 * runs["therapist_tear_propensity"] * (runs["tears"] == "shown")
    found = contrasts_of(runs, experiment)
    assert interactions_over_worlds(found) == []
    assert any("the alliance rises as therapist tear propensity goes" in words for words in in_short(found))


def test_the_card_tells_the_one_thing_that_varies_whether_or_not_its_sign_is_known():
    """In a report on culture the first screen says what culture does, even where nobody can know."""
    for more, ends in (
        (np.full(WORLDS, -0.004), "less in each of 40 worlds."),
        (_either_way(), "nobody knows the sign: "),
    ):
        points = cards(found_in("dropout_rate", more))[-1].points
        (told_of,) = [point.follows for point in points if point.what.startswith("Client warmth expected")]
        assert ends in told_of


def _either_way():
    return np.where(np.arange(WORLDS) < 23, 0.01, -0.01)
