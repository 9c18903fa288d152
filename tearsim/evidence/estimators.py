"""The estimators by which studies arrive at their numbers, for plain arrays.

Variance shares are those of the multilevel models in the literature: restricted maximum likelihood for ratings and
outcomes, maximum likelihood of a random-intercept logistic model for dropout. statsmodels fits the first too, in a
tenth of a second; calibration asks for thousands, so the likelihoods of one random intercept are written out here, and
the tests hold them to statsmodels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

Array = NDArray[Any]  # measurements, counts or switches: whatever there is a mean of


# Points of Gauss-Hermite quadrature over therapists: the third decimal of a share has settled by fifteen.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
# A variance ratio beyond which no study's share lies (.98 of all variance).
MOST_RATIO = 50.0
# Newton's method for a logistic regression: it has settled after five or six steps.
NEWTON_STEPS, SETTLED = 25, 1e-10


def mean(values: Array) -> float:
    """The mean; missing (NaN) for nothing."""
    return float(np.mean(values)) if len(values) else float("nan")


def correlation(x: Array, y: Array) -> float:
    """Pearson's r of two columns, point-biserial where one of them is yes or no; missing where either never varies."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if len(x) < 3 or x.min() == x.max() or y.min() == y.max():
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def residual(y: Array, x: Array) -> Array:
    """What is left of y once x has been taken into account: residuals of a least-squares line."""
    if len(x) < 3 or x.min() == x.max():
        return np.full(len(x), np.nan)
    slope = np.cov(x, y, ddof=0)[0, 1] / np.var(x)
    return np.asarray(y - y.mean() - slope * (x - x.mean()))


def standardised_difference(one: Array, other: Array) -> float:
    """Cohen's d: the difference of two means over the pooled standard deviation within groups."""
    n, m = len(one), len(other)
    if n < 2 or m < 2:
        return float("nan")
    pooled = ((n - 1) * np.var(one, ddof=1) + (m - 1) * np.var(other, ddof=1)) / (n + m - 2)
    return float((np.mean(one) - np.mean(other)) / np.sqrt(pooled)) if pooled > 0 else float("nan")


def slopes(y: Array, x: Array) -> Array:
    """Least-squares coefficients of y on the columns of x, all of mean 0."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0])


def without_means(values: Array, groups: Array) -> Array:
    """Values minus the mean of their group, groups being whole numbers from 0."""
    sizes = np.maximum(np.bincount(groups), 1)
    return np.asarray(values - (np.bincount(groups, weights=values) / sizes)[groups])


def reached_by(times: Array, reached: Array, by: int) -> float:
    """Share who have reached something by a time, those whose time ended before being out of sight: Kaplan & Meier.

    `1 - prod(1 - reached_t/at risk_t)` over times t up to `by`; someone's time is when they reached it, or ended.
    Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452. Missing for nobody.
    """
    if not len(times):
        return float("nan")
    most = int(times.max()) + 1
    risk = np.cumsum(np.bincount(times, minlength=most)[::-1])[::-1]
    events = np.bincount(times, weights=reached, minlength=most)
    left = 1.0 - events[: by + 1] / np.maximum(risk[: by + 1], 1)
    return float(1.0 - np.prod(left))


def logistic_weights(happened: Array, x: Array) -> Array:
    """Coefficients of the columns of x in a logistic regression with a constant, by Newton's method; missing where all
    or none happened, or a column never varies.
    """
    happened = np.asarray(happened, float)
    if happened.min(initial=1.0) == happened.max(initial=0.0) or (np.ptp(x, axis=0) == 0).any():
        return np.full(x.shape[1], np.nan)
    design = np.column_stack([np.ones(len(x)), x - x.mean(axis=0)])
    found = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        likely = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30.0, 30.0)))
        information = (design * (likely * (1.0 - likely))[:, None]).T @ design
        step = np.linalg.lstsq(information, design.T @ (happened - likely), rcond=None)[0]
        found = found + step
        if np.abs(step).max() < SETTLED:
            break
    return np.asarray(found[1:])


def share_between(values: Array, groups: Array) -> float:
    """Share of variance that lies between groups (intraclass correlation), by restricted maximum likelihood.

    The model is `y = mean + u_group + e`. With the ratio r = var(u)/var(e) and m_j members of group j, the mean and
    var(e) have closed forms, and minus twice the restricted log-likelihood is, but for a constant,

        (N - 1) log S(r) + sum_j log(1 + m_j r) + log sum_j m_j/(1 + m_j r),

    S the sum of squares so weighted. The share is r/(1 + r). Missing with fewer than two groups.
    """
    sizes, means, within = _by_group(values, groups)
    total = sizes.sum()
    if len(sizes) < 2 or within <= 0:
        return float("nan")

    def deviance(log_ratio: float) -> float:
        weight = 1.0 / (1.0 + sizes * np.exp(log_ratio))
        information = (sizes * weight).sum()
        centre = (sizes * weight * means).sum() / information
        squares = within + (sizes * weight * (means - centre) ** 2).sum()
        return float((total - 1) * np.log(squares) - np.log(weight).sum() + np.log(information))

    found = minimize_scalar(deviance, bounds=(-15.0, np.log(MOST_RATIO)), method="bounded", options={"xatol": 1e-6})
    ratio = np.exp(found.x)
    return float(ratio / (1.0 + ratio))


def share_between_on_latent_scale(happened: Array, groups: Array) -> float:
    """Share of variance that lies between groups for a yes or no, on the scale of log-odds: `v/(v + pi^2/3)`.

    v is the variance of a normal random intercept, fitted with the mean by maximum likelihood (Gauss-Hermite
    quadrature). Missing where all or none happened.
    """
    _, number = np.unique(groups, return_inverse=True)
    n = np.bincount(number).astype(float)
    yes = np.bincount(number, weights=happened)
    if not 0 < yes.sum() < n.sum() or len(n) < 2:
        return float("nan")

    def deviance(free: Array) -> float:
        log_odds = free[0] + np.exp(free[1]) * NODES[:, None]
        each = yes * log_odds - n * np.logaddexp(0.0, log_odds) + np.log(WEIGHTS)[:, None]
        return float(-2.0 * np.logaddexp.reduce(each, axis=0).sum())

    level = yes.sum() / n.sum()
    start = np.array([np.log(level / (1.0 - level)), -1.0])
    found = minimize(deviance, start, method="L-BFGS-B", bounds=((-8.0, 8.0), (-6.0, 2.0)))
    variance = np.exp(2.0 * found.x[1])
    return float(variance / (variance + np.pi**2 / 3.0))


def _by_group(values: Array, groups: Array) -> tuple[Array, Array, float]:
    """Size and mean of each group, and the sum of squares within groups."""
    _, number = np.unique(groups, return_inverse=True)
    sizes = np.bincount(number).astype(float)
    means = np.bincount(number, weights=values) / np.maximum(sizes, 1.0)
    return sizes, means, float(((values - means[number]) ** 2).sum())
