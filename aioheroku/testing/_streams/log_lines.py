"""Log sessions of both generations: history, tail, heartbeats, silence, and their end."""

import re
from datetime import UTC, datetime
from random import Random

from aiohttp import web

from aioheroku.testing._fault_rules import first
from aioheroku.testing._state.stream_store import KEPT, Address, Line, LogBook
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.writer import Ended, Writer
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import (
    DoubledLines,
    ErrorEvent,
    LinesPerEvent,
    LostHistory,
    LostLines,
    PlainLines,
    Resume,
    ShuffledHistory,
)

_HEARTBEAT = 10.0
_BEHIND = 1024  # lines that a slow reader may be behind
_EVENTS = "text/event-stream"
_FIRST_ID = 1000
_ID = re.compile(r"\d{1,18}", re.ASCII)


async def serve(hub: Hub, request: web.BaseRequest, address: Address, faults: tuple[Fault, ...]) -> web.StreamResponse:
    """The lines of a session; 404 for an event source that reconnects, if a fault says so."""
    resume, last = first(faults, Resume), request.headers.get("Last-Event-ID", "")
    if last and resume is not None and resume.how == "refused":
        return web.Response(status=404, text="Not found")
    events = request.headers.get("Accept") == _EVENTS and first(faults, PlainLines) is None
    headers = {"Content-Type": _EVENTS if events else "text/plain; charset=utf-8", "Cache-Control": "no-cache"}
    writer = Writer(request, web.StreamResponse(headers=headers), faults)
    session = _Session(hub, writer, address, faults, events=events)
    if resume is not None and resume.how in {"honoured", "partial"} and _ID.fullmatch(last):
        session.behind = int(last) - _FIRST_ID
    try:
        await writer.start()
        await session.run()
    except Ended:
        pass
    return await writer.end()


class _Session:
    def __init__(self, hub: Hub, writer: Writer, address: Address, faults: tuple[Fault, ...], *, events: bool) -> None:
        self.hub, self.writer, self.events, self.faults = hub, writer, events, faults
        self.given, self.fir = address.given, address.kind == "fir"
        self.book = hub.state.streams.logs.setdefault(address.id, LogBook())
        app = hub.state.apps.get(address.id)
        self.is_drained = app is not None and app.space is not None and app.space.log_drain is not None
        """Whether the app is in a space that has its own log drain: then its sessions show nothing."""
        self.began = hub.state.now()
        self.behind = -1
        """The number of the last line that an event source has: the history begins after it."""
        self.lost = sum(one.count for one in faults if isinstance(one, LostLines))
        self.times = max([one.times for one in faults if isinstance(one, DoubledLines)], default=1)
        self.together = max([one.count for one in faults if isinstance(one, LinesPerEvent)], default=1)

    async def run(self) -> None:
        """History, then the tail until the session is over."""
        if not self.fir:
            await self._history()
        error = first(self.faults, ErrorEvent)
        if error is not None and self.events:
            await self.writer.write(b'event: error\ndata: {"status": %d, "message": null}\n\n' % error.status)
        elif self.fir or self.given.get("tail"):
            await self._tail()

    async def _tail(self) -> None:
        now, behavior = self.hub.state.now, self.hub.state.behavior
        ends = self.began + (behavior.fir_session_seconds if self.fir else behavior.log_session_seconds)
        silent = ends if self.fir else self.began + behavior.log_silence_seconds
        at, beat = self.book.written, self.began + _HEARTBEAT
        while now() < ends:
            if now() < silent and at < self.book.written:
                await self._overflow(at)
                lines, at = self.book.since(at), self.book.written
                if await self._send(lines[-_BEHIND:]):
                    beat = now() + _HEARTBEAT
            elif now() >= beat:
                await self.writer.write(b":\n\n" if self.events else b"\0", heartbeat=True)
                beat = now() + _HEARTBEAT
            else:
                await self.hub.wait(min(beat, ends))

    async def _overflow(self, at: int) -> None:
        dropped = self.book.written - at - _BEHIND
        if dropped > 0:
            text = f"Error L11 (Tail buffer overflow) -> This tail session dropped {dropped} messages since"
            await self._write_line(f"{text} {self._moment()}.")

    async def _history(self) -> None:
        if first(self.faults, LostHistory) is not None:
            await self._write_line("Error L15 (Tail buffer temporarily unavailable)")
            return
        lines = self._newest()
        for start in range(0, len(lines), self.together):
            part = lines[start : start + self.together]
            await self._put([line.raw for line in part for _ in range(self.times)], part[-1].number)

    def _newest(self) -> list[Line]:
        """The lines of the history."""
        wanted = min(self.given["lines"], KEPT)
        newest = list(self.book.lines)[-(wanted + 1) :]  # one more than requested, and filtered afterwards
        lines = [line for line in newest if line.number > self.behind and self._matches(line)]
        if (fault := first(self.faults, ShuffledHistory)) is not None:
            Random(fault.seed).shuffle(lines)
        return lines

    async def _send(self, lines: list[Line]) -> bool:
        shown = [line for line in lines if self._matches(line)]
        lost, self.lost = min(self.lost, len(shown)), max(0, self.lost - len(shown))
        for line in shown[lost:]:
            for _ in range(self.times):
                await self._put([line.raw], line.number)
        return len(shown) > lost

    def _matches(self, line: Line) -> bool:
        return not self.is_drained and line.matches(self.given.get("source"), self.given.get("dyno"))

    def _moment(self) -> str:
        return datetime.fromtimestamp(self.hub.state.now(), UTC).isoformat(timespec="seconds")

    async def _write_line(self, text: str) -> None:
        """Write a line of the log service itself."""
        await self._put([f"{self._moment()} heroku[logplex]: {text}".encode()], self.book.written - 1)

    async def _put(self, raws: list[bytes], number: int) -> None:
        if self.events:
            data = b"".join(b"data: " + part + b"\n" for raw in raws for part in raw.split(b"\n"))
            await self.writer.write(b"id: %d\n%s\n\n" % (_FIRST_ID + number, data))
        else:  # Fir joins its records without anything between them
            await self.writer.write(b"".join(raws) if self.fir else b"".join(raw + b"\n" for raw in raws))
