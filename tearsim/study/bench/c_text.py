"""The science's own text as C: each function that is asked for, and all that it calls, from its syntax.

The benchmark compares the ensemble with scalar C. Were the equations written once more by hand, nobody could tell a
slip from a difference; so they are translated, statement by statement, operations in the order written. A client, a
therapist, the parameters, a row of luck or a tally is a struct with the attributes that the science declares; so is a
named tuple; a list is where its first entry stands. A function that stands for an argument is written out for whom it
stands for.

Understood are: assignments, `if`, `for` over `range`, `while`, `continue`, `return`; conditional expressions,
comparisons, `and`, `or`, `not`, the four operations, the remainder of whole numbers that are not negative, `min`, `max`
and `sqrt`; calls of such functions. Anything else is refused. What looks into the bits of a number stands in `week.c`.
"""

import ast
import inspect
import math
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import NamedTuple, TypeGuard, get_args, get_origin, get_type_hints

from tearsim.science import functions
from tearsim.science.replaceable import Listed, ListToFill

RulesByArgument = tuple[tuple[str, FunctionType], ...]  # functions that stand for arguments, by name

IN_C: dict[object, str] = {float: "double", int: "int", bool: "bool", type(None): "void"}
BY_HAND: dict[object, str] = {math.sqrt: "sqrt", functions.two_to: "two_to", functions.exponent_of: "exponent_of"}
SIGNS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.And: " && ", ast.Or: " || ", ast.Not: "!", ast.USub: "-",
}  # fmt: skip
C_NUMBERS: list[object] = [bool, int, float]  # each holds those before it
_UNKNOWN = object()


class NotInCError(Exception):
    """A function is written in a way that is not translated."""


class CValue(NamedTuple):
    """An expression in C, and the kind of what it gives, as Python calls it."""

    text: str
    kind: object


class ProgramInC:
    """A program in C that grows by every function it is asked for, each after those that it calls."""

    def __init__(self) -> None:
        self._records: dict[str, object] = {}
        self._made: dict[tuple[FunctionType, RulesByArgument], str] = {}
        self._bodies: list[str] = []

    @property
    def text(self) -> str:
        """All structs, and then all functions."""
        structs = [
            f"typedef struct {{\n{_fields(get_type_hints(kind))}}} {name};\n" for name, kind in self._records.items()
        ]
        return "\n".join([*structs, *self._bodies])

    def function(self, function: FunctionType, rules: RulesByArgument = ()) -> str:
        """The name in C of a function, with these functions in the place of arguments."""
        key = function, rules
        if key not in self._made:
            module = function.__module__.rpartition(".")[2]
            others = sum(made is function for made, _ in self._made)
            body = _Translated(function, rules, self)
            self._made[key] = f"{module}_{function.__name__}" + (f"_{others + 1}" if others else "")
            self._bodies.append(body.written(self._made[key]))
        return self._made[key]

    def kind(self, kind: object) -> str:
        """A kind in C, of an argument or a value; a record's struct is declared when first met."""
        if kind in IN_C:
            return IN_C[kind]
        if is_listing(kind):
            (of,) = get_args(kind)
            return self.kind(of) + ("" if _is_record(of) else " *")
        assert isinstance(kind, type)
        self._records[kind.__name__] = kind
        return f"{kind.__name__} *" if _is_record(kind) else kind.__name__


def _fields(hints: Mapping[str, object]) -> str:
    return "".join(f"    {IN_C[kind]} {name};\n" for name, kind in hints.items())


def is_listing(kind: object) -> bool:
    """Whether a kind is that of something read by position."""
    return get_origin(kind) in (Listed, ListToFill)


def _is_record(kind: object) -> bool:
    """Whether a kind names the attributes of something, which is then handed over by where it stands."""
    return isinstance(kind, type) and bool(getattr(kind, "_is_protocol", False))


def _is_tuple(kind: object) -> TypeGuard[type]:
    return isinstance(kind, type) and hasattr(kind, "_fields")


class _Translated:
    """The translation of one function."""

    def __init__(self, function: FunctionType, rules: RulesByArgument, program: ProgramInC) -> None:
        self._from, self._program = function, program
        self._rules = with_defaults(function, dict(rules))
        kinds = get_type_hints(function)
        self._gives = kinds.pop("return")
        self._arguments = {name: kind for name, kind in kinds.items() if name not in self._rules}
        self._kinds: dict[str, object] = dict(self._arguments)  # of every name
        (node,) = ast.parse(inspect.getsource(function)).body
        assert isinstance(node, ast.FunctionDef)
        self._lines = self._block(node.body)

    def written(self, name: str) -> str:
        """The function under a name of C."""
        kind = self._program.kind
        arguments = ", ".join(f"{kind(of)} {argument}" for argument, of in self._arguments.items())
        own = [f"{kind(of)} {name};" for name, of in self._kinds.items() if name not in self._arguments]
        lines = "\n".join(f"    {line}" for line in [*own, *self._lines])
        return f"static {kind(self._gives)} {name}({arguments})\n{{\n{lines}\n}}\n"

    # --- Statements ---------------------------------------------------------------------------------------------------

    def _block(self, statements: list[ast.stmt]) -> list[str]:
        return [line for statement in statements for line in self._statement(statement)]

    def _statement(self, statement: ast.stmt) -> list[str]:
        match statement:
            case ast.Expr(ast.Constant()):
                return []
            case ast.Expr(ast.Call() as call):
                return [f"{self._value(call).text};"]
            case ast.Continue():
                return ["continue;"]
            case ast.Return(None):
                return ["return;"]
            case ast.Return(ast.expr() as value):
                return [f"return {_fitting(self._value(value), self._gives)};"]
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                return self._set_together(targets, [self._value(value) for value in values])
            case ast.Assign([target], value):
                return [self._set(target, self._value(value))]
            case ast.AugAssign(target, operation, value):
                return [self._set(target, self._value(ast.BinOp(target, operation, value)))]
        return self._block_of(statement)

    def _block_of(self, statement: ast.stmt) -> list[str]:
        """A statement that holds others."""
        match statement:
            case ast.If(test, body, otherwise):
                lines = self._braced(f"if ({self._value(test).text})", body)
                return lines + (self._braced("else", otherwise) if otherwise else [])
            case ast.While(test, body, []):
                return self._braced(f"while ({self._value(test).text})", body)
            case ast.For(ast.Name(name), ast.Call(ast.Name("range"), given), body, []):
                self._kinds[name] = int
                bounds = [self._value(one).text for one in given]
                start, stop, step = [*(["0"] if len(bounds) == 1 else []), *bounds, "1"][:3]
                return self._braced(f"for ({name} = {start}; {name} < {stop}; {name} += {step})", body)
        raise NotInCError(ast.unparse(statement))

    def _braced(self, before: str, body: list[ast.stmt]) -> list[str]:
        return [f"{before} {{", *(f"    {line}" for line in self._block(body)), "}"]

    def _set(self, target: ast.expr, value: CValue) -> str:
        if isinstance(target, ast.Name):
            self._kinds.setdefault(target.id, value.kind)
        there = self._value(target)
        return f"{there.text} = {_fitting(value, there.kind)};"

    def _set_together(self, targets: list[ast.expr], values: list[CValue]) -> list[str]:
        """Several names at once: all values are worked out first."""
        names = [f"value_{place}" for place in range(len(values))]
        held = [
            f"    {self._program.kind(one.kind)} {name} = {one.text};" for name, one in zip(names, values, strict=True)
        ]
        given = [CValue(name, one.kind) for name, one in zip(names, values, strict=True)]
        return ["{", *held, *(f"    {self._set(*pair)}" for pair in zip(targets, given, strict=True)), "}"]

    # --- Expressions --------------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr) -> CValue:
        known = self._static(node)
        if isinstance(known, bool | int | float):
            return _constant(known)
        match node:
            case ast.Name(name) if name in self._kinds:
                return CValue(name, self._kinds[name])
            case ast.Attribute(owner, name):
                return self._attribute(self._value(owner), name)
            case ast.Subscript(owner, position):
                return self._entry(self._value(owner), self._value(position))
            case ast.Call(called, given, named):
                return self._call(self._static(called), given, named)
        return self._operation(node)

    def _operation(self, node: ast.expr) -> CValue:
        match node:
            case ast.BinOp(left, operation, right) if type(operation) in SIGNS:
                one, other = self._value(left), self._value(right)
                first, kind = one.text, _common(one, other)
                if isinstance(operation, ast.Div):
                    first, kind = f"(double){first}", float
                return CValue(f"({first} {SIGNS[type(operation)]} {other.text})", kind)
            case ast.UnaryOp(operation, operand) if type(operation) in SIGNS:
                one = self._value(operand)
                kind = bool if isinstance(operation, ast.Not) else one.kind
                return CValue(f"({SIGNS[type(operation)]}{one.text})", kind)
            case ast.BoolOp(operation, values):
                answers = [_fitting(self._value(one), bool) for one in values]  # of numbers, C would make 0 or 1
                return CValue(f"({SIGNS[type(operation)].join(answers)})", bool)
            case ast.Compare(left, operations, others):
                terms = [left, *others]
                parts = [self._compared(*three) for three in zip(terms, operations, others, strict=False)]
                return CValue(f"({' && '.join(parts)})", bool)
            case ast.IfExp(test, yes, no):
                one, other = self._value(yes), self._value(no)
                kind = one.kind if one.kind == other.kind else _common(one, other)
                return CValue(f"({self._value(test).text} ? {one.text} : {other.text})", kind)
        raise NotInCError(ast.unparse(node))

    def _compared(self, left: ast.expr, operation: ast.cmpop, right: ast.expr) -> str:
        if isinstance(operation, ast.In) and isinstance(right, ast.Tuple):
            return f"({' || '.join(self._compared(left, ast.Eq(), one) for one in right.elts)})"
        if type(operation) not in SIGNS:
            raise NotInCError(ast.unparse(right))
        return f"{self._value(left).text} {SIGNS[type(operation)]} {self._value(right).text}"

    def _attribute(self, owner: CValue, name: str) -> CValue:
        arrow = "->" if _is_record(owner.kind) else "."
        assert isinstance(owner.kind, type)
        return CValue(f"{owner.text}{arrow}{name}", get_type_hints(owner.kind)[name])

    def _entry(self, owner: CValue, position: CValue) -> CValue:
        (kind,) = get_args(owner.kind)
        text = f"{owner.text}[{position.text}]"
        return CValue(f"(&{text})" if _is_record(kind) else text, kind)

    def _call(self, called: object, given: list[ast.expr], named: list[ast.keyword]) -> CValue:
        if called in (min, max):
            one, other = map(self._value, given)
            kind = _common(one, other)
            name = ("least" if called is min else "most") + ("_of_numbers" if kind is float else "_of_whole")
            return CValue(f"{name}({one.text}, {other.text})", kind)
        if isinstance(called, type) and _is_tuple(called):
            return CValue(f"({self._program.kind(called)}){{{self._texts(given)}}}", called)
        if not callable(called):
            raise NotInCError(str(called))
        if called in BY_HAND:
            return CValue(f"{BY_HAND[called]}({self._texts(given)})", float)
        return self._call_of_science(called, given, named)

    def _call_of_science(
        self, called: Callable[..., object], given: list[ast.expr], named: list[ast.keyword]
    ) -> CValue:
        if not isinstance(called, FunctionType):
            raise NotInCError(str(called))
        bound = inspect.signature(called).bind(*given, **{str(one.arg): one.value for one in named})
        known = {name: self._static(node) for name, node in bound.arguments.items()}
        rules = {name: rule for name, rule in known.items() if isinstance(rule, FunctionType)}
        name = self._program.function(called, tuple(with_defaults(called, rules).items()))
        kinds = get_type_hints(called)
        handed = [(node, kinds[argument]) for argument, node in bound.arguments.items() if argument not in rules]
        texts = [_fitting(self._value(node), kind) for node, kind in handed]
        return CValue(f"{name}({', '.join(texts)})", kinds["return"])

    def _texts(self, values: list[ast.expr]) -> str:
        return ", ".join(self._value(value).text for value in values)

    def _static(self, node: ast.expr) -> object:
        """What an expression stands for whoever asks: a constant, a function, a module; else `_UNKNOWN`."""
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name) if name in self._rules:
                return self._rules[name]
            case ast.Name(name) if name not in self._from.__code__.co_varnames:
                return {"min": min, "max": max}.get(name, self._from.__globals__.get(name, _UNKNOWN))
            case ast.Attribute(value, name):
                owner = self._static(value)
                return getattr(owner, name, _UNKNOWN) if isinstance(owner, ModuleType) else _UNKNOWN
        return _UNKNOWN


def with_defaults(function: FunctionType, rules: dict[str, FunctionType]) -> dict[str, FunctionType]:
    """The functions that stand for arguments, in order: those given, else those that the function itself names."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        rule = rules.get(name, parameter.default)
        if isinstance(rule, FunctionType):
            found[name] = rule
    return found


def _common(one: CValue, other: CValue) -> object:
    """The kind of what two numbers make together; a yes or no counts as a number."""
    if not {one.kind, other.kind} <= set(C_NUMBERS):
        raise NotInCError(f"{one.text}, {other.text}")
    return float if float in (one.kind, other.kind) else int


def _fitting(value: CValue, kind: object) -> str:
    """A value where one of this kind is wanted and can be held: C would cut a number short in silence."""
    widens = value.kind in C_NUMBERS and kind in C_NUMBERS and C_NUMBERS.index(value.kind) <= C_NUMBERS.index(kind)
    listed = is_listing(value.kind) and is_listing(kind) and get_args(value.kind) == get_args(kind)
    if value.kind != kind and not (widens or listed):
        raise NotInCError(value.text)
    return value.text


def _constant(known: bool | int | float) -> CValue:
    if isinstance(known, bool):
        return CValue(str(known).lower(), bool)
    return CValue(f"({known!r})" if known < 0 else repr(known), type(known))
