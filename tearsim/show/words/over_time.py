"""What tears do over time to those who see them, in a sentence and in short cells: pure, effects in, words out."""

import math
from collections.abc import Sequence

from tearsim.show.words.effects import EFFECTS_TOLD, at_week, when
from tearsim.show.words.english import DASH, capital, number
from tearsim.show.words.measures import SAW
from tearsim.show.words.open_worlds import DEFAULT_WORLD
from tearsim.show.words.worlds import THAT_FIT, luck_in_worlds, sign_told
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.effects.profiles import Effect
from tearsim.study.people.exposed import ALLIANCE, LEFT_WITHIN

# What is followed, and on which of the scales that every report has.
TOLD_OVER_TIME = {"left": SAW[LEFT_WITHIN], "rating": SAW[ALLIANCE[4]]}
STILL_THERE = (
    "Ratings are those of clients who still come to that therapist both with the tears shown and with them held back."
)
OF_LUCK = f"Shade: how far luck moves the line. Grey: too small to matter. {STILL_THERE}"
OF_WORLDS = (
    "Shades: the middle 80 and 95 % of worlds; where too few saw tears to tell worlds apart, one shade: how far luck "
    f"moves their mean. Grey: too small to matter. {STILL_THERE}"
)
NOBODY_SAW = "Too few clients saw tears: nothing can be said."


def of_outcome(rows: Sequence[Effect], outcome: str) -> list[Effect]:
    """What is known of an outcome, week by week."""
    return [one for one in rows if one.outcome == outcome and not math.isnan(one.estimate.mean)]


def left_over_time(rows: Sequence[Effect], of_worlds: bool) -> str:
    """Of those who see tears, how many more have left by the last of the weeks; over worlds by the rule of all."""
    left, how = of_outcome(rows, "left"), EFFECTS_TOLD["left"]
    if not left or (of_worlds and (left[-1].worlds is None or math.isnan(left[-1].worlds.luck_ends[0]))):
        return NOBODY_SAW
    last = left[-1]
    later = when(last.week)
    if last.worlds is None:
        mean, low, high = (how.factor * value for value in last.estimate[:3])
        than = f"{'more' if mean >= 0 else 'fewer'} have left {later} than if the same tears had been held back"
        told = f"{capital(DEFAULT_WORLD)}, of 100 clients who see tears {number(abs(mean), how.digits)} {than}"
        if math.isnan(low):
            return f"{told}; of so few nobody can say how much of it is luck."
        luck = "more than luck" if low > 0 or high < 0 else "not to be told from luck"
        return f"{told} (95 % interval {number(low, 1, True)} to {number(high, 1, True)}: {luck})."
    said = last.worlds.times(how.factor)
    if not any(said.middle_95):
        return f"Nobody leaves for tears, in any of {said.number} worlds: the difference is exactly 0."
    more, fewer = (f"{word} of those who see tears have left {later}" for word in ("more", "fewer"))
    sign = sign_told(said, more, fewer, "fewer")
    middle, least, most = (number(value, how.digits, True) for value in ends_told(said))
    if not said.differ:
        known = f"{sign}. " if said.luck_ends[0] > 0.0 or said.luck_ends[1] < 0.0 else ""
        return f"{known}It is {middle} in 100 alike in all, as far as luck lets it be told: {least} to {most}."
    if not said.can_be_told:
        size = number(abs(said.mean), how.digits)
        return (
            f"On the average of {said.number} worlds {THAT_FIT}, of 100 clients who see tears {size} "
            f"{'more' if said.mean >= 0 else 'fewer'} have left {later} (luck alone: {least} to {most}). "
            f"{luck_in_worlds(said, last.people)}"
        )
    return (
        f"{sign}. In the middle world it is {middle} in 100, in the middle 95 % of worlds {least} to {most}; luck "
        f"alone moves the mean of them by {number(said.luck, how.digits)} to either side. "
        f"{luck_in_worlds(said, last.people)}"
    )


def cells_over_time(rows: Sequence[Effect]) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each week its name, and of each outcome the difference and how sure: the interval of luck, or of worlds."""
    weeks = list(dict.fromkeys(one.week for one in rows))
    return [
        (at_week(week), [_cell([one for one in of_outcome(rows, name) if one.week == week]) for name in TOLD_OVER_TIME])
        for week in weeks
    ]


def _cell(found: Sequence[Effect]) -> tuple[str, str]:
    if not found:
        return DASH, ""
    middle, low, high = ends_of(found[0])
    digits = 1 if found[0].outcome == "left" else 2
    worlds = found[0].worlds
    if math.isnan(low):
        return number(middle, digits, True), ""
    alone = "" if worlds is None or worlds.can_be_told else ", luck alone"
    return number(middle, digits, True), f"{number(low, digits, True)} to {number(high, digits, True)}{alone}"


def ends_of(one: Effect) -> tuple[float, float, float]:
    """The difference and its ends, in the unit told: the mean and its 95 % interval, or what worlds say."""
    factor = EFFECTS_TOLD[one.outcome].factor
    middle, low, high = ends_told(one.worlds) if one.worlds else one.estimate[:3]
    return factor * middle, factor * low, factor * high


def ends_told(worlds: OverWorlds) -> tuple[float, float, float]:
    """The middle world and the middle 95 %; where too few saw tears to tell worlds apart, their mean and its luck."""
    if worlds.can_be_told:
        return worlds.median, *worlds.middle_95
    return worlds.mean, *worlds.luck_ends
