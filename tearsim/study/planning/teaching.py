"""What would teach us most: by how much a study's result would draw the worlds together that fit the evidence.

A study is imagined in one world after another. Its result weighs the *other* worlds by how likely they are to give it
(importance weights), and the effect that the weighted worlds foretell is held against that of the world it was done in,
which is left out: so nobody learns by finding the very world again.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.errors import TearSimError
from tearsim.study.answers.over_worlds import over_worlds
from tearsim.study.estimates import WORLD, Estimate
from tearsim.study.planning.inquiries import EffectAsked, OutcomeAsked
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.tried import pool_size
from tearsim.study.randomness import generator_for
from tearsim.worlds.outcomes import Numbers

SIGN_SETTLED = 0.95  # share of the weighted worlds with one sign, from which a sign is called settled
FEWEST_WORLDS = 4
TIMES_RESAMPLED = 400

Question = tuple[EffectAsked, OutcomeAsked, int]


class Taught(NamedTuple):
    """What a study is expected to teach, with 95 % intervals over the worlds in which it could be done."""

    title: str
    n: int
    clients: int
    cost: float | None
    own: Estimate  # by which share the error about the effect that it asks of falls
    all: Estimate  # the same of all effects that any of the studies asks of, on average
    settled: Estimate  # share of these effects whose sign its result would settle, and rightly
    misled: Estimate  # share whose sign it would settle wrongly


def question_of(plan: PlannedStudy) -> Question:
    """The effect that a study asks of, on which outcome, after how many weeks."""
    asked = plan.study.inquiry
    return asked.effect, asked.outcome, asked.weeks


def effects_by_world(plan: PlannedStudy) -> Numbers:
    """The effect asked of in each world, luck taken out as far as it can be told; in order of worlds."""
    truths = plan.truths.sort_values([WORLD, "luck"])
    value = (truths["first"] - truths["second"]) / truths["pairs"].where(truths["pairs"] > 0)
    if len(value.dropna()) < len(truths):
        raise TearSimError(f"{plan.study.title}: in some world nobody met tears; let more therapists take part.")
    return np.asarray(over_worlds(value.tolist(), truths[WORLD].tolist(), truths["pairs"].tolist()).worlds)


def teaches(plans: Sequence[PlannedStudy]) -> list[Taught]:
    """The studies, from what would teach most to what would teach least, each with its largest number of therapists.

    With `e` the result in world w, under one luck, the others have weights `p_j ~ N(e; m_j, s_j^2 (1 + n/M) + h^2)`,
    `m_j` and `s_j` the mean and spread of results in world j under other luck, from a pool of M therapists, and h the
    width that smooths over worlds (`bandwidth`). With `t` the effect, the error falls by
    `1 - sqrt(sum_w (t_w - sum_j p_j t_j)^2 / sum_w (t_w - mean_j t_j)^2)`, over worlds j other than w.

    Raises TearSimError for studies that were not tried in the same worlds, under two lucks at least.
    """
    worlds = _common_worlds(plans)
    effects: dict[Question, Numbers] = {}
    for plan in plans:
        effects.setdefault(question_of(plan), effects_by_world(plan))
    found = [_taught(plan, effects, len(worlds)) for plan in plans]
    return sorted(found, key=lambda one: -one.all.mean)


def _common_worlds(plans: Sequence[PlannedStudy]) -> list[int]:
    sets = {
        (plan.study.estimates, tuple(plan.study.asked), repr(sorted(plan.study.parameters.items()))) for plan in plans
    }
    if len(sets) != 1:
        raise TearSimError(
            "Studies are compared in the same worlds: let all have the same estimates, parameters and diagnosis.worlds."
        )
    worlds = plans[0].study.asked
    if len(worlds) < FEWEST_WORLDS or any(plan.study.diagnosis.lucks < 2 for plan in plans):
        raise TearSimError(
            f"What a study would teach takes {FEWEST_WORLDS} worlds or more, each under two lucks: estimates = "
            '"open", diagnosis.worlds and diagnosis.lucks.'
        )
    return worlds


class _Results(NamedTuple):
    """Results of one study, [world, luck, study], and what worlds foretell of them, [world, luck]."""

    results: Numbers
    means: Numbers
    spreads: Numbers


def _results_of(plan: PlannedStudy, worlds: int) -> _Results:
    rows = plan.studies[plan.studies["n"] == plan.largest.n]
    lucks, studies = plan.study.diagnosis.lucks, plan.study.diagnosis.studies
    shape = (worlds, lucks, studies)
    results = rows.sort_values([WORLD, "luck", "study"])["estimate"].to_numpy(float).reshape(shape)
    means = _mean_of_known(results, (2,))
    spread = np.sqrt(_mean_of_known((results - means[:, :, None]) ** 2, (1, 2)))
    spread *= np.sqrt(1.0 + plan.largest.n / pool_size(plan.study))
    width = bandwidth(_mean_of_known(means, (1,)), _mean_of_known(spread**2, (0,)) / lucks)
    return _Results(results, means, np.repeat(np.hypot(spread, width)[:, None], lucks, axis=1))


def bandwidth(means: Numbers, luck: Numbers) -> float:
    """How far a world stands for its neighbours: `1.06 t W^(-1/5)` for W worlds whose results differ by t, luck apart.

    The worlds are a sample of all that fit the evidence; with the spread of results alone, a large study would pick
    out the one nearest by, and learn less than nothing (Silverman 1986, Density Estimation, eq. 3.28).
    """
    known = means[np.isfinite(means)]
    if len(known) < FEWEST_WORLDS:
        return 0.0
    between = max(0.0, float(known.var(ddof=1)) - float(luck))
    return float(1.06 * np.sqrt(between) * len(known) ** -0.2)


def _mean_of_known(values: Numbers, axes: tuple[int, ...]) -> Numbers:
    """Means over some axes of what is known; missing where nothing is."""
    known = np.isfinite(values)
    number = known.sum(axis=axes)
    sums = np.where(known, values, 0.0).sum(axis=axes)
    return np.asarray(np.where(number > 0, sums / np.maximum(number, 1), np.nan))


def weights_of_others(result: float, means: Numbers, spreads: Numbers, but: int) -> Numbers:
    """How likely each world is given a result, one of them left out: normal densities, made to add up to 1."""
    usable = np.isfinite(means) & (spreads > 0)
    log = np.where(usable, -0.5 * ((result - means) / np.where(usable, spreads, 1.0)) ** 2, -np.inf)
    log = np.where(usable, log - np.log(np.where(usable, spreads, 1.0)), -np.inf)
    log[but] = -np.inf
    if not np.isfinite(log).any():
        return np.where(np.arange(len(means)) == but, 0.0, 1.0 / (len(means) - 1))
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum())


def _taught(plan: PlannedStudy, effects: Mapping[Question, Numbers], worlds: int) -> Taught:
    own = list(effects).index(question_of(plan))
    truth = np.array(list(effects.values()))  # [question, world]
    told = _results_of(plan, worlds)
    after, before = np.zeros_like(truth), np.zeros_like(truth)
    settled, misled = np.zeros_like(truth), np.zeros_like(truth)
    for world in range(worlds):
        weighed = _weighed(told, world)  # [result, world]
        foretold = weighed @ truth.T
        after[:, world] = np.mean((foretold - truth[:, world]) ** 2, axis=0)
        others = np.delete(truth, world, axis=1)
        before[:, world] = (others.mean(axis=1) - truth[:, world]) ** 2
        above = weighed @ (truth > 0).T
        right = np.where(truth[:, world] > 0, above, 1.0 - above)
        settled[:, world] = np.mean(right >= SIGN_SETTLED, axis=0)
        misled[:, world] = np.mean(right <= 1.0 - SIGN_SETTLED, axis=0)
    prices, n = plan.study.prices, plan.largest.n
    return Taught(
        plan.study.title,
        n,
        n * plan.study.data.clients,
        None if prices is None else prices.cost(n, plan.study.data.clients),
        _fall(after[[own]], before[[own]]),
        _fall(after, before),
        _over_worlds_resampled(settled),
        _over_worlds_resampled(misled),
    )


def _weighed(told: _Results, world: int) -> Numbers:
    """The weights of the other worlds after each result in a world, what they foretell taken from the next luck."""
    lucks = told.results.shape[1]
    rows = [
        weights_of_others(result, told.means[:, (luck + 1) % lucks], told.spreads[:, luck], world)
        if np.isfinite(result)
        else weights_of_others(0.0, np.full(len(told.means), np.nan), told.spreads[:, luck], world)
        for luck in range(lucks)
        for result in told.results[world, luck]
    ]
    return np.array(rows)


def _fall(after: Numbers, before: Numbers) -> Estimate:
    """By which share the error falls, averaged over questions; the interval resamples worlds."""

    def fall(which: NDArray[np.int64]) -> float:
        return float(np.mean(1.0 - np.sqrt(after[:, which].sum(axis=1) / before[:, which].sum(axis=1))))

    number = int(after.shape[1])
    luck = generator_for("resampling", 2, number)
    again = [fall(luck.integers(0, number, (number,))) for _ in range(TIMES_RESAMPLED)]
    low, high = np.quantile(again, [0.025, 0.975])
    return Estimate(fall(np.arange(number, dtype=np.int64)), float(low), float(high), number)


def _over_worlds_resampled(shares: Numbers) -> Estimate:
    by_world = shares.mean(axis=0)
    luck = generator_for("resampling", 3, len(by_world))
    again = [by_world[luck.integers(0, len(by_world), len(by_world))].mean() for _ in range(TIMES_RESAMPLED)]
    low, high = np.quantile(again, [0.025, 0.975])
    return Estimate(float(by_world.mean()), float(low), float(high), len(by_world))


def taught_as_dict(one: Taught) -> dict[str, object]:
    """What a study would teach, for programs: shares with their intervals."""
    shares = {name: getattr(one, name) for name in ("own", "all", "settled", "misled")}
    told = {name: {"value": share.mean, "low": share.low, "high": share.high} for name, share in shares.items()}
    return {"title": one.title, "n": one.n, "clients": one.clients, "cost": one.cost, **told}
