"""`tearsim replay`: one file that replays a practice. What it needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.options import GivenSettings, GivenWeeks, settings_given, whole_number_option
from tearsim.errors import TearSimError
from tearsim.science.luck import MOST_SEED


def replay(
    file: Annotated[Path, typer.Argument(help="The HTML file to write.")] = Path("practice.html"),
    preset: Annotated[str, typer.Option(help="Fitted, stoic, companion, tearful or sensitive, as on the page.")] = "",
    set_: GivenSettings = None,
    seed: Annotated[
        int | None, whole_number_option("seed", 0, MOST_SEED, "Seed of all luck; by default that of the page.")
    ] = None,
    weeks: GivenWeeks = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Overwrite a file that is there already.")] = False,
) -> None:
    """Write one HTML file that replays a practice week by week without Python or internet, for students.

    It is the practice of `tearsim view`, 6 therapists with 8 places each, and what Save on that page gives.
    """
    from tearsim.safe_files import refusals_in_words, write_safely
    from tearsim.show.page import controls
    from tearsim.show.page.replay.file import replay_html
    from tearsim.show.terminal.console import console
    from tearsim.show.words.english import amount

    values = controls.given_on_terminal(preset, settings_given(set_ or [], weeks))
    asked = int(values["weeks"])
    if file.is_dir():
        raise TearSimError(f"{file} is a folder: name a file in it, like {file / 'practice.html'}.")
    if file.suffix.lower() not in (".html", ".htm"):
        raise TearSimError(f"{file}: what replays is a page for a browser, so its name ends in .html.")
    if file.exists() and not overwrite:
        raise TearSimError(f"{file} is there already: choose another file, or add --overwrite.")
    if not file.parent.is_dir():
        raise TearSimError(f"There is no folder {file.parent} to write {file.name} into.")
    with console().status("Living the practice, and the same with the tears held back.") as status:
        page = replay_html(
            values,
            controls.START_SEED if seed is None else seed,
            asked,
            lambda week: status.update(f"Week {week} of {asked}."),
        )
    with refusals_in_words(file.parent):
        write_safely(file, lambda unfinished: unfinished.write_text(page, encoding="utf-8"))
    size = amount(len(page.encode()))
    print(f"{file} ({size}): opens in any browser, without Python or internet. A model, never advice about a person.")
