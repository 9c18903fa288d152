"""Putting other functions in the place of rules: which rules can be replaced, by what, and which source that has.

A rule is replaced by a function that takes the same arguments, in the same order. Numbers that come out depend on what
such a function does, so its source is part of where they come from: as syntax, without comments and docstrings, with
the functions that it calls and the constants that it reads. It may read nothing else, and the compiled world runs
copies of all this as it was when it was asked to (`frozen`).
"""

import ast
import builtins
import dis
import hashlib
import inspect
import linecache
import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import NamedTuple, TypeGuard

from tearsim.errors import TearSimError, echoed
from tearsim.science import lives, places, rules
from tearsim.science.declaration import nearest
from tearsim.syntax import written

Rule = Callable[..., object]
Replaced = tuple[tuple[str, FunctionType], ...]

IN_SESSION = (
    "depth_of_talk", "cries", "hushes", "eyes_fill", "notices", "speaks", "appraise", "believes", "repairs",
    "ends_well", "leaves",
)  # fmt: skip
REPLACEABLE: dict[str, Rule] = {
    **{name: getattr(rules, name) for name in IN_SESSION},
    "learn": lives.learn,
    "seeks_someone_new": places.seeks_someone_new,
    "choose_place": places.choose_place,
}


def checked_rules(given: Mapping[str, Rule] | None) -> Replaced:
    """The rules that are replaced, each with the function in its place, in the order of `REPLACEABLE`.

    >>> checked_rules({"appraise": rules.appraise})  # nothing is replaced by itself
    ()

    Raises TearSimError for a name that is no rule, for what is no function, and for one that takes other arguments.
    """
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise TearSimError(f"Rules are a mapping of names to functions; {echoed(given)} is not one.")
    for name, function in given.items():
        _check(name, function)
    replaced = [(name, given[name]) for name, rule in REPLACEABLE.items() if given.get(name, rule) is not rule]
    return tuple((name, function) for name, function in replaced if isinstance(function, FunctionType))


def _check(name: str, function: Rule) -> None:
    if name not in REPLACEABLE:
        raise TearSimError(
            f"There is no rule {echoed(name)} to replace.{nearest(str(name), list(REPLACEABLE))} "
            f"These can be: {', '.join(REPLACEABLE)}."
        )
    if not isinstance(function, FunctionType):
        raise TearSimError(f"A function of Python takes the place of the rule {name}; {echoed(function)} is not one.")
    arguments = inspect.signature(REPLACEABLE[name]).parameters
    takes = inspect.signature(function, follow_wrapped=False)
    plain = all(one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty for one in takes.parameters.values())
    if not plain or len(takes.parameters) != len(arguments):
        raise TearSimError(
            f"{called(function)} cannot take the place of the rule {name}: it must take ({', '.join(arguments)}), and "
            f"takes {takes}."
        )


def called(function: FunctionType) -> str:
    """How a function is called, with its module."""
    return f"{function.__module__}.{function.__qualname__}"


class PartOfRule(NamedTuple):
    """A function that a rule is made of, and what it reads of its module and of what surrounds it, by name."""

    function: FunctionType
    reads: dict[str, object]


def parts_of(function: FunctionType) -> list[PartOfRule]:
    """A function, and the functions that it calls, directly or through others, but for those of the model itself.

    Raises TearSimError for whatever else it reads than numbers, texts, tuples of them, `math` and functions: nobody
    could tell whether that is the same tomorrow.
    """
    found = [PartOfRule(function, _read(function))]
    for part in found:  # grows on the way
        known = {id(one.function) for one in found}
        calls = {id(value): value for value in part.reads.values() if _is_part(value)}
        found += [PartOfRule(value, _read(value)) for key, value in calls.items() if key not in known]
    return found


def frozen(function: FunctionType) -> list[FunctionType]:
    """Copies of a function and of its parts that go on reading what these read now, the function's own first."""
    parts = parts_of(function)
    copies: dict[int, FunctionType] = {}
    for part in parts:
        code = part.function.__code__
        cells = tuple(CellType() for _ in code.co_freevars)
        space = {"__builtins__": builtins, "__name__": part.function.__module__}
        copies[id(part.function)] = FunctionType(code, space, part.function.__name__, None, cells)
        copies[id(part.function)].__qualname__ = part.function.__qualname__
    for part in parts:
        copy = copies[id(part.function)]
        kept = {name: copies[id(value)] if _is_part(value) else value for name, value in part.reads.items()}
        for name, cell in zip(copy.__code__.co_freevars, copy.__closure__ or (), strict=True):
            cell.cell_contents = kept.pop(name)
        copy.__globals__.update(kept)
    return list(copies.values())


def meaning_of(function: FunctionType) -> str:
    """SHA-256 of what a function does as it is in memory, parts and constants among it; of this process's Python."""
    said = [f"{_code(part.function.__code__)} {_constants(part)}" for part in parts_of(function)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def source_of(function: FunctionType) -> str | None:
    """SHA-256 of what a function says: its syntax and that of its parts, and the constants that they read.

    It is the same in every version of Python. None where a source cannot be read, as of a function that was typed in at
    a prompt, or is no longer what was imported, as of a file that was edited since.
    """
    return _source_of(function, meaning_of(function))


@lru_cache(maxsize=256)
def _source_of(function: FunctionType, meaning: str) -> str | None:  # noqa: ARG001 - the meaning is part of the key
    said = [_said(part) for part in parts_of(function)]
    if None in said:
        return None
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()


def sources_of(replaced: Replaced) -> dict[str, str]:
    """What stands in the place of each rule, as the digest of its source.

    Raises TearSimError for a function whose source cannot be read.
    """
    sources = {}
    for name, function in replaced:
        source = source_of(function)
        if source is None:
            raise TearSimError(
                f"The source of {called(function)}, in the place of the rule {name}, cannot be read, or was changed "
                "since it was imported, so nobody could tell later where the numbers come from: write the function "
                "into a file and import it anew."
            )
        sources[name] = source
    return sources


_at_hand: dict[tuple[str, str], FunctionType] = {}  # functions that this process was given, by rule and source


def remember(replaced: Replaced) -> dict[str, str]:
    """Keep functions at hand for whoever knows only which rule they replace and what they say; their sources.

    Raises TearSimError for a function whose source cannot be read.
    """
    sources = sources_of(replaced)
    _at_hand.update({(name, sources[name]): function for name, function in replaced})
    return sources


def at_hand(name: str, source: str) -> FunctionType | None:
    """The function of this source in the place of a rule, if this process was given it, and it still says that."""
    function = _at_hand.get((name, source))
    return function if function is not None and source_of(function) == source else None


def _is_part(value: object) -> TypeGuard[FunctionType]:
    """Whether what a function reads is a function that is not the model's own."""
    if not isinstance(value, FunctionType):
        return False
    return not _is_of_the_model(value.__module__)


def _is_of_the_model(module: object) -> bool:
    """Whether a module is part of the model's own identity."""
    home = str(module)
    return home.startswith("tearsim.science") and not home.startswith("tearsim.science.alternatives")


def _read(function: FunctionType) -> dict[str, object]:
    """What a function reads of its module and of what surrounds it, in order of name; compiled functions as written."""
    names = sorted(set(_global_names(function.__code__)) & function.__globals__.keys())
    reads = {name: function.__globals__[name] for name in names}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        reads[name] = cell.cell_contents
    reads = {name: getattr(value, "py_func", value) for name, value in reads.items()}
    for name, value in reads.items():
        of_the_model = _is_of_the_model(value.__name__ if isinstance(value, ModuleType) else _home(value))
        allowed = isinstance(value, FunctionType | BuiltinFunctionType) or value is math or _is_constant(value)
        if not (allowed or of_the_model):
            raise TearSimError(
                f"{called(function)} reads {name}, {echoed(value)}. A rule may read numbers, texts, tuples of them, "
                "math and functions: what is read through anything else could change unseen."
            )
    return reads


def _home(value: object) -> object:
    """The module that a class, or a compiled function, was defined in."""
    return getattr(value, "__module__", None)


def _is_constant(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_constant, value))
    return value is None or type(value) in (bool, int, float, str)


def _global_names(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def _code(code: CodeType) -> str:
    """What a function's code does, wherever it stands."""
    constants = [_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars} {constants}"


def _constants(part: PartOfRule) -> str:
    """What a part reads, as Python writes it; of functions and modules the name, as what they say stands elsewhere."""
    return repr(
        {
            name: getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or value
            for name, value in part.reads.items()
        }
    )


def _said(part: PartOfRule) -> str | None:
    """A part as syntax, with the constants that it reads; None if its source is not there, or is another's by now."""
    code = part.function.__code__
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename))
    try:
        every = codes_in(compile(text, code.co_filename, "exec", dont_inherit=True))
        there = [one for one in every if same_code(one, code)]
        nodes = [node for node in ast.walk(ast.parse(text)) if begins(node) == code.co_firstlineno]
    except (SyntaxError, ValueError):
        return None
    nodes = [node for node in nodes if isinstance(node, ast.Lambda) or getattr(node, "name", "") == code.co_name]
    if not there or len(nodes) != 1:
        return None
    return "\n".join([*written(nodes[0]), _constants(part)])


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """The code of all functions and classes within a piece of code."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes_in(constant)


def same_code(one: CodeType, other: CodeType) -> bool:
    """Whether two pieces of code stand in the same place and do the same."""
    return (one.co_name, one.co_firstlineno) == (other.co_name, other.co_firstlineno) and _code(one) == _code(other)


def begins(node: ast.AST) -> int:
    """The line on which a definition begins, its decorators included; 0 for anything else."""
    if isinstance(node, ast.FunctionDef):
        return min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return node.lineno if isinstance(node, ast.Lambda) else 0
