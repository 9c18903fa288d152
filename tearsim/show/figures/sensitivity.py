"""Sensitivity indices as bars of intervals: which parameters an outcome depends on."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.arguments import all_of_kind
from tearsim.science.declaration import in_words
from tearsim.show.figures.style import COLOURS, INK, finished
from tearsim.show.words.sensitivity import MOST_PAIRS
from tearsim.study.answers.sensitivity import Index, Sensitivity
from tearsim.study.answers.sensitivity_estimators import MEASURES, RANKS_BY
from tearsim.worlds.outcomes import OUTCOMES

# Two colours and two shapes for two measures, side by side.
MEASURE_MARKS = ((COLOURS[0], "circle", -0.16), (COLOURS[1], "diamond", 0.16))
AXIS = {
    "sobol": "share of the variance between design points",
    "morris": "change of the outcome over all of a parameter's range",
}
# Pixels: a row of an index, and between panels for titles and axes.
ROW_HEIGHT, PANELS_APART = 24, 105


class IndexPanel(NamedTuple):
    """What stands under one title: rows by name, and what is drawn on them."""

    title: str
    axis: str
    rows: list[str]
    traces: list[go.Scatter]


def sensitivity_bars(found: Sequence[Sensitivity]) -> go.Figure:
    """Indices with their 95 % intervals, one panel an outcome, the parameter that matters most on top.

    Pairs of parameters have a panel where the design has second-order indices.

    Args:
        found: What `tearsim.sensitivity` returns, for one outcome or several. What has no indices, because the
            outcome is missing or never varies, has no panel.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For what `tearsim.sensitivity` does not return.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 6, "therapists": 2},
    ...          "design": {"kind": "morris", "samples": 4, "replicates": 3, "vary": ["client_empathy", "progress"]}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> figure = tearsim.figures.sensitivity_bars(tearsim.sensitivity(results, "alliance_mean", resamples=20))
    """
    given = all_of_kind("found", found, Sensitivity, "what tearsim.sensitivity returns")
    found = [one for one in given if any(index.value == index.value for index in one.indices)]
    panels = [panel for one in found for panel in (_of_parameters(one), *([_of_pairs(one)] if one.pairs else []))]
    gaps = max(0, len(panels) - 1) * PANELS_APART
    height = sum(len(panel.rows) for panel in panels) * ROW_HEIGHT + gaps
    figure = make_subplots(
        rows=max(1, len(panels)),
        subplot_titles=[panel.title for panel in panels],
        row_heights=[len(panel.rows) for panel in panels] or None,
        vertical_spacing=PANELS_APART / height if gaps else 0.0,
    )
    explained: set[str] = set()
    for row, panel in enumerate(panels, 1):
        for trace in panel.traces:
            figure.add_trace(trace.update(showlegend=trace.legendgroup not in explained), row=row, col=1)
            explained.add(trace.legendgroup)
        figure.update_xaxes(
            title_text=panel.axis,
            title_standoff=6,
            title_font_size=12,
            tickformat="~g",
            exponentformat="none",
            row=row,
            col=1,
        )
        figure.update_yaxes(
            tickvals=list(range(len(panel.rows))),
            ticktext=panel.rows,
            range=[len(panel.rows) - 0.5, -0.5],
            row=row,
            col=1,
        )
    caption = "Bars: 95 % intervals from resampling replicates and the design." if found else "No outcome varies here."
    figure.update_annotations(x=0.0, xanchor="left", font_size=14)
    figure = finished(figure, "Which parameters matter", caption, height=max(height, ROW_HEIGHT))
    # Above the panels' own titles.
    return figure.update_layout(margin_t=figure.layout.margin.t + 26, legend_y=1.0 + 30 / max(height, ROW_HEIGHT))


def _of_parameters(one: Sensitivity) -> IndexPanel:
    order, traces = _by_importance(one), []
    for (measure, words), (colour, symbol, beside) in zip(MEASURES[one.design].items(), MEASURE_MARKS, strict=True):
        chosen = {index.parameter: index for index in one.indices if index.measure == measure}
        places = [place + beside for place in range(len(order))]
        traces.append(_with_intervals([chosen[name] for name in order], places, words, colour, symbol))
    if one.luck_alone:
        traces.append(_luck_alone(one, order))
    return IndexPanel(_title(one), AXIS[one.design], [in_words(name) for name in order], traces)


def _of_pairs(one: Sensitivity) -> IndexPanel:
    pairs = one.pairs[:MOST_PAIRS]
    rows = [f"{in_words(pair.parameter)} with {in_words(pair.other)}" for pair in pairs]
    left_out = len(one.pairs) - len(pairs)
    title = f"{in_words(one.outcome)}: pairs" + (f" ({left_out} smaller ones left out)" if left_out else "")
    words = "second order: two together, beyond each by itself"
    return IndexPanel(
        title,
        AXIS[one.design],
        rows,
        [_with_intervals(pairs, [float(place) for place in range(len(pairs))], words, COLOURS[2], "square")],
    )


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
        x=[one.luck_alone[name] for name in order],
        y=[place + MEASURE_MARKS[0][2] for place in range(len(order))],
        name="mean effect of luck alone",
        mode="markers",
        marker=marks,
        legendgroup="luck",
    )


def _with_intervals(indices: list[Index], places: list[float], words: str, colour: str, symbol: str) -> go.Scatter:
    whose = [" with ".join(filter(None, (i.parameter, i.other))) for i in indices]
    above, below = [i.high - i.value for i in indices], [i.value - i.low for i in indices]
    return go.Scatter(
        x=[i.value for i in indices],
        y=places,
        name=words,
        mode="markers",
        legendgroup=words,
        marker={"color": colour, "symbol": symbol, "size": 8},
        text=whose,
        hovertemplate="%{text}: %{x:.4g}<extra>" + words + "</extra>",
        error_x={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5},
    )
