"""`tearsim run`: one practice, and the log of its sessions. What it needs is imported when it runs."""

import sys
from contextlib import nullcontext
from pathlib import Path
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
)
from tearsim.errors import TearSimError

if TYPE_CHECKING:
    from tearsim.worlds.simulate import Run

LOGS = {"sessions": "sessions.parquet", "episodes": "episodes.parquet"}


def run(
    set_: GivenSettings = None,
    weeks: GivenWeeks = None,
    seed: GivenSeed = 1,
    replicate: GivenReplicate = 0,
    world: Annotated[str, typer.Option(help="ensemble (compiled) or mesa (agents): the same numbers.")] = "ensemble",
    log: Annotated[Path | None, typer.Option(help="Folder for a log: sessions.parquet and episodes.parquet.")] = None,
    theory: GivenTheory = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> None:
    """Run one practice and show its outcomes."""
    import time

    from tearsim.cli.compiling import compiling
    from tearsim.show.terminal.console import console
    from tearsim.worlds.simulate import simulate

    parameters = settings_given(set_ or [], weeks)
    if log is not None:
        _check_log_folder(log)
    started = time.perf_counter()
    with compiling() if world == "ensemble" else nullcontext():
        done = simulate(
            seed,
            world=world,  # type: ignore[arg-type]
            log=log is not None,
            replicate=replicate,
            parameters=parameters,
            theory=theory,
        )
    seconds = time.perf_counter() - started
    if log is not None:
        _write_log(done, log)
    if as_json:
        answer = {
            "world": world,
            "seed": seed,
            "replicate": replicate,
            "parameters": done.parameters,
            **({"theory": theory} if theory else {}),
            "outcomes": done.outcomes,
            "seconds": seconds,
        }
        print_json(answer)
        return
    from tearsim.show.terminal.run_and_parameters import outcomes_table

    say = console(sys.stdout).print
    say(outcomes_table(done.outcomes))
    if log is not None:
        of_sessions, of_episodes = (log / file for file in LOGS.values())
        saved = f"The log: {of_sessions}, a row for each session, and {of_episodes}, a row for each episode."
        say(saved, highlight=False, markup=False, soft_wrap=True)


def _check_log_folder(folder: Path) -> None:
    """Refuse a folder that cannot take a log, or holds one already."""
    if folder.exists() and not folder.is_dir():
        raise TearSimError(f"{folder} is a file; a log needs a folder.")
    for file in LOGS.values():
        if (folder / file).exists():
            raise TearSimError(f"{folder} already holds {file}; choose another folder with --log.")


def _write_log(done: "Run", folder: Path) -> None:
    from importlib.metadata import version

    import pyarrow as pa

    from tearsim.safe_files import refusals_in_words, write_table
    from tearsim.study.sweeps.columns import described, words_about

    with refusals_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in LOGS.items():
            table = described(name, pa.Table.from_pandas(getattr(done, name), preserve_index=False))
            about = words_about(name, table.schema, title="One practice", tearsim=version("tearsim"))
            write_table(folder / file, [table], about)
