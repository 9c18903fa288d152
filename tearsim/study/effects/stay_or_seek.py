"""Stay and repair, or seek someone new? The same client does the one and the other after tears that unsettle.

A map over how readily ruptures are repaired, how long it takes to find someone, and the bond there was before: where
staying leaves somebody with less distress than seeking someone new, and the line on which it comes to the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tearsim.arguments import MOST_REPEATED, to_call
from tearsim.arguments import path as a_path
from tearsim.errors import TearSimError, echoed, quoted
from tearsim.science.declaration import Value, nearest, whole_number
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, world_of, worlds_of
from tearsim.science.luck import checked_address
from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked
from tearsim.study.answers.over_worlds import OverWorlds, told_apart
from tearsim.study.effects.estimands import ESTIMANDS
from tearsim.study.effects.following import differences_after
from tearsim.study.effects.lives import SideBySide, live_side_by_side, stay_twins, under
from tearsim.study.effects.outside import Surroundings, WeeklyLuck
from tearsim.study.effects.strategies import SET_BY_STRATEGIES
from tearsim.study.estimates import Estimate, ratio
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.threads import in_order, threads
from tearsim.study.sweeps.toml_file import read_toml
from tearsim.worlds.outcomes import Numbers

REPAIR, WAIT = "repair_base", "seeking_wait"
MAP_KEYS = {"title", "question", "week", "practices", "seed", "parameters", REPAIR, WAIT}
MAP_RESAMPLES = 1_000
FEWEST_TO_FIT = 30  # people: of fewer no line is told


class Questioned(NamedTuple):
    """What a map asks: read from a file, checked."""

    title: str
    question: str
    week: int  # after the tears, at which distress is compared
    practices: int
    seed: int
    values: dict[str, Value]
    repairs: tuple[float, ...]
    waits: tuple[float, ...]


class MapCell(NamedTuple):
    """What a map says at one readiness to repair and one wait: staying minus seeking someone new, in SD of intake.

    Below 0 staying leaves less distress. `line` is the straight line of the difference on the alliance before the tears
    (intercept and slope); on `break_even` it is 0, with the middle 95 % of resamples, cut off where the middle 90 % of
    people end (`people_between`).
    """

    repair: float
    wait: float
    people: int
    unpaired: int
    mean: Estimate
    worlds: OverWorlds | None
    line: tuple[float, float]
    break_even: tuple[float, float, float]
    people_between: tuple[float, float]


class StayOrSeek(NamedTuple):
    """A map and what it asked."""

    asked: Questioned
    cells: list[MapCell]  # repair by repair, wait by wait


def stay_or_seek(
    experiment: str | Path | Mapping[str, object],
    *,
    workers: int | None = None,
    report: Callable[[int, int], None] | None = None,
) -> StayOrSeek:
    """Whether, after tears that unsettle, staying leaves a client with less distress than seeking someone new.

    The same persons under the same luck stay whenever tears unsettle them, or leave and look; `difference = distress
    staying - distress seeking`, some weeks later, whether or not in therapy. At each readiness to repair and each wait,
    the difference is fitted by a straight line of the alliance before the tears; resampling practices, or the worlds
    that these lived in, says how sure the break-even is.

    Args:
        experiment: A file (TOML) or folder with one, or its content: title, question, week, practices, seed,
            parameters, and the levels of repair_base and seeking_wait.
        workers: Threads; by default one for each processor. They change no number.
        report: Called with how many practices are done, and how many there are.

    Returns:
        The map, with a cell for each level of either, with means, intervals, break-even, people and what worlds say.

    Raises:
        TearSimError: For a file or mapping that lacks a key or has an unknown one, and for parameters that are unknown
            or outside their limits.

    >>> import tearsim
    >>> small = {"title": "Small", "question": "?", "week": 8, "practices": 4, "repair_base": [0.6],
    ...          "seeking_wait": [4.0], "parameters": {"weeks": 10, "therapists": 3, "eyes_fill_base": -4.0}}
    >>> [cell] = tearsim.stay_or_seek(small).cells
    >>> cell.people > 0
    True
    """
    asked = read_questioned(experiment)
    if report is not None:
        to_call("report", report)
    workers = threads(workers)
    seen: dict[tuple[float, float], list[_Seen]] = {cell: [] for cell in _cells(asked)}
    with in_order(partial(_lived, asked), range(asked.practices), workers) as practices:
        for done, practice in enumerate(practices, 1):
            for cell, of_practice in practice.items():
                seen[cell].append(of_practice)
            if report is not None:
                report(done, asked.practices)
    return StayOrSeek(asked, [_told(cell, of_cell, asked) for cell, of_cell in seen.items()])


def read_questioned(experiment: str | Path | Mapping[str, object]) -> Questioned:
    """What a map asks. Raises TearSimError, which says what is wrong and what is allowed."""
    given = dict(experiment) if isinstance(experiment, Mapping) else _read(experiment)
    for key in given:
        if key not in MAP_KEYS:
            known = f"it has {', '.join(sorted(MAP_KEYS))}"
            raise TearSimError(f"A map has no key {quoted(key)}; {known}.{nearest(key, list(MAP_KEYS))}")
    parameters = given.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise TearSimError(f"parameters are names with values; {echoed(parameters)} are not.")
    for name in (REPAIR, WAIT, *SET_BY_STRATEGIES, "leaving_unsettled", "seeking_unsettled"):
        if name in parameters:
            raise TearSimError(f"{name} cannot be among the parameters: the map itself sets it.")
    values = checked({"arrivals": "cohort", **parameters})
    estimates = str(values["estimates"])
    enough = 100 if estimates == DEFAULT else LUCKS_A_WORLD[estimates] * len(worlds_of(estimates))
    seed, _ = checked_address(given.get("seed", 1), 0)
    return Questioned(
        str(given.get("title", "")),
        str(given.get("question", "")),
        whole_number("week after the tears", given.get("week", 26), 0, 520),
        whole_number("number of practices", given.get("practices", enough), 2, MOST_REPEATED),
        seed,
        values,
        _levels(REPAIR, given),
        _levels(WAIT, given),
    )


def _read(place: str | Path) -> dict[str, object]:
    if not isinstance(place, str | Path):
        raise TearSimError(f"A map is a file, a folder or a mapping; {echoed(place)} is none of these.")
    file = a_path("experiment", place)
    return read_toml(file / "map.toml" if file.is_dir() else file, "map")


def _levels(name: str, given: Mapping[str, object]) -> tuple[float, ...]:
    levels = given.get(name)
    if not isinstance(levels, list | tuple) or not levels:
        raise TearSimError(f"A map needs levels of {name}, a list like [1.0, 4.0]; {echoed(levels)} is not.")
    return tuple(sorted({float(PARAMETERS[name].check(level)) for level in levels}))


def _cells(asked: Questioned) -> list[tuple[float, float]]:
    return [(repair, wait) for repair in asked.repairs for wait in asked.waits]


class _Seen(NamedTuple):
    """What a practice says of a cell: the difference and the alliance before, an entry a person."""

    replicate: int
    difference: Numbers
    before: Numbers
    unpaired: int


def _lived(asked: Questioned, replicate: int) -> dict[tuple[float, float], _Seen]:
    ((staying, seeking),) = ESTIMANDS["stay_or_seek"].contrasts
    arms = {
        f"{strategy} {cell}": under({**asked.values, REPAIR: cell[0], WAIT: cell[1]}, strategy, longer=asked.week + 1)
        for cell in _cells(asked)
        for strategy in (staying, seeking)
    }
    (lived,) = live_side_by_side(arms, asked.seed, [replicate], {})
    luck = WeeklyLuck(asked.seed, replicate)
    return {
        cell: _compared(lived, (f"{staying} {cell}", f"{seeking} {cell}"), arms, luck, asked) for cell in _cells(asked)
    }


def _compared(
    lived: SideBySide,
    pair: tuple[str, str],
    arms: Mapping[str, Mapping[str, Value]],
    luck: WeeklyLuck,
    asked: Questioned,
) -> _Seen:
    first, second = (lived.logs[name] for name in pair)
    pairs = stay_twins(first, second, int(asked.values["weeks"]))
    here, there = (Surroundings(arms[name], lived.replicate, luck) for name in pair)
    found = differences_after(pairs.mine, pairs.theirs, pairs.subjects, [asked.week], (here, there))
    before = pairs.mine.at(pairs.subjects)["alliance_before"].astype(float)
    return _Seen(lived.replicate, found["distress"][:, 0], before, pairs.unpaired)


def _told(cell: tuple[float, float], seen: Sequence[_Seen], asked: Questioned) -> MapCell:
    estimates = str(asked.values["estimates"])
    unit = np.array([one.replicate if estimates == DEFAULT else world_of(estimates, one.replicate) for one in seen])
    _, unit = np.unique(unit, return_inverse=True)
    sums = np.array([_sums(one) for one in seen])
    by_unit = np.array([np.bincount(unit, column) for column in sums.T]).T
    mean = ratio(by_unit[:, 2].tolist(), by_unit[:, 0].astype(int).tolist())
    worlds = None
    if estimates != DEFAULT:
        with np.errstate(invalid="ignore"):
            means = sums[:, 2] / sums[:, 0]
        worlds = told_apart(means, unit, sums[:, 0])
    before = np.concatenate([one.before for one in seen])
    unpaired, people = sum(one.unpaired for one in seen), len(before)
    if people < FEWEST_TO_FIT:
        nothing = np.nan, np.nan, np.nan
        return MapCell(*cell, people, unpaired, mean, worlds, nothing[:2], nothing, nothing[:2])
    low, high = (float(end) for end in np.quantile(before, [0.05, 0.95]))
    line = fitted_line(by_unit.sum(axis=0)[None])[0]
    ends = break_even(by_unit, (low, high), asked.seed)
    return MapCell(*cell, people, unpaired, mean, worlds, (float(line[0]), float(line[1])), ends, (low, high))


def _sums(one: _Seen) -> tuple[float, float, float, float, float]:
    a, d = one.before, one.difference
    return len(a), float(a.sum()), float(d.sum()), float(a @ a), float(a @ d)


def fitted_line(sums: Numbers) -> Numbers:
    """Least-squares intercept and slope from `n, sum a, sum d, sum a^2, sum a*d`, a row a line.

    >>> fitted_line(np.array([[2.0, 1.0, 3.0, 1.0, 2.0]])).tolist()  # through (0, 1) and (1, 2)
    [[1.0, 1.0]]
    """
    n, a, d, aa, ad = sums.T
    slope = (n * ad - a * d) / (n * aa - a * a)
    return np.stack([(d - slope * a) / n, slope], axis=1)


def break_even(by_unit: Numbers, between: tuple[float, float], seed: int) -> tuple[float, float, float]:
    """Where a line is 0, and the middle 95 % of where it is if units are drawn again with replacement.

    `by_unit` has a row of sums for each independent unit. What lies beyond the people there are is told as their end:
    there the line is 0 for nobody.
    """
    generator = generator_for("resampling", seed)
    drawn = generator.multinomial(len(by_unit), np.full(len(by_unit), 1.0 / len(by_unit)), MAP_RESAMPLES) @ by_unit
    roots = [_root(fitted_line(sums), between) for sums in (by_unit.sum(axis=0)[None], drawn)]
    low, high = np.quantile(roots[1], [0.025, 0.975])
    return float(roots[0][0]), float(low), float(high)


def _root(lines: Numbers, between: tuple[float, float]) -> Numbers:
    """Where lines are 0. One without a root among people is put at the end towards which it would be: at the lower if
    staying is better for all of them, at the upper if for nobody."""
    intercept, slope = lines.T
    low, high = between
    at_low, at_high = intercept + slope * low, intercept + slope * high
    with np.errstate(divide="ignore", invalid="ignore"):
        root = -intercept / slope
    return np.where((at_low < 0) & (at_high < 0), low, np.where((at_low > 0) & (at_high > 0), high, root))


def cells_of(found: StayOrSeek, repair: float) -> Iterator[MapCell]:
    """The cells of one readiness to repair, wait by wait."""
    return (cell for cell in found.cells if cell.repair == repair)
