"""What a session costs: plain Mesa, the Mesa world, and the ensemble, measured in turn in one process.

Machines differ and drift, so what counts is the ratios: each round runs every contestant once, and the median over
rounds of each round's ratio is given. Times are of one core's work, drawing of luck included.
"""

import time
from collections.abc import Callable
from statistics import median
from types import SimpleNamespace

import numpy as np

from tearsim.science.settings import checked, settings
from tearsim.study.bench.plain_mesa import PlainPractice
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.practice import Practice

# An open practice of 20 x 10 x 52, all else as declared.
BENCHED: dict[str, int | str] = {"therapists": 20, "caseload": 10, "weeks": 52, "arrivals": "open"}
DESIGN_POINTS = (1, 50, 500)
ROUNDS = 9


def run_plain(seed: int) -> float:
    """Run plain Mesa; returns the sessions held."""
    practice = PlainPractice(SimpleNamespace(**settings(checked(BENCHED))), seed)
    for _ in range(int(BENCHED["weeks"])):
        practice.step()
    return practice.count["sessions"]


def run_mesa_world(seed: int) -> float:
    """Run the Mesa world; returns the sessions held."""
    practice = Practice(seed, parameters=BENCHED)
    practice.run()
    return practice.outcomes()["sessions"]


def ensemble_of(points: int) -> Callable[[int], float]:
    """A function that runs so many design points and returns the sessions held.

    They differ in how sensitive clients are to boundaries, so that each holds as many tears as the plain model does.
    """
    spread = np.linspace(0.1, 0.9, points) if points > 1 else [0.5]
    ensemble = Ensemble([checked({**BENCHED, "client_boundary_sensitivity": float(value)}) for value in spread])
    return lambda seed: float(sum(ran.tallies["sessions"].sum() for ran in ensemble.run(seed)))


def benchmark(rounds: int = ROUNDS) -> dict[str, float]:
    """CPU nanoseconds a session for each contestant, and plain Mesa's over each other's (medians over rounds)."""
    contestants: dict[str, Callable[[int], float]] = {"plain_mesa": run_plain, "mesa_world": run_mesa_world}
    contestants |= {f"ensemble_{points}": ensemble_of(points) for points in DESIGN_POINTS}
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for contestant in contestants.values():
        contestant(0)  # compile, fill caches
    for seed in range(1, rounds + 1):
        for name, contestant in contestants.items():
            measured[name].append(_nanoseconds_a_session(contestant, seed))
    figures = {f"{name}_ns_per_session": median(values) for name, values in measured.items()}
    for name in list(contestants)[1:]:
        ratios = [plain / other for plain, other in zip(measured["plain_mesa"], measured[name], strict=True)]
        figures[f"plain_mesa_over_{name}"] = median(ratios)
    return figures


def _nanoseconds_a_session(contestant: Callable[[int], float], seed: int) -> float:
    started = time.thread_time_ns()
    sessions = contestant(seed)
    return (time.thread_time_ns() - started) / sessions
