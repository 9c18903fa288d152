"""An experiment file: a question, what is fixed, what varies and what is kept; the design points follow from it."""

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tearsim.arguments import MOST_REPEATED
from tearsim.errors import TearSimError, echoed, shortened
from tearsim.science.alternatives import theory_named
from tearsim.science.declaration import whole_number
from tearsim.science.luck import MOST_SEED
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import Replaced, Rule
from tearsim.study.randomness import seed_for
from tearsim.study.sweeps.designs import (
    PLAUSIBLE,
    Levels,
    Points,
    check_points,
    combinations,
    in_every_world,
    moved_with,
    refuse_too_many,
    rows_together,
    sampled,
    span,
    unit_cube,
)
from tearsim.study.sweeps.included import file_of
from tearsim.study.sweeps.points_file import points_in
from tearsim.study.sweeps.replacements import (
    Replacement,
    functions_of,
    notes_of,
    refuse_what_is_replaced_twice,
    sources_by_rule,
)
from tearsim.study.sweeps.toml_file import read_toml
from tearsim.study.sweeps.what_is_wrong import first_problem
from tearsim.worlds.outcomes import QUESTIONED, Numbers, checked_outcome

# Weekly series are kept up to this many runs unless asked for: a year of them is as large as 50 rows of outcomes.
SERIES_UP_TO = 20_000

# What a design of each kind says, beyond kind, replicates and seed; anything else in it would be ignored.
SAYS: dict[str, tuple[str, ...]] = {
    "grid": ("vary",),
    "list": ("points", "file"),
    "latin": ("vary", "samples", "cross", "sampling_seed"),
    "sobol": ("vary", "samples", "cross", "sampling_seed", "second_order", "groups"),
    "morris": ("vary", "samples", "cross", "sampling_seed", "levels", "groups"),
}
SAMPLED = ("latin", "sobol", "morris")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Design(_Part):
    """What varies, and how often it is repeated.

    Where replicates live in fitted or open worlds their number need not be said: all worlds, under all their lucks.
    """

    kind: Literal["grid", "list", "latin", "sobol", "morris"] = "grid"
    replicates: int = Field(ge=1, le=MOST_REPEATED)
    seed: int = Field(default=1, ge=0, le=MOST_SEED)
    vary: dict[str, object] = {}
    cross: dict[str, list[object]] = {}
    samples: int | None = Field(default=None, ge=1, le=1_000_000)
    levels: int = Field(default=4, ge=2, le=100)
    sampling_seed: int | None = Field(default=None, ge=0, le=2**64 - 1)
    second_order: bool = False
    groups: dict[str, list[str]] = {}
    points: list[dict[str, object]] = []
    file: str | None = None

    @field_validator("vary", mode="before")
    @classmethod
    def _names_alone_mean_plausible_ranges(cls, vary: object) -> object:
        if isinstance(vary, list) and all(isinstance(name, str) for name in vary):
            if len(set(vary)) < len(vary):
                raise ValueError("design.vary names a parameter twice")
            return dict.fromkeys(vary, PLAUSIBLE)
        return vary

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Design":
        """Refuse what would be ignored, and what a kind of design cannot do without."""
        for name in self.model_fields_set - {"kind", "replicates", "seed", *SAYS[self.kind]}:
            takes = ", ".join(SAYS[self.kind])
            raise ValueError(f'a design of kind "{self.kind}" takes {takes}; it would ignore {name}')
        if self.kind in SAMPLED:
            if self.samples is None:
                raise ValueError(f'a design of kind "{self.kind}" says how many samples it draws: samples = 64')
            if self.kind == "sobol" and (self.samples < 2 or self.samples & (self.samples - 1)):
                raise ValueError(
                    f"a sobol design takes a power of two for samples, like 1024; {self.samples} is not one"
                )
            if self.kind == "morris" and (self.samples < 2 or self.levels % 2):
                raise ValueError("a morris design takes two samples or more and an even number of levels")
        elif self.kind == "grid":
            self._lists_values(self.vary)
        self._lists_values(self.cross)
        return self

    @staticmethod
    def _lists_values(values: Mapping[str, object]) -> None:
        for name, listed in values.items():
            if not isinstance(listed, list):
                raise ValueError(f"{name} takes a list of values here; {echoed(listed)} is not one")
            if not listed:
                raise ValueError(f"The design has no points: {name} lists no values")
            if any(value in listed[:i] for i, value in enumerate(listed)):
                raise ValueError(f"{name} has a value twice")


class Record(_Part):
    """What a sweep keeps besides the outcomes of each run; weekly series up to 20,000 runs unless told otherwise."""

    series: bool | None = None
    sessions: bool = False
    episodes: bool = False


class Experiment(_Part):
    """A question put to the model: fixed parameters, and a design over those that vary.

    `theory` names one rival theory for all of it. `rules` notes the functions that take the place of rules; they are
    given to `tearsim.sweep`, and a file alone cannot bring them.
    """

    title: str
    question: str
    theory: str | None = None
    rules: dict[str, Replacement] = {}
    parameters: dict[str, object] = {}
    outcomes: list[str] = []  # asked about besides alliance and dropout
    design: Design
    record: Record = Record()

    @model_validator(mode="before")
    @classmethod
    def _with_estimates(cls, content: object) -> object:
        """Read `estimates = "fitted"` beside the question as the parameter of that name."""
        if not isinstance(content, dict):
            return content
        parameters = content.get("parameters", {})
        if isinstance(parameters, str):
            raise ValueError(f'parameters = "{shortened(parameters)}" is now written estimates = "fitted"')
        if "estimates" in content and isinstance(parameters, dict):
            if "estimates" in parameters:
                raise ValueError(
                    "estimates stands beside the question and under [parameters]; it can stand in one of the two"
                )
            others = {key: value for key, value in content.items() if key != "estimates"}
            content = {**others, "parameters": {**parameters, "estimates": content["estimates"]}}
        return in_every_world(content)

    @model_validator(mode="after")
    def _replaces_what_there_is(self) -> "Experiment":
        """Refuse an unknown theory, and rules that cannot be replaced or are replaced twice."""
        refuse_what_is_replaced_twice(self.theory, self.rules)
        return self

    @field_validator("outcomes")
    @classmethod
    def _are_declared(cls, outcomes: list[str]) -> list[str]:
        return [checked_outcome(name) for name in outcomes]

    @property
    def asked(self) -> tuple[str, ...]:
        """The outcomes in question: alliance and dropout, and those that are asked about besides."""
        return tuple(dict.fromkeys((*QUESTIONED, *self.outcomes)))

    @property
    def replaced(self) -> Replaced:
        """The functions that take the place of rules, the theory's among them.

        Raises TearSimError for one that this process was not given.
        """
        return functions_of(self.theory, self.rules)

    @property
    def sources(self) -> dict[str, str]:
        """What stands in the place of each rule that is replaced, as the digest of its source."""
        return sources_by_rule(self.theory, self.rules)

    def with_rules(self, theory: str | None, rules: Mapping[str, Rule] | None) -> "Experiment":
        """The same experiment under another theory, or with rules replaced by functions.

        Raises TearSimError for an unknown theory, and for functions that cannot take the place of a rule.
        """
        said = self.model_dump(exclude_unset=True)
        if theory is not None:
            said["theory"] = theory_named(theory).name
        if noted := notes_of(rules):
            said["rules"] = said.get("rules", {}) | noted
        return _validated(said, "the experiment")

    @property
    def varied(self) -> list[str]:
        """The parameters that differ between design points."""
        listed = [name for point in self.design.points for name in point]
        return list(dict.fromkeys([*self.design.vary, *self.design.cross, *listed]))

    @model_validator(mode="after")
    def _fixes_nothing_that_varies(self) -> "Experiment":
        """Refuse a parameter that is said twice, and text where a number belongs."""
        for name in self.varied:
            if name in self.parameters:
                raise ValueError(f"{name} is fixed in [parameters] and varies in the design; it can do one of the two")
            if name in self.design.vary and name in self.design.cross:
                raise ValueError(f"{name} stands in both [design.vary] and [design.cross]; it can do one of the two")
        values_of = [*self.design.vary.items(), *self.design.cross.items()]
        listed = [{name: value} for name, values in values_of for value in _listed(values)]
        for name, value in [
            item for point in [self.parameters, *listed, *self.design.points] for item in point.items()
        ]:
            if isinstance(value, str) and name in PARAMETERS and PARAMETERS[name].kind != "choice":
                raise ValueError(f'{name} takes a {PARAMETERS[name].kind}; "{shortened(value)}" is text')
        return self

    @cached_property
    def points(self) -> Points:
        """Every design point, checked.

        Raises TearSimError for an empty design and for whatever a run could not take.
        """
        of_theory = {} if self.theory is None else theory_named(self.theory).parameters
        return check_points({**of_theory, **self.parameters}, self._given(), self.design.kind in SAMPLED)

    @cached_property
    def spans(self) -> dict[str, Levels]:
        """Of a sampled design: the range, or the levels, of each parameter that varies."""
        return {name: span(name, given) for name, given in self.design.vary.items()}

    @cached_property
    def cube(self) -> Numbers:
        """Of a sampled design: its points before crossing, on the unit cube; shape (points, parameters)."""
        design = self.design
        seed = design.seed if design.sampling_seed is None else design.sampling_seed
        together = list(self.moved_with.values())
        return unit_cube(
            design.kind, together, design.samples or 0, design.levels, design.second_order, seed_for("design", seed)
        )

    @cached_property
    def moved_with(self) -> dict[str, str]:
        """Of a sampled design: what each parameter that varies moves with, its group or itself."""
        return moved_with(self.design.vary, self.design.groups)

    @property
    def dimensions(self) -> list[str]:
        """Of a sampled design: what is moved by itself, groups and single parameters."""
        return list(dict.fromkeys(self.moved_with.values()))

    @property
    def drawn_together(self) -> int:
        """Of a sampled design: how many rows of the cube are drawn at once, independently of all others."""
        return rows_together(self.design.kind, len(self.dimensions), self.design.second_order)

    @property
    def runs(self) -> int:
        """How many runs there are: each design point in every replicate."""
        return len(self.points) * self.design.replicates

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that a sweep keeps, besides the list of what failed."""
        series = self.runs <= SERIES_UP_TO if self.record.series is None else self.record.series
        kept = {"runs": True, "series": series, "sessions": self.record.sessions, "episodes": self.record.episodes}
        return tuple(name for name, keep in kept.items() if keep)

    def _given(self) -> list[dict[str, object]]:
        if self.design.kind == "list":
            if self.design.file is not None and not self.design.points:
                raise TearSimError(f"The design has no points: {self.design.file} has no line below its header.")
            return self.design.points
        if not self.design.vary:
            return []
        if self.design.kind == "grid":
            return combinations({name: _listed(values) for name, values in self.design.vary.items()})
        self._refuse_too_many()
        return sampled(self.cube, self.spans, self.design.cross)

    def _refuse_too_many(self) -> None:
        """Before a sample is drawn that nothing could hold."""
        if self.design.second_order and len(self.dimensions) < 2:
            raise TearSimError("design.second_order needs two parameters that vary, or two groups.")
        number = (self.design.samples or 0) * self.drawn_together * math.prod(map(len, self.design.cross.values()))
        refuse_too_many(number, len(self.varied))

    def fingerprint(self) -> str:
        """SHA-256 over all that decides what comes out: points, replicates, seed, what is kept, what rules say."""
        design = self.design
        points = self.points
        # What is not named may come from fitted or open worlds.
        named = sorted(points.named) if "estimates" in self.varied else []
        decides = [points.shared, points.own, named, self.varied, design.replicates, design.seed, self.tables]
        if sources := self.sources:
            decides.append(sources)
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def with_design(self, replicates: int | None, seed: int | None) -> "Experiment":
        """The same experiment with other replicates or another seed. Raises TearSimError if they are not allowed."""
        changes = {}
        if replicates is not None:
            changes["replicates"] = whole_number("number of replicates", replicates, 1, MOST_REPEATED)
        if seed is not None:
            changes["seed"] = whole_number("seed", seed, 0, MOST_SEED)
        if all(value == getattr(self.design, name) for name, value in changes.items()):
            return self  # its points are worked out already
        said = self.model_dump(exclude_unset=True)
        return _validated({**said, "design": {**said["design"], **changes}}, "the experiment")

    def keeping(self, tables: Collection[str]) -> "Experiment":
        """The same experiment, keeping these tables."""
        kept = {name: name in tables for name in Record.model_fields}
        return self.model_copy(update={"record": Record(**kept)})

    def content(self) -> dict[str, object]:
        """All it says, as in a file; points read from a CSV file stand in it one by one."""
        content = self.model_dump(exclude_unset=True, exclude_none=True)
        content["design"].pop("file", None)
        return content


def _listed(values: object) -> list[object]:
    values = values.get("range") if isinstance(values, Mapping) else values
    return values if isinstance(values, list) else []


def make_experiment(content: Mapping[str, object], where: str, folder: Path | None = None) -> Experiment:
    """An experiment from the content of a file; `where` names it in messages, `folder` holds the CSV it may name.

    Raises TearSimError, in one line, for whatever is missing, unknown or not allowed.
    """
    try:
        said = {name: as_in_a_file(value) for name, value in content.items()}
        listed = _with_listed_points(said, folder or Path())
    except TearSimError as error:
        raise TearSimError(f"{where}: {error}") from None
    return _validated(listed, where)


def _validated(content: Mapping[str, object], where: str) -> Experiment:
    """The content as an experiment whose points can be run; problems in one line."""
    try:
        experiment = Experiment.model_validate(content)
        _ = experiment.points
    except ValidationError as error:
        raise TearSimError(f"{where}: {first_problem(error, Experiment, ['estimates'])}") from None
    except UnicodeEncodeError as error:
        raise TearSimError(f"{where}: {echoed(error.object)} is no text that a file could hold.") from None
    except TearSimError as error:
        raise TearSimError(f"{where}: {error}") from None
    return experiment


def read_experiment(path: Path) -> tuple[Experiment, Path]:
    """The experiment in a file, in a folder's `experiment.toml`, or of a name that comes with TearSim; and its file.

    Raises TearSimError if there is no such file or it cannot be read.
    """
    file = file_of(path)
    return make_experiment(read_toml(file, "experiment"), str(file), file.parent), file


def as_in_a_file(content: object) -> object:
    """What a file could say: lists and numbers of Python's own instead of NumPy's, ranges and tuples."""
    if isinstance(content, Mapping):
        return {name: as_in_a_file(value) for name, value in content.items()}
    if isinstance(content, (list, tuple, range)):
        return [as_in_a_file(value) for value in content]
    return as_in_a_file(content.tolist()) if hasattr(content, "tolist") else content


def _with_listed_points(content: dict[str, object], folder: Path) -> dict[str, object]:
    """The content with the points of the CSV file it names, if it names one."""
    design = content.get("design")
    if not isinstance(design, Mapping) or not isinstance(design.get("file"), str):
        return content
    if design.get("points"):
        raise TearSimError("design.points and design.file both list points; give one of the two.")
    return {**content, "design": {**design, "points": points_in(folder, design["file"])}}
