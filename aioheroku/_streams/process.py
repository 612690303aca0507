"""Process: the command of an attached one-off dyno, its output and its exit status."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final

from aioheroku import _options, resources
from aioheroku._seams import Pipe
from aioheroku._streams.live import Streams, cancelled
from aioheroku._streams.marker import ExitDecoder
from aioheroku._streams.stdout import Stdout
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import ConnectionFailed, ExitUnknown, HerokuError, SessionClosed, StreamLost
from aioheroku.events import DynoExited

PATH: Final = "/apps/{app}/dynos"
_EOF: Final = b"\x04"
_INTERRUPT: Final = b"\x03"
_CLOSING: Final = 2.0
"""Seconds that closing a session waits until a dyno is stopped."""


def name_of(dyno: resources.Dyno) -> str:
    """The name of a dyno in errors."""
    return f"{dyno.name} ({dyno.id})"


class Process:
    """The command of an attached one-off dyno."""

    def __init__(
        self,
        streams: Streams,
        dyno: resources.Dyno,
        pipe: Pipe,
        first: bytes,
        *,
        times: StreamTimes,
        decoder: ExitDecoder | None,
        stop: Callable[[], Awaitable[None]],
    ) -> None:
        self.dyno = dyno
        """The dyno."""
        self.stdout = Stdout()
        """The command's output as bytes, standard error included."""
        self._streams, self._pipe, self._idle, self._decoder, self._stop = streams, pipe, times.run_idle, decoder, stop
        self._status: int | None = None
        self._failure: HerokuError | None = None
        self._orderly = False
        self._at_line_start = True
        self._limit: asyncio.Timeout | None = None
        self._stopping: asyncio.Task[None] | None = None
        streams.live.add(self)
        self._task = asyncio.get_running_loop().create_task(self._read(first), name="aioheroku run")

    @property
    def status(self) -> int | None:
        """The exit status, once it is known."""
        return self._status

    def lines(self) -> AsyncIterator[str]:
        """The lines of `stdout` as they arrive; bytes that are not UTF-8 are replaced."""
        return self.stdout.lines()

    async def write(self, data: bytes) -> None:
        """Send bytes to the command's standard input; returns when there is room for more.

        Args:
            data: The bytes.

        Raises:
            ConnectionLost: the command has ended.
        """
        _options.instance(data, "data", (bytes, bytearray, memoryview), "bytes")
        if data:
            self._at_line_start = bytes(data[-1:]) in {b"\n", b"\r"}
            self._active()
            await self._pipe.write(bytes(data))

    async def write_eof(self) -> None:
        """End the command's standard input, as Ctrl-D does in a terminal.

        TLS cannot close one direction alone, so this is the byte 4, as the Heroku CLI sends it, twice
        after an unfinished line. It is reliable only with `tty=True`.
        """
        await self.write(_EOF if self._at_line_start else _EOF * 2)
        self._at_line_start = True

    async def interrupt(self) -> None:
        """Interrupt the command, as Ctrl-C does in a terminal; it needs `tty=True`."""
        await self.write(_INTERRUPT)
        self._at_line_start = True

    async def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the command ends; returns its exit status, which is `None` only with `exit_status=False`.

        If `stdout` is not read meanwhile, the command is not blocked: the newest 256 KiB are kept.

        Args:
            timeout: Seconds to wait; the command keeps running afterwards.

        Raises:
            ExitUnknown: the connection ended without an exit status.
            StreamLost: there was silence for longer than `StreamTimes.run_idle`.
            SessionClosed: the session was closed.
            TimeoutError: it has not ended in time.
        """
        _options.seconds(timeout, "timeout")
        with self.stdout.draining():
            async with asyncio.timeout(timeout):
                await asyncio.wait({self._task})
        if self._failure is not None:
            raise self._failure
        if self._status is None and self._decoder is not None:
            raise ExitUnknown(self.stdout.kept(), name_of(self.dyno))
        return self._status

    async def stop(self) -> None:
        """Stop the dyno and close the connection; does nothing if the command has ended."""
        await self.shut()

    async def shut(self, error: HerokuError | None = None) -> None:
        """Close the connection, and stop the dyno once unless the command is known to have ended."""
        self._streams.live.discard(self)
        if not self._task.done():
            self._failure = error or self._failure
            self.stdout.end(error)
        self._pipe.close()
        await cancelled(self._task)
        if self._ended:
            return
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._stop())
        # Closing a session does not wait for tokens: it ends this call with the others.
        await asyncio.wait({self._stopping}, timeout=None if error is None else _CLOSING)

    @property
    def _ended(self) -> bool:
        """Whether the command is known to have ended."""
        return self._status is not None or (self._decoder is None and self._orderly)

    def _active(self) -> None:
        if self._limit is not None and not self._limit.expired() and self._limit.when() is not None:
            self._limit.reschedule(asyncio.get_running_loop().time() + self._idle)

    async def _read(self, data: bytes) -> None:
        """Read to the end of the connection, however it ends: the exit status decides what that means."""
        loop = asyncio.get_running_loop()
        self._limit = limit = asyncio.timeout(self._idle)
        try:
            async with limit:
                while True:
                    self.stdout.put(data if self._decoder is None else self._decoder.feed(data))
                    limit.reschedule(None)  # time that a slow reader takes does not count as silence
                    await self.stdout.room()
                    limit.reschedule(loop.time() + self._idle)
                    if not (data := await self._pipe.read()):
                        self._orderly = True
                        break
        except TimeoutError:
            self._failure = StreamLost(self.stdout.received, 1, "silence in both directions")
        except SessionClosed as error:
            self._failure = error
        except ConnectionFailed:
            pass
        finally:
            self._limit = None
            if self._decoder is not None:
                rest, self._status = self._decoder.finish()
                self.stdout.put(rest)
            if self._status is not None:
                self._failure = None
            self.stdout.end(self._failure)
            self._pipe.close()
            self._streams.live.discard(self)
            self._streams.report(DynoExited, PATH, self.dyno.name, self._status)


async def write_input(process: Process, data: bytes) -> None:
    """Write all of a command's input; it may end before it has read it."""
    with suppress(ConnectionFailed):
        if data:
            await process.write(data)
        await process.write_eof()
