"""Output of builds and release phases: plain or as events, from an offset, live or stored."""

import re

from aiohttp import web
from attrs import frozen

from aioheroku.testing._fault_rules import first
from aioheroku.testing._state.stream_store import Address, Output
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.writer import Ended, Writer
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import LargestEvent, PlainLines, Resume

_HEARTBEAT = 10.0
_STORED_AFTER = 60.0  # seconds that a channel outlives its end
_OFFSET = re.compile(r"(?:bytes=)?(\d+)-?")
_EVENTS = "text/event-stream"


@frozen
class _Requested:
    """The requested part of an output, as the service interprets it."""

    offset: int
    how: str
    """The interpretation, as in the fault `Resume`."""

    @classmethod
    def of(cls, request: web.BaseRequest, faults: tuple[Fault, ...], *, stored: bool) -> "_Requested":
        """A stored object gives parts of it; before that the offset is honoured, with status 200."""
        header = request.headers.get("Last-Event-Id") or request.headers.get("Range") or ""
        found, fault = _OFFSET.fullmatch(header.strip()), first(faults, Resume)
        how = ("partial" if stored else "honoured") if fault is None else fault.how
        return cls(0, "ignored") if found is None or how == "ignored" else cls(int(found[1]), how)

    @property
    def is_partial(self) -> bool:
        """Whether the response is a 206."""
        return self.how == "partial" and self.offset > 0

    def refusal(self, output: Output, *, stored: bool) -> web.Response | None:
        """416 beyond the stored object, 204 if an ended output has no more bytes."""
        size = len(output.data)
        if self.how == "refused" or (self.how == "partial" and stored and self.offset >= size):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        if output.ended is not None and self.offset >= size:
            return web.Response(status=204)
        return None

    def range_of(self, output: Output) -> dict[str, str]:
        """The header of a 206; none for a 200."""
        if not self.is_partial:
            return {}
        size = len(output.data)
        whole = "*" if output.ended is None else size
        return {"Content-Range": f"bytes {self.offset}-{max(self.offset, size - 1)}/{whole}"}


async def serve(hub: Hub, request: web.BaseRequest, address: Address, faults: tuple[Fault, ...]) -> web.StreamResponse:
    """The bytes from the requested offset; 404 before the first one was written."""
    output = hub.state.streams.outputs.get(address.id)
    if output is None:
        return web.Response(status=404, text="Channel is not registered.\n")
    stored = output.ended is not None and hub.state.now() >= output.ended + _STORED_AFTER
    requested = _Requested.of(request, faults, stored=stored)
    refusal = requested.refusal(output, stored=stored)
    if refusal is not None:
        return refusal
    events = request.headers.get("Accept") == _EVENTS and first(faults, PlainLines) is None
    headers = {"Content-Type": _EVENTS if events else "text/plain; charset=utf-8", **requested.range_of(output)}
    response = web.StreamResponse(status=206 if requested.is_partial else 200, headers=headers)
    writer, largest = Writer(request, response, faults), first(faults, LargestEvent)
    try:
        await writer.start()
        most = None if largest is None else largest.size
        await _follow(hub, writer, output, requested.offset, events=events, largest=most)
        if writer.is_silent:
            await hub.while_connected(request)
    except Ended:
        pass
    return await writer.end()


async def _follow(hub: Hub, writer: Writer, output: Output, offset: int, *, events: bool, largest: int | None) -> None:
    beat = hub.state.now() + _HEARTBEAT
    while True:
        if offset < len(output.data):
            piece = bytes(output.data[offset:])
            offset += len(piece)
            await writer.write(_event(piece, offset, largest) if events else piece)
            beat = hub.state.now() + _HEARTBEAT
            continue
        if output.ended is not None:
            return
        if hub.state.now() >= beat:
            await writer.write(b":keepalive\n" if events else b"\0", heartbeat=True)
            beat = hub.state.now() + _HEARTBEAT
        await hub.wait(beat)


def _event(piece: bytes, end: int, largest: int | None) -> bytes:
    lines = piece[:largest].split(b"\n")
    return b"id: %d\n%s\n" % (end, b"".join(b"data: " + line + b"\n" for line in lines))
