"""The answer of a sweep in a few tables: outcomes by each parameter that varies, with intervals over replicates."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from tearsim.study.results import Results

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A mean over replicates with its 95 % interval (Student's t); all missing where there is nothing to average."""

    mean: float
    low: float
    high: float
    replicates: int


def estimate(by_replicate: pd.Series) -> Estimate:
    """Mean over replicates with its interval; the interval is missing with fewer than two."""
    values = by_replicate.dropna().to_numpy(float)
    if len(values) == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    mean = float(values.mean())
    if len(values) == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    half = stdtrit(len(values) - 1, 0.5 + CONFIDENCE / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return Estimate(mean, mean - float(half), mean + float(half), len(values))


def by_level(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """An outcome at each value of one parameter, averaged over all else that varies: mean, low, high, replicates.

    Replicates, not runs, are the independent units: the points of a replicate share its luck.
    """
    means = runs.groupby([parameter, "replicate"], observed=True)[outcome].mean()
    levels = {level: estimate(values) for level, values in means.groupby(level=parameter)}
    return pd.DataFrame(levels.values(), index=pd.Index(levels.keys(), name=parameter))


def effect_of_showing(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """Shown minus held back, at each value of one parameter: the same people under the same luck, so paired."""
    levels = {level: overall_effect(at_level, outcome) for level, at_level in runs.groupby(parameter, observed=True)}
    return pd.DataFrame(levels.values(), index=pd.Index(levels.keys(), name=parameter))


def overall_effect(runs: pd.DataFrame, outcome: str) -> Estimate:
    """Shown minus held back, averaged over all design points, paired within replicates."""
    means = runs.groupby(["replicate", "tears"], observed=True)[outcome].mean().unstack("tears")
    return estimate(means["shown"] - means["held back"])


def has_both_arms(runs: pd.DataFrame) -> bool:
    """Whether tears are shown in some runs and held back in others."""
    return "tears" in runs and {"shown", "held back"} <= set(runs["tears"])


def parameters_to_show(results: Results) -> list[str]:
    """The varied parameters that a summary has a table for: all but the arms."""
    both = has_both_arms(results.runs)
    return [name for name in results.experiment.varied if not (both and name == "tears")]
