"""Waiting for lines, bytes and moments of the platform's clock, which may be virtual."""

import asyncio

from aiohttp import web
from attrs import define, field

from aioheroku.testing._state.state import State

_TICK = 0.02  # real seconds between two checks of the clock while a task waits: the clock of a test does not notify


@define(eq=False)
class Hub:
    """Wakes waiting tasks when the state has changed or the platform's clock has reached a time."""

    state: State
    _waiting: "dict[asyncio.Future[None], float]" = field(factory=dict["asyncio.Future[None]", float])
    _task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        """Begin to wake waiting tasks after every change."""
        self.state.streams.changed = self._wake

    async def close(self) -> None:
        """Stop waking tasks."""
        self.state.streams.changed = lambda: None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def wait(self, until: float) -> None:
        """Return after a change, or at this time of the platform's clock."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[future] = until
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tick())
        try:
            await future
        finally:
            self._waiting.pop(future, None)

    async def sleep(self, seconds: float) -> None:
        """Wait for this much of the platform's time."""
        until = self.state.now() + seconds
        while self.state.now() < until:
            await self.wait(until)

    async def while_connected(self, request: web.BaseRequest) -> None:
        """Return when the client has disconnected."""
        while request.transport is not None and not request.transport.is_closing():
            await self.sleep(1)

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def _tick(self) -> None:
        while self._waiting:
            await asyncio.sleep(_TICK)
            now = self.state.now()
            self.state.scheduler.run(now)
            for future, until in self._waiting.items():
                if until <= now and not future.done():
                    future.set_result(None)
