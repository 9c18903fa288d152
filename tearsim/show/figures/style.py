"""The house's style: one template, colours that colour-blind people tell apart, captions, how outcomes are drawn."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go

from tearsim.arguments import of_kind
from tearsim.arguments import path as a_path
from tearsim.errors import TearSimError, echoed
from tearsim.safe_files import write_safely
from tearsim.science.declaration import in_words, whole_number
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.units import unless_said

INK, SECOND_INK, GRID = "#1E2730", "#53606C", "#D5DADF"
# Okabe and Ito's colours, which colour-blind people tell apart; black is the twin's, orange and yellow are too pale
# for lines, so that a brown stands in.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#7A5C00")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
# The two arms: tears shown, and the same tears held back; told apart by dash as well.
ARMS = {"shown": (COLOURS[0], "solid", "tears shown"), "held back": (INK, "dash", "tears held back, same luck")}

FIGURE_FONT = "Inter, Segoe UI, Roboto, Arial, sans-serif"
HOUSE_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FIGURE_FONT, "size": 13, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "colorway": COLOURS,
        "xaxis": {
            "gridcolor": GRID,
            "zerolinecolor": GRID,
            "automargin": True,
            "exponentformat": "none",
            "title": {"font": {"size": 13}, "standoff": 8},
        },
        "yaxis": {
            "gridcolor": GRID,
            "zerolinecolor": GRID,
            "automargin": True,
            "exponentformat": "none",
            "title": {"font": {"size": 13}, "standoff": 8},
        },
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1.0, "xanchor": "right"},
    }
)

A_FIGURE = "a figure (Plotly)"
# Pixels: the margin below, a line of the caption, and what a title and a legend take above the plot.
MARGIN_BELOW, LINE, TITLE_AND_LEGEND = 60, 17, 78
# How a browser shows a figure: tools only while the pointer is on it.
CONFIG = {"displaylogo": False, "responsive": True}
CAPTION_WIDTH = 118  # letters to a line of a caption: what fits a figure 800 pixels wide


def parameter_title(name: str) -> str:
    """A parameter as an axis names it, with its unit."""
    unit = PARAMETERS[name].unit
    return f"{in_words(name)}{f' [{unit}]' if unit else ''}"


def axis_title(outcome: str, effect: bool = False) -> str:
    """What an axis or a colour stands for, with its unit."""
    words = in_words(outcome)
    unit = unless_said(TOLD[outcome].axis(effect), words)
    named = f"effect on {words}" if effect else words
    return named if not unit else f"{named}{'<br>' if effect else ' '}[{unit}]"


def translucent(colour: str, opacity: float) -> str:
    """A colour to lay over others; `colour` as #RRGGBB."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def band(
    x: Sequence[object], low: Sequence[float], high: Sequence[float], colour: str, name: str, shape: str = "linear"
) -> list[go.Scatter]:
    """An interval around a line, as two traces; the second is filled down to the first."""
    hidden = {"mode": "lines", "line": {"width": 0, "shape": shape}, "hoverinfo": "skip", "legendgroup": name}
    return [
        go.Scatter(x=x, y=low, name=f"{name}: lower end", showlegend=False, **hidden),
        go.Scatter(
            x=x,
            y=high,
            name=f"{name}: upper end",
            showlegend=False,
            fill="tonexty",
            fillcolor=translucent(colour, 0.18),
            **hidden,
        ),
    ]


def finished(figure: go.Figure, title: str, caption: str, *, height: int = 320) -> go.Figure:
    """A figure in the house's style with a title, and a caption: what is drawn, of how many, and which interval.

    Args:
        figure: A figure of any kind (Plotly); it is changed.
        title: Its title.
        caption: Its caption, on one line; it is wrapped.
        height: Of the plot, in pixels; title, legend, axis and caption come on top of it.

    Returns:
        The figure.

    Raises:
        TearSimError: For arguments of another kind.

    >>> import plotly.graph_objects as go
    >>> caption_of(finished(go.Figure(), "Nothing", "Nothing is drawn, of nobody."))
    'Nothing is drawn, of nobody.'
    """
    of_kind("figure", figure, go.Figure, A_FIGURE)
    of_kind("title", title, str, "text")
    whole_number("height of the plot", height, 0)
    lines = textwrap.wrap(of_kind("caption", caption, str, "text"), CAPTION_WIDTH)
    above, below = TITLE_AND_LEGEND + LINE * len(lines), MARGIN_BELOW
    figure.update_layout(
        template=HOUSE_TEMPLATE,
        height=height + above + below,
        margin={"t": above, "b": below, "l": 60, "r": 30},
        title={
            "text": title,
            "x": 0.012,
            "y": 1.0,
            "yanchor": "top",
            "yref": "container",
            "pad": {"t": 14},
            "font": {"size": 16},
            "subtitle": {"text": "<br>".join(lines), "font": {"size": 12, "color": SECOND_INK}},
        },
        meta={"caption": caption},
    )
    return figure


def caption_of(figure: go.Figure) -> str:
    """The caption of a figure of this package, on one line.

    Args:
        figure: What a function of `tearsim.figures` returns.

    Returns:
        The caption.

    Raises:
        TearSimError: For anything but a figure, and for a figure without a caption.

    >>> import plotly.graph_objects as go
    >>> caption_of(finished(go.Figure(), "Nothing", "Nothing is drawn, of nobody."))
    'Nothing is drawn, of nobody.'
    """
    meta = of_kind("figure", figure, go.Figure, A_FIGURE).layout.meta
    if not isinstance(meta, dict) or "caption" not in meta:
        raise TearSimError("This figure has no caption: those that tearsim.figures draws have one.")
    return str(meta["caption"])


def save(figure: go.Figure, path: str | Path) -> None:
    """Write a figure as one HTML file that needs no network.

    Args:
        figure: What a function of `tearsim.figures` returns.
        path: The file to write, such as "curves.html".

    Raises:
        TearSimError: For anything but a figure, and for a path that does not name a file.

    >>> import plotly.graph_objects as go, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "nothing.html")
    >>> save(finished(go.Figure(), "Nothing", "Nothing is drawn, of nobody."), file)
    >>> file.exists()
    True
    """
    of_kind("figure", figure, go.Figure, A_FIGURE)
    file = a_path("path", path)
    if not file.name or file.is_dir():
        raise TearSimError(f"path takes the name of a file, not {echoed(str(path))}.")
    write_safely(file, lambda unfinished: figure.write_html(unfinished, include_plotlyjs=True, config=CONFIG))
