"""What one process knows of the shared tokens: its leases, the header's pace, and what to tell Redis next."""

from collections import deque
from math import inf

from attrs import define, field

from aioheroku.pacing import Pacer, Ticket
from aioheroku.pacing.steps import Steps

OLD = 60.0
"""Seconds after which what the server said is no news."""


@define(eq=False)
class Leases(Pacer):
    """The header's pace, kept up to date for the time when Redis is away, and the tokens leased from Redis."""

    held: int = field(default=0, init=False)
    answered: int = field(default=0, init=False)
    """Requests answered, and not with 429, since Redis was last told."""
    denied: int = field(default=0, init=False)
    """Requests answered with 429 since then."""
    news: tuple[int, int, float] | None = field(default=None, init=False)
    """What the server said since then: to which request, how many tokens remained, and when."""
    marks: deque[tuple[int, int]] = field(factory=lambda: deque(maxlen=512), init=False)
    """How many had left when Redis said how many were answered, those of all processes."""
    level_then: tuple[float, float] = field(default=(0.0, -inf), init=False)
    """What Redis had, and when it said so."""
    share: int = field(default=1, init=False)
    """The processes that share what comes back."""
    shared: Steps = field(factory=Steps, init=False)
    """The steps of the refill, as all processes' requests together show them."""
    seen: tuple[float, int, int] | None = field(default=None, init=False)
    """By Redis' clock when, what remained, and how many requests of all processes had been charged."""
    away: bool = field(default=False, init=False)
    """Whether Redis is, so that the header's pace counts."""

    @property
    def told(self) -> bool:
        """Whether somebody said how many tokens there are: the server, or Redis."""
        return not self.away or self._last is not None

    def remaining(self, now: float) -> float:
        """Tokens not spoken for, as whoever spoke last said."""
        level, then = self.level_then
        if self.away or then < self.heard:
            return Pacer.remaining(self, now)
        return min(float(self.capacity), max(0.0, level + (now - then) * self.refill)) + self.held

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """Seconds that a request would wait behind `ahead` others, as far as is known."""
        if self.away:
            return Pacer.wait(self, now, rank, ahead)
        missing = ahead + 1 - self.remaining(now) + (self.reserve if rank else 0)
        closed = max(0.0, self.opens - now) if self.refused else 0.0
        return max(closed, missing * self.share / self.refill)

    def leave(self, now: float) -> Ticket:
        """A request leaves, on one of the leased tokens where there is one."""
        if self.held:
            self.held -= 1
        return Pacer.leave(self, now)

    def answer(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A request was answered, and not with 429."""
        self.answered += 1
        Pacer.answer(self, now, ticket, remaining)

    def refuse(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A request was answered with 429."""
        self.denied += 1
        Pacer.refuse(self, now, ticket, after)

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The server had so many tokens: Redis will be told. Answers overtake each other: the last request counts."""
        if self.news is None or ticket[0] >= self.news[0] or remaining < self.news[1]:
            self.news = ticket[0], remaining, now
        Pacer.learn(self, now, ticket, remaining)

    def report(self, now: float, back: int) -> list[float]:
        """What Redis is told: what is held, and what the server said."""
        self.held -= back
        number, remaining, when = self.news or (0, -1, now)
        if now - when > OLD:
            remaining = -1
        base = next((done for left, done in reversed(self.marks) if left < number), -1)
        hold = max(0.0, self.opens - now) if self.refused else -1.0
        size, due = (self.shared.size, self.shared.next()) if self.shared.believed else (0.0, 0.0)
        seen = self.seen[0] if self.seen else 0.0
        did = [self.held + self.in_flight, back, self.answered, self.denied, hold]
        heard = [remaining, now - when, base, size, due, seen]
        self.answered = self.denied = 0
        self.news = None
        return did + heard

    def look(self, when: float, remaining: int, charged: int) -> None:
        """Learn how tokens come back from what some process saw, and how many requests had been charged by then."""
        if self.seen is not None:
            before, was, then = self.seen
            self.shared.learn(before, when, remaining - was + charged - then, full=remaining > 0.9 * self.capacity)
        self.seen = when, remaining, charged
