"""The network: sends one request and reads its response."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import aiohttp
from attrs import define, field
from msgspec.structs import replace
from yarl import URL

from aioheroku._clock import Deadline
from aioheroku._http import Request, Response
from aioheroku._options import Timeout
from aioheroku._transport import compat
from aioheroku._transport.compat import current_exchange
from aioheroku._transport.connections import Connections, Network
from aioheroku._transport.exchange import REDIRECTS, Exchange, Peers
from aioheroku.errors import READS, ConnectError, HerokuError, SessionClosed

MAX_REDIRECTS: Final = 10
_PUBLIC_HEADERS: Final = frozenset({"accept", "accept-encoding", "range", "user-agent"})
"""Headers that are kept on cross-origin redirects: no token, no code, nothing that the caller added."""
_PLAIN_VERBS: Final = frozenset({"GET", "HEAD", "POST"})
_TYPE: Final = ("Content-Type",)
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

_Request = Callable[..., Awaitable[aiohttp.ClientResponse]]
"""`aiohttp.ClientSession.request`, with the options that all requests share."""


@define(eq=False)
class Transport:
    """Sends one request and reads its whole response; every failure is a `ConnectionFailed`."""

    timeout: Timeout
    network: Network = field(factory=Network)
    override: bool = False
    """Send PATCH, PUT and DELETE as POST, with the verb in X-Http-Method-Override."""
    max_body: int = 64 * 2**20
    connections: Connections = field(init=False)
    _request: _Request | None = field(default=None, init=False)
    """Sends over the connections of the running loop, once there are any."""
    _is_direct: bool = field(init=False)
    _deadline: Deadline = field(init=False)
    _peers: Peers = field(factory=Peers, init=False)

    def __attrs_post_init__(self) -> None:
        self.connections = Connections(self.network)
        self._is_direct = self.network.is_direct
        self.renew()

    def renew(self) -> None:
        """Drop everything that belongs to a former event loop."""
        self._request = None
        self._deadline = Deadline(self.timeout.attempt)

    async def __call__(self, request: Request) -> Response:
        """Send the request.

        Raises:
            ConnectionFailed: there is no complete response; `sent` says whether it may have been executed.
            SessionClosed: the transport was closed.
            InvalidRequest: the connections belong to another event loop, or the environment names an unusable proxy.
        """
        exchange = Exchange(request, self._deadline, self._peers)
        while True:
            token = current_exchange.set(exchange)
            try:
                received = await self._send(exchange)
                try:
                    # Most bodies arrive together with the headers; then the connection is already released.
                    content = received.content
                    body = content.read_nowait() if content.is_eof() else await self._read(content)
                    response = exchange.response(received, body, self.max_body)
                except BaseException:
                    received.close()
                    raise
                if response.status not in REDIRECTS:
                    return response
                outcome = _redirected(exchange, response)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - no foreign exception escapes
                outcome = self._outcome(error, exchange)
            finally:
                try:  # noqa: SIM105 - costs nothing where nothing is raised
                    current_exchange.reset(token)
                except ValueError:  # an abandoned call, closed or collected in another context than it began in
                    pass
                self._deadline.end(exchange.began)
            if isinstance(outcome, HerokuError):
                raise outcome  # outside of the handlers: aiohttp's exceptions hold the request's headers
            if isinstance(outcome, Response):
                return outcome
            exchange = outcome

    def _send(self, exchange: Exchange) -> Awaitable[aiohttp.ClientResponse]:
        send = self._request or self._open()
        request = exchange.request
        method, headers = request.method, request.headers
        if self.override and method not in _PLAIN_VERBS:
            headers, method = {**headers, "X-Http-Method-Override": method}, "POST"
        if not "".join(headers.values()).isprintable():  # not in a variable: the values are secrets
            _check_sendable(exchange)
        if not self._is_direct:
            proxy = self.network.proxy_for(request.url)
            if proxy is not None:
                send = partial(send, proxy=proxy.url, proxy_headers=proxy.headers)
                headers = headers if request.url.scheme == "https" else {**headers, **proxy.headers}
            exchange.overlay = headers
        if request.body is None and method != "GET":
            send = partial(send, skip_auto_headers=_TYPE)  # aiohttp would call a missing body an octet stream
        return send(method, request.url, data=request.body, headers=headers)

    def _open(self) -> _Request:
        limits = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=self.timeout.connect)
        options: dict[str, Any] = {"allow_redirects": False, "timeout": limits, "ssl": self.network.ssl or True}
        self._request = send = partial(self.connections.session().request, **options)
        return send

    async def _read(self, content: aiohttp.StreamReader) -> bytes:
        """The body, or more than `max_body` of it."""
        chunks: list[bytes] = []
        size = 0
        while size <= self.max_body and (chunk := await content.readany()):
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks)

    async def close(self) -> None:
        """Close the connections unless they were given; calls in progress end with `SessionClosed`."""
        self._deadline.clear()
        self._request = None
        await self.connections.close()

    def _outcome(self, error: Exception | asyncio.CancelledError, exchange: Exchange) -> Exchange | HerokuError:
        """What to raise for an exception, or the exchange to send again."""
        if isinstance(error, compat.Stale):
            return exchange  # again, over another connection: nothing was sent
        if isinstance(error, HerokuError):
            return error
        if isinstance(error, asyncio.CancelledError):
            if not self._deadline.expired(exchange.began) and not (self.connections.is_closed and _uncancelled()):
                raise error
            error = TimeoutError(error)
        if self.connections.is_closed:
            request = exchange.request
            return SessionClosed(exchange.sent, request.method, request.path, reads=request.reads)
        return exchange.translated(error)


def _check_sendable(exchange: Exchange) -> None:
    if any(_UNSENDABLE.search(value) is not None for value in exchange.request.headers.values()):
        problem = "A header holds a control character, which HTTP cannot carry."
        raise exchange.failure(ConnectError, problem, permanent=True)


def _uncancelled() -> bool:
    """Whether nobody cancelled the current task: closing a connector raises CancelledError in waiting calls, too."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0


def _redirected(exchange: Exchange, response: Response) -> Exchange | Response | HerokuError:
    """The next hop of a redirect; writes are not redirected."""
    request = exchange.request
    if request.method not in READS or exchange.hops == MAX_REDIRECTS:
        return response
    try:
        url = request.url.join(URL(response.headers["Location"])).with_user(None)
        at_home = exchange.at_home and url.origin() == request.url.origin()
    except (KeyError, ValueError):
        return response
    target = replace(request, url=url)
    if not at_home:
        # The token goes to the base URL's origin only, whatever the platform says, and never comes back; nor does the
        # body.
        public = {name: value for name, value in request.headers.items() if name.lower() in _PUBLIC_HEADERS}
        target = replace(target, headers=public, body=None)
    return Exchange(target, exchange.deadline, exchange.peers, at_home, exchange.hops + 1, sent=True)
