"""Where people read what a command says: progress on the error stream, answers on the output."""

import sys
from typing import TextIO

from rich.console import Console

WIDTH = 120  # of tables that do not go to a terminal


def console(file: TextIO | None = None) -> Console:
    """A console on a stream, the error stream unless told otherwise."""
    file = file or sys.stderr
    return Console(file=file, width=None if file.isatty() else WIDTH)
