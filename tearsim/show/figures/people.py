"""Figures of people: what happens to a bond around tears, how often tears come and how they are taken."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.show.figures.style import ARMS, COLOURS, INK, SECOND_INK, SYMBOLS, band, finished
from tearsim.show.words.outcomes import TOLD
from tearsim.study.estimates import Estimate
from tearsim.study.people.around_tears import Units, alliance_around, by_level_of_tears

# How noticed and unnoticed tears are taken; orange for unsettled as everywhere.
TAKEN_MARKS = {"unseen": ("#7C8894", "x"), "moved": (COLOURS[2], "circle"), "unmoved": (COLOURS[0], "square"),
         "unsettled": (COLOURS[1], "diamond")}  # fmt: skip


# --- Around tears -----------------------------------------------------------------------------------------------------


def alliance_around_tears(shown: pd.DataFrame, *, held_back: pd.DataFrame | None = None) -> go.Figure:
    """Alliance in the weeks around the first tears that a client noticed, and that of the same client without them.

    Above, both means; below, shown minus held back within persons, which is what tears did. Only weeks with that
    therapist, in both worlds. Sessions alone, as `tearsim run --log` keeps them, have no other world: then there
    is but the upper panel, which does not tell what tears did. Intervals: 95 %, the independent units being
    practices (replicates), or therapists where there is one practice.

    Args:
        shown: Sessions of a cohort with tears shown, the replicate in a column if there are several.
        held_back: The same under the same luck with tears held back; None if there is no such world.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: If columns are missing, or too few noticed any tears.

    >>> import tearsim
    >>> cohort = {"weeks": 30, "arrivals": "cohort", "therapist_tear_propensity": 0.95}
    >>> shown = tearsim.simulate(seed=1, log=True, **cohort)
    >>> held_back = tearsim.simulate(seed=1, log=True, tears="held back", **cohort)
    >>> figure = tearsim.figures.alliance_around_tears(shown.sessions, held_back=held_back.sessions)
    """
    found = alliance_around(shown, held_back)
    means, people = found.means, found.people
    weeks, most = list(means["shown"]), max(people.values())
    rows = 1 if held_back is None else 2
    figure = make_subplots(rows=rows, shared_xaxes=True, row_heights=[0.58, 0.42][:rows], vertical_spacing=0.08)
    styles = {arm: (name, colour, dash) for arm, (colour, dash, name) in ARMS.items()}
    styles["difference"] = ("shown minus held back", COLOURS[1], "solid")
    for arm in means:
        _add_weeks(figure, 2 if arm == "difference" else 1, means[arm], people, styles[arm])
    _weeks_axes(figure, weeks, people, rows)
    caption = f"n = {most:,} clients who noticed the therapist’s tears, " + (
        "in weeks in which they still met that therapist. Whoever left is missing later on, and nothing here tells "
        "what would have been without tears: that takes the same clients with the same tears held back."
        if held_back is None
        else "and the same clients where those tears were held back; weeks in which they still met that therapist in "
        "both worlds, so those who left are missing later on."
    )
    units = f" Bands: 95 % intervals, {_in_words(found.units)} being the independent units."
    title = "Alliance around tears" if held_back is None else "Alliance around tears, and without them"
    return finished(figure, title, caption + units, height=250 * rows - 70 * (rows - 1))


def _add_weeks(
    figure: go.Figure, row: int, means: dict[int, Estimate], people: Mapping[int, int], style: tuple[str, str, str]
) -> None:
    """A line of weekly means with its band."""
    name, colour, dash = style
    weeks = list(means)
    unit = TOLD["alliance_mean"]
    told = [means[week].times(unit.factor) if row == 2 else unit.levels(means[week]) for week in weeks]
    mean, low, high = ([getattr(one, end) for one in told] for end in ("mean", "low", "high"))
    for trace in band(weeks, low, high, colour, name):
        figure.add_trace(trace, row=row, col=1)
    hover = [
        f"{name}<br>week {week:+d}: {a:.4f} (95 % interval {b:.4f} to {c:.4f})<br>n = {people[week]:,} clients"
        for week, a, b, c in zip(weeks, mean, low, high, strict=True)
    ]
    figure.add_trace(
        go.Scatter(
            x=weeks,
            y=mean,
            name=name,
            legendgroup=name,
            mode="lines+markers",
            marker_size=5,
            hovertext=hover,
            hoverinfo="text",
            line={"color": colour, "dash": dash, "width": 2},
        ),
        row=row,
        col=1,
    )


def _weeks_axes(figure: go.Figure, weeks: list[int], people: Mapping[int, int], rows: int) -> None:
    figure.add_vline(x=0, line={"color": SECOND_INK, "width": 1, "dash": "dot"})
    figure.update_yaxes(title_text=f"alliance [{TOLD['alliance_mean'].axis()}]", row=1, col=1)
    if rows > 1:
        figure.update_yaxes(title_text="difference", zerolinecolor=INK, row=2, col=1)
    ticks = [week for week in weeks if week % 2 == 0]
    figure.update_xaxes(tickvals=ticks)
    figure.update_xaxes(
        ticktext=[f"{f'{week:+d}' if week else 'tears'}<br>n={people[week]:,}" for week in ticks],
        title_text="weeks from the first tears that the client noticed",
        row=rows,
        col=1,
    )


def _in_words(units: Units) -> str:
    """How many independent units there are, in words."""
    named = {"world": "worlds that fit the evidence", "replicate": "practices (replicates)", "therapist": "therapists"}
    return f"{units.number} {named[units.column]}"


# --- How often, and how taken -----------------------------------------------------------------------------------------


def tears_by_level(sessions: pd.DataFrame) -> go.Figure:
    """How often a therapist's eyes fill, by level, and how clients took the tears of each level.

    Intervals: 95 %, the independent units being replicates if the table has more than one, else therapists.

    Args:
        sessions: A table of sessions, as a log has them.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: If no eyes filled.

    >>> import tearsim
    >>> cohort = {"weeks": 30, "arrivals": "cohort", "therapist_tear_propensity": 0.95}
    >>> shown = tearsim.simulate(seed=1, log=True, **cohort)
    >>> figure = tearsim.figures.tears_by_level(shown.sessions)
    """
    found = by_level_of_tears(sessions)
    levels = found.levels
    figure = make_subplots(cols=2, column_widths=[0.36, 0.64], horizontal_spacing=0.13)
    names = [f"{level}<br>n={count:,}" for level, count in zip(levels, found.counts, strict=True)]
    rates = _dots(names, found.often, COLOURS[0], SYMBOLS[0], "sessions with tears")
    written = {
        "text": [f" {one.mean:.2g}" for one in found.often],
        "mode": "markers+text",
        "textposition": "middle right",
    }
    figure.add_trace(rates.update(showlegend=False, cliponaxis=False, **written), row=1, col=1)
    for k, (kind, shares) in enumerate(found.taken.items()):
        colour, symbol = TAKEN_MARKS[kind]
        places = [i + 0.16 * (k - 1.5) for i in range(len(levels))]
        figure.add_trace(_dots(places, shares, colour, symbol, kind), row=1, col=2)
    # Room for the number beside the last mark.
    figure.update_xaxes(title_text="level of tears felt", range=[-0.5, len(levels) - 0.2], row=1, col=1)
    figure.update_xaxes(
        title_text="level of tears felt",
        tickvals=list(range(len(levels))),
        ticktext=names,
        showgrid=False,
        range=[-0.5, len(levels) - 0.5],
        row=1,
        col=2,
    )
    figure.update_yaxes(title_text="in 100 sessions", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="how they were taken [% of that level]", range=[-3, 103], row=1, col=2)
    caption = (
        f"n = {found.sessions:,} sessions, {sum(found.counts):,} with tears. Unseen: the client noticed nothing; else "
        f"the client was moved, unmoved or unsettled. Bars: 95 % intervals, {_in_words(found.units)} being the "
        "independent units."
    )
    return finished(figure, "How often therapists’ eyes fill, and how clients take it", caption, height=320)


def _dots(
    places: Sequence[float] | Sequence[str], found: Sequence[Estimate], colour: str, symbol: str, name: str
) -> go.Scatter:
    above, below = [one.high - one.mean for one in found], [one.mean - one.low for one in found]
    hover = [f"{name}: {one.mean:.3g} (95 % interval {one.low:.3g} to {one.high:.3g})" for one in found]
    return go.Scatter(
        x=list(places),
        y=[one.mean for one in found],
        name=name,
        mode="markers",
        hovertext=hover,
        hoverinfo="text",
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_y={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5},
    )
