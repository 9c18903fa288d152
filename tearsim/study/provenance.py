"""What a results folder says about where its numbers come from, and whether two sets of numbers may stand together."""

import hashlib
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tearsim.errors import TearSimError
from tearsim.science.luck import Luck
from tearsim.science.settings import checked
from tearsim.study.experiment import Experiment
from tearsim.study.plan import WHOLE, Shard

LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow", "mesa", "SALib")
# The modules of this folder that decide numbers or their rows.
DECIDING = ("chunks.py", "designs.py", "experiment.py", "plan.py")
MOST_SHOWN = 3


def now() -> str:
    """The time, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def source_hash() -> str:
    """SHA-256 over the source of all that decides the numbers and their rows: science, worlds, experiments, chunks."""
    from tearsim.worlds.compiling import science_hash

    digest = hashlib.sha256(science_hash().encode())
    for name in DECIDING:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


@cache
def machine_fingerprint() -> str:
    """SHA-256 over one block of luck and one small run: equal where libraries and processor round alike."""
    from tearsim.worlds.ensemble import Ensemble

    digest = hashlib.sha256(Luck(1).sessions(0, 1, 50).tobytes())
    small = Ensemble([checked({"therapists": 4, "caseload": 5, "weeks": 10, "therapist_tear_propensity": 0.95})])
    digest.update(small.run(1)[0].tallies.tobytes())
    return digest.hexdigest()


def provenance(experiment: Experiment, command: str, shard: Shard = WHOLE) -> dict[str, Any]:
    """Where the numbers of a sweep come from; names no user and no host."""
    return {
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
        "command": command,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "started": now(),
        "finished": False,
        "worked": [],  # each time a command worked on it: when, and what it took
    }


def same_source(held: Mapping[str, Any], mine: Mapping[str, Any], experiments: tuple[Experiment, Experiment] | None,
                where: str) -> None:  # fmt: skip
    """Raise TearSimError, showing what differs, unless numbers of both may stand in one folder."""
    differing = list(differences(held, mine, experiments))
    if differing:
        shown = "; ".join(differing[:MOST_SHOWN])
        more = f"; and {len(differing) - MOST_SHOWN} more" if len(differing) > MOST_SHOWN else ""
        raise TearSimError(
            f'{where} holds other results ("{held.get("title")}", started {held.get("started")}): {shown}{more}. '
            "Choose another folder with --out."
        )


def differences(held: Mapping[str, Any], mine: Mapping[str, Any],
                experiments: tuple[Experiment, Experiment] | None = None) -> Iterator[str]:  # fmt: skip
    """What keeps numbers of two origins apart, in words; nothing where they may stand together."""
    if held.get("experiment_hash") != mine["experiment_hash"]:
        found = list(_differing_keys(*experiments)) if experiments else []
        yield from found or ["the design points differ"]
    if held.get("source_hash") != mine["source_hash"]:
        yield f"the model is of another version (tearsim {held.get('tearsim')} there, {mine['tearsim']} here, source " \
              f"{str(held.get('source_hash'))[:8]} there, {mine['source_hash'][:8]} here)"  # fmt: skip
    if held.get("machine_fingerprint") != mine["machine_fingerprint"]:
        yield f"that machine rounds otherwise than this one ({_other_libraries(held, mine)})"
    if held.get("shard", str(WHOLE)) != mine["shard"]:
        yield f"shard {held.get('shard')} there, {mine['shard']} here"


def _differing_keys(held: Experiment, mine: Experiment) -> Iterator[str]:
    said = [e.model_dump(exclude={"title": True, "question": True, "design": {"file"}}) for e in (held, mine)]
    there, here = (dict(_flat(content)) for content in said)
    for key in sorted(there.keys() | here.keys()):
        if there.get(key) != here.get(key):
            yield f"{key} is {_shown(there, key)} there, {_shown(here, key)} here"


def _shown(content: Mapping[str, Any], key: str) -> str:
    """A value in short, or that there is none."""
    if content.get(key) is None:
        return "not given"
    words = str(content[key])
    return words if len(words) <= 40 else f"{words[:37]}..."


def _flat(content: Mapping[Any, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            yield from _flat(dict(enumerate(value)), f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _other_libraries(held: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    there, here = held.get("libraries", {}), mine["libraries"]
    other = [f"{name} {there.get(name)} there, {here[name]} here" for name in here if there.get(name) != here[name]]
    return "; ".join(other) or "the same libraries, another processor"
