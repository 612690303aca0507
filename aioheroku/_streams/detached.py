"""Detached: a one-off dyno without a connection to it; its log has its output and its exit status."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import aclosing, suppress
from datetime import timedelta
from math import inf
from typing import Any, Final

from aioheroku import resources
from aioheroku._streams.lines import LogLine
from aioheroku._streams.live import Streams, cancelled
from aioheroku._streams.logs import Logs
from aioheroku._streams.process import PATH, name_of
from aioheroku.errors import ConnectionFailed, ExitUnknown, NotFound, RateLimited, ServerError
from aioheroku.events import DynoExited

_QUIET: Final = 1.0
"""Seconds without a line after which the log is complete: the end may be reported before the last lines of output."""
_LATE: Final = 15.0
"""Seconds within which the log must report the end of a dyno that is gone."""
_CHECKS: Final = (5.0, 60.0)
"""The shortest and the longest pause between two checks whether the dyno still exists."""
_EARLIER: Final = timedelta(seconds=5)
"""The clocks of the API and of the log may differ."""
_OVER: Final = frozenset({"crashed", "down", "complete"})


class Detached:
    """A command on a one-off dyno, without a connection to it.

    Await it for the dyno, iterate it for the lines of its log, or call `wait` for its exit status: the first of these
    creates the dyno, once. Leaving it does not stop the dyno.
    """

    def __init__(
        self,
        streams: Streams,
        create: Callable[[], Awaitable[resources.Dyno]],
        logs: Callable[[resources.Dyno, Any], Logs],
        info: Callable[[resources.Dyno], Awaitable[resources.Dyno]],
    ) -> None:
        self._streams, self._create, self._logs, self._info = streams, create, logs, info
        self._creating = asyncio.Lock()
        self._dyno: resources.Dyno | None = None
        self._status: int | None = None

    @property
    def status(self) -> int | None:
        """The exit status, once it is known."""
        return self._status

    def __await__(self) -> Generator[Any, None, resources.Dyno]:
        return self._created().__await__()

    async def _created(self) -> resources.Dyno:
        async with self._creating:
            if self._dyno is None:
                self._dyno = await self._create()
        return self._dyno

    def __aiter__(self) -> AsyncIterator[LogLine]:
        return self._lines()

    async def wait(self) -> int:
        """Wait for the end; returns the exit status from the platform's line in the log.

        Raises:
            ExitUnknown: the dyno is gone, and the log does not report its end.
            StreamRefused, StreamLost: the log could not be read.
        """
        if self._status is None:
            async with aclosing(self._lines()) as lines:
                async for _ in lines:
                    pass
        if self._status is None:
            raise ExitUnknown(b"", "" if self._dyno is None else name_of(self._dyno))
        return self._status

    async def _lines(self) -> AsyncGenerator[LogLine]:
        """The lines until the dyno has ended, and a little longer."""
        dyno = await self._created()
        loop = asyncio.get_running_loop()
        gone = loop.create_task(self._until_gone(dyno), name="aioheroku detached")
        coming: asyncio.Future[LogLine | None] | None = None
        until = inf
        try:
            async with self._logs(dyno, dyno.created_at - _EARLIER) as logs:
                lines = aiter(logs)
                while loop.time() < until:
                    coming = coming or asyncio.ensure_future(anext(lines, None))
                    left = None if until == inf else until - loop.time()
                    waiting: set[asyncio.Future[Any]] = {coming} if gone.done() else {coming, gone}
                    await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                    if gone.done() and until == inf:
                        until = loop.time() + _LATE
                    if not coming.done():
                        continue
                    line, coming = coming.result(), None
                    if line is None:
                        break
                    if self._is_over(dyno, line):
                        until = loop.time() + _QUIET
                    yield line
        finally:
            await cancelled(coming, gone)

    def _is_over(self, dyno: resources.Dyno, line: LogLine) -> bool:
        """Whether this line or an earlier one reports the exit status."""
        if line.exit_status is not None and self._status is None:
            self._status = line.exit_status
            self._streams.report(DynoExited, PATH, dyno.name, self._status)
        return self._status is not None

    async def _until_gone(self, dyno: resources.Dyno) -> None:
        """Check from time to time whether the dyno still exists; returns when it does not."""
        pause, longest = _CHECKS
        while True:
            await asyncio.sleep(pause)
            pause = min(longest, pause * 1.5)
            with suppress(ConnectionFailed, ServerError, RateLimited):
                try:
                    if (await self._info(dyno)).state in _OVER:
                        return
                except NotFound:
                    return
