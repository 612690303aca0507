"""The token pool of an account: who may send, and when."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping
from types import MappingProxyType

from aiolimiter import AsyncLimiter
from attrs import define, frozen

from aioheroku.clock import Clock, LoopClock
from aioheroku.errors import InvalidRequest, RateLimitWait
from aioheroku.events import Listener, Waited
from aioheroku.http import Request, Response, Send
from aioheroku.pacing import Pacer, Ticket

_RANKS = {"interactive": 0, "normal": 1, "batch": 2}
_ROW = 9
"""So many requests of a higher priority in a row, and the lower ones get one."""
_WORTH_TELLING = 1.0
"""Seconds of waiting above which there is an event."""


@frozen
class PoolSnapshot:
    """How the pool stands at one moment."""

    remaining: int
    """Tokens that are not spoken for, as far as is known."""
    capacity: int
    refill: float
    """Tokens an hour."""
    reserve: int
    """Tokens left for interactive calls and for others."""
    waiting: int
    """Requests that wait for their turn."""
    in_flight: int
    """Requests sent and not yet answered."""
    next_token: float
    """Seconds until the next request may leave."""
    used: int
    """Tokens that this pool has spent."""
    used_by_label: Mapping[str, int]
    used_by_route: Mapping[str, int]
    others: float
    """Estimated tokens an hour that others take from the account."""

    def __str__(self) -> str:
        return (
            f"{self.remaining} of {self.capacity} tokens left, {self.refill:g} more an hour; "
            f"{self.waiting} waiting, {self.in_flight} in flight, next in {self.next_token:.1f} s"
        )


@define(eq=False)
class _Turn:
    """One request that waits."""

    rank: int
    granted: asyncio.Future[None]


class Pool:
    """The tokens of one account, shared by all sessions and tasks of one event loop.

    Args:
        capacity: tokens that the account's pool holds, as far as you know; the server's header corrects it.
        refill_per_hour: tokens that come back in an hour; likewise.
        reserve: tokens that only interactive calls may use.
        clock: the time to go by, for tests.

    Raises:
        InvalidRequest: a value that cannot be; `field` names it.
    """

    def __init__(
        self,
        capacity: int = 2400,
        refill_per_hour: float = 1200,
        *,
        reserve: int = 0,
        clock: Clock | None = None,
    ) -> None:
        if not 1 <= capacity < float("inf"):
            raise InvalidRequest("must be an integer of at least 1", "capacity")
        if not 0 < refill_per_hour < float("inf"):
            raise InvalidRequest("must be above 0", "refill_per_hour")
        if not 0 <= reserve < capacity:
            raise InvalidRequest("must be at least 0 and below the capacity", "reserve")
        self._clock: Clock = clock or LoopClock()
        self._pacer = Pacer(capacity, refill_per_hour / 3600, reserve)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: tuple[deque[_Turn], ...] = (deque(), deque(), deque())
        self._waiting = [0, 0, 0]
        self._row = 0
        self._head: _Turn | None = None
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0.0
        self._labels: Counter[str] = Counter()
        self._routes: Counter[tuple[str, str]] = Counter()

    def metered(self, send: Send, emit: Listener | None = None) -> Send:
        """Wrap `send` so that each metered request waits for its turn, by priority and within its `max_wait`.

        The wrapper returns every answer as it is, 429 included; who sends the request again waits again.
        It raises `RateLimitWait` before sending when the wait would exceed `request.options.max_wait`.
        """

        async def send_metered(request: Request) -> Response:
            if not request.metered:
                return self._overhear(await send(request))
            if self._loop is not asyncio.get_running_loop():
                self._bind()
            now = self._clock.now()
            rank = _RANKS[request.options.priority]
            if (
                self._head
                or self._waiting[0]
                or self._waiting[1]
                or self._waiting[2]
                or (self._pacer.delay(now, rank) > 0 or not self._limiter.has_capacity())
            ):
                now = await self._turn(request, rank, now, emit)
            ticket = self._pacer.leave(now)
            try:
                await self._limiter.acquire()
                self._count(request)
                response = await send(request)
            except BaseException:
                self._pacer.lost()
                self._pump()
                raise
            self._answered(ticket, response)
            return response

        return send_metered

    def snapshot(self) -> PoolSnapshot:
        """How the pool stands: nothing is sent and nothing is waited for."""
        now = self._now()
        pacer = self._pacer
        pacer.leak(now)
        delay = pacer.delay(now)
        return PoolSnapshot(
            remaining=max(0, int(pacer.level)),
            capacity=pacer.capacity,
            refill=pacer.refill * 3600,
            reserve=pacer.reserve,
            waiting=sum(self._waiting),
            in_flight=pacer.in_flight,
            next_token=delay if delay < float("inf") else pacer.eta(now, 1),
            used=pacer.sent,
            used_by_label=MappingProxyType(dict(self._labels)),
            used_by_route=MappingProxyType({f"{method} {path}": n for (method, path), n in self._routes.items()}),
            others=0.0,
        )

    def eta(self, n: int = 1) -> float:
        """Seconds until `n` requests more can have been sent, as things stand; 0.0 when there are tokens enough."""
        return self._pacer.eta(self._now(), n + sum(self._waiting))

    # --- one request ----------------------------------------------------------------------------------------

    async def _turn(self, request: Request, rank: int, asked: float, emit: Listener | None) -> float:
        """Wait until `request` may leave; the moment at which it may."""
        limit = request.options.max_wait
        loop = asyncio.get_running_loop()
        turn = _Turn(rank, loop.create_future())
        if limit is not None:
            wait = self._pacer.eta(asked, 1 + sum(self._waiting[: rank + 1]))
            if request.waited + wait > limit:
                raise RateLimitWait(wait)
        self._queues[rank].append(turn)
        self._waiting[rank] += 1
        expiry = loop.create_task(self._expire(turn, limit - request.waited)) if limit is not None else None
        try:
            self._pump()
            await turn.granted
        finally:
            self._waiting[rank] -= 1
            if expiry is not None:
                expiry.cancel()
            now = self._clock.now()
            seconds = now - asked
            request.waited += seconds
            if self._head is turn:
                self._head = None
            loop.call_soon(self._pump)
            if emit is not None and seconds > _WORTH_TELLING:
                reason = "the platform said 429" if self._pacer.refused else "the account's tokens are short"
                emit(
                    Waited(
                        request.method,
                        request.path,
                        request.options.label,
                        seconds,
                        reason,
                        request.options.priority,
                    )
                )
        return now

    async def _expire(self, turn: _Turn, seconds: float) -> None:
        await self._clock.sleep(seconds)
        if not turn.granted.done():
            turn.granted.set_exception(RateLimitWait(self._pacer.eta(self._clock.now(), 1)))

    def _pump(self) -> None:
        """Let the next one go, or see to it that it will be."""
        if self._head is not None:
            return
        while (queue := self._next_queue()) is not None:
            turn = queue[0]
            if turn.granted.done():
                queue.popleft()
                continue
            now = self._clock.now()
            delay = self._pacer.delay(now, turn.rank)
            if delay == 0 and not self._limiter.has_capacity():
                if self._pacer.told and self._pacer.level >= 1:
                    self._fresh_limiter()
                else:
                    delay = 1 / self._pacer.refill
            if delay > 0:
                self._wake_in(now, delay)
                return
            queue.popleft()
            self._row = self._row + 1 if any(self._waiting[turn.rank + 1 :]) else 0
            self._head = turn
            turn.granted.set_result(None)
            return

    def _next_queue(self) -> deque[_Turn] | None:
        full = [queue for queue in self._queues if queue]
        if not full:
            return None
        return full[-1] if self._row >= _ROW else full[0]

    def _wake_in(self, now: float, seconds: float) -> None:
        if seconds == float("inf"):
            return
        if self._alarm is not None and not self._alarm.done():
            if self._alarm_at <= now + seconds:
                return
            self._alarm.cancel()
        self._alarm_at = now + seconds
        self._alarm = asyncio.get_running_loop().create_task(self._ring(seconds))

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._alarm = None
        self._pump()

    def _answered(self, ticket: Ticket, response: Response) -> None:
        now = self._clock.now()
        if response.status == 429:
            after = response.retry_after(self._clock.wall())
            self._pacer.refuse(now, ticket, response.remaining, after)
        else:
            self._pacer.answer(now, ticket, response.remaining)
        if any(self._waiting):
            self._pump()

    def _overhear(self, response: Response) -> Response:
        if (remaining := response.remaining) is not None and response.status != 429:
            pacer = self._pacer
            pacer.learn(self._now(), (pacer.sent, pacer.sent - pacer.in_flight), remaining)
        return response

    def _count(self, request: Request) -> None:
        self._routes[request.method, request.path] += 1
        if request.options.label is not None:
            self._labels[request.options.label] += 1

    # --- loops and time -------------------------------------------------------------------------------------

    def _bind(self) -> None:
        """Serve the running loop, unless another one is being served."""
        old = self._loop
        if old is not None and not old.is_closed() and (old.is_running() or any(self._waiting)):
            raise InvalidRequest("this pool serves another event loop that still runs: make one pool for each", "pool")
        self._loop = asyncio.get_running_loop()
        self._queues = (deque(), deque(), deque())
        self._waiting = [0, 0, 0]
        self._head = self._alarm = None
        self._pacer.in_flight = 0
        self._fresh_limiter()

    def _fresh_limiter(self) -> None:
        self._limiter = AsyncLimiter(self._pacer.capacity, self._pacer.capacity / self._pacer.refill)

    def _now(self) -> float:
        try:
            return self._clock.now()
        except RuntimeError:  # no loop runs: this is what loops count in
            return time.monotonic()
