"""What it takes to declare a parameter, and to check a value someone gives for one."""

import ast
import difflib
import inspect
import math
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal

from tearsim.errors import TearSimError, echoed, quoted, shortened

Status = Literal["estimate", "assumption", "design"]
Value = float | int | str | bool
RENAMED = {"worlds": "estimates"}  # what earlier versions called a parameter
LONGEST_NAME = 100  # of anything that has a name: what is longer resembles none


def docstring(function: Callable[..., object]) -> str:
    """A function's docstring, also where Python was told to leave docstrings out (-OO): then from its source."""
    said = inspect.getdoc(function)
    if said is None:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        said = ast.get_docstring(definition) if isinstance(definition, ast.FunctionDef) else None
    return said or ""


def plain(number: float) -> str:
    """A number without a power of ten."""
    return str(int(number)) if number == int(number) else f"{number:g}"


def as_said(value: object) -> str:
    """A parameter's value as people say it: switches are on or off, numbers have no power of ten."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return plain(value) if isinstance(value, (int, float)) else str(value)


def in_words(name: str) -> str:
    """The name of a parameter, an outcome or a column in words."""
    return name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number or choice of the model, with all that anyone needs to know about it."""

    name: str
    default: Value
    limits: tuple[float, float]
    plausible: tuple[float, float]
    unit: str
    meaning: str
    status: Status
    source: str
    choices: tuple[str, ...] = ()
    group: str = ""

    @property
    def kind(self) -> str:
        """What sort of value it takes: "choice", "switch", "whole number" or "number"."""
        if self.choices:
            return "choice"
        if isinstance(self.default, bool):
            return "switch"
        return "whole number" if isinstance(self.default, int) else "number"

    @property
    def allowed(self) -> str:
        """The allowed values in words, for messages and tables."""
        if self.kind == "choice":
            return ", ".join(f'"{choice}"' for choice in self.choices)
        if self.kind == "switch":
            return "true or false"
        return f"{plain(self.limits[0])} to {plain(self.limits[1])}"

    def check(self, value: object) -> Value:
        """The value in the type the model uses; text, as typed on a command line, is read first.

        Raises TearSimError if it is of the wrong type or outside the limits.
        """
        readers = {"choice": _read_choice, "switch": _read_switch, "whole number": _read_whole, "number": _read_number}
        checked = readers[self.kind](value)
        if checked is None:
            raise TearSimError(f"{self.name} takes a {self.kind} ({self.allowed}); {echoed(value)} is not one.")
        if self.choices and checked not in self.choices:
            close = nearest(str(checked), list(self.choices))
            raise TearSimError(f"{self.name} is one of {self.allowed}; {echoed(value)} is not.{close}")
        if isinstance(checked, (int, float)) and not self.limits[0] <= checked <= self.limits[1]:
            raise TearSimError(f"{self.name} goes from {self.allowed}; {shortened(str(value))} is outside.")
        return checked


def _read_choice(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _read_switch(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _read_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (str, Real)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _read_whole(value: object) -> int | None:
    number = _read_number(value)
    return int(number) if number is not None and number == int(number) else None


def whole_number(what: str, value: object, least: int, most: int | None = None) -> int:
    """The value if it is a whole number within its limits. Raises TearSimError, which says `what` it is to be."""
    if not isinstance(value, bool) and isinstance(value, Integral):
        number = int(value)
        if least <= number and (most is None or number <= most):
            return number
    limits = f"from {least}" if most is None else f"from {least} to {most}"
    raise TearSimError(f"The {what} is a whole number {limits}; {echoed(value)} is not.")


def nearest(name: object, known: Mapping[str, object] | list[str]) -> str:
    """A sentence that suggests the known name nearest to one that is not known, or an empty one."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        return ""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f' Did you mean "{close[0]}"?' if close else ""


def not_declared(name: object, declared: Mapping[str, Parameter]) -> TearSimError:
    """What to raise for a name that no parameter has: it suggests the nearest, or says where all are listed."""
    if isinstance(name, str) and name in RENAMED:
        return TearSimError(f'The parameter "{name}" is now called {RENAMED[name]}.')
    suggestion = nearest(name, declared) or " They are listed by: tearsim parameters"
    return TearSimError(f"There is no parameter {quoted(name)}.{suggestion}")


def check_all(given: Mapping[str, object], declared: Mapping[str, Parameter]) -> dict[str, Value]:
    """Every declared parameter with its given value or its default, checked.

    Raises TearSimError for a name that is not declared and for a value not allowed.
    """
    for name in given:
        if name not in declared:
            raise not_declared(name, declared)
    return {name: p.check(given[name]) if name in given else p.default for name, p in declared.items()}
