"""Eight numbers at a time are eight numbers: each operation finds the bits that Python finds for each by itself."""

import math
import operator

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science import functions
from tearsim.worlds.compiling import OPTIONS
from tearsim.worlds.lanes import (
    LANES,
    bits_of_mask,
    both,
    either,
    everywhere,
    in_lane,
    mask_of_bits,
    opposite,
    true,
    where,
    with_lane,
)
from tearsim.worlds.memory import ABREAST, lanes_at, put_lanes, zeros_on_lines

of_any = settings(max_examples=200, deadline=None)
EDGES = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.0**-1022, 1.7976931348623157e308, 1.0, -1.0, 0.1]
NUMBERS = st.one_of(st.sampled_from(EDGES), st.floats(), st.floats(-4.0, 4.0), st.integers(-9, 9).map(float))
EIGHT = st.lists(NUMBERS, min_size=LANES, max_size=LANES)
PLAIN = st.one_of(NUMBERS, st.integers(-(2**53), 2**53), st.booleans())


def divided(x, y):
    """As IEEE 754 divides; Python refuses to divide by zero."""
    with np.errstate(all="ignore"):
        return float(np.float64(x) / np.float64(y))


OPERATIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": divided, "min": min, "max": max, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


ROWS = len(OPERATIONS)
KNOWN = (lanes_at, put_lanes, everywhere, where, true, both, either, opposite, bits_of_mask, mask_of_bits, in_lane,
         with_lane)  # fmt: skip


def written(sign, one, other):
    return f"{sign}({one}, {other})" if sign in ("min", "max") else f"{one} {sign} {other}"


def compiled(text, **known):
    """A function of these lines, compiled as the world is."""
    space = {one.__name__: one for one in KNOWN} | known
    exec(text, space)
    return numba.njit(**OPTIONS)(space["asked"])


def of_all_operations(one, other):
    lines = [
        f"    put_lanes(out + {ABREAST * i}, everywhere({written(sign, one, other)}) * 1.0)"
        for i, sign in enumerate(OPERATIONS)
    ]
    return compiled("\n".join(["def asked(x, y, out):", *lines]))


@pytest.fixture(scope="module")
def operations():
    """All operations of eight and eight, of eight and one, of one and eight, and of eight changed in place."""
    in_place = [
        line
        for i, sign in enumerate("+-*/")
        for line in (f"    z = lanes_at(x)\n    z {sign}= lanes_at(y)", f"    put_lanes(out + {ABREAST * i}, z)")
    ]
    return {
        "eight and eight": of_all_operations("lanes_at(x)", "lanes_at(y)"),
        "eight and one": of_all_operations("lanes_at(x)", "y"),
        "one and eight": of_all_operations("x", "lanes_at(y)"),
        "in place": compiled("\n".join(["def asked(x, y, out):", *in_place])),
    }


def found_by(function, *given, rows=ROWS):
    """What a compiled function writes: a row of eight for each thing that it works out."""
    out = np.zeros((rows, LANES))
    kept = [np.array(one, np.float64) if isinstance(one, list) else one for one in given]
    function(*(one.ctypes.data if isinstance(one, np.ndarray) else one for one in kept), out.ctypes.data)
    return out


def same_bits(found, expected):
    """Of what is no number, only that it is none."""
    numbers = np.array(expected, np.float64)
    assert np.array_equal(np.isnan(found), np.isnan(numbers))
    there = ~np.isnan(numbers)
    assert found[there].tobytes() == numbers[there].tobytes(), np.argwhere(found != numbers)


@of_any
@given(EIGHT, EIGHT)
def test_arithmetic_and_comparisons_are_those_of_each_number_by_itself(operations, x, y):
    expected = [[act(a, b) for a, b in zip(x, y, strict=True)] for act in OPERATIONS.values()]
    same_bits(found_by(operations["eight and eight"], x, y), expected)
    same_bits(found_by(operations["in place"], x, y, rows=4), expected[:4])


@of_any
@given(EIGHT, PLAIN)
def test_a_plain_number_on_either_side_is_the_float_that_it_equals(operations, x, one):
    y = float(one)
    same_bits(found_by(operations["eight and one"], x, one), [[act(a, y) for a in x] for act in OPERATIONS.values()])
    same_bits(found_by(operations["one and eight"], one, x), [[act(y, a) for a in x] for act in OPERATIONS.values()])


# The second of two equal ones, or of what is no number, is a matter of which comes first, as in Python.
@pytest.mark.parametrize("one", [0.0, -0.0, math.nan, math.inf, 1.0, 1, True])
@pytest.mark.parametrize("other", EDGES)
def test_of_two_equal_numbers_the_first_is_the_smaller_and_the_larger(operations, one, other):
    expected = [[min(float(one), other)] * LANES, [max(float(one), other)] * LANES]
    same_bits(found_by(operations["one and eight"], one, [other] * LANES)[4:6], expected)


# --- One number, and what looks into its bits ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_one():
    return compiled(
        "def asked(x, out):\n    y = lanes_at(x)\n"
        f"    put_lanes(out, -y)\n    put_lanes(out + {ABREAST}, sqrt(y))\n"
        f"    put_lanes(out + {2 * ABREAST}, true(y))\n    put_lanes(out + {3 * ABREAST}, opposite(y))\n",
        sqrt=math.sqrt,
    )


@of_any
@given(EIGHT)
def test_the_negative_the_root_and_whether_a_number_is_any(of_one, x):
    roots = [math.nan if y < 0.0 or math.isnan(y) else math.sqrt(y) for y in x]
    same_bits(found_by(of_one, x, rows=4), [[-y for y in x], roots, [bool(y) for y in x], [not y for y in x]])
    negative = found_by(of_one, x, rows=4)[0]
    assert np.array_equal(np.signbit(negative), ~np.signbit(np.array(x)))


@pytest.fixture(scope="module")
def of_bits():
    return {
        function: compiled("def asked(x, out):\n    put_lanes(out, found(lanes_at(x)))", found=function)
        for function in (functions.two_to, functions.exponent_of)
    }


def test_every_power_of_two(of_bits):
    powers = [float(k) for k in range(-1022, 1024)] + [0.0, 1.0]
    for start in range(0, len(powers), LANES):
        eight = powers[start : start + LANES]
        same_bits(found_by(of_bits[functions.two_to], eight, rows=1), [[functions.two_to(k) for k in eight]])


@of_any
@given(st.lists(st.floats(2.0**-1022, allow_infinity=False), min_size=LANES, max_size=LANES))
def test_the_exponent_of_any_positive_normal_number(of_bits, x):
    same_bits(found_by(of_bits[functions.exponent_of], x, rows=1), [[functions.exponent_of(one) for one in x]])


# --- Yes or no, eight times ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_masks():
    lines = ["both(m, n)", "either(m, n)", "opposite(m)", "both(m, yes)", "either(yes, n)", "where(m, lanes_at(x), y)",
             "where(m, y, lanes_at(x))", "where(m, n, yes)", "where(yes, lanes_at(x), 3)", "where(m, 1, 2)", "m & n",
             "m | n", "true(m)", "everywhere(yes)", "everywhere(y)", "m + n", "m * lanes_at(x)", "m == n", "m < n",
             "where(m, n, lanes_at(x))", "true(yes)", "opposite(yes)"]  # fmt: skip
    text = [f"    put_lanes(out + {ABREAST * i}, everywhere({line}) * 1.0)" for i, line in enumerate(lines)]
    opening = "def asked(bits, others, yes, y, x, out):\n    m, n = mask_of_bits(bits), mask_of_bits(others)"
    return len(lines), compiled("\n".join([opening, *text]))


def eight_of(bits):
    return [bool(bits >> lane & 1) for lane in range(LANES)]


@of_any
@given(st.integers(0, 255), st.integers(0, 255), st.booleans(), NUMBERS, EIGHT)
def test_choices_lane_by_lane_are_those_of_and_or_not_and_if(of_masks, bits, others, yes, y, x):
    rows, function = of_masks
    expected = [
        [
            a and b,
            a or b,
            not a,
            a and yes,
            yes or b,
            z if a else y,
            y if a else z,
            b if a else yes,
            z if yes else 3,
            1 if a else 2,
            a & b,
            a | b,
            a,
            yes,
            y,
            a + b,
            a * z,
            a == b,
            a < b,
            b if a else z,
            yes,
            not yes,
        ]
        for a, b, z in zip(eight_of(bits), eight_of(others), x, strict=True)
    ]
    same_bits(found_by(function, bits, others, yes, y, x, rows=rows), np.array(expected, np.float64).T)


@pytest.fixture(scope="module")
def there_and_back():
    return compiled("def asked(bits):\n    return bits_of_mask(mask_of_bits(bits))")


def test_a_mask_is_the_whole_number_that_it_was_made_of(there_and_back):
    assert [there_and_back(bits) for bits in range(256)] == list(range(256))


@pytest.fixture(scope="module")
def of_one_lane():
    return compiled(
        "def asked(x, bits, lane, y, yes, out):\n    m = mask_of_bits(bits)\n"
        "    put_lanes(out, with_lane(lanes_at(x), lane, y))\n"
        f"    put_lanes(out + {ABREAST}, with_lane(m, lane, yes))\n"
        f"    put_lanes(out + {2 * ABREAST}, in_lane(lanes_at(x), lane))\n"
        f"    put_lanes(out + {3 * ABREAST}, in_lane(m, lane))\n"
    )


@of_any
@given(EIGHT, st.integers(0, 255), st.integers(0, LANES - 1), NUMBERS, st.booleans())
def test_one_lane_is_read_and_changed_and_no_other(of_one_lane, x, bits, lane, y, yes):
    changed, answers = list(x), eight_of(bits)
    changed[lane], answers[lane] = y, yes
    expected = [changed, answers, [x[lane]] * LANES, [eight_of(bits)[lane]] * LANES]
    same_bits(found_by(of_one_lane, x, bits, lane, y, yes, rows=4), expected)


# --- What cannot be said of eight ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["both(lanes_at(x), True)", "either(True, lanes_at(x))", "lanes_at(x) // 2", "-m",
                                  "lanes_at(x) ** 2", "lanes_at(x) % 2", "min(lanes_at(x), 1.0, 2.0)"])  # fmt: skip
def test_what_has_no_lanes_is_refused_by_the_compiler(said):
    asked = compiled(f"def asked(x, out):\n    m = mask_of_bits(3)\n    put_lanes(out, {said})")
    with pytest.raises(numba.core.errors.NumbaError):
        found_by(asked, [1.0] * LANES, rows=1)


@of_any
@given(st.lists(st.integers(0, 9), max_size=3))
def test_a_table_of_eight_abreast_holds_zeros_and_lies_where_each_eight_are_one_line_of_the_cache(blocks):
    table = zeros_on_lines((*blocks, LANES))
    assert table.shape == (*blocks, LANES)
    assert not table.any()
    assert table.flags.c_contiguous
    assert table.ctypes.data % ABREAST == 0 or table.size == 0
