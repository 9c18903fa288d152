"""Figures of what tears do: effects over time, with what luck leaves and what worlds leave told apart."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.arguments import of_kind
from tearsim.errors import TearSimError, echoed
from tearsim.show.figures.style import COLOURS, INK, finished, translucent
from tearsim.show.words import effects as words
from tearsim.study.effects.asking import Effects
from tearsim.study.effects.profiles import Effect

# The panels, from left to right: outcomes that are told on one scale stand together.
EFFECT_PANELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("in 100 people", ("left", "completed", "looking")),
    ("distress<br>[CORE-OM points]", ("distress",)),
    ("alliance<br>[WAI points, 1 to 7]", ("alliance",)),
    ("rupture open<br>[in 100 people]", ("rupture",)),
)
COLOUR_OF = dict(zip((name for _, outcomes in EFFECT_PANELS for name in outcomes), COLOURS, strict=True))
CONTRAST_HEIGHT, CONTRASTS_APART = 215, 70
# How far outcomes of one panel stand from each other, and luck from worlds, in steps of the axis.
ASIDE, LUCK_ASIDE = 0.22, 0.08


def effect_profile(found: Effects, *, contrast: str | None = None) -> go.Figure:
    """Effects over time, a row of panels for each contrast: how far luck moves them, and how far worlds differ.

    A dot is the mean, or the middle world; a thin line its 95 % interval, which holds luck, or with worlds the middle
    95 % of them, a thick one the middle 80 %, and a dark one beside them what luck alone leaves of their mean.

    Args:
        found: What `tearsim.effects` returns, not split into groups.
        contrast: Only this one, as the rows of `found` name it; None for all.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: For anything but what `tearsim.effects` returns, for a contrast that is not in it, and for effects
            that were split into groups.

    >>> import tearsim
    >>> found = tearsim.effects("first_tear", practices=10, weeks=8, at=[0, 4], therapist_tear_propensity=0.95)
    >>> figure = tearsim.figures.effect_profile(found)
    """
    rows = of_kind("found", found, Effects, "what tearsim.effects returns").rows
    labels = list(dict.fromkeys(one.estimand for one in rows))
    if found.by:
        raise TearSimError("A profile is of all people together: ask for effects without telling groups apart.")
    if contrast is not None:
        if not isinstance(contrast, str) or contrast not in labels:
            raise TearSimError(f"contrast is one of {', '.join(labels)}; {echoed(contrast)} is not.")
        labels = [contrast]
    shown = [one for one in rows if one.estimand in labels]
    panels = [panel for panel in EFFECT_PANELS if _goes_on(panel[1], shown)]
    height = len(labels) * CONTRAST_HEIGHT + (len(labels) - 1) * CONTRASTS_APART
    figure = make_subplots(
        rows=len(labels),
        cols=len(panels),
        horizontal_spacing=0.36 / len(panels),
        vertical_spacing=CONTRASTS_APART / height,
        column_widths=[2.0, *[1.0] * (len(panels) - 1)],
    )
    for i, label in enumerate(labels, 1):
        of_contrast = [one for one in rows if one.estimand == label]
        for j, (title, outcomes) in enumerate(panels, 1):
            for k, outcome in enumerate(outcomes):
                away = ASIDE * (k - (len(outcomes) - 1) / 2)
                _add(figure, (i, j), [one for one in of_contrast if one.outcome == outcome], away, i == 1)
            figure.add_hline(y=0, line={"color": INK, "width": 1}, row=i, col=j)
            figure.update_yaxes(title_text=title, row=i, col=j)
            figure.update_xaxes(
                tickvals=list(range(len(found.weeks))),
                ticktext=list(map(str, found.weeks)),
                title_text="weeks later",
                showgrid=False,
                range=[-0.6, len(found.weeks) - 0.4],
                row=i,
                col=j,
            )
        figure.add_annotation(
            text=f"<b>{words.title_of(label)}</b>",
            x=0.0,
            y=1.0,
            xref="x domain",
            yref="y domain",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 13, "color": INK},
            row=i,
            col=1,
        )
    return finished(figure, "What tears do, over time", _caption(found, rows, labels), height=height)


def _goes_on(outcomes: Sequence[str], effects: Sequence[Effect]) -> bool:
    """Whether these outcomes are known of anybody at more than one week, if several are told; else their panel would be
    empty, as for people who left that therapist at once."""
    known = {one.week for one in effects if one.outcome in outcomes and one.people}
    return len(known) > 1 or len({one.week for one in effects}) == 1


def _add(figure: go.Figure, where: tuple[int, int], effects: Sequence[Effect], away: float, first_row: bool) -> None:
    """An outcome's course: for each week a dot, a thin line and, with worlds, a thick one."""
    if not effects:
        return
    how, colour = words.EFFECTS_TOLD[effects[0].outcome], COLOUR_OF[effects[0].outcome]
    at = [i + away for i in range(len(effects))]
    dots, thin, thick, luck = [], [], [], []
    for one in effects:
        if one.worlds is None:
            dots.append(one.estimate.mean * how.factor)
            thin.append((one.estimate.low * how.factor, one.estimate.high * how.factor))
        else:
            said, nothing = one.worlds.times(how.factor), (math.nan, math.nan)
            # Of too few people to tell worlds apart: their mean, and how far luck alone moves it.
            dots.append(said.median if said.can_be_told else said.mean)
            thin.append(said.middle_95 if said.can_be_told else nothing)
            thick.append(said.middle_80 if said.can_be_told else nothing)
            luck.append(said.luck_ends)
    for ends, width, ink, beside in (
        (thin, 1.5, colour, 0.0),
        (thick, 5.0, translucent(colour, 0.45), 0.0),
        (luck, 1.5, INK, LUCK_ASIDE),
    ):
        x = [one + beside for place in at[: len(ends)] for one in (place, place, math.nan)]
        y = [value for low, high in ends for value in (low, high, None)]
        # Ends that nobody sees keep the lines away from the panel's edge, where they would seem cut off.
        look = {"mode": "lines+markers", "line": {"color": ink, "width": width}, "marker": {"size": 8, "opacity": 0}}
        lines = go.Scatter(x=x, y=y, hoverinfo="skip", showlegend=False, **look)
        figure.add_trace(lines, row=where[0], col=where[1])
    hover = [
        f"{how.label}, {words.when(one.week)}<br>{'<br>'.join(words.cell(one))}<br>n = {one.people:,}"
        for one in effects
    ]
    figure.add_trace(
        go.Scatter(
            x=at,
            y=dots,
            mode="markers",
            marker={"color": colour, "size": 7},
            name=how.label,
            legendgroup=how.label,
            showlegend=first_row,
            hovertext=hover,
            hoverinfo="text",
        ),
        row=where[0],
        col=where[1],
    )


def _caption(found: Effects, rows: Sequence[Effect], labels: Sequence[str]) -> str:
    shown = [one for one in rows if one.estimand in labels]
    people = max((one.people for one in shown), default=0)
    unpaired = sum({one.estimand: one.unpaired for one in shown}.values())
    worlds = max((one.worlds.number for one in shown if one.worlds is not None), default=0)
    lines = (
        f"Dots: the middle of {worlds} worlds that fit the published evidence; thick lines the middle 80 % of them, "
        "thin ones the middle 95 %; dark ones beside them: how far luck alone moves their mean. Where there is a dark "
        "one alone, too few people were asked to tell worlds apart, and the dot is their mean."
        if worlds
        else "Dots: means; lines: 95 % intervals, practices being the independent units, which hold luck alone."
    )
    return (
        f"Each number is {words.AN_EFFECT}, in up to {people:,} pairs of {found.practices:,} practices; {unpaired:,} "
        f"could not be paired. {lines} Distress and endings are of everybody, alliance and ruptures of "
        f"{words.STAYING}."
    )
