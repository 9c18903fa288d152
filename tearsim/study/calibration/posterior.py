"""The posterior: prior times likelihood, sampled by emcee.

emcee moves many walkers at once by each other's differences, needs no gradients and nothing tuned by hand, and is a few
hundred kilobytes: with an emulator, its hundred thousands of evaluations take seconds. (Simulating anew for each
sample, as in approximate Bayesian computation, would take hours for one posterior, and the rank test needs dozens;
neural posteriors need PyTorch, gigabytes of it.)

Coordinates are standard normal ones, z = ndtri(unit): the uniform prior is then a normal density without walls.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr, ndtri

from tearsim.errors import TearSimError, how_to_install
from tearsim.study.calibration.emulator import Emulator
from tearsim.study.randomness import Streams
from tearsim.worlds.outcomes import Numbers

# Beyond this no walker goes: the last millionth of a range at either end.
FARTHEST = 4.7
# How many times its autocorrelation time a chain has to be long for that time to be trusted, by emcee's own rule.
ADVISED = 50


class Evidence(NamedTuple):
    """Findings (on their scales), their standard errors, and the emulator that says what parameters would give.

    Of published findings, `found` are the middles of their intervals (see `design.Target`).

    What the emulator gets wrong counts in full, the noise of one simulated study included: a published finding is taken
    for one such study, which widens the posterior rather than narrowing it. So the studies it last learns from are
    large: chance in them should be smaller than the published errors.
    """

    found: Numbers
    errors: Numbers
    emulator: Emulator

    @property
    def covariance(self) -> Numbers:
        """Of the findings about what the emulator says."""
        return np.asarray(self.emulator.covariance + np.diag(self.errors**2))


class Sample(NamedTuple):
    """Draws from a posterior in the unit cube, shape (draws, parameters), and how well the chain has mixed.

    `time` is the longest of the parameters' autocorrelation times, in steps, as this chain has it; `steps` is how many
    were kept of each walker. A chain of fewer than `ADVISED` times is too short to tell its time well: mostly it says
    too little, and then `effective` too much.
    """

    unit: Numbers
    time: float
    steps: int
    accepted: float

    @property
    def effective(self) -> float:
        """How many independent draws these are worth: `draws/time`."""
        return len(self.unit) / self.time

    @property
    def times(self) -> float:
        """How many of its autocorrelation times the chain is long."""
        return self.steps / self.time


def log_likelihood(evidence: Evidence, unit: Numbers) -> Numbers:
    """Normal log-likelihood of the findings at points of the unit cube, as the emulator has it; shape (points,)."""
    return log_fit(evidence, evidence.emulator(unit))


def log_fit(evidence: Evidence, expected: Numbers) -> Numbers:
    """Normal log-likelihood of the findings where these are expected, shape (worlds, findings), but for a constant.

    `-(y - f)' S^-1 (y - f) / 2`, S the squares of the findings' standard errors plus the covariance of what the
    emulator gets wrong. Shape (worlds,).
    """
    scale = cho_factor(evidence.covariance)
    away = evidence.found - expected
    return np.asarray(-0.5 * (away * cho_solve(scale, away.T).T).sum(axis=1))


def sample_posterior(
    evidence: list[Evidence], parameters: int, walkers: int, steps: int, luck: Streams, purpose: int
) -> Sample:
    """Draws from the posterior that this evidence leaves of the prior; the first half of the steps is dropped.

    Usually there is one; a second stands for what was learnt before (see `trials.rank_test`).
    """
    try:
        import emcee
        from threadpoolctl import threadpool_limits
    except ImportError:
        raise TearSimError(f"Calibrating needs more libraries: {how_to_install('calibrate')}.") from None

    def log_density(z: Numbers) -> Numbers:
        density = -0.5 * (z * z).sum(axis=1)
        for one in evidence:
            density = density + log_likelihood(one, ndtr(z))
        return np.where(np.abs(z).max(axis=1) > FARTHEST, -np.inf, density)

    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    sampler = emcee.EnsembleSampler(walkers, parameters, log_density, moves=moves, vectorize=True)
    start = ndtri(luck.library_generator(purpose).random_sample((walkers, parameters)))
    state = emcee.State(start, random_state=luck.library_generator(purpose + 1).get_state())
    with threadpool_limits(1):  # matrices so small that threads would only wait for each other
        sampler.run_mcmc(state, steps)
    chain = sampler.get_chain(discard=steps // 2)
    with np.errstate(invalid="ignore"):  # a walker that never moved has no autocorrelation time
        # No tolerance: a chain too short is no error here, but goes on record as one (`Sample.times`).
        times = np.nan_to_num(emcee.autocorr.integrated_time(chain, tol=0), nan=len(chain))
    time, accepted = max(1.0, float(times.max())), float(np.mean(sampler.acceptance_fraction))
    return Sample(ndtr(chain.reshape(-1, parameters)), time, len(chain), accepted)


def first_draws(sample: Sample, number: int, luck: Streams, purpose: int) -> Numbers:
    """A number of draws in random order, so that asking for more adds to those there are."""
    return np.asarray(sample.unit[luck.library_generator(purpose).permutation(len(sample.unit))[:number]])


def thinned(sample: Sample, number: int) -> Numbers:
    """A number of draws at equal steps through the sample."""
    return sample.unit[np.linspace(0, len(sample.unit) - 1, number).round().astype(int)]
