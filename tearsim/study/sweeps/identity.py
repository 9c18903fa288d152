"""The identity of the model: a digest of the syntax that decides its numbers.

What decides numbers is the syntax of the science, of the worlds that run it and of what makes design points, and the
fitted worlds; theories are part of the experiments that ask for them. Comments, docstrings, layout, and what only type
checkers read decide nothing: whoever mends a comment orphans nobody's results. Texts that stand in the syntax, such as
a message or the meaning of a parameter, count: what is not known to decide nothing is taken to decide. (Compiled code
is kept under a stricter key, every byte of its source: see `worlds.compiling`.)
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tearsim import science, worlds
from tearsim.syntax import syntax_of

# The modules of this folder that decide numbers or their rows.
DECIDING = (
    "chunks.py",
    "columns.py",
    "designs.py",
    "experiment.py",
    "points_file.py",
    "replacements.py",
    "run_chunk.py",
)


@cache
def source_hash() -> str:
    """SHA-256 over all that decides the numbers and their rows: science, worlds, experiments, chunks."""
    own = [Path(__file__).with_name(name) for name in DECIDING]
    folders = [Path(path) for package in (science, worlds) for path in package.__path__]
    return digest_of([*own, *(file for folder in folders for kind in ("*.py", "*.json") for file in folder.glob(kind))])


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over what decides numbers in Python and JSON files, whatever folder they lie in.

    Raises SyntaxError for a file that is not Python.
    """
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: (file.parent.name, file.name)):
        text = file.read_text(encoding="utf-8")
        deciding = json.dumps(json.loads(text)) if file.suffix == ".json" else "\n".join(syntax_of(text))
        digest.update(f"{file.parent.name}/{file.name}\n{deciding}\n".encode())
    return digest.hexdigest()
