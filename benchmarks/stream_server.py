"""A server of streams that is never the bottleneck: one block of bytes, written again and again by a bare protocol.

`python -m benchmarks.stream_server` prints its URL as its first line and ends with its input. `POST` makes a log
session, `GET /stream?<lines>` is one that goes on, as events where they are asked for; `GET /down?<bytes>` is a file,
and a `PUT` is read and thrown away.
"""

import asyncio
import json
import re
import sys
import threading
from contextlib import AbstractContextManager
from typing import Final

from benchmarks.server import started

_LINES: Final = 1000
_BLOCK: Final = bytes(256 * 1024)
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def _line(number: int) -> bytes:
    moment = f"2026-11-24T12:{number // 60 % 60:02}:{number % 60:02}.{number:06}+00:00"
    text = f"Completed 200 OK in {number % 90}ms (Views: 3.2ms | ActiveRecord: 1.9ms) request_id=0123-4567-{number:04}"
    return f"{moment} app[web.{number % 8 + 1}]: {text}".encode()


PLAIN: Final = b"".join(_line(number) + b"\n" for number in range(_LINES))
"""A thousand lines as they are sent to those who do not ask for events."""
EVENTS: Final = b"".join(b"id: 1002\ndata: %s\n\n" % _line(number) for number in range(_LINES))


class _Connection(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        """Bytes of an upload that are still to come."""
        self._writing: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as asyncio calls it
        if self._writing is not None:
            self._writing.cancel()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def data_received(self, data: bytes) -> None:
        if not self._left:
            head, end, data = (self._head + data).partition(b"\r\n\r\n")
            self._head = b"" if end else head
            if not end:
                return
            length = _LENGTH.search(head)
            self._left = int(length[1]) if length else 0
            self._asked = head
        self._left -= len(data)
        if not self._left:
            self._answer(self._asked)

    def _answer(self, head: bytes) -> None:
        if head.startswith(b"GET /stream"):
            events = b"text/event-stream" in head
            kind, block = ("text/event-stream", EVENTS) if events else ("text/plain", PLAIN)
            self._begin(f"Content-Type: {kind}")
            self._writing = asyncio.ensure_future(self._write(block, int(head.split(b"?")[1].split()[0]) // _LINES))
        elif head.startswith(b"GET /down"):
            size = int(head.split(b"?")[1].split()[0])
            self._begin(f"Content-Length: {size}")
            self._writing = asyncio.ensure_future(self._write(_BLOCK, size // len(_BLOCK)))
        elif head.startswith(b"POST"):
            lines = head.split(b"/")[2].decode()
            host = head.lower().partition(b"host: ")[2].partition(b"\r")[0].decode()
            moment = "2026-11-24T12:00:00Z"
            row = {"logplex_url": f"http://{host}/stream?{lines}", "created_at": moment, "updated_at": moment}
            body = json.dumps(row | {"id": "01234567-89ab-cdef-0123-456789abcdef"})
            self._begin(f"Content-Type: application/json\r\nContent-Length: {len(body)}", "201 Created")
            self._transport.write(body.encode())
        else:
            self._begin("Content-Length: 0")

    def _begin(self, headers: str, status: str = "200 OK") -> None:
        self._transport.write(f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode())

    async def _write(self, block: bytes, times: int) -> None:
        for _ in range(times):
            self._transport.write(block)
            await self._room.wait()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    ended = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()


def server() -> AbstractContextManager[str]:
    """The server as a process of its own; its URL."""
    return started("benchmarks.stream_server")


if __name__ == "__main__":
    asyncio.run(_serve())
