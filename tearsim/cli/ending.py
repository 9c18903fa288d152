"""How a command ends: its answer delivered, in one line why not, or stopped from outside; always with its exit code.

0 done, 1 not all of it could be done, 2 a mistake in what was asked for; 128 and a signal's number where one ended it:
130 for Ctrl-C, 143 for SIGTERM (what a queue such as SLURM sends), 129 for SIGHUP (a lost terminal), 141 where whoever
was to read the answer has gone, as with programs that such a signal ends without a word.
"""

import codecs
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn, TextIO

import typer
from typer.exceptions import TyperException

from tearsim.errors import TearSimError, one_line

MISTAKE = 2
BY_SIGNAL = 128
# How letters are written on a stream that lacks them; a letter that is not listed becomes a question mark.
PLAIN = {
    "–": "-", "—": "-", "−": "-", "·": "-", "•": "*", "×": "x", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"',
    "≤": "<=", "≥": ">=", "≈": "~", "→": "->", "─": "-", "━": "=", "│": "|", "\u00a0": " ", "\u202f": " ",
}  # fmt: skip


class Ended(KeyboardInterrupt):
    """Somebody has ended the process; whatever Ctrl-C would leave in order is left in order."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class UnheardError(Exception):
    """Whoever read the answer has read enough; not a BrokenPipeError, at which libraries would end the process."""


class AnswerLostError(TearSimError):
    """What was asked for is done, but the answer cannot be written."""

    exit_code = 1


def run_to_the_end(command: Callable[[], None]) -> int:
    """Run a command to its end, whatever that is, and say what there is to say; the exit code."""
    _make_ready_streams()
    try:
        with _signals_end_it():
            command()
            sys.stdout.flush()
    except typer.Exit as ended:
        return ended.exit_code
    except TyperException as mistake:  # in the words of the command line itself
        said = one_line(mistake.format_message())
        return _said(said, MISTAKE) if said else MISTAKE  # without a command, help was all there was to say
    except TearSimError as mistake:
        return _said(str(mistake), mistake.exit_code)
    except UnheardError:
        return BY_SIGNAL + signal.SIGPIPE
    except KeyboardInterrupt as stopped:
        number = stopped.number if isinstance(stopped, Ended) else signal.SIGINT
        return _said(f"Stopped.{''.join(getattr(stopped, '__notes__', ()))}", BY_SIGNAL + number, who="")
    except OSError as refusal:  # the operating system's word on a file or folder, or on the output
        where = f"{refusal.filename}: " if refusal.filename else ""
        return _said(one_line(f"{where}{refusal.strerror or refusal}."), MISTAKE)
    return 0


def leave(code: int) -> NoReturn:
    """Leave with an exit code; where a signal ended the command, without a thread whose work nobody wants any more.

    Python would wait for them to finish what they have begun, minutes for a large practice. Whoever has files written
    has seen to it before that they write no more.
    """
    if code > BY_SIGNAL and any(not one.daemon for one in threading.enumerate() if one is not threading.main_thread()):
        with suppress(OSError, UnheardError, AnswerLostError):
            sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def _said(line: str, code: int, who: str = "tearsim: ") -> int:
    with suppress(OSError):  # whoever was to read it may have gone
        print(f"{who}{line}", file=sys.stderr, flush=True)
    return code


def _make_ready_streams() -> None:
    """Let every stream take every character, closed ones included."""
    if sys.stdout is None:  # one that can be written to no more than a closed one
        sys.stdout = _nowhere(os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _nowhere(os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # of a stream that somebody has put in its place
            stream.reconfigure(errors=PLAINLY)  # type: ignore[union-attr]
    if type(sys.stdout) is TextIOWrapper:
        sys.stdout = _Answer(sys.stdout)
    if type(sys.stderr) is TextIOWrapper:
        sys.stderr = _Progress(sys.stderr)


def _nowhere(how: int) -> TextIO:
    """A stream to nowhere, for as long as the process lives."""
    return open(os.open(os.devnull, how), "w", closefd=False)


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """Let every signal that would end the process end the command as Ctrl-C does.

    What somebody has set otherwise stays: nohup has its reasons. Other threads than the main one may set nothing.
    """
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ends = [number for number in ends if signal.getsignal(number) is signal.SIG_DFL]
    with suppress(ValueError):
        for number in ends:
            signal.signal(number, _end)
    try:
        yield
    finally:
        with suppress(ValueError):
            for number in ends:
                signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(number)


class _Stream(TextIOWrapper):
    """A standard stream that has something to say where it is not taken."""

    def __init__(self, stream: TextIOWrapper) -> None:
        super().__init__(
            stream.buffer,
            stream.encoding,
            stream.errors,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        self.whole = stream  # which would close what both write to, if it were let go

    def write(self, words: str) -> int:
        """Write, if anybody takes it."""
        try:
            return super().write(words)
        except OSError as refusal:
            self.refused(refusal)
            return len(words)

    def flush(self) -> None:
        """Flush, if anybody takes it."""
        try:
            super().flush()
        except OSError as refusal:
            self.refused(refusal)

    def refused(self, refusal: OSError) -> None:  # noqa: ARG002 - others ask what it was
        """Throw away what is left, and raise what it means."""
        _throw_away(self)


class _Progress(_Stream):
    """An error stream that nobody need read: work goes on though nobody hears what is said on the way."""


class _Answer(_Stream):
    """An output that must be taken: where nobody reads it any more, or there is no room for it, the command ends."""

    def refused(self, refusal: OSError) -> None:
        """Raise UnheardError, or AnswerLostError."""
        super().refused(refusal)
        if isinstance(refusal, BrokenPipeError):
            raise UnheardError
        raise AnswerLostError(f"The answer cannot be written: {refusal.strerror or refusal}.")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Letters that a stream does not have, in letters that every one has."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


PLAINLY = "tearsim.plainly"
codecs.register_error(PLAINLY, _plainly)


def _throw_away(stream: TextIO) -> None:
    """Let what nobody can take any more go nowhere, so that it is not tried again as the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
