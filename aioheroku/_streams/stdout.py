"""What a command writes, between the task that reads the connection and the reader."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any, Final

from aioheroku._streams.framing import LineDecoder

_MOST: Final = 256 * 1024
"""Bytes that are kept before reading stops."""


class Stdout:
    """The output of a command, exactly as it came: an async iterable of bytes, and `read`."""

    def __init__(self) -> None:
        self.received = 0
        """Bytes that were handed out by now."""
        self._pieces: deque[bytes | memoryview] = deque()
        self._size = 0
        self._ended = False
        self._error: BaseException | None = None
        self._readers = 0
        self._unlimited = 0
        self._waiting = 0
        """How many wait for the end of the command."""
        self._reader: asyncio.Task[Any] | None = None
        """Who has read since the last of them began to wait."""
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def put(self, data: bytes) -> None:
        """Bytes have come."""
        if data and not self._ended:
            self._pieces.append(data)
            self._size += len(data)
            self._balance()
            self._changed.set()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes."""
        if not self._ended:
            self._ended, self._error = True, error
            self._balance()
            self._changed.set()

    @contextmanager
    def draining(self) -> Generator[None]:
        """While a task waits for the end: if none reads, the oldest bytes are dropped."""
        self._waiting += 1
        self._reader = None
        self._balance()
        try:
            yield
        finally:
            self._waiting -= 1
            self._balance()

    async def room(self) -> None:
        """Wait until there is room."""
        await self._room.wait()

    def kept(self) -> bytes:
        """What was not read yet."""
        return b"".join(self._pieces)

    @property
    def _drains(self) -> bool:
        """Whether a task waits for the end and none reads, or is between two reads."""
        return self._waiting > 0 and not self._readers and (self._reader is None or self._reader.done())

    def _reads(self) -> None:
        """Begin to read; what comes until the next read is kept."""
        task = asyncio.current_task()
        if self._waiting and task is not None and task is not self._reader:
            self._reader = task
            task.add_done_callback(lambda _: self._balance())

    def _balance(self) -> None:
        drains = self._drains
        while drains and self._pieces and self._size - len(self._pieces[0]) >= _MOST:
            self._size -= len(self._pieces.popleft())
        if self._ended or self._unlimited or drains or self._size < _MOST:
            self._room.set()
        else:
            self._room.clear()

    def _take(self, most: int) -> bytes:
        piece = self._pieces.popleft()
        if len(piece) > most:
            view = memoryview(piece)
            self._pieces.appendleft(view[most:])
            piece = view[:most]
        data = bytes(piece)
        self._size -= len(data)
        self.received += len(data)
        self._balance()
        return data

    async def _more(self) -> bool:
        """Wait for something to read; `False` at the end in order, where an error is raised in its place."""
        self._readers += 1
        try:
            while not self._pieces:
                if self._ended:
                    if self._error is not None:
                        raise self._error
                    return False
                self._changed.clear()
                await self._changed.wait()
        finally:
            self._readers -= 1
        return True

    async def read(self, n: int = -1) -> bytes:
        """At most `n` bytes, as soon as there are any; all to the end by default. Empty at the end.

        Args:
            n: How many bytes at most; a negative number means all.

        Raises:
            StreamLost: there was silence for too long; what came before is given first.
            SessionClosed: the session was closed.
        """
        if n == 0:
            return b""
        self._reads()
        if n > 0:
            return self._take(n) if await self._more() else b""
        self._unlimited += 1
        self._readers += 1
        try:
            self._balance()
            while not self._ended:
                self._changed.clear()
                await self._changed.wait()
            if not self._pieces:
                await self._more()
            data = self.kept()
            self._pieces.clear()
            self._size = 0
            self.received += len(data)
            return data
        finally:
            self._unlimited -= 1
            self._readers -= 1
            self._balance()

    async def _iterate(self) -> AsyncGenerator[bytes]:
        self._readers += 1
        try:
            while await self._more():
                yield self._take(_MOST)
        finally:
            self._readers -= 1
            self._balance()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._iterate()

    async def lines(self) -> AsyncGenerator[str]:
        """Its lines; NUL bytes are left out, other bytes that are not UTF-8 replaced."""
        decoder = LineDecoder()
        async for piece in self:
            for line in decoder.feed(piece):
                yield line.decode("utf-8", "replace").removesuffix("\r")
        if rest := decoder.rest():
            yield rest.decode("utf-8", "replace").removesuffix("\r")
