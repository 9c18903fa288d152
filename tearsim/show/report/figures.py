"""Which figures a report shows, by the kind of design; and each as a piece of a page."""

import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.errors import TearSimError
from tearsim.science.declaration import in_words
from tearsim.show import figures
from tearsim.show.figures.style import COLOURS, LINE, SYMBOLS, axis_title, finished
from tearsim.show.words.english import capital, level
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.rows import moves_what
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.contrasts import Contrasts
from tearsim.study.answers.sensitivity import Sensitivity
from tearsim.study.answers.sensitivity_estimators import RANKS_BY
from tearsim.study.estimates import POINT, WORLD
from tearsim.study.people.close_up import CloseUp
from tearsim.study.sweeps.designs import is_number
from tearsim.study.sweeps.experiment import Experiment

if TYPE_CHECKING:
    from markupsafe import Markup

# How much of its size on a screen a figure has on paper.
PRINT_ZOOM = 0.8
# Of more parameters than this, curves are drawn for those that matter most; of more points than this, none one by one.
MOST_CURVES, MOST_POINTS_DRAWN = 4, 40
# Pixels: a point's row, and letters after which its name goes on in another line.
POINT_ROW, POINT_LETTERS = 42, 34


class Figure(NamedTuple):
    """A figure as a page needs it."""

    html: "Markup"  # safe: Plotly writes it
    caption: str
    alt: str


class Pictures(NamedTuple):
    """The figures of a report but for the people's."""

    by_parameter: dict[str, list[Figure]]
    together: list[Figure]
    sensitivity: list[Figure]


def pictures_of(answer: Answer) -> Pictures:
    """The figures that fit the design: curves, or points, for what varies; maps of two parameters; indices."""
    runs, there, indices = answer.drawn_runs, answer.contrasts, answer.sensitivity
    effects, asked = (False, True) if there.arms else (False,), answer.experiment.asked
    by_parameter: dict[str, list[Figure]] = {}
    for name in _most_important(there, indices):
        if name == POINT and there.points <= MOST_POINTS_DRAWN:
            by_parameter[name] = _all_drawn([partial(points, answer)])
            continue
        over = [name] if name != POINT else [one for one in answer.experiment.varied if is_number(one)][:MOST_CURVES]
        by_parameter[name] = _all_drawn(
            [partial(figures.curves, runs, outcome, one) for one in over for outcome in asked]
        )
    two = [name for name in there.parameters if is_number(name)][:2]
    wanted = []
    if len(two) == 2 and len(there.parameters) <= MOST_CURVES:
        x, y = two
        wanted = [
            partial(figures.heat_map, runs, outcome, x=x, y=y, effect=effect) for outcome in asked for effect in effects
        ]
    bars = [partial(figures.sensitivity_bars, indices)] if indices else []
    return Pictures(by_parameter, _all_drawn(wanted), _all_drawn(bars))


def _most_important(there: Contrasts, indices: Sequence[Sensitivity]) -> list[str]:
    """The parameters to draw curves for: all, or those that matter most to any outcome in question."""
    if len(there.parameters) <= MOST_CURVES:
        return list(there.parameters)
    ranks = [
        (-i.value, name)
        for one in indices
        for i in one.indices
        if i.measure == RANKS_BY[one.design]
        for name in one.groups.get(i.parameter, [i.parameter])
    ]
    if not ranks:
        ranks = [
            (-abs(one.ends.difference.mean), name)
            for (name, outcome), one in there.shown.items()
            if outcome in there.asked
        ]
    return list(dict.fromkeys(name for _, name in sorted(ranks)))[:MOST_CURVES]


def pictures_of_people(near: CloseUp) -> list[Figure]:
    """The figures of the people behind one design point."""
    return _all_drawn(
        [
            partial(figures.survival, near.episodes, by="tears"),
            partial(figures.alliance_around_tears, near.shown, held_back=near.held_back),
            partial(figures.tears_by_level, near.shown),
        ]
    )


def _all_drawn(wanted: Sequence[Callable[[], go.Figure]]) -> list[Figure]:
    """The figures that can be drawn; what results do not have is left out, as the words say that it is missing."""
    pieces = []
    for draw in wanted:
        try:
            pieces.append(as_html(draw()))
        except TearSimError:
            continue
    return pieces


def as_html(figure: go.Figure) -> Figure:
    """A figure as a piece of a page, without the library that draws it; its caption goes below it as text."""
    from markupsafe import Markup

    title, caption = str(figure.layout.title.text), figures.caption_of(figure)
    lines = str(figure.layout.title.subtitle.text or "").count("<br>") + 1
    figure.update_layout(
        title_subtitle_text="",
        margin_t=figure.layout.margin.t - LINE * lines,
        height=figure.layout.height - LINE * lines,
    )
    config = {"displaylogo": False, "responsive": True, "displayModeBar": False}
    html = figure.to_html(full_html=False, include_plotlyjs=False, include_mathjax=False, config=config)
    return Figure(Markup(html), caption, f"{title}. {caption}")


def points(answer: Answer) -> go.Figure:
    """The outcomes in question at each point of a list, with 95 % intervals over replicates, or worlds."""
    found = answer.points
    figure = make_subplots(cols=len(answer.experiment.asked), shared_yaxes=True, horizontal_spacing=0.05)
    for column, outcome in enumerate(answer.experiment.asked, 1):
        estimates = [TOLD[outcome].levels(at_point[outcome]) for at_point in found.values()]
        figure.add_trace(
            go.Scatter(
                x=[one.mean for one in estimates],
                y=list(range(len(found))),
                mode="markers",
                name=in_words(outcome),
                showlegend=False,
                marker={"color": COLOURS[0], "symbol": SYMBOLS[0], "size": 9},
                error_x={
                    "type": "data",
                    "array": [one.high - one.mean for one in estimates],
                    "arrayminus": [one.mean - one.low for one in estimates],
                    "color": COLOURS[0],
                },
            ),
            row=1,
            col=column,
        )
        figure.update_xaxes(title_text=axis_title(outcome), row=1, col=column)
    names = [_name_of(answer.experiment, number) for number in found]
    figure.update_yaxes(tickvals=list(range(len(found))), ticktext=names, range=[len(found) - 0.5, -0.5])
    replicates = answer.contrasts.replicates
    units = f"{answer.contrasts.worlds} worlds" if WORLD in answer.runs else f"{replicates} replicates"
    bars = f"Bars: 95 % intervals over {units}." if replicates > 1 else "One replicate: no intervals."
    title = f"{capital(moves_what(answer.contrasts))}, point by point"
    return finished(figure, title, f"Means of design points. {bars}", height=POINT_ROW * len(found))


def _name_of(experiment: Experiment, number: int) -> str:
    words = ", ".join(f"{in_words(name)} {level(value)}" for name, value in experiment.points.own[number].items())
    return "<br>".join(textwrap.wrap(f"{number}: {words}", POINT_LETTERS)[:3])
