"""`tearsim replay`: one file that replays a practice. What it needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from tearsim.cli.html_file import Overwrite, see_to_page
from tearsim.cli.options import GivenSettings, GivenWeeks, settings_given, whole_number_option
from tearsim.science.luck import MOST_SEED


def replay(
    file: Annotated[Path, typer.Argument(help="The HTML file to write.")] = Path("practice.html"),
    preset: Annotated[str, typer.Option(help="Fitted, stoic, companion, tearful or sensitive, as on the page.")] = "",
    set_: GivenSettings = None,
    seed: Annotated[
        int | None, whole_number_option("seed", 0, MOST_SEED, "Seed of all luck; by default that of the page.")
    ] = None,
    weeks: GivenWeeks = None,
    overwrite: Overwrite = False,
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
    see_to_page(file, overwrite)
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
