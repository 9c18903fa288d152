"""What tears do to leaving in a world: the same people under the same luck, tears shown and held back."""

from collections.abc import Mapping, Sequence

import numpy as np

from tearsim.science.codes import KEEP_TEARS
from tearsim.science.declaration import Value
from tearsim.science.replacing import Replaced
from tearsim.science.settings import checked
from tearsim.study.arms import STEADY, held_back
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.outcomes import Numbers

# A practice in which tears are frequent enough to be seen at work.
SHAPE = {"therapists": 100, "caseload": 10, "weeks": 104}
TEARFUL: dict[str, Value] = {**STEADY, **SHAPE, "therapist_tear_propensity": 0.9}
SESSIONS_A_WORLD = 2 * SHAPE["therapists"] * SHAPE["caseload"] * SHAPE["weeks"]  # shown and held back
EFFECTS = ("effect", "moved", "unsettled")  # what is found in each world, in this order


def effects_of_tears(
    worlds: Sequence[Mapping[str, Value]],
    seed: int,
    replicate: int,
    tearful: Mapping[str, Value] | None = None,
    replaced: Replaced = (),
) -> Numbers:
    """How many more of 100 clients who saw tears leave because of it, and what shares of noticed tears move and
    unsettle; shape (worlds, `EFFECTS`).

    The first is those who left in the practice, shown minus held back, for each 100 clients who noticed tears. All are
    missing where nobody noticed any. `tearful` are parameters of the practice (`TEARFUL`); `replaced` are functions in
    the place of rules, in both arms.
    """
    shown: list[dict[str, Value]] = [checked({**world, **(tearful or TEARFUL)}) for world in worlds]
    both = [*shown, *({**point, **held_back({})} for point in shown)]
    ran = Ensemble(both, KEEP_TEARS, dict(replaced)).run(seed, replicate)
    found = np.full((len(worlds), len(EFFECTS)), np.nan)
    for i, (with_tears, without) in enumerate(zip(ran[: len(shown)], ran[len(shown) :], strict=True)):
        saw = len(np.unique(with_tears.log["client"][with_tears.log["noticed"]]))
        noticed = with_tears.tallies["noticed"].sum()
        if saw:
            left = with_tears.tallies["left"].sum() - without.tallies["left"].sum()
            moved, unsettled = (with_tears.tallies[name].sum() / noticed for name in ("moved", "unsettled"))
            found[i] = 100.0 * left / saw, moved, unsettled
    return found
