"""Figures of planned studies: power over the number of therapists, and which of several studies would teach most."""

from collections.abc import Sequence

import plotly.graph_objects as go

from tearsim.show.figures.style import COLOURS, INK, SECOND_INK, band, finished
from tearsim.study.estimates import Estimate
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.teaching import Taught

# What is drawn of a study's curve: the diagnosis, its name, its dash.
LINES_OF_CURVE = (
    ("power", "finds an effect", "solid"),
    ("right", "finds it with the right sign", "dash"),
    ("tells_apart", "tells helping from harming worlds", "dot"),
)


def power_curve(plan: PlannedStudy) -> go.Figure:
    """How often a study finds an effect, with the right sign, and tells worlds apart, by its number of therapists.

    Args:
        plan: What `tearsim.plan` returns.

    Returns:
        The figure, its bands 95 % intervals of means over worlds.
    """
    figure = go.Figure()
    at = [one.n for one in plan.curve]
    for (name, words, dash), colour in zip(LINES_OF_CURVE, COLOURS, strict=False):
        found: list[Estimate] = [getattr(one, name) for one in plan.curve]
        for trace in band(at, [one.low for one in found], [one.high for one in found], colour, words):
            figure.add_trace(trace)
        line = {"color": colour, "dash": dash}
        figure.add_trace(
            go.Scatter(
                x=at, y=[one.mean for one in found], name=words, mode="lines+markers", line=line, legendgroup=words
            )
        )
    figure.add_hline(y=plan.study.diagnosis.power, line={"color": SECOND_INK, "dash": "dot", "width": 1})
    figure.add_hline(y=plan.study.answer.level, line={"color": SECOND_INK, "dash": "dot", "width": 1})
    figure.update_xaxes(title="therapists", type="log", tickvals=at, ticktext=[f"{n:,}" for n in at])
    figure.update_yaxes(title="share of studies", range=[0, 1])
    worlds = len(plan.study.asked)
    caption = (
        f"Lines: means over {worlds} world{'s' if worlds > 1 else ''}, "
        f"{plan.study.diagnosis.lucks * plan.study.diagnosis.studies} studies in each; bands: their 95 % intervals. "
        f"Dotted across: the power wanted, {plan.study.diagnosis.power:g}, and the level of the test, "
        f"{plan.study.answer.level:g}; telling worlds apart begins at .5, a coin."
    )
    return finished(figure, plan.study.title, caption)


def what_teaches_most(taught: Sequence[Taught]) -> go.Figure:
    """By how much the error about effects of tears would fall after each of several studies.

    Args:
        taught: What `tearsim plan` ranks, from most to least.

    Returns:
        The figure, a bar a study, with 95 % intervals over worlds.
    """
    titles = [one.title for one in reversed(taught)]
    figure = go.Figure()
    for name, words, colour in (
        ("own", "of the effect that it asks about", COLOURS[1]),
        ("all", "of all effects", COLOURS[0]),
    ):
        found: list[Estimate] = [getattr(one, name) for one in reversed(taught)]
        figure.add_trace(
            go.Scatter(
                x=[100.0 * one.mean for one in found],
                y=titles,
                name=words,
                mode="markers",
                marker={"color": colour, "size": 11, "symbol": "diamond" if name == "own" else "circle"},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "color": colour,
                    "thickness": 1.5,
                    "array": [100.0 * (one.high - one.mean) for one in found],
                    "arrayminus": [100.0 * (one.mean - one.low) for one in found],
                },
            )
        )
    figure.add_vline(x=0.0, line={"color": INK, "width": 1})
    figure.update_xaxes(title="fall of the error [%]")
    sizes = ", ".join(sorted({f"{one.n:,}" for one in taught}))
    caption = (
        f"Each study with its largest number of therapists ({sizes}). How far a world that fits the evidence lies from "
        "what the others predict, before the study and after it; lines: 95 % intervals over worlds."
    )
    return finished(figure, "What would teach us most", caption, height=60 + 46 * len(taught))
