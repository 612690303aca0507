"""A given session, connector, proxy or netrc: its connections are used, and nothing of it is sent."""

import base64
import re
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from aioheroku import Heroku, Pool, Retry, errors
from aioheroku._transport.compat import SentOnce
from tests._support.secrets import raises
from tests._support.wire import Tls, Tunnel, Wire

TOKEN = "HRKU-0000-1111"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def twice(request: aiohttp.ClientRequest, handler: Callable[..., Awaitable[Any]]) -> Any:
    """A middleware of aiohttp that sends everything twice, under another name."""
    request.headers["Authorization"] = "Bearer s3cr3t"
    (await handler(request)).close()
    return await handler(request)


def jar() -> aiohttp.CookieJar:
    jar = aiohttp.CookieJar(unsafe=True)
    jar.update_cookies({"s3cr3t": "s3cr3t"})
    return jar


GIVEN: dict[str, Callable[[], dict[str, Any]]] = {
    "plain": dict,
    "headers": lambda: {
        "headers": {"Authorization": "Bearer s3cr3t", "Cookie": "s3cr3t", "Host": "s3cr3t", "X-A": "b"}
    },
    "cookies": lambda: {"cookies": {"s3cr3t": "s3cr3t"}},
    "cookie_jar": lambda: {"cookie_jar": jar()},
    "middlewares": lambda: {"middlewares": (twice,)},
    "raise_for_status": lambda: {"raise_for_status": True},
    "auto_decompress": lambda: {"auto_decompress": False},
    "base_url": lambda: {"base_url": "http://127.0.0.1:9/"},
    "trust_env": lambda: {"trust_env": True},
    "request_class": lambda: {"request_class": SentOnce},
    "version": lambda: {"version": aiohttp.HttpVersion10},
    "skip_auto_headers": lambda: {"skip_auto_headers": ["User-Agent", "Accept"]},
    "timeout": lambda: {"timeout": aiohttp.ClientTimeout(total=0.000001)},
    "read_bufsize": lambda: {"read_bufsize": 1},
}


@pytest.fixture(autouse=True)
def _netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `heroku login` writes, and passwords for other hosts."""
    file = tmp_path / ".netrc"
    file.write_text(
        "machine 127.0.0.1 login me@example.com password s3cr3t\n"
        "machine localhost login bank password s3cr3t\ndefault login me password s3cr3t\n"
    )
    file.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(file))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def head_of(raw: str) -> str:
    return re.sub(r"Request-Id: \S+", "Request-Id: ...", raw)


@pytest.mark.parametrize("token", [TOKEN, None])
@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:aiohttp")
async def test_a_request_is_the_same_over_any_session(given: str, token: str | None, wire: Wire) -> None:
    """Byte for byte but for the id: credentials, cookies, headers, netrc and middlewares of the session add nothing."""
    wire.answers = [OK, OK]
    async with Heroku(token, base_url=wire.url, pool=Pool(), retry=None) as heroku:
        await heroku.request("POST", "/apps", {"name": "x"})
    async with aiohttp.ClientSession(**GIVEN[given]()) as http:
        heroku = Heroku(token, base_url=wire.url, pool=Pool(), retry=None, session=http)
        await heroku.request("POST", "/apps", {"name": "x"})
        assert not http.closed
    assert len(wire.heads) == 2
    assert head_of(wire.heads[0]) == head_of(wire.heads[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_the_auth_of_a_session_is_not_used(wire: Wire) -> None:
    """`ClientSession(auth=...)` is for other servers: the token that was given is the token that is sent."""
    wire.answers = [OK]
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("me", "s3cr3t")) as http:
        await Heroku(TOKEN, base_url=wire.url, pool=Pool(), session=http).request("GET", "/apps")
    assert re.findall(r"Authorization: (.*)\r", wire.heads[0]) == [f"Bearer {TOKEN}"]


@pytest.mark.parametrize("given", GIVEN)
async def test_no_session_sends_twice(given: str, wire: Wire) -> None:
    """A kept connection that closes after the request was read: a restart has left once, and costs one token."""
    wire.answers = [OK, None, OK, OK, OK]
    async with aiohttp.ClientSession(**GIVEN[given]()) as http:
        heroku = Heroku(None, base_url=wire.url, session=http, retry=Retry(base=0))
        await heroku.request("GET", "/apps")
        before = heroku.pool.snapshot().used
        with raises(errors.ConnectionLost):
            await heroku.dynos.restart_all("example")
        assert heroku.pool.snapshot().used == before + 1
    assert [head.split()[0] for head in wire.heads] == ["GET", "DELETE"]


@pytest.mark.parametrize("given", GIVEN)
async def test_a_redirect_elsewhere_gets_nothing(given: str, wire: Wire, elsewhere: Wire) -> None:
    """Neither token nor netrc's password for that host, nor cookies, nor a body, nor the id of the request."""
    wire.answers = [f"HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: {elsewhere.url}/a\r\n\r\n".encode()]
    elsewhere.answers = [OK]
    async with aiohttp.ClientSession(**GIVEN[given]()) as http:
        heroku = Heroku(TOKEN, base_url=wire.url, pool=Pool(), session=http, retry=None)
        await heroku.request("GET", "/apps", {"password": "s3cr3t"})
    names = {line.split(":")[0].lower() for line in elsewhere.heads[0].splitlines()[1:] if line}
    assert names <= {"host", "accept", "accept-encoding", "user-agent"}


@pytest.mark.parametrize("given", [False, True])
async def test_cookies_are_not_kept(given: bool, wire: Wire) -> None:
    """What a response sets is not sent with the next request."""
    wire.answers = [OK.replace(b"\r\n", b"\r\nSet-Cookie: s3cr3t=s3cr3t; Path=/\r\n", 1), OK]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        base = wire.url.replace("127.0.0.1", "localhost")
        heroku = Heroku(None, base_url=base, session=http if given else None, retry=None)
        await heroku.request("GET", "/apps")
        await heroku.request("GET", "/apps")
        await heroku.close()
    assert "Cookie" not in wire.heads[1]


async def test_tracing_is_kept_and_cannot_replace(wire: Wire) -> None:
    """A callback may add a header, as OpenTelemetry does, but not replace one of ours."""

    async def began(_: object, __: object, params: aiohttp.TraceRequestStartParams) -> None:
        params.headers["Authorization"] = "Bearer s3cr3t"
        params.headers["Traceparent"] = "00-1-1-01"

    config = aiohttp.TraceConfig()
    config.on_request_start.append(began)
    wire.answers = [OK]
    async with aiohttp.ClientSession(trace_configs=[config]) as http:
        await Heroku(TOKEN, base_url=wire.url, pool=Pool(), session=http).request("GET", "/apps")
    assert f"Authorization: Bearer {TOKEN}\r\n" in wire.heads[0]
    assert "s3cr3t" not in wire.heads[0]
    assert "Traceparent: 00-1-1-01" in wire.heads[0]


class Wrapper:
    """A client that repeats requests, such as aiohttp_retry's."""


async def test_unsafe_sessions_are_rejected(tls: Tls) -> None:
    """Each with the argument's name and the remedy, before anything is sent."""
    unchecked = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))
    proxied = aiohttp.ClientSession(proxy="http://me:s3cr3t@proxy.example.com:3128")
    refused: list[tuple[dict[str, Any], str]] = [
        ({"session": Wrapper()}, "session: expected an aiohttp.ClientSession, got Wrapper"),
        ({"session": unchecked}, "session: its connector does not check certificates"),
        ({"session": proxied, "base_url": "http://127.0.0.1:9"}, "proxy: the token would be sent to the proxy"),
        ({"proxy": "http://proxy.example.com:1", "base_url": "http://localhost:9"}, "proxy: the token would be sent"),
        ({"proxy": "socks5://me:s3cr3t@localhost:1"}, "proxy: expected the address of a proxy"),
        ({"proxy": "proxy.example.com:3128"}, "proxy: expected the address"),
        ({"proxy": "http://me:s3cr3t@h:99999"}, "proxy: expected the address"),
        ({"proxy": 5}, "proxy: expected the address"),
        ({"ssl": False}, "ssl: expected an ssl.SSLContext, got bool"),
        ({"ssl": "ca.pem"}, "ssl: expected an ssl.SSLContext, got str"),
        ({"trust_env": "yes"}, "trust_env: expected True or False, got str"),
    ]
    for options, text in refused:
        with raises(errors.InvalidRequest, match=f"^{re.escape(text)}") as caught:
            Heroku(TOKEN, **options)
        assert "s3cr3t" not in str(caught.value)
    Heroku(TOKEN, session=unchecked, ssl=tls.client)
    await unchecked.close()
    await proxied.close()


async def test_a_closed_session_is_a_closed_session(wire: Wire) -> None:
    """A session that its owner has closed sends nothing, whenever that was."""
    async with aiohttp.ClientSession() as http:
        pass
    heroku = Heroku(None, base_url=wire.url, session=http)
    with raises(errors.SessionClosed) as caught:
        await heroku.request("GET", "/apps")
    assert not caught.value.sent


# --- proxies ----------------------------------------------------------------------------------------------------

BASIC = "Proxy-Authorization: Basic " + base64.b64encode(b"me:pass word").decode()


@pytest.mark.parametrize("way", ["proxy", "session", "environment", "session's environment"])
async def test_through_a_proxy(way: str, tunnel: Tunnel, safe: Wire, tls: Tls, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy gets its own password and the host to connect to, the platform only the rest."""
    address = f"http://me:pass%20word@127.0.0.1:{tunnel.port}"
    options: dict[str, Any] = {"proxy": address} if way == "proxy" else {}
    given: dict[str, Any] = {"proxy": address} if way == "session" else {}
    if "environment" in way:
        monkeypatch.setenv("HTTPS_PROXY", address)
        (given if "session" in way else options)["trust_env"] = True
    safe.answers = [OK, OK]
    async with aiohttp.ClientSession(**given) as http:
        session = http if "session" in way else None
        async with Heroku(
            TOKEN, base_url=safe.url, ssl=tls.client, retry=None, pool=Pool(), session=session, **options
        ) as heroku:
            await heroku.request("POST", "/apps")
            await heroku.request("DELETE", "/apps/example")
            assert "pass" not in repr(heroku._core.transport.network.proxy)
    assert len(tunnel.heads) == 1
    assert tunnel.heads[0].startswith(f"CONNECT 127.0.0.1:{safe.url.rsplit(':')[-1]} ")
    assert BASIC in tunnel.heads[0]
    assert TOKEN not in tunnel.heads[0]
    assert len(safe.heads) == 2
    assert "roxy" not in "".join(safe.heads)
    assert all(f"Bearer {TOKEN}" in head for head in safe.heads)


async def test_loopback_proxy_may_see_plain_http(tunnel: Tunnel, wire: Wire) -> None:
    """A simulated platform speaks plain http; such a proxy gets its credentials with each request."""
    wire.answers = [OK]
    proxy = f"http://me:pass%20word@127.0.0.1:{tunnel.port}"
    async with Heroku(TOKEN, base_url=wire.url, proxy=proxy, retry=None, pool=Pool()) as heroku:
        await heroku.request("GET", "/apps")
    assert BASIC in tunnel.heads[0]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HTTPS_PROXY": "http://127.0.0.1:1"},  # for another scheme
        {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1"},
        {"HTTP_PROXY": "http://proxy.example.com:3128"},  # would see the token
    ],
)
async def test_the_environment_without_a_proxy_for_it(
    environment: dict[str, str], wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`trust_env` connects directly if the environment says so, and sends no token to a proxy unencrypted."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    wire.answers = [OK]
    async with Heroku(TOKEN, base_url=wire.url, trust_env=True, retry=None, pool=Pool()) as heroku:
        await heroku.request("GET", "/apps")
    assert wire.heads[0].startswith("GET /apps ")


async def test_unusable_environment_proxy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable and quotes nothing of it."""
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:s3cr3t@127.0.0.1:1")
    async with Heroku(None, base_url="https://127.0.0.1:1", trust_env=True) as heroku:
        with raises(errors.InvalidRequest, match=r"^https_proxy: expected the address of a proxy"):
            await heroku.request("GET", "/apps")


async def test_environment_is_ignored_by_default(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A constructor reads no variable."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    wire.answers = [OK]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        await heroku.request("GET", "/apps")


async def test_a_client_certificate(tls: Tls, safe: Wire) -> None:
    """A context with a certificate of one's own is used as it is."""
    client = ssl.create_default_context(cafile=tls.file)
    client.load_cert_chain(tls.file)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=tls.file)
    server.load_cert_chain(tls.file)
    server.verify_mode = ssl.CERT_REQUIRED
    async with type(safe)(server) as strict:
        strict.answers = [OK]
        async with Heroku(None, base_url=strict.url, ssl=client, retry=None) as heroku:
            await heroku.request("GET", "/apps")


async def test_tracing_adds_no_credentials(wire: Any, elsewhere: Any) -> None:
    """Not to a session without a token, and not to another host that a redirect leads to."""

    async def began(_: object, __: object, params: aiohttp.TraceRequestStartParams) -> None:
        params.headers.update({"Authorization": "Bearer s3cr3t", "Cookie": "s3cr3t=s3cr3t", "Traceparent": "00-1-1-01"})

    config = aiohttp.TraceConfig()
    config.on_request_start.append(began)
    wire.answers = [f"HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: {elsewhere.url}/a\r\n\r\n".encode()]
    elsewhere.answers = [OK]
    async with aiohttp.ClientSession(trace_configs=[config]) as http:
        await Heroku(None, base_url=wire.url, pool=Pool(), session=http, retry=None).request("GET", "/apps")
    for head in (wire.heads[0], elsewhere.heads[0]):
        assert "Traceparent" in head
        assert "s3cr3t" not in head
