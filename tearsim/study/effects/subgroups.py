"""The groups that an effect can be split by: what the tears were, and who the client is."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim.errors import TearSimError, quoted
from tearsim.science.codes import LEVEL, ORIGIN
from tearsim.science.declaration import nearest
from tearsim.science.fitted import in_world
from tearsim.study.effects.estimands import ESTIMANDS
from tearsim.study.effects.pairs import Followed, PracticeAsked
from tearsim.worlds.episodes import client_traits
from tearsim.worlds.outcomes import Numbers

GroupNames = NDArray[np.str_]
SPOKEN = ("not spoken of", "spoken of")
THIRDS = ("lowest third", "middle third", "highest third")


class Subgroup(NamedTuple):
    """What tells people apart, and at what kinds of time zero it is there."""

    meaning: str
    of: Callable[[Followed, PracticeAsked], NDArray[np.generic]]  # words, or numbers of which thirds are made
    needs: tuple[str, ...] = ("first tears", "one tear", "unsettled")


def _trait(name: str) -> Callable[[Followed, PracticeAsked], Numbers]:
    def of(one: Followed, setting: PracticeAsked) -> Numbers:
        people = pd.DataFrame({column: one.at_time_zero[column] for column in ("home", "turn")})
        if not len(people):
            return np.zeros(0)
        traits = client_traits(people, in_world(setting.values, one.replicate), setting.seed, one.replicate)
        return traits[f"client_{name}"].to_numpy(float)

    return of


_ALWAYS = ("first tears", "one tear", "first session", "beside another", "unsettled")
BY: dict[str, Subgroup] = {
    "level": Subgroup("how strong the tears of time zero were felt", lambda one, _: _word(LEVEL, one, "tears_felt")),
    "origin": Subgroup("whether these were shared or the therapist's own", lambda one, _: _word(ORIGIN, one, "origin")),
    "spoken": Subgroup("whether they spoke of these", lambda one, _: _word(SPOKEN, one, "spoken")),
    "prior_alliance": Subgroup(
        "alliance before that session", lambda one, _: one.at_time_zero["alliance_before"].astype(float),
        ("first tears", "one tear", "beside another", "unsettled"),
    ),
    "boundary_sensitivity": Subgroup("the client's boundary sensitivity", _trait("boundary_sensitivity"), _ALWAYS),
    "warmth_expected": Subgroup("the warmth that the client expects", _trait("warmth_expected"), _ALWAYS),
}  # fmt: skip


def _word(words: Sequence[str], one: Followed, column: str) -> GroupNames:
    return np.array(words)[one.at_time_zero[column].astype(int)]


def checked_by(by: str | None, estimands: Sequence[str]) -> str | None:
    """What people are split by. Raises TearSimError for anything else, and for what is not known at time zero."""
    if by is None:
        return None
    if not isinstance(by, str) or by not in BY:
        raise TearSimError(
            f"Effects can be split by one of {', '.join(BY)}, not by {quoted(by)}.{nearest(by, list(BY))}"
        )
    for name in estimands:
        if ESTIMANDS[name].begins not in BY[by].needs:
            fit = [one for one in ESTIMANDS if ESTIMANDS[one].begins in BY[by].needs]
            raise TearSimError(f"{name} cannot be split by {by}: that takes one of {', '.join(fit)}.")
    return by


def groups_of(by: str, parts: Sequence[Followed], setting: PracticeAsked) -> list[GroupNames]:
    """The group of each person, practice by practice; of numbers, the thirds of all people together."""
    values = [BY[by].of(one, setting) for one in parts]
    everybody = np.concatenate(values) if values else np.zeros(0)
    if everybody.dtype.kind != "f":
        return [value.astype(str) for value in values]
    ends = np.quantile(everybody, [1 / 3, 2 / 3]) if len(everybody) else np.zeros(2)
    return [np.array(THIRDS)[np.searchsorted(ends, value)] for value in values]
