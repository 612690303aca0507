"""Who is next: first in, first out within a priority, and nobody starves."""

import asyncio
from collections import deque

from attrs import define, field

RANKS = {"interactive": 0, "normal": 1, "batch": 2}
"""The priorities, the most urgent first."""
ROW = 9
"""After so many requests of a higher priority in a row, while a lower one waits, the lowest has the next turn."""


@define(eq=False)
class Turn:
    """One request that waits; its future is done when it may leave, or when it gave up."""

    rank: int
    granted: asyncio.Future[None]
    reason: str = "the account's tokens are short"
    expiry: asyncio.Task[None] | None = None
    """Ends the wait when it takes too long."""


@define(eq=False)
class Line:
    """All that wait. Who gives up is left where it stands and passed over."""

    waiting: list[int] = field(factory=lambda: [0] * len(RANKS), init=False)
    """How many wait, by rank."""
    total: int = field(default=0, init=False)
    _queues: tuple[deque[Turn], ...] = field(factory=lambda: tuple(deque() for _ in RANKS), init=False)
    _row: int = field(default=0, init=False)

    def join(self, rank: int) -> Turn:
        """Queue up behind all of the same rank."""
        turn = Turn(rank, asyncio.get_running_loop().create_future())
        self._queues[rank].append(turn)
        self.waiting[rank] += 1
        self.total += 1
        return turn

    def leave(self, turn: Turn) -> None:
        """Count this one no more: it had its turn, or gave up."""
        self.waiting[turn.rank] -= 1
        self.total -= 1

    def head(self, *, reserved: bool = False) -> Turn | None:
        """Whose turn it is; `None` when nobody waits.

        Args:
            reserved: only the most urgent may leave at present: a turn of the others would keep those waiting.
        """
        for queue in self._queues:
            while queue and queue[0].granted.done():
                queue.popleft()
        full = [queue for queue in self._queues if queue]
        if not full:
            return None
        return full[-1 if self._row >= ROW and not reserved else 0][0]

    def grant(self, turn: Turn) -> None:
        """Let the head go."""
        lower = any(self.waiting[turn.rank + 1 :])
        self._row = min(ROW, self._row + 1) if lower else 0
        self._queues[turn.rank].popleft()
        turn.granted.set_result(None)

    def ahead(self, rank: int) -> int:
        """How many go before a newcomer."""
        return sum(self.waiting[: rank + 1])
