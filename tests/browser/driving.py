"""Serving the page and driving it in Chromium, for tests and for the picture in the README."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from tearsim.show.page.serve import NEEDED_LIBRARIES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
# Whatever the server would fetch from elsewhere goes nowhere: the page has to do without.
NO_INTERNET = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")


def what_is_missing() -> str:
    """Why the page cannot be driven here; empty if it can."""
    missing = [name for name in (*NEEDED_LIBRARIES, "playwright") if find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed: pip install -e '.[test,view]'"
    return "" if CHROMIUM else "no Chromium: apt-get install chromium"


# Solara's navigator says `modules.export` where `module.exports` is meant, so every page of Solara's begins with this.
SOLARAS_OWN = (
    "Failed to evaluate Vue script and find module.exports, falling back to old method, please use module.exports = "
    "{ ... }"
)


# A script that lets a tab lose its connection.
SOCKETS_KEPT = """window.sockets = [];
window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); window.sockets.push(this); }
};"""
# One that hears every answer of the server a tenth of a second later, as over a slow line.
ANSWERS_LATE = """window.WebSocket = class extends WebSocket {
    set onmessage(hear) { super.onmessage = (message) => setTimeout(() => hear(message), 100); }
};"""
# What a browser says of a loss: that the connection is lost; that a drawing was acknowledged into it; and that Solara's
# first question after it went unanswered for two seconds.
OF_A_LOSS = ("Connection lost", "CLOSING or CLOSED", "solara reconnect: app-status probe attempt")


class Server(NamedTuple):
    """A running `tearsim view`."""

    url: str
    seconds_to_start: float
    process: subprocess.Popen[str]
    log: Path

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return int(found[1]) / 1024


# How often a second a usual core adds a thousand numbers up, when it does nothing else.
SUMS_A_SECOND = 100_000


def share_of_a_core(seconds: float = 0.4) -> float:
    """How much of a usual core whoever works gets just now: 1 on a machine of usual speed that does nothing else.

    Times promised for a machine of one's own are held to what they would have been there: a machine that others use, or
    whose cores take twice as long for everything, says nothing of the page.
    """
    wall, sums = time.monotonic(), 0
    while time.monotonic() - wall < seconds:
        sum(range(1000))
        sums += 1
    return min(1.0, sums / (time.monotonic() - wall) / SUMS_A_SECOND)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, *options: str, below: str = "", port: int | None = None) -> Iterator[Server]:
    """The page, served as a person would, from an empty folder and without the internet."""
    port = port or free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "tearsim", "view", "--no-open", "--port", str(port), *options]
    began = time.monotonic()
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder, env=os.environ | NO_INTERNET
        )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert f"http://localhost:{port}{below}/" in said, log.read_text()
        yield Server(f"http://localhost:{port}/", time.monotonic() - began, process, log)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def browsing() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Tab:
    """One tab with the page in it, and the ways a person uses it. Nothing here waits for a time, only for what shows."""

    def __init__(
        self, browser: Any, url: str, width: int = 1400, height: int = 900, script: str = "", listens: bool = False
    ) -> None:
        """In a browser that never saw the page; `script` runs before any other of the page's.

        If it `listens`, it keeps what the server sends over the page's WebSockets.
        """
        self.page = browser.new_page()
        self.heard: list[bytes] = []
        if listens:
            self.page.on("websocket", lambda socket: socket.on("framereceived", self._keep))
        self.resize(width, height)
        if script:
            self.page.add_init_script(script)
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)
        self._url = url.partition("?")[0]
        self.page.goto(url)
        self._wait_for_page()

    def _wait_for_page(self) -> None:
        self.button("Step").wait_for()
        self.page.locator(".picture-holder .main-svg").first.wait_for()

    def load_anew(self) -> None:
        """The page again as it opens: at the size of a laptop, before the first session, with nothing heard yet."""
        self.resize(1400, 900)
        self.page.goto(self._url)
        self._wait_for_page()
        self.complaints.clear()
        self.elsewhere.clear()

    def lose_the_connection(self) -> None:
        """Lose it, and wait until the browser has one again; the tab began with the script that lets it."""
        self.page.evaluate("window.sockets.forEach((socket) => socket.close())")
        self.page.wait_for_function("window.sockets.length > 1 && window.sockets.at(-1).readyState === WebSocket.OPEN")

    def forgive_the_loss(self) -> None:
        """Forget what the browser said of it, which is no fault of the page."""
        self.complaints = [said for said in self.complaints if not any(words in said for words in OF_A_LOSS)]

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.page.set_viewport_size({"width": width, "height": height})

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and message.text != SOLARAS_OWN:
            self.complaints.append(message.text)

    def _keep(self, frame: str | bytes) -> None:
        self.heard.append(frame.encode() if isinstance(frame, str) else frame)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self._url, self._url.replace("http:", "ws:"), "data:", "blob:")):
            self.elsewhere.append(request.url)

    def button(self, name: str) -> Any:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        """Press a button."""
        self.button(name).click()

    @property
    def week(self) -> int:
        """What the clock shows."""
        return int(self.page.locator(".clock").inner_text().split()[1])

    def wait_for_week(self, week: int, seconds: float = 30) -> None:
        """Wait until the clock has come so far."""
        self.page.wait_for_function(
            "week => Number(document.querySelector('.clock').innerText.split(' ')[1]) >= week",
            arg=week,
            timeout=1000 * seconds,
        )

    def live(self, weeks: int) -> None:
        """Live a number of weeks, in tens and ones."""
        for step, name in ((10, "+10 weeks"), (1, "Step")):
            for _ in range(weeks // step):
                goal = self.week + step
                self.press(name)
                self.wait_for_week(goal)
            weeks %= step

    def type(self, label: str, text: str) -> None:
        """Type into the field of a control."""
        field = self.page.get_by_label(f"{label}, typed", exact=True)
        field.fill(text)
        field.press("Enter")

    def field(self, label: str) -> str:
        """What the field of a control shows."""
        return str(self.page.get_by_label(f"{label}, typed", exact=True).input_value())

    def wait_for_field(self, label: str, text: str) -> None:
        """Wait until the field of a control shows something."""
        field = self.page.get_by_label(f"{label}, typed", exact=True)
        self.page.wait_for_function("([field, text]) => field.value === text", arg=[field.element_handle(), text])

    def type_seed(self, text: str) -> None:
        """Type a seed."""
        self.page.locator("#seed").fill(text)
        self.page.locator("#seed").press("Enter")

    def open(self, tab: str) -> None:
        """Open a tab of the right card."""
        self.page.get_by_role("tab", name=tab, exact=True).click()

    def trace(self, plot: str, name: str) -> dict[str, Any]:
        """A trace of a plot ("picture" or "charts") as the browser has it."""
        found = self.page.evaluate(
            """([plot, name]) => {
                const trace = document.querySelector(`.${plot}-holder .js-plotly-plot`).data.find((t) => t.name === name);
                return { x: trace.x, y: trace.y, text: trace.text };
            }""",
            [plot, name],
        )
        return dict(found)

    def wait_for_trace(self, plot: str, name: str, length: int) -> dict[str, Any]:
        """A trace, once it has this many points."""
        self.page.wait_for_function(
            """([plot, name, length]) => {
                const drawn = document.querySelector(`.${plot}-holder .js-plotly-plot`);
                return drawn && drawn.data && drawn.data.find((t) => t.name === name).x.length === length;
            }""",
            arg=[plot, name, length],
        )
        return self.trace(plot, name)

    def click_in_picture(self, x: float, y: float, words: str) -> None:
        """Point at a place of the picture until it tells who is there, and click."""
        box = self.page.locator(".picture-holder").bounding_box()
        self.page.mouse.move(box["x"] + x - 2, box["y"] + y)
        self.page.mouse.move(box["x"] + x, box["y"] + y)
        self.page.locator(".picture-holder .hoverlayer").filter(has_text=words).wait_for()
        self.page.mouse.click(box["x"] + x, box["y"] + y)

    def focus(self) -> str:
        """What the keyboard is at: its label, its identity or its words."""
        return str(
            self.page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.id "
                "|| document.activeElement.innerText || '').trim()"
            )
        )

    def said(self) -> str:
        """All that it shows in words, what stands in its fields, and what the browser complained of."""
        words, fields = self.page.evaluate(
            """() => [document.body.innerText, Array.from(document.querySelectorAll('input, select')).map(
                (field) => `${field.getAttribute('aria-label') || field.id}: ${field.value}`)]"""
        )
        return "\n".join([self.page.url, words, "-- fields", *fields, "-- complaints", *self.complaints])

    def wait_until_quiet(self) -> None:
        """Wait until nothing is under way any more."""
        self.page.wait_for_function("document.querySelector('.notice').innerText === ''")

    def wait_until_drawn(self) -> None:
        """Wait until the picture shows the week of the clock."""
        self.page.wait_for_function(
            """() => {
                const drawn = document.querySelector('.picture-holder .js-plotly-plot');
                return drawn && `Week ${drawn.dataset.week}` === document.querySelector('.clock').innerText;
            }"""
        )
