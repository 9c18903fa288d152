"""What a results folder is worth: is it whole, is it as it was written, and can its runs be repeated?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tearsim.errors import TearSimError
from tearsim.science.declaration import whole_number
from tearsim.science.replacing import Rule
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.chunks import Chunk, read_shard
from tearsim.study.sweeps.columns import FAILURES, schema_of
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.folder import chunks_of, job_of, left_overs
from tearsim.study.sweeps.parts import BrokenPartError
from tearsim.study.sweeps.provenance import EXPERIMENT, machine_fingerprint
from tearsim.study.sweeps.replacements import bring
from tearsim.study.sweeps.results import Results, open_results
from tearsim.study.sweeps.run_chunk import run_chunk

MOST_RERUN = 100_000


@dataclass(frozen=True)
class Rerun:
    """Some of the runs, rerun and compared with the tables bit for bit."""

    runs: int
    tables: tuple[str, ...]
    difference: str | None  # the first


@dataclass(frozen=True)
class Verified:
    """What a results folder is worth; `problems` are what is wrong with it, the first of them first."""

    folder: str
    state: str  # "finished" or "unfinished"
    shard: str
    runs: int
    runs_there: int  # those that failed included
    can_be_checked: bool  # it was written with digests and seals
    tearsim: str
    python: str
    libraries: dict[str, str]
    source_hash: str
    same_model: bool
    same_machine: bool  # as far as rounding goes
    left_overs: tuple[str, ...]
    problems: tuple[str, ...]
    rerun: Rerun | None = None

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems

    def as_dict(self) -> dict[str, object]:
        """All of it, as JSON can hold it."""
        return asdict(self) | {"good": self.good}


def verify(results: Results | str | Path, *, rerun: int = 0, rules: Mapping[str, Rule] | None = None) -> Verified:
    """Check a results folder, finished, unfinished or a shard: whether it is whole, and as it was written.

    Args:
        results: A results folder, or results that are open.
        rerun: How many runs, drawn by the experiment's own seed, to rerun and compare with every table.
        rules: The functions that took the place of rules in the sweep, by the rules' names, where this process has not
            been given them yet.

    Returns:
        What was found; `good` is whether nothing is wrong.

    Raises:
        TearSimError: For what is not a results folder, for one whose provenance cannot be read, and for functions that
            took no rule's place in it.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"client_empathy": [0.3, 0.7], "tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> tearsim.verify(results, rerun=2).good
    True
    """
    whole_number("number of runs to run again", rerun, 0, MOST_RERUN)
    opened = open_results(results.folder if isinstance(results, Results) else results)  # with nothing seen yet
    if rules is not None:
        bring(rules, opened.experiment.rules)
    held = opened.provenance
    there, problems = _looked_through(opened)
    again = None
    if rerun and not problems:
        again, problem = _rerun(opened, rerun)
        problems += [problem] if problem else []
    return Verified(
        str(opened.folder),
        "finished" if opened.finished else "unfinished",
        held["shard"],
        held["runs"],
        there,
        opened.can_be_checked,
        held["tearsim"],
        held["python"],
        held["libraries"],
        held["source_hash"],
        opened.of_this_model,
        held["machine_fingerprint"] == machine_fingerprint(),
        tuple(str(path.relative_to(opened.folder)) for path in left_overs(opened)),
        tuple(problems),
        again,
    )


def _looked_through(results: Results) -> tuple[int, list[str]]:
    """How many runs are there, and all that is wrong."""
    tables = (*results.provenance["tables"], FAILURES)
    files = [] if results.in_parts else [f"{table}.parquet" for table in tables]
    problems = _refusals(partial(results.hold, name) for name in (EXPERIMENT, *files))
    if not problems and (results.of_this_model or results.can_be_checked):
        problems = _refusals([lambda: results.experiment])
    if not problems and results.in_parts and results.of_this_model:
        return _chunks_there(results, results.experiment)
    rows: dict[str, int] = {}
    if not problems:
        problems = _refusals(partial(_count, results, table, rows) for table in tables)
    there = rows.get("runs", 0) + rows.get(FAILURES, 0)
    if results.finished and not problems and there != results.provenance["runs"]:
        problems = [f"{results.folder} holds {there:,} runs, and should hold {results.provenance['runs']:,}."]
    return there, problems


def _refusals(uses: Iterable[Callable[[], object]]) -> list[str]:
    """What is said against each of these."""
    said = []
    for use in uses:
        try:
            use()
        except TearSimError as error:
            said.append(str(error))
    return said


def _count(results: Results, table: str, rows: dict[str, int]) -> None:
    """Read a table; all of it where nothing but the checksums of its pages can tell that it broke."""
    rows[table] = len(results.table(table, ["replicate"] if results.can_be_checked else None))


def _chunks_there(results: Results, experiment: Experiment) -> tuple[int, list[str]]:
    """How many runs stand in parts that can be counted on, and what is wrong with the others that are there."""
    there, broken = 0, []
    held = results.provenance
    for chunk in chunks_of(experiment, read_shard(held["shard"]), held.get("extended_from", 0)):
        try:
            results.parts.refuse_broken(job_of(experiment, chunk))
        except BrokenPartError as error:
            if results.finished or results.parts.file("runs", chunk).exists():
                broken.append(f"{results.folder}: {error}: the command that made it runs it again.")
        else:
            there += chunk.runs
    return there, broken


def _rerun(results: Results, number: int) -> tuple[Rerun | None, str | None]:
    """A number of runs rerun, and what is wrong: that they differ, or that they cannot be rerun."""
    if not results.of_this_model:
        return None, (
            f"{results.folder}: no run can be repeated here: they were made by another version of the model "
            f"(TearSim {results.provenance['tearsim']}, source {results.provenance['source_hash'][:8]})."
        )
    experiment, tables = results.experiment, tuple(results.provenance["tables"])
    try:
        replaced = experiment.replaced
    except TearSimError as not_at_hand:
        return None, f"{results.folder}: no run can be repeated here: {not_at_hand}"
    runs = results.table("runs", ["design_point", "replicate"])
    sources = tuple(experiment.sources.items())
    draw = generator_for("resampling", experiment.design.seed)
    drawn = np.sort(draw.choice(len(runs), min(number, len(runs)), replace=False))
    for point, replicate in runs.iloc[drawn].itertuples(index=False):
        job = job_of(experiment, Chunk(0, int(point), 1, int(replicate), 1))
        again = run_chunk(replace(job, replaced=replaced, sources=sources)).tables
        for table in tables:
            kept = _rows(results, table, point, replicate)
            if difference := first_difference(kept, again[table]):
                where = f"{table} of design point {point}, replicate {replicate}: {difference}"
                return Rerun(len(drawn), tables, where), f"{results.folder}: a rerun differs: {where}."
    return Rerun(len(drawn), tables, None), None


def _rows(results: Results, table: str, point: int, replicate: int) -> pa.Table:
    """What a table has of one run."""
    address = (pc.field("design_point") == point) & (pc.field("replicate") == replicate)
    files = results.files(table)
    if results.in_parts:
        parts = results.parts
        files = [parts.file(table, chunk) for chunk in parts.there(table) if _holds(chunk, point, replicate)]
    rows = [pq.read_table(file, filters=address) for file in files]
    return pa.concat_tables(rows).cast(schema_of(table, results.provenance["varied"]))


def _holds(chunk: Chunk, point: int, replicate: int) -> bool:
    first, since = point - chunk.first_point, replicate - chunk.first_replicate
    return 0 <= first < chunk.points and 0 <= since < chunk.replicates


def first_difference(kept: pa.Table, again: pa.Table) -> str | None:
    """Where two tables of the same columns differ first, in words; None where they are equal, bit for bit."""
    if len(kept) != len(again):
        return f"{len(kept)} rows there, {len(again)} when run again"
    for name in again.column_names:
        for row in _differing(kept[name], again[name])[:1]:
            there, here = kept[name][row].as_py(), again[name][row].as_py()
            of_row = f" in row {row + 1}" if len(again) > 1 else ""
            return f"{name}{of_row} is {there} there, {here} when run again"
    return None


def _differing(kept: pa.ChunkedArray, again: pa.ChunkedArray) -> list[int]:
    """The rows in which two columns differ: one is missing where the other is not, or any bit is another."""
    missing, other_missing = (np.asarray(column.is_null()) for column in (kept, again))
    return np.flatnonzero((missing != other_missing) | (_bits(kept) != _bits(again))).tolist()


def _bits(column: pa.ChunkedArray) -> NDArray[np.int64] | NDArray[np.object_]:
    """A column to be compared: words for kinds, numbers by their bits, so that 0 is not -0."""
    if pa.types.is_floating(column.type):
        return column.fill_null(0.0).to_numpy().view(np.int64)
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    return np.asarray(plain.to_pylist(), object)
