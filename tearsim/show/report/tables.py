"""The tables of a report: outcomes as the terminal shows them, parameters as they are declared, origin as recorded."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from tearsim.science.declaration import as_said, in_words
from tearsim.science.fitted import DEFAULT, FITTED, OPEN_WORLDS, worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.show.terminal.sweep_tables import drawn
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.english import MINUS, brackets, duration, level, number
from tearsim.show.words.outcomes import TOLD
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.contrasts import Contrasts
from tearsim.study.estimates import range_with_middle
from tearsim.study.sweeps.designs import LogRange
from tearsim.study.sweeps.experiment import SAMPLED, Experiment
from tearsim.study.sweeps.results import Results

# Levels that a table of parameters lists one by one.
MOST_LEVELS = 12
# What is said of a number that differs from world to world.
WHOSE = {FITTED: "fitted worlds", OPEN_WORLDS: "open worlds"}


class PlainTable(NamedTuple):
    """A table as a page needs it; a cell is a list of lines, the first the value, others its interval."""

    title: str
    headings: list[str]
    rows: list[list[list[str]]]
    caption: str = ""
    numbers: bool = True


def plain_tables(answer: Answer) -> list[PlainTable]:
    """The tables that a sweep ends in, as the terminal shows them."""
    return [_plain(drawn(table, answer.experiment.varied, answer.runs)) for table in answer.tables]


def _plain(table: WholeTable) -> PlainTable:
    headings = [" ".join(str(column.header).split()) for column in table.columns]
    columns = [[_with_minus(str(cell)).split("\n") for cell in column.cells] for column in table.columns]
    return PlainTable(
        in_words(str(table.title)),
        headings,
        [list(row) for row in zip(*columns, strict=True)],
        str(table.caption or ""),
    )


def _with_minus(words: str) -> str:
    return re.sub(r"-(?=\d)", MINUS, words)


def changes_table(found: Contrasts) -> PlainTable:
    """How much the outcomes change over the whole range of each of many parameters."""
    rows = []
    for parameter in found.parameters:
        for i, contrast in enumerate(found.shown[parameter, found.asked[0]].contrasts):
            where = f"{level(contrast.first_level)} to {level(contrast.last_level)}"
            cells = [[in_words(parameter)], [where]]
            for outcome in found.asked:
                how, one = TOLD[outcome], found.shown[parameter, outcome].contrasts[i].difference
                low, high = one.low * how.factor, one.high * how.factor
                interval = brackets(low, high, how.digits_of_difference, True, False).strip(" ()")
                cells.append([number(one.mean * how.factor, how.digits_of_difference, True), *filter(None, [interval])])
            rows.append(cells)
    changes = (
        f"change of {TOLD[name].name.removeprefix('the ')}, {TOLD[name].axis(effect=True)}" for name in found.asked
    )
    headings = ["parameter", "from, to", *changes]
    shown = ", tears shown" if found.arms else ""
    manners = " Manners of tears are compared over the whole design." if found.over_all else ""
    return PlainTable(
        f"Change from the lowest to the highest level{shown}",
        headings,
        rows,
        f"A straight line fitted to all parameters at once; below each change its 95 % interval.{manners}",
    )


def varied_rows(experiment: Experiment) -> list[dict[str, str]]:
    """A row for each parameter that varies: its levels, or its range, and how it is declared."""
    return [_declared(name, _levels(experiment, name)) for name in experiment.varied]


def _levels(experiment: Experiment, name: str) -> str:
    if experiment.design.kind in SAMPLED and name in experiment.spans:
        ends = experiment.spans[name]
        if PARAMETERS[name].kind in ("number", "whole number"):
            scale = " on a log scale" if isinstance(ends, LogRange) else ""
            return f"{level(ends[0])} to {level(ends[-1])}, sampled{scale}"
        return ", ".join(str(end) for end in ends)
    values = list(dict.fromkeys(own[name] for own in experiment.points.own if name in own))
    if len(values) > MOST_LEVELS and not isinstance(values[0], str):
        numbers = [float(value) for value in values]
        return f"{len(values):,} levels from {level(min(numbers))} to {level(max(numbers))}"
    return ", ".join(as_said(value) for value in values)


def fixed_rows(results: Results) -> list[dict[str, str]]:
    """A row for each parameter that is the same at all design points: of one that differs from world to world, how far.

    What differs comes first: it is what an effect may hang on.
    """
    held = results.provenance["parameters"]
    whose = WHOSE.get(str(held.get("estimates")), "")
    rows = [_declared(name, _over(values, whose)) for name, values in _differing(results).items()]
    return rows + [_declared(name, as_said(value)) for name, value in held.items()]


def fixed_heading(results: Results) -> str:
    """What stands above them: how many there are, and how many of them are another number in each world."""
    differing, same = len(_differing(results)), len(results.provenance["parameters"])
    whole = f"What is the same at every design point: {differing + same} parameters"
    return f"{whole}, {differing} of which differ from world to world" if differing else whole


def _differing(results: Results) -> dict[str, list[float]]:
    """The parameters whose values the worlds bring, each with those of all worlds."""
    held, varied = results.provenance["parameters"], results.experiment.varied
    estimates = str(held.get("estimates", DEFAULT))
    worlds = () if estimates == DEFAULT else worlds_of(estimates)
    brought = [name for name in (worlds[0] if worlds else ()) if name not in held and name not in varied]
    return {name: [world[name] for world in worlds] for name in brought}


def _over(values: Sequence[float], whose: str) -> str:
    """From where to where a parameter goes in a set of worlds, and its middle."""
    low, middle, high = (level(float(f"{one:.3g}")) for one in range_with_middle(values))
    if low == high:
        return f"{low} in all {len(values)} {whose}"
    return f"{low} to {high} in {len(values)} {whose}; the middle is {middle}"


def _declared(name: str, value: str) -> dict[str, str]:
    p = PARAMETERS.get(name)
    if p is None:
        return {
            "label": name,
            "value": value,
            "unit": "",
            "meaning": "A parameter of another version of the model.",
            "status": "not in this version",
            "source": "",
        }
    return {"label": name, "value": value, "unit": p.unit, "meaning": p.meaning, "status": p.status, "source": p.source}


def origin_rows(results: Results) -> list[tuple[str, str]]:
    """Where the numbers come from, as the provenance has it."""
    held = results.provenance
    worked = held["worked"]
    seconds, sessions = sum(work["seconds"] for work in worked), sum(work["sessions"] for work in worked)
    libraries = ", ".join(f"{name} {version}" for name, version in held.get("libraries", {}).items())
    rows = [
        ("design", f"{held.get('design')}, {held['design_points']:,} design points"),
        ("replicates", f"{held['replicates']:,}"),
        ("runs", f"{held['runs']:,}"),
        ("seed", f"{held['seed']}"),
        ("begun, ended (UTC)", f"{held.get('started')}, {held.get('ended')}"),
        ("sessions simulated", f"{sessions:,.0f} in {duration(seconds)}" if sessions else ""),
        ("TearSim", str(held.get("tearsim", ""))),
        ("Python", str(held.get("python", ""))),
        ("libraries", libraries),
        ("source, SHA-256", held["source_hash"]),
        ("experiment, SHA-256", held["experiment_hash"]),
        ("processor and libraries, SHA-256", held["machine_fingerprint"]),
    ]
    return [(name, value) for name, value in rows if value]
