"""Client-side state of the Redis pool: the leased tokens, and the next report to Redis."""

import json
from collections import deque
from math import inf
from typing import Any

from attrs import define, field, frozen

from aioheroku._ratelimit.redis.steps import Steps

BALANCE_TTL = 60.0
"""Seconds after which a reported balance is ignored: others have spent tokens since, or more have come back."""
_MOST = 64
"""Tokens leased at a time at most when none are leased ahead of need."""
_PLENTY = 16
"""Tokens are leased ahead of need while the balance is above this multiple of the lease."""
_QUICK = 0.1
"""A lease used up within this number of seconds is doubled next time, one that lasted twice as long is halved."""
_LARGEST = 10_000_000
"""No account has more tokens; a larger number from the header or Redis is cut to it."""


@define(eq=False)
class Leases:
    """What this process holds, and what it has seen since it last reported."""

    held: int = field(default=0, init=False)
    """Tokens that Redis granted and no request has taken yet."""
    responses: int = field(default=0, init=False)
    """Responses other than 429 since the last report."""
    refused: int = field(default=0, init=False)
    """429s since the last report."""
    balance: tuple[int, int, float] | None = field(default=None, init=False)
    """The newest balance since the last report: the request's number, the tokens left, and when the response came."""
    steps: Steps = field(factory=Steps, init=False)
    """The steps of the refill, as the requests of all processes together show them."""
    _marks: deque[tuple[int, int]] = field(factory=lambda: deque(maxlen=512), init=False)
    """How many of our requests had left when Redis reported how many of all processes' had a response."""
    _seen: tuple[float, int, int] | None = field(default=None, init=False)
    """By Redis' clock when, what remained, and how many requests of all processes had been charged."""

    def observe(self, now: float, number: int, remaining: int) -> None:
        """A response reported a balance. Responses arrive out of order: that to the newest request counts."""
        if self.balance is None or number >= self.balance[0] or remaining < self.balance[1]:
            self.balance = number, min(remaining, _LARGEST), now

    def mark(self, left: int, done: int) -> None:
        """Note that after `left` of our requests were sent, `done` of all processes' had a response."""
        self._marks.append((left, done))

    def forget(self) -> None:
        """The bucket is a new one: what was counted in the former one is not comparable."""
        self._marks.clear()
        self._seen = None

    def report(self, now: float, in_flight: int, hold: float, back: int) -> dict[str, Any]:
        """The report to Redis; see `bucket.lua`.

        Args:
            now: the present moment.
            in_flight: requests sent that have no response yet.
            hold: seconds for which a 429 blocks this process, below 0 if none does.
            back: tokens given back.
        """
        self.held -= back
        report: dict[str, Any] = {
            "holding": self.held + in_flight,
            "back": back,
            "responses": self.responses,
            "refused": self.refused,
            "seen": self._seen[0] if self._seen else 0.0,
        }
        if hold >= 0:
            report["hold"] = hold
        if self.balance is not None and now - self.balance[2] <= BALANCE_TTL:
            number, remaining, when = self.balance
            report["balance"] = {"remaining": remaining, "age": max(0.0, now - when)}
            base = next((done for left, done in reversed(self._marks) if left < number), None)
            if base is not None:
                report["balance"]["base"] = base
        if self.steps.believed:
            report["steps"] = {"size": self.steps.size, "due": self.steps.next_step_at()}
        self.responses = self.refused = 0
        self.balance = None
        return report

    def learn_steps(self, readings: tuple[tuple[float, int, int], ...], capacity: int) -> None:
        """Learn how tokens come back from all processes' readings: when, tokens left, and how many were charged."""
        for when, remaining, charged in readings:
            if self._seen is not None:
                before, was, then = self._seen
                self.steps.learn(before, when, remaining - was + charged - then, full=remaining > 0.9 * capacity)
            self._seen = when, remaining, charged


@define(eq=False)
class LeaseSize:
    """How many tokens to lease ahead of need: as many as are used in no time, while they are a small part."""

    least: int
    """1 takes none ahead."""
    available: float = field(default=0.0, init=False)
    """Tokens that Redis had."""
    _size: int = field(default=0, init=False)
    _last_report_at: float = field(default=-inf, init=False)

    def wanted(self, now: float, waiting: int, rank: int) -> int:
        """Tokens to lease for this number of waiting requests; interactive ones take none ahead."""
        needed = min(_MOST, waiting)
        if not rank or self.least == 1:
            return needed
        passed, self._last_report_at = now - self._last_report_at, now
        size = self._size or self.least
        if passed < _QUICK:
            size *= 2
        elif passed > 2 * _QUICK:
            size //= 2
        self._size = size = max(self.least, min(size, 64 * self.least))
        part = self.available / _PLENTY
        return needed + (size if size < part else self.least if self.least < part else 0)


@frozen
class Reply:
    """The script's reply. Anyone who can write to Redis can put anything there, so each value has bounds."""

    call: int
    granted: int
    level: float
    wait: float
    epoch: int
    done: int
    refill: float
    """Tokens a second."""
    capacity: int
    share: int
    """Processes that share what comes back."""
    known: bool
    """Whether any process has had a response recently."""
    readings: tuple[tuple[float, int, int], ...]

    @classmethod
    def parse(cls, text: str | bytes, want: int) -> "Reply | None":
        """Read a reply; `None` when a later call overtook this one.

        Args:
            text: JSON.
            want: how many tokens were asked for.

        Raises:
            ValueError: it has another shape.
        """
        try:
            data = json.loads(text)
            if data.get("overtaken"):
                return None
            return cls(
                int(data["call"]),
                int(_within(data["granted"], 0, want)),
                _within(data["level"], -_LARGEST, _LARGEST),
                _within(data["wait"], 0.002, 300),
                int(_within(data["epoch"], 0, 1e17)),
                int(_within(data["done"], -1e17, 1e17)),
                _within(data["refill"], 1e-6, _LARGEST),
                int(_within(data["capacity"], 1, _LARGEST)),
                int(_within(data["share"], 1, 100_000)),
                bool(data["known"]),
                tuple((float(when), int(float(left)), int(float(charged))) for when, left, charged in data["readings"]),
            )
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise ValueError("a reply of another shape") from None


def _within(value: Any, low: float, high: float) -> float:
    number = float(value)
    if number != number:  # noqa: PLR0124 - not a number
        raise ValueError("not a number")
    return min(max(number, low), high)
