"""The three cards: large numbers, and how sure of the worlds, by one rule."""

import numpy as np
import pytest

from tearsim.show.words.cards import cards
from tearsim.show.words.exposed import exposed_in_full, how_precise, left_over_worlds
from tearsim.show.words.measures import PRACTICE, SAW
from tearsim.show.words.worlds import holds_in, sign_told
from tearsim.study.answers.contrasts import contrasts_of
from tearsim.study.answers.in_the_middle import InTheMiddle
from tearsim.study.answers.over_worlds import over_worlds
from tearsim.study.answers.those_who_saw import Moved, NaiveStudies, ThoseWhoSaw
from tearsim.study.estimates import Estimate
from tearsim.study.people.exposed import LEFT_SHOWN, MEASURED
from tests.study.answers.test_contrasts import grid, runs_of

TEARS = {"tears": ["shown", "held back"]}
TWO = {"client_empathy": [0.1, 0.9], **TEARS}


def of_worlds(effects):
    """A quantity seen without luck in as many worlds."""
    return over_worlds(np.repeat(effects, 2), np.repeat(np.arange(len(effects)), 2))


def seen(effects=(), luck=0.004, saw=500):
    worlds = dict.fromkeys(MEASURED, of_worlds(effects)) if len(effects) else {}
    if worlds:
        worlds[LEFT_SHOWN] = of_worlds(0.13 + np.asarray(effects))
    one = Estimate(0.02, 0.016, 0.024, 100)
    return ThoseWhoSaw(
        12_000,
        saw,
        60,
        52,
        dict.fromkeys(MEASURED, one),
        worlds,
        tuple(range(len(effects))),
        {**dict.fromkeys(MEASURED, luck), "alliance_after_4": luck / 2},
        NaiveStudies(Estimate(0.1, 0.08, 0.12, 100), Estimate(-0.02, -0.03, -0.01, 100)),
        700,
    )


@pytest.mark.parametrize(
    ("below", "begins"),
    [
        (0, "In each of 100 worlds that fit the published evidence, more leave"),
        (5, "In all but 5 of 100 worlds that fit the published evidence, more leave"),
        (6, "In most worlds that fit the published evidence, 94 of 100, more leave"),
        (20, "In most worlds that fit the published evidence, 80 of 100, more leave"),
        (
            21,
            "Nobody knows the sign, as fewer than 80 in 100 worlds agree. Of 100 worlds that fit the published evidence, more leave in 79 and",
        ),
        (80, "In most worlds that fit the published evidence, 80 of 100, fewer leave"),
        (95, "In all but 5 of 100 worlds that fit the published evidence, fewer leave"),
    ],
)
def test_the_share_of_worlds_decides_the_sentence(below, begins):
    found = of_worlds(np.where(np.arange(100) < below, -1.0, 1.0))
    assert sign_told(found, "more leave", "fewer leave", "fewer").startswith(begins)
    assert ("nobody knows" in holds_in(found)) == begins.startswith("Nobody")


def contrasts(estimates, replicates):
    experiment = grid(TWO, replicates, parameters={"estimates": estimates})
    runs = runs_of(experiment, lambda p: 0.6 + 0.01 * (p["tears"] == "shown"), own=0.0)
    return contrasts_of(runs, experiment)


def test_with_tears_in_both_arms_the_cards_are_who_saw_the_practice_and_what_would_change_it():
    found = contrasts("open", 40)
    first, second, third = cards(found, seen(np.linspace(-0.01, 0.05, 20)))
    assert (first.heading, second.heading, third.heading) == (
        "Those who saw tears", "The whole practice", "What would change it",
    )  # fmt: skip
    assert (first.note, first.large, first.what) == (
        "4 clients in 100 within 52 weeks",
        "+2.0 in 100",
        "more leave within 12 weeks of the first tears they saw",
    )
    assert first.sure.startswith(
        "In most worlds that fit the published evidence, 16 of 20, more of these clients leave"
    )
    assert first.sure.endswith("; +2.0 in 100 in the middle world, \N{MINUS SIGN}0.9 to +4.9 in the middle 95 %.")
    assert second.what == "more therapies end in dropout"
    assert first.sentences[0] == (
        "With the tears shown, 15 in 100 of them leave in these weeks (12 to 18 in the middle 95 % of worlds)."
    )
    assert first.sentences[1].startswith(
        "Alliance, rated 1 to 7 by those still there, with the middle 95 % of worlds: higher at once (+0.12; −0.0"
    )
    assert "; higher in 16 of 20), higher after a month" in first.sentences[1], "the sign, as worlds have it"
    (unsure, *_) = cards(found, seen(np.linspace(-0.02, 0.05, 20)))
    assert "; nobody knows the sign: higher in 14 of 20), higher after a month" in unsure.sentences[1]
    assert (
        "Mean alliance, rated 1 to 7: a change, +0.060 (+0.060 to +0.060 in the middle 95 % of worlds)."
        in second.sentences
    )
    assert third.points == (), "the effect is the same at both levels"
    assert third.sentences[0].endswith("numbers are assumptions that nobody has measured (below).")
    assert not any("default world" in words for card in (first, second, third) for words in card.sentences)


def test_an_average_over_several_practices_is_told_as_one_and_the_one_in_the_middle_beside_it():
    found = contrasts("open", 40)
    middle = InTheMiddle(27, Estimate(0.001, 0.0, 0.002, 20), of_worlds(np.linspace(-0.001, 0.003, 20)))
    first, second, _ = cards(found, seen(np.linspace(-0.01, 0.05, 20)), dropout_in_the_middle=middle)
    assert first.note == "4 clients in 100 within 52 weeks, in the practice in the middle of the design"
    assert second.note == "average of the 27 in this experiment"
    (said,) = (words for words in second.sentences if words.startswith("In the one in the middle"))
    assert said == (
        "In the one in the middle, whose clients the first card is about, +1.0 in 1,000 more end in dropout "
        "(\N{MINUS SIGN}0.9 to +2.9 in the middle 95 %)."
    )


def test_where_luck_hides_worlds_from_one_another_in_the_middle_their_mean_is_told():
    hidden = of_worlds(np.linspace(-0.001, 0.003, 20))._replace(luck_share=0.7)
    middle = InTheMiddle(27, Estimate(0.001, 0.0005, 0.0015, 20), hidden)
    second = cards(contrasts("open", 40), dropout_in_the_middle=middle)[0]
    (said,) = (words for words in second.sentences if words.startswith("In the one in the middle"))
    assert said.startswith(
        "In the one in the middle +1.0 in 1,000 more end in dropout (+0.5 to +1.5, a 95 % interval of the mean over "
        "worlds; luck hides"
    ), "and no card before it to point to"


def test_the_default_world_is_named_on_each_card_that_speaks_of_tears_and_how_to_ask_others():
    first, second, third = cards(contrasts("default", 10), seen())
    assert "This holds in the default world, one of many that fit the evidence." in first.sure
    assert "This holds in the default world, one of many that fit the evidence." in second.sure
    assert first.sentences[0] == (
        "With the tears shown, 2 in 100 of them leave in these weeks (2 to 2 in a 95 % interval of luck)."
    )
    assert "with a 95 % interval of luck: higher at once (+0.12; +0.10 to +0.14)" in first.sentences[1]
    assert 'estimates = "open"' in third.sentences[-1]  # quotes that a TOML file takes as they stand


def test_without_both_arms_the_cards_are_the_answer_how_sure_and_what_would_change_it():
    experiment = grid({"client_empathy": [0.1, 0.9]}, 10)
    found = contrasts_of(runs_of(experiment, lambda p: p["client_empathy"]), experiment)
    told = cards(found)
    assert [card.heading for card in told] == ["The answer", "How sure", "What would change it"]
    assert all(card.sentences for card in told)


def test_where_luck_is_too_large_it_says_how_wide_and_why():
    assert "luck alone moves it by 0.40 in 100 and by 0.012 of the rating to either side." in how_precise(seen())
    wide = how_precise(seen(luck=0.02))
    assert "2.00 in 100" in wide
    assert "0.5 in 100 and 0.02 would take about 700 practices" in wide


def test_where_nobody_saw_tears_nothing_is_told_of_them():
    assert exposed_in_full(seen(saw=0)) == "Of these 12,000 clients, nobody noticed any tears."
    assert cards(contrasts("default", 10), seen(saw=0))[0].large == ""


def test_fitted_worlds_are_not_told_as_if_they_were_the_default():
    assert left_over_worlds(seen(), "fitted").startswith("This holds on the average of fitted worlds.")


def test_every_measure_has_one_scale_wider_than_what_is_small_and_a_reason_for_that():
    for how in (*SAW.values(), *PRACTICE.values()):
        assert 0 < how.small < how.reach / 2
        assert len(how.why_small.split()) > 5
        assert how.worse in (-1, 1)


def test_what_an_effect_goes_with_is_told_from_end_to_end_and_what_it_does_not_is_left_out():
    vary = {"client_empathy": [0.1, 0.9], "bond_moved": [0.0, 0.2], **TEARS}
    experiment = grid(vary, 40, parameters={"estimates": "open"})

    def dropped(p):
        return 0.3 + 0.05 * (p["tears"] == "shown") * p["client_empathy"]

    found = contrasts_of(runs_of(experiment, lambda p: 0.6, dropped, own=0.0), experiment)
    (only,) = cards(found, seen(np.linspace(-0.01, 0.05, 20)))[2].points
    assert only.what == "Client empathy, 0.1 to 0.9"
    assert only.follows.startswith(
        "showing the tears, from +5.0 (+5.0 to +5.0) to +45.0 (+45.0 to +45.0) more dropouts in 1,000 therapies"
    )


def test_a_mean_of_a_third_of_worlds_and_one_at_a_level_have_intervals_and_the_card_says_of_what():
    found = contrasts("open", 40)
    moved = Moved(
        "appraisal_base", Estimate(0.054, 0.043, 0.065, 113), Estimate(0.009, 0.005, 0.013, 112), -0.6, (110, 71)
    )
    third = cards(found, seen(np.linspace(-0.01, 0.05, 20)), [moved])[2]
    (only,) = third.points
    assert only.follows == (
        "+5.4 (+4.3 to +6.5) in 100 more leave in the third of worlds where it is lowest (more in 110 of 113), +0.9 "
        "(+0.5 to +1.3) where it is highest (in 71 of 112)."
    )
    assert third.sure == "These are means over worlds, not the middle world; in brackets, their 95 % intervals."
