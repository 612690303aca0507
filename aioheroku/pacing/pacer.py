"""The rule by which a client finds its rate.

All clients of an account see the same RateLimit-Remaining, and that is all they know of each other. While there is
plenty, a request leaves at once. When tokens are short, each client's rate is a function of what all of them see, so
the rates become equal without a word between them: a steep function of the level's long-run average, which finds the
rate at which the pool neither fills nor empties, and a gentle one of the present level, which keeps it calm. Where the
tokens come in one step a minute, the step is spent evenly until the next.
"""

import random
from math import exp, inf

from attrs import define, field

from aioheroku.pacing.claim import CLAIM, Claim
from aioheroku.pacing.steps import PERIOD, Steps

LEVEL = 8.0
"""The level that short pools settle near, in tokens."""
RATE = 0.2
"""Requests a second of one client at that level."""
SLOWEST = 1 / 180
"""Requests a second of one client at least, so that it learns of better times."""
STEEP = 6.0
"""The rate goes with this power of the average: a client of 25 gets by with two thirds of the level of one of 2."""
UP, DOWN = 0.6, 0.2
"""And with the first power of the present level above it; below it too for a client of few, and down to the second for
one of many, who hears of the level late: acting strongly on that makes it swing, and swings are what is unequal."""
SLOW = 600.0
"""Seconds over which the level is averaged."""
LEAST, MOST, FIRST, FIRST_DRY, GIVEN_UP = 0.4 * LEVEL, 1.3 * LEVEL, 0.9 * LEVEL, 0.84 * LEVEL, 0.7 * LEVEL
"""Bounds of that average, where it begins, also with a pool known to be dry, and goes on after a claim in vain."""
DITHER = 0.05
"""The part of each pause that is random, lest clients that see the same always send together."""

PLENTY = 150
"""So many tokens are not short; below, a client that had to pace itself goes on doing so."""
LAST_FREE, LAST_FREE_ALONE = 12, 4
"""A burst goes on down to here, with others about and without."""
ALONE = 0.1
"""Whoever sees others take less than this part of the tokens is alone."""
GLANCE = 0.25
"""Seconds between two close looks at the header while nothing is short."""
SAMPLE = 12
"""Requests after which the others' part is measured."""

DRY = 3
"""After so many requests without a gain an empty pool is taken to refill in steps: the next comes within a minute."""

FLOOR = 16.0
"""Tokens that the spending of a step leaves over, so that the last ones are not raced for."""
SPREAD = 1.25
"""A step is spent as if so many clients shared it; more of them only spend it sooner."""

FIRST_ALONE = 1.0
"""Seconds for which the first request after a silence is waited for before another one may leave."""
STALE = 30.0
"""Seconds without an answer that make a silence."""
CROWD = 10.0
"""Whose very first request is refused knows nothing of the others: the probe waits for up to so many tokens' time."""
LONGEST_HOLD = 300.0
"""Seconds that a Retry-After may close the gate at most."""

Ticket = tuple[int, int]
"""What is known of a request that left: its number, and how many had been answered by then."""
Seen = tuple[int, int, float]
"""An answer: how many requests had been charged by then, what remained, and when it came."""


@define(eq=False)
class Pacer:
    """One client's view of the account's tokens, and its own rate of requests.

    Times are seconds of one clock, handed in by the caller.
    """

    capacity: int
    refill: float
    """Tokens a second."""
    reserve: int = 0

    level: float = field(init=False)
    """Tokens not spoken for: what the server last said, less what was sent since."""
    heard: float = field(default=-inf, init=False)
    """When the last answer came."""
    in_flight: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    """429s in a row."""
    opens: float = field(default=0.0, init=False)
    """The gate is closed until then, and afterwards for all but one probe until that one is answered."""
    last_sent: float = field(default=-inf, init=False)
    others: float = field(default=0.0, init=False)
    """Tokens a second that others take."""
    steps: Steps = field(factory=Steps, init=False)
    _pause: float = field(default=1.0, init=False)
    _average: float = field(default=FIRST, init=False)
    _averaged: float | None = field(default=None, init=False)
    _gained: float = field(default=-inf, init=False)
    """When the pool was last seen to gain tokens."""
    _idle: int = field(default=0, init=False)
    """Requests sent since then."""
    _burst: bool = field(default=True, init=False)
    _share: float | None = field(default=None, init=False)
    """Our part of what is taken, measured in bursts, where the refill does not matter."""
    _uncharged: int = field(default=0, init=False)
    """429s in all: they took no token."""
    _newest: int = field(default=0, init=False)
    """The number of the request whose answer was the newest."""
    _last: Seen | None = field(default=None, init=False)
    _sample: Seen | None = field(default=None, init=False)
    _minute: Seen | None = field(default=None, init=False)
    _net: float = field(default=0.0, init=False)
    """Tokens a second gained in the last minute measured."""
    _claim: Claim = field(factory=Claim, init=False)

    def __attrs_post_init__(self) -> None:
        self.level = float(self.capacity)

    @property
    def told(self) -> bool:
        """Whether the server ever said how many tokens there are."""
        return self._last is not None

    @property
    def reserved(self) -> bool:
        """Whether what is left is the reserve, which interactive requests alone may use."""
        return self.reserve > 0 and self.level - self.reserve < 1

    # --- asking ---------------------------------------------------------------------------------------------

    def delay(self, now: float, rank: int = 1) -> float:
        """Seconds until the next request may leave: 0 is now, `inf` is not before another answer.

        Args:
            now: the present moment.
            rank: 0 for interactive requests, which may use the reserve.
        """
        if now < self.last_sent:
            self._rewind(now)
        if self.refused and (now < self.opens or not self._claim.made(now)):
            return inf if self.in_flight and now >= self.opens else max(0.0, self.opens - now)
        if self.in_flight and now - self.heard > STALE:
            return max(0.0, self.last_sent + FIRST_ALONE - now)
        level = self.level - self.reserve if rank else self.level
        if (self._burst or not rank) and self._plenty(level, rank):
            return 0.0
        if self._last is None:  # the server says nothing: our own account is all there is
            return max(0.0, 1 - self.remaining(now) + (self.reserve if rank else 0)) / self.refill
        when = self._paced(now, level)
        if rank and self.reserved:
            when = max(when, self.heard + (1 - level) / self.refill)
        if not rank and not self.sent:  # whoever begins with a person waiting takes the first token there may be
            when = min(when, self.heard + 1 / self.refill)
        return max(0.0, when - now)

    def _paced(self, now: float, level: float) -> float:
        """The moment at which the next request may leave where tokens are short."""
        when = self.last_sent + self._pause / self._rate(now, level)
        if level < 1 and self._idle >= DRY and not self._claim.made(now):
            when = max(when, min(self.last_sent, self._gained) + PERIOD + 1)
        if self.steps.believed:
            for moment in (self.steps.next() + self._pause - 1 + DITHER, self.steps.look()):
                if moment > now and level >= 1:
                    when = min(when, moment)
        return when

    def eta(self, now: float, tokens: int) -> float:
        """Seconds until so many requests more may have left, as things stand."""
        closed = max(0.0, self.opens - now) if self.refused else 0.0
        missing = tokens - max(0.0, self.remaining(now) - self.reserve)
        if missing <= 0:
            return closed
        return max(closed, missing / max(self.refill - self.others, self.refill / 20))

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """Seconds that a request would wait behind `ahead` others, as far as is known."""
        first = self.delay(now, rank)
        return max(first if first < inf else 0.0, self.eta(now, ahead + 1))

    def remaining(self, now: float) -> float:
        """Tokens not spoken for, the refill since the last answer included."""
        passed = now - self.heard
        grown = self.level + (passed * self.refill if 0 < passed < inf else 0.0)
        return min(float(self.capacity), max(0.0, grown))

    def _rewind(self, now: float) -> None:
        """The clock was set back: what is known of the tokens stays, what is known of times does not."""
        self.last_sent = self.heard = now
        self.opens = min(self.opens, now + LONGEST_HOLD)
        self.steps, self._claim = Steps(), Claim()
        self._gained, self._averaged = -inf, None
        self._sample = self._minute = None
        if self._last is not None:
            self._last = (*self._last[:2], now)

    def _plenty(self, level: float, rank: int) -> bool:
        """Whether a request may leave without a pause; interactive ones go on where others begin to pace themselves."""
        if self._share is None:
            return level > (16 if rank else 4) * self.in_flight
        alone = self._share > 1 - ALONE
        if level < (LAST_FREE_ALONE if alone or not rank else LAST_FREE):
            return False
        return alone or self.in_flight + 1 <= level * self._share / 2

    def _rate(self, now: float, level: float) -> float:
        """Requests a second."""
        if self.steps.believed:
            end = self.steps.next()
            if now > end:
                level, end = level + self.steps.size, end + PERIOD
            return max(level - FLOOR, 0.25) / (SPREAD * max(end - now, 1.0))
        if self._claim.made(now):
            return self._claim.rate * self.refill
        ratio = max(level, 0.5) / self._average
        power = UP if ratio > 1 else min(UP, max(DOWN, 1.6 * self._average / LEVEL - 1.3))
        return max(SLOWEST, RATE * float((self._average / LEVEL) ** STEEP) * float(ratio**power))

    # --- telling --------------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """The server said what there is before anything was sent: where that is little, others begin with us."""
        if not self._burst:
            self._average = FIRST_DRY
            token = self._rate(now, self.level) / self.refill  # as a part of a pause
            self.last_sent, self._pause = now, token + random.random()  # noqa: S311

    def leave(self, now: float) -> Ticket:
        """A request leaves; the ticket is handed in with its answer."""
        self.level -= 1
        self.in_flight += 1
        self.sent += 1
        self.last_sent = now
        if not self._burst:
            self._pause = 1 + random.uniform(-DITHER, DITHER)  # noqa: S311  # no secret
        return self.sent, self.sent - self.in_flight

    def lost(self) -> None:
        """A request that left will have no answer; its token counts as spent."""
        self.in_flight -= 1

    def unsent(self) -> None:
        """A request never left this machine; its token is given back."""
        self.in_flight -= 1
        self.level += 1
        self._uncharged += 1

    def answer(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A request was answered, and not with 429."""
        self.in_flight -= 1
        self.refused = 0
        if self._claim.refused and self._claim.made(now):
            self._claim.tried(now, self.refill, won=True)
        if remaining is None:
            self.level = self.remaining(now)
            self.heard = now
        else:
            self.learn(now, ticket, remaining)

    def refuse(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A request was answered with 429: close the gate, for `after` seconds where the server says so."""
        self.in_flight -= 1
        self.refused += 1
        self._uncharged += 1
        self._claim.refused += 1
        self._burst = False
        self.learn(now, ticket, 0)
        if self._claim.made(now) and not self._claim.tried(now, self.refill, won=False):
            self._average = GIVEN_UP
        self.opens = max(self.opens, now + min(self._hold(now) if after is None else after, LONGEST_HOLD))

    def _hold(self, now: float) -> float:
        if self._claim.made(now):
            return 0.0
        if self.steps.believed:
            return max(0.0, self.steps.next() - now) + random.uniform(0, 3)  # noqa: S311
        if self.refused == 1:
            return random.uniform(1, CROWD if self.sent == 1 else 3) / self.refill  # noqa: S311
        wait = min(self.refused - 1, 2) * PERIOD / 3  # the second 429 in a row smells of steps
        return random.uniform(wait, 2 * wait)  # noqa: S311

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The server had `remaining` tokens when it had charged that request."""
        number, answered = ticket
        if remaining >= self.capacity:
            self.capacity = remaining + 1
        self.heard = now
        likely = remaining - (self.sent - number)
        last = self._last
        if last is not None and self._burst and remaining > 2 * PLENTY and now - last[2] < GLANCE:
            self.level = likely
            return  # nothing is short: do not look closely each time
        # Answers overtake each other. Alone, the true level lies between these two and our own account is exact;
        # what others took shows as a level below it.
        level = self.level
        if level > remaining:
            level = remaining
        elif level < likely:
            level = max(level, remaining - (self.sent - 1 - answered))
        self.level = level if likely >= level else (level + likely) / 2
        if number >= self._newest:  # the same number: an answer that took no token
            self._last = seen = (number - self._uncharged, remaining, now)
            gain = 0 if last is None else _gain(last, seen)
            if last is not None:
                self.steps.learn(last[2], now, gain, full=remaining > 0.9 * self.capacity)
            self._idle = 0 if gain > 0 or last is None else self._idle + number - self._newest
            if not self._idle:
                self._gained = now
            self._newest = number
            self._measure(seen)
        self._settle(now, remaining - self.reserve)

    def _measure(self, seen: Seen) -> None:
        """Measure the others' part after each sample, and the refill after each minute."""
        number, remaining, now = seen
        self._sample = sample = self._sample or seen
        passed = now - sample[2]
        own = number - sample[0]
        if own >= max(SAMPLE, 8 * self.in_flight) or (passed > PERIOD and own):
            if own >= 4 * self.refill * passed:
                others = max(0.0, self.refill * passed - _gain(sample, seen))
                share = max(0.02, own / (own + others))
                self._share = share if self._share is None else self._share + 0.4 * (share - self._share)
            self._sample = seen
        self._minute = minute = self._minute or seen
        passed = now - minute[2]
        if passed >= PERIOD:
            net = _gain(minute, seen) / passed
            sure = min(net, self._net)  # one minute alone may hold two steps, or the day on which an account grew
            if sure > self.refill:
                self.refill += 0.5 * (sure - self.refill)
            overflows = net >= 0 and remaining >= 0.9 * self.capacity
            self.others = 0.0 if overflows else max(0.0, self.refill - net)
            self._net = net
            self._minute = seen

    def _settle(self, now: float, level: int) -> None:
        """Follow the level with its average, which is where our rate comes from."""
        if level >= PLENTY:
            self._burst = True
        elif self._share is None or self._share <= 1 - ALONE:
            self._burst = self._burst and level >= LAST_FREE and level * (self._share or 1) >= 2
        elif level < LAST_FREE_ALONE:
            self._burst, self._share = False, 0.5  # whether others are about cannot be told from here on
        if self._burst and self._share is not None:
            fair = LEVEL * float((self._share * self.refill / RATE) ** (1 / STEEP))
            self._average = min(MOST, max(LEAST, fair))
        elif self._averaged is not None:
            weight = 1 - exp(-max(0.0, now - self._averaged) / SLOW)
            self._average += weight * (min(MOST, max(LEAST, level + 1)) - self._average)
        self._averaged = now
        if self._claim.settled(now, level):
            self._average = LEVEL * float((CLAIM * self.refill / RATE) ** (1 / STEEP))


def _gain(earlier: Seen, later: Seen) -> int:
    """Tokens that the pool has gained from one answer to the other: the refill less what others took."""
    return later[1] - earlier[1] + later[0] - earlier[0]
