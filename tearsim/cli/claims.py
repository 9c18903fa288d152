"""`tearsim claims`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import AsJson, GivenSeed, GivenWorkers, Quiet, print_json
from tearsim.errors import GO_ON, TearSimError

if TYPE_CHECKING:
    from tearsim.show.words.claims import ClaimRow
    from tearsim.study.claims.board import BoardOutcome
    from tearsim.study.claims.declared import Claim


def claims(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID ...]", help="Only these claims; else all.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A first look: fewer worlds, smaller practices.")] = False,
    recorded: Annotated[
        bool, typer.Option("--on-record", help="The verdicts on record, of all worlds, at once: nothing is run.")
    ] = False,
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
    if recorded and (quick or seed != 1):
        raise TearSimError("--on-record shows what was found with seed 1 in all worlds: leave out --quick and --seed.")
    from tearsim.show.report.board import write_board
    from tearsim.show.words.claims import NOT_CURRENT, claim_rows, first_line
    from tearsim.study.claims.board import for_programs, is_current, on_record
    from tearsim.study.claims.declared import chosen, read_claims

    claims = chosen(read_claims(), ids or [])
    folder = out or Path("results") / ("claims-on-record" if recorded else "claims-quick" if quick else "claims")
    outcome = on_record(claims, folder) if recorded else _asked(claims, seed, quick, folder, workers, quiet)
    board = write_board(outcome, claims, folder)
    if as_json:
        print_json(for_programs(outcome, claims))
    else:
        first = first_line(outcome)
        _say(first if is_current(outcome) else f"{first} {NOT_CURRENT}", claim_rows(outcome, claims), board)
    if open_:
        import webbrowser

        webbrowser.open(board.resolve().as_uri())


def _asked(
    claims: "dict[str, Claim]", seed: int, quick: bool, folder: Path, workers: int | None, quiet: bool
) -> "BoardOutcome":
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.claims import claims_lines
    from tearsim.show.terminal.console import console
    from tearsim.study.claims.board import asked_of, put_to_test
    from tearsim.study.sweeps.threads import threads

    try:
        with compiling():
            asked = asked_of(claims, seed, quick)
            return put_to_test(asked, folder, threads(workers), claims_lines(console(), quiet))
    except KeyboardInterrupt as stopped:
        stopped.add_note(GO_ON)
        raise


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
