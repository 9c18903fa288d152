"""The findings as published and as simulated, side by side: a table, a picture, and what the table cannot say."""

import math
from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.patterns import ROLES, Finding
from tearsim.show.answer import figure
from tearsim.study.check import Judged

ROLES_IN_WORDS = {
    "cal": "Findings that the fitted worlds are held to",
    "val": "Findings that nothing was fitted to",
    "doubt": "Contested, or without one published value: shown, not judged",
}
SHARES = ("share", "variance share")
STYLES = {"inside": "green", "outside": "bold red", "not judged": "dim"}
STRIP, REACH = 17, 2.0  # characters, and half-widths of the published interval to either side


def findings_table(judged: Sequence[Judged]) -> Table:
    """One row a finding, role by role."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("finding")
    table.add_column("published", justify="right", no_wrap=True)
    table.add_column("simulated", justify="right", no_wrap=True)
    table.add_column("[ ] published\n● simulated", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for role in ROLES:
        rows = [one for one in judged if one.finding.role == role]
        if rows:
            table.add_section()
            table.add_row(Text(ROLES_IN_WORDS[role], style="bold"))
        for one in rows:
            words = Text.assemble(one.finding.statement, (f" ({one.finding.id})", "dim"))
            table.add_row(words, published(one.finding), simulated(one), Text(strip(one)),
                          Text(one.verdict, style=STYLES[one.verdict]))  # fmt: skip
    return table


def published(finding: Finding) -> str:
    """The published value and its interval; of a sign or an order, the interval alone."""
    if finding.value is None and math.isnan(finding.low):
        return "–"
    if finding.measure == "sign":
        return "above 0" if finding.high > 0 else "below 0"
    if math.isinf(finding.high):
        return f"from {_number(finding, finding.low)}"
    return _with_interval(finding, finding.value, finding.low, finding.high)


def simulated(one: Judged) -> str:
    """The simulated value and its interval over replicates."""
    mean, low, high, _ = one.simulated
    return "–" if math.isnan(mean) else _with_interval(one.finding, mean, low, high)


def _with_interval(finding: Finding, value: float | None, low: float, high: float) -> str:
    unit = " %" if finding.measure in SHARES else ""
    span = "" if math.isnan(low) else f"({_number(finding, low)} to {_number(finding, high)})"
    return " ".join([*([] if value is None else [_number(finding, value)]), *([span] if span else [])]) + unit


def strip(one: Judged) -> str:
    """A line of characters: brackets at the ends of the published interval, a dot at the simulated value.

    A finding without a second end has one bracket. Where a sign is claimed, a line shows the simulated interval too,
    for the verdict goes by it.
    """
    place, *ends = (standing(one, value) for value in (one.simulated.mean, one.simulated.low, one.simulated.high))
    if math.isnan(place):
        return ""
    line, at = list(" " * STRIP), _column(place)
    if one.finding.measure == "sign" and not any(map(math.isnan, ends)):
        at, low, high = (_beside(there, float(-open_towards(one.finding))) for there in (place, *ends))
        line[low : high + 1] = "─" * (high + 1 - low)
    for side, bracket in ((-1, "["), (1, "]")):
        if open_towards(one.finding) != side:
            line[_column(side)] = bracket
    line[at] = "●" if abs(place) <= REACH else ("◀" if place < 0 else "▶")
    return "".join(line)


def _column(place: float) -> int:
    """Where in a strip a place lies; at its edge what lies beyond."""
    at = STRIP // 2 + round(max(-REACH, min(REACH, place)) * STRIP / (2.0 * REACH))
    return max(0, min(STRIP - 1, at))


def _beside(place: float, end: float) -> int:
    """The same, but on the side of a bracket that the place lies on, however close to it."""
    at = _column(place)
    return at + (place > end) - (place < end) if at == _column(end) else at


def open_towards(finding: Finding) -> int:
    """On which side a published interval has no end: 1 above (above 0, from here on), -1 below, 0 if it has both."""
    if finding.measure == "sign":
        return 1 if finding.high > 0 else -1
    return 1 if math.isinf(finding.high) else 0


def standing(one: Judged, value: float) -> float:
    """Where a value stands on a scale on which the published interval goes from -1 to 1; missing without one.

    An interval with one end has it at -1 or 1, and a unit of its own: as far as the simulated interval reaches from it.
    """
    low, high = one.finding.low, one.finding.high
    side = open_towards(one.finding)
    if side == 0:
        return 2.0 * (value - low) / (high - low) - 1.0 if high > low else math.nan
    end = low if side > 0 else high
    reached = max((abs(there - end) for there in one.simulated[:3] if not math.isnan(there - end)), default=math.nan)
    return (value - end) / reached - side if reached else float(-side)


def verdict_in_words(judged: Sequence[Judged]) -> str:
    """How many findings of each role lie inside, and which do not."""
    sentences = []
    for role, which in (("cal", "findings that may be fitted to"), ("val", "findings that nothing was fitted to")):
        rows = [one for one in judged if one.finding.role == role and one.finding.judged]
        outside = [one.finding.id for one in rows if one.verdict == "outside"]
        if rows:
            words = f"{len(rows) - len(outside)} of {len(rows)} {which} lie inside"
            sentences.append(f"{words}; outside: {', '.join(outside)}." if outside else f"{words}.")
    return "\n".join(sentences + _remarks(judged) + _conflict(judged))


def _remarks(judged: Sequence[Judged]) -> list[str]:
    """What to know of findings that nothing was fitted to, before a verdict on them is believed."""
    compared = [one.finding for one in judged if one.finding.role == "val" and one.finding.judged]
    return [f"{finding.id}: {finding.note}" for finding in compared if finding.note]


def _conflict(judged: Sequence[Judged]) -> list[str]:
    """That two published findings about how often therapists cry cannot both hold, in this world's figures."""
    by_id = {one.finding.id: one for one in judged}
    if not {"tcit-4weeks", "tcit-sessions"} <= by_id.keys():
        return []
    weeks, sessions = by_id["tcit-4weeks"], by_id["tcit-sessions"]
    asked, told = (100.0 * (one.finding.value or 0.0) for one in (weeks, sessions))
    here, shed = (100.0 * one.simulated.mean for one in (weeks, sessions))
    return [
        f"tcit-4weeks and tcit-sessions contradict each other: criers who cry in {told:.0f} % of their sessions hold "
        f"some sixty in four weeks, and nearly all would have cried in them, not {asked:.0f} %. In this world "
        f"{here:.0f} % did, and tears came in {shed:.1f} % of criers' sessions. The first is fitted to, the second "
        "only shown."
    ]


def _number(finding: Finding, value: float) -> str:
    """A number to so many decimals as there is anything to say; shares in hundredths."""
    if finding.measure in SHARES:
        return figure(100.0 * value, 1)
    return figure(value, 1 if finding.id == "sessions" else 2)


def patterns_markdown(published_findings: Sequence[Finding]) -> str:
    """The findings as a Markdown table; ODD.md holds it."""
    lines = [
        "| finding | published | role | why this interval | measured here as | source |",
        "|---|---|---|---|---|---|",
    ]
    for finding in published_findings:
        how = INSTRUMENTS[finding.instrument].meaning if finding.instrument else "no counterpart"
        source = f"{finding.source}, doi:{finding.doi}" if finding.doi else finding.source
        why = f"not judged: {finding.not_judged}" if finding.not_judged else finding.tolerance
        why += f". {finding.note}" if finding.note else ""
        cells = (f"{finding.statement} (`{finding.id}`)", published(finding), finding.role, why, how, source)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
