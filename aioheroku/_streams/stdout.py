"""The output of a command, between the task that reads the connection and the consumer."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any, Final

from aioheroku._streams.framing import text_lines

_MOST: Final = 256 * 1024
"""Bytes that are buffered before reading from the connection pauses."""


class Stdout:
    """The output of a command as bytes: an async iterable, with `read`."""

    def __init__(self) -> None:
        self.received = 0
        """Bytes that were delivered so far."""
        self._pieces: deque[bytes | memoryview] = deque()
        self._size = 0
        self._ended = False
        self._error: BaseException | None = None
        self._readers = 0
        self._unlimited = 0
        self._waiting = 0
        """Number of tasks that wait for the end of the command."""
        self._reader: asyncio.Task[Any] | None = None
        """The task that has read since the last of them began to wait."""
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def put(self, data: bytes) -> None:
        """Add bytes."""
        if data and not self._ended:
            self._pieces.append(data)
            self._size += len(data)
            self._balance()
            self._changed.set()

    def end(self, error: BaseException | None = None) -> None:
        """No more bytes follow; the reader gets the remaining ones, then the error."""
        if not self._ended:
            self._ended, self._error = True, error
            self._balance()
            self._changed.set()

    @contextmanager
    def draining(self) -> Generator[None]:
        """While a task waits for the end: if no task reads, the oldest bytes are dropped."""
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
        """The bytes that were not read yet."""
        return b"".join(self._pieces)

    @property
    def _drains(self) -> bool:
        """Whether a task waits for the end and none reads, or is between two reads."""
        return self._waiting > 0 and not self._readers and (self._reader is None or self._reader.done())

    def _reads(self) -> None:
        """Begin to read; bytes that arrive before the next read are kept."""
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
        """Wait for something to read; `False` at an orderly end, otherwise the error is raised."""
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
        """At most `n` bytes as soon as there are any, by default everything to the end; empty at the end.

        Args:
            n: Maximum number of bytes; a negative number means all.

        Raises:
            StreamLost: there was silence for too long; bytes received before are returned first.
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

    def lines(self) -> AsyncGenerator[str]:
        """The lines, without NUL bytes; bytes that are not UTF-8 are replaced."""
        return text_lines(self._iterate())
