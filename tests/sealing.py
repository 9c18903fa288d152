"""Results folders as a version of TearSim would leave them whose files these are: digests made anew, or none."""

import json

from tearsim.safe_files import sha256
from tearsim.study.sweeps.results import PROVENANCE


def said_otherwise(folder, **otherwise):
    """The provenance with other words; those that are None are left out."""
    file = folder / PROVENANCE
    held = json.loads(file.read_text(encoding="utf-8")) | otherwise
    file.write_text(json.dumps({name: said for name, said in held.items() if said is not None}), encoding="utf-8")


def sealed_again(folder):
    """The digests of what stands in the folder now, where a test has put numbers of its own into it."""
    held = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    said_otherwise(folder, sha256={name: sha256(folder / name) for name in held["sha256"]})


def of_an_earlier_version(folder):
    """A folder from before there were digests and seals."""
    said_otherwise(folder, format=None, sha256=None)
