"""Is the posterior one? Trials on findings made by the model itself, where the truth is known.

- **The rank test** (simulation-based calibration, Talts et al. 2018, arXiv:1804.06788): parameters are drawn from the
  prior, a study of their world is simulated, and the posterior is taken of what it found. Over many such data sets, the
  rank of the true value among draws from the posterior is uniform, for every parameter, if the posterior is one.
- **The perfect model**: a few worlds of known parameters, each seen by one study and published with an error, have to
  be recovered within the stated intervals; where the posterior is about as wide as the prior, the findings do not
  identify a parameter.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kstest

from tearsim.study.calibration.emulator import Emulator
from tearsim.study.calibration.outcome import RanksOutcome
from tearsim.study.calibration.posterior import Evidence, Sample, sample_posterior, thinned
from tearsim.study.estimates import Estimate, estimate
from tearsim.study.randomness import Streams
from tearsim.worlds.outcomes import Numbers

# Draws that a true value is ranked among. Of the 200 ranks, 100, 160 and 190 lie in central intervals of the `LEVELS`:
# what they hold of even ranks is what they are called by.
RANKED_AMONG = 199
STEPS_OF_TRIALS = 3  # a trial's posterior takes a third of the steps: a few hundred draws of it are enough
LEVELS = (0.5, 0.8, 0.95)  # of central intervals, for coverage
SMALL_P = 0.05  # of a rank test's p values, those reported by name; chance alone makes one in twenty
# How much is learnt of a parameter: by the width of its posterior beside the prior's, each class below its bound.
HOW_LEARNT = {"learnt": 0.7, "little learnt": 0.9, "not identified": np.inf}


class RankTest(NamedTuple):
    """Ranks of true values, from 0 to 1, shape (data sets, parameters), and what they say.

    `p_values` are of a Kolmogorov-Smirnov test of uniformity, one a parameter; `coverage` is in what share central
    intervals of each level held the true value, over data sets and parameters, with its 95 % interval over data sets:
    the parameters of one share its study. `times` and `effective` are of the worst chain (see `Sample`).
    """

    ranks: Numbers
    p_values: Numbers
    coverage: dict[float, Estimate]
    times: float = np.nan
    effective: float = np.nan
    among: int = RANKED_AMONG


def rank_test(
    truths: Numbers,
    found: Numbers,
    errors: Numbers,
    emulator: Emulator,
    before: list[Evidence],
    walkers: int,
    steps: int,
    luck: Streams,
    purpose: int,
) -> RankTest:
    """Ranks of the true parameters of synthetic data sets in their posteriors.

    `found` are the findings of one simulated study a data set; errors of publication are added here. `before` is the
    evidence from which the truths were drawn, if not from the prior alone: then that is what they are ranked under.
    """
    least = 2 * -(-RANKED_AMONG // walkers)  # half of the steps are dropped, and no truth is ranked by a draw twice
    steps = max(20, steps // STEPS_OF_TRIALS, least)
    noise = luck.library_generator(purpose).standard_normal(found.shape)
    ranks = np.empty(truths.shape)
    chains = []
    for i, (truth, study) in enumerate(zip(truths, found + errors * noise, strict=True)):
        evidence = [*before, Evidence(study, errors, emulator)]
        sample = sample_posterior(evidence, truths.shape[1], walkers, steps, luck, purpose + 10 + 2 * i)
        ranks[i] = (thinned(sample, RANKED_AMONG) < truth).mean(axis=0)
        chains.append((sample.times, sample.effective))
    times, effective = map(min, zip(*chains, strict=True))
    return rank_test_of(ranks)._replace(times=times, effective=effective)


def rank_test_of(ranks: Numbers, among: int = RANKED_AMONG) -> RankTest:
    """What ranks among a number of draws say, from 0 to 1, shape (data sets, parameters)."""
    middles = (ranks * among + 0.5) / (among + 1)
    p_values = np.array([kstest(column, "uniform").pvalue for column in middles.T])
    held = {level: (np.abs(middles - 0.5) < level / 2.0).mean(axis=1) for level in LEVELS}
    shares_held = {level: estimate(pd.Series(shares)).within((0.0, 1.0)) for level, shares in held.items()}
    return RankTest(ranks, p_values, shares_held, among=among)


def ranks_of(known: Numbers, drawn: Numbers) -> Numbers:
    """Ranks of true values, shape (data sets, numbers), among draws, shape (data sets, draws, numbers)."""
    below, alike = (drawn < known[:, None]).mean(axis=1), (drawn == known[:, None]).mean(axis=1)
    return np.asarray(below + alike / 2.0)


def ranks_outcome(test: RankTest, parameters: Sequence[str]) -> RanksOutcome:
    """A rank test in numbers that can be read."""
    small: list[list[str | float]] = [
        [parameters[i], float(test.p_values[i])] for i in np.argsort(test.p_values) if test.p_values[i] < SMALL_P
    ]
    return {
        "data_sets": len(test.ranks),
        "parameters": len(parameters),
        "small_p": small,
        "coverage": {
            f"{level:.2f}": {"mean": held.mean, "low": held.low, "high": held.high}
            for level, held in test.coverage.items()
        },
        "ranked_among": test.among,
        "mean_rank": float(test.ranks.mean()),
    }


class PerfectModel(NamedTuple):
    """How well known parameters are recovered: 95 % intervals in the unit cube."""

    truth: Numbers
    low: Numbers
    high: Numbers

    @property
    def recovered(self) -> NDArray[np.bool_]:
        """Which true values lie in their intervals."""
        return (self.low <= self.truth) & (self.truth <= self.high)


def perfect_models(
    truths: Numbers,
    found: Numbers,
    errors: Numbers,
    emulator: Emulator,
    walkers: int,
    steps: int,
    luck: Streams,
    purpose: int,
) -> list[tuple[PerfectModel, Numbers]]:
    """For each known world, how well it is recovered, and the widths of its posterior.

    `found` are the findings of one simulated study a world, shape (worlds, findings), on their scales; an error of
    publication is added to each here.
    """
    noise = luck.library_generator(purpose).standard_normal(found.shape)
    models = []
    for i, (truth, study) in enumerate(zip(truths, found + errors * noise, strict=True)):
        evidence = [Evidence(study, errors, emulator)]
        sample = sample_posterior(evidence, len(truth), walkers, steps, luck, purpose + 10 + 2 * i)
        models.append((perfect_model(truth, sample), width(sample.unit)))
    return models


def perfect_model(truth: Numbers, sample: Sample) -> PerfectModel:
    """A posterior against the known parameters whose world it was taken of."""
    low, high = np.quantile(sample.unit, [0.025, 0.975], axis=0)
    return PerfectModel(truth, low, high)


def width(unit: Numbers) -> Numbers:
    """Standard deviation of draws over that of the uniform prior, one a parameter."""
    return np.asarray(unit.std(axis=0) * np.sqrt(12.0))


def learnt(wide: float) -> str:
    """The class of a parameter whose posterior is this wide beside the prior: a name in `CLASSES`."""
    return next(name for name, bound in HOW_LEARNT.items() if wide < bound)
