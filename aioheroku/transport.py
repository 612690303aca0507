"""The network: the only module that imports aiohttp's client, and the only place where its exceptions are known."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Final

import aiohttp
from aiohttp import hdrs
from aiohttp.connector import Connection
from aiohttp.typedefs import LooseHeaders
from attrs import define, field
from multidict import CIMultiDict
from yarl import URL

from aioheroku.clock import Deadline
from aioheroku.errors import (
    AnswerTooLarge,
    ConnectError,
    ConnectionLost,
    ConnectTimeout,
    HerokuError,
    ReadTimeout,
    SessionClosed,
)
from aioheroku.http import Request, Response
from aioheroku.settings import Timeout

MAX_REDIRECTS: Final = 10
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PUBLIC_HEADERS: Final = frozenset({"accept", "accept-encoding", "range", "user-agent"})
"""What a redirect may take along to another origin: no token, no code, nothing the caller added."""
_PLAIN_VERBS: Final = frozenset({"GET", "HEAD", "POST"})


class _Broken(aiohttp.ClientError):
    """A connection broke; unlike aiohttp's own errors of that kind it makes aiohttp send nothing again."""


class _Unasked(aiohttp.ClientError):
    """A kept connection holds an answer that nobody asked for; nothing was sent over it."""


class _Answer(aiohttp.ClientResponse):
    """The answer to a `SentOnce`."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Read its head."""
        try:
            return await aiohttp.ClientResponse.start(self, connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            raise _Broken(type(error).__name__) from None


class SentOnce(aiohttp.ClientRequest):
    """A request that leaves once, over a connection on which no bytes have come unasked since its last answer.

    aiohttp repeats GET, HEAD, PUT and DELETE by itself when a connection breaks: here whether to repeat is decided in
    `retry.py`, where it costs a token, is told as an event and counts as an attempt. And it would take unasked bytes
    for the answer: one that came twice, or the 408 of a router that gives up an idle connection. From then on each
    call would get the answer of the one before it.
    """

    def update_headers(self, headers: LooseHeaders | None) -> None:
        """Take the headers over, all at once where they are as ours always are."""
        if not isinstance(headers, CIMultiDict) or hdrs.HOST in headers:
            super().update_headers(headers)
            return
        self.headers = CIMultiDict({hdrs.HOST: self.url.host_port_subcomponent or ""})
        self.headers.extend(headers)

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send it."""
        if conn.protocol is not None and conn.protocol.should_close:
            raise _Unasked
        self.response_class = _Answer
        return await aiohttp.ClientRequest.send(self, conn)


@define(eq=False)
class Transport:
    """Sends one request and reads its whole answer; every failure is a `ConnectionFailed`.

    The aiohttp session is made when first needed, unless one is given: that one is never closed here.
    """

    timeout: Timeout
    session: aiohttp.ClientSession | None = None
    override: bool = False
    """Send PATCH, PUT and DELETE as POST, with the verb in X-Http-Method-Override."""
    connections: int = 100
    max_body: int = 64 * 2**20
    _owned: bool = field(default=False, init=False)
    _closed: bool = field(default=False, init=False)
    _limits: aiohttp.ClientTimeout = field(init=False)
    _deadline: Deadline = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._limits = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=self.timeout.connect)
        self._deadline = Deadline(self.timeout.attempt)

    def __call__(self, request: Request) -> Coroutine[Any, Any, Response]:
        """Send the request.

        Raises:
            ConnectionFailed: there is no complete answer; `sent` says whether it may have been executed.
            SessionClosed: the transport was closed.
        """
        return self._exchange(request, request.url, request.headers, MAX_REDIRECTS)

    async def _exchange(self, request: Request, url: URL, headers: Mapping[str, str], redirects: int) -> Response:
        session = self.session or self._open()
        method = request.method
        if self.override and method not in _PLAIN_VERBS:
            method, headers = "POST", {**headers, "X-Http-Method-Override": method}
        request.attempt.mark_sent()
        task = self._deadline.begin()
        try:
            answer = await self._answer(session, method, url, request.body, headers)
            try:
                # Most answers arrive with their head. One that was read to its end gave its connection back.
                content = answer.content
                body = content.read_nowait() if content.is_eof() else await self._read(content)
            except BaseException:
                answer.close()
                raise
        except asyncio.CancelledError as error:
            if not self._deadline.passed(task):
                raise
            failure = self._translated(TimeoutError(error), request)
        except Exception as error:  # noqa: BLE001 - no foreign exception escapes
            failure = self._translated(error, request)
        else:
            if len(body) > self.max_body:
                answer.close()
                problem = f"The answer is larger than {self.max_body} bytes."
                raise AnswerTooLarge(problem, request.method, request.path)
            response = Response(answer.status, answer.headers, body, request.method, request.path)
            if response.status in _REDIRECTS and redirects and (target := _target(url, headers, response)) is not None:
                self._deadline.end(task)  # a redirect has its own
                return await self._exchange(request, *target, redirects - 1)
            return response
        finally:
            self._deadline.end(task)
        raise failure  # outside of the handler: aiohttp's exceptions hold the request's headers

    async def _answer(
        self, session: aiohttp.ClientSession, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        while True:
            try:
                return await session.request(
                    method,
                    url,
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                    raise_for_status=False,
                    auto_decompress=True,
                    timeout=self._limits,
                )
            except _Unasked:
                continue  # over another connection: that one is closed, and nothing was sent

    async def _read(self, content: aiohttp.StreamReader) -> bytes:
        """The body, or more than `max_body` of it."""
        chunks: list[bytes] = []
        size = 0
        while size <= self.max_body and (chunk := await content.readany()):
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks)

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise SessionClosed
        self._owned = True
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.connections, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=SentOnce,
        )
        return self.session

    async def close(self) -> None:
        """Close the connections, if they are ours; calls under way end with `SessionClosed`."""
        self._closed = True
        self._deadline.clear()
        session, self.session = self.session, None
        if session is not None and self._owned:
            await session.close()

    def _translated(self, error: Exception, request: Request) -> HerokuError:  # noqa: C901 - a table
        """The one table of foreign exceptions. Texts name hosts and reasons, never URLs: they may hold secrets."""
        where = (request.method, request.path)
        if self._closed or (self.session is not None and self.session.closed):
            return SessionClosed(sent=not isinstance(error, RuntimeError))
        match error:
            case aiohttp.ConnectionTimeoutError():
                return ConnectTimeout("No connection came about in time.", *where)
            case aiohttp.ClientConnectorError():
                return ConnectError(f"{error}.", *where)
            case aiohttp.ClientHttpProxyError():
                return ConnectError(f"The proxy refused: {error.status} {error.message}.", *where)
            case aiohttp.ServerFingerprintMismatch():
                return ConnectError("The server's certificate is not the pinned one.", *where)
            case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
                return ConnectError("The address is no http or https URL.", *where)
            case TimeoutError():
                return ReadTimeout("The complete answer did not arrive in time.", *where)
            case aiohttp.ClientPayloadError():
                return ConnectionLost("The answer was cut off.", *where)
            case aiohttp.ClientResponseError():
                return ConnectionLost("What arrived is no HTTP.", *where)
            case _Broken():
                return ConnectionLost(f"The connection broke ({error}).", *where)
            case ValueError():
                return ConnectError(f"aiohttp refused the request: {error}.", *where)
            case _:
                return ConnectionLost(f"The connection broke ({type(error).__name__}).", *where)


def _target(url: URL, headers: Mapping[str, str], answer: Response) -> tuple[URL, Mapping[str, str]] | None:
    """Where a redirect leads, and the headers that may go there; a write is not redirected."""
    if answer.method not in {"GET", "HEAD"}:
        return None
    try:
        target = url.join(URL(answer.headers["Location"])).with_user(None)
        elsewhere = target.origin() != url.origin()
    except (KeyError, ValueError):
        return None
    if elsewhere:
        # The token goes to the base URL's origin only, whatever the platform says, and never comes back.
        headers = {name: value for name, value in headers.items() if name.lower() in _PUBLIC_HEADERS}
    return target, headers
