"""What the picture's signs mean, drawn with the very shapes the picture uses."""

from tearsim.show.page.geometry import MARKED_ALLIANCE, drop
from tearsim.show.words.units import WAI


def legend() -> str:
    """The legend as HTML; colours are the page's CSS variables."""
    rows = (
        (
            "Bond",
            [
                (_bonds(), "stronger: thicker and closer"),
                (_rupture(), "open rupture"),
                (_circle(9, "none", "second-ink", "2 2"), f"alliance {WAI.level(MARKED_ALLIANCE):.0f} of 7"),
            ],
        ),
        (
            "Client",
            [
                (_sizes(), "bigger: more distress"),
                (_ring("moved"), "saw tears, moved"),
                (_ring("unmoved"), "unmoved"),
                (_diamond(), "unsettled"),
            ],
        ),
        (
            "Tears now",
            [
                (_drop("room", True), "unseen"),
                (_drop("room"), "near"),
                (_drop("tear"), "open"),
                (_two_drops(), "overwhelmed, session stopped"),
                (_small_drop(), "client's"),
            ],
        ),
        ("Therapist", [(_hubs(), "bluer: more tears lately")]),
        (
            "Leaving",
            [(_leaving("moved"), "completed"), (_leaving("rupture"), "gave up"), (_leaving("looking"), "looking")],
        ),
    )
    return "".join(
        f'<div class="legend-row"><b>{title}</b>'
        + "".join(f'<span class="sign">{sign}<span>{words}</span></span>' for sign, words in signs)
        + "</div>"
        for title, signs in rows
    )


def _svg(width: float, inside: str) -> str:
    return f'<svg aria-hidden="true" width="{width:.0f}" height="22" viewBox="0 0 {width:.0f} 22">{inside}</svg>'


def _bonds() -> str:
    widths = (1, 1.8, 2.8, 4, 5.4)
    lines = (
        f'<line x1="{i * 22 + 1}" x2="{i * 22 + 20}" y1="11" y2="11" stroke-width="{width}"'
        f' style="stroke:var(--bonds-{i + 1})"/>'
        for i, width in enumerate(widths)
    )
    return _svg(112, "".join(lines))


def _rupture() -> str:
    ends = ((1, 10), (17, 26))
    lines = (
        f'<line x1="{a}" x2="{b}" y1="11" y2="11" stroke-width="2.4" style="stroke:var(--rupture)"/>' for a, b in ends
    )
    return _svg(28, "".join(lines))


def _dot(x: float, radius: float) -> str:
    return f'<circle cx="{x}" cy="11" r="{radius}" style="fill:var(--client)"/>'


def _sizes() -> str:
    return _svg(46, _dot(5, 4) + _dot(17, 6.5) + _dot(35, 9.5))


def _circle(radius: float, fill: str, line: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return _svg(22, f'<circle cx="11" cy="11" r="{radius}" fill="{fill}" style="stroke:var(--{line})"{dashed}/>')


def _ring(role: str) -> str:
    ring = f'<circle cx="11" cy="11" r="9" fill="none" stroke-width="1.8" style="stroke:var(--{role})"/>'
    return _svg(22, _dot(11, 5) + ring)


def _diamond() -> str:
    shape = '<path d="M11,1L21,11L11,21L1,11Z" fill="none" stroke-width="1.8" style="stroke:var(--rupture)"/>'
    return _svg(22, _dot(11, 4.5) + shape)


def _outline(x: float, y: float, size: float) -> str:
    return "M" + "L".join(f"{px:.1f},{py:.1f}" for px, py in drop((x, y), size)) + "Z"


def _drop(fill: str, dotted: bool = False) -> str:
    dash = ' stroke-dasharray="2 2"' if dotted else ""
    path = _outline(7, 13, 4.6)
    return _svg(14, f'<path d="{path}" style="fill:var(--{fill});stroke:var(--tear)" stroke-width="1.6"{dash}/>')


def _two_drops() -> str:
    drops = (_outline(8, 13, 6), _outline(17, 16, 2.8))
    return _svg(22, "".join(f'<path d="{path}" style="fill:var(--tear)"/>' for path in drops))


def _small_drop() -> str:
    return _svg(10, f'<path d="{_outline(5, 12, 2.8)}" style="fill:var(--client-tear)"/>')


def _hubs() -> str:
    circles = (
        f'<circle cx="{11 + i * 17}" cy="11" r="8" stroke-width="1.2"'
        f' style="fill:var(--lately-{i + 1});stroke:var(--ink)"/>'
        for i in range(4)
    )
    return _svg(73, "".join(circles))


def _leaving(role: str) -> str:
    shaft = '<line x1="12" x2="20" y1="11" y2="11" stroke-dasharray="2 2" style="stroke:var(--second-ink)"/>'
    ring = f'<circle cx="6" cy="11" r="4.5" fill="none" stroke-width="1.8" style="stroke:var(--{role})"/>'
    return _svg(30, f'{ring}{shaft}<path d="M20,6.5L28,11L20,15.5Z" style="fill:var(--{role})"/>')
