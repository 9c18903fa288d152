"""Figures of a sweep: an outcome over one parameter, over two, and panel by panel, each with its intervals."""

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.errors import TearSimError
from tearsim.science.declaration import as_said, in_words, nearest
from tearsim.science.parameters import PARAMETERS
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
from tearsim.show.words.english import MINUS
from tearsim.show.words.outcomes import TOLD
from tearsim.study.answers.by_level import DRAW, with_draws
from tearsim.study.arms import has_both_arms, paired_differences
from tearsim.study.estimates import Estimate, means_by
from tearsim.study.sweeps.results import Results
from tearsim.worlds.outcomes import OUTCOMES

# More values of a number than this are put together in classes of equal width.
MOST_LEVELS, CLASSES = 12, 6
# Of more cells than this the numbers would not fit in; they stand in the hover text.
MOST_WRITTEN = 80
PANEL_HEIGHT, ROW = 250, 34


class Levels(NamedTuple):
    """The values of a parameter, or classes of them: where they are drawn, and what they are called."""

    codes: pd.Series  # of each run
    at: list[Any]
    names: list[str]
    classes: bool

    @property
    def numbers(self) -> bool:
        """Whether they have places on a scale."""
        return all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in self.at)


def curves(results: Results | pd.DataFrame, outcome: str, parameter: str, effect: bool = False) -> go.Figure:
    """An outcome at each value of one parameter, over all else that varies: means with 95 % intervals over replicates.

    Where tears are shown at some points and held back at others, there is a line for each; `effect` draws the one
    minus the other instead. Raises TearSimError for what the results do not have.
    """
    runs = _runs(results, outcome, [parameter], effect)
    levels = _levels(runs, parameter)
    figure = go.Figure()
    for name, colour, dash, rows in _lines(runs, parameter, effect):
        _draw(figure, _estimates(rows, levels, parameter, outcome, effect), levels, (name, colour, dash))
    _axes(figure, outcome, parameter, levels, effect)
    return finished(figure, _title(outcome, effect), _caption(runs, [levels], effect))


def small_multiples(results: Results | pd.DataFrame, outcome: str, x: str, panels: str,
                    effect: bool = False) -> go.Figure:  # fmt: skip
    """The same curves, one panel for each value of a second parameter, with one scale for all. Raises as `curves`."""
    runs = _runs(results, outcome, [x, panels], effect)
    levels, over = _levels(runs, x), _levels(runs, panels)
    columns = min(3, len(over.at))
    rows = -(-len(over.at) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, shared_yaxes="all", shared_xaxes="all", horizontal_spacing=0.03,
        vertical_spacing=0.3 / rows, subplot_titles=[f"{in_words(panels)}<br>{name}" for name in over.names],
    )  # fmt: skip
    for i in range(len(over.at)):
        place = {"row": i // columns + 1, "col": i % columns + 1}
        in_panel = runs[over.codes == i]
        for name, colour, dash, chosen in _lines(in_panel, x, effect):
            found = _estimates(chosen, levels, x, outcome, effect)
            _draw(figure, found, levels, (name, colour, dash), place, legend=i == 0)
        _axes(figure, outcome, x, levels, effect, place)
        # The last panel of each column has the title of its axis, the first of each row that of its own.
        figure.update_xaxes(
            title_text=parameter_title(x) if i + columns >= len(over.at) else "", showticklabels=True, **place
        )
        figure.update_yaxes(title_text=axis_title(outcome, effect) if i % columns == 0 else "", **place)
    figure.update_annotations(font_size=12)
    title = f"{_title(outcome, effect)}, by {in_words(panels)}"
    figure = finished(figure, title, _caption(runs, [levels, over], effect), PANEL_HEIGHT * rows)
    # Above the panels' own titles.
    return figure.update_layout(margin_t=figure.layout.margin.t + 30, legend_y=1.0 + 46 / (PANEL_HEIGHT * rows))


def heat_map(results: Results | pd.DataFrame, outcome: str, x: str | None = None, y: str | None = None,
             effect: bool = False) -> go.Figure:  # fmt: skip
    """An outcome over two parameters, a cell for each pair of values (or of classes of them): means over replicates.

    By default the first two parameters that vary, apart from the manner of tears. With both arms, tears are shown;
    `effect` draws shown minus held back, with 0 in the middle of the colours and a dot in every cell whose 95 %
    interval holds 0. Raises TearSimError for what the results do not have.
    """
    x, y = _two(results, x, y)
    runs = _runs(results, outcome, [x, y], effect)
    of_shown = has_both_arms(runs) and not effect
    if of_shown:
        runs = runs[runs["tears"] == "shown"]
    across, up = _levels(runs, x), _levels(runs, y)
    drawn = _drawn_by(runs, [x, y])
    cells = _means(runs.assign(up=up.codes, across=across.codes), ["across", "up"], outcome, effect, drawn)
    nothing = Estimate(np.nan, np.nan, np.nan, 0)
    table = [[cells.get((i, j), nothing) for i in range(len(across.at))] for j in range(len(up.at))]
    factor = TOLD[outcome].factor
    means = np.array([[one.mean * factor for one in row] for row in table])
    digits = _digits(means, effect)
    figure = go.Figure(go.Heatmap(
        z=means, x=list(range(len(across.at))), y=list(range(len(up.at))), xgap=2, ygap=2, hoverongaps=False,
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[[f"{in_words(x)} {across.names[i]}, {in_words(y)} {up.names[j]}<br>{_hover(one, outcome, effect)}"
                     for i, one in enumerate(row)] for j, row in enumerate(table)],
        text=[[_in_cell(one, outcome, effect, digits) for one in row] for row in table],
        texttemplate="%{text}" if means.size <= MOST_WRITTEN else "", textfont_size=12,
        colorbar={"thickness": 14, "title": {"text": axis_title(outcome, effect), "side": "right", "font_size": 13}},
        **_colours(means, effect),
    ))  # fmt: skip
    if effect:
        figure.add_trace(
            _unsure([(i, j) for j, row in enumerate(table) for i, one in enumerate(row) if _is_unsure(one)])
        )
    for update, levels, name in ((figure.update_xaxes, across, x), (figure.update_yaxes, up, y)):
        update(
            title_text=parameter_title(name), showgrid=False, zeroline=False, tickvals=list(range(len(levels.at))),
            ticktext=levels.names, range=[-0.5, len(levels.at) - 0.5],
        )  # fmt: skip
    beside = " Dots: the interval holds 0, so luck alone may have made the colour." if effect else ""
    arm = " Tears shown." if of_shown else ""
    caption = f"{_caption(runs, [across, up], effect, drawn=False)}{arm}{beside}"
    return finished(figure, _title(outcome, effect), caption, max(220, ROW * len(up.at)))


# --- Rows and levels --------------------------------------------------------------------------------------------------


def _table(results: Results | pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The runs, or of a results folder only the columns that are needed."""
    if isinstance(results, pd.DataFrame):
        return results.reset_index(drop=True)
    kept = ["design_point", "replicate", *results.experiment.varied, *(c for c in columns if c in OUTCOMES)]
    return with_draws(results.table("runs", list(dict.fromkeys(kept))), results.experiment)


def _runs(results: Results | pd.DataFrame, outcome: str, parameters: Sequence[str], effect: bool) -> pd.DataFrame:
    """The runs to draw from. Raises TearSimError if there are none, or they do not have what is asked for."""
    if outcome not in OUTCOMES:
        raise TearSimError(f'There is no outcome "{outcome}".{nearest(outcome, list(OUTCOMES))}')
    runs = _table(results, [outcome])
    varied = [name for name in runs if name in PARAMETERS]
    for name in parameters:
        if name not in varied:
            raise TearSimError(
                f'"{name}" does not vary in these results; what varies: {", ".join(varied) or "nothing"}.'
            )
    if outcome not in runs or not runs[outcome].notna().any():
        raise TearSimError(f"These results have no {outcome}.")
    if effect and not has_both_arms(runs):
        raise TearSimError("An effect of tears needs points with tears shown and points with tears held back.")
    if has_both_arms(runs) and "tears" not in parameters:
        return runs[runs["tears"].isin(ARMS)]  # other manners of tears are drawn by themselves alone
    return runs


def _two(results: Results | pd.DataFrame, x: str | None, y: str | None) -> tuple[str, str]:
    """The two parameters of a map: those named, then those that vary."""
    varied = results.columns if isinstance(results, pd.DataFrame) else results.experiment.varied
    free = [name for name in varied if name in PARAMETERS and name != "tears" and name not in (x, y)]
    chosen = [name if name is not None else (free.pop(0) if free else None) for name in (x, y)]
    if None in chosen:
        raise TearSimError("A map needs two parameters that vary, besides the manner of tears.")
    return str(chosen[0]), str(chosen[1])


def _levels(runs: pd.DataFrame, parameter: str) -> Levels:
    """The values of a parameter in order; numbers of which there are many, in classes of equal width."""
    values = runs[parameter]
    there = values.unique().tolist()
    declared = PARAMETERS[parameter]
    if declared.choices:
        there = [choice for choice in declared.choices if choice in there]
    elif len(there) > MOST_LEVELS:
        codes, edges = pd.cut(values, CLASSES, labels=False, retbins=True)
        # pandas widens the first class by a thousandth, so that it holds the lowest value.
        edges[0] = values.min()
        names = [f"{low:.3g} to {high:.3g}" for low, high in itertools.pairwise(edges)]
        return Levels(codes, ((edges[1:] + edges[:-1]) / 2).tolist(), names, True)
    else:
        there = sorted(there)
    codes = values.map({value: i for i, value in enumerate(there)}).astype(int)
    return Levels(codes, there, [as_said(value) for value in there], False)


def _lines(runs: pd.DataFrame, parameter: str, effect: bool) -> list[tuple[str, str, str, pd.DataFrame]]:
    """Name, colour, dash and runs of each line to draw."""
    if effect:
        return [("tears shown minus held back, same luck", COLOURS[0], "solid", runs)]
    if has_both_arms(runs) and parameter != "tears":
        return [(words, colour, dash, runs[runs["tears"] == arm]) for arm, (colour, dash, words) in ARMS.items()]
    return [("mean", COLOURS[0], "solid", runs)]


def _estimates(runs: pd.DataFrame, levels: Levels, parameter: str, outcome: str, effect: bool) -> list[Estimate]:
    """The outcome at each level, as it is drawn."""
    drawn = _drawn_by(runs, [parameter])
    found = _means(runs.assign(level=levels.codes.loc[runs.index]), ["level"], outcome, effect, drawn)
    factor = TOLD[outcome].factor
    missing = Estimate(np.nan, np.nan, np.nan, 0)
    return [_times(found.get((i,), missing), factor) for i in range(len(levels.at))]


def _means(runs: pd.DataFrame, by: list[str], outcome: str, effect: bool,
           drawn: str | None) -> dict[tuple[int, ...], Estimate]:  # fmt: skip
    """The outcome, or what showing the tears did to it, at each combination of codes: means over replicates."""
    rows = paired_differences(runs, outcome) if effect else runs
    return means_by(rows, by, outcome, int(effect), drawn)


def _drawn_by(runs: pd.DataFrame, parameters: Sequence[str]) -> str | None:
    """For points that are a sample, the column that tells independent draws apart; None for combinations.

    Of a table that somebody brings without its experiment, a parameter of many values: points of one value are one
    draw, for the points of a block of Saltelli's design share all values but one.
    """
    if DRAW in runs:
        return DRAW
    varied = [name for name in runs if name in PARAMETERS]
    number = {name: runs[name].nunique() for name in varied}
    if math.prod(number.values()) == runs["design_point"].nunique():
        return None
    many = [name for name in (*parameters, *varied) if number[name] > MOST_LEVELS]
    return many[0] if many else None


def _times(one: Estimate, factor: float) -> Estimate:
    return Estimate(one.mean * factor, one.low * factor, one.high * factor, one.replicates)


# --- Drawing ----------------------------------------------------------------------------------------------------------


def _draw(figure: go.Figure, estimates: list[Estimate], levels: Levels, style: tuple[str, str, str],
          place: dict[str, int] | None = None, legend: bool = True) -> None:  # fmt: skip
    """A line with its interval: a band where levels lie on a scale, bars where they stand side by side."""
    name, colour, dash = style
    mean, low, high = ([getattr(one, end) for one in estimates] for end in ("mean", "low", "high"))
    x = levels.at if levels.numbers else levels.names
    hover = [f"{name}<br>{level}: {_with_interval(one)}" for level, one in zip(levels.names, estimates, strict=True)]
    line = go.Scatter(
        x=x, y=mean, name=name, legendgroup=name, showlegend=legend, hovertext=hover, hoverinfo="text",
        mode="lines+markers" if levels.numbers else "markers", line={"color": colour, "dash": dash, "width": 2},
        marker={"color": colour, "size": 7, "symbol": SYMBOLS[0]},
    )  # fmt: skip
    if levels.numbers:
        for trace in band(x, low, high, colour, name):
            figure.add_trace(trace, **(place or {}))
    else:
        above, below = ([abs(b - a) for a, b in zip(mean, ends, strict=True)] for ends in (high, low))
        line.update(error_y={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5})
    figure.add_trace(line, **(place or {}))


def _axes(figure: go.Figure, outcome: str, parameter: str, levels: Levels, effect: bool,
          place: dict[str, int] | None = None) -> None:  # fmt: skip
    figure.update_xaxes(title_text=parameter_title(parameter), **(place or {}))
    if levels.numbers and not levels.classes and place is None:
        figure.update_xaxes(tickvals=levels.at, ticktext=levels.names, **(place or {}))
    figure.update_yaxes(title_text=axis_title(outcome, effect), zerolinecolor=SECOND_INK, **(place or {}))
    if effect:
        figure.update_yaxes(rangemode="tozero", **(place or {}))


def _unsure(cells: list[tuple[int, int]]) -> go.Scatter:
    """A dot in the corner of each of these cells."""
    return go.Scatter(
        x=[i + 0.4 for i, _ in cells], y=[j + 0.32 for _, j in cells], mode="markers", name="95 % interval holds 0",
        marker={"color": INK, "size": 5, "line": {"color": "#FFFFFF", "width": 1}}, hoverinfo="skip", showlegend=True,
    )  # fmt: skip


def _colours(means: Any, effect: bool) -> dict[str, Any]:
    """Pale to dark for an amount; for an effect, two hues that part at 0, equally strong for equal sizes."""
    if not effect:
        return {"colorscale": "Blues"}
    most = float(np.nanmax(np.abs(means))) if np.isfinite(means).any() else 1.0
    return {"colorscale": "PuOr_r", "zmid": 0.0, "zmin": -(most or 1.0), "zmax": most or 1.0}


# --- Words ------------------------------------------------------------------------------------------------------------


def _title(outcome: str, effect: bool) -> str:
    words = in_words(outcome)
    return f"What showing the tears did to {words}" if effect else f"{words[0].upper()}{words[1:]}"


def _caption(runs: pd.DataFrame, levels: Sequence[Levels], effect: bool, drawn: bool = True) -> str:
    """What is drawn, of how many runs, and what the interval is of."""
    replicates, points = runs["replicate"].nunique(), runs["design_point"].nunique()
    what = "Differences between pairs of runs with the same luck" if effect else "Means"
    over = (
        f"{what} over all else that varies; n = {len(runs):,} runs: {points:,} design points x {replicates} replicates."
    )
    if replicates < 2:
        interval = " One replicate: there is no interval, and luck cannot be told from anything else."
    else:
        of = "replicates and over the sample of points" if _drawn_by(runs, []) else "replicates"
        interval = f" {'Bands and bars' if drawn else 'In the hover text'}: 95 % intervals over {of}."
    classes = " Values stand in classes of equal width." if any(one.classes for one in levels) else ""
    arms = drawn and not effect and has_both_arms(runs) and replicates > 1
    shared = (
        " Both worlds share their luck: bands that overlap do not say that showing tears does nothing." if arms else ""
    )
    return f"{over}{interval}{shared}{classes}"


def _with_interval(one: Estimate) -> str:
    if np.isnan(one.low):
        return f"{one.mean:.4g}"
    return f"{one.mean:.4g} (95 % interval {one.low:.4g} to {one.high:.4g})"


def _hover(one: Estimate, outcome: str, effect: bool) -> str:
    if np.isnan(one.mean):
        return "no runs"
    unit = TOLD[outcome].axis(effect)
    return f"{_with_interval(_times(one, TOLD[outcome].factor))}<br>{unit}, n = {one.replicates} replicates"


def _digits(means: Any, effect: bool) -> int:
    """Decimals that tell the cells of a map apart: two figures of what lies between its lowest and its highest."""
    span = np.nanmax(np.abs(means)) if effect else np.nanmax(means) - np.nanmin(means)
    return int(np.clip(1 - np.floor(np.log10(span)), 0, 6)) if span > 0.0 else 3


def _in_cell(one: Estimate, outcome: str, effect: bool, digits: int) -> str:
    """The number in a cell, of an effect with its sign."""
    if np.isnan(one.mean):
        return ""
    value = one.mean * TOLD[outcome].factor
    if not effect:
        return f"{value:.{digits}f}"
    written = f"{value:+.{digits}f}".replace("-", MINUS)
    if not float(f"{value:.{digits}f}"):
        return written.lstrip(f"+{MINUS}")
    return written


def _is_unsure(one: Estimate) -> bool:
    """Whether luck alone may have made an effect: its interval holds 0, or there is none."""
    return not (np.isnan(one.mean) or is_sure(one))
