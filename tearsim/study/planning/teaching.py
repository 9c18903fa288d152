"""What would teach us most: by how much a study's result would narrow the worlds that fit the evidence.

A study is imagined in one world after another. Its result weighs the *other* worlds by how likely they are to give it
(importance weights, `weighing`), and what the weighted worlds predict is compared with the world it was done in, which
is left out: so nobody learns by finding the very world again. Of effects that is the error; of claims of the board,
whether they come to a verdict.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.errors import TearSimError
from tearsim.science.fitted import OPEN_WORLDS
from tearsim.study.answers.over_worlds import over_worlds
from tearsim.study.estimates import WORLD, Estimate
from tearsim.study.planning.inquiries import EffectAsked, OutcomeAsked
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.settling import ClaimInWorlds, claims_in_worlds, verdict_given
from tearsim.study.planning.weighing import results_of, weights_at, widths_by_cross_validation
from tearsim.study.randomness import generator_for
from tearsim.worlds.outcomes import Numbers

FEWEST_WORLDS = 4
TIMES_RESAMPLED = 400
TIMES_DEALT_OUT = 20  # claims to other worlds at random, for what chance alone would settle
OTHER_WIDTHS = (0.5, 2.0)  # times the widths chosen: what is told of them says how much depends on the choice

Question = tuple[EffectAsked, OutcomeAsked, int]


class ClaimsSettled(NamedTuple):
    """How many claims of the board come to a verdict, with 95 % intervals over worlds; assumed ones left out."""

    of: int  # claims
    now: float  # that have one without the study, in these worlds
    new: Estimate  # that have none now and would have one
    right: Estimate  # of these, as many as say what is so in the world the study is done in
    chance: Estimate  # new ones if each claim were true in as many worlds, but in others than it is: of luck alone


class Taught(NamedTuple):
    """What a study is expected to teach, with 95 % intervals over the worlds in which it could be done."""

    title: str
    n: int
    clients: int
    cost: float | None
    own: Estimate  # the share by which the error about the effect that it asks about falls
    all: Estimate  # the same for all effects that any of the studies asks about, on average
    other_widths: tuple[Estimate, ...]  # the same with widths half, and twice, as large
    claims: ClaimsSettled | None


def question_of(plan: PlannedStudy) -> Question:
    """The effect that a study asks about, on which outcome, after how many weeks."""
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

    With `p_j` the weights of worlds after a result in world w (`weighing.weights_at`), 0 for w itself, and `t` the
    effect, the error falls by `1 - sqrt(sum_w (t_w - sum_j p_j t_j)^2 / sum_w (t_w - mean_j t_j)^2)`, over worlds j
    other than w.

    Raises TearSimError for studies that were not tried in the same worlds, under two lucks at least.
    """
    worlds = _common_worlds(plans)
    effects: dict[Question, Numbers] = {}
    for plan in plans:
        effects.setdefault(question_of(plan), effects_by_world(plan))
    claims = claims_in_worlds(worlds) if plans[0].study.estimates == OPEN_WORLDS else []
    found = [_taught(plan, effects, claims) for plan in plans]
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


def _taught(plan: PlannedStudy, effects: Mapping[Question, Numbers], claims: Sequence[ClaimInWorlds]) -> Taught:
    own, truth = list(effects).index(question_of(plan)), np.array(list(effects.values()))  # [question, world]
    worlds = truth.shape[1]
    told = results_of(plan, worlds)
    widths = widths_by_cross_validation(told, truth)
    before = ((truth.mean(axis=1, keepdims=True) - truth) * worlds / (worlds - 1)) ** 2
    after, *otherwise = (_squares(weights_at(told, factor * widths), truth) for factor in (1.0, *OTHER_WIDTHS))
    prices, n = plan.study.prices, plan.largest.n
    return Taught(
        plan.study.title,
        n,
        n * plan.study.data.clients,
        None if prices is None else prices.cost(n, plan.study.data.clients),
        _fall(after[[own]], before[[own]]),
        _fall(after, before),
        tuple(_fall(other, before) for other in otherwise),
        _settled(weights_at(told, widths), claims) if claims else None,
    )


def _squares(weights: Numbers, truth: Numbers) -> Numbers:
    """The squared error about each effect after a study, a mean over its results; shape (questions, world)."""
    return np.array([((weights @ one - one[:, None]) ** 2).mean(axis=1) for one in truth])


def _settled(weights: Numbers, claims: Sequence[ClaimInWorlds]) -> ClaimsSettled:
    worlds = len(weights)
    equal = (1.0 - np.eye(worlds)) / (worlds - 1)
    luck = generator_for("resampling", 4, worlds)

    def new(claim: ClaimInWorlds) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether a result brings a claim to a verdict it has not now, and whether to a right one; [world, result]."""
        then = verdict_given(weights, claim)
        at_last = then.there & ~verdict_given(equal[:, None, :], claim).there
        return at_last, at_last & then.right

    found = [new(claim) for claim in claims]
    dealt = [new(claim.dealt_out(luck.permutation(worlds)))[0] for claim in claims for _ in range(TIMES_DEALT_OUT)]
    there, right = (np.sum([one[which].mean(axis=1) for one in found], axis=0) for which in (0, 1))
    now = np.sum([verdict_given(equal[:, None, :], claim).there.mean() for claim in claims])
    chance = np.sum([one.mean(axis=1) for one in dealt], axis=0) / TIMES_DEALT_OUT
    return ClaimsSettled(len(claims), float(now), *map(_resampled, (there, right, chance)))


def _fall(after: Numbers, before: Numbers) -> Estimate:
    """The share by which the error falls, averaged over questions; the interval resamples worlds."""

    def fall(which: NDArray[np.int64]) -> float:
        return float(np.mean(1.0 - np.sqrt(after[:, which].sum(axis=1) / before[:, which].sum(axis=1))))

    number = int(after.shape[1])
    luck = generator_for("resampling", 2, number)
    again = [fall(luck.integers(0, number, (number,))) for _ in range(TIMES_RESAMPLED)]
    low, high = np.quantile(again, [0.025, 0.975])
    return Estimate(fall(np.arange(number, dtype=np.int64)), float(low), float(high), number)


def _resampled(by_world: Numbers) -> Estimate:
    """A mean over worlds; the interval resamples them."""
    luck = generator_for("resampling", 3, len(by_world))
    again = [by_world[luck.integers(0, len(by_world), len(by_world))].mean() for _ in range(TIMES_RESAMPLED)]
    low, high = np.quantile(again, [0.025, 0.975])
    return Estimate(float(by_world.mean()), float(low), float(high), len(by_world))


def taught_as_dict(one: Taught) -> dict[str, object]:
    """What a study would teach, for programs: shares with their intervals."""
    told: dict[str, object] = {"title": one.title, "n": one.n, "clients": one.clients, "cost": one.cost}
    told |= {name: _plain(getattr(one, name)) for name in ("own", "all")}
    told["all_at_other_widths"] = [
        {"times": times, **_plain(fall)} for times, fall in zip(OTHER_WIDTHS, one.other_widths, strict=True)
    ]
    told["claims"] = None if one.claims is None else _claims_as_dict(one.claims)
    return told


def _claims_as_dict(claims: ClaimsSettled) -> dict[str, object]:
    each = {name: _plain(getattr(claims, name)) for name in ("new", "right", "chance")}
    return {"of": claims.of, "now": claims.now, **each}


def _plain(one: Estimate) -> dict[str, float]:
    return {"value": one.mean, "low": one.low, "high": one.high}
