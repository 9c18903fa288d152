"""What is wrong with a file that people wrote, in one line: in the same words for every kind of file."""

import re
from collections.abc import Collection
from typing import get_args

from pydantic import BaseModel, ValidationError

from tearsim.errors import echoed, shortened
from tearsim.science.declaration import RENAMED, nearest


def first_problem(error: ValidationError, kind: type[BaseModel], besides: Collection[str] = ()) -> str:
    """The first thing that is wrong: which key, what, and what is allowed; `besides` are further keys of the whole.

    A key that is not known comes before one that is missing: it may well be that one, misspelt.
    """
    problem = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    key = shortened(".".join(map(str, problem["loc"])))
    if problem["type"] == "extra_forbidden":
        last = str(problem["loc"][-1])
        known = [*_keys_within(kind, problem["loc"][:-1]), *(besides if len(problem["loc"]) == 1 else ())]
        if RENAMED.get(last) in known:
            return f'the key "{key}" is now called {RENAMED[last]}.'
        return f'there is no key "{key}".{nearest(last, known)} Known here: {", ".join(known)}.'
    if problem["type"] == "missing":
        return f'the key "{key}" is missing.'
    if problem["type"] == "value_error":
        return f"{str(problem['ctx']['error']).rstrip('.')}."
    meant = ""
    if problem["type"] == "literal_error":
        meant = nearest(problem["input"], re.findall("'([^']*)'", problem["ctx"]["expected"]))
    message = problem["msg"][0].lower() + problem["msg"][1:]
    return f'"{key}": {message}; {echoed(problem["input"])} is not.{meant}'


def _keys_within(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys of the part of a file that stands at a location, or of the whole where that is of no such kind."""
    part = kind
    for name in location:
        field = part.model_fields.get(str(name))
        said = () if field is None else (field.annotation, *get_args(field.annotation))
        part = next((one for one in said if isinstance(one, type) and issubclass(one, BaseModel)), part)
    return list(part.model_fields)
