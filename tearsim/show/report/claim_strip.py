"""A claim's strip of worlds, as SVG that takes its colours from the page: light or dark, without scripts, on paper."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tearsim.show.words.english import number
from tearsim.study.claims.declared import Claim

if TYPE_CHECKING:
    from markupsafe import Markup

# How far the scale of each outcome reaches to either side, in the unit told: the same in every board, so that small
# looks small. Where the middle world lies beyond it, the scale reaches `FARTHER` times as far.
REACH = {
    "alliance": 0.6, "leaving": 20.0, "distress": 3.0, "strain": 0.4, "taken": 60.0, "tears": 10.0, "share": 60.0,
    "correlation": 0.5,
}  # fmt: skip
FARTHER = 4.0
_ACROSS, _EDGE, _TOP, _BOTTOM, _TALL = 300.0, 10.0, 6.0, 26.0, 44.0


def claim_strip(claim: Claim, worlds: Sequence[float], middle: float | None, luck: float | None, said: str) -> "Markup":
    """A line for each world, the grey band in which it is too small to matter, the middle world, and luck below it.

    Numbers are in the unit told; what lies beyond the scale stands at its edge. Side and form of a line say what its
    colour repeats.
    """
    from markupsafe import Markup, escape

    small, reach = claim.matters_from * claim.outcome.factor, REACH[claim.value.measured]
    if middle is not None and abs(middle) > reach:
        reach *= FARTHER

    def at(value: float) -> float:
        return _ACROSS / 2 + max(-1.0, min(1.0, value / reach)) * (_ACROSS / 2 - _EDGE)

    low, high = at(-small), at(small)
    drawn = [
        f'<rect class="band" x="{low:.1f}" y="2" width="{high - low:.1f}" height="28"/>',
        f'<path class="zero" d="M{at(0.0):.1f} 2V30"/>',
        *(
            f'<path class="{side_of(claim, value, small)}" d="M{at(value):.1f} {_TOP:.0f}V{_BOTTOM:.0f}"/>'
            for value in sorted(worlds)
        ),
    ]
    if middle is not None:
        x = at(middle)
        drawn.append(f'<path class="middle" d="M{x - 5:.1f} 0H{x + 5:.1f}L{x:.1f} 7Z"/>')
        if luck is not None:
            drawn.append(f'<path class="luck" d="M{at(middle - luck):.1f} 29H{at(middle + luck):.1f}"/>')
    digits = 0 if reach >= 10 else 1
    drawn += [
        f'<text x="{at(tick):.1f}" y="{_TALL - 2:.0f}" text-anchor="{anchor}">{number(tick, digits, True)}</text>'
        for tick, anchor in ((-reach, "start"), (0.0, "middle"), (reach, "end"))
    ]
    return Markup(
        f'<svg viewBox="0 0 {_ACROSS:.0f} {_TALL:.0f}" role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'
    )


def side_of(claim: Claim, value: float, small: float) -> str:
    """On which side of a claim a world lies: it is true there, contrary, or too small to matter."""
    if claim.true_where == "within":
        return "true" if abs(value) < small else "contrary"
    if claim.true_where == "not above":
        return "contrary" if value > small else "true"
    toward = value if claim.true_where == "above" else -value
    return "true" if toward > small else "contrary" if toward < -small else "small"
