"""What a sweep costs beside its simulation, and what a second core brings."""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tearsim.study.bench.scalar_c import PracticesInC, compiler
from tearsim.study.bench.sessions import BENCHED, points_of
from tearsim.study.sweeps.experiment import Experiment, make_experiment
from tearsim.study.sweeps.forecast import forecast
from tearsim.study.sweeps.runner import sweep

# How long the sweep takes on one core, in seconds.
SECONDS = 60.0
VARIED = ["client_boundary_sensitivity", "bond_moved", "leaving_rupture"]


def sweep_of(seconds: float) -> Experiment:
    """A sweep of usual practices that takes one core about `seconds` seconds."""
    design: dict[str, object] = {"kind": "latin", "samples": 500, "replicates": 2, "vary": VARIED}
    content = {"title": "A benchmark", "question": "How long does it take?", "parameters": BENCHED, "design": design}
    two = forecast(make_experiment(content, "the benchmark"), 1)
    replicates = max(2, round(2 * seconds / two.cpu_seconds))
    return make_experiment({**content, "design": {**design, "replicates": replicates}}, "the benchmark")


def benchmark_sweep(seconds: float = SECONDS) -> dict[str, float | None]:
    """Wall and CPU time of the same sweep with one worker and with two, and the runner's share of it.

    `one_over_two_workers` compares wall times, and means something only where both cores are free: where they are,
    each worker's CPU time over wall time is near 1. `overhead_share` is all CPU time of the process, from the first
    chunk to the finished tables, that was not spent in the worlds. `c_one_core_over_two` says what a second core of
    this machine brings to scalar C, where two runs share nothing: no sweep can hope for more.
    """
    experiment = sweep_of(seconds)
    figures: dict[str, float | None] = {"runs": experiment.runs}
    took: list[float] = []
    for name, workers in (("one_worker", 1), ("two_workers", 2)):
        with tempfile.TemporaryDirectory() as folder:
            started, cpu_started = time.perf_counter(), time.process_time()
            results = sweep(experiment, out=Path(folder) / "results", workers=workers)
            wall, cpu = time.perf_counter() - started, time.process_time() - cpu_started
            (work,) = results.provenance["worked"]
        took.append(wall)
        figures[f"{name}_seconds"], figures[f"{name}_cpu_seconds"] = wall, cpu
        figures[f"{name}_sessions_per_second"] = work["sessions"] / wall
        figures[f"{name}_overhead_share"] = 1.0 - work["simulation_cpu_seconds"] / cpu
    figures["one_over_two_workers"] = took[0] / took[1]
    figures["c_one_core_over_two"] = _in_turn_over_at_once(seconds / 4.0) if compiler() else None
    return figures


def _in_turn_over_at_once(seconds: float) -> float:
    """How long two runs of scalar C, of about `seconds` seconds each, take in turn, over how long they take at once."""
    once, other = (PracticesInC(points_of(50)).prepared(seed) for seed in (1, 2))  # each in memory of its own
    once()
    started = time.perf_counter()
    once()
    times = max(1, round(seconds / (time.perf_counter() - started)))

    def again(run: Callable[[], object]) -> None:
        for _ in range(times):
            run()

    started = time.perf_counter()
    for run in (once, other):
        again(run)
    in_turn = time.perf_counter() - started
    with ThreadPoolExecutor(2) as pool:
        started = time.perf_counter()
        list(pool.map(again, (once, other)))
        return in_turn / (time.perf_counter() - started)
