"""What studies would have seen as a table on a terminal, and in Markdown."""

from rich import box
from rich.text import Text

from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.studies import (
    STUDIES_TOLD,
    asked_about,
    bias_lines,
    how_studied,
    misled,
    over_several,
    value_lines,
)
from tearsim.study.effects.studies.declared import PARTS_OF_BIAS, STUDIES
from tearsim.study.effects.studies.seen import SeenByStudies


def studies_table(found: SeenByStudies) -> WholeTable:
    """A section for each kind of study: what it says, the effect beside it, and what sets them apart."""
    title = f"What studies would have seen\n[not bold]{how_studied(found)}[/]"
    table = WholeTable(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    table.add_column("")
    worlds = ("bias over worlds",) if over_several(found) else ()
    for heading in ("the study says", "the effect", *PARTS_OF_BIAS.values(), *worlds):
        table.add_column(heading, justify="right")
    for name, study in STUDIES.items():
        table.add_section()
        table.add_row(Text.assemble((study.title, "bold"), "\n", (study.is_a, "italic")))
        for one in (row for row in found.rows if row.study == name):
            values = (one.says, one.effect, *one.parts.values())
            cells = ["\n".join(value_lines(value, one.outcome)) if value.high > value.low else "" for value in values]
            cells += ["\n".join(bias_lines(one))] if worlds else []
            unit = STUDIES_TOLD[one.outcome].unit
            table.add_row(Text.assemble(asked_about(one), "\n", (f"{unit}; {misled(one)}", "dim")), *cells)
    return table


def kinds_of_study_markdown() -> str:
    """What each kind of study compares, and what its number is; docs/effects.md holds it."""
    rows = "".join(f"| {study.title} | {study.compares} | {study.is_a} |\n" for study in STUDIES.values())
    return f"| study | compares | its number is |\n|---|---|---|\n{rows}"
