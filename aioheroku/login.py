"""Proving who one is: access tokens that renew themselves, and the second factor."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from inspect import isawaitable
from typing import Any, Final
from urllib.parse import quote

from attrs import define, field
from yarl import URL

from aioheroku.auth import Credentials, Masked, TokenPair
from aioheroku.errors import HerokuError, InvalidRequest, TwoFactorRequired
from aioheroku.events import Listener, Refreshed
from aioheroku.http import Request, Response, Send, error_from

logger = logging.getLogger("aioheroku")

TwoFactor = Callable[[], Awaitable[str] | str]
"""Gives the code of the second factor. A plain callable holds up the event loop while it asks."""

_TOKENS: Final = "/oauth/tokens"
_GRANT: Final = "/apps/{app}/pre-authorizations"
_CODE: Final = "Heroku-Two-Factor-Code"
_CONDITIONS: Final = frozenset({"content-type", "if-match", "if-none-match", "range", _CODE.lower()})
"""Headers that belong to one request and not to those made on its behalf."""


Tasks = set["asyncio.Task[Any]"]
"""What a session has started and ends when it closes."""


def authenticated(
    send: Send,
    credentials: Credentials | None,
    base: str,
    tasks: Tasks,
    *,
    two_factor: TwoFactor | None = None,
    emit: Listener | None = None,
) -> Send:
    """Wrap `send` so that a 401 renews an OAuth token once, and a challenge for a second factor is answered once."""
    if credentials is not None and credentials.refresh is not None:
        send = _Renewing(send, credentials, base, tasks, emit, credentials.authorization)
    return send if two_factor is None else _Challenged(send, two_factor, base)


def _with_token(request: Request, authorization: str) -> Request:
    return request.with_headers({**request.headers, "Authorization": authorization})


def _without(request: Request, names: AbstractSet[str]) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name.lower() not in names}


@define(eq=False)
class _Renewing:
    """Renews the access token when it is refused: one renewal for all who wait, and a second 401 is final.

    The renewal is a task of its own, so that cancelling one of those who wait harms neither the others nor the new
    pair of tokens, which the platform may give out only once.
    """

    send: Send
    credentials: Credentials
    base: str
    tasks: Tasks
    emit: Listener | None
    first: str
    """What the views of the session were made with: whatever else a request says is not ours to replace."""

    async def __call__(self, request: Request) -> Response:
        credentials = self.credentials
        if request.headers.get("Authorization") != self.first:
            return await self.send(request)
        used = credentials.authorization
        response = await self.send(request if used == self.first else _with_token(request, used))
        if response.status != 401 or error_from(request, response).id == "invalid_two_factor_code":
            return response
        request.attempt.refused()
        if credentials.authorization == used:
            task = credentials.renewing
            if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
                task = credentials.renewing = asyncio.create_task(self._renewed(request))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            if problem := await asyncio.shield(task):
                error = error_from(request, response, credentials.kind)
                error.hint = f"The access token could not be renewed: {problem}"
                raise error
        request.attempt.next()
        return await self.send(_with_token(request, credentials.authorization))

    async def _renewed(self, cause: Request) -> str | None:
        """Renew the token; what went wrong, if anything did. It never raises: perhaps nobody waits any more."""
        credentials = self.credentials
        refresh = credentials.refresh
        if refresh is None:
            return "there is no refresh token."
        headers = _without(cause, _CONDITIONS | {"authorization"})
        body = json.dumps(
            {
                "client": {"secret": refresh.client_secret},
                "grant": {"type": "refresh_token"},
                "refresh_token": {"token": refresh.refresh_token},
            }
        )
        request = Request(
            "POST",
            URL(self.base + _TOKENS, encoded=True),
            _TOKENS,
            {**headers, "Content-Type": "application/json"},
            body.encode(),
            cause.options,
        )
        try:
            response = await self.send(request)
            if not response.is_success:
                return error_from(request, response).summary
            pair = _pair_of(response.json())
            if pair is None:
                return f"POST {_TOKENS}: the answer holds no token (request {response.request_id})."
            credentials.renewed(pair.access_token, pair.refresh_token)
        except HerokuError as error:
            return error.summary
        except asyncio.CancelledError:
            return "the session was closed."
        if self.emit is not None:
            self.emit(Refreshed("POST", _TOKENS, cause.options.label))
        if refresh.store is not None:
            try:
                stored = refresh.store(credentials.pair(pair.expires_in))
                if isawaitable(stored):
                    await stored
            except Exception:
                logger.exception("The callback that stores the renewed OAuth tokens failed: they are in memory only")
        return None


def _pair_of(data: Any) -> TokenPair | None:
    """The tokens of an answer; the refresh token is empty where none came."""
    match data:
        case {"access_token": {"token": str(access), **about}, "refresh_token": {"token": str(again)}}:
            pass
        case {"access_token": {"token": str(access), **about}}:
            again = ""
        case _:
            return None
    seconds = about.get("expires_in")
    return TokenPair(Masked(access), Masked(again), seconds if isinstance(seconds, int) else None)


@define(eq=False)
class _Challenged:
    """Answers a challenge for a second factor: one prompt at a time, one pre-authorization an app for all its calls.

    See <https://devcenter.heroku.com/articles/platform-api-reference#authentication>.
    """

    send: Send
    ask: TwoFactor
    base: str
    _prompt: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    _grants: int = field(default=0, init=False)
    _granted: dict[str, int] = field(factory=dict[str, int], init=False)
    """The number of each app's last pre-authorization: later than a request's challenge, it serves that request too."""

    async def __call__(self, request: Request) -> Response:
        before = self._grants
        response = await self.send(request)
        if response.status not in (403, 412):
            return response
        challenge = error_from(request, response)
        if not isinstance(challenge, TwoFactorRequired):
            return response
        request.attempt.refused()
        headers = dict(request.headers)
        async with self._prompt:
            match challenge.extra.get("app"):
                case {"name": str(app)} if app:
                    if self._granted.get(app, 0) <= before:
                        await self._pre_authorize(app, request)
                case _:
                    headers[_CODE] = await self._code()
        request.attempt.next()
        return await self.send(request.with_headers(headers))

    async def _code(self) -> str:
        answer = self.ask()
        code = await answer if isawaitable(answer) else answer
        if not isinstance(code, str) or not code.isascii() or not code.isalnum():
            raise InvalidRequest("expected the digits or letters of a code.", "two_factor")
        return Masked(code)

    async def _pre_authorize(self, app: str, cause: Request) -> None:
        request = Request(
            "PUT",
            URL(f"{self.base}/apps/{quote(app, safe='')}/pre-authorizations", encoded=True),
            _GRANT,
            {**_without(cause, _CONDITIONS), _CODE: await self._code()},
            None,
            cause.options,
        )
        response = await self.send(request)
        if not response.is_success:
            raise error_from(request, response)
        self._grants += 1
        self._granted[app] = self._grants
