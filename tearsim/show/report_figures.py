"""Which figures a report shows, by the kind of design; and each as a piece of a page."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from tearsim.show.figures import sensitivity_bars
from tearsim.study.contrasts import POINT, QUESTIONED, Found
from tearsim.study.results import Results
from tearsim.study.sensitivity import Sensitivity

# How much of its size on a screen a figure has on paper.
PRINT_ZOOM = 0.8


class Figure(NamedTuple):
    """A figure as a page needs it."""

    html: Any  # marked as safe: Plotly writes it
    caption: str
    alt: str


class Pictures(NamedTuple):
    """The figures of a report but for the people's."""

    by_parameter: dict[str, list[Figure]]
    together: list[Figure]
    sensitivity: list[Figure]


def pictures_of(results: Results, there: Found, indices: list[Sensitivity]) -> Pictures:
    """The figures that fit the design."""
    return Pictures({}, [], [drawn(sensitivity_bars(indices), "Bars", "Bars")] if indices else [])


def people_behind(results: Results) -> tuple[str, list[Figure]]:
    """What was run to look at people, and its figures; or why there are none."""
    return "", []


def drawn(figure: go.Figure, caption: str, alt: str) -> Figure:
    """A figure as HTML without the library that draws it."""
    from markupsafe import Markup

    config = {"displaylogo": False, "responsive": True, "displayModeBar": False}
    html = figure.to_html(full_html=False, include_plotlyjs=False, config=config, include_mathjax=False)
    return Figure(Markup(html), caption, alt)
