"""The answer of a sweep: outcomes by each parameter that varies, and what showing the tears did, with intervals."""

import math
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from tearsim.show import telling
from tearsim.show.progress import amount, duration
from tearsim.study import summary
from tearsim.study.experiment import SAMPLED
from tearsim.study.forecast import Forecast
from tearsim.study.plan import WHOLE
from tearsim.study.results import Results
from tearsim.study.runner import Progress
from tearsim.study.sensitivity_estimators import MEASURES


def interval(row: summary.Estimate, digits: int, times: float = 1.0, signed: bool = False) -> str:
    """A mean, and under it its interval."""
    if math.isnan(row.mean):
        return "–"
    mean, low, high = (figure(value * times, digits, signed) for value in row[:3])
    return mean if math.isnan(row.low) else f"{mean}\n{low} to {high}"


def figure(value: float, digits: int, signed: bool = False) -> str:
    """A number to so many decimals, as sentences write it, but with a hyphen for a minus, as terminals do."""
    return telling.number(value, digits, signed).replace(telling.MINUS, "-")


_CAPTION = "Below each mean: 95 % interval over replicates, the noise of simulation alone."
# Points of a list that a terminal has room for.
MOST_POINTS_SHOWN = 30
# How a summary shows an outcome: heading, decimals, factor; and what showing the tears did to it.
HEADINGS = {
    "alliance_mean": ("alliance\n0 to 1", 3, 1.0),
    "dropout_rate": ("dropout\n%", 1, 100.0),
    "felt_per_100_sessions": ("therapist's\neyes fill, in\n100 sessions", 2, 1.0),
    # Not the share of all noticed tears, of which some practices have many more than others.
    "unsettled_share": ("unsettled,\n% of noticed\ntears, mean\nof practices", 1, 100.0),
}
EFFECTS = {
    "alliance_mean": ("what tears did\nto alliance", 4, 1.0),
    "dropout_rate": ("what tears did\nto dropout,\n% points", 2, 100.0),
}


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
    return ["design_point", "replicate", *results.experiment.varied, *HEADINGS]


def summary_tables(results: Results, runs: pd.DataFrame) -> list[Table]:
    """A table for each varied parameter: outcomes at each of its values, and what showing the tears did.

    The points of a list are shown one by one: what differs between them differs together. A sampled design has a value
    of its own at nearly every point: there, one table says how far outcomes range.
    """
    if not len(runs):
        return []
    arms = summary.has_both_arms(runs)
    shown = runs[runs["tears"] == "shown"] if arms else runs
    kind, points = results.experiment.design.kind, runs["design_point"].nunique()
    if kind == "list" and points <= MOST_POINTS_SHOWN:
        return [_by_point(runs, results.experiment.varied)]
    if kind in SAMPLED or kind == "list":
        tables = [_over_design(shown, arms)]
        return [*tables, _by_level(runs, runs, "tears", arms=False)] if _more_manners(runs) else tables
    tables = [_by_level(runs, shown, name, arms) for name in summary.parameters_to_show(results)]
    if "tears" in runs and (not tables or set(runs["tears"]) != {"shown", "held back"}):
        tables.append(_by_level(runs, runs, "tears", arms=False))
    return tables


def _more_manners(runs: pd.DataFrame) -> bool:
    """Whether there are other manners of tears beside shown and held back."""
    return summary.has_both_arms(runs) and runs["tears"].nunique() > 2


def _by_point(runs: pd.DataFrame, varied: list[str]) -> Table:
    replicates = runs["replicate"].nunique()
    table = Table(
        title=f"Point by point ({_over(replicates)})", title_justify="left", box=box.SIMPLE_HEAD,
        caption=_CAPTION if replicates > 1 else None, caption_justify="left", leading=1,
    )  # fmt: skip
    table.add_column("design point")
    for heading, _, _ in HEADINGS.values():
        table.add_column(heading, justify="right")
    for number, at_point in runs.groupby("design_point"):
        first = at_point.iloc[0]
        words = Text("\n".join([f"{number}", *(f"{name} {first[name]}" for name in varied)]))
        cells = [interval(summary.overall(at_point, name), *how[1:]) for name, how in HEADINGS.items()]
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
    for name, (heading, digits, times) in HEADINGS.items():
        mean = interval(summary.overall(runs, name), digits, times)
        ends = summary.range_over_points(runs, name) * times
        table.add_row(heading.replace("\n", " "), mean, *(figure(end, digits) for end in ends))
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
    for name, (heading, digits, times) in HEADINGS.items():
        table.add_column(heading, justify="right")
        columns.append(_cells(summary.by_level(shown, parameter, name), levels, digits, times))
    for name, (heading, digits, times) in EFFECTS.items() if arms else ():
        table.add_column(heading, justify="right")
        columns.append(_cells(summary.effect_of_showing(runs, parameter, name), levels, digits, times, signed=True))
    for level, *row in zip(levels, *columns, strict=True):
        table.add_row(str(level), *row)
    return table


def _cells(estimates: pd.DataFrame, levels: list[Any], digits: int, times: float, signed: bool = False) -> list[str]:
    """One cell a level; a dash where there is nothing to show."""
    rows = estimates.reindex(levels).itertuples(index=False)
    return [interval(summary.Estimate(*row), digits, times, signed) for row in rows]


def answer_in_words(runs: pd.DataFrame) -> str:
    """What showing the tears did over the whole design, in a sentence; empty unless the design has both arms."""
    if not summary.has_both_arms(runs):
        return ""
    alliance, dropout = (summary.overall_effect(runs, name) for name in ("alliance_mean", "dropout_rate"))
    if math.isnan(alliance.mean) and math.isnan(dropout.mean):
        return "No run has a partner that differs from it in the tears alone: what showing them did cannot be said."
    where = "Over all points with tears shown or held back" if _more_manners(runs) else "Over all points"
    return (
        f"{where}, showing the tears rather than holding them back, under the same luck, changed mean alliance "
        f"by {_in_words(alliance, 4, 1.0)} and dropout by {_in_words(dropout, 2, 100.0)} percentage points."
    )


def _in_words(effect: summary.Estimate, digits: int, times: float) -> str:
    if math.isnan(effect.mean):
        return "an unknown amount (no run has a partner that differs in the tears alone)"
    mean, low, high = (figure(value * times, digits, signed=True) for value in (effect.mean, effect.low, effect.high))
    return mean if math.isnan(effect.low) else f"{mean} (95 % interval {low} to {high})"
