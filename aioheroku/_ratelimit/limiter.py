"""Admission control: which request may leave, and when."""

import asyncio
import time
from asyncio import get_running_loop
from math import inf

from aioheroku import events
from aioheroku._clock import Clock, LoopClock
from aioheroku._http import Request, Response
from aioheroku._ratelimit.account import Ticket
from aioheroku._ratelimit.backend import Backend
from aioheroku._ratelimit.balance import BalanceQuery, balance
from aioheroku._ratelimit.monitor import EVENT_ABOVE, WARN_ABOVE, Monitor
from aioheroku._ratelimit.snapshot import PoolSnapshot
from aioheroku._ratelimit.wait_queue import RANKS, Waiter, WaitQueue
from aioheroku.errors import InvalidRequest, RateLimitWait
from aioheroku.events import Listener

_GRACE = 0.1
"""Seconds that a request which is about to be admitted gets before its `max_wait` rejects it."""
_BEFORE_DEADLINE = 0.05
"""Seconds before the call's timeout at which a request that still waits gives up: a `ReadTimeout` would hide why."""
_SURE_ABOVE = 1.0
"""Seconds: a shorter wait may be for the first response after a silence, which can come at any time."""
_MIN_DELAY = 0.001
"""Seconds that a timer is set to at least, so that the rounding of floats cannot cause a busy loop."""


class Limiter:
    """Admits the requests of one event loop by priority, as the backend's tokens allow.

    Args:
        backend: where the tokens are counted.
        clock: the time to go by.
    """

    def __init__(self, backend: Backend, clock: Clock) -> None:
        self.backend = backend
        self.clock = clock
        self.monitor = Monitor(backend)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.queue = WaitQueue()
        self._time = clock.now
        self._admitted: Waiter | None = None
        """The one that was admitted and has not left yet: the next one waits for it."""
        self.query = BalanceQuery(self, backend.rule, self.observe_unmetered)
        self._overdue: list[Waiter] = []
        """Waiters whose `max_wait` passed during a balance request or a request of the backend."""
        self._wake_timer: asyncio.TimerHandle | None = None
        self._warn_timer: asyncio.TimerHandle | None = None

    def snapshot(self) -> PoolSnapshot:
        """The state at this moment."""
        return self.monitor.snapshot(self.now(), self.queue.total)

    # --- acquiring a token ----------------------------------------------------------------------------------

    def try_acquire(self, request: Request) -> Ticket | None:
        """A token for `request` if none waits and one is certainly available, else `None`: then `enqueue`."""
        if self.loop is not get_running_loop() or self.queue.total or self._admitted or self.query.pending:
            return None
        return self.backend.take(self._time(), RANKS[request.options.priority])

    def enqueue(self, request: Request) -> Waiter:
        """Queue up for a token: `leave` takes it when `admitted` is done, and `dequeue` comes before in any case.

        Raises:
            RateLimitWait: the wait would be longer than the request's `max_wait` or `timeout`.
        """
        now, queue, rank = self._time(), self.queue, RANKS[request.options.priority]
        limit, left = _limits(request)
        ready = not queue.total and self._admitted is None and self.query.pending is None
        ready = ready and self.backend.delay(now, rank) <= 0
        if not ready and min(limit, left) < inf:
            wait = self.backend.wait(now, rank, queue.ahead(rank))
            if wait > limit or wait > max(left, _SURE_ABOVE):
                raise RateLimitWait(wait)
        waiter = queue.join(rank, now)
        waiter.rejected = self.backend.rule.refused > 0
        if not ready:
            self._set_timers(waiter, limit, left)
        self._admit_next()
        return waiter

    def _set_timers(self, waiter: Waiter, limit: float, left: float) -> None:
        """Set the timers that end the wait with its `max_wait` or timeout, and log a long one."""
        call_later = asyncio.get_running_loop().call_later
        seconds, end = (limit, self._expire) if limit < left else (left - _BEFORE_DEADLINE, self._time_out)
        if seconds < inf:
            waiter.expiry = call_later(max(0.0, seconds), end, waiter)
        self._warn_timer = self._warn_timer or call_later(WARN_ABOVE, self._warn)

    def dequeue(self, waiter: Waiter, request: Request, emit: Listener | None) -> None:
        """The wait is over: it was admitted, gave up or was cancelled."""
        queue, loop = self.queue, waiter.admitted.get_loop()
        if loop is not self.loop or loop.is_closed():  # garbage, collected much later
            return
        queue.leave(waiter)
        if waiter.expiry is not None:
            waiter.expiry.cancel()
        if self._admitted is waiter:
            self._admitted = None
        if queue.total:
            loop.call_soon(self._admit_next)  # once this one has left
        else:
            self._rest()
        now = self._time()
        seconds = max(0.0, now - waiter.since)
        request.attempt.waited += seconds
        if emit is not None and seconds > EVENT_ABOVE:
            about = (request.method, request.path, request.options.label)
            emit(events.Waited(*about, seconds, self._reason(waiter, now), request.options.priority))

    def _reason(self, waiter: Waiter, now: float) -> str:
        """Why a request has waited."""
        if now < self.query.done_at + EVENT_ABOVE:
            return "the platform was asked how many tokens there are"
        return "the platform said 429" if waiter.rejected else "the account's tokens are short"

    async def leave(self) -> Ticket:
        """Take the token of a request that was admitted."""
        now = self._time()
        ticket = self.backend.leave(now)
        if not self.backend.known:
            try:
                await self.backend.throttle(now)
            except BaseException:
                self.release(ticket)
                raise
        return ticket

    def release(self, ticket: Ticket, sent: Request | None = None) -> None:
        """A request that had its token ended without a response.

        Args:
            ticket: what it was given.
            sent: the request, if a byte of it may have left; else its token is given back.
        """
        if sent is None:
            self.backend.unsent(ticket)
        else:
            self.monitor.count(sent)
            self.backend.lost()
        if self.queue.total:
            self._admit_next()

    def observe(self, ticket: Ticket, request: Request, response: Response) -> None:
        """A response came: learn from its status and header."""
        self.monitor.count(request)
        now = self._time()
        if response.status == 429:
            self.backend.on_rejected(now, ticket, response.retry_after(self.clock.wall()))
            self.monitor.warn_if_starved(now)
        else:
            self.backend.on_response(now, ticket, response.remaining)
        if self.queue.total:
            self._admit_next()

    def observe_unmetered(self, response: Response) -> None:
        """A response to a request that takes no token reports the balance all the same."""
        if (remaining := balance(response)) is None:
            return
        now = self.now()
        self.backend.learn(now, remaining)
        self.monitor.warn_if_starved(now)
        if self.queue.total:
            self._admit_next()

    # --- the queue ------------------------------------------------------------------------------------------

    def _admit_next(self) -> None:
        """Admit the next one now, or set a timer."""
        if self._admitted is not None or self.query.pending is not None:
            return
        waiter = self.queue.head(interactive_only=self.backend.rule.reserved)
        if waiter is None:
            return
        delay = self.backend.delay(self._time(), waiter.rank)
        if delay > 0:
            self._wake_after(delay)
            return
        self._admitted = waiter
        self.queue.admit(waiter)

    def _wake_after(self, seconds: float) -> None:
        if seconds == inf:
            return
        loop = get_running_loop()
        when = loop.time() + max(seconds, _MIN_DELAY)
        if self._wake_timer is not None:
            if self._wake_timer.when() <= when:
                return
            self._wake_timer.cancel()
        self._wake_timer = loop.call_at(when, self._on_timer)

    def _on_timer(self) -> None:
        self._wake_timer = None
        self._admit_next()

    def wake(self) -> None:
        """The balance or the backend's reply has arrived."""
        overdue, self._overdue = self._overdue, []
        self._admit_next()
        for waiter in overdue:
            self._expire(waiter, is_informed=True)

    def _rest(self) -> None:
        """No request waits any more: stop the timers and the balance requests."""
        for timer in (self._wake_timer, self._warn_timer):
            if timer is not None:
                timer.cancel()
        self._wake_timer = self._warn_timer = None
        self.query.cancel()

    def _expire(self, waiter: Waiter, *, is_informed: bool = False, grace: bool = True) -> None:
        """Its `max_wait` has passed. The time of a balance request does not count as waiting for tokens."""
        if waiter.admitted.done():
            return
        wait = self.backend.wait(self._time(), waiter.rank, self.queue.ahead(waiter.rank) - 1)
        if (self.query.pending is not None or self.backend.busy) and (not is_informed or wait == 0):
            self._overdue.append(waiter)
            return
        if wait == 0 and grace:  # others are just leaving before it
            loop = get_running_loop()
            waiter.expiry = loop.call_later(_GRACE, lambda: self._expire(waiter, is_informed=True, grace=False))
            return
        waiter.admitted.set_exception(RateLimitWait(wait))

    def _time_out(self, waiter: Waiter) -> None:
        """Its `timeout` is about to pass: if it waits for tokens, the error says so."""
        wait = self.backend.wait(self._time(), waiter.rank, self.queue.ahead(waiter.rank) - 1)
        if wait > _SURE_ABOVE and not waiter.admitted.done():
            waiter.admitted.set_exception(RateLimitWait(wait))

    # --- cold start -----------------------------------------------------------------------------------------

    def bind(self) -> bool:
        """Serve the running event loop; whether it is another one than before.

        Raises:
            InvalidRequest: another loop that still runs is being served.
        """
        loop, old = get_running_loop(), self.loop
        if loop is old:
            return False
        if old is not None and not old.is_closed() and (old.is_running() or self.queue.total):
            raise InvalidRequest("this pool serves another running event loop: make one for each", "pool")
        self.loop = loop
        # The same time with one call less.
        self._time = loop.time if type(self.clock) is LoopClock else self.clock.now
        self.queue = WaitQueue()
        self._admitted = self._wake_timer = self._warn_timer = None
        self._overdue = []
        self.query.reset()
        self.backend.bind(self)
        return True

    def now(self) -> float:
        """The present moment, whether a loop runs or not."""
        try:
            return self.clock.now()
        except RuntimeError:  # no loop runs: loops use this clock
            return time.monotonic()

    def notify(self, reason: str) -> None:
        """Report to the listeners that the pool works differently from now on."""
        self.monitor.notify(reason)

    def _warn(self) -> None:
        """Log a warning if a request has waited for long."""
        self._warn_timer = None
        if (since := self.queue.waiting_since()) is not None:
            pause = self.monitor.warn(self._time(), since, self.queue.total)
            self._warn_timer = get_running_loop().call_later(max(pause, _MIN_DELAY), self._warn)


def _limits(request: Request) -> tuple[float, float]:
    """Seconds that a request may still wait by its `max_wait`, and those until its deadline."""
    longest, attempt = request.options.max_wait, request.attempt
    limit = inf if longest is None else longest - attempt.waited
    left = inf if attempt.deadline is None else attempt.deadline - get_running_loop().time()
    return limit, left
