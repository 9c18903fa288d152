"""What a sweep found of each parameter that varies, in paragraphs: pure, contrasts in, words out."""

import math
from typing import NamedTuple

from tearsim.science.declaration import in_words
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.contrasts import MOST_CONTRASTS, MOST_SECTIONS, times
from tearsim.show.words.differences import (
    difference_in_words,
    is_sure,
    moves,
    place,
    value_in_words,
    verdict,
)
from tearsim.show.words.english import brackets, capital, level, list_of, number
from tearsim.show.words.open_worlds import is_told, judged, named
from tearsim.show.words.outcomes import TOLD
from tearsim.study.answers.contrasts import BESIDE, Contrast, Contrasts, Dependence
from tearsim.study.estimates import POINT


class Paragraph(NamedTuple):
    """A few sentences under a word or two that says what they are about."""

    lead: str
    words: str


class Section(NamedTuple):
    """All that is said of one parameter."""

    parameter: str
    heading: str
    meaning: str
    paragraphs: list[Paragraph]


def sections(found: Contrasts) -> list[Section]:
    """What is to be said of each parameter that varies; nothing where there are so many that a table says it better."""
    if len(found.parameters) > MOST_SECTIONS:
        return []
    return [_section(found, name) for name in found.parameters if (name, found.asked[0]) in found.shown]


def _section(found: Contrasts, parameter: str) -> Section:
    first = found.shown[parameter, found.asked[0]].contrasts[0]
    if parameter == POINT:
        heading = f"the points, each compared with point {first.first_level}"
    elif isinstance(first.first_level, (str, bool)):
        heading = f"{in_words(parameter)}, compared with {level(first.first_level)}"
    else:
        heading = f"{in_words(parameter)}, from {level(first.first_level)} to {level(first.last_level)}"
    declared = PARAMETERS.get(parameter)
    leads = {name: TOLD[name].name.removeprefix("the ").capitalize() for name in found.asked}
    paragraphs = [Paragraph(leads[name], named(found, _paragraph(found, parameter, name))) for name in found.asked]
    if parameter == POINT and found.tangled:
        paragraphs.insert(0, Paragraph("Read with care", _tangled(found, first.first_level)))
    beside = _tears_themselves(found, parameter)
    if beside:
        paragraphs.append(Paragraph("The tears", named(found, beside)))
    return Section(parameter, capital(heading), declared.meaning if declared else "", paragraphs)


def _tangled(found: Contrasts, first: object) -> str:
    """A warning that points differ from the first in more than one thing."""
    points = found.tangled
    points_named = f"Point{'s' if len(points) > 1 else ''} {list_of([str(point) for point in points])}"
    which = points_named if len(points) <= MOST_CONTRASTS else f"{len(points):,} of the points"
    return (
        f"{which} differ{'' if len(points) > 1 else 's'} from point {first} in more than one parameter: nobody can "
        "tell from this design which of them made the difference."
    )


def _paragraph(found: Contrasts, parameter: str, outcome: str) -> str:
    """How an outcome changes with a parameter, with tears shown, with tears held back, and what showing them did."""
    dependence = found.shown[parameter, outcome]
    if len(dependence.contrasts) > 1:
        sentences = _compared(found, dependence)
    else:
        sentences = [_change(found, dependence, dependence.contrasts[0])]
    if dependence.turn is not None:
        turn = dependence.turn
        sentences.append(
            f"It does not go all one way: at {level(turn.level)} it is {value_in_words(outcome, turn.mean)}, "
            f"{'above' if turn.above else 'below'} both ends by more than luck; so it "
            f"{'rises and then falls' if turn.above else 'falls and then rises'}."
        )
    return " ".join([*sentences, *_tears_own_part(found, dependence)])


def _change(found: Contrasts, dependence: Dependence, contrast: Contrast) -> str:
    """A parameter with two ends: the outcome at each, and the difference."""
    parameter, outcome, difference = dependence.parameter, dependence.outcome, contrast.difference
    name = TOLD[outcome].name
    at = [place(parameter, one) for one in (contrast.first_level, contrast.last_level)]
    if math.isnan(difference.mean):
        return f"There is nothing to compare {at[0]} and {at[1]}: {name} is missing."
    first, last = value_in_words(outcome, contrast.first, spelt=True), value_in_words(outcome, contrast.last)
    shown = "With tears shown, " if found.of_shown(parameter) else ""
    if dependence.constant:
        return capital(f"{shown}{name} is {first} at every level: nothing changes at all.")
    between = capital(f"{shown}{name} is {first} {at[0]} and {last} {at[1]}")
    if contrast.worlds is not None:
        return f"{between}, a difference of {difference_in_words(outcome, difference)}: {judged(outcome, contrast)}."
    if is_sure(difference):
        size = difference_in_words(outcome, difference, signed=False)
        return f"{between}: it {moves(difference)} by {size}. That is {verdict(outcome, difference)}."
    size = difference_in_words(outcome, difference)
    if math.isnan(difference.low):
        return f"{between}, a difference of {size}; {verdict(outcome, difference)}."
    return f"{between}. The difference, {size}, is {verdict(outcome, difference)}."


def _compared(found: Contrasts, dependence: Dependence) -> list[str]:
    """Choices, or points, each against the first; of many, only how many differ."""
    parameter, outcome, contrasts = dependence.parameter, dependence.outcome, dependence.contrasts
    name, first = TOLD[outcome].name, contrasts[0]
    shown = "With tears shown, " if found.of_shown(parameter) else ""
    began = f"{shown}{name} is {value_in_words(outcome, first.first, spelt=True)} {place(parameter, first.first_level)}"
    sure = [one for one in contrasts if is_told(one)]
    if len(contrasts) > MOST_CONTRASTS:
        above = sum(one.difference.mean > 0 for one in sure)
        return [
            capital(f"{began}."),
            f"Of the {len(contrasts):,} others, {times(above)} lie above it by more than luck and "
            f"{times(len(sure) - above)} below; by chance alone about {len(contrasts) / 20:.0f} would seem to.",
        ]
    sentences = [capital(f"{began}.")]
    for one in contrasts:
        where = capital(f"{place(parameter, one.last_level)} it is {value_in_words(outcome, one.last)}")
        size = difference_in_words(outcome, one.difference)
        said = judged(outcome, one)
        sentences.append(
            f"{where}, a difference of {size}: {said}." if not math.isnan(one.difference.mean) else f"{where}."
        )
    return sentences


def _tears_own_part(found: Contrasts, dependence: Dependence) -> list[str]:
    """What is left with the tears held back, and what showing them did at the ends."""
    key = (dependence.parameter, dependence.outcome)
    if key not in found.of_showing or len(dependence.contrasts) > MOST_CONTRASTS:
        return []
    parameter, outcome = key
    held, name, sentences = found.held_back[key], TOLD[outcome].name, []
    if held.constant:
        whole = ", so all of this is the tears’ own doing" if is_told(dependence.ends) else ""
        sentences.append(f"With the tears held back it is the same at every level{whole}.")
    for contrast, without in zip(found.of_showing[key].contrasts, held.contrasts, strict=True):
        at = [place(parameter, one) for one in (contrast.first_level, contrast.last_level)]
        did = [difference_in_words(outcome, one) for one in (contrast.first, contrast.last)]
        if math.isnan(contrast.difference.mean):
            continue
        showing = f"Showing them changed {name} by {did[0]} {at[0]} and by {did[1]} {at[1]}"
        if held.constant:
            depends = f"so what they do depends on {in_words(parameter)}"
            so = depends if is_told(contrast) else "two effects that luck may have set apart"
            if contrast.worlds is not None:
                so = f"at the latter {judged(outcome, contrast)}"
            sentences.append(f"{showing}, {so}.")
            continue
        size = difference_in_words(outcome, without.difference)
        apart = difference_in_words(outcome, contrast.difference)
        sentences.append(
            f"With the tears held back the difference is {size}. {showing}. These two effects differ by {apart}: "
            f"{judged(outcome, contrast)}."
        )
    return sentences


def _tears_themselves(found: Contrasts, parameter: str) -> str:
    """How often eyes filled, and how tears that were noticed were taken, at both ends."""
    sentences = []
    for outcome in BESIDE:
        how = TOLD[outcome]
        dependence = found.shown.get((parameter, outcome))
        if dependence is None or len(dependence.contrasts) > 1 or math.isnan(dependence.ends.difference.mean):
            continue
        ends = dependence.ends
        first, last = (
            number(one.mean, how.digits) + how.unit + brackets(one.low, one.high, how.digits, False, False)
            for one in map(how.levels, (ends.first, ends.last))
        )
        at = {"at_first": place(parameter, ends.first_level), "at_last": place(parameter, ends.last_level)}
        sentences.append(how.sentence.format(first=first, last=last, **at))
    return " ".join(sentences)
