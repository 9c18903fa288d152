"""What tears do over time, in words: by the rule of all, with how sure, and nothing where nobody saw any."""

import math

import pytest

from tearsim.show.words.english import number
from tearsim.show.words.over_time import NOBODY_SAW, cells_over_time, ends_of, left_over_time
from tearsim.study.answers.over_worlds import over_worlds
from tearsim.study.effects.profiles import Effect
from tearsim.study.estimates import Estimate

NAN = math.nan


def row(outcome, week, mean, low=NAN, high=NAN, worlds=None):
    return Effect("first_tear", outcome, week, Estimate(mean, low, high, 20), 100, 0, worlds)


def worlds_with(above, below):
    """Worlds far enough from 0, and alike enough under two lucks, that their signs are plain."""
    values = [0.05] * above + [-0.05] * below
    return over_worlds(
        [one + luck for one in values for luck in (-0.001, 0.001)], [k // 2 for k in range(2 * len(values))]
    )


@pytest.mark.parametrize(("mean", "low", "high", "said"), [
    (0.016, 0.009, 0.023, "1.6 more have left 12 weeks later than if the same tears had been held back "
                          "(95 % interval +0.9 to +2.3: more than luck)"),
    (-0.016, -0.04, 0.01, "1.6 fewer have left 12 weeks later than if the same tears had been held back "
                          "(95 % interval \N{MINUS SIGN}4.0 to +1.0: not to be told from luck)"),
    (0.02, NAN, NAN, "of so few nobody can say how much of it is luck"),
])  # fmt: skip
def test_of_one_world_it_is_said_which_and_what_luck_does(mean, low, high, said):
    words = left_over_time([row("left", 0, 0.5), row("left", 12, mean, low, high)], of_worlds=False)
    assert words.startswith("In the default world, one of many that fit the evidence, of 100 clients who see tears")
    assert said in words


@pytest.mark.parametrize(("above", "below", "said"), [
    (20, 0, "In each of 20 worlds that fit the published evidence, more of those who see tears have left 12 weeks later"),
    (17, 3, "In most worlds that fit the published evidence, 17 of 20, more of those who see tears have left"),
    (10, 10, "Nobody knows the sign, as fewer than 80 in 100 worlds agree. Of 20 worlds that fit the published evidence, more of those who see "
             "tears have left 12 weeks later in 10 and fewer in 10"),
])  # fmt: skip
def test_over_worlds_the_sign_is_told_by_the_rule_of_all(above, below, said):
    words = left_over_time([row("left", 12, 0.0, worlds=worlds_with(above, below))], of_worlds=True)
    assert words.startswith(said)
    assert "luck alone moves the mean of them by" in words or above == 20


def test_of_worlds_that_luck_hides_the_ends_are_of_luck_and_say_so():
    """Not a middle 95 % of worlds from a number to itself, which would look as if nothing could be surer."""
    hidden = over_worlds([0.0, 0.12, 0.01, 0.11, 0.02, 0.1], [0, 0, 1, 1, 2, 2])
    assert not hidden.differ
    ((_, [left, rated]),) = cells_over_time([row(name, 12, 0.06, 0.0, 0.1, hidden) for name in ("left", "rating")])
    ends = hidden.mean - hidden.luck, hidden.mean + hidden.luck
    assert left == ("+6.0", f"{number(100 * ends[0], 1, True)} to {number(100 * ends[1], 1, True)}, luck alone")
    assert rated == ("+0.06", f"{number(ends[0], 2, True)} to {number(ends[1], 2, True)}, luck alone")
    words = left_over_time([row("left", 12, 0.06, worlds=hidden)], of_worlds=True)
    assert "+6.0 in 100 alike in all, as far as luck lets it be told: " in words
    assert "middle 95 %" not in words
    drowned = over_worlds([-0.02, 0.03, 0.02, -0.01, 0.02, -0.03], [0, 0, 1, 1, 2, 2])
    assert not drowned.differ
    assert left_over_time([row("left", 12, 0.0, worlds=drowned)], True).startswith("It is +0.2 in 100 alike in all"), (
        "no worlds are counted by a sign that is luck's"
    )
    shades = [(low, high) for low, high in (ends_of(row("left", 12, 0.06, worlds=hidden))[1:],)]
    assert shades == [(100 * ends[0], 100 * ends[1])]


def test_where_luck_is_most_of_how_far_worlds_lie_apart_only_their_mean_is_told_and_how_much_is_luck():
    """Not in how many worlds more or fewer leave, nor between which ends: with so few people in each, luck says that."""
    hidden = over_worlds([0.0, 0.12, 0.0, 0.12, 0.12, 0.24, 0.12, 0.24], [0, 0, 1, 1, 2, 2, 3, 3])
    assert hidden.differ
    assert not hidden.can_be_told
    words = left_over_time([row("left", 12, 0.12, worlds=hidden)], of_worlds=True)
    low, high = (number(100 * (hidden.mean + end), 1, True) for end in (-hidden.luck, hidden.luck))
    assert words.startswith(
        f"On the average of 4 worlds that fit the published evidence, of 100 clients who see tears 12.0 more have left 12 "
        f"weeks later (luck alone: {low} to {high}). With 25 people or so in each, luck is "
        f"{100 * hidden.luck_share:.0f} % of how far worlds lie apart"
    )
    assert "tearsim sweep tears_and_dropout" in words, "which rests on more people"
    assert "middle" not in words
    assert "sign" not in words
    ((_, [left, _]),) = cells_over_time([row(name, 12, 0.12, 0.0, 0.1, hidden) for name in ("left", "rating")])
    assert left == ("+12.0", f"{low} to {high}, luck alone")
    assert " fewer have left" in left_over_time(
        [row("left", 12, 0.0, worlds=hidden.times(1.0)._replace(mean=-0.1))], True
    )


def test_of_so_few_that_luck_cannot_be_told_no_ends_are_told_either():
    few = over_worlds([0.0, 0.0, 1.0, -0.5], [0, 0, 1, 2])
    assert left_over_time([row("left", 12, 0.1, 0.0, 0.2, few)], True) == NOBODY_SAW
    assert cells_over_time([row("left", 12, 0.1, 0.0, 0.2, few)])[0][1][0][1] == ""


def test_where_worlds_can_be_told_it_is_said_how_much_luck_was_in_them():
    told = over_worlds([0.0, 0.02, 0.1, 0.12, 0.2, 0.22], [0, 0, 1, 1, 2, 2])
    words = left_over_time([row("left", 12, 0.1, worlds=told)], of_worlds=True)
    assert (
        f"Luck is {100 * told.luck_share:.0f} % of how far worlds lie apart (as a variance), and is taken off" in words
    )
    assert "luck alone" not in cells_over_time([row("left", 12, 0.1, 0.0, 0.2, told)])[0][1][0][1]


def test_tears_without_effects_are_said_to_do_exactly_nothing():
    nothing = over_worlds([0.0] * 8, [0, 0, 1, 1, 2, 2, 3, 3])
    assert "exactly 0" in left_over_time([row("left", 12, 0.0, worlds=nothing)], of_worlds=True)


@pytest.mark.parametrize("of_worlds", [False, True])
def test_where_nobody_saw_tears_nothing_is_told(of_worlds):
    assert left_over_time([row("left", 12, NAN)], of_worlds) == NOBODY_SAW
    assert left_over_time([row("left", 12, 0.1, 0.0, 0.2)], True) == NOBODY_SAW, "one luck a world is not enough"


def test_every_number_of_the_table_stands_over_its_ends():
    rows = [row(name, week, 0.1, 0.05, 0.15) for name in ("left", "rating") for week in (0, 4)]
    told = cells_over_time(rows)
    assert [when for when, _ in told] == ["at once", "4 weeks"]
    assert told[0][1] == [("+10.0", "+5.0 to +15.0"), ("+0.10", "+0.05 to +0.15")]
    assert cells_over_time([row("left", 0, NAN), row("rating", 0, NAN)])[0][1] == [("–", ""), ("–", "")]
