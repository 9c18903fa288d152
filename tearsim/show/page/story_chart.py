"""A course as a small drawing (SVG) by week: one person's, and a whole practice's, each beside its twin.

Colours are the page's CSS variables, so that the drawing follows the theme. What draws lets weeks be covered that have
not come yet: it says where the first of them stands, and how far apart they are. The latest values stand at the end,
unless they are told beside it week by week.
"""

from collections.abc import Sequence
from html import escape

from tearsim.science.codes import NEAR, NO_TEARS, NONE, OVERWHELMED
from tearsim.science.types import LogRow
from tearsim.show.page.geometry import Spot, drop
from tearsim.show.page.svg_parts import Scale, drawn_area, drawn_grid, drawn_line, drawn_words, linear
from tearsim.show.words.english import number_of
from tearsim.show.words.units import CORE, WAI, core_points
from tearsim.study.people.watched_practice import Week

TOP, PLOT, STRIP_HEIGHT, ROOM_BELOW, FOOT = 28.0, 74.0, 26.0, 62.0, 18.0
ROOM_LEFT, RIGHT = 26.0, 92.0
HEIGHT = TOP + PLOT + STRIP_HEIGHT + ROOM_BELOW + FOOT
LEAST_WEEKS = 8
# Alliance as a client rates it, and where its lines are.
RATED = (linear(1.0, 7.0, TOP + PLOT, TOP), (1.0, 4.0, 7.0))


def client_chart(rows: Sequence[LogRow], twin: Sequence[LogRow], width: float, values: bool = True) -> str:
    """A client's alliance (solid, and dashed in the world without tears) over their distress."""
    first = min(int(row.week) for row in rows)
    last = max(first + LEAST_WEEKS, *(int(row.week) for row in (*rows, *twin)))
    distress = max([2.0, *(row.distress for row in (*rows, *twin))])
    x = linear(first, last, ROOM_LEFT, width - RIGHT)
    y = linear(0.0, 1.0, TOP + PLOT, TOP)
    foot = TOP + PLOT + STRIP_HEIGHT + ROOM_BELOW
    z = linear(0.0, distress, foot, foot - ROOM_BELOW)
    of_40 = linear(CORE.zero, CORE.level(distress), foot, foot - ROOM_BELOW)
    marks = [mark for mark in (10.0, 20.0, 30.0, 40.0) if mark <= CORE.level(distress)]
    parts = _behind(x, first, last, width, RATED, (of_40, marks))
    parts += _tears(rows, x, y)
    for line, dashed in ((rows, False), (twin, True)):
        for stay in _stays(line):
            parts.append(drawn_line([(x(row.week), y(row.alliance)) for row in stay], "accent", dashed))
            parts.append(drawn_line([(x(row.week), z(row.distress)) for row in stay], "second-ink", dashed))
    parts += _strip(rows, x, TOP + PLOT + 8, width - RIGHT)
    edge = width - RIGHT + 6
    parts.append(drawn_words(edge, TOP + PLOT + 11, "rupture open", "rupture"))
    parts.append(drawn_words(edge, TOP + PLOT + 23, "client wept", "second-ink"))
    latest = rows[-1] if values else None
    parts.append(_end("alliance", WAI.level(latest.alliance) if latest else None, 2, RATED[0], 7.0, width))
    parts.append(
        _end("distress", core_points(latest.distress) if latest else None, 0, of_40, CORE.level(distress), width)
    )
    return _svg(parts, width, course_in_words(rows, twin), first, x)


def drops_in(rows: Sequence[LogRow]) -> tuple[bool, bool]:
    """Whether a client's drawing has drops of the therapist's, which are large, and of the client's own."""
    return any(row.tears_felt != NONE for row in rows), any(row.client_tears != NO_TEARS for row in rows)


def course_in_words(rows: Sequence[LogRow], twin: Sequence[LogRow]) -> str:
    """What a client's drawing shows, for those who do not see it."""
    start, end = rows[0], rows[-1]
    seen = number_of(sum(bool(row.noticed) for row in rows), "session")
    rated = [WAI.level(row.alliance) for row in (start, end)]
    of_40 = [core_points(row.distress) for row in (start, end)]
    other = f" With tears held back alliance ended at {WAI.level(twin[-1].alliance):.2f}." if len(twin) else ""
    return (
        f"From week {start.week} to week {end.week} alliance went from {rated[0]:.2f} to {rated[1]:.2f} and "
        f"distress from {of_40[0]:.0f} to {of_40[1]:.0f}; tears were seen in {seen}.{other}"
    )


def therapist_chart(rows: Sequence[LogRow], width: float, values: bool = True) -> str:
    """A therapist's mean alliance over their clients, and under it comfort with own tears."""
    weeks: dict[int, list[LogRow]] = {}
    for row in rows:
        weeks.setdefault(int(row.week), []).append(row)
    first, last = min(weeks), max(min(weeks) + LEAST_WEEKS, *weeks)
    x = linear(first, last, ROOM_LEFT, width - RIGHT)
    y = linear(0.0, 1.0, TOP + PLOT, TOP)
    foot = TOP + PLOT + STRIP_HEIGHT + ROOM_BELOW
    z = linear(0.0, 1.0, foot, foot - ROOM_BELOW)
    parts = _behind(x, first, last, width, RATED, (z, (0.0, 0.5, 1.0)))
    mean = {week: sum(row.alliance for row in held) / len(held) for week, held in weeks.items()}
    comfort = {week: held[0].comfort for week, held in weeks.items()}
    parts.append(drawn_line([(x(week), y(value)) for week, value in mean.items()], "accent", False))
    parts.append(drawn_line([(x(week), z(value)) for week, value in comfort.items()], "second-ink", False))
    for week, held in weeks.items():
        tears = sum(bool(row.tears_felt != NONE) for row in held)
        if tears:
            parts.append(_drop_path((x(week), TOP + PLOT + 14), min(4.0, 2.0 + 0.5 * tears), "tear", "tear"))
    latest = max(weeks)
    parts.append(drawn_words(width - RIGHT + 8, TOP + PLOT + 17, "own tears", "tear"))
    parts.append(_end("alliance", WAI.level(mean[latest]) if values else None, 2, RATED[0], 7.0, width))
    parts.append(_end("comfort", comfort[latest] if values else None, 2, z, 1.0, width))
    title = (
        f"From week {first} to week {latest} mean alliance with clients went from {WAI.level(mean[first]):.2f} to "
        f"{WAI.level(mean[latest]):.2f} and comfort with own tears from {comfort[first]:.2f} to {comfort[latest]:.2f}."
    )
    return _svg(parts, width, title, first, x)


def practice_chart(shown: Sequence[Week], held_back: Sequence[Week], width: float) -> str:
    """A practice's mean alliance with the middle half (solid, shaded), and dashed its twin's; below, tears felt."""
    last = max(LEAST_WEEKS, *(week.week for week in shown))
    x = linear(0, last, ROOM_LEFT, width - RIGHT)
    y = linear(0.0, 1.0, TOP + PLOT, TOP)
    foot = TOP + PLOT + STRIP_HEIGHT + ROOM_BELOW
    most = max(2, *(sum(week.felt) for week in (*shown, *held_back)))
    z = linear(0.0, most, foot, foot - ROOM_BELOW)
    parts = _behind(x, 0, last, width, RATED, (z, ticks(0, most, 3)))
    held = [week for week in shown if week.sessions]
    outline = [(x(week.week), y(week.high)) for week in held] + [(x(week.week), y(week.low)) for week in held[::-1]]
    parts.append(drawn_area(outline, "spread"))
    for weeks, dashed in ((shown, False), (held_back, True)):
        means = [(x(week.week), y(week.alliance)) for week in weeks if week.sessions]
        tears = [(x(week.week), z(sum(week.felt))) for week in weeks]
        parts += [drawn_line(means, "accent", dashed), drawn_line(tears, "tear", dashed)]
    parts.append(_end("alliance", None, 2, y, 1.0, width))
    parts.append(_end("tears felt", None, 0, z, most, width))
    return _svg(parts, width, f"Mean alliance, and sessions with tears, by week from 0 to {last}.", 0, x)


def _end(what: str, value: float | None, digits: int, scale: Scale, top: float, width: float) -> str:
    """Words beside the end of a line, with its latest value; without one beside the top of its scale."""
    colour = "accent" if what == "alliance" else "ink"
    if value is None:
        return drawn_words(width - RIGHT + 6, scale(top) + 12, what, colour)
    at = max(scale(value) + 4, scale(top) + 8)
    return drawn_words(width - RIGHT + 6, at, f"{what} {value:.{digits}f}", colour)


def _stays(rows: Sequence[LogRow]) -> list[list[LogRow]]:
    """Rows parted where weeks without a therapist lie between."""
    stays: list[list[LogRow]] = []
    for row in rows:
        if stays and row.week == stays[-1][-1].week + 1:
            stays[-1].append(row)
        else:
            stays.append([row])
    return stays


def _tears(rows: Sequence[LogRow], x: Scale, y: Scale) -> list[str]:
    """A drop over each week of the therapist's tears, and a thin line down to the alliance."""
    parts = []
    for row in rows:
        if row.tears_felt == NONE:
            continue
        at, dash = x(row.week), "" if row.noticed else ' stroke-dasharray="2 2"'
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 8:.1f}" y2="{y(0):.1f}"'
            f' style="stroke:var(--client-tear)" stroke-width="1"{dash}/>'
        )
        fill = "panel" if row.tears_felt == NEAR or not row.noticed else "tear"
        size = 4.6 if row.tears_felt == OVERWHELMED else 3.6
        parts.append(_drop_path((at, TOP - 14), size, fill, "tear", not row.noticed))
    return parts


def _strip(rows: Sequence[LogRow], x: Scale, top: float, edge: float) -> list[str]:
    """Open ruptures as bars, the client's own tears as small drops."""
    step = abs(x(1) - x(0))
    parts = []
    for row in rows:
        if row.open_rupture > 0.0:
            left = max(ROOM_LEFT, x(row.week) - step / 2)
            width = min(edge, x(row.week) + step / 2) - left
            parts.append(
                f'<rect x="{left:.1f}" y="{top - 3:.1f}" width="{width:.1f}" height="5" style="fill:var(--rupture)"/>'
            )
        if row.client_tears != NO_TEARS:
            parts.append(_drop_path((x(row.week), top + 12), 2.0, "client-tear", "client-tear"))
    return parts


def _drop_path(at: Spot, size: float, fill: str, line: str, dotted: bool = False) -> str:
    path = "M" + "L".join(f"{px:.1f},{py:.1f}" for px, py in drop(at, size)) + "Z"
    dash = ' stroke-dasharray="1.5 1.5"' if dotted else ""
    return f'<path d="{path}" style="fill:var(--{fill});stroke:var(--{line})" stroke-width="1.2"{dash}/>'


def ticks(first: int, last: int, most: int) -> list[int]:
    """Round numbers from first to last, `most` of them at most.

    >>> ticks(1, 30, 5), ticks(0, 3, 3)
    ([10, 20, 30], [0, 2])
    """
    steps = (step * ten for ten in (1, 10, 100, 1000) for step in (1, 2, 5))
    found: list[int] = []
    for step in steps:
        found = list(range(-(-first // step) * step, last + 1, step))
        if len(found) <= most:
            break
    return found


def _behind(x: Scale, first: int, last: int, width: float, *scales: tuple[Scale, Sequence[float]]) -> list[str]:
    """What stands behind the lines: the weeks, and a grid for each scale."""
    weeks = [drawn_words(x(week), HEIGHT - 3, str(week), "second-ink", "middle") for week in ticks(first, last, 5)]
    grids = [part for scale, values in scales for part in drawn_grid(scale, values, ROOM_LEFT, width - RIGHT)]
    return [f'<g class="behind">{"".join(weeks + grids)}</g>']


def _svg(parts: list[str], width: float, title: str, first: int, x: Scale) -> str:
    week = x(first + 1) - x(first)
    return (
        f'<svg role="img" aria-label="{escape(title)}" width="{width:.0f}" height="{HEIGHT:.0f}"'
        f' viewBox="0 0 {width:.0f} {HEIGHT:.0f}" data-first="{first}" data-left="{x(first):.1f}"'
        f' data-week="{week:.4f}">{"".join(parts)}</svg>'
    )
