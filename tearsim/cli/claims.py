"""`tearsim claims`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import AsJson, GivenSeed, GivenWorkers, Quiet, print_json
from tearsim.errors import GO_ON

if TYPE_CHECKING:
    from tearsim.show.words.claims import ClaimRow


def claims(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID ...]", help="Only these claims; else all.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A first look: fewer worlds, smaller practices.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; the same command continues from there.")
    ] = None,
    workers: GivenWorkers = None,
    seed: GivenSeed = 1,
    quiet: Quiet = False,
    as_json: AsJson = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the board in the browser.")] = False,
) -> None:
    """Put the essay's claims to the test in the worlds that fit the evidence, and judge each by a stated rule."""
    from tearsim.cli.compiling import compiling
    from tearsim.show.report.board import write_board
    from tearsim.show.terminal.claims import claims_lines
    from tearsim.show.terminal.console import console
    from tearsim.show.words.claims import claim_rows, first_line
    from tearsim.study.claims.board import asked_of, for_programs, put_to_test
    from tearsim.study.claims.declared import chosen, read_claims
    from tearsim.study.sweeps.runner import cores

    asked = asked_of(chosen(read_claims(), ids or []), seed, quick)
    folder = out or Path("results") / ("claims-quick" if quick else "claims")
    try:
        with compiling():
            outcome = put_to_test(asked, folder, workers or cores(), claims_lines(console(), quiet))
    except KeyboardInterrupt as stopped:
        stopped.add_note(GO_ON)
        raise
    board = write_board(outcome, asked.claims, folder)
    if as_json:
        print_json(for_programs(outcome, asked.claims))
    else:
        _say(first_line(outcome), claim_rows(outcome, asked.claims), board)
    if open_:
        import webbrowser

        webbrowser.open(board.resolve().as_uri())


def _say(first: str, rows: "list[ClaimRow]", board: Path) -> None:
    from tearsim.show.terminal.claims import claim_in_full, claims_table
    from tearsim.show.terminal.console import console
    from tearsim.show.words.caveats import NEVER_ADVICE

    say = console(sys.stdout)
    say.print(first, markup=False, highlight=False)
    if len(rows) == 1:
        for line in claim_in_full(rows[0]):
            say.print(line, markup=False, highlight=False)
    else:
        say.print(claims_table(rows))
    say.print(
        "True in: the share of worlds, and its 95 % interval; “or”: it reaches that verdict, too. In numbers: the "
        "middle world, and the middle 95 % of worlds. What is behind each verdict: "
        f"{board}. {NEVER_ADVICE}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
