"""What studies would have seen, in words: each number with the word for what it is, and the effect beside it."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from tearsim.show.words.effects import EFFECTS_TOLD, IN_100, IN_WAI_POINTS, by_luck, when, worlds_for_programs
from tearsim.show.words.english import capital, number, number_of
from tearsim.show.words.worlds import IN_MOST, IN_NEARLY_ALL, agreeing
from tearsim.study.effects.studies.declared import STUDIES
from tearsim.study.effects.studies.seen import SeenByStudies, SeenByStudy
from tearsim.study.estimates import Estimate


class OnStudyScale(NamedTuple):
    """How what a study says is told."""

    label: str
    unit: str
    factor: float
    digits: int


STUDIES_TOLD: dict[str, OnStudyScale] = {
    "left": OnStudyScale("had left", IN_100, 100.0, EFFECTS_TOLD["left"].digits),
    "rating": OnStudyScale("alliance as rated", IN_WAI_POINTS, 1.0, 2),
    "better": OnStudyScale("better minus worse for the tears", IN_100, 100.0, 0),
}


def when_asked(one: SeenByStudy) -> str:
    """When after the tears a study asks."""
    return "while on record" if one.weeks is None else when(one.weeks)


def asked_about(one: SeenByStudy) -> str:
    """What a study asks about, and when."""
    return f"{STUDIES_TOLD[one.outcome].label}, {when_asked(one)}"


def value_lines(value: Estimate, outcome: str) -> list[str]:
    """A number as lines of a table: the mean, and its 95 % interval."""
    how = STUDIES_TOLD[outcome]
    mean, low, high = (number(end * how.factor, how.digits, True) for end in value[:3])
    return [mean] if math.isnan(value.low) else [mean, f"{low} to {high}"]


MISSES, OTHER_SIGN = "misses the effect", "sure of the other sign"


def misled(one: SeenByStudy) -> str:
    """Whether a study's interval leads away from the effect: to the other sign, past it, or not at all.

    Of the other sign it can only be where luck leaves no doubt about the sign of the effect.
    """
    if math.isnan(one.says.low):
        return "too few to say anything"
    sure = one.says.low * one.says.high > 0.0 and one.effect.low * one.effect.high > 0.0  # each of its own sign
    if sure and one.says.mean * one.effect.mean < 0.0:
        return OTHER_SIGN
    return "holds the effect" if one.says.low <= one.effect.mean <= one.says.high else MISSES


def bias_lines(one: SeenByStudy) -> list[str]:
    """What worlds say of a bias as lines of a table: the middle world, the middle 95 % of them, and in how many it lies
    above 0; or that they cannot be told apart."""
    if one.worlds is None:
        return ["too few to tell"]
    how, said = STUDIES_TOLD[one.outcome], one.worlds.times(STUDIES_TOLD[one.outcome].factor)
    if not said.can_be_told:
        alike = "too few to tell worlds apart" if said.differ else "alike in all worlds"
        return [number(said.mean, how.digits, True), *(f"{ends} by luck" for ends in by_luck(said, how.digits)), alike]
    low, high = (number(end, how.digits, True) for end in said.middle_95)
    return [number(said.median, how.digits, True), f"{low} to {high}", f"above 0: {said.above} of {said.number}"]


def over_several(found: SeenByStudies) -> int:
    """Over how many worlds the studies were done; 0 if in one alone."""
    return max((one.worlds.number for one in found.rows if one.worlds is not None), default=0)


def how_studied(found: SeenByStudies) -> str:
    """On what all of it rests, in a sentence."""
    worlds = over_several(found)
    over = (
        f" They live in {worlds} worlds that fit the evidence: numbers are of all of them together, but for the bias "
        "over worlds, where studies are done in each of them anew: its middle 95 %, and in how many it lies above 0."
    )
    return (
        f"Of the same {found.clients:,} clients in {found.practices:,} practices, of whom {found.saw:,} noticed tears. "
        "What a study says: with the interval that it would give. The effect: tears shown minus the same tears held "
        "back, in those who noticed them, which no study can see. Beside it what sets the two apart, in parts that add "
        f"up, practices being the independent units.{over if worlds else ''}"
    )


def studies_in_short(found: SeenByStudies) -> str:
    """How many of these numbers mislead, in a sentence."""
    if over_several(found):
        return _in_short_over_worlds(found)
    told = [misled(one) for one in found.rows]
    astray = [one for one, how in zip(found.rows, told, strict=True) if how in (MISSES, OTHER_SIGN)]
    across = sum(one.says.mean * one.effect.mean < 0.0 for one in astray)
    return capital(
        f"{len(astray)} of {number_of(len(told), 'number')} that studies would report here do not have the effect "
        f"within their interval; {across} of these lie on the other side of 0, {told.count(OTHER_SIGN)} with no doubt "
        "left by luck about either sign. So large a study leaves little to luck: what remains is bias."
    )


def _in_short_over_worlds(found: SeenByStudies) -> str:
    """To which side studies err, over worlds."""
    known = [one.worlds for one in found.rows if one.worlds is not None]
    sides = [agreeing(one) for one in known]
    surely = sum(side >= IN_NEARLY_ALL for side in sides)
    mostly = sum(IN_MOST <= side < IN_NEARLY_ALL for side in sides)
    return (
        f"Of {number_of(len(known), 'number')} that studies would report, {surely} err to the same side in at least 95 "
        f"of 100 of the {over_several(found)} worlds, {mostly} in most of them; to which side the other "
        f"{len(known) - surely - mostly} err, nobody knows."
    )


def studies_for_programs(rows: Iterable[SeenByStudy]) -> list[dict[str, object]]:
    """Every number with its interval, in the outcome's own unit: shares, ratings from 1 to 7, -1 to 1."""
    return [
        {
            "study": one.study,
            "is": STUDIES[one.study].is_a,
            "outcome": one.outcome,
            "when": one.when,
            "week": one.weeks,
            "says": _plain(one.says),
            "effect": _plain(one.effect),
            "bias": _plain(one.bias),
            "parts": {part: _plain(value) for part, value in one.parts.items()},
            "bias_over_worlds": None if one.worlds is None else worlds_for_programs(one.worlds),
        }
        for one in rows
    ]


def _plain(value: Estimate) -> dict[str, float]:
    return {"value": value.mean, "low": value.low, "high": value.high}
