"""The verdict on a claim, by a stated rule: values by world and luck in, one of five words out. Pure.

A claim is *true in a world* where its value lies beyond the smallest difference that matters, on the side it names;
or, of a claim that something makes no difference, within it. A world's own luck decides nothing: the share of worlds
in which a claim is true is told with worlds and luck apart (`answers.over_worlds`).

- **assumed**: it follows from the sign of a weight that nobody has measured and that the model takes as known.
- **depends**: in one region of something that differs between practices or people it holds, in another it fails.
- **holds**: it is true in at least 95 % of worlds.
- **fails**: it is true in at most 5 % of worlds, whether the difference is the other way round or too small to matter.
- **cannot say**: worlds that fit the evidence disagree.
"""

import math
from collections.abc import Mapping
from itertools import permutations
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, ndtri

from tearsim.study.answers.over_worlds import OverWorlds, told_apart
from tearsim.study.claims.declared import TrueWhere
from tearsim.study.estimates import CONFIDENCE

VerdictWord = Literal["holds", "fails", "depends", "cannot say", "assumed"]
VERDICTS: tuple[VerdictWord, ...] = ("holds", "fails", "depends", "cannot say", "assumed")
ENOUGH_WORLDS = 0.95
LUCKS_TRIED = 100  # equally likely, of the mean of worlds


class ByWorld(NamedTuple):
    """A value for each world and luck, how much each rests on, and which luck it had; arrays of one length."""

    value: NDArray[np.float64]
    world: NDArray[np.int64]
    of: NDArray[np.float64]
    luck: NDArray[np.int64] | None = None  # where several worlds share one

    def minus(self, other: "ByWorld") -> "ByWorld":
        """One minus another, of the same worlds and lucks; it rests on what a mean of such precision would rest on."""
        with np.errstate(invalid="ignore", divide="ignore"):
            of = np.nan_to_num(self.of * other.of / (self.of + other.of))
        return self._replace(value=self.value - other.value, of=of)

    def over_worlds(self) -> OverWorlds | None:
        """What worlds say of it, luck apart; None where nothing can be told."""
        return told_apart(self.value, self.world, self.of, self.luck)

    def share_above(self, limit: float) -> float:
        """In which share of worlds it lies above a limit; missing where nothing can be told."""
        found = self._replace(value=self.value - limit).over_worlds()
        return math.nan if found is None else found.share_above_zero


class Found(NamedTuple):
    """In which share of worlds a claim is true, and the word for it; of a region, or of all there is."""

    share: float
    word: VerdictWord
    between: tuple[float, float] = (math.nan, math.nan)  # the 95 % interval of the share: see `interval_of_share`

    @property
    def may_be(self) -> set[VerdictWord]:
        """The verdicts that the interval of the share reaches."""
        low, high = map(word_for, self.between)
        return {low, high} if {low, high} != {"fails", "holds"} else {"fails", "cannot say", "holds"}


class ClaimVerdict(NamedTuple):
    """The word, the share of worlds in which the claim is true, and each region's by moderator and name."""

    word: VerdictWord
    share: float
    regions: dict[str, dict[str, Found]]
    depends_on: tuple[str, ...]  # the moderators with a region where it holds and one where it fails
    between: tuple[float, float] = (math.nan, math.nan)  # the 95 % interval of the share
    may_be: tuple[VerdictWord, ...] = ()  # what else as many other worlds that fit as well might say


def share_true(values: ByWorld, true_where: TrueWhere, smallest: float) -> float:
    """In which share of worlds a claim is true; missing where nothing can be told."""
    if true_where == "above":
        return values.share_above(smallest)
    if true_where == "below":
        return values._replace(value=-values.value).share_above(smallest)
    if true_where == "not above":
        return 1.0 - values.share_above(smallest)
    beyond = values.share_above(smallest) + values._replace(value=-values.value).share_above(smallest)
    return max(0.0, 1.0 - beyond)


def share_contrary(values: ByWorld, true_where: TrueWhere, smallest: float) -> float:
    """In which share of worlds it lies beyond the smallest difference on the side that a claim does not name.

    Of a claim that something makes no difference, every world in which it is not true; elsewhere the rest is too small
    to matter.
    """
    if true_where == "above":
        return values._replace(value=-values.value).share_above(smallest)
    return values.share_above(smallest) if true_where == "below" else 1.0 - share_true(values, true_where, smallest)


def found(values: ByWorld, true_where: TrueWhere, smallest: float) -> Found:
    """Whether a claim holds, fails, or whether nobody can say, of one set of values."""
    share, worlds = share_true(values, true_where, smallest), len(np.unique(values.world))
    return Found(share, word_for(share), interval_of_share(share, worlds, shares_by_luck(values, true_where, smallest)))


def shares_by_luck(values: ByWorld, true_where: TrueWhere, smallest: float) -> NDArray[np.float64]:
    """In which share of worlds a claim is true, were the luck that all of them share in each of 100 likely places."""
    over = values.over_worlds()
    if over is None:
        return np.zeros(0)
    deviations = ndtri((np.arange(LUCKS_TRIED) + 0.5) / LUCKS_TRIED) / ndtri(0.5 + CONFIDENCE / 2.0)
    shifted = np.asarray(over.worlds) + over.luck * deviations[:, None]
    return np.asarray(_true(shifted, true_where, smallest).mean(axis=1))


def _true(value: NDArray[np.float64], true_where: TrueWhere, smallest: float) -> NDArray[np.bool_]:
    sides = {
        "above": value > smallest,
        "below": value < -smallest,
        "within": np.abs(value) <= smallest,
        "not above": value <= smallest,
    }
    return np.asarray(sides[true_where])


def word_for(share: float) -> VerdictWord:
    """The verdict where a claim is true in such a share of worlds."""
    if share >= ENOUGH_WORLDS:
        return "holds"
    return "fails" if share <= 1.0 - ENOUGH_WORLDS else "cannot say"


def interval_of_share(share: float, worlds: int, by_luck: NDArray[np.float64] | None = None) -> tuple[float, float]:
    """The 95 % interval of a share of worlds, these being drawn from all that fit as well, and all having some luck.

    Were it only for the drawing, its ends would be quantiles of `Beta(x, n - x + 1)` and `Beta(x + 1, n - x)`, of n
    worlds of which a claim is true in x (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404). Luck that worlds share
    moves all of them together, and x with them: the ends are those of the mixture over equally likely lucks, where that
    is wider.

    Args:
        share: The share told.
        worlds: How many there are.
        by_luck: The share under each of some equally likely lucks; None: luck moves nothing.

    Returns:
        From where to where.

    >>> [round(end, 3) for end in interval_of_share(1.0, 24)]
    [0.858, 1.0]
    >>> [round(end, 3) for end in interval_of_share(0.5, 24, np.array([0.25, 0.75]))]
    [0.109, 0.891]
    """
    if not math.isfinite(share):
        return math.nan, math.nan
    mixtures = [np.array([share]), *([] if by_luck is None or not len(by_luck) else [by_luck])]
    low = min(_low_end(worlds * one, worlds) for one in mixtures)
    return low, 1.0 - min(_low_end(worlds * (1.0 - one), worlds) for one in mixtures)


def _low_end(true: NDArray[np.float64], worlds: int) -> float:
    """Where the share is lower with a chance of 2.5 %."""
    tail, some = (1.0 - CONFIDENCE) / 2.0, true > 0.0

    def beyond(end: float) -> float:
        chance = betainc(np.where(some, true, 1.0), worlds - true + 1.0, end)
        return float(np.where(some, chance, 1.0).mean()) - tail

    return 0.0 if beyond(0.0) >= 0.0 else float(brentq(beyond, 0.0, 1.0))


def judged_claim(
    values: ByWorld,
    regions: Mapping[str, Mapping[str, ByWorld]],
    true_where: TrueWhere,
    smallest: float,
    assumed: bool = False,
) -> ClaimVerdict:
    """The verdict on a claim.

    Args:
        values: Its value by world and luck.
        regions: The same in each region, by moderator and name.
        true_where: On which side of the smallest difference it is true.
        smallest: The smallest difference that matters, in the unit of the values.
        assumed: Whether it follows from a sign that the model takes as known.

    Returns:
        The word, the share of worlds, and what each region says.

    >>> worlds, lucks = np.repeat(np.arange(20), 2), np.tile([-0.01, 0.01], 20)
    >>> values = ByWorld(0.5 + 0.1 * (worlds % 3) + lucks, worlds, np.ones(40))
    >>> judged_claim(values, {}, "above", 0.1).word, judged_claim(values, {}, "below", 0.1).word
    ('holds', 'fails')
    """
    whole = found(values, true_where, smallest)
    each = {
        moderator: {name: found(one, true_where, smallest) for name, one in of.items()}
        for moderator, of in regions.items()
    }
    on = tuple(name for name, of in each.items() if {"holds", "fails"} <= {one.word for one in of.values()})
    word: VerdictWord = "assumed" if assumed else "depends" if on else whole.word
    may_be = () if assumed else tuple(one for one in VERDICTS if one in _may_be(whole, each) and one != word)
    return ClaimVerdict(word, whole.share, each, on, whole.between, may_be)


def _may_be(whole: Found, regions: Mapping[str, Mapping[str, Found]]) -> set[VerdictWord]:
    """Every verdict that intervals of shares leave open."""
    pairs = [(one.may_be, other.may_be) for of in regions.values() for one, other in permutations(of.values(), 2)]
    if any(one == {"holds"} and other == {"fails"} for one, other in pairs):
        return {"depends"}
    depends = any("holds" in one and "fails" in other for one, other in pairs)
    return whole.may_be | ({"depends"} if depends else set())
