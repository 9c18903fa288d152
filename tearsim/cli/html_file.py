"""The one HTML file that a command writes: refused before anything is done for it, by one rule for all commands."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tearsim.errors import TearSimError

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Overwrite a file that is there already.")]


def see_to_page(file: Path, overwrite: bool, option: str = "") -> None:
    """See that a page can be written into a file, named by an option, and that nothing is lost by it.

    Raises TearSimError for what is no name of a page, for a file that is there unless it may be overwritten, and where
    there is no folder to write it into.
    """
    where = f"{option}: {file}" if option else str(file)
    if file.is_dir():
        raise TearSimError(f"{where} is a folder: name a file in it, like {file / 'practice.html'}.")
    if file.suffix.lower() not in (".html", ".htm"):
        raise TearSimError(f"{where}: it is a page for a browser, so its name ends in .html.")
    if file.exists() and not overwrite:
        raise TearSimError(f"{where} is there already: choose another file, or add --overwrite.")
    if not file.parent.is_dir():
        raise TearSimError(f"{where}: there is no folder {file.parent} to write it into.")
    if not os.access(file.parent, os.W_OK):
        raise TearSimError(f"{where}: nothing can be written into the folder {file.parent}.")
