"""Logs: follows the log of an app over any number of log sessions, and delivers each line once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from itertools import compress
from typing import Final

from attrs import evolve

from aioheroku import resources
from aioheroku._seams import Opening, Stream
from aioheroku._streams.line_filter import LineFilter, LogStats, newest_of
from aioheroku._streams.lines import LogLine, line_of
from aioheroku._streams.live import BufferedStream, Failures, Streams, cancelled, reason_of
from aioheroku._streams.log_session import LogSession, SessionOverError
from aioheroku._streams.repeats import HISTORY, Window
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import ConnectionFailed, ReadTimeout, ServerError, StreamRefused
from aioheroku.events import LogGap, SessionEnded, SessionOpened, StreamResumed

PATH: Final = "/apps/{app}/log-sessions"
_HEADERS: Final = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}


CreateSession = Callable[[int, bool], Awaitable[resources.LogSession]]
"""Creates a log session with this number of lines of history, with or without a tail."""


class Logs(BufferedStream[bytes | LogLine]):
    """The log of an app, line by line: an async iterable and an async context manager.

    Nothing is sent before it is iterated or entered. Leaving the loop ends it soon, `async with` or `aclose` at once.
    """

    def __init__(self, streams: Streams, create: CreateSession, filter: LineFilter, times: StreamTimes) -> None:
        super().__init__(streams, "aioheroku logs")
        self._create, self._filter, self._times = create, filter, times
        self._stats = LogStats()
        self._window = Window()
        self._is_first = True
        self._has_heartbeats = False
        self._sessions: set[LogSession] = set()
        self._created_at: datetime | None = None
        self._failures = Failures(streams, PATH, times, lambda: self._buffer.taken)

    @property
    def stats(self) -> LogStats:
        """Counts of what it has done so far."""
        return self._stats

    _made = staticmethod(line_of)

    def __aiter__(self) -> AsyncIterator[LogLine]:
        return self._items()

    async def _fill(self) -> None:
        try:
            await (self._follow() if self._filter.tail else self._dump())
        finally:
            tasks = [session.task for session in self._sessions]
            for session in tuple(self._sessions):
                self._ended(session, "closed")
            await cancelled(*tasks)

    async def _dump(self) -> None:
        """The existing lines; a session that breaks before they are complete is started again."""
        while True:
            session = await self._begin(interrupted=not self._is_first)
            cause = await self._outcome(session)
            if cause is None:
                return
            await self._failures.pause(cause)

    async def _follow(self) -> None:
        """Read a session until it is old, then the next one, with an overlap of some seconds."""
        session = await self._begin(interrupted=False)
        loop = asyncio.get_running_loop()
        while True:
            left = session.opened + self._times.age - loop.time()
            done, _ = await asyncio.wait({session.task}, timeout=max(0.0, left))
            if done:
                cause = await self._outcome(session)
                if cause is not None or not session.bytes:
                    await self._failures.pause(cause or "it ended without a byte")
                session = await self._begin(interrupted=True)
            else:
                old, session = session, await self._begin(interrupted=False)
                loop.call_later(self._times.overlap, self._ended, old, "renewed")

    async def _outcome(self, session: LogSession) -> str | None:
        """What broke a session; `None` after an orderly end."""
        cause: str | None = None
        try:
            await session.task
        except ConnectionFailed as error:
            cause = type(error).__name__
            if isinstance(error, ReadTimeout) and self._may_be_silent:
                self._failures.in_row = 0
        except SessionOverError as error:
            if error.status == 403 and not self._stats.lines:
                raise StreamRefused(403) from None
            cause = f"over with {error.status}"
        finally:
            self._ended(session, cause or "end")
        return cause

    @property
    def _may_be_silent(self) -> bool:
        """Whether silence may be normal: nobody wrote, and the service sends no heartbeats."""
        return self._filter.tail and self._stats.bytes > 0 and not self._has_heartbeats

    def _ended(self, session: LogSession, reason: str) -> None:
        if session in self._sessions:
            self._sessions.discard(session)
            session.stop()
            self._window.close(session.repeats)
            self._streams.report(SessionEnded, PATH, session.number, session.lines, reason)

    async def _begin(self, *, interrupted: bool) -> LogSession:
        """Begin a session, retrying until there are too many failures.

        It waits for room in the buffer first: the history of another session would only fill it more.

        Raises:
            StreamRefused: the address was refused, for good.
            StreamLost: there were too many failures.
        """
        interrupted = await self._buffer.room() or interrupted
        requested = self._filter.requested if self._is_first else HISTORY
        while isinstance(opened := await self._open(requested), str):
            await self._failures.pause(opened)
        made, stream = opened
        if self._failures.in_row:
            self._streams.report(StreamResumed, PATH, self._failures.received())
        self._stats.sessions += 1
        self._created_at = made.created_at
        session = LogSession(
            stream,
            self._stats.sessions,
            self._window.open(),
            requested=requested,
            tail=self._filter.tail,
            interrupted=interrupted or all(other.task.done() for other in self._sessions),
            settle=self._settle,
            take=self._take,
            room=self._buffer.room,
            came=self._came,
        )
        self._sessions.add(session)
        self._streams.report(SessionOpened, PATH, session.number)
        return session

    async def _open(self, requested: int) -> tuple[resources.LogSession, Stream] | str:
        """A session and its stream, or the reason for another attempt."""
        try:
            made = await self._create(requested, self._filter.tail)
            opening = Opening(made.logplex_url, "log", _HEADERS, self._times.connect, self._times.idle)
            stream = await self._streams.open(opening)
        except ConnectionFailed as error:
            if error.permanent:
                raise
            return type(error).__name__
        except ServerError as error:
            return f"{error.status} for a log session"
        if stream.status == 200:
            return made, stream
        try:
            return await self._refusal(stream)
        finally:
            stream.close()

    async def _refusal(self, stream: Stream) -> str:
        """The reason for another attempt after a status other than 200, unless it is final."""
        status = stream.status
        if status >= 500 or status in (404, 408, 410, 429) or (status == 403 and self._stats.bytes):
            return f"{status} for the stream"
        raise StreamRefused(status, await reason_of(stream))

    def _came(self, data: bytes) -> None:
        self._stats.bytes += len(data)
        self._has_heartbeats = self._has_heartbeats or data.startswith((b"\0", b":"))
        if self._filter.tail or not self._is_first:  # without a tail, each break starts the history again
            self._failures.in_row = 0

    def _settle(self, session: LogSession, history: list[bytes]) -> None:
        """Take the history of a session."""
        is_first, had_lines = self._is_first, not self._window.is_empty
        late, is_known = session.repeats.settle(history)
        self._stats.repeats += len(history) - len(late)
        if had_lines and late and not is_known and (session.interrupted or len(history) >= HISTORY):
            self._stats.gaps += 1
            self._streams.report(LogGap, PATH, self._stats.lines)
        parsed = list(map(session.grammar.parse, history))
        found = [evolve(parsed[index], late=True) if is_late else parsed[index] for index, is_late in late.items()]
        self._is_first = False
        self._stats.late += sum(line.late for line in found)
        self._show(session, self._newest(session, found) if is_first else self._matching(found))

    def _newest(self, session: LogSession, found: list[LogLine]) -> list[LogLine]:
        """The newest lines of the first history, as many as were requested."""
        tail = self._filter.tail
        end = session.history_end if tail and session.history_end else len(found)
        begun, behind = self._matching(found[:end]), self._matching(found[end:])
        return newest_of(begun, behind, self._filter.lines, self._created_at if tail else None)

    def _take(self, session: LogSession, lines: list[bytes]) -> None:
        """Take lines after the history."""
        read = session.grammar.read_all(lines)
        are_new = session.repeats.are_new(lines)
        if are_new is not None:
            read, lines = list(compress(read, are_new)), list(compress(lines, are_new))
            self._stats.repeats += are_new.count(False)
        if self._filter.is_filtered:
            self._show(session, self._matching(list(map(line_of, read))))
        else:
            self._put(session, read, sum(map(len, lines)))

    def _matching(self, lines: list[LogLine]) -> list[LogLine]:
        return list(filter(self._filter.matches, lines)) if self._filter.is_filtered else lines

    def _show(self, session: LogSession, lines: list[LogLine]) -> None:
        self._put(session, lines, sum(len(line.raw) for line in lines))

    def _put(self, session: LogSession, lines: Sequence[bytes | LogLine], size: int) -> None:
        session.lines += len(lines)
        self._stats.lines += len(lines)
        self._buffer.put(lines, size)
