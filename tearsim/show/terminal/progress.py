"""How far a sweep has come: a bar on a terminal, a line every few seconds elsewhere."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tearsim.show.words.english import duration
from tearsim.study.sweeps import runner

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
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("runs{task.fields[speed]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None, speed="")

        def report(now: runner.Progress) -> None:
            if bar.tasks[task].total is None:
                _say_what_was_kept(console, now)
            bar.update(task, total=now.runs, completed=now.done, speed=speed(now))

        yield report


def _lines(console: Console) -> runner.Report:
    last = [-math.inf]

    def report(now: runner.Progress) -> None:
        if last[0] < 0:
            _say_what_was_kept(console, now)
        if time.monotonic() - last[0] >= SECONDS_A_LINE or now.done == now.runs:
            console.print(f"{now.done:,} of {now.runs:,} runs{speed(now)}", highlight=False)
            last[0] = time.monotonic()

    return report


Counted = Callable[[int, int], None]


@contextmanager
def counted_off(console: Console, quiet: bool, things: str) -> Iterator[Counted]:
    """Something to call with how many things are done, and of how many: a bar on a terminal, or a line now and then."""
    last = [-math.inf]

    def line(done: int, number: int) -> None:
        if not quiet and (time.monotonic() - last[0] >= SECONDS_A_LINE or done == number):
            console.print(f"{done:,} of {number:,} {things}", highlight=False)
            last[0] = time.monotonic()

    if quiet or not console.is_terminal:
        yield line
        return
    with Progress(BarColumn(), MofNCompleteColumn(), TextColumn(things), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=None)

        def draw(done: int, number: int) -> None:
            bar.update(task, total=number, completed=done)

        yield draw


def _say_what_was_kept(console: Console, now: runner.Progress) -> None:
    if now.kept:
        console.print(f"Kept {now.kept:,} of {now.runs:,} runs that were there already.", highlight=False)


def speed(now: runner.Progress) -> str:
    """Runs and sessions a second, and the time left; empty before anything is done."""
    if not now.seconds or now.done == now.kept:
        return ""
    runs = (now.done - now.kept) / now.seconds
    words = f", {runs:,.0f} runs/s, {now.sessions / now.seconds / 1e6:,.1f} million sessions/s"
    return f"{words}, {duration((now.runs - now.done) / runs)} left" if now.done < now.runs else words


@contextmanager
def counting(console: Console, quiet: bool, things: str) -> Iterator[Callable[[int, int], None]]:
    """Something to call with how many things are done, and of how many; drawn or written as above."""
    if quiet:
        yield lambda *_: None
    elif console.is_terminal:
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn(things), TimeElapsedColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, number: bar.update(task, total=number, completed=done)
    else:
        last = [time.monotonic()]

        def report(done: int, number: int) -> None:
            if time.monotonic() - last[0] >= SECONDS_A_LINE or done == number:
                console.print(f"{done:,} of {number:,} {things}", highlight=False)
                last[0] = time.monotonic()

        yield report
