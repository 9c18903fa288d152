"""Putting other functions in the place of rules: which rules can be replaced, by what, and which source that has.

A rule is replaced by a function that takes the same arguments, in the same order. Numbers that come out depend on what
such a function says, so its source is part of where they come from: as syntax, without comments and docstrings, with
whatever else of its own module it calls or reads.
"""

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType

from tearsim.errors import TearSimError, echoed
from tearsim.science import lives, places, rules
from tearsim.science.declaration import nearest

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
        raise TearSimError(f"Rules are a mapping of names to functions; {echoed(given)} is none.")
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
        raise TearSimError(f"A function of Python takes the place of the rule {name}; {echoed(function)} is none.")
    arguments = inspect.signature(REPLACEABLE[name]).parameters
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        raise TearSimError(
            f"{called(function)} cannot take the place of the rule {name}: it must take ({', '.join(arguments)}), and "
            f"takes {inspect.signature(function)}."
        ) from None


def called(function: FunctionType) -> str:
    """How a function is called, with its module."""
    return f"{function.__module__}.{function.__qualname__}"


def parts_of(function: FunctionType) -> list[FunctionType]:
    """A function, and the functions of its own module that it calls, directly or through others."""
    found = [function]
    for part in found:  # grows on the way
        found += [
            value
            for _, value in sorted(_read(part), key=lambda one: one[0])
            if isinstance(value, FunctionType) and value.__module__ == function.__module__ and value not in found
        ]
    return found


def source_of(function: FunctionType) -> str | None:
    """SHA-256 of what a function says: its syntax and that of its parts, and the constants that they read.

    None where a source cannot be read, as of a function that was typed in at a prompt.
    """
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
                f"The source of {called(function)}, in the place of the rule {name}, cannot be read, so nobody could "
                "tell later where the numbers come from: write the function into a file and import it."
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
    """The function of this source in the place of a rule, if this process was ever given it."""
    return _at_hand.get((name, source))


def _said(function: FunctionType) -> str | None:
    """A function as syntax, without comments and docstrings, and the constants of its module that it reads."""
    try:
        text = textwrap.dedent(inspect.getsource(function))
        found = [node for node in ast.walk(ast.parse(text)) if _defines(node, function.__name__)]
    except (OSError, TypeError, SyntaxError):
        return None
    if len(found) != 1:
        return None
    for node in ast.walk(found[0]):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    reads = [
        f"{name} = {_told(value, function.__module__)}"
        for name, value in sorted(_read(function), key=lambda one: one[0])
    ]
    return "\n".join([ast.unparse(found[0]), *reads])


def _defines(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name == name
    return isinstance(node, ast.Lambda) and name == "<lambda>"


def _read(function: FunctionType) -> Iterator[tuple[str, object]]:
    """What a function reads of its module and of what surrounds it, by name."""
    for name in set(_names(function.__code__)) & function.__globals__.keys():
        yield name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, cell.cell_contents


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _told(value: object, here: str) -> str:
    """A constant as Python writes it; of anything with a name, the name: what it says is told elsewhere."""
    if isinstance(value, ModuleType):
        return value.__name__
    named = getattr(value, "__qualname__", None)
    if named is None:
        return repr(value)
    home = getattr(value, "__module__", None)
    return str(named) if home == here else f"{home}.{named}"
