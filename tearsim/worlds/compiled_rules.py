"""Functions that take the place of rules, made ready for the compiled world, or refused in one line."""

import inspect
from functools import cache
from types import FunctionType

import numba
from numba import types
from numba.extending import is_jitted

from tearsim.errors import TearSimError
from tearsim.science.replacing import REPLACEABLE, Replaced, called, frozen, meaning_of, source_of
from tearsim.science.rules import Tears
from tearsim.worlds import records
from tearsim.worlds.compiling import OPTIONS, within_compiled
from tearsim.worlds.memory import table_of
from tearsim.worlds.numba_types import NumbaType

GIVES_NOTHING = ("learn",)
MOST_OF_COMPILER = 200  # letters of what the compiler says


@cache
def _kinds() -> dict[str, NumbaType]:
    """The types of what rules take in the compiled world, by the names that the rules themselves give it."""
    levels, flags = [types.int64] * 4, [types.boolean] * 3
    whole = dict.fromkeys(("client_tears", "sensed", "manner", "reception", "number"), types.int64)
    numbers = dict.fromkeys(("depth", "distress", "alliance", "open_rupture"), types.float64)
    return {
        "client": records.CLIENT_RECORDS.single_type, "therapist": records.THERAPIST_RECORDS.single_type,
        "p": records.PARAMETER_RECORDS.single_type, "luck": records.SESSION_LUCK_RECORDS.single_type,
        "tears": types.NamedTuple((*levels, *flags), Tears), **whole, **numbers,
    }  # fmt: skip


_IN_PLACES = {
    "left": table_of(bool, 1), "free": table_of(int, 1), "number_free": types.int64,
    "luck": records.SESSION_LUCK_RECORDS.listing_type,
    "therapists": records.THERAPIST_RECORDS.listing_type,
}  # fmt: skip


def _arguments(name: str) -> list[NumbaType]:
    """The types of what a rule takes."""
    kinds = _kinds()
    if name == "choose_place":
        kinds = kinds | _IN_PLACES
    return [kinds[argument] for argument in inspect.signature(REPLACEABLE[name]).parameters]


def ready(name: str, function: FunctionType) -> FunctionType:
    """A function that compiled code can call in the place of a rule: a copy that keeps what this one reads now.

    Raises TearSimError for a function that cannot be compiled, or that gives something else than a number.
    """
    key = name, meaning_of(function)
    if key not in _made:
        _made[key] = _compilable(name, function)
    return _made[key]


_made: dict[tuple[str, str], FunctionType] = {}  # copies at hand, by the rule and by what they mean


def _compilable(name: str, given_function: FunctionType) -> FunctionType:
    function, *others = frozen(given_function)
    within_compiled(function, *others)
    alone = numba.njit(**OPTIONS)(function)
    if not is_jitted(alone):  # numba is switched off: the function runs as it is
        return function
    try:
        alone.compile(tuple(_arguments(name)))
    except Exception as error:  # of whatever kind: the compiler's own are not all kinds of one
        raise _refusal(name, function, f"cannot be compiled ({_in_short(error)})") from None
    given = alone.nopython_signatures[0].return_type
    number = isinstance(given, types.Number | types.Boolean) and not isinstance(given, types.Complex)
    if not number and name not in GIVES_NOTHING:
        raise _refusal(name, function, "does not give a number whatever it meets")
    return function


def _refusal(name: str, function: FunctionType, why: str) -> TearSimError:
    return TearSimError(
        f"{called(function)}, in the place of the rule {name}, {why}. It may use numbers, math and functions of its "
        'own module; world="mesa" runs any function.'
    )


def _in_short(error: Exception) -> str:
    """What the compiler says, in a line: the first that tells of the function rather than of the compiler."""
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]} to read"
    lines = [line.strip() for line in str(error).splitlines()]
    telling = [line for line in lines if line and not line.startswith(("Failed in", "- Resolution", "There are"))]
    return (telling or [type(error).__name__])[0][:MOST_OF_COMPILER].rstrip(".: ")


def source_of_all(replaced: Replaced) -> str | None:
    """What all of them say, as one text for a cache's key; None if the source of one cannot be read."""
    sources = [(name, source_of(function)) for name, function in replaced]
    return None if any(source is None for _, source in sources) else repr(sources)
