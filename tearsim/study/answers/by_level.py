"""The answer of a sweep in a few tables: outcomes by each parameter that varies, with intervals over replicates."""

import pandas as pd

from tearsim.study.arms import paired_differences
from tearsim.study.estimates import POINT, Estimate, means_by, overall
from tearsim.study.sweeps.designs import combinations
from tearsim.study.sweeps.experiment import SAMPLED, Experiment

# The column that tells the draws of a sampled design apart.
DRAW = "draw"


def by_level(runs: pd.DataFrame, parameter: str, outcome: str, differences: int = 0) -> pd.DataFrame:
    """An outcome at each value of one parameter, averaged over all else that varies: mean, low, high, replicates.

    Replicates, not runs, are the independent units: the points of a replicate share its luck. `differences` as in
    `limits_of`.
    """
    levels = {level: one for (level,), one in means_by(runs, [parameter], outcome, differences).items()}
    return pd.DataFrame(levels.values(), index=pd.Index(levels.keys(), name=parameter), columns=Estimate._fields)


def effect_of_showing(runs: pd.DataFrame, parameter: str, outcome: str) -> pd.DataFrame:
    """Shown minus held back, at each value of one parameter (see `overall_effect`)."""
    table = by_level(paired_differences(runs, outcome), parameter, outcome, differences=1)
    everywhere = table.astype(float).reindex(sorted(runs[parameter].unique()))  # nothing has no kind: it is given one
    return everywhere.fillna({"replicates": 0}).astype({"replicates": int})


def overall_effect(runs: pd.DataFrame, outcome: str) -> Estimate:
    """Shown minus held back, averaged over design points, with its interval over replicates."""
    return overall(paired_differences(runs, outcome), outcome, differences=1)


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


def parameters_to_tell(experiment: Experiment) -> list[str]:
    """The varied parameters that have a table of their own: all but the manner of tears, which is told by itself."""
    return [name for name in experiment.varied if name != "tears"]
