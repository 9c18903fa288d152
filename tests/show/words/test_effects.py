"""What tears do, in sentences: a difference that cannot be seen is not told as more or fewer of nobody."""

from tearsim.show.words.effects import below_each, cell, one_number, worlds_for_programs
from tearsim.study.answers.over_worlds import over_worlds
from tearsim.study.effects.profiles import Effect
from tearsim.study.estimates import Estimate


def told(mean, low, high):
    effect = Effect("policy", "left", 12, Estimate(mean, low, high, 100), 20_000, 0, None)
    return one_number("policy", [effect], "default")


def test_a_difference_that_rounds_to_none_is_told_as_none_with_how_far_luck_reaches():
    assert told(0.0002, -0.0001, 0.0006) == (
        "Practice policy: of 100 such people as many have left 12 weeks later (luck: −0.0 to +0.1)."
    )
    assert told(0.008, -0.001, 0.017) == (
        "Practice policy: of 100 such people 0.8 more have left 12 weeks later (luck: −0.1 to +1.7)."
    )


def test_a_table_says_what_stands_below_each_difference_of_one_world_and_of_many():
    one = Effect("policy", "left", 12, Estimate(0.01, 0.0, 0.02, 100), 20_000, 0, None)
    assert "95 % interval" in below_each([one])
    assert "holds luck alone" in below_each([one])
    of_many = one._replace(worlds=over_worlds([0.01, 0.02, 0.05, 0.06], [0, 0, 1, 1]))
    assert "the middle 95 % of worlds" in below_each([one, of_many])
    lines = cell(of_many)
    assert len(lines) == 1 + 2 + 1, "the middle world, two ranges of worlds, and in how many it lies above 0"


def test_of_too_few_to_tell_worlds_from_luck_neither_a_range_of_worlds_nor_a_count_of_signs_is_told():
    hidden = over_worlds([0.0, 0.12, 0.0, 0.12, 0.12, 0.24, 0.12, 0.24], [0, 0, 1, 1, 2, 2, 3, 3])
    few = Effect("policy", "left", 12, Estimate(0.12, 0.0, 0.2, 4), 24, 0, hidden)
    assert hidden.differ
    assert cell(few)[-2:] == ["too few to tell", "worlds apart"]
    assert "24 people are too few to tell 4 worlds apart" in one_number("policy", [few], "open")
    said = worlds_for_programs(hidden)
    assert set(said.values()) == {None}
