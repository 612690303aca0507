"""Output of builds and release phases: plain or as events, from an offset, live or stored."""

import re

from aiohttp import web

from aioheroku.testing._state.stream_store import Address, Output
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.writer import Ended, Writer
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import LargestEvent, PlainLines, Resume

_HEARTBEAT = 10.0
_STORED_AFTER = 60.0  # seconds that a channel outlives its end
_OFFSET = re.compile(r"(?:bytes=)?(\d+)-?")
_EVENTS = "text/event-stream"


async def serve(hub: Hub, request: web.BaseRequest, address: Address, faults: tuple[Fault, ...]) -> web.StreamResponse:
    """The bytes from the offset that was asked for; 404 before anybody wrote."""
    output = hub.state.streams.outputs.get(address.id)
    if output is None:
        return web.Response(status=404, text="Channel is not registered.\n")
    asked = request.headers.get("Last-Event-Id") or request.headers.get("Range")
    match = _OFFSET.fullmatch(asked.strip()) if asked else None
    offset = int(match[1]) if match else 0
    over = output.ended is not None
    stored = output.ended is not None and hub.state.now() >= output.ended + _STORED_AFTER
    how = next((one.how for one in faults if isinstance(one, Resume)), "partial" if stored else "honoured")
    if match is None or how == "ignored":
        offset, how = 0, "ignored"
    size = len(output.data)
    if how == "refused" or (how == "partial" and stored and offset >= size):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    if over and offset >= size:
        return web.Response(status=204)
    events = request.headers.get("Accept") == _EVENTS and not any(isinstance(one, PlainLines) for one in faults)
    headers = {"Content-Type": _EVENTS if events else "text/plain; charset=utf-8"}
    partial = how == "partial" and offset > 0
    if partial:
        headers["Content-Range"] = f"bytes {offset}-{max(offset, size - 1)}/{size if over else '*'}"
    writer = Writer(request, web.StreamResponse(status=206 if partial else 200, headers=headers), faults)
    largest = next((one.size for one in faults if isinstance(one, LargestEvent)), None)
    try:
        await writer.start()
        await _follow(hub, writer, output, offset, events=events, largest=largest)
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
