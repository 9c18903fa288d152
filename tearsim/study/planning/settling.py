"""Which claims of the board a study's result would bring to a verdict: the board's own rule, over weighted worlds."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.study.claims.board import RECORD_FILE, ClaimOutcome, read_outcome
from tearsim.study.claims.declared import Claim, claims_folder, read_claims
from tearsim.study.claims.verdict import ENOUGH_WORLDS
from tearsim.worlds.outcomes import Numbers

TrueIn = NDArray[np.bool_]  # [claim or region, world]


class ClaimInWorlds(NamedTuple):
    """A claim in each world: whether it is true there, and in which regions of what it may depend on."""

    name: str
    true: TrueIn  # [world]
    regions: tuple[TrueIn, ...]  # for each moderator; [region, world]

    def dealt_out(self, order: NDArray[np.intp]) -> "ClaimInWorlds":
        """The same of worlds in another order."""
        return ClaimInWorlds(self.name, self.true[order], tuple(one[:, order] for one in self.regions))


def claims_in_worlds(worlds: Sequence[int]) -> list[ClaimInWorlds]:
    """The claims of the board on record that evidence could decide, in these worlds; none if there is no record.

    What is assumed no study decides, and a claim that cannot be told in one of the worlds is left out.
    """
    folder = claims_folder()
    if not (folder / RECORD_FILE).exists():
        return []
    outcome, declared = read_outcome(folder / RECORD_FILE), read_claims(folder)
    if len(worlds) > outcome["worlds"]:
        return []
    told = [one for one in outcome["claims"] if one["verdict"] != "assumed" and one["id"] in declared]
    whole = [one for one in told if _in_every_world(one, outcome["worlds"])]
    return [_judged(one, declared[one["id"]], np.asarray(worlds)) for one in whole]


def _in_every_world(one: ClaimOutcome, worlds: int) -> bool:
    return all(len(values) == worlds for values in (one["worlds"], *(region["worlds"] for region in one["regions"])))


def _judged(one: ClaimOutcome, claim: Claim, worlds: NDArray[np.intp]) -> ClaimInWorlds:
    by: dict[str, list[TrueIn]] = {}
    for region in one["regions"]:
        by.setdefault(region["moderator"], []).append(_true_in(region["worlds"], claim)[worlds])
    return ClaimInWorlds(one["id"], _true_in(one["worlds"], claim)[worlds], tuple(map(np.array, by.values())))


def _true_in(values: Sequence[float], claim: Claim) -> TrueIn:
    """In which worlds a claim is true, from its value in each, in the unit it is told in."""
    told, smallest = np.asarray(values, float), claim.outcome.factor * claim.matters_from
    side: Mapping[str, TrueIn] = {
        "above": told > smallest,
        "below": told < -smallest,
        "within": np.abs(told) <= smallest,
        "not above": told <= smallest,
    }
    return side[claim.true_where]


class Verdicts(NamedTuple):
    """Whether a claim comes to a verdict, and whether that is right where the result comes from; [world, result]."""

    there: NDArray[np.bool_]
    right: NDArray[np.bool_]


def verdict_given(weights: Numbers, claim: ClaimInWorlds) -> Verdicts:
    """The verdict on a claim over weighted worlds, and whether it says what is so in the world a result comes from.

    As the board has it: it holds if it is true in 95 % of worlds, by weight, fails if in 5 %, and depends on something
    if it holds in one region of that and fails in another. `weights` have the shape (world, result, world).
    """
    holds, fails = _holds_or_fails(weights, claim.true)
    there = holds | fails
    right = np.where(claim.true[:, None], holds, fails)
    for regions in claim.regions:
        each = [_holds_or_fails(weights, one) for one in regions]
        held, failed = (np.array([one[which] for one in each]) for which in (0, 1))
        depends = held.any(axis=0) & failed.any(axis=0)
        so = np.where(regions[:, :, None], held, failed) | ~(held | failed)
        right = np.where(depends & ~there, so.all(axis=0), right)
        there = there | depends
    return Verdicts(there, right)


def _holds_or_fails(weights: Numbers, true: TrueIn) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    share = weights @ true.astype(float)
    return share >= ENOUGH_WORLDS, share <= 1.0 - ENOUGH_WORLDS
