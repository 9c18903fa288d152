"""How any command ends: stopped by a signal, or with nobody left to read what it says.

Every signal that asks a program to stop (Ctrl-C; SIGTERM, which queues send; SIGHUP, when a terminal closes) unwinds
the command like an error, so that what it does at its end is done. Output that nobody takes ends it too, and what goes
wrong with the error stream never does.
"""

import codecs
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# What a shell reports of a program that died of this: `cat`, `grep` and the like do when `head` has read enough.
PIPE_CLOSED = 128 + 13
# How letters are written where the output has none such.
PLAIN = {
    "–": "-", "—": "-", "−": "-", "·": "-", "•": "*", "×": "x", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"',
    "≤": "<=", "≥": ">=", "≈": "~", "→": "->", "─": "-", "━": "=", "│": "|", "\u00a0": " ", "\u202f": " ",
}  # fmt: skip


class Ended(BaseException):
    """A signal asked the command to stop; `kept` says what remains of its work."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code, self.kept = 128 + number, ""


class OutputLostError(Exception):
    """What a command says can no longer be written; no OSError, which libraries would treat in their own ways."""

    def __init__(self, refusal: OSError) -> None:
        super().__init__(f"the output cannot be written: {refusal.strerror or refusal}")
        self.closed = isinstance(refusal, BrokenPipeError)


@contextmanager
def kept_if_stopped(words: str) -> Iterator[None]:
    """Say what remains of the work inside if a signal stops it."""
    try:
        yield
    except Ended as stop:
        stop.kept = words
        raise


@contextmanager
def signals_heard() -> Iterator[None]:
    """Let signals raise `Ended`; those that whoever started this told it to overhear (`nohup`) stay overheard."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in STOPS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: Any) -> None:
    raise Ended(number)


class _Stream(io.TextIOWrapper):
    """A standard stream that writes every letter somehow, and says by an error of its own that it cannot write."""

    must_be_read = True

    def __init__(self, stream: Any) -> None:
        super().__init__(stream.buffer, stream.encoding, PLAINLY, line_buffering=stream.line_buffering,
                         write_through=getattr(stream, "write_through", False))  # fmt: skip

    def write(self, words: str) -> int:
        """Write, or raise OutputLostError."""
        try:
            return super().write(words)
        except OSError as refusal:
            return self._refused(refusal, len(words))

    def flush(self) -> None:
        """Flush, or raise OutputLostError."""
        try:
            super().flush()
        except OSError as refusal:
            self._refused(refusal, 0)

    def _refused(self, refusal: OSError, length: int) -> int:
        with open(os.devnull, "wb") as nowhere:  # for the rest, and for what Python flushes at its own end
            os.dup2(nowhere.fileno(), self.fileno())
        if self.must_be_read:
            raise OutputLostError(refusal)
        return length


class _ErrorStream(_Stream):
    """The same for what is said on the way: a command goes on without anybody who reads it."""

    must_be_read = False


@contextmanager
def streams_that_end_well() -> Iterator[None]:
    """Both standard streams, each made to fail as it should; a closed output fails once something is said."""
    before = sys.stdout, sys.stderr
    output = sys.stdout or open(os.open(os.devnull, os.O_RDONLY), "w")  # noqa: SIM115
    errors = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    sys.stdout, sys.stderr = _better(output, _Stream), _better(errors, _ErrorStream)
    try:
        yield
        sys.stdout.flush()
    finally:
        for stream, old in zip((sys.stdout, sys.stderr), before, strict=True):
            if isinstance(stream, _Stream) and stream is not old:
                stream.detach()
        sys.stdout, sys.stderr = before


def _better(stream: TextIO, kind: type[_Stream]) -> TextIO:
    if not hasattr(stream, "buffer"):  # not a file: a notebook's, a test's
        return stream
    stream.flush()
    return kind(stream)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Letters that an output does not have, in letters that every one has."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


PLAINLY = "tearsim.plainly"
codecs.register_error(PLAINLY, _plainly)
