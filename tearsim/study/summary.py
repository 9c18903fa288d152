"""The answer of a sweep in a few tables: outcomes by each parameter that varies, with intervals over replicates."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from tearsim.study.designs import combinations
from tearsim.study.experiment import SAMPLED, Experiment
from tearsim.study.results import Results
from tearsim.worlds.outcomes import OUTCOMES

CONFIDENCE = 0.95
NORMAL = float(ndtri(0.5 + CONFIDENCE / 2))  # standard errors to either side where Student's t is not called for
POINT = "design_point"
# The column that tells the draws of a sampled design apart.
DRAW = "draw"


class Estimate(NamedTuple):
    """A mean over replicates with its 95 % interval (Student's t); all missing where there is nothing to average."""

    mean: float
    low: float
    high: float
    replicates: int


MISSING = Estimate(np.nan, np.nan, np.nan, 0)


def estimate(by_replicate: pd.Series, confidence: float = CONFIDENCE) -> Estimate:
    """Mean over replicates with its interval; the interval is missing with fewer than two."""
    values = by_replicate.dropna().to_numpy(float)
    if len(values) == 0:
        return MISSING
    mean = float(values.mean())
    if len(values) == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    half = stdtrit(len(values) - 1, 0.5 + confidence / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return Estimate(mean, mean - float(half), mean + float(half), len(values))


def ratio(totals: list[float], numbers: list[int]) -> Estimate:
    """A mean over people who come in practices, with an interval that takes practices as the independent units.

    `mean = sum(total)/sum(n)`; `variance = R/(R - 1) * sum((total_r - mean*n_r)^2) / sum(n)^2` over R practices,
    Student's t with R - 1. All missing where nobody is counted; no interval from fewer than two practices with anyone.
    """
    total, number = np.array(totals, float), np.array(numbers, float)
    people, practices = number.sum(), len(number)
    if not people:
        return Estimate(np.nan, np.nan, np.nan, practices)
    mean = float(total.sum() / people)
    if np.count_nonzero(number) < 2:
        return Estimate(mean, np.nan, np.nan, practices)
    variance = practices / (practices - 1) * np.sum((total - mean * number) ** 2) / people**2
    half = float(stdtrit(practices - 1, 0.5 + CONFIDENCE / 2) * np.sqrt(variance))
    return Estimate(mean, mean - half, mean + half, practices)


def by_level(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """An outcome at each value of one parameter, averaged over all else that varies: mean, low, high, replicates.

    Replicates, not runs, are the independent units: the points of a replicate share its luck.
    """
    levels = {level: one for (level,), one in estimates(runs, [parameter], outcome).items()}
    return pd.DataFrame(levels.values(), index=pd.Index(levels.keys(), name=parameter), columns=Estimate._fields)


def estimates(rows: pd.DataFrame, by: Sequence[str], outcome: str) -> dict[tuple[Any, ...], Estimate]:
    """An outcome at each combination of the values of some columns, averaged within replicates and then over them."""
    means = rows.groupby([*by, "replicate"], observed=True)[outcome].mean()
    return {key: estimate(values) for key, values in means.groupby(level=list(by))}


def overall(runs: pd.DataFrame, outcome: str) -> Estimate:
    """An outcome averaged over all design points, with its interval over replicates."""
    return estimate(runs.groupby("replicate")[outcome].mean())


def range_over_points(runs: pd.DataFrame, outcome: str) -> NDArray[np.float64]:
    """What 5 % of design points lie below, and what 5 % lie above, each point's replicates averaged; shape (2,)."""
    return runs.groupby(POINT)[outcome].mean().quantile([0.05, 0.95]).to_numpy(float)


def effect_of_showing(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """Shown minus held back, at each value of one parameter (see `overall_effect`)."""
    table = by_level(paired_differences(runs, outcome), parameter, outcome)
    return table.reindex(sorted(runs[parameter].unique())).fillna({"replicates": 0}).astype({"replicates": int})


def overall_effect(runs: pd.DataFrame, outcome: str) -> Estimate:
    """Shown minus held back, averaged over design points, with its interval over replicates."""
    return overall(paired_differences(runs, outcome), outcome)


def paired_differences(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Shown minus held back, one row a pair: the replicate, the varied parameters, and the difference in the outcome.

    Each run is paired with the run that differs from it in nothing but the tears: the same replicate, the same
    parameters. Runs without such a partner, and pairs with a missing outcome, are left out.
    """
    alike = [name for name in runs if name not in OUTCOMES and name not in (POINT, "tears")]
    pairs = runs.pivot_table(index=alike, columns="tears", values=outcome, aggfunc="mean", observed=True)
    if not {"shown", "held back"} <= set(pairs):
        return pd.DataFrame({name: [] for name in (*alike, outcome)})
    return (pairs["shown"] - pairs["held back"]).dropna().rename(outcome).reset_index()


def with_draws(runs: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """The runs, with the draw that a point came with as a column where the design is a sample; draws are independent.

    A draw is a row of a Latin hypercube, a block of Saltelli's design or a trajectory of Morris's, with all that it is
    crossed with. Runs that differ in the tears alone are of one draw.
    """
    if experiment.design.kind not in SAMPLED:
        return runs
    draws = runs[POINT] // (experiment.drawn_together * len(combinations(experiment.design.cross)))
    names = [name for name in experiment.spans if name != "tears"]
    return runs.assign(**{DRAW: draws.groupby([runs[name] for name in names]).transform("min") if names else 0})


def has_both_arms(runs: pd.DataFrame) -> bool:
    """Whether tears are shown in some runs and held back in others."""
    return "tears" in runs and {"shown", "held back"} <= set(runs["tears"].unique())


def parameters_to_show(results: Results) -> list[str]:
    """The varied parameters that a summary has a table for: all but the manner of tears, which has its own."""
    return [name for name in results.experiment.varied if name != "tears"]
