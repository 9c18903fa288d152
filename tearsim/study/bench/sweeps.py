"""What a sweep costs beside its simulation, and what a second core brings."""

import tempfile
import time
from pathlib import Path

from tearsim.study.bench.sessions import BENCHED
from tearsim.study.sweeps.experiment import Experiment, make_experiment
from tearsim.study.sweeps.forecast import forecast
from tearsim.study.sweeps.runner import sweep

# How long the sweep takes on one core, in seconds.
SECONDS = 60.0
VARIED = ["client_boundary_sensitivity", "bond_moved", "leaving_rupture"]


def sweep_of(seconds: float) -> Experiment:
    """A sweep of usual practices that takes one core about so long."""
    design: dict[str, object] = {"kind": "latin", "samples": 500, "replicates": 2, "vary": VARIED}
    content = {"title": "A benchmark", "question": "How long does it take?", "parameters": BENCHED, "design": design}
    two = forecast(make_experiment(content, "the benchmark"), 1)
    replicates = max(2, round(2 * seconds / two.cpu_seconds))
    return make_experiment({**content, "design": {**design, "replicates": replicates}}, "the benchmark")


def benchmark_sweep(seconds: float = SECONDS) -> dict[str, float]:
    """Wall and CPU time of the same sweep with one worker and with two, and the runner's share of it.

    `one_over_two_workers` compares wall times, and means something only where both cores are free: where they are,
    each worker's CPU time over wall time is near 1. `overhead_share` is all CPU time of the process, from the first
    chunk to the finished tables, that was not spent in the worlds.
    """
    experiment = sweep_of(seconds)
    figures: dict[str, float] = {"runs": experiment.runs}
    for name, workers in (("one_worker", 1), ("two_workers", 2)):
        with tempfile.TemporaryDirectory() as folder:
            started, cpu = time.perf_counter(), time.process_time()
            results = sweep(experiment, out=Path(folder) / "results", workers=workers)
            figures[f"{name}_seconds"] = time.perf_counter() - started
            figures[f"{name}_cpu_seconds"] = time.process_time() - cpu
            (work,) = results.provenance["worked"]
        figures[f"{name}_sessions_per_second"] = work["sessions"] / figures[f"{name}_seconds"]
        figures[f"{name}_overhead_share"] = 1.0 - work["simulation_cpu_seconds"] / figures[f"{name}_cpu_seconds"]
    figures["one_over_two_workers"] = figures["one_worker_seconds"] / figures["two_workers_seconds"]
    return figures
