"""Retries, but only where they can do no harm."""

import random
from collections.abc import Callable
from typing import Final

from attrs import Factory, define, field, frozen

from aioheroku import events
from aioheroku._clock import Clock, LoopClock
from aioheroku._http import Request, Response, Send
from aioheroku._options import checked, number, whole
from aioheroku.errors import ConnectionFailed, RateLimitWait
from aioheroku.events import Listener


@frozen
class Retry:
    """When a call is retried: at most `attempts` sends, with exponential backoff and full jitter.

    The backoff is a random part of `base`, 2 x `base`, 4 x `base` ... and of `cap` at most.

    All times are seconds. Which outcomes are retried does not depend on this policy: see the guide on retries. To limit
    the load during an outage a session retries at most the share `budget` of its last thousand calls, but at least
    `floor` times. Retries after a 429 are paced by the token pool and do not count.
    """

    attempts: int = field(default=5, validator=checked(whole))
    base: float = field(default=0.5, validator=checked(number))
    cap: float = field(default=20.0, validator=checked(number))
    max_retry_after: float = field(default=120.0, validator=checked(number))
    """A longer Retry-After is not waited for: the error is raised instead."""
    budget: float = field(default=0.1, validator=checked(number))
    floor: int = field(default=10, validator=checked(whole, least=0))


_RECENT: Final = 1000
"""Number of recent calls that the budget is measured by."""
_RETRYABLE: Final = frozenset({429, 500, 502, 503, 504})
"""Transient errors; all but 429 may come after the request was executed."""


@define(eq=False)
class RetryMiddleware:
    """Retries requests that provably were not executed, and idempotent ones.

    - not sent (refused, unknown host, TLS): any verb;
    - 429, and 503 with a Retry-After (rejected before any work was done): any verb;
    - cut off, timed out, 500, 502, 503, 504: only requests that are `idempotent`;
    - permanent failures (an untrusted certificate, a response that is too large) and anything else: never.

    No wait is started that would end after the call's `timeout` or exceed its `max_wait`: the last error is raised.
    Reads `idempotent`, `metered` and `options.max_wait`; owns `attempt`; sends the request itself unchanged each time.
    """

    send: Send
    policy: Retry
    emit: Listener | None = None
    clock: Clock = Factory(LoopClock)
    jitter: Callable[[], float] = random.random
    _budget: float = field(init=False)
    """Retries that the budget still allowed after the last retry."""
    _full: float = field(init=False)
    _calls: int = field(default=0, init=False)
    """Calls since then."""

    def __attrs_post_init__(self) -> None:
        self._budget = float(self.policy.floor)
        self._full = max(self._budget, self.policy.budget * _RECENT)

    async def __call__(self, request: Request) -> Response:
        self._calls += 1
        known: Response | ConnectionFailed | None = None
        outcome: Response | ConnectionFailed
        while True:
            try:
                outcome = await self.send(request)
                if outcome.status not in _RETRYABLE:
                    return outcome
                pause = self._pause_after_response(request, outcome)
            except RateLimitWait:
                if known is None:
                    raise
                return _result(known)  # an earlier attempt was sent: report its outcome, not "not sent"
            except ConnectionFailed as error:
                outcome = error
                pause = self._pause_after_failure(request, error)
            if pause is None:
                return _result(outcome)
            known = outcome
            await self._wait(request, pause, outcome)

    def _pause_after_failure(self, request: Request, error: ConnectionFailed) -> float | None:
        """Delay before the next attempt after one without a response; `None` if it must not be retried."""
        attempt = request.attempt
        again = (request.idempotent or not error.sent) and not error.permanent
        pause = self._backoff(request) if again else None
        attempt.uncertain += error.sent
        attempt.sent = False
        error.sent = attempt.perhaps_executed
        return pause if pause is not None and self._allowed(request, pause) else None

    def _pause_after_response(self, request: Request, response: Response) -> float | None:
        """Delay before the next attempt after a response; `None` if it must not be retried."""
        uncertain = not response.rejected
        pause = self._requested(request, response)
        if pause is None or not self._allowed(request, pause, free=response.status == 429):
            return None
        request.attempt.uncertain += uncertain
        return pause

    def _backoff(self, request: Request) -> float:
        return self.jitter() * min(self.policy.cap, self.policy.base * 2.0 ** min(request.attempt.number - 1, 60))

    def _requested(self, request: Request, response: Response) -> float | None:
        """Delay before the next attempt: from Retry-After, or the backoff for this status."""
        rejected = response.status == 429
        delay = response.retry_after(self.clock.wall()) if rejected or response.status == 503 else None
        if delay is not None and delay > self.policy.max_retry_after:
            return None
        if rejected and request.metered:
            return 0.0  # the pool saw the 429 and delays the next attempt itself
        if delay is not None:
            return delay
        return self._backoff(request) if rejected or request.idempotent else None

    def _allowed(self, request: Request, pause: float, *, free: bool = False) -> bool:
        attempt, longest = request.attempt, request.options.max_wait
        if attempt.number >= self.policy.attempts or (longest is not None and attempt.waited + pause > longest):
            return False
        if attempt.deadline is not None and self.clock.now() + pause >= attempt.deadline:
            return False
        return free or self._is_in_budget()

    def _is_in_budget(self) -> bool:
        """Take one retry from the budget; returns whether there was one."""
        self._budget = min(self._budget + self.policy.budget * self._calls, self._full)
        self._calls = 0
        if self._budget < 1:
            return False
        self._budget -= 1
        return True

    async def _wait(self, request: Request, seconds: float, after: Response | ConnectionFailed) -> None:
        attempt = request.attempt
        attempt.next()
        attempt.waited += seconds
        if self.emit is not None:
            label = request.options.label
            cause = type(after).__name__ if isinstance(after, ConnectionFailed) else str(after.status)
            self.emit(events.Retried(request.method, request.path, label, attempt.number, seconds, cause))
        if seconds > 0:
            await self.clock.sleep(seconds)


def _result(known: Response | ConnectionFailed) -> Response:
    if isinstance(known, ConnectionFailed):
        raise known from None
    return known
