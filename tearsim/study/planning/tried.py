"""Trying a study in one world under one luck: people are lived once, and many studies are drawn from them.

**Why drawing anew does not make power too sure.** A study of n therapists takes n of a pool *without* putting any back.
If those in the pool are independent and alike in law, which in a cohort they are but for free places, n of them taken
so are exactly what n new ones would be: power, bias and coverage come out without bias, even where the pool is no
larger than the study. What suffers is only how much a second study from the same pool adds; whole pools, and worlds,
are therefore what intervals count. Taken *with* replacement, a pool of M would add n/M of a study's variance to it.

Studies of one pool begin at places as far apart as can be in one random order of its therapists, and go round it; a
smaller study is the beginning of a larger one (common random numbers).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim.study.planning.answers_given import STUDY_ESTIMATORS
from tearsim.study.planning.data import Pool, drawn_study, pool_of, prompted_pool
from tearsim.study.planning.lived import Truth, live_pool, truth_in
from tearsim.study.planning.prompts import live_prompted, truth_of_prompts
from tearsim.study.planning.study_file import StudyFile
from tearsim.study.randomness import generator_for

PURPOSE = "planned studies"
# Draws of one pool: how its people err, in which order therapists come, and what each study draws.
ERRORS, ORDER_DRAWN, DRAWN = range(3)
# Therapists of a pool for each of the largest study, while the pool stays small.
TIMES_AS_MANY = 4
SMALL_POOL = 8_000  # clients


class Tried(NamedTuple):
    """What one pool says: a row a study and number of therapists, and the effect in these people."""

    studies: pd.DataFrame  # n, study, estimate, low, high, rows
    truth: Truth


def pool_size(study: StudyFile) -> int:
    """Therapists lived in one pool: as many as the largest study has, or more where that takes next to no time."""
    most = study.sizes[-1]
    return max(most, min(TIMES_AS_MANY * most, SMALL_POOL // study.data.clients))


def try_in(study: StudyFile, world: int, luck: int) -> Tried:
    """Studies of every number of therapists asked for, in one world under one luck."""
    pool, truth = pool_and_truth(study, world, luck)
    seed, estimator, level = study.diagnosis.seed, STUDY_ESTIMATORS[study.answer.estimator], study.answer.level
    order = generator_for(PURPOSE, seed, world, luck, ORDER_DRAWN).permutation(pool.therapists)
    rows = []
    for number in range(study.diagnosis.studies):
        begins = number * pool.therapists // study.diagnosis.studies
        round_it = np.roll(order, -begins)
        for n in study.sizes:
            luck_of_study = generator_for(PURPOSE, seed, world, luck, DRAWN, number)
            table = drawn_study(pool, round_it[:n], luck_of_study)
            answer = estimator.answer(table, level)
            rows.append((n, number, *answer, len(table["therapist"])))
    studies = pd.DataFrame(rows, columns=["n", "study", "estimate", "low", "high", "rows"])
    return Tried(studies, truth)


def pool_and_truth(study: StudyFile, world: int, luck: int) -> tuple[Pool, Truth]:
    """What could be on the desk of all who could take part, and the effect in these people."""
    therapists, errors = pool_size(study), generator_for(PURPOSE, study.diagnosis.seed, world, luck, ERRORS)
    if study.data.kind == "prompt":
        prompted = live_prompted(study, world, luck, therapists)
        return prompted_pool(prompted, study, errors), truth_of_prompts(prompted, study)
    lived = live_pool(study, world, luck, therapists)
    return pool_of(lived, study, errors), truth_in(lived, study)


def example_of(study: StudyFile, world: int, luck: int, n: int) -> dict[str, NDArray[np.generic]]:
    """The table of one such study, as it would lie on somebody's desk: the first drawn there."""
    pool, _ = pool_and_truth(study, world, luck)
    order = generator_for(PURPOSE, study.diagnosis.seed, world, luck, ORDER_DRAWN).permutation(pool.therapists)
    table = drawn_study(pool, order[:n], generator_for(PURPOSE, study.diagnosis.seed, world, luck, DRAWN, 0))
    return dict(table)
