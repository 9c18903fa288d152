"""Where people read what a command says: progress on the error stream, answers on the output."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

WIDTH = 120  # of tables that do not go to a terminal
# After this long without an answer it can only be compiling.
SECONDS_TO_COMPILE = 1.0


def console(file: TextIO | None = None) -> Console:
    """A console on a stream, the error stream unless told otherwise."""
    file = file or sys.stderr
    return Console(file=file, width=None if file.isatty() else WIDTH)


@contextmanager
def compiling(said_to: Console) -> Iterator[None]:
    """Say that the model is being compiled, if what happens inside takes so long that it must be."""
    words = "Compiling the model for this machine; this takes some seconds, and only the first time."
    timer = threading.Timer(SECONDS_TO_COMPILE, said_to.print, [words])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
