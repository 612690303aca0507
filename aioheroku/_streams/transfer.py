"""Transfer: files up and down, in constant memory, with their checksum."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from attrs import define, field

from aioheroku._seams import Opening, Stream
from aioheroku._streams.live import Streams
from aioheroku._streams.packed import Packed, stamp_of
from aioheroku._streams.threads import in_thread
from aioheroku._streams.values import StreamTimes, Transfer
from aioheroku.errors import ChecksumMismatch, ConnectionFailed, SourceChanged, TransferFailed
from aioheroku.events import StreamCut, TransferDone, TransferProgress

_PIECE: Final = 256 * 1024
_GATHERED: Final = 2**20
"""Bytes that a thread reads or writes at once."""
_EVERY: Final = 0.1
"""Seconds between two reports of progress at least."""
_CODE: Final = re.compile(rb"<Code>([A-Za-z0-9.]{1,100})</Code>")

Progress = Callable[[TransferProgress], object]


@define(eq=False)
class Report:
    """Tells how far a transfer is: at most ten times a second, and at its end."""

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

    def moved(self, sent: int) -> None:
        """That many bytes were moved."""
        self.sent = sent
        now = asyncio.get_running_loop().time()
        if now >= self._next and sent != self.total:
            self._next = now + _EVERY
            self._tell()

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
                status, code = stream.status, await _code(stream)
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
    """A file as the body of one request. The next piece is read while one is sent."""

    def __init__(self, report: Report, packed: Packed) -> None:
        self._report, self._packed = report, packed
        self._hash = None if packed.stamp is not None else hashlib.sha256()
        self._limit: asyncio.Timeout | None = None
        self._idle = 0.0
        self._reading: asyncio.Task[list[bytes]] | None = None
        self.failure: BaseException | None = None
        """What was wrong with the file: the library of the transport would hide it."""

    @property
    def is_changed(self) -> bool:
        """Whether the file is not what it was when it was hashed: by its time, or by what was sent."""
        if self._hash is None:
            return self._packed.stamp != stamp_of(self._packed.file)
        return self._hash.hexdigest() != self._packed.sha256

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes."""
        sent, total = 0, self._packed.size
        self._report.moved(0)
        try:
            pieces = await self._read(0)
            while sent < total:
                if not pieces:
                    raise SourceChanged  # noqa: TRY301 - it is kept
                self._reading = asyncio.ensure_future(self._read(sent + sum(map(len, pieces))))
                for piece in pieces:
                    yield piece
                    sent += len(piece)
                    self._report.moved(sent)
                    if self._limit is not None:
                        self._limit.reschedule(asyncio.get_running_loop().time() + self._idle)
                pieces = await self._reading
            if pieces:
                raise SourceChanged  # noqa: TRY301 - it is kept
        except Exception as error:
            self.failure = error
            raise

    async def _read(self, at: int) -> list[bytes]:
        """The pieces that begin there; a single byte where the file should have ended."""
        return await in_thread(self._read_at, at)

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


async def _code(stream: Stream) -> str | None:
    """The code that a store's error has."""
    if 200 <= stream.status < 300:
        return None
    body = b""
    with suppress(ConnectionFailed):
        while len(body) < 8192 and (data := await stream.read()):
            body += data
    found = _CODE.search(body)
    return found[1].decode() if found else None


async def download(report: Report, url: str, to: Path, expected: str | None, times: StreamTimes) -> Transfer:
    """Download to a file, which is there when it is complete; a broken download goes on where it was.

    Raises:
        TransferFailed: the store refused it, or it failed too often.
        ChecksumMismatch: it is not what was expected.
        OSError: the file cannot be written.
    """
    beside = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    number = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        with os.fdopen(number, "r+b") as file:
            found = await _Download(report, url, file, times).run()
            if expected is not None and found != expected:
                raise ChecksumMismatch(f"SHA256:{expected}", f"SHA256:{found}")
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)
    return report.done(found)


@define(eq=False)
class _Download:
    """Reads a file over any cut; what came is written while more comes."""

    report: Report
    url: str
    file: IO[bytes]
    times: StreamTimes
    _tag: str | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _hash: Any = field(factory=hashlib.sha256, init=False)
    _hashed: int = field(default=0, init=False)
    """Bytes from the beginning that are hashed."""

    async def run(self) -> str:
        """The checksum of the file, when it is complete."""
        report = self.report
        while True:
            status: int | None = None
            headers = {"Accept-Encoding": "identity"}
            if report.sent and self._tag:
                headers |= {"Range": f"bytes={report.sent}-", "If-Range": self._tag}
            try:
                opening = Opening(self.url, report.what, headers, self.times.connect, self.times.idle)
                stream = await report.streams.open(opening)
                try:
                    status = stream.status
                    if status in (200, 206):
                        await self._read(stream)
                        return str(self._hash.hexdigest())
                    code = await _code(stream)
                finally:
                    stream.close()
                if status < 500:
                    raise TransferFailed(status, code, report.sent)
                cause = str(status)
            except ConnectionFailed as error:
                if error.permanent:
                    raise
                status, code, cause = None, None, type(error).__name__
            self._failures += 1
            if self._failures >= self.times.failures:
                raise TransferFailed(status, code, report.sent)
            await report.again(self._failures - 1, self.times, cause)

    async def _read(self, stream: Stream) -> None:
        report, length = self.report, stream.headers.get("Content-Length", "")
        found = re.match(r"bytes (\d{1,18})-", stream.headers.get("Content-Range", ""), re.ASCII)
        at = int(found[1]) if stream.status == 206 and found else 0
        if at != report.sent and stream.status == 206:  # not what was asked for: all again
            self._tag = None
            raise ConnectionFailed("The response begins at another place.", "GET", report.what)
        tag = stream.headers.get("ETag", "")
        self._tag = tag if tag.startswith('"') else None
        report.total = at + int(length) if re.fullmatch(r"[0-9]{1,18}", length) else None
        if not at:
            self._hash, self._hashed = hashlib.sha256(), 0
        report.moved(at)
        at = await self._copy(stream, at)
        if report.total is not None and at < report.total:
            raise ConnectionFailed("The response ended early.", "GET", report.what)
        await in_thread(self.file.truncate, at)

    async def _copy(self, stream: Stream, at: int) -> int:
        """Write all that comes; returns where it ends."""
        gathered: list[bytes] = []
        size = 0
        writing: asyncio.Task[None] | None = None
        try:
            while data := await stream.read():
                gathered.append(data)
                size += len(data)
                at += len(data)
                self._failures = 0
                self.report.moved(at)
                if size >= _GATHERED:
                    if writing is not None:
                        await writing
                    writing = asyncio.ensure_future(in_thread(self._write, b"".join(gathered)))
                    gathered, size = [], 0
        finally:
            if writing is not None:
                await writing
            await in_thread(self._write, b"".join(gathered))
        return at

    def _write(self, data: bytes) -> None:
        self.file.seek(self._hashed)
        self.file.write(data)
        self._hash.update(data)
        self._hashed += len(data)
