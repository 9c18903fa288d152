"""The report of a sweep: one HTML file that answers the question in words, figures and tables, without the internet."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

from tearsim.errors import TearSimError
from tearsim.safe_files import write_safely
from tearsim.show.report import tables
from tearsim.show.report.figures import PRINT_ZOOM, Figure, pictures_of, pictures_of_people
from tearsim.show.report.filling import plotly_js, template
from tearsim.show.report.first_screen import FirstScreen, first_screen
from tearsim.show.report.tables import PlainTable
from tearsim.show.terminal.sweep_tables import failures_in_words
from tearsim.show.words import caveats, contrasts, exposed
from tearsim.show.words.english import list_of
from tearsim.show.words.measures import on_scale
from tearsim.show.words.sections import Paragraph, sections
from tearsim.show.words.sensitivity import sensitivity_in_words
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.contrasts import Contrasts
from tearsim.study.sweeps.columns import FAILURES
from tearsim.study.sweeps.folder import REPORT_FILE
from tearsim.study.sweeps.results import Results

PAGE_TEMPLATE = "report.html.jinja"


class Block(NamedTuple):
    """What stands under one heading of a section."""

    heading: str = ""
    meaning: str = ""
    paragraphs: Sequence[Paragraph] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[PlainTable] = ()


class Part(NamedTuple):
    """A section of the page."""

    id: str
    heading: str
    blocks: Sequence[Block]
    printed: bool = False  # folded on a screen, and printed all the same


class Content(TypedDict):
    """What a page says of runs: the answer, sections of words and figures, and how to read them."""

    first: FirstScreen | None
    answer: list[str]
    lead: bool  # whether the answer's first sentence leads the others
    sections: list[Part]
    reading: list[Paragraph]


def write_report(answer: Answer) -> Path:
    """Write the report of a finished sweep into its folder and return where it is.

    Raises TearSimError for results that are unfinished, of one shard, or lack what a report is made from; OSError if
    the folder cannot be written to.
    """
    page = report_html(answer)
    path = answer.results.folder / REPORT_FILE
    write_safely(path, lambda unfinished: unfinished.write_text(page, encoding="utf-8"))
    return path


def report_html(answer: Answer) -> str:
    """The page itself; it depends on the results alone. Raises as `write_report` does."""
    refuse_unless_whole(answer.results)
    for table in (*answer.results.provenance["tables"], FAILURES):  # those it does not tell of, too: it vouches for all
        answer.results.files(table)
    notices = _notices(answer)
    if len(answer.runs):
        content = _content(answer, notices)
    else:
        content = {
            "first": None,
            "answer": ["No run came to an end, so nothing can be said."],
            "lead": False,
            "sections": [],
            "reading": [],
        }
    return _page(answer.results, notices, content)


def refuse_unless_whole(results: Results) -> None:
    """Raise TearSimError for results that say only a part of what the experiment asked."""
    where = results.folder
    if results.is_shard:
        shard = results.provenance["shard"]
        raise TearSimError(f"{where} is shard {shard} alone: put all together first, with tearsim merge.")
    if not results.finished:
        raise TearSimError(f"{where} is unfinished: run its sweep to the end first, with the same command.")


def _notices(answer: Answer) -> list[str]:
    results = answer.results
    notices = []
    if failed := failures_in_words(results).removeprefix("tearsim: "):
        notices.append(f"{failed} What follows is made from those that did not." if len(answer.runs) else failed)
    if not results.of_this_model:
        notices.append(
            "These results were made by another version of the model than the one that writes this report. Their "
            "numbers stand as they were; meanings and sources of parameters are this version’s."
        )
    if not results.can_be_checked:
        notices.append(
            "Whether these results are as they were written cannot be checked: the version of TearSim that made them "
            "left no digests of its files."
        )
    return notices


def _content(answer: Answer, notices: list[str]) -> Content:
    """What a page says of runs, if there are any: the answer, sections of words and figures, and how to read them."""
    there, indices = answer.contrasts, answer.sensitivity
    pictures = pictures_of(answer)
    parts = [_by_parameter(there, pictures.by_parameter)]
    if pictures.together:
        parts.append(Part("together", "Two parameters at a time", [Block(figures=pictures.together)]))
    first = [sensitivity_in_words(one) for one in indices if "held back" not in one.of]
    in_short = contrasts.in_short(there)
    if indices:
        rest = [Paragraph("", sensitivity_in_words(one)) for one in indices if "held back" in one.of]
        parts.append(Part("matters", "Which parameters matter", [Block(paragraphs=rest, figures=pictures.sensitivity)]))
    behind = answer.people
    if behind.near is not None and behind.saw is not None:
        words = [Paragraph("", behind.near.words), Paragraph("", exposed.exposed_in_full(behind.saw))]
        block = Block(paragraphs=words, figures=pictures_of_people(behind.near))
        parts.append(Part("people", "The people behind the numbers", [block]))
    elif behind.why_not:
        notices.append(behind.why_not)
    parts.append(Part("numbers", "The numbers in tables", [Block(tables=tables.plain_tables(answer))], printed=True))
    read = [
        Paragraph("Alliance and dropout", caveats.outcomes_in_question()),
        Paragraph("Intervals", caveats.intervals(there)),
        Paragraph("Differences", caveats.same_luck(there)),
        Paragraph("Many comparisons", caveats.by_chance(there, behind.saw)),
        Paragraph("Small", caveats.what_is_small()),
    ]
    return {
        "first": first_screen(answer),
        "answer": [
            *first,
            *(exposed.exposed_in_short(behind.saw, there.estimates) if there.arms else []),
            *in_short,
            caveats.brackets_in_short(there),
        ],
        "lead": not first and len(in_short) > 1,
        "sections": [part for part in parts if part.blocks],
        "reading": [one for one in read if one.words],
    }


def _by_parameter(there: Contrasts, figures: dict[str, list[Figure]]) -> Part:
    """A block for each parameter: what changes with it, in words and figures; a table where they are many."""
    written = sections(there)
    blocks = [Block(one.heading, one.meaning, one.paragraphs, figures.get(one.parameter, [])) for one in written]
    if not written and there.shown:
        blocks = [Block(tables=[tables.changes_table(there)], figures=[f for many in figures.values() for f in many])]
    return Part("changes", "What changes with what", blocks)


def _page(results: Results, notices: list[str], content: Content) -> str:
    experiment, held = results.experiment, results.provenance
    words, by_group = caveats.assumptions(experiment.varied)
    figures = any(block.figures for part in content["sections"] for block in part.blocks)
    ended = str(held.get("ended") or held.get("started") or "")[:10]
    return template(PAGE_TEMPLATE).render(
        title=experiment.title,
        question=experiment.question.strip(),
        made=f"finished on {ended}" if ended else "",
        never_advice=caveats.NEVER_ADVICE,
        notices=notices,
        figures=figures,
        plotly_js=plotly_js() if figures else "",
        print_zoom=PRINT_ZOOM,
        scales=_scales(results),
        assumptions={"words": words, "by_group": by_group},
        varied=tables.varied_rows(experiment),
        fixed=tables.fixed_rows(results),
        fixed_heading=tables.fixed_heading(results),
        origin=tables.origin_rows(results),
        command=held.get("command", ""),
        **content,
    )


def _scales(results: Results) -> str:
    """How far the scales of what moves a practice go."""
    scales = map(on_scale, results.experiment.asked)
    return list_of(
        [
            f"{how.label} {how.reach:g}{f' ({how.below_label})' if how.below_label else ''} to either side"
            for how in scales
        ]
    )
