"""Counts an account's tokens in Redis, for any number of processes: leases, reports, and going on without Redis."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from math import inf
from secrets import token_hex
from typing import Any

from aioheroku._ratelimit.account import Ticket
from aioheroku._ratelimit.backend import Host, LocalBackend, never_eager
from aioheroku._ratelimit.redis.leases import Leases, LeaseSize, Reply
from aioheroku._ratelimit.redis.store import Connection

_RETRY_FIRST, _RETRY_LONGEST = 1.0, 30.0
"""Backoff in seconds before Redis is tried again, at first and at most: doubled each time."""
_IDLE = 1.0
"""Seconds after which what happened is reported, and unused leases are given back."""
_ASK_AFTER = 5.0
"""Seconds until Redis is asked again at most: tokens may be there sooner than estimated."""
_JUMP = 8
"""If the balance exceeds our requests in flight by this many tokens, Redis is asked at once."""


class RedisBackend:
    """Leases tokens from Redis; while Redis is away it counts by the header, as `LocalBackend` does.

    Args:
        local: counts meanwhile, and is kept up to date all the time.
        key: the account's key in Redis.
        connect: opens a connection.
        lease: tokens to take ahead of need while there are plenty; 1 takes none ahead.
    """

    def __init__(self, local: LocalBackend, key: str, connect: Callable[[], Connection], lease: int) -> None:
        self.local = local
        self.account, self.rule, self.lost, self.throttle = local.account, local.rule, local.lost, local.throttle
        self.key, self.connect, self.leases = key, connect, Leases()
        self.away = False
        """Whether Redis is, so that the header decides."""
        self._initial = local.account.capacity, local.account.refill
        self._lease = lease
        self._host: Host
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reset()

    def _reset(self) -> None:
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        """The exchange with Redis in progress; there is never more than one."""
        self._retry_timer: asyncio.TimerHandle | None = None
        self._report_timer: asyncio.TimerHandle | None = None
        self._backoff = 0.0
        self._name = token_hex(8)
        self._call = self._acked = self._epoch = 0
        self._known = False
        self._level = 0.0, -inf
        """The level that Redis reported, and when."""
        self._share = 1
        self._size = LeaseSize(self._lease)
        self._next_call_at, self._requested_rank = -inf, 0
        self._left = self._reported = 0

    @property
    def known(self) -> bool:
        """Whether the platform or Redis has reported a balance."""
        return not self.away or self.account.known

    @property
    def assumed(self) -> bool:
        """Whether neither this process nor, as Redis reports, another one has had a response yet."""
        return self.local.assumed and not self._known

    @property
    def others(self) -> float:
        """What others take shows as a lower refill: who shares the bucket in Redis counts as one with this process."""
        return self.account.others if self.away else 0.0

    @property
    def busy(self) -> bool:
        """Whether an exchange with Redis is in progress."""
        return self._task is not None and not self.away

    def bind(self, host: Host) -> None:
        """Serve a new event loop: with a new connection and under a new name, holding nothing."""
        self.local.bind(host)
        self._host, self._loop = host, asyncio.get_running_loop()
        self.away, self.leases = False, Leases()
        self._reset()

    def delay(self, now: float, rank: int) -> float:
        """As `Backend.delay`: leased tokens decide, and Redis is asked for more; or the header while it is away."""
        if self.away:
            return self.local.delay(now, rank)
        if self.rule.refused and self.rule.opens > now:
            return self.rule.opens - now
        if self.leases.held:
            return 0.0
        if self._task is None and (now >= self._next_call_at or rank < self._requested_rank):
            self._run(self._fetch())
        return inf if self._task is not None else self._next_call_at - now

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """As `Backend.wait`."""
        reserve = self.rule.reserve if rank else 0
        return self.local.wait(now, rank, ahead) if self.away else self._seconds(now, ahead + 1, reserve)

    def eta(self, now: float, tokens: int) -> float:
        """As `Backend.eta`."""
        return self.local.eta(now, tokens) if self.away else self._seconds(now, tokens, self.rule.reserve)

    def _seconds(self, now: float, tokens: int, reserve: int) -> float:
        """Seconds until this number of tokens has come back for this process, beyond those above the reserve."""
        missing = tokens - max(0.0, self.remaining(now) - reserve)
        blocked = self.rule.opens - now if self.rule.refused else 0.0
        return max(0.0, blocked, missing * self._share / self.account.refill)

    def remaining(self, now: float) -> float:
        """As `Backend.remaining`: the balance from the platform or Redis, whichever reported last."""
        level, at = self._level
        if self.away or at < self.account.updated:
            return self.local.remaining(now)
        grown = level + (now - at) * self.account.refill if at > -inf else float(self.account.capacity)
        return min(float(self.account.capacity), max(0.0, grown)) + self.leases.held

    # --- what happens to requests ---------------------------------------------------------------------------

    def take(self, now: float, rank: int) -> Ticket | None:
        """As `Backend.take`."""
        return self.leave(now) if self.known and self.delay(now, rank) <= 0 else None

    def leave(self, now: float) -> Ticket:
        """A request leaves, on one of the leased tokens where there is one."""
        if self.leases.held:
            self.leases.held -= 1
        return self.local.leave(now)

    def on_response(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """As `Backend.on_response`; a balance below what is held is reported at once, a high one is a reason to ask."""
        self.leases.responses += 1
        self.local.on_response(now, ticket, remaining)
        short = False
        if remaining is not None:
            self.leases.observe(now, ticket, remaining)
            short = remaining < self.leases.held
        if short or not self._known:
            self._report(self.leases.held if short else 0)
        elif remaining is not None and remaining - self.rule.reserve > self.account.in_flight + _JUMP:
            self._next_call_at = -inf

    def on_rejected(self, now: float, ticket: Ticket, after: float | None) -> None:
        """As `Backend.on_rejected`: all processes have to stop, so it is reported at once."""
        self.leases.refused += 1
        self.local.on_rejected(now, ticket, after)
        self.leases.observe(now, ticket, 0)
        self._report(self.leases.held)

    def unsent(self, ticket: Ticket) -> None:
        """As `Backend.unsent`: the lease is held again."""
        self.local.unsent(ticket)
        if not self.away:
            self.leases.held += 1

    def learn(self, now: float, remaining: int) -> None:
        """As `Backend.learn`."""
        self.local.learn(now, remaining)
        self.leases.observe(now, self.account.sent, remaining)

    # --- Redis ----------------------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = never_eager(work)
        self._task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:  # of an earlier event loop
            return
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._lose(error)
        self._host.wake()

    async def _fetch(self) -> None:
        """Lease what the waiting requests need, and more while there are plenty of tokens."""
        queue = self._host.queue
        waiter = queue.head()
        if waiter is None:  # the request has given up
            return
        want = self._size.wanted(self._host.now(), queue.waiting[waiter.rank], waiter.rank)
        self._connection = self._connection or self.connect()
        await self._exchange(self._connection, want, waiter.rank)

    async def _exchange(self, connection: Connection, want: int = 0, rank: int = 1, back: int = 0) -> None:
        """Run the script: report what happened, correct the count, lease `want` tokens.

        Raises:
            Exception: Redis is away, or replied with something else.
        """
        account, rule, leases, waiting = self.account, self.rule, self.leases, self._host.queue.waiting
        self._call += 1
        now = self._host.now()
        capacity, refill = self._initial
        hold = max(0.0, rule.opens - now) if rule.refused else -1.0
        report: dict[str, Any] = leases.report(now, account.in_flight, hold, back) | {
            "process": self._name,
            "call": self._call,
            "acked": self._acked,
            "epoch": self._epoch,
            "want": want,
            "rank": rank,
            "urgent": next((other for other, count in enumerate(waiting) if count), rank),
            "capacity": capacity,
            "estimate": self.local.remaining(now) if account.known else capacity,
            "refill": refill,
            "reserve": rule.reserve,
        }
        left = account.sent
        reply = Reply.parse(await connection.call(self.key, json.dumps(report)), want)
        if reply is not None:
            self._apply(reply, want, rank)
            self._reported = report["holding"] + reply.granted
            leases.mark(left, reply.done)
        if self.away:
            self.away, self._backoff, self._next_call_at = False, 0.0, -inf
            self._host.notify("Redis is back: its count of tokens decides again")
        self._watch()

    def _apply(self, reply: Reply, want: int, rank: int) -> None:
        leases, now = self.leases, self._host.now()
        if reply.epoch != self._epoch:
            self._epoch = reply.epoch
            leases.forget()
        self._acked, self._known = reply.call, reply.known
        leases.held += reply.granted
        leases.learn_steps(reply.readings, reply.capacity)
        self._level, self._share = (reply.level, now), reply.share
        self.account.refill, self.account.capacity = reply.refill, reply.capacity
        self._size.available = reply.level - self.rule.reserve
        if want:
            self._next_call_at = -inf if reply.granted else now + min(reply.wait, _ASK_AFTER)
            self._requested_rank = rank

    def _report(self, back: int) -> None:
        """Report to Redis now, unless an exchange is in progress or Redis is away."""
        if self._task is None and self._connection is not None and not self.away:
            self._run(self._exchange(self._connection, back=back))

    def _watch(self) -> None:
        if self._report_timer is None:
            self._report_timer = asyncio.get_running_loop().call_later(_IDLE, self._report_if_due)

    def _report_if_due(self) -> None:
        """Periodically report what Redis does not know, and give back unused leases."""
        self._report_timer = None
        leases, account = self.leases, self.account
        idle = account.sent == self._left and not self._host.queue.total
        self._left = account.sent
        holding = leases.held + account.in_flight
        if leases.balance is not None or holding != self._reported or (idle and leases.held):
            self._report(leases.held if idle else 0)
        if holding and not self.away:
            self._watch()

    def _lose(self, error: BaseException) -> None:
        """Redis is away: try again by a timer, whether any request waits or not."""
        if not self.away:
            self._host.notify(f"Redis is away ({type(error).__name__}): until it is back, the header sets the pace")
        self.away = True
        self._backoff = min(_RETRY_LONGEST, 2 * self._backoff or _RETRY_FIRST)
        self._retry_timer = asyncio.get_running_loop().call_later(self._backoff, self._retry)

    def _retry(self) -> None:
        self._retry_timer = None
        if self._connection is not None and self._task is None:
            # After an outage ask for zero tokens first: the demand is unknown.
            self._run(self._exchange(self._connection))

    async def close(self) -> None:
        """Give back what is leased and close the connection; a later request opens it again."""
        if self._loop is not asyncio.get_running_loop():
            self._connection = None
            return
        await self._idle()
        connection, self._connection = self._connection, None
        if connection is not None:
            if not self.away:
                self._run(self._exchange(connection, back=self.leases.held))
                await self._idle()
            await connection.close()
        for timer in (self._retry_timer, self._report_timer):
            if timer is not None:
                timer.cancel()
        self._retry_timer = self._report_timer = None
        self.away, self._backoff, self._next_call_at = False, 0.0, -inf

    async def _idle(self) -> None:
        """Wait until the exchange with Redis in progress is done."""
        if self._task is not None:
            await asyncio.wait([self._task])
            await asyncio.sleep(0)  # its callback clears it
