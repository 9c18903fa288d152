"""The figure of staying or seeking someone new: a map with its break-even line and how sure that is."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.arguments import of_kind
from tearsim.science.declaration import plain
from tearsim.show.figures.style import COLOURS, INK, band, finished
from tearsim.show.words.stay_or_seek import DISTRESS_TOLD, rated, repair_told
from tearsim.study.effects.stay_or_seek import MapCell, StayOrSeek, cells_of

# Blue where staying leaves less distress, orange where seeking someone new does.
STAYING_TO_SEEKING = [[0.0, COLOURS[0]], [0.5, "#FFFFFF"], [1.0, COLOURS[1]]]
ALLIANCE_STEPS = 25  # of the alliance, from the lowest to the highest of a map


def break_even_map(found: StayOrSeek) -> go.Figure:
    """Where staying after tears that unsettle leaves less distress than seeking someone new, and where it turns.

    A panel for each readiness to repair: the wait for someone new from left to right, the alliance before the tears
    from below. The line is where both come to the same, the band the middle 95 % of where it lies if practices, or
    worlds, are drawn again.

    Args:
        found: What `tearsim.stay_or_seek` returns.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For anything but what `tearsim.stay_or_seek` returns.

    >>> import tearsim
    >>> small = {"title": "Small", "question": "?", "week": 8, "practices": 4, "repair_base": [0.6],
    ...          "seeking_wait": [1.0, 4.0], "parameters": {"weeks": 10, "therapists": 3, "eyes_fill_base": -4.0}}
    >>> figure = tearsim.figures.break_even_map(tearsim.stay_or_seek(small))
    """
    asked = of_kind("found", found, StayOrSeek, "what tearsim.stay_or_seek returns").asked
    bottom = min(cell.people_between[0] for cell in found.cells)
    top = max(cell.people_between[1] for cell in found.cells)
    alliances = [bottom + (top - bottom) * step / (ALLIANCE_STEPS - 1) for step in range(ALLIANCE_STEPS)]
    names = [repair_told(repair) for repair in asked.repairs]
    figure = make_subplots(cols=len(asked.repairs), subplot_titles=names, shared_yaxes=True, horizontal_spacing=0.03)
    figure.update_annotations(font_size=13)
    most = max(abs(_at(cell, a)) for cell in found.cells for a in alliances)
    for i, repair in enumerate(asked.repairs, 1):
        _add_panel(figure, i, list(cells_of(found, repair)), alliances, most)
        figure.update_xaxes(title_text="mean wait [weeks]", type="category", row=1, col=i)
    figure.update_yaxes(
        title_text="alliance before the tears<br>[1 to 7]", range=[rated(bottom), rated(top)], row=1, col=1
    )
    people = [cell.people for cell in found.cells]
    caption = (
        f"Distress {asked.week} weeks later in {DISTRESS_TOLD.unit}, staying minus seeking someone new, the same "
        "people under the same luck: blue where staying leaves less, orange where seeking does, by a straight line of "
        "the alliance before. Black: where both come to the same, with its 95 % interval. "
        f"{min(people):,} to {max(people):,} people a cell, in {asked.practices:,} practices."
    )
    return finished(figure, asked.title or "Stay, or seek someone new?", caption, height=330)


def _at(cell: MapCell, alliance: float) -> float:
    """The line of a cell at an alliance, in points of the CORE-OM."""
    return DISTRESS_TOLD.factor * (cell.line[0] + cell.line[1] * alliance)


def _add_panel(
    figure: go.Figure, column: int, cells: Sequence[MapCell], alliances: Sequence[float], most: float
) -> None:
    waits = [plain(cell.wait) for cell in cells]
    figure.add_trace(
        go.Heatmap(
            x=waits,
            y=[rated(one) for one in alliances],
            z=[[_at(cell, one) for cell in cells] for one in alliances],
            zmin=-most,
            zmax=most,
            colorscale=STAYING_TO_SEEKING,
            showscale=column == 1,
            colorbar={"title": {"text": DISTRESS_TOLD.unit.replace(" ", "<br>")}, "len": 0.9, "thickness": 12},
            hovertemplate="wait %{x} weeks, alliance %{y:.1f}: %{z:+.1f} points<extra></extra>",
        ),
        row=1,
        col=column,
    )
    turn, low, high = ([rated(cell.break_even[end]) for cell in cells] for end in range(3))
    for trace in band(waits, low, high, INK, f"break-even {column}"):
        figure.add_trace(trace, row=1, col=column)
    figure.add_trace(
        go.Scatter(
            x=waits,
            y=turn,
            mode="lines+markers",
            line={"color": INK, "width": 2},
            name="both come to the same",
            showlegend=False,
            hovertemplate="wait %{x} weeks: the same at an alliance of %{y:.1f}<extra></extra>",
        ),
        row=1,
        col=column,
    )
