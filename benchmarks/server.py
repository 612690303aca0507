"""A server that is never the bottleneck: answers made beforehand, written by a bare asyncio protocol.

`python -m benchmarks.server --apps 1000 --latency 0.05` prints its URL as its first line and ends with its input.
`GET /apps/<anything>` is one small app, `GET /apps` the list, by Range, `GET /asked` how many of both there were.
"""

import argparse
import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Final

from benchmarks.data import apps

_HEAD: Final = """HTTP/1.1 {status}\r
Cache-Control: private, no-cache\r
Content-Type: application/json\r
Date: Tue, 24 Nov 2026 00:00:00 GMT\r
ETag: "d4f6a7a3f5a6b9c1e2d3f4a5b6c7d8e9"\r
Last-Modified: Mon, 23 Nov 2026 00:00:00 GMT\r
Oauth-Scope: global\r
Oauth-Scope-Accepted: global read read-protected write write-protected\r
RateLimit-Multiplier: 1\r
RateLimit-Remaining: 2399\r
Request-Id: 01234567-89ab-cdef-0123-456789abcdef\r
Server: benchmark\r
Status: {status}\r
Vary: Accept-Encoding\r
X-Content-Type-Options: nosniff\r
X-Runtime: 0.049252485\r
Content-Length: {length}\r
Connection: keep-alive\r
{more}\r
"""
"""The headers that the platform sends with an app, but for the coding of the body."""
_RANGE: Final = re.compile(rb"\r\nrange: *id +(\]?)([0-9a-f-]*)\.\.([0-9a-f-]*) *(?:;[^\r]*max=(\d+))?", re.IGNORECASE)


def _answer(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return _HEAD.format(status=status, length=len(body), more=more).encode() + body


class Fleet:
    """The list and the one app, as bytes."""

    def __init__(self, count: int) -> None:
        fleet = apps(max(count, 1))
        self._ids = [app["id"] for app in fleet]
        self._texts = [json.dumps(app, separators=(",", ":")).encode() for app in fleet]
        self.one = _answer(self._texts[0])
        self.page = cache(self._page)
        self._asked = 0

    def answer(self, request: bytes) -> bytes:
        """What a request is answered."""
        if request.startswith(b"GET /asked "):
            return _answer(str(self._asked).encode())
        self._asked += 1
        if not request.startswith(b"GET /apps HTTP"):
            return self.one
        found = _RANGE.search(request)
        if found is None:
            return self.page(0, len(self._ids), 200)
        excluded, lower, upper, most = found.groups()
        side = bisect_right if excluded else bisect_left
        start = side(self._ids, lower.decode())
        end = bisect_right(self._ids, upper.decode()) if upper else len(self._ids)
        return self.page(start, end, int(most or 200), upper.decode())

    def _page(self, start: int, end: int, most: int, upper: str = "") -> bytes:
        stop = min(end, start + most)
        body = b"[" + b",".join(self._texts[start:stop]) + b"]"
        if stop == end:
            return _answer(body)
        return _answer(body, "206 Partial Content", f"Next-Range: id ]{self._ids[stop - 1]}..{upper}; max={most}\r\n")


class _Connection(asyncio.Protocol):
    def __init__(self, fleet: Fleet, latency: float) -> None:
        self._fleet = fleet
        self._latency = latency
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._write, request)
            else:
                self._transport.write(self._fleet.answer(request))

    def _write(self, request: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._fleet.answer(request))


async def _serve(count: int, latency: float) -> None:
    fleet = Fleet(count)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(fleet, latency), "127.0.0.1", 0, backlog=2048)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    ended = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()


@contextmanager
def started(*arguments: str) -> Generator[str]:
    """A module as a process of its own, until its standard input ends; the URL that it prints."""
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait()


def server(count: int = 1, latency: float = 0.0) -> AbstractContextManager[str]:
    """The server as a process of its own; its URL."""
    return started("benchmarks.server", "--apps", str(count), "--latency", str(latency))


def most(url: str, count: int, flight: int = 50) -> float:
    """Requests a second that the server answers a client which does nothing but ask, `flight` on each write."""
    host, _, port = url.removeprefix("http://").partition(":")
    asked = b"GET /apps/example HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(asked)
        size = len(connection.recv(2**16))
        start = time.perf_counter()
        for _ in range(count // flight):
            connection.sendall(asked * flight)
            left = size * flight
            while left:
                left -= len(connection.recv(left))
        return count / (time.perf_counter() - start)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    asyncio.run(_serve(options.apps, options.latency))
