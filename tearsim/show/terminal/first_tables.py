"""What a sweep's answer begins with in a terminal, as in its report: three cards and two tables."""

from collections.abc import Sequence

from rich import box
from rich.text import Text

from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.cards import Card
from tearsim.show.words.english import with_hyphens
from tearsim.show.words.rows import SawRow, change_rows, in_brackets, moves_what
from tearsim.study.answers.contrasts import Contrasts


def told(card: Card) -> Text:
    """A card as a terminal shows it."""
    note = f" ({card.note})" if card.note else ""
    lines = [f"{card.large} {card.what}.".strip()] if card.large else []
    lines += [*card.sentences, *(f"{one.what}: {one.follows}" for one in card.points), *filter(None, [card.sure])]
    return Text(f"{card.heading}{note}\n", style="bold").append(with_hyphens("\n".join(lines)), style="not bold")


def saw_table(rows: Sequence[SawRow]) -> WholeTable:
    """What showing the tears did to those who saw them: a row a measure."""
    table = _table("What showing the tears did to those who saw them, shown minus held back")
    for row in rows:
        _add(table, row.size.how.heading, row.size.written, row.size.said)
    table.show_header = False
    return table


def what_changes_table(found: Contrasts) -> WholeTable | None:
    """What moves the outcomes in question in a whole practice; None where nothing can be told so."""
    rows = change_rows(found)
    if not rows:
        return None
    headings = (size.how.heading for size in rows[0].sizes)
    table = _table(f"What moves {moves_what(found)} in a whole practice", "", *headings)
    table.caption = f"{in_brackets(found)}."
    for row in rows:
        cells = (f"{size.written}\n{size.said}".strip() for size in row.sizes)
        _add(table, "\n".join(filter(None, (row.label, row.levels, row.turns))), *cells)
    return table


def _table(title: str, *headings: str) -> WholeTable:
    table = WholeTable(title=title, title_justify="left", caption_justify="left", box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading)
    return table


def _add(table: WholeTable, *cells: str) -> None:
    table.add_row(*map(with_hyphens, cells))
