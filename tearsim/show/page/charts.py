"""Four charts in one figure: weeks of two worlds in, the arrays of the figure's traces out.

As in the picture, a week replaces arrays alone. The frame changes only with the theme, the size and the stretch of
weeks shown, which grows in steps.
"""

from collections.abc import Sequence
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.codes import COMPLETIONS, GOES_ON, LEFT, LEVEL, MOVED, UNMOVED, UNSETTLED
from tearsim.show.page.palette import Palette
from tearsim.show.page.payload import ArraysByPath
from tearsim.show.words.english import number_of
from tearsim.show.words.units import WAI
from tearsim.study.people.watched_practice import KEPT_WEEKS, TEARS_WINDOW, Week


class ChartsShow(NamedTuple):
    """All that the charts show of a practice, its twin and, if there is one, a pinned run."""

    week: int
    shown: Sequence[Week]
    held_back: Sequence[Week]
    pinned: Sequence[Week]
    took: NDArray[np.int64]  # [level felt, reception] sessions so far
    became_shown: dict[int, int]  # of those who saw tears: how many by ending, as in codes.ENDING
    became_held_back: dict[int, int]
    in_cohort: bool = False  # whether those who saw tears are of a cohort beside this practice
    manner: str = "shown"  # how tears are dealt with in this practice


class FigureSize(NamedTuple):
    """Of the figure, in pixels."""

    width: float
    plot: float  # height of a plot
    row: float  # height of a bar and its gap


BEFORE, BEHIND = 78.0, 44.0  # beside the bars, for words and numbers

# Ends of the stretch of weeks shown, from week 0; beyond the last the start moves on by half a year.
STRETCHES = (12, 20, 30, 40, 52, 65, 78, 91, 104, 130, KEPT_WEEKS)
HALF_A_YEAR = 26
TEAR_SCALES = (4, 8, 16, 32, 60, 100)
# Alliance as a client rates it: the least that the first chart shows, in steps, and the distance between its ticks.
RATING_FLOORS = {3.0: 1.0, 2.0: 1.0, 1.0: 2.0}
HIGHEST_RATING = WAI.level(1.0)
LABELS_APART = 13.0  # pixels between the words at the ends of lines
SHOWN_INSIDE = 0.09  # of a bar's length: a shorter part has no room for its number
WORD_INSIDE = 0.4  # from here on there is room for a word before it


def stretch(week: int) -> tuple[int, int]:
    """The weeks shown, first and last."""
    for end in STRETCHES:
        if week <= end:
            return 0, end
    start = HALF_A_YEAR * -(-(week - KEPT_WEEKS) // HALF_A_YEAR)
    return start, start + KEPT_WEEKS


def tears_in_100(weeks: Sequence[Week]) -> list[tuple[float, float, float]]:
    """Near, open and overwhelmed tears felt in 100 sessions, over each week and those before it in the window."""
    rates = []
    sessions, felt = 0, [0, 0, 0]
    for i, week in enumerate(weeks):
        out = weeks[i - TEARS_WINDOW] if i >= TEARS_WINDOW else None
        sessions += week.sessions - (out.sessions if out else 0)
        felt = [felt[k] + week.felt[k] - (out.felt[k] if out else 0) for k in range(3)]
        near, open_, overwhelmed = (100.0 * number / sessions if sessions else 0.0 for number in felt)
        rates.append((near, open_, overwhelmed))
    return rates


def tear_scale(told: ChartsShow) -> int:
    """The top of the chart of tears, in steps."""
    highest = max(
        [sum(rate) for weeks in (told.shown, told.held_back, told.pinned) for rate in tears_in_100(weeks)], default=0.0
    )
    return next(
        (scale for scale in TEAR_SCALES if highest <= scale), TEAR_SCALES[-1]
    )  # shares sum to 100 but for rounding


def rating_floor(told: ChartsShow) -> float:
    """The foot of the chart of alliance, in steps: nothing that is drawn lies below it, in any of the worlds."""
    first, _ = stretch(told.week)
    lowest = min(
        (
            value
            for weeks in (told.shown, told.held_back, told.pinned)
            for week in weeks
            if week.week >= first
            for value in ((week.low, week.alliance) if weeks is told.shown else (week.alliance,))
            if not isnan(value)
        ),
        default=1.0,
    )
    return next(floor for floor in RATING_FLOORS if floor <= WAI.level(lowest))


# --- The arrays ------------------------------------------------------------------------------------------------------

LINES = ("middle half low", "middle half", "held back", "pinned", "alliance",
         "gave up", "looking", "in therapy", "completed", "gave up held back halo", "not completed held back halo",
         "not completed pinned halo", "gave up held back", "not completed held back", "not completed pinned",
         "near", "open", "overwhelmed", "felt held back halo", "felt pinned halo", "felt held back",
         "felt pinned")  # fmt: skip
HALO = " halo"  # a line drawn over areas has a light one beneath it, so that it can be told from any of them
WORDS = ("words 1", "words 2", "words 3", "rows", "numbers", "caption", "nothing yet", "no bonds yet", "no tears yet")
TOOK_BARS = ("unseen", "moved", "unmoved", "unsettled")
BECAME = ("became in therapy", "became completed", "became left")
CHART_TRACES = (*LINES, *TOOK_BARS, *BECAME, *WORDS)

Drawn = dict[str, ArraysByPath]


def charts(told: ChartsShow, size: FigureSize, c: Palette) -> Drawn:
    """The arrays of every trace, by its name."""
    first, _ = stretch(told.week)
    shown, twin, pinned = (
        [week for week in weeks if week.week >= first] for weeks in (told.shown, told.held_back, told.pinned)
    )
    tears = {
        name: tears_in_100(weeks)[len(weeks) - len(kept) :]
        for name, weeks, kept in (
            ("shown", told.shown, shown),
            ("twin", told.held_back, twin),
            ("pinned", told.pinned, pinned),
        )
    }
    drawn = {
        **_bonds(shown, twin, pinned, rating_floor(told), size, c),
        **_everyone(told, shown, twin, pinned, first, size, c),
        **_tears(told, shown, twin, pinned, tears, size, c),
        **_how_taken(told),
        **_what_became(told),
        **_rows(told, size),
        **_not_begun(told),
    }
    return drawn | {name: drawn[name.removesuffix(HALO)] for name in LINES if name.endswith(HALO)}


def _line(weeks: Sequence[Week], values: Sequence[float]) -> ArraysByPath:
    return {"x": [week.week for week in weeks], "y": [None if isnan(value) else value for value in values]}


class End(NamedTuple):
    """Words at the end of a line."""

    value: float
    words: str
    colour: str


def ends_of_lines(week: int, ends: Sequence[End], low: float, high: float, size: FigureSize) -> ArraysByPath:
    """Words beside the ends of lines, pushed apart where they would touch, and within the height of the plot."""
    ends = sorted((end for end in ends if not isnan(end.value)), key=lambda end: end.value)
    apart = LABELS_APART * (high - low) / size.plot
    highest = high - apart / 2
    heights = [min(highest, max(low + apart / 3, end.value)) for end in ends]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + apart)
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], highest)
        highest = heights[i] - apart
    return {
        "x": [stretch(week)[1]] * len(ends),
        "y": heights,
        "text": [f" {end.words}" for end in ends],
        "textfont.color": [end.colour for end in ends],
    }


def _bonds(
    shown: list[Week], twin: list[Week], pinned: list[Week], floor: float, size: FigureSize, c: Palette
) -> Drawn:
    ends = [
        End(WAI.level(weeks[-1].alliance), f"{words} {WAI.level(weeks[-1].alliance):.2f}", colour)
        for weeks, words, colour in ((pinned, "pinned", c.pinned), (twin, "held back", c.ink), (shown, "now", c.accent))
        if weeks
    ]
    return {
        "middle half low": _line(shown, [WAI.level(week.low) for week in shown]),
        "middle half": _line(shown, [WAI.level(week.high) for week in shown]),
        "held back": _line(twin, [WAI.level(week.alliance) for week in twin]),
        "pinned": _line(pinned, [WAI.level(week.alliance) for week in pinned]),
        "alliance": _line(shown, [WAI.level(week.alliance) for week in shown]),
        "words 1": ends_of_lines(shown[-1].week if shown else 0, ends, floor, HIGHEST_RATING, size),
    }


def _shares(week: Week) -> tuple[float, float, float, float]:
    """Gave up, looking, in therapy and completed, in % of all."""
    people = (week.gave_up, week.looking, week.in_therapy, week.completed)
    everyone = max(1, sum(people))
    gave_up, looking, in_therapy, completed = (100.0 * number / everyone for number in people)
    return gave_up, looking, in_therapy, completed


def _everyone(
    told: ChartsShow, shown: list[Week], twin: list[Week], pinned: list[Week], first: int, size: FigureSize, c: Palette
) -> Drawn:
    """Everyone who ever came, stacked: gave up, looking, in therapy, completed. At the start all are in therapy."""
    drawn: Drawn = {}
    parts = [_shares(week) for week in shown]
    start = [0] if first == 0 else []
    weeks = start + [week.week for week in shown]
    for k, name in enumerate(("gave up", "looking", "in therapy", "completed")):
        edges = [sum(part[: k + 1]) for part in parts]
        drawn[name] = {"x": weeks, "y": [0.0 if k < 2 else 100.0] * len(start) + edges}
    for name, other in (("held back", twin), ("pinned", pinned)):
        lines = [_shares(week) for week in other]
        x = ([0] if other and first == 0 else []) + [week.week for week in other]
        opening = [0] * (len(x) - len(other))
        drawn[f"not completed {name}"] = {"x": x, "y": [100.0 for _ in opening] + [100.0 - part[3] for part in lines]}
        if name == "held back":
            drawn["gave up held back"] = {"x": x, "y": [0.0 for _ in opening] + [part[0] for part in lines]}
    now = parts[-1] if parts else (0.0, 0.0, 100.0, 0.0)
    names = ("gave up", "looking", "in therapy", "completed")
    colours = (c.rupture, c.looking, c.second_ink, c.moved)
    middles = [sum(now[:k]) + now[k] / 2 for k in range(4)]
    ends = [End(m, f"{n} {v:.0f} %", col) for m, n, v, col in zip(middles, names, now, colours, strict=True)]
    drawn["words 2"] = ends_of_lines(told.week, ends, 0.0, 100.0, size)
    return drawn


def _tears(
    told: ChartsShow,
    shown: list[Week],
    twin: list[Week],
    pinned: list[Week],
    tears: dict[str, list[tuple[float, float, float]]],
    size: FigureSize,
    c: Palette,
) -> Drawn:
    names, rates = ("near", "open", "overwhelmed"), tears["shown"]
    drawn = {name: _line(shown, [sum(rate[: k + 1]) for rate in rates]) for k, name in enumerate(names)}
    drawn["felt held back"] = _line(twin, [sum(rate) for rate in tears["twin"]])
    drawn["felt pinned"] = _line(pinned, [sum(rate) for rate in tears["pinned"]])
    ends = []
    if rates:
        last = rates[-1]
        colours = (c.second_ink, c.second_ink, c.ink)
        middles = [sum(last[:k]) + last[k] / 2 for k in range(3)]
        ends = [End(m, f"{n} {v:.1f}", col) for m, n, v, col in zip(middles, names, last, colours, strict=True)]
    drawn["words 3"] = ends_of_lines(told.week, ends, 0.0, float(tear_scale(told)), size)
    return drawn


def _how_taken(told: ChartsShow) -> Drawn:
    """How tears were taken: of each level a whole bar, with its sessions as numbers inside where there is room."""
    levels = range(1, len(LEVEL))
    totals = [int(sum(told.took[level])) for level in levels]
    parts = {"unseen": 0, "moved": MOVED, "unmoved": UNMOVED, "unsettled": UNSETTLED}
    return {
        name: _bar([5, 4, 3], [int(told.took[level][reception]) for level in levels], totals)
        for name, reception in parts.items()
    }


def _what_became(told: ChartsShow) -> Drawn:
    """Where those who saw tears are now, in both worlds: a whole bar each, with its clients as numbers inside."""
    worlds = (told.became_shown, told.became_held_back)
    totals = [sum(world.values()) for world in worlds]
    endings = {
        "became in therapy": (GOES_ON,),
        "became completed": COMPLETIONS,
        "became left": (LEFT,),
    }
    return {
        name: _bar([1, 0], [sum(world.get(ending, 0) for ending in those) for world in worlds], totals, name[7:])
        for name, those in endings.items()
    }


def _bar(rows: list[int], numbers: list[int], totals: list[int], word: str = "") -> ArraysByPath:
    """One part of each bar: its number inside where there is room, with a word where there is more."""
    shares = [number / total if total else 0.0 for number, total in zip(numbers, totals, strict=True)]
    inside = [
        "" if share < SHOWN_INSIDE else f"{word} {n:,}".strip() if share >= WORD_INSIDE else f"{n:,}"
        for n, share in zip(numbers, shares, strict=True)
    ]
    return {
        "x": [100.0 * share for share in shares],
        "y": rows,
        "text": inside,
        "hovertext": [f"{n:,}" for n in numbers],
    }


def _rows(told: ChartsShow, size: FigureSize) -> Drawn:
    """The words beside the bars."""
    totals = [int(sum(told.took[level])) for level in range(1, len(LEVEL))]
    paired = sum(told.became_shown.values())
    where = ", in a cohort" if told.in_cohort else ""
    clients = f"the {number_of(paired, 'client')}" if paired else "clients"
    nothing = [row for row, total in zip((5, 4, 3), totals, strict=True) if not total] + [1, 0] * (not paired)
    some = [(row, total) for row, total in zip((5, 4, 3), totals, strict=True) if total]
    return {
        "rows": {
            "x": [-2] * 5,
            "y": [5, 4, 3, 1, 0],
            "text": ["near", "open", "overwhelmed", told.manner, "held back"],
        },
        "numbers": {"x": [102] * len(some), "y": [row for row, _ in some], "text": [f"{total:,}" for _, total in some]},
        "caption": {
            "x": [left_edge(size)],
            "y": [2.05],
            "text": [f"What became of {clients} who saw them{where}"],
        },
        "nothing yet": {
            "x": [0] * len(nothing),
            "y": nothing,
            "text": ["none yet" if row > 2 else "nobody yet" for row in nothing],
        },
    }


def _not_begun(told: ChartsShow) -> Drawn:
    """Words in the empty charts before the first session."""
    first, last = stretch(told.week)
    middles = {"no bonds yet": (rating_floor(told) + HIGHEST_RATING) / 2, "no tears yet": tear_scale(told) * 0.375}
    return {
        name: {"x": [(first + last) / 2], "y": [middle], "text": ["" if told.shown else "No session yet"]}
        for name, middle in middles.items()
    }


def left_edge(size: FigureSize) -> float:
    """The left edge of the figure on the scale of the bars, on which they run from 0 to 100."""
    return -100 * BEFORE / (size.width - BEFORE - BEHIND)
