"""One request and its response: what was sent, which response belongs to it, and which error an exception becomes."""

import asyncio
import os
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.client_proto import ResponseHandler
from msgspec import Struct
from multidict import CIMultiDict, istr

from aioheroku._clock import Deadline
from aioheroku._http import Request, Response
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

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
REQUEST_ID: Final = istr("Request-Id")
_LONGEST_QUOTE: Final = 200
"""Characters of a proxy's or an operating system's text in an error."""
_NOT_TO_ADD: Final = frozenset({"Authorization", "Cookie"})
"""Headers that a tracing callback may not add: requests without a token, or to another host, have none."""


class _Ids:
    """Ids for requests: 20 hexadecimal digits, the fewest that the platform accepts.

    The first 12 are the same for all requests of the process, so that it recognizes its own ids; the others count.
    """

    process: str
    next: Callable[[], str]

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.process = os.urandom(6).hex()
        self.next = map(f"{self.process}{{:08x}}".format, count(1)).__next__


_ids: Final = _Ids()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ids.renew)


class Peer(Struct, eq=False):
    """What is known of a connection."""

    arrived: Callable[[], object]
    """Reports whether bytes have arrived, or the end of the connection."""
    echoes: bool = False
    """Whether our own id has come back over it."""


Peers = WeakKeyDictionary[ResponseHandler, Peer]
"""What is known of each connection."""


class Exchange(Struct, eq=False):
    """One hop of a request, with what aiohttp's classes report of it: see `compat.Exchange`."""

    request: Request
    deadline: Deadline
    peers: Peers
    at_home: bool = True
    """Whether no redirect has left the origin that the token belongs to."""
    hops: int = 0
    """Redirects so far."""
    sent: bool = False
    """Whether a byte may have been sent, in this hop or one before."""
    id: str | None = None
    overlay: Mapping[str, str] | None = None
    """Headers that a tracing callback may not replace."""
    fresh: bool = False
    began: asyncio.Task[object] | None = None
    protocol: ResponseHandler | None = None
    """The connection that it was sent over."""

    def connecting(self) -> None:
        """A connection is about to be made for it: the timeout of the attempt starts."""
        self.fresh = True
        self.began = self.began or self.deadline.begin()

    def leaving(self, protocol: ResponseHandler, headers: CIMultiDict[str]) -> None:
        """Bytes are about to be sent: the only place that marks a request as sent.

        Raises:
            Stale: it is a kept connection, and bytes have arrived over it.
        """
        peer = self.peers.get(protocol)
        if peer is None:
            self.peers[protocol] = peer = Peer(compat.arrivals(protocol))
        if not self.fresh and peer.arrived():
            raise compat.Stale
        self.protocol = protocol
        self.began = self.began or self.deadline.begin()
        if self.overlay is not None:
            headers.update(self.overlay)
            for name in _NOT_TO_ADD - self.overlay.keys():
                headers.popall(name, None)
        if self.at_home:
            self.id = own = _ids.next()
            headers[REQUEST_ID] = f"{headers[REQUEST_ID]},{own}" if REQUEST_ID in headers else own
        self.sent = self.request.attempt.sent = True

    def response(self, received: aiohttp.ClientResponse, body: bytes, most: int) -> Response:
        """The response with its body.

        Raises:
            ConnectionLost: it is the response to another request.
            AnswerTooLarge: the body has more than `most` bytes.
        """
        headers, status = received.headers, received.status
        if (ids := headers.get(REQUEST_ID)) is not None and not self._owns(ids, status):
            raise self.failure(ConnectionLost, "The connection broke (it carried the response to another request).")
        if len(body) > most:
            raise self.failure(AnswerTooLarge, f"The response is larger than {most} bytes.", permanent=True)
        return Response(status, headers, body, self.request.method, self.request.path, self.request.reads)

    def _owns(self, ids: str, status: int) -> bool:
        """Whether a response belongs to this request, judged by the id that the platform adds to its own.

        It does not if it has the id of another request of this process. A response with neither id is rejected once the
        connection is known to return ids, and only if it is a success: routers and proxies in front of the platform
        give errors ids of their own. Servers that never return an id are trusted.
        """
        protocol, own = self.protocol, self.id
        if protocol is None or own is None:
            return True
        peer = self.peers[protocol]
        if own in ids:
            peer.echoes = True
        elif _ids.process in ids or (status < 400 and peer.echoes):
            protocol.close()
            return False
        return True

    def failure(self, kind: type[ConnectionFailed], problem: str, *, permanent: bool = False) -> ConnectionFailed:
        """The error of that kind for this request."""
        request = self.request
        return kind(problem, request.method, request.path, self.sent, permanent, reads=request.reads)

    def translated(self, error: Exception) -> ConnectionFailed:
        """Our exception for a foreign one, chosen by whether bytes were sent, not by its class alone.

        Texts name hosts and reasons, never URLs: they may hold secrets.
        """
        return self._after_sending(error) if self.sent else self._before_sending(error)

    def _before_sending(self, error: Exception) -> ConnectionFailed:
        match error:
            case TimeoutError():  # aiohttp.ConnectionTimeoutError too
                return self.failure(ConnectTimeout, "Connecting timed out.")
            case aiohttp.ClientConnectorCertificateError():
                problem = f"{_quoted(error)}{ConnectError.untrusted}"
                return self.failure(ConnectError, problem, permanent=True)
            case aiohttp.ServerFingerprintMismatch():
                return self.failure(ConnectError, "The server's certificate is not the pinned one.", permanent=True)
            case aiohttp.ClientConnectorError():
                return self.failure(ConnectError, f"{_quoted(error)}.")
            case aiohttp.ClientHttpProxyError():
                return self.failure(ConnectError, f"The proxy refused: {error.status} {_quoted(error.message)}.")
            case aiohttp.ClientResponseError():
                return self.failure(ConnectError, "The proxy's response is not HTTP.")
            case compat.ClosedEarly():
                return self.failure(ConnectError, "The connection was closed before anything was sent.")
            case aiohttp.InvalidURL():
                return self.failure(ConnectError, "The address is not an http or https URL.", permanent=True)
            case ValueError() | TypeError():
                problem = f"aiohttp refused the request ({type(error).__name__})."
                return self.failure(ConnectError, problem, permanent=True)
            case _:
                return self.failure(ConnectError, f"Connecting failed ({type(error).__name__}).")

    def _after_sending(self, error: Exception) -> ConnectionFailed:
        match error:
            case TimeoutError():
                return self.failure(ReadTimeout, "The complete response did not arrive in time.")
            case aiohttp.ClientPayloadError():
                return self.failure(ConnectionLost, "The response was cut off.")
            case aiohttp.ClientResponseError():
                if problem := compat.too_long(error):
                    return self.failure(AnswerTooLarge, problem, permanent=True)
                return self.failure(ConnectionLost, "The server sent an invalid HTTP response.")
            case _:
                return self.failure(ConnectionLost, f"The connection broke ({type(error).__name__}).")


def _quoted(text: object) -> str:
    """Foreign text, made safe for an error message."""
    try:
        quoted = printable(str(text))
    except Exception:  # noqa: BLE001 - its __str__ failed
        return type(text).__name__
    return quoted if len(quoted) <= _LONGEST_QUOTE else f"{quoted[:_LONGEST_QUOTE]}..."
