"""The first screen of a report: cards, a line for each world on a fixed scale, and what moves alliance and dropout.

Drawn as SVG in the page itself, so that it is there without scripts, at any width and on paper.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tearsim.science.declaration import in_words
from tearsim.show.words.cards import Card, cards
from tearsim.show.words.english import capital, level, number
from tearsim.show.words.exposed import studies_in_words
from tearsim.show.words.measures import PRACTICE, SAW, OnScale, too_small
from tearsim.show.words.worlds import holds_in
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.contrasts import Contrast, Contrasts
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import ThoseWhoSaw
from tearsim.study.estimates import POINT, Estimate
from tearsim.worlds.outcomes import QUESTIONED

if TYPE_CHECKING:
    from markupsafe import Markup

# Side and band carry the meaning; colour only repeats it.
WORSE, BETTER, TOO_SMALL = "#c4560a", "#00735c", "#8a949e"
BAND_COLOUR, LETTERS, LESSER = "#e6e9ec", "#1e2730", "#4b5661"
# Of a strip_of, and of a bar: pixels of its own coordinates, which the page scales.
ACROSS, EDGE, TALL, LINES_END = 520.0, 16.0, 62.0, 24.0
MOST_ROWS = 12


class Strip(NamedTuple):
    """A row of the figure: what is measured, one line a world, and how many lie on the side on which more lie."""

    label: str
    below_label: str
    svg: "Markup"
    said: str


class ChangeRow(NamedTuple):
    """A row of what moves alliance and dropout: a parameter, from where to where, and a bar for each outcome."""

    label: str
    levels: str
    bars: list["Markup"]


class FirstScreen(NamedTuple):
    """All of it, in order."""

    cards: list[Card]
    strips: list[Strip]
    under: list[str]
    changes: list[ChangeRow]


def first_screen(answer: Answer) -> FirstScreen:
    """What a report begins with."""
    found, behind = answer.contrasts, answer.people
    seen = behind.saw if found.arms else None
    strips, under = [], []
    if seen is not None and seen.saw:
        strips = [strip_of(how, seen.effects[name], seen.worlds.get(name)) for name, how in SAW.items()]
        under = [_legend(seen), too_small(), studies_in_words(seen)]
    return FirstScreen(cards(found, seen, behind.moved), strips, [one for one in under if one], changes(found))


def _legend(seen: ThoseWhoSaw) -> str:
    if seen.worlds:
        return (
            "One line is one world that fits the evidence. Triangle: the middle world; bar below: luck alone (95 %). "
            f"Shown minus held back, the same {seen.saw:,} people."
        )
    return (
        "One line: the default world, one of many that fit the evidence; bar under it: luck alone (95 %). Shown minus "
        f"held back, the same {seen.saw:,} people."
    )


def strip_of(how: OnScale, one: Estimate, worlds: OverWorlds | None) -> Strip:
    """A line for each world on the measure's own scale; what lies beyond it stands at its edge."""
    told = worlds.times(how.factor) if worlds is not None else None
    values = [one.mean * how.factor] if told is None else list(told.worlds)
    middle = values[0] if told is None else told.median
    luck = (one.high - one.mean) * how.factor if told is None else told.luck
    said = "one world" if worlds is None else holds_in(worlds, *how.words)
    if middle != middle:
        said, values = "nobody could be asked", []
    drawn = [_band(how), *(_line(how, value) for value in sorted(values))]
    if values:
        drawn += [_triangle(_at(how, middle)), _luck(how, middle, luck)]
    beyond = sum(abs(value) > how.reach for value in values)
    said += f"; {beyond} beyond the scale" if beyond else ""
    svg = _svg([*drawn, *_ticks(how)], TALL, f"{how.label}: {said}")
    return Strip(how.label, how.below_label, svg, capital(said))


def changes(found: Contrasts) -> list[ChangeRow]:
    """How far the outcomes move over the range of each parameter, on the same scales for all, the largest first."""
    names = [name for name in found.parameters if name != POINT and (name, QUESTIONED[0]) in found.shown]
    rows = []
    for name in names:
        of = {outcome: found.shown[name, outcome].ends for outcome in PRACTICE}
        ends = of[QUESTIONED[0]]
        size = max(abs(of[outcome].difference.mean) * how.factor / how.reach for outcome, how in PRACTICE.items())
        bars = [bar(PRACTICE[outcome], of[outcome]) for outcome in QUESTIONED]
        levels = f"{level(ends.first_level)} to {level(ends.last_level)}"
        rows.append((size, ChangeRow(capital(in_words(name)), levels, bars)))
    return [row for _, row in sorted(rows, key=lambda pair: -pair[0] if pair[0] == pair[0] else 0.0)][:MOST_ROWS]


def bar(how: OnScale, contrast: Contrast) -> "Markup":
    """A change from 0, in the middle world or in the one there is, with its number."""
    worlds, middle = contrast.worlds, contrast.difference.mean
    value = (middle if worlds is None else worlds.median) * how.factor
    if value != value:
        return _svg([_band(how, 30.0)], 34.0, "missing")
    start, end = sorted((_at(how, 0.0), _at(how, value)))
    right = value >= 0
    side = min(end + 6, ACROSS - 80) if right else max(start - 6, 80)
    drawn = [
        _band(how, 30.0),
        f'<rect x="{start:.1f}" y="9" width="{max(1.5, end - start):.1f}" height="13" fill="{_colour(how, value)}"/>',
        f'<text x="{side:.1f}" y="23" font-size="20" fill="{LETTERS}" text-anchor="{"start" if right else "end"}">'
        f"{number(value, how.digits, True)}</text>",
    ]
    return _svg(drawn, 34.0, f"{how.label} {number(value, how.digits, True)}")


def _at(how: OnScale, value: float) -> float:
    share = max(-1.0, min(1.0, value / how.reach))
    return ACROSS / 2 + share * (ACROSS / 2 - EDGE)


def _colour(how: OnScale, value: float) -> str:
    if abs(value) < how.small:
        return TOO_SMALL
    return WORSE if value * how.worse > 0 else BETTER


def _band(how: OnScale, height: float = LINES_END + 12) -> str:
    low, high, zero = _at(how, -how.small), _at(how, how.small), _at(how, 0.0)
    return (
        f'<rect x="{low:.1f}" y="2" width="{high - low:.1f}" height="{height - 4:.1f}" fill="{BAND_COLOUR}"/>'
        f'<path d="M{zero:.1f} 2V{height - 2:.1f}" stroke="{LESSER}"/>'
    )


def _line(how: OnScale, value: float) -> str:
    x = _at(how, value)
    return (
        f'<path d="M{x:.1f} 8V{LINES_END:.1f}" stroke="{_colour(how, value)}" stroke-width="1.5" stroke-opacity=".8"/>'
    )


def _triangle(x: float) -> str:
    return f'<path d="M{x - 6:.1f} 0H{x + 6:.1f}L{x:.1f} 8Z" fill="{LETTERS}"/>'


def _luck(how: OnScale, middle: float, luck: float) -> str:
    if luck != luck:
        return ""
    low, high = _at(how, middle - luck), _at(how, middle + luck)
    return f'<path d="M{low:.1f} {LINES_END + 4:.1f}H{high:.1f}" stroke="{LETTERS}" stroke-width="3"/>'


def _ticks(how: OnScale) -> list[str]:
    ticks = [how.reach * share for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    digits = 0 if how.reach >= 10 else 2
    return [
        f'<text x="{_at(how, tick):.1f}" y="{TALL - 6:.0f}" font-size="13" fill="{LESSER}" text-anchor="middle">'
        f"{number(tick, digits, True)}</text>"
        for tick in ticks
    ]


def _svg(drawn: Sequence[str], height: float, words: str) -> "Markup":
    from markupsafe import Markup, escape

    return Markup(
        f'<svg viewBox="0 0 {ACROSS:.0f} {height:.0f}" role="img" aria-label="{escape(words)}">{"".join(drawn)}</svg>'
    )
