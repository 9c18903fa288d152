"""Tables of the terminal cut nothing: what there is no room for goes on in the next line."""

import io

import pytest
from rich import box
from rich.console import Console
from rich.text import Text

from tearsim.evidence.patterns import findings
from tearsim.science.alternatives import THEORIES
from tearsim.science.parameters import PARAMETERS
from tearsim.show.terminal.findings import drawn_findings, strip
from tearsim.show.terminal.run_and_parameters import parameters_table
from tearsim.show.terminal.theories import theories_table
from tearsim.show.terminal.whole_table import WholeTable, shared_out
from tearsim.study.check import Judged
from tearsim.study.estimates import Estimate

JUDGED = [Judged(finding, Estimate(0.2, 0.1, 0.3, 2)) for finding in findings()]
TABLES = {
    "theories": theories_table(THEORIES.values()),
    "parameters": parameters_table(PARAMETERS),
    "findings": drawn_findings(JUDGED),
}


def lines_of(table, width):
    file = io.StringIO()
    Console(width=width, file=file).print(table)
    return file.getvalue().splitlines()


def letters_of(words):
    return sorted(letter for letter in words if letter not in " \n─")


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("name", list(TABLES))
def test_every_letter_of_a_table_is_shown_however_narrow_the_terminal(name, width):
    lines = lines_of(TABLES[name], width)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    assert letters_of("".join(lines)) == letters_of("".join(lines_of(TABLES[name], 1_000)))


def test_the_sources_of_theories_can_be_copied_from_where_a_table_is_printed_into_a_file():
    printed = "\n".join(lines_of(theories_table(THEORIES.values()), 120))
    named = {word for theory in THEORIES.values() for word in theory.source.split() if word.startswith("doi:")}
    assert len(named) > 5
    assert all(one in printed for one in named)


def test_the_picture_of_a_finding_stays_in_one_line_in_a_terminal_of_80_columns():
    printed = "\n".join(lines_of(TABLES["findings"], 80))
    assert all(strip(one) in printed for one in JUDGED)


def two_columns():
    table = WholeTable(box=box.SIMPLE_HEAD)
    table.add_column("unbroken", no_wrap=True)
    table.add_column("other")
    table.add_row(Text("a line that stays whole"), Text("words that give way to it"))
    return table


def test_lines_stay_whole_while_there_is_room_then_words_do_and_then_they_break_too():
    assert any("a line that stays whole" in line for line in lines_of(two_columns(), 40))
    narrow = "\n".join(lines_of(two_columns(), 30))
    assert "a line that stays whole" not in narrow
    assert all(
        word in narrow for word in ["a", "line", "that", "stays", "whole", "words", "that", "give", "way", "to", "it"]
    )
    table = two_columns()
    lines_of(table, 20)
    assert any("a line that stays whole" in line for line in lines_of(table, 40)), "the next terminal may be wider"


def test_the_widest_column_gives_way_first_and_none_below_its_least():
    assert shared_out(100, [20, 30], [[20, 5]]) == [20, 30]
    assert shared_out(44, [20, 30, 10], [[5, 5, 5]]) == [17, 17, 10]
    assert shared_out(30, [20, 30], [[20, 5], [8, 5]]) == [20, 10]
    assert shared_out(20, [20, 30], [[20, 5], [8, 5]]) == [10, 10]
    assert shared_out(1, [20, 30], [[8, 5]]) == [1, 1], "where there is no room at all, a letter each"
