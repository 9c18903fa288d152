"""What is compared with what: the arms of a comparison, what both must have in common, and which runs are a pair.

Tears are *shown* in one arm and *held back* in the other, by the same people under the same luck.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import pandas as pd

from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import Value, nearest
from tearsim.science.parameters import PARAMETERS
from tearsim.study.estimates import POINT
from tearsim.worlds.outcomes import OUTCOMES

Setting = TypeVar("Setting")
# The two manners of tears that are compared.
SHOWN_AND_HELD_BACK = ("shown", "held back")
# Set in both worlds of a comparison of people, unless somebody asks for something else: see `people.twins`.
STEADY: dict[str, Value] = {"comfort_learns_from": "nothing"}


def held_back(parameters: Mapping[str, Setting]) -> dict[str, Setting | str]:
    """The parameters of the twin: the same, with tears held back."""
    return {**parameters, "tears": "held back"}


def has_both_arms(runs: pd.DataFrame) -> bool:
    """Whether tears are shown in some runs and held back in others."""
    return "tears" in runs and set(SHOWN_AND_HELD_BACK) <= set(runs["tears"].unique())


def has_other_manners(runs: pd.DataFrame) -> bool:
    """Whether there are other manners of tears beside shown and held back."""
    return has_both_arms(runs) and runs["tears"].nunique() > 2


def checked_arms(arms: Sequence[str], runs: pd.DataFrame) -> tuple[str, str]:
    """The two manners of tears to compare. Raises TearSimError if they are not two, or the runs do not have both."""
    choices = PARAMETERS["tears"].choices
    two = isinstance(arms, tuple | list) and len(arms) == 2 and all(isinstance(arm, str) for arm in arms)
    if not two or arms[0] == arms[1]:
        raise TearSimError(f'arms are two manners of tears, like ("shown", "held back"); {echoed(arms)} are not.')
    for arm in arms:
        if arm not in choices:
            raise TearSimError(
                f"{echoed(arm)} is not a manner of tears; choose one of {', '.join(choices)}."
                f"{nearest(str(arm), list(choices))}"
            )
    occurring = set(runs["tears"].unique()) if "tears" in runs else set()
    for arm in arms:
        if arm not in occurring:
            raise TearSimError(
                f"These results have no runs with tears {arm}: an effect needs tears to vary, over both."
            )
    return arms[0], arms[1]


def paired_differences(runs: pd.DataFrame, outcome: str, arms: tuple[str, str] = SHOWN_AND_HELD_BACK) -> pd.DataFrame:
    """The first arm minus the second, one row a pair: the replicate, the varied parameters, and the difference.

    Each run is paired with the run that differs from it in nothing but the tears: the same replicate, the same
    parameters. Runs without such a partner, and pairs with a missing outcome, are left out.
    """
    alike = [name for name in runs if name not in OUTCOMES and name not in (POINT, "tears")]
    pairs = runs.pivot_table(index=alike, columns="tears", values=outcome, aggfunc="mean", observed=True)
    if not set(arms) <= set(pairs):
        return pd.DataFrame({name: [] for name in (*alike, outcome)})
    first, second = arms
    return (pairs[first] - pairs[second]).dropna().rename(outcome).reset_index()
