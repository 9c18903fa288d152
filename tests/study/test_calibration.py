"""Calibration: a posterior that is one, of the findings it may read and no others."""

import ast
import itertools
import json
import shutil
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.special import ndtri

from tearsim.errors import TearSimError
from tearsim.evidence import patterns
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.science.parameters import PARAMETERS
from tearsim.study.calibration import members, run, trials
from tearsim.study.calibration.design import read_calibration, targets
from tearsim.study.calibration.emulator import Emulator, centres, errors, to_scale
from tearsim.study.calibration.folder import begin_in, begun_with
from tearsim.study.calibration.posterior import (
    Evidence,
    Sample,
    first_draws,
    log_fit,
    log_likelihood,
    sample_posterior,
    thinned,
)
from tearsim.study.calibration.table import LUCK, TOGETHER, simulate_worlds
from tearsim.study.calibration.trials import (
    RANKED_AMONG,
    learnt,
    perfect_model,
    perfect_models,
    rank_test,
    rank_test_of,
    width,
)
from tearsim.study.randomness import Streams

SMALL = """
title = "Small"
seed = 3
worlds = 100
data_sets = 2
nearer = 20
draws = 20
members = 1
walkers = 8
steps = 60
parameters = ["progress", "leaving_base", "eyes_fill_base"]

[table]
clinic_therapists = 6
clinic_weeks = 60
surveyed = 20

[check]
clinic_therapists = 6
clinic_weeks = 60
surveyed = 20
"""


def drawn(*shape, purpose=1):
    return Streams(7).library_generator(purpose).random_sample(shape)


def noise(*shape, purpose=2):
    return Streams(7).library_generator(purpose).standard_normal(shape)


# --- Which findings it reads ----------------------------------------------------------------------------------------


@pytest.fixture
def poisoned(monkeypatch):
    """Every finding that may not be fitted to says something else, and its instrument breaks whoever uses it."""
    fitted_to = {finding.instrument for finding in patterns.findings("cal")}
    for name, declared in INSTRUMENTS.items():
        if name not in fitted_to:
            monkeypatch.setitem(INSTRUMENTS, name, declared._replace(measure=None))
    changed = tuple(
        finding if finding.role == "cal" else finding.model_copy(update={"value": 0.01, "interval": (0.0, 0.02)})
        for finding in patterns.findings()
    )
    monkeypatch.setattr(patterns, "read_patterns", lambda: changed)
    patterns.findings.cache_clear()
    yield
    monkeypatch.undo()
    patterns.findings.cache_clear()


def test_only_findings_that_may_be_fitted_to_are_targets(poisoned):
    assert {target.finding.role for target in targets()} == {"cal"}


def test_worlds_are_simulated_without_measuring_anything_else(poisoned, tmp_path):
    calibration = read_small(tmp_path)
    found = simulate_worlds(
        calibration, "prior", drawn(2, 3), calibration.table.size, tmp_path, 1, lambda progress: None
    )
    assert found.shape == (2, len(targets()))


@pytest.mark.slow
def test_a_calibration_comes_out_the_same_whatever_the_other_findings_say(tmp_path, request):
    calibration = read_small(tmp_path)
    plain = run_small(calibration, tmp_path / "plain")
    request.getfixturevalue("poisoned")
    assert run_small(calibration, tmp_path / "poisoned") == plain


def test_calibration_code_asks_for_no_other_role(repository):
    """Whoever calls `findings` there asks for those of role "cal", by name."""
    calls = 0
    for file in (repository / "tearsim/study/calibration").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node, "func", None)
            if isinstance(node, ast.Call) and getattr(name, "id", getattr(name, "attr", "")) == "findings":
                assert [argument.value for argument in node.args] == ["cal"], file
                calls += 1
            assert getattr(node, "attr", getattr(node, "id", "")) not in ("read_patterns", "FILE"), file
    assert calls == 1


def test_a_target_is_the_interval_as_a_normal_error():
    by_id = {target.finding.id: target for target in targets()}
    assert by_id["prepost"].centre == pytest.approx(0.905)
    assert by_id["prepost"].error == pytest.approx(0.105 / 1.96)
    assert by_id["dropout"].centre == pytest.approx(
        (0.165 + 0.253) / 2
    )  # of samples pooled, the middle of the interval
    assert by_id["dropout"].error == pytest.approx((0.253 - 0.165) / 2 / 1.96)
    assert by_id["tcit-harmed"].centre == 0.008  # its interval is cut at 0
    assert by_id["sessions"].centre == 7.5  # a range is a range


@pytest.mark.parametrize("kind", ["known", "synthetic", "synthetic nearer"])
def test_studies_that_have_to_be_independent_do_not_share_their_luck(kind, tmp_path):
    """The same world, asked twice, answers as two samples of people would."""
    calibration = read_small(tmp_path)
    same = np.tile(drawn(1, 3), (2, 1))
    size = calibration.table.size
    found = simulate_worlds(calibration, kind, same, size, tmp_path, 1, lambda progress: None)
    assert (found[0] != found[1]).any()
    together = simulate_worlds(calibration, "prior", same, size, tmp_path, 1, lambda progress: None)
    assert (together[0] == together[1]).all() or np.isnan(together).any()


def test_noise_is_learnt_from_more_lucks_than_there_are_findings(repository):
    """A covariance of as many numbers as findings needs more samples of people than that."""
    calibration = read_calibration(repository / "experiments/calibration/calibration.toml")
    assert calibration.nearer / TOGETHER["nearer"] > 3 * len(targets())


def test_a_prior_may_be_narrower_than_what_is_plausible_and_never_wider(repository, tmp_path):
    file = repository / "experiments/calibration/calibration.toml"
    c, text = read_calibration(file), file.read_text(encoding="utf-8")
    assert c.ranges[c.parameters.index("appraisal_base")].tolist() == [0.0, 1.5]
    assert PARAMETERS["appraisal_base"].plausible == (-1.5, 1.5)
    assert c.ranges[c.parameters.index("level_base")].tolist() == list(PARAMETERS["level_base"].plausible)
    other = tmp_path / "other.toml"
    for changed, words in (
        ("appraisal_base = [0.0, 9.0]", "within its plausible range"),
        ("tears_spoken = [0.3, 0.4]", "not fitted"),
    ):
        other.write_text(text.replace("appraisal_base = [0.0, 1.5]", changed), encoding="utf-8")
        with pytest.raises(TearSimError, match=words):
            read_calibration(other)


def test_no_two_kinds_of_worlds_meet_the_same_luck(repository):
    """Even in the largest calibration that a file may ask for."""
    most = {"prior": 4000, "synthetic": 1000, "known": run.KNOWN_WORLDS, "nearer": 10_000, "synthetic nearer": 1000}
    ends = {kind: first - (-most.get(kind, 10_000) // TOGETHER[kind]) for kind, first in LUCK.items()}
    kinds = sorted(LUCK, key=LUCK.__getitem__)
    assert all(ends[one] <= LUCK[after] for one, after in itertools.pairwise(kinds))


# --- The emulator ---------------------------------------------------------------------------------------------------


def quadratic(unit):
    x, y, z = 2.0 * unit.T - 1.0
    return np.column_stack([1.0 + x - 0.5 * y * z + 0.3 * z**2, 0.2 * x * y])


def test_an_emulator_learns_a_quadratic_surface_to_the_noise_it_has():
    unit = drawn(400, 3)
    emulator = Emulator(unit, quadratic(unit) + 0.05 * noise(400, 2))
    fresh = drawn(200, 3, purpose=5)
    assert np.abs(emulator(fresh) - quadratic(fresh)).max() < 0.1
    assert np.sqrt(np.diag(emulator.covariance)) == pytest.approx([0.05, 0.05], rel=0.15)


def test_an_emulators_error_is_that_on_worlds_left_out():
    """By leaving out each world in turn and learning anew, at the penalty found."""
    unit = drawn(40, 3)
    found = quadratic(unit) + 0.2 * noise(40, 2)
    from tearsim.study.calibration import emulator as module

    whole = Emulator(unit, found)
    features = whole._features(unit) - whole._means
    for i in range(2):
        closest = []
        for penalty in module.PENALTIES:
            wrong = []
            for out in range(40):
                kept = np.arange(40) != out
                x, y = features[kept], found[kept, i]
                centred = x - x.mean(axis=0)
                weights = np.linalg.solve(
                    centred.T @ centred + penalty * np.eye(x.shape[1]), centred.T @ (y - y.mean())
                )
                wrong.append(found[out, i] - y.mean() - (features[out] - x.mean(axis=0)) @ weights)
            closest.append(np.var(wrong, ddof=1))
        assert whole.covariance[i, i] == pytest.approx(min(closest), rel=0.1)


def test_a_second_emulator_corrects_the_first_where_it_is_asked():
    unit, near = drawn(300, 3), 0.45 + 0.1 * drawn(200, 3, purpose=4)

    def curved(u):
        return np.column_stack([np.sin(6.0 * u[:, 0]), u[:, 1]])

    first = Emulator(unit, curved(unit))
    second = Emulator(near, curved(near), first)
    fresh = 0.45 + 0.1 * drawn(100, 3, purpose=6)
    off = [np.abs(emulator(fresh) - curved(fresh)).max() for emulator in (first, second)]
    assert off[1] < 0.05 * off[0]


def test_worlds_that_could_not_be_measured_are_passed_over():
    unit = drawn(60, 3)
    found = quadratic(unit)
    found[7, 1] = np.nan
    assert Emulator(unit, found).used == 59
    with pytest.raises(TearSimError, match="Only 0 worlds could be measured in full"):
        Emulator(unit, np.full((60, 2), np.nan))


def test_scales_make_the_noise_of_shares_even_and_come_back_in_order():
    by_id = {target.finding.id: target for target in targets()}
    for name in ("dropout", "alliance-outcome", "sessions", "wai"):
        values = np.array([0.1, 0.2, 0.5])
        assert (np.diff(to_scale(by_id[name], values)) > 0).all()
    for measure in get_args(patterns.Measure):
        target = by_id["wai"]._replace(finding=by_id["wai"].finding.model_copy(update={"measure": measure}))
        steps = np.diff(to_scale(target, np.array([0.1, 0.2, 0.4])))
        assert (steps > 0).all(), measure
        if measure in ("length", "ratio"):
            assert steps[0] == pytest.approx(steps[1]), measure  # as much from one to two as from two to four
    assert len(centres(targets())) == len(errors(targets())) == len(patterns.findings("cal"))
    assert (errors(targets()) > 0).all()


# --- The posterior --------------------------------------------------------------------------------------------------


def linear_emulator(weights, spread, number=400, purpose=8):
    """An emulator that has learnt a world in which findings are linear in z."""
    unit = np.clip(drawn(number, len(weights[0]), purpose=purpose), 1e-3, 1 - 1e-3)
    return Emulator(unit, unit @ np.asarray(weights).T + spread * noise(number, len(weights), purpose=purpose + 1))


def test_a_posterior_is_that_of_the_equations_where_they_can_be_solved():
    """One parameter, one finding, a narrow likelihood: normal about the true value, cut nowhere."""
    emulator = linear_emulator([[1.0]], 1e-4)
    sample = sample_posterior([Evidence(np.array([0.4]), np.array([0.02]), emulator)], 1, 20, 1500, Streams(1), 5)
    assert sample.unit.mean() == pytest.approx(0.4, abs=0.003)
    assert sample.unit.std() == pytest.approx(0.02, rel=0.1)
    assert sample.effective > 500


def test_without_evidence_the_posterior_is_the_prior():
    sample = sample_posterior([], 2, 20, 1500, Streams(1), 5)
    assert np.quantile(sample.unit, [0.1, 0.5, 0.9], axis=0) == pytest.approx(
        np.array([[0.1] * 2, [0.5] * 2, [0.9] * 2]), abs=0.05
    )
    assert width(sample.unit) == pytest.approx(np.ones(2), rel=0.05)


def test_a_sample_tells_how_long_its_chain_is_for_its_autocorrelation_time():
    """Each walker's kept steps are worth as many draws as there are times in them; more parameters take longer."""
    one, eight = (sample_posterior([], parameters, 16, 400, Streams(1), 5) for parameters in (1, 8))
    for sample in (one, eight):
        assert sample.steps == 200
        assert sample.times == pytest.approx(sample.steps / sample.time)
        assert sample.effective == pytest.approx(16 * sample.times)
    assert eight.time > 1.5 * one.time > 1.5


def test_a_posterior_repeats_exactly_from_its_seed_and_purpose():
    evidence = [Evidence(np.array([0.4]), np.array([0.05]), linear_emulator([[1.0]], 0.01))]
    one, again, other = (sample_posterior(evidence, 1, 8, 60, Streams(1), purpose).unit for purpose in (5, 5, 7))
    assert (one == again).all()
    assert (one != other).any()


def test_what_an_emulator_gets_wrong_widens_what_findings_say():
    emulator = linear_emulator([[1.0], [0.5]], 0.1)
    covariance = Evidence(np.zeros(2), np.array([0.03, 0.04]), emulator).covariance
    assert covariance == pytest.approx(emulator.covariance + np.diag([0.03**2, 0.04**2]))
    assert np.sqrt(np.diag(covariance)) == pytest.approx([0.104, 0.108], rel=0.1)


def test_a_fit_is_judged_by_what_is_expected_wherever_that_comes_from():
    """One error away in one of two independent findings costs half a unit of log-likelihood, by hand."""
    emulator = linear_emulator([[1.0], [0.5]], 0.1)
    evidence = Evidence(np.array([0.2, 0.3]), np.array([0.03, 0.04]), emulator)
    emulator.covariance = np.diag([0.04**2, 0.03**2])
    expected = np.array([[0.2, 0.3], [0.25, 0.3], [0.25, 0.35]])
    assert log_fit(evidence, expected) == pytest.approx([0.0, -0.5, -1.0])
    unit = drawn(3, 1)
    np.testing.assert_array_equal(log_likelihood(evidence, unit), log_fit(evidence, emulator(unit)))


# --- Trials ---------------------------------------------------------------------------------------------------------


def synthetic(number, spread=0.1):
    truths = drawn(number, 2, purpose=30)
    return truths, truths @ np.array([[1.0, 0.3], [0.2, 1.0]]).T + spread * noise(number, 2, purpose=31)


WEIGHTS = [[1.0, 0.3], [0.2, 1.0]]


@pytest.mark.slow
def test_a_posterior_that_is_one_passes_the_rank_test_and_an_overconfident_one_does_not():
    truths, found = synthetic(20)
    honest = linear_emulator(WEIGHTS, 0.1)
    passed = rank_test(truths, found, np.array([0.05, 0.05]), honest, [], 12, 900, Streams(1), 100)
    assert passed.p_values.min() > 0.001
    assert 0.8 < passed.coverage[0.95].mean <= 1.0
    assert 0.3 < passed.coverage[0.5].mean < 0.7

    honest.covariance = honest.covariance / 400.0  # as if it were never wrong
    failed = rank_test(truths[:8], found[:8], np.array([0.005, 0.005]), honest, [], 12, 900, Streams(1), 100)
    assert failed.coverage[0.95].mean < 0.6


def test_even_ranks_are_held_as_often_as_intervals_are_called():
    """Every possible rank once: exactly half of them in 50 % intervals, 80 % in 80 %, 95 % in 95 %."""
    even = np.tile(np.arange(RANKED_AMONG + 1)[:, None] / RANKED_AMONG, 3)
    for level, held in rank_test_of(even).coverage.items():
        assert held.mean == pytest.approx(level, abs=1e-12)


def test_the_parameters_of_a_data_set_are_no_independent_witnesses():
    """Twelve data sets of four parameters, held 4, 2 and 0 times in turn: the interval is over the twelve shares."""
    middle, end = 0.5, 0.0
    ranks = np.array([[middle] * 4, [middle, middle, end, end], [end] * 4] * 4)
    held = rank_test_of(ranks).coverage[0.5]
    assert (held.mean, held.replicates) == (0.5, 12)
    # Student's t with 11 degrees of freedom, 2.201, times the standard error of (1, .5, 0) four times over.
    assert held.high - held.mean == pytest.approx(2.201 * (2.0 / 11.0) ** 0.5 / 12**0.5, rel=1e-3)


def test_a_true_value_is_never_ranked_among_the_same_draw_twice(monkeypatch):
    """However few steps are asked for; and the shortest chain goes on record."""
    seen = []

    def thinned_and_seen(sample, number):
        seen.append((len(sample.unit), number, sample.times, sample.effective))
        return thinned(sample, number)

    monkeypatch.setattr(trials, "thinned", thinned_and_seen)
    truths, found = synthetic(3)
    test = rank_test(truths, found, np.array([0.05, 0.05]), linear_emulator(WEIGHTS, 0.1), [], 8, 20, Streams(1), 100)
    assert len(seen) == 3
    assert all(draws >= number == RANKED_AMONG for draws, number, _, _ in seen)
    assert test.times == min(times for _, _, times, _ in seen)
    assert test.effective == min(effective for _, _, _, effective in seen)


def test_ranks_all_at_one_end_are_not_uniform():
    assert rank_test_of(np.zeros((20, 3))).p_values.max() < 1e-6
    even = np.tile(np.linspace(0, 1, 20)[:, None], 3)
    assert rank_test_of(even).p_values.min() > 0.5


def test_the_perfect_model_names_what_it_recovers():
    emulator = linear_emulator([[1.0, 0.0]], 0.02)
    truth = np.array([0.3, 0.6])
    sample = sample_posterior([Evidence(np.array([0.3]), np.array([0.02]), emulator)], 2, 20, 900, Streams(1), 5)
    assert perfect_model(truth, sample).recovered.all()
    assert not perfect_model(np.array([0.6, 0.6]), sample).recovered[0]
    assert width(sample.unit)[0] < 0.2 < 0.9 < width(sample.unit)[1]  # the finding says nothing of the second


def test_known_worlds_are_seen_by_a_study_with_an_error_of_publication_each():
    """Posteriors lie as far from the truth as the error makes a study do, and their intervals allow for it."""
    truths = 0.3 + 0.4 * drawn(12, 1, purpose=40)
    emulator = linear_emulator([[1.0]], 0.01)
    models = [model for model, _ in perfect_models(truths, truths, np.array([0.05]), emulator, 8, 300, Streams(1), 200)]
    away = np.array([(model.low + model.high) / 2.0 - model.truth for model in models])
    assert 0.025 < away.std() < 0.1
    assert sum(bool(model.recovered.all()) for model in models) >= 10


@pytest.mark.parametrize(
    ("wide", "word"),
    [
        (0.1, "learnt"),
        (0.699, "learnt"),
        (0.7, "little learnt"),
        (0.899, "little learnt"),
        (0.9, "not identified"),
        (1.2, "not identified"),
    ],
)
def test_how_much_is_learnt_has_a_name(wide, word):
    assert learnt(wide) == word


# --- Members --------------------------------------------------------------------------------------------------------


def test_a_world_agrees_if_nine_in_ten_findings_lie_inside():
    at = np.array([[target.centre for target in targets()]] * 2)
    assert members.inside(targets(), at).all()
    assert members.misfit(targets(), at) == pytest.approx(np.zeros(2), abs=1e-20)
    at[1, [0, 8]] = 0.99
    assert list(members.agrees(targets(), at)) == [True, True]
    at[1, 1] = 0.99
    assert list(members.agrees(targets(), at)) == [True, False]
    assert members.misfit(targets(), at)[1] > 100


def test_what_agreed_by_luck_alone_does_not_agree_in_the_mean_of_two_studies():
    """One that is as far outside the second time, one that just agrees, and one that was never off."""
    at = np.array([[target.centre for target in targets()]] * 3)
    high = np.array([target.finding.high for target in targets()])
    again = at.copy()
    again[0, :9] += 3.0 * (high - at[0])[:9].clip(min=1.0)
    again[1, :9] = np.where(np.isfinite(high), high + (high - at[0]) / 2.0, at[0])[:9]
    assert members.agrees(targets(), again).tolist() == [False, False, True]
    assert members.agrees(targets(), members.mean_of_two(at, again)).tolist() == [False, True, True]


def test_how_many_agree_is_as_sure_as_there_are_lucks():
    """Twelve lots of two worlds, each lot under one luck: eight lots agree, four do not."""
    at = np.array([[target.centre for target in targets()]] * 24)
    at[16:] = 99.0
    told = members.confirmed(targets(), at, 2)
    assert told["confirmed"] == 16
    assert told["confirmed_share"]["lucks"] == 12
    assert told["confirmed_share"]["mean"] == pytest.approx(2 / 3)
    # Student's t with 11 degrees of freedom, 2.201, times the standard error of eight 1s and four 0s.
    assert told["confirmed_share"]["high"] == pytest.approx(2 / 3 + 2.201 * (2 / 9 / 11) ** 0.5, rel=1e-3)
    assert list(told["inside"].values()) == pytest.approx([2 / 3] * len(targets()))
    assert members.confirmed(targets(), at, 24)["confirmed_share"]["low"] is None


def test_the_best_is_kept_first_and_the_rest_in_no_order():
    misfits = np.append(np.arange(100.0) + 5.0, 1.0)
    order = members.best_then_shuffled(misfits, Streams(1), 2)
    assert order[0] == 100
    assert sorted(order) == list(range(101))
    assert abs(np.corrcoef(misfits[order[1:]], np.arange(100))[0, 1]) < 0.3
    assert list(order) == list(members.best_then_shuffled(misfits, Streams(1), 2))
    assert list(order) != list(members.best_then_shuffled(misfits, Streams(1), 3))


def test_weighted_draws_are_worth_as_many_as_carry_the_weight():
    assert members.effective_size(np.zeros(50)) == pytest.approx(50.0)
    assert members.effective_size(np.array([0.0, -500.0, -500.0])) == pytest.approx(1.0)


def test_what_is_left_open_names_widths_and_pairs(tmp_path):
    calibration = read_small(tmp_path)
    one = drawn(500, 1)
    unit = np.hstack([0.5 + 0.1 * (one - 0.5), 1.0 - one, drawn(500, 1, purpose=9)])
    left = members.left_open(calibration, unit)
    assert left["parameters"]["progress"]["learnt"] == "learnt"
    assert left["parameters"]["eyes_fill_base"]["learnt"] == "not identified"
    assert [pair[:2] for pair in left["correlated"]] == [["leaving_base", "progress"]]
    assert left["correlated"][0][2] == pytest.approx(-1.0)
    low, high = PARAMETERS["leaving_base"].plausible
    assert low < left["parameters"]["leaving_base"]["low"] < left["parameters"]["leaving_base"]["high"] < high


# --- The whole ------------------------------------------------------------------------------------------------------


def read_small(folder: Path, **changes):
    file = folder / "small.toml"
    text = SMALL
    for before, after in changes.values():
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    return read_calibration(file)


def run_small(calibration, folder, report=lambda progress: None):
    """All that a calibration finds but for its hashes; any world agrees, so that it comes to an end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "AGREES", 0.0)
        found = run.calibrate(calibration, folder, 2, report)
    return {name: value for name, value in found.items() if name not in ("fingerprint", "findings_sha256")}


@pytest.mark.slow
def test_a_calibration_goes_on_where_it_was_stopped_and_repeats_exactly(tmp_path):
    calibration = read_small(tmp_path)
    whole = run_small(calibration, tmp_path / "whole")

    class Enough(Exception):
        pass

    def stop(progress):
        if progress.kind == "nearer":
            raise Enough

    with pytest.raises(Enough):
        run_small(calibration, tmp_path / "parts", stop)
    held = {file: file.stat().st_mtime_ns for file in (tmp_path / "parts/parts").glob("prior-0*.parquet")}
    assert held
    assert run_small(calibration, tmp_path / "parts") == whole
    assert all(file.stat().st_mtime_ns == time for file, time in held.items())
    fitted = json.loads((tmp_path / "parts/fitted.json").read_text())
    assert fitted["parameters"] == calibration.parameters
    assert fitted["findings_sha256"] == patterns.patterns_hash()
    assert len(fitted["worlds"]) == whole["members"]


@pytest.mark.slow
def test_more_draws_go_on_from_those_there_are(tmp_path):
    """As when too few agreed: what was simulated stays, and it ends as a calibration does that began with all of them."""
    few = read_small(tmp_path, draws=("draws = 20", "draws = 17"))
    run_small(few, tmp_path / "grown")
    held = {file: file.stat().st_mtime_ns for file in (tmp_path / "grown/parts").glob("*-00000.parquet")}
    more = read_small(tmp_path)
    assert run_small(more, tmp_path / "grown") == run_small(more, tmp_path / "whole")
    for kind in ("prior", "nearer", "drawn"):
        file = tmp_path / f"grown/parts/{kind}-00000.parquet"
        assert file.stat().st_mtime_ns == held[file]


def test_asking_for_more_draws_adds_to_those_there_are():
    sample = Sample(drawn(400, 3), 1.0, 50, 0.3)
    few, many = (first_draws(sample, number, Streams(2), 4) for number in (30, 90))
    np.testing.assert_array_equal(many[:30], few)
    assert len(np.unique(many, axis=0)) == 90
    assert len(first_draws(sample, 1000, Streams(2), 4)) == 400


def test_too_few_draws_that_agree_are_refused_before_they_are_simulated_again(tmp_path):
    """No world as small as these agrees: there is nothing to study a second time."""
    drawing = run._Calibrating(read_small(tmp_path), tmp_path, 1, lambda progress: None)
    nothing = Evidence(np.zeros(1), np.ones(1), linear_emulator([[1.0]], 0.1))
    with pytest.raises(TearSimError, match="Only 0 of 20 draws agree with the findings, and 1 are asked") as refusal:
        drawing.members(nothing, Sample(drawn(40, 3), 1.0, 5, 0.3))
    assert "\n" not in str(refusal.value)
    assert not list((tmp_path / "parts").glob("again*"))


def vague_evidence():
    """An emulator of all findings that knows hardly more than their published values."""
    emulator = linear_emulator([[0.01, 0.0, 0.0]] * len(targets()), 0.1)
    return Evidence(centres(targets()), errors(targets()), emulator)


def test_too_few_that_agree_in_the_third_study_are_refused(tmp_path, monkeypatch):
    """Two studies flatter whom they choose: enough have to agree in one that chose nobody."""
    at = np.array([target.centre for target in targets()])
    drawing = run._Calibrating(read_small(tmp_path), tmp_path, 1, lambda progress: None)
    monkeypatch.setattr(drawing, "raw", lambda kind, unit, size: np.tile(at + (kind == "confirmed"), (len(unit), 1)))
    with pytest.raises(TearSimError, match="Only 0 of 20 worlds kept, in a third study, agree with the"):
        drawing.members(vague_evidence(), Sample(drawn(40, 3), 1.0, 5, 0.3))


def test_a_world_that_could_not_be_measured_weighs_nothing(tmp_path, monkeypatch):
    """The third study ends in a record, whatever it could not measure."""
    at = np.array([target.centre for target in targets()])
    drawing = run._Calibrating(read_small(tmp_path), tmp_path, 1, lambda progress: None)

    def study(kind, unit, size):
        found = np.tile(at, (len(unit), 1))
        if kind == "confirmed":
            found[:18, 0] = np.nan
        return found

    monkeypatch.setattr(drawing, "raw", study)
    told = drawing.members(vague_evidence(), Sample(drawn(40, 3), 1.0, 5, 0.3))
    assert told["confirmed"] == 20, "one finding in twenty-one may be missing"
    assert told["effective_members_reweighted"] <= 2.0
    assert told["inside"][targets()[0].finding.id] == pytest.approx(0.1)
    json.dumps(told, allow_nan=False)


def test_the_third_study_chooses_nobody_and_is_what_is_told(tmp_path, monkeypatch):
    """Whatever it finds, the same worlds are kept in the same order; what is published of them comes from it alone."""
    at = np.array([target.centre for target in targets()])
    outside = at + np.where(at > 2.0, 3.0, 0.45)

    def told(folder, third):
        drawing = run._Calibrating(read_small(tmp_path), folder, 1, lambda progress: None)

        def study(kind, unit, size):
            if kind == "confirmed":
                nearest = unit[:, :1].argsort(axis=0).argsort(axis=0)  # 0 is the best, by the two studies that choose
                return np.where(nearest < 15, third, at)
            return at + 0.001 * unit[:, :1] * (1.0 if kind == "drawn" else 0.5)

        monkeypatch.setattr(drawing, "raw", study)
        found = drawing.members(vague_evidence(), Sample(drawn(40, 3), 1.0, 5, 0.3))
        return drawing.fitted, found

    fitted, agreeing = told(tmp_path / "agreeing", at)
    same, off = told(tmp_path / "off", outside)
    assert fitted == same
    assert (agreeing["members"], agreeing["confirmed"]) == (20, 20)
    assert (off["members"], off["confirmed"]) == (20, 5)
    assert set(agreeing["inside"].values()) == {1.0}
    assert set(off["inside"].values()) == {0.25}
    assert list(off["best"].values()) == pytest.approx(list(outside))
    assert agreeing["effective_members_reweighted"] > off["effective_members_reweighted"]


def begun(calibration, folder):
    """Begin a calibration in a folder."""
    begin_in(begun_with(calibration.fingerprint(), calibration.model_dump()), folder)


def test_a_folder_begun_with_something_else_is_refused(tmp_path):
    begun(read_small(tmp_path), tmp_path / "out")
    with pytest.raises(TearSimError, match="begun before its file or the model has changed"):
        begun(read_small(tmp_path, seed=("seed = 3", "seed = 4")), tmp_path / "out")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/mine.txt").write_text("keep me")
    with pytest.raises(TearSimError, match="holds files that are no calibration"):
        begun(read_small(tmp_path), tmp_path / "other")


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", "\0"])
def test_a_folder_whose_beginning_cannot_be_read_is_refused_in_one_line(damage, tmp_path):
    calibration, folder = read_small(tmp_path), tmp_path / "out"
    begun(calibration, folder)
    (folder / "begun.json").write_text(damage)
    with pytest.raises(TearSimError, match=r"begun\.json cannot be read") as refusal:
        begun(calibration, folder)
    assert "\n" not in str(refusal.value)


def test_a_damaged_part_is_simulated_again_and_comes_out_the_same(tmp_path):
    calibration, points = read_small(tmp_path), drawn(2, 3)

    def simulated():
        size = calibration.table.size
        return simulate_worlds(calibration, "known", points, size, tmp_path, 1, lambda progress: None)

    found = simulated()
    whole = {file: file.read_bytes() for file in tmp_path.glob("known-*.parquet")}
    assert len(whole) == 2
    for file in whole:
        file.write_bytes(whole[file][:100])
        np.testing.assert_array_equal(simulated(), found)
        assert file.read_bytes() == whole[file]


def test_a_part_that_was_changed_as_valid_parquet_or_is_anothers_is_simulated_again(tmp_path):
    calibration, other = read_small(tmp_path), read_small(tmp_path, seed=("seed = 3", "seed = 4"))
    points = np.repeat(drawn(1, 3), 2, axis=0)

    def simulated(calibration, folder):
        size = calibration.table.size
        return simulate_worlds(calibration, "known", points, size, tmp_path / folder, 1, lambda progress: None)

    found = simulated(calibration, "mine")
    simulated(other, "other")
    one, two = sorted((tmp_path / "mine").glob("known-*.parquet"))
    whole = one.read_bytes()
    held = pq.read_table(one)
    changed = held.set_column(held.num_columns - 1, held.column_names[-1], pa.array([0.25]))
    for edit in (
        lambda: pq.write_table(changed, one),
        lambda: shutil.copy(two, one),
        lambda: shutil.copy(tmp_path / "other" / one.name, one),
    ):
        edit()
        np.testing.assert_array_equal(simulated(calibration, "mine"), found)
        assert one.read_bytes() == whole


def test_a_part_is_not_taken_for_one_of_worlds_that_lie_elsewhere(tmp_path):
    calibration, here, elsewhere = read_small(tmp_path), drawn(2, 3), drawn(2, 3, purpose=6)

    def simulated(unit, folder):
        size = calibration.table.size
        return simulate_worlds(calibration, "known", unit, size, tmp_path / folder, 1, lambda progress: None)

    simulated(here, "one")
    mixed = np.stack([here[0], elsewhere[1]])
    np.testing.assert_array_equal(simulated(mixed, "one"), simulated(mixed, "other"))


MISTAKES = {
    "no such parameter": (('"progress"', '"progres"'), 'there is no parameter "progres". Did you mean "progress"?'),
    "a choice": (('"progress"', '"tears"'), "tears takes a choice; only numbers are fitted"),
    "twice": (('"progress"', '"leaving_base"'), "a parameter is named twice"),
    "too few walkers": (("walkers = 8", "walkers = 4"), "at least 6"),
    "too few worlds": (
        ("worlds = 100", "worlds = 10"),
        '"worlds": input should be greater than or equal to 100; 10 is not.',
    ),
    "unknown key": (("draws = 20", "drawn = 20"), 'there is no key "drawn". Did you mean "draws"?'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_one_line(mistake, tmp_path):
    change, words = MISTAKES[mistake]
    with pytest.raises(TearSimError) as refusal:
        read_small(tmp_path, change=change)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_normal_coordinates_are_inverse_to_the_unit_cube():
    sample = sample_posterior([], 1, 8, 40, Streams(1), 5)
    assert np.isfinite(ndtri(thinned(sample, 10))).all()


def test_the_calibration_that_made_the_fitted_worlds_can_be_read(repository):
    calibration = read_calibration(repository / "experiments/calibration/calibration.toml")
    assert calibration.members >= 40
    assert calibration.data_sets >= 20
