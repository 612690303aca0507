"""Injectable clock, so that tests run in virtual time."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The time functions that this library uses."""

    def now(self) -> float:
        """Monotonic seconds."""
        ...

    def wall(self) -> float:
        """Seconds since the epoch, to compare with dates from the server."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds`."""
        ...


class LoopClock:
    """The clock of the running event loop."""

    def now(self) -> float:
        """Seconds of the loop's own clock."""
        return asyncio.get_running_loop().time()

    def wall(self) -> float:
        """Seconds since the epoch, of the machine's clock."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Sleep, as asyncio does."""
        await asyncio.sleep(seconds)


class Deadline:
    """One shared timer for many concurrent operations with the same timeout.

    Because the timeout is the same, they expire in the order in which they began, and only the oldest needs a timer. A
    timer for each, as `asyncio.timeout` sets it, is a twentieth of the cost of a small request.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._under_way: dict[asyncio.Task[object], tuple[float, int]] = {}
        self._expired: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> asyncio.Task[object] | None:
        """Start the timeout of the current task; pass the returned task to `end`."""
        task = asyncio.current_task()
        if self._seconds is None or task is None or task in self._under_way:
            return None
        loop = task.get_loop()
        now = loop.time()
        self._under_way[task] = now, task.cancelling()
        if self._timer is None:
            self._timer = loop.call_at(now + self._seconds, self._on_timer, loop)
        return task

    def end(self, task: asyncio.Task[object] | None) -> None:
        """End the timeout of the current task."""
        if task is not None:
            self._under_way.pop(task, None)
            self._expired.discard(task)

    def passed(self, task: asyncio.Task[object] | None) -> bool:
        """Whether the CancelledError was caused by this timeout; if so, uncancel the task."""
        if task is None or task not in self._expired:
            return False
        self._expired.discard(task)
        _, asked_before = self._under_way.get(task, (0.0, 0))
        return task.uncancel() <= asked_before

    def clear(self) -> None:
        """Forget all operations: none is in progress any more."""
        self._under_way.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        for task, (began, _) in self._under_way.items():
            if task in self._expired:
                continue
            if self._seconds is not None and loop.time() < began + self._seconds:
                self._timer = loop.call_at(began + self._seconds, self._on_timer, loop)
                return
            self._expired.add(task)
            task.cancel()
