"""Priority queue of the requests that wait: first in, first out within a priority, with anti-starvation."""

import asyncio
from collections import deque

from attrs import define, field

from aioheroku._http import PRIORITIES

RANKS = {priority: rank for rank, priority in enumerate(PRIORITIES)}
"""The priorities, the most urgent first."""
MAX_CONSECUTIVE = 9
"""Anti-starvation: after this many admissions of higher priorities in a row, the lowest that waits has the next one."""


@define(eq=False)
class Waiter:
    """One request that waits. `admitted` is done when it may leave, or when it gave up."""

    rank: int
    since: float
    admitted: asyncio.Future[None]
    rejected: bool = False
    """Whether it waits because the platform responded with 429."""
    expiry: asyncio.TimerHandle | None = None
    """Ends a wait that lasts longer than the request's `max_wait`."""


@define(eq=False)
class WaitQueue:
    """All that wait. Those that gave up are removed lazily."""

    waiting: list[int] = field(factory=lambda: [0] * len(RANKS), init=False)
    """How many wait, by rank."""
    total: int = field(default=0, init=False)
    _queues: tuple[deque[Waiter], ...] = field(factory=lambda: tuple(deque() for _ in RANKS), init=False)
    _consecutive: int = field(default=0, init=False)

    def join(self, rank: int, now: float) -> Waiter:
        """Queue up behind all of the same rank."""
        waiter = Waiter(rank, now, asyncio.get_running_loop().create_future())
        self._queues[rank].append(waiter)
        self.waiting[rank] += 1
        self.total += 1
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Remove it from the counts: it was admitted, or gave up."""
        self.waiting[waiter.rank] -= 1
        self.total -= 1

    def head(self, *, interactive_only: bool = False) -> Waiter | None:
        """The next waiter to admit; `None` when the queue is empty.

        Args:
            interactive_only: the tokens that are left are reserved for interactive requests: anti-starvation rests,
                since an admission of a lower priority would only keep the interactive ones waiting.
        """
        heads = self._heads()
        if not heads:
            return None
        return heads[-1 if self._consecutive >= MAX_CONSECUTIVE and not interactive_only else 0]

    def admit(self, waiter: Waiter) -> None:
        """Admit the head of the queue."""
        lower = any(self.waiting[waiter.rank + 1 :])
        self._consecutive = self._consecutive + 1 if lower else 0
        self._queues[waiter.rank].popleft()
        waiter.admitted.set_result(None)

    def ahead(self, rank: int) -> int:
        """How many are admitted before one who joins now."""
        return sum(self.waiting[: rank + 1])

    def waiting_since(self) -> float | None:
        """When the longest waiting request joined; `None` when the queue is empty."""
        return min((waiter.since for waiter in self._heads()), default=None)

    def _heads(self) -> list[Waiter]:
        for queue in self._queues:
            while queue and queue[0].admitted.done():
                queue.popleft()
        return [queue[0] for queue in self._queues if queue]
