"""Standard input and output as bytes, read and written by threads of their own.

A reader that does not read, and a keyboard on which nobody types, must not hold the event loop, nor the end of the
process: so the threads are daemons, and use the descriptors without the locks of Python's streams.
"""

import asyncio
import errno
import os
import queue
import select
import stat
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import IO, Any, Final

_PIECE: Final = 64 * 1024
_AHEAD: Final = 4
"""Pieces of input that are read ahead."""


class Writer:
    """Writes bytes to a stream, whole and in their order."""

    def __init__(self, stream: IO[Any]) -> None:
        stream.flush()
        self._put, self._descriptor = _sink(stream)
        self._work: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread: threading.Thread | None = None

    async def write(self, data: bytes) -> None:
        """Write; returns when all of it is written.

        Raises:
            OSError: it cannot be written, a BrokenPipeError where the reader is gone.
        """
        if not data:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="aioheroku output")
            self._thread.start()
        done = self._loop.create_future()
        self._work.put((data, done))
        await done

    def _run(self) -> None:
        while True:
            data, done = self._work.get()
            error: OSError | None = None
            try:
                view = memoryview(data)
                while view:
                    try:
                        view = view[self._put(view) :]
                    except BlockingIOError:  # another process has made the pipe non-blocking
                        select.select([], [self._descriptor], [])
            except OSError as caught:
                error = caught
            with suppress(RuntimeError):  # the loop is closed: no task waits
                self._loop.call_soon_threadsafe(_settle, done, error)

    @asynccontextmanager
    async def while_read(self) -> AsyncGenerator[None]:
        """Raises BrokenPipeError inside as soon as the pipe has no reader, even if nothing is written."""
        task, loop, descriptor = asyncio.current_task(), self._loop, self._descriptor
        gone = False

        def is_gone() -> None:
            nonlocal gone
            gone = True
            loop.remove_reader(descriptor)
            if task is not None:
                task.cancel()

        watched = descriptor >= 0 and stat.S_ISFIFO(os.fstat(descriptor).st_mode) and os.name == "posix"
        if watched:
            loop.add_reader(descriptor, is_gone)
        try:
            yield
        except asyncio.CancelledError:
            if gone and task is not None and not task.uncancel():
                raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from None
            raise
        finally:
            if watched:
                loop.remove_reader(descriptor)


def _settle(done: "asyncio.Future[None]", error: OSError | None) -> None:
    if not done.done():
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


def _sink(stream: IO[Any]) -> tuple[Callable[[memoryview], int], int]:
    """The function that writes bytes and returns how many; a stream of a test has no descriptor."""
    try:
        descriptor = stream.fileno()
    except OSError:
        text: Any = stream
        return text.buffer.write, -1
    return partial(os.write, descriptor), descriptor


class Reader:
    """The bytes of a stream, as they come: an async iterable."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._thread = threading.Thread(target=self._run, daemon=True, name="aioheroku input")
        self._thread.start()

    def _run(self) -> None:
        data = b"-"
        while data:
            self._room.acquire()
            try:
                data = os.read(self._descriptor, _PIECE)
            except BlockingIOError:  # another process has made the pipe non-blocking
                select.select([self._descriptor], [], [])
                self._room.release()
                continue
            except OSError:  # a terminal that was closed
                data = b""
            try:
                self._loop.call_soon_threadsafe(self._pieces.put_nowait, data)
            except RuntimeError:  # the loop is closed
                return

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self._pieces.get():
            self._room.release()
            yield data
