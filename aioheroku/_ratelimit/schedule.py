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


def _is_step(earlier: Reading, reading: Reading, size: float) -> bool:
    """Whether the balance rose by enough for a step of that size, of which others have taken their part already."""
    gap = reading.at - earlier.at
    return gap < APART and reading.balance - earlier.balance > SURE * size * (1 - gap / MINUTE)


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
        """This number of tokens may have come in a step just now."""
        self.size, self.low, self.high = size, now, now

    def held(self, at: float) -> float:
        """Tokens of the last step that are not to be spent yet at that moment."""
        passed = at - (self.low + self.high) / 2
        return self.size * min(1.0, max(0.0, 1 - passed / MINUTE))

    def learn(self, earlier: Reading, reading: Reading, refill: float, *, beginning: bool) -> float:
        """Learn from two successive readings; returns the gain between them.

        Args:
            earlier: the former.
            reading: the newest.
            refill: tokens a second, as far as known.
            beginning: others may have been silent meanwhile, so what the refill explains was no step.
        """
        now, gained, most, known = reading.at, gain(earlier, reading), MINUTE * refill, self.known
        if known:
            self.size = most
            risen = reading.balance - earlier.balance + self.held(earlier.at)
            self._follow(earlier.at - LATE, now, gained, risen, beginning=beginning)
        if gained >= max(LEAST, most / 10) and not self.known:
            certain = gained > refill * (now - earlier.at) + 1  # by rounding
            if certain and not known and _is_step(earlier, reading, most):
                self.size, self.low, self.high = most, earlier.at - LATE, now
            elif certain or not beginning:
                self.assume(now, min(most, self.held(now) + gained))
        return gained

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
            least, most = (self.low, high) if beginning else (now - LATE - MINUTE, now)
            if risen < self.size / 2:
                self.low = max(self.low, least)
                return
            high = min(high, most)
        elif ahead and now - since < NEAR:  # it did not come
            self.assume(now, 0.0)
            return
        self.low, self.high = low, high
