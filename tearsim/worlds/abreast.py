"""The rules, eight at a time: each made from its own text, in which every `if` becomes a choice lane by lane.

A rule is written for one client and one therapist. Here its syntax is turned into that of a function over lanes
(`lanes.py`): where people may differ, both sides of an `if` are worked out and each lane takes its own; a side that
asks another rule is passed over where no lane needs it, so that what is rare costs little. Every function gets the mask
of the lanes it is asked for as its first argument, and changes nobody in another lane.

What a rule may consist of: assignments to names and attributes, `if`, conditional expressions, `return`, comparisons,
`and`, `or`, `not`, the four operations, `min`, `max`, `sqrt`, and calls of such rules. Whatever else there is (a loop,
say) is asked lane by lane, as it stands (`lane_by_lane`).
"""

import ast
import inspect
import itertools
from collections.abc import Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import get_type_hints

import numba
from numba.core.errors import NumbaError
from numba.extending import register_jitable

from tearsim.science.replacing import REPLACEABLE
from tearsim.worlds.compiling import OPTIONS, WITHIN
from tearsim.worlds.lane_by_lane import lane_by_lane
from tearsim.worlds.lanes import Lanes, Mask
from tearsim.worlds.numba_types import FromOutside
from tearsim.worlds.program import (
    LARGEST_WHOLE,
    LIVE,
    OPERATIONS,
    STAND_ABREAST,
    UNCHANGED,
    UNKNOWN,
    NotAbreastError,
    Program,
    a_name,
    assignment,
    call_of,
    guarded,
    handed_over,
    joined,
    loaded,
    may_return,
    read_by,
    syntax_of_function,
)
from tearsim.worlds.records import eight_of

Rules = tuple[tuple[str, FunctionType], ...]  # the functions that an argument of a rule stands for, by its name


@cache
def abreast(function: FunctionType, rules: Rules = (), like: FunctionType | None = None) -> FunctionType:
    """A rule over lanes, known to numba: it takes the mask of the lanes that ask, then what the rule takes.

    `rules` are the functions that stand for arguments of this one, which fall away, or of those that it asks. `like` is
    the rule in whose place this one stands, which tells the kinds of its arguments.
    """
    like = like or function
    try:
        if function is not like and not stands_abreast(function, like):
            raise NotAbreastError(function.__qualname__)
        made = _written_out(function, dict(rules))
    except NotAbreastError:
        if rules:
            raise
        return lane_by_lane(function, like)
    register_jitable(forceinline=True, **WITHIN)(made)
    return made


def _written_out(function: FunctionType, rules: dict[str, FunctionType]) -> FunctionType:
    """The function over lanes, with all that it asks written out in it."""
    program = Program(rules)
    converted = _Converted(function, rules, program)
    # No name of the function's own stays as it is: it may be that of something which the program needs.
    called, arguments = program.fresh(function.__name__), {name: program.fresh(name) for name in converted.arguments}
    program.records.update(new for name, new in arguments.items() if name in STAND_ABREAST)
    body, result = converted.body({name: a_name(new) for name, new in arguments.items()}, LIVE)
    signature = ast.arguments([], [ast.arg(name) for name in [LIVE, *arguments.values()]], None, [], [], None, [])
    made = ast.FunctionDef(called, signature, [*body, ast.Return(result)], [])
    made.type_params = []  # type: ignore[attr-defined] # Python 3.12 and later ask for it
    module = ast.fix_missing_locations(ast.Module([made], []))
    exec(compile(module, f"<{function.__module__}.{function.__qualname__}, abreast>", "exec"), program.globals)
    new: FunctionType = program.globals[called]
    return new


@cache
def stands_abreast(function: FunctionType, like: FunctionType) -> bool:
    """Whether a function in the place of a rule can be asked for eight at once: written so, and understood by numba."""
    kinds = get_type_hints(like)
    gives = kinds.pop("return")
    try:
        made = _written_out(function, {})
        compiled = numba.njit(**OPTIONS)(made)
        compiled.compile((Mask, *map(eight_of, kinds.values())))
    except (NotAbreastError, NumbaError):
        return False
    return gives is type(None) or compiled.nopython_signatures[0].return_type in (Lanes, Mask)


class _Converted:
    """The conversion of one function, written out in the place where it is asked."""

    def __init__(self, function: FunctionType, rules: dict[str, FunctionType], program: Program) -> None:
        self._from, self._node, self._program = function, syntax_of_function(function), program
        self.signature = inspect.signature(function, follow_wrapped=False)
        for name, parameter in self.signature.parameters.items():
            if isinstance(parameter.default, FunctionType):
                rules.setdefault(name, parameter.default)
        self._rules = {name: rule for name, rule in rules.items() if name in self.signature.parameters}
        self._handed_on = {name: rule for name, rule in rules.items() if name not in self._rules}
        self._scopes: dict[str, int] = {}  # of each name, where it is first given a value
        self._named: dict[str, str] = {}  # how each name is called in the program
        self._scope = itertools.count(1)
        self._result, self._gone = program.fresh("result"), program.fresh("gone")
        self._has_result = False
        self._gives_nothing = not any(isinstance(node, ast.Return) and node.value for node in ast.walk(self._node))
        self._before: list[ast.stmt] = []  # what has to be worked out before the statement at hand

    @property
    def arguments(self) -> list[str]:
        """What is left to be handed over."""
        return [name for name in self.signature.parameters if name not in self._rules]

    def body(self, arguments: Mapping[str, ast.expr], live: str) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that work out what the function gives, and where it then stands."""
        self._program.asking.append(self._from)
        out: list[ast.stmt] = []
        assigned = {
            node.id for node in ast.walk(self._node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for name, value in arguments.items():
            self._scopes[name] = 0
            if isinstance(value, ast.Name) and name not in assigned:
                self._named[name] = value.id
            else:
                self._named[name] = self._program.fresh(name)
                if self._program.has_lanes(value):
                    self._program.lanes.add(self._named[name])
                out.append(assignment(self._named[name], value))
        body = self._block(self._node.body, live, 0)
        if any(map(may_return, (one for one in self._node.body if isinstance(one, ast.If)))):
            out.append(self._program.assigned(self._gone, ast.Constant(False)))
        self._program.asking.pop()
        return out + body, a_name(self._result) if self._has_result else ast.Constant(None)

    # --- Statements ---------------------------------------------------------------------------------------------------

    def _block(self, statements: list[ast.stmt], live: str, scope: int) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for position, statement in enumerate(statements):
            if isinstance(statement, ast.Return):
                return out + self._return(statement, live, last=scope == 0)
            out += self._statement(statement, live, scope)
            if isinstance(statement, ast.If) and may_return(statement):
                rest_live = self._program.fresh("live")
                out.append(
                    assignment(rest_live, call_of("both", a_name(live), call_of("opposite", a_name(self._gone))))
                )
                rest = statements[position + 1 :]
                whole = scope == 0 and (self._has_result or self._gives_nothing) and self._is_work(rest)
                inner = self._block(rest, rest_live, scope)
                return out + ([guarded(rest_live, inner)] if whole else inner)
        return out

    def _return(self, statement: ast.Return, live: str, last: bool) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        if statement.value is not None:
            value = self._expression(statement.value, live)
            if self._has_result:
                value = call_of("where", a_name(live), self._all_lanes(value), a_name(self._result))
            self._has_result = True
            out.append(self._program.assigned(self._result, value))
        if not last:
            out.append(assignment(self._gone, call_of("either", a_name(self._gone), a_name(live))))
        return self._flushed() + out

    def _statement(self, statement: ast.stmt, live: str, scope: int) -> list[ast.stmt]:
        match statement:
            case ast.Expr(ast.Constant()) | ast.Pass():
                return []
            case ast.Expr(ast.Call() as call):
                asked = self._expression(call, live)
                return [*self._flushed(), ast.Expr(asked)] if isinstance(asked, ast.Call) else self._flushed()
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
                worked_out = self._in_order(values, live)
                names = [self._program.fresh("value") for _ in values]
                out = [*self._flushed(), *(assignment(name, one) for name, one in zip(names, worked_out, strict=True))]
                return out + [
                    self._set(target, a_name(name), live, scope) for target, name in zip(targets, names, strict=True)
                ]
            case ast.Assign([target], value) | ast.AnnAssign(target, _, ast.expr() as value):
                made = self._set(target, self._expression(value, live), live, scope)
                return [*self._flushed(), made]
            case ast.AugAssign(target, operation, value):
                now = ast.BinOp(loaded(target), operation, value)
                made = self._set(target, self._expression(now, live), live, scope)
                return [*self._flushed(), made]
            case ast.If(test, body, otherwise):
                return self._if(test, body, otherwise, live)
        raise NotAbreastError(ast.unparse(statement))

    def _flushed(self) -> list[ast.stmt]:
        before, self._before = self._before, []
        return before

    def _set(self, target: ast.expr, value: ast.expr, live: str, scope: int) -> ast.stmt:
        match target:
            case ast.Name(name):
                first = self._scopes.setdefault(name, scope) == scope
                called = self._named.setdefault(name, self._program.fresh(name))
                value = value if first else call_of("where", a_name(live), self._all_lanes(value), a_name(called))
                return self._program.assigned(called, value)
            case ast.Attribute(ast.Name(), name):
                there = self._expression(loaded(target), live)
                assert isinstance(there, ast.Attribute)
                return ast.Assign(
                    [ast.Attribute(there.value, name, ast.Store())], call_of("where", a_name(live), value, there)
                )
        raise NotAbreastError(ast.unparse(target))

    def _all_lanes(self, value: ast.expr) -> ast.expr:
        return value if self._program.has_lanes(value) else call_of("everywhere", value)

    def _truth(self, test: ast.expr, live: str) -> ast.expr:
        """Whether a condition holds, as a mask or a yes or no."""
        holds = self._expression(test, live)
        plain = isinstance(test, ast.Compare | ast.BoolOp) or (
            isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        )
        return holds if plain else call_of("true", holds)

    def _if(self, test: ast.expr, body: list[ast.stmt], otherwise: list[ast.stmt], live: str) -> list[ast.stmt]:
        condition = self._program.fresh("condition")
        holds = self._truth(test, live)
        out: list[ast.stmt] = [*self._flushed(), assignment(condition, holds)]
        for side, holds in ((body, a_name(condition)), (otherwise, call_of("opposite", a_name(condition)))):
            if not side:
                continue
            here, scope = self._program.fresh("live"), next(self._scope)
            out.append(assignment(here, call_of("both", a_name(live), holds)))
            had_result = self._has_result
            inner = self._block(side, here, scope)
            new_names = any(value >= scope for value in self._scopes.values()) or (self._has_result and not had_result)
            out += [guarded(here, inner)] if self._is_work(side) and not new_names else inner
        return out

    def _is_work(self, statements: list[ast.stmt]) -> bool:
        """Whether statements are worth passing over where no lane needs them: they ask a rule, or change much."""
        nodes = [node for statement in statements for node in ast.walk(statement)]
        asks = any(isinstance(node, ast.Call) and isinstance(self._static(node.func), FunctionType) for node in nodes)
        changes = sum(isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in nodes)
        return asks or changes > 1

    # --- Expressions --------------------------------------------------------------------------------------------------

    def _expression(self, node: ast.expr, live: str) -> ast.expr:
        known = self._static(node)
        if isinstance(known, bool | int | float) and not (isinstance(known, int) and abs(known) > LARGEST_WHOLE):
            return ast.Constant(known)
        if known is not UNKNOWN:
            raise NotAbreastError(ast.unparse(node))
        match node:
            case ast.Name(name) if name in self._named:
                return a_name(self._named[name])
            case ast.Attribute(value, name):
                return ast.Attribute(self._expression(value, live), name, ast.Load())
            case ast.BinOp(left, operation, right) if isinstance(operation, OPERATIONS):
                one, other = self._in_order([left, right], live)
                return ast.BinOp(one, operation, other)
            case ast.UnaryOp(ast.Not(), value):
                return call_of("opposite", self._truth(value, live))
            case ast.UnaryOp(ast.USub(), value):
                return ast.UnaryOp(ast.USub(), self._expression(value, live))
            case ast.BoolOp(operation, values):
                return self._and_or(isinstance(operation, ast.And), values, live)
            case ast.Compare(left, operations, others):
                return self._comparison([left, *others], operations, live)
            case ast.IfExp(test, yes, no):
                return self._one_or_other(test, yes, no, live)
            case ast.Call(called, given, named):
                return self._call(called, given, named, live)
        raise NotAbreastError(ast.unparse(node))

    def _in_order(self, nodes: list[ast.expr], live: str, first: ast.expr | None = None) -> list[ast.expr]:
        """Values one after the other, from the left: what a later one changes, an earlier one has read before."""
        made = [] if first is None else [first]
        for node in nodes:
            start = len(self._before)
            value = self._expression(node, live)
            if self._program.may_change(self._before[start:]):
                for place, one in enumerate(made):
                    if any(isinstance(part, ast.Attribute) for part in ast.walk(one)):
                        made[place], kept = self._program.kept("value", one)
                        self._before.insert(start, kept)
                        start += 1
            made.append(value)
        return made

    def _asks(self, node: ast.expr) -> bool:
        """Whether an expression asks a rule, which may change somebody and is then only asked where Python asks it."""
        calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
        return any(isinstance(self._static(called), FunctionType) for called in calls)

    def _kept(self, word: str, value: ast.expr) -> ast.Name:
        name, kept = self._program.kept(word, value)
        self._before.append(kept)
        return name

    def _and_or(self, is_and: bool, values: list[ast.expr], live: str) -> ast.expr:
        found = self._expression(values[0], live)
        for value in values[1:]:
            here = live
            if self._asks(value):
                found = self._kept("condition", found)
                here = self._kept(
                    "live", call_of("both", a_name(live), found if is_and else call_of("opposite", found))
                ).id
            found = call_of("both" if is_and else "either", found, self._expression(value, here))
        return found

    def _one_or_other(self, test: ast.expr, yes: ast.expr, no: ast.expr, live: str) -> ast.expr:
        holds, where_yes, where_no = self._truth(test, live), live, live
        if self._asks(yes) or self._asks(no):
            holds = self._kept("condition", holds)
            where_yes = self._kept("live", call_of("both", a_name(live), holds)).id
            where_no = self._kept("live", call_of("both", a_name(live), call_of("opposite", holds))).id
        return call_of("where", holds, self._expression(yes, where_yes), self._expression(no, where_no))

    def _comparison(self, terms: list[ast.expr], operations: list[ast.cmpop], live: str) -> ast.expr:
        found, one = None, self._expression(terms[0], live)
        for operation, right in zip(operations, terms[1:], strict=True):
            here = live
            if found is not None and self._asks(right):
                found = self._kept("condition", found)
                here = self._kept("live", call_of("both", a_name(live), found)).id
            if isinstance(operation, ast.In) and isinstance(right, ast.Tuple) and right.elts:
                one, *others = self._in_order(right.elts, here, one)
                part = joined("either", [ast.Compare(one, [ast.Eq()], [other]) for other in others])
            elif isinstance(operation, ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq):
                one, other = self._in_order([right], here, one)
                part = ast.Compare(one, [operation], [other])
                one = other
            else:
                raise NotAbreastError(ast.unparse(right))
            found = part if found is None else call_of("both", found, part)
        assert found is not None
        return found

    def _call(self, called: ast.expr, given: list[ast.expr], named: list[ast.keyword], live: str) -> ast.expr:
        function = self._static(called)
        if function in UNCHANGED or (isinstance(function, type) and issubclass(function, tuple)):
            if named:
                raise NotAbreastError(ast.unparse(called))
            return ast.Call(self._program.known(function), self._in_order(given, live), [])
        if not isinstance(function, FunctionType) or function in self._program.asking:
            raise NotAbreastError(ast.unparse(called))
        bound = handed_over(function, given, named)
        rules = {name: known for name, value in bound.items() if isinstance(known := self._static(value), FunctionType)}
        # Worked out in the order in which they are given, which may be another than that in which they are taken.
        plain = [value for value in (*given, *(one.value for one in named)) if value not in map(bound.get, rules)]
        made = dict(zip(plain, self._in_order(plain, live), strict=True))
        handed = {name: made[value] for name, value in bound.items() if name not in rules}
        for name, parameter in inspect.signature(function, follow_wrapped=False).parameters.items():
            if name in self._handed_on and isinstance(parameter.default, FunctionType):
                rules[name] = self._handed_on[name]
        replaces = isinstance(called, ast.Name) and self._program.replaced.get(called.id) is function
        like: FromOutside = REPLACEABLE[called.id] if replaces and isinstance(called, ast.Name) else function
        try:
            if function is not like and not stands_abreast(function, like):
                raise NotAbreastError(function.__qualname__)
            body, result = _Converted(function, rules, self._program).body(handed, live)
        except NotAbreastError:
            if function is like:  # whoever asks it goes lane by lane
                raise
            alone = self._program.known(lane_by_lane(function, like))
            self._program.alone.add(alone.id)
            return self._kept("found", ast.Call(alone, [a_name(live), *handed.values()], []))
        self._before += body
        return result if function is like else _as_declared(like, result, live)

    def _static(self, node: ast.expr) -> object:
        """What an expression always stands for: a constant, a function, a module; `UNKNOWN` where that depends."""
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                if name in self._rules:
                    return self._rules[name]
                own = name in self._named or name in self._from.__code__.co_varnames
                return UNKNOWN if own else read_by(self._from, name)
            case ast.Attribute(value, name):
                owner = self._static(value)
                return getattr(owner, name, UNKNOWN) if isinstance(owner, ModuleType) else UNKNOWN
        return UNKNOWN


def _as_declared(like: FunctionType, found: ast.expr, live: str) -> ast.expr:
    """What a function in the place of a rule gives, as what the rule gives: a yes or no, or a number."""
    if get_type_hints(like)["return"] is bool:
        return call_of("true", found)
    return call_of("where", a_name(live), found, ast.Constant(0.0))
