"""How sensitivity indices settle: lines with intervals over the size of the sample."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.arguments import all_of_kind
from tearsim.science.declaration import in_words
from tearsim.show.figures.sensitivity import AXIS
from tearsim.show.figures.style import COLOURS, SYMBOLS, finished
from tearsim.study.answers.convergence import Convergence, index_at, ranked
from tearsim.study.answers.sensitivity_estimators import MEASURES
from tearsim.worlds.outcomes import OUTCOMES

# Pixels: a panel, and between panels for titles and axes.
LINES_HEIGHT, ROWS_APART = 260, 110
# How far lines stand beside each other, as a share of the sample's size, so that their intervals can be told apart.
SIDE_BY_SIDE = 0.035


def convergence_lines(found: Sequence[Convergence]) -> go.Figure:
    """Indices of what matters most over the number of blocks, one row of panels an outcome, one panel a measure.

    Args:
        found: What `tearsim.convergence` returns, for one outcome or several. What has no indices at two sizes of the
            sample has no panels.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For what `tearsim.convergence` does not return.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 6, "therapists": 2},
    ...          "design": {"kind": "morris", "samples": 4, "replicates": 3, "vary": ["client_empathy", "progress"]}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> found = tearsim.convergence(results, "alliance_mean", resamples=20)
    >>> figure = tearsim.figures.convergence_lines(found)
    """
    given = all_of_kind("found", found, Convergence, "what tearsim.convergence returns")
    found = [one for one in given if one.compared]
    height = len(found) * LINES_HEIGHT + max(0, len(found) - 1) * ROWS_APART
    figure = make_subplots(
        rows=max(1, len(found)),
        cols=2,
        horizontal_spacing=0.1,
        subplot_titles=[title for one in found for title in _titles(one)],
        vertical_spacing=ROWS_APART / height if len(found) > 1 else 0.0,
    )
    explained: set[str] = set()
    names = list(dict.fromkeys(name for one in found for name in ranked(one)[: len(COLOURS)]))
    styles = {
        name: (COLOURS[i % len(COLOURS)], SYMBOLS[i // len(COLOURS) % len(SYMBOLS)], i) for i, name in enumerate(names)
    }
    for row, one in enumerate(found, 1):
        sizes = [step.blocks for step in one.steps]
        for column, measure in enumerate(MEASURES[one.last.design], 1):
            for name in ranked(one)[: len(COLOURS)]:
                line = _line(one, name, measure, styles[name])
                figure.add_trace(line.update(showlegend=name not in explained), row=row, col=column)
                explained.add(name)
            figure.update_xaxes(
                type="log",
                tickvals=sizes,
                ticktext=[f"{size:,}" for size in sizes],
                title_text="blocks of the design",
                row=row,
                col=column,
            )
        figure.update_yaxes(title_text=AXIS[one.last.design], title_font_size=12, row=row, col=1)
    most = max((len(ranked(one)) for one in found), default=0) - len(COLOURS)
    left_out = f" The {len(COLOURS)} that matter most are drawn; {most} {'is' if most == 1 else 'are'} left out."
    caption = f"Bars: 95 % intervals from resampling replicates and the design.{left_out if most > 0 else ''}"
    figure.update_annotations(font_size=13)
    figure = finished(
        figure,
        "How the indices settle as the sample grows",
        caption if found else "No outcome has indices at two sizes of the sample.",
        height=max(height, LINES_HEIGHT),
    )
    rows_of_legend = 22 * (len(names) // 3)
    return figure.update_layout(
        margin_t=figure.layout.margin.t + 34 + rows_of_legend, legend_y=1.0 + 40 / max(height, LINES_HEIGHT)
    )


def _titles(one: Convergence) -> list[str]:
    of = f", {one.last.of}" if one.last.of else ""
    name = f"{in_words(one.last.outcome)} [{OUTCOMES[one.last.outcome].unit}]{of}"
    return [f"{name}<br>{words}" for words in MEASURES[one.last.design].values()]


def _line(one: Convergence, name: str, measure: str, style: tuple[str, str, int]) -> go.Scatter:
    colour, symbol, place = style
    there = [(step.blocks, index_at(step.found.indices, name, measure)) for step in one.steps]
    steps = [(blocks, index) for blocks, index in there if index is not None and index.value == index.value]
    beside = 1.0 + SIDE_BY_SIDE * (place % len(COLOURS) - (len(COLOURS) - 1) / 2.0)
    words = in_words(name)
    return go.Scatter(
        x=[blocks * beside for blocks, _ in steps],
        y=[index.value for _, index in steps],
        name=words,
        legendgroup=name,
        mode="lines+markers",
        line={"color": colour, "width": 1.5},
        marker={"color": colour, "symbol": symbol, "size": 7},
        text=[f"{words}, {blocks:,} blocks" for blocks, _ in steps],
        hovertemplate="%{text}: %{y:.4g}<extra></extra>",
        error_y={
            "type": "data",
            "array": [index.high - index.value for _, index in steps],
            "arrayminus": [index.value - index.low for _, index in steps],
            "color": colour,
            "thickness": 1.2,
        },
    )
