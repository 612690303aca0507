"""Transfer: files up, in constant memory, with their checksum, and how far they are."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Final

from attrs import define, field

from aioheroku._seams import Bytes, Opening, Stream
from aioheroku._streams.live import Streams
from aioheroku._streams.packed import Packed, stamp_of
from aioheroku._streams.threads import in_thread
from aioheroku._streams.values import StreamTimes, Transfer
from aioheroku.errors import ConnectionFailed, SourceChanged, TransferFailed
from aioheroku.events import StreamCut, TransferDone, TransferProgress

_PIECE: Final = 256 * 1024
_GATHERED: Final = 2**20
"""Bytes that a thread reads at once."""
_TURN: Final = 4 * 2**20
"""Bytes after which others have their turn: a fast network takes them all without a pause."""
_EVERY: Final = 0.1
"""Seconds between two reports of progress at least."""
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
    _told: int = field(default=-1, init=False)
    began: float = field(factory=lambda: asyncio.get_running_loop().time(), init=False)

    def moved(self, sent: int) -> float:
        """That many bytes were moved; returns the time."""
        self.sent = sent
        now = asyncio.get_running_loop().time()
        if now >= self._next and sent != self.total:
            self._next = now + _EVERY
            self._tell()
        return now

    def done(self, sha256: str) -> Transfer:
        """The end: all was moved."""
        if self._told != self.sent or self.sent == self.total:
            self._tell()
        seconds = asyncio.get_running_loop().time() - self.began
        if self.streams.emit is not None:
            self.streams.emit(TransferDone(self.method, self.path, self.streams.label, self.what, self.sent, seconds))
        return Transfer(self.what, self.sent, sha256, seconds)

    def _tell(self) -> None:
        self._told = self.sent
        event = TransferProgress(self.method, self.path, self.streams.label, self.what, self.sent, self.total)
        if self.streams.emit is not None:
            self.streams.emit(event)
        if self.progress is not None:
            self.progress(event)

    async def again(self, number: int, times: StreamTimes, cause: str) -> None:
        """A pause before it is repeated."""
        shortest, longest = times.pauses
        seconds = min(longest, shortest * 2**number)
        if self.streams.emit is not None:
            event = StreamCut(self.method, self.path, self.streams.label, self.sent, number + 1, seconds, cause)
            self.streams.emit(event)
        await asyncio.sleep(seconds)


async def upload(report: Report, url: str, packed: Packed, times: StreamTimes) -> Transfer:
    """Upload what a file has from there; repeated from the beginning on 5xx and reset, never on 4xx.

    Raises:
        TransferFailed: the store refused it, or it failed too often.
        SourceChanged: the file is not what it was when it was hashed.
    """
    code: str | None = None
    status: int | None = None
    for number in range(times.failures):
        body = _Body(report, packed)
        opening = Opening(
            url, report.what, {}, times.connect, times.idle, report.method, body.pieces(), report.total or 0
        )
        try:
            stream = await body.within(report.streams.open, opening, times.idle)
            try:
                status, code = stream.status, await code_of(stream)
            finally:
                stream.close()
                await body.settled()
        except ConnectionFailed as error:
            if body.failure is not None:
                raise body.failure from None
            if error.permanent:
                raise
            status, code, cause = None, None, type(error).__name__
        else:
            if 200 <= status < 300:
                if body.is_changed:
                    raise SourceChanged
                return report.done(packed.sha256)
            if status < 500:
                raise TransferFailed(status, code, report.sent)
            cause = str(status)
        if number + 1 < times.failures:
            await report.again(number, times, cause)
    raise TransferFailed(status, code, report.sent)


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
        self.failure: BaseException | None = None
        """What was wrong with the file: the library of the transport would hide it."""

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
        """The pieces that begin there; a single byte where the file should have ended."""
        if self._reading is None:
            data = self._packed.in_memory(at, min(self._packed.size - at, _PIECE) or 1)
            if data is not None:
                return [data] if data else []
        pieces = await (self._reading or self._read(at))
        if at < self._packed.size:
            self._read(at + sum(map(len, pieces)))
        return pieces

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
        """Wait until the file is not in use: a response may come before all was sent."""
        if self._reading is not None:
            await asyncio.wait({self._reading})
            with suppress(asyncio.CancelledError):
                self._reading.exception()  # it was looked at

    async def within(self, send: Callable[[Opening], object], opening: Opening, idle: float) -> Stream:
        """Send it; where nothing moves for too long it is broken."""
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
    """The code that a store's error has."""
    if 200 <= stream.status < 300:
        return None
    body = b""
    with suppress(ConnectionFailed):
        while len(body) < 8192 and (data := await stream.read()):
            body += data
    found = _CODE.search(body)
    return found[1].decode() if found else None
