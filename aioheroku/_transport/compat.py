"""The private and undocumented parts of aiohttp and asyncio that this package needs: named here and nowhere else.

Each was seen in aiohttp 3.12.0 and 3.14.5. Those on which a promise depends are checked when this module is imported:
without them a request could be sent twice, or a token go elsewhere, unnoticed.
"""

# pyright: reportPrivateUsage=false
import asyncio
import select
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from inspect import signature
from typing import Any, Final, Protocol

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ClientResponse
from aiohttp.connector import BaseConnector, Connection
from aiohttp.http_exceptions import LineTooLong
from multidict import CIMultiDict

MAX_HEADER: Final = 64 * 2**10
"""Bytes of a response's header, and of its status line: a chain of request ids is longer than aiohttp's own 8 KiB."""
MAX_HEADERS: Final = 1000

_NEEDED: Final[tuple[tuple[type[Any], str], ...]] = (
    (ClientResponse, "start"),  # reads the head of the response; overridden in `_SentOnceResponse`
    (ClientRequest, "send"),  # is called once there is a connection; overridden in `SentOnce`
    (Connection, "protocol"),
    (ResponseHandler, "close"),
    (ResponseHandler, "is_connected"),
    (ResponseHandler, "should_close"),
    (BaseConnector, "_close"),
    (aiohttp.TCPConnector, "_create_connection"),  # is called once a place is free; overridden in `Connector`
)
_ASSIGNED: Final[tuple[tuple[type[Any], str], ...]] = (
    (BaseConnector, "_acquired"),
    (BaseConnector, "_conns"),
    (BaseConnector, "_loop"),
    (aiohttp.TCPConnector, "_ssl"),
    (aiohttp.ClientSession, "_default_proxy"),
    (aiohttp.ClientSession, "_default_proxy_auth"),
    (aiohttp.ClientSession, "_retry_connection"),
    (aiohttp.StreamReader, "_buffer"),
    (aiohttp.StreamReader, "_buffer_offset"),
)


def _assigns(owner: Any, name: str) -> bool:
    return name in owner.__init__.__code__.co_names


def check(*more: tuple[type[Any], str]) -> None:
    """Reject an aiohttp that lacks any of those parts, or of `more`.

    Raises:
        ImportError: it names the part and the versions that have it.
    """
    missing = [f"{owner.__name__}.{name}" for owner, name in (*_NEEDED, *more) if not hasattr(owner, name)]
    missing += [f"{owner.__name__}.{name}" for owner, name in _ASSIGNED if not _assigns(owner, name)]
    if missing:
        raise ImportError(
            f"aioheroku cannot use aiohttp {aiohttp.__version__}, which lacks {', '.join(missing)}: "
            "install 'aiohttp>=3.12,<4'."
        )


check()


class Exchange(Protocol):
    """One request and its response, as aiohttp's classes report it: see `aiohttp.py`."""

    fresh: bool
    """Whether a connection was made for it."""

    def connecting(self) -> None:
        """A connection is about to be made: waiting for a free one is over."""

    def leaving(self, protocol: ResponseHandler, headers: CIMultiDict[str]) -> None:
        """There is a connection: bytes are about to be sent, with these headers.

        Raises:
            Stale: it is a kept connection, and bytes have arrived over it.
        """


current_exchange: ContextVar[Exchange | None] = ContextVar("aioheroku_exchange", default=None)
"""What the current task is sending; `None` for requests of other code."""


class Stale(aiohttp.ClientError):
    """A kept connection was closed or holds unsolicited data; nothing was sent over it."""


class ClosedEarly(aiohttp.ClientError):
    """A new connection was closed, or received data, before anything was sent over it."""


class _SentOnceResponse(ClientResponse):
    """Replaces the errors after which aiohttp retries a request by itself."""

    async def start(self, connection: Connection) -> ClientResponse:
        """Read the head of the response."""
        try:
            return await super().start(connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            raise aiohttp.ClientConnectionError(f"the connection broke ({type(error).__name__})") from None


class SentOnce(ClientRequest):
    """A request that aiohttp does not retry, also in a session of yours: `ClientSession(request_class=SentOnce)`.

    In a session that is made here it also refuses kept connections that hold unsolicited data. aiohttp would take that
    for the response: a duplicate, or the 408 of a router that closes an idle connection.
    """

    def send(  # pyright: ignore[reportIncompatibleMethodOverride] - what a coroutine function returns, one frame less
        self, conn: Connection
    ) -> Coroutine[Any, Any, ClientResponse]:
        """Send it."""
        current = current_exchange.get()
        if current is None:
            self.response_class = _SentOnceResponse
        else:
            protocol = conn.protocol
            if protocol is None or not protocol.is_connected() or protocol.should_close:
                raise (ClosedEarly if current.fresh else Stale)
            current.leaving(protocol, self.headers)
        return ClientRequest.send(self, conn)


def arrivals(protocol: ResponseHandler) -> Callable[[], object]:
    """A check whether bytes, or the end, have arrived over a kept connection.

    aiohttp's flags reflect what the event loop has read. A blocked loop has read nothing, so the socket itself is
    polled: 0.5 us. Two turns of the loop would do the same in 4 us, and let other tasks run first.
    """
    transport = protocol.transport
    socket = None if transport is None else transport.get_extra_info("socket")
    if socket is None:
        return bool  # False: nothing is known to have arrived
    if sys.platform == "win32":
        return lambda: select.select((socket,), (), (), 0)[0]
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return partial(poll.poll, 0)


class Connector(aiohttp.TCPConnector):
    """The connector of a session made here: it reports when waiting for a free connection is over."""

    async def _create_connection(self, req: ClientRequest, traces: Any, timeout: Any) -> ResponseHandler:
        if (current := current_exchange.get()) is not None:
            current.connecting()
        return await super()._create_connection(req, traces, timeout)


def reported_by_tracing() -> aiohttp.TraceConfig:
    """The same for a given connector, at 8 us per request."""

    async def connecting(*_: object) -> None:
        if (current := current_exchange.get()) is not None:
            current.connecting()

    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(connecting)
    return config


def limits() -> dict[str, Any]:
    """The options of a session that say how long a response's headers may be."""
    given: dict[str, Any] = {"max_line_size": MAX_HEADER, "max_field_size": MAX_HEADER}
    if "max_headers" in signature(aiohttp.ClientSession).parameters:  # since 3.14
        given["max_headers"] = MAX_HEADERS
    return given


def too_long(error: aiohttp.ClientResponseError) -> str | None:
    """Which limit the head of a response exceeded; `None` if it is another error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, LineTooLong):
            return f"A header or the status line of the response is longer than {MAX_HEADER} bytes."
        cause = cause.__cause__
    if "Too many headers" in error.message:
        return f"The response has more than {MAX_HEADERS} headers."
    return None


def send_once(session: aiohttp.ClientSession) -> None:
    """Let a session send each request once.

    aiohttp retries GET, HEAD, PUT and DELETE by itself when a connection breaks. Here `retry.py` decides: a retry costs
    a token, emits an event and counts as an attempt.
    """
    session._retry_connection = False  # noqa: SLF001


def unread(content: aiohttp.StreamReader) -> bytes:
    """Take out what had arrived of a body that then broke off: aiohttp would drop it for the error."""
    rest = b"".join(content._buffer)[content._buffer_offset :]  # noqa: SLF001
    content._buffer.clear()  # noqa: SLF001
    content._buffer_offset = 0  # noqa: SLF001
    return rest


def proxy_of(session: aiohttp.ClientSession) -> tuple[Any, aiohttp.BasicAuth | None]:
    """The proxy of a session, and its credentials."""
    return session._default_proxy, session._default_proxy_auth  # noqa: SLF001


def verifies(connector: BaseConnector) -> bool:
    """Whether a connector verifies certificates, as far as that is its decision."""
    return getattr(connector, "_ssl", True) is not False


def loop_of(connector: BaseConnector) -> asyncio.AbstractEventLoop:
    """The event loop that a connector belongs to."""
    return connector._loop  # noqa: SLF001


def abandon(connector: BaseConnector) -> None:
    """Close the connections of an event loop that has stopped.

    A transport closes its socket in a later turn of its loop. A closed loop has no more turns, so that is done here.
    """
    if loop_of(connector).is_closed():
        kept = [protocol for queue in connector._conns.values() for protocol, _ in queue]  # noqa: SLF001
        for protocol in [*kept, *connector._acquired]:  # noqa: SLF001
            transport = getattr(protocol, "transport", None)
            inner = getattr(getattr(transport, "_ssl_protocol", None), "_transport", transport)
            # Of asyncio, seen in Python 3.11; uvloop has closed its own with the loop.
            lost = getattr(inner, "_call_connection_lost", None)
            if transport is None or lost is None:
                continue
            with suppress(RuntimeError):
                transport.close()
            with suppress(Exception):
                lost(None)
    connector._close()  # noqa: SLF001
