"""How the four charts look: their lines, bars and frame, for a size and a theme."""

from tearsim.show.page.charts import (
    BEFORE,
    BEHIND,
    CHART_TRACES,
    HALO,
    HIGHEST_RATING,
    RATING_FLOORS,
    TOOK_BARS,
    ChartsShow,
    FigureSize,
    left_edge,
    rating_floor,
    stretch,
    tear_scale,
)
from tearsim.show.page.palette import FONT, Palette, faded
from tearsim.show.page.payload import Look
from tearsim.show.words.units import WAI
from tearsim.study.people.watched_practice import TEARS_WINDOW

TITLE_HEIGHT, TICKS, LEFT_EDGE, CHART_LABELS = 23.0, 19.0, 30.0, 104.0
ROWS = 6  # near, open, overwhelmed, a line of words, tears shown, held back
KEY = 18.0  # the key of the bars


def height(size: FigureSize) -> float:
    """Of the whole figure."""
    return 3 * (TITLE_HEIGHT + size.plot + TICKS) + TITLE_HEIGHT + KEY + ROWS * size.row


def charts_styles(c: Palette) -> list[Look]:
    """The traces without their arrays, in order."""
    none = {"color": "rgba(0,0,0,0)", "width": 0}
    edge = {"color": c.panel, "width": 0.5}
    dashed, dotted = {"color": c.ink, "width": 1.5, "dash": "dash"}, {"color": c.pinned, "width": 2, "dash": "dot"}
    halo = {"color": faded(c.panel, 0.85), "width": 4}

    def line(axis: str, look: Look, fill: str = "", below: str = "tonexty") -> Look:
        filled = {"fill": below, "fillcolor": fill} if fill else {}
        return {"type": "scatter", "mode": "lines", "line": look, "hoverinfo": "skip", **_axes(axis), **filled}

    looks: dict[str, Look] = {
        "middle half low": line("", none),
        "middle half": line("", none, c.spread),
        "held back": line("", dashed),
        "pinned": line("", dotted),
        "alliance": line("", {"color": c.accent, "width": 2}),
        "gave up": line("2", edge, faded(c.rupture), "tozeroy"),
        "looking": line("2", edge, faded(c.looking)),
        "in therapy": line("2", edge, c.in_therapy),
        "completed": line("2", edge, faded(c.moved)),
        "gave up held back": line("2", dashed),
        "not completed held back": line("2", dashed),
        "not completed pinned": line("2", dotted),
        **{
            f"{name}{HALO}": line("2", halo)
            for name in ("gave up held back", "not completed held back", "not completed pinned")
        },
        **{f"{name}{HALO}": line("3", halo) for name in ("felt held back", "felt pinned")},
        "near": line("3", edge, c.near, "tozeroy"),
        "open": line("3", edge, c.open),
        "overwhelmed": line("3", edge, c.overwhelmed),
        "felt held back": line("3", dashed),
        "felt pinned": line("3", dotted),
        "unseen": _bars(c.unseen, c.ink),
        "moved": _bars(c.moved, c.on_moved),
        "unmoved": _bars(c.unmoved, c.on_unmoved),
        "unsettled": _bars(c.rupture, c.on_rupture),
        "became in therapy": _bars(c.in_therapy, c.ink, True),
        "became completed": _bars(c.moved, c.on_moved, True),
        "became left": _bars(c.rupture, c.on_rupture, True),
        **{f"words {n}": {**_text(c.ink, "middle right"), **_axes(str(n) if n > 1 else "")} for n in (1, 2, 3)},
        "rows": {**_text(c.second_ink, "middle left"), **_axes("4")},
        "numbers": {**_text(c.second_ink, "middle right"), **_axes("4")},
        "caption": {**_text(c.ink, "middle right"), **_axes("4")},
        "nothing yet": {**_text(c.second_ink, "middle right"), **_axes("4")},
        "no bonds yet": {**_text(c.second_ink, "middle center"), **_axes("")},
        "no tears yet": {**_text(c.second_ink, "middle center"), **_axes("3")},
    }
    return [{"name": name, "showlegend": False, **looks[name]} for name in CHART_TRACES]


def _axes(number: str) -> dict[str, str]:
    return {"xaxis": f"x{number}", "yaxis": f"y{number}"}


def _text(colour: str, position: str) -> Look:
    return {
        "type": "scatter",
        "mode": "text",
        "textposition": position,
        "cliponaxis": False,
        "hoverinfo": "skip",
        "textfont": {"size": 11, "family": FONT, "color": colour},
    }


def _bars(colour: str, text: str, hatched: bool = False) -> Look:
    pattern = {
        "shape": ["", "/"],
        "fillmode": "overlay",
        "fgcolor": text,
        "fgopacity": 0.35,
        "size": 6,
        "solidity": 0.2,
    }
    return {
        "type": "bar",
        "orientation": "h",
        **_axes("4"),
        "width": 0.78,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 11, "family": FONT, "color": text},
        "marker": {"color": colour, "line": {"width": 0}, **({"pattern": pattern} if hatched else {})},
    }


TITLES = (
    ("How strong are the bonds?", f"alliance, {WAI.axis}"), ("Where is everyone?", "% of all who ever came"),
    ("How often do eyes fill?", f"in 100 sessions of {TEARS_WINDOW} weeks"),
    ("How did clients take it?", "sessions with each kind of tears"),
)  # fmt: skip


def charts_layout(told: ChartsShow, size: FigureSize, c: Palette) -> Look:
    """The frame of the four charts; the same for as long as `frame_key` is."""
    tall = height(size)
    first, last = stretch(told.week)
    right = 1 - CHART_LABELS / size.width
    axis = {
        "fixedrange": True,
        "gridcolor": c.hairline,
        "zeroline": False,
        "linecolor": c.hairline,
        "showline": True,
        "tickfont": {"size": 11, "color": c.second_ink, "family": FONT},
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": c.hairline,
    }
    made: Look = {
        "width": size.width,
        "height": tall,
        "autosize": False,
        "margin": dict.fromkeys("lrtb", 0),
        "paper_bgcolor": c.panel,
        "plot_bgcolor": c.panel,
        "barmode": "stack",
        "dragmode": False,
        "hovermode": "closest",
        "font": {"family": FONT, "color": c.ink},
        "annotations": [],
        "hoverlabel": {"bgcolor": c.panel, "font": {"color": c.ink, "size": 12}},
    }
    floor = rating_floor(told)
    scales = ((floor, HIGHEST_RATING), (0, 100), (0, tear_scale(told)))
    for k, scale in enumerate(scales):
        top = k * (TITLE_HEIGHT + size.plot + TICKS) + TITLE_HEIGHT
        number = "" if k == 0 else str(k + 1)
        x = {
            **axis,
            "domain": [LEFT_EDGE / size.width, right],
            "anchor": f"y{number}",
            "range": [first, last],
            "showgrid": False,
            "nticks": 5,
        }
        y = {
            **axis,
            "domain": [1 - (top + size.plot) / tall, 1 - top / tall],
            "anchor": f"x{number}",
            "range": scale,
            "nticks": 4,
        }
        if k == 0:
            y |= {"tick0": 1, "dtick": RATING_FLOORS[floor]}
        made |= {f"xaxis{number}": x, f"yaxis{number}": y}
    bars = {"visible": False, "fixedrange": True}
    right_edge = 100 - BEHIND / BEFORE * left_edge(size)
    made["xaxis4"] = {**bars, "domain": [0, 1], "anchor": "y4", "range": [left_edge(size), right_edge]}
    made["yaxis4"] = {**bars, "domain": [0, ROWS * size.row / tall], "anchor": "x4", "range": [-0.5, ROWS - 0.5]}
    made["annotations"] = [*(_title(k, size, tall, c) for k in range(len(TITLES))), _key_of_bars(size, tall, c)]
    return made


def _note(words: str, top: float, tall: float, left: float, colour: str, font: int) -> Look:
    return {
        "text": words,
        "x": left,
        "y": 1 - top / tall,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "borderpad": 0,
        "yshift": 2,
        "font": {"size": font, "color": colour, "family": FONT},
    }


def _key_of_bars(size: FigureSize, tall: float, c: Palette) -> Look:
    colours = {"unseen": c.unseen, "moved": c.moved, "unmoved": c.unmoved, "unsettled": c.rupture}
    words = "  ".join(f'<span style="color:{colours[name]}">■</span> {name}' for name in TOOK_BARS)
    top = 3 * (TITLE_HEIGHT + size.plot + TICKS) + TITLE_HEIGHT - 2
    return _note(words, top, tall, 0.0, c.second_ink, 11)


def _title(k: int, size: FigureSize, tall: float, c: Palette) -> Look:
    title, unit = TITLES[k]
    words = f'<b>{title}</b>  <span style="font-size:11px;color:{c.second_ink}">{unit}</span>'
    top = k * (TITLE_HEIGHT + size.plot + TICKS)
    return _note(words, top, tall, 0.0, c.ink, 13)


def frame_key(told: ChartsShow, size: FigureSize, dark: bool) -> tuple[object, ...]:
    """What the frame depends on: only when it changes is the layout sent anew."""
    return stretch(told.week), rating_floor(told), tear_scale(told), size, dark
