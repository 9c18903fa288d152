"""The report of a planned study, to attach to a proposal: one HTML file that needs no internet."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from tearsim.safe_files import write_safely
from tearsim.show.figures.plans import power_curve, what_teaches_most
from tearsim.show.figures.style import CONFIG, caption_of
from tearsim.show.report.filling import plotly_js, template
from tearsim.show.terminal.plans import TOLD_OF_CURVE, TOLD_OF_TEACHING
from tearsim.show.words import plans as words
from tearsim.show.words.caveats import NEVER_ADVICE
from tearsim.study.planning.diagnosing import Diagnosed
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.teaching import Taught
from tearsim.study.sweeps.folder import REPORT_FILE
from tearsim.study.sweeps.identity import source_hash

if TYPE_CHECKING:
    from markupsafe import Markup

LEGEND_BELOW = {"orientation": "h", "x": 0.0, "xanchor": "left", "y": -0.25, "yanchor": "top"}
PLAN_TEMPLATE = "planned.html.jinja"
MEANINGS = (
    ("answers", "share of studies that have enough tears to give an estimate at all; the others have found nothing"),
    ("power", "share of studies whose interval leaves out 0"),
    ("right sign", "share of studies whose interval leaves out 0 on the side of the truth"),
    ("bias", "mean of estimate minus truth"),
    ("coverage", "share of intervals that hold the truth"),
    ("RMSE", "root of the mean squared error"),
    ("wrong sign", "of studies whose interval leaves out 0, the share on the wrong side"),
    ("exaggerates", "of the same, how many times as large as the truth the estimate is"),
    (
        "tells apart",
        "chance that the estimate is higher in a world where the effect is above 0 than in one below; a coin has 50",
    ),
)


def write_plan_report(plan: PlannedStudy, command: str, data: Sequence[Path] = ()) -> Path:
    """Write the report of a plan into its folder and return where it is."""
    path = plan.folder / REPORT_FILE
    page = template(PLAN_TEMPLATE).render(
        title=plan.study.title,
        question=plan.study.question,
        never_advice=NEVER_ADVICE,
        findings=words.what_it_finds(plan),
        intervals=words.INTERVALS,
        protocol=words.protocol(plan.study),
        headings=["therapists", "clients", *(told.heading for told in TOLD_OF_CURVE)],
        rows=[_row(plan, one) for one in plan.curve],
        meanings=MEANINGS,
        figure=_drawn(power_curve(plan)),
        limits=words.limits_of_plan(plan),
        command=command,
        origin=[
            ("TearSim", version("tearsim")),
            ("SHA-256 of the model", source_hash()),
            ("SHA-256 of the study", plan.study.fingerprint()),
        ],
        data=[str(file.relative_to(plan.folder)) for file in data],
        plotly_js=plotly_js(),
        taught=[],
    )
    write_safely(path, lambda unfinished: unfinished.write_text(page, encoding="utf-8"))
    return path


def write_teaching_report(taught: Sequence[Taught], folder: Path, command: str) -> Path:
    """Write which of several studies would teach most into a folder and return where it is."""
    path = folder / REPORT_FILE
    page = template(PLAN_TEMPLATE).render(
        title="What would teach us most",
        question="Which of these studies would draw the worlds together that fit the published evidence?",
        never_advice=NEVER_ADVICE,
        findings=words.teaching_in_words(taught),
        intervals=words.INTERVALS,
        protocol=[],
        headings=["study", "therapists", *(heading.replace("\n", " ") for heading in TOLD_OF_TEACHING)],
        rows=[_row_taught(one) for one in taught],
        meanings=[],
        figure=_drawn(what_teaches_most(taught)),
        limits=[],
        command=command,
        origin=[("TearSim", version("tearsim")), ("SHA-256 of the model", source_hash())],
        data=[],
        plotly_js=plotly_js(),
        taught=taught,
    )
    write_safely(path, lambda unfinished: unfinished.write_text(page, encoding="utf-8"))
    return path


def _row(plan: PlannedStudy, one: Diagnosed) -> list[str]:
    return [f"{one.n:,}", f"{one.n * plan.study.data.clients:,}", *(told.of(one) for told in TOLD_OF_CURVE)]


def _row_taught(one: Taught) -> list[str]:
    return [one.title, f"{one.n:,}", *(told(one) for told in TOLD_OF_TEACHING.values())]


def _drawn(figure: go.Figure) -> "tuple[Markup, str]":
    """A figure as a piece of a page, which has the title and the caption beside it, and the caption."""
    from markupsafe import Markup

    caption = caption_of(figure)
    figure.layout.title = None
    figure.update_layout(margin_t=20, legend=LEGEND_BELOW)
    return Markup(figure.to_html(full_html=False, include_plotlyjs=False, config=CONFIG)), caption
