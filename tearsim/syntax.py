"""The syntax of Python as text: what it does, without what only people and type checkers read."""

import ast
from collections.abc import Iterator

FOR_TYPES = ("typing", "collections.abc", "__future__")


def syntax_of(source: str) -> Iterator[str]:
    """The syntax of a module, node by node, without what decides no number; the same in every version of Python.

    >>> list(syntax_of("x = 1 # one")) == list(syntax_of("x = 1"))
    True
    >>> list(syntax_of("x = 1")) == list(syntax_of("x = 2"))
    False
    """
    yield from written(ast.parse(source))


def written(node: object, depth: int = 0) -> Iterator[str]:
    """A node and what stands below it, a line each, indented by how deep it stands; empty fields are left out."""
    if isinstance(node, ast.AST):
        yield f"{' ' * depth}{type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if value is None or value == [] or _is_for_types(node, name):
                continue
            yield f"{' ' * depth}.{name}"
            parts = value if isinstance(value, list) else [value]
            for part in _without_words(node, name, parts):
                yield from written(part, depth + 1)
    else:
        yield f"{' ' * depth}{node!r}"


def _is_for_types(node: ast.AST, field: str) -> bool:
    """Whether a field is an annotation of a function, or tells only how something was written."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.arg)
    if isinstance(node, functions) and field in ("annotation", "returns"):
        return True
    return field in ("ctx", "kind", "type_comment", "type_ignores")


def _without_words(node: ast.AST, field: str, parts: list[object]) -> list[object]:
    """The statements of a body that decide anything: no docstrings, and nothing imported for types alone."""
    if field != "body" or not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return parts
    return [part for part in parts if not (_is_words(part) or _is_typing(part))]


def _is_words(statement: object) -> bool:
    """Whether a statement is nothing but a text: a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_typing(statement: object) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return statement.module in FOR_TYPES
    test = statement.test if isinstance(statement, ast.If) else None
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"
