"""One timer for the timeouts of all attempts."""

import asyncio
from typing import Any

import pytest

from aioheroku._clock import Deadline, LoopClock, _Operation


class Timers:
    """In place of a loop: its time is set by hand, and it remembers the times of its timers."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked: list[float] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, *_: Any) -> None:
        self.asked.append(when)


async def test_none_is_no_timeout() -> None:
    """`Timeout(attempt=None)` never ends an attempt."""
    deadline = Deadline(None)
    task = deadline.begin()
    assert task is None
    deadline.end(task)
    assert not deadline.expired(task)


async def test_the_timer_is_set_for_the_oldest() -> None:
    """It fires when the oldest operation expires, ends those that are due, and is set once for the next one."""
    deadline, timers = Deadline(10.0), Timers()
    tasks: list[asyncio.Task[Any]] = [asyncio.ensure_future(asyncio.sleep(3600)) for _ in range(3)]
    await asyncio.sleep(0)
    deadline._under_way = {task: _Operation(began, 0) for began, task in enumerate(tasks)}
    timers.now = 11.5
    deadline._on_timer(timers)  # type: ignore[arg-type]
    assert [task.cancelling() for task in tasks] == [1, 1, 0]
    assert timers.asked == [12.0]
    timers.now = 12.0
    deadline._on_timer(timers)  # type: ignore[arg-type]
    assert [task.cancelling() for task in tasks] == [1, 1, 1]
    assert timers.asked == [12.0]
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("others", [0, 1])
async def test_outside_cancellation_is_not_a_timeout(others: int) -> None:
    """A task that was cancelled by other code too stays cancelled."""
    deadline = Deadline(0.0)
    outcome: list[bool] = []

    async def attempt() -> None:
        task = deadline.begin()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            outcome.append(deadline.expired(task))
        finally:
            deadline.end(task)

    task = asyncio.ensure_future(attempt())
    await asyncio.sleep(0)
    deadline._on_timer(asyncio.get_running_loop())
    for _ in range(others):
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert outcome == [others == 0]
    assert deadline._under_way == {}
    deadline.clear()


async def test_attempt_ending_at_its_timeout_is_clean() -> None:
    """The timer may have fired for an operation that has succeeded all the same: it is forgotten."""
    deadline = Deadline(3600.0)
    task = deadline.begin()
    assert task is not None
    deadline._under_way[task].expired = True
    deadline.end(task)
    assert deadline._under_way == {}
    assert not deadline.expired(task)
    deadline.clear()


async def test_the_loops_clock_only_grows() -> None:
    """It is the loop's own time; the wall's is for the dates of a server."""
    clock = LoopClock()
    first = clock.now()
    await clock.sleep(0)
    assert first <= clock.now() <= asyncio.get_running_loop().time()
    assert clock.wall() > 10**9
