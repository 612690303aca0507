"""Time as a thing that is handed in, so that a test needs no waiting."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the library knows of time."""

    def now(self) -> float:
        """Seconds that only ever grow, for measuring."""
        ...

    def wall(self) -> float:
        """Seconds since the epoch, for dates that a server names."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let others run for so long."""
        ...


class LoopClock:
    """The time of the running event loop."""

    def now(self) -> float:
        """Seconds of the loop's own clock."""
        return asyncio.get_running_loop().time()

    def wall(self) -> float:
        """Seconds since the epoch, of the machine's clock."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Sleep, as asyncio does."""
        await asyncio.sleep(seconds)
