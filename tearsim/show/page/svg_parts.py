"""The parts of small drawings (SVG): lines, words and grids, in colours that follow the theme.

Colours are named as in `palette.py`, with hyphens: they are the page's CSS variables.
"""

from collections.abc import Callable, Sequence
from html import escape

from tearsim.show.page.geometry import Spot
from tearsim.show.words.english import number

Scale = Callable[[float], float]  # from a value to where it is drawn


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """A scale on which `low` stands at `start` and `high` at `end`."""
    return lambda value: start + (end - start) * (float(value) - low) / (high - low)


def drawn_line(points: Sequence[Spot], colour: str, dashed: bool = False) -> str:
    """A line through points; a dot where there is but one."""
    if len(points) == 1:
        (px, py) = points[0]
        return f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2" style="fill:var(--{colour})"/>'
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<polyline points="{_points(points)}" fill="none" style="stroke:var(--{colour})" stroke-width="1.7"{dash}/>'


def drawn_area(outline: Sequence[Spot], colour: str, opacity: float = 1.0) -> str:
    """An area within an outline."""
    return f'<polygon points="{_points(outline)}" style="fill:var(--{colour});opacity:{opacity:g}"/>'


def _points(points: Sequence[Spot]) -> str:
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in points)


def drawn_words(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    """Words from a place on, or to it ("end"), or around it ("middle")."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" style="fill:var(--{colour})">'
        f"{escape(words)}</text>"
    )


def drawn_grid(scale: Scale, values: Sequence[float], left: float, right: float) -> list[str]:
    """A line across for each value, with the value before it."""
    parts = []
    for value in values:
        at = scale(value)
        parts.append(
            f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{at:.1f}" y2="{at:.1f}"'
            ' style="stroke:var(--hairline)" stroke-width="1"/>'
        )
        parts.append(drawn_words(left - 4, at + 4, as_tick(value), "second-ink", "end"))
    return parts


def as_tick(value: float) -> str:
    """A value beside a grid line.

    >>> as_tick(0.5), as_tick(20.0), as_tick(-0.6)
    ('0.5', '20', '\N{MINUS SIGN}0.6')
    """
    return number(value, 1).removesuffix(".0")
