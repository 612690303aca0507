"""The balance request: how many tokens are left, a request that takes none itself, and when a pool sends it.

See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from math import inf
from typing import Any, Final

from attrs import define, field
from yarl import URL

from aioheroku._http import RATE_LIMITS, Request, Response, Send
from aioheroku._ratelimit.backend import Host, never_eager
from aioheroku._ratelimit.rule import LAST, Pacer
from aioheroku.errors import DecodeError, HerokuError, whole_number

_TIMEOUT = 5.0
"""Seconds that a balance request may take."""
_BACKOFF = (5.0, 10.0, 20.0, 40.0, 80.0)
"""Seconds before each further one, as long as no request has left: the longest pause of the rule ends by then."""
_IDENTITY: Final = ("Accept", "Accept-Encoding", "Authorization", "User-Agent")
"""Headers of a waiting request that the balance request repeats, so that it asks about the same account."""

BalanceRequest = Callable[[Request], Request]
"""Makes the balance request for a request that waits, with the same credentials."""


def balance_request(base: str) -> BalanceRequest:
    """Make balance requests for the API at `base`."""
    url = URL(base + RATE_LIMITS, encoded=True)

    def make(request: Request) -> Request:
        headers = {name: request.headers[name] for name in _IDENTITY if name in request.headers}
        return Request("GET", url, RATE_LIMITS, headers, idempotent=True, metered=False)

    return make


def balance(response: Response) -> int | None:
    """The tokens left as the response's header says, or else its body; `None` where neither does."""
    remaining = response.remaining
    if remaining is None and response.status == 200:
        with suppress(DecodeError, TypeError, KeyError):
            stated = response.json()["remaining"]
            return whole_number(str(stated)) if isinstance(stated, int) else None
    return remaining


@define(eq=False)
class BalanceQuery:
    """Asks for the balance when a pool begins and several requests wait: a single one learns it by itself.

    An account that is found empty is asked about again, with backoff, until a request has left: nothing else would show
    the tokens that come back.
    """

    host: Host
    rule: Pacer
    observe: Callable[[Response], None]
    """Learns from the response."""
    pending: asyncio.Task[None] | None = field(default=None, init=False)
    """The first balance request; no request is admitted until it is done."""
    done_at: float = field(default=-inf, init=False)
    """When it was done."""
    _repeats: asyncio.Task[None] | None = field(default=None, init=False)

    def reset(self) -> None:
        """Forget the tasks of a former event loop."""
        self.pending = self._repeats = None

    def start(self, send: Send, make: Callable[[], Request]) -> None:
        """Ask, if nothing is known; `make` makes the request."""
        if not self.rule.account.known:
            self.pending = self._task(self._first(send, make))

    def cancel(self) -> None:
        """Stop asking: no request waits any more."""
        for task in (self.pending, self._repeats):
            if task is not None:
                task.cancel()

    async def _first(self, send: Send, make: Callable[[], Request]) -> None:
        await asyncio.sleep(0)  # all that begin at the same time are queued by then
        if self.host.queue.total > 1:
            await self._request_balance(send, make)
            self.rule.begin(self.host.now())
            if self.rule.account.level < LAST:
                self._repeats = self._task(self._repeat(send, make))

    async def _repeat(self, send: Send, make: Callable[[], Request]) -> None:
        sent = self.rule.account.sent
        for seconds in _BACKOFF:
            await asyncio.sleep(seconds * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
            if self.rule.account.sent > sent:  # its response reports more
                return
            await self._request_balance(send, make)

    async def _request_balance(self, send: Send, make: Callable[[], Request]) -> None:
        with suppress(HerokuError, TimeoutError):  # then the first queued request will report the balance
            async with asyncio.timeout(_TIMEOUT):
                self.observe(await send(make()))

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = never_eager(work)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # retrieved, so that asyncio does not log it
        if task is self.pending:
            self.pending, self.done_at = None, self.host.now()
            self.host.wake()
