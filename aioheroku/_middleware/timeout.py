"""The timeout of a whole call."""

import asyncio
from collections.abc import Awaitable

from attrs import define

from aioheroku._http import Request, Response, Send
from aioheroku.errors import ReadTimeout


@define(eq=False)
class TotalTimeout:
    """Ends a call with `ReadTimeout` after `options.timeout` seconds, waits and retries included.

    Reads `options.timeout` and `attempt`; sets `attempt.deadline`, so that no wait goes beyond it.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        return self.send(request) if request.options.timeout is None else self._timed(request)

    async def _timed(self, request: Request) -> Response:
        limit = request.options.timeout or 0.0
        request.attempt.deadline = asyncio.get_running_loop().time() + limit
        timeout = asyncio.timeout_at(request.attempt.deadline)
        try:
            async with timeout:
                return await self.send(request)
        except TimeoutError:
            if not timeout.expired():
                raise
            problem = f"The call took longer than the {limit} s allowed."
            sent = request.attempt.perhaps_executed
            raise ReadTimeout(problem, request.method, request.path, sent, reads=request.reads) from None
