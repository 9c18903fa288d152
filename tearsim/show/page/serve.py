"""Serving the page: on this machine, to this machine alone unless somebody says otherwise."""

import errno
import io
import ipaddress
import os
import socket
import sys
import threading
import time
import warnings
import webbrowser
from collections.abc import Collection
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tearsim.errors import TearSimError
from tearsim.show.page.doorway import Doorway
from tearsim.show.page.visitors import USUAL_PAGES, Visitors

if TYPE_CHECKING:
    import uvicorn

HOST = "localhost"
USUAL_PORT = 8765
PORTS_TRIED = 20  # from the usual one on, if no port is asked for
# Seconds until a page that does not answer is taken for gone: a class that all at once lives many weeks keeps the
# server from hearing them.
PING_PATIENCE = 120.0
NO_SUCH_FAMILY = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # on a machine without IPv6
NEEDED_LIBRARIES = ("solara", "solara_assets", "ipyvuetify", "uvicorn", "segno")
APP = "tearsim.show.page.app"
# Names of this machine that only it can use.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Where JupyterHub says under which path a person's server is; its proxy serves ports of that machine below it.
JUPYTERHUB = "JUPYTERHUB_SERVICE_PREFIX"
# Solara reads these when it is imported. Nothing is reported to anyone; a closed tab's world goes at once, and that of
# one that vanished after some minutes, in which a laptop that was closed may be opened again.
SETTINGS = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    # Plotly's own copy of Plotly.js, and what loads it.
    "SOLARA_ASSETS_EXTRA_LOCATIONS": "tearsim.show.page.assets,plotly.package_data",
    "SOLARA_KERNEL_CULL_TIMEOUT": "5m",
}


def serve(
    port: int | None = None,
    open_browser: bool = True,
    host: str | None = None,
    root_path: str | None = None,
    allowed_hosts: Collection[str] = (),
    pages: int = USUAL_PAGES,
) -> None:
    """Serve the page until interrupted.

    `host` is an address or a name of this machine, by default one that only this machine can reach. `root_path` is the
    path below which a proxy serves it, by default none, or JupyterHub's own. `allowed_hosts` are names under which it
    may be reached besides, such as the proxy's. `pages` are open at once at most.

    Raises TearSimError if what it needs is not installed, the port is taken, or this machine has no such address.
    """
    missing = [name for name in NEEDED_LIBRARIES if find_spec(name) is None]
    if missing:
        raise TearSimError(
            f'The page needs what the extra "view" installs ({", ".join(missing)} not found): '
            "pip install 'tearsim[view]', or pip install '.[view]' in a copy of the repository."
        )
    _refuse_no_address(host)
    port = free_port(port, host or HOST)
    below = path_below(root_path, port)
    os.environ.update(SETTINGS)
    if below:
        os.environ["SOLARA_ROOT_PATH"] = below
    warnings.simplefilter("ignore", DeprecationWarning)  # what servers say of each other is no reader's business
    import uvicorn
    from uvicorn.importer import import_from_string

    behind_a_hub = root_path is None and JUPYTERHUB in os.environ
    app = import_from_string("solara.server.starlette:app")  # only now: it reads what was set above
    page = import_from_string(f"{APP}:open_pages")
    door = Doorway(app, None if behind_a_hub else served_under(host), allowed_hosts, Visitors(pages, page))
    server = uvicorn.Server(
        uvicorn.Config(
            door, host=host or HOST, port=port, log_level="warning", lifespan="on", ws_ping_timeout=PING_PATIENCE
        )
    )
    url = f"http://{_in_address(reached_at(host))}:{port}{below}/"
    threading.Thread(target=_say_when_started, args=(server, url, open_browser, host), daemon=True).start()
    server.run()


def path_below(root_path: str | None, port: int) -> str:
    """The path below which a proxy serves the page, "/" before it and none behind; empty for none.

    Raises TearSimError for what is no path.
    """
    if root_path is None and JUPYTERHUB in os.environ:
        root_path = f"{os.environ[JUPYTERHUB]}/proxy/{port}"
    if root_path is None:
        root_path = os.environ.get("SOLARA_ROOT_PATH", "")
    parts = [part for part in root_path.split("/") if part]
    if any(not part.isprintable() or set(part) & set('?#%"<> ') or part in (".", "..") for part in parts):
        raise TearSimError(f'--root-path is a path like /user/ada/tearsim; "{root_path}" is none.')
    return "".join(f"/{part}" for part in parts)


def served_under(host: str | None) -> set[str]:
    """The names under which a page that is served on this address may be asked for."""
    if host is None or host in LOOPBACK:
        return set(LOOPBACK)
    own = {socket.gethostname(), socket.getfqdn()}
    return {*LOOPBACK, host, *own} if is_any(host) else {host, *own}


def is_any(host: str) -> bool:
    """Whether an address stands for all of this machine's."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def reached_at(host: str | None) -> str:
    """An address under which others reach what is served on this one."""
    if host is None or not is_any(host):
        return host or HOST
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("10.255.255.255", 1))  # which sends nothing: it asks by which of its addresses it would go
            return str(asked.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refuse_no_address(host: str | None) -> None:
    if host is None:
        return
    try:
        family, _, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.bind(address)
    except (OSError, UnicodeError):
        raise TearSimError(
            f'--host is an address of this machine, like 127.0.0.1, or 0.0.0.0 for all it has; "{host}" is none.'
        ) from None


def free_port(asked: int | None, host: str = HOST) -> int:
    """The port asked for, or the first free one from the usual port on. Raises TearSimError if there is none."""
    ports = [asked] if asked is not None else range(USUAL_PORT, USUAL_PORT + PORTS_TRIED)
    for port in ports:
        if _is_free(port, host):
            return port
    if asked is not None:
        raise TearSimError(f"Port {asked} is in use; choose another with --port, or leave it out.")
    raise TearSimError(f"The ports {USUAL_PORT} to {USUAL_PORT + PORTS_TRIED - 1} are in use; choose one with --port.")


def _is_free(port: int, host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind((host, port))
        except socket.gaierror:
            continue  # no such family here
        except OSError as refusal:
            if refusal.errno not in NO_SUCH_FAMILY:
                return False
    return True


def _say_when_started(server: "uvicorn.Server", url: str, open_browser: bool, host: str | None) -> None:
    """Say where the page is once it can be opened, and open it if asked to."""
    while not server.started:
        time.sleep(0.05)
    shared = host is not None and host not in LOOPBACK
    who = " Everybody who can reach this address can use it." if shared else ""
    print(f"The practice is at {url} (Ctrl-C ends it).{who} A model, never advice about a person.", flush=True)
    if shared and sys.stdout.isatty():
        print(qr_code(url), flush=True)
    if open_browser:
        webbrowser.open(url)


# White on black, whatever the colours of the terminal are: not every camera reads it the other way round.
QR_COLOURS, USUAL_COLOURS = "\x1b[97;40m", "\x1b[0m"


def qr_code(url: str) -> str:
    """An address as a code for a telephone's camera, in characters of a terminal."""
    import segno

    drawn = io.StringIO()
    segno.make(url, micro=False).terminal(out=drawn, border=2, compact=True)
    return "\n".join(f"{QR_COLOURS}{line}{USUAL_COLOURS}" for line in drawn.getvalue().splitlines())
