"""The first screen of a report: cards, a line for each world on a fixed scale, and what moves a whole practice.

Drawn as SVG in the page itself, so that it is there without scripts, at any width and on paper.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tearsim.show.words.cards import Card, cards
from tearsim.show.words.english import capital, number
from tearsim.show.words.measures import OnScale
from tearsim.show.words.rows import (
    WHAT_COLOURS_SAY,
    ChangeRow,
    SawRow,
    SizeOfChange,
    change_rows,
    in_brackets,
    moves_what,
    saw_rows,
    under_saw_rows,
)
from tearsim.study.answers.answer import Answer

if TYPE_CHECKING:
    from markupsafe import Markup

# Side and band carry the meaning; colour only repeats it. The page has each in two variants, light and dark.
WORSE, BETTER, TOO_SMALL, NEITHER = "var(--worse)", "var(--better)", "var(--little)", "var(--mark)"
BAND_COLOUR, LETTERS, LESSER = "var(--band)", "var(--ink)", "var(--soft)"
# Of a strip, and of a bar: pixels of its own coordinates, which the page scales.
ACROSS, EDGE, TALL, LINES_END, BAR_TALL = 560.0, 18.0, 50.0, 24.0, 26.0


class Strip(NamedTuple):
    """A row of the figure: what is measured, one line a world, and how many lie on the side on which more lie."""

    label: str
    below_label: str
    svg: "Markup"
    said: str


class Bars(NamedTuple):
    """A row of what moves a practice: what goes from where to where and, of each outcome, a bar and its numbers."""

    label: str
    levels: str
    cells: list[tuple["Markup", str, str]]
    turns: str


class FirstScreen(NamedTuple):
    """All of it, in order."""

    cards: list[Card]
    strips: list[Strip]
    under: list[str]
    moves: str
    headings: list[str]
    bars: list[Bars]
    brackets: str
    colours: str


def first_screen(answer: Answer) -> FirstScreen:
    """What a report begins with."""
    found, behind = answer.contrasts, answer.people
    seen = behind.saw if found.arms else None
    rows = change_rows(found)
    headings = [size.how.heading for size in rows[0].sizes] if rows else []
    return FirstScreen(
        cards(found, seen, behind.moved, answer.dropout_in_the_middle),
        [strip_of(row) for row in saw_rows(seen)],
        under_saw_rows(seen) if seen is not None and seen.saw else [],
        moves_what(found),
        headings,
        [bars_of(row) for row in rows],
        in_brackets(found),
        WHAT_COLOURS_SAY,
    )


def strip_of(row: SawRow) -> Strip:
    """A line for each world on the measure's own scale; what lies beyond it stands at its edge."""
    size, how = row.size, row.size.how
    said = size.said if len(size.worlds) > 1 else "one world" if size.worlds else "nobody could be asked"
    drawn = [_band(how, LINES_END + 8), *(_line(how, value) for value in sorted(size.worlds))]
    if size.worlds:
        drawn += [_triangle(_at(how, size.middle)), _luck(how, size)]
    beyond = sum(abs(value) > how.reach for value in size.worlds)
    said += f"; {beyond} beyond the scale" if beyond else ""
    svg = _svg([*drawn, *_ticks(how)], TALL, f"{how.label}: {size.written}; {said}")
    return Strip(row.label, row.below_label, svg, capital(said))


def bars_of(row: ChangeRow) -> Bars:
    """A bar from 0 for each outcome in question, and how far the worlds, or luck, leave it open."""
    return Bars(row.label, row.levels, [(bar(size), size.written, size.said) for size in row.sizes], row.turns)


def bar(size: SizeOfChange) -> "Markup":
    """A change from 0, in the middle world or in the one there is, and a thin line from end to end of its interval."""
    how, value = size.how, size.middle
    if math.isnan(value):
        return _svg([_band(how, BAR_TALL)], BAR_TALL, "missing")
    start, end = sorted((_at(how, 0.0), _at(how, value)))
    drawn = [
        _band(how, BAR_TALL),
        f'<rect x="{start:.1f}" y="5" width="{max(1.5, end - start):.1f}" height="12" fill="{_colour(how, value)}"/>',
    ]
    if not math.isnan(size.low):
        low, high = _at(how, size.low), _at(how, size.high)
        drawn.append(f'<path d="M{low:.1f} 21H{high:.1f}" stroke="{LETTERS}" stroke-width="2"/>')
    return _svg(drawn, BAR_TALL, f"{how.label} {size.written}")


def _at(how: OnScale, value: float) -> float:
    share = max(-1.0, min(1.0, value / how.reach))
    return ACROSS / 2 + share * (ACROSS / 2 - EDGE)


def _colour(how: OnScale, value: float) -> str:
    if abs(value) < how.small:
        return TOO_SMALL
    if how.worse == 0:
        return NEITHER
    return WORSE if value * how.worse > 0 else BETTER


def _band(how: OnScale, height: float) -> str:
    low, high, zero = _at(how, -how.small), _at(how, how.small), _at(how, 0.0)
    return (
        f'<rect x="{low:.1f}" y="1" width="{high - low:.1f}" height="{height - 2:.1f}" fill="{BAND_COLOUR}"/>'
        f'<path d="M{zero:.1f} 1V{height - 1:.1f}" stroke="{LESSER}"/>'
    )


def _line(how: OnScale, value: float) -> str:
    x = _at(how, value)
    return (
        f'<path d="M{x:.1f} 8V{LINES_END:.1f}" stroke="{_colour(how, value)}" stroke-width="1.5" stroke-opacity=".8"/>'
    )


def _triangle(x: float) -> str:
    return f'<path d="M{x - 6:.1f} 0H{x + 6:.1f}L{x:.1f} 8Z" fill="{LETTERS}"/>'


def _luck(how: OnScale, size: SizeOfChange) -> str:
    if math.isnan(size.luck):
        return ""
    low, high = _at(how, size.middle - size.luck), _at(how, size.middle + size.luck)
    return f'<path d="M{low:.1f} {LINES_END + 4:.1f}H{high:.1f}" stroke="{LETTERS}" stroke-width="3"/>'


def _ticks(how: OnScale) -> list[str]:
    ticks = [how.reach * share for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    digits = 0 if how.reach >= 10 else 1
    return [
        f'<text x="{_at(how, tick):.1f}" y="{TALL - 4:.0f}" font-size="12" fill="{LESSER}" text-anchor="middle">'
        f"{number(tick, digits, True)}</text>"
        for tick in ticks
    ]


def _svg(drawn: Sequence[str], height: float, words: str) -> "Markup":
    from markupsafe import Markup, escape

    return Markup(
        f'<svg viewBox="0 0 {ACROSS:.0f} {height:.0f}" role="img" aria-label="{escape(words)}">{"".join(drawn)}</svg>'
    )
