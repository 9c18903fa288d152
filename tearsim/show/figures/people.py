"""Figures of people: who stays, what happens to a bond around tears, how often tears come and how they are taken."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from scipy.special import ndtri
from scipy.stats import binomtest

from tearsim.errors import TearSimError
from tearsim.science.words import ENDING, LEFT, LEVEL, RECEPTION
from tearsim.show.figures.house import ARMS, COLOURS, INK, SECOND_INK, SYMBOLS, band, finished, in_words
from tearsim.study.is_it_luck import ratio
from tearsim.study.summary import CONFIDENCE, Estimate

# Pixels: the curves, what stands between them and the numbers at risk, and a row of those.
CURVE_HEIGHT, AT_RISK_ABOVE, AT_RISK_ROW = 300, 80, 20
BEFORE, AFTER = 6, 12  # weeks around tears
# Weeks at which fewer pairs than this are left are not drawn: their means say nothing.
FEWEST_PAIRS = 20
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
# How noticed and unnoticed tears are taken; orange for unsettled as everywhere.
TAKEN = {"unseen": ("#7C8894", "x"), "moved": (COLOURS[2], "circle"), "unmoved": (COLOURS[0], "square"),
         "unsettled": (COLOURS[1], "diamond")}  # fmt: skip


# --- Staying in therapy -----------------------------------------------------------------------------------------------


def survival(episodes: pd.DataFrame, by: str | None = None) -> go.Figure:
    """The share who have not left their first therapist, session by session, by group (Kaplan and Meier's estimate).

    `episodes` has columns sessions, ending and, if there is one, that of the groups; only first episodes are used if it
    tells them apart. Leaving without having had enough is the event. Whoever completed, is handed over or is still in
    therapy is no longer at risk after the last session: the curve is of those who were.

    Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452; intervals pointwise, from Greenwood's standard errors on
    the log(-log) scale, persons taken as independent of each other. Raises TearSimError if there is nobody.
    """
    if "episode" in episodes:
        episodes = episodes[episodes["episode"] == 1]
    if not len(episodes):
        raise TearSimError("There are no episodes of therapy to draw.")
    groups = [("all clients", episodes)] if by is None else [
        (f"{name} (n = {len(rows):,})", rows) for name, rows in episodes.groupby(by, observed=True, sort=True)
    ]  # fmt: skip
    styles = (
        [(colour, dash) for colour, dash, _ in ARMS.values()][::-1]
        if by == "tears"
        else list(zip(COLOURS, DASHES, strict=True))
    )
    table = AT_RISK_ROW * len(groups)
    height = CURVE_HEIGHT + AT_RISK_ABOVE + table
    figure = make_subplots(
        rows=2, shared_xaxes=True, row_heights=[CURVE_HEIGHT, table], vertical_spacing=AT_RISK_ABOVE / height
    )
    longest = int(max(rows["sessions"].quantile(0.99) for _, rows in groups))
    step = _nice_step(longest)
    at = list(range(step, longest + 1, step))
    for i, (name, rows) in enumerate(groups):
        colour, dash = styles[i % len(styles)]
        time, share, low, high = kaplan_meier(
            rows["sessions"].to_numpy(int), (rows["ending"] == ENDING[LEFT]).to_numpy()
        )
        for trace in band(time, low, high, colour, name, "hv"):
            figure.add_trace(trace, row=1, col=1)
        figure.add_trace(go.Scatter(
            x=time, y=share, name=name, legendgroup=name, mode="lines",
            line={"shape": "hv", "color": colour, "dash": dash, "width": 2},
            customdata=np.column_stack([low, high]),
            hovertemplate="after %{x} sessions: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f})",
        ), row=1, col=1)  # fmt: skip
        figure.add_trace(go.Scatter(
            x=at, y=[i] * len(at), text=[f"{int((rows['sessions'] >= session).sum()):,}" for session in at],
            mode="text", textfont={"size": 11, "color": colour}, hoverinfo="skip", showlegend=False,
            name=f"{name}: at risk",
        ), row=2, col=1)  # fmt: skip
    figure.update_yaxes(title_text="have not left [%]", rangemode="normal", row=1, col=1)
    figure.update_yaxes(
        title_text="", tickvals=list(range(len(groups))), ticktext=[name for name, _ in groups],
        range=[len(groups) - 0.4, -0.6], showgrid=False, zeroline=False, tickfont_size=11, row=2, col=1,
    )  # fmt: skip
    figure.update_xaxes(
        range=[0, longest + 1], tickvals=at, row=1, col=1, showticklabels=True, title_text="sessions held"
    )
    figure.update_xaxes(range=[0, longest + 1], showgrid=False, showticklabels=False, row=2, col=1)
    figure.add_annotation(
        text="still at risk before that session", xref="paper", yref="y2 domain", x=0.0, y=1.0, yanchor="bottom",
        xanchor="left", showarrow=False, font={"size": 11, "color": SECOND_INK},
    )  # fmt: skip
    caption = (
        "First episodes of therapy. The event is that the client left without having had enough. Whoever completed, "
        "or is still in therapy, counts as at risk up to the last session and not beyond. Bands: pointwise 95 % "
        "intervals (Greenwood), as if clients were independent of each other."
    )
    of = f", by {in_words(by)}" if by else ""
    return finished(figure, f"Who stays: not having left the therapist{of}", caption, height).update_layout(margin_b=20)


def kaplan_meier(sessions: Any, left: Any) -> tuple[Any, Any, Any, Any]:
    """Sessions at which somebody left, and after each the share (%) who have not, with its 95 % interval.

    `S(t) = prod(1 - left_i/at risk_i)` over sessions i up to t; begins at 0 with 100 %.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    if not left.any():
        everyone = np.array([100.0, 100.0])
        return np.array([0, sessions.max()]), everyone, everyone, everyone
    fitted = SurvfuncRight(sessions, left.astype(int))
    share, error = np.asarray(fitted.surv_prob), np.asarray(fitted.surv_prob_se)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.exp(ndtri(0.5 + CONFIDENCE / 2) * error / (share * np.log(share)))
        # The width is below 1, since log(share) is negative: a power above 1 lowers a share, one below raises it.
        low, high = share ** (1.0 / width), share**width
    low, high = np.where(share > 0.0, low, 0.0), np.where(share > 0.0, high, 0.0)
    time = np.concatenate([[0], fitted.surv_times, [sessions.max()]])
    share, low, high = (100.0 * np.concatenate([[1.0], part, part[-1:]]) for part in (share, low, high))
    return time, share, low, high


def _nice_step(longest: int) -> int:
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**6) if longest / step <= 13)


# --- Around tears -----------------------------------------------------------------------------------------------------


def alliance_around_tears(shown: pd.DataFrame, held_back: pd.DataFrame) -> go.Figure:
    """Alliance in the weeks around the first tears that a client noticed, and that of the same client without them.

    Tables of sessions of two cohorts under the same luck, with the replicate in a column. Above, both means; below,
    shown minus held back within persons, which is what tears did. Only weeks with that therapist, in both worlds.
    Intervals: 95 %, practices (replicates) the independent units. Raises TearSimError if too few noticed any tears.
    """
    pairs = pairs_around_tears(shown, held_back)
    means = {arm: _by_week(pairs, arm) for arm in ("shown", "held back", "difference")}
    weeks = list(means["shown"])
    if not weeks:
        raise TearSimError(f"Fewer than {FEWEST_PAIRS} clients noticed tears: too few for a picture of what followed.")
    figure = make_subplots(rows=2, shared_xaxes=True, row_heights=[0.58, 0.42], vertical_spacing=0.08)
    styles = {arm: (name, colour, dash) for arm, (colour, dash, name) in ARMS.items()}
    styles["difference"] = ("shown minus held back", COLOURS[1], "solid")
    people = pairs.groupby("week")["person"].nunique()
    for arm, (name, colour, dash) in styles.items():
        row = 2 if arm == "difference" else 1
        mean, low, high = ([getattr(means[arm][week], end) for week in weeks] for end in ("mean", "low", "high"))
        for trace in band(weeks, low, high, colour, name):
            figure.add_trace(trace, row=row, col=1)
        hover = [f"{name}<br>week {week:+d}: {a:.4f} (95 % interval {b:.4f} to {c:.4f})<br>n = {people[week]:,} clients"
                 for week, a, b, c in zip(weeks, mean, low, high, strict=True)]  # fmt: skip
        figure.add_trace(go.Scatter(
            x=weeks, y=mean, name=name, legendgroup=name, mode="lines+markers", marker_size=5, hovertext=hover,
            hoverinfo="text", line={"color": colour, "dash": dash, "width": 2},
        ), row=row, col=1)  # fmt: skip
    figure.add_vline(x=0, line={"color": SECOND_INK, "width": 1, "dash": "dot"})
    figure.update_yaxes(title_text="alliance [0 to 1]", row=1, col=1)
    figure.update_yaxes(title_text="difference", zerolinecolor=INK, row=2, col=1)
    ticks = [week for week in weeks if week % 2 == 0]
    figure.update_xaxes(tickvals=ticks, row=1, col=1)
    figure.update_xaxes(
        tickvals=ticks, ticktext=[f"{f'{week:+d}' if week else 'tears'}<br>n={people[week]:,}" for week in ticks],
        title_text="weeks from the first tears that the client noticed", row=2, col=1,
    )  # fmt: skip
    caption = (
        f"n = {people.max():,} clients who noticed the therapist’s tears, and the same clients where those tears "
        "were held back; weeks in which they still met that therapist in both worlds, so those who left are missing "
        f"later on. Bands: 95 % intervals, {pairs['replicate'].nunique()} practices being the independent units."
    )
    return finished(figure, "Alliance around tears, and without them", caption, 430)


def pairs_around_tears(shown: pd.DataFrame, held_back: pd.DataFrame) -> pd.DataFrame:
    """One row a person and week around that person's first noticed tears: alliance after the session in both worlds."""
    who = ["replicate", "home", "turn"]
    first = shown[shown["noticed"]].sort_values("week").drop_duplicates(who)[[*who, "week", "therapist"]]
    first = first.rename(columns={"week": "tears"}).reset_index(drop=True)
    first["person"] = first.index
    met = first.merge(shown[[*who, "therapist", "week", "alliance"]], on=[*who, "therapist"])
    same = [*who, "therapist", "week"]
    both = met.merge(held_back[[*same, "alliance"]], on=same, suffixes=("", "_held_back"))
    both["week"] = both["week"] - both["tears"]
    both["shown"], both["held back"] = both["alliance"], both["alliance_held_back"]
    both["difference"] = both["shown"] - both["held back"]
    around = both[(both["week"] >= -BEFORE) & (both["week"] <= AFTER)]
    return around[["replicate", "person", "week", "shown", "held back", "difference"]]


def _by_week(pairs: pd.DataFrame, column: str) -> dict[int, Estimate]:
    """The mean of a column at each week around tears, with its interval over practices."""
    means = {}
    for week, rows in pairs.groupby("week"):
        if len(rows) >= FEWEST_PAIRS:
            by = rows.groupby("replicate")[column].agg(["sum", "size"])
            means[int(week)] = ratio(by["sum"].tolist(), by["size"].tolist())
    return means


# --- How often, and how taken -----------------------------------------------------------------------------------------


def tears_by_level(sessions: pd.DataFrame) -> go.Figure:
    """How often a therapist's eyes fill, by level, and how clients took the tears of each level.

    A table of sessions, as a log has them. Intervals: 95 %, the independent units being replicates if the table has
    more than one, else therapists. Raises TearSimError if no eyes filled.
    """
    levels = [level for level in LEVEL[1:] if (sessions["tears_felt"] == level).any()]
    if not levels:
        raise TearSimError("No therapist’s eyes filled in these sessions.")
    unit = "replicate" if "replicate" in sessions and sessions["replicate"].nunique() > 1 else "therapist"
    figure = make_subplots(cols=2, column_widths=[0.36, 0.64], horizontal_spacing=0.13)
    often = [_share(sessions, sessions["tears_felt"] == level, unit) for level in levels]
    counts = [int((sessions["tears_felt"] == level).sum()) for level in levels]
    names = [f"{level}<br>n={count:,}" for level, count in zip(levels, counts, strict=True)]
    rates = _dots(names, often, COLOURS[0], SYMBOLS[0], "sessions with tears")
    written = {"text": [f" {one.mean:.2g}" for one in often], "mode": "markers+text", "textposition": "middle right"}
    figure.add_trace(rates.update(showlegend=False, **written), row=1, col=1)
    for k, (kind, (colour, symbol)) in enumerate(TAKEN.items()):
        shares = []
        for level in levels:
            of_level = sessions[sessions["tears_felt"] == level]
            took = ~of_level["noticed"] if kind == "unseen" else of_level["reception"] == kind
            shares.append(_share(of_level, took, unit))
        places = [i + 0.16 * (k - 1.5) for i in range(len(levels))]
        figure.add_trace(_dots(places, shares, colour, symbol, kind), row=1, col=2)
    figure.update_xaxes(title_text="level of tears felt", row=1, col=1)
    figure.update_xaxes(
        title_text="level of tears felt", tickvals=list(range(len(levels))), ticktext=names, showgrid=False,
        range=[-0.5, len(levels) - 0.5], row=1, col=2,
    )  # fmt: skip
    figure.update_yaxes(title_text="in 100 sessions", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="how they were taken [% of that level]", range=[-3, 103], row=1, col=2)
    units = f"{sessions[unit].nunique()} {'practices (replicates)' if unit == 'replicate' else 'therapists'}"
    caption = (
        f"n = {len(sessions):,} sessions, {sum(counts):,} with tears. Unseen: the client noticed nothing; else the "
        f"client was moved, unmoved or unsettled. Bars: 95 % intervals, {units} being the independent units."
    )
    return finished(figure, "How often therapists’ eyes fill, and how clients take it", caption, 320)


def _share(rows: pd.DataFrame, those: pd.Series, unit: str) -> Estimate:
    """Which share (%) of the rows those are, with its interval over independent units."""
    by = those.groupby(rows[unit], observed=True).agg(["sum", "size"])
    found = ratio(by["sum"].tolist(), by["size"].tolist())
    if found.mean in (0.0, 1.0) or np.isnan(found.low):  # no spread between units: Clopper and Pearson's (1934) instead
        ends = binomtest(int(those.sum()), len(those)).proportion_ci(CONFIDENCE)
        found = found._replace(low=float(ends.low), high=float(ends.high))
    return Estimate(100 * found.mean, max(0.0, 100 * found.low), min(100.0, 100 * found.high), found.replicates)


def _dots(places: Sequence[Any], found: Sequence[Estimate], colour: str, symbol: str, name: str) -> go.Scatter:
    above, below = [one.high - one.mean for one in found], [one.mean - one.low for one in found]
    hover = [f"{name}: {one.mean:.3g} (95 % interval {one.low:.3g} to {one.high:.3g})" for one in found]
    return go.Scatter(
        x=list(places), y=[one.mean for one in found], name=name, mode="markers", hovertext=hover, hoverinfo="text",
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_y={"type": "data", "array": above, "arrayminus": below, "color": colour, "thickness": 1.5},
    )  # fmt: skip


assert set(TAKEN) == {"unseen", *RECEPTION[1:]}
