"""Published findings against what is measured in the simulated world, row by row."""

import math
import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from tearsim.evidence.patterns import ROLES, Finding
from tearsim.show.figures.style import COLOURS, GRID, SECOND_INK, finished
from tearsim.show.words.findings import open_towards, over_several_worlds, published, simulated, standing
from tearsim.study.check import Judged, JudgedVerdict, judged_findings

FOREST_ROW = 32
# A verdict has a colour and a shape.
VERDICT_MARKS: dict[JudgedVerdict, tuple[str, str]] = {
    "inside": (COLOURS[0], "circle"),
    "outside": (COLOURS[1], "diamond"),
    "too close": (COLOURS[3], "square"),
    "not judged": (SECOND_INK, "circle-open"),
}
DRAWN_REACH = 4  # how far beyond a range accepted is drawn, in halves of it
ROOM = 3.0  # beside the picture's edge, for the numbers of what lies beyond it
LABEL_WIDTH = 48  # letters to a line of a finding's statement beside its row


def forest_plot(judged: Sequence[Judged]) -> go.Figure:
    """The ranges accepted against simulated intervals, each on the scale of its range (-1 to 1).

    A finding without a second end is drawn without one. Findings without a range to stand on have no row.

    Args:
        judged: What `tearsim.check` returns.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For what `tearsim.check` does not return.

    >>> import tearsim
    >>> small = tearsim.Size(clinic_therapists=4, clinic_weeks=26, groups=2, group_therapists=4)
    >>> figure = tearsim.figures.forest_plot(tearsim.check(role="val", replicates=2, size=small))
    """
    drawn = [one for one in judged_findings(judged) if not math.isnan(standing(one, one.simulated.mean))]
    rows = sorted(drawn, key=lambda one: ROLES.index(one.finding.role))
    names = [one.finding.id for one in rows]
    beyond = {side: [one for one in rows if side * _farthest(one, side) > DRAWN_REACH] for side in (-1, 1)}
    edges = {side: side * (DRAWN_REACH + (ROOM if beyond[side] else 0.0)) for side in (-1, 1)}
    ends = [
        (edges[-1] if open_towards(one.finding) < 0 else -1.0, edges[1] if open_towards(one.finding) > 0 else 1.0)
        for one in rows
    ]
    figure = go.Figure(
        go.Bar(
            name="range accepted",
            y=names,
            x=[high - low for low, high in ends],
            base=[low for low, _ in ends],
            orientation="h",
            marker_color="#DCE4EC",
            hoverinfo="text",
            hovertext=[_with_reason(one.finding) for one in rows],
        )
    )
    for verdict, (colour, symbol) in VERDICT_MARKS.items():
        chosen = [one for one in rows if one.verdict == verdict]
        if chosen:
            figure.add_trace(_simulated(chosen, verdict, colour, symbol))
        for side in (-1, 1):
            far = [one for one in chosen if one in beyond[side]]
            if far:
                figure.add_trace(_arrows(far, verdict, colour, side))
    figure.update_xaxes(
        title_text="place in the range accepted: \N{MINUS SIGN}1 its lower end, 1 its upper end",
        range=list(edges.values()),
        tickvals=list(range(-DRAWN_REACH, DRAWN_REACH + 1)),
        zerolinecolor=GRID,
    )
    figure.update_yaxes(
        tickvals=names,
        ticktext=[_label(one.finding) for one in rows],
        tickfont_size=11,
        showgrid=False,
        range=[len(rows) - 0.5, -0.5],
    )
    caption = _caption(rows, any(beyond.values()))
    return finished(
        figure, "Published findings, and the same measured in the model", caption, height=FOREST_ROW * len(rows)
    )


def _caption(rows: Sequence[Judged], arrows: bool) -> str:
    """What is drawn, and how findings without a second end and what lies beyond the picture are drawn."""
    several = over_several_worlds(rows)
    return (
        f"n = {len(rows)} findings that have a range; from above: those that may be fitted to, those that nothing was "
        "fitted to, and contested ones. Grey: the ranges accepted, which are published intervals or, where there are "
        "none, sampling errors or tolerances. Marks: what the same study would have found in the simulated "
        f"{'worlds, on average' if several else 'world'}, with 95 % intervals over "
        f"{'worlds' if several else 'replicates'}. Where only a sign was claimed (above 0, below 0) or one end "
        "published, grey begins at that end and has no other: it goes on beyond the edge. Such a row has a scale of "
        "its own, on which the simulated interval reaches 1 from that end. What lies inside or outside does so with "
        "its whole interval; it is too close to judge where the interval holds an end of the grey."
        f"{' Arrows: beyond the picture, with the value and its interval in numbers.' if arrows else ''}"
        " A model, never advice about a person."
    )


def _with_reason(finding: Finding) -> str:
    """What was published, and why this range is accepted."""
    reason = "<br>".join(textwrap.wrap(finding.tolerance, LABEL_WIDTH))
    return f"{finding.statement}: {published(finding)}<br>{reason}"


def _label(finding: Finding) -> str:
    """A finding's statement in lines, and its id after them: two lines at least."""
    lines = textwrap.wrap(finding.statement, LABEL_WIDTH)
    between = "<br>" if len(lines) == 1 else "  "
    return f'{"<br>".join(lines)}{between}<span style="color:{SECOND_INK};font-size:10px">{finding.id}</span>'


def _farthest(one: Judged, side: int) -> float:
    """The place of the simulated interval's end on a side, or of the value where there is no interval."""
    end = one.simulated.high if side > 0 else one.simulated.low
    return standing(one, one.simulated.mean if math.isnan(end) else end)


def _simulated(rows: Sequence[Judged], name: str, colour: str, symbol: str) -> go.Scatter:
    """Values with their intervals, as far as the picture reaches; a value beyond it has an arrow alone."""
    at = [standing(one, one.simulated.mean) for one in rows]
    low, high = ([max(-DRAWN_REACH, min(DRAWN_REACH, _farthest(one, side))) for one in rows] for side in (-1, 1))
    there = [abs(place) <= DRAWN_REACH for place in at]
    return go.Scatter(
        name=name,
        legendgroup=name,
        y=[one.finding.id for one in rows],
        mode="markers",
        x=[place if within else None for place, within in zip(at, there, strict=True)],
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_x={
            "array": [end - place for place, end in zip(at, high, strict=True)],
            "arrayminus": [place - end for place, end in zip(at, low, strict=True)],
            "color": colour,
        },
        hovertext=_hover(rows),
        hoverinfo="text",
    )


def _arrows(rows: Sequence[Judged], name: str, colour: str, side: int) -> go.Scatter:
    """At an edge of the picture, for what lies beyond it."""
    towards = "right" if side > 0 else "left"
    return go.Scatter(
        name=name,
        legendgroup=name,
        showlegend=False,
        y=[one.finding.id for one in rows],
        x=[side * DRAWN_REACH] * len(rows),
        mode="markers+text",
        marker={"color": colour, "symbol": f"triangle-{towards}", "size": 11},
        text=[simulated(one) for one in rows],
        textposition=f"middle {towards}",
        textfont={"size": 11, "color": colour},
        hovertext=_hover(rows),
        hoverinfo="text",
    )


def _hover(rows: Sequence[Judged]) -> list[str]:
    return [f"{one.finding.statement}: {simulated(one)}, {one.verdict}" for one in rows]
