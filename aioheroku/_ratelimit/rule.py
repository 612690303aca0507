"""The rule by which a process finds its rate: how long it pauses follows from the tokens that are left.

Those that read the same header pause as long, and meet where they take what comes back: docs/internals/rate-limiting.md
"""

import random
from math import exp2, inf

from attrs import define, field

from aioheroku._ratelimit.account import FORGET, MINUTE, Account, Ticket

LONGEST, HALF, HALF_ALONE = 205.0, 9, 0.57
"""Seconds between two requests with no tokens left, and how many tokens halve them: few where no other needs them."""
BEND, SHORTEST = 45.0, 1.2
"""Short pauses are less by 45 s / pause, so that few processes leave few tokens standing, and none is below 1.2 s."""
CEILING = 1000.0
"""Seconds that a pause lasts at most, divided by the tokens left, those of a step that are held back included."""
PLENTY, PLENTY_ALONE, RICH, EACH = 110, 10, 256, 64
"""Tokens from which on a request leaves at once; the same for a process that is alone; from which on not even the step
of a minute can make them short; and that there must be for each request in flight, where none pauses."""
LAST, PATIENCE = 4, 10.0
"""Tokens down to which an interactive request leaves at once, and for each of which one alone has one in flight; and
seconds between two interactive requests at most."""
FEW, SIGNAL = 2, 7
"""Tokens between which a newcomer's second request leaves at once: one alone leaves so few, and must notice it."""
STALE, PROBE, HOLD = 30.0, 1.0, 300.0
"""Seconds: after such a silence requests leave one by one, one each `PROBE`; a 429 stops all for `HOLD` at most."""


def pause(level: float, *, alone: bool = False) -> float:
    """Seconds between two requests of one process with `level` tokens left: 0.0 where there are plenty."""
    if level >= (PLENTY_ALONE if alone else PLENTY):
        return 0.0
    seconds = LONGEST * exp2(-max(0.0, level) / (HALF_ALONE if alone else HALF))
    return seconds if alone else max(SHORTEST, seconds - BEND / seconds)


@define(eq=False)
class Pacer:
    """One process' own pace. Times are seconds of one clock, handed in."""

    account: Account
    reserve: int = 0
    refused: int = field(default=0, init=False)
    """429s in a row."""
    opens: float = field(default=0.0, init=False)
    """After a 429 the circuit is open until then, and then for all but one probe."""
    last_sent: float = field(default=-inf, init=False)
    _jitter: float = field(default=1.0, init=False)
    _signal: bool = field(default=True, init=False)
    """Whether the next request but the first one may leave at once with few tokens left."""

    @property
    def reserved(self) -> bool:
        """Whether only the reserve is left, which interactive requests alone may use."""
        return self.reserve > 0 and self.account.level - self.reserve < 1

    def delay(self, now: float, rank: int) -> float:
        """Seconds until the next request may leave; `inf` until a response has come. Rank 0 may use the reserve."""
        account, level = self.account, self.account.level
        if now < self.last_sent:  # the clock was set back
            self.last_sent, account.updated, self.opens = now, -inf, min(self.opens, now + HOLD)
        if self.refused:
            return self._probe(now)
        if account.in_flight and now - account.responded > STALE:
            return max(0.0, self.last_sent + PROBE - now)
        if not account.known or (not rank and level >= LAST):
            return 0.0
        if level - self.reserve < RICH and (seconds := self._short(now, rank)) is not None:
            return seconds
        return 0.0 if account.in_flight < max(1, level / (LAST if account.alone else EACH)) else inf

    def _probe(self, now: float) -> float:
        """Seconds until one request may leave after a 429."""
        return inf if self.account.in_flight and now >= self.opens else max(0.0, self.opens - now)

    def _short(self, now: float, rank: int) -> float | None:
        """Seconds until the next request may leave where tokens are short; `None` where there are plenty after all."""
        account, level = self.account, self.account.level
        if not rank and not account.sent:  # a person who begins takes the first token that there may be
            return max(0.0, account.updated + 1 / account.refill - now)
        if not (seconds := self.pause(self.reserve if rank else 0)):
            return None
        if self._signal and account.sent and FEW <= level - self.reserve < SIGNAL:
            return 0.0
        when = self.last_sent + self._jitter * (seconds if rank else min(seconds, PATIENCE))
        if rank and self.reserved:  # what comes back is the reserve's first
            when = max(when, account.updated + (1 + self.reserve - level) / account.refill)
        return max(0.0, when - now)

    def pause(self, reserve: int = 0) -> float:
        """Seconds between two requests at present, 0.0 where there are plenty."""
        seconds, level = pause(self.account.settled - reserve, alone=self.account.alone), self.account.level - reserve
        return min(seconds, CEILING / max(1, level))

    def begin(self, now: float) -> None:
        """The balance came before anything was sent: where it is nothing, others may begin at the same time."""
        if self.account.level < LAST:  # a step may take a minute
            self.last_sent, self._signal, self._jitter = now, False, random.uniform(MINUTE / LONGEST, 1)  # noqa: S311

    def leave(self, now: float) -> Ticket:
        """A request leaves; the ticket is handed in with its response."""
        self._signal = self._signal and not self.account.sent
        self.last_sent, self._jitter = now, random.uniform(0.9, 1.1)  # noqa: S311 - those that began together drift apart
        return self.account.leave()

    def on_response(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A response other than 429 came."""
        self.account.in_flight -= 1
        if remaining is not None:
            self.learn(now, ticket, remaining)
        else:  # where tokens are short the pace rises until a header comes, or a 429
            account = self.account
            account.end(now, ticket, max(1.0, HALF - account.balance) if account.known and self.pause() else -1)
        self.refused = 0

    def on_rejected(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A 429 came: open the circuit, for `after` seconds if the platform named them."""
        self.account.unsent()
        self.refused += 1
        self.learn(now, ticket, 0)
        self.account.alone = False
        wait = min(HOLD, 2 * PATIENCE * 2.0 ** min(self.refused, 9)) * random.uniform(0.5, 1)  # noqa: S311
        self.opens = max(self.opens, now + min(wait if after is None else after, HOLD))

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The balance was `remaining` when that request had been charged."""
        if self.account.report(now, ticket, remaining):
            self._signal = self._signal or now - self.account.updated > FORGET
            self.account.learn(now, ticket)
