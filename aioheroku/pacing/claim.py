"""What to do about a neighbour that takes everything: claim a part, and give up where that only does harm."""

from math import exp, inf

from attrs import define

STARVED = 180.0
"""Seconds near an empty pool after which a client stops giving way."""
REFUSED = 4
"""And so many 429s must have come: a crowd of polite clients makes hardly any."""
RICH = 4
"""The level from which on a pool is not near empty."""
CLAIM = 0.35
"""The part of the refill that a starved client tries to get."""
HOPELESS = 0.15
"""A smaller part of attempts that succeed means that trying harder only makes more 429s."""
LOWEST, HIGHEST = 0.25, 2.5
"""Bounds of the attempts, as a part of the refill."""
MEMORY = 60.0
"""Seconds over which attempts and successes are counted."""


@define(eq=False)
class Claim:
    """A client's claim to its part, made when the pool has been near empty for too long."""

    rate: float = LOWEST
    """Attempts, as a part of the refill."""
    refused: int = 0
    """429s since the pool was last seen not to be near empty."""
    _rich: float = inf
    _patience: float = STARVED
    _attempts: float = 0.0
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
        self._rich, self.refused = now, 0
        return ended

    def tried(self, now: float, refill: float, *, won: bool) -> bool:
        """Count an attempt: try more often until the part is got; `False` when it is hopeless and given up."""
        fade = exp(-(now - self._tried) / MEMORY)
        self._tried = now
        self._attempts = self._attempts * fade + 1
        self._successes = self._successes * fade + won
        if self._attempts > 25 and self._successes < HOPELESS * self._attempts:
            self._rich, self.refused = now, 0
            self._patience *= 2
            self.rate, self._attempts, self._successes = LOWEST, 0.0, 0.0
            return False
        if self._successes >= CLAIM * refill * MEMORY:
            self.rate = max(LOWEST, 0.9 * self.rate)
        elif not won:
            self.rate = min(HIGHEST, 1.1 * self.rate)
        return True
