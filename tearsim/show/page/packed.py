"""Drawings on their way to the browser: numbers and words as bytes, and nothing that is there already.

Now and then a drawing is sent in whole; each one after it only as far as it differs from that. What the browser holds
is thus two strings of bytes, and whoever comes back after a lost connection is given both.
"""

import json
import re
import struct
from array import array
from collections.abc import Sequence
from typing import TypeGuard

import numpy as np

from tearsim.show.page.payload import PlotValues, Traces

FRACTIONS = {"tenths": 10.0, "hundredths": 100.0}  # numbers that are such take two bytes, others eight
MOST, NO_DRAWING = 32767, -32768  # what two bytes hold, and what stands for None
PIECES = re.compile(r"\d+(?:\.\d+)?|\D+")  # of words: numbers, and what stands between them


class Sent:
    """What was sent of one plot: a drawing in `whole`, and in `changed` what differs from it in the latest.

    Differences grow with time, since charts do. Once they have cost, beyond the smallest of them, what a drawing in
    whole costs, the next is sent in whole.
    """

    def __init__(self) -> None:
        self.whole = self.changed = b""
        self._before: Traces = {}
        self._least, self._beyond = 0, 0

    def send(self, number: int, week: int, traces: Traces) -> None:
        """Pack a drawing, in whole or as far as it differs."""
        self.changed = packed(number, week, traces, self._before)
        if not self.whole or self._is_dear(len(self.changed)):
            self.whole, self.changed = packed(number, week, traces), packed(number, week, {})
            self._before, self._least, self._beyond = traces, 0, 0

    def _is_dear(self, size: int) -> bool:
        self._least = min(size, self._least or size)
        self._beyond += size - self._least
        return self._beyond > len(self.whole)


def packed(number: int, week: int, traces: Traces, before: Traces | None = None) -> bytes:
    r"""A drawing as bytes, as far as it differs from one before: a head as JSON after its length, then its arrays.

    In the head stands of each array how many of its first values stay, how those that follow are written, from where
    on, and how many they are; or null, if the array is no more. Words are written as places in the list of pieces,
    each ended by a 0. What is written twice alike stands there once.

    >>> first = packed(7, 3, {"hubs": {"x": [1.5, None], "text": ["A 1"]}})
    >>> first[4:79]
    b'{"number":7,"week":3,"pieces":["","A ","1"],"traces":{"hubs":{"x":[0,"tenth'
    >>> first[-10:]
    b'\x0f\x00\x00\x80\x01\x00\x02\x00\x00\x00'
    >>> packed(8, 4, {"hubs": {"x": [1.5, 2.5]}}, {"hubs": {"x": [1.5, None]}})[4:]
    b'{"number":8,"week":4,"pieces":[""],"traces":{"hubs":{"x":[1,"tenths",0,1]}}}\x19\x00'
    """
    written = _Written()
    told = {}
    for name, arrays in traces.items():
        earlier = (before or {}).get(name, {})
        changes = {
            path: written.rest(values, earlier.get(path, ()))
            for path, values in arrays.items()
            if path not in earlier or values != earlier[path]
        }
        changes |= {path: None for path in earlier if path not in arrays}
        if changes:
            told[name] = changes
    drawing = {"number": number, "week": week, "pieces": list(written.pieces), "traces": told}
    head = json.dumps(drawing, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((struct.pack("<I", len(head)), head, *written.places))


class _Written:
    """The arrays written so far, each with its place among them, and the pieces of words in them."""

    def __init__(self) -> None:
        self.places: dict[bytes, int] = {}
        self.pieces: dict[str, int] = {"": 0}
        self._end = 0

    def rest(self, values: PlotValues, earlier: PlotValues) -> tuple[int, str, int, int] | None:
        """Write what follows on the values that stay, and say where."""
        stay = _alike(values, earlier)
        rest = values[stay:]
        kind, written = self._words(rest) if _has_words(rest) else _numbers(rest)
        if written not in self.places:
            self.places[written] = self._end
            self._end += len(written)
        return stay, kind, self.places[written], len(rest)

    def _words(self, values: Sequence[str]) -> tuple[str, bytes]:
        numbered = array("H")
        for value in values:
            numbered.extend(self.pieces.setdefault(piece, len(self.pieces)) for piece in PIECES.findall(value))
            numbered.append(0)
        return "words", np.array(numbered).astype("<u2").tobytes()


def _alike(values: PlotValues, earlier: PlotValues) -> int:
    """How many of the first values are the same."""
    both = zip(values, earlier, strict=False)
    return next((at for at, (value, other) in enumerate(both) if value != other), min(len(values), len(earlier)))


def _has_words(values: PlotValues) -> TypeGuard[Sequence[str]]:
    return any(isinstance(value, str) for value in values)


def _numbers(values: PlotValues) -> tuple[str, bytes]:
    """Numbers as bytes that give back the very same numbers."""
    numbers = np.array(values, dtype=float)  # None becomes "not a number"
    missing = np.isnan(numbers)
    for kind, parts in FRACTIONS.items():
        whole = np.where(missing, NO_DRAWING, np.rint(parts * numbers))
        if np.all(missing | ((np.abs(whole) <= MOST) & (whole / parts == numbers))):
            return kind, whole.astype("<i2").tobytes()
    return "numbers", numbers.astype("<f8").tobytes()
