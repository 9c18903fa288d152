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

ROW_HEIGHT, ROOM_FOR_WORDS = 24, 110


def sensitivity_bars(found: Sequence[Sensitivity]) -> go.Figure:
    """Indices with their 95 % intervals, one panel an outcome, the parameter that matters most on top."""
    titles = [f"{one.outcome} [{OUTCOMES[one.outcome].unit}]{', ' + one.of if one.of else ''}" for one in found]
    rows = [len({index.parameter for index in one.indices}) for one in found]
    height = sum(rows) * ROW_HEIGHT + len(found) * ROOM_FOR_WORDS
    figure = make_subplots(
        rows=len(found), subplot_titles=titles, row_heights=rows, vertical_spacing=min(0.3, 80 / height)
    )
    for row, one in enumerate(found, 1):
        measures = MEASURES[one.design]
        order = _by_importance(one)
        for (measure, words), (colour, symbol) in zip(measures.items(), MARKS, strict=True):
            chosen = sorted((i for i in one.indices if i.measure == measure), key=lambda i: order.index(i.parameter))
            figure.add_trace(_with_intervals(chosen, words, colour, symbol, row == 1), row=row, col=1)
        figure.update_xaxes(title_text=_axis(one), row=row, col=1)
        figure.update_yaxes(autorange="reversed", row=row, col=1)
    caption = f"Bars: 95 % intervals from resampling replicates and the design; n = {found[0].blocks:,} blocks x " \
              f"{found[0].replicates} replicates."  # fmt: skip
    figure.update_layout(template=TEMPLATE, height=height, title_text="Which parameters matter", margin_t=110,
                         title_subtitle_text=caption)  # fmt: skip
    return figure


def _axis(one: Sensitivity) -> str:
    if one.design == "sobol":
        return "share of the variance between design points"
    return f"change over the whole range [{OUTCOMES[one.outcome].unit}]"


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
