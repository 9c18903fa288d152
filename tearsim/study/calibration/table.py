"""Simulating many worlds and measuring them: batches on workers, each on disk at once, so that it can be resumed.

The worlds of a batch share their luck, which makes them cheap; each batch has luck of its own, so that no one roll of
it bends what is learnt from the whole. Where the noise of a study is itself learnt, batches are small.
Results depend on the calibration file alone, on machines that round alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tearsim.evidence.measuring import Size, StudiedWorld, measure, sessions_of_studies
from tearsim.safe_files import seal_holds, write_table
from tearsim.science.alternatives import with_theory
from tearsim.science.replacing import Replaced
from tearsim.science.settings import checked
from tearsim.study.calibration.design import Calibration, targets
from tearsim.study.sweeps.threads import Writing, in_order
from tearsim.worlds.outcomes import Numbers

# Open worlds are solved in rounds, each under other luck: those drawn for the real findings, true ones that synthetic
# findings come from, and those drawn for these.
SOLVING_ROUNDS = {who: [f"{who}, round {number}" for number in (1, 2, 3)] for who in ("open", "true", "tried")}
JUDGED, JUDGED_AGAIN = "judged", "judged again"  # the two studies that choose open worlds
_OF_OPEN_WORLDS = [
    "slopes", *(kind for rounds in SOLVING_ROUNDS.values() for kind in rounds), "studied", JUDGED, "open confirmed",
    "effects", "tried effects",
]  # fmt: skip
# Rival theories are refitted in rounds, studied, and asked what tears do: all theories under the same luck.
REFIT_ROUNDS = [f"refit, round {number}" for number in (1, 2, 3, 4)]
REFITTED, REFITTED_EFFECTS = ("refitted", "refitted, again"), "refitted effects"
_OF_THEORIES = [*REFIT_ROUNDS, *REFITTED, REFITTED_EFFECTS]
# Every kind of these, in the order in which their luck begins: what comes in addition comes last.
_LATER = [*_OF_OPEN_WORLDS, *_OF_THEORIES, JUDGED_AGAIN]
# How many worlds of a kind share their luck. Of the nearer worlds the noise of a study and its covariance are learnt,
# which a few lucks could not show: alone, a world takes 2.3 times as long as in a batch of 16; by fours, there are
# still several lucks for each finding. Of those drawn, no one luck should judge too many. Synthetic studies have
# to be independent of each other, as different samples of people are.
TOGETHER = {
    "prior": 32, "synthetic": 1, "known": 1, "nearer": 4, "synthetic nearer": 1, "drawn": 16, "again": 16,
    "confirmed": 16,
    **dict.fromkeys(_LATER, 16), "studied": 1,
}  # fmt: skip
ROWS_MARK = "tearsim_batch"  # what a part says it is
AT = "at"  # before a parameter's name, in a part: where in the unit cube its worlds lie
# The replicate at which the luck of each kind of worlds begins, far enough apart that no two kinds meet.
LUCK = {
    "prior": 0, "synthetic": 20_000, "known": 25_000, "nearer": 30_000, "synthetic nearer": 40_000, "drawn": 50_000,
    "again": 60_000, "confirmed": 70_000,
    **{kind: 80_000 + 10_000 * i for i, kind in enumerate(_LATER)},
}  # fmt: skip


@dataclass(frozen=True)
class CalibrationProgress:
    """How far the simulating of one kind of worlds has come."""

    kind: str
    done: int
    worlds: int
    sessions: int  # at most, of all that are done


CalibrationReport = Callable[[CalibrationProgress], None]


class Studies(NamedTuple):
    """Of which calibration worlds are simulated, where that is kept, by how many threads, and who hears of it."""

    whose: str
    folder: Path
    workers: int
    report: CalibrationReport


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
    names = [target.finding.id for target in targets()]
    instruments = [target.finding.instrument or "" for target in targets()]
    studies = Studies(f"{calibration.fingerprint()}, {kind} worlds, {size}", folder, workers, report)

    def run(batch: slice, luck: int) -> Numbers:
        return found_in(worlds[batch], calibration.seed, luck, instruments, size, replaced)

    def sessions(batch: slice) -> int:
        return sessions_of_studies(worlds[batch], size)

    return in_batches(studies, kind, calibration.parameters, unit, names, run, sessions)


def found_in(
    worlds: Sequence[StudiedWorld],
    seed: int,
    luck: int,
    instruments: Sequence[str],
    size: Size,
    replaced: Replaced = (),
    names: Sequence[str] | None = None,
) -> Numbers:
    """What instruments find in worlds, under other conventions too if `names` ask for it; shape (worlds, names)."""
    rows = measure(worlds, seed, luck, instruments, size, replaced, beside=names is not None)
    return np.array([[row[name] for name in names or instruments] for row in rows], float)


def in_batches(
    studies: Studies,
    kind: str,
    parameters: Sequence[str],
    at: Numbers,
    names: Sequence[str],
    run: Callable[[slice, int], Numbers],
    sessions: Callable[[slice], int],
) -> Numbers:
    """What `run` finds in each world of a kind, under these names, batch by batch; shape (worlds, names)."""
    batches = Batches(kind, TOGETHER[kind], LUCK[kind])
    return found_in_batches(studies, batches, parameters, at, names, run, sessions)


class Batches(NamedTuple):
    """How worlds are run together: what they are called, how many share their luck, and where that luck begins."""

    kind: str
    together: int
    first_luck: int


def found_in_batches(
    studies: Studies,
    batches: Batches,
    parameters: Sequence[str],
    at: Numbers,
    names: Sequence[str],
    run: Callable[[slice, int], Numbers],
    sessions: Callable[[slice], int],
) -> Numbers:
    """What `run` finds in each world, under these names, batch by batch; shape (worlds, names).

    `at` says where worlds lie, shape (worlds, parameters); `run` is given which of them, and the replicate of their
    luck. Batches on disk that are of these studies, and lie there, are read.
    """
    kind, together, first_luck = batches
    places = [f"{AT} {name}" for name in parameters]
    starts = range(0, len(at), together)
    done = 0

    def one(number: int) -> Numbers:
        file = studies.folder / f"{kind.replace(' ', '_')}-{number:05d}.parquet"
        batch = slice(starts[number], starts[number] + together)
        about = {ROWS_MARK: f"{studies.whose}, batch {number}"}
        held = _read(file, [*places, *names], about)
        if held is not None and np.array_equal(held[:, : len(places)], at[batch]):
            return held[:, len(places) :]
        found = run(batch, first_luck + number)
        part = pd.DataFrame(np.hstack([at[batch], found]), columns=[*places, *names])
        table = pa.Table.from_pandas(part, preserve_index=False)
        writing.done(partial(write_table, file, [table], about, sealed=True))
        return found

    studies.folder.mkdir(parents=True, exist_ok=True)
    found: list[Numbers] = []
    writing = Writing()
    try:
        with in_order(one, range(len(starts)), studies.workers) as batches_found:
            for number, rows in enumerate(batches_found):
                found.append(rows)
                done += sessions(slice(starts[number], starts[number] + together))
                studies.report(CalibrationProgress(kind, sum(map(len, found)), len(at), done))
    finally:
        writing.end()
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
