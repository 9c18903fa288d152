"""Figures of results (Plotly) in one style: colours that colour-blind people tell apart, intervals always drawn."""

from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.study.files import write_safely
from tearsim.study.sensitivity import MEASURES, RANKS_BY, Index, Sensitivity
from tearsim.worlds.outcomes import OUTCOMES

INK, GRID = "#1E2730", "#D5DADF"
# Two colours and two shapes for two measures (Okabe and Ito's, which colour-blind people can tell apart), side by side.
MARKS = (("#0072B2", "circle", -0.16), ("#D55E00", "diamond", 0.16))
AXIS = {
    "sobol": "share of the variance between design points",
    "morris": "change of the outcome over all of a parameter's range",
}

TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "Inter, Segoe UI, Roboto, Arial, sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": "#FFFFFF", "plot_bgcolor": "#FFFFFF",
        "xaxis": {"gridcolor": GRID, "zerolinecolor": GRID, "automargin": True},
        "yaxis": {"gridcolor": GRID, "zerolinecolor": GRID, "automargin": True},
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0},
    }
)  # fmt: skip

# Pixels: a row of an index, between panels for titles and axes, above all for the caption.
ROW_HEIGHT, BETWEEN, ABOVE = 24, 105, 130


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
            tickvals=list(range(len(order))), ticktext=order, range=[len(order) - 0.5, -0.5], row=row, col=1
        )
    caption = "Bars: 95 % intervals from resampling replicates and the design." if found else "No outcome varies here."
    figure.update_annotations(x=0.0, xanchor="left", font_size=14)
    figure.update_layout(
        template=TEMPLATE, height=height + ABOVE + BETWEEN / 2, margin={"t": ABOVE, "b": BETWEEN / 2},
        title_text="Which parameters matter", title_subtitle_text=caption, title_x=0.02, title_y=0.97,
        legend={"x": 1.0, "xanchor": "right"},
    )  # fmt: skip
    return figure


def _title(one: Sensitivity) -> str:
    of = f", {one.of}" if one.of else ""
    return f"{one.outcome} [{OUTCOMES[one.outcome].unit}]{of} (n = {one.blocks:,} blocks x {one.replicates} replicates)"


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


def save(figure: go.Figure, path: Path) -> None:
    """Write a figure as one HTML file that needs no network."""
    write_safely(path, lambda unfinished: figure.write_html(unfinished, include_plotlyjs=True))
