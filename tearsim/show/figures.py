"""Figures of results (Plotly) in one style: colours that colour-blind people tell apart, intervals always drawn."""

from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.study.files import write_safely
from tearsim.study.sensitivity import MEASURES, RANKS_BY, Index, Sensitivity
from tearsim.worlds.outcomes import OUTCOMES

INK, GRID = "#1E2730", "#D5DADF"
# Two colours and two shapes for two measures (Okabe and Ito's, which colour-blind people can tell apart).
MARKS = (("#0072B2", "circle"), ("#D55E00", "diamond"))

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
    """Indices with their 95 % intervals, one panel an outcome, the parameter that matters most on top."""
    titles = [f"{one.outcome} [{OUTCOMES[one.outcome].unit}]{', ' + one.of if one.of else ''}" for one in found]
    rows = [len({index.parameter for index in one.indices}) for one in found]
    gaps = (len(found) - 1) * BETWEEN
    height = sum(rows) * ROW_HEIGHT + gaps
    spacing = BETWEEN / height if gaps else 0.0
    figure = make_subplots(rows=len(found), subplot_titles=titles, row_heights=rows, vertical_spacing=spacing)
    for row, one in enumerate(found, 1):
        measures = MEASURES[one.design]
        order = _by_importance(one)
        for (measure, words), (colour, symbol) in zip(measures.items(), MARKS, strict=True):
            chosen = sorted((i for i in one.indices if i.measure == measure), key=lambda i: order.index(i.parameter))
            figure.add_trace(_with_intervals(chosen, words, colour, symbol, row == 1), row=row, col=1)
        if one.luck_alone == one.luck_alone:
            figure.add_vline(one.luck_alone, line={"color": INK, "dash": "dot", "width": 1}, row=row, col=1)
        figure.update_xaxes(title_text=_axis(one), title_standoff=6, title_font_size=12, row=row, col=1)
        figure.update_yaxes(autorange="reversed", row=row, col=1)
    caption = f"Bars: 95 % intervals from resampling replicates and the design; n = {found[0].blocks:,} blocks x " \
              f"{found[0].replicates} replicates."  # fmt: skip
    figure.update_annotations(x=0.0, xanchor="left", font_size=14)
    figure.update_layout(
        template=TEMPLATE, height=height + ABOVE + BETWEEN / 2, margin={"t": ABOVE, "b": BETWEEN / 2},
        title_text="Which parameters matter", title_subtitle_text=caption, title_x=0.02, title_y=0.97,
        legend={"x": 1.0, "xanchor": "right"},
    )  # fmt: skip
    return figure


def _axis(one: Sensitivity) -> str:
    if one.design == "sobol":
        return "share of the variance between design points"
    return f"change over the whole range [{OUTCOMES[one.outcome].unit}]; dotted: what luck alone would show"


def _by_importance(one: Sensitivity) -> list[str]:
    ranked = sorted((i for i in one.indices if i.measure == RANKS_BY[one.design]), key=lambda i: -i.value)
    return [index.parameter for index in ranked]


def _with_intervals(indices: list[Index], words: str, colour: str, symbol: str, in_legend: bool) -> go.Scatter:
    return go.Scatter(
        x=[i.value for i in indices], y=[i.parameter for i in indices], name=words, mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 9}, legendgroup=words, showlegend=in_legend,
        error_x={"type": "data", "array": [i.high - i.value for i in indices], "color": colour, "thickness": 1.5},
    )  # fmt: skip


def save(figure: go.Figure, path: Path) -> None:
    """Write a figure as one HTML file that needs no network."""
    write_safely(path, lambda unfinished: figure.write_html(unfinished, include_plotlyjs=True))
