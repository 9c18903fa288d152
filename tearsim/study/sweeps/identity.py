"""The identity of the model: a digest of what decides its numbers, and of nothing else.

What decides numbers is the syntax of the science, of the worlds that run it and of what makes design points, and the
fitted worlds; theories are part of the experiments that ask for them. Comments, docstrings, layout, and what only type
checkers read decide nothing: whoever mends a comment orphans nobody's results. (Compiled code is kept under a stricter
key, every byte of its source: see `worlds.compiling`.)
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tearsim import science, worlds

# The modules of this folder that decide numbers or their rows.
DECIDING = ("chunks.py", "columns.py", "designs.py", "experiment.py", "points_file.py", "run_chunk.py")
FOR_TYPES = ("typing", "collections.abc", "__future__")


@cache
def source_hash() -> str:
    """SHA-256 over all that decides the numbers and their rows: science, worlds, experiments, chunks."""
    own = [Path(__file__).with_name(name) for name in DECIDING]
    folders = [Path(path) for package in (science, worlds) for path in package.__path__]
    return digest_of([*own, *(file for folder in folders for kind in ("*.py", "*.json") for file in folder.glob(kind))])


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over what decides numbers in Python and JSON files, whatever folder they lie in.

    Raises SyntaxError for a file that is no Python.
    """
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: (file.parent.name, file.name)):
        text = file.read_text(encoding="utf-8")
        deciding = json.dumps(json.loads(text)) if file.suffix == ".json" else "\n".join(syntax_of(text))
        digest.update(f"{file.parent.name}/{file.name}\n{deciding}\n".encode())
    return digest.hexdigest()


def syntax_of(source: str) -> Iterator[str]:
    """The syntax of a module, node by node, without what decides no number; the same in every version of Python.

    >>> list(syntax_of("x = 1 # one")) == list(syntax_of("x = 1"))
    True
    >>> list(syntax_of("x = 1")) == list(syntax_of("x = 2"))
    False
    """
    yield from _written(ast.parse(source), 0)


def _written(node: object, depth: int) -> Iterator[str]:
    """A node and what stands below it, a line each, indented by how deep it stands; empty fields are left out."""
    if isinstance(node, ast.AST):
        yield f"{' ' * depth}{type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if value is None or value == [] or _is_for_types(node, name):
                continue
            yield f"{' ' * depth}.{name}"
            parts = value if isinstance(value, list) else [value]
            for part in _without_words(node, name, parts):
                yield from _written(part, depth + 1)
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
