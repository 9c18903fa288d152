"""How a command ends: its answer delivered, in one line why not, or stopped from outside; always with its exit code.

0 done, 1 not all of it could be done, 2 a mistake in what was asked for; 128 and a signal's number where one ended it:
130 for Ctrl-C, 143 for SIGTERM (what a queue such as SLURM sends), 129 for SIGHUP (a lost terminal), 141 where whoever
was to read the answer has gone, as with programs that such a signal ends without a word.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TextIO

import typer
from typer.exceptions import TyperException

from tearsim.errors import TearSimError, one_line

MISTAKE = 2
BY_SIGNAL = 128


class Ended(KeyboardInterrupt):
    """Somebody has ended the process; whatever Ctrl-C would leave in order is left in order."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def ends_well(command: Callable[[], None]) -> int:
    """Run a command to its end, whatever that is, and say what there is to say; the exit code."""
    closed = sys.stdout is None
    _make_ready()
    try:
        command()
        sys.stdout.flush()
        if closed:
            raise TearSimError("There was nowhere to write the answer to: the output is closed.")
    except typer.Exit as ended:
        return ended.exit_code
    except TyperException as mistake:  # in the words of the command line itself
        said = one_line(mistake.format_message())
        return _said(said, MISTAKE) if said else MISTAKE  # without a command, help was all there was to say
    except TearSimError as mistake:
        return _said(str(mistake), mistake.exit_code)
    except BrokenPipeError:
        _throw_away(sys.stdout)
        return BY_SIGNAL + signal.SIGPIPE
    except KeyboardInterrupt as stopped:
        number = stopped.number if isinstance(stopped, Ended) else signal.SIGINT
        return _said(f"Stopped.{''.join(getattr(stopped, '__notes__', ()))}", BY_SIGNAL + number, who="")
    except OSError as refusal:  # the operating system's word on a file or folder, or on the output
        _throw_away(sys.stdout)
        where = f"{refusal.filename}: " if refusal.filename else ""
        return _said(one_line(f"{where}{refusal.strerror or refusal}."), MISTAKE)
    return 0


def _said(line: str, code: int, who: str = "tearsim: ") -> int:
    with suppress(OSError):  # whoever was to read it may have gone
        print(f"{who}{line}", file=sys.stderr, flush=True)
    return code


def _make_ready() -> None:
    """Let every stream take every character, closed ones included, and every signal end a command as Ctrl-C does."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for as long as the process lives
        with suppress(AttributeError, ValueError):  # of a stream that somebody has put in its place
            getattr(sys, name).reconfigure(errors="replace")
    for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")):
        # What somebody has set otherwise stays: nohup has its reasons. Other threads than the main one may set nothing.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):
                signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(number)


def _throw_away(stream: TextIO) -> None:
    """Let what nobody can take any more go nowhere, so that it is not tried again as the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
