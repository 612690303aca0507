"""The account as the responses show it: tokens left, the refill rate, and the tokens that other clients take."""

from math import ceil, inf

from attrs import define, field

from aioheroku._ratelimit.schedule import LEAST, MINUTE, NO_READING, Reading, RefillSchedule, gain

BURST = 18
"""Requests of ours that show whether others take tokens: few, so that the refill meanwhile is negligible."""
SPARE = 192
"""Tokens that must be left to detect other clients: above this level none of them pauses, so all of them show."""
TRUSTED = 43
"""Tokens that a newcomer counts at once; more may have come in a step of which others have spent nothing yet."""
FORGET = 240.0
"""Seconds without a response after which earlier readings are out of date: longer than the longest pause."""
LAPPING = 3
"""Tokens by which the level of a full pool differs from moment to moment: what others took has not come back yet."""
EXPECTED = 0.75
"""The part of the refill that a process which is alone must see come back: it knows the refill to a few percent."""
GLANCE, AMPLE = 0.25, 1024
"""Minimum seconds between two full evaluations of the header while this many tokens are left: one is half of the
pool's cost of a request."""

Ticket = int
"""The number of a request that left."""


@define(eq=False)
class Account:
    """The account as one process sees it. Times are seconds of one clock, handed in."""

    capacity: int
    refill: float
    """Tokens a second, as far as responses have shown it."""
    balance: float = field(init=False)
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
    schedule: RefillSchedule = field(factory=RefillSchedule, init=False)
    _undisturbed: bool = field(default=False, init=False)
    """Whether nothing else was in flight at the last reading, so that the next one counts exactly."""
    _net: float = field(default=0.0, init=False)
    """The refill a second measured in the last minute alone."""
    _last: Reading = field(default=NO_READING, init=False)
    _burst: Reading = field(default=NO_READING, init=False)
    _minute: Reading = field(default=NO_READING, init=False)
    _before: Reading = field(default=NO_READING, init=False)
    _continuous: bool = field(default=False, init=False)
    """Whether tokens come back one by one, as far as this process knows since it is alone."""
    _missing: float = field(default=0.0, init=False)
    """Tokens that should have come back while it is alone, and did not."""
    _fallen: float = field(default=0.0, init=False)
    """By how much the level fell from reading to reading of the last minute: at least this many others have taken."""

    def __attrs_post_init__(self) -> None:
        self.balance = float(self.capacity)

    @property
    def level(self) -> float:
        """Tokens left that no request in flight will take."""
        return self.balance - self.in_flight

    @property
    def settled(self) -> float:
        """The level, less the part of the last refill step that was not to be spent yet when it was reported."""
        return self.level - self.schedule.held(self.updated)

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

    def learn(self, now: float, ticket: Ticket, remaining: int, *, beginning: bool = False) -> None:
        """Learn from the newest report what comes back and what others take.

        Args:
            now: the present moment.
            ticket: the request's.
            remaining: tokens left.
            beginning: others may have been silent since the last report, so what the refill explains was no step.
        """
        passed, self.updated = now - self._last.at, now
        reading = Reading(now, self.balance, ticket - self._uncharged)
        if passed > FORGET:  # it may be a step that no process has spent from yet
            self.alone = False
            self._burst = self._minute = reading
            self._trust(now, remaining)
        elif not ticket:  # before the first request all that comes back counts as one gain
            self._trust(now, remaining)
            self._look(reading)
            return
        else:
            gained = self.schedule.learn(self._last, reading, self.refill, beginning=beginning)
            self._miss(reading, gained)
        self._undisturbed, self._last = not self.in_flight, reading
        self._look(reading)

    def _miss(self, reading: Reading, gained: float) -> None:
        """End `alone` when a token is missing: of those that come one by one, or in steps between two of them."""
        if not self.alone or not self._undisturbed or self.in_flight:
            self._missing = 0.0
            return
        self._continuous = self._continuous or 0 < gained < LEAST
        since = reading.at - self._minute.at
        refill = self.refill if self._net else gain(self._minute, reading) / since if since > MINUTE / 2 else 0.0
        expected = EXPECTED * refill * (reading.at - self._last.at) if self._continuous else 0.0
        self._missing = max(0.0, self._missing + expected - gained)
        self.alone = self._missing < 1

    def _trust(self, now: float, remaining: int) -> None:
        """Count `TRUSTED` tokens at most: the others may be a step of which nobody has spent anything yet."""
        self.schedule.assume(now, min(MINUTE * self.refill, max(0.0, remaining - TRUSTED)))

    def _look(self, reading: Reading) -> None:
        """Detect whether other clients take tokens: in a burst, where the refill hardly counts, and by the minute."""
        self._fallen += max(0.0, -gain(self._before, reading)) if self._before.at > -inf else 0.0
        self._before = reading
        own = reading.charged - self._burst.charged
        if own >= BURST + 3 * self.in_flight:
            self._end_burst(reading, own)
        passed = reading.at - self._minute.at
        if passed >= MINUTE:
            self._end_minute(reading, passed)

    def _end_burst(self, reading: Reading, own: int) -> None:
        if gain(self._burst, reading) < -own / 4:
            self.alone = False
        elif own >= 4 * self.refill * (reading.at - self._burst.at) and reading.balance >= SPARE and not self.alone:
            self.alone, self._net, self._minute = True, 0.0, reading
            self.schedule, self._continuous = RefillSchedule(), False
        self._burst = reading

    def _net_since(self, reading: Reading, passed: float) -> float:
        """Tokens that came back in each second of the last minute, less those that others took."""
        gained = gain(self._minute, reading)
        if self.schedule.known:  # whole minutes: one and a little more may have two steps
            passed = MINUTE * max(1, round(gained / self.schedule.size) if self.alone else ceil(passed / MINUTE))
        return gained / passed

    def _end_minute(self, reading: Reading, passed: float) -> None:
        net = self._net_since(reading, passed)
        self.alone = self.alone and net >= EXPECTED * self._net
        self._net = (min(net, self._net) if self._net else net) if self.alone else 0.0
        self.refill = net if self.alone and net > 0 else max(self.refill, net)
        low, high = sorted((reading.balance, self._minute.balance))
        if low >= SPARE and high - low <= LAPPING:  # so it stands only where it is full: what comes back is lost
            self.capacity, net = int(high) + 1, self.refill - self._fallen / passed
        self.others, self._minute, self._fallen = max(0.0, self.refill - net), reading, 0.0
