"""Sensitivity indices from means of design points, with what luck adds taken out: SALib's estimators, and luck's share.

Numbers stand by replicate and design point, or by block of the design and point in it; see
`tearsim.study.answers.sensitivity`.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tearsim.study.sweeps.designs import problem
from tearsim.study.sweeps.experiment import Experiment
from tearsim.worlds.outcomes import Numbers

# What the two kinds of design measure, and how to say it.
MEASURES = {
    "sobol": {"S1": "first order: by itself", "ST": "total: with interactions"},
    "morris": {"mu_star": "mean effect, either way", "sigma": "how much it varies"},
}
# What a design with second-order indices measures besides, of pairs.
SECOND_ORDER = "S2"
# The measure that says how much a parameter matters in all.
RANKS_BY = {"sobol": "ST", "morris": "mu_star"}
Indices = dict[str, Numbers]
Positions = NDArray[np.intp]  # of points in a design, or of blocks of it
Estimator = Callable[[Numbers, Numbers, Positions], Indices]
Left = Callable[[Positions, Positions], Callable[[Numbers], Numbers]]
# Of the covariance of two runs, the share that means of replicates must leave for it to be told from them.
LEAST_KNOWN = 0.2


def kept_by_mean(weights: Numbers) -> float:
    """Of the variance of a run's own luck, the share that a weighted mean keeps: `sum(w^2) / sum(w)^2`."""
    return float((weights**2).sum() / weights.sum() ** 2)


def means_of(measured: Numbers, weights: Numbers) -> Numbers:
    """Points' means over weighted replicates, shape (points,).

    Where outcomes are missing, points would meet different replicates; so what replicates share is fitted and taken
    out: `y = point + replicate + own luck`, by least squares.
    """
    there = np.isfinite(measured)
    weighted = weights[:, None] * there
    number = weighted.sum(axis=0)
    with np.errstate(invalid="ignore"):
        means = (weighted * np.where(there, measured, 0.0)).sum(axis=0) / number
    if there.all():
        return np.asarray(means)
    has = number > 0
    counted, away = weighted[:, has], np.where(there, measured - means, 0.0)[:, has]
    shares = counted / number[has]
    normal = np.diag(counted.sum(axis=1)) - counted @ shares.T
    of_replicates = np.linalg.lstsq(normal, (counted * away).sum(axis=1), rcond=None)[0]
    means[has] -= of_replicates @ shares
    return np.asarray(means)


def own_luck(measured: Numbers) -> Numbers:
    """Each run's own luck, what neither its point nor its replicate explains, in units that make sums of squares or of
    products over replicates unbiased variances and covariances; shape (replicates, points), 0 where there is no run.

    `y = point + replicate + rest`; the rest times `sqrt(runs/freedom/replicates)`, with
    `runs - points - replicates + 1` degrees of freedom.
    """
    there = np.isfinite(measured)
    freedom = freedom_of_luck(there)
    away = measured - means_of(measured, np.ones(len(measured)))
    rest = np.where(there, away - np.nanmean(away, axis=1, keepdims=True), 0.0)
    return np.asarray(rest * math.sqrt(there.sum() / freedom / len(measured)))


def luck_left(measured: Numbers) -> Left:
    """How much of runs' own luck weighted means of points keep: `left(one, other)` for two arrays of points takes the
    weights of replicates and returns covariances of luck between the points' means.

    Of two runs, the covariance is that of what neither point nor replicate explains, over the replicates that have
    both: a mean of n takes `1 - 1/n_p - 1/n_q + n_pq/(n_p*n_q)` of it away. Where they share too few to tell, it is
    that of other blocks. Means keep `sum_both(w^2)/(sum_p(w)*sum_q(w))` of it: the fewer replicates, the more.
    """
    there, luck = np.isfinite(measured), own_luck(measured)
    counted, number = there.astype(float), there.sum(axis=0)
    unit = len(luck) * (number.sum() - (number > 0).sum()) / number.sum()

    def left(one: Positions, other: Positions) -> Callable[[Numbers], Numbers]:
        of_runs = np.asarray(sum(row[one] * row[other] for row in luck))
        if there.all():
            return lambda weights: of_runs * kept_by_mean(weights)
        shared = np.asarray(sum(row[one] * row[other] for row in counted))
        n, m = np.maximum(number[one], 1), np.maximum(number[other], 1)
        kept = 1.0 - 1.0 / n - 1.0 / m + shared / (n * m)
        known = (shared > 0) & (kept > LEAST_KNOWN)
        of_runs = unit * of_runs / np.where(known, shared * kept, np.inf)  # nothing yet, where it is not known
        pooled = of_runs.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        of_runs = np.where(known, of_runs, pooled)

        def weighted(weights: Numbers) -> Numbers:
            totals = weights @ counted
            both = sum(weight**2 * row[one] * row[other] for weight, row in zip(weights, counted, strict=True))
            with np.errstate(invalid="ignore"):  # points that a resample misses are not used
                return np.asarray(of_runs * both / (totals[one] * totals[other]))

        return weighted

    return left


def freedom_of_luck(there: NDArray[np.bool_]) -> int:
    """Degrees of freedom left to runs' own luck: `runs - points - replicates + 1`, of those that have the outcome."""
    return int(there.sum()) - int(there.any(axis=0).sum()) - int(there.any(axis=1).sum()) + 1


def sobol_estimator(experiment: Experiment, left: Left, blocks: Positions) -> Estimator:
    """First-order and total indices from point means, what means keep of luck, and the blocks to use.

    SALib estimates `S1 = mean(B*(AB - A))/V` and `ST = mean((A - AB)^2)/2V` (doi:10.1016/j.cpc.2009.09.018), where A, B
    and AB are outcomes of a block's points. Luck left in means adds to each of the three its own (co)variance, which
    the scatter of replicates gives, and which is taken out: with common random numbers it is nothing between points
    that differ in a parameter that does nothing. So are second-order indices, where the design has them (`_of_pairs`).
    """
    number, second_order = len(experiment.dimensions), experiment.design.second_order
    plain = [*range(number + 1), -1]  # A, AB and B of a block, without its BA
    a, ab, b = blocks[:, :1], blocks[:, 1 : number + 1], blocks[:, -1:]
    of_a, of_ab, of_b = left(a, a), left(ab, ab), left(b, b)
    of_ab_a, of_b_ab, of_b_a = left(ab, a), left(b, ab), left(b, a)
    of_pairs = _luck_of_pairs(left, blocks) if second_order else None

    def estimate(means: Numbers, weights: Numbers, drawn: Positions) -> Indices:
        values = means[blocks[drawn]]
        variance = float(values[:, [0, -1]].var())
        true = variance - float((of_a(weights) + of_b(weights))[drawn].mean()) / 2.0
        if np.ptp(values) == 0.0 or true <= 0.0:
            nothing = {measure: np.full(number, np.nan) for measure in MEASURES["sobol"]}
            return nothing | ({SECOND_ORDER: np.full(math.comb(number, 2), np.nan)} if second_order else {})
        first, total = _first_and_total(values[:, plain])
        of_total = of_ab(weights) + of_a(weights) - 2.0 * of_ab_a(weights)
        indices = {
            "S1": (first * variance - (of_b_ab(weights) - of_b_a(weights))[drawn].mean(axis=0)) / true,
            "ST": (total * variance - of_total[drawn].mean(axis=0) / 2.0) / true,
        }
        if of_pairs is not None:
            both = _of_pairs(values).mean(axis=0) - of_pairs(weights)[drawn].mean(axis=0)
            indices[SECOND_ORDER] = both[np.triu_indices(number, 1)] / true
        return indices

    return estimate


def _first_and_total(blocks: Numbers) -> tuple[Numbers, Numbers]:
    """First-order and total indices from A, AB and B of blocks, as SALib has them, luck and all.

    Its `analyze` resamples as well, for intervals that know nothing of replicates: nearly three times the work.
    """
    from SALib.analyze.sobol import first_order, total_order

    centred = (blocks - blocks.ravel().mean()) / blocks.ravel().std()
    a, b = centred[:, 0], centred[:, -1]
    each = centred.T[1:-1]
    first, total = ([of(a, ab, b) for ab in each] for of in (first_order, total_order))
    return np.ravel(first), np.ravel(total)  # of blocks all alike an index is a list of one


def _of_pairs(blocks: Numbers) -> Numbers:
    """What estimates, block by block, the covariance that two dimensions make only together; (..., k, k).

    `(BA_i - B)*(AB_j - A)`. BA_i and AB_j share both dimensions, i from A and j from B; BA_i and A share i; B and AB_j
    share j; A and B share nothing. So its mean is that of Saltelli's S2 (doi:10.1016/S0010-4655(02)00280-1), with
    first-order indices from the same points: their errors cancel, and a pair of which one does nothing has 0. BA_j and
    AB_i do as well, so both are used. Of luck, the same is what it adds.
    """
    number = blocks.shape[-1] // 2 - 1
    mixed = blocks[..., 1 : number + 1] - blocks[..., :1]
    back = blocks[..., number + 1 : -1] - blocks[..., -1:]
    products = back[..., :, None] * mixed[..., None, :]
    return np.asarray((products + products.swapaxes(-1, -2)) / 2.0)


def _luck_of_pairs(left: Left, blocks: Positions) -> Callable[[Numbers], Numbers]:
    """What luck adds to `_of_pairs`, product by product."""
    number = blocks.shape[-1] // 2 - 1
    a, b = blocks[:, :1, None], blocks[:, -1:, None]
    ab, ba = blocks[:, None, 1 : number + 1], blocks[:, number + 1 : -1, None]
    ba_ab, b_a, ba_a, b_ab = left(ba, ab), left(b, a), left(ba, a), left(b, ab)

    def of_pairs(weights: Numbers) -> Numbers:
        products = ba_ab(weights) + b_a(weights) - ba_a(weights) - b_ab(weights)
        return np.asarray((products + products.swapaxes(-1, -2)) / 2.0)

    return of_pairs


def morris_estimator(experiment: Experiment, left: Left, blocks: Positions) -> Estimator:
    """Elementary effects from point means, what means keep of luck, and the trajectories to use.

    Luck adds to the variance of a parameter's effects that of what it moves between the ends of a step, over the step's
    square; it is taken out of sigma (SALib's; doi:10.2307/1269043). Alone it would show mean effects of
    `sqrt(2*variance/pi)`, which is given as "luck". Members of a group go up or down each for itself, so that its
    effects have a size and no direction, and no sigma (doi:10.1016/j.envsoft.2006.10.004).
    """
    from SALib.analyze import morris

    levels, unit = experiment.design.levels, experiment.cube
    together, dimensions = list(experiment.moved_with.values()), experiment.dimensions
    cube = problem(len(together), together)
    step = levels / (2.0 * (levels - 1.0))  # how far a trajectory moves a parameter, as a share of its range
    leads = [together.index(name) for name in dimensions]  # a member of each group: all of them move at once
    turns = (np.diff(unit[blocks][..., leads], axis=1) != 0).argmax(axis=2)  # what each step of a trajectory moves
    of_each, of_ends = left(blocks, blocks), left(blocks[:, :-1], blocks[:, 1:])

    def estimate(means: Numbers, weights: Numbers, drawn: Positions) -> Indices:
        rows = blocks[drawn].ravel()
        each = of_each(weights)
        moved = (each[:, :-1] + each[:, 1:] - 2.0 * of_ends(weights)) / step**2
        of_effects = np.take_along_axis(moved, turns.argsort(axis=1), axis=1)
        found = morris.analyze(cube, unit[rows], means[rows], num_resamples=2, num_levels=levels, seed=1)
        of_luck = np.maximum(0.0, of_effects[drawn].mean(axis=0))
        varies = np.asarray(found["sigma"], float) ** 2 - of_luck
        return {
            "mu_star": np.asarray(found["mu_star"], float),
            "sigma": np.sqrt(np.maximum(0.0, varies)),
            "luck": np.sqrt(2.0 * of_luck / math.pi),
        }

    return estimate


ESTIMATORS = {"sobol": sobol_estimator, "morris": morris_estimator}
