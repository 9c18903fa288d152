"""Figures of people: what happens to a bond around tears, how often tears come and how they are taken."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from scipy.stats import binomtest

from tearsim.errors import TearSimError
from tearsim.science.codes import LEVEL, RECEPTION
from tearsim.show.figures.style import ARMS, COLOURS, INK, SECOND_INK, SYMBOLS, band, finished
from tearsim.study.estimates import CONFIDENCE, Estimate, limits_of, ratio

BEFORE, AFTER = 6, 12  # weeks around tears
# Weeks at which fewer pairs than this are left are not drawn: their means say nothing.
FEWEST_PAIRS = 20
# How noticed and unnoticed tears are taken; orange for unsettled as everywhere.
TAKEN = {"unseen": ("#7C8894", "x"), "moved": (COLOURS[2], "circle"), "unmoved": (COLOURS[0], "square"),
         "unsettled": (COLOURS[1], "diamond")}  # fmt: skip


# --- Around tears -----------------------------------------------------------------------------------------------------


def alliance_around_tears(shown: pd.DataFrame, held_back: pd.DataFrame | None = None) -> go.Figure:
    """Alliance in the weeks around the first tears that a client noticed, and that of the same client without them.

    Tables of sessions of two cohorts under the same luck, with the replicate in a column. Above, both means; below,
    shown minus held back within persons, which is what tears did. Only weeks with that therapist, in both worlds.
    Sessions alone, as `tearsim run --log` keeps them, have no other world: then there is but the upper panel, which
    does not tell what tears did. Intervals: 95 %, the independent units being practices (replicates), or therapists
    where there is one practice. Raises TearSimError if columns are missing, or too few noticed any tears.
    """
    around = around_tears(shown, held_back)
    unit = _unit(around)
    arms = [arm for arm in (*ARMS, "difference") if arm in around]
    means = {arm: _by_week(around, arm, unit) for arm in arms}
    weeks = list(means["shown"])
    if not weeks:
        raise TearSimError(f"Fewer than {FEWEST_PAIRS} clients noticed tears: too few for a picture of what followed.")
    people = around.groupby("week")["person"].nunique()
    rows = 1 if held_back is None else 2
    figure = make_subplots(rows=rows, shared_xaxes=True, row_heights=[0.58, 0.42][:rows], vertical_spacing=0.08)
    styles = {arm: (name, colour, dash) for arm, (colour, dash, name) in ARMS.items()}
    styles["difference"] = ("shown minus held back", COLOURS[1], "solid")
    for arm in arms:
        _add_weeks(figure, 2 if arm == "difference" else 1, means[arm], people, styles[arm])
    _weeks_axes(figure, weeks, people, rows)
    caption = f"n = {people.max():,} clients who noticed the therapist’s tears, " + (
        "in weeks in which they still met that therapist. Whoever left is missing later on, and nothing here tells "
        "what would have been without tears: that takes the same clients with the same tears held back."
        if held_back is None
        else "and the same clients where those tears were held back; weeks in which they still met that therapist in "
        "both worlds, so those who left are missing later on."
    )
    units = f" Bands: 95 % intervals, {_in_units(around, unit)} being the independent units."
    title = "Alliance around tears" if held_back is None else "Alliance around tears, and without them"
    return finished(figure, title, caption + units, 250 * rows - 70 * (rows - 1))


def _add_weeks(figure: go.Figure, row: int, means: dict[int, Estimate], people: pd.Series,
               style: tuple[str, str, str]) -> None:  # fmt: skip
    """A line of weekly means with its band."""
    name, colour, dash = style
    weeks = list(means)
    mean, low, high = ([getattr(means[week], end) for week in weeks] for end in ("mean", "low", "high"))
    for trace in band(weeks, low, high, colour, name):
        figure.add_trace(trace, row=row, col=1)
    hover = [f"{name}<br>week {week:+d}: {a:.4f} (95 % interval {b:.4f} to {c:.4f})<br>n = {people[week]:,} clients"
             for week, a, b, c in zip(weeks, mean, low, high, strict=True)]  # fmt: skip
    figure.add_trace(go.Scatter(
        x=weeks, y=mean, name=name, legendgroup=name, mode="lines+markers", marker_size=5, hovertext=hover,
        hoverinfo="text", line={"color": colour, "dash": dash, "width": 2},
    ), row=row, col=1)  # fmt: skip


def _weeks_axes(figure: go.Figure, weeks: list[int], people: pd.Series, rows: int) -> None:
    figure.add_vline(x=0, line={"color": SECOND_INK, "width": 1, "dash": "dot"})
    figure.update_yaxes(title_text="alliance [0 to 1]", row=1, col=1)
    if rows > 1:
        figure.update_yaxes(title_text="difference", zerolinecolor=INK, row=2, col=1)
    ticks = [week for week in weeks if week % 2 == 0]
    figure.update_xaxes(tickvals=ticks)
    figure.update_xaxes(
        ticktext=[f"{f'{week:+d}' if week else 'tears'}<br>n={people[week]:,}" for week in ticks],
        title_text="weeks from the first tears that the client noticed", row=rows, col=1,
    )  # fmt: skip


def around_tears(shown: pd.DataFrame, held_back: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a person and week around that person's first noticed tears: alliance after the session in each world.

    Columns: what tells practices apart, therapist, person, week (0 that of the tears), shown; and with a second world
    "held back" and difference. Sessions with another therapist are left out.
    """
    needed = ["home", "turn", "therapist", "week", "alliance", "noticed"]
    for column in needed:
        if column not in shown:
            raise TearSimError(f'Alliance around tears needs sessions with a column "{column}".')
    where = [name for name in ("design_point", "replicate") if name in shown]
    who = [*where, "home", "turn"]
    met = [*who, "therapist", "week"]
    first = shown[shown["noticed"]].sort_values("week").drop_duplicates(who)[met].rename(columns={"week": "tears"})
    first = first.assign(person=np.arange(len(first)))
    both = first.merge(shown[[*met, "alliance"]], on=[*who, "therapist"]).rename(columns={"alliance": "shown"})
    if held_back is not None:
        without = held_back[[*met, "alliance"]].rename(columns={"alliance": "held back"})
        both = both.merge(without, on=met).assign(difference=lambda b: b["shown"] - b["held back"])
    both["week"] -= both["tears"]
    there = both[(both["week"] >= -BEFORE) & (both["week"] <= AFTER)]
    return there.drop(columns=["home", "turn", "tears"])


def _by_week(around: pd.DataFrame, column: str, unit: str) -> dict[int, Estimate]:
    """The mean of a column at each week around tears, with its interval over independent units."""
    means = {}
    for week, rows in around.groupby("week"):
        if len(rows) >= FEWEST_PAIRS:
            by = rows.groupby(unit)[column].agg(["sum", "size"])
            limits = limits_of("alliance_mean", int(column == "difference"))
            means[int(week)] = ratio(by["sum"].tolist(), by["size"].tolist()).within(limits)
    return means


def _unit(rows: pd.DataFrame) -> str:
    """The column that tells independent units apart: practices, or the therapists of one."""
    return "replicate" if "replicate" in rows and rows["replicate"].nunique() > 1 else "therapist"


def _in_units(rows: pd.DataFrame, unit: str) -> str:
    """How many independent units there are, in words."""
    return f"{rows[unit].nunique()} {'practices (replicates)' if unit == 'replicate' else 'therapists'}"


# --- How often, and how taken -----------------------------------------------------------------------------------------


def tears_by_level(sessions: pd.DataFrame) -> go.Figure:
    """How often a therapist's eyes fill, by level, and how clients took the tears of each level.

    A table of sessions, as a log has them. Intervals: 95 %, the independent units being replicates if the table has
    more than one, else therapists. Raises TearSimError if no eyes filled.
    """
    levels = [level for level in LEVEL[1:] if (sessions["tears_felt"] == level).any()]
    if not levels:
        raise TearSimError("No therapist’s eyes filled in these sessions.")
    unit = _unit(sessions)
    figure = make_subplots(cols=2, column_widths=[0.36, 0.64], horizontal_spacing=0.13)
    often = [_share(sessions, sessions["tears_felt"] == level, unit) for level in levels]
    counts = [int((sessions["tears_felt"] == level).sum()) for level in levels]
    names = [f"{level}<br>n={count:,}" for level, count in zip(levels, counts, strict=True)]
    rates = _dots(names, often, COLOURS[0], SYMBOLS[0], "sessions with tears")
    written = {"text": [f" {one.mean:.2g}" for one in often], "mode": "markers+text", "textposition": "middle right"}
    figure.add_trace(rates.update(showlegend=False, cliponaxis=False, **written), row=1, col=1)
    for k, (kind, (colour, symbol)) in enumerate(TAKEN.items()):
        shares = []
        for level in levels:
            of_level = sessions[sessions["tears_felt"] == level]
            took = ~of_level["noticed"] if kind == "unseen" else of_level["reception"] == kind
            shares.append(_share(of_level, took, unit))
        places = [i + 0.16 * (k - 1.5) for i in range(len(levels))]
        figure.add_trace(_dots(places, shares, colour, symbol, kind), row=1, col=2)
    # Room for the number beside the last mark.
    figure.update_xaxes(title_text="level of tears felt", range=[-0.5, len(levels) - 0.2], row=1, col=1)
    figure.update_xaxes(
        title_text="level of tears felt", tickvals=list(range(len(levels))), ticktext=names, showgrid=False,
        range=[-0.5, len(levels) - 0.5], row=1, col=2,
    )  # fmt: skip
    figure.update_yaxes(title_text="in 100 sessions", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="how they were taken [% of that level]", range=[-3, 103], row=1, col=2)
    caption = (
        f"n = {len(sessions):,} sessions, {sum(counts):,} with tears. Unseen: the client noticed nothing; else the "
        f"client was moved, unmoved or unsettled. Bars: 95 % intervals, {_in_units(sessions, unit)} being the "
        "independent units."
    )
    return finished(figure, "How often therapists’ eyes fill, and how clients take it", caption, 320)


def _share(rows: pd.DataFrame, those: pd.Series, unit: str) -> Estimate:
    """Which share (%) of the rows those are, with its interval over independent units."""
    by = those.groupby(rows[unit], observed=True).agg(["sum", "size"])
    found = ratio(by["sum"].tolist(), by["size"].tolist())
    if found.mean in (0.0, 1.0) or np.isnan(found.low):  # no spread between units: Clopper and Pearson's (1934) instead
        ends = binomtest(int(those.sum()), len(those)).proportion_ci(CONFIDENCE)
        found = found._replace(low=float(ends.low), high=float(ends.high))
    return Estimate(100 * found.mean, 100 * found.low, 100 * found.high, found.replicates).within((0.0, 100.0))


def _dots(places: Sequence[Any], found: Sequence[Estimate], colour: str, symbol: str, name: str) -> go.Scatter:
    above, below = [one.high - one.mean for one in found], [one.mean - one.low for one in found]
    hover = [f"{name}: {one.mean:.3g} (95 % interval {one.low:.3g} to {one.high:.3g})" for one in found]
    return go.Scatter(
        x=list(places), y=[one.mean for one in found], name=name, mode="markers", hovertext=hover, hoverinfo="text",
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_y={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5},
    )  # fmt: skip


assert set(TAKEN) == {"unseen", *RECEPTION[1:]}
