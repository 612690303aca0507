"""Log sessions of both generations: history, tail, heartbeats, silence, and their end."""

from datetime import UTC, datetime
from random import Random

from aiohttp import web

from aioheroku.testing._state.stream_store import KEPT, Address, Line, LogBook
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.writer import Ended, Writer
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import (
    DoubledLines,
    ErrorEvent,
    LinesPerEvent,
    LostLines,
    PlainLines,
    ShuffledHistory,
)

_HEARTBEAT = 10.0
_BEHIND = 1024  # lines that a slow reader may be behind
_EVENTS = "text/event-stream"


async def serve(hub: Hub, request: web.BaseRequest, address: Address, faults: tuple[Fault, ...]) -> web.StreamResponse:
    """The lines of a session."""
    events = request.headers.get("Accept") == _EVENTS and not any(isinstance(one, PlainLines) for one in faults)
    headers = {"Content-Type": _EVENTS if events else "text/plain; charset=utf-8", "Cache-Control": "no-cache"}
    writer = Writer(request, web.StreamResponse(headers=headers), faults)
    session = _Session(hub, writer, address, faults, events=events)
    try:
        await writer.start()
        await session.run()
    except Ended:
        pass
    return await writer.end()


class _Session:
    def __init__(self, hub: Hub, writer: Writer, address: Address, faults: tuple[Fault, ...], *, events: bool) -> None:
        self.hub, self.writer, self.events = hub, writer, events
        self.given, self.fir = address.given, address.kind == "fir"
        self.book = hub.state.streams.logs.setdefault(address.id, LogBook())
        self.began = hub.state.now()
        self.faults = faults
        self.lost = sum(one.count for one in faults if isinstance(one, LostLines))
        self.times = max([one.times for one in faults if isinstance(one, DoubledLines)], default=1)
        self.together = max([one.count for one in faults if isinstance(one, LinesPerEvent)], default=1)
        self.ids = 1000

    async def run(self) -> None:
        """History, then the tail until the session is over."""
        behavior = self.hub.state.behavior
        if not self.fir:
            await self._history()
        error = next((one for one in self.faults if isinstance(one, ErrorEvent)), None)
        if error is not None and self.events:
            await self.writer.write(b'event: error\ndata: {"status": %d, "message": null}\n\n' % error.status)
            return
        if not self.fir and not self.given.get("tail"):
            return
        ends = self.began + (behavior.fir_session_seconds if self.fir else behavior.log_session_seconds)
        silent = self.began + (behavior.log_silence_seconds if not self.fir else float("inf"))
        at, beat = self.book.written, self.began + _HEARTBEAT
        while (now := self.hub.state.now()) < ends:
            if now < silent and at < self.book.written:
                await self._overflow(at)
                lines = self.book.since(at)
                at = self.book.written
                if await self._send(lines[-_BEHIND:]):
                    beat = now + _HEARTBEAT
                continue
            if now >= beat:
                await self.writer.write(b":\n\n" if self.events else b"\0", heartbeat=True)
                beat = now + _HEARTBEAT
            await self.hub.wait(min(beat, ends))

    async def _overflow(self, at: int) -> None:
        dropped = self.book.written - at - _BEHIND
        if dropped > 0:
            moment = datetime.fromtimestamp(self.hub.state.now(), UTC).isoformat(timespec="seconds")
            text = f"Error L11 (Tail buffer overflow) -> This tail session dropped {dropped} messages since {moment}."
            await self._put([f"{moment} heroku[logplex]: {text}".encode()])

    async def _history(self) -> None:
        wanted = min(self.given["lines"], KEPT)
        newest = list(self.book.lines)[-(wanted + 1) :]  # one too many, and filtered only then
        lines = [line for line in newest if self._matches(line)]
        for fault in self.faults:
            if isinstance(fault, ShuffledHistory):
                Random(fault.seed).shuffle(lines)
        for start in range(0, len(lines), self.together):
            await self._put([line.raw for line in lines[start : start + self.together] for _ in range(self.times)])

    async def _send(self, lines: list[Line]) -> bool:
        shown = [line for line in lines if self._matches(line)]
        lost, self.lost = min(self.lost, len(shown)), max(0, self.lost - len(shown))
        for line in shown[lost:]:
            for _ in range(self.times):
                await self._put([line.raw])
        return len(shown) > lost

    def _matches(self, line: Line) -> bool:
        return line.matches(self.given.get("source"), self.given.get("dyno"))

    async def _put(self, raws: list[bytes]) -> None:
        if self.events:
            self.ids += 1
            data = b"".join(b"data: " + part + b"\n" for raw in raws for part in raw.split(b"\n"))
            await self.writer.write(b"id: %d\n%s\n\n" % (self.ids, data))
        else:
            await self.writer.write(b"".join(raw + b"\n" for raw in raws))
