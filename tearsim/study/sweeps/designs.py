"""From what varies to design points: every combination, a list, or a sample of a cube of ranges.

A sample is drawn by libraries on the unit cube, one dimension a parameter, and then turned into values: numbers and
whole numbers over their range or its logarithms, choices and switches as equally likely levels. So every kind of
parameter can be part of every kind of design.
"""

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from tearsim.errors import TearSimError, echoed, quoted
from tearsim.science.declaration import Parameter, Value, check_all, not_declared
from tearsim.science.fitted import DEFAULT, WORLD_FILES, lucks_of_all_worlds, without_world
from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import check_together

Point = dict[str, Value]
Levels = tuple[Value, ...]

Crossed = TypeVar("Crossed")

PLAUSIBLE = "plausible"
# How a sample is spread over a range.
SCALES = ("linear", "log")
# All points are held in memory at once, some hundred bytes a value; more are likelier a slip than a plan.
MOST_POINTS, MOST_VALUES = 1_000_000, 2_000_000


class LogRange(NamedTuple):
    """A range of a number over which every ratio counts the same: as many points from 1 to 10 as from 10 to 100."""

    low: Value
    high: Value


class Points(Sequence[Point]):
    """Design points in full, held as what they share and what each has of its own.

    `named` are those of the shared values that somebody gave: the others may come from fitted or open worlds.
    """

    def __init__(self, shared: Point, own: Sequence[Point], named: Collection[str] = ()) -> None:
        self.shared, self.own, self.named = shared, own, frozenset(named)

    def __len__(self) -> int:
        return len(self.own)

    @overload
    def __getitem__(self, index: int) -> Point: ...

    @overload
    def __getitem__(self, index: slice) -> "Points": ...

    def __getitem__(self, index: int | slice) -> "Point | Points":
        if isinstance(index, slice):
            return Points(self.shared, self.own[index], self.named)
        own = self.own[index]
        return without_world({**self.shared, **own}, {*self.named, *own})

    def values_of(self, name: str) -> list[Value]:
        """What each point has of one parameter."""
        return [own[name] if name in own else self.shared[name] for own in self.own]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Points) and self._parts() == other._parts()

    def _parts(self) -> tuple[object, ...]:
        return self.shared, self.own, self.named

    __hash__ = None  # type: ignore[assignment]


def check_points(fixed: Mapping[str, object], given: Sequence[Mapping[str, object]], sampled: bool = False) -> Points:
    """Points with every value checked, alone and together with the others; `fixed` is what all of them are given.

    A sample may well come to a point twice; a list or a grid says something by mistake.

    Raises TearSimError for no points, too many, a point listed twice, an unknown parameter, a value not allowed, or a
    point that cannot be run.
    """
    shared = without_world(check_all(fixed, PARAMETERS), fixed)
    if not given:
        raise TearSimError("The design has no points: say in [design.vary] what varies, or list [[design.points]].")
    refuse_too_many(len(given), max(map(len, given)))
    points = Points(shared, [{name: known(name).check(value) for name, value in one.items()} for one in given], fixed)
    varied = {name for own in points.own for name in own}
    for point in points:
        if lacking := varied - point.keys():
            raise TearSimError(
                f"{min(lacking)} is given at some points; at one with estimates = {quoted(point['estimates'])} a world "
                f"would bring it: give it to every point, or to none."
            )
        check_together(point)
    if len({tuple(sorted(own.items())) for own in points.own}) < len(given) and not sampled:
        raise TearSimError("The design lists a point twice; replicates say how often each is run.")
    return points


def known(name: str) -> Parameter:
    """The declaration of a parameter. Raises TearSimError for an unknown name."""
    if name not in PARAMETERS:
        raise not_declared(name, PARAMETERS)
    return PARAMETERS[name]


def refuse_too_many(number: int, varied: int = 1) -> None:
    """Raise TearSimError for more points than a design may have, or more values of parameters that vary in them."""
    if number > MOST_POINTS:
        raise TearSimError(f"A design has up to {MOST_POINTS:,} points; this one has {number:,}.")
    if number * varied > MOST_VALUES:
        raise TearSimError(
            f"A design holds up to {MOST_VALUES:,} values, points times the parameters that vary; this one would hold "
            f"{number:,} times {varied:,}: draw fewer points, or vary fewer parameters."
        )


def combinations(values: Mapping[str, Sequence[Crossed]]) -> list[dict[str, Crossed]]:
    """Every combination of values, the last parameter fastest. Raises TearSimError for too many."""
    refuse_too_many(math.prod(len(levels) for levels in values.values()), len(values))
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]


def span(name: str, given: object) -> Levels:
    """The range of a number, (low, high), or the levels of a choice or switch; "plausible" stands for the declared.

    A table says on which scale a number is drawn, too: `{ range = [low, high], scale = "log" }`.

    Raises TearSimError for what is neither.
    """
    parameter = known(name)
    if isinstance(given, Mapping):
        return _span_on_scale(name, given)
    steps = parameter.kind in ("choice", "switch")
    if given == PLAUSIBLE:
        if not steps:
            return tuple(parameter.check(value) for value in parameter.plausible)
        return parameter.choices or (False, True)
    takes = "a list of two or more levels" if steps else "[low, high]"
    if not isinstance(given, list) or len(given) < 2 or (len(given) > 2 and not steps):
        raise TearSimError(f'{name} takes {takes}, or "{PLAUSIBLE}", in a sampled design; {echoed(given)} is neither.')
    levels = tuple(parameter.check(value) for value in given)
    if len(set(levels)) < len(levels) and steps:
        raise TearSimError(f"{name} has a value twice.")
    if not steps and not float(levels[0]) < float(levels[1]):
        raise TearSimError(f"{name} takes [low, high] with low below high; {echoed(given)} is not.")
    return levels


def _span_on_scale(name: str, given: Mapping[str, object]) -> Levels:
    """The range that a table gives, as one on a log scale if it says so; the plausible range if it gives none."""
    for key in given:
        if key not in ("range", "scale"):
            raise TearSimError(
                f'{name} takes range and scale here, like {{ range = [low, high], scale = "log" }}; '
                f'there is no key "{key}".'
            )
    scale, limits = given.get("scale", SCALES[0]), given.get("range", PLAUSIBLE)
    if scale not in SCALES:
        raise TearSimError(f'{name} takes scale = "linear" or "log"; {scale!r} is neither.')
    if PARAMETERS[name].kind in ("choice", "switch"):
        raise TearSimError(f"{name} is a {PARAMETERS[name].kind}: its levels stand in a list, and have no scale.")
    if isinstance(limits, Mapping):
        raise TearSimError(f'{name} takes range = [low, high], or "{PLAUSIBLE}"; {limits!r} is neither.')
    levels = span(name, limits)
    if scale == SCALES[0]:
        return levels
    if float(levels[0]) <= 0.0:
        whose = "its plausible range begins" if limits == PLAUSIBLE else "this one begins"
        raise TearSimError(f"{name} takes a range above 0 on a log scale; {whose} at {levels[0]}.")
    return LogRange(*levels)


def at(name: str, levels: Levels, u: float) -> Value:
    """The value at a share u of the way, 0 to 1, through a range or through equally likely levels."""
    kind = PARAMETERS[name].kind
    if isinstance(levels, LogRange):
        return _at_on_log_scale(kind == "whole number", float(levels.low), float(levels.high), u)
    if kind == "number":
        low, high = float(levels[0]), float(levels[1])
        return min(high, low + u * (high - low))  # rounding must not lead out of it
    if kind == "whole number":
        first, last = int(levels[0]), int(levels[1])
        return min(last, first + int(u * (last - first + 1)))
    return levels[min(len(levels) - 1, int(u * len(levels)))]


def _at_on_log_scale(whole: bool, low: float, high: float, u: float) -> Value:
    """The value that lies a share u of the way between the logarithms of two ends; of a whole number n, n to n + 1."""
    beyond = high + 1.0 if whole else high
    value = max(low, min(high, low * (beyond / low) ** u))  # rounding must not lead out of it
    return int(value) if whole else value


def moved_with(vary: Collection[str], groups: Mapping[str, Collection[str]]) -> dict[str, str]:
    """What each parameter that varies moves with: its group, or itself.

    Raises TearSimError for a group that is empty or called like a parameter, for a member that does not vary or stands
    in two groups, and for groups that leave nothing to compare.
    """
    of: dict[str, str] = {}
    for group, members in groups.items():
        if group in PARAMETERS:
            raise TearSimError(f"design.groups: {group} is a parameter; call the group something else.")
        if not members or not group.strip():
            raise TearSimError(f'design.groups takes a name and parameters; "{group}" has none.')
        for name in members:
            known(name)
            if name not in vary:
                raise TearSimError(f"design.groups: {name}, of {group}, does not stand in [design.vary].")
            if name in of:
                twice = f"stands in {of[name]} and in {group}" if of[name] != group else f"stands in {group} twice"
                raise TearSimError(f"design.groups: {name} {twice}.")
            of[name] = group
    found = {name: of.get(name, name) for name in vary}
    if groups and len(set(found.values())) < 2:
        raise TearSimError(
            "design.groups puts all that varies into one group, which leaves nothing to compare it with."
        )
    return found


def rows_together(kind: str, dimensions: int, second_order: bool = False) -> int:
    """How many rows of a sampled design's cube are drawn at once, independently of all others.

    A block of Saltelli's, a trajectory of Morris's, and of a Latin hypercube one row.
    """
    return {"sobol": dimensions * (2 if second_order else 1) + 2, "morris": dimensions + 1}.get(kind, 1)


def unit_cube(
    kind: str, together: Sequence[str], samples: int, levels: int, second_order: bool, seed: int
) -> NDArray[np.float64]:
    """Points of a sampled design on the unit cube, one column for each of `together`; those of one name move at once.

    "latin": a Latin hypercube of `samples` points (scipy). "sobol": Saltelli's scheme over a scrambled Sobol' sequence,
    `samples` blocks for first-order and total indices, and for second-order ones if asked for (SALib;
    doi:10.1016/j.cpc.2009.09.018). "morris": `samples` trajectories on a grid of `levels` (SALib; doi:10.2307/1269043).
    """
    if kind == "latin":
        from scipy.stats import qmc

        return np.asarray(qmc.LatinHypercube(len(together), rng=seed).random(samples))
    cube = problem(len(together), together)
    if kind == "sobol":
        from SALib.sample import sobol

        return np.asarray(sobol.sample(cube, samples, calc_second_order=second_order, seed=seed))
    from SALib.sample import morris

    return np.asarray(morris.sample(cube, samples, num_levels=levels, seed=seed))


def problem(dimensions: int, together: Sequence[str] = ()) -> dict[str, object]:
    """A unit cube as SALib calls it; `together` names the group of each dimension, if any are grouped."""
    names = [f"x{i}" for i in range(dimensions)]
    grouped = {"groups": list(together)} if len(set(together)) < len(together) else {}
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions, **grouped}


def sampled(
    cube: NDArray[np.float64], spans: Mapping[str, Levels], cross: Mapping[str, Sequence[object]]
) -> list[dict[str, object]]:
    """The points of a sample, each at every combination of the crossed values, those fastest."""
    across = combinations(cross)
    return [
        {name: at(name, levels, u) for (name, levels), u in zip(spans.items(), row, strict=True)} | crossed
        for row in cube.tolist()
        for crossed in across
    ]


def is_number(parameter: str) -> bool:
    """Whether a parameter has a lowest and a highest level, rather than choices side by side."""
    return parameter in PARAMETERS and PARAMETERS[parameter].kind in ("number", "whole number")


def in_every_world(content: dict[str, object]) -> dict[str, object]:
    """The content with a replicate for every luck of every world, where worlds are named and no number is said."""
    parameters, design = content.get("parameters"), content.get("design")
    if not isinstance(parameters, dict) or not isinstance(design, dict) or "replicates" in design:
        return content
    estimates = parameters.get("estimates")
    if estimates in (None, DEFAULT):
        return content
    # An unknown set of worlds is refused below.
    number = lucks_of_all_worlds(str(estimates)) if str(estimates) in WORLD_FILES else 1
    return {**content, "design": {**design, "replicates": number}}
