"""What tears do, in sentences and cells: pure, effects in, words out."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tearsim.science.fitted import DEFAULT
from tearsim.show.words import units
from tearsim.show.words.english import lower_first, number, number_of
from tearsim.show.words.worlds import Verbs, sign_told
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.effects.asking import Effects
from tearsim.study.effects.estimands import ESTIMANDS
from tearsim.study.effects.following import EFFECT_OUTCOMES
from tearsim.study.effects.profiles import Effect

EVERYBODY, STAYING = "everybody", "those who still come to that therapist under both strategies"
# How such a difference is called, wherever it is told: beside it stands what studies compare, which is another thing.
AN_EFFECT = "an effect: the same people under both strategies"


class OnEffectScale(NamedTuple):
    """How a difference in an outcome is told."""

    label: str
    unit: str
    factor: float  # from its own unit to the one it is told in
    digits: int
    words: Verbs  # what a difference above 0 says, and one below


SOON = 12  # weeks: the one number that is told in a sentence is no later
IN_100 = "in 100 people"
IN_WAI_POINTS = "WAI points, 1 to 7"
# What the two scales are, said once beside what is told on them.
SCALES_TOLD = f"Alliance and ratings: {units.WAI.source}. Distress: {units.CORE.source}."
EFFECTS_TOLD: dict[str, OnEffectScale] = {
    "left": OnEffectScale("had left", IN_100, 100.0, 1, Verbs("more have left", "fewer have left")),
    "completed": OnEffectScale("had completed", IN_100, 100.0, 1, Verbs("more have completed", "fewer have completed")),
    "looking": OnEffectScale(
        "look for someone new", IN_100, 100.0, 1, Verbs("more look for someone new", "fewer look for someone new")
    ),
    "distress": OnEffectScale(
        "distress", units.CORE.of_difference, units.CORE.step, 2, Verbs("distress is higher", "distress is lower")
    ),
    "alliance": OnEffectScale(
        "alliance", IN_WAI_POINTS, units.WAI.step, 3, Verbs("the alliance is higher", "the alliance is lower")
    ),
    "rating": OnEffectScale(
        "alliance as rated", IN_WAI_POINTS, 1.0, 3, Verbs("ratings are higher", "ratings are lower")
    ),
    "rupture": OnEffectScale(
        "rupture open", IN_100, 100.0, 1, Verbs("more ruptures are open", "fewer ruptures are open")
    ),
}


def among(outcome: str) -> str:
    """Of whom an outcome is told."""
    return EVERYBODY if EFFECT_OUTCOMES[outcome].of_everybody else STAYING


def at_week(week: int) -> str:
    """A number of weeks after time zero, as a heading."""
    return "at once" if week == 0 else number_of(week, "week")


def when(week: int) -> str:
    """The same in a sentence."""
    return "at once" if week == 0 else f"{number_of(week, 'week')} later"


def cell(effect: Effect) -> list[str]:
    """A difference as lines of a table: the mean and its interval of luck; or the middle world, the middle 80 and 95 %
    of worlds, and in how many of them it lies above 0. Of too few to tell worlds apart, their mean and its luck."""
    how = EFFECTS_TOLD[effect.outcome]
    if effect.worlds is None:
        mean, low, high = (number(value * how.factor, how.digits, True) for value in effect.estimate[:3])
        return [mean] if math.isnan(effect.estimate.low) else [mean, f"{low} to {high}"]
    said = effect.worlds.times(how.factor)
    if not said.can_be_told:
        return [number(said.mean, how.digits, True), *by_luck(said, how.digits), "too few to tell", "worlds apart"]
    lines = [number(said.median, how.digits, True)]
    for ends in (said.middle_80, said.middle_95):
        low, high = (number(end, how.digits, True) for end in ends)
        lines.append(f"{low} to {high}")
    return [*lines, f"above 0: {said.above} of {said.number}"]


def below_each(rows: Iterable[Effect]) -> str:
    """What the lines below each difference of a table are."""
    if any(one.worlds is not None for one in rows):
        return (
            "Below each middle world: the middle 80 and the middle 95 % of worlds, and in how many the difference lies "
            "above 0. Where too few people were asked to tell worlds apart: their mean, and how far luck moves it."
        )
    return "Below each: its 95 % interval, practices being the independent units, which holds luck alone."


def worlds_for_programs(worlds: OverWorlds) -> dict[str, object]:
    """What worlds say of a number; nothing where too few were asked to tell them apart."""
    said = worlds.as_dict()
    return {name: said[name] if worlds.can_be_told else None for name in ("median", "low", "high", "share_above_zero")}


def by_luck(worlds: OverWorlds, digits: int) -> list[str]:
    """Between which ends luck alone moves the mean over worlds, in the unit told; nothing where nobody can tell."""
    low, high = worlds.luck_ends
    return [] if math.isnan(low) else [f"{number(low, digits, True)} to {number(high, digits, True)}"]


def title_of(label: str) -> str:
    """What an estimand, or one of its contrasts, is called."""
    name, _, pair = label.partition(": ")
    title = ESTIMANDS[name].title
    return f"{title}, {pair.replace(' / ', ' minus ')}" if pair else title


def who_is_compared(label: str, rows: Sequence[Effect], found: Effects) -> str:
    """Who is compared with whom, how many, and how many could not be paired."""
    name, _, _ = label.partition(": ")
    first, second = ESTIMANDS[name].contrasts[ESTIMANDS[name].labels(name).index(label)]
    people = max((one.people for one in rows), default=0)
    without = rows[0].unpaired if rows else 0
    return (
        f"{first} minus {second}: {people:,} pairs, of {found.clients:,} clients in {found.practices:,} practices; "
        f"{without:,} more could not be paired."
    )


def one_number(label: str, rows: Iterable[Effect], estimates: str) -> str:
    """One number of an estimand, no more than three months after, with the interval of luck, or what worlds say.

    Of tears it is who has left; of what somebody does after them, distress.
    """
    name, _, _ = label.partition(": ")
    outcome = "left" if ESTIMANDS[name].of_tears else "distress"
    known = [one for one in rows if one.outcome == outcome and one.week <= SOON]
    if not known or math.isnan(known[-1].estimate.mean):
        return f"{title_of(label)}: nobody could be compared."
    effect, how = known[-1], EFFECTS_TOLD[outcome]
    if effect.worlds is not None:
        return f"{title_of(label)}: {_over_worlds(effect.worlds, how, effect)}"
    mean, low, high = (value * how.factor for value in effect.estimate[:3])
    luck = f" (luck: {number(low, how.digits, True)} to {number(high, how.digits, True)})"
    where = "" if estimates == DEFAULT else f", on the average of {estimates} worlds"
    direction = how.words.more if mean >= 0 else how.words.less
    size = number(abs(mean), how.digits)
    if float(size) == 0.0:
        direction = how.words.more.replace("more", "as many", 1).replace("higher", "the same", 1)
        said = f"of 100 such people {direction}" if how.unit == IN_100 else direction
    else:
        said = f"of 100 such people {size} {direction}" if how.unit == IN_100 else f"{direction} by {size} {how.unit}"
    return f"{title_of(label)}: {said} {when(effect.week)}{'' if math.isnan(low) else luck}{where}."


def _over_worlds(worlds: OverWorlds, how: OnEffectScale, effect: Effect) -> str:
    said, week = worlds.times(how.factor), effect.week
    if not said.can_be_told:
        luck = "".join(f" (luck: {ends})" for ends in by_luck(said, how.digits))
        return (
            f"{effect.people:,} people are too few to tell {said.number} worlds apart: "
            f"{number(said.mean, how.digits, True)} {how.unit} {when(week)} on their average{luck}. More practices, or "
            "--set therapists, make them more."
        )
    low, high = (number(end, how.digits, True) for end in said.middle_95)
    if not any(said.middle_95):
        return f"exactly 0 {when(week)} in each of {said.number} worlds."
    more, less = (f"{words} {when(week)}" for words in how.words)
    sign = sign_told(worlds, more, less, how.words.less.split()[0] if how.unit == IN_100 else "lower")
    return (
        f"{lower_first(sign)}; {number(said.median, how.digits, True)} {how.unit} in the middle world, "
        f"{low} to {high} in the middle 95 %."
    )


def which_world(found: Effects) -> str:
    """Which world and practice it is that speaks, why others say other numbers, and how to ask them."""
    p = found.parameters
    whose = (
        f"{p['therapists']} therapists with {p['caseload']} places each, in whom tears may come for {p['weeks']} weeks"
    )
    if str(p["estimates"]) != DEFAULT:
        return (
            f"These are practices of {whose}. The report of the main job asks the same worlds of another practice, the "
            "one in the middle of its design, and so says another number."
        )
    return (
        f"This is one world, the default, and practices of {whose}. The report of the main job says another number, as "
        "it asks all worlds that fit the published evidence, of another practice, the one in the middle of its design. "
        "To ask these worlds here: --set estimates=open."
    )
