"""Tables of which nothing is cut: what a terminal is too narrow for goes on in the next line."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Column, Table  # noqa: TID251 - of which this one is made

AS_WIDE_AS_IT_TAKES = 1_000_000


class WholeTable(Table):
    """A table of the terminal that breaks what it has no room for, where Rich's own would cut it.

    Columns marked `no_wrap` keep their lines whole while there is room. In a narrower terminal their lines break
    between words, as those of others do, and only in one that has no room for the words either, words do. What a
    column has as its `min_width` is given up last.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table in the width there is."""
        shown = copy(self)
        shown.columns = [
            replace(column, width=width, no_wrap=False, overflow="fold")
            for column, width in zip(self.columns, self._widths(console, options), strict=True)
        ]
        yield from Table.__rich_console__(shown, console, options)

    def _widths(self, console: Console, options: ConsoleOptions) -> list[int]:
        """How wide each column is, without what stands between columns."""
        unbounded = options.update_width(AS_WIDE_AS_IT_TAKES)
        sizes = [_size(column, console, unbounded) for column in self.columns]
        lines, words = [one.maximum for one in sizes], [one.minimum for one in sizes]
        whole = [
            line if column.no_wrap else word for column, line, word in zip(self.columns, lines, words, strict=True)
        ]
        given = [column.min_width or 1 for column in self.columns]
        between = Measurement.get(console, unbounded, self).maximum - sum(lines)
        return shared_out(options.max_width - between, lines, [whole, words, given])


def _size(column: Column, console: Console, unbounded: ConsoleOptions) -> Measurement:
    """How wide the longest word of a column is at least, and its longest line at most."""
    sizes = [Measurement.get(console, unbounded, cell) for cell in (column.header, *column.cells)]
    widest = Measurement(max(one.minimum for one in sizes), max(one.maximum for one in sizes))
    return widest.clamp(column.min_width, column.max_width)


def shared_out(room: int, wanted: Sequence[int], least: Sequence[Sequence[int]]) -> list[int]:
    """Widths of columns in the room there is: whichever is the widest gives way, and none below its least.

    `least` are such widths from what is asked for first to what is given up last; those hold for which there is room.

    >>> shared_out(30, [20, 30], [[20, 5], [8, 5]]), shared_out(20, [20, 30], [[20, 5], [8, 5]])
    ([20, 10], [10, 10])
    """
    floor = next((one for one in least if sum(one) <= room), [1] * len(wanted))
    widths = list(wanted)
    while sum(widths) > max(room, sum(floor)):
        above = [i for i, width in enumerate(widths) if width > floor[i]]
        widths[max(above, key=widths.__getitem__)] -= 1
    return widths
