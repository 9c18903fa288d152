"""Who may come in: whoever asks under one of the server's own names, from a page that it has served.

A browser lets any page that somebody visits send requests to this machine, and open a WebSocket to it. Two of its
headers tell such a page from ours: `Host`, under which name it reached us (another's name, pointed at this machine, is
DNS rebinding), and `Origin`, which page it comes from.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import NotRequired, TypedDict
from urllib.parse import urlsplit

from tearsim.show.page.visitors import AGAIN, Visitors


class Scope(TypedDict):
    """What a connection is, as far as it is asked here."""

    type: str
    path: str
    method: NotRequired[str]
    headers: list[tuple[bytes, bytes]]
    server: NotRequired[tuple[str, int | None] | None]


Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FORBIDDEN, NOT_FOUND, SERVICE_UNAVAILABLE = 403, 404, 503
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013
# Where a page, which is any path but these, comes back for its practice: the name that follows is its own.
KERNELS = "/jupyter/api/kernels/"
NO_PAGES = ("/static/", "/jupyter/", "/_solara/", "/readyz", "/favicon")
# What tells anybody who asks about the server, its sessions and its memory.
HIDDEN = "/resourcez"


class Doorway:
    """An ASGI application that refuses, with 403, what does not come from a page that this one has served.

    `hosts` are the names and addresses it is served under, None for any: behind a server that has let people in
    already. `allowed` are further ones, such as a proxy's, also as pages that may talk to it. The address at which a
    connection arrives is always one: no foreign name is an address. A program that says no Origin is no browser that
    somebody else's page could use, and is let in.

    With `visitors` there is a limited number of places for pages; whoever finds none left gets a page that says so.
    """

    def __init__(
        self, app: App, hosts: Collection[str] | None, allowed: Collection[str] = (), visitors: Visitors | None = None
    ) -> None:
        self.app, self.visitors = app, visitors
        self.allowed = {host.lower() for host in allowed}
        self.hosts = None if hosts is None else {host.lower() for host in hosts} | self.allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        status = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if status is None and self._is_full(scope):
            status = SERVICE_UNAVAILABLE
        if status is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":  # not accepted: it is answered with 403
            code = TRY_AGAIN_LATER if status == SERVICE_UNAVAILABLE else POLICY_VIOLATION
            await send({"type": "websocket.close", "code": code})
        else:
            kind, words = self._said(status)
            headers = [(b"content-type", kind + b"; charset=utf-8"), (b"content-length", str(len(words)).encode())]
            again = [(b"retry-after", str(AGAIN).encode())] if status == SERVICE_UNAVAILABLE else []
            await send({"type": "http.response.start", "status": status, "headers": headers + again})
            await send({"type": "http.response.body", "body": words})

    def _said(self, status: int) -> tuple[bytes, bytes]:
        """The kind and the words of an answer that lets nobody in."""
        if status == SERVICE_UNAVAILABLE and self.visitors is not None:
            return b"text/html", self.visitors.full()
        return b"text/plain", b"Not found." if status == NOT_FOUND else b"Not served under that name, or to that page."

    def _is_full(self, scope: Scope) -> bool:
        """Whether it asks for a page, or for a page's practice, and there is no place for one."""
        if self.visitors is None or scope["type"] not in ("http", "websocket"):
            return False
        path = scope["path"]
        if scope["type"] == "websocket":
            _, asks, page = path.partition(KERNELS)
            return asks != "" and not self.visitors.comes_in(page.partition("/")[0])
        is_page = scope.get("method", "GET") == "GET" and not any(part in path for part in NO_PAGES)
        return is_page and not self.visitors.hand_out()

    def _refusal(self, scope: Scope) -> int | None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if not self._is_served(_name(f"//{host}"), scope):
            return FORBIDDEN
        if origin is not None and not self._is_ours(origin, host):
            return FORBIDDEN
        return NOT_FOUND if scope["path"].rstrip("/").endswith(HIDDEN) else None

    def _is_served(self, name: str, scope: Scope) -> bool:
        arrived_at = (scope.get("server") or ("",))[0]
        return self.hosts is None or name in self.hosts or (name != "" and name == arrived_at)

    def _is_ours(self, origin: str, host: str) -> bool:
        """Whether a request comes from a page of this very address, or of one that is allowed."""
        _, _, address = origin.lower().partition("://")
        return (address != "" and address == host.lower()) or _name(origin) in self.allowed


def _name(address: str) -> str:
    """The name in an address, without its port; empty if it is no address."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
