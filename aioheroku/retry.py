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

    All times are seconds. What is repeated follows from what is known, not from this policy: see `retried`. In an
    outage repetitions would be most of the load: a session repeats at most `budget` of its recent calls (the last
    thousand), and `floor` times in any case. Waiting out a 429 is the token pool's business and spends no budget.
    """

    attempts: int = field(default=5, validator=validators.ge(1))
    base: float = field(default=0.5, validator=validators.ge(0))
    cap: float = field(default=20.0, validator=validators.ge(0))
    max_retry_after: float = field(default=120.0, validator=validators.ge(0))
    """A Retry-After beyond this is not waited for: the error is raised instead."""
    budget: float = field(default=0.1, validator=validators.ge(0))
    floor: int = field(default=10, validator=validators.ge(0))


_RECENT: Final = 1000
"""Calls that the budget remembers."""
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

    A wait that would end after the call's `timeout`, or exceed its `max_wait`, is not begun: what is known is raised.
    """
    return _Retrying(send, policy, emit, clock or LoopClock(), jitter)


@define(eq=False)
class _Retrying:
    send: Send
    policy: Retry
    emit: Listener | None
    clock: Clock
    jitter: Callable[[], float]
    left: float = field(init=False)
    """Repetitions that the budget still allows."""
    most: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.left = float(self.policy.floor)
        self.most = max(self.left, self.policy.budget * _RECENT)

    async def __call__(self, request: Request) -> Response:
        self.left = min(self.left + self.policy.budget, self.most)
        limit = request.options.timeout
        deadline = None if limit is None else self.clock.now() + limit
        known: Response | ConnectionFailed | None = None
        outcome: Response | ConnectionFailed
        while True:
            try:
                outcome = await self.send(request)
                if outcome.status < 429:
                    return outcome
                pause = self._pause_after(request, outcome, deadline)
            except RateLimitWait:
                if known is None:
                    raise
                return _told(known)  # something left this machine: that is the truth of this call
            except ConnectionFailed as error:
                outcome = error
                pause = self._pause_without(request, error, deadline)
            if pause is None:
                return _told(outcome)
            known = outcome
            await self._wait(request, pause, outcome)

    def _pause_without(self, request: Request, error: ConnectionFailed, deadline: float | None) -> float | None:
        """Seconds until the next attempt after one without an answer; `None` where there must be none."""
        pause = self._backoff(request) if request.repeatable or not error.sent else None
        request.unsettled += error.sent
        error.sent = request.sent = request.unsettled > 0
        return pause if pause is not None and self._allowed(request, pause, deadline) else None

    def _pause_after(self, request: Request, response: Response, deadline: float | None) -> float | None:
        """Seconds until the next attempt after an answer; `None` where there must be none."""
        pause = self._asked(request, response)
        if pause is None or not self._allowed(request, pause, deadline, free=response.status == 429):
            return None
        if response.status != 429 and not self._promised(response):
            request.unsettled += 1
        return pause

    def _backoff(self, request: Request) -> float:
        return self.jitter() * min(self.policy.cap, self.policy.base * 2.0 ** min(request.attempt - 1, 60))

    def _asked(self, request: Request, response: Response) -> float | None:
        """Seconds until the next attempt as the answer asks, or as is usual after one like it."""
        asked = response.retry_after(self.clock.wall()) if response.status in (429, 503) else None
        if asked is not None and asked > self.policy.max_retry_after:
            return None
        if response.status == 429:
            if request.metered:
                return 0.0  # the pool, which saw the answer, decides when the next one may leave
            return self._backoff(request) if asked is None else asked
        if asked is not None:
            return asked
        return self._backoff(request) if request.repeatable and response.status in _PASSING else None

    def _promised(self, response: Response) -> bool:
        """Whether a 503 says that no work was done: it names the time to come back."""
        return response.status == 503 and response.retry_after(self.clock.wall()) is not None

    def _allowed(self, request: Request, pause: float, deadline: float | None, *, free: bool = False) -> bool:
        longest = request.options.max_wait
        if request.attempt >= self.policy.attempts or (longest is not None and request.waited + pause > longest):
            return False
        if deadline is not None and self.clock.now() + pause >= deadline:
            return False
        if not free:
            if self.left < 1:
                return False
            self.left -= 1
        return True

    async def _wait(self, request: Request, seconds: float, after: Response | ConnectionFailed) -> None:
        request.again()
        request.waited += seconds
        if self.emit is not None:
            label = request.options.label
            cause = type(after).__name__ if isinstance(after, ConnectionFailed) else str(after.status)
            self.emit(Retried(request.method, request.path, label, request.attempt, seconds, cause))
        if seconds > 0:
            await self.clock.sleep(seconds)


def _told(known: Response | ConnectionFailed) -> Response:
    if isinstance(known, ConnectionFailed):
        raise known from None
    return known
