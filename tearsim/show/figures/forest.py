"""Published findings against what is measured in the simulated world, row by row."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from tearsim.show.evidence import published, simulated, standing
from tearsim.show.figures.house import COLOURS, INK, SECOND_INK, finished
from tearsim.study.check import Judged

ROW = 22
# A verdict has a colour and a shape.
MARKS = {
    "inside": (COLOURS[0], "circle"),
    "outside": (COLOURS[1], "diamond"),
    "not judged": (SECOND_INK, "circle-open"),
}
REACH = 4.0  # how far beyond a published interval is drawn, in halves of it


def forest_plot(judged: Sequence[Judged]) -> go.Figure:
    """Published intervals against simulated ones, each on the scale of its published interval (-1 to 1).

    Findings without an interval to stand on have no row.
    """
    rows = [one for one in judged if not math.isnan(standing(one.finding, one.simulated.mean))]
    names = [one.finding.id for one in rows]
    figure = go.Figure()
    figure.add_trace(go.Bar(
        name="published interval", y=names, x=[2.0] * len(rows), base=[-1.0] * len(rows), orientation="h",
        marker_color="#DCE4EC", hovertext=[f"{one.finding.statement}: {published(one.finding)}" for one in rows],
        hoverinfo="text",
    ))  # fmt: skip
    for verdict, (colour, symbol) in MARKS.items():
        chosen = [one for one in rows if one.verdict == verdict]
        if chosen:
            figure.add_trace(_simulated(chosen, f"simulated: {verdict}", colour, symbol))
    figure.update_xaxes(
        title_text="place in the published interval: \N{MINUS SIGN}1 its lower end, 1 its upper end",
        range=[-REACH, REACH], zerolinecolor=INK,
    )  # fmt: skip
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)
    beyond = [one.finding.id for one in rows if abs(standing(one.finding, one.simulated.mean)) > REACH]
    caption = (
        f"n = {len(rows)} findings. Grey: published intervals. Marks: what the same study would have found in the "
        "simulated world, with 95 % intervals over replicates. A model, never advice about a person."
        f"{' Beyond the picture: ' + ', '.join(beyond) + '.' if beyond else ''}"
    )
    return finished(figure, "Published findings, and the same measured in this world", caption, 40 + ROW * len(rows))


def _simulated(rows: Sequence[Judged], name: str, colour: str, symbol: str) -> go.Scatter:
    at = [standing(one.finding, one.simulated.mean) for one in rows]
    ends = {end: [standing(one.finding, getattr(one.simulated, end)) for one in rows] for end in ("low", "high")}
    return go.Scatter(
        name=name, y=[one.finding.id for one in rows], x=at, mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_x={"array": [b - a for a, b in zip(at, ends["high"], strict=True)],
                 "arrayminus": [a - b for a, b in zip(at, ends["low"], strict=True)], "color": colour},
        hovertext=[f"{one.finding.statement}: {simulated(one)}, {one.verdict}" for one in rows], hoverinfo="text",
    )  # fmt: skip
