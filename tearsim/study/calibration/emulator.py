"""An emulator: what each finding would be at any parameters, learnt from a table of simulated worlds.

A quadratic response surface, its penalty chosen for each finding by leaving out one world at a time. Small neural
networks and Gaussian processes were tried on the same table: the first did worse, the second no better, and neither can
be fitted, judged and asked in milliseconds. What an emulator gets wrong is measured on worlds it has not seen, as the
covariance of its errors over findings: the noise of one simulated study is part of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from tearsim.errors import TearSimError
from tearsim.study.calibration.design import Target
from tearsim.worlds.outcomes import Numbers

# Penalties tried: from none to speak of to one that leaves hardly more than the mean.
PENALTIES = 10.0 ** np.arange(-3.0, 7.0, 0.5)
# What is above 0 and spreads with its size.
LOGGED = ("length", "ratio")
# How much a product of two parameters counts beside one parameter alone before any is seen.
PRODUCTS = 0.4


def to_scale(target: Target, values: ArrayLike) -> Numbers:
    """Values on a scale of even noise: arcsine of the root of a share, Fisher's z, logarithm of a length or a ratio."""
    values = np.asarray(values, float)
    if target.finding.measure in ("share", "variance share"):
        return np.arcsin(np.sqrt(np.clip(values, 0.0, 1.0)))
    if target.finding.measure == "correlation":
        return np.arctanh(values)
    return np.log(values) if target.finding.measure in LOGGED else values


def on_scales(targets: Sequence[Target], found: Numbers) -> Numbers:
    """Findings of worlds, shape (worlds, findings), each on its scale."""
    return np.column_stack([to_scale(target, column) for target, column in zip(targets, found.T, strict=True)])


def centres(targets: Sequence[Target]) -> Numbers:
    """The middles of the findings' intervals, on their scales: not always the published values (`design.Target`)."""
    return np.array([float(to_scale(target, target.centre)) for target in targets])


def errors(targets: Sequence[Target]) -> Numbers:
    """The standard errors that the findings' intervals amount to, on their scales."""
    spans = [to_scale(t, t.centre + t.error) - to_scale(t, t.centre - t.error) for t in targets]
    return np.array(spans, float) / 2.0


class Emulator:
    """Findings (on their scales) as a function of the unit cube, learnt from worlds.

    `f(u) = start(u) + a + b'z + z'Cz`, z the coordinates in standard deviations of the worlds learnt from; `start` is
    an emulator that learnt from others before, which this one corrects. `covariance` is that of its errors on worlds
    left out. Worlds in which a finding could not be measured are passed over.

    Raises TearSimError if too few are left to learn from.
    """

    def __init__(self, unit: Numbers, found: Numbers, start: "Emulator | None" = None) -> None:
        measured = np.isfinite(found).all(axis=1)
        unit, found = unit[measured], found[measured]
        self.used = len(unit)
        if self.used < 20:
            raise TearSimError(
                f"Only {self.used} worlds could be measured in full; an emulator learns from 20 or more."
            )
        self._start = start
        self._centre, self._spread = unit.mean(axis=0), np.maximum(unit.std(axis=0), 1e-9)
        away = found if start is None else found - start(unit)
        features = self._features(unit)
        self._means = features.mean(axis=0)
        left, sizes, right = np.linalg.svd(features - self._means, full_matrices=False)
        self._level = away.mean(axis=0)
        projected = left.T @ (away - self._level)
        errors = np.empty_like(away)
        self._weights = np.empty((features.shape[1], found.shape[1]))
        for i in range(found.shape[1]):
            tried = [_left_out(left, sizes, projected[:, i], away[:, i] - self._level[i], each) for each in PENALTIES]
            best = int(np.argmin([np.mean(wrong**2) for wrong in tried]))
            errors[:, i] = tried[best]
            self._weights[:, i] = right.T @ (sizes / (sizes**2 + PENALTIES[best]) * projected[:, i])
        self.covariance = np.cov(errors.T)

    def __call__(self, unit: Numbers) -> Numbers:
        """Findings at points of the unit cube; shape (points, findings)."""
        learnt = self._level + (self._features(unit) - self._means) @ self._weights
        return np.asarray(learnt if self._start is None else self._start(unit) + learnt)

    def _features(self, unit: Numbers) -> Numbers:
        z = (unit - self._centre) / self._spread
        i, j = np.triu_indices(z.shape[1])
        return np.hstack([z, PRODUCTS * z[:, i] * z[:, j]])


def _left_out(left: Numbers, sizes: Numbers, projected: Numbers, away: Numbers, penalty: float) -> Numbers:
    """Errors on each world of a ridge regression that learnt from all others: `residual / (1 - leverage)`."""
    kept = sizes**2 / (sizes**2 + penalty)
    leverage = (left**2) @ kept + 1.0 / len(left)
    return np.asarray((away - left @ (kept * projected)) / np.maximum(1.0 - leverage, 1e-6))
