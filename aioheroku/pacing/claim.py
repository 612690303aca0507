"""What to do about a neighbour that takes everything: claim a part, and give up where that only does harm."""

from math import exp, inf

from attrs import define

STARVED = 180.0
"""Seconds near an empty pool after which a client stops giving way."""
REFUSED = 4
"""And so many 429s must have come: a crowd of polite clients makes hardly any."""
RICH = 4
"""The level from which on a pool is not near empty."""
CLAIM = 0.4
"""The part of the refill that a starved client tries to get."""
RAMP = 60.0
"""Seconds in which it tries e times as often, while it gets less, and e times less often, while it gets more."""
LOWEST, HIGHEST = 0.25, 10.0
"""Bounds of the attempts, as a part of the refill."""
HOPELESS, TRIAL = 0.15, 60.0
"""A smaller part of the refill, got in so many seconds of trying hardest, is not worth the 429s: several try hard."""
LONGEST = 10.0
"""Seconds between two attempts that count at most: longer ones tell no more of the neighbour."""
MEMORY = 60.0
"""Seconds over which successes are counted."""


@define(eq=False)
class Claim:
    """A client's claim to its part, made when the pool has been near empty for too long."""

    rate: float = LOWEST
    """Attempts, as a part of the refill."""
    refused: int = 0
    """429s since the pool was last seen not to be near empty."""
    _rich: float = inf
    _patience: float = STARVED
    _easy: float = 0.0
    """When it last did not try its hardest."""
    _successes: float = 0.0
    _tried: float = 0.0

    def made(self, now: float) -> bool:
        """Whether the pool has been near empty for so long that somebody must be taking without looking."""
        return self.refused >= REFUSED and now - self._rich > self._patience

    def settled(self, now: float, level: float) -> bool:
        """The header said `level`: whether that ends a claim."""
        if level < RICH and self._rich < inf:
            return False
        ended = self.made(now)
        self._end(now)
        return ended

    def tried(self, now: float, refill: float, *, won: bool) -> bool:
        """Count an attempt: try more often until the part is got; `False` when it is hopeless and given up."""
        passed = now - self._tried
        fade = exp(-passed / MEMORY)
        self._tried = now
        self._successes = self._successes * fade + won
        if self.rate < HIGHEST:
            self._easy = now
        if now - self._easy > TRIAL and self._successes < HOPELESS * refill * MEMORY:
            self._patience *= 2
            self._end(now)
            return False
        step = exp(min(passed, LONGEST) / RAMP)
        if self._successes >= CLAIM * refill * MEMORY:
            self.rate = max(LOWEST, self.rate / step)
        else:
            self.rate = min(HIGHEST, self.rate * step)
        return True

    def _end(self, now: float) -> None:
        """The next claim begins as the first one did."""
        self._rich, self.refused = now, 0
        self.rate, self._successes = LOWEST, 0.0
