"""An ensemble smoother with multiple data assimilation: worlds moved to where the findings would have them.

The numbers of an ensemble's worlds and what is found in these go together in some way; that way says how each world has
to move for its findings to come nearer to what was published (Emerick & Reynolds 2013,
doi:10.1016/j.cageo.2012.03.011). The same findings are used in several rounds, each with errors inflated so that all
rounds weigh as one would: small steps, each with what goes together where the worlds are by then. With normal numbers
and findings that are linear in them, a large ensemble ends as one drawn from the posterior.
"""

import numpy as np
from scipy.special import expit, logit

from tearsim.worlds.outcomes import Numbers

# How near an end of its range a number is taken to lie, as a share of that range: at the end itself no step leads away.
END = 0.01


def moved(
    numbers: Numbers, found: Numbers, published: Numbers, errors: Numbers, rounds: int, noise: Numbers
) -> Numbers:
    """The numbers of each world after one of `rounds` rounds, shape (worlds, numbers).

    `z_j + C_zf (C_ff + a R)^-1 (y + sqrt(a R) e_j - f_j)`, C the ensemble's covariances, R the published errors
    squared, a the number of rounds. Of `C_zf` chance makes something where there is nothing: each entry is shrunk by
    `r^2 / (r^2 + (1 + r^2)/n)`, r its correlation, n the worlds, which has the least expected error (Furrer & Bengtsson
    2007, doi:10.1016/j.jmva.2006.08.003). A finding that could not be measured in a world does not move it; one that
    could in no world moves none.

    Args:
        numbers: Unbounded numbers of worlds; shape (worlds, numbers).
        found: What was found there, on scales of even noise; missing where it could not be measured; shape (worlds,
            findings).
        published: What was published, on the same scales; shape (findings,).
        errors: Its standard errors; shape (findings,).
        rounds: How many rounds there are.
        noise: Standard normal draws; shape (worlds, findings).

    >>> draws = np.array([[-1.0], [0.0], [1.0]])
    >>> bool(moved(draws, draws, np.array([3.0]), np.array([0.5]), 1, np.zeros((3, 1))).mean() > 1.0)
    True
    """
    seen = np.isfinite(found).sum(axis=0) >= 2
    found, published, errors, noise = found[:, seen], published[seen], errors[seen], noise[:, seen]
    missing = ~np.isfinite(found)
    found = np.where(missing, np.nanmean(found, axis=0) if seen.any() else 0.0, found)
    worlds = len(numbers)
    z, f = numbers - numbers.mean(axis=0), found - found.mean(axis=0)
    together, apart = z.T @ f / (worlds - 1), f.T @ f / (worlds - 1)
    spread = np.outer((z**2).sum(axis=0), (f**2).sum(axis=0)) / (worlds - 1) ** 2
    squared = np.divide(together**2, spread, out=np.zeros_like(together), where=spread > 0.0)
    shrunk = together * np.divide(
        squared, squared + (1.0 + squared) / worlds, out=np.zeros_like(squared), where=squared > 0.0
    )
    off = np.where(missing, 0.0, published + np.sqrt(rounds) * errors * noise - found)
    return np.asarray(numbers + off @ np.linalg.solve(apart + rounds * np.diag(errors**2), shrunk.T))


def unbounded(values: Numbers, ranges: Numbers) -> Numbers:
    """Numbers within ranges, shape (numbers, 2), as log-odds of the share of its range that each lies at."""
    low, high = ranges.T
    return np.asarray(logit(np.clip((values - low) / (high - low), END, 1.0 - END)))


def within(numbers: Numbers, ranges: Numbers) -> Numbers:
    """The way back: each lies within its range, whatever it was moved to."""
    low, high = ranges.T
    return np.asarray(low + expit(numbers) * (high - low))


def opened(numbers: Numbers, share: float, uniform: Numbers) -> Numbers:
    """Unbounded numbers whose spread about their means is in part that of their priors, uniform over ranges.

    `mean + sqrt(1 - share)*(z - mean) + sqrt(share)*logit(u)`. Worlds that agree already are as narrow as the findings
    leave them; what is to be fitted again has to be open again, or the findings would count twice.
    """
    middle = numbers.mean(axis=0)
    return np.asarray(middle + np.sqrt(1.0 - share) * (numbers - middle) + np.sqrt(share) * logit(uniform))
