"""The figure of who stays in therapy: two estimates, which answer two questions, and how many they rest on."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tearsim.arguments import of_kind
from tearsim.science.declaration import in_words
from tearsim.show.figures.style import ARMS, COLOURS, SECOND_INK, band, finished
from tearsim.study.people.survival import Group, SurvivalCurve, staying

# Pixels: each panel of curves, what stands between panels, and a row of the numbers at risk.
STAYING_HEIGHT, LEAVING_HEIGHT, CURVES_APART, AT_RISK_ROW = 240, 170, 56, 20
GROUP_STYLES = tuple(zip(COLOURS, ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot"), strict=True))


def survival(episodes: pd.DataFrame, *, by: str | None = None) -> go.Figure:
    """Who stays with their first therapist, session by session, by group, with intervals and the numbers at risk.

    Above, the share who have not left of those for whom therapy goes on (Kaplan and Meier; completing counts as
    lost from sight); below, the share who have left of all who began (Aalen and Johansen; completing is another
    end). See `study.people.survival` for why both.

    Args:
        episodes: A row an episode, with columns sessions and ending; where a column episode is there, only first ones
            count.
        by: The column that tells groups apart; None for all together.

    Returns:
        A figure (Plotly).

    Raises:
        TearSimError: If a column is missing, if there are too many groups to tell apart, and if there is nobody.

    >>> import tearsim
    >>> cohort = {"weeks": 30, "arrivals": "cohort", "therapist_tear_propensity": 0.95}
    >>> shown = tearsim.simulate(seed=1, log=True, **cohort)
    >>> figure = tearsim.figures.survival(shown.episodes)
    """
    if by is not None:
        of_kind("by", by, str, "the name of a column")
    found = staying(episodes, by=by, named=list(ARMS) if by == "tears" else None, most=len(COLOURS))
    groups = _named(found.groups, by)
    ticks, longest = found.counted, found.longest
    table = AT_RISK_ROW * len(groups)
    height = STAYING_HEIGHT + LEAVING_HEIGHT + table + 2 * CURVES_APART
    figure = make_subplots(
        rows=3,
        shared_xaxes=True,
        row_heights=[STAYING_HEIGHT, LEAVING_HEIGHT, table],
        vertical_spacing=CURVES_APART / height,
    )
    styles = [style[:2] for style in ARMS.values()] if by == "tears" else GROUP_STYLES
    for i, (name, group) in enumerate(groups.items()):
        colour, dash = styles[i]
        _add(figure, 1, group.not_left, (name, colour, dash))
        _add(figure, 2, group.have_left, (name, colour, dash))
        numbers = [f"{number:,}" for number in group.at_risk]
        figure.add_trace(
            go.Scatter(
                x=ticks,
                y=[i] * len(ticks),
                text=numbers,
                mode="text",
                textfont={"size": 11, "color": colour},
                hoverinfo="skip",
                showlegend=False,
                name=f"{name}: at risk",
            ),
            row=3,
            col=1,
        )
    _axes(figure, list(groups), ticks, longest)
    caption = (
        "First therapies; the event is that the client left without having had enough. Above: of those who neither "
        "completed nor reached the end of the watch, as if whoever completed would otherwise have left like the rest, "
        "which is not so (Kaplan and Meier). Below: of all who began, completing being another end (Aalen and "
        f"Johansen). Bands: pointwise 95 % intervals, clients taken as independent of each other.{_same(by)}"
    )
    of = f", by {in_words(by)}" if by else ""
    return finished(figure, f"Who stays, and who leaves the therapist{of}", caption, height=height).update_layout(
        margin_b=20
    )


def _same(by: str | None) -> str:
    if by != "tears":
        return ""
    return " The same clients are in both worlds, so bands that overlap do not say that the worlds do not differ."


def _named(groups: Sequence[Group], by: str | None) -> dict[str, Group]:
    """The groups by the names that they are drawn under."""
    names = {arm: words for arm, (_, _, words) in ARMS.items()} if by == "tears" else {"": "all clients"}
    return {f"{names.get(group.name, group.name)} (n = {group.clients:,})": group for group in groups}


def _add(figure: go.Figure, row: int, course: SurvivalCurve, style: tuple[str, str, str]) -> None:
    """A step function with its band."""
    name, colour, dash = style
    for trace in band(course.sessions.tolist(), course.low.tolist(), course.high.tolist(), colour, name, "hv"):
        figure.add_trace(trace, row=row, col=1)
    figure.add_trace(
        go.Scatter(
            x=course.sessions,
            y=course.share,
            name=name,
            legendgroup=name,
            showlegend=row == 1,
            mode="lines",
            line={"shape": "hv", "color": colour, "dash": dash, "width": 2},
            customdata=list(zip(course.low.tolist(), course.high.tolist(), strict=True)),
            hovertemplate="after %{x} sessions: %{y:.1f} % "
            "(95 % interval %{customdata[0]:.1f} to %{customdata[1]:.1f})",
        ),
        row=row,
        col=1,
    )


def _axes(figure: go.Figure, names: list[str], ticks: list[int], longest: int) -> None:
    figure.update_yaxes(title_text="have not left<br>[% of those who go on]", row=1, col=1)
    figure.update_yaxes(title_text="have left<br>[% of all]", rangemode="tozero", row=2, col=1)
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        tickfont_size=11,
        row=3,
        col=1,
    )
    shown: dict[str, object] = {"showticklabels": True, "tickvals": ticks}
    figure.update_xaxes(range=[0, longest + 1], **shown, row=1, col=1)
    figure.update_xaxes(range=[0, longest + 1], **shown, title_text="sessions held", row=2, col=1)
    figure.update_xaxes(range=[0, longest + 1], showgrid=False, showticklabels=False, row=3, col=1)
    figure.add_annotation(
        text="at risk: came to that session",
        xref="paper",
        yref="y3 domain",
        x=0.0,
        y=1.0,
        yanchor="bottom",
        xanchor="left",
        showarrow=False,
        font={"size": 11, "color": SECOND_INK},
    )
