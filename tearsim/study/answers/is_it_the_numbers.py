"""Is it the numbers? The practices of `is_it_luck`, in open worlds: in how many of them tears did the same."""

import numpy as np

from tearsim.errors import TearSimError
from tearsim.science.fitted import OPEN_WORLDS, world_of
from tearsim.study.answers.over_worlds import OverWorlds, over_worlds
from tearsim.study.people.many_practices import ManyPractices


def practices_over_worlds(found: ManyPractices) -> dict[str, OverWorlds]:
    """What practices that lived in open worlds say of each measure, worlds and luck told apart.

    Practices are replicates 1 and on, each weighted by its people; a measure of which nothing can be told is left out.
    """
    number = np.array(found.people_by_practice, float)
    worlds = [world_of(OPEN_WORLDS, replicate) for replicate in range(1, found.practices + 1)]
    told = {}
    for name, totals in found.totals.items():
        with np.errstate(invalid="ignore"):
            values = np.array(totals) / number
        try:
            told[name] = over_worlds(values, worlds, number)
        except TearSimError:
            continue
    return told
