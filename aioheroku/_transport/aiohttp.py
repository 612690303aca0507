"""The network: sends one request and reads its response."""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from typing import Any, Final
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from attrs import define, field
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from aioheroku._clock import Deadline
from aioheroku._http import Request, Response
from aioheroku._options import Timeout
from aioheroku._transport import compat
from aioheroku._transport.compat import SentOnce
from aioheroku._transport.connections import Connections, Network
from aioheroku._transport.exchange import REQUEST_ID, Exchange, new_id
from aioheroku.errors import READS, AnswerTooLarge, ConnectError, HerokuError, SessionClosed

__all__ = ["MAX_REDIRECTS", "SentOnce", "Timeout", "Transport"]

MAX_REDIRECTS: Final = 10
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PUBLIC_HEADERS: Final = frozenset({"accept", "accept-encoding", "range", "user-agent"})
"""What a redirect may take along to another origin: no token, no code, nothing the caller added."""
_PLAIN_VERBS: Final = frozenset({"GET", "HEAD", "POST"})
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@define
class _Hop:
    """Where a request goes, and what of it: a redirect is another hop."""

    url: URL
    headers: Mapping[str, str]
    body: bytes | None
    at_home: bool = True
    """Whether it has never left the origin that the token is for."""
    redirected: bool = False


@define(eq=False)
class Transport:
    """Sends one request and reads its whole response; every failure is a `ConnectionFailed`."""

    timeout: Timeout
    network: Network = field(factory=Network)
    override: bool = False
    """Send PATCH, PUT and DELETE as POST, with the verb in X-Http-Method-Override."""
    max_body: int = 64 * 2**20
    connections: Connections = field(init=False)
    _limits: aiohttp.ClientTimeout = field(init=False)
    _deadline: Deadline = field(init=False)
    _echoing: WeakSet[ResponseHandler] = field(factory=WeakSet[ResponseHandler], init=False)

    def __attrs_post_init__(self) -> None:
        self.connections = Connections(self.network)
        self._limits = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=self.timeout.connect)
        self.renew()

    def renew(self) -> None:
        """Keep nothing of an event loop that is gone."""
        self._deadline = Deadline(self.timeout.attempt)

    def __call__(self, request: Request) -> Coroutine[Any, Any, Response]:
        """Send the request.

        Raises:
            ConnectionFailed: there is no complete response; `sent` says whether it may have been executed.
            SessionClosed: the transport was closed.
            InvalidRequest: the connections belong to another event loop, or the environment names an unusable proxy.
        """
        return self._exchange(request, _Hop(request.url, request.headers, request.body), MAX_REDIRECTS)

    async def _exchange(self, request: Request, hop: _Hop, redirects: int) -> Response:
        exchange = Exchange(request, self._deadline, self._echoing, hop.redirected)
        token = compat.exchange.set(exchange)
        outcome: Response | HerokuError
        try:
            outcome = await self._receive(exchange, hop)
        except HerokuError as error:
            outcome = error
        except asyncio.CancelledError as error:
            if not self._deadline.passed(exchange.began) and not (self.connections.shut and _uncancelled()):
                raise
            outcome = self._translated(TimeoutError(error), exchange)
        except Exception as error:  # noqa: BLE001 - no foreign exception escapes
            outcome = self._translated(error, exchange)
        finally:
            compat.exchange.reset(token)
            self._deadline.end(exchange.began)
        if isinstance(outcome, HerokuError):
            raise outcome  # outside of the handler: aiohttp's exceptions hold the request's headers
        if outcome.status in _REDIRECTS and redirects and (target := _target(hop, outcome)) is not None:
            return await self._exchange(request, target, redirects - 1)
        return outcome

    async def _receive(self, exchange: Exchange, hop: _Hop) -> Response:
        answer = await self._send(exchange, hop)
        try:
            # Most responses arrive with their head. One that was read to its end gave its connection back.
            content = answer.content
            body = content.read_nowait() if content.is_eof() else await self._read(content)
            self._check_size(body, exchange)
        except BaseException:
            answer.close()
            raise
        request = exchange.request
        return Response(answer.status, answer.headers, body, request.method, request.path)

    async def _send(self, exchange: Exchange, hop: _Hop) -> aiohttp.ClientResponse:
        session = self.connections.session()
        method = exchange.request.method
        headers = CIMultiDict(hop.headers)
        if self.override and method not in _PLAIN_VERBS:
            headers["X-Http-Method-Override"], method = method, "POST"
        if hop.at_home:
            exchange.id = new_id()
            headers[REQUEST_ID] = f"{headers[REQUEST_ID]},{exchange.id}" if REQUEST_ID in headers else exchange.id
        proxy = self.network.proxy_for(hop.url)
        if proxy is not None and hop.url.scheme == "http":
            headers.extend(proxy.headers)
        if not _is_sendable(headers):
            problem = "A header holds a control character, which HTTP cannot carry."
            raise exchange.failure(ConnectError, problem, permanent=True)
        if self.network.session is not None:
            exchange.overlay = CIMultiDictProxy(headers)
        while True:
            exchange.fresh = False
            try:
                return await session.request(
                    method,
                    hop.url,
                    data=hop.body,
                    headers=headers,
                    allow_redirects=False,
                    raise_for_status=False,
                    auto_decompress=True,
                    timeout=self._limits,
                    ssl=self.network.ssl or True,
                    proxy=None if proxy is None else proxy.url,
                    proxy_headers=None if proxy is None else proxy.headers,
                )
            except compat.Stale:
                continue  # over another connection: that one is closed, and nothing was sent

    async def _read(self, content: aiohttp.StreamReader) -> bytes:
        """The body, or more than `max_body` of it."""
        chunks: list[bytes] = []
        size = 0
        while size <= self.max_body and (chunk := await content.readany()):
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks)

    def _check_size(self, body: bytes, exchange: Exchange) -> None:
        if len(body) > self.max_body:
            problem = f"The response is larger than {self.max_body} bytes."
            raise exchange.failure(AnswerTooLarge, problem, permanent=True)

    async def close(self) -> None:
        """Close the connections, if they are ours; calls under way end with `SessionClosed`."""
        self._deadline.clear()
        await self.connections.close()

    def _translated(self, error: Exception, exchange: Exchange) -> HerokuError:
        if self.connections.shut:
            return SessionClosed(exchange.sent, exchange.request.method, exchange.request.path)
        return exchange.translated(error)


def _is_sendable(headers: CIMultiDict[str]) -> bool:
    values = "".join(headers.values())  # a secret, which no frame keeps that an error could show
    return values.isprintable() or _UNSENDABLE.search(values) is None


def _uncancelled() -> bool:
    """Whether nobody cancelled the present task: closing a connector cancels what waits for a connection of it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0


def _target(hop: _Hop, response: Response) -> _Hop | None:
    """Where a redirect leads, and what may go there; a write is not redirected."""
    if response.method not in READS:
        return None
    try:
        url = hop.url.join(URL(response.headers["Location"])).with_user(None)
        at_home = hop.at_home and url.origin() == hop.url.origin()
    except (KeyError, ValueError):
        return None
    if at_home:
        return _Hop(url, hop.headers, hop.body, redirected=True)
    # The token goes to the base URL's origin only, whatever the platform says, and never comes back; nor does the body.
    public = {name: value for name, value in hop.headers.items() if name.lower() in _PUBLIC_HEADERS}
    return _Hop(url, public, None, at_home=False, redirected=True)
