"""The truth beside what studies would see: for each number of a study its interval, and the effect."""

import math
import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.arguments import of_kind
from tearsim.show.figures.style import COLOURS, INK, SECOND_INK, finished
from tearsim.show.words.studies import STUDIES_TOLD, how_studied, misled, value_lines, when_asked
from tearsim.study.effects.studies.declared import STUDIES
from tearsim.study.effects.studies.seen import SeenByStudies, SeenByStudy

STUDY_ROW, STUDIES_APART = 46, 78
# What a study leads to has a colour and a shape.
STUDY_MARKS = {
    "holds the effect": (COLOURS[0], "circle"),
    "misses the effect": (COLOURS[1], "diamond"),
    "sure of the other sign": (COLOURS[1], "x"),
}


def truth_beside_studies(found: SeenByStudies) -> go.Figure:
    """What each study says, with its interval, beside the effect that it would like to know.

    Args:
        found: What `tearsim.seen_by_studies` returns.

    Returns:
        A figure (Plotly) with a panel for each outcome and a row for each study; the effect is an open mark, what the
        study says a full one.

    Raises:
        TearSimError: For what `tearsim.seen_by_studies` does not return.

    >>> import tearsim
    >>> seen = tearsim.seen_by_studies(practices=8, weeks=20, therapist_tear_propensity=0.97)
    >>> figure = tearsim.figures.truth_beside_studies(seen)
    """
    rows = of_kind("found", found, SeenByStudies, "what tearsim.seen_by_studies returns").rows
    panels = {
        outcome: [one for one in rows if one.outcome == outcome and not math.isnan(one.says.mean)]
        for outcome in STUDIES_TOLD
    }
    panels = {outcome: those for outcome, those in panels.items() if those}
    title = "What studies would have seen, beside what tears do"
    caption = f"{how_studied(found)} Lines: 95 % intervals. A model, never advice about a person."
    if not panels:
        return finished(go.Figure(), title, f"Of so few people no study can say anything. {caption}", height=STUDY_ROW)
    number = sum(len(those) for those in panels.values())
    height = number * STUDY_ROW + (len(panels) - 1) * STUDIES_APART
    figure = make_subplots(
        rows=len(panels),
        cols=1,
        row_heights=[len(those) / number for those in panels.values()],
        vertical_spacing=STUDIES_APART / height,
    )
    named: set[str] = set()
    for i, (outcome, those) in enumerate(panels.items(), 1):
        _draw(figure, i, outcome, those, named)
    return finished(figure, title, caption, height=height)


def _draw(figure: go.Figure, panel: int, outcome: str, rows: Sequence[SeenByStudy], named: set[str]) -> None:
    how, names = STUDIES_TOLD[outcome], [f"{one.study} {one.when}" for one in rows]
    for mark in STUDY_MARKS:
        chosen = [k for k, one in enumerate(rows) if misled(one) == mark]
        if chosen:
            colour, symbol = STUDY_MARKS[mark]
            trace = _marks([rows[k].says for k in chosen], how.factor, colour, symbol)
            trace.update(
                y=[names[k] for k in chosen],
                name=f"a study: {mark}",
                legendgroup=mark,
                showlegend=mark not in named,
                hovertext=[_hover(rows[k]) for k in chosen],
                hoverinfo="text",
            )
            figure.add_trace(trace, row=panel, col=1)
            named.add(mark)
    effects = _marks([one.effect for one in rows], how.factor, INK, "diamond-open")
    effects.update(
        y=[names[k] for k in range(len(rows))],
        name="the effect",
        legendgroup="effect",
        showlegend="" not in named,
        hovertext=[_hover(one) for one in rows],
        hoverinfo="text",
    )
    named.add("")
    figure.add_trace(effects, row=panel, col=1)
    figure.add_vline(x=0, line={"color": INK, "width": 1}, row=panel, col=1)
    figure.update_xaxes(title_text=f"{how.label} [{how.unit}]", row=panel, col=1)
    figure.update_yaxes(
        tickvals=names,
        ticktext=[_study_label(one) for one in rows],
        tickfont_size=11,
        showgrid=False,
        range=[len(rows) - 0.5, -0.5],
        row=panel,
        col=1,
    )


def _marks(values: Sequence[tuple[float, float, float, int]], factor: float, colour: str, symbol: str) -> go.Scatter:
    return go.Scatter(
        x=[mean * factor for mean, *_ in values],
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_x={
            "array": [(high - mean) * factor for mean, _, high, _ in values],
            "arrayminus": [(mean - low) * factor for mean, low, _, _ in values],
            "color": colour,
            "thickness": 1.5,
        },
    )


def _study_label(one: SeenByStudy) -> str:
    """A study with when it asks, and the word for what its number is."""
    study = STUDIES[one.study]
    word = "<br>".join(textwrap.wrap(study.is_a.split(":")[0], 46))
    return f'{study.title}, {when_asked(one)}<br><span style="color:{SECOND_INK};font-size:10px">{word}</span>'


def _hover(one: SeenByStudy) -> str:
    says, effect = (" (".join(value_lines(value, one.outcome)) + ")" for value in (one.says, one.effect))
    return f"{STUDIES[one.study].title}: {says}<br>{STUDIES[one.study].is_a}<br>the effect: {effect}"
