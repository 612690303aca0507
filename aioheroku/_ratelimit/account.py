"""The account as the responses show it: tokens left, what comes back, and what other clients take."""

from math import inf
from typing import NamedTuple

from attrs import Factory, define, field

MINUTE = 60.0
"""Seconds in which Heroku gives back a minute's tokens: one by one, or all of them in one step."""
STEP, AGO = 9, 0.12
"""Tokens at once that may be a step, and how long before the reading it came, as a part of the gap between the two."""
TRUSTED = 43
"""Tokens that a newcomer counts at once; more may have come in a step of which others have spent nothing yet."""
FORGET = 240.0
"""Seconds without a response after which earlier readings are out of date: longer than the longest pause."""
BURST, SPARE = 18, 192
"""Requests of ours that show whether others take tokens, and tokens above which none pauses, so that all show."""
EXPECTED, MEASURED = 0.75, 9
"""The part of the refill that a process which is alone must see come back, and the tokens that show what that is."""
GLANCE, AMPLE = 0.25, 1024
"""Seconds between two evaluations of the header while this many tokens are left: one is half of a request's cost."""

Ticket = int  # the number of a request that left


class Reading(NamedTuple):
    """A response that reported the balance, and how many requests of this process the account had charged by then."""

    at: float
    balance: float
    charged: int


NONE = Reading(-inf, 0.0, 0)


def gain(earlier: Reading, later: Reading) -> float:
    """Tokens that came back between two readings, less those that others took."""
    return later.balance - earlier.balance + later.charged - earlier.charged


@define(eq=False)
class Account:
    """The account as one process sees it. Times are seconds of one clock, handed in."""

    capacity: int
    refill: float
    """Tokens a second, as far as responses have shown it."""
    balance: float = field(default=Factory(lambda self: float(self.capacity), takes_self=True), init=False)
    """What the newest response reported, with what later responses without a report have changed."""
    known: bool = field(default=False, init=False)
    """Whether any response has reported a balance."""
    updated: float = field(default=-inf, init=False)
    """When a response last reported a balance."""
    responded: float = field(default=-inf, init=False)
    """When any response came last, with a balance or without."""
    in_flight: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)
    others: float = field(default=0.0, init=False)
    """Tokens a second that others take."""
    alone: bool = field(default=False, init=False)
    """Whether no other client takes any."""
    _newest: Ticket = field(default=0, init=False)
    _uncharged: int = field(default=0, init=False)
    """Requests that took no token: 429s, and those that never left."""
    _step: tuple[float, float] = field(default=(0.0, 0.0), init=False)
    """When tokens last came in one step, and how many."""
    _exact: bool = field(default=False, init=False)
    """Whether nothing else was in flight at the last reading, so that the next one counts exactly."""
    _last: Reading = field(default=NONE, init=False)
    _burst: Reading = field(default=NONE, init=False)
    _minute: Reading = field(default=NONE, init=False)
    _continuous: Reading = field(default=NONE, init=False)
    """Since when this process knows that tokens come back one by one, and that no other takes any."""
    _net: float = field(default=0.0, init=False)
    """Tokens a second that came back in the last minute, less those that others took."""
    _fallen: float = field(default=0.0, init=False)
    """By how much the level fell from reading to reading of this minute: at least this many others have taken."""
    _missing: float = field(default=0.0, init=False)
    """Tokens that should have come back while it is alone, and did not."""

    @property
    def level(self) -> float:
        """Tokens left that no request in flight will take."""
        return self.balance - self.in_flight

    @property
    def settled(self) -> float:
        """The level, less the part of the last step that was not to be spent yet when it was reported."""
        return self.level - self._held(self.updated)

    def remaining(self, now: float) -> float:
        """The level, with what has come back since the last report."""
        passed = now - self.updated
        return min(float(self.capacity), max(0.0, self.level + (passed * self.refill if 0 < passed < inf else 0.0)))

    def leave(self) -> Ticket:
        """A request leaves; the ticket is handed in with its response."""
        self.in_flight += 1
        self.sent += 1
        return self.sent

    def end(self, now: float, ticket: Ticket, change: float) -> None:
        """A response came that reported no balance, which is expected to have changed by so much."""
        self.responded = now
        if ticket > self._newest:
            self.balance += change

    def unsent(self) -> None:
        """A request took no token: it never left this machine, or the response was 429."""
        self.in_flight -= 1
        self._uncharged += 1

    def lost(self) -> None:
        """A request that left will have no response; its token counts as spent."""
        self.in_flight -= 1
        self.balance -= 1

    def report(self, now: float, ticket: Ticket, remaining: int) -> bool:
        """The balance was `remaining` when that request had been charged; whether there is more to `learn` from it."""
        self.known, self.responded = True, now
        self.capacity = max(self.capacity, remaining)
        if ticket < self._newest:  # responses overtake each other
            self.balance = min(self.balance, remaining)
            return False
        self._newest, self.balance = ticket, remaining
        return remaining <= AMPLE or now - self.updated >= GLANCE

    def learn(self, now: float, ticket: Ticket) -> None:
        """Learn from the newest report what comes back and what others take."""
        passed, self.updated = now - self._last.at, now
        reading = Reading(now, self.balance, ticket - self._uncharged)
        gained = gain(self._last, reading)
        self._fallen += max(0.0, -gained)
        if passed > FORGET:
            self.alone, self._burst, self._minute = False, reading, reading
        if passed > FORGET or not self._last.charged:
            self._step = now, min(MINUTE * self.refill, max(0.0, self.balance - TRUSTED))
        else:
            if gained >= STEP:
                self._step = now - AGO * passed, self._held(now) + gained
            self._miss(reading, passed, gained)
        self._exact, self._last = not self.in_flight, reading
        self._look(reading)

    def _held(self, at: float) -> float:
        """Tokens of the last step that are not to be spent yet at that moment."""
        since, size = self._step
        return size * min(1.0, max(0.0, 1 - (at - since) / MINUTE))

    def _miss(self, reading: Reading, passed: float, gained: float) -> None:
        """End `alone` when a token is missing: of those that come one by one, or in steps between two of them."""
        if not self.alone or not self._exact or self.in_flight:
            self._missing = 0.0
            return
        if self._continuous is NONE:
            if 0 < gained < STEP:
                self._continuous = self._last
            elif gained >= STEP and passed < MINUTE:
                self.refill = gained / MINUTE
        self._missing = max(0.0, self._missing + EXPECTED * self._steady(reading) * passed - gained)
        self.alone = self._missing < 1

    def _steady(self, reading: Reading) -> float:
        """Tokens that came back in a second since it is alone: 0.0 in steps, and until enough came."""
        tokens = gain(self._continuous, reading)
        return tokens / max(1.0, reading.at - self._continuous.at) if tokens >= MEASURED else 0.0

    def _look(self, reading: Reading) -> None:
        """Detect whether other clients take tokens: in a burst, where the refill hardly counts, and by the minute."""
        own = reading.charged - self._burst.charged
        if own >= BURST + 3 * self.in_flight:
            if gain(self._burst, reading) < -own / 4:
                self.alone = False
            elif own >= 4 * self.refill * (reading.at - self._burst.at) and reading.balance >= SPARE and not self.alone:
                self.alone, self._minute, self._continuous, self._step = True, reading, NONE, (0.0, 0.0)
            self._burst = reading
        passed, gained = reading.at - self._minute.at, gain(self._minute, reading)
        if passed < MINUTE:  # what came back so far is a minute's refill at most, continuously or in one step
            self.refill = max(self.refill, (gained - self.in_flight) / MINUTE)
        else:
            self._end_minute(reading, gained / passed)

    def _end_minute(self, reading: Reading, net: float) -> None:
        steady = self._steady(reading) if self.alone else 0.0
        self.alone = self.alone and net >= EXPECTED * steady
        # One minute may have a step more than the next one has: of two, the lesser is sure.
        self.refill, self._net = steady or max(self.refill, min(net, self._net)), net
        low, high = sorted((reading.balance, self._minute.balance))
        if low >= SPARE and high - low <= 3:  # as it stands only where it is full: what comes back is lost
            self.capacity, net = int(high) + 1, self.refill - self._fallen / (reading.at - self._minute.at)
        self.others, self._minute, self._fallen = max(0.0, self.refill - net), reading, 0.0
