"""A limited number of pages at once, counted rightly when a class opens them in one second; others are told kindly."""

import asyncio
import itertools
import re

import pytest

from tearsim.show.page import serve
from tearsim.show.page.doorway import Doorway
from tearsim.show.page.visitors import GRACE, Visitors


class Server:
    """Pages that are open, and a clock that goes when it is told to."""

    def __init__(self, most):
        self.open, self.now, self.names = {}, 0.0, itertools.count()
        self.visitors = Visitors(most, lambda: self.open, lambda: self.now)

    def page_opens(self):
        """Whether a page is handed out, comes back for its practice, and gets one."""
        return self.visitors.hand_out() and self.comes_back()

    def comes_back(self):
        name = f"page {next(self.names)}"
        if let_in := self.visitors.comes_in(name):
            self.open[name] = True
        return let_in


def test_as_many_pages_open_as_there_are_places_and_one_more_when_one_is_closed():
    server = Server(3)
    assert [server.page_opens() for _ in range(5)] == [True, True, True, False, False]
    server.open.popitem()
    assert [server.page_opens() for _ in range(2)] == [True, False]


def test_a_class_that_opens_it_in_the_same_second_is_counted_before_any_practice_is_there():
    server = Server(20)
    handed_out = [server.visitors.hand_out() for _ in range(30)]
    assert sum(handed_out) == 20
    assert all(server.comes_back() for _ in range(20)), "whoever was handed a page gets a practice"
    assert not server.comes_back(), "and nobody else"


def test_a_page_that_never_came_back_gives_its_place_up():
    server = Server(1)
    assert server.visitors.hand_out()
    assert not server.visitors.hand_out()
    server.now += GRACE + 1
    assert server.page_opens()


def test_a_page_that_lost_its_connection_comes_in_again_however_full_it_is():
    server = Server(1)
    server.page_opens()
    (name,) = server.open
    assert server.visitors.comes_in(name)
    assert not server.visitors.comes_in("another")


def test_a_page_that_is_away_keeps_nobody_out_and_is_let_in_again():
    server = Server(2)
    assert [server.page_opens() for _ in range(3)] == [True, True, False]
    away = next(iter(server.open))
    server.open[away] = False
    assert [server.page_opens() for _ in range(2)] == [True, False]
    assert server.visitors.comes_in(away)


def asked(door, path, kind="http"):
    """What a browser is answered: status, headers and body; of a WebSocket, the code it is closed with."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "path": path, "method": "GET", "headers": [(b"host", b"localhost:8765")]}
    asyncio.run(door(scope, None, send))
    if kind == "websocket":
        return sent[0]["code"]
    return sent[0]["status"], dict(sent[0].get("headers", [])), b"".join(m.get("body", b"") for m in sent)


def test_who_finds_it_full_is_told_in_words_and_what_is_open_goes_on():
    async def inside(scope, receive, send):
        await send({"type": "let in", "status": 200, "code": 0})

    server = Server(1)
    server.page_opens()
    (name,) = server.open
    door = Doorway(inside, serve.served_under(None), (), server.visitors)
    status, headers, body = asked(door, "/")
    assert status == 503
    assert headers[b"retry-after"] == b"10"
    words = re.sub(r"<[^>]+>|\s+", " ", body.decode().partition("<main>")[2])
    assert "One person has a practice open here" in words
    assert "Nothing is lost: this page looks again every 10 seconds" in words
    assert '<html lang="en">' in body.decode()
    assert asked(door, "/jupyter/api/kernels/another/channels", "websocket") == 1013
    for of_the_open_page in ("/static/assets/plotly.min.js", "/jupyter/api/kernels", "/readyz"):
        assert asked(door, of_the_open_page)[0] == 200
    assert asked(door, f"/jupyter/api/kernels/{name}/channels", "websocket") == 0


@pytest.mark.parametrize(
    "url", ["http://192.168.1.23:8765/", "http://[2001:db8::7]:8765/", "http://lab.example.org:65535/"]
)
def test_the_code_in_the_terminal_is_that_of_the_address_on_white_whatever_the_terminals_colours(url):
    segno = pytest.importorskip("segno", reason="the page needs the extra view")
    lines = serve.qr_code(url).splitlines()
    assert all(line.startswith(serve.QR_COLOURS) and line.endswith(serve.USUAL_COLOURS) for line in lines)
    halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}  # a block is light: the upper and the lower half
    drawn = []
    for line in lines:
        line = line.removeprefix(serve.QR_COLOURS).removesuffix(serve.USUAL_COLOURS)
        drawn += [list(row) for row in zip(*(halves[block] for block in line), strict=True)]
    expected = [list(row) for row in segno.make(url, micro=False).matrix_iter(border=2)]
    assert drawn[: len(expected)] == expected
