"""What is sent to the browser, as plain data: what JSON can hold, and the arrays of a plot."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Panel: TypeAlias = dict[str, object]  # what a template shows, by the name it has there
Look: TypeAlias = dict[str, object]  # of a plot or of a part of it, in Plotly's words

PlotValues: TypeAlias = Sequence[float | str | None]  # numbers, None where a line has a gap, or words
ArraysByPath: TypeAlias = Mapping[str, PlotValues]  # of a trace, by path, such as "marker.size"
Traces: TypeAlias = Mapping[str, ArraysByPath]  # by name
