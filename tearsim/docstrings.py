"""Docstrings that are more than words to programmers: a command's help, an outcome's meaning."""

import inspect
from collections.abc import Callable
from typing import Any


def docstring(function: Callable[..., Any]) -> str:
    """A function's docstring; read from its source where Python was told to leave docstrings out (`-OO`)."""
    if function.__doc__ is not None:
        return inspect.cleandoc(function.__doc__)
    import ast
    from textwrap import dedent

    (definition,) = ast.parse(dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    return ast.get_docstring(definition) or ""
