"""Functions that take the model's parameters by name, and tell whoever asks which these are."""

import inspect
from collections.abc import Callable
from typing import TypeVar

from tearsim.science.parameters import PARAMETERS

Function = TypeVar("Function", bound=Callable[..., object])


def takes_parameters(function: Function) -> Function:
    """Spell out in a function's signature the parameters that its last, collecting argument takes.

    So `help`, notebooks and Mesa, which asks a model's signature what may be set, know every name and default.
    """
    signature = inspect.signature(function)
    *own, _ = signature.parameters.values()
    named = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=parameter.default, annotation=type(parameter.default)
        )
        for name, parameter in PARAMETERS.items()
    ]
    function.__signature__ = signature.replace(parameters=[*own, *named])  # type: ignore[attr-defined]
    return function
