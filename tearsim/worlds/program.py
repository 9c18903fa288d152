"""The text of a function over lanes while it is made: names used once, pieces of syntax, and what a function reads.

`abreast.py` makes it, rule by rule, out of these.
"""

import ast
import inspect
import itertools
import linecache
import math
from collections.abc import Mapping
from functools import cache
from types import CodeType, FunctionType, ModuleType

from tearsim.science import functions
from tearsim.science.replacing import begins, codes_in, same_code
from tearsim.worlds.lanes import bits_of_mask, both, either, everywhere, opposite, true, where
from tearsim.worlds.numba_types import FromOutside

UNCHANGED = (min, max, math.sqrt, functions.two_to, functions.exponent_of)
IN_LANES = (both, either, everywhere, opposite, true, where)
OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
LARGEST_WHOLE = 2**53  # from here on, a float is not every whole number
LIVE = "live"
# What rules call those that always stand abreast: the first of a function's arguments are, the parameters may not be.
STAND_ABREAST = {"client", "therapist", "luck", "t", "s"}
UNKNOWN = object()


class NotAbreastError(Exception):
    """A function is written in a way that cannot be turned into one over lanes."""


class Program:
    """What the conversions of a rule, and of the rules that it asks, share: names used once, and what they read."""

    def __init__(self, replaced: Mapping[str, FunctionType]) -> None:
        self.replaced = dict(replaced)  # the functions in the place of rules
        self.asking: list[FunctionType] = []  # the functions that are being written out, each asked by the one before
        self.alone: set[str] = set()  # names of functions that go lane by lane
        self._names = itertools.count(1)
        self.globals: dict[str, FromOutside] = {made.__name__: made for made in (*IN_LANES, bits_of_mask)}
        self.records: set[str] = set()  # names of what stands abreast, whose fields have lanes
        self.lanes: set[str] = set()  # names of what has lanes

    def fresh(self, word: str) -> str:
        """A name that nothing else has."""
        return f"{word}_{next(self._names)}"

    def has_lanes(self, value: ast.expr) -> bool:
        """Whether a value is known to have lanes already."""
        match value:
            case ast.Name(name):
                return name in self.lanes
            case ast.Attribute(ast.Name(name), _):
                return name in self.records
            case ast.BinOp(left, _, right) | ast.Compare(left, _, [right]):
                return self.has_lanes(left) or self.has_lanes(right)
            case ast.UnaryOp(_, one):
                return self.has_lanes(one)
            case ast.Call(ast.Name(name), arguments):
                known = self.globals.get(name)
                return known in IN_LANES or (known in UNCHANGED and any(map(self.has_lanes, arguments)))
        return False

    def assigned(self, name: str, value: ast.expr) -> ast.stmt:
        """A name that is given a value, in all lanes."""
        if not self.has_lanes(value):
            value = call_of("everywhere", value)
        self.lanes.add(name)
        return assignment(name, value)

    def kept(self, word: str, value: ast.expr) -> tuple[ast.Name, ast.stmt]:
        """A value under a name of its own, worked out where the statement stands."""
        name = self.fresh(word)
        if self.has_lanes(value):
            self.lanes.add(name)
        return a_name(name), assignment(name, value)

    def known(self, what: FromOutside) -> ast.Name:
        """A name for something from outside."""
        name = self.fresh(what.__name__)
        self.globals[name] = what
        return a_name(name)

    def may_change(self, statements: list[ast.stmt]) -> bool:
        """Whether somebody may be another after these statements than before."""
        nodes = [node for statement in statements for node in ast.walk(statement)]
        stored = any(isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in nodes)
        return stored or any(isinstance(node, ast.Name) and node.id in self.alone for node in nodes)


def read_by(function: FunctionType, name: str) -> object:
    """What a function reads by a name that is not its own: closed over, of its module, or built in."""
    closed = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    if name in closed:
        return closed[name].cell_contents
    builtins = function.__globals__.get("__builtins__", {})
    builtins = vars(builtins) if isinstance(builtins, ModuleType) else builtins
    return function.__globals__.get(name, builtins.get(name, UNKNOWN))


def handed_over(function: FunctionType, given: list[ast.expr], named: list[ast.keyword]) -> dict[str, ast.expr]:
    """What is handed over, by the names under which a function takes it."""
    signature = inspect.signature(function, follow_wrapped=False)
    one_each = all(one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in signature.parameters.values())
    try:
        if one_each:
            return signature.bind(*given, **{str(keyword.arg): keyword.value for keyword in named}).arguments
    except TypeError:  # as where a tuple is handed over in parts
        pass
    raise NotAbreastError(function.__qualname__)


def syntax_of_function(function: FunctionType) -> ast.FunctionDef:
    """The syntax of a function, as long as its file says what is in memory."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    nodes, codes = _read_text("".join(linecache.getlines(code.co_filename)), code.co_filename)
    if any(same_code(one, code) for one in codes):
        for node in nodes:
            if node.name == code.co_name and begins(node) == code.co_firstlineno:
                return node
    raise NotAbreastError(function.__qualname__)


@cache
def _read_text(text: str, file: str) -> tuple[list[ast.FunctionDef], list[CodeType]]:
    """The functions that a file holds, as syntax and as code."""
    try:
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        return nodes, list(codes_in(compile(text, file, "exec", dont_inherit=True)))
    except (SyntaxError, ValueError):
        return [], []


def may_return(statement: ast.stmt) -> bool:
    """Whether the function may end in a statement."""
    return any(isinstance(node, ast.Return) for node in ast.walk(statement))


def a_name(name: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(name, ast.Load())


def assignment(name: str, value: ast.expr) -> ast.stmt:
    """A name is given a value."""
    return ast.Assign([ast.Name(name, ast.Store())], value)


def call_of(name: str, *arguments: ast.expr) -> ast.Call:
    """A function is called by name."""
    return ast.Call(a_name(name), list(arguments), [])


def joined(name: str, values: list[ast.expr]) -> ast.expr:
    """Values joined two by two, from the left, by a function of two."""
    found, *others = values
    for value in others:
        found = call_of(name, found, value)
    return found


def guarded(live: str, statements: list[ast.stmt]) -> ast.stmt:
    """Statements passed over where no lane needs them."""
    test = ast.Compare(call_of("bits_of_mask", a_name(live)), [ast.NotEq()], [ast.Constant(0)])
    return ast.If(test, statements or [ast.Pass()], [])


def loaded(target: ast.expr) -> ast.expr:
    """What is assigned to, as it is read."""
    match target:
        case ast.Name(name):
            return a_name(name)
        case ast.Attribute(value, name):
            return ast.Attribute(value, name, ast.Load())
    raise NotAbreastError(ast.unparse(target))
