"""`tearsim check`. What it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tearsim.arguments import MOST_REPEATED
from tearsim.cli.html_file import Overwrite, see_to_page
from tearsim.cli.options import (
    AsJson,
    GivenSeed,
    GivenSettings,
    GivenTheory,
    GivenWorkers,
    print_json,
    settings_given,
    whole_number_option,
)
from tearsim.errors import TearSimError

ASKED_ONE_WORLD = (
    "This is one world. What TearSim says of tears is told over open worlds, which differ in what the evidence "
    "leaves open; to ask them: --set estimates=open --replicates 200."
)


def check(
    role: Annotated[
        str | None, typer.Option(help="Only findings that may be fitted to (cal), or that are never fitted to (val).")
    ] = None,
    set_: GivenSettings = None,
    theory: GivenTheory = None,
    seed: GivenSeed = 1,
    replicates: Annotated[
        int | None, whole_number_option("number of replicates", 2, MOST_REPEATED, "Clinics and surveys; by default 8.")
    ] = None,
    workers: GivenWorkers = None,
    picture: Annotated[Path | None, typer.Option(help="Also draw a forest plot into this HTML file.")] = None,
    overwrite: Overwrite = False,
    protocol: Annotated[
        str | None, typer.Option(metavar="ID", help="Only say how this finding is measured; measure nothing.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the model with the published findings, measured as the studies measured."""
    if protocol is not None:
        _tell_protocol(protocol)
        return
    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.console import console
    from tearsim.study import check as checking
    from tearsim.study.sweeps.threads import threads

    if picture is not None:
        see_to_page(picture, overwrite, "--picture")
    workers = threads(workers)
    with compiling(), console().status("Measuring clinics and surveys."):
        given = settings_given(set_ or [])
        judged = checking.check(
            given,
            role=role,  # type: ignore[arg-type]
            seed=seed,
            replicates=checking.REPLICATES if replicates is None else replicates,
            workers=workers,
            theory=theory,
        )
    from tearsim.show.terminal.findings import drawn_findings, drawn_leaving
    from tearsim.show.words.findings import over_several_worlds, verdict_in_words, what_brackets_hold

    if picture is not None:
        from tearsim.show.figures import forest_plot, save

        save(forest_plot(judged), picture)
        console().print(f"The picture is {picture}.", soft_wrap=True)
    if as_json:
        print_json({"findings": [one.as_json() for one in judged], "who_leaves": judged.leaving_as_json()})
        return
    say = console(sys.stdout).print
    say(drawn_findings(judged))
    say(drawn_leaving(judged))
    say(verdict_in_words(judged))
    if not over_several_worlds(judged):
        say(ASKED_ONE_WORLD)
    say(what_brackets_hold(judged))
    say("A model, never advice about a person.")


def _tell_protocol(name: str) -> None:
    from tearsim.evidence.patterns import findings
    from tearsim.science.declaration import nearest
    from tearsim.show.terminal.console import console
    from tearsim.show.words.findings import protocols_markdown

    by_id = {finding.id: finding for finding in findings()}
    if name not in by_id:
        raise TearSimError(f'There is no finding "{name}".{nearest(name, by_id)} tearsim check names them all.')
    console(sys.stdout).print(protocols_markdown([by_id[name]]).rstrip("\n"), markup=False, highlight=False)
