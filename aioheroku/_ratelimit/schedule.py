"""When tokens come back: one by one, or a minute's all in one step, which each process must spend over that minute.

All processes see the same steps, so those that know the moment count the same tokens, whenever they look.
"""

from math import inf
from typing import NamedTuple

from attrs import define, field

MINUTE = 60.0
"""Seconds in which Heroku gives back a minute's tokens: one by one, or all of them in one step."""
LEAST, SURE = 9, 0.4
"""Tokens (or a tenth of a minute's refill) that a rise has at least which may be a step, and the part of a minute's
refill from which on it is one: the rest others may have taken already."""
NEAR, APART = 30.0, 45.0
"""Seconds between two readings within which a step is certain to show, and within which one is recognized as such."""
LATE = 0.3
"""Seconds that a response may have been under way since its token was charged."""


class Reading(NamedTuple):
    """A response that reported the balance."""

    at: float
    balance: float
    charged: int
    """Requests of this process that the account had charged by then."""


NO_READING = Reading(-inf, 0.0, 0)


def gain(earlier: Reading, later: Reading) -> float:
    """Tokens that came back between two readings, less those that others took."""
    return later.balance - earlier.balance + later.charged - earlier.charged


@define(eq=False)
class RefillSchedule:
    """The last step brought `size` tokens after `low` and not after `high`; each further step narrows that down."""

    size: float = field(default=0.0, init=False)
    low: float = field(default=0.0, init=False)
    high: float = field(default=0.0, init=False)

    @property
    def known(self) -> bool:
        """Whether the refill is known to come in steps: otherwise the last one is an assumption."""
        return self.low < self.high

    def assume(self, now: float, size: float) -> None:
        """So many tokens may have come in a step just now."""
        self.size, self.low, self.high = size, now, now

    def held(self, at: float) -> float:
        """Tokens of the last step that are not to be spent yet at that moment."""
        passed = at - (self.low + self.high) / 2
        return self.size * min(1.0, max(0.0, 1 - passed / MINUTE)) if self.size else 0.0

    def learn(self, earlier: Reading, reading: Reading, refill: float, *, beginning: bool) -> None:
        """Learn from two successive readings.

        Args:
            earlier: the former.
            reading: the newest.
            refill: tokens a second, as far as known.
            beginning: others may have been silent meanwhile, so what the refill explains was no step.
        """
        now, gap, gained, most = reading.at, reading.at - earlier.at, gain(earlier, reading), MINUTE * refill
        risen = reading.balance - earlier.balance
        if self.known:
            self.size = most
            self._follow(earlier.at - LATE, now, gained, risen + self.held(earlier.at), beginning=beginning)
        elif gap < APART and gained > refill * gap + 1 and risen > SURE * most * (1 - gap / MINUTE):
            self.size, self.low, self.high = most, earlier.at - LATE, now
        if not self.known and gained >= max(LEAST, most / 10, refill * gap + 1 if beginning else 0.0):  # 1 by rounding
            self.assume(now, min(most, self.held(now) + gained))

    def _follow(self, since: float, now: float, gained: float, risen: float, *, beginning: bool) -> None:
        """Find the last step again after a reading; `risen` is what seems to have come if none did before."""
        ahead = (now - self.low) // MINUTE * MINUTE
        low, high = self.low + ahead, self.high + ahead
        if gained >= max(LEAST, self.size / 10) and now - since < MINUTE:  # it came since then
            low, high = max(low, since), min(high, now)
            if low >= high:
                self.assume(now, 0.0)
                return
        elif high > now - LATE:  # it may have come or not
            if risen < self.size / 2:
                self.low = self.low if beginning else max(self.low, now - LATE - MINUTE)
                return
            high = high if beginning else min(high, now)
        elif ahead and now - since < NEAR:  # it did not come
            self.assume(now, 0.0)
            return
        self.low, self.high = low, high
