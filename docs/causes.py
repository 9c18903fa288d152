"""What feeds what in the model, read from the syntax of its rules.

Nothing here is typed by hand but who belongs together (`causal_diagram.py`): every function that decides what happens
is read statement by statement, and for each thing that it returns or changes all that its value hangs on is collected,
the conditions that it stands under included. Rules that call rules are followed.

A *source* is a name with its owner: `client.alliance` and `therapist.strain` as they were before, `p.depth_base` a
parameter, `luck.depth` a draw, `now.depth` what has been decided in the session so far.
"""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

SCIENCE = Path(__file__).parents[1] / "tearsim/science"
MODULES = ("meeting", "rules", "session", "lives", "places", "people")
# Where a week and a session begin, in the order in which they are lived; whatever these call is followed.
BEFORE_THE_SESSION = ("begin_week", "begin_session")
FROM_THE_SESSION_ON = (
    "manner_of_tears", "session", "take_in", "hear", "learn", "live_outside", "relapses", "end_episode", "looks_again",
    "look_on", "start_with_someone", "choose_place",
)  # fmt: skip
# What answers yes or no within a session and is given no name there: it has its own.
ANSWERS = ("manner_of_tears", "ends_well", "leaves", "seeks_someone_new", "choose_place", "relapses", "has_bad_news")
# What a function is handed that another has decided.
DECIDED_BEFORE = {"manner": "manner_of_tears"}
PEOPLE = ("client", "therapist")
DECIDED = "now"

Sources = frozenset[str]
NOTHING: Sources = frozenset()


class Flow(NamedTuple):
    """One thing that another hangs on, the function in which it does, and whether only as a condition."""

    source: str
    target: str
    rule: str
    condition: bool


class Person(NamedTuple):
    """Someone whose attributes are read and written, parameters and luck among them."""

    name: str


class Called(NamedTuple):
    """A function that is handed over."""

    name: str


Known = Sources | Person | Called | dict[str, Sources]


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Every function of the modules that decide what happens, by its name."""
    return {node.name: node for tree in _trees() for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def records() -> dict[str, tuple[str, ...]]:
    """The fields of what happened in a session, by the name of the record: `Tears` and `Session`."""
    classes = [node for tree in _trees() for node in tree.body if isinstance(node, ast.ClassDef)]
    return {one.name: _fields(one) for one in classes if one.name in ("Tears", "Session")}


def attributes(person: str) -> tuple[str, ...]:
    """Every attribute of a client or a therapist that rules may read or write."""
    (one,) = (
        node
        for tree in _trees()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == person.capitalize()
    )
    return _fields(one)


def _fields(one: ast.ClassDef) -> tuple[str, ...]:
    declared = (node.target for node in one.body if isinstance(node, ast.AnnAssign))
    return tuple(target.id for target in declared if isinstance(target, ast.Name))


@cache
def _trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse((SCIENCE / f"{name}.py").read_text(encoding="utf-8")) for name in MODULES)


@cache
def flows() -> frozenset[Flow]:
    """All that feeds anything, from the beginning of a week to its end."""
    found: set[Flow] = set()
    for name in (*BEFORE_THE_SESSION, *FROM_THE_SESSION_ON):
        Reading(found).whole(name)
    return frozenset(found)


@cache
def set_before_the_session() -> frozenset[str]:
    """What is new in this week or this session by the time the talk begins: read then, it is not what was before."""
    assigned = (
        node.targets[0]
        for name in BEFORE_THE_SESSION
        for node in ast.walk(functions()[name])
        if isinstance(node, ast.Assign)
    )
    return frozenset(ast.unparse(target) for target in assigned)


def hangs_on(name: str) -> Sources:
    """All that the result of a rule hangs on."""
    found: set[Flow] = set()
    reading, arguments = Reading(found), functions()[name].args.args
    returned = _all(reading.called(name, {one.arg: reading.handed_over(one) for one in arguments}))
    return returned.union(flow.source for flow in found if flow.rule == name or flow.rule in ANSWERS)


@cache
def made_of_parameters() -> dict[str, frozenset[str]]:
    """The parameters behind what `settings.py` makes of them, by the name under which rules read it."""
    (function,) = (
        node
        for node in ast.parse((SCIENCE / "settings.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "settings"
    )
    own = {
        ast.unparse(node.targets[0]): _parameters_in(node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
    }
    return {
        str(key.value): _parameters_in(value).union(
            *(own[name] for name in _names_in(value) if name != "p" and name in own)
        )
        for table in ast.walk(function)
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant)
    }


def _parameters_in(expression: ast.expr) -> frozenset[str]:
    return frozenset(
        str(node.slice.value)
        for node in ast.walk(expression)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    )


def _names_in(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


class Reading:
    """Reads one function after another and notes what feeds what."""

    def __init__(self, found: set[Flow]) -> None:
        self.found = found

    def whole(self, name: str) -> None:
        """Read a function as it is called in the course of a week."""
        arguments = functions()[name].args
        needed = arguments.args[: len(arguments.args) - len(arguments.defaults)]
        self.called(name, {argument.arg: self.handed_over(argument) for argument in needed})

    def handed_over(self, argument: ast.arg) -> Known:
        """What stands behind an argument by the type that it is declared with."""
        kind = ast.unparse(argument.annotation) if argument.annotation else ""
        if kind in ("Client", "Therapist"):
            return Person(kind.lower())
        if kind == "Parameters":
            return Person("p")
        if kind.endswith("Luck") or kind == "Listed[SessionLuck]":
            return Person("luck")
        if kind == "Listed[Therapist]":
            return Person("therapist")
        if kind in records():
            return {field: frozenset([f"{DECIDED}.{field}"]) for field in records()[kind]}
        return frozenset([f"{DECIDED}.{DECIDED_BEFORE.get(argument.arg, argument.arg)}"]) - {f"{DECIDED}.week"}

    def called(self, name: str, given: Mapping[str, Known]) -> Known:
        """What a function returns hangs on; what it changes is noted."""
        function = functions()[name]
        defaults = dict(zip([a.arg for a in function.args.args][::-1], function.args.defaults[::-1], strict=False))
        handed = {arg: Called(_last(default)) for arg, default in defaults.items() if _last(default) in functions()}
        body = _Body(self, function, {**handed, **given})
        body.read(function.body, NOTHING)
        returned = body.returned
        if name in ANSWERS:
            self.note(_all(returned), NOTHING, f"{DECIDED}.{name}", name)
            return frozenset([f"{DECIDED}.{name}"])
        return returned

    def note(self, sources: Sources, conditions: Sources, target: str, rule: str) -> None:
        """Note what a thing is made of, and under which conditions it becomes so."""
        self.found.update(Flow(source, target, rule, False) for source in sources)
        self.found.update(Flow(source, target, rule, True) for source in conditions - sources)


class _Body:
    """The statements of one function, and what its names stand for so far."""

    def __init__(self, reading: Reading, function: ast.FunctionDef, names: dict[str, Known]) -> None:
        self.reading, self.rule, self.names = reading, function.name, names
        self.returned: Known = NOTHING
        makes = {_last(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
        # Whoever fills a record decides what it tells: its fields are known by the names that they have there.
        self.decides = {field for name, fields in records().items() if name in makes for field in fields}

    def read(self, statements: list[ast.stmt], under: Sources) -> None:
        """Go through statements that are reached under certain conditions."""
        for statement in statements:
            if isinstance(statement, ast.If):
                condition = under | self._sources(statement.test)
                self.read(statement.body, condition)
                self.read(statement.orelse, condition)
                if any(isinstance(one, (ast.Return, ast.Continue)) for one in statement.body):
                    under = condition
            elif isinstance(statement, (ast.While, ast.For)):
                looped = statement.test if isinstance(statement, ast.While) else statement.iter
                self.read(statement.body, under | self._sources(looped))
            elif isinstance(statement, ast.Return):
                if statement.value is not None:
                    self.returned = _together(self.returned, _under(self.value(statement.value), under))
            elif isinstance(statement, ast.AugAssign):
                whole = self._sources(statement.target) | self._sources(statement.value)
                self._assign(statement.target, whole, under, self._decided_by(statement.value))
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    self._assign_all(target, statement.value, under)
            elif isinstance(statement, ast.Expr):
                self.value(statement.value)

    def _assign_all(self, target: ast.expr, value: ast.expr, under: Sources) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._assign(one, self.value(its), under, self._decided_by(its))
        else:
            self._assign(target, self.value(value), under, self._decided_by(value))

    def _decided_by(self, value: ast.expr) -> list[str]:
        """The rules that a value is asked of, or the function in which it stands."""
        calls = [self._name_of(node) for node in ast.walk(value) if isinstance(node, ast.Call)]
        return [name for name in calls if name in functions() and name != "logistic"] or [self.rule]

    def _name_of(self, call: ast.Call) -> str:
        name = _last(call.func)
        handed = self.names.get(name)
        return handed.name if isinstance(handed, Called) else name

    def _assign(self, target: ast.expr, value: Known, under: Sources, rules: list[str]) -> None:
        if isinstance(target, ast.Attribute):
            owner = self.value(target.value)
            if isinstance(owner, Person) and owner.name in PEOPLE:
                for rule in rules:
                    self.reading.note(_all(value), under, f"{owner.name}.{target.attr}", rule)
        elif isinstance(target, ast.Name):
            if target.id in self.decides:
                for rule in rules:
                    self.reading.note(_all(value), under, f"{DECIDED}.{target.id}", rule)
                self.names[target.id] = frozenset([f"{DECIDED}.{target.id}"])
            elif under and target.id in self.names:
                self.names[target.id] = _together(self.names[target.id], _under(value, under))
            else:
                self.names[target.id] = _under(value, under)

    def _sources(self, expression: ast.expr) -> Sources:
        return _all(self.value(expression))

    def value(self, expression: ast.expr) -> Known:
        """What an expression hangs on."""
        if isinstance(expression, ast.Name):
            return self.names.get(expression.id, NOTHING)
        if isinstance(expression, ast.Attribute):
            owner = self.value(expression.value)
            if isinstance(owner, Person):
                return frozenset([f"{owner.name}.{expression.attr}"])
            return owner[expression.attr] if isinstance(owner, dict) else _all(owner)
        if isinstance(expression, ast.Subscript):
            owner = self.value(expression.value)
            return owner if isinstance(owner, Person) else _all(owner) | self._sources(expression.slice)
        if isinstance(expression, ast.Call):
            return self._call(expression)
        parts = (one for one in ast.iter_child_nodes(expression) if isinstance(one, ast.expr))
        return frozenset().union(*(self._sources(part) for part in parts))

    def _call(self, call: ast.Call) -> Known:
        name = self._name_of(call)
        values = [self.value(argument) for argument in call.args]
        if name in records():
            return {field: _all(value) for field, value in zip(records()[name], values, strict=True)}
        if name in functions():
            arguments = [argument.arg for argument in functions()[name].args.args]
            return self.reading.called(name, dict(zip(arguments, values, strict=False)))
        return frozenset().union(*(_all(value) for value in values))


def _last(expression: ast.expr) -> str:
    """The last part of a dotted name."""
    return ast.unparse(expression).rpartition(".")[2]


def _all(value: Known) -> Sources:
    """Everything that a value hangs on, whichever of its fields is meant."""
    if isinstance(value, dict):
        return frozenset().union(*value.values())
    return value if isinstance(value, frozenset) else NOTHING


def _under(value: Known, condition: Sources) -> Known:
    """A value that hangs on a condition as well."""
    if isinstance(value, dict):
        return {field: sources | condition for field, sources in value.items()}
    return value | condition if isinstance(value, frozenset) else value


def _together(one: Known, other: Known) -> Known:
    """What hangs on either of two values, field by field where they have fields."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {field: one[field] | other[field] for field in one}
    if isinstance(other, dict):
        return _under(other, _all(one))
    return _under(one, _all(other)) if not isinstance(one, (Person, Called)) else other
