"""What decides a claim is what its value goes with over worlds, and chance names nobody."""

import numpy as np
import pandas as pd

from tearsim.study.claims.deciding import deciding
from tearsim.study.randomness import generator_for

WORLDS, NAMES = 100, [f"number {i}" for i in range(80)]


def drawn(seed):
    return pd.DataFrame(generator_for("resampling", seed).random((WORLDS, len(NAMES))), columns=NAMES)


def test_the_two_numbers_that_make_a_value_are_named_the_stronger_first():
    right = 0
    for seed in range(20):
        table = drawn(seed)
        noise = generator_for("resampling", 1000 + seed).standard_normal(WORLDS)
        value = 4.0 * table["number 7"] - 2.5 * table["number 30"] + 0.3 * noise
        right += [one.parameter for one in deciding(value.to_numpy(), table)] == ["number 7", "number 30"]
    assert right >= 19


def test_the_second_is_not_a_shadow_of_the_first():
    """A number that goes with the first alone, and adds nothing to it, is not named."""
    table = drawn(1)
    table["shadow"] = table["number 7"] + 0.05 * table["number 8"]
    assert [one.parameter for one in deciding(np.exp(table["number 7"].to_numpy()), table)] == ["number 7"]


def test_of_a_hundred_numbers_that_have_nothing_to_do_with_it_hardly_ever_one_is_named():
    named = sum(bool(deciding(generator_for("resampling", 2000 + s).random(WORLDS), drawn(s))) for s in range(60))
    assert named <= 7  # 3 expected at the most


def test_worlds_of_which_nothing_is_known_are_left_out():
    table = drawn(3)
    value = table["number 5"].to_numpy().copy()
    value[:10] = np.nan
    assert deciding(value, table)[0].parameter == "number 5"
    assert deciding(np.full(WORLDS, np.nan), table) == []


def test_a_number_with_which_a_value_turns_is_named_though_it_neither_rises_nor_falls():
    """As the share of clients who take tears one way or the other, whichever is smaller, is largest in the middle."""
    right = 0
    for seed in range(20):
        table = drawn(seed)
        noise = generator_for("resampling", 3000 + seed).standard_normal(WORLDS)
        value = -8.0 * (table["number 7"] - 0.5) ** 2 + table["number 30"] + 0.1 * noise
        right += {(one.parameter, one.shape) for one in deciding(value.to_numpy(), table)} == {
            ("number 7", "highest in the middle"), ("number 30", "rises"),
        }  # fmt: skip
    assert right >= 18


def test_shares_are_those_of_the_variance_that_each_makes():
    table = drawn(4)
    value = table["number 7"] + 0.5 * table["number 30"]  # 1 to 1/4 of the variance
    first, second = deciding(value.to_numpy(), table)
    assert abs(first.share - 0.8) < 0.08
    assert abs(second.share - 0.2) < 0.08
