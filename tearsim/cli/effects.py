"""`tearsim effects`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tearsim.arguments import MOST_REPEATED
from tearsim.cli.html_file import Overwrite, see_to_page
from tearsim.cli.options import (
    AsJson,
    GivenSeed,
    GivenSettings,
    GivenTheory,
    GivenWorkers,
    Quiet,
    print_json,
    settings_given,
    whole_number_option,
)
from tearsim.errors import TearSimError

if TYPE_CHECKING:
    from tearsim.study.effects.asking import Effects
    from tearsim.study.effects.studies.seen import SeenByStudies

LookedAt = Annotated[
    str,
    typer.Option(metavar="W,W,...", help="Weeks after time zero to look at people; 0 is the session itself."),
]
SplitBy = Annotated[
    str | None,
    typer.Option(help="Split people by level, origin, spoken, prior_alliance, boundary_sensitivity, warmth_expected."),
]

AskedPractices = Annotated[
    int | None,
    whole_number_option(
        "number of practices",
        1,
        MOST_REPEATED,
        "How many practices; by default 100, or two for each of several worlds.",
    ),
]
AlsoStudies = Annotated[
    bool,
    typer.Option("--studies", help="Also show what studies would have seen; --out draws it into FILE-studies.html."),
]


def effects(
    estimands: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ESTIMAND]...",
            help="Which effects: first_tear, policy, one_tear, dry_eyed, spoken, intensity, spill_over, "
            "or stay_or_seek; the first seven if none is named.",
        ),
    ] = None,
    set_: GivenSettings = None,
    at: LookedAt = "0,1,4,12,52",
    weeks: Annotated[str | None, typer.Option(hidden=True)] = None,
    by: SplitBy = None,
    practices: AskedPractices = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Draw them into this file, too.")] = None,
    overwrite: Overwrite = False,
    seed: GivenSeed = 1,
    theory: GivenTheory = None,
    workers: GivenWorkers = None,
    protocols: Annotated[bool, typer.Option("--protocols", help="Only show the protocols, as target trials.")] = False,
    studies: AlsoStudies = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show what tears do: the same people under two strategies, over time, in seven well-defined senses."""
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.effects import effects_for_programs, protocols_table
    from tearsim.show.terminal.progress import counting
    from tearsim.show.words.studies import studies_for_programs
    from tearsim.study.effects.asking import effects as ask
    from tearsim.study.effects.estimands import checked_estimands
    from tearsim.study.effects.studies.seen import seen_by_studies as ask_studies

    if weeks is not None:
        raise TearSimError("--weeks is now called --at, as in Python: --weeks elsewhere is how long to watch.")
    names = checked_estimands(estimands)
    if out is not None:
        see_to_out(out, studies, by, overwrite)
    if protocols:
        console(sys.stdout).print(protocols_table(names))
        return
    parameters = settings_given(set_ or [])
    seen: SeenByStudies | None = None
    if studies:  # asked first, as there is more that they refuse
        with counting(console(), quiet, "practices studied") as report, compiling():
            seen = ask_studies(
                parameters, seed=seed, practices=practices, workers=workers, report=report, theory=theory
            )
    with counting(console(), quiet, "practices") as report, compiling():
        found = ask(
            names,
            parameters=parameters,
            seed=seed,
            practices=practices,
            at=weeks_given(at),
            by=by,
            workers=workers,
            report=report,
            theory=theory,
        )
    if out is not None:
        _draw(found, seen, out)
    if as_json:
        said = {} if seen is None else {"studies": studies_for_programs(seen.rows)}
        print_json(effects_for_programs(found) | said)
    else:
        _show(found, seen, names if estimands else [])


def _draw(found: "Effects", seen: "SeenByStudies | None", out: Path) -> None:
    """Draw profiles into a file, and what studies would have seen into another beside it."""
    from tearsim.show.figures import effect_profile, save, truth_beside_studies

    save(effect_profile(found), out)
    if seen is not None:
        save(truth_beside_studies(seen), _of_studies(out))


def _show(found: "Effects", seen: "SeenByStudies | None", protocols_of: list[str]) -> None:
    """Print what it comes to in words, then tables, and the protocols of what was asked for by name."""
    from tearsim.show.terminal.console import console
    from tearsim.show.terminal.effects import effects_tables, protocols_table
    from tearsim.show.terminal.studies import studies_table
    from tearsim.show.words.effects import AN_EFFECT, SCALES_TOLD, below_each, one_number, which_world
    from tearsim.show.words.studies import studies_in_short

    say = console(sys.stdout).print
    estimates = str(found.parameters["estimates"])
    for label in dict.fromkeys(one.estimand for one in found.rows):
        rows = [one for one in found.rows if one.estimand == label and not one.group]
        if rows:
            say(one_number(label, rows, estimates), markup=False, highlight=False)
    said = f"Each number is {AN_EFFECT}. {below_each(found.rows)} {which_world(found)} {SCALES_TOLD}"
    say(said, markup=False, highlight=False)
    if seen is not None:
        say(studies_in_short(seen), markup=False, highlight=False)
    for table in effects_tables(found):
        say(table)
    if protocols_of:
        say(protocols_table(protocols_of))
    if seen is not None:
        say(studies_table(seen))


def see_to_out(out: Path, studies: bool, by: str | None, overwrite: bool) -> None:
    """Refuse files that cannot be drawn, before anything is lived for them. Raises TearSimError."""
    if by:
        raise TearSimError("--out draws all people together: leave out --by, or --out.")
    for file in (out, _of_studies(out)) if studies else (out,):
        see_to_page(file, overwrite, "--out")


def _of_studies(out: Path) -> Path:
    """Where what studies would have seen is drawn, beside the profiles."""
    return out.with_name(f"{out.stem}-studies{out.suffix}")


def weeks_given(words: str) -> list[int]:
    """Weeks from text like 0,4,12. Raises TearSimError for anything else."""
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        raise TearSimError(
            f'--at takes whole numbers with commas between them, like 0,4,12; "{words}" is not.'
        ) from None
