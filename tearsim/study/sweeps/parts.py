"""The parts of a sweep while it runs: one Parquet file a chunk and table, each saying what it is and sealed.

What stands in a folder is not believed: a part counts only if it says that it is the one looked for (chunk, table,
experiment, model, machine), has that table's columns, and still holds what it held when it was written.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.safe_files import read_table, seal_holds, write_table
from tearsim.study.sweeps.chunks import Chunk
from tearsim.study.sweeps.columns import FAILURES, has_columns_of, schema_of
from tearsim.study.sweeps.run_chunk import Job, expected_rows

PARTS = "parts"
# The way parts are written; it changes when what is written here could no longer be read.
PARTS_FORMAT = 1
PART_SEAL = "tearsim_part"
# Whose numbers they are.
ORIGIN_KEYS = ("experiment_hash", "source_hash", "machine_fingerprint")
PART_NAME = re.compile(r"-points-(\d{1,9})-(\d{1,9})-replicates-(\d{1,9})-(\d{1,9})")


class BrokenPartError(ValueError):
    """A part that is not to be counted on, and why."""


@dataclass(frozen=True)
class Parts:
    """The parts in a results folder; `origin` is what its provenance says of whose numbers they are.

    `known` tells whether this version of the model made them, and so knows their columns.
    """

    folder: Path
    origin: Mapping[str, object]
    varied: tuple[str, ...]
    known: bool = True

    def file(self, table: str, chunk: Chunk) -> Path:
        """Where a chunk's part of a table is kept until the sweep is finished."""
        points = f"points-{chunk.first_point:07d}-{chunk.points}"
        replicates = f"replicates-{chunk.first_replicate:07d}-{chunk.replicates}"
        return self.folder / PARTS / f"{table}-{points}-{replicates}.parquet"

    def there(self, table: str) -> list[Chunk]:
        """The chunks whose part of a table is there, whatever it holds, in the order of their rows."""
        found = []
        for file in sorted((self.folder / PARTS).glob(f"{table}-*.parquet")):
            named = PART_NAME.fullmatch(file.stem.removeprefix(table))
            if named and file == self.file(table, chunk := Chunk(0, *map(int, named.groups()))):
                found.append(chunk)
        return found

    def write(self, table: str, chunk: Chunk, content: pa.Table) -> None:
        """Keep a chunk's part of a table; of failures only if there are any."""
        file = self.file(table, chunk)
        if table == FAILURES and not len(content):
            file.unlink(missing_ok=True)  # of an earlier try, which may have failed where this one did not
        else:
            write_table(file, [content], {PART_SEAL: self._mark(table, chunk)}, sealed=True)

    def rows(self, table: str, chunk: Chunk) -> int:
        """How many rows a chunk's part of a table has. Raises BrokenPartError if it is not to be counted on."""
        file = self.file(table, chunk)
        if table == FAILURES and not file.exists():
            return 0
        try:
            with pq.ParquetFile(file) as opened:
                metadata, schema = opened.metadata, opened.schema_arrow
            mark = (metadata.metadata or {}).get(PART_SEAL.encode(), b"").decode()
            sealed = seal_holds(file, metadata)
        except FileNotFoundError:
            raise BrokenPartError(f"{PARTS}/{file.name} is missing") from None
        except (OSError, pa.ArrowException, ValueError):
            raise BrokenPartError(f"{PARTS}/{file.name} is broken") from None
        if mark != self._mark(table, chunk):
            raise BrokenPartError(f"{PARTS}/{file.name} {_otherwise(mark, self._mark(table, chunk))}")
        if self.known and not has_columns_of(schema, schema_of(table, self.varied)):
            raise BrokenPartError(f"{PARTS}/{file.name} has other columns than {table}")
        if not sealed:
            raise BrokenPartError(f"{PARTS}/{file.name} was changed since it was written")
        return int(metadata.num_rows)

    def refuse_broken(self, job: Job) -> None:
        """See that a chunk is there: a part of every table, with the rows it must have. Raises BrokenPartError."""
        failed = self.rows(FAILURES, job.chunk)
        for table in reversed(job.tables):
            if expected_rows(job, table, failed) not in (None, self.rows(table, job.chunk)):
                raise BrokenPartError(f"{PARTS}/{self.file(table, job.chunk).name} has too few rows, or too many")

    def read(self, table: str, chunk: Chunk, columns: list[str] | None = None) -> pa.Table:
        """A chunk's part of a table. Raises OSError or pa.ArrowInvalid if it broke since it was looked at."""
        file = self.file(table, chunk)
        if table == FAILURES and not file.exists():
            return schema_of(FAILURES, ()).empty_table()
        return read_table(file, columns).replace_schema_metadata()

    def _mark(self, table: str, chunk: Chunk) -> str:
        where = {name: getattr(chunk, name) for name in ("first_point", "points", "first_replicate", "replicates")}
        whose = {name: self.origin[name] for name in ORIGIN_KEYS}
        return json.dumps({"format": PARTS_FORMAT, "table": table, **where, **whose})


def _otherwise(found: str, wanted: str) -> str:
    """How a part's mark differs from the one that was looked for."""
    try:
        there, here = json.loads(found), json.loads(wanted)
        other = {name for name in here if there.get(name) != here[name]}
    except (ValueError, AttributeError, RecursionError):
        return "does not say what it is"
    if "format" in other:
        return "is of another version of TearSim"
    for name, words in (
        ("experiment_hash", "another experiment"),
        ("source_hash", "another version of the model"),
        ("machine_fingerprint", "a machine that rounds differently"),
    ):
        if name in other:
            return f"holds numbers of {words}"
    return "holds another part's rows"
