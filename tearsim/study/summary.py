"""The answer of a sweep in a few tables: outcomes by each parameter that varies, with intervals over replicates."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from tearsim.study.results import Results
from tearsim.worlds.outcomes import OUTCOMES

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A mean over replicates with its 95 % interval (Student's t); all missing where there is nothing to average."""

    mean: float
    low: float
    high: float
    replicates: int


def estimate(by_replicate: pd.Series, confidence: float = CONFIDENCE) -> Estimate:
    """Mean over replicates with its interval; the interval is missing with fewer than two."""
    values = by_replicate.dropna().to_numpy(float)
    if len(values) == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    mean = float(values.mean())
    if len(values) == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    half = stdtrit(len(values) - 1, 0.5 + confidence / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return Estimate(mean, mean - float(half), mean + float(half), len(values))


def by_level(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """An outcome at each value of one parameter, averaged over all else that varies: mean, low, high, replicates.

    Replicates, not runs, are the independent units: the points of a replicate share its luck.
    """
    means = runs.groupby([parameter, "replicate"], observed=True)[outcome].mean()
    levels = {level: estimate(values) for level, values in means.groupby(level=parameter)}
    return pd.DataFrame(levels.values(), index=pd.Index(levels.keys(), name=parameter), columns=Estimate._fields)


def overall(runs: pd.DataFrame, outcome: str) -> Estimate:
    """An outcome averaged over all design points, with its interval over replicates."""
    return estimate(runs.groupby("replicate")[outcome].mean())


def range_over_points(runs: pd.DataFrame, outcome: str) -> NDArray[np.float64]:
    """What 5 % of design points lie below, and what 5 % lie above, each point's replicates averaged; shape (2,)."""
    return runs.groupby("design_point")[outcome].mean().quantile([0.05, 0.95]).to_numpy(float)


def effect_of_showing(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """Shown minus held back, at each value of one parameter (see `overall_effect`)."""
    pairs = paired_differences(runs, outcome)
    means = pairs.groupby([parameter, "replicate"], observed=True)[outcome].mean()
    levels = {level: estimate(values) for level, values in means.groupby(level=parameter)}
    table = pd.DataFrame(levels.values(), index=pd.Index(levels.keys(), name=parameter), columns=Estimate._fields)
    return table.reindex(sorted(runs[parameter].unique())).fillna({"replicates": 0}).astype({"replicates": int})


def overall_effect(runs: pd.DataFrame, outcome: str) -> Estimate:
    """Shown minus held back, averaged over design points, with its interval over replicates."""
    return estimate(paired_differences(runs, outcome).groupby("replicate")[outcome].mean())


def paired_differences(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Shown minus held back, one row a pair: the replicate, the varied parameters, and the difference in the outcome.

    Each run is paired with the run that differs from it in nothing but the tears: the same replicate, the same
    parameters. Runs without such a partner, and pairs with a missing outcome, are left out.
    """
    alike = [name for name in runs if name not in OUTCOMES and name not in ("design_point", "tears")]
    pairs = runs.pivot_table(index=alike, columns="tears", values=outcome, aggfunc="mean", observed=True)
    if not {"shown", "held back"} <= set(pairs):
        return pd.DataFrame({name: [] for name in (*alike, outcome)})
    return (pairs["shown"] - pairs["held back"]).dropna().rename(outcome).reset_index()


def has_both_arms(runs: pd.DataFrame) -> bool:
    """Whether tears are shown in some runs and held back in others."""
    return "tears" in runs and {"shown", "held back"} <= set(runs["tears"].unique())


def parameters_to_show(results: Results) -> list[str]:
    """The varied parameters that a summary has a table for: all but the manner of tears, which has its own."""
    return [name for name in results.experiment.varied if name != "tears"]
