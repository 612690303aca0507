"""Token bucket: the rate limit of one account."""

from math import ceil, inf
from typing import Literal

Refill = Literal["continuous", "step"]
STEP = 60.0
ROUNDING = 1e-9  # three thirds of a token are one


class TokenBucket:
    """Tokens that are taken one by one and refilled over time, never above *capacity*.

    *now* is any clock in seconds. With `refill="continuous"` fractions are refilled at every moment, with `"step"` a
    minute's worth at once, on whole minutes since the bucket was made.
    """

    __slots__ = ("_at", "_level", "capacity", "per_second", "refill")

    def __init__(
        self, capacity: float, per_hour: float, *, refill: Refill = "continuous", level: float, now: float
    ) -> None:
        self.capacity = capacity
        self.per_second = per_hour / 3600
        self.refill: Refill = refill
        self._level = float(level)
        self._at = now

    def level(self, now: float) -> float:
        """The tokens in it, with the fraction that is growing."""
        gone = max(0.0, now - self._at)
        if self.refill == "step":
            gone -= gone % STEP
        if gone:
            self._at += gone
            self._level = min(self.capacity, self._level + gone * self.per_second)
        return self._level

    def remaining(self, now: float) -> int:
        """Whole tokens, as `RateLimit-Remaining` shows them."""
        return max(0, int(self.level(now) + ROUNDING))

    def take(self, now: float) -> bool:
        """Take one token; False if there is no whole one."""
        if self.level(now) + ROUNDING < 1:
            return False
        self._level -= 1
        return True

    def set(self, tokens: float, now: float) -> None:
        """Set the number of tokens in it, at most the capacity."""
        self.level(now)
        self._level = min(self.capacity, float(tokens))

    def wait(self, now: float) -> float:
        """Seconds until there is a whole token; infinite if none is refilled."""
        missing = 1 - self.level(now)
        if missing <= ROUNDING:
            return 0.0
        if self.per_second <= 0:
            return inf
        if self.refill == "continuous":
            return missing / self.per_second
        steps = ceil(missing / (STEP * self.per_second) - ROUNDING)
        return self._at + steps * STEP - now
