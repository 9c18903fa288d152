"""The answer of a sweep: outcomes by each parameter that varies, and what showing the tears did, with intervals."""

import math
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from tearsim.show.words.english import amount, duration, on_terminal
from tearsim.show.words.outcomes import ASKED, TOLD
from tearsim.study.answers.by_level import by_level, effect_of_showing, overall_effect, parameters_to_show
from tearsim.study.answers.contrasts import BESIDE
from tearsim.study.answers.sensitivity_estimators import MEASURES
from tearsim.study.arms import has_both_arms
from tearsim.study.estimates import Estimate, overall, range_over_points
from tearsim.study.sweeps.chunks import WHOLE
from tearsim.study.sweeps.experiment import SAMPLED
from tearsim.study.sweeps.forecast import Forecast
from tearsim.study.sweeps.results import Results
from tearsim.study.sweeps.runner import Progress
from tearsim.worlds.outcomes import QUESTIONED


def interval(row: Estimate, digits: int, times: float = 1.0, signed: bool = False) -> str:
    """A mean, and under it its interval."""
    if math.isnan(row.mean):
        return "–"
    mean, low, high = (on_terminal(value * times, digits, signed) for value in row[:3])
    return mean if math.isnan(row.low) else f"{mean}\n{low} to {high}"


_CAPTION = "Below each mean: 95 % interval over replicates, the noise of simulation alone."
# Points of a list that a terminal has room for.
MOST_POINTS_SHOWN = 30
# The outcomes of a table, in order: the two in question, and how many tears there were and how they were taken.
SHOWN = (*QUESTIONED, *BESIDE)


def answer(results: Results, work: Progress) -> list[Any]:
    """All that a sweep says when it ends, part by part: question, tables, sentence, and where it is."""
    title = Text(f"{results.experiment.title}\n", style="bold")
    parts: list[Any] = [title.append(results.experiment.question.strip(), style="not bold")]
    if results.provenance["shard"] != str(WHOLE):
        return [
            *parts,
            f"Shard {results.provenance['shard']} is finished, in {results.folder}: tearsim merge puts all together.",
        ]
    runs = results.table("runs", columns_to_read(results))
    parts += summary_tables(results, runs)
    parts += [words for words in (answer_in_words(runs), what_next(results)) if words]
    if not work.runs:
        parts.append("These results were finished already: nothing was run.")
    parts.append(f"{len(runs):,} runs in {results.folder}: runs.parquet and, beside it, all that made them.\n"
                 "It is a model, never advice about a person.")  # fmt: skip
    return parts


def columns_to_read(results: Results) -> list[str]:
    """The columns of runs that a summary is made from: of a long sweep, only these are read."""
    return ["design_point", "replicate", *results.experiment.varied, *SHOWN]


def summary_tables(results: Results, runs: pd.DataFrame) -> list[Table]:
    """A table for each varied parameter: outcomes at each of its values, and what showing the tears did.

    The points of a list are shown one by one: what differs between them differs together. A sampled design has a value
    of its own at nearly every point: there, one table says how far outcomes range.
    """
    if not len(runs):
        return []
    arms = has_both_arms(runs)
    shown = runs[runs["tears"] == "shown"] if arms else runs
    kind, points = results.experiment.design.kind, runs["design_point"].nunique()
    if kind == "list" and points <= MOST_POINTS_SHOWN:
        return [_by_point(runs, results.experiment.varied)]
    if kind in SAMPLED or kind == "list":
        tables = [_over_design(shown, arms)]
        return [*tables, _by_level(runs, runs, "tears", arms=False)] if _more_manners(runs) else tables
    tables = [_by_level(runs, shown, name, arms) for name in parameters_to_show(results)]
    if "tears" in runs and (not tables or set(runs["tears"]) != {"shown", "held back"}):
        tables.append(_by_level(runs, runs, "tears", arms=False))
    return tables


def _more_manners(runs: pd.DataFrame) -> bool:
    """Whether there are other manners of tears beside shown and held back."""
    return has_both_arms(runs) and runs["tears"].nunique() > 2


def _by_point(runs: pd.DataFrame, varied: list[str]) -> Table:
    replicates = runs["replicate"].nunique()
    table = Table(
        title=f"Point by point ({_over(replicates)})", title_justify="left", box=box.SIMPLE_HEAD,
        caption=_CAPTION if replicates > 1 else None, caption_justify="left", leading=1,
    )  # fmt: skip
    table.add_column("design point")
    for name in SHOWN:
        table.add_column(TOLD[name].heading, justify="right")
    for point, at_point in runs.groupby("design_point"):
        first = at_point.iloc[0]
        words = Text("\n".join([f"{point}", *(f"{name} {first[name]}" for name in varied)]))
        cells = [interval(overall(at_point, name), TOLD[name].digits, TOLD[name].factor) for name in SHOWN]
        table.add_row(words, *cells)
    return table


def _over_design(runs: pd.DataFrame, arms: bool) -> Table:
    points, replicates = runs["design_point"].nunique(), runs["replicate"].nunique()
    table = Table(
        title=f"Over {points:,} design points{', tears shown' if arms else ''} ({replicates} replicates of each)",
        title_justify="left", box=box.SIMPLE_HEAD, leading=1, caption_justify="left",
        caption="Below the mean: 95 % interval over replicates, the noise of simulation alone. "
        "Nine design points in ten lie between the last two.",
    )  # fmt: skip
    table.add_column("")
    for heading in ("mean", "5 % of points\nlie below", "5 % of points\nlie above"):
        table.add_column(heading, justify="right")
    for name in SHOWN:
        how = TOLD[name]
        mean = interval(overall(runs, name), how.digits, how.factor)
        ends = range_over_points(runs, name) * how.factor
        table.add_row(how.heading.replace("\n", " "), mean, *(on_terminal(end, how.digits) for end in ends))
    return table


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


def summary_of_work(results: Results, work: Progress) -> dict[str, Any]:
    """What a sweep ended in and what it took, for programs."""
    rates = {"runs_per_second": work.done - work.kept, "sessions_per_second": work.sessions} if work.seconds else {}
    return {
        "folder": str(results.folder), "title": results.experiment.title, "finished": results.finished,
        "design_points": results.provenance["design_points"], "replicates": results.provenance["replicates"],
        "runs": results.provenance["runs"], "runs_kept": work.kept, "runs_done": work.done - work.kept,
        "failed": len(results.failures), "sessions": work.sessions, "seconds": work.seconds,
        "cpu_seconds": work.cpu_seconds, "simulation_cpu_seconds": work.simulation_seconds,
        **{name: done / work.seconds for name, done in rates.items()},
    }  # fmt: skip


def forecast_in_words(took: Forecast, workers: int) -> str:
    """What a sweep would take, a line each."""
    with_workers = f"with {workers} worker{'s' if workers > 1 else ''}"
    return "\n".join([
        f"design points   {took.design_points:,}",
        f"runs            {took.runs:,}",
        f"sessions        about {took.sessions:,.0f}",
        f"time            about {duration(took.seconds)} on this machine {with_workers} "
        f"({duration(took.cpu_seconds)} of one core)",
        f"disk            about {amount(took.bytes)}, and {amount(took.bytes_on_the_way)} while it is put together",
        "Nothing was run or written.",
    ])  # fmt: skip


def _over(replicates: int) -> str:
    return f"means over {replicates} replicates" if replicates > 1 else "one replicate"


def _by_level(runs: pd.DataFrame, shown: pd.DataFrame, parameter: str, arms: bool) -> Table:
    replicates = shown["replicate"].nunique()
    title = f"By {parameter}{', tears shown' if arms else ''} ({_over(replicates)} and all else that varies)"
    caption = _CAPTION if replicates > 1 else None
    table = Table(
        title=title, title_justify="left", caption=caption, caption_justify="left", box=box.SIMPLE_HEAD, leading=1
    )
    table.add_column(parameter.replace("_", " ", 1).replace("_", "\n"), justify="right")
    levels = sorted(runs[parameter].unique())
    columns = []
    for name in SHOWN:
        how = TOLD[name]
        table.add_column(how.heading, justify="right")
        columns.append(_cells(by_level(shown, parameter, name), levels, how.digits, how.factor))
    for how in ASKED if arms else ():
        table.add_column(how.heading_of_effect, justify="right")
        effects = effect_of_showing(runs, parameter, how.outcome)
        columns.append(_cells(effects, levels, how.digits_of_difference, how.factor, signed=True))
    for level, *row in zip(levels, *columns, strict=True):
        table.add_row(str(level), *row)
    return table


def _cells(estimates: pd.DataFrame, levels: list[Any], digits: int, times: float, signed: bool = False) -> list[str]:
    """One cell a level; a dash where there is nothing to show."""
    rows = estimates.reindex(levels).itertuples(index=False)
    return [interval(Estimate(*row), digits, times, signed) for row in rows]


def answer_in_words(runs: pd.DataFrame) -> str:
    """What showing the tears did over the whole design, in a sentence; empty unless the design has both arms."""
    if not has_both_arms(runs):
        return ""
    alliance, dropout = (overall_effect(runs, name) for name in ("alliance_mean", "dropout_rate"))
    if math.isnan(alliance.mean) and math.isnan(dropout.mean):
        return "No run has a partner that differs from it in the tears alone: what showing them did cannot be said."
    where = "Over all points with tears shown or held back" if _more_manners(runs) else "Over all points"
    return (
        f"{where}, showing the tears rather than holding them back, under the same luck, changed mean alliance "
        f"by {_in_words(alliance, 4, 1.0)} and dropout by {_in_words(dropout, 2, 100.0)} percentage points."
    )


def _in_words(effect: Estimate, digits: int, times: float) -> str:
    if math.isnan(effect.mean):
        return "an unknown amount (no run has a partner that differs in the tears alone)"
    mean, low, high = (
        on_terminal(value * times, digits, signed=True) for value in (effect.mean, effect.low, effect.high)
    )
    return mean if math.isnan(effect.low) else f"{mean} (95 % interval {low} to {high})"
