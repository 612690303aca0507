"""A loopback server of the API and of what it names: JSON by path, streams by script, sockets that are counted."""

import asyncio
import json
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from attrs import define, field

TOKEN = "HRKU-s3cr3t-0000-1111"
_TABLE = json.loads((Path(__file__).parent.parent / "data" / "reference.json").read_text())
ROWS: dict[str, Any] = {
    f"{row['attribute']}.{row['method']}": row["answer"] for resource in _TABLE for row in resource["endpoints"]
}
"""What the reference shows of each endpoint's response."""


@define
class Play:
    """One response of a stream: its pieces, and how it ends."""

    pieces: tuple[bytes, ...] = ()
    end: str = "eof"
    """`eof`, `reset`, or `hold`: until the server is stopped, or `more` has come."""
    status: int = 200
    kind: str = "text/event-stream"
    more: asyncio.Queue[bytes] = field(factory=asyncio.Queue[bytes])


def sse(*lines: bytes) -> bytes:
    """Lines as Cedar's log sessions send them when asked for server-sent events."""
    return b"".join(b"id: 1002\ndata: %s\n\n\n" % line for line in lines)


class StreamServer:
    """JSON for each path of the API, and streams one after the other."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Any]] = {}
        """Responses by verb and path: rows, or statuses of errors; the last one for ever."""
        self.plays: list[Play] = []
        self.calls: list[tuple[str, Any]] = []
        """The requests of the API, with their bodies."""
        self.reads: list[web.BaseRequest] = []
        """The requests of streams."""
        self.url = ""
        self._release = asyncio.Event()
        self._runner = web.ServerRunner(web.Server(self._handle))

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._release.set()
        await self._runner.cleanup()

    @property
    def is_left(self) -> bool:
        """Whether no connection of a stream is open."""
        return all(request.transport is None or request.transport.is_closing() for request in self.reads)

    def address(self, name: str) -> str:
        """The address of a stream: a secret."""
        return f"{self.url}/s3cr3t/{name}?token=s3cr3t%3D"

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/s3cr3t/"):
            return await self._stream(request)
        body = await request.read()
        call = f"{request.method} {request.path}"
        self.calls.append((call, json.loads(body) if body else None))
        if request.path.endswith("/log-sessions") and call not in self.rows:
            address = self.address(f"log{len(self.calls)}")
            row = ROWS["log_sessions.create"] | {"logplex_url": address, "created_at": "2027-01-01T12:00:00Z"}
            return web.json_response(row, status=201)
        found = self.rows.get(call, [404])
        row = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(row, int):
            return web.json_response({"id": "x", "message": "No."}, status=row)
        return web.json_response(row)

    async def _stream(self, request: web.BaseRequest) -> web.StreamResponse:
        self.reads.append(request)
        play = self.plays.pop(0) if self.plays else Play(status=404)
        response = web.StreamResponse(status=play.status, headers={"Content-Type": play.kind})
        await response.prepare(request)
        for piece in play.pieces:
            await response.write(piece)
        if play.end == "hold":
            released = asyncio.ensure_future(self._release.wait())
            while not released.done():
                more = asyncio.ensure_future(play.more.get())
                await asyncio.wait({more, released}, return_when=asyncio.FIRST_COMPLETED)
                if more.done():
                    await response.write(more.result())
                else:
                    more.cancel()
        if play.end == "reset" and request.transport is not None:
            request.transport.abort()
        return response
