r"""Detects from the header whether tokens come back continuously or in one step a minute.

A step is seen as a rise of the balance between two responses, so its moment is known as an interval only:

    balance     75 ___                         75 ___
                  |   \___                       |   \___
             0 ___|       \___________________0__|
                low  high                     low + 60 ... high + 60    the next one is expected here

Each later step narrows the interval; one at an unexpected moment makes the model begin anew.
"""

from math import inf

from attrs import define

from aioheroku._ratelimit.account import MINUTE

JUMP = 8
"""A rise of this many tokens from one response to the next may be a step."""
STEEPEST = 0.8
"""Tokens a second: a slower rise over a long time between two responses may be a continuous refill."""
STILL = 6.0
"""Seconds after a step in which nothing more may come."""
SLACK = 3.0
"""Seconds that a step may be early or late."""
PATIENCE = 2
"""Missed steps that invalidate the model; also the cap of the confidence penalty."""


@define(eq=False)
class Steps:
    """The last step came after `low` and not after `high`, and brought `size` tokens."""

    low: float = -inf
    high: float = -inf
    size: float = 0.0
    seen: int = 0
    doubts: int = 0
    """How often the model was wrong: each time it takes one step more to be trusted."""
    missed: int = 0
    proven: bool = False
    """Whether for a while after a step nothing came."""
    drift: float = 0.0
    """Tokens gained since the last step: if the refill comes in steps, others can only lower this."""

    @property
    def believed(self) -> bool:
        """Whether the refill seems to come in steps."""
        return self.proven and self.seen > self.doubts

    def next_step_at(self) -> float:
        """The latest moment at which the next step is expected."""
        return self.high + MINUTE

    def learn(self, before: float, now: float, gain: float, *, full: bool) -> None:
        """From one response to the next the balance has gained `gain` tokens, our own requests not counted.

        Args:
            before: when the earlier response came.
            now: when the later one came.
            gain: the refill less what others took.
            full: whether the balance is near the capacity, so that a step would not show.
        """
        if gain >= max(JUMP, STEEPEST * (now - before), self.size / 4 if self.seen else 0) and now - before <= MINUTE:
            self._step(before, now, gain)
        elif self.seen:
            self._between(now, gain, full=full)

    def _between(self, now: float, gain: float, *, full: bool) -> None:
        """No step came: what the gain says of the model."""
        self.drift += gain
        if self.drift > max(3, self.size / 10):
            self._refute()
            return
        self.proven = self.proven or (now > self.high + STILL and self.drift < 2)
        if gain < 2 and self.low + MINUTE < now < self.high + MINUTE:
            self.low = now - MINUTE  # it has not come yet
        if now > self.next_step_at() + 1 and not full:
            self.low, self.high, self.drift = self.low + MINUTE, self.next_step_at(), 0.0
            self.missed += 1
            if self.missed >= PATIENCE:
                self._refute()

    def _step(self, low: float, high: float, gain: float) -> None:
        if self.seen:
            ahead = round((low + high - self.low - self.high) / 2 / MINUTE) * MINUTE
            early, late = self.low + ahead, self.high + ahead
            if ahead <= 0 or early - SLACK > high or late + SLACK < low:
                self._refute()  # unexpected phase; treat this as the first step
            elif max(low, early) <= min(high, late):  # the earlier steps narrow this one down
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
