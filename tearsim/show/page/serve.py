"""Serving the page: on this machine, to this machine alone unless somebody says otherwise."""

import contextlib
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
from typing import TYPE_CHECKING, NamedTuple

from tearsim.errors import TearSimError, how_to_install
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
OPEN_TO_EVERYBODY = "Everybody who can reach this address can use it."


class OfAFamily(NamedTuple):
    """What is said in a family of addresses."""

    family: socket.AddressFamily
    all: str  # what stands for all addresses of this machine
    example: str  # kept for examples: nobody has it, and no private network, such as a tunnel's, begins with it


OF_IPV4 = OfAFamily(socket.AF_INET, "0.0.0.0", "192.0.2.1")
OF_IPV6 = OfAFamily(socket.AF_INET6, "::", "2001:db8::1")
NO_SUCH_FAMILY = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # on a machine without IPv6
NEEDED_LIBRARIES = ("solara", "solara_assets", "ipyvuetify", "uvicorn", "segno")
APP = "tearsim.show.page.app"
# Names of this machine that only it can use.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Where JupyterHub says under which path a person's server is; its proxy serves ports of that machine below it.
JUPYTERHUB = "JUPYTERHUB_SERVICE_PREFIX"
# Solara reads these when it is imported. Nothing is reported to anyone; a closed tab's world goes at once, and that of
# one that vanished after some minutes, in which a laptop that was closed may be opened again. A page that comes back
# later, or to a server that was started anew, loads itself again: its address brings it to where it was.
SETTINGS = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_FORCE_REFRESH": "True",
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
            f'The page needs what the extra "view" installs ({", ".join(missing)} not found): {how_to_install("view")}.'
        )
    _refuse_no_address(host)
    port, sockets = listening(port, host or HOST)
    below = path_below(root_path, port)
    os.environ.update(SETTINGS)
    if below:
        os.environ["SOLARA_ROOT_PATH"] = below
    # What servers say of each other, and of pages within other sites' pages, concerns no reader.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", "Cookies with samesite=none")
    import uvicorn
    from uvicorn.importer import import_from_string

    behind_a_hub = root_path is None and JUPYTERHUB in os.environ
    app = import_from_string("solara.server.starlette:app")  # only now: it reads what was set above
    page = import_from_string(f"{APP}:open_pages")
    door = Doorway(app, None if behind_a_hub else served_under(host), allowed_hosts, Visitors(pages, page))
    server = uvicorn.Server(uvicorn.Config(door, log_level="warning", lifespan="on", ws_ping_timeout=PING_PATIENCE))
    url = f"http://{_in_address(reached_at(host))}:{port}{below}/"
    who = who_reaches(host, sockets)
    threading.Thread(target=_say_when_started, args=(server, url, who, open_browser), daemon=True).start()
    server.run(sockets)


def path_below(root_path: str | None, port: int) -> str:
    """The path below which a proxy serves the page, "/" before it and none behind; empty for none.

    Raises TearSimError for anything but a path.
    """
    if root_path is None and JUPYTERHUB in os.environ:
        root_path = f"{os.environ[JUPYTERHUB]}/proxy/{port}"
    if root_path is None:
        root_path = os.environ.get("SOLARA_ROOT_PATH", "")
    parts = [part for part in root_path.split("/") if part]
    if any(not part.isprintable() or set(part) & set('?#%"<> ') or part in (".", "..") for part in parts):
        raise TearSimError(f'--root-path is a path like /user/ada/tearsim; "{root_path}" is not.')
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
    for far_away in (OF_IPV4, OF_IPV6) if ":" in host else (OF_IPV4,):
        with contextlib.suppress(OSError), socket.socket(far_away.family, socket.SOCK_DGRAM) as asked:
            asked.connect((far_away.example, 1))  # sends nothing: it asks by which of its addresses it would go
            return str(asked.getsockname()[0])
    return socket.gethostname()


def who_reaches(host: str | None, sockets: Collection[socket.socket]) -> str:
    """Who besides this machine can reach what is served, in a sentence; empty where nobody would expect anyone to."""
    if host is None or host in LOOPBACK:
        return ""
    if all(ipaddress.ip_address(one.getsockname()[0]).is_loopback for one in sockets):
        return "Only this machine can reach this address; --host 0.0.0.0 lets others in."
    return OPEN_TO_EVERYBODY


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refuse_no_address(host: str | None) -> None:
    if host is None:
        return
    try:
        if "%" in host:
            raise ValueError(host)  # an address within one of its networks, which browsers do not open
        family, _, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.bind(address)
    except (OSError, ValueError):
        raise TearSimError(
            f'--host is an address of this machine, like 127.0.0.1, or 0.0.0.0 for all it has; "{host}" is not.'
        ) from None


def listening(asked: int | None, host: str = HOST) -> tuple[int, list[socket.socket]]:
    """The port asked for, or the first free one from the usual port on, and sockets that listen there.

    Raises TearSimError if there is none.
    """
    for port in [asked] if asked is not None else range(USUAL_PORT, USUAL_PORT + PORTS_TRIED):
        try:
            return port, _sockets_at(host, port)
        except PermissionError:
            reason = "not for this account to use"
        except OSError:
            reason = "in use"
    if asked is not None:
        raise TearSimError(f"Port {asked} is {reason}; choose another with --port, or leave it out.")
    raise TearSimError(f"The ports {USUAL_PORT} to {USUAL_PORT + PORTS_TRIED - 1} are in use; choose one with --port.")


def _sockets_at(host: str, port: int) -> list[socket.socket]:
    """One that listens for each address that a host has here; for all of this machine's by IPv6, all by IPv4 as well.

    Raises OSError if at one of them nothing more can listen.
    """
    names = (host, OF_IPV4.all) if ":" in host and is_any(host) else (host,)
    found = [one for name in names for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    sockets: list[socket.socket] = []
    for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
        try:
            sockets.append(socket.create_server(address, family=family))
        except OSError as refusal:
            if refusal.errno not in NO_SUCH_FAMILY:
                for one in sockets:
                    one.close()
                raise
    return sockets


def _say_when_started(server: "uvicorn.Server", url: str, who: str, open_browser: bool) -> None:
    """Say where the page is once it can be opened, and by whom, and open it if asked to."""
    while not server.started:
        time.sleep(0.05)
    words = ["The practice is at", url, "(Ctrl-C ends it).", who, "A model, never advice about a person."]
    print(*filter(None, words), flush=True)
    if who == OPEN_TO_EVERYBODY and sys.stdout.isatty():
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
