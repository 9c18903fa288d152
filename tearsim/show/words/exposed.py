"""What showing the tears did to those who saw them, in sentences: pure, estimates in, words out."""

import math

from tearsim.science.fitted import DEFAULT
from tearsim.show.words.english import number
from tearsim.show.words.measures import SAW, OnScale
from tearsim.show.words.open_worlds import DEFAULT_WORLD
from tearsim.show.words.worlds import IN_MOST, agreeing, closer_than, holds_in, sign_told, what_ends_hold
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import SMALL_LUCK, ThoseWhoSaw
from tearsim.study.estimates import Estimate
from tearsim.study.people.exposed import ALLIANCE, LEFT_SHOWN, LEFT_WITHIN, WEEKS_TO_LEAVE

MUCH_THE_SAME, HIGHER, LOWER = "much the same", "higher", "lower"


def in_a_hundred(seen: ThoseWhoSaw) -> str:
    """How many clients saw tears, and in what time."""
    return f"{number(100.0 * seen.saw / max(1, seen.clients), 0)} clients in 100 within {seen.weeks} weeks"


def middle_and_ends(seen: ThoseWhoSaw, name: str) -> tuple[float, float, float]:
    """A measure in the unit in which it is told: in the middle world, and the ends of the middle 95 % of worlds; or in
    the one world there is, and the ends of luck's interval."""
    worlds = seen.worlds.get(name)
    middle, low, high = seen.effects[name][:3] if worlds is None else (worlds.median, *worlds.middle_95)
    factor = SAW[LEFT_WITHIN if name == LEFT_SHOWN else name if name in SAW else ALLIANCE[4]].factor
    return factor * middle, factor * low, factor * high


def left_in_words(seen: ThoseWhoSaw) -> tuple[str, str]:
    """The one number of those who saw tears, and what it counts."""
    more = middle_and_ends(seen, LEFT_WITHIN)[0]
    if math.isnan(more):
        return "nobody", f"could be watched for {WEEKS_TO_LEAVE} weeks after tears"
    word = "more" if more >= 0 else "fewer"
    return (
        f"{number(abs(more), 1, more >= 0)} in 100",
        f"{word} leave within {WEEKS_TO_LEAVE} weeks of the first tears they saw",
    )


def left_at_all(seen: ThoseWhoSaw) -> str:
    """How many leave in these weeks with the tears shown: of what the one number is more or fewer."""
    share, low, high = (number(one, 0) for one in middle_and_ends(seen, LEFT_SHOWN))
    if math.isnan(seen.effects[LEFT_SHOWN].mean):
        return ""
    between = (
        "" if math.isnan(seen.effects[LEFT_SHOWN].low) else f" ({low} to {high} in {what_ends_hold(bool(seen.worlds))})"
    )
    return f"With the tears shown, {share} in 100 of them leave in these weeks{between}."


def alliance_in_words(seen: ThoseWhoSaw) -> str:
    """The alliance at once, and among those still there: higher, lower or much the same, with the number."""
    parts = []
    for week, when in ((0, "at once"), (4, "after a month"), (12, "after three months")):
        value, *ends = middle_and_ends(seen, ALLIANCE[week])
        if not math.isnan(value):
            low, high = (number(end, 2, True) for end in ends)
            between = "" if math.isnan(ends[0]) else f"; {low} to {high}"
            word = _higher_or_lower(value)
            parts.append(f"{word} {when} ({number(value, 2, True)}{between}{_so_in(seen, ALLIANCE[week], word)})")
    if not parts:
        return ""
    brackets = "" if math.isnan(seen.effects[ALLIANCE[4]].low) else f", with {what_ends_hold(bool(seen.worlds))}"
    return f"Alliance, rated 1 to 7 by those still there{brackets}: {', '.join(parts)}."


def _higher_or_lower(value: float) -> str:
    if abs(value) < SAW[ALLIANCE[4]].small:
        return MUCH_THE_SAME
    return HIGHER if value > 0 else LOWER


def _so_in(seen: ThoseWhoSaw, name: str, word: str) -> str:
    """In how many worlds it is so; of what is told as higher or lower, also whether anybody knows that.

    In some worlds nobody of theirs may still be in therapy by then: these are left out, and it is said.
    """
    worlds, left = seen.worlds.get(name), seen.worlds.get(LEFT_WITHIN)
    if worlds is None:
        return ""
    of = f"the {worlds.number} where anybody was" if left and worlds.number < left.number else f"{worlds.number}"
    if word == MUCH_THE_SAME:
        how = SAW[ALLIANCE[4]]
        return f"; so in {closer_than(worlds, how.small / how.factor)} of {of}"
    unknown = "nobody knows the sign: " if agreeing(worlds) < IN_MOST else ""
    return f"; {unknown}{word} in {worlds.above if word == HIGHER else worlds.number - worlds.above} of {of}"


def left_over_worlds(seen: ThoseWhoSaw, estimates: str = DEFAULT) -> str:
    """How sure the sign of leaving is; or in which world it was found."""
    how, worlds = SAW[LEFT_WITHIN], seen.worlds.get(LEFT_WITHIN)
    if worlds is None:
        where = DEFAULT_WORLD if estimates == DEFAULT else f"on the average of {estimates} worlds"
        low, high = (number(100.0 * one, how.digits, True) for one in seen.effects[LEFT_WITHIN][1:3])
        of_luck = "" if math.isnan(seen.effects[LEFT_WITHIN].low) else f" Luck alone leaves {low} to {high} in 100."
        return f"This holds {where}.{of_luck}"
    middle, low, high = (number(100.0 * one, how.digits, True) for one in (worlds.median, *worlds.middle_95))
    said = sign_told(worlds, "more of these clients leave", "fewer of these clients leave", "fewer")
    return f"{said}; {middle} in 100 in the middle world, {low} to {high} in the middle 95 %."


def luck_in_short(seen: ThoseWhoSaw) -> str:
    """How far luck alone moves the one number."""
    left = seen.luck[LEFT_WITHIN]
    if math.isnan(left):
        return ""
    return f"Luck alone moves who leaves by {number(100.0 * left, 1)} in 100 to either side."


def how_precise(seen: ThoseWhoSaw) -> str:
    """On how many people it rests, and how far luck moves it; why no nearer, where that is not near enough."""
    factor = SAW[ALLIANCE[4]].factor
    left, rated = 100.0 * seen.luck[LEFT_WITHIN], factor * seen.luck[ALLIANCE[4]]
    rests = f"It rests on {seen.saw:,} people who saw tears, of {seen.clients:,} in {seen.practices:,} practices"
    if math.isnan(left) or math.isnan(rated):
        return f"{rests}, too few for luck to be told."
    moved = f"luck alone moves it by {number(left, 2)} in 100 and by {number(rated, 3)} of the rating to either side"
    wanted = f"{number(100.0 * SMALL_LUCK[LEFT_WITHIN], 1)} in 100 and {number(factor * SMALL_LUCK[ALLIANCE[4]], 2)}"
    few = "" if seen.precise else f". {wanted} would take about {seen.needed:,} practices, too long to wait for here"
    return f"{rests}; {moved}{few}."


def mean_and_ends(one: Estimate, digits: int) -> str:
    """A mean with its interval in brackets."""
    mean, low, high = (number(value, digits, True) for value in one[:3])
    return mean if math.isnan(one.low) else f"{mean} ({low} to {high})"


def studies_in_words(seen: ThoseWhoSaw) -> str:
    """What studies without the other world would have said of the same clients."""
    later, apart = seen.studies.before_after.times(SAW[ALLIANCE[4]].factor), seen.studies.seen_unseen.times(100.0)
    if math.isnan(later.mean) or math.isnan(apart.mean):
        return ""
    rated, left = mean_and_ends(later, 2), mean_and_ends(apart, 1)
    of = f", mean over {'worlds' if seen.worlds else 'practices'} with its 95 % interval"
    return (
        f"What studies would have said instead, which is not an effect{of}: a change, rated alliance four weeks after "
        f"the tears against before them, {rated}; an association, those who left for good of those who saw tears "
        f"against those who saw none, {left} in 100."
    )


def exposed_in_short(seen: ThoseWhoSaw | None, estimates: str = DEFAULT) -> list[str]:
    """What tears did to those who saw them, before what they did to a whole practice."""
    if seen is None or not seen.saw:
        return []
    large, what = left_in_words(seen)
    return [
        f"Those who saw tears ({in_a_hundred(seen)}): {large} {what}. {left_at_all(seen)} {alliance_in_words(seen)} "
        f"{left_over_worlds(seen, estimates)} {how_precise(seen)}"
    ]


def exposed_in_full(seen: ThoseWhoSaw) -> str:
    """What showing the tears did to those who saw them, measure by measure."""
    if not seen.saw:
        return f"Of these {seen.clients:,} clients, nobody noticed any tears."
    told = [
        f"{how.label} ({how.below_label}) {_told(seen.effects[name], seen.worlds.get(name), how)}"
        for name, how in SAW.items()
        if not math.isnan(seen.effects[name].mean)
    ]
    return f"Tears shown minus the same tears held back, same clients: {'; '.join(told)}. {how_precise(seen)}"


def _told(one: Estimate, worlds: OverWorlds | None, how: OnScale) -> str:
    if worlds is None:
        mean, low, high = (number(value * how.factor, how.digits, True) for value in one[:3])
        return f"{mean}" + ("" if math.isnan(one.low) else f" (95 % interval {low} to {high})")
    said = worlds.times(how.factor)
    middle, low, high = (number(value, how.digits, True) for value in (said.median, *said.middle_95))
    return f"{middle} in the middle world, {low} to {high} in the middle 95 %, {holds_in(worlds, *how.words)}"
