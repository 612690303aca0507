"""Download: a file, in constant memory, resumed after every cut, with its checksum."""

import asyncio
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import IO, Any, Final

from attrs import define, field

from aioheroku._seams import Opening, Stream
from aioheroku._streams.threads import in_thread
from aioheroku._streams.transfer import Report, code_of
from aioheroku._streams.values import StreamTimes, Transfer
from aioheroku.errors import ChecksumMismatch, ConnectionFailed, TransferFailed

_BLOCK: Final = 2**20
"""Bytes that are collected before they are written and hashed."""


async def download(report: Report, url: str, to: Path, expected: str | None, times: StreamTimes) -> Transfer:
    """Download to a file, which appears when it is complete; a broken download is resumed.

    Raises:
        TransferFailed: the store refused it, or it failed too often.
        ChecksumMismatch: its checksum is not the expected one.
        OSError: the file cannot be written.
    """
    beside = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    number = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        with os.fdopen(number, "r+b") as file:
            found = await _Download(report, url, file, times).run()
            if expected is not None and found != expected:
                raise ChecksumMismatch(f"SHA256:{expected}", f"SHA256:{found}")
        await in_thread(beside.replace, to)  # a file system may have to free an older file, and write this one
    finally:
        await in_thread(beside.unlink, missing_ok=True)
    return report.done(found)


def _beginning(stream: Stream) -> int:
    """Where in the file a response begins."""
    found = re.match(r"bytes (\d{1,18})-", stream.headers.get("Content-Range", ""), re.ASCII)
    return int(found[1]) if stream.status == 206 and found else 0


@define(eq=False)
class _Download:
    """Reads a file, resuming after every cut; received bytes are written while more arrive."""

    report: Report
    url: str
    file: IO[bytes]
    times: StreamTimes
    _tag: str | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _furthest: int = field(default=0, init=False)
    """The furthest position so far: bytes that come again are not progress."""
    _hash: Any = field(factory=hashlib.sha256, init=False)
    _kept: int = field(default=0, init=False)
    """Number of bytes written and hashed so far."""
    _blocks: tuple[memoryview, memoryview] = field(
        factory=lambda: (memoryview(bytearray(_BLOCK)), memoryview(bytearray(_BLOCK))), init=False
    )

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
                    code = await code_of(stream)
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
        at = _beginning(stream)
        if at != report.sent and stream.status == 206:  # another part than was requested: start again
            self._tag = None
            raise ConnectionFailed("The response begins at another place.", "GET", report.what)
        tag = stream.headers.get("ETag", "")
        self._tag = tag if tag.startswith('"') else None
        report.total = at + int(length) if re.fullmatch(r"[0-9]{1,18}", length) else None
        if not at:
            self._hash, self._kept = hashlib.sha256(), 0
        report.moved(at)
        at = await self._copy(stream, at)
        if report.total is not None and at < report.total:
            raise ConnectionFailed("The response ended early.", "GET", report.what)
        await in_thread(self.file.truncate, at)

    async def _copy(self, stream: Stream, at: int) -> int:
        """Write and hash everything that arrives; returns the end. One block is filled while the other is written."""
        block, other = self._blocks
        size = 0
        keeping = set[asyncio.Future[Any]]()
        try:
            while data := await stream.read():
                at += len(data)
                if at > self._furthest:
                    self._furthest, self._failures = at, 0
                self.report.moved(at)
                rest = memoryview(data)
                while rest:
                    taken = rest[: _BLOCK - size]
                    block[size : size + len(taken)] = taken
                    size, rest = size + len(taken), rest[len(taken) :]
                    if size == _BLOCK:
                        await _done(keeping)
                        keeping = self._keep(block)
                        block, other, size = other, block, 0
        finally:
            await _done(keeping)
            await _done(self._keep(block[:size]))
        return at

    def _keep(self, data: memoryview) -> set["asyncio.Future[Any]"]:
        """Begin to write and to hash it, in a thread each: two processors need half the time of one.

        Of a block at once: after each of many small steps a thread would wait for the event loop to give way.
        """
        at, run = self._kept, asyncio.get_running_loop().run_in_executor
        self._kept += len(data)
        return {run(None, self._write, at, data), run(None, self._hash.update, data)}

    def _write(self, at: int, data: memoryview) -> None:
        self.file.seek(at)
        self.file.write(data)


async def _done(work: set["asyncio.Future[Any]"]) -> None:
    """Wait for threads, whatever each of them ends with; then raise it."""
    if work:
        await asyncio.wait(work)
        for one in work:
            one.result()
