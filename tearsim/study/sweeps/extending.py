"""More replicates for a finished sweep: what may be added to it, and what of it is kept.

Replicate r is the same whatever their number, so a sweep of more replicates holds every row of one of fewer.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tearsim.errors import TearSimError
from tearsim.study.sweeps.chunks import Chunk
from tearsim.study.sweeps.experiment import Experiment
from tearsim.study.sweeps.provenance import Origin, differences
from tearsim.study.sweeps.results import Results


def replicates_kept(held: Results, mine: Experiment, provenance: Origin) -> int:
    """How many replicates a folder has which nothing but their number keeps from what is asked for; 0 for none.

    Raises TearSimError if there are more than are asked for, or if those that are there cannot be added to.
    """
    there, asked, tables = held.provenance["replicates"], mine.design.replicates, held.provenance["tables"]
    if there == asked or not held.of_this_model:
        return 0
    same = held.experiment.with_design(asked, None).keeping(tables).fingerprint()
    if same != mine.keeping(tables).fingerprint():
        return 0
    if any(differences(held.provenance, {**provenance, "experiment_hash": held.provenance["experiment_hash"]})):
        return 0
    if there > asked:
        raise TearSimError(
            f"{held.folder} holds {there:,} replicates, more than the {asked:,} asked for: ask for {there:,} or more "
            "with --replicates, or choose another folder with --out."
        )
    if held.is_shard:
        raise TearSimError(f"{held.folder} is a shard, which takes no more replicates: merge all of them first.")
    if not held.finished:
        raise TearSimError(
            f"{held.folder} holds an unfinished sweep of {there:,} replicates: finish it first, with --replicates "
            f"{there}, and add more then; or choose another folder with --out."
        )
    if other := set(tables) ^ set(mine.tables):
        raise TearSimError(
            f"{held.folder} keeps {', '.join(tables)}, and {mine.runs:,} runs would keep {', '.join(mine.tables)}: say "
            f"under [record] in the experiment whether {', '.join(sorted(other))} are to be kept, as they are there."
        )
    return there


def rows_of(file: Path, chunk: Chunk) -> pa.Table:
    """The rows that a table has of a chunk's runs, in the order in which they stand there."""
    point, replicate = pc.field("design_point"), pc.field("replicate")
    of_points = (point >= chunk.first_point) & (point < chunk.first_point + chunk.points)
    of_replicates = (replicate >= chunk.first_replicate) & (replicate < chunk.first_replicate + chunk.replicates)
    return pq.read_table(file, filters=of_points & of_replicates)
