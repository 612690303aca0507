"""Pool: the tokens of one account, and the middleware that waits for them."""

from asyncio import CancelledError, get_running_loop
from functools import partial

from aioheroku._clock import Clock, LoopClock
from aioheroku._http import Request, Response, Send
from aioheroku._ratelimit.backend import Backend, LocalBackend
from aioheroku._ratelimit.balance import BalanceRequest
from aioheroku._ratelimit.limiter import Limiter
from aioheroku._ratelimit.snapshot import PoolSnapshot
from aioheroku.events import Listener


class Pool:
    """The tokens of one account, shared by all sessions and tasks of one event loop.

    It starts with what an account has today; the `RateLimit-Remaining` header of each response corrects it, up or down.
    The reference of 2014 named less: `Pool(2400, 1200)`.
    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limits>.

    Args:
        capacity: tokens that the account's pool holds, as far as you know.
        refill_per_hour: tokens that come back in an hour, as far as you know.
        reserve: tokens that only interactive calls may use.
        clock: the time to go by, for tests; its seconds must be as long as the event loop's.
        backend: where the tokens are counted; by default in this process. See `RedisPool`.

    Raises:
        InvalidRequest: a value that cannot be; `field` names it.
    """

    def __init__(
        self,
        capacity: int = 4500,
        refill_per_hour: float = 4500,
        *,
        reserve: int = 0,
        clock: Clock | None = None,
        backend: Backend | None = None,
    ) -> None:
        self._limiter = Limiter(backend or LocalBackend(capacity, refill_per_hour, reserve), clock or LoopClock())

    def metered(self, send: Send, emit: Listener | None = None, query: BalanceRequest | None = None) -> "RateLimit":
        """Wrap `send` in the rate limiting of this pool.

        Args:
            send: what sends a request.
            emit: receives waits (`Waited`) and changes of the pool (`PoolChanged`).
            query: makes the balance request, which goes first where several requests wait before anything is known;
                without it one of them does.
        """
        if emit is not None:
            self._limiter.monitor.listeners.add(emit)
        return RateLimit(send, self._limiter, emit, query)

    def snapshot(self) -> PoolSnapshot:
        """The state of the pool at this moment: nothing is sent and nothing is waited for."""
        return self._limiter.snapshot()

    def eta(self, n: int = 1) -> float:
        """Estimated seconds until `n` requests more have left, those that wait already included; 0.0 is at once.

        Until the responses of a minute have shown the account's refill, it goes by what the pool was made with; see
        `PoolSnapshot.assumed`.
        """
        limiter = self._limiter
        return limiter.backend.eta(limiter.now(), n + limiter.queue.total)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.snapshot()}>"


class RateLimit:
    """Middleware: each request that takes a token waits for one, by priority and within its `max_wait`.

    Every response is returned as it is, 429 included; a retry waits again. Reads `options`, `metered` and `attempt`;
    adds the wait to `attempt.waited`.

    Args:
        send: the next middleware.
        limiter: the pool's admission control.
        emit: receives an event for each long wait.
        query: makes the balance request.
    """

    __slots__ = ("_emit", "_limiter", "_query", "_send")

    def __init__(
        self, send: Send, limiter: Limiter, emit: Listener | None = None, query: BalanceRequest | None = None
    ) -> None:
        self._send = send
        self._limiter = limiter
        self._emit = emit
        self._query = query

    async def __call__(self, request: Request) -> Response:
        """Send the request when it has a token.

        Raises:
            RateLimitWait: the wait would be longer than `max_wait` or `timeout` allow; nothing was sent.
            InvalidRequest: the pool serves another event loop that runs.
        """
        limiter = self._limiter
        if not request.metered:
            response = await self._send(request)
            limiter.observe_unmetered(response)
            return response
        ticket = limiter.try_acquire(request)
        if ticket is None:
            if limiter.loop is not get_running_loop() and limiter.bind() and self._query is not None:
                limiter.query.start(self._send, partial(self._query, request))
            waiter = limiter.enqueue(request)
            try:
                await waiter.admitted
            finally:
                limiter.dequeue(waiter, request, self._emit)
            ticket = await limiter.leave()
        loop = limiter.loop
        try:
            response = await self._send(request)
        except BaseException as error:
            if limiter.loop is loop:  # else it is garbage of a closed loop, collected much later
                limiter.release(ticket, request if _left(request, error) else None)
            raise
        limiter.observe(ticket, request, response)
        return response


def _left(request: Request, error: BaseException) -> bool:
    """Whether a byte of the request may have left before it failed."""
    if isinstance(error, CancelledError):
        return request.attempt.sent
    return bool(getattr(error, "sent", True))
