"""Two-factor challenges: a middleware that adds the code when the platform requires it."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Final
from urllib.parse import quote

from attrs import define, field
from yarl import URL

from aioheroku._http import Request, Response, Send, error_from
from aioheroku._strings import mask
from aioheroku.errors import InvalidRequest, TwoFactorRequired

TwoFactor = Callable[[], Awaitable[str] | str]
"""Returns the code of the second factor. A callable that is not a coroutine function blocks the event loop."""

_GRANT: Final = "/apps/{app}/pre-authorizations"
_CODE: Final = "Heroku-Two-Factor-Code"
_NOT_FOR_GRANTS: Final = frozenset(
    {"content-type", "if-match", "if-none-match", "range", "heroku-password", _CODE.lower()}
)
"""Headers that apply to the original request only, not to the pre-authorization."""


@define(eq=False)
class TwoFactorChallenge:
    """Handles two-factor challenges: one prompt at a time, and one pre-authorization per app for all its calls.

    Adds the header Heroku-Two-Factor-Code to the request that was challenged. A second challenge is final.
    See <https://devcenter.heroku.com/articles/platform-api-reference#authentication>.
    """

    send: Send
    ask: TwoFactor
    base: str
    _prompt: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)
    _grants: int = field(default=0, init=False)
    _granted: dict[str, int] = field(factory=dict[str, int], init=False)
    """Sequence number of each app's last pre-authorization; one issued after a request's challenge also covers it."""

    async def __call__(self, request: Request) -> Response:
        """Send the request; if a second factor is required, send it once more with the code."""
        before = self._grants
        response = await self.send(request)
        if response.status not in (403, 412):
            return response
        challenge = error_from(request, response)
        if not isinstance(challenge, TwoFactorRequired):
            return response
        request.attempt.refused()
        headers = dict(request.headers)
        async with self._one_at_a_time():
            match challenge.extra.get("app"):
                case {"name": str(app)} if app:
                    if self._granted.get(app, 0) <= before:
                        await self._pre_authorize(app, request)
                case _:
                    headers[_CODE] = await self._code()
        request.attempt.next()
        return await self.send(request.with_headers(headers))

    def _one_at_a_time(self) -> asyncio.Lock:
        """The lock of the running event loop: a lock that was awaited in another loop is bound to it."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._prompt = loop, asyncio.Lock()
        return self._prompt

    async def _code(self) -> str:
        given = self.ask()
        code = mask(await given if isawaitable(given) else given)
        if not isinstance(code, str) or not code.isascii() or not code.isalnum():
            raise InvalidRequest("expected the digits or letters of a code.", "two_factor")
        return code

    async def _pre_authorize(self, app: str, cause: Request) -> None:
        headers = {name: value for name, value in cause.headers.items() if name.lower() not in _NOT_FOR_GRANTS}
        headers[_CODE] = await self._code()
        url = URL(f"{self.base}/apps/{quote(app, safe='')}/pre-authorizations", encoded=True)
        request = Request("PUT", url, _GRANT, headers, None, cause.options)
        response = await self.send(request)
        if not response.is_success:
            raise error_from(request, response)
        self._grants += 1
        self._granted[app] = self._grants
