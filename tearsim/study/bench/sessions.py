"""What a session costs: plain Mesa, the Mesa world, the ensemble and scalar C, measured in turn in one process.

Machines differ and drift, so what counts is the ratios: each round runs every contestant once, and the median over
rounds of each round's ratio is given. Times are of one core's work, drawing of luck included (but for newcomers' luck
in C, which favours C).
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from statistics import median
from types import SimpleNamespace

import numpy as np

from tearsim.science.declaration import Value
from tearsim.science.settings import checked, settings
from tearsim.study.bench.plain_mesa import PlainPractice
from tearsim.study.bench.scalar_c import PracticesInC, compiler
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.practice import Practice
from tearsim.worlds.tables import Table

# An open practice of 20 x 10 x 52, all else as declared.
BENCHED: dict[str, int | str] = {"therapists": 20, "caseload": 10, "weeks": 52, "arrivals": "open"}
DESIGN_POINTS = (1, 50, 500)
# The same watched for four years: people who have left are asked, and forgotten.
LONG_WATCH, LONG_WATCH_POINTS = 208, 50
ROUNDS = 9

# What is timed, made ready for a seed: it returns the sessions held.
Contestant = Callable[[int], Callable[[], float]]


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


def points_of(points: int, weeks: int = int(BENCHED["weeks"])) -> list[dict[str, Value]]:
    """A number of design points.

    They differ in how sensitive clients are to boundaries, so that each holds as many tears as the plain model does.
    """
    spread = np.linspace(0.1, 0.9, points) if points > 1 else [0.5]
    return [checked({**BENCHED, "weeks": weeks, "client_boundary_sensitivity": float(value)}) for value in spread]


def ensemble_of(points: Sequence[Mapping[str, Value]]) -> Callable[[int], float]:
    """A function that runs design points in the ensemble and returns the sessions held."""
    ensemble = Ensemble(points)
    return lambda seed: held([ran.tallies for ran in ensemble.run(seed)])


def in_c(points: Sequence[Mapping[str, Value]]) -> Contestant:
    """The same in scalar C.

    Raises ArithmeticError if its tallies are not the ensemble's to the last bit, for seed 0.
    """
    practices = PracticesInC(points)
    for ran, counted in zip(Ensemble(points).run(0), practices.prepared(0)(), strict=True):
        if not np.array_equal(ran.tallies, counted):
            raise ArithmeticError("Scalar C counts differently from the ensemble.")

    def ready(seed: int) -> Callable[[], float]:
        run = practices.prepared(seed)
        return lambda: held(run())

    return ready


def held(tallies: Iterable[Table]) -> float:
    """The sessions held, by weekly tallies."""
    return float(sum(tally["sessions"].sum() for tally in tallies))


def contestants() -> dict[str, Contestant]:
    """All that are measured, by name; those in C where there is a compiler."""
    found: dict[str, Contestant] = {
        "plain_mesa": partial(partial, run_plain),
        "mesa_world": partial(partial, run_mesa_world),
    }
    watched = points_of(LONG_WATCH_POINTS, LONG_WATCH)
    # Those that are compared run one soon after the other: machines drift.
    for points in DESIGN_POINTS:
        found[f"ensemble_{points}"] = partial(partial, ensemble_of(points_of(points)))
        if points == LONG_WATCH_POINTS:
            found[f"ensemble_{points}_watched_{LONG_WATCH}_weeks"] = partial(partial, ensemble_of(watched))
        if compiler():
            found[f"c_{points}"] = in_c(points_of(points))
    return found


def benchmark(rounds: int = ROUNDS) -> dict[str, float | None]:
    """CPU nanoseconds a session for each contestant, and one's over another's (medians over rounds).

    None for what is over C, where there is no C compiler.
    """
    compete = contestants()
    measured: dict[str, list[float]] = {name: [] for name in compete}
    for contestant in compete.values():
        contestant(0)()  # compile, fill caches
    for seed in range(1, rounds + 1):
        for name, contestant in compete.items():
            measured[name].append(_nanoseconds_a_session(contestant(seed)))
    figures: dict[str, float | None] = {f"{name}_ns_per_session": median(values) for name, values in measured.items()}
    for one, other in compared():
        figures[f"{one}_over_{other}"] = _ratio(measured[one], measured[other]) if other in measured else None
    return figures


def compared() -> list[tuple[str, str]]:
    """Which contestant's cost is given over which other's."""
    ensembles = [f"ensemble_{points}" for points in DESIGN_POINTS]
    beside_mesa = [("plain_mesa", name) for name in ("mesa_world", *ensembles)]
    usual = f"ensemble_{LONG_WATCH_POINTS}"
    beside_c = [(f"ensemble_{points}", f"c_{points}") for points in DESIGN_POINTS]
    return [*beside_mesa, (f"{usual}_watched_{LONG_WATCH}_weeks", usual), *beside_c]


def _ratio(ones: list[float], others: list[float]) -> float:
    return median(one / other for one, other in zip(ones, others, strict=True))


def _nanoseconds_a_session(run: Callable[[], float]) -> float:
    started = time.thread_time_ns()
    sessions = run()
    return (time.thread_time_ns() - started) / sessions
