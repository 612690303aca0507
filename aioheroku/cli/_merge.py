"""Merges several logs: their lines in the order of time, as far as that can be known."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from heapq import heappop, heappush
from math import inf
from typing import Final, Self

from attrs import define, field

from aioheroku._streams.lines import LogLine
from aioheroku._streams.live import cancelled
from aioheroku._streams.logs import Logs
from aioheroku.errors import HerokuError

_MOST: Final = 1000
"""Maximum lines of one log that wait for the others."""
_PATIENCE: Final = 0.3
"""Seconds that a new line waits for older ones of other logs, if logs are followed."""
_FIRST: Final = 1.0
"""Seconds that an opened log has to deliver its first line, if logs are followed."""
_OPENING: Final = 10.0
"""Seconds that a log has to be opened, if logs are followed."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

Batch = list[tuple[str, LogLine]]


@define(eq=False)
class _Log:
    """One of the logs, and its lines that were not delivered yet."""

    name: str
    pending: deque[tuple[datetime, float, LogLine]] = field(factory=deque[tuple[datetime, float, LogLine]])
    newest: datetime = _LONG_AGO
    """The latest time of its lines: within a log the order is kept, whatever the clocks of its dynos say."""
    until: float = 0.0
    """The time until which its first line is waited for."""
    room: asyncio.Event = field(factory=asyncio.Event)
    ended: bool = False


class Merge:
    """The lines of several logs: an async context manager, whose `batches` come as soon as their order is known.

    A dump of logs is in the order of time as a whole. Where logs are followed, a line waits for a moment for older ones
    of other logs. Within one log the order is the platform's.

    Args:
        logs: the logs by name.
        tail: whether they are followed.
    """

    def __init__(self, logs: Mapping[str, Logs], *, tail: bool) -> None:
        self.errors: dict[str, HerokuError] = {}
        """The logs that ended with an error."""
        self._streams = logs
        self._tail = tail
        self._logs = [_Log(name) for name in logs]
        self._heads: list[tuple[datetime, int]] = []
        self._empty = set(range(len(self._logs)))
        """Logs that may give an older line than those that are there."""
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number, log in enumerate(self._logs):
            log.until = loop.time() + _OPENING
            self._tasks.append(loop.create_task(self._read(number, log, self._streams[log.name])))
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancelled(*self._tasks)

    def opened(self, name: str) -> None:
        """A log was opened: its first line should arrive soon."""
        now = asyncio.get_running_loop().time()
        for log in self._logs:
            if log.name == name:
                log.until = min(log.until, now + _FIRST)
        self._changed.set()

    async def batches(self) -> AsyncGenerator[Batch]:
        """The lines, with the names of their logs: as many at a time as are certain."""
        loop = asyncio.get_running_loop()
        while True:
            batch, until = self._certain(loop.time())
            if batch:
                yield batch
                continue
            if all(log.ended for log in self._logs):
                return
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(None if until == inf else until):
                    await self._changed.wait()

    def _certain(self, now: float) -> tuple[Batch, float]:
        """The lines whose order is certain; if there are none, the time to look again."""
        batch: Batch = []
        while self._heads and len(batch) < _MOST:
            number = self._heads[0][1]
            log = self._logs[number]
            until = self._awaited(log.pending[0][1])
            if until > now:
                return batch, until
            heappop(self._heads)
            batch.append((log.name, log.pending.popleft()[2]))
            if log.pending:
                heappush(self._heads, (log.pending[0][0], number))
            elif not log.ended:
                self._empty.add(number)
            log.room.set()
        return batch, inf

    def _awaited(self, arrived: float) -> float:
        """The moment until which a line, which arrived then, waits for logs that may have older ones."""
        if not self._empty:
            return 0.0
        if not self._tail:
            return inf
        return max(arrived + _PATIENCE, *(self._logs[number].until for number in self._empty))

    async def _read(self, number: int, log: _Log, lines: Logs) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with lines:
                async for line in lines:
                    log.newest = max(log.newest, line.at or log.newest)
                    log.pending.append((log.newest, loop.time(), line))
                    if len(log.pending) == 1:
                        log.until = 0.0
                        self._empty.discard(number)
                        heappush(self._heads, (log.newest, number))
                        self._changed.set()
                    elif len(log.pending) >= _MOST:
                        log.room.clear()
                        await log.room.wait()
        except HerokuError as error:
            self.errors[log.name] = error
        finally:
            log.ended = True
            self._empty.discard(number)
            self._changed.set()
