"""What looks into the bits of a number does the same compiled as in Python, and so does all that is made of it."""

import math
from random import Random  # noqa: TID251 - arguments to try, and no luck of the model

import numba
import numpy as np
import pytest

from tearsim.science import functions
from tearsim.science.functions import exp, exponent_of, inverse_normal, log, logit, tanh, two_to
from tearsim.worlds.bits import bits_of, number_with
from tearsim.worlds.compiling import OPTIONS, within_compiled

within_compiled(functions)


def mapped(function):
    """The function of every number of an array, compiled."""

    def each(numbers):
        found = np.empty(len(numbers))
        for i in range(len(numbers)):
            found[i] = function(numbers[i])
        return found

    return numba.njit(**OPTIONS)(each)


def arguments(function):
    draw = Random(11)
    if function is two_to:
        return [float(k) for k in range(-1022, 1024)]
    if function in (logit, inverse_normal):
        grid = [max(draw.getrandbits(53) * 2.0**-53, 2.0**-54) for _ in range(50_000)]
        return grid + [2.0 ** -draw.uniform(0.001, 53.9) for _ in range(5_000)] + [2.0**-54, 0.5, 1.0 - 2.0**-53]
    if function in (log, exponent_of):
        return [2.0 ** draw.uniform(-1022.0, 1023.0) for _ in range(20_000)] + [
            draw.random() + 0.5 for _ in range(20_000)
        ]
    return [draw.uniform(-750.0, 750.0) for _ in range(20_000)] + [draw.gauss(0.0, 2.0) for _ in range(20_000)] + [0.0]


@pytest.mark.parametrize(
    "function", [two_to, exponent_of, exp, log, logit, tanh, inverse_normal], ids=lambda function: function.__name__
)
def test_a_function_of_the_science_finds_the_same_bits_compiled(function):
    numbers = arguments(function)
    compiled = mapped(function)(np.array(numbers))
    assert compiled.tobytes() == np.array([function(x) for x in numbers]).tobytes()


def test_bits_are_those_of_the_number():
    @numba.njit(**OPTIONS)
    def there_and_back(x):
        return bits_of(x), number_with(bits_of(x))

    for x in (0.0, -0.0, 1.0, -2.5, 5e-324, math.inf):
        bits, back = there_and_back(x)
        assert bits == np.float64(x).view(np.int64)
        assert math.copysign(1.0, back) == math.copysign(1.0, x)
        assert back == x
