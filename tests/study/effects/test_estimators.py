"""How studies estimate: each by hand or as statsmodels has it, and with intervals that hold the truth as often as said."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import t as student
from statsmodels.discrete.conditional_models import ConditionalLogit

from tearsim.study.effects.studies.estimators import (
    case_crossover,
    exposed_minus_unexposed,
    interval_of,
    mean_known,
    standardised,
    stratified,
    weighted,
)
from tearsim.study.estimates import ratio
from tearsim.study.randomness import generator_for


def of_therapists(seed, effect=0.3, binary=False, therapists=60, clients=20):
    """Clients of therapists who differ, likelier treated and better off with x; the effect is the same for all."""
    luck = generator_for("resampling", seed)
    therapist = np.repeat(np.arange(therapists), clients)
    x = luck.normal(size=len(therapist))
    treated = luck.random(len(x)) < expit(-2.0 + x)
    level = 0.5 * luck.normal(size=therapists)[therapist] + x
    outcome = level + effect * treated + luck.normal(size=len(x))
    if binary:
        outcome = (luck.random(len(x)) < expit(-2.0 + 0.5 * level)) * 1.0
    return {"x": x, "treated": treated, "saw": treated, "outcome": outcome, "therapist": therapist}


def test_a_mean_over_therapists_is_that_of_people_who_come_in_groups():
    """4 therapists with 1 to 4 clients, against the formula for practices, and the interval by hand."""
    therapist = np.repeat([7, 3, 5, 9], [1, 2, 3, 4])
    values = np.array([2.0, 1.0, 4.0, 0.0, 1.0, 5.0, 2.0, 2.0, 3.0, 7.0])
    found = mean_known(values).over(therapist)
    totals, numbers = [2.0, 5.0, 6.0, 14.0], [1, 2, 3, 4]
    assert found == pytest.approx(ratio(totals, numbers), rel=1e-12)
    spread = np.sqrt(4 / 3 * sum((total - 2.7 * n) ** 2 for total, n in zip(totals, numbers, strict=True))) / 10
    assert found.high == pytest.approx(2.7 + student.ppf(0.975, 3) * spread, rel=1e-12)


def test_exposed_against_unexposed_is_a_regression_on_exposure_with_robust_errors():
    """1,200 clients of 60 therapists, against statsmodels; its errors have one more correction, (N - 1)/(N - 2)."""
    table = of_therapists(1)
    found = exposed_minus_unexposed(table).over(table["therapist"])
    fit = sm.OLS(table["outcome"], sm.add_constant(table["saw"] * 1.0)).fit(
        cov_type="cluster", cov_kwds={"groups": table["therapist"]}
    )
    assert found.mean == pytest.approx(fit.params[1], rel=1e-10)
    error = (found.high - found.mean) / student.ppf(0.975, 59)
    assert error * np.sqrt(1199 / 1198) == pytest.approx(fit.bse[1], rel=1e-10)


def test_strata_are_weighted_by_how_many_were_treated_in_each_by_hand():
    """Stratum 0: treated 1, 1, 3, 5, others 1, 3. Stratum 1: treated 10, other 4. Stratum 2: nobody else."""
    table = {
        "outcome": np.array([1.0, 1.0, 3.0, 5.0, 1.0, 3.0, 10.0, 4.0, 99.0, 2.0, 2.0, 2.0]),
        "treated": np.array([1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0]) > 0,
        "s": np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 0, 0, 0]),
    }
    assert stratified(table, "s").mean == pytest.approx((4 * (2.5 - 2.0) + 1 * (10.0 - 4.0)) / 5)
    assert stratified(table, "s").influence[8] == 0.0
    assert table["treated"][8]


@pytest.mark.parametrize("estimator", [standardised, weighted])
@pytest.mark.parametrize("binary", [False, True])
def test_the_pull_of_a_row_is_what_its_weight_would_move(estimator, binary):
    """The derivative of the estimate by the weight of a row, found by leaving each of 12 rows of 1,200 out."""
    table = of_therapists(2, binary=binary)
    whole = estimator(table, ["x"])
    for row in range(0, 1200, 100):
        without = {name: np.delete(column, row) for name, column in table.items()}
        moved = whole.mean - estimator(without, ["x"]).mean
        assert moved == pytest.approx(whole.influence[row], rel=0.1, abs=2e-6)


def test_standardising_predicts_for_the_treated_what_statsmodels_fits_to_the_others():
    table = of_therapists(3, binary=True)
    design, treated = sm.add_constant(table["x"]), table["treated"]
    fit = sm.Logit(table["outcome"][~treated], design[~treated]).fit(disp=0)
    expected = table["outcome"][treated].mean() - fit.predict(design[treated]).mean()
    assert standardised(table, ["x"]).mean == pytest.approx(expected, rel=1e-8)


def test_weighting_compares_with_others_by_their_odds_as_statsmodels_fits_them():
    table = of_therapists(4)
    design, treated, outcome = sm.add_constant(table["x"]), table["treated"], table["outcome"]
    chance = sm.Logit(treated * 1.0, design).fit(disp=0).predict(design)[~treated]
    expected = outcome[treated].mean() - np.average(outcome[~treated], weights=chance / (1 - chance))
    assert weighted(table, ["x"]).mean == pytest.approx(expected, rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("estimator", [standardised, weighted])
def test_emulated_trials_hold_the_truth_in_their_intervals_where_all_is_on_record(estimator):
    """200 studies of 1,200 clients with 60 therapists: 95 %, give or take three errors of 1.5 %; naively, hardly any."""
    held, naive = 0, 0
    for seed in range(200):
        table = of_therapists(seed)
        found = estimator(table, ["x"]).over(table["therapist"])
        wrong = exposed_minus_unexposed(table).over(table["therapist"])
        held += found.low <= 0.3 <= found.high
        naive += wrong.low <= 0.3 <= wrong.high
    assert 0.905 <= held / 200 <= 0.99
    assert naive < 20


def strata(seed, ratio=1.0, number=400, size=8):
    """Sessions of therapists' weeks that differ in how many leave and in how much is cried."""
    luck = generator_for("resampling", seed)
    stratum = np.repeat(np.arange(number), size)
    level = luck.normal(size=number)[stratum]
    saw = luck.random(len(stratum)) < expit(-1.5 + level)
    left = luck.random(len(stratum)) < expit(-2.0 + level + ratio * saw)
    return {"left": left, "saw": saw, "stratum": stratum}


def test_the_case_crossover_is_conditional_logistic_regression_told_as_a_difference():
    """400 weeks of 8 sessions, against statsmodels; errors lie between what its own make with and without the share's."""
    table = strata(1)
    fit = ConditionalLogit(table["left"] * 1.0, table["saw"][:, None] * 1.0, groups=table["stratum"]).fit(disp=0)
    share = table["left"][table["saw"]].mean()
    expected = share - expit(np.log(share / (1 - share)) - fit.params[0])
    found = case_crossover(table)
    assert found.mean == pytest.approx(expected, rel=1e-3)  # as far as statsmodels goes
    assert found.influence.sum() == pytest.approx(0.0, abs=1e-9)
    without = share - expected
    by_ratio = without * (1 - without) * fit.bse[0]
    of_share = (1 - without * (1 - without) / (share * (1 - share))) * np.sqrt(share * (1 - share) / table["saw"].sum())
    error = np.sqrt(np.sum(found.influence**2))
    assert by_ratio * 0.8 < error < 1.2 * np.hypot(by_ratio, of_share)


def test_the_case_crossover_is_not_fooled_by_what_all_sessions_of_a_stratum_share():
    """100 studies of 400 weeks: no effect is found in about 95, where comparing sessions at large finds one in all."""
    held, naive = 0, 0
    for seed in range(100):
        table = strata(seed, ratio=0.0)
        found = case_crossover(table).over(table["stratum"])
        held += found.low <= 0.0 <= found.high
        wrong = exposed_minus_unexposed({**table, "outcome": table["left"]}).over(table["stratum"])
        naive += wrong.low <= 0.0 <= wrong.high
    assert held >= 88
    assert naive < 20


@pytest.mark.parametrize("estimator", [standardised, weighted])
def test_a_study_that_can_say_nothing_says_nothing(estimator):
    nobody = {"x": np.arange(9.0), "treated": np.zeros(9, bool), "outcome": np.ones(9)}
    assert np.isnan(estimator(nobody, ["x"]).mean)
    separated = {"x": np.arange(40.0), "treated": np.arange(40) >= 20, "outcome": np.arange(40) % 2 * 1.0}
    assert np.isnan(weighted(separated, ["x"]).mean)
    assert np.isnan(exposed_minus_unexposed({"outcome": np.ones(3), "saw": np.ones(3, bool)}).mean)
    assert np.isnan(mean_known(np.full(3, np.nan)).mean)
    alone = {"left": np.array([1, 0]) > 0, "saw": np.array([1, 0]) > 0, "stratum": np.array([1, 1])}
    assert np.isnan(case_crossover(alone).mean)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(-5, 5), st.floats(0.1, 5))
def test_another_unit_of_the_outcome_changes_no_more_than_the_unit(seed, shift, factor):
    table = of_therapists(seed, therapists=12, clients=12)
    moved = {**table, "outcome": shift + factor * table["outcome"]}
    for estimator in (
        lambda one: standardised(one, ["x"]),
        lambda one: weighted(one, ["x"]),
        exposed_minus_unexposed,
    ):
        one, other = estimator(table), estimator(moved)
        if np.isfinite(one.mean):
            assert other.mean == pytest.approx(factor * one.mean, rel=1e-6, abs=1e-6)
            assert interval_of(other.mean, other.influence).high == pytest.approx(
                factor * interval_of(one.mean, one.influence).high, rel=1e-6, abs=1e-6
            )
