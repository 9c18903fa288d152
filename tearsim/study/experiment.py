"""An experiment file: a question, what is fixed, what varies; and the design points that follow from it."""

import hashlib
import itertools
import json
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value, nearest
from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked

Point = dict[str, Value]
MOST_POINTS = 1_000_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Design(_Part):
    """What varies, and how often it is repeated."""

    kind: Literal["grid", "list"] = "grid"
    replicates: int = Field(ge=1, le=1_000_000)
    seed: int = Field(default=1, ge=0, le=2**64 - 1)
    vary: dict[str, list[Any]] = {}
    points: list[dict[str, Any]] = []

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Design":
        """Refuse what would be ignored."""
        if self.kind == "grid" and self.points:
            raise ValueError('a grid takes [design.vary]; [[design.points]] are for kind = "list"')
        if self.kind == "list" and self.vary:
            raise ValueError('a list takes [[design.points]]; [design.vary] is for kind = "grid"')
        for name, values in self.vary.items():
            if any(value in values[:i] for i, value in enumerate(values)):
                raise ValueError(f"{name} has a value twice")
        return self


class Record(_Part):
    """What a sweep keeps besides the outcomes of each run."""

    series: bool = True
    sessions: bool = False


class Experiment(_Part):
    """A question put to the model: fixed parameters, and a design over those that vary."""

    title: str
    question: str
    parameters: dict[str, Any] = {}
    design: Design
    record: Record = Record()

    @model_validator(mode="before")
    @classmethod
    def _in_fitted_worlds(cls, content: Any) -> Any:
        """Read `parameters = "fitted"` as the parameter that says so."""
        if isinstance(content, dict) and isinstance(content.get("parameters"), str):
            return {**content, "parameters": {"worlds": content["parameters"]}}
        return content

    @property
    def varied(self) -> list[str]:
        """The parameters that differ between design points."""
        if self.design.kind == "grid":
            return list(self.design.vary)
        return list(dict.fromkeys(name for point in self.design.points for name in point))

    @model_validator(mode="after")
    def _fixes_nothing_that_varies(self) -> "Experiment":
        """Refuse a parameter that is both fixed and varied, and text where a number belongs."""
        points = [{name: value} for name, values in self.design.vary.items() for value in values]
        for name, value in [
            item for point in [self.parameters, *points, *self.design.points] for item in point.items()
        ]:
            if isinstance(value, str) and name in PARAMETERS and PARAMETERS[name].kind != "choice":
                raise ValueError(f'{name} takes a {PARAMETERS[name].kind}; "{value}" is text')
        for name in self.varied:
            if name in self.parameters:
                raise ValueError(f"{name} is fixed in [parameters] and varies in the design; it can do one of the two")
        return self

    @cached_property
    def points(self) -> list[Point]:
        """Every design point in full, checked: a grid runs through the last parameter fastest.

        Raises TearSimError for an empty design and for whatever a run could not take.
        """
        points = [checked({**self.parameters, **given}) for given in [{}, *self._given()]][1:]
        if not points:
            raise TearSimError("The design has no points: give [design.vary] values, or [[design.points]] for a list.")
        return points

    def _given(self) -> list[dict[str, Any]]:
        if self.design.kind == "list":
            return self.design.points
        lengths = [len(values) for values in self.design.vary.values()]
        if not lengths or min(lengths) == 0:
            return []
        number = 1
        for length in lengths:
            number *= length
        if number > MOST_POINTS:
            raise TearSimError(f"A design has up to {MOST_POINTS:,} points; this one has {number:,}.")
        values = itertools.product(*self.design.vary.values())
        return [dict(zip(self.design.vary, chosen, strict=True)) for chosen in values]

    def fingerprint(self) -> str:
        """SHA-256 over all that decides which numbers come out: points, replicates, seed, what is kept."""
        decides = [self.points, self.design.replicates, self.design.seed, self.record.model_dump()]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def with_design(self, replicates: int | None, seed: int | None) -> "Experiment":
        """The same experiment with other replicates or another seed. Raises TearSimError if they are not allowed."""
        changes = {name: value for name, value in (("replicates", replicates), ("seed", seed)) if value is not None}
        content = self.model_dump()
        return make_experiment({**content, "design": {**content["design"], **changes}}, "the experiment")


def make_experiment(content: Mapping[str, Any], where: str) -> Experiment:
    """An experiment from the content of a file; `where` names it in messages.

    Raises TearSimError, in one line, for whatever is missing, unknown or not allowed.
    """
    try:
        experiment = Experiment.model_validate(dict(content))
        _ = experiment.points
    except ValidationError as error:
        raise TearSimError(f"{where}: {_first_problem(error)}") from None
    except TearSimError as error:
        raise TearSimError(f"{where}: {error}") from None
    return experiment


def read_experiment(path: Path) -> tuple[Experiment, Path]:
    """The experiment in a file, or in the `experiment.toml` of a folder, and the file it was read from.

    Raises TearSimError if there is no such file or it cannot be read.
    """
    file = path / "experiment.toml" if path.is_dir() else path
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TearSimError(f"{file}: there is no such file.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TearSimError(f"{file}: cannot be read as TOML: {error}") from None
    return make_experiment(content, str(file)), file


def _first_problem(error: ValidationError) -> str:
    """The first thing that is wrong, in one line: which key, what, and what is allowed."""
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = _keys_beside(problem["loc"])
        return f'there is no key "{key}".{nearest(str(problem["loc"][-1]), known)} Known here: {", ".join(known)}.'
    if problem["type"] == "missing":
        return f'the key "{key}" is missing.'
    if problem["type"] == "value_error":
        return f"{problem['ctx']['error']}."
    message = problem["msg"][0].lower() + problem["msg"][1:]
    return f'"{key}": {message}; {problem["input"]!r} is not.'


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    parts: dict[str, type[BaseModel]] = {"design": Design, "record": Record}
    return list(parts.get(str(location[0]), Experiment).model_fields if len(location) > 1 else Experiment.model_fields)
