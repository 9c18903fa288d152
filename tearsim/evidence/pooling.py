"""Pooling samples that disagree: a mean over settings, with the variance between them.

Shares and variance shares are pooled as log-odds, correlations as Fisher's z, differences as they are. The variance
between samples is Paule and Mandel's, the standard error of the mean Hartung and Knapp's (statsmodels); with few
samples, both matter. What is imported for it takes a second, and is when it is asked for.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tearsim.errors import TearSimError

LEAST = 3  # samples
DECIMALS = 3  # further ones say nothing, and may differ from one machine to another


class Pooled(NamedTuple):
    """Samples pooled: their mean with its 95 % interval, and the interval in which another sample would lie."""

    mean: float
    low: float
    high: float
    next_low: float
    next_high: float
    spread: float  # standard deviation between samples, on the scale of pooling


class _Scale(NamedTuple):
    there: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]  # of the scale: an error there is as many errors of the value


# Squared standard errors come from the one rule of `patterns.py`, which hands them in.
_LOG_ODDS = _Scale(
    lambda p: math.log(p / (1.0 - p)), lambda x: 1.0 / (1.0 + math.exp(-x)), lambda p: 1.0 / (p * (1.0 - p))
)
_SCALES = {
    "share": _LOG_ODDS,
    "variance share": _LOG_ODDS,
    "correlation": _Scale(math.atanh, math.tanh, lambda r: 1.0 / (1.0 - r * r)),
    "difference": _Scale(lambda d: d, lambda d: d, lambda _: 1.0),
}
POOLED_MEASURES = tuple(_SCALES)


def pooled(measure: str, samples: Sequence[tuple[float, float]]) -> Pooled:
    """Samples of a measure, each a value and its standard error, as a mean over settings.

    `y_i ~ N(theta_i, v_i)`, `theta_i ~ N(mean, tau^2)`; interval of the mean: Student's t with k - 1 degrees of freedom
    on Hartung and Knapp's error; of another sample: `mean +- t(k - 2)*sqrt(tau^2 + se^2)`. Two samples tell nothing of
    the variance between them.
    DerSimonian & Laird 1986, doi:10.1016/0197-2456(86)90046-2; Paule & Mandel 1982, doi:10.6028/jres.087.022;
    IntHout et al. 2014, doi:10.1186/1471-2288-14-25; Higgins et al. 2009, doi:10.1111/j.1467-985X.2008.00552.x.

    Raises TearSimError for fewer than three samples, or a measure that is not pooled.

    >>> found = pooled("share", [(0.2, 0.02), (0.3, 0.02), (0.25, 0.03)])
    >>> found.low < found.mean < found.high, found.next_low < found.low
    (True, True)
    """
    if measure not in _SCALES or len(samples) < LEAST:
        raise TearSimError(f"Three or more samples of a {', '.join(POOLED_MEASURES)} can be pooled; this is neither.")
    scale = _SCALES[measure]
    effects = [scale.there(value) for value, _ in samples]
    return _back(pooled_on_scale(effects, [(scale.slope(value) * error) ** 2 for value, error in samples]), scale.back)


def pooled_on_scale(effects: Sequence[float], variances: Sequence[float]) -> Pooled:
    """The same for effects with variances, on whatever scale they are."""
    import numpy as np
    from scipy.stats import t as student
    from statsmodels.stats.meta_analysis import combine_effects

    found = combine_effects(np.array(effects, float), np.array(variances, float), method_re="pm", use_t=True)
    centre, error = float(found.mean_effect_re), float(found.sd_eff_w_re_hksj)
    between = max(0.0, float(found.tau2))
    half = float(student.ppf(0.975, len(effects) - 1)) * error
    reach = float(student.ppf(0.975, len(effects) - 2)) * math.sqrt(between + error**2)
    return Pooled(centre, centre - half, centre + half, centre - reach, centre + reach, math.sqrt(between))


def _back(found: Pooled, back: Callable[[float], float]) -> Pooled:
    mean, low, high, next_low, next_high = (round(back(end), DECIMALS) for end in found[:5])
    return Pooled(mean, low, high, next_low, next_high, round(found.spread, DECIMALS))
