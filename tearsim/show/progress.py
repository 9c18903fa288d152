"""How far a sweep has come: a bar on a terminal, a line every few seconds elsewhere."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tearsim.study import runner

# Seconds between lines of progress where there is no terminal to draw a bar on.
SECONDS_A_LINE = 5.0


@contextmanager
def progress(console: Console, quiet: bool) -> Iterator[runner.Report]:
    """Something that a sweep can report to: a bar on a terminal, a line every few seconds elsewhere."""
    if quiet:
        yield runner.say_nothing
    elif console.is_terminal:
        with _bar(console) as report:
            yield report
    else:
        yield _lines(console)


@contextmanager
def _bar(console: Console) -> Iterator[runner.Report]:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("runs, {task.fields[speed]}"), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None, speed="")

        def report(now: runner.Progress) -> None:
            bar.update(task, total=now.runs, completed=now.done, speed=_speed(now))

        yield report


def _lines(console: Console) -> runner.Report:
    last = [-math.inf]

    def report(now: runner.Progress) -> None:
        if now.kept and last[0] < 0:
            console.print(f"Kept {now.kept:,} of {now.runs:,} runs that were there already.")
        if time.monotonic() - last[0] >= SECONDS_A_LINE or now.done == now.runs:
            console.print(f"{now.done:,} of {now.runs:,} runs{', ' if now.sessions else ''}{_speed(now)}")
            last[0] = time.monotonic()

    return report


def _speed(now: runner.Progress) -> str:
    if not now.seconds or now.done == now.kept:
        return ""
    runs, sessions = (now.done - now.kept) / now.seconds, now.sessions / now.seconds / 1e6
    return f"{runs:,.0f} runs/s, {sessions:,.1f} million sessions/s"
