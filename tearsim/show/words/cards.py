"""The three cards that a report and the terminal begin with: pure, answers in, words out.

With tears shown and held back: those who saw tears, the whole practice, and what would change it. Otherwise: the
answer, how sure it is, and what would change it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tearsim.science.declaration import in_words
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words import exposed
from tearsim.show.words.caveats import brackets_in_short
from tearsim.show.words.contrasts import in_short
from tearsim.show.words.english import capital, level, number
from tearsim.show.words.measures import PRACTICE, on_scale
from tearsim.show.words.open_worlds import in_which_world, is_told
from tearsim.show.words.rows import SizeOfChange, size_of
from tearsim.show.words.worlds import HOW_TO_ASK, holds_in, sign_told, small_in, what_ends_hold
from tearsim.study.answers.contrasts import Contrasts
from tearsim.study.answers.in_the_middle import InTheMiddle
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import Moved, ThoseWhoSaw
from tearsim.worlds.outcomes import QUESTIONED

MOST_TOLD = 3  # parameters on the third card


class StripPoint(NamedTuple):
    """What an answer depends on, and what follows."""

    what: str
    follows: str


class Card(NamedTuple):
    """One large number, what it counts, a sentence or two, what it depends on, and how sure of the worlds."""

    heading: str
    note: str = ""
    large: str = ""
    what: str = ""
    sentences: tuple[str, ...] = ()
    sure: str = ""
    points: tuple[StripPoint, ...] = ()


def cards(
    found: Contrasts,
    seen: ThoseWhoSaw | None = None,
    moved: Sequence[Moved] = (),
    dropout_in_the_middle: InTheMiddle | None = None,
) -> list[Card]:
    """The three cards of an answer."""
    if not found.arms or all(math.isnan(one.mean) for one in found.effects.values()):
        return [
            Card("The answer", sentences=tuple(in_short(found)[: len(found.asked)])),
            Card("How sure", sentences=(brackets_in_short(found),)),
            Card("What would change it", sentences=(_nobody_has_measured(), HOW_TO_ASK)),
        ]
    return [
        *([_those_who_saw(found, seen, dropout_in_the_middle)] if seen is not None else []),
        _practice(found, dropout_in_the_middle, seen is not None),
        _what_would_change_it(found, moved),
    ]


def _those_who_saw(found: Contrasts, seen: ThoseWhoSaw, middle: InTheMiddle | None) -> Card:
    heading = "Those who saw tears"
    if not seen.saw:
        return Card(heading, sentences=(exposed.exposed_in_full(seen),))
    large, what = exposed.left_in_words(seen)
    luck = exposed.luck_in_short(seen) if seen.worlds else ""
    sentences = (exposed.left_at_all(seen), exposed.alliance_in_words(seen), luck)
    sure = exposed.left_over_worlds(seen, found.estimates)
    of_which = "" if middle is None else ", in the practice in the middle of the design"
    return Card(heading, f"{exposed.in_a_hundred(seen)}{of_which}", large, what, tuple(filter(None, sentences)), sure)


def _practice(found: Contrasts, middle: InTheMiddle | None, after_another: bool) -> Card:
    heading = "The whole practice"
    note = "" if middle is None else f"average of the {middle.practices} in this experiment"
    rated, dropped = (
        size_of(PRACTICE[name], found.effects[name], found.effects_over_worlds.get(name)) for name in QUESTIONED
    )
    more = not dropped.middle < 0
    large = f"{number(abs(dropped.middle), dropped.how.digits, more)} in 1,000"
    what = f"{'more' if more else 'fewer'} therapies end in dropout"
    noticed = "no change that anybody could notice" if abs(rated.middle) < rated.how.small else "a change"
    rating = f"Mean alliance, rated 1 to 7: {noticed}, {_with_ends(rated)}."
    besides = [_asked_besides(found, name) for name in found.asked if name not in QUESTIONED]
    if middle is not None:
        besides.append(_in_the_middle(middle, after_another))
    worlds = found.effects_over_worlds.get(QUESTIONED[1])
    if worlds is None:
        of_luck = "" if math.isnan(dropped.low) else f" Luck alone leaves {dropped.ends} in 1,000."
        sure = f"This holds {in_which_world(found)}.{of_luck}"
        return Card(heading, note, large, what, (rating, *besides), sure)
    sign = sign_told(worlds, "more therapies end in dropout", "fewer therapies end in dropout", "fewer")
    sure = f"{sign}; {dropped.number(dropped.middle)} in the middle world, {dropped.ends}."
    small = (
        f"Too small to matter (less than {number(dropped.how.small, 0)} in 1,000) in "
        f"{small_in(QUESTIONED[1], worlds)} of {worlds.number} worlds: tears are rare, and an average over a practice "
        "hides those who saw them."
    )
    return Card(heading, note, large, what, (rating, *besides, small), sure)


def _in_the_middle(middle: InTheMiddle, after_another: bool) -> str:
    """The dropout of the practice whose people the first card tells of: an average over many may be none of them.

    Single worlds are told where luck is not most of how far they lie apart; else their mean.
    """
    worlds = middle.worlds if middle.worlds is not None and middle.worlds.can_be_told else None
    size = size_of(PRACTICE[QUESTIONED[1]], middle.effect, worlds)
    more = not size.middle < 0
    many = f"{number(abs(size.middle), size.how.digits, more)} in 1,000 {'more' if more else 'fewer'} end in dropout"
    mean = middle.worlds is not None and worlds is None
    of_what = ", a 95 % interval of the mean over worlds; luck hides how far these lie apart" if mean else ""
    ends = "" if math.isnan(size.low) else f" ({size.ends}{of_what})"
    whose = ", whose clients the first card is about," if after_another else ""
    return f"In the one in the middle{whose} {many}{ends}."


def _asked_besides(found: Contrasts, name: str) -> str:
    size = size_of(on_scale(name), found.effects[name], found.effects_over_worlds.get(name))
    said = f": {size.said}" if size.said else ""
    return f"{capital(size.how.label)}: {f'{_with_ends(size)} {size.how.below_label}'.rstrip()}{said}."


def _with_ends(size: SizeOfChange) -> str:
    """A change and, in brackets, its ends with what they hold."""
    if math.isnan(size.middle) or math.isnan(size.low):
        return size.written
    low, high = size.number(size.low), size.number(size.high)
    return f"{size.number(size.middle)} ({low} to {high} in {what_ends_hold(len(size.worlds) > 1)})"


def _what_would_change_it(found: Contrasts, moved: Sequence[Moved]) -> Card:
    """What differs between worlds, and what varies here, with which what tears do goes furthest."""
    told = [
        StripPoint(
            f"{PARAMETERS[one.parameter].meaning.rstrip('.')} ({_status(one.parameter)})",
            _from_third_to_third(one),
        )
        for one in moved
    ]
    dropped = QUESTIONED[1]
    varied = [
        (dependence.ends, name)
        for (name, outcome), dependence in found.of_showing.items()
        if outcome == dropped
        and len(dependence.contrasts) == 1
        and not dependence.constant
        and (is_told(dependence.ends) or dependence.ends.worlds is not None)
    ]
    varied.sort(key=lambda pair: (not is_told(pair[0]), -abs(pair[0].difference.mean)))
    for ends, name in varied[: MOST_TOLD - len(told)]:
        first, last = (exposed.mean_and_ends(one.times(1000.0), 1) for one in (ends.first, ends.last))
        told.append(
            StripPoint(
                f"{capital(in_words(name))}, {level(ends.first_level)} to {level(ends.last_level)}",
                f"showing the tears, from {first} to {last} more dropouts in 1,000 therapies"
                f"{_on_average(ends.worlds)}.",
            )
        )
    ask = () if found.told_over_worlds else (HOW_TO_ASK,)
    return Card(
        "What would change it",
        sentences=(*(() if told else [_nobody_has_measured()]), *ask),
        sure=_what_is_averaged(found) if told else "",
        points=tuple(told),
    )


def _from_third_to_third(one: Moved) -> str:
    low, high = (exposed.mean_and_ends(third.times(100.0), 1) for third in (one.low, one.high))
    return (
        f"{low} in 100 more leave in the third of worlds where it is lowest (more in {one.above[0]} of "
        f"{one.low.replicates}), {high} where it is highest (in {one.above[1]} of {one.high.replicates})."
    )


def _what_is_averaged(found: Contrasts) -> str:
    """A mean over worlds may lie far from the middle world, which the other cards tell of."""
    if found.worlds > 1:
        return "These are means over worlds, not the middle world; in brackets, their 95 % intervals."
    return "In brackets: 95 % intervals of these means, over replicates."


def _on_average(worlds: OverWorlds | None) -> str:
    return "" if worlds is None else f", on the average of the worlds; {holds_in(worlds)}"


def _status(name: str) -> str:
    parameter = PARAMETERS[name]
    if parameter.status == "assumption":
        return "which nobody has measured"
    return "whose sign nobody knows" if parameter.plausible[0] < 0.0 < parameter.plausible[1] else "an estimate"


def _nobody_has_measured() -> str:
    count = sum(one.status == "assumption" for one in PARAMETERS.values())
    return f"{count} of the model’s {len(PARAMETERS)} numbers are assumptions that nobody has measured (below)."
