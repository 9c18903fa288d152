"""Pages without a browser: what a browser sends and hears over the WebSocket, without drawing anything.

So twenty pages can be open at once on a machine that could not draw them, and what is measured is the server alone.
"""

import asyncio
import itertools
import json
import struct
import urllib.request
import uuid
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

WINDOW = {"width": 1400, "height": 900, "dark": False}
PATIENCE = 300  # seconds for anything


class Page:
    """One page: opened with an address, playing, closed."""

    def __init__(self, url, query=""):
        self.url, self.query = url, query
        self.kernel, self.client = str(uuid.uuid4()), str(uuid.uuid4())
        self.week = 0
        self.widgets = {}  # by name, of those that are spoken with: the frame, what makes time go, tabs, the picture
        self.compared = {}  # what the tab Compare shows
        self.opened = asyncio.Event()

    async def open(self):
        """Open it as a browser does, until its picture is there."""
        reply = await asyncio.to_thread(urllib.request.urlopen, self.url)
        self.cookie = "; ".join(one.split(";")[0] for one in reply.headers.get_all("Set-Cookie"))
        address = urlsplit(self.url)
        self.socket = await connect(
            f"ws://{address.netloc}/jupyter/api/kernels/{self.kernel}/channels?session_id={self.client}",
            additional_headers={"Cookie": self.cookie, "Origin": self.url.rstrip("/")},
            max_size=None,
            ping_timeout=None,
        )
        self.hearing = asyncio.create_task(self._hear())
        control = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        run = {"method": "run", "args": {"path": "/", "appName": None, "themes": {}, "dark": False}}
        await self._send("comm_msg", {"comm_id": control, "data": run})
        async with asyncio.timeout(PATIENCE):
            await self.opened.wait()

    async def come_to(self, week):
        """Wait until a week is shown."""
        async with asyncio.timeout(PATIENCE):
            while self.week < week:
                await asyncio.sleep(0.2)

    async def press(self, widget, event, data=None):
        """What a template tells the server."""
        content = {"method": "custom", "content": {"event": event, "data": data}}
        await self._send("comm_msg", {"comm_id": self.widgets[widget], "data": content})

    async def close(self):
        """Close it as a browser does: the server is told."""
        close = f"{self.url}_solara/api/close/{self.kernel}?session_id={self.client}"
        request = urllib.request.Request(close, data=b"", headers={"Cookie": self.cookie}, method="POST")
        await asyncio.to_thread(urllib.request.urlopen, request)
        await self.socket.close()  # heard to the end: who stops hearing before never hears that it is closed
        self.hearing.cancel()

    async def _send(self, kind, content):
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "username": "",
            "session": self.client,
            "version": "5.2",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await self.socket.send(json.dumps({**message, "buffers": []}))

    async def _hear(self):
        async for frame in self.socket:
            message, buffers = _message(frame)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open":
                await self._meet(content["comm_id"], content["data"].get("state", {}), content, buffers)
            elif kind == "comm_msg" and content["comm_id"] == self.widgets.get("picture"):
                await self._draw(content["data"], buffers)
            elif kind == "comm_msg" and content["comm_id"] == self.widgets.get("compare"):
                self.compared = content["data"].get("state", {}).get("panel", self.compared)

    async def _meet(self, widget, state, content, buffers):
        panel = state.get("panel") or {}
        if {"address", "file"} <= set(state):
            self.widgets["frame"] = widget
            await self.press("frame", "measure", {**WINDOW, "query": self.query})
        elif "speeds" in panel:
            self.widgets["transport"] = widget
        elif {"luck", "numbers"} <= set(panel):
            self.widgets["compare"], self.compared = widget, panel
        elif state.get("tells"):
            self.widgets["picture"] = widget
            await self._draw(content["data"], buffers)
            self.opened.set()

    async def _draw(self, data, buffers):
        """Draw nothing, and say that it is drawn."""
        for path, buffer in zip(data.get("buffer_paths", ()), buffers, strict=False):
            if path == ["changed"]:
                (length,) = struct.unpack_from("<I", buffer)
                drawing = json.loads(buffer[4 : 4 + length])
                self.week = drawing["week"]
                await self.press("picture", "drawn", drawing["number"])


def _message(frame):
    """A message and its bytes, as Jupyter packs them."""
    if isinstance(frame, str):
        return json.loads(frame), []
    (parts,) = struct.unpack_from("!i", frame)
    starts = [*struct.unpack_from(f"!{parts}I", frame, 4), len(frame)]
    pieces = [bytes(frame[start:stop]) for start, stop in itertools.pairwise(starts)]
    return json.loads(pieces[0]), pieces[1:]


async def open_together(url, number, query):
    """A number of pages, opened in the same second."""
    pages = [Page(url, query) for _ in range(number)]
    await asyncio.gather(*(page.open() for page in pages))
    return pages


async def play_together(server, pages, seconds, between):
    """Let all play at once; weeks a second of the slowest page, and the server's memory (MB) now and then."""
    for page in pages:
        await page.press("transport", "play", False)
    loop, memories = asyncio.get_running_loop(), []
    began, from_week = loop.time(), [page.week for page in pages]
    while loop.time() - began < seconds:
        await asyncio.sleep(between)
        memories.append(server.memory())
    passed = loop.time() - began
    lived = [page.week - start for page, start in zip(pages, from_week, strict=True)]
    for page in pages:
        await page.press("transport", "play", True)
    return min(lived) / passed, sum(lived) / passed, memories
