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
_WRONG: Final = "invalid_two_factor_code"
_NOT_FOR_GRANTS: Final = frozenset(
    {"content-type", "if-match", "if-none-match", "range", "heroku-password", _CODE.lower()}
)
"""Headers that apply to the original request only, not to the pre-authorization."""


@define(eq=False)
class TwoFactorChallenge:
    """Handles two-factor challenges: one prompt, and one pre-authorization per app, for all calls that wait for it.

    A second challenge is final, and so is a wrong code for the call that asked for it; a call that shared it asks for
    one of its own, since the platform may take a code only once. Reads `headers`, `options` and `attempt`; adds the
    header Heroku-Two-Factor-Code to the request that was challenged, as its next attempt. See <https://devcenter.heroku.com/articles/platform-api-reference#authentication>.
    """

    send: Send
    ask: TwoFactor
    base: str
    _locks: dict[str, asyncio.Lock] = field(factory=dict[str, asyncio.Lock], init=False)
    """One for the prompt, under an empty name, and one for the pre-authorization of each app."""
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)
    _count: int = field(default=0, init=False)
    """How many codes and pre-authorizations there were. One that is newer than a request also serves its challenge."""
    _last: tuple[int, str] = field(default=(0, ""), init=False, repr=False)
    """The number of the last code, and the code itself."""
    _granted: dict[str, int] = field(factory=dict[str, int], init=False)
    """The number of each app's last pre-authorization."""

    async def __call__(self, request: Request) -> Response:
        before = self._count
        response = await self.send(request)
        if response.status not in (403, 412):
            return response
        challenge = error_from(request, response)
        if not isinstance(challenge, TwoFactorRequired):
            return response
        request.attempt.next()
        match challenge.extra.get("app"):
            case {"name": str(app)} if app:
                await self._pre_authorize(app, request, before)
                return await self.send(request)
            case _:
                return await self._with_code(request, before)

    async def _with_code(self, request: Request, before: int) -> Response:
        """Send a request with a code that is newer than `before`, or else ask for one."""
        async with self._lock():
            number, code = self._last
            is_shared = number > before
            if not is_shared:
                code = await self._ask()
        response = await self.send(_with(code, request))
        if not is_shared or response.status != 401 or error_from(request, response).id != _WRONG:
            return response
        request.attempt.next()
        async with self._lock():
            code = await self._ask()
        return await self.send(_with(code, request))

    def _lock(self, name: str = "") -> asyncio.Lock:
        """A lock of the running event loop: a lock that was awaited in another loop is bound to that one."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._locks = loop, {}
        return self._locks.setdefault(name, asyncio.Lock())

    async def _ask(self) -> str:
        given = self.ask()
        code = mask(await given if isawaitable(given) else given)
        if not isinstance(code, str) or not code.isascii() or not code.isalnum():
            raise InvalidRequest("expected the digits or letters of a code.", "two_factor")
        self._count += 1
        self._last = self._count, code
        return code

    async def _pre_authorize(self, app: str, cause: Request, before: int) -> None:
        async with self._lock(app):
            if self._granted.get(app, 0) > before:
                return
            headers = {name: value for name, value in cause.headers.items() if name.lower() not in _NOT_FOR_GRANTS}
            url = URL(f"{self.base}/apps/{quote(app, safe='')}/pre-authorizations", encoded=True)
            request = Request("PUT", url, _GRANT, headers, None, cause.options)
            response = await self._with_code(request, before)
            if not response.is_success:
                raise error_from(request, response)
            self._count += 1
            self._granted[app] = self._count


def _with(code: str, request: Request) -> Request:
    return request.with_headers({**request.headers, _CODE: code})
