"""From draws to fitted worlds: those that agree with the findings when they are run, and what they leave open."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tearsim.errors import TearSimError
from tearsim.study.calibration.design import Calibration, Target
from tearsim.study.calibration.emulator import centres, errors, on_scales
from tearsim.study.calibration.outcome import ConfirmedOutcome, LeftOpen, LeftOpenOf
from tearsim.study.calibration.trials import learnt, width
from tearsim.study.estimates import ratio
from tearsim.study.randomness import Streams
from tearsim.worlds.outcomes import Numbers

# A parameter set agrees with the evidence if at least this share of the findings lies inside their intervals.
AGREES = 0.9
DIGITS = 4  # to which fitted parameters are written down


def inside(targets: Sequence[Target], found: Numbers) -> NDArray[np.bool_]:
    """Which findings lie inside their published intervals; shape (worlds, findings)."""
    low, high = (np.array([getattr(t.finding, end) for t in targets]) for end in ("low", "high"))
    return (low <= found) & (found <= high)


def agrees(targets: Sequence[Target], found: Numbers) -> NDArray[np.bool_]:
    """Which worlds agree with the evidence."""
    return inside(targets, found).mean(axis=1) >= AGREES


Agree = Callable[[Sequence[Target], Numbers], NDArray[np.bool_]]


def mean_of_two(first: Numbers, second: Numbers) -> Numbers:
    """What two studies found on average: one study's chance keeps worlds that hardly agree, and here there is less."""
    return (first + second) / 2.0


def refuse_too_few(agreeing: int, tried: int, wanted: int, what: str, or_else: str = "") -> None:
    """Refuse to go on with fewer worlds that agree than are wanted: no further study makes them more.

    `what` was tried; `or_else` is what could be done besides more draws. Raises TearSimError.
    """
    if agreeing < wanted:
        raise TearSimError(
            f"Only {agreeing} of {tried} {what} agree with the findings, and {wanted} are asked for: more draws in the "
            f"calibration file (those there are stay){or_else}."
        )


def confirmed(targets: Sequence[Target], fresh: Numbers, together: int, agree_by: Agree = agrees) -> ConfirmedOutcome:
    """How many worlds agree in a study that chose nobody, and in what share of them each finding lies inside.

    Worlds come in lots of `together` that share their luck: the share that agrees has a 95 % interval over
    lots, missing where there is but one.
    """
    agree, each = agree_by(targets, fresh), inside(targets, fresh).mean(axis=0)
    lots = np.split(agree, range(together, len(agree), together))
    share = ratio([lot.sum() for lot in lots], list(map(len, lots))).within((0.0, 1.0))
    low, high = (end if np.isfinite(end) else None for end in (share.low, share.high))
    return {
        "confirmed": int(agree.sum()),
        "confirmed_share": {"mean": share.mean, "low": low, "high": high, "lucks": len(lots)},
        "inside": {t.finding.id: float(part) for t, part in zip(targets, each, strict=True)},
    }


def misfit(targets: Sequence[Target], found: Numbers) -> Numbers:
    """How far each world is from the findings: `sum(((y - f)/error)^2)` on their scales."""
    return np.asarray((((on_scales(targets, found) - centres(targets)) / errors(targets)) ** 2).sum(axis=1))


def best_then_shuffled(misfits: Numbers, luck: Streams, purpose: int) -> NDArray[np.intp]:
    """In which order fitted worlds are kept: the best first, whose values are the defaults; the rest shuffled.

    A study of a few replicates lives in the first few. Were they sorted, these would all be from the best corner.
    """
    by_misfit = np.argsort(misfits)
    return np.concatenate([by_misfit[:1], luck.library_generator(purpose).permutation(by_misfit[1:])])


def effective_size(log_weights: Numbers) -> float:
    """How many equally weighted draws weighted ones are worth: `sum(w)^2 / sum(w^2)`."""
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def rounded(calibration: Calibration, unit: Numbers) -> list[dict[str, float]]:
    """Parameter sets with as many digits as there is anything to say."""
    return [
        {name: float(f"{value:.{DIGITS}g}") for name, value in world.items()} for world in calibration.worlds_at(unit)
    ]


def left_open(calibration: Calibration, unit: Numbers) -> LeftOpen:
    """What draws from a posterior say of each parameter, and which pairs go together.

    For each parameter: its prior range, the posterior's median and 95 % interval, and its width beside the prior's (1
    is nothing learnt). Pairs are those correlated by half or more.
    """
    low, high = calibration.ranges.T
    quantiles = low + np.quantile(unit, [0.025, 0.5, 0.975], axis=0) * (high - low)
    wide = width(unit)
    parameters: dict[str, LeftOpenOf] = {
        name: {
            "prior": [float(low[i]), float(high[i])],
            "low": float(quantiles[0, i]),
            "median": float(quantiles[1, i]),
            "high": float(quantiles[2, i]),
            "width": float(wide[i]),
            "learnt": learnt(float(wide[i])),
        }
        for i, name in enumerate(calibration.parameters)
    }
    together: Numbers = np.asarray(np.corrcoef(unit.T), float).reshape(len(low), len(low))
    pairs = [
        (calibration.parameters[i], calibration.parameters[j], float(together[i, j]))
        for i in range(len(together))
        for j in range(i)
        if abs(together[i, j]) >= 0.5
    ]
    correlated: list[list[str | float]] = [[*pair] for pair in sorted(pairs, key=lambda pair: -abs(pair[2]))]
    return {"parameters": parameters, "correlated": correlated}
