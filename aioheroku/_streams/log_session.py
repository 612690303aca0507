"""One log session: reads its bytes, detects where its history ends, and passes on lines."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from aioheroku._seams import Stream
from aioheroku._streams.framing import EventDecoder, LineDecoder
from aioheroku._streams.lines import Grammar
from aioheroku._streams.repeats import HISTORY, Session
from aioheroku.errors import HerokuError

_QUIET: Final = 0.25
"""Seconds without a byte after which the history is complete: it is sent without pauses."""
_LONGEST: Final = 2.0
"""Seconds after the first line within which the history arrives."""
_PATIENCE: Final = 5.0
"""Seconds without a line after which a heartbeat shows that a session without a tail continues anyway."""

Take = Callable[["LogSession", list[bytes]], None]


class SessionOverError(Exception):
    """The service has ended the session by an event in the stream, with a `status` as in a response."""

    def __init__(self, status: int | None) -> None:
        self.status = status


class LogSession:
    """Reads one log session in a task of its own.

    A session begins with its history, the lines that were written before, and nothing marks where that ends. It may
    begin late, but then arrives at once: it is complete after the first pause, two seconds after its first line, or
    with one record more than requested, which the service adds. Without a tail it is complete when the session ends.
    On Fir such a session does not end: there the history is complete when more lines have arrived than the platform
    keeps, or when a heartbeat arrives long after the last line.
    """

    def __init__(
        self,
        stream: Stream,
        number: int,
        repeats: Session,
        *,
        requested: int,
        tail: bool,
        interrupted: bool,
        settle: Take,
        take: Take,
        room: Callable[[], Awaitable[object]],
        came: Callable[[bytes], None],
    ) -> None:
        self.number = number
        self.repeats = repeats
        self.interrupted = interrupted
        """Whether no other session was being read when this one began."""
        self.grammar = Grammar()
        self.bytes = 0
        self.lines = 0
        """Lines that it was the first to deliver."""
        self.history_end = 0
        """How many of its first lines may be history; 0 if all of them."""
        self._stream = stream
        self._history: list[bytes] | None = []
        self._records = 0
        self._most = (requested if tail else HISTORY) + 1
        self._settle, self._take, self._room, self._came = settle, take, room, came
        self._tail = tail
        loop = asyncio.get_running_loop()
        self.opened = loop.time()
        self._newest = self.opened
        self._latest = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[None] = loop.create_task(self._read(), name="aioheroku log session")
        self.task.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # of a session that breaks after it was renewed

    async def _read(self) -> None:
        """Read to the end.

        Raises:
            ConnectionFailed: it broke.
            SessionOverError: the service says that it is over.
        """
        loop, decode = asyncio.get_running_loop(), _decoder(self._stream.headers.get("Content-Type", ""))
        try:
            while data := await self._stream.read():
                self.bytes += len(data)
                self._came(data)
                lines, error = decode(data)
                is_heartbeat = data.startswith((b"\0", b":"))
                if is_heartbeat and not self._tail and loop.time() >= self._newest + _PATIENCE:
                    self._settled()
                self._feed(lines)
                if error is not None:
                    raise SessionOverError(_status(error))  # noqa: TRY301 - handled as a break
                await self._room()
            self._settled()
        except (HerokuError, SessionOverError):
            if self._tail:
                self._settled()
            raise
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._stream.close()

    def _feed(self, lines: list[bytes]) -> None:
        if not lines:
            return
        if self._history is None:
            self._take(self, lines)
            return
        loop = asyncio.get_running_loop()
        self._newest = loop.time()
        if not self._history:
            self._latest = loop.time() + _LONGEST
        for index, line in enumerate(lines, len(self._history) + 1):
            self._records += line[:1].isdigit()  # others continue the one before
            if self._records == self._most:
                self.history_end = index
        self._history += lines
        if self._records >= self._most + (not self._tail):
            self._settled()
        elif self._tail:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(min(self._latest, loop.time() + _QUIET), self._settled)

    def _settled(self) -> None:
        """The history is complete."""
        history, self._history = self._history, None
        if history is not None:
            self._settle(self, history)

    def stop(self) -> None:
        """Stop reading; lines that have arrived are passed on."""
        if not self.task.done():
            self._settled()
            self.task.cancel()


def _decoder(content_type: str) -> Callable[[bytes], tuple[list[bytes], bytes | None]]:
    """The decoder for this content type: it returns lines, and the data of the event `error` after them."""
    if content_type.strip().lower().startswith("text/event-stream"):
        return EventDecoder().feed
    plain = LineDecoder()
    return lambda data: (plain.feed(data), None)


def _status(data: bytes) -> int | None:
    with suppress(ValueError, TypeError, KeyError, OverflowError):  # not JSON, or without a status
        return int(json.loads(data)["status"])
    return None
