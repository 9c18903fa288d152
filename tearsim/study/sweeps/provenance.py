"""What a results folder says about where its numbers come from, and whether two sets of numbers may stand together."""

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal, NotRequired, TypedDict, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.science.settings import checked
from tearsim.study.sweeps.chunks import WHOLE, Shard, read_shard
from tearsim.study.sweeps.columns import FAILURES
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.identity import source_hash

EXPERIMENT, PROVENANCE = "experiment.toml", "provenance.json"
PUT_BACK = "put it back as it was, or remove the folder and sweep anew."
LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow", "mesa", "SALib")
MOST_SHOWN = 3
MOST_QUOTED = 150  # of what somebody else wrote, in a message
# The way a results folder is written. Folders from before there was one have no digests to be checked against.
FORMAT = 1

ONE_LINE = r"^[^\r\n]*$"
Word = Annotated[str, Field(max_length=200, pattern=ONE_LINE)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Versions = dict[Word, Annotated[str, Field(max_length=40, pattern=ONE_LINE)]]
Digests = dict[Word, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]


class WorkTook(TypedDict):
    """What one command's work on a results folder took."""

    began: str
    runs_kept: int
    runs_done: int
    sessions: int
    seconds: float
    cpu_seconds: float
    simulation_cpu_seconds: float


class WorkDone(WorkTook):
    """The same, and by which command and libraries."""

    command: str
    python: str
    libraries: dict[str, str]


class Besides(TypedDict, total=False):
    """What `provenance.json` says only where there is something to say."""

    theory: str
    rules: dict[str, str]
    extended_from: int
    ended: str
    sha256: dict[str, str]


class Origin(Besides):
    """What `provenance.json` says, as it is read by name; `Provenance` sees to it that it is so."""

    format: NotRequired[int]
    title: str
    tearsim: str
    experiment_hash: str
    source_hash: str
    machine_fingerprint: str
    design: str
    seed: int
    replicates: int
    design_points: int
    runs: int
    shard: str
    tables: list[str]
    varied: list[str]
    parameters: dict[str, Value]
    command: str
    python: str
    libraries: dict[str, str]
    started: str
    finished: bool
    worked: list[WorkDone]


class _Read(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, allow_inf_nan=False)


class Work(_Read):
    """One command's work on a results folder."""

    began: Word
    runs_kept: Count
    runs_done: Count
    sessions: Count
    seconds: float
    cpu_seconds: float
    simulation_cpu_seconds: float
    command: str
    python: Word
    libraries: Versions


class Provenance(_Read):
    """What `provenance.json` says, every word of it of the right type."""

    format: Annotated[int, Field(ge=1)] | None = None
    title: str
    tearsim: Word
    experiment_hash: Word
    source_hash: Word
    machine_fingerprint: Word
    design: Word
    seed: Annotated[int, Field(ge=0, le=2**64 - 1)]
    replicates: Annotated[int, Field(ge=1, le=10**12)]
    design_points: Count
    runs: Count
    shard: Word
    tables: list[Literal["runs", "series", "sessions", "episodes"]]
    varied: list[Word]
    parameters: dict[Word, float | int | str | bool]
    theory: Word | None = None
    rules: Digests = {}  # what stands in the place of rules
    command: str
    python: Word
    libraries: Versions
    started: Word
    finished: bool
    extended_from: Annotated[int, Field(ge=1, le=10**12)] | None = None
    worked: list[Work]
    ended: Word | None = None
    sha256: Digests = {}  # of every finished file, if there is a format

    @field_validator("shard")
    @classmethod
    def _is_a_shard(cls, written: str) -> str:
        return str(read_shard(written))

    @model_validator(mode="after")
    def _vouches_for_what_is_finished(self) -> "Provenance":
        """Of a shard the parts are sealed themselves."""
        if self.format is not None and self.finished:
            tables = [*self.tables, FAILURES] if self.shard == str(WHOLE) else []
            for name in (EXPERIMENT, *(f"{table}.parquet" for table in tables)):
                if name not in self.sha256:
                    raise ValueError(f"sha256 has none of {name}")
        return self


def read_provenance(file: Path) -> Origin:
    """What a results folder says about itself. Raises TearSimError, in one line, for what is not as it should be."""
    try:
        held = Provenance.model_validate_json(file.read_bytes())
    except OSError as error:
        raise TearSimError(f"{file} cannot be read: {error.strerror or error}.") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where, what = ".".join(map(str, problem["loc"])), _short(problem["msg"].removeprefix("Value error, "))
        if problem["type"] == "json_invalid":
            raise TearSimError(f"{file} cannot be read: {what}: {PUT_BACK}") from None
        said = (f'"{_short(where)}": ' if where else "") + what[:1].lower() + what[1:].rstrip(".")
        raise TearSimError(f"{file} is broken, or of another version: {said}: {PUT_BACK}") from None
    if held.format is not None and held.format > FORMAT:
        raise TearSimError(
            f"{file.parent} was written by a later version of TearSim ({held.tearsim}), which this one cannot read."
        )
    return cast(Origin, held.model_dump(exclude_unset=True))  # it has just been validated


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= MOST_QUOTED else f"{words[: MOST_QUOTED - 3]}..."


def now() -> str:
    """The time, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def machine_fingerprint() -> str:
    """SHA-256 over one block of luck and one small run: equal where libraries and processor round alike."""
    from tearsim.worlds.ensemble import Ensemble
    from tearsim.worlds.luck_tables import LuckTables

    digest = hashlib.sha256(LuckTables(1).sessions(0, 1, 50).tobytes())
    small = Ensemble([checked({"therapists": 4, "caseload": 5, "weeks": 10, "therapist_tear_propensity": 0.95})])
    digest.update(small.run(1)[0].tallies.tobytes())
    return digest.hexdigest()


def provenance(experiment: Experiment, command: str, shard: Shard = WHOLE) -> Origin:
    """Where the numbers of a sweep come from; names no user and no host."""
    besides: Besides = {}
    if experiment.theory is not None:
        besides["theory"] = experiment.theory
    if experiment.sources:
        besides["rules"] = experiment.sources
    return {
        "format": FORMAT,
        "title": experiment.title,
        "tearsim": version("tearsim"),
        "experiment_hash": experiment.fingerprint(),
        "source_hash": source_hash(),
        "machine_fingerprint": machine_fingerprint(),
        "design": experiment.design.kind,
        "seed": experiment.design.seed,
        "replicates": experiment.design.replicates,
        "design_points": len(experiment.points),
        "runs": experiment.runs,
        "shard": str(shard),
        "tables": list(experiment.tables),
        "varied": experiment.varied,
        "parameters": {
            name: value for name, value in experiment.points.shared.items() if name not in experiment.varied
        },
        **besides,
        "command": command,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "started": now(),
        "finished": False,
        "worked": [],  # each time a command worked on it: when, and what it took
    }


def same_source(held: Origin, mine: Origin, experiments: tuple[Experiment, Experiment] | None, where: str) -> None:
    """Raise TearSimError, showing what differs, unless numbers of both may stand in one folder."""
    if differing := first_few(differences(held, mine, experiments)):
        raise TearSimError(
            f'{where} holds other results ("{_short(held["title"])}", started {held["started"]}): {differing}. '
            "Choose another folder with --out."
        )


def first_few(differing: Iterable[str]) -> str:
    """The first few differences, and how many more there are; nothing where there are none."""
    first, rest = (found := list(differing))[:MOST_SHOWN], len(found) - MOST_SHOWN
    return "; ".join(first) + (f"; and {rest} more" if rest > 0 else "")


def differences(held: Origin, mine: Origin, experiments: tuple[Experiment, Experiment] | None = None) -> Iterator[str]:
    """What keeps numbers of two origins apart, in words; nothing where they may stand together."""
    if held.get("experiment_hash") != mine["experiment_hash"]:
        found = list(_differing_keys(*experiments)) if experiments else []
        yield from found or ["the design points differ"]
    # Another model gives other numbers in the small run, too: only of the same model do they tell how a machine rounds.
    if held.get("source_hash") != mine["source_hash"]:
        yield (
            f"the model is of another version (tearsim {held.get('tearsim')} there, {mine['tearsim']} here, source "
            f"{str(held.get('source_hash'))[:8]} there, {mine['source_hash'][:8]} here)"
        )
    elif held.get("machine_fingerprint") != mine["machine_fingerprint"]:
        yield f"that machine rounds differently from this one ({_other_libraries(held, mine)})"
    if held.get("shard", str(WHOLE)) != mine["shard"]:
        yield f"shard {held.get('shard')} there, {mine['shard']} here"


def _differing_keys(held: Experiment, mine: Experiment) -> Iterator[str]:
    said = [e.model_dump(exclude={"title": True, "question": True, "design": {"file"}}) for e in (held, mine)]
    there, here = (dict(_flat(content)) for content in said)
    for key in sorted(there.keys() | here.keys()):
        if there.get(key) != here.get(key):
            yield f"{key} is {_shown(there, key)} there, {_shown(here, key)} here"


def _shown(content: Mapping[str, object], key: str) -> str:
    """A value in short, or that there is none."""
    if content.get(key) is None:
        return "not given"
    words = str(content[key])
    return words if len(words) <= 40 else f"{words[:37]}..."


def _flat(content: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            yield from _flat({str(i): one for i, one in enumerate(value)}, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _other_libraries(held: Origin, mine: Origin) -> str:
    there, here = held.get("libraries", {}), mine["libraries"]
    other = [f"{name} {there.get(name)} there, {here[name]} here" for name in here if there.get(name) != here[name]]
    return "; ".join(other) or "the same libraries, another processor"
