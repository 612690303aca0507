"""One request on its way and its response: what left, to whom a response belongs, and what an exception means."""

import asyncio
import os
from itertools import count
from typing import Final
from uuid import uuid4
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from attrs import define
from multidict import CIMultiDictProxy

from aioheroku._clock import Deadline
from aioheroku._http import Request
from aioheroku._transport import compat
from aioheroku.errors import (
    AnswerTooLarge,
    ConnectError,
    ConnectionFailed,
    ConnectionLost,
    ConnectTimeout,
    ReadTimeout,
    printable,
)

REQUEST_ID: Final = "Request-Id"
_LONGEST_QUOTE: Final = 200
"""Characters of a proxy's or an operating system's text in an error."""


class _Ids:
    """Ids for requests: 32 hexadecimal digits, written as a UUID like the platform's own.

    All but the last 12 are the process's, so that the ids of its other requests are known by them. Counting the rest
    takes a fifth of the time of drawing them.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.process = str(uuid4())[:23]
        self._numbers = count(1)

    def next(self) -> str:
        return f"{self.process}-{next(self._numbers):012x}"


_ids: Final = _Ids()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ids.renew)

new_id: Final = _ids.next
"""Makes the id of a request."""


@define(eq=False)
class Exchange:
    """One request on its way: what aiohttp's classes report of it, see `_aiohttp_compat.Exchange`."""

    request: Request
    deadline: Deadline
    echoing: WeakSet[ResponseHandler]
    """The connections over which our own id has come back."""
    sent: bool = False
    """Whether bytes may have left, in this hop of a redirect or one before."""
    id: str | None = None
    overlay: CIMultiDictProxy[str] | None = None
    fresh: bool = False
    began: asyncio.Task[object] | None = None

    def connecting(self) -> None:
        """A connection is free for it and is about to be made: the attempt begins."""
        self.fresh = True
        self.began = self.began or self.deadline.begin()

    def leaving(self) -> None:
        """Bytes are about to leave: the only place where a request becomes a sent one."""
        self.began = self.began or self.deadline.begin()
        self.sent = True
        self.request.attempt.mark_sent()

    def owns(self, protocol: ResponseHandler, status: int, headers: CIMultiDictProxy[str]) -> bool:
        """Whether the response is ours, by the id that the platform takes up into the list of its own.

        It is not if it has the id of another request of this process. If it has neither, that counts once the
        connection is known to return ids, and for a success alone: whatever stands in front of the platform (a router,
        a proxy) gives errors ids of its own. Servers that never return an id are believed.
        """
        returned = headers.get(REQUEST_ID)
        if returned is None or self.id is None:
            return True
        if self.id in returned:
            self.echoing.add(protocol)
            return True
        return _ids.process not in returned and (status >= 400 or protocol not in self.echoing)

    def failure(self, kind: type[ConnectionFailed], problem: str, *, permanent: bool = False) -> ConnectionFailed:
        """The error of that kind for this request."""
        return kind(problem, self.request.method, self.request.path, self.sent, permanent)

    def translated(self, error: Exception) -> ConnectionFailed:
        """One of our exceptions for a foreign one. Whether bytes left decides which, not the class of the exception.

        Texts name hosts and reasons, never URLs: they may hold secrets.
        """
        return self._after_sending(error) if self.sent else self._before_sending(error)

    def _before_sending(self, error: Exception) -> ConnectionFailed:
        match error:
            case TimeoutError():  # aiohttp.ConnectionTimeoutError too
                return self.failure(ConnectTimeout, "No connection came about in time.")
            case aiohttp.ClientConnectorCertificateError():
                problem = f"{_quoted(error)}. If it is yours: Heroku(ssl=context) with a context that trusts it."
                return self.failure(ConnectError, problem, permanent=True)
            case aiohttp.ServerFingerprintMismatch():
                return self.failure(ConnectError, "The server's certificate is not the pinned one.", permanent=True)
            case aiohttp.ClientConnectorError():
                return self.failure(ConnectError, f"{_quoted(error)}.")
            case aiohttp.ClientHttpProxyError():
                return self.failure(ConnectError, f"The proxy refused: {error.status} {_quoted(error.message)}.")
            case aiohttp.ClientResponseError():
                return self.failure(ConnectError, "What the proxy answered is not HTTP.")
            case compat.ClosedEarly():
                return self.failure(ConnectError, "The connection was closed before anything was sent.")
            case aiohttp.InvalidURL():
                return self.failure(ConnectError, "The address is not an http or https URL.", permanent=True)
            case ValueError() | TypeError():
                problem = f"aiohttp refused the request ({type(error).__name__})."
                return self.failure(ConnectError, problem, permanent=True)
            case _:
                return self.failure(ConnectError, f"No connection came about ({type(error).__name__}).")

    def _after_sending(self, error: Exception) -> ConnectionFailed:
        match error:
            case TimeoutError():
                return self.failure(ReadTimeout, "The complete response did not arrive in time.")
            case aiohttp.ClientPayloadError():
                return self.failure(ConnectionLost, "The response was cut off.")
            case aiohttp.ClientResponseError():
                if problem := compat.too_long(error):
                    return self.failure(AnswerTooLarge, problem, permanent=True)
                return self.failure(ConnectionLost, "What arrived is not HTTP.")
            case compat.Broken():
                return self.failure(ConnectionLost, f"The connection broke ({error}).")
            case _:
                return self.failure(ConnectionLost, f"The connection broke ({type(error).__name__}).")


def _quoted(text: object) -> str:
    """What others wrote, as it may stand in an error."""
    try:
        quoted = printable(str(text))
    except Exception:  # noqa: BLE001 - an exception that cannot be written
        return type(text).__name__
    return quoted if len(quoted) <= _LONGEST_QUOTE else f"{quoted[:_LONGEST_QUOTE]}..."
