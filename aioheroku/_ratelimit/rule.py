"""The rule by which a process finds its rate: how long it pauses follows from the tokens that are left.

All processes of an account read the same RateLimit-Remaining, so whoever reads the same number pauses as long: their
rates are equal, and they meet at the level where together they take what comes back.
docs/internals/rate-limiting.md derives it.
"""

import random
from functools import partial
from math import exp2, inf, log2

from attrs import define, field

LONGEST, HALF = 160.0, 9  # with no tokens left a pause has so many seconds; each so many tokens halve it
PLENTY = 64  # from so many tokens on a request leaves at once, one in flight for each so many of them
RICH = 4 * PLENTY  # from so many on not even the step of a minute can make it short
LAST = 4  # interactive requests leave at once down to here
GREET, SOON = 3, 10.0  # a newcomer near an empty pool sends so many at once; its first pauses last so long, twice, ...
MINUTE = 60.0  # the refill comes within a minute, continuously or in one step, which is spent over a minute
JITTER = 0.1  # the random part of a pause, lest processes that began together send together
_draw_jitter = partial(random.uniform, 1 - JITTER, 1 + JITTER)
GLANCE = 0.25  # seconds between two close looks while nothing is short
STALE, PATIENCE, LONGEST_HOLD = 30.0, 1.0, 300.0  # a silence; how long its first request goes alone; a Retry-After

Ticket = int
"""The number of a request that left."""
Seen = tuple[float, float, int]
"""When a response came, what was left, and how many requests had been charged."""


@define(eq=False)
class Pacer:
    """One process' view of the account's tokens, and its own pace. Times are seconds of one clock, handed in."""

    capacity: int
    refill: float  # tokens a second, as far as is known: for estimates and the size of a step; the pause needs neither
    reserve: int = 0

    said: float = field(init=False)  # what the newest response said, less later requests that ended without saying
    told: bool = field(default=False, init=False)
    heard: float = field(default=-inf, init=False)
    _answered: float = field(default=-inf, init=False)
    """When a response last came that said nothing."""
    in_flight: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)  # 429s in a row
    opens: float = field(default=0.0, init=False)  # the gate is closed until then, and then for all but one probe
    last_sent: float = field(default=-inf, init=False)
    others: float = field(default=0.0, init=False)  # tokens a second that others take
    alone: bool = field(default=False, init=False)  # nobody else takes tokens, as the header shows
    _newest: Ticket = field(default=0, init=False)
    _uncharged: int = field(default=0, init=False)  # 429s, and requests that never left
    _jitter: float = field(default=1.0, init=False)
    _step: tuple[float, float] = field(default=(0.0, 0.0), init=False)  # tokens that came at once, and when
    _greets: int = field(default=GREET, init=False)  # below GREET: more of them at once; 0: paid back next; then -1
    _soon: float = field(default=SOON, init=False)
    _crowd: float = field(default=-inf, init=False)  # until then others may not have sent their first request yet
    _quiet: bool = field(default=False, init=False)  # nothing else was in flight, so nothing overtook the newest
    _net: float = field(default=0.0, init=False)  # what came back in the last minute alone
    _seen: Seen = field(default=(-inf, 0.0, 0), init=False)
    _burst: Seen = field(default=(-inf, 0.0, 0), init=False)
    _minute: Seen = field(default=(-inf, 0.0, 0), init=False)

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

    def delay(self, now: float, rank: int) -> float:
        """Seconds until the next request may leave; `inf` until a response has come. Rank 0 may use the reserve."""
        if now < self.last_sent:  # the clock was set back
            self.last_sent, self.heard, self.opens = now, -inf, min(self.opens, now + LONGEST_HOLD)
        if self.refused:
            return inf if self.in_flight and now >= self.opens else max(0.0, self.opens - now)
        if self.in_flight and now - max(self.heard, self._answered) > STALE:
            return max(0.0, self.last_sent + PATIENCE - now)
        level = self.level
        if not self.told or (not rank and level >= LAST):
            return 0.0
        if not rank and not self.sent:  # a person who begins takes the first token that there may be
            return max(0.0, self.heard + 1 / self.refill - now)
        rich = level - self.reserve >= RICH
        pause = 0.0 if rich else self.pause(now, self.reserve if rank else 0)
        if pause == 0:
            return 0.0 if self.in_flight < max(1, level / (LAST if self.alone else PLENTY)) else inf
        if 0 < self._greets < GREET and level - self.reserve >= LAST:
            return 0.0
        when = self.last_sent + self._jitter * (pause if rank else min(pause, SOON))
        if rank and self.reserved:  # what comes back is the reserve's first
            when = max(when, self.heard + (1 + self.reserve - level) / self.refill)
        return max(0.0, when - now)

    def pause(self, now: float, reserve: int = 0) -> float:
        """Seconds between two requests at present, 0 where there is plenty."""
        level = max(0.0, self.level - reserve - self._fresh(now))
        if self.alone:  # nobody else needs the last tokens
            level *= HALF
        if level >= PLENTY * (1 + self.alone):
            return 0.0
        pause = LONGEST * exp2(-level / HALF) * (1 if self._greets else GREET)
        return min(pause, self._soon) if self.level - reserve >= LAST else pause

    def eta(self, now: float, tokens: int) -> float:
        """Seconds until so many requests more may have left, as things stand."""
        closed = max(0.0, self.opens - now) if self.refused else 0.0
        free = max(0.0, self.remaining(now) - self.reserve)
        if tokens <= free and (self.alone or free >= PLENTY or not self.told):
            return closed
        share = max(self.refill - self.others, self.refill / 20)
        # What stays over is the level at which our pace is that share.
        left = 0.0 if self.alone or not self.told else HALF * log2(max(1.0, LONGEST * share))
        return max(closed, min(tokens * (self.pause(now) or inf), (tokens + left - free) / share))

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """Seconds that a request would wait behind `ahead` others, as far as is known."""
        first = self.delay(now, rank)
        return max(first if first < inf else 0.0, self.eta(now, ahead + 1))

    def remaining(self, now: float) -> float:
        """Tokens not spoken for, the refill since the last response included."""
        passed = now - self.heard
        return min(float(self.capacity), max(0.0, self.level + (passed * self.refill if 0 < passed < inf else 0.0)))

    def begin(self, now: float) -> None:
        """The server said what there is before anything was sent: where that is nothing, others begin with us."""
        if self.level < LAST:  # a step may take a minute
            self.last_sent, self._jitter = now, random.uniform(MINUTE / LONGEST, 1)  # noqa: S311 - no secret
            self._soon, self._crowd = LONGEST, now + LONGEST + MINUTE

    def leave(self, now: float) -> Ticket:
        """A request leaves; the ticket is handed in with its response."""
        if 0 < self._greets < GREET:
            self._greets -= 1
        elif self.told and self.level < RICH:
            pause = self.pause(now)
            self._soon *= 2 if pause else 1
            if pause < 1:  # whoever sends freely is a newcomer when the pool is empty all of a sudden
                self._greets = GREET
            elif self._greets < GREET or self.level >= LAST:
                near = self.level < 2 * HALF and not self.alone
                self._greets = GREET - 1 if near and self._greets == GREET else -1
        self.in_flight += 1
        self.sent += 1
        self.last_sent = now
        self._jitter = _draw_jitter()
        return self.sent

    def unsent(self, ticket: Ticket) -> None:  # noqa: ARG002 - as of a backend
        """A request never left this machine: its token is given back."""
        self.in_flight -= 1
        self._uncharged += 1

    def lost(self) -> None:
        """A request that left will have no response; its token counts as spent."""
        self.in_flight -= 1
        self.said -= 1

    def answer(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A request was answered, and not with 429."""
        self.in_flight -= 1
        self.refused = 0
        if remaining is not None:
            self.learn(now, ticket, remaining)
            return
        self._answered = now
        if ticket > self._newest:
            self.said -= 1

    def refuse(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A request was answered with 429: close the gate, for `after` seconds where the server says so."""
        self.in_flight -= 1
        self.refused += 1
        self._uncharged += 1
        self.learn(now, ticket, 0)
        self.alone, self._greets, self._soon = False, -1, inf
        wait = min(2 * LONGEST, SOON * 2.0 ** min(self.refused, 9)) * random.uniform(0.5, 1)  # noqa: S311
        self.opens = max(self.opens, now + min(wait if after is None else after, LONGEST_HOLD))

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The server had `remaining` tokens when it had charged that request."""
        self.told = True
        self.capacity = max(self.capacity, remaining)
        if ticket < self._newest:  # responses overtake each other
            self.said = min(self.said, remaining)
            return
        if remaining > 4 * RICH and now - self.heard < GLANCE:  # nothing is short: no need to look closely
            self._newest, self.said = ticket, float(remaining)
            return
        seen = now, float(remaining), ticket - self._uncharged
        if now - self.heard > LONGEST + STALE:  # what others did meanwhile is not known, nor what came in a step
            self.alone, self._greets, self._soon = False, GREET, SOON
            self._burst = self._minute = seen
            self._step = min(MINUTE * self.refill, max(0.0, remaining - PLENTY + 2 * HALF)), now
        else:
            gain = _gain(self._seen, seen)
            silent = self.sent < HALF or self._soon < LONGEST  # all were, so the refill explains more than a step does
            if gain >= max(HALF, self.refill * (now - self.heard) if silent else 0):
                self._step = min(MINUTE * self.refill, self._fresh(now) + gain), now
            if gain < 0 and self._quiet and not self.in_flight:
                self._give_way()
        self._quiet = not self.in_flight
        self._newest, self.said, self.heard, self._seen = ticket, float(remaining), now, seen
        self._look(seen)

    def _fresh(self, now: float) -> float:
        """Tokens of a step that do not count yet."""
        return self._step[0] * max(0.0, 1 - (now - self._step[1]) / MINUTE)

    def _look(self, seen: Seen) -> None:
        """See whether others take tokens: in a burst, where the refill hardly counts, and by the minute."""
        own, passed = seen[2] - self._burst[2], seen[0] - self._burst[0]
        if own >= 2 * HALF + 3 * self.in_flight:
            if _gain(self._burst, seen) < -own / 2:
                self._give_way()
            elif own >= 4 * self.refill * passed and seen[1] >= 3 * PLENTY and seen[0] > self._crowd and not self.alone:
                self.alone, self._net, self._step, self._minute = True, 0.0, (0.0, 0.0), seen
            self._burst = seen
        if (passed := seen[0] - self._minute[0]) >= MINUTE:
            net = _gain(self._minute, seen) / passed
            if self.alone and net < 0.75 * self._net:
                self._give_way()
            self._net = net if self.alone else 0.0
            self.refill = net if self.alone and net > 0 else max(self.refill, net)
            if seen[1] == self._minute[1] >= 3 * PLENTY:  # so it stands only where it is full
                self.capacity, net = int(seen[1]) + 1, self.refill
            self.others, self._minute = max(0.0, self.refill - net), seen

    def _give_way(self) -> None:
        if self.alone:
            self.alone, self._soon = False, SOON


def _gain(earlier: Seen, later: Seen) -> float:
    """Tokens that the pool has gained between two responses: the refill less what others took."""
    return later[1] - earlier[1] + later[2] - earlier[2]
