"""The three cards that a report and the terminal begin with: pure, answers in, words out.

With tears shown and held back: those who saw tears, the whole practice, and what would change it. Otherwise: the
answer, how sure it is, and what would change it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tearsim.science.declaration import in_words
from tearsim.science.fitted import DEFAULT
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words import exposed
from tearsim.show.words.caveats import brackets_in_short
from tearsim.show.words.contrasts import in_short
from tearsim.show.words.english import capital, level, number
from tearsim.show.words.measures import PRACTICE
from tearsim.show.words.open_worlds import DEFAULT_WORLD
from tearsim.show.words.worlds import HOW_TO_ASK, sign_told, small_in
from tearsim.study.answers.contrasts import Contrasts
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import Moved, ThoseWhoSaw
from tearsim.study.people.exposed import WEEKS_TO_LEAVE
from tearsim.worlds.outcomes import QUESTIONED

MOST_TOLD = 3  # parameters on the third card


class Card(NamedTuple):
    """One large number, what it counts, a sentence or two, and how sure of the worlds."""

    heading: str
    note: str = ""
    large: str = ""
    what: str = ""
    sentences: tuple[str, ...] = ()
    sure: str = ""


def cards(found: Contrasts, seen: ThoseWhoSaw | None = None, moved: Sequence[Moved] = ()) -> list[Card]:
    """The three cards of an answer."""
    if not found.arms or all(math.isnan(one.mean) for one in found.effects.values()):
        return [
            Card("The answer", sentences=tuple(in_short(found)[:2])),
            Card("How sure", sentences=(brackets_in_short(found),)),
            Card("What would change it", sentences=(_nobody_has_measured(), HOW_TO_ASK)),
        ]
    return [
        *([_those_who_saw(found, seen)] if seen is not None else []),
        _practice(found),
        _what_would_change_it(found, moved),
    ]


def _those_who_saw(found: Contrasts, seen: ThoseWhoSaw) -> Card:
    heading = "Those who saw tears"
    if not seen.saw:
        return Card(heading, sentences=(exposed.exposed_in_full(seen),))
    large, what = exposed.left_in_words(seen)
    sentences = (exposed.alliance_in_words(seen), exposed.how_precise(seen))
    sure = exposed.left_over_worlds(seen, found.estimates)
    return Card(heading, exposed.in_a_hundred(seen), large, what, tuple(filter(None, sentences)), sure)


def _practice(found: Contrasts) -> Card:
    rated, dropped = QUESTIONED
    told = {}
    for name in QUESTIONED:
        worlds = found.effects_over_worlds.get(name)
        told[name] = PRACTICE[name].factor * (found.effects[name].mean if worlds is None else worlds.median)
    large = f"{number(told[dropped], PRACTICE[dropped].digits, True)} in 1,000"
    middle = "In the middle world" if found.told_over_worlds else capital(_where(found))
    moved = number(told[rated], PRACTICE[rated].digits, True)
    rating = f"{middle}, mean alliance moves by {moved} on its scale from 1 to 7."
    worlds = found.effects_over_worlds.get(dropped)
    if worlds is None:
        return Card("The whole practice", "", large, "therapies dropped", (rating,), f"This holds {_where(found)}.")
    sure = f"{sign_told(worlds, 'more therapies are dropped', 'fewer therapies are dropped', 'fewer')}."
    small = (
        f"Too small to matter (less than {number(PRACTICE[dropped].small, 0)} in 1,000) in {small_in(dropped, worlds)} "
        f"of {worlds.number} worlds: tears are rare, and an average over a practice hides those who saw them."
    )
    return Card("The whole practice", "", large, "therapies dropped", (rating, small), sure)


def _where(found: Contrasts) -> str:
    if found.estimates == DEFAULT:
        return DEFAULT_WORLD
    return f"on the average of {found.worlds} {found.estimates} worlds, whose signs cannot be told from luck"


def _what_would_change_it(found: Contrasts, moved: Sequence[Moved]) -> Card:
    told = [
        f"{capital(in_words(one.parameter))}, {_status(one.parameter)}: {number(100.0 * one.low, 1, True)} in 100 more "
        f"leave within {WEEKS_TO_LEAVE} weeks of the tears in the third of worlds where it is lowest, "
        f"{number(100.0 * one.high, 1, True)} where it is highest."
        for one in moved
    ]
    dropped = QUESTIONED[1]
    for (name, outcome), dependence in found.of_showing.items():
        if outcome == dropped and len(told) < MOST_TOLD and len(dependence.contrasts) == 1:
            ends = dependence.ends
            first, last = (number(1000.0 * one.mean, 1, True) for one in (ends.first, ends.last))
            of_worlds = _on_average(ends.worlds)
            told.append(
                f"{capital(in_words(name))} {level(ends.first_level)} to {level(ends.last_level)}: from {first} to "
                f"{last} in 1,000 therapies dropped{of_worlds}."
            )
    ask = () if found.told_over_worlds else (HOW_TO_ASK,)
    return Card("What would change it", sentences=(*(told or [_nobody_has_measured()]), *ask))


def _on_average(worlds: OverWorlds | None) -> str:
    return "" if worlds is None else ", on the average of the worlds"


def _status(name: str) -> str:
    return "which nobody has measured" if PARAMETERS[name].status == "assumption" else "an estimate"


def _nobody_has_measured() -> str:
    count = sum(one.status == "assumption" for one in PARAMETERS.values())
    return f"{count} of the model’s {len(PARAMETERS)} numbers are assumptions that nobody has measured (below)."
