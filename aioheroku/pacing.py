"""When the next request may leave: the rule alone, without tasks, timers or I/O."""

import random
from collections.abc import Callable
from math import inf

from attrs import define, field

FIRST_ALONE = 1.0
"""Seconds for which the first request of all is waited for before another one may leave."""
ENOUGH = 1 - 1e-6
"""A whole token, but for the rounding of sums."""
LONGEST_HOLD = 300.0
"""Seconds that a Retry-After may close the gate at most."""


Ticket = tuple[int, int]
"""What is known of a request that left: its number, and how many had been answered by then."""


@define(slots=True, eq=False)
class Pacer:
    """One client's view of the account's tokens, and its own rate of requests.

    Times are seconds of one clock, handed in by the caller.
    """

    capacity: int
    refill: float
    """Tokens a second."""
    reserve: int = 0
    jitter: Callable[[], float] = random.random

    level: float = field(init=False)
    """Tokens not yet spoken for: what the server last said, less what was sent since, plus the refill."""
    told: bool = field(default=False, init=False)
    """Whether the server ever said how many there are."""
    in_flight: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    """429s in a row."""
    opens: float = field(default=0.0, init=False)
    """The gate is closed until then, and afterwards for all but one probe until that one is answered."""
    last_sent: float = field(default=-inf, init=False)
    updated: float = field(default=-inf, init=False)

    def __attrs_post_init__(self) -> None:
        self.level = float(self.capacity)

    def leak(self, now: float) -> None:
        """Add what the refill has brought since the last time."""
        passed = now - self.updated
        self.updated = now
        if 0 < passed < inf:
            self.level = min(float(self.capacity), self.level + passed * self.refill)

    def delay(self, now: float, rank: int = 1) -> float:
        """Seconds until the next request may leave: 0 is now, `inf` is not before another answer."""
        if self.refused:
            return inf if self.in_flight and now >= self.opens else max(0.0, self.opens - now)
        if not self.told and self.in_flight:
            return max(0.0, self.last_sent + FIRST_ALONE - now)
        self.leak(now)
        usable = self.level - (self.reserve if rank else 0)
        return 0.0 if usable >= ENOUGH else (1 - usable) / self.refill

    def leave(self, now: float) -> Ticket:
        """A request leaves; the ticket is handed in with its answer."""
        self.leak(now)
        self.level -= 1
        self.in_flight += 1
        self.sent += 1
        self.last_sent = now
        return self.sent, self.sent - self.in_flight

    def lost(self) -> None:
        """A request that left will have no answer; its token counts as spent."""
        self.in_flight -= 1

    def answer(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A request was answered, and not with 429."""
        self.in_flight -= 1
        self.told = True
        self.refused = 0
        if remaining is not None:
            self.learn(now, ticket, remaining)

    def refuse(self, now: float, ticket: Ticket, remaining: int | None, after: float | None) -> None:
        """A request was answered with 429: close the gate, for `after` seconds where the server says so."""
        self.in_flight -= 1
        self.told = True
        self.refused += 1
        self.learn(now, ticket, remaining or 0)
        if after is None:
            after = (1 + 2 * self.jitter()) / self.refill * 1.5 ** (self.refused - 1)
        self.opens = max(self.opens, now + min(after, LONGEST_HOLD))

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The server had `remaining` tokens when it had charged that request."""
        self.leak(now)
        if remaining >= self.capacity:
            self.capacity = remaining + 1
        number, finished_before = ticket
        # Answers overtake each other. Alone, the true level lies between these two and our own account is exact;
        # what others took shows as a level below it.
        lowest = remaining - (self.sent - 1 - finished_before)
        level = min(max(self.level, lowest), remaining)
        likely = remaining - (self.sent - number)
        self.level = float(level if likely >= level else (level + likely) / 2)

    def eta(self, now: float, tokens: int) -> float:
        """Seconds until so many tokens can be had."""
        self.leak(now)
        missing = tokens - max(0.0, self.level - self.reserve)
        return max(0.0, self.opens - now if self.refused else 0.0, missing / self.refill)
