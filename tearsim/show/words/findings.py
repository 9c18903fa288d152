"""The findings as published and as simulated, in words: values with ranges, verdicts, and what to know of them."""

import math
from collections.abc import Sequence

from tearsim.evidence.conventions import CONVENTIONS
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.leaving import LEAVING_TOLD
from tearsim.evidence.patterns import Finding
from tearsim.evidence.protocols import PROTOCOL_PARTS
from tearsim.show.words.english import DASH, on_terminal
from tearsim.study.check import Checked, Judged, JudgedVerdict, judged_findings

SHARES = ("share", "variance share")
FINEST = 2  # decimals more than usual, for what lies close to an end
IN_BRACKETS = (
    "In brackets after a published value: the range accepted, which is the published interval or, where there is none, "
    "the study's sampling error or a tolerance; tearsim check --protocol ID says why this range. In brackets after a "
    "simulated value: its 95 % interval over {units}. Inside, outside: all of that interval is. Too close: it holds an "
    "end of the range accepted, and other luck could turn the verdict; with more {units} it grows shorter. Not judged: "
    "the verdict would turn with a convention of the measuring, or there is none to give."
)
# Over several worlds, a finding that lies inside in a smaller share of them is named.
IN_ENOUGH_WORLDS = 2 / 3


def published(finding: Finding) -> str:
    """The published value and the range that is accepted; of a sign or an order, the range alone."""
    if finding.found is None and math.isnan(finding.low):
        return DASH
    if finding.measure == "sign":
        return "above 0" if finding.high > 0 else "below 0"
    if math.isinf(finding.high):
        return f"from {_number(finding, finding.low)}"
    return _with_interval(finding, finding.found, finding.low, finding.high)


def simulated(one: Judged) -> str:
    """The simulated value and its interval over replicates, as finely as shows on which side of an end each lies."""
    mean, low, high, _ = one.simulated
    if math.isnan(mean):
        return DASH
    finer = next((more for more in range(FINEST) if _tells_sides(one, more)), FINEST)
    return _with_interval(one.finding, mean, low, high, finer)


def _tells_sides(one: Judged, finer: int) -> bool:
    """Whether numbers lie, as they are told, on the side of the ends as these are told on which they do lie."""
    digits = _digits(one.finding) + (2 if one.finding.measure in SHARES else 0)
    return all(
        _order(number, end) == _order(round(number, digits + finer), round(end, digits))
        for number in one.simulated[:3]
        for end in (one.finding.low, one.finding.high)
        if not (math.isinf(end) or math.isnan(number))
    )


def _order(one: float, other: float) -> int:
    return (one > other) - (one < other)


def _with_interval(finding: Finding, value: float | None, low: float, high: float, finer: int = 0) -> str:
    unit = " %" if finding.measure in SHARES else ""
    span = "" if math.isnan(low) else f"({_number(finding, low, finer)} to {_number(finding, high, finer)})"
    return " ".join([*([] if value is None else [_number(finding, value, finer)]), *([span] if span else [])]) + unit


def open_towards(finding: Finding) -> int:
    """On which side the range accepted has no end: 1 above (above 0, from here on), -1 below, 0 if it has both."""
    if finding.measure == "sign":
        return 1 if finding.high > 0 else -1
    return 1 if math.isinf(finding.high) else 0


def standing(one: Judged, value: float) -> float:
    """Where a value stands on a scale on which the range accepted goes from -1 to 1; missing without one.

    A range with one end has it at -1 or 1, and a unit of its own: as far as the simulated interval reaches from it.
    """
    low, high = one.finding.low, one.finding.high
    side = open_towards(one.finding)
    if side == 0:
        return 2.0 * (value - low) / (high - low) - 1.0 if high > low else math.nan
    end = low if side > 0 else high
    reached = max((abs(there - end) for there in one.simulated[:3] if not math.isnan(there - end)), default=math.nan)
    return (value - end) / reached - side if reached else float(-side)


def verdict_in_words(judged: Sequence[Judged]) -> str:
    """How many findings of each role lie inside, which do not, and what to know before a verdict is believed.

    Args:
        judged: What `check` returns.

    Returns:
        Sentences, a line each.

    Raises:
        TearSimError: For what `check` does not return.

    >>> import tearsim
    >>> small = tearsim.Size(clinic_therapists=4, clinic_weeks=26, groups=2, group_therapists=4)
    >>> "inside" in tearsim.verdict_in_words(tearsim.check(role="val", replicates=2, size=small))
    True
    """
    judged, sentences = judged_findings(judged), []
    for role, which in (("cal", "findings that may be fitted to"), ("val", "findings that nothing was fitted to")):
        told = _concluded([one for one in judged if one.finding.role == role], which)
        sentences += [told] if told else []
    sentences += _in_few_worlds(judged)
    return "\n".join(sentences + _undecided(judged) + _conventions(judged) + _remarks(judged) + _conflict(judged))


def _concluded(of_role: Sequence[Judged], which: str) -> str:
    """Of all findings of a role how many lie inside, which do not, and on which nothing can be said."""
    if not of_role:
        return ""
    ids: dict[JudgedVerdict, list[str]] = {"inside": [], "outside": [], "too close": [], "not judged": []}
    for one in of_role:
        ids[one.verdict].append(one.finding.id)
    outside, close = (f"({', '.join(ids[verdict])})" for verdict in ("outside", "too close"))
    other = "other worlds" if over_several_worlds(of_role) else "other luck"
    words: dict[JudgedVerdict, str] = {
        "outside": f"outside {outside}",
        "too close": f"too close to judge, as {other} could turn the verdict {close}",
        "not judged": "not judged",
    }
    parts = [f"{len(ids[verdict])} {said}" for verdict, said in words.items() if ids[verdict]]
    return "; ".join([f"Of {len(of_role)} {which}: {len(ids['inside'])} inside", *parts]) + "."


def over_several_worlds(judged: Sequence[Judged]) -> bool:
    """Whether a check asked several worlds rather than one."""
    return any(one.worlds for one in judged)


def what_brackets_hold(judged: Sequence[Judged]) -> str:
    """What stands in brackets behind the numbers of a check, and what its verdicts mean."""
    return IN_BRACKETS.format(units="worlds" if over_several_worlds(judged) else "replicates")


def _in_few_worlds(judged: Sequence[Judged]) -> list[str]:
    """Over several worlds: the judged findings that lie inside in fewer than two thirds of them, the rarest first."""
    shares = [(one.worlds[1], one.finding.id) for one in judged if one.worlds and one.verdict != "not judged"]
    if not shares:
        return []
    number = max(one.worlds[0] for one in judged if one.worlds)
    few = [f"{name} ({share:.0%})" for share, name in sorted(shares) if share < IN_ENOUGH_WORLDS]
    which = f"Of those judged, these lie inside in fewer than two thirds of the {number} worlds: {', '.join(few)}."
    return [which if few else f"Each finding that is judged lies inside in at least two thirds of the {number} worlds."]


def _undecided(judged: Sequence[Judged]) -> list[str]:
    """The findings on which this world gets no verdict, each with why."""
    return [f"{one.finding.id}: not judged, for {one.undecided}." for one in judged if one.undecided]


def _conventions(judged: Sequence[Judged]) -> list[str]:
    """The findings that may be fitted to and depend on a convention: under which other one the verdict would turn."""
    hanging = [one for one in judged if one.finding.role == "cal" and one.turns and one.verdict != "not judged"]
    return [f"{one.finding.id} {_by_a_convention(one)}." for one in hanging]


def _by_a_convention(one: Judged) -> str:
    """What becomes of a verdict that hangs on a convention; what fails on one side may fail on the other instead."""
    if one.verdict == "too close":
        return f"is too close to judge, and hangs on a convention; it would turn with {_otherwise(one, one.turns)}"
    if one.verdict == "inside":
        return f"holds by a convention; the verdict turns with {_otherwise(one, one.turns)}"
    held = [turn for turn in one.turns if one.would_be_inside(turn)]
    beyond = [turn for turn in one.turns if turn not in held]
    would = [f"it would lie inside with {_otherwise(one, held)}"] if held else []
    would += [f"it would lie beyond the other end with {_otherwise(one, beyond)}"] if beyond else []
    return f"fails by a convention; {', and '.join(would)}"


def _otherwise(one: Judged, conventions: Sequence[tuple[str, float]]) -> str:
    """The values under other conventions."""
    return "; ".join(
        f"{name} = {value:g}: {_number(one.finding, one.otherwise[name, value].mean)}" for name, value in conventions
    )


def leaving_in_words(checked: Sequence[Judged]) -> list[tuple[str, str, str]]:
    """Who leaves in the records of a check: the group, what is told of it, and the number with its interval."""
    leaving = checked.leaving if isinstance(checked, Checked) else {}
    told = []
    for name, found in leaving.items():
        share = not name.startswith("log-odds")
        mean, low, high = (_shown(share, value) for value in found[:3])
        told.append(
            (LEAVING_TOLD[name].group, LEAVING_TOLD[name].meaning, f"{mean} ({low} to {high}){' %' if share else ''}")
        )
    return told


def _shown(share: bool, value: float) -> str:
    return on_terminal(100.0 * value, 1) if share else on_terminal(value, 2)


def _remarks(judged: Sequence[Judged]) -> list[str]:
    """What to know of findings that nothing was fitted to, before a verdict on them is believed."""
    compared = [one.finding for one in judged if one.finding.role == "val" and one.verdict != "not judged"]
    return [f"{finding.id}: {finding.note}" for finding in compared if finding.note]


def _conflict(judged: Sequence[Judged]) -> list[str]:
    """That two published findings about how often therapists cry cannot both hold, in this world's figures."""
    by_id = {one.finding.id: one for one in judged}
    if not {"tcit-4weeks", "tcit-sessions"} <= by_id.keys():
        return []
    weeks, sessions = by_id["tcit-4weeks"], by_id["tcit-sessions"]
    asked, told = (100.0 * (one.finding.found or 0.0) for one in (weeks, sessions))
    if math.isnan(weeks.simulated.mean) or math.isnan(sessions.simulated.mean):
        return []
    where = "On the average of these worlds" if over_several_worlds(judged) else "In this world"
    here, shed = (100.0 * one.simulated.mean for one in (weeks, sessions))
    return [
        f"tcit-4weeks and tcit-sessions contradict each other: criers who cry in {told:.0f} % of their sessions hold "
        f"some sixty in four weeks, and nearly all would have cried in them, not {asked:.0f} %. {where} "
        f"{here:.0f} % did, and tears came in {shed:.1f} % of criers' sessions. The first is fitted to, the second "
        "only shown."
    ]


def _number(finding: Finding, value: float, finer: int = 0) -> str:
    """A number with as many decimals as say anything, and some more if need be; shares in hundredths."""
    return on_terminal(100.0 * value if finding.measure in SHARES else value, _digits(finding) + finer)


def _digits(finding: Finding) -> int:
    return 1 if finding.measure in (*SHARES, "length") else 2


def protocols_markdown(published_findings: Sequence[Finding]) -> str:
    """How each finding is measured, as Markdown: which range is accepted, its protocol, and what it depends on."""
    parts = []
    for finding in published_findings:
        told = [f"**{finding.statement}** (`{finding.id}`; figures from: {finding.sure})\n"]
        if finding.tolerance:
            told += [f"- published: {published(finding)}", f"- why this range: {finding.tolerance}"]
        if finding.protocol is None:
            parts.append("\n".join([*told, f"- not measured: {finding.not_judged}"]))
            continue
        said = finding.protocol
        told += [f"- {part}: {getattr(said, part)}" for part in PROTOCOL_PARTS]
        told.append(f"- written down {said.dated.isoformat()}: {said.reason}")
        told += [f"- changed {change.dated.isoformat()}: {change.why}" for change in said.changed]
        hangs_on = INSTRUMENTS[finding.instrument].conventions if finding.instrument else ()
        told += [f"- convention `{name}`: {CONVENTIONS[name].meaning}" for name in hangs_on]
        parts.append("\n".join(told))
    return "\n\n".join(parts) + "\n"


def conventions_markdown() -> str:
    """The conventions of the instruments as a Markdown table."""
    lines = [
        "| convention | taken | could as well be | what it decides | why there is a choice |",
        "|---|---|---|---|---|",
    ]
    for name, said in CONVENTIONS.items():
        others = ", ".join(f"{value:.3g}" for value in said.others)
        lines.append(f"| `{name}` | {said.value:.3g} | {others} | {said.meaning} | {said.reason} |")
    return "\n".join(lines) + "\n"


def patterns_markdown(published_findings: Sequence[Finding]) -> str:
    """The findings as a Markdown table; ODD.md holds it."""
    lines = [
        "| finding | published | role | why this interval | measured here as | source | seen in |",
        "|---|---|---|---|---|---|---|",
    ]
    for finding in published_findings:
        how = INSTRUMENTS[finding.instrument].meaning if finding.instrument else "no counterpart"
        source = f"{finding.source}, doi:{finding.doi}" if finding.doi else finding.source
        why = f"not judged: {finding.not_judged}" if finding.not_judged else finding.tolerance
        why += f". {finding.note}" if finding.note else ""
        named = f"{finding.statement} (`{finding.id}`)"
        cells = (named, published(finding), finding.role, why, how, source, finding.sure)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
