"""The folder of a calibration: begun once with one file, findings and model, and what is written there at the end."""

import json
from pathlib import Path

from tearsim.errors import TearSimError
from tearsim.evidence.patterns import patterns_hash, targets_hash
from tearsim.safe_files import make_folder, write_safely
from tearsim.study.calibration.outcome import BegunWith, FittedOutcome


def begun_with(fingerprint: str, settings: dict[str, object]) -> BegunWith:
    """With which file, findings and model a calibration is begun."""
    return {
        "fingerprint": fingerprint,
        "findings_sha256": patterns_hash(),
        "targets_sha256": targets_hash(),
        "settings": settings,
    }


def begin_in(mine: BegunWith, folder: Path) -> None:
    """Record what it is begun with, before anything is simulated; refuse a folder begun with something else."""
    file = folder / "begun.json"
    make_folder(folder, TearSimError, " Choose another with --out.")
    if not file.exists() and any(folder.iterdir()):
        raise TearSimError(f"{folder} holds files that are no calibration; choose another folder with --out.")
    if not file.exists():
        write(file, mine)
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        held["fingerprint"], held["findings_sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        raise TearSimError(
            f"{file} cannot be read: nobody knows what {folder} was begun with. Choose another folder with --out."
        ) from None
    if held["fingerprint"] != mine["fingerprint"]:
        changed = (
            "the findings have" if held["findings_sha256"] != mine["findings_sha256"] else "its file or the model has"
        )
        raise TearSimError(f"{folder} was begun before {changed} changed; choose another folder with --out.")


def write(file: Path, content: object) -> None:
    """A record that can be read by people and programs."""
    text = json.dumps(content, indent=1)
    write_safely(file, lambda path: path.write_text(text + "\n", encoding="utf-8"))


def write_worlds(file: Path, worlds: FittedOutcome) -> None:
    """A set of worlds as the package holds it: one line a world."""
    head = json.dumps({name: value for name, value in worlds.items() if name != "worlds"})
    rows = ",\n".join(map(json.dumps, worlds["worlds"]))
    text = f'{head[:-1]}, "worlds": [\n{rows}\n]}}\n'
    write_safely(file, lambda path: path.write_text(text, encoding="utf-8"))
