"""The network: the only module that imports aiohttp's client, and the only place where its exceptions are known."""

from collections.abc import Mapping
from typing import Final

import aiohttp
from attrs import define, field, frozen
from yarl import URL

from aioheroku.errors import (
    AnswerTooLarge,
    ConnectError,
    ConnectionLost,
    ConnectTimeout,
    ReadTimeout,
    SessionClosed,
)
from aioheroku.http import Request, Response

MAX_REDIRECTS: Final = 10
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-addon-sso", "heroku-two-factor-code"}
)


@frozen
class Timeout:
    """Seconds allowed: to connect, for one attempt with its whole answer, and for the call with all of them."""

    connect: float | None = 10.0
    attempt: float | None = 60.0
    total: float | None = None


@define(eq=False)
class Transport:
    """Sends one request and reads its whole answer; every failure is a `ConnectionFailed`.

    The aiohttp session is made when first needed, unless one is given: that one is never closed here.
    """

    timeout: Timeout
    session: aiohttp.ClientSession | None = None
    connections: int = 100
    max_body: int = 64 * 2**20
    _owned: bool = field(default=False, init=False)
    _closed: bool = field(default=False, init=False)
    _limits: aiohttp.ClientTimeout = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._limits = aiohttp.ClientTimeout(
            total=self.timeout.attempt, connect=None, sock_connect=self.timeout.connect
        )

    async def __call__(self, request: Request) -> Response:
        """Send the request.

        Raises:
            ConnectionFailed: there is no complete answer; `sent` says whether it may have been executed.
            SessionClosed: the transport was closed.
        """
        answer = await self._exchange(request, request.url, request.headers)
        if answer.status in _REDIRECTS and request.method in {"GET", "HEAD"}:
            answer = await self._follow(request, answer)
        return answer

    async def _follow(self, request: Request, answer: Response) -> Response:
        url, headers = request.url, request.headers
        for _ in range(MAX_REDIRECTS):
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            try:
                target = url.join(URL(location))
            except ValueError:
                return answer
            if target.origin() != url.origin():
                # The token goes to the base URL's origin only, whatever the platform says.
                headers = {name: value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}
            url = target
            answer = await self._exchange(request, url, headers)
        return answer

    async def _exchange(self, request: Request, url: URL, headers: Mapping[str, str]) -> Response:
        session = self.session or self._open()
        request.sent = True
        try:
            async with session.request(
                request.method,
                url,
                data=request.body,
                headers=headers,
                allow_redirects=False,
                timeout=self._limits,
            ) as answer:
                body = await self._read(request, answer)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise self._translated(error, request) from error
        return Response(answer.status, answer.headers, body, request.method, request.path)

    async def _read(self, request: Request, answer: aiohttp.ClientResponse) -> bytes:
        chunk = first = await answer.content.readany()
        chunks: list[bytes] = []
        size = 0
        while chunk:
            chunks.append(chunk)
            size += len(chunk)
            if size > self.max_body:
                answer.close()
                raise AnswerTooLarge(f"The answer is larger than {self.max_body} bytes.", request.method, request.path)
            chunk = await answer.content.readany()
        return first if len(chunks) < 2 else b"".join(chunks)

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise SessionClosed
        self._owned = True
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.connections, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self.session

    async def close(self) -> None:
        """Close the connections, if they are ours; calls under way end with `SessionClosed`."""
        self._closed = True
        session, self.session = self.session, None
        if session is not None and self._owned:
            await session.close()

    def _translated(self, error: Exception, request: Request) -> Exception:  # noqa: C901 - a table
        """The one table of foreign exceptions. Texts name hosts and reasons, never URLs: they may hold secrets."""
        where = (request.method, request.path)
        if self._closed or (self.session is not None and self.session.closed):
            return SessionClosed(sent=True)
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
            case aiohttp.ClientError() | OSError():
                return ConnectionLost(f"The connection broke ({type(error).__name__}).", *where)
            case _:
                return error
