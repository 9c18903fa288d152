"""What tears do over time as a small drawing: how many more have left, and how clients rate the alliance.

The scales are those of every report, so that small looks small; where not all fits, they are some times as long. The
grey band is what is too small to matter. Of one world a shade says how far luck moves the line; of many, two shades are
the middle 80 and the middle 95 % of worlds.
"""

from collections.abc import Sequence
from html import escape
from math import isnan

from tearsim.show.page.geometry import Spot
from tearsim.show.page.svg_parts import drawn_area, drawn_grid, drawn_line, drawn_words, linear
from tearsim.show.words.effects import EFFECTS_TOLD, at_week
from tearsim.show.words.english import number
from tearsim.show.words.over_time import TOLD_OVER_TIME, ends_of, of_outcome
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.effects.profiles import Effect

TITLE_ROOM, PANEL, BETWEEN_PANELS, WEEKS_ROOM = 30.0, 84.0, 12.0, 18.0
BEFORE_AXIS, AFTER_AXIS = 34.0, 62.0
TIMES_AS_LONG = (1, 2, 3, 5, 10, 20)  # how often longer a scale may be
PANEL_TITLES = {"left": "Have left, in 100 who saw tears", "rating": "Alliance as rated, 1 to 7, of those still there"}


def profile_chart(rows: Sequence[Effect], width: float, said: str) -> str:
    """The drawing; `said` is what it comes to, for whoever does not see it."""
    weeks = list(dict.fromkeys(one.week for one in rows))
    x = linear(0, max(1, len(weeks) - 1), BEFORE_AXIS, width - AFTER_AXIS)
    parts: list[str] = []
    top = TITLE_ROOM
    for outcome in TOLD_OVER_TIME:
        parts += _panel(of_outcome(rows, outcome), outcome, weeks, top, width)
        top += PANEL + BETWEEN_PANELS + TITLE_ROOM
    foot = top - TITLE_ROOM - BETWEEN_PANELS + WEEKS_ROOM
    parts += [drawn_words(x(i), foot - 3, at_week(week), "second-ink", "middle") for i, week in enumerate(weeks)]
    return (
        f'<svg role="img" aria-label="{escape(said)}" width="{width:.0f}" height="{foot:.0f}"'
        f' viewBox="0 0 {width:.0f} {foot:.0f}">{"".join(parts)}</svg>'
    )


def _panel(known: Sequence[Effect], outcome: str, weeks: Sequence[int], top: float, width: float) -> list[str]:
    how, left, right = TOLD_OVER_TIME[outcome], BEFORE_AXIS, width - AFTER_AXIS
    furthest = max([0.0, *(abs(end) for one in known for end in ends_of(one) if not isnan(end))])
    reach = how.reach * next((times for times in TIMES_AS_LONG if furthest <= how.reach * times), TIMES_AS_LONG[-1])
    y = linear(-reach, reach, top + PANEL, top)
    x = linear(0, max(1, len(weeks) - 1), left, right)
    small = [(left, y(how.small)), (right, y(how.small)), (right, y(-how.small)), (left, y(-how.small))]
    parts = [drawn_words(0, top - 12, PANEL_TITLES[outcome], "ink"), drawn_area(small, "in-therapy")]
    parts += drawn_grid(y, (-reach, 0.0, reach), left, right)
    places = [x(weeks.index(one.week)) for one in known]
    for ends, opacity in _shades(known):
        above = [(px, y(high)) for px, (_, high) in zip(places, ends, strict=True)]
        below = [(px, y(low)) for px, (low, _) in zip(places, ends, strict=True)]
        parts.append(drawn_area([*above, *below[::-1]], "accent", opacity))
    middles: list[Spot] = [(px, y(ends_of(one)[0])) for px, one in zip(places, known, strict=True)]
    if middles:
        parts += [drawn_line(middles, "accent"), *(drawn_line([spot], "accent") for spot in middles)]
        digits = 1 if outcome == "left" else 2
        parts.append(drawn_words(right + 8, middles[-1][1] + 4, number(ends_of(known[-1])[0], digits, True), "accent"))
    more, less = how.words
    parts.append(drawn_words(right + 8, top + 8, more, "second-ink"))
    parts.append(drawn_words(right + 8, top + PANEL, less, "second-ink"))
    return parts


def _shades(known: Sequence[Effect]) -> list[tuple[list[tuple[float, float]], float]]:
    """Lows and highs by week, with how dense each shade is; none where there is no interval."""
    widest = [ends_of(one)[1:] for one in known]
    if not known or any(isnan(low) for low, _ in widest):
        return []
    shades = [(widest, 0.18)]
    factor = EFFECTS_TOLD[known[0].outcome].factor
    inner = [_inner(one.worlds.times(factor)) for one in known if one.worlds]
    return [*shades, (inner, 0.25)] if len(inner) == len(known) else shades


def _inner(worlds: OverWorlds) -> tuple[float, float]:
    """The middle 80 % of worlds; no width where they cannot be told apart."""
    return worlds.middle_80 if worlds.can_be_told else (worlds.mean, worlds.mean)
