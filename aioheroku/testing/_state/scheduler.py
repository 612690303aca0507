"""Scheduler for delayed state changes: builds that end, dynos that boot, releases that take effect."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from attrs import Factory, define

Entry = tuple[float, int, Callable[[], None]]


@define(eq=False)
class Scheduler:
    """Actions by due time, in seconds since 1970. Nothing runs by itself: every request first runs what is due."""

    _entries: list[Entry] = Factory(list[Entry])
    _numbers: "count[int]" = Factory(count)

    def add(self, due: float, action: Callable[[], None]) -> None:
        """Schedule an action; those due at the same moment run in the order they were added."""
        heappush(self._entries, (due, next(self._numbers), action))

    def run(self, now: float) -> None:
        """Run every action that is due, including those that these actions add."""
        while self._entries and self._entries[0][0] <= now:
            heappop(self._entries)[2]()
