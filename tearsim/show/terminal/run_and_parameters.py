"""One run's outcomes, and the parameters, as tables."""

from collections.abc import Iterable

from rich import box
from rich.text import Text

from tearsim.science.declaration import Parameter
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.english import on_terminal
from tearsim.show.words.known_units import in_known_units
from tearsim.study.sweeps.included import Included
from tearsim.worlds.outcomes import OUTCOMES


def outcomes_table(outcomes: dict[str, float]) -> WholeTable:
    """One run's outcomes with unit and meaning."""
    title = "One practice under one roll of the dice; a sweep gives intervals. A model, never advice about a person."
    table = WholeTable(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("outcome", no_wrap=True)
    table.add_column("value", no_wrap=True, justify="right")
    table.add_column("meaning [unit]")
    for name, value in outcomes.items():
        declared = OUTCOMES[name]
        shown = f"{value:,.0f}" if name == "sessions" else on_terminal(value)
        table.add_row(name, shown, Text(f"{declared.meaning} [{declared.unit}]"))
    return table


def parameters_table(parameters: dict[str, Parameter]) -> WholeTable:
    """Every parameter, group by group."""
    table = WholeTable(box=box.SIMPLE_HEAD)
    table.add_column("parameter", no_wrap=True)
    table.add_column("default", no_wrap=True)
    table.add_column("plausible", no_wrap=True)
    table.add_column("meaning [unit]")
    group = ""
    for name, p in parameters.items():
        if p.group != group:
            group = p.group
            table.add_section()
            table.add_row(Text(group, style="bold"))
        told = in_known_units(name)
        table.add_row(name, str(p.default), plausible(p), Text(f"{p.meaning} [{p.unit}{f': {told}' if told else ''}]"))
    return table


def parameters_in_full(parameters: dict[str, Parameter]) -> Text:
    """All there is to know of each parameter."""
    lines = []
    for name, p in parameters.items():
        lines += [f"{name} = {p.default}", f"  {p.meaning} [{p.unit}]", f"  allowed: {p.allowed}"]
        lines += [f"  plausible: {plausible(p)}"] if plausible(p) else []
        told = in_known_units(name)
        lines += [f"  comes to: {told}, where all else is typical"] if told else []
        lines += [f"  {p.status}: {p.source}", ""]
    return Text("\n".join(lines).rstrip())


def plausible(p: Parameter) -> str:
    """The plausible range in words; choices and switches have none."""
    return "" if p.kind in ("choice", "switch") else f"{p.plausible[0]:g} to {p.plausible[1]:g}"


def parameters_markdown(parameters: dict[str, Parameter]) -> str:
    """The parameters as Markdown tables, one a group; ODD.md holds them."""
    lines: list[str] = []
    group = ""
    for name, p in parameters.items():
        if p.group != group:
            group = p.group
            heading = "| parameter | default | allowed | plausible | unit | status | meaning | source |"
            lines += ["", f"### {group}", "", heading, "|---|---|---|---|---|---|---|---|"]
        cells = (f"`{name}`", str(p.default), p.allowed, plausible(p), p.unit, p.status, p.meaning, p.source)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines).strip() + "\n"


def outcomes_markdown() -> str:
    """The outcomes as a Markdown table; ODD.md holds it."""
    rows = [f"| `{name}` | {declared.unit} | {declared.meaning} |" for name, declared in OUTCOMES.items()]
    return "\n".join(["| outcome | unit | meaning |", "|---|---|---|", *rows]) + "\n"


def included_table(title: str, included: Iterable[Included]) -> WholeTable:
    """What comes with TearSim by name, each with its question."""
    table = WholeTable(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        leading=1,
    )
    table.add_column("name", no_wrap=True)
    table.add_column("question")
    for one in included:
        table.add_row(one.name, Text.assemble((one.title, "bold"), f"\n{one.question}"))
    return table
