"""The rule by which a process finds its rate: how long it pauses depends on the tokens left, and on nothing else.

All processes of an account read the same RateLimit-Remaining. While there is plenty, a request leaves at once. Below,
each pauses between its requests, for longer the fewer tokens are left: whoever reads the same number pauses as long,
so the rates are equal, and they meet where together they make the refill. Nothing is remembered: a process that joins
or restarts needs no history, and none can fall behind.
"""

import random
from math import inf

from attrs import define, field

SPARE = 208.0
"""With so many tokens left a process makes one request a second, with half as many a quarter of that."""
LONGEST = 150.0
"""Seconds of a pause at most, so that a process learns of better times; and of the wait after refused requests."""
JITTER = 0.1
"""The part of a pause that is random, lest processes that began together send together."""
PLENTY = 240
"""From so many tokens on a request leaves at once, with one in flight for each `EACH` of them."""
EACH = 16
LAST = 4
"""The last tokens are left to interactive requests, which leave at once down to here."""
REFUSED = 4.0
"""Seconds of the wait after a refused request, twice as many after each further one in a row."""
FIRST_ALONE = 1.0
"""Seconds for which the first request after a silence is waited for before another one may leave."""
STALE = 30.0
"""Seconds without a response that make a silence."""
LONGEST_HOLD = 300.0
"""Seconds that a Retry-After may close the gate at most."""
MINUTE = 60.0
"""Seconds over which the refill is measured: it comes within a minute, continuously or in one step."""

Ticket = int
"""The number of a request that left."""


@define(eq=False)
class Pacer:
    """One process' view of the account's tokens, and its own pace. Times are seconds of one clock, handed in."""

    capacity: int
    refill: float
    """Tokens a second."""
    reserve: int = 0

    said: float = field(init=False)
    """Tokens left as the newest response said, less those of later requests that ended without saying."""
    heard: float = field(default=-inf, init=False)
    """When the last response came."""
    told: bool = field(default=False, init=False)
    """Whether the server ever said how many tokens there are."""
    in_flight: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    """429s in a row."""
    opens: float = field(default=0.0, init=False)
    """The gate is closed until then, and afterwards for all but one probe until that one is answered."""
    last_sent: float = field(default=-inf, init=False)
    others: float = field(default=0.0, init=False)
    """Tokens a second that others take, as far as is known."""
    _newest: Ticket = field(default=0, init=False)
    _jitter: float = field(default=1.0, init=False)
    _charged: int = field(default=0, init=False)
    """Requests answered, and not with 429."""
    _minute: tuple[float, float, int] | None = field(default=None, init=False)
    """When a measurement of the refill began, what was left, and how many requests had been charged."""

    def __attrs_post_init__(self) -> None:
        self.said = float(self.capacity)

    @property
    def level(self) -> float:
        """Tokens not spoken for."""
        return self.said - self.in_flight

    @property
    def reserved(self) -> bool:
        """Whether what is left is the reserve, which interactive requests alone may use."""
        return self.reserve > 0 and self.level - self.reserve < 1

    # --- asking ---------------------------------------------------------------------------------------------

    def delay(self, now: float, rank: int) -> float:
        """Seconds until the next request may leave; `inf` until a response has come. Rank 0 may use the reserve."""
        if now < self.last_sent:  # the clock was set back
            self.last_sent, self.opens, self._minute = now, min(self.opens, now + LONGEST_HOLD), None
        if self.refused:
            return inf if self.in_flight and now >= self.opens else max(0.0, self.opens - now)
        if self.in_flight and now - self.heard > STALE:
            return max(0.0, self.last_sent + FIRST_ALONE - now)
        level = self.level - self.reserve if rank else self.level
        if not self.told or (not rank and level >= LAST):
            return 0.0
        if level >= PLENTY:
            return 0.0 if self.in_flight < level / EACH else inf
        if level < 1 and self.reserved and rank:  # what comes back goes to the reserve first
            return max(0.0, self.heard + (1 - level) / self.refill - now)
        return max(0.0, self.last_sent + self._jitter * self.pause(level) - now)

    @staticmethod
    def pause(level: float) -> float:
        """Seconds between two requests with so many tokens left."""
        return min(LONGEST, (SPARE / level) ** 2) if level > 0 else LONGEST

    def eta(self, now: float, tokens: int) -> float:
        """Seconds until so many requests more may have left, as things stand."""
        closed = max(0.0, self.opens - now) if self.refused else 0.0
        missing = tokens - max(0.0, self.remaining(now) - self.reserve)
        return max(closed, missing / max(self.refill - self.others, self.refill / 20))

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """Seconds that a request would wait behind `ahead` others, as far as is known."""
        first = self.delay(now, rank)
        return max(first if first < inf else 0.0, self.eta(now, ahead + 1))

    def remaining(self, now: float) -> float:
        """Tokens not spoken for, the refill since the last response included."""
        passed = now - self.heard
        grown = self.level + (passed * self.refill if 0 < passed < inf else 0.0)
        return min(float(self.capacity), max(0.0, grown))

    # --- telling --------------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """The server said what there is before anything was sent: where that is little, others begin with us."""
        self.last_sent, self._jitter = now, random.random()  # noqa: S311 - no secret

    def leave(self, now: float) -> Ticket:
        """A request leaves; the ticket is handed in with its response."""
        self.in_flight += 1
        self.sent += 1
        self.last_sent = now
        self._jitter = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311
        return self.sent

    def unsent(self, ticket: Ticket) -> None:
        """A request never left this machine: its token is given back."""
        self.in_flight -= 1

    def lost(self) -> None:
        """A request that left will have no response; its token counts as spent."""
        self.in_flight -= 1
        self.said -= 1

    def answer(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A request was answered, and not with 429."""
        self.in_flight -= 1
        self.refused = 0
        self._charged += 1
        if remaining is not None:
            self.learn(now, ticket, remaining)
        elif ticket > self._newest:
            self.said -= 1
            self.heard = now

    def refuse(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A request was answered with 429: close the gate, for `after` seconds where the server says so."""
        self.in_flight -= 1
        self.refused += 1
        self.learn(now, ticket, 0)
        wait = min(LONGEST, REFUSED * 2.0 ** min(self.refused, 9) * random.uniform(0.5, 1))  # noqa: S311
        self.opens = max(self.opens, now + min(wait if after is None else after, LONGEST_HOLD))

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The server had `remaining` tokens when it had charged that request."""
        self.heard, self.told = now, True
        self.capacity = max(self.capacity, remaining)
        if ticket < self._newest:  # responses overtake each other
            self.said = min(self.said, remaining)
            return
        self._newest, self.said = ticket, float(remaining)
        begun, then, charged = self._minute or (now, self.said, self._charged)
        if now - begun >= MINUTE:
            net = (self.said - then + self._charged - charged) / (now - begun)
            self.refill = max(self.refill, (self.refill + net) / 2)
            self.others = max(0.0, self.refill - net)
            self._minute = now, self.said, self._charged
        elif self._minute is None:
            self._minute = begun, then, charged
