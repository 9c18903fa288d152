"""The functions that luck and rules are made of: as exact as their docstrings say, and the same on every machine."""

import ast
import inspect
import math
import re
from itertools import pairwise
from pathlib import Path
from random import Random  # noqa: TID251 - arguments to try, and no luck of the model

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearsim import science, worlds
from tearsim.science import functions
from tearsim.science.declaration import docstring
from tearsim.science.functions import exp, exponent_of, inverse_normal, log, logit, tanh, two_to

STEP = 2.0**-53  # between neighbours among the probabilities that luck draws
QUICK, THOROUGH = 2_000, 40_000


def signed(random, size):
    return random.choice((-1.0, 1.0)) * size


def arguments_of_exp(random, number):
    yield from (0.0, -700.0, 700.0, -1e9, 1e9)
    for _ in range(number):
        yield random.uniform(-700.0, 700.0)
        yield random.uniform(-4.0, 4.0)
        yield signed(random, 2.0 ** random.uniform(-60.0, 9.0))
        yield from around((random.randrange(-1000, 1000) + 0.5) * math.log(2.0), 1)  # where k changes


def arguments_of_log(random, number):
    yield from (1.0, 2.0**-1022, 8.9e307)
    for _ in range(number):
        yield 2.0 ** random.uniform(-1022.0, 1023.0)
        yield random.random() + STEP
        yield 1.0 + signed(random, 2.0 ** random.uniform(-52.0, -1.0))
        yield from around(math.sqrt(0.5) * 2.0 ** random.randrange(-60, 60), 1)


def arguments_of_tanh(random, number):
    yield from (0.0, 0.625, -0.625, 20.0, 1e300)
    for _ in range(number):
        yield random.uniform(-3.0, 3.0)
        yield signed(random, 2.0 ** random.uniform(-60.0, 6.0))
        yield from around(0.625, 1 + random.randrange(1000))


def probabilities(random, number):
    """As luck draws them, the smallest and largest more often than it does, and where a function changes its way."""
    yield from (2.0**-54, STEP, 1.0 - STEP, 0.5)
    changes = (0.075, 0.925, math.sqrt(2.0) - 1.0, 2.0 - math.sqrt(2.0), 0.25, 0.75, 0.5, math.exp(-25.0))
    for _ in range(number):
        yield max(random.getrandbits(53) * STEP, 2.0**-54)
        yield 2.0 ** random.uniform(-54.0, -1.0)
        yield 1.0 - math.floor(2.0 ** random.uniform(0.0, 52.0)) * STEP
        yield 0.5 + signed(random, math.floor(2.0 ** random.uniform(0.0, 51.0)) * STEP)
        yield from around(random.choice(changes), 1 + random.randrange(100))


def around(x, steps):
    yield x - steps * math.ulp(x)
    yield x + steps * math.ulp(x)


def true_logit(u):
    return mpmath.log(u) - mpmath.log(1 - u)


def true_inverse_normal(u):
    """One step of Newton's from what was found, which doubles the digits that are right."""
    x = mpmath.mpf(inverse_normal(float(u)))
    below = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    beyond = below - u if u < 0.5 else (1 - u) - mpmath.erfc(x / mpmath.sqrt(2)) / 2
    return x - beyond * mpmath.sqrt(2 * mpmath.pi) * mpmath.exp(x * x / 2)


def true_exp(x):
    return mpmath.exp(min(max(x, -700), 700))


KNOWN = {
    exp: (true_exp, arguments_of_exp),
    log: (mpmath.log, arguments_of_log),
    logit: (true_logit, probabilities),
    tanh: (mpmath.tanh, arguments_of_tanh),
    inverse_normal: (true_inverse_normal, probabilities),
}
of_every_function = pytest.mark.parametrize("function", KNOWN, ids=lambda function: function.__name__)


def promised(function):
    """How exact a function says it is, in ulp."""
    (most,) = re.findall(r"[Ww]ithin ([\d.]+) ulp", docstring(function))
    return float(most)


def furthest(function, number):
    """How far a function lies from the truth at worst, in ulp."""
    true, arguments = KNOWN[function]
    with mpmath.workdps(40):
        return max(distance(function(x), true(mpmath.mpf(x))) for x in arguments(Random(7), number))


def distance(found, true):
    return float(abs(found - true) / math.ulp(float(true)))


@of_every_function
def test_a_function_is_as_exact_as_it_says(function):
    assert furthest(function, QUICK) <= promised(function)


@pytest.mark.slow
@of_every_function
def test_a_function_is_as_exact_as_it_says_at_many_thousand_points(function):
    assert furthest(function, THOROUGH) <= promised(function)


def test_what_is_known_exactly_is_exact():
    assert (exp(0.0), tanh(0.0), logit(0.5), inverse_normal(0.5), log(1.0)) == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert (tanh(20.0), tanh(math.inf), tanh(-math.inf)) == (1.0, 1.0, -1.0)


def test_exponentials_end_at_seven_hundred():
    assert exp(math.inf) == exp(700.0) > 1e304
    assert exp(-math.inf) == exp(-700.0) > 0.0


@given(st.floats(allow_nan=False))
def test_tanh_is_odd_to_the_last_bit(x):
    assert tanh(-x) == -tanh(x)


@given(st.integers(1, 2**53 - 1).map(lambda whole: whole * STEP))
def test_a_quantile_of_the_other_side_has_the_other_sign_and_is_the_same(u):
    assert inverse_normal(1.0 - u) == -inverse_normal(u)


@given(st.floats(2.0**-1022, 8.9e307))
def test_the_exponent_of_a_number_is_that_of_the_power_of_two_below_it(x):
    assert two_to(exponent_of(x)) <= x
    assert x / 2.0 < two_to(exponent_of(x))


@pytest.mark.parametrize("k", [-1022, -1, 0, 1, 1023])
def test_a_power_of_two_is_exact(k):
    assert two_to(float(k)) == math.ldexp(1.0, k)


# --- Where a probability rests on a function, more stays more ---------------------------------------------------------


def runs_of_neighbours(starts, after, number=100):
    for x in starts:
        run = [x]
        while len(run) < number and after(run[-1]) < math.inf:
            run.append(after(run[-1]))
        yield run


def next_drawn(u):
    return u + STEP if u < 1.0 - STEP else math.inf


def next_number(x):
    return math.nextafter(x, math.inf)


EDGES = {
    logit: (0.25, 0.5, 0.75, math.sqrt(2.0) - 1.0, 2.0 - math.sqrt(2.0), 0.125, 1.0 - 2.0**-20, 1.0 - 90 * STEP),
    exp: (0.0, *((k + 0.5) * math.log(2.0) for k in range(-6, 6))),
    log: (1.0, 0.5, 0.25, math.sqrt(0.5), math.sqrt(2.0), 2.0),
    tanh: (0.625, -0.625, 0.0, 19.9),
}
RANGES = {logit: (0.0, 1.0), exp: (-10.0, 10.0), log: (0.01, 3.0), tanh: (-4.0, 4.0)}


@pytest.mark.parametrize("function", EDGES, ids=lambda function: function.__name__)
def test_of_two_neighbours_the_larger_never_has_the_smaller_value(function):
    """Neighbours of probabilities are those that luck draws; of other numbers, the next double."""
    random = Random(3)
    starts = [random.uniform(*RANGES[function]) for _ in range(200)]
    starts += [edge - 50 * (STEP if function is logit else math.ulp(edge)) for edge in EDGES[function]]
    if function is logit:
        starts = [max(math.floor(u / STEP), 1) * STEP for u in starts]
    for run in runs_of_neighbours(starts, next_drawn if function is logit else next_number):
        values = [function(x) for x in run]
        assert values == sorted(values)


def test_of_two_probabilities_apart_by_a_millionth_of_a_millionth_the_larger_has_the_larger_quantile():
    """Neighbours may swap, by an ulp or two: a quantile says how large something is, and decides no event."""
    us = sorted(probabilities(Random(4), 2_000))
    apart = [(one, other) for one, other in pairwise(us) if other - one > 1e-12]
    assert len(apart) > 5_000
    assert all(inverse_normal(one) < inverse_normal(other) for one, other in apart)


# --- The same on every machine ----------------------------------------------------------------------------------------

GOLDEN = {
    "exp": {
        "0x1.0000000000000p+0": "0x1.5bf0a8b14576ap+1", "-0x1.0000000000000p+0": "0x1.78b56362cef38p-2",
        "0x1.999999999999ap-4": "0x1.1aec7b35a00d4p+0", "-0x1.62e33eff19503p-2": "0x1.6a0a3b975afaep-1",
        "0x1.0000000000000p-1": "0x1.a61298e1e069cp+0", "0x1.e84aa03da01eep+1": "0x1.6aeee9bf60442p+5",
        "-0x1.4000000000000p+4": "0x1.1b48655f37267p-29", "0x1.59ad916872b02p+8": "0x1.a22ad25ccb60ep+498",
        "-0x1.5df3333333333p+9": "0x1.32132bfae6577p-1010",
    },
    "log": {
        "0x1.999999999999ap-4": "-0x1.26bb1bbb55515p+1", "0x1.66cca337a65b1p-1": "-0x1.6c18407591fa0p-2",
        "0x1.0000000000000p-1": "-0x1.62e42fefa39efp-1", "0x1.8000000000000p+1": "0x1.193ea7aad030bp+0",
        "0x1.12e0be826d695p-30": "-0x1.4b927f32bffb8p+4", "0x1.0000000000000p-54": "-0x1.2b708872320e2p+5",
        "0x1.7e43c8800759cp+996": "0x1.5963447f87fb5p+9",
    },
    "logit": {
        "0x1.0000000000000p-54": "-0x1.2b708872320e2p+5", "0x1.0c6f7a0b5ed8dp-20": "-0x1.ba18a78020f45p+3",
        "0x1.999999999999ap-4": "-0x1.193ea7aad030ap+1", "0x1.3333333333333p-2": "-0x1.b1d10670aae9ap-1",
        "0x1.9d3e1a237619bp-2": "-0x1.900a7fd882b40p-2", "0x1.ffffbce4217d3p-2": "-0x1.0c6f7a0b41898p-18",
        "0x1.3333333333333p-1": "0x1.9f323ecbf984ap-2", "0x1.ccccccccccccdp-1": "0x1.193ea7aad030bp+1",
        "0x1.fffffffffffffp-1": "0x1.25e4f7b2737fap+5",
    },
    "tanh": {
        "0x1.5798ee2308c3ap-27": "0x1.5798ee2308c3ap-27", "0x1.999999999999ap-4": "0x1.983d7795f413ap-4",
        "0x1.0000000000000p-1": "0x1.d9353d7568af3p-2", "0x1.3d70a3d70a3d7p-1": "0x1.1a2d73f4f5e95p-1",
        "0x1.428f5c28f5c29p-1": "0x1.1db9051e93ee8p-1", "0x1.0000000000000p+0": "0x1.85efab514f394p-1",
        "-0x1.8000000000000p+0": "-0x1.cf6f9786df577p-1", "0x1.8000000000000p+1": "0x1.fd77d111a0b00p-1",
        "0x1.2000000000000p+4": "0x1.ffffffffffffcp-1",
    },
    "inverse_normal": {
        "0x1.0000000000000p-54": "-0x1.095b059d67c4cp+3", "0x1.19799812dea11p-40": "-0x1.c234fba57a32ap+2",
        "0x1.0c6f7a0b5ed8dp-20": "-0x1.30381a9799f7ep+2", "0x1.47ae147ae147bp-7": "-0x1.29c5c4630ff0ep+1",
        "0x1.2f1a9fbe76c8bp-4": "-0x1.72567aa9caedap+0", "0x1.374bc6a7ef9dbp-4": "-0x1.6eb87f9160bc9p+0",
        "0x1.3333333333333p-2": "-0x1.0c7e39582c5fap-1", "0x1.61117f00625a7p-1": "0x1.fa8d1caa95ab2p-2",
        "0x1.ccccccccccccdp-1": "0x1.4813c36e26d33p+0", "0x1.ff7ced916872bp-1": "0x1.8b8cbb7204470p+1",
        "0x1.fffffffffffffp-1": "0x1.06b48528cea51p+3",
    },
}  # fmt: skip


def test_every_machine_finds_the_same_bits():
    found = {name: {x: getattr(functions, name)(float.fromhex(x)).hex() for x in held} for name, held in GOLDEN.items()}
    assert found == GOLDEN


ALLOWED = (
    ast.Expression, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.If, ast.IfExp, ast.BinOp,
    ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Name, ast.Constant, ast.Attribute, ast.Expr, ast.Load, ast.Store,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.And, ast.Or, ast.Not, ast.cmpop,
)  # fmt: skip


@pytest.mark.parametrize(
    "function",
    [one for _, one in inspect.getmembers(functions, inspect.isfunction) if one not in (two_to, exponent_of)],
    ids=lambda function: function.__name__,
)
def test_a_function_is_made_of_nothing_but_arithmetic_that_rounds_alike_everywhere(function):
    written = ast.parse(inspect.getsource(function)).body[0]
    assert [node for node in ast.walk(written) if not isinstance(node, ALLOWED)] == []
    called = {ast.unparse(node.func) for node in ast.walk(written) if isinstance(node, ast.Call)}
    ours = {name for name, _ in inspect.getmembers(functions, inspect.isfunction)}
    assert called <= {"min", "max", "math.sqrt"} | ours


ROUNDS_ALIKE = {"sqrt", "ldexp", "frexp", "isfinite", "isnan", "inf", "nan", "ceil", "floor", "prod"}


@pytest.mark.parametrize("room", [science, worlds], ids=["science", "worlds"])
def test_nothing_that_a_run_is_made_of_takes_functions_that_round_as_a_machine_likes(room):
    taken = set()
    for file in Path(room.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("math", "cmath", "scipy.special"):
                taken |= {(file.name, name.name) for name in node.names}
            elif (isinstance(node, ast.Attribute) and ast.unparse(node.value) == "math") or (
                isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np" and hasattr(math, node.attr)
            ):
                taken.add((file.name, node.attr))
    assert {(file, name) for file, name in taken if name not in ROUNDS_ALIKE} == set()
