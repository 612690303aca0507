"""Transfer: uploads files in constant memory, with their checksum and their progress."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Final

from attrs import define, field

from aioheroku._seams import Bytes, Opening, Stream
from aioheroku._streams.live import Streams, beginning_of
from aioheroku._streams.packed import Packed, stamp_of
from aioheroku._streams.threads import in_thread
from aioheroku._streams.values import StreamTimes, Transfer
from aioheroku.errors import ConnectionFailed, SourceChanged, TransferFailed
from aioheroku.events import StreamCut, TransferDone, TransferProgress

_PIECE: Final = 256 * 1024
_GATHERED: Final = 2**20
"""Bytes that a thread reads at once."""
_TURN: Final = 4 * 2**20
"""Bytes after which other tasks get a turn: a fast network takes them all without a pause."""
_EVERY: Final = 0.1
"""Minimum seconds between two reports of progress."""
_CODE: Final = re.compile(rb"<Code>([A-Za-z0-9.]{1,100})</Code>")

Progress = Callable[[TransferProgress], object]


@define(eq=False)
class Report:
    """Reports the progress of a transfer: at most ten times a second, and at its end."""

    streams: Streams
    progress: Progress | None
    method: str
    path: str
    what: str
    total: int | None
    sent: int = 0
    _next: float = field(default=0.0, init=False)
    _reported: int = field(default=-1, init=False)
    began: float = field(factory=lambda: asyncio.get_running_loop().time(), init=False)

    def moved(self, sent: int) -> float:
        """Report the number of bytes transferred so far; returns the time."""
        self.sent = sent
        now = asyncio.get_running_loop().time()
        if now >= self._next and sent != self.total:
            self._next = now + _EVERY
            self._report_progress()
        return now

    def done(self, sha256: str) -> Transfer:
        """Report the end of a complete transfer."""
        if self._reported != self.sent or self.sent == self.total:
            self._report_progress()
        seconds = asyncio.get_running_loop().time() - self.began
        if self.streams.emit is not None:
            self.streams.emit(TransferDone(self.method, self.path, self.streams.label, self.what, self.sent, seconds))
        return Transfer(self.what, self.sent, sha256, seconds)

    def _report_progress(self) -> None:
        self._reported = self.sent
        event = TransferProgress(self.method, self.path, self.streams.label, self.what, self.sent, self.total)
        if self.streams.emit is not None:
            self.streams.emit(event)
        if self.progress is not None:
            self.progress(event)

    async def again(self, number: int, times: StreamTimes, cause: str) -> None:
        """Pause before another attempt."""
        shortest, longest = times.pauses
        seconds = min(longest, shortest * 2**number)
        if self.streams.emit is not None:
            event = StreamCut(self.method, self.path, self.streams.label, self.sent, number + 1, seconds, cause)
            self.streams.emit(event)
        await asyncio.sleep(seconds)


async def upload(report: Report, url: str, packed: Packed, times: StreamTimes) -> Transfer:
    """Upload a packed file; retried from the beginning after a 5xx or a reset, never after a 4xx.

    Raises:
        TransferFailed: the store refused it, or it failed too often.
        SourceChanged: the file is not what it was when it was hashed.
    """
    for number in range(times.failures):
        status: int | None = None
        code: str | None = None
        try:
            status, code = await _Body(report, packed).upload(url, times)
            if 200 <= status < 300:
                return report.done(packed.sha256)
            cause = str(status)
        except ConnectionFailed as error:
            if error.permanent:
                raise
            cause = type(error).__name__
        if (status or 500) < 500 or number + 1 == times.failures:
            raise TransferFailed(status, code, report.sent)
        await report.again(number, times, cause)
    raise AssertionError  # `failures` is one at least


class _Body:
    """A file as the body of one request.

    What the system has in memory is read at once. From the first byte that it has not, a thread reads the next piece
    while one is sent.
    """

    def __init__(self, report: Report, packed: Packed) -> None:
        self._report, self._packed = report, packed
        self._hash = None if packed.stamp is not None else hashlib.sha256()
        self._limit: asyncio.Timeout | None = None
        self._idle = self._soon = 0.0
        self._reading: asyncio.Task[list[bytes]] | None = None
        self._buffers = list[bytearray]()
        self.failure: BaseException | None = None
        """The error of reading the file, which the HTTP library would hide."""

    async def upload(self, url: str, times: StreamTimes) -> tuple[int, str | None]:
        """Send it; returns the status and the code of the response.

        Raises:
            ConnectionFailed: there was no response.
            SourceChanged: it was sent, but the file is not what it was when it was hashed.
        """
        report = self._report
        pieces, total = self.pieces(), report.total or 0
        opening = Opening(url, report.what, {}, times.connect, times.idle, report.method, pieces, total)
        try:
            stream = await self.within(report.streams.open, opening, times.idle)
            try:
                status, code = stream.status, await code_of(stream)
            finally:
                stream.close()
                await self.settled()
        except ConnectionFailed:
            if self.failure is not None:
                raise self.failure from None
            raise
        if 200 <= status < 300 and self.is_changed:
            raise SourceChanged
        return status, code

    @property
    def is_changed(self) -> bool:
        """Whether the file is not what it was when it was hashed: by its time, or by what was sent."""
        if self._hash is None:
            return self._packed.stamp != stamp_of(self._packed.file)
        return self._hash.hexdigest() != self._packed.sha256

    async def pieces(self) -> AsyncIterator[Bytes]:
        """The bytes."""
        sent, total, turn = 0, self._packed.size, _TURN
        self._report.moved(0)
        try:
            while pieces := await self._next(sent):
                if sent == total:
                    raise SourceChanged  # noqa: TRY301 - it is kept
                for piece in pieces:
                    yield piece
                    sent += len(piece)
                    self._moved(sent)
                if sent >= turn:
                    turn = sent + _TURN
                    await asyncio.sleep(0)
            if sent < total:
                raise SourceChanged  # noqa: TRY301 - it is kept
        except Exception as error:
            self.failure = error
            raise

    def _moved(self, sent: int) -> None:
        now = self._report.moved(sent)
        if self._limit is not None and now >= self._soon:  # not for each piece: it costs as much as to read one
            self._soon = now + self._idle / 10
            self._limit.reschedule(self._soon + self._idle)

    async def _next(self, at: int) -> Sequence[Bytes]:
        """The pieces from this offset; at the expected end a single byte, to detect a longer file."""
        if self._reading is None:
            view = memoryview(self._free_buffer())[: min(self._packed.size - at, _PIECE) or 1]
            size = self._packed.read_cached(at, view)
            if size is not None:
                return [view[:size]] if size else []
        pieces = await (self._reading or self._read(at))
        if at < self._packed.size:
            self._read(at + sum(map(len, pieces)))
        return pieces

    def _free_buffer(self) -> bytearray:
        """A buffer of which no piece is held any more: only then Python lets its size change.

        A new one for each piece must be filled with zeros first: `python -m benchmarks.streams` then has an upload at
        0.88 instead of 0.97 of bare aiohttp.
        """
        for buffer in self._buffers:
            with suppress(BufferError):
                buffer.append(buffer.pop())
                return buffer
        self._buffers.append(bytearray(_PIECE))
        return self._buffers[-1]

    def _read(self, at: int) -> "asyncio.Task[list[bytes]]":
        self._reading = asyncio.ensure_future(in_thread(self._read_at, at))
        return self._reading

    def _read_at(self, at: int) -> list[bytes]:
        file, left, pieces = self._packed.file, self._packed.size - at, list[bytes]()
        file.seek(self._packed.start + at)
        end = min(left, _GATHERED) or 1
        while end > 0 and (data := file.read(min(end, _PIECE))):
            end -= len(data)
            pieces.append(data)
            if self._hash is not None and left:
                self._hash.update(data)
        return pieces

    async def settled(self) -> None:
        """Wait until the file is not in use: the response may arrive before everything was sent."""
        if self._reading is not None:
            await asyncio.wait({self._reading})
            with suppress(asyncio.CancelledError):
                self._reading.exception()  # retrieved, so that asyncio does not log it

    async def within(self, send: Callable[[Opening], object], opening: Opening, idle: float) -> Stream:
        """Send it; if no bytes move for too long, the connection counts as broken."""
        self._idle = idle
        limit = self._limit = asyncio.timeout(idle + opening.connect)
        try:
            async with limit:
                return await send(opening)  # type: ignore[misc,no-any-return]
        except BaseException as error:
            await self.settled()
            if isinstance(error, TimeoutError) and limit.expired():
                raise ConnectionFailed("Nothing was sent for too long.", opening.method, opening.what) from None
            raise


async def code_of(stream: Stream) -> str | None:
    """The error code in a store's response."""
    found = None if 200 <= stream.status < 300 else _CODE.search(await beginning_of(stream, 8192))
    return found[1].decode() if found else None
