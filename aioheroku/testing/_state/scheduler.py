"""What the platform has still to do: builds that end, setups that go on."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from attrs import Factory, define

Entry = tuple[float, int, Callable[[], None]]


@define(eq=False)
class Scheduler:
    """Actions and when they are due, in seconds since 1970; nothing runs by itself."""

    _entries: list[Entry] = Factory(list[Entry])
    _numbers: "count[int]" = Factory(count)

    def add(self, due: float, action: Callable[[], None]) -> None:
        """Do this then; what is due at the same moment is done in the order of its entry."""
        heappush(self._entries, (due, next(self._numbers), action))

    def run(self, now: float) -> None:
        """Do everything that has become due, each at its own moment, and what that leads to."""
        while self._entries and self._entries[0][0] <= now:
            heappop(self._entries)[2]()
