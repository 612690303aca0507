"""Output: what a build or a release command writes, resumed after every cut, until the platform confirms its end."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from aioheroku import resources
from aioheroku._seams import Opening, Stream
from aioheroku._streams.framing import text_lines
from aioheroku._streams.live import BufferedStream, Failures, Streams, reason_of
from aioheroku._streams.resume import ChangedError, Resumption, UnclearError
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import ConnectionFailed, OutputChanged, ServerError, StreamRefused
from aioheroku.events import StreamResumed

_SIZE: Final = 256 * 1024
_TRIES: Final = 30
"""Attempts, a second apart, while an output is unknown: its address exists before its writer starts."""
_PASSING: Final = frozenset({408, 410, 429})
"""Statuses, besides 5xx, that are worth another attempt."""
_SLOWEST: Final = 5.0
"""Maximum seconds between two requests for an output that has ended before its build."""


Writer = resources.Build | resources.Release


class Output(BufferedStream[bytes]):
    """The output of a build or of a release command: an async iterable of its lines, and an async context manager.

    Nothing is sent before it is read. The end of a stream does not mean the end of the output: it is read until the
    build is no longer pending, and then once more from there.
    """

    def __init__(
        self,
        streams: Streams,
        path: str,
        info: Callable[[], Awaitable[Writer]],
        times: StreamTimes,
        tries: int = _TRIES,
    ) -> None:
        super().__init__(streams, "aioheroku output", _SIZE, _SIZE)
        self._path, self._info, self._times, self._tries = path, info, times, tries
        self._received = 0
        self._state = Resumption()
        self._failures = Failures(streams, path, times, lambda: self._received)

    @property
    def received(self) -> int:
        """Bytes that were delivered so far."""
        return self._received

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The bytes exactly as they were written, as they arrive, without heartbeats."""
        async with aclosing(self._items()) as pieces:
            async for piece in pieces:
                self._received += len(piece)
                yield piece

    async def read(self) -> bytes:
        """All bytes that were not read yet."""
        return b"".join([piece async for piece in self.pieces()])

    def __aiter__(self) -> AsyncIterator[str]:
        return text_lines(self.pieces())

    async def _fill(self) -> None:
        """Read until a response that was requested after the end of the build ends in order."""
        pause, made = 1.0, await self._refreshed()
        while True:
            is_over, url, before = made.status != "pending", made.output_stream_url, self._state.received
            is_cut = url is not None and await self._attempt(url)
            if is_over and not is_cut:
                return
            made = made if is_over else await self._refreshed()
            if made.status == "pending" and not is_cut:
                await asyncio.sleep(pause)
                pause = 1.0 if self._state.received > before else min(_SLOWEST, pause * 1.5)

    async def _refreshed(self) -> Writer:
        """The current state of the build; transient failures are retried."""
        while True:
            try:
                return await self._info()
            except ConnectionFailed as error:
                if error.permanent:
                    raise
                await self._failures.pause(type(error).__name__)
            except ServerError as error:
                await self._failures.pause(str(error.status))

    async def _attempt(self, url: str) -> bool:
        """Read one response; returns whether it was cut, `False` if it ended in order.

        Raises:
            StreamRefused: it was refused for good.
            StreamLost: there were too many failures.
            OutputChanged: it is another output.
        """
        reason = ""
        for _ in range(self._tries):
            headers = {"Accept-Encoding": "identity", **self._state.request()}
            opening = Opening(url, "output", headers, self._times.connect, self._times.idle)
            try:
                stream = await self._streams.open(opening)
                try:
                    if stream.status != 404:
                        return await self._receive(stream)
                    reason = await reason_of(stream)
                finally:
                    stream.close()
            except ConnectionFailed as error:
                if error.permanent:
                    raise
                await self._failures.pause(type(error).__name__)
                return True
            except UnclearError:
                return True
            except ChangedError:
                raise OutputChanged(self._received) from None
            await asyncio.sleep(1)
        raise StreamRefused(404, reason)

    async def _receive(self, stream: Stream) -> bool:
        status = stream.status
        if status == 204:  # nothing after the requested offset
            return False
        if status not in (200, 206):
            await self._refused(stream)
            return True
        self._state.begin(status, stream.headers.get("Content-Range", ""))
        if self._failures.in_row:
            self._streams.report(StreamResumed, self._path, self._received)
        while data := await stream.read():
            was_behind = self._state.behind
            new = self._state.feed(data.replace(b"\0", b""))
            if new or not was_behind:  # repeated bytes are not progress: it may break off there for ever
                self._failures.in_row = 0
            if new:
                self._buffer.put((new,), len(new))
            await self._buffer.room()
        if self._state.behind:  # it ended before it reached the bytes received so far
            await self._failures.pause("it ended early")
            return True
        return False

    async def _refused(self, stream: Stream) -> None:
        """Pause after a status that is worth another attempt.

        Raises:
            StreamRefused: it is refused for good.
            StreamLost: there were too many failures.
        """
        status = stream.status
        if status == 416:  # the stored object is shorter than what was received: another one, or not complete yet
            self._state.request_whole()
        elif status < 500 and status not in _PASSING and not (status == 403 and self._state.received):
            raise StreamRefused(status, await reason_of(stream))
        await self._failures.pause(str(status))
