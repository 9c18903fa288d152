"""The rival theories as tables."""

from collections.abc import Iterable

from rich import box
from rich.text import Text

from tearsim.science.alternatives import Theory
from tearsim.science.declaration import as_said, docstring
from tearsim.science.replacing import Rule
from tearsim.show.terminal.whole_table import WholeTable


def theories_table(theories: Iterable[Theory]) -> WholeTable:
    """Question by question the rival answers, how each is put into the model, and its source."""
    table = WholeTable(box=box.SIMPLE_HEAD)
    for column in ("theory", "answer", "put into the model by", "source"):
        table.add_column(column)
    question = ""
    for theory in theories:
        if theory.question != question:
            question = theory.question
            table.add_section()
            table.add_row(Text(question, style="bold"))
        by = [f"{name} {as_said(value)}" for name, value in theory.parameters.items()]
        by += [f"rule {name}: {_first_line(rule)}" for name, rule in theory.rules.items()]
        table.add_row(theory.name, Text(theory.answer), Text("; ".join(by) or "the defaults"), Text(theory.source))
    return table


def theories_markdown(theories: Iterable[Theory]) -> str:
    """The same as a Markdown table; ODD.md holds it."""
    lines = ["| Question | Rival answer | `theory` | By which parameter or rule | Source |", "|---|---|---|---|---|"]
    question = ""
    for theory in theories:
        by = [f"`{name}` {as_said(value)}" for name, value in theory.parameters.items()]
        by += [f"rule `{name}`: {_first_line(rule)}" for name, rule in theory.rules.items()]
        asked = "" if theory.question == question else theory.question
        question = theory.question
        cells = (asked, theory.answer, f'"{theory.name}"', "; ".join(by) or "as by default", theory.source)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def as_plain(theory: Theory) -> dict[str, object]:
    """A theory in words and numbers, as JSON can hold it."""
    return {
        "name": theory.name,
        "question": theory.question,
        "answer": theory.answer,
        "source": theory.source,
        "parameters": dict(theory.parameters),
        "rules": {name: _first_line(rule) for name, rule in theory.rules.items()},
    }


def _first_line(rule: Rule) -> str:
    return docstring(rule).splitlines()[0].rstrip(".")
