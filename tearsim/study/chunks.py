"""Running one chunk of a sweep: from design points and replicates to tables of runs, series and sessions."""

import threading
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tearsim.science.log import SESSION_COLUMNS
from tearsim.science.parameters import PARAMETERS
from tearsim.study.experiment import Experiment, Point
from tearsim.study.plan import Chunk
from tearsim.worlds.ensemble import Ensemble, Ran
from tearsim.worlds.outcomes import outcomes, series

# Each thread keeps the tables of the chunk it ran last: the next replicates of the same points use them again.
_mine = threading.local()


def run_chunk(experiment: Experiment, points: list[Point], chunk: Chunk) -> dict[str, pa.Table]:
    """The tables of a chunk, rows in order of replicate and design point."""
    ensemble = _ensemble_for(points, chunk, experiment.record.sessions)
    tables: dict[str, list[pa.Table]] = {}
    for replicate in range(chunk.first_replicate, chunk.first_replicate + chunk.replicates):
        ran = ensemble.run(experiment.design.seed, replicate)
        tables.setdefault("runs", []).append(_runs(ran, experiment, points, chunk, replicate))
        if experiment.record.series:
            tables.setdefault("series", []).append(_series(ran, chunk, replicate))
        if experiment.record.sessions:
            tables.setdefault("sessions", []).append(_sessions(ran, chunk, replicate))
    return {name: pa.concat_tables(parts) for name, parts in tables.items()}


def _ensemble_for(points: list[Point], chunk: Chunk, log: bool) -> Ensemble:
    mine = points[chunk.first_point : chunk.first_point + chunk.points]
    if getattr(_mine, "points", None) != mine or _mine.log != log:
        _mine.ensemble, _mine.points, _mine.log = Ensemble(mine, log), mine, log
    return _mine.ensemble


def _runs(ran: list[Ran], experiment: Experiment, points: list[Point], chunk: Chunk, replicate: int) -> pa.Table:
    """One row a run: where it stands in the design, its varied parameters, its outcomes."""
    mine = points[chunk.first_point : chunk.first_point + chunk.points]
    columns: dict[str, Any] = _addresses(chunk, replicate, np.ones(len(mine), int))
    columns |= {name: pa.array([point[name] for point in mine], _arrow_type(name)) for name in experiment.varied}
    for members in _by_length([len(r.tallies) for r in ran]):
        measured = outcomes(np.stack([ran[i].tallies for i in members]))
        for name, values in measured.items():
            columns.setdefault(name, np.full(len(mine), np.nan))[members] = values
    return _table(columns)


def _series(ran: list[Ran], chunk: Chunk, replicate: int) -> pa.Table:
    """One row a run and week."""
    columns: dict[str, Any] = _addresses(chunk, replicate, np.array([len(r.tallies) for r in ran]))
    weekly = [series(r.tallies[None, :]) for r in ran]
    columns |= {name: np.concatenate([one[name][0] for one in weekly]) for name in weekly[0]}
    return _table(columns)


def _sessions(ran: list[Ran], chunk: Chunk, replicate: int) -> pa.Table:
    """One row a session, kinds and levels in words."""
    columns: dict[str, Any] = _addresses(chunk, replicate, np.array([len(r.log) for r in ran]))
    log = np.concatenate([r.log for r in ran])
    for name, column in SESSION_COLUMNS.items():
        values = log[name]
        codes = values.astype(np.int8) if column.words else None
        columns[name] = np.ascontiguousarray(values) if codes is None else _words(codes, column.words)
    return _table(columns)


def _addresses(chunk: Chunk, replicate: int, rows: NDArray[Any]) -> dict[str, Any]:
    """Design point and replicate for so many rows of each point."""
    numbers = np.arange(chunk.first_point, chunk.first_point + chunk.points, dtype=np.int32)
    point = np.repeat(numbers, rows)
    return {"design_point": point, "replicate": np.full(len(point), replicate, np.int32)}


def _by_length(lengths: list[int]) -> list[list[int]]:
    """Positions of runs of one length together."""
    groups: dict[int, list[int]] = {}
    for i, length in enumerate(lengths):
        groups.setdefault(length, []).append(i)
    return list(groups.values())


def _words(codes: NDArray[np.int8], words: tuple[str, ...]) -> pa.Array:
    """Codes as the words they stand for, each word held once."""
    return pa.DictionaryArray.from_arrays(codes, pa.array(words))


def _arrow_type(name: str) -> pa.DataType:
    kinds = {"choice": pa.string(), "switch": pa.bool_(), "whole number": pa.int64(), "number": pa.float64()}
    return kinds[PARAMETERS[name].kind]


def _table(columns: dict[str, Any]) -> pa.Table:
    """An Arrow table; NaN becomes missing."""
    return pa.table({
        name: values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
        for name, values in columns.items()
    })  # fmt: skip
