"""The answer of a sweep: outcomes by each parameter that varies, and what showing the tears did, with intervals."""

import math
from collections.abc import Sequence

import pandas as pd
from rich import box
from rich.console import RenderableType
from rich.text import Text

from tearsim.show.terminal.first_tables import saw_table, told, what_changes_table
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.cards import cards
from tearsim.show.words.english import amount, duration, on_terminal
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.rows import saw_rows
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.sensitivity_estimators import MEASURES
from tearsim.study.answers.tables import OutcomeTable, Row
from tearsim.study.estimates import Estimate
from tearsim.study.sweeps.forecast import Forecast
from tearsim.study.sweeps.results import Results
from tearsim.study.sweeps.runner import Progress


def caption(worlds: int) -> str:
    """What the intervals of a table are of, and hold; `worlds` is how many replicates lived in, 0 by the defaults."""
    if worlds:
        return f"Below each mean: 95 % interval over {worlds} worlds that fit the evidence: luck and how they differ."
    return "Below each mean: 95 % interval over replicates, the noise of simulation alone, in one world."


def told_at_the_end(answer: Answer, work: Progress) -> list[RenderableType]:
    """All that a sweep says when it ends, part by part: question, cards, tables, sentence, and where it is."""
    results = answer.results
    title = Text(f"{results.experiment.title}\n", style="bold")
    parts: list[RenderableType] = [title.append(results.experiment.question.strip(), style="not bold")]
    if results.is_shard:
        return [
            *parts,
            f"Shard {results.provenance['shard']} is finished, in {results.folder}: tearsim merge puts all together.",
        ]
    if len(answer.runs):
        found, behind = answer.contrasts, answer.people_so_far
        parts += [told(card) for card in cards(found, behind.saw, behind.moved, answer.dropout_in_the_middle)]
        saw, changes = saw_rows(behind.saw if found.arms else None), what_changes_table(found)
        parts += [table for table in (saw_table(saw) if saw else None, changes) if table is not None]
        # Means level by level stand in the report; where levels do not say it, they are the answer.
        by_themselves = [one for one in answer.tables if changes is None or one.kind != "by parameter"]
        parts += [drawn(table, results.experiment.varied, answer.runs) for table in by_themselves]
    parts += [words for words in (what_next(results),) if words]
    if not work.runs:
        parts.append("These results were finished already: nothing was run.")
    parts.append(
        f"{len(answer.runs):,} runs in {results.folder}: runs.parquet and, beside it, all that made them.\n"
        "It is a model, never advice about a person."
    )
    return parts


def drawn(table: OutcomeTable, varied: Sequence[str], runs: pd.DataFrame) -> WholeTable:
    """A table as a terminal shows it."""
    draw = {"by parameter": _by_parameter, "over design": _over_design}.get(table.kind)
    return draw(table) if draw is not None else _by_point(table, varied, runs)


def interval(one: Estimate, digits: int, factor: float = 1.0, signed: bool = False) -> str:
    """A mean, and under it its interval."""
    mean, low, high = (on_terminal(value * factor, digits, signed) for value in one[:3])
    return mean if math.isnan(one.low) else f"{mean}\n{low} to {high}"


def _by_point(found: OutcomeTable, varied: Sequence[str], runs: pd.DataFrame) -> WholeTable:
    table = WholeTable(
        title=f"Point by point ({_over(found.replicates)})",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        caption=caption(found.worlds) if found.replicates > 1 else None,
        caption_justify="left",
        leading=1,
    )
    table.add_column("design point")
    for name in found.rows[0].outcomes:
        table.add_column(TOLD[name].heading, justify="right")
    values = runs.drop_duplicates(found.by).set_index(found.by)
    for row in found.rows:
        here = values.loc[row.level]
        words = Text("\n".join([f"{row.level}", *(f"{name} {here[name]}" for name in varied)]))
        table.add_row(words, *_outcomes(row))
    return table


def _over_design(found: OutcomeTable) -> WholeTable:
    shown = ", tears shown" if found.of_shown else ""
    table = WholeTable(
        title=f"Over {found.points:,} design points{shown} ({found.replicates} replicates of each)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        leading=1,
        caption_justify="left",
        caption=f"{caption(found.worlds)} Nine design points in ten lie between the last two.",
    )
    table.add_column("")
    for heading in ("mean", "5 % of points\nlie below", "5 % of points\nlie above"):
        table.add_column(heading, justify="right")
    (row,) = found.rows
    for name, mean in zip(row.outcomes, _outcomes(row), strict=True):
        how = TOLD[name]
        ends = (on_terminal(how.level(end), how.digits) for end in row.between_points[name])
        table.add_row(how.heading.replace("\n", " "), mean, *ends)
    return table


def _by_parameter(found: OutcomeTable) -> WholeTable:
    shown = ", tears shown" if found.of_shown else ""
    title = f"By {found.by}{shown} ({_over(found.replicates)} and all else that varies)"
    caption_below = caption(found.worlds) if found.replicates > 1 else None
    table = WholeTable(
        title=title, title_justify="left", caption=caption_below, caption_justify="left", box=box.SIMPLE_HEAD, leading=1
    )
    table.add_column(found.by.replace("_", " ", 1).replace("_", "\n"), justify="right")
    for name in found.rows[0].outcomes:
        table.add_column(TOLD[name].heading, justify="right")
    for name in found.rows[0].effects:
        table.add_column(TOLD[name].heading_of_effect or f"what tears did\nto {TOLD[name].heading}", justify="right")
    for row in found.rows:
        effects = (
            interval(one, TOLD[name].digits_of_difference, TOLD[name].factor, signed=True)
            for name, one in row.effects.items()
        )
        table.add_row(str(row.level), *_outcomes(row), *effects)
    return table


def _outcomes(row: Row) -> list[str]:
    return [interval(TOLD[name].levels(one), TOLD[name].digits) for name, one in row.outcomes.items()]


def _over(replicates: int) -> str:
    return f"means over {replicates} replicates" if replicates > 1 else "one replicate"


def what_next(results: Results) -> str:
    """The command that says which parameters mattered, where the design is made for it."""
    if results.experiment.design.kind not in MEASURES:
        return ""
    return f"Which parameters made the difference: tearsim sensitivity {results.folder}"


def failures_in_words(results: Results) -> str:
    """How many runs failed and where that is written; empty where none did."""
    failed = results.failures
    if not len(failed):
        return ""
    first = failed.iloc[0]
    return (
        f"tearsim: {len(failed):,} of {results.provenance['runs']:,} runs failed, as {results.folder}/failures.parquet "
        f"tells. The first: design point {first['design_point']}, replicate {first['replicate']}: {first['error']}: "
        f"{first['message']}"
    )


def summary_of_work(results: Results, work: Progress) -> dict[str, object]:
    """What a sweep ended in and what it took, for programs."""
    rates = {"runs_per_second": work.done - work.kept, "sessions_per_second": work.sessions} if work.seconds else {}
    return {
        "folder": str(results.folder),
        "title": results.experiment.title,
        "finished": results.finished,
        "design_points": results.provenance["design_points"],
        "replicates": results.provenance["replicates"],
        "runs": results.provenance["runs"],
        "runs_kept": work.kept,
        "runs_done": work.done - work.kept,
        "failed": len(results.failures),
        "sessions": work.sessions,
        "seconds": work.seconds,
        "cpu_seconds": work.cpu_seconds,
        "simulation_cpu_seconds": work.simulation_seconds,
        **{name: done / work.seconds for name, done in rates.items()},
    }


def forecast_in_words(took: Forecast, workers: int) -> str:
    """What a sweep would take, a line each."""
    with_workers = f"with {workers} worker{'s' if workers > 1 else ''}"
    return "\n".join(
        [
            f"design points   {took.design_points:,}",
            f"runs            {took.runs:,}",
            f"sessions        about {took.sessions:,.0f}",
            f"time            about {duration(took.seconds)} on this machine {with_workers} "
            f"({duration(took.cpu_seconds)} of one core)",
            f"disk            about {amount(took.bytes)}, and {amount(took.bytes_on_the_way)} while it is put together",
            "Nothing was run or written.",
        ]
    )
