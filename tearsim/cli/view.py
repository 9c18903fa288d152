"""`tearsim view`. What it needs is imported when it runs."""

from typing import Annotated

import typer


def view(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to serve the page; by default 8765 or the next.")
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Watch a practice in the browser: change what matters, see what tears do (needs the extra "view")."""
    from tearsim.show.serve import serve

    serve(port, not no_open)
