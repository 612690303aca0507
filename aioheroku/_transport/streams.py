"""Open over aiohttp: a connection for each stream, and requests to which nothing is added."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

import aiohttp
from attrs import define, evolve, field
from yarl import URL

from aioheroku._clock import Deadline
from aioheroku._http import Request
from aioheroku._options import LOOPBACK
from aioheroku._seams import Bytes, Dialing, Opening, Pipe, Stream
from aioheroku._transport import compat
from aioheroku._transport.connections import Connections
from aioheroku._transport.dial import dial
from aioheroku._transport.exchange import REDIRECTS, Exchange, Peers
from aioheroku.errors import ConnectionFailed, HerokuError, SessionClosed, StreamRefused

_MOST_REDIRECTS: Final = 5
_ADDED: Final = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")
"""Headers that aiohttp would add to a request."""


@define(eq=False)
class StreamTransport:
    """Opens streams and pipes, and closes all of them with the session."""

    connections: Connections
    _live: set["_Response | Pipe"] = field(factory=set["_Response | Pipe"], init=False)

    async def open(self, opening: Opening) -> Stream:
        """The response to a request: an `Open`."""
        for _ in range(_MOST_REDIRECTS):
            url = _checked(opening.url)
            response = await self._send(opening, url)
            target = response.headers.get("Location")
            if response.status not in REDIRECTS or target is None or opening.method != "GET":
                self._live.add(response)
                return response
            response.close()
            opening = evolve(opening, url=str(url.join(URL(target, encoded=True))))
        raise StreamRefused(None, "it is redirected too often")

    async def _send(self, opening: Opening, url: URL) -> "_Response":
        network = self.connections.network
        proxy = None if network.is_direct else network.proxy_for(url)
        options: dict[str, Any] = {} if proxy is None else {"proxy": proxy.url, "proxy_headers": proxy.headers}
        headers = dict(opening.headers)
        if opening.body is not None:
            headers["Content-Length"] = str(opening.length or 0)
            options["data"] = _exactly(opening.body, opening.length or 0)
        timeout = aiohttp.ClientTimeout(total=None, connect=opening.connect, sock_read=opening.idle)
        send = partial(self.connections.session().request, opening.method, url, headers=headers, timeout=timeout)
        failure: HerokuError
        try:
            received = await send(allow_redirects=False, ssl=network.ssl or True, skip_auto_headers=_ADDED, **options)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = self._failure(error, opening)
        else:
            return _Response(self, opening, received)
        raise failure  # outside of the handler: aiohttp's exceptions hold the address

    def _failure(self, error: Exception, opening: Opening) -> HerokuError:
        if self.connections.is_closed:
            return SessionClosed(True, opening.method, opening.what)
        sent = not isinstance(
            error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.ClientHttpProxyError
        )
        return _translated(error, opening, sent=sent)

    async def dial(self, dialing: Dialing) -> Pipe:
        """A connection over TLS: a `Dial`."""
        self.connections.session()  # refuses a closed session, and one of another event loop
        pipe = await dial(dialing, self.connections.network.ssl, self._live.discard)
        self._live.add(pipe)
        return pipe

    def forget(self, response: "_Response") -> None:
        """Forget a response that was closed."""
        self._live.discard(response)

    async def close(self) -> None:
        """Close every stream and pipe, and the connections."""
        for one in tuple(self._live):
            one.close()
        await self.connections.close()


class _Response:
    """A response of aiohttp as a `Stream`."""

    def __init__(self, owner: StreamTransport, opening: Opening, received: aiohttp.ClientResponse) -> None:
        self._owner = owner
        self._opening = opening
        self._received = received
        self._error: HerokuError | None = None
        self.status = received.status
        self.headers: Mapping[str, str] = received.headers
        connection = received.connection
        self._transport = None if connection is None else connection.transport

    async def read(self) -> bytes:
        if self._error is not None:
            raise self._error
        content, data = self._received.content, b""
        failure: HerokuError | None = None
        try:
            data = await content.readany()
        except (aiohttp.ClientError, OSError) as error:
            failure = _translated(error, self._opening, sent=True)
        if not data and self._owner.connections.is_closed:
            failure = SessionClosed(True, self._opening.method, self._opening.what)
        elif failure is not None and (rest := compat.unread(content)):
            self._error = failure
            return rest
        if failure is not None:
            raise failure  # outside of the handler: aiohttp's exceptions hold the address
        return data

    def close(self) -> None:
        """Close the connection at once: an orderly close would wait for the other end."""
        self._owner.forget(self)
        self._received.close()
        if self._transport is not None:
            self._transport.abort()


async def _exactly(body: AsyncIterable[Bytes], length: int) -> AsyncIterator[Bytes]:
    """A body of exactly that many bytes: aiohttp would cut a longer one, and wait for the rest of a shorter one."""
    left = length
    async for piece in body:
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left:
        raise ValueError("the body is longer or shorter than its stated length")


def _checked(address: str) -> URL:
    """An address of https, or of http on this machine.

    Raises:
        StreamRefused: it is another address, which is not quoted.
    """
    with suppress(ValueError):
        url = URL(str(address), encoded=True)
        if url.host and (url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK)):
            return url
    raise StreamRefused(None, "its address is not an https URL, so nothing was sent")


def _translated(error: Exception, opening: Opening, *, sent: bool) -> ConnectionFailed:
    """Our exception for a foreign one, whose text may hold the address."""
    exchange = Exchange(Request(opening.method, URL(), opening.what, {}), Deadline(None), Peers(), sent=sent)
    return exchange.translated(error)
