"""OAuth token refresh: a middleware that renews the access token when the platform rejects it."""

import asyncio
import json
import logging
from inspect import isawaitable
from typing import Any, Final

from attrs import Factory, define
from yarl import URL

from aioheroku import events
from aioheroku._clock import Clock, LoopClock
from aioheroku._http import Request, Response, Send, error_from
from aioheroku._middleware.meter import Meter, current as current_meter
from aioheroku.auth._credentials import Credentials, Refresh, TokenPair
from aioheroku.auth._renewal import ABANDONED, DONE, Outcome, Renewal, Renewals, current_renewal, enter, join_or_begin
from aioheroku.errors import HerokuError, SessionClosed
from aioheroku.events import Listener

logger = logging.getLogger("aioheroku")

_TOKENS: Final = "/oauth/tokens"
_NOT_FOR_RENEWALS: Final = frozenset(
    {"authorization", "content-type", "if-match", "if-none-match", "range", "heroku-two-factor-code"}
)
"""Headers that apply to the original request only, not to the request that renews the token."""
_ROUNDS: Final = 2
"""How often a call may get another token: first a stored one, which may have expired too, then a new one."""
_RELOADS: Final = (0.0, 0.25, 1.0)
"""Seconds before each call of `load` after a rejected refresh token: the process that used it may still be storing."""


@define(eq=False)
class OAuthRefresh:
    """Renews the access token after a 401, once for all waiting callers; a 401 for a new token is final.

    The renewal is a task of its own and belongs to the credentials, since the platform may accept a refresh token only
    once: neither cancelling the waiting callers nor closing a session loses the new pair. Reads the Authorization
    header; replaces it by the one that is valid now, and sends the request again as its next attempt.
    """

    send: Send
    credentials: Credentials
    initial: str
    """The session's original Authorization header; any other value was set by the caller and is left unchanged."""
    base: str
    renewals: Renewals
    emit: Listener | None = None
    clock: Clock = Factory(LoopClock)

    async def __call__(self, request: Request) -> Response:
        if request.headers.get("Authorization") != self.initial:
            return await self.send(request)
        for left in reversed(range(_ROUNDS + 1)):
            used = self.credentials.authorization
            current = request
            if used != self.initial:
                current = request.with_headers({**request.headers, "Authorization": used})
            response = await self.send(current)
            if response.status != 401 or not self._may_renew(left):
                return response
            if error_from(current, response).id == "invalid_two_factor_code":
                return response
            request.attempt.refused()
            if problem := await self._renew(request, used):
                error = error_from(current, response, self.credentials.kind)
                error.hint = f"The access token could not be renewed: {problem}"
                raise error
            request.attempt.next()
        raise AssertionError  # the last round returns

    def _may_renew(self, left: int) -> bool:
        """Whether a rejected token may be replaced by another one, with this number of rounds left."""
        own = current_renewal()
        if own is not None and own.credentials is self.credentials:
            return False  # called from `load` or `store`: waiting for the renewal would be a deadlock
        return left == _ROUNDS or (left > 0 and self.credentials.loaded)

    async def _renew(self, cause: Request, used: str) -> str:
        """Renew the token, or wait for the renewal in progress; returns why there is no new one, empty on success."""
        while True:
            if self.renewals.closed:
                raise SessionClosed
            renewal, mine = join_or_begin(self.credentials, used)
            if renewal is None:
                return ""
            if mine:
                # Never eager: `load` and `store` are user code, which must not run synchronously inside this call.
                renewal.task = asyncio.Task(self._run(renewal, cause), loop=renewal.loop)
                self.renewals.begun.add(renewal)
            outcome = await renewal.wait()
            if not outcome.abandoned:
                return outcome.problem
            if mine:
                raise SessionClosed

    async def _run(self, renewal: Renewal, cause: Request) -> None:
        outcome = ABANDONED
        enter(renewal)
        if (meter := current_meter.get()) is not None:
            current_meter.set(Meter(parent=meter))  # its token counts, but it is not a write of the campaign's item
        try:
            outcome = await self._outcome(renewal, cause)
        except SessionClosed:
            pass  # reported as abandoned, so that waiting callers are not cancelled with it
        except HerokuError as error:
            outcome = Outcome(error.summary)
        except Exception as error:
            logger.exception("Renewing the OAuth tokens failed")
            outcome = Outcome(f"{type(error).__name__}; see the log.")
        finally:
            renewal.finish(outcome)
            self.renewals.begun.discard(renewal)

    async def _outcome(self, renewal: Renewal, cause: Request) -> Outcome:
        refresh = self.credentials.refresh
        if refresh is None:
            return Outcome("there is no refresh token.")
        if await self._reload(refresh):
            return DONE
        renewal.request = request = self._grant(refresh, cause)
        response = await self.send(request)
        if response.status not in (200, 201):
            request.attempt.refused()
            reloaded = 400 <= response.status < 500 and await self._reload_later(refresh)
            return DONE if reloaded else Outcome(error_from(request, response).summary)
        pair = _pair_of(response.json())
        if pair is None:
            return Outcome(f"POST {_TOKENS}: the response holds no token (request {response.request_id}).")
        self.credentials.renewed(pair.access_token, pair.refresh_token)
        if self.emit is not None:
            self.emit(events.Refreshed("POST", _TOKENS, cause.options.label))
        await self._store(refresh, self.credentials.pair(pair.expires_in))
        return DONE

    async def _reload(self, refresh: Refresh) -> bool:
        """Use the stored pair if it is newer; return whether it is."""
        if refresh.load is None:
            return False
        given = refresh.load()
        pair: object = await given if isawaitable(given) else given
        if pair is not None and not isinstance(pair, TokenPair):
            raise TypeError(f"load gave a {type(pair).__name__}, which is not a TokenPair")
        if pair is None or not self.credentials.is_newer(pair):
            return False
        self.credentials.renewed(pair.access_token, pair.refresh_token, loaded=True)
        return True

    async def _reload_later(self, refresh: Refresh) -> bool:
        """Look several times for a newer pair: another process may have used the same refresh token."""
        for seconds in _RELOADS if refresh.load is not None else ():
            await self.clock.sleep(seconds)
            if await self._reload(refresh):
                return True
        return False

    async def _store(self, refresh: Refresh, pair: TokenPair) -> None:
        if refresh.store is None:
            return
        try:
            stored = refresh.store(pair)
            if isawaitable(stored):
                await stored
        except Exception:
            logger.exception("The callback that stores the renewed OAuth tokens failed: they are in memory only")

    def _grant(self, refresh: Refresh, cause: Request) -> Request:
        body = json.dumps(
            {
                "client": {"secret": refresh.client_secret},
                "grant": {"type": "refresh_token"},
                "refresh_token": {"token": refresh.refresh_token},
            }
        )
        headers = {name: value for name, value in cause.headers.items() if name.lower() not in _NOT_FOR_RENEWALS}
        headers["Content-Type"] = "application/json"
        url = URL(self.base + _TOKENS, encoded=True)
        return Request("POST", url, _TOKENS, headers, body.encode(), cause.options)


def _pair_of(data: Any) -> TokenPair | None:
    """The tokens in a response; the refresh token is empty if there is none."""
    match data:
        case {"access_token": {"token": str(access), **about}, "refresh_token": {"token": str(refresh)}}:
            pass
        case {"access_token": {"token": str(access), **about}}:
            refresh = ""
        case _:
            return None
    seconds = about.get("expires_in")
    return TokenPair(access, refresh, seconds if isinstance(seconds, int) else None)
