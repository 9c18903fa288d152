"""Sensitivity indices as bars of intervals: which parameters an outcome depends on."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.science.declaration import in_words
from tearsim.show.figures.house import COLOURS, INK, finished
from tearsim.study.sensitivity import MEASURES, RANKS_BY, Index, Sensitivity
from tearsim.worlds.outcomes import OUTCOMES

# Two colours and two shapes for two measures, side by side.
MARKS = ((COLOURS[0], "circle", -0.16), (COLOURS[1], "diamond", 0.16))
AXIS = {
    "sobol": "share of the variance between design points",
    "morris": "change of the outcome over all of a parameter's range",
}
# Pixels: a row of an index, and between panels for titles and axes.
ROW_HEIGHT, BETWEEN = 24, 105


def sensitivity_bars(found: Sequence[Sensitivity]) -> go.Figure:
    """Indices with their 95 % intervals, one panel an outcome, the parameter that matters most on top.

    What has no indices, because the outcome is missing or never varies, has no panel.
    """
    found = [one for one in found if any(index.value == index.value for index in one.indices)]
    rows = [len({index.parameter for index in one.indices}) for one in found]
    gaps = max(0, len(found) - 1) * BETWEEN
    height = sum(rows) * ROW_HEIGHT + gaps
    figure = make_subplots(
        rows=max(1, len(found)), subplot_titles=[_title(one) for one in found], row_heights=rows or None,
        vertical_spacing=BETWEEN / height if gaps else 0.0,
    )  # fmt: skip
    for row, one in enumerate(found, 1):
        order = _by_importance(one)
        for (measure, words), (colour, symbol, beside) in zip(MEASURES[one.design].items(), MARKS, strict=True):
            chosen = {index.parameter: index for index in one.indices if index.measure == measure}
            places = [place + beside for place in range(len(order))]
            trace = _with_intervals([chosen[name] for name in order], places, words, colour, symbol)
            figure.add_trace(trace.update(showlegend=row == 1), row=row, col=1)
        if one.luck_alone:
            figure.add_trace(_luck_alone(one, order).update(showlegend=row == 1), row=row, col=1)
        figure.update_xaxes(
            title_text=AXIS[one.design], title_standoff=6, title_font_size=12, tickformat="~g", exponentformat="none",
            row=row, col=1,
        )  # fmt: skip
        figure.update_yaxes(
            tickvals=list(range(len(order))),
            ticktext=[in_words(name) for name in order],
            range=[len(order) - 0.5, -0.5],
            row=row,
            col=1,
        )
    caption = "Bars: 95 % intervals from resampling replicates and the design." if found else "No outcome varies here."
    figure.update_annotations(x=0.0, xanchor="left", font_size=14)
    figure = finished(figure, "Which parameters matter", caption, max(height, ROW_HEIGHT))
    # Above the panels' own titles.
    return figure.update_layout(margin_t=figure.layout.margin.t + 26, legend_y=1.0 + 30 / max(height, ROW_HEIGHT))


def _title(one: Sensitivity) -> str:
    of = f", {one.of}" if one.of else ""
    name = f"{in_words(one.outcome)} [{OUTCOMES[one.outcome].unit}]{of}"
    return f"{name} (n = {one.blocks:,} blocks x {one.replicates} replicates)"


def _by_importance(one: Sensitivity) -> list[str]:
    ranked = sorted((i for i in one.indices if i.measure == RANKS_BY[one.design]), key=lambda i: -i.value)
    return [index.parameter for index in ranked]


def _luck_alone(one: Sensitivity, order: list[str]) -> go.Scatter:
    marks = {"symbol": "line-ns", "size": 14, "line": {"color": INK, "width": 1.5}}
    return go.Scatter(
        x=[one.luck_alone[name] for name in order], y=[place + MARKS[0][2] for place in range(len(order))],
        name="mean effect of luck alone", mode="markers", marker=marks, legendgroup="luck",
    )  # fmt: skip


def _with_intervals(indices: list[Index], places: list[float], words: str, colour: str, symbol: str) -> go.Scatter:
    above, below = [i.high - i.value for i in indices], [i.value - i.low for i in indices]
    return go.Scatter(
        x=[i.value for i in indices], y=places, name=words, mode="markers", legendgroup=words,
        marker={"color": colour, "symbol": symbol, "size": 8}, text=[i.parameter for i in indices],
        hovertemplate="%{text}: %{x:.4g}<extra>" + words + "</extra>",
        error_x={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5},
    )  # fmt: skip
