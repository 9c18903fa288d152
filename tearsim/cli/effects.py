"""`tearsim effects`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import GivenTheory, Quiet, print_json, settings_given
from tearsim.errors import TearSimError


def effects(
    estimands: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ESTIMAND]...",
            help="Which: first_tear, policy, one_tear, dry_eyed, spoken, intensity, spill_over, "
            "or stay_or_seek; the first seven if none is named.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; again for more.")
    ] = None,
    weeks: Annotated[
        str, typer.Option(metavar="W,W,...", help="Weeks after time zero; 0 is the session itself.")
    ] = "0,1,4,12,52",
    by: Annotated[
        str | None,
        typer.Option(
            help="Tell apart by level, origin, spoken, prior_alliance, boundary_sensitivity or warmth_expected."
        ),
    ] = None,
    practices: Annotated[
        int | None, typer.Option(help="How many; by default 100, or two for each of several worlds.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Draw them into this file, too.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Where all luck comes from.")] = 1,
    theory: GivenTheory = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a processor.")] = None,
    protocols: Annotated[bool, typer.Option("--protocols", help="Only show them, as target trials.")] = False,
    studies: Annotated[
        bool, typer.Option("--studies", help="Also what studies would have seen; with --out in FILE-studies.html.")
    ] = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what tears do: the same people under two strategies, over time, in seven well-defined senses."""
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.effects import effects_for_programs, effects_tables, protocols_table
    from tearsim.show.terminal.progress import counting
    from tearsim.show.terminal.studies import studies_table
    from tearsim.show.words.effects import AN_EFFECT, one_number
    from tearsim.show.words.studies import studies_for_programs, studies_in_short
    from tearsim.study.effects.asking import effects as ask
    from tearsim.study.effects.estimands import checked_estimands
    from tearsim.study.effects.studies.seen import STUDIED
    from tearsim.study.effects.studies.seen import seen_by_studies as ask_studies

    names = checked_estimands(estimands)
    if out is not None and (by or out.suffix != ".html"):
        raise TearSimError(
            "--out takes the name of a file that ends in .html, and draws all people together, without --by."
        )
    say = console(sys.stdout).print
    if protocols:
        say(protocols_table(names))
        return
    parameters = settings_given(set_ or [])
    seen = None
    if studies:  # asked first, as there is more that they refuse
        with counting(console(), quiet, "practices studied") as report, compiling():
            seen = ask_studies(
                parameters, seed=seed, practices=practices or STUDIED, workers=workers, report=report, theory=theory
            )
    with counting(console(), quiet, "practices") as report, compiling():
        found = ask(
            names,
            parameters=parameters,
            seed=seed,
            practices=practices,
            at=weeks_given(weeks),
            by=by,
            workers=workers,
            report=report,
            theory=theory,
        )
    if out is not None:
        from tearsim.show.figures import effect_profile, save, truth_beside_studies

        save(effect_profile(found), out)
        if seen is not None:
            save(truth_beside_studies(seen), out.with_stem(f"{out.stem}-studies"))
    if as_json:
        print_json(effects_for_programs(found) | ({} if seen is None else {"studies": studies_for_programs(seen.rows)}))
        return
    for table in effects_tables(found):
        say(table)
    if estimands:
        say(protocols_table(names))
    say(f"Each number is {AN_EFFECT}.", markup=False, highlight=False)
    estimates = str(found.parameters["estimates"])
    for label in dict.fromkeys(one.estimand for one in found.rows):
        rows = [one for one in found.rows if one.estimand == label and not one.group]
        if rows:
            say(one_number(label, rows, estimates), markup=False, highlight=False)
    if seen is not None:
        say(studies_table(seen))
        say(studies_in_short(seen), markup=False, highlight=False)


def weeks_given(words: str) -> list[int]:
    """Weeks from words with commas between them. Raises TearSimError for what is none."""
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        raise TearSimError(
            f'--weeks takes whole numbers with commas between them, like 0,4,12; "{words}" is not.'
        ) from None
