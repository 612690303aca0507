"""Where an account's tokens are counted: `Backend` is what a `Pool` needs, `LocalBackend` counts in this process."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

from aioheroku._options import number, whole
from aioheroku._ratelimit import estimates
from aioheroku._ratelimit.account import Account, Ticket
from aioheroku._ratelimit.rule import Pacer
from aioheroku._ratelimit.wait_queue import WaitQueue

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_MEASURED_AFTER = 60.0
"""Seconds between two responses that show the refill, which comes within a minute, continuously or in one step."""
_SHARED = 24
"""Tokens from which on those that have come back before the first request count: others that began with it see them
too. The smallest account gets 20 in a step."""


class Host(Protocol):
    """What a backend knows of the pool that it serves."""

    @property
    def queue(self) -> WaitQueue:
        """The requests that wait."""
        ...

    def now(self) -> float:
        """The present moment."""
        ...

    def wake(self) -> None:
        """Check again whether a request can be admitted: `delay` may have become shorter."""
        ...

    def notify(self, reason: str) -> None:
        """Report to the listeners that the pool works differently from now on."""
        ...


class Backend(Protocol):
    """Counts tokens and decides when the next request may leave. Times are seconds of the pool's clock."""

    @property
    def account(self) -> Account:
        """What this process knows of the account from the responses' header."""
        ...

    @property
    def rule(self) -> Pacer:
        """This process' own pace."""
        ...

    @property
    def known(self) -> bool:
        """Whether a balance has been reported yet."""
        ...

    @property
    def assumed(self) -> bool:
        """Whether capacity and refill are what it was made with: too little was seen to measure them."""
        ...

    @property
    def others(self) -> float:
        """Estimated tokens a second that clients take which this backend does not count."""
        ...

    @property
    def busy(self) -> bool:
        """Whether it waits for a reply, as from Redis; `Host.wake` is called when it is there."""
        ...

    def bind(self, host: Host) -> None:
        """Serve a new event loop, the one that runs."""
        ...

    def delay(self, now: float, rank: int) -> float:
        """Seconds until the next request of that rank may leave; `inf` is not before `Host.wake` is called."""
        ...

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """Estimated seconds that a request waits behind `ahead` others."""
        ...

    def eta(self, now: float, tokens: int) -> float:
        """Estimated seconds until `tokens` more requests have been sent."""
        ...

    def remaining(self, now: float) -> float:
        """Estimated tokens available."""
        ...

    def take(self, now: float, rank: int) -> Ticket | None:
        """`leave` if a token is certainly available, else `None`; for an empty queue."""
        ...

    def leave(self, now: float) -> Ticket:
        """A request leaves and takes a token; the ticket is handed in with its response."""
        ...

    async def throttle(self, now: float) -> None:
        """Pace a request that leaves before anything is known."""
        ...

    def on_response(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A response other than 429 came; `remaining` is the balance that it reported."""
        ...

    def on_rejected(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A 429 came; `after` is its Retry-After in seconds."""
        ...

    def lost(self) -> None:
        """A request failed without a response; its token counts as spent."""
        ...

    def unsent(self, ticket: Ticket) -> None:
        """A request never left this machine; its token is given back."""
        ...

    def learn(self, now: float, remaining: int) -> None:
        """A response to a request that takes no token reported the balance."""
        ...


class LocalBackend:
    """Counts in this process: by the header, and before the first one by a local token bucket.

    Args:
        capacity: tokens that the account's pool holds.
        refill_per_hour: tokens that come back in an hour.
        reserve: tokens that only interactive requests may use.

    Raises:
        InvalidRequest: a value that cannot be; `field` names it.
    """

    busy = False

    def __init__(self, capacity: int, refill_per_hour: float, reserve: int) -> None:
        whole(capacity, "capacity")
        number(refill_per_hour, "refill_per_hour", least=0.001)
        whole(reserve, "reserve", least=0, most=capacity - 1)
        self.account = Account(capacity, refill_per_hour / 3600)
        self.rule = Pacer(self.account, reserve)
        self._bucket: AsyncLimiter | None = None
        self._unknown_at = -inf
        """The last moment at which no balance was known."""
        # Bound here, which saves a call for each request: they are the rule's alone.
        self.wait, self.eta = partial(estimates.wait, self.rule), partial(estimates.eta, self.rule)
        self.remaining = self.account.remaining
        self.leave, self.on_response, self.on_rejected = self.rule.leave, self.rule.on_response, self.rule.on_rejected

    @property
    def known(self) -> bool:
        """Whether the platform has reported a balance."""
        return self.account.known

    @property
    def assumed(self) -> bool:
        """Whether no response has come, or none a minute after the first: measuring the refill takes that long."""
        return not self.account.known or self.account.updated - self._unknown_at < _MEASURED_AFTER

    @property
    def others(self) -> float:
        """Estimated tokens a second that all other processes take."""
        return self.account.others

    def bind(self, host: Host) -> None:  # noqa: ARG002 - it has nothing to report
        """Serve a new event loop: what was in flight on the old one gets no response."""
        self.account.in_flight = 0
        self._bucket = None

    def delay(self, now: float, rank: int) -> float:
        """As `Backend.delay`: the header decides, and before the first one the bucket does."""
        delay = self.rule.delay(now, rank)
        if delay == 0 and not self.account.known and self._bucket is not None and not self._bucket.has_capacity():
            return 1 / self.account.refill
        return delay

    def take(self, now: float, rank: int) -> Ticket | None:
        """As `Backend.take`."""
        rule = self.rule
        return rule.leave(now) if self.account.known and rule.delay(now, rank) <= 0 else None

    async def throttle(self, now: float) -> None:
        """Take a token of the bucket."""
        self._unknown_at = now
        if self.account.sent == 1:  # it fits in any bucket, and importing aiolimiter is half of a first call
            return
        if self._bucket is None:
            from aiolimiter import AsyncLimiter  # noqa: PLC0415 - see above

            self._bucket = AsyncLimiter(self.account.capacity, self.account.capacity / self.account.refill)
            await self._bucket.acquire()  # the first one's
        await self._bucket.acquire()

    def lost(self) -> None:
        """As `Backend.lost`."""
        self.account.lost()

    def unsent(self, ticket: Ticket) -> None:  # noqa: ARG002 - it is the same for each
        """As `Backend.unsent`."""
        self.account.unsent()

    def learn(self, now: float, remaining: int) -> None:
        """As `Backend.learn`."""
        account = self.account
        if not account.known:
            self._unknown_at = now
        if not account.known or account.sent or not account.balance < remaining < _SHARED:
            self.rule.learn(now, account.sent, remaining)


def never_eager(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task that does not start before it is returned, whatever the loop's task factory.

    So its owner can distinguish a running task from one that is done: an eager one may end within `create_task`.
    """
    return asyncio.Task(work, loop=asyncio.get_running_loop())
