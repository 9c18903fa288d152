"""The page served under a path, and to nobody else's pages."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.browser.driving import NO_INTERNET, Tab, serving

BELOW = "/user/ada/tearsim"


class Proxy:
    """A reverse proxy as JupyterHub's or nginx's: it strips a prefix from paths, and passes WebSockets on."""

    def __init__(self, port, prefix):
        self.port, self.prefix = port, prefix.encode()
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        started.wait()

    def _run(self, started):
        async def listen():
            server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
            self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}{self.prefix.decode()}/"
            started.set()
            await server.serve_forever()

        with contextlib.suppress(asyncio.CancelledError):
            self.loop.run_until_complete(listen())

    async def _pass_on(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, rest = head.split(b" ", 2)
            if not path.startswith(self.prefix + b"/"):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                if b"upgrade: websocket" not in rest.lower():
                    rest = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", rest)[:-2] + b"Connection: close\r\n\r\n"
                upstream, to_upstream = await asyncio.open_connection("127.0.0.1", self.port)
                to_upstream.write(b" ".join([method, path[len(self.prefix) :], rest]))
                await asyncio.wait(
                    [asyncio.ensure_future(_pipe(reader, to_upstream)), asyncio.ensure_future(_pipe(upstream, writer))],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                to_upstream.close()
            await writer.drain()
        writer.close()


async def _pipe(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


def test_behind_a_proxy_that_strips_a_prefix_the_page_works(browser, tmp_path):
    with serving(tmp_path, "--root-path", BELOW, below=BELOW) as server:
        tab = Tab(browser, Proxy(urlsplit(server.url).port, BELOW).url)
        tab.press("Step")
        tab.wait_for_week(1)
        tab.press("Step")
        tab.wait_for_week(2)
        assert tab.complaints == []
        assert tab.elsewhere == []
        tab.page.close()


def status_of(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def handshake(server, **headers):
    """The status with which the server answers a WebSocket's beginning."""
    port = urlsplit(server.url).port
    named = {
        "Host": f"localhost:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    path = "/jupyter/api/kernels/00000000-0000-0000-0000-000000000000/channels?session_id=1"
    with socket.create_connection(("localhost", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        return int(connection.recv(100).split()[1])


def test_pages_and_names_from_elsewhere_are_answered_with_403_and_the_servers_memory_with_404(server):
    port = urlsplit(server.url).port
    assert handshake(server, Origin="http://evil.example") == 403
    assert handshake(server, Origin=f"http://localhost:{port + 1}") == 403
    assert handshake(server, Host="evil.example", Origin="http://evil.example") == 403
    assert handshake(server, Origin=f"http://localhost:{port}") != 403
    assert status_of(server.url, Host="evil.example") == 403
    assert status_of(f"{server.url}resourcez") == 404
    for own in ("localhost", "127.0.0.1"):
        assert status_of(f"http://{own}:{port}/") == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_serving_ends_when_it_is_told_to(tmp_path, number):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tearsim", "view", "--no-open", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=os.environ | NO_INTERNET
    )
    assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert said == "Stopped.\n"
