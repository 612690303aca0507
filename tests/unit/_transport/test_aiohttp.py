"""The network: every failure is an error of ours, the token goes to one origin, and nothing is sent twice."""

import asyncio
import gzip
import inspect
import re
from contextvars import copy_context
from typing import Any, NoReturn

import aiohttp
import pytest
from aiohttp import client_exceptions, http_exceptions
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import BaseConnector, Connection
from yarl import URL

from aioheroku import Heroku, Pool, Retry, Timeout, errors
from aioheroku._http import Request
from aioheroku._transport.aiohttp import Transport
from aioheroku._transport.compat import check, current_exchange
from aioheroku._transport.connections import Network
from tests._support.fakes import MakeRequest, Until
from tests._support.secrets import raises
from tests._support.wire import Wire

TOKEN = "HRKU-0000-1111"
ONCE = Retry(attempts=1)
KEY = ConnectionKey("h", 443, True, True, None, None, None)


def plain(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def foreign_errors() -> list[BaseException]:
    """One of each exception that aiohttp's client can raise, found by walking its modules."""
    arguments: dict[str, tuple[Any, ...]] = {
        "ClientConnectorCertificateError": (KEY, ValueError("x")),
        "ServerFingerprintMismatch": (b"a", b"b", "h", 1),
        "UnixClientConnectorError": ("/p", KEY, OSError(1, "x")),
    }
    info = aiohttp.RequestInfo(URL("http://h"), "GET", {"Authorization": f"Bearer {TOKEN}"}, URL("http://h"))  # type: ignore[arg-type]
    made: list[BaseException] = []
    for module in (client_exceptions, http_exceptions):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if not issubclass(kind, Exception) or not kind.__module__.startswith("aiohttp"):
                continue
            candidates = [arguments.get(name), (KEY, OSError(1, "x")), (info, ()), ("text",), (), ("a", "b", "c")]
            for given in candidates:
                try:
                    made.append(kind(*(given or ())))
                    str(made[-1])
                except (TypeError, AttributeError):
                    continue
                break
            else:
                pytest.fail(f"{name} cannot be made: give its arguments")
    return made


def test_an_aiohttp_without_a_needed_part() -> None:
    """It is refused at import, with the part and the versions that have it."""
    check()
    with raises(ImportError, match=r"lacks ClientRequest\.vanished: install 'aiohttp>=3\.12,<4'"):
        check((aiohttp.ClientRequest, "vanished"))


class Failing(BaseConnector):
    """In place of a connector: it raises."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    async def connect(self, *_: object, **__: object) -> NoReturn:
        raise self.error


OTHERS = [
    OSError("x"),
    ConnectionResetError(),
    TimeoutError(),
    RuntimeError("x"),
    ValueError("x"),
    AssertionError(),
    KeyError(1),
]


@pytest.mark.parametrize("error", [*foreign_errors(), *OTHERS], ids=lambda error: type(error).__name__)
async def test_no_foreign_exception_escapes(error: BaseException, request_: MakeRequest) -> None:
    """Every exception of aiohttp's client, and any other, becomes one of ours, which holds no token."""
    async with aiohttp.ClientSession(connector=Failing(error)) as http:
        with raises(errors.ConnectionFailed) as caught:
            await Transport(Timeout(), Network(http))(request_())
    assert not caught.value.sent
    assert TOKEN not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", errors.ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", errors.ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text", errors.ConnectionLost),
        (b"\x16\x03\x01 no HTTP at all\r\n\r\n", errors.ConnectionLost),
        (b"HTTP/1.1 twohundred OK\r\n\r\n", errors.ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", errors.ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", errors.ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", errors.AnswerTooLarge),
        (plain(b"no gzip", "200 OK", "Content-Encoding: gzip"), errors.ConnectionLost),
        (plain(b""), errors.DecodeError),
        (plain(b"<html></html>"), errors.DecodeError),
        (plain(b"\xff\xfe\x00"), errors.DecodeError),
        (plain(b"[" * 100_000), errors.DecodeError),
        (plain(b'{"name": 5}'), errors.DecodeError),
        (plain(b"null"), errors.DecodeError),
        (plain(b"<html>", "503 Down"), errors.ServiceUnavailable),
        (plain(b"\xff\xfe", "404 No"), errors.NotFound),
        (plain(b"", "403 No"), errors.Forbidden),
        (plain(b"[1]", "422 No"), errors.InvalidParams),
        (plain(b'{"id": 5, "message": {}}', "500 No"), errors.InternalServerError),
        (plain(b"", "599 No"), errors.ServerError),
        (plain(b"", "418 Teapot"), errors.APIError),
    ],
)
async def test_every_bad_response_has_its_error(raw: bytes, kind: type[Exception], wire: Wire) -> None:
    """Empty, truncated, not HTTP, not JSON, HTML, not UTF-8, of the wrong shape: each is an error of its class."""
    wire.answers = [raw]
    async with Heroku(TOKEN, base_url=wire.url, retry=None) as heroku:
        with raises(errors.HerokuError) as caught:
            await heroku.apps.info("example")
        assert type(caught.value) is kind


@pytest.mark.parametrize("count", ["9" * 5000, "-1", "many", "\u0663", "1e3", ""])
@pytest.mark.parametrize("name", ["RateLimit-Remaining", "Retry-After"])
async def test_malformed_count_headers_are_ignored(name: str, count: str, wire: Wire) -> None:
    """More digits than Python reads, signs and words instead of a number: the call goes on as without them."""
    wire.answers = [plain(b"", "503 Down", f"{name}: {count}"), plain(b'{"a": 1}', "200 OK", f"{name}: {count}")]
    async with Heroku(TOKEN, base_url=wire.url, pool=Pool(), retry=Retry(base=0)) as heroku:
        response = await heroku.request("GET", "/apps")
    assert (response.json(), response.remaining) == ({"a": 1}, None)


@pytest.mark.parametrize("packed", [False, True])
async def test_response_size_is_limited(packed: bool, wire: Wire, request_: MakeRequest) -> None:
    """A body beyond the limit is not read to its end, unpacked or not: it cannot fill the memory."""
    body = b"x" * 300_000
    wire.answers = [plain(gzip.compress(body), "200 OK", "Content-Encoding: gzip") if packed else plain(body)]
    transport = Transport(Timeout(), max_body=100_000)
    with raises(errors.AnswerTooLarge, match="100000 bytes"):
        await transport(request_(url=wire.url))
    await transport.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_aiohttp_sends_nothing_again_by_itself(method: str, wire: Wire) -> None:
    """A reused connection that turns out to be closed is one failed attempt; `retry` decides on the next one."""
    wire.answers = [plain(), None, plain()]
    async with Heroku(TOKEN, base_url=wire.url, retry=None) as heroku:
        await heroku.request("GET", "/apps")
        with raises(errors.ConnectionLost):
            await heroku.request(method, "/apps/example")
    assert len(wire.heads) == 2


@pytest.mark.parametrize(
    "unasked",
    [
        plain(b'{"n": 0}'),
        plain(b"", "408 Request Time-out"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
        b"\n",
        b"x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_unsolicited_response_closes_connection(method: str, unasked: bytes, wire: Wire, until: Until) -> None:
    """What arrives over an idle connection is not taken for the next response, which arrives over another one."""
    wire.answers = [plain(b'{"n": 1}'), plain(b'{"n": 2}'), plain(b'{"n": 3}')]
    async with Heroku(TOKEN, base_url=wire.url, retry=None) as heroku:
        await heroku.request("GET", "/apps")
        wire.writers[0].write(unasked)
        turns = iter(range(5))  # of the loop: the bytes arrive with the first one
        await until(lambda: next(turns, None) is None)
        assert (await heroku.request(method, "/apps")).json() == {"n": 2}
        assert (await heroku.request("GET", "/apps")).json() == {"n": 3}


async def test_all_kept_connections_may_be_stale(wire: Wire, until: Until) -> None:
    """Idle connections that a router closed at the same time cost a check each, and no call."""
    wire.answers = [plain()] * 20
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        await asyncio.gather(*(heroku.request("GET", f"/apps/{number}") for number in range(20)))
        opened = len(wire.writers)
        assert opened > 1
        for writer in wire.writers:
            writer.write(plain(b"", "408 Request Time-out"))
        wire.answers = [plain(b'{"n": 1}')]
        assert (await heroku.request("POST", "/apps")).json() == {"n": 1}
    assert len(wire.writers) == opened + 1


class Closing(aiohttp.TCPConnector):
    """Its second connection closes just when a request is about to leave over it."""

    handed_out = 0

    async def connect(self, *args: Any, **kwargs: Any) -> Connection:
        connection = await super().connect(*args, **kwargs)
        self.handed_out += 1
        if self.handed_out == 2:
            assert connection.transport is not None
            connection.transport.close()
        return connection


async def test_a_connection_closes_as_a_request_leaves(wire: Wire) -> None:
    """Nothing was sent over it, so another one is used: no attempt is spent."""
    wire.answers = [plain(), plain()]
    async with aiohttp.ClientSession(connector=Closing()) as http:
        heroku = Heroku(TOKEN, base_url=wire.url, retry=None, session=http)
        await heroku.request("GET", "/apps")
        await heroku.request("DELETE", "/apps/example")
    assert len(wire.heads) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_cross_origin_redirect_drops_the_token(status: int, wire: Wire, elsewhere: Wire) -> None:
    """Another origin gets neither token nor code nor a header of the caller's, and coming back brings none back."""
    wire.answers = [plain(b"", f"{status} Go", f"Location: {elsewhere.url}/a"), plain(b'{"here": 1}')]
    elsewhere.answers = [plain(b"", f"{status} Go", f"Location: {wire.url}/b")]
    async with Heroku(TOKEN, base_url=wire.url) as heroku:
        view = heroku.using(headers={"X-Mine": "s3cr3t", "Cookie": "s3cr3t"})
        assert (await view.request("GET", "/apps")).json() == {"here": 1}
    assert TOKEN in wire.heads[0]
    for head in (elsewhere.heads[0], wire.heads[1]):
        assert TOKEN not in head
        assert "s3cr3t" not in head
        assert "Authorization" not in head


async def test_a_redirect_at_home_keeps_the_token(wire: Wire) -> None:
    """The same origin is the same origin; a user and password in the address are dropped."""
    port = URL(wire.url).port
    wire.answers = [
        plain(b"", "302 Go", "Location: /apps/other"),
        plain(b"", "302 Go", f"Location: http://u:p@127.0.0.1:{port}/x"),
    ]
    wire.answers += [plain(b"{}")]
    async with Heroku(TOKEN, base_url=wire.url) as heroku:
        await heroku.request("GET", "/apps/example")
    assert [f"Bearer {TOKEN}" in head for head in wire.heads] == [True, True, True]
    assert "Basic" not in "".join(wire.heads)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
@pytest.mark.parametrize("override", [False, True])
async def test_no_body_has_no_type(method: str, override: bool, wire: Wire) -> None:
    """Without a body there is no Content-Type, unless the caller gives one; a body is JSON."""
    wire.answers = [plain(), plain(), plain()]
    async with Heroku("t", base_url=wire.url, retry=ONCE, method_override=override) as heroku:
        await heroku.request(method, "/made-up")
        await heroku.using(headers={"Content-Type": "text/plain"}).request(method, "/made-up")
        await heroku.request(method, "/made-up", json={})
    types = [re.findall(r"content-type: ([^\r\n]*)", head.lower()) for head in wire.heads]
    assert types == [[], ["text/plain"], ["application/json"]]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_is_not_redirected(method: str, wire: Wire) -> None:
    """A redirected write is an error with that status: it is not sent anywhere else."""
    wire.answers = [plain(b"", "307 Go", "Location: /elsewhere"), plain()]
    async with Heroku(TOKEN, base_url=wire.url) as heroku:
        with raises(errors.APIError, match="Only a GET follows redirects") as caught:
            await heroku.request(method, "/apps/example")
        assert caught.value.status == 307
    assert len(wire.heads) == 1


@pytest.mark.parametrize("location", ["ftp://h/x", "http://[", "file:///etc/passwd", "", "http://127.0.0.1:9/x"])
async def test_malformed_redirect_is_a_heroku_error(location: str, wire: Wire) -> None:
    """Whatever a Location says, what comes out is a HerokuError."""
    wire.answers = [plain(b"", "302 Go", f"Location: {location}")]
    async with Heroku(TOKEN, base_url=wire.url, retry=None) as heroku:
        with raises(errors.HerokuError):
            await heroku.request("GET", "/apps/example")


async def test_redirects_end_after_ten(wire: Wire) -> None:
    """A circle of redirects ends with an error."""
    wire.answers = [plain(b"", "302 Go", "Location: /again")] * 30
    async with Heroku(TOKEN, base_url=wire.url, retry=None) as heroku:
        with raises(errors.APIError, match="ten at most"):
            await heroku.request("GET", "/apps/example")
    assert len(wire.heads) == 11


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
async def test_verbs_can_travel_as_post(method: str, wire: Wire) -> None:
    """For proxies that block verbs: POST, with the verb in X-Http-Method-Override; GET and POST as they are."""
    wire.answers = [plain()]
    async with Heroku(TOKEN, base_url=wire.url, method_override=True) as heroku:
        await heroku.request(method, "/apps/example")
    if method in ("GET", "POST"):
        assert wire.heads[0].startswith(f"{method} ")
        assert "Override" not in wire.heads[0]
    else:
        assert wire.heads[0].startswith("POST ")
        assert f"X-Http-Method-Override: {method}\r\n" in wire.heads[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"X\r\nY": "z"},
        {"X: y": "z"},
        {"X": "a\r\nb"},
        {"X": "a\x00"},
        {"": "x"},
        {"X": "é"},
        {"Host": "evil"},
        {5: "x"},
        {"Transfer-Encoding": "chunked"},
        {"content-length": "5"},
    ],
)
async def test_header_injection_is_rejected(headers: Any) -> None:
    """Line feeds, control characters, and what belongs to the connection, are refused before sending."""
    with raises(errors.InvalidRequest, match=r"^headers"):
        Heroku(TOKEN).using(headers=headers)


@pytest.mark.parametrize(
    "path",
    [
        "http://[",
        "https://u:p@api.heroku.com/x",
        "//evil.example/x",
        "https:/x",
        "apps",
        "\\evil",
        "http://api.heroku.com/apps",
    ],
)
async def test_a_raw_path_cannot_lead_elsewhere(path: str) -> None:
    """Anything but a path or a URL of the origin is refused; a double slash stays below the base URL."""
    heroku = Heroku(TOKEN, base_url="https://api.heroku.com")
    seen: list[URL] = []

    async def send(request: Request) -> Any:
        seen.append(request.url)
        raise errors.SessionClosed

    heroku._view.call = send
    with raises((errors.InvalidRequest, errors.SessionClosed)):
        await heroku.request("GET", path)
    assert {url.origin() for url in seen} <= {URL("https://api.heroku.com")}


async def test_late_bytes_do_not_hang_the_next_call(wire: Wire) -> None:
    """After a duplicate response its connection is not used any more: the next call takes another one."""
    wire.answers = [plain(b'{"a": 1}') * 2, plain(b'{"b": 2}')]
    async with Heroku(TOKEN, base_url=wire.url, retry=None) as heroku:
        assert (await heroku.request("GET", "/a")).json() == {"a": 1}
        await asyncio.sleep(0)
        assert (await heroku.request("GET", "/b")).json() == {"b": 2}


class NeverAnswers:
    """In place of the connections and their aiohttp session: a request that waits until it is abandoned."""

    shut = False

    def session(self) -> Any:
        return self

    async def request(self, *_: object, **__: object) -> NoReturn:
        await asyncio.sleep(0)
        raise AssertionError


async def test_closed_in_another_context(request_: MakeRequest) -> None:
    """A call that is abandoned, and closed or collected in another context than it began in, ends without noise.

    What that context sends itself is not disturbed.
    """
    transport = Transport(Timeout())
    stub: Any = NeverAnswers()
    transport.connections = stub
    call: Any = transport(request_("GET"))
    copy_context().run(call.send, None)
    outer: Any = object()
    token = current_exchange.set(outer)
    call.close()
    assert current_exchange.get() is outer
    current_exchange.reset(token)
