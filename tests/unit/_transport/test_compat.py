"""Whether a request was sent is recorded where its bytes leave; the class of an exception says nothing about it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from aioheroku import Heroku, Pool, Retry, Timeout, errors
from aioheroku.transport import SentOnce
from tests._support.fakes import MakeRequest, Until
from tests._support.secrets import EventLog, raises
from tests._support.wire import Tls, Tunnel, Wire

TOKEN = "HRKU-0000-1111"
THREE = Retry(attempts=3, base=0)
KNOWN = b"HTTP/1.1 200 OK\r\nRateLimit-Remaining: 2000\r\nContent-Length: 2\r\n\r\n{}"
"""The pool lets every request after it pass."""
CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"
FOREIGN = [
    ValueError("foreign words"),
    json.JSONDecodeError("foreign words", "foreign words", 0),
    UnicodeDecodeError("utf-8", b"foreign words", 0, 1, "foreign words"),
    aiohttp.InvalidURL("foreign words"),
    KeyError("foreign words"),
    TypeError("foreign words"),
    TimeoutError("foreign words"),
    RuntimeError("foreign words"),
    aiohttp.ClientConnectorError(ConnectionKey("h", 443, True, True, None, None, None), OSError(1, "foreign words")),
    aiohttp.ServerTimeoutError("foreign words"),
]


def tracing(hook: str, error: Exception) -> aiohttp.ClientSession:
    """A session with a tracing callback that fails."""

    async def fail(*_: object) -> None:
        raise error

    config = aiohttp.TraceConfig()
    getattr(config, hook).append(fail)
    return aiohttp.ClientSession(trace_configs=[config])


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
async def test_what_fails_after_sending_was_sent(error: Exception, wire: Wire) -> None:
    """A POST leaves once, whatever a callback raises when the response is there; its text is not quoted."""
    wire.answers = [CREATED] * 5
    async with tracing("on_request_end", error) as http:
        heroku = Heroku(TOKEN, base_url=wire.url, session=http, pool=Pool(), retry=THREE)
        with raises(errors.ConnectionFailed) as caught:
            await heroku.request("POST", "/apps")
    assert caught.value.sent
    assert len(wire.heads) == 1
    assert "foreign words" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("hook", ["on_request_start", "on_connection_create_start", "on_connection_create_end"])
async def test_what_fails_before_sending_was_not(hook: str, error: Exception, wire: Wire) -> None:
    """The same exceptions while there is no connection: nothing was sent, as the error says."""
    wire.answers = [CREATED]
    async with tracing(hook, error) as http:
        heroku = Heroku(None, base_url=wire.url, session=http, retry=THREE)
        with raises(errors.ConnectionFailed) as caught:
            await heroku.request("POST", "/apps")
    assert not caught.value.sent
    assert wire.heads == []
    assert "HTTP" not in str(caught.value)


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """A server that accepts connections and sends nothing: a TLS handshake with it never ends."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("timeout", "kind"),
    [
        (Timeout(connect=0.02), errors.ConnectTimeout),
        (Timeout(connect=5, attempt=0.02), errors.ConnectTimeout),
        (Timeout(connect=None, attempt=0.02), errors.ConnectTimeout),
        (Timeout(connect=5, total=0.02), errors.ReadTimeout),
    ],
)
async def test_a_timeout_while_connecting(timeout: Timeout, kind: type[Exception], silent: str) -> None:
    """Whichever limit ends it, nothing was sent."""
    async with Heroku(TOKEN, base_url=silent, pool=Pool(), retry=None, timeout=timeout) as heroku:
        with raises(kind) as caught:
            await heroku.request("POST", "/apps")
    assert not caught.value.sent  # type: ignore[attr-defined]


async def test_connect_timeout_of_injected_session(silent: str) -> None:
    """The attempt's timeout starts when a connection is free, also over the connections of a given session."""
    async with aiohttp.ClientSession() as http:
        heroku = Heroku(TOKEN, base_url=silent, pool=Pool(), retry=None, session=http, timeout=Timeout(None, 0.02))
        with raises(errors.ConnectTimeout) as caught:
            await asyncio.wait_for(heroku.request("POST", "/apps"), 5)
    assert not caught.value.sent


async def test_closed_while_connecting(silent: str, until: Until) -> None:
    """Nothing was sent, as the error says."""
    heroku = Heroku(None, base_url=silent, retry=None)
    call = asyncio.create_task(heroku.request("POST", "/apps"))
    await until(lambda: heroku._core.calls.tasks)
    await heroku.close()
    with raises(errors.SessionClosed) as caught:
        await call
    assert not caught.value.sent


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 407 Auth \x1b[31mred\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 502 " + b"very " * 500 + b"bad\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://evil/\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 201 OK\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["reset", "407", "502", "302", "garbage", "no TLS"],
)
async def test_a_proxy_that_fails(answer: bytes | None, tunnel: Tunnel, safe: Wire, tls: Tls) -> None:
    """A POST is retried, since nothing was sent; the proxy's text is printable and bounded."""
    tunnel.answer = answer
    proxy = f"http://127.0.0.1:{tunnel.port}"
    async with Heroku(TOKEN, base_url=safe.url, proxy=proxy, ssl=tls.client, retry=THREE, pool=Pool()) as heroku:
        with raises(errors.ConnectError) as caught:
            await heroku.request("POST", "/apps")
    assert not caught.value.sent
    assert len(tunnel.heads) >= 3
    assert safe.heads == []
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
    assert TOKEN not in "".join(tunnel.heads)


async def test_waiting_for_a_connection_is_not_sending(wire: Wire, until: Until) -> None:
    """While a call waits for one of few connections its attempt has no timeout yet, and it does not count as sent."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as http:
        heroku = Heroku(None, base_url=wire.url, session=http, retry=None, timeout=Timeout(attempt=30))
        held = asyncio.Event()

        async def hold(*_: object) -> None:
            await held.wait()

        wire.answers = [KNOWN] * 3
        await heroku.request("GET", "/apps")
        wire.before = hold
        first = asyncio.create_task(heroku.request("POST", "/first"))
        await until(lambda: len(wire.heads) == 2)
        with raises(errors.ReadTimeout) as caught:
            await heroku.using(timeout=0.02).request("POST", "/second")
        assert not caught.value.sent
        third = asyncio.create_task(heroku.request("POST", "/third"))
        await until(lambda: http.connector._waiters)  # type: ignore[union-attr]
        assert len(heroku._core.transport._deadline._under_way) == 1
        held.set()
        await first
        await third
    assert [head.split()[1] for head in wire.heads[1:]] == ["/first", "/third"]


async def test_the_owner_closes_while_a_call_waits(wire: Wire, until: Until) -> None:
    """Closing aiohttp's connector cancels those that wait for a connection: here they get `SessionClosed`."""
    held = asyncio.Event()

    async def hold(*_: object) -> None:
        await held.wait()

    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
    heroku = Heroku(None, base_url=wire.url, session=http, retry=None)
    wire.answers = [KNOWN]
    await heroku.request("GET", "/apps")
    wire.before = hold
    first = asyncio.create_task(heroku.request("POST", "/first"))
    await until(lambda: len(wire.heads) == 2)
    second = asyncio.create_task(heroku.request("POST", "/second"))
    await until(lambda: http.connector._waiters)  # type: ignore[union-attr]
    await http.close()
    outcomes = await asyncio.gather(first, second, return_exceptions=True)
    held.set()
    assert [(type(outcome), getattr(outcome, "sent", None)) for outcome in outcomes] == [
        (errors.SessionClosed, True),
        (errors.SessionClosed, False),
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", "longer than 65536 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 70000000\r\n\r\n" + b" " * 70_000_000, "larger than 67108864 bytes"),
    ],
    ids=["header", "body"],
)
async def test_permanent_failures_are_not_retried(raw: bytes, text: str, wire: Wire) -> None:
    """A response beyond a limit is as large the next time: it costs one token, and the limit is named."""
    wire.answers = [raw] * 3
    async with Heroku(None, base_url=wire.url, retry=THREE) as heroku:
        with raises(errors.AnswerTooLarge, match=text) as caught:
            await heroku.request("GET", "/apps")
    assert caught.value.permanent
    assert len(wire.heads) == 1


async def test_a_certificate_that_is_not_trusted(safe: Wire, tls: Tls) -> None:
    """It is refused once and not five times; a context that trusts it is enough."""
    safe.answers = [CREATED]
    seen = EventLog()
    async with Heroku(TOKEN, base_url=safe.url, retry=THREE, pool=Pool(), on_event=seen) as heroku:
        with raises(errors.ConnectError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            await heroku.request("POST", "/apps")
    assert (caught.value.sent, caught.value.permanent) == (False, True)
    assert [type(event).__name__ for event in seen] == ["Sent", "Failed"]
    async with Heroku(TOKEN, base_url=safe.url, ssl=tls.client, retry=None, pool=Pool()) as heroku:
        await heroku.request("POST", "/apps")


async def test_a_header_that_cannot_be_sent(wire: Wire, request_: MakeRequest) -> None:
    """What a server sent, such as an ETag with an escape sequence, is never sent back."""
    async with Heroku(None, base_url=wire.url, retry=THREE) as heroku:
        with raises(errors.ConnectError, match="control character") as caught:
            await heroku._core.send(request_(url=wire.url, headers={"If-None-Match": '"a\x1bb"'}))
    assert (caught.value.sent, caught.value.permanent, wire.heads) == (False, True, [])


@pytest.mark.parametrize("size", [9_000, 60_000])
async def test_a_header_may_be_long(size: int, wire: Wire) -> None:
    """A chain of request ids that has grown beyond aiohttp's own 8 KiB is read."""
    ids = ",".join(["01234567-89ab-cdef-0123-456789abcdef"] * (size // 37))
    wire.answers = [f"HTTP/1.1 200 OK\r\nRequest-Id: {ids}\r\nContent-Length: 2\r\n\r\n{{}}".encode()]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        assert (await heroku.request("GET", "/apps")).request_id == ids


async def test_there_may_be_many_headers(wire: Wire) -> None:
    """Hundreds of headers are no reason to fail."""
    lines = "".join(f"X-{number}: y\r\n" for number in range(500))
    wire.answers = [f"HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\n\r\n{{}}".encode()]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        assert len((await heroku.request("GET", "/apps")).headers) == 501


@pytest.mark.parametrize("value", ["x", -1, float("nan"), True, "5"])
@pytest.mark.parametrize("name", ["connect", "attempt", "total"])
def test_a_timeout_is_checked(name: str, value: Any) -> None:
    """What is not a number of seconds is refused when it is given, by its name."""
    with raises(errors.InvalidRequest, match=rf"^timeout\.{name}: "):
        Timeout(**{name: value})


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_own_session_sends_once(method: str, wire: Wire) -> None:
    """`SentOnce` in an aiohttp session of the user's: a kept connection that breaks is not a reason to send again."""
    wire.answers = [KNOWN, None, KNOWN]
    async with aiohttp.ClientSession(request_class=SentOnce) as session:
        await (await session.get(wire.url)).read()
        with raises(aiohttp.ClientConnectionError, match="ServerDisconnectedError"):
            await session.request(method, wire.url)
    assert len(wire.heads) == 2
