"""The answer of a sweep: outcomes by each parameter that varies, and what showing the tears did, with intervals."""

import math
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table

from tearsim.study import summary
from tearsim.study.results import Results


def interval(row: summary.Estimate, digits: int, times: float = 1.0, sign: str = "") -> str:
    """A mean, and under it its interval."""
    if math.isnan(row.mean):
        return "–"
    mean, low, high = (figure(value * times, digits, sign) for value in (row.mean, row.low, row.high))
    return mean if math.isnan(row.low) else f"{mean}\n{low} to {high}"


def figure(value: float, digits: int, sign: str = "") -> str:
    """A number to so many decimals; zero has no sign."""
    written = f"{value:{sign}.{digits}f}"
    return written.lstrip("+-") if written.strip("+-0.") == "" else written


# How a summary shows an outcome: heading, decimals, factor; and what showing the tears did to it.
HEADINGS = {
    "alliance_mean": ("alliance\n0 to 1", 3, 1.0),
    "dropout_rate": ("dropout\n%", 1, 100.0),
    "felt_per_100_sessions": ("therapist's\neyes fill, in\n100 sessions", 2, 1.0),
    "unsettled_share": ("unsettled,\n% of noticed\ntears", 1, 100.0),
}
EFFECTS = {
    "alliance_mean": ("what tears did\nto alliance", 4, 1.0),
    "dropout_rate": ("what tears did\nto dropout,\n% points", 2, 100.0),
}


def summary_tables(results: Results) -> list[Table]:
    """A table for each varied parameter: outcomes at each of its values, and what showing the tears did."""
    runs = results.runs
    arms = summary.has_both_arms(runs)
    shown = runs[runs["tears"] == "shown"] if arms else runs
    tables = [_by_level(runs, shown, name, arms) for name in summary.parameters_to_show(results)]
    if "tears" in runs and (not tables or set(runs["tears"]) != {"shown", "held back"}):
        tables.append(_by_level(runs, runs, "tears", arms=False))
    return tables


def _by_level(runs: pd.DataFrame, shown: pd.DataFrame, parameter: str, arms: bool) -> Table:
    replicates = shown["replicate"].nunique()
    over = f"means over {replicates} replicates" if replicates > 1 else "one replicate"
    title = f"By {parameter}{', tears shown' if arms else ''} ({over} and all else that varies)"
    caption = (
        "Below each mean: 95 % interval over replicates, the noise of simulation alone." if replicates > 1 else None
    )
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
        columns.append(_cells(summary.effect_of_showing(runs, parameter, name), levels, digits, times, "+"))
    for level, *row in zip(levels, *columns, strict=True):
        table.add_row(str(level), *row)
    return table


def _cells(estimates: pd.DataFrame, levels: list[Any], digits: int, times: float, sign: str = "") -> list[str]:
    """One cell a level; a dash where there is nothing to show."""
    rows = estimates.reindex(levels).itertuples(index=False)
    return [interval(summary.Estimate(*row), digits, times, sign) for row in rows]


def answer_in_words(results: Results) -> str:
    """What showing the tears did over the whole design, in a sentence; empty unless the design has both arms."""
    runs = results.runs
    if not summary.has_both_arms(runs):
        return ""
    alliance, dropout = (summary.overall_effect(runs, name) for name in ("alliance_mean", "dropout_rate"))
    return (
        f"Over all points, showing the tears rather than holding them back, under the same luck, changed mean alliance "
        f"by {_in_words(alliance, 4, 1.0)} and dropout by {_in_words(dropout, 2, 100.0)} percentage points."
    )


def _in_words(effect: summary.Estimate, digits: int, times: float) -> str:
    if math.isnan(effect.mean):
        return "an unknown amount (no run has a partner that differs in the tears alone)"
    mean, low, high = (figure(value * times, digits, "+") for value in (effect.mean, effect.low, effect.high))
    return mean if math.isnan(effect.low) else f"{mean} (95 % interval {low} to {high})"
