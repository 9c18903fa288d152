"""How many pages are open at once, and what people are told when no place is left."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from html import escape

USUAL_PAGES = 40  # a class, and some who open it twice
GRACE = 15.0  # seconds within which a page that was handed out is expected to come back for a practice of its own
AGAIN = 10  # seconds after which the page that says it is full looks again

PAGE_OF_A_FULL_SERVER = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{again}">
<title>TearSim is full just now</title>
<style>
body {{ font: 18px/1.5 Inter, "Segoe UI", Roboto, Arial, sans-serif; max-width: 34em; margin: 12vh auto; padding: 0 1em;
  color: #1E2730; background: #F6F6F3; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #E8ECEF; background: #12161B; }} }}
</style>
</head>
<body>
<main>
<h1>All places are taken just now</h1>
<p>{words}</p>
<p>Nothing is lost: this page looks again every {again} seconds, and opens as soon as somebody has closed theirs.</p>
</main>
</body>
</html>
"""


class Visitors:
    """Places for at most `most` pages; `open_pages` tells which pages there are, and whether each is connected.

    A page that lost its connection, as telephones do when their screen goes dark, takes no place while it is away, and
    comes in again however full it is.

    A page that was handed out takes a place at once, though it asks for its practice some moments later: so a class
    that opens it in the same second is counted rightly.
    """

    def __init__(
        self, most: int, open_pages: Callable[[], Mapping[str, bool]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self._open_pages, self._clock = open_pages, clock
        self._handed_out: deque[float] = deque()

    def hand_out(self) -> bool:
        """Take a place for a page; False if there is none."""
        self._forget()
        if sum(self._open_pages().values()) + len(self._handed_out) >= self.most:
            return False
        self._handed_out.append(self._clock())
        return True

    def comes_in(self, page: str) -> bool:
        """Whether a page may have a practice: it has one already, was handed out lately, or there is a place left."""
        self._forget()
        here = self._open_pages()
        if page in here:
            return True
        if self._handed_out:
            self._handed_out.popleft()
            return True
        return sum(here.values()) < self.most

    def _forget(self) -> None:
        while self._handed_out and self._handed_out[0] < self._clock() - GRACE:
            self._handed_out.popleft()

    def full(self) -> bytes:
        """The page that says so."""
        people = "one person has" if self.most == 1 else f"{self.most} people have"
        words = (
            f"{people.capitalize()} a practice open here, as many as this machine was set to serve. "
            "Whoever started it can allow more with --pages."
        )
        return PAGE_OF_A_FULL_SERVER.format(words=escape(words), again=AGAIN).encode()
