"""Threads: how many, and what they find of one thing after another, in order.

A bounded number of tasks is under way at any time: as many as anybody asks for take no more memory than a few, and
whoever stops waits for nothing that has not begun.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import Lock
from typing import TypeVar

from tearsim.arguments import MOST_WORKERS
from tearsim.errors import TearSimError
from tearsim.science.declaration import whole_number

Task = TypeVar("Task")
OfTask = TypeVar("OfTask")

# Tasks under way for each thread: answers are waited for in order, and nobody is idle while one takes longer.
TASKS_A_THREAD = 4


def cores() -> int:
    """Processors that this process may use, which a queue or a container may have limited."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads(workers: int | None) -> int:
    """How many threads work: as many as asked for, or one for each processor. Raises TearSimError for what is none."""
    return cores() if workers is None else whole_number("number of workers", workers, 1, MOST_WORKERS)


class Writing:
    """What threads write, until somebody stops: then whoever is writing ends first, and nobody writes any more."""

    def __init__(self) -> None:
        self._one_at_a_time, self.is_over = Lock(), False

    def done(self, write: Callable[[], object]) -> bool:
        """Whether it was still wanted, and is written."""
        with self._one_at_a_time:
            if not self.is_over:
                write()
            return not self.is_over

    def end(self) -> None:
        """Nothing is wanted any more: the folder may soon be another's."""
        with self._one_at_a_time:
            self.is_over = True


@contextmanager
def in_order(run: Callable[[Task], OfTask], tasks: Iterable[Task], workers: int) -> Iterator[Iterator[OfTask]]:
    """What is found of each task, in order, by this many threads; whoever stops half way waits for none of them.

    Raises TearSimError, on the way, if so many threads cannot be started.

    >>> with in_order(abs, range(-3, 1), workers=2) as found:
    ...     list(found)
    [3, 2, 1, 0]
    """
    executor = ThreadPoolExecutor(workers)
    try:
        yield _found(executor, run, iter(tasks), TASKS_A_THREAD * workers)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _found(executor: Executor, run: Callable[[Task], OfTask], waiting: Iterator[Task], most: int) -> Iterator[OfTask]:
    """The same, with at most so many tasks under way."""
    under_way: deque[Future[OfTask]] = deque()
    while True:
        for task in islice(waiting, most - len(under_way)):
            under_way.append(_begun(executor, run, task))
        if not under_way:
            return
        yield under_way.popleft().result()


def _begun(executor: Executor, run: Callable[[Task], OfTask], task: Task) -> "Future[OfTask]":
    try:
        return executor.submit(run, task)
    except RuntimeError as refusal:  # the operating system's
        raise TearSimError(f"No more threads can be started here ({refusal}): ask for fewer workers.") from refusal
