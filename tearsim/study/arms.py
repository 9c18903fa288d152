"""What is compared with what: the arms of a comparison, what both must have in common, and which runs are a pair.

Tears are *shown* in one arm and *held back* in the other, by the same people under the same luck.
"""

from collections.abc import Mapping

import pandas as pd

from tearsim.science.declaration import Value
from tearsim.study.estimates import POINT
from tearsim.worlds.outcomes import OUTCOMES

# The two manners of tears that are compared.
HELD_BACK_AND_SHOWN = ("held back", "shown")
# Set in both worlds of a comparison of people, unless somebody asks for something else: see `people.twins`.
STEADY: dict[str, Value] = {"comfort_learns_from": "nothing"}


def held_back(parameters: Mapping[str, Value]) -> dict[str, Value]:
    """The parameters of the twin: the same, with tears held back."""
    return {**parameters, "tears": "held back"}


def has_both_arms(runs: pd.DataFrame) -> bool:
    """Whether tears are shown in some runs and held back in others."""
    return "tears" in runs and set(HELD_BACK_AND_SHOWN) <= set(runs["tears"].unique())


def has_other_manners(runs: pd.DataFrame) -> bool:
    """Whether there are other manners of tears beside shown and held back."""
    return has_both_arms(runs) and runs["tears"].nunique() > 2


def paired_differences(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Shown minus held back, one row a pair: the replicate, the varied parameters, and the difference in the outcome.

    Each run is paired with the run that differs from it in nothing but the tears: the same replicate, the same
    parameters. Runs without such a partner, and pairs with a missing outcome, are left out.
    """
    alike = [name for name in runs if name not in OUTCOMES and name not in (POINT, "tears")]
    pairs = runs.pivot_table(index=alike, columns="tears", values=outcome, aggfunc="mean", observed=True)
    if not set(HELD_BACK_AND_SHOWN) <= set(pairs):
        return pd.DataFrame({name: [] for name in (*alike, outcome)})
    return (pairs["shown"] - pairs["held back"]).dropna().rename(outcome).reset_index()
