"""Figures of a sweep: an outcome over one parameter, over two, and panel by panel, each with its intervals."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.science.declaration import in_words
from tearsim.show.figures.style import (
    ARMS,
    COLOURS,
    INK,
    SECOND_INK,
    SYMBOLS,
    axis_title,
    band,
    finished,
    parameter_title,
)
from tearsim.show.words.differences import is_sure
from tearsim.show.words.english import MINUS, capital
from tearsim.show.words.outcomes import TOLD
from tearsim.study.answers.curves import Basis, CellMap, Curve, Given, Values, curves_of, map_of, panels_of
from tearsim.study.estimates import Estimate

# Of more cells than this the numbers would not fit in; they stand in the hover text.
MOST_WRITTEN = 80
PANEL_HEIGHT, MAP_ROW = 250, 34


def curves(results: Given, outcome: str, parameter: str, *, effect: bool = False) -> go.Figure:
    """An outcome at each value of one parameter, over all else that varies: means with 95 % intervals over replicates.

    Where tears are shown at some points and held back at others, there is a line for each.

    Args:
        results: A results folder, results that are open, or a table of runs.
        outcome: An outcome by name (`tearsim.OUTCOMES`).
        parameter: A parameter that varies.
        effect: Whether to draw shown minus held back, under the same luck, instead.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For what the results do not have.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"client_empathy": [0.3, 0.7], "tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> figure = tearsim.figures.curves(results, "alliance_mean", "client_empathy", effect=True)
    """
    found = curves_of(results, outcome, parameter, effect=effect)
    figure = go.Figure()
    for line in found.lines:
        _draw(figure, line, found.values, outcome)
    _axes(figure, outcome, parameter, found.values, effect)
    return finished(figure, _title(outcome, effect), _caption(found.basis, [found.values], effect))


def small_multiples(results: Given, outcome: str, x: str, panels: str, *, effect: bool = False) -> go.Figure:
    """The same curves, one panel for each value of a second parameter, with one scale for all.

    Args:
        results: A results folder, results that are open, or a table of runs.
        outcome: An outcome by name (`tearsim.OUTCOMES`).
        x: The parameter along the axis.
        panels: The parameter with a panel for each value.
        effect: Whether to draw shown minus held back, under the same luck, instead.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For what the results do not have.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"client_empathy": [0.3, 0.7], "tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> figure = tearsim.figures.small_multiples(results, "alliance_mean", "client_empathy", "tears")
    """
    over, each, basis = panels_of(results, outcome, x, panels, effect=effect)
    columns = min(3, len(over.at))
    rows = -(-len(over.at) // columns)
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_yaxes="all",
        shared_xaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=0.3 / rows,
        subplot_titles=[f"{in_words(panels)}<br>{name}" for name in over.names],
    )
    for i, found in enumerate(each):
        place = {"row": i // columns + 1, "col": i % columns + 1}
        for line in found.lines:
            _draw(figure, line, found.values, outcome, place, legend=i == 0)
        _axes(figure, outcome, x, found.values, effect, place)
        # The last panel of each column has the title of its axis, the first of each row that of its own.
        figure.update_xaxes(
            title_text=parameter_title(x) if i + columns >= len(over.at) else "", showticklabels=True, **place
        )
        figure.update_yaxes(title_text=axis_title(outcome, effect) if i % columns == 0 else "", **place)
    figure.update_annotations(font_size=12)
    title = f"{_title(outcome, effect)}, by {in_words(panels)}"
    caption = _caption(basis, [each[0].values, over], effect)
    figure = finished(figure, title, caption, height=PANEL_HEIGHT * rows)
    # Above the panels' own titles.
    return figure.update_layout(margin_t=figure.layout.margin.t + 30, legend_y=1.0 + 46 / (PANEL_HEIGHT * rows))


def heat_map(
    results: Given, outcome: str, *, x: str | None = None, y: str | None = None, effect: bool = False
) -> go.Figure:
    """An outcome over two parameters, a cell for each pair of values (or of classes of them): means over replicates.

    With both arms, tears are shown.

    Args:
        results: A results folder, results that are open, or a table of runs.
        outcome: An outcome by name (`tearsim.OUTCOMES`).
        x: The parameter from left to right; by default the first that varies, apart from the manner of tears.
        y: The parameter from bottom to top; by default the next.
        effect: Whether to draw shown minus held back instead, with 0 in the middle of the colours and a dot in every
            cell whose 95 % interval holds 0.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For what the results do not have.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"client_empathy": [0.3, 0.7], "bond_moved": [0, 1],
    ...                                                   "tears": ["shown", "held back"]}}}
    >>> results = tearsim.sweep(small, out=tempfile.mkdtemp())
    >>> figure = tearsim.figures.heat_map(results, "alliance_mean", effect=True)
    """
    found = map_of(results, outcome, x=x, y=y, effect=effect)
    across, up = found.across, found.up
    figure = go.Figure(_cells(found, outcome, effect))
    if effect:
        cells = enumerate(found.cells)
        figure.add_trace(_unsure([(i, j) for j, row in cells for i, one in enumerate(row) if _is_unsure(one)]))
    for update, values, name in ((figure.update_xaxes, across, found.x), (figure.update_yaxes, up, found.y)):
        update(
            title_text=parameter_title(name),
            showgrid=False,
            zeroline=False,
            tickvals=list(range(len(values.at))),
            ticktext=values.names,
            range=[-0.5, len(values.at) - 0.5],
        )
    beside = " Dots: the interval holds 0, so the colour may as well be the other." if effect else ""
    arm = " Tears shown." if found.of_shown else ""
    caption = f"{_caption(found.basis, [across, up], effect, drawn=False)}{arm}{beside}"
    return finished(figure, _title(outcome, effect), caption, height=max(220, MAP_ROW * len(up.at)))


# --- Drawing ----------------------------------------------------------------------------------------------------------


# How a line is named, coloured and dashed, by its arm.
LINE_STYLES = {
    **{arm: (name, colour, dash) for arm, (colour, dash, name) in ARMS.items()},
    "effect": ("tears shown minus held back, same luck", COLOURS[0], "solid"),
    "all": ("mean", COLOURS[0], "solid"),
}


def _draw(
    figure: go.Figure,
    line: Curve,
    levels: Values,
    outcome: str,
    place: dict[str, int] | None = None,
    legend: bool = True,
) -> None:
    """A line with its interval: a band where levels lie on a scale, bars where they stand side by side."""
    name, colour, dash = LINE_STYLES[line.arm]
    estimates = [_told(one, outcome, line.arm == "effect") for one in line.estimates]
    mean, low, high = ([getattr(one, end) for one in estimates] for end in ("mean", "low", "high"))
    x = levels.at if levels.numbers else levels.names
    hover = [f"{name}<br>{level}: {_with_interval(one)}" for level, one in zip(levels.names, estimates, strict=True)]
    trace = go.Scatter(
        x=x,
        y=mean,
        name=name,
        legendgroup=name,
        showlegend=legend,
        hovertext=hover,
        hoverinfo="text",
        mode="lines+markers" if levels.numbers else "markers",
        line={"color": colour, "dash": dash, "width": 2},
        marker={"color": colour, "size": 7, "symbol": SYMBOLS[0]},
    )
    if levels.numbers:
        for edge in band(x, low, high, colour, name):
            figure.add_trace(edge, **(place or {}))
    else:
        above, below = ([abs(b - a) for a, b in zip(mean, ends, strict=True)] for ends in (high, low))
        trace.update(error_y={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5})
    figure.add_trace(trace, **(place or {}))


def _cells(found: CellMap, outcome: str, effect: bool) -> go.Heatmap:
    """The cells of a map, each with its number and its interval."""
    across, up = found.across, found.up
    means = [[_told(one, outcome, effect).mean for one in row] for row in found.cells]
    finite = [mean for row in means for mean in row if not math.isnan(mean)]
    digits = _digits(finite, effect)
    return go.Heatmap(
        z=means,
        x=list(range(len(across.at))),
        y=list(range(len(up.at))),
        xgap=2,
        ygap=2,
        hoverongaps=False,
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[
            [
                f"{in_words(found.x)} {across.names[i]}, {in_words(found.y)} {up.names[j]}"
                f"<br>{_hover(one, outcome, effect)}"
                for i, one in enumerate(row)
            ]
            for j, row in enumerate(found.cells)
        ],
        text=[[_in_cell(one, outcome, effect, digits) for one in row] for row in found.cells],
        texttemplate="%{text}" if len(across.at) * len(up.at) <= MOST_WRITTEN else "",
        textfont_size=12,
        colorbar={
            "thickness": 14,
            "title": {"text": axis_title(outcome, effect), "side": "right", "font_size": 13},
        },
        **_colours(finite, effect, outcome),
    )


def _axes(
    figure: go.Figure, outcome: str, parameter: str, levels: Values, effect: bool, place: dict[str, int] | None = None
) -> None:
    figure.update_xaxes(title_text=parameter_title(parameter), **(place or {}))
    if levels.numbers and not levels.classes and place is None:
        figure.update_xaxes(tickvals=levels.at, ticktext=levels.names, **(place or {}))
    figure.update_yaxes(title_text=axis_title(outcome, effect), zerolinecolor=SECOND_INK, **(place or {}))
    if effect:
        figure.update_yaxes(rangemode="tozero", **(place or {}))
    elif ends := _usual(figure, outcome):
        figure.update_yaxes(range=ends, **(place or {}))


def _usual(figure: go.Figure, outcome: str) -> list[float]:
    """From where to where an axis goes that shows at least where the outcome usually lies; nothing if nobody says."""
    how = TOLD[outcome]
    if how.usual is None:
        return []
    ends = [how.level(end) for end in how.usual]
    drawn = [value for trace in figure.data for value in (trace.y if trace.y is not None else ()) if value == value]
    return [min([ends[0], *drawn]), max([ends[1], *drawn])]


def _unsure(cells: list[tuple[int, int]]) -> go.Scatter:
    """A dot in the corner of each of these cells."""
    return go.Scatter(
        x=[i + 0.4 for i, _ in cells],
        y=[j + 0.32 for _, j in cells],
        mode="markers",
        name="95 % interval holds 0",
        marker={"color": INK, "size": 5, "line": {"color": "#FFFFFF", "width": 1}},
        hoverinfo="skip",
        showlegend=True,
    )


def _colours(means: Sequence[float], effect: bool, outcome: str) -> dict[str, object]:
    """Pale to dark for an amount; for an effect, two hues that part at 0, equally strong for equal sizes.

    What is too small to matter stays pale.
    """
    how = TOLD[outcome]
    if not effect:
        return {"colorscale": "Blues"}
    most = max([*map(abs, means), 0.0 if math.isnan(how.small) else 2.0 * how.small * how.factor]) or 1.0
    return {"colorscale": "PuOr_r", "zmid": 0.0, "zmin": -most, "zmax": most}


# --- Words ------------------------------------------------------------------------------------------------------------


def _title(outcome: str, effect: bool) -> str:
    words = in_words(outcome)
    return f"What showing the tears did to {words}" if effect else capital(words)


def _caption(basis: Basis, levels: Sequence[Values], effect: bool, drawn: bool = True) -> str:
    """What is drawn, of how many runs, and what the interval is of."""
    replicates = basis.replicates
    what = "Differences between pairs of runs with the same luck" if effect else "Means"
    over = (
        f"{what} over all else that varies; n = {basis.runs:,} runs: {basis.points:,} design points x {replicates} "
        "replicates."
    )
    if replicates < 2:
        interval = " One replicate: there is no interval, and luck cannot be told from anything else."
    else:
        units = f"{basis.worlds} worlds that fit the evidence" if basis.worlds else "replicates"
        of = f"{units} and over the sample of points" if basis.sampled else units
        interval = f" {'Bands and bars' if drawn else 'In the hover text'}: 95 % intervals over {of}."
    classes = " Values stand in classes of equal width." if any(one.classes for one in levels) else ""
    arms = drawn and not effect and basis.both_arms and replicates > 1
    shared = (
        " Both worlds share their luck: bands that overlap do not say that showing tears does nothing." if arms else ""
    )
    return f"{over}{interval}{shared}{classes}"


def _told(one: Estimate, outcome: str, effect: bool) -> Estimate:
    """A value, or a difference, in the unit in which it is told."""
    how = TOLD[outcome]
    return one.times(how.factor) if effect else how.levels(one)


def _with_interval(one: Estimate) -> str:
    if math.isnan(one.low):
        return f"{one.mean:.4g}"
    return f"{one.mean:.4g} (95 % interval {one.low:.4g} to {one.high:.4g})"


def _hover(one: Estimate, outcome: str, effect: bool) -> str:
    if math.isnan(one.mean):
        return "no runs"
    unit = TOLD[outcome].axis(effect)
    return f"{_with_interval(_told(one, outcome, effect))}<br>{unit}, n = {one.replicates}"


def _digits(means: Sequence[float], effect: bool) -> int:
    """Decimals that tell the cells of a map apart: two figures of what lies between its lowest and its highest."""
    span = max(map(abs, means), default=0.0) if effect else max(means, default=0.0) - min(means, default=0.0)
    return min(6, max(0, 1 - math.floor(math.log10(span)))) if span > 0.0 else 3


def _in_cell(one: Estimate, outcome: str, effect: bool, digits: int) -> str:
    """The number in a cell, of an effect with its sign."""
    if math.isnan(one.mean):
        return ""
    value = _told(one, outcome, effect).mean
    if not effect:
        return f"{value:.{digits}f}"
    written = f"{value:+.{digits}f}".replace("-", MINUS)
    if not float(f"{value:.{digits}f}"):
        return written.lstrip(f"+{MINUS}")
    return written


def _is_unsure(one: Estimate) -> bool:
    """Whether the sign of an effect is open: its interval holds 0, or there is none."""
    return not (math.isnan(one.mean) or is_sure(one))
