"""What a results folder says about where its numbers come from, and whether two sets of numbers may stand together."""

import hashlib
import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tearsim.errors import TearSimError
from tearsim.science.luck import Luck
from tearsim.science.settings import checked
from tearsim.study.experiment import Experiment

LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow", "mesa")

# What must agree before numbers may be joined to others, and how to call it.
MUST_AGREE = {
    "experiment_hash": "the experiment",
    "source_hash": "the model's source",
    "machine_fingerprint": "how this machine rounds",
}


def now() -> str:
    """The time, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def source_hash() -> str:
    """SHA-256 over the source of all that decides the numbers and their rows: science, worlds, experiments, chunks."""
    from tearsim.worlds.compiling import science_hash

    digest = hashlib.sha256(science_hash().encode())
    for name in ("chunks.py", "experiment.py", "plan.py"):
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


def provenance(experiment: Experiment, runs: int, command: str) -> dict[str, Any]:
    """Where the numbers of a sweep come from; names no user and no host."""
    return {
        "title": experiment.title,
        "tearsim": version("tearsim"),
        "experiment_hash": experiment.fingerprint(),
        "source_hash": source_hash(),
        "machine_fingerprint": machine_fingerprint(),
        "seed": experiment.design.seed,
        "replicates": experiment.design.replicates,
        "design_points": len(experiment.points),
        "runs": runs,
        "command": command,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "started": now(),
        "finished": False,
    }


def same_source(held: dict[str, Any], mine: dict[str, Any], where: str) -> None:
    """Raise TearSimError, naming what differs, unless numbers of both may stand in one folder."""
    differing = [words for key, words in MUST_AGREE.items() if held.get(key) != mine[key]]
    if differing:
        raise TearSimError(
            f"{where} holds results that differ in {', '.join(differing)} "
            f'("{held.get("title")}", started {held.get("started")}); choose another folder with --out.'
        )
