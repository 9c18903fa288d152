"""Serving the page on this machine, to this machine alone."""

import errno
import os
import socket
import threading
import time
import webbrowser
from importlib.util import find_spec
from typing import Any

from tearsim.errors import TearSimError

HOST = "localhost"
USUAL_PORT = 8765
PORTS_TRIED = 20  # from the usual one on, if no port is asked for
NO_SUCH_FAMILY = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # on a machine without IPv6
NEEDED = ("solara", "solara_assets", "ipyvuetify", "uvicorn")
APP = "tearsim.show.page.app"
# Solara reads these when it is imported. Nothing is reported to anyone; a closed tab's world goes at once, and that of
# one that vanished after a while.
SETTINGS = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    # Plotly's own copy of Plotly.js, and what loads it.
    "SOLARA_ASSETS_EXTRA_LOCATIONS": "tearsim.show.page.assets,plotly.package_data",
    "SOLARA_KERNEL_CULL_TIMEOUT": "20m",
}


def serve(port: int | None = None, open_browser: bool = True) -> None:
    """Serve the page until interrupted.

    Raises TearSimError if what it needs is not installed, or the port is taken.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise TearSimError(
            f'The page needs what the extra "view" installs ({", ".join(missing)} not found): '
            "pip install 'tearsim[view]', or pip install '.[view]' in a copy of the repository."
        )
    port = free_port(port)
    os.environ.update(SETTINGS)
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config("solara.server.starlette:app", host=HOST, port=port, log_level="warning", lifespan="on")
    )
    threading.Thread(target=_say_when_started, args=(server, port, open_browser), daemon=True).start()
    server.run()


def free_port(asked: int | None) -> int:
    """The port asked for, or the first free one from the usual port on. Raises TearSimError if there is none."""
    ports = [asked] if asked is not None else range(USUAL_PORT, USUAL_PORT + PORTS_TRIED)
    for port in ports:
        if _is_free(port):
            return port
    if asked is not None:
        raise TearSimError(f"Port {asked} is in use; choose another with --port, or leave it out.")
    raise TearSimError(f"The ports {USUAL_PORT} to {USUAL_PORT + PORTS_TRIED - 1} are in use; choose one with --port.")


def _is_free(port: int) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind((HOST, port))
        except socket.gaierror:
            continue  # no such family here
        except OSError as refusal:
            if refusal.errno not in NO_SUCH_FAMILY:
                return False
    return True


def _say_when_started(server: Any, port: int, open_browser: bool) -> None:
    """Say where the page is once it can be opened, and open it if asked to."""
    while not server.started:
        time.sleep(0.05)
    url = f"http://{HOST}:{port}/"
    print(f"The practice is at {url} (Ctrl-C ends it). A model, never advice about a person.", flush=True)
    if open_browser:
        webbrowser.open(url)
