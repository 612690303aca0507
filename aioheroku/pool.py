"""The token pool of an account: who may send, and when."""

import asyncio
import time
from collections.abc import Mapping
from math import inf
from types import MappingProxyType

from attrs import frozen

from aioheroku.clock import Clock, LoopClock
from aioheroku.errors import HerokuError, InvalidRequest, RateLimitWait
from aioheroku.events import Listener, Waited
from aioheroku.http import Request, Response, Send
from aioheroku.pacing import RANKS, Bucket, Line, Pacer, Ticket, Turn
from aioheroku.question import Question, answered

_WORTH_TELLING = 1.0
"""Seconds of waiting above which there is an event."""
_NO_ANSWER = 5.0
"""Seconds that the first question for the count of tokens may take."""
_MARGIN = 0.1
"""Seconds in which those leave that need not wait."""
_TICK = 0.001
"""Seconds that an alarm is set to at least: rounding may leave less to wait for than a clock can tell."""


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
    """By verb and template, such as `GET /apps/{app}`."""
    others: float
    """Estimated tokens an hour that others take from the account."""

    def __str__(self) -> str:
        return (
            f"{self.remaining} of {self.capacity} tokens left, {self.refill:.0f} more an hour; "
            f"{self.waiting} waiting, {self.in_flight} in flight, next in {self.next_token:.1f} s"
        )


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
        if not 1 <= capacity < inf:
            raise InvalidRequest("must be at least 1", "capacity")
        if not 0 < refill_per_hour < inf:
            raise InvalidRequest("must be above 0", "refill_per_hour")
        if not 0 <= reserve < capacity:
            raise InvalidRequest("must be at least 0 and below the capacity", "reserve")
        self._clock: Clock = clock or LoopClock()
        self._pacer = Pacer(capacity, refill_per_hour / 3600, reserve)
        self._time = self._clock.now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line = Line()
        self._head: Turn | None = None
        """Who was told to go and has not yet left."""
        self._asking: asyncio.Task[None] | None = None
        """While it is there nobody may leave, because nothing is known."""
        self._opened = -inf
        """When the platform had been asked."""
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = inf
        self._labels: dict[str, int] = {}
        self._routes: dict[tuple[str, str], int] = {}

    def metered(self, send: Send, emit: Listener | None = None, question: Question | None = None) -> Send:
        """Wrap `send` so that each metered request waits for its turn, by priority and within its `max_wait`.

        The wrapper returns every answer as it is, 429 included; who sends the request again waits again.
        It raises `RateLimitWait` before sending when the wait would exceed `request.options.max_wait`.

        Args:
            send: what sends a request.
            emit: hears of the waits.
            question: the request that asks for the count of tokens and takes none, in the name of another one. Where
                several wait before anything is known, it goes first; without it one of them does.
        """

        async def send_metered(request: Request) -> Response:
            if not request.metered:
                return self._overhear(await send(request))
            if self._loop is not asyncio.get_running_loop():
                self._bind()
                if question is not None and not self._pacer.told:
                    self._asking = asyncio.create_task(self._ask(send, question(request)))
            now = self._time()
            options = request.options
            rank = RANKS[options.priority]
            if self._line.total or self._head is not None or self._asking is not None or self._delay(now, rank) > 0:
                turn = self._join(request, rank, now)
                try:
                    self._pump()
                    await turn.granted
                finally:
                    now = self._risen(turn, request, now, emit)
            pacer = self._pacer
            ticket = pacer.leave(now)
            try:
                if not pacer.told:
                    await self._limiter.acquire()
                route = request.method, request.path
                self._routes[route] = self._routes.get(route, 0) + 1
                if (label := options.label) is not None:
                    self._labels[label] = self._labels.get(label, 0) + 1
                response = await send(request)
            except BaseException:
                pacer.lost()
                if self._line.total:
                    self._pump()
                raise
            self._learn(ticket, response)
            return response

        return send_metered

    def snapshot(self) -> PoolSnapshot:
        """How the pool stands: nothing is sent and nothing is waited for."""
        now = self._now()
        pacer = self._pacer
        return PoolSnapshot(
            remaining=int(pacer.remaining(now)),
            capacity=pacer.capacity,
            refill=pacer.refill * 3600,
            reserve=pacer.reserve,
            waiting=self._line.total,
            in_flight=pacer.in_flight,
            next_token=pacer.wait(now, 1, 0),
            used=pacer.sent,
            used_by_label=MappingProxyType(dict(self._labels)),
            used_by_route=MappingProxyType({f"{verb} {path}": n for (verb, path), n in self._routes.items()}),
            others=pacer.others * 3600,
        )

    def eta(self, n: int = 1) -> float:
        """Seconds until `n` requests more can have been sent, as things stand; 0.0 when there are tokens enough."""
        return self._pacer.eta(self._now(), n + self._line.total)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.snapshot()}>"

    # --- taking turns ---------------------------------------------------------------------------------------

    def _join(self, request: Request, rank: int, asked: float) -> Turn:
        """Queue up, unless the wait would be longer than `request` allows."""
        options = request.options
        limit = None if options.max_wait is None else options.max_wait - request.attempt.waited
        if limit is not None and (wait := self._pacer.wait(asked, rank, self._line.ahead(rank))) > limit:
            raise RateLimitWait(wait)
        turn = self._line.join(rank)
        if self._pacer.refused:
            turn.reason = "the platform said 429"
        if limit is not None:
            turn.expiry = asyncio.create_task(self._expire(turn, limit))
        return turn

    def _risen(self, turn: Turn, request: Request, asked: float, emit: Listener | None) -> float:
        """The wait since `asked` is over: it had its turn, or gave up. The present moment."""
        self._line.leave(turn)
        if self._head is turn:
            self._head = None
        if self._line.total:  # as soon as this one has left
            asyncio.get_running_loop().call_soon(self._pump)
        elif self._asking is not None:
            self._asking.cancel()
        if turn.expiry is not None:
            turn.expiry.cancel()
        now = self._time()
        seconds = max(0.0, now - asked)
        request.attempt.waited += seconds
        if emit is not None and seconds > _WORTH_TELLING:
            options = request.options
            asking = now < self._opened + _WORTH_TELLING
            reason = "the platform was asked how many tokens there are" if asking else turn.reason
            emit(Waited(request.method, request.path, options.label, seconds, reason, options.priority))
        return now

    async def _expire(self, turn: Turn, seconds: float) -> None:
        await self._clock.sleep(seconds)
        if self._asking is not None:  # that is no waiting for tokens
            await asyncio.wait([self._asking])
        if self._wait(turn) == 0:
            await asyncio.wait([turn.granted], timeout=_MARGIN)  # others are just leaving before it
        if not turn.granted.done():
            turn.granted.set_exception(RateLimitWait(self._wait(turn)))

    def _wait(self, turn: Turn) -> float:
        return self._pacer.wait(self._time(), turn.rank, self._line.ahead(turn.rank) - 1)

    def _pump(self) -> None:
        """Let the next one go, or see to it that it will be let go in time."""
        if self._head is not None or self._asking is not None:
            return
        if (turn := self._line.head(reserved=self._pacer.reserved)) is None:
            return
        now = self._time()
        if (delay := self._delay(now, turn.rank)) > 0:
            self._wake_in(now, delay)
            return
        self._head = turn
        self._line.grant(turn)

    def _delay(self, now: float, rank: int) -> float:
        """Seconds until the next one may leave: the header decides, and while there is none the local bucket does."""
        delay = self._pacer.delay(now, rank)
        if delay == 0 and not self._pacer.told and not self._limiter.has_capacity():
            return 1 / self._pacer.refill
        return delay

    def _wake_in(self, now: float, seconds: float) -> None:
        seconds = max(seconds, _TICK)
        if seconds == inf or now + seconds >= self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = now + seconds
        self._alarm = asyncio.create_task(self._ring(seconds))

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._alarm, self._alarm_at = None, inf
        self._pump()

    # --- beginning ------------------------------------------------------------------------------------------

    async def _ask(self, send: Send, question: Request) -> None:
        """Nothing is known yet: where several wait, ask how many tokens there are; a single one goes and finds out."""
        try:
            await asyncio.sleep(0)  # all that begin at the same time are in line by then
            if self._line.total > 1:
                async with asyncio.timeout(_NO_ANSWER):
                    self._overhear(await send(question))
                self._pacer.begin(self._time())
        except (HerokuError, TimeoutError):
            pass  # the first of those who wait finds out in its turn
        finally:
            self._asking, self._opened = None, self._time()
            self._pump()

    # --- learning -------------------------------------------------------------------------------------------

    def _learn(self, ticket: Ticket, response: Response) -> None:
        now = self._time()
        if response.status == 429:
            self._pacer.refuse(now, ticket, response.retry_after(self._clock.wall()))
        else:
            self._pacer.answer(now, ticket, response.remaining)
        if self._line.total:
            self._pump()

    def _overhear(self, response: Response) -> Response:
        """An answer that took no token still says how many are left."""
        if (remaining := answered(response)) is not None and response.status != 429:
            pacer = self._pacer
            pacer.learn(self._now(), (pacer.sent, pacer.sent - pacer.in_flight), remaining)
            if self._line.total:
                self._pump()
        return response

    # --- loops and time -------------------------------------------------------------------------------------

    def _bind(self) -> None:
        """Serve the running loop, unless another one is being served."""
        old = self._loop
        if old is not None and not old.is_closed() and (old.is_running() or self._line.total):
            raise InvalidRequest("this pool serves another running event loop: make one for each", "pool")
        self._loop = asyncio.get_running_loop()
        self._line = Line()
        self._head = self._alarm = self._asking = None
        self._alarm_at = inf
        self._pacer.in_flight = 0
        # The same time, asked for with one call less.
        self._time = self._loop.time if type(self._clock) is LoopClock else self._clock.now
        self._limiter = Bucket(self._pacer.capacity, self._pacer.capacity / self._pacer.refill)

    def _now(self) -> float:
        try:
            return self._clock.now()
        except RuntimeError:  # no loop runs: this is what loops count in
            return time.monotonic()
