"""`tearsim story`: one client and their therapist, session by session. What it needs is imported when it runs."""

import sys
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import (
    GivenReplicate,
    GivenSeed,
    GivenSettings,
    GivenTheory,
    GivenWeeks,
    print_json,
    settings_given,
    whole_number_option,
)
from tearsim.errors import TearSimError

if TYPE_CHECKING:
    from tearsim.science.types import LogRow
    from tearsim.study.people.dyad import Dyad, Life

WIDEST_TEXT = 100  # columns: longer lines are hard to read


def story(
    seed: GivenSeed = 1,
    client: Annotated[int | None, whole_number_option("client's number", 1, None, "The client of this number.")] = None,
    most_moved: Annotated[bool, typer.Option("--most-moved", help="Whoever was moved by tears most often.")] = False,
    most_unsettled: Annotated[bool, typer.Option("--most-unsettled", help="Whoever was unsettled most often.")] = False,
    left_after_tears: Annotated[
        bool, typer.Option("--left-after-tears", help="Whoever left soonest after tears.")
    ] = False,
    most_ruptured: Annotated[bool, typer.Option("--most-ruptured", help="Whoever had the most ruptures.")] = False,
    longest: Annotated[bool, typer.Option("--longest", help="Whoever had the longest therapy.")] = False,
    set_: GivenSettings = None,
    theory: GivenTheory = None,
    replicate: GivenReplicate = 0,
    weeks: GivenWeeks = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every session.")] = False,
) -> None:
    """Tell one client's therapy session by session, and the same with the tears held back.

    Without a choice it is the client who noticed a therapist's tears most often.
    """
    chosen = {
        "--client": client is not None,
        "--most-moved": most_moved,
        "--most-unsettled": most_unsettled,
        "--left-after-tears": left_after_tears,
        "--most-ruptured": most_ruptured,
        "--longest": longest,
    }
    asked = [option for option, is_asked in chosen.items() if is_asked]
    if len(asked) > 1:
        raise TearSimError(f"{' and '.join(asked)} exclude each other: each chooses one client.")
    from tearsim.show.terminal.console import console
    from tearsim.study.people.dyad import dyad_of

    selection = asked[0].removeprefix("--").replace("-", "_") if asked and client is None else "most_tears"
    with console().status("Living the practice, and the same with the tears held back."):
        told = dyad_of(seed, replicate, settings_given(set_ or [], weeks), client, selection, theory)
    if as_json:
        print_json(_plain(told))
    else:
        _print(told)


def _print(dyad: "Dyad") -> None:
    from rich import box
    from rich.text import Text

    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.whole_table import WholeTable
    from tearsim.show.words.client_story import TWIN, whole_story

    told, paper = whole_story(dyad), console(sys.stdout)
    width = min(paper.width, WIDEST_TEXT)

    def write(words: str, style: str = "", indent: str = "") -> None:
        lines = fill(words, width, initial_indent=indent, subsequent_indent=indent)
        paper.print(Text(lines, style=style), soft_wrap=True)

    def begin(words: str, style: str = "bold") -> None:
        paper.print()
        write(words, style)

    write(told.title, "bold")
    write(told.world)
    begin("Who they are")
    for paragraph in told.people:
        begin(paragraph, "")
    for course in told.courses:
        begin(course.title)
        for entry in course.entries:
            begin(entry.heading, "cyan" if entry.mark == "tears" else "")
            write(entry.text, indent="  ")
    begin("How it ended")
    write(" ".join(told.ending))
    begin(TWIN)
    if told.comparison:
        table = WholeTable(box=box.SIMPLE_HEAD)
        for column in ("", told.manner, "tears held back"):
            table.add_column(column, justify="right" if column else "left")
        for cells in told.comparison:
            table.add_row(*cells)
        paper.print(table)
    write(" ".join(told.apart))
    begin(told.note, "")


def _plain(dyad: "Dyad") -> dict[str, object]:
    """The dyad and its story as JSON has them."""
    from tearsim.show.words.client_story import whole_story

    told = whole_story(dyad)
    return {
        "seed": dyad.seed,
        "replicate": dyad.replicate,
        "parameters": dyad.parameters,
        "replaced_rules": dyad.replaced,
        "client": dyad.life.client,
        "client_traits": dyad.client._asdict(),
        "therapists": {number: traits._asdict() for number, traits in dyad.therapists.items()},
        "life": _life(dyad.life),
        "held_back": _life(dyad.held_back) if dyad.held_back else None,
        "story": told._asdict()
        | {
            "courses": [
                {"title": course.title, "entries": [entry._asdict() for entry in course.entries]}
                for course in told.courses
            ]
        },
    }


def _life(life: "Life") -> dict[str, object]:
    from tearsim.science.codes import STANDING
    from tearsim.science.log import SESSION_COLUMNS

    def plain(row: "LogRow") -> dict[str, object]:
        return {
            name: column.words[getattr(row, name)] if column.words else getattr(row, name)
            for name, column in SESSION_COLUMNS.items()
        }

    return {
        "client": life.client,
        "standing": STANDING[life.standing],
        "distress_a_year_from_the_first_session": life.distress_after_a_year,
        "sessions": [plain(row) for row in life.sessions],
    }
