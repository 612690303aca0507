"""Repeating a request, and only where that cannot do harm."""

import random
from collections.abc import Callable
from typing import Final

from attrs import define, field, frozen, validators

from aioheroku.clock import Clock, LoopClock
from aioheroku.errors import ConnectionFailed, RateLimitWait
from aioheroku.events import Listener, Retried
from aioheroku.http import Request, Response, Send


@frozen
class Retry:
    """When a call is repeated: at most `attempts` sends, after a random part of `base`, 2 x `base`, 4 x `base` ...

    All times are seconds. What is repeated follows from what is known, not from this policy: see `retried`.
    """

    attempts: int = field(default=5, validator=validators.ge(1))
    base: float = field(default=0.5, validator=validators.ge(0))
    cap: float = field(default=20.0, validator=validators.ge(0))
    max_retry_after: float = field(default=120.0, validator=validators.ge(0))
    """A Retry-After beyond this is not waited for: the error is raised instead."""


_PASSING: Final = frozenset({500, 502, 503, 504})
"""Statuses of a failure that may be gone the next time."""

NEVER = Retry(attempts=1)
"""Every request is sent once."""


def retried(
    send: Send,
    policy: Retry,
    *,
    emit: Listener | None = None,
    clock: Clock | None = None,
    jitter: Callable[[], float] = random.random,
) -> Send:
    """Repeat what was provably not executed, and what is the same executed twice.

    - not sent (refused, unknown host, TLS): any verb;
    - 429, and 503 with a Retry-After (the platform's word that it did no work): any verb;
    - cut off, timed out, 500, 502, 503, 504: only requests that are `repeatable`;
    - anything else: never.
    """
    return _Retrying(send, policy, emit, clock or LoopClock(), jitter)


@define(eq=False)
class _Retrying:
    send: Send
    policy: Retry
    emit: Listener | None
    clock: Clock
    jitter: Callable[[], float]

    async def __call__(self, request: Request) -> Response:
        refused: Response | None = None
        while True:
            try:
                response = await self.send(request)
            except RateLimitWait:
                if refused is not None:
                    return refused  # the platform was asked and said 429: that is the truth of this call
                raise
            except ConnectionFailed as error:
                seconds = self._backoff(request) if request.repeatable or not error.sent else None
                if seconds is None or not self._allowed(request, seconds):
                    raise
                await self._wait(request, seconds, type(error).__name__)
                continue
            if response.status < 429:
                return response
            seconds = self._pause_after(request, response)
            if seconds is None or not self._allowed(request, seconds):
                return response
            refused = response if response.status == 429 else None
            await self._wait(request, seconds, str(response.status))

    def _backoff(self, request: Request) -> float:
        return self.jitter() * min(self.policy.cap, self.policy.base * 2.0 ** (request.attempt - 1))

    def _pause_after(self, request: Request, response: Response) -> float | None:
        """Seconds until the next attempt; `None` where there must be none."""
        if response.status == 429:
            return 0.0  # the pool, which saw the answer, decides when the next one may leave
        asked = response.retry_after(self.clock.wall())
        if asked is not None and response.status == 503:
            return asked if asked <= self.policy.max_retry_after else None
        return self._backoff(request) if request.repeatable and response.status in _PASSING else None

    def _allowed(self, request: Request, seconds: float) -> bool:
        longest = request.options.max_wait
        return request.attempt < self.policy.attempts and (longest is None or request.waited + seconds <= longest)

    async def _wait(self, request: Request, seconds: float, cause: str) -> None:
        request.attempt += 1
        request.waited += seconds
        if self.emit is not None:
            label = request.options.label
            self.emit(Retried(request.method, request.path, label, request.attempt, seconds, cause))
        if seconds > 0:
            await self.clock.sleep(seconds)
