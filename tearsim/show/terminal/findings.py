"""The findings as published and as simulated, side by side: a table, a picture, and what the table cannot say."""

import math
from collections.abc import Sequence

import pandas as pd
from rich import box
from rich.text import Text

from tearsim.evidence.patterns import ROLES
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.findings import (
    leaving_in_words,
    open_towards,
    over_several_worlds,
    published,
    simulated,
    standing,
)
from tearsim.study.check import Judged, JudgedVerdict, judged_findings

ROLES_IN_WORDS = {
    "cal": "Findings that the fitted worlds are held to",
    "val": "Findings that nothing was fitted to",
    "doubt": "Contested, or without one published value: shown, not judged",
}
VERDICT_STYLES: dict[JudgedVerdict, str] = {
    "inside": "green",
    "outside": "bold red",
    "too close": "yellow",
    "not judged": "dim",
}
STRIP_WIDTH, STRIP_REACH = 17, 2.0  # characters, and half-widths of the range accepted to either side


def drawn_findings(judged: Sequence[Judged]) -> WholeTable:
    """One row a finding, role by role; over several worlds, with the share of them in which it lies inside."""
    several = over_several_worlds(judged)
    table = WholeTable(box=box.SIMPLE_HEAD)
    table.add_column("finding")
    table.add_column("published", justify="right", no_wrap=True)
    table.add_column("simulated", justify="right", no_wrap=True)
    table.add_column("[ ] accepted\n● simulated", no_wrap=True, min_width=STRIP_WIDTH)
    table.add_column("verdict", no_wrap=True)
    if several:
        table.add_column("worlds\ninside", justify="right", no_wrap=True)
    for role in ROLES:
        rows = [one for one in judged if one.finding.role == role]
        if rows:
            table.add_section()
            table.add_row(Text(ROLES_IN_WORDS[role], style="bold"))
        for one in rows:
            words = Text.assemble(one.finding.statement, (f" ({one.finding.id})", "dim"))
            table.add_row(
                words,
                published(one.finding),
                simulated(one),
                Text(strip(one)),
                Text(one.verdict, style=VERDICT_STYLES[one.verdict]),
                *([f"{one.worlds[1]:.0%}" if one.worlds else ""] if several else []),
            )
    return table


def drawn_leaving(judged: Sequence[Judged]) -> WholeTable:
    """Who leaves in the records of a check, by distress at intake, length and response so far."""
    table = WholeTable(box=box.SIMPLE_HEAD, title="Who leaves (shown, not judged)", title_justify="left")
    table.add_column("of those")
    table.add_column("what")
    table.add_column("simulated", justify="right", no_wrap=True)
    for row in leaving_in_words(judged):
        table.add_row(*row)
    return table


def strip(one: Judged) -> str:
    """A line of characters: brackets at the ends of the range accepted, a dot at the simulated value.

    A finding without a second end has one bracket. Where a sign is claimed, and where it is too close to judge, a line
    shows the simulated interval too, as far as it is longer than a character.
    """
    place, *ends = (standing(one, value) for value in (one.simulated.mean, one.simulated.low, one.simulated.high))
    if math.isnan(place):
        return ""
    line, at = list(" " * STRIP_WIDTH), _column(place)
    if (one.finding.measure == "sign" or one.is_too_close) and not any(map(math.isnan, ends)):
        side = open_towards(one.finding)
        at, low, high = (_beside(there, float(-side)) if side else _column(there) for there in (place, *ends))
        line[low : high + 1] = "─" * (high + 1 - low)
    for side, bracket in ((-1, "["), (1, "]")):
        if open_towards(one.finding) != side:
            line[_column(side)] = bracket
    line[at] = "●" if abs(place) <= STRIP_REACH else ("◀" if place < 0 else "▶")
    return "".join(line)


def _column(place: float) -> int:
    """Where in a strip a place lies; at its edge what lies beyond."""
    at = STRIP_WIDTH // 2 + round(max(-STRIP_REACH, min(STRIP_REACH, place)) * STRIP_WIDTH / (2.0 * STRIP_REACH))
    return max(0, min(STRIP_WIDTH - 1, at))


def _beside(place: float, end: float) -> int:
    """The same, but on the side of a bracket that the place lies on, however close to it."""
    at = _column(place)
    return at + (place > end) - (place < end) if at == _column(end) else at


def findings_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """The findings of a check as a table, a row each: as published, as simulated, and the verdict.

    Args:
        judged: What `check` returns.

    Returns:
        A table by the findings' names, with columns finding, role, published, simulated and verdict, in words.

    Raises:
        TearSimError: For what `check` does not return.

    >>> import tearsim
    >>> small = tearsim.Size(clinic_therapists=4, clinic_weeks=26, groups=2, group_therapists=4)
    >>> list(tearsim.findings_table(tearsim.check(role="val", replicates=2, size=small)))
    ['finding', 'role', 'published', 'simulated', 'verdict']
    """
    judged = judged_findings(judged)
    rows = [
        (one.finding.statement, one.finding.role, published(one.finding), simulated(one), one.verdict) for one in judged
    ]
    columns = ["finding", "role", "published", "simulated", "verdict"]
    return pd.DataFrame(rows, columns=columns, index=[one.finding.id for one in judged])
