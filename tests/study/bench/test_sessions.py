"""The benchmark compares like with like, and says what it says it does."""

import re
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from tearsim.cli.app import app
from tearsim.science.settings import checked, settings
from tearsim.study.bench.cold import benchmark_compiling
from tearsim.study.bench.plain_mesa import COUNTED, PlainPractice
from tearsim.study.bench.scalar_c import compiler
from tearsim.study.bench.sessions import BENCHED, DESIGN_POINTS, LONG_WATCH, benchmark, ensemble_of, points_of
from tearsim.study.bench.sweeps import benchmark_sweep
from tearsim.worlds.ensemble import Ensemble

SEEDS = 50


@pytest.mark.slow
def test_the_plain_mesa_model_is_the_same_model():
    """Means of everything counted lie within 3 standard errors, over 50 practices of each.

    The plain model is written out from the equations, with luck of its own: a second reading of the same description.
    """
    p = SimpleNamespace(**settings(checked(BENCHED)))
    plain = np.zeros((SEEDS, len(COUNTED)))
    for seed in range(SEEDS):
        practice = PlainPractice(p, seed)
        for _ in range(52):
            practice.step()
        plain[seed] = [practice.count[name] for name in COUNTED]
    world = Ensemble([checked(BENCHED)])
    compiled = np.array([[world.run(seed)[0].tallies[name].sum() for name in COUNTED] for seed in range(SEEDS)])
    difference = plain.mean(axis=0) - compiled.mean(axis=0)
    standard_error = np.sqrt((plain.var(axis=0, ddof=1) + compiled.var(axis=0, ddof=1)) / SEEDS)
    for name, d, se in zip(COUNTED, difference, standard_error, strict=True):
        assert abs(d) <= 3 * se, f"{name}: {d:.2f}, standard error {se:.2f}"


def test_the_benchmark_gives_every_ratio():
    figures = benchmark(rounds=1)
    over_c = {f"ensemble_{points}_over_c_{points}" for points in DESIGN_POINTS}
    assert {f"plain_mesa_over_ensemble_{points}" for points in DESIGN_POINTS} | over_c <= set(figures)
    assert "ensemble_50_watched_208_weeks_over_ensemble_50" in figures
    assert all(value > 0 for name, value in figures.items() if name not in over_c)
    assert all((figures[name] is None) == (compiler() is None) for name in over_c)


def test_where_there_is_no_compiler_the_line_says_so(monkeypatch):
    monkeypatch.setattr("tearsim.study.bench.sessions.compiler", lambda: None)
    monkeypatch.setattr("tearsim.study.bench.sessions.benchmark", partial(benchmark, rounds=1))
    monkeypatch.setattr("tearsim.study.bench.cold.benchmark_compiling", dict)
    said = CliRunner().invoke(app, ["bench"]).stdout
    assert re.search(r"^ensemble_50_over_c_50 +no C compiler$", said, re.MULTILINE)
    assert "\nc_50_ns_per_session" not in said


@pytest.mark.slow
def test_a_process_that_finds_no_code_kept_compiles_for_sweeps_and_not_for_a_first_practice():
    figures = benchmark_compiling()
    assert figures["cold_compile_cpu_seconds"] > figures["first_practice_cpu_seconds"] > 0


def test_the_ensembles_that_are_measured_hold_every_session():
    assert ensemble_of(points_of(3))(1) == 3 * 20 * 10 * 52
    assert ensemble_of(points_of(2, weeks=LONG_WATCH))(1) == 2 * 20 * 10 * LONG_WATCH


@pytest.mark.slow
def test_the_benchmark_of_a_sweep_measures_both_and_tells_simulation_from_the_rest():
    figures = benchmark_sweep(seconds=0.5)
    assert figures["runs"] >= 1000
    for workers in ("one_worker", "two_workers"):
        assert figures[f"{workers}_cpu_seconds"] > 0
        assert 0 < figures[f"{workers}_overhead_share"] < 1
    assert figures["one_over_two_workers"] == figures["one_worker_seconds"] / figures["two_workers_seconds"]
    assert figures["c_one_core_over_two"] > 0 if compiler() else figures["c_one_core_over_two"] is None
