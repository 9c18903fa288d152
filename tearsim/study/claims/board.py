"""The board of claims: what worlds say of each, in an outcome that everything shown is made from."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
import pandas as pd

from tearsim.errors import TearSimError
from tearsim.safe_files import make_folder, write_safely
from tearsim.science.declaration import Value
from tearsim.science.fitted import OPEN_WORLDS, worlds_of
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import BELIEFS
from tearsim.study.claims.deciding import Shape, deciding
from tearsim.study.claims.declared import Claim, ReadWhere, claims_folder
from tearsim.study.claims.lived import OF, ClaimsLived, ClaimsReport, column, shared_luck
from tearsim.study.claims.practices import CLAIM_PRACTICES, SURVEY
from tearsim.study.claims.processes import live_in_processes
from tearsim.study.claims.verdict import ByWorld, ClaimVerdict, VerdictWord, judged_claim, share_contrary
from tearsim.study.estimates import WORLD

OUTCOME_FILE = "claims.json"
RECORD_FILE = "outcome.json"  # beside the claims' files: an outcome of all worlds, which docs and README tell
QUICK_WORLDS, QUICK_THERAPISTS, QUICK_SURVEYED = 24, 80, 60


class RegionTold(TypedDict):
    """A region of something on which a claim may depend: in which share of worlds it is true there."""

    moderator: str
    name: str
    share: float | None
    verdict: VerdictWord
    value: float | None  # in the middle world
    worlds: list[float]  # each world's value, luck apart


class MiddleTold(TypedDict):
    """The middle world and the middle 95 % of worlds; missing where there is nothing to tell."""

    value: float | None
    low: float | None
    high: float | None


class GoesWith(TypedDict):
    """A parameter that the value goes with over worlds, how much of how they differ it explains, and in which way."""

    parameter: str
    share: float
    shape: Shape


class ClaimOutcome(MiddleTold):
    """What worlds say of a claim; numbers in the unit it is told in."""

    id: str
    verdict: VerdictWord
    share_of_worlds: float | None  # in which it is true
    share_between: list[float | None]  # 95 % interval: worlds are drawn from all that fit as well, and share luck
    may_be: list[VerdictWord]  # what else as many other such worlds might say
    contrary: float | None  # the share in which it lies beyond the smallest difference on the other side
    luck: float | None  # how far luck alone moves the mean of the worlds to either side
    worlds: list[float]  # each world's value, luck apart
    decided_by: list[str]
    goes_with: list[GoesWith]
    regions: list[RegionTold]
    seen: list[MiddleTold]  # what stands beside it, in the order of the claim's file


class BoardOutcome(TypedDict):
    """All of it: how much was lived, and each claim."""

    worlds: int
    of_worlds: int  # that there are
    lucks: int
    therapists: int
    surveyed: int
    seed: int
    quick: bool
    fingerprint: str
    claims: list[ClaimOutcome]


class AskedOfClaims(NamedTuple):
    """What is asked: which claims, in how many worlds."""

    claims: Mapping[str, Claim]
    lived: ClaimsLived
    quick: bool = False


def asked_of(
    claims: Mapping[str, Claim], seed: int, quick: bool, given: Mapping[str, Value] | None = None
) -> AskedOfClaims:
    """All open worlds, or a first look at some of them in smaller practices."""
    worlds = worlds_of(OPEN_WORLDS)
    more = tuple((given or {}).items())
    if quick:
        lived = ClaimsLived(worlds[:QUICK_WORLDS], QUICK_THERAPISTS, QUICK_SURVEYED, seed=seed, given=more)
    else:
        lived = ClaimsLived(worlds, seed=seed, given=more)
    return AskedOfClaims(claims, lived, quick)


def put_to_test(asked: AskedOfClaims, folder: Path, workers: int, report: ClaimsReport) -> BoardOutcome:
    """Live what the claims need, judge each, and leave the outcome in the folder.

    Raises TearSimError for a folder that holds something else, or cannot be made.
    """
    _begin(folder)
    practices = dict.fromkeys(name for claim in asked.claims.values() for name in claim.practices)
    rows = live_in_processes(asked.lived, practices, folder, workers, report)
    outcome = outcome_of(asked, rows)
    _write_outcome(outcome, folder)
    return outcome


def on_record(claims: Mapping[str, Claim], folder: Path) -> BoardOutcome:
    """The outcome on record of these claims, as it is read from their folder; left in the folder given, too.

    Raises TearSimError for a claim of which nothing is on record, or something else, and for a folder that holds other
    files.
    """
    record = read_outcome(claims_folder() / RECORD_FILE)
    held = {one["id"]: one for one in record["claims"]}
    for name, claim in claims.items():
        if name not in held or not _is_of(held[name], claim):
            raise TearSimError(
                f"{name}: nothing is on record of this claim as it stands; `tearsim claims {name}` asks it."
            )
    _begin(folder)
    outcome: BoardOutcome = {**record, "claims": [held[name] for name in claims]}
    _write_outcome(outcome, folder)
    return outcome


def _is_of(outcome: ClaimOutcome, claim: Claim) -> bool:
    """Whether what is told of a claim is what its file asks for."""
    regions = [(moderator.name, region.name) for moderator in claim.depends_on for region in moderator.regions]
    told = [(region["moderator"], region["name"]) for region in outcome["regions"]]
    return told == regions and len(outcome["seen"]) == len(claim.seen)


def is_current(outcome: BoardOutcome) -> bool:
    """Whether this version of the model and of the readings would live the same."""
    lived = ClaimsLived((), outcome["therapists"], outcome["surveyed"], outcome["lucks"], outcome["seed"])
    return lived.fingerprint() == outcome["fingerprint"]


def _write_outcome(outcome: BoardOutcome, folder: Path) -> None:
    write_safely(folder / OUTCOME_FILE, lambda file: file.write_text(_written(outcome), encoding="utf-8"))


def _written(outcome: BoardOutcome) -> str:
    """The outcome as it is kept: a line a claim."""
    head = json.dumps({name: value for name, value in outcome.items() if name != "claims"})
    rows = ",\n".join(map(json.dumps, outcome["claims"]))
    return f'{head[:-1]}, "claims": [\n{rows}\n]}}\n'


def _begin(folder: Path) -> None:
    known = {"parts", OUTCOME_FILE, "board.html"}
    make_folder(folder, TearSimError, " Choose another with --out.")
    if any(file.name.removesuffix(".unfinished") not in known for file in folder.iterdir()):
        raise TearSimError(f"{folder} holds files that are no claims put to the test; choose another with --out.")


def outcome_of(asked: AskedOfClaims, rows: pd.DataFrame) -> BoardOutcome:
    """The outcome, from what was read in each world under each luck."""
    lived = asked.lived
    table = pd.DataFrame(list(lived.worlds))
    return {
        "worlds": len(lived.worlds),
        "of_worlds": len(worlds_of(OPEN_WORLDS)),
        "lucks": lived.lucks,
        "therapists": lived.therapists,
        "surveyed": lived.surveyed,
        "seed": lived.seed,
        "quick": asked.quick,
        "fingerprint": lived.fingerprint(),
        "claims": [_claim_outcome(claim, rows, table) for claim in asked.claims.values()],
    }


def values_of(where: ReadWhere, rows: pd.DataFrame) -> ByWorld:
    """What is read by world and luck; one practice minus another where two are named."""
    names = [column(practice, where.reading) for practice in where.practices]
    world, luck = rows[WORLD].to_numpy(), shared_luck(rows)
    read = [ByWorld(rows[name].to_numpy(), world, rows[name + OF].to_numpy(), luck) for name in names]
    return read[0] if len(read) == 1 else read[0].minus(read[1])


def verdict_on(claim: Claim, rows: pd.DataFrame) -> ClaimVerdict:
    """The verdict on a claim, from what was read."""
    regions = {
        moderator.name: {region.name: values_of(region, rows) for region in moderator.regions}
        for moderator in claim.depends_on
    }
    assumed = bool(claim.taken_for_granted or claim.assumed)
    return judged_claim(values_of(claim.value, rows), regions, claim.true_where, claim.matters_from, assumed)


def _claim_outcome(claim: Claim, rows: pd.DataFrame, parameters: pd.DataFrame) -> ClaimOutcome:
    factor, values, verdict = claim.outcome.factor, values_of(claim.value, rows), verdict_on(claim, rows)
    over = values.over_worlds()
    contrary = share_contrary(values, claim.true_where, claim.matters_from)
    each = pd.Series(values.value).groupby(values.world).mean().to_numpy()
    goes_with = deciding(each, _that_can_move(claim, parameters))
    return {
        "id": claim.id,
        "verdict": verdict.word,
        "share_of_worlds": _or_none(verdict.share, 4),
        "share_between": [_or_none(end, 4) for end in verdict.between],
        "may_be": list(verdict.may_be),
        "contrary": _or_none(contrary, 4),
        **_middle(claim.value, over),
        "luck": None if over is None else _or_none(factor * over.luck),
        "worlds": _each(claim.value, over),
        "decided_by": _decided_by(claim, verdict, [one.parameter for one in goes_with], len(each)),
        "goes_with": [
            {"parameter": one.parameter, "share": round(one.share, 3), "shape": one.shape} for one in goes_with
        ],
        "regions": [
            _region_told(claim, moderator.name, region.name, values_of(region, rows), verdict)
            for moderator in claim.depends_on
            for region in moderator.regions
        ],
        "seen": [_middle(one, values_of(one, rows).over_worlds()) for one in claim.seen],
    }


def _that_can_move(claim: Claim, parameters: pd.DataFrame) -> pd.DataFrame:
    """The parameters that can move what is read: what therapists believe can only where whole careers are surveyed, as
    elsewhere they learn nothing from their tears.
    """
    learnt = SURVEY in CLAIM_PRACTICES[claim.value.practice].read
    return parameters if learnt else parameters.drop(columns=[*BELIEFS], errors="ignore")


def _decided_by(claim: Claim, verdict: ClaimVerdict, goes_with: list[str], worlds: int) -> list[str]:
    """What decides: an assumption, what it depends on, or the numbers that it goes with, unless all worlds agree."""
    if verdict.word == "assumed":
        return claim.taken_for_granted or [claim.assumed]
    if verdict.word == "depends":
        return list(verdict.depends_on)
    return [] if all_agree(verdict.share, worlds) else goes_with


def all_agree(share: float | None, worlds: int) -> bool:
    """Whether a claim is true in every world, or in none."""
    return share is not None and math.isfinite(share) and round(share * worlds) in (0, worlds)


def _region_told(claim: Claim, moderator: str, name: str, values: ByWorld, verdict: ClaimVerdict) -> RegionTold:
    over, found = values.over_worlds(), verdict.regions[moderator][name]
    return {
        "moderator": moderator,
        "name": name,
        "share": _or_none(found.share, 4),
        "verdict": found.word,
        "value": _middle(claim.value, over)["value"],
        "worlds": _each(claim.value, over),
    }


def _each(where: ReadWhere, over: OverWorlds | None) -> list[float]:
    """Each world's value in the unit told, cut off where nothing can lie."""
    inside = np.clip([] if over is None else over.worlds, *where.limits)
    return [float(f"{where.outcome.factor * one:.4g}") for one in inside.tolist()]


def _middle(where: ReadWhere, over: OverWorlds | None) -> MiddleTold:
    """The middle world and the middle 95 % of worlds, in the unit told, cut off where nothing can lie."""
    if over is None:
        return {"value": None, "low": None, "high": None}
    factor = where.outcome.factor
    value, low, high = (_or_none(factor * one) for one in np.clip([over.median, *over.middle_95], *where.limits))
    return {"value": value, "low": low, "high": high}


def _or_none(value: float, digits: int | None = None) -> float | None:
    """A number as it is written down: to four figures, or to `digits` decimals; None where it is missing."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.4g}") if digits is None else round(float(value), digits)


def read_outcome(file: Path) -> BoardOutcome:
    """An outcome on record. Raises TearSimError for a file that holds none."""
    try:
        held: BoardOutcome = json.loads(file.read_text(encoding="utf-8"))
        counted(held["claims"])
    except (OSError, ValueError, TypeError, KeyError):
        raise TearSimError(f"{file}: there are no claims put to the test in it.") from None
    return held


def counted(claims: Iterable[ClaimOutcome]) -> dict[VerdictWord, int]:
    """How many claims came to each verdict."""
    words = [claim["verdict"] for claim in claims]
    return {word: words.count(word) for word in dict.fromkeys(words)}


def for_programs(outcome: BoardOutcome, claims: Mapping[str, Claim]) -> dict[str, list[dict[str, object]]]:
    """What `tearsim claims --json` prints."""
    names: Sequence[str] = ("verdict", "share_of_worlds", "value", "low", "high", "decided_by")
    also: Sequence[str] = ("share_between", "may_be")
    return {
        "claims": [
            {
                "id": one["id"],
                "sentence": claims[one["id"]].sentence,
                **{name: dict(one)[name] for name in names},
                "study": claims[one["id"]].study,
                **{name: dict(one)[name] for name in also},
            }
            for one in outcome["claims"]
        ]
    }
