"""Files that are either whole or not there, whatever happens to the machine while they are written."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.errors import TearSimError

UNFINISHED = ".unfinished"

# Rows in a row group: small groups cost twice the time to write and to read.
ROWS_A_GROUP = 50_000
# What a sealed file calls the SHA-256 of all before its footer; and the bytes after that: its length, and "PAR1".
SEAL = "tearsim_sha256"
FOOTER_ENDS = 8


@contextmanager
def refusals_in_words(folder: Path, error: type[TearSimError] = TearSimError, then: str = "") -> Iterator[None]:
    """Turn what the operating system refuses into one line; `then` says what to do about it."""
    try:
        yield
    except OSError as refusal:
        raise error(f"{folder} cannot be written to: {_why(refusal)}.{then}") from refusal


def make_folder(folder: Path, error: type[TearSimError], then: str) -> None:
    """Make a folder unless it is there; an error if a file is there, or it cannot be made. `then` as above."""
    if folder.is_file():
        raise error(f"{folder} is a file, not a folder.{then}")
    with refusals_in_words(folder, error, then):
        folder.mkdir(parents=True, exist_ok=True)


def _why(refusal: OSError) -> str:
    """The operating system's own words; Arrow passes them on within its own."""
    return (refusal.strerror or str(refusal)).rpartition("] ")[2]


def write_safely(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name, see it on the disk, then rename it; on failure leave nothing."""
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        write(unfinished)
        with open(unfinished, "rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _see_renaming_on_disk(path.parent)


def _see_renaming_on_disk(folder: Path) -> None:
    """A renamed file outlasts a power cut only once its folder is on the disk; not every system can be asked for it."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def write_table(
    path: Path, tables: Iterable[pa.Table], about: Mapping[str, str] | None = None, sealed: bool = False
) -> None:
    """Stream tables of one schema into one Parquet file, with checksums; numbers vary too much for dictionaries.

    `about` is what the file says about itself. A `sealed` one also holds the SHA-256 of all that stands in it.
    """

    def write(unfinished: Path) -> None:
        with pa.OSFile(str(unfinished), "wb") as file:
            writer = None
            try:
                for table in gathered(tables):
                    writer = writer or pq.ParquetWriter(
                        file,
                        table.schema.with_metadata(about),
                        compression="zstd",
                        use_dictionary=False,
                        write_page_checksum=True,
                    )
                    writer.write_table(table, row_group_size=ROWS_A_GROUP)
                if sealed and writer is not None:  # what stands in it is on its way to the disk, its footer is not
                    writer.add_key_value_metadata({SEAL: sha256(unfinished)})
            finally:
                if writer is not None:
                    writer.close()

    write_safely(path, write)


def sha256(path: Path, size: int | None = None) -> str:
    """SHA-256 of a file, or of its first bytes."""
    with open(path, "rb") as file:
        if size is None:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(file.read(size)).hexdigest()


def seal_holds(path: Path, metadata: pq.FileMetaData) -> bool:
    """Whether a sealed Parquet file, whose footer has been read, holds what it held when it was written."""
    footer = metadata.serialized_size + FOOTER_ENDS
    seal = (metadata.metadata or {}).get(SEAL.encode())
    return seal is not None and seal.decode() == sha256(path, path.stat().st_size - footer)


def gathered(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of a row group each, the last excepted; one table at least, if there was any.

    So that a file's bytes follow from its rows, however these were cut into tables.
    """
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        while sum(map(len, waiting)) > ROWS_A_GROUP:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, ROWS_A_GROUP).combine_chunks()
            waiting = [whole.slice(ROWS_A_GROUP)]
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """A Parquet file, its checksums verified. Raises OSError or pa.ArrowInvalid for a broken one."""
    return pq.read_table(path, columns=columns, page_checksum_verification=True)


def write_json(path: Path, content: object) -> None:
    """Write JSON safely."""
    write_safely(path, lambda unfinished: unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8"))
