"""`tearsim theories`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.cli.options import AsJson, GivenWorkers, Quiet, print_json
from tearsim.errors import GO_ON, TearSimError

if TYPE_CHECKING:
    from tearsim.science.alternatives import Theory


def theories(
    name: Annotated[str, typer.Argument(help="Only those with this in their name or question.")] = "",
    score: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Refit and score them as this file says; minutes for each.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the scores; the same command continues from there.")
    ] = None,
    workers: GivenWorkers = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """List the rival theories: the questions that the findings leave open, the answers, and their sources."""
    from tearsim.science.alternatives import THEORIES
    from tearsim.science.declaration import nearest

    chosen = [theory for theory in THEORIES.values() if name.lower() in f"{theory.name} {theory.question}".lower()]
    if not chosen:
        raise TearSimError(f'No theory has "{name}" in its name or question.{nearest(name, list(THEORIES))}')
    if (score is None) != (out is None):
        raise TearSimError("Scoring takes both --score FILE, which says how thoroughly, and --out DIR.")
    if score is not None and out is not None:
        _score(chosen, score, out, workers, quiet, as_json)
        return
    from tearsim.show.terminal.theories import as_plain, theories_table

    if as_json:
        print_json([as_plain(theory) for theory in chosen])
        return
    from tearsim.show.terminal.console import console

    console(sys.stdout).print(theories_table(chosen))


def _score(chosen: "list[Theory]", file: Path, out: Path, workers: int | None, quiet: bool, as_json: bool) -> None:
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.scored_theories import scored_table, scored_words, theory_lines
    from tearsim.study.sweeps.threads import threads
    from tearsim.study.theories.design import read_scoring
    from tearsim.study.theories.scoring import score_theories

    try:
        with compiling():
            done = score_theories(read_scoring(file), out, chosen, threads(workers), theory_lines(console(), quiet))
    except KeyboardInterrupt as stopped:
        stopped.add_note(GO_ON)
        raise
    if as_json:
        print_json(done)
        return
    say = console(sys.stdout).print
    say(scored_table(done))
    for line in scored_words(done):
        say(line, markup=False, highlight=False)
