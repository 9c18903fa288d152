"""Estimators against the library that studies use, and against answers known beforehand."""

import numpy as np
import pytest

from tearsim.evidence.estimators import (
    correlation,
    logistic_weights,
    mean,
    reached_by,
    residual,
    share_between,
    share_between_on_latent_scale,
    slopes,
    standardised_difference,
    without_means,
)
from tearsim.study.randomness import Streams


def drawn(number, purpose=1):
    return Streams(99).library_generator(purpose).standard_normal(number)


@pytest.mark.parametrize("spread", [0.3, 0.6])
def test_the_share_between_therapists_is_that_of_statsmodels(spread):
    import statsmodels.api as sm

    therapist = np.repeat(np.arange(100), np.arange(100) % 7 + 12)
    outcome = spread * drawn(100)[therapist] + drawn(len(therapist), 2)
    model = sm.MixedLM(outcome, np.ones((len(outcome), 1)), therapist).fit(reml=True)
    between = float(model.cov_re[0, 0])
    assert share_between(outcome, therapist) == pytest.approx(between / (between + model.scale), abs=2e-4)


def test_therapists_who_do_not_differ_have_no_share():
    therapist = np.repeat(np.arange(100), 30)
    assert share_between(drawn(len(therapist), 2), therapist) < 0.02
    left = Streams(7).library_generator(3).random_sample(len(therapist)) < 0.2
    assert share_between_on_latent_scale(left, therapist) < 0.02


def test_the_latent_share_is_that_of_the_world_that_made_it():
    spread = 0.8
    therapist = np.repeat(np.arange(400), 60)
    log_odds = -1.4 + spread * drawn(400)[therapist]
    left = Streams(5).library_generator(3).random_sample(len(therapist)) < 1 / (1 + np.exp(-log_odds))
    share = spread**2 / (spread**2 + np.pi**2 / 3)
    assert share_between_on_latent_scale(left, therapist) == pytest.approx(share, rel=0.1)


def test_the_latent_share_maximises_a_likelihood_integrated_without_quadrature():
    """Ten therapists by brute force: a fine sum over the random intercept in place of Gauss-Hermite."""
    therapist = np.repeat(np.arange(10), 30)
    left = Streams(6).library_generator(4).random_sample(300) < 1 / (1 + np.exp(1.0 - 0.9 * drawn(10)[therapist]))
    yes, n = np.bincount(therapist, left), np.bincount(therapist)
    grid = np.linspace(-6, 6, 2001)[:, None]
    weight = np.exp(-0.5 * grid**2) / np.exp(-0.5 * grid**2).sum()

    def log_likelihood(level, spread):
        x = level + spread * grid
        return np.log((np.exp(yes * x - n * np.logaddexp(0, x)) * weight).sum(axis=0)).sum()

    best = max((log_likelihood(a, s), s) for a in np.linspace(-2.5, 0.5, 61) for s in np.linspace(0.02, 2, 100))[1]
    assert share_between_on_latent_scale(left, therapist) == pytest.approx(best**2 / (best**2 + np.pi**2 / 3), abs=0.02)


def test_a_residual_is_what_a_line_leaves():
    x = np.arange(10.0)
    assert residual(3.0 + 2.0 * x, x) == pytest.approx(np.zeros(10), abs=1e-12)
    noise = drawn(50)
    assert abs(np.corrcoef(residual(drawn(50, 2) + noise, noise), noise)[0, 1]) < 1e-12


def test_a_difference_is_in_pooled_standard_deviations():
    assert standardised_difference(np.array([1.0, 3.0]), np.array([0.0, 2.0])) == pytest.approx(1 / np.sqrt(2))


def test_what_cannot_be_estimated_is_missing():
    same = np.ones(5)
    assert np.isnan(mean(np.array([])))
    assert np.isnan(correlation(same, np.arange(5)))
    assert np.isnan(standardised_difference(np.ones(1), np.arange(4)))
    assert np.isnan(residual(np.arange(5), same)).all()
    assert np.isnan(share_between(np.arange(5.0), np.zeros(5)))
    assert np.isnan(share_between_on_latent_scale(same, np.arange(5)))


def test_a_share_reached_is_kaplan_and_meiers():
    from statsmodels.duration.survfunc import SurvfuncRight

    times, reached = 1 + np.floor(10.0 * drawn(400, 5) ** 2).astype(int), drawn(400, 6) < 0.0
    theirs = SurvfuncRight(times, reached.astype(int))
    for by in (1, 8, 26):
        assert reached_by(times, reached, by) == pytest.approx(1.0 - theirs.surv_prob[theirs.surv_times <= by][-1])
    assert np.isnan(reached_by(np.zeros(0, int), np.zeros(0, bool), 8))


def test_log_odds_are_those_of_statsmodels():
    from statsmodels.api import Logit, add_constant

    x = drawn(1000, 7).reshape(500, 2) + 3.0
    happened = drawn(500, 8) < x @ [0.8, -0.4] - 1.0
    assert logistic_weights(happened, x) == pytest.approx(
        Logit(happened, add_constant(x)).fit(disp=0).params[1:], rel=1e-6
    )
    assert np.isnan(logistic_weights(np.ones(500), x)).all()
    assert np.isnan(logistic_weights(happened, np.ones((500, 1)))).all()


def test_slopes_and_means_taken_out():
    groups = np.array([0, 0, 1, 1])
    assert without_means(np.array([1.0, 3.0, 10.0, 14.0]), groups).tolist() == [-1.0, 1.0, -2.0, 2.0]
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    assert slopes(x @ [2.0, -3.0], x) == pytest.approx([2.0, -3.0])
