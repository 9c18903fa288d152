"""Who may come in: only what comes from a page that was served, under a name that it is served under."""

import asyncio

import pytest

from tearsim.errors import TearSimError
from tearsim.show.page import serve
from tearsim.show.page.doorway import Doorway

LOCAL = serve.served_under(None)


def answered(door, path="/", kind="http", server=("127.0.0.1", 8765), **headers):
    """The status of a request: 200 where it is let through; of a WebSocket that is refused, the code it is closed with."""
    sent = []

    async def send(message):
        sent.append(message)

    named = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    asyncio.run(door({"type": kind, "path": path, "headers": named, "server": server}, None, send))
    return sent[0].get("status", sent[0].get("code"))


def door_to(hosts, allowed=()):
    async def inside(scope, receive, send):
        await send({"type": "let in", "status": 200})

    return Doorway(inside, hosts, allowed)


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1:8765", "[::1]:8765", "LOCALHOST:8765", "localhost"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_this_machine_lets_itself_in(host, kind):
    for origin in (f"http://{host}", f"https://{host.lower()}"):
        assert answered(door_to(LOCAL), kind=kind, host=host, origin=origin) == 200
    assert answered(door_to(LOCAL), kind=kind, host=host) == 200, "what says no Origin is no browser"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "localhost.evil.example", "", "[", "10.0.0.5:8765"]
)
@pytest.mark.parametrize(("kind", "status"), [("http", 403), ("websocket", 1008)])
def test_a_name_that_was_pointed_at_this_machine_is_refused(host, kind, status):
    assert answered(door_to(LOCAL), kind=kind, host=host) == status
    assert answered(door_to(LOCAL), kind=kind, host=host, origin=f"http://{host}") == status


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:9999",
        "http://localhost",
        "null",
        "",
        "file://",
        "http://[",
        "//",
        "http://localhost:8765/",
    ],
)
@pytest.mark.parametrize(("kind", "status"), [("http", 403), ("websocket", 1008)])
def test_pages_from_elsewhere_are_refused_be_it_another_port(origin, kind, status):
    assert answered(door_to(LOCAL), kind=kind, host="localhost:8765", origin=origin) == status


def test_who_is_allowed_comes_in_under_its_name_and_from_its_pages():
    door = door_to(LOCAL, ["lab.example.org"])
    assert answered(door, kind="websocket", host="lab.example.org", origin="https://lab.example.org") == 200
    assert answered(door, kind="websocket", host="localhost:8765", origin="https://lab.example.org") == 200
    assert answered(door, kind="websocket", host="localhost:8765", origin="https://evil.example") == 1008


def test_behind_a_hub_every_name_is_served_and_only_to_its_own_pages():
    assert answered(door_to(None), kind="websocket", host="hub.example.org", origin="https://hub.example.org") == 200
    assert answered(door_to(None), kind="websocket", host="hub.example.org", origin="https://evil.example") == 1008


def test_the_address_at_which_a_connection_arrives_is_served():
    door = door_to(serve.served_under("0.0.0.0"))
    assert answered(door, host="192.0.2.7:8765", server=("192.0.2.7", 8765), origin="http://192.0.2.7:8765") == 200
    assert answered(door, host="192.0.2.8:8765", server=("192.0.2.7", 8765)) == 403


@pytest.mark.parametrize("path", ["/resourcez", "/resourcez/", "/user/ada/resourcez"])
def test_what_tells_of_the_server_is_not_there(path):
    assert answered(door_to(LOCAL), path, host="localhost:8765") == 404


def test_paths_below_which_it_is_served(monkeypatch):
    for name in (serve.JUPYTERHUB, "SOLARA_ROOT_PATH"):
        monkeypatch.delenv(name, raising=False)
    assert serve.path_below(None, 8765) == ""
    for given in ("/user/ada/tearsim", "user/ada/tearsim/", "//user/ada/tearsim//"):
        assert serve.path_below(given, 8765) == "/user/ada/tearsim"
    assert serve.path_below("/", 8765) == ""
    for given in ("/a b", "/a?b", "/../etc", "/a%2e", "/\n"):
        with pytest.raises(TearSimError, match="--root-path is a path like"):
            serve.path_below(given, 8765)
    monkeypatch.setenv("SOLARA_ROOT_PATH", "/set/by/hand")
    assert serve.path_below(None, 8765) == "/set/by/hand"
    monkeypatch.setenv(serve.JUPYTERHUB, "/user/ada/")
    assert serve.path_below(None, 8771) == "/user/ada/proxy/8771"
    assert serve.path_below("/elsewhere", 8771) == "/elsewhere"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1", "", "a b", "999.1.1.1", "fe80::1%lo"])
def test_an_address_that_this_machine_does_not_have_is_refused(host, monkeypatch):
    monkeypatch.setattr(serve, "NEEDED_LIBRARIES", ())
    with pytest.raises(TearSimError, match=r"--host is an address of this machine"):
        serve.serve(host=host)
