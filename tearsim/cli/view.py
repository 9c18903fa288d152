"""`tearsim view`. What it needs is imported when it runs."""

from typing import Annotated

import typer

from tearsim.cli.options import whole_number_option
from tearsim.show.page.visitors import USUAL_PAGES


def view(
    port: Annotated[
        int | None, whole_number_option("port", 1, 65535, "Where to serve the page; by default 8765 or the next.")
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(help="An address to serve on, 0.0.0.0 for all; by default for this machine alone."),
    ] = None,
    root_path: Annotated[
        str | None, typer.Option(metavar="PATH", help="The path below which a proxy serves it, like /user/ada/tearsim.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Another name it may be reached under, such as a proxy's.")
    ] = None,
    pages: Annotated[
        int, whole_number_option("number of pages", 1, 1000, "How many may have it open at once.")
    ] = USUAL_PAGES,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Watch a practice in the browser: change what matters, see what tears do (needs the extra "view")."""
    from tearsim.show.page.serve import serve

    serve(port, not no_open, host, root_path, allow_host or (), pages)
