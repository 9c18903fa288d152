"""A verdict on worlds made so that a claim is true, false, conditional or open: the rule says which, luck or no luck."""

import numpy as np
import pytest

from tearsim.study.claims.verdict import ByWorld, found, interval_of_share, judged_claim, share_contrary, share_true
from tearsim.study.randomness import generator_for

ENSEMBLES, WORLDS, LUCKS = 100, 100, 2
SMALLEST = 0.1


def made(rng, of_worlds, luck=0.05, weights=None):
    """Worlds whose true values are these, each seen under two lucks."""
    world = np.repeat(np.arange(len(of_worlds)), LUCKS)
    of = np.ones(len(world)) if weights is None else weights
    return ByWorld(of_worlds[world] + luck * rng.standard_normal(len(world)) / np.sqrt(of), world, of)


def right(word, make, regions=None, true_where="above"):
    """In how many of the ensembles the verdict is this word."""
    verdicts = []
    for number in range(ENSEMBLES):
        rng = generator_for("resampling", number)
        values, of = make(rng), {} if regions is None else regions(rng)
        verdicts.append(judged_claim(values, of, true_where, SMALLEST).word == word)
    return np.mean(verdicts)


def test_a_claim_made_true_in_every_world_holds_though_luck_is_as_large_as_worlds_differ():
    assert right("holds", lambda rng: made(rng, 0.25 + 0.05 * rng.random(WORLDS))) >= 0.95


def test_a_claim_made_false_fails_whether_the_difference_is_too_small_or_the_other_way_round():
    assert right("fails", lambda rng: made(rng, rng.uniform(-0.3, 0.02, WORLDS))) >= 0.95


def test_a_claim_that_holds_in_one_region_and_fails_in_another_depends_on_it():
    def regions(rng):
        low, high = (made(rng, middle + 0.05 * rng.random(WORLDS)) for middle in (-0.1, 0.2))
        return {"what clients expect": {"a stoic": low, "a companion": high}}

    assert right("depends", lambda rng: made(rng, rng.uniform(-0.1, 0.25, WORLDS)), regions) >= 0.95


def test_where_fitting_worlds_disagree_nobody_can_say():
    assert right("cannot say", lambda rng: made(rng, rng.uniform(-0.3, 0.5, WORLDS))) >= 0.95


def test_a_claim_of_no_difference_holds_where_worlds_lie_within_what_matters():
    assert right("holds", lambda rng: made(rng, rng.uniform(-0.03, 0.03, WORLDS)), true_where="within") >= 0.95


def test_no_effect_at_all_makes_no_claim_about_an_effect_true():
    world = np.repeat(np.arange(WORLDS), LUCKS)
    nothing = ByWorld(np.zeros(len(world)), world, np.ones(len(world)))
    for true_where in ("above", "below"):
        assert judged_claim(nothing, {}, true_where, SMALLEST).word == "fails"
    assert (
        judged_claim(nothing, {}, "within", SMALLEST).word
        == judged_claim(nothing, {}, "not above", SMALLEST).word
        == "holds"
    )


def test_a_worlds_own_luck_decides_little():
    """Worlds that are all alike, seen through luck several times as large as what matters, hold no claim together, and
    where they lie beyond what matters, luck takes one in twenty to the other side, where it would take one in eight."""
    assert right("holds", lambda rng: made(rng, np.zeros(WORLDS), luck=1.0)) == 0.0
    shares = [
        share_true(made(generator_for("resampling", n), np.full(WORLDS, 0.5), luck=0.5), "above", SMALLEST)
        for n in range(20)
    ]
    assert np.median(shares) == pytest.approx(0.95, abs=0.01)


def test_what_is_assumed_is_called_so_whatever_the_worlds_say():
    values = made(generator_for("resampling", 1), np.full(WORLDS, 0.5))
    assert judged_claim(values, {}, "above", SMALLEST, assumed=True).word == "assumed"


def test_where_nobody_could_be_asked_nobody_can_say():
    world = np.repeat(np.arange(4), LUCKS)
    nobody = ByWorld(np.full(8, np.nan), world, np.zeros(8))
    assert judged_claim(nobody, {}, "above", SMALLEST).word == "cannot say"


@pytest.mark.parametrize("true_where", ["above", "below", "within", "not above"])
def test_a_world_is_not_both_for_and_against_a_claim(true_where):
    values = made(generator_for("resampling", 2), generator_for("resampling", 3).uniform(-0.4, 0.4, WORLDS), luck=0.001)
    true, contrary = (share(values, true_where, SMALLEST) for share in (share_true, share_contrary))
    assert 0.0 <= true <= 1.0
    assert 0.0 <= contrary <= 1.0
    assert true + contrary <= 1.0 + 1e-9


def test_weights_count_people_so_that_worlds_with_few_of_them_are_told_with_more_luck():
    few = np.where(np.repeat(np.arange(WORLDS), LUCKS) % 2 == 0, 1.0, 100.0)
    assert right("holds", lambda rng: made(rng, 0.25 + 0.05 * rng.random(WORLDS), luck=0.2, weights=few)) >= 0.95


def test_the_interval_of_the_share_of_worlds_holds_the_share_of_all_that_fit():
    """Of 400 draws of 24 worlds, at least 93 % give an interval that holds the share of all worlds where a claim is true."""
    for share in (0.5, 0.9, 0.97):
        rng = generator_for("resampling", round(1000 * share))
        drawn = rng.binomial(24, share, 400) / 24
        held = [low <= share <= high for low, high in (interval_of_share(one, 24) for one in drawn)]
        assert np.mean(held) >= 0.93


def test_the_interval_of_the_share_holds_it_also_where_worlds_share_their_luck():
    """24 worlds, eight under one luck, which moves a world four times as far as worlds differ: one more such study would
    say another share, and the interval says so. It is true in half of all worlds."""
    world, held, by_drawing_alone = np.repeat(np.arange(24), LUCKS), 0, 0
    shared = world // 8 * LUCKS + np.tile(np.arange(LUCKS), 24)
    for number in range(ENSEMBLES):
        rng = generator_for("resampling", 5000 + number)
        of_worlds, common = SMALLEST + 0.05 * rng.standard_normal(24), 0.2 * rng.standard_normal(shared.max() + 1)
        noise = 0.02 * rng.standard_normal(len(world))
        values = ByWorld(of_worlds[world] + common[shared] + noise, world, np.ones(len(world)), shared)
        one = found(values, "above", SMALLEST)
        low, high = interval_of_share(one.share, 24)
        held += one.between[0] <= 0.5 <= one.between[1]
        by_drawing_alone += low <= 0.5 <= high
    assert held >= 93
    assert by_drawing_alone < 80


def test_of_few_worlds_no_verdict_is_sure_and_of_many_a_clear_one_is():
    def asked(worlds, low, high, regions=None):
        rng = generator_for("resampling", worlds)
        values = {name: made(rng, np.linspace(*ends, worlds), luck=0.001) for name, ends in (regions or {}).items()}
        of = {"something": values} if regions else {}
        found = judged_claim(made(rng, np.linspace(low, high, worlds), luck=0.001), of, "above", SMALLEST)
        return found.word, found.may_be

    assert asked(24, 0.2, 0.4) == ("holds", ("cannot say",))
    assert asked(300, 0.2, 0.4) == ("holds", ())
    assert asked(24, -0.4, 0.0) == ("fails", ("cannot say",))
    assert asked(300, -0.1, 0.3) == ("cannot say", ())
    halves = {"here": (0.2, 0.4), "there": (-0.4, 0.0)}
    assert asked(300, -0.1, 0.3, halves) == ("depends", ())
    assert asked(24, -0.1, 0.3, halves) == ("depends", ("cannot say",))
    assert asked(300, -0.1, 0.3, {"here": (0.2, 0.4), "there": (-0.1, 0.3)}) == ("cannot say", ())
