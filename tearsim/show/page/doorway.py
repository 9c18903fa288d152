"""Who may come in: a page is served under the names it is served under, and talks to pages of its own alone.

A browser lets any page that somebody visits send requests to this machine, and open a WebSocket to it. Two of its
headers tell such a page from ours: `Host`, under which name it reached us (another's name, pointed at this machine, is
DNS rebinding), and `Origin`, which page it comes from.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import NotRequired, TypedDict
from urllib.parse import urlsplit


class Scope(TypedDict):
    """What a connection is, as far as it is asked here."""

    type: str
    path: str
    headers: list[tuple[bytes, bytes]]
    server: NotRequired[tuple[str, int | None] | None]


Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FORBIDDEN, NOT_FOUND = 403, 404
POLICY_VIOLATION = 1008
# What tells anybody who asks about the server, its sessions and its memory.
HIDDEN = "/resourcez"


class Doorway:
    """An ASGI application that refuses, with 403, what does not come from a page that this one has served.

    `hosts` are the names and addresses it is served under, None for any: behind a server that has let people in
    already. `allowed` are further ones, such as a proxy's, also as pages that may talk to it. The address at which a
    connection arrives is always one: no foreign name is an address. A program that says no Origin is no browser that
    somebody else's page could use, and is let in.
    """

    def __init__(self, app: App, hosts: Collection[str] | None, allowed: Collection[str] = ()) -> None:
        self.app = app
        self.allowed = {host.lower() for host in allowed}
        self.hosts = None if hosts is None else {host.lower() for host in hosts} | self.allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        status = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if status is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})  # not accepted: it is answered with 403
        else:
            words = b"Not found." if status == NOT_FOUND else b"Not served under that name, or to that page."
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": words})

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
    """The name in an address, without its port; empty for what is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
