"""Who stays in therapy and who leaves, session by session: two estimates that answer two questions.

Therapies end in other ways than by leaving, above all because clients have had enough. Whoever has had enough can no
longer leave, and is not like those who go on; so no one curve tells both of the following.

- *Would I still be there?* Of those for whom therapy goes on, what share has not left (Kaplan and Meier). It tells how
  dangerous each session is to those who come to it. Completing counts as being out of sight, which would be fair only
  if those who complete would otherwise have left like the rest.
- *How many leave?* Of all who began, what share has left by then, completing being another end (Aalen and Johansen).
  It needs no such belief, and is lower.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from tearsim.arguments import A_TABLE, of_kind
from tearsim.errors import TearSimError, quoted
from tearsim.science.codes import COMPLETIONS, ENDING, LEFT
from tearsim.study.estimates import NORMAL

# What a table of episodes must have, and the most sessions at which numbers at risk are given.
NEEDED_COLUMNS = ("sessions", "ending")
MOST_COUNTED = 13
COMPLETED_IN_WORDS = [ENDING[completion] for completion in COMPLETIONS]


class SurvivalCurve(NamedTuple):
    """A share (%) after each number of sessions, from 0 on, with its pointwise 95 % interval; arrays of one length."""

    sessions: NDArray[np.int64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def not_left(sessions: ArrayLike, endings: ArrayLike) -> SurvivalCurve:
    """Of those for whom therapy goes on, the share who have not left: `S(t) = prod(1 - left_i/at risk_i)`, i up to t.

    `sessions` held and how the last `ending` was, one of each a client. Intervals from Greenwood's standard errors on
    the log(-log) scale, clients taken as independent. Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    held, left = np.asarray(sessions, int), np.asarray(endings) == ENDING[LEFT]
    if not left.any():
        return _nothing_happens(held, 100.0)
    fitted = SurvfuncRight(held, left.astype(int))
    return _course(fitted.surv_times, fitted.surv_prob, fitted.surv_prob_se, held.max(), 1.0)


def have_left(sessions: ArrayLike, endings: ArrayLike) -> SurvivalCurve:
    """Of all who began, the share who have left: `F(t) = sum(S_all(i - 1) * left_i/at risk_i)` over sessions i up to t.

    `S_all` is the share still in therapy, neither left nor completed; whoever is handed over or goes on is out of sight
    after the last session. Arguments and intervals as in `not_left`. Aalen & Johansen (1978), Scand J Stat 5, 141-150.
    """
    from statsmodels.duration.survfunc import CumIncidenceRight

    held, ended = np.asarray(sessions, int), np.asarray(endings)
    left = ended == ENDING[LEFT]
    if not left.any():
        return _nothing_happens(held, 0.0)
    # statsmodels divides by those left over, of whom after the very last session there may be none.
    with np.errstate(divide="ignore", invalid="ignore"):
        fitted = CumIncidenceRight(held, np.where(left, 1, np.where(np.isin(ended, COMPLETED_IN_WORDS), 2, 0)))
    error = np.asarray(fitted.cinc_se[0])
    known = np.maximum.accumulate(np.where(np.isnan(error), 0, np.arange(len(error))))
    return _course(fitted.times, fitted.cinc[0], error[known], held.max(), 0.0)


def at_risk(sessions: ArrayLike, before: Sequence[int]) -> NDArray[np.int64]:
    """How many clients came to each of the sessions `before`."""
    return np.array([int((np.asarray(sessions) >= session).sum()) for session in before])


def _nothing_happens(held: NDArray[np.int64], share: float) -> SurvivalCurve:
    flat = np.full(2, share)
    return SurvivalCurve(np.array([0, held.max()]), flat, flat, flat)


def _course(times: ArrayLike, shares: ArrayLike, errors: ArrayLike, last: int, at_first: float) -> SurvivalCurve:
    """A step function from session 0 to the last, in per cent."""
    share, error = np.asarray(shares, float), np.asarray(errors, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Below 1, because log(share) is negative: a power above 1 lowers a share, one below 1 raises it.
        power = np.exp(NORMAL * error / (share * np.log(share)))
        ends = share ** (1.0 / power), share**power
    within = (share > 0.0) & (share < 1.0)
    low, high = (np.where(within, end, share) for end in ends)
    whole = (np.concatenate([[at_first], part, part[-1:]]) * 100.0 for part in (share, low, high))
    return SurvivalCurve(np.concatenate([[0], times, [last]]), *whole)


class Group(NamedTuple):
    """A group of clients: both courses, and how many came to each of the sessions counted."""

    name: str
    clients: int
    not_left: SurvivalCurve
    have_left: SurvivalCurve
    at_risk: list[int]


class Staying(NamedTuple):
    """Who stays with their first therapist, group by group; `counted` are the sessions at which numbers are given."""

    groups: list[Group]
    longest: int
    counted: list[int]


def staying(
    episodes: pd.DataFrame, *, by: str | None = None, named: Sequence[str] | None = None, most: int | None = None
) -> Staying:
    """Both courses of first episodes of therapy, for each group that a column tells apart.

    `episodes` has columns sessions and ending; where a column episode is there, only first episodes count. `named`
    are the groups to show, in order; `most` says how many can be told apart. Raises TearSimError if a column is
    missing, if there are too many groups, and if there is nobody.
    """
    groups = _groups(episodes, by)
    if named is not None:
        of_name = dict(groups)
        groups = [(name, of_name[name]) for name in named if name in of_name]
    if most is not None and len(groups) > most:
        raise TearSimError(f'"{by}" makes {len(groups)} groups; a picture tells {most} apart.')
    if not groups:
        raise TearSimError(f'Nobody has a value of "{by}".')
    longest = max(2, int(max(rows["sessions"].quantile(0.99) for _, rows in groups)))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**6) if longest / step <= MOST_COUNTED)
    counted = list(range(step, longest + 1, step))
    return Staying(
        [
            Group(
                name,
                len(rows),
                not_left(rows["sessions"], rows["ending"]),
                have_left(rows["sessions"], rows["ending"]),
                at_risk(rows["sessions"], counted).tolist(),
            )
            for name, rows in groups
        ],
        longest,
        counted,
    )


def _groups(episodes: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    """First episodes by group; the group of all has no name."""
    of_kind("episodes", episodes, pd.DataFrame, A_TABLE)
    for column in (*NEEDED_COLUMNS, *([] if by is None else [by])):
        if column not in episodes:
            raise TearSimError(f"A picture of who stays needs episodes of therapy with a column {quoted(column)}.")
    first = episodes[episodes["episode"] == 1] if "episode" in episodes else episodes
    if not len(first):
        raise TearSimError("There are no episodes of therapy to draw.")
    if by is None:
        return [("", first)]
    return [(str(name), rows) for name, rows in first.groupby(by, observed=True, sort=True)]
