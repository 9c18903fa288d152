"""Simulating many worlds and measuring them: batches on workers, each on disk at once, so that it can be resumed.

The worlds of a batch share their luck, which makes them cheap; each batch has luck of its own, so that no one roll of
it bends what is learnt from the whole. Where the noise of a study is itself learnt, batches are small.
Results depend on the calibration file alone, on machines that round alike.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.evidence.measuring import Size, measure, sessions_of_studies
from tearsim.safe_files import seal_holds, write_table
from tearsim.science.alternatives import with_theory
from tearsim.science.settings import checked
from tearsim.study.calibration.design import Calibration, Numbers, targets

# How many worlds of a kind share their luck. Of the nearer worlds the noise of a study and its covariance are learnt,
# which a few lucks could not show: alone, a world takes 2.3 times as long as in a batch of 16; by fours, there are
# still several lucks for each finding. Of those drawn, no roll of luck should judge too many. Synthetic studies have
# to be independent of each other, as different samples of people are.
TOGETHER = {
    "prior": 32, "synthetic": 1, "known": 1, "nearer": 4, "synthetic nearer": 1, "drawn": 16, "again": 16,
    "confirmed": 16,
}  # fmt: skip
ROWS_MARK = "tearsim_batch"  # what a part says it is
AT = "at"  # before a parameter's name, in a part: where in the unit cube its worlds lie
# Where the luck of each kind of worlds begins: replicates, so many for each that no two kinds meet.
LUCK = {
    "prior": 0, "synthetic": 20_000, "known": 25_000, "nearer": 30_000, "synthetic nearer": 40_000, "drawn": 50_000,
    "again": 60_000, "confirmed": 70_000,
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far the simulating of one kind of worlds has come."""

    kind: str
    done: int
    worlds: int
    sessions: int  # at most, of all that are done


CalibrationReport = Callable[[Progress], None]


def simulate_worlds(
    calibration: Calibration,
    kind: str,
    unit: Numbers,
    size: Size,
    folder: Path,
    workers: int,
    report: CalibrationReport,
) -> Numbers:
    """What each target finding would be in worlds at these points of the unit cube; shape (worlds, targets).

    Batches that are in the folder already, simulated at these points, are read rather than run; not so one of another
    calibration, or one that was changed since it was written.
    """
    of_theory, replaced = with_theory(calibration.theory, None, {})
    worlds = [checked({**of_theory, **world}) for world in calibration.worlds_at(unit)]
    at = [f"{AT} {name}" for name in calibration.parameters]
    names = [target.finding.id for target in targets()]
    instruments = [target.finding.instrument or "" for target in targets()]
    together = TOGETHER[kind]
    starts = range(0, len(worlds), together)
    whose = f"{calibration.fingerprint()}, {kind} worlds, {size}"
    sessions = 0

    def run(number: int) -> Numbers:
        file = folder / f"{kind.replace(' ', '_')}-{number:05d}.parquet"
        batch = slice(starts[number], starts[number] + together)
        about = {ROWS_MARK: f"{whose}, batch {number}"}
        held = _read(file, [*at, *names], about)
        if held is not None and np.array_equal(held[:, : len(at)], unit[batch]):
            return held[:, len(at) :]
        measured = measure(worlds[batch], calibration.seed, LUCK[kind] + number, instruments, size, replaced)
        found = np.array([[row[name] for name in instruments] for row in measured], float)
        part = pd.DataFrame(np.hstack([unit[batch], found]), columns=[*at, *names])
        write_table(file, [pa.Table.from_pandas(part, preserve_index=False)], about, sealed=True)
        return found

    folder.mkdir(parents=True, exist_ok=True)
    found: list[Numbers] = []
    executor = ThreadPoolExecutor(workers)
    try:
        for number, rows in enumerate(executor.map(run, range(len(starts)))):
            found.append(rows)
            sessions += sessions_of_studies(worlds[starts[number] : starts[number] + together], size)
            report(Progress(kind, sum(map(len, found)), len(worlds), sessions))
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    return np.concatenate(found)


def _read(file: Path, columns: list[str], about: dict[str, str]) -> Numbers | None:
    """These columns of a part; None if it is not there, is another or was changed: all comes out the same once more."""
    try:
        metadata = pq.read_metadata(file)
        said = (metadata.metadata or {}).get(ROWS_MARK.encode(), b"").decode()
        if said != about[ROWS_MARK] or not seal_holds(file, metadata):
            return None
        return np.asarray(pd.read_parquet(file)[columns].to_numpy(float))
    except (OSError, ValueError, KeyError):  # pyarrow's errors are kinds of the first two
        return None
