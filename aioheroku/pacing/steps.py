"""Learn from the header whether tokens come back continuously or in one step a minute."""

from math import inf

from attrs import define

PERIOD = 60.0
"""Seconds between two steps: the only spacing ever measured on the service."""
JUMP = 8
"""A rise of so many tokens from one answer to the next may be a step."""
STEEPEST = 0.8
"""Tokens a second: a slower rise over a long time between two answers may be a continuous refill."""
NARROW = 4.0
"""Seconds: a step whose moment is known less well than this is looked for."""
STILL = 6.0
"""Seconds after a step in which nothing more may come."""
SLACK = 3.0
"""Seconds that a step may be early or late."""
PATIENCE = 2
"""So many steps that did not come refute the model; and so many refutations make it slow to believe again."""


@define(eq=False)
class Steps:
    """What is known of the steps: the last one came after `low` and not after `high`, and brought `size` tokens."""

    low: float = -inf
    high: float = -inf
    size: float = 0.0
    seen: int = 0
    doubts: int = 0
    missed: int = 0
    proven: bool = False
    """Whether for a while after a step nothing came."""
    drift: float = 0.0
    """Tokens gained since the last step: under steps others can only lower this."""

    @property
    def believed(self) -> bool:
        """Whether the refill comes in steps, as far as is known."""
        return self.proven and self.seen > self.doubts

    def next(self) -> float:
        """When the next step is here for certain."""
        return self.high + PERIOD

    def look(self) -> float:
        """When a request would tell the most about the moment of the next step."""
        return (self.low + self.high) / 2 + PERIOD if self.high - self.low > NARROW else -inf

    def learn(self, before: float, now: float, gain: float, *, full: bool) -> None:
        """From one answer to the next the pool has gained `gain` tokens, our own requests not counted.

        Args:
            before: when the earlier answer came.
            now: when the later one came.
            gain: the refill less what others took.
            full: whether the pool is near its capacity, so that a step would not show.
        """
        if gain >= max(JUMP, STEEPEST * (now - before), self.size / 4 if self.seen else 0) and now - before <= PERIOD:
            self._step(before, now, gain)
        elif self.seen:
            self.drift += gain
            if self.drift > max(3, self.size / 10):
                self._refute()
                return
            self.proven = self.proven or (now > self.high + STILL and self.drift < 2)
            if gain < 2 and self.low + PERIOD < now < self.high + PERIOD:
                self.low = now - PERIOD
            if now > self.next() + 1 and not full:
                self.low, self.high, self.drift = self.low + PERIOD, self.next(), 0.0
                self.missed += 1
                if self.missed >= PATIENCE:
                    self._refute()

    def _step(self, low: float, high: float, gain: float) -> None:
        if self.seen:
            ahead = round((low + high - self.low - self.high) / 2 / PERIOD) * PERIOD
            early, late = self.low + ahead, self.high + ahead
            if ahead <= 0 or early - SLACK > high or late + SLACK < low:
                self._refute()  # it came at an odd time; perhaps this one is the first
            elif max(low, early) <= min(high, late):  # what was known of the earlier ones narrows down this one
                low, high = max(low, early), min(high, late)
        self.low, self.high = low, high
        self.size = max(gain, 0.8 * self.size)
        self.seen += 1
        self.missed, self.drift = 0, 0.0

    def _refute(self) -> None:
        self.seen = self.missed = 0
        self.proven = False
        self.drift = 0.0
        self.doubts = min(PATIENCE, self.doubts + 1)
