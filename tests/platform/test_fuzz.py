"""No input makes the platform answer 500, or breaks what it answers afterwards.

A few hundred mutated requests by default; 20,000 with `AIOHEROKU_SOAK=20000` or more, as CI runs it.
"""

import asyncio
import gc
import gzip
import json
import logging
import zlib
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from attrs import define, frozen

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.thorough import SOAK, some

REQUESTS = min(20_000, SOAK) or 200
SEEDS = (1, 2)
PARTS = ("addons", "builds", "collaborators", "config-vars", "domains", "dynos", "features", "formation", "log-drains",
         "releases", "ssl-endpoints")  # fmt: skip
JUNK_TEXT = (
    "", " ", "\0", "\ud800", "\udfff\ud800", "a" * 5000, "../..", "%2e", "ä", "💥", "\r\nX-Evil: 1", "'", '"', "null",
    "-1", "1e999", "9" * 400, "{}", "https://x", "http://[", "https://h:99999999/x", "x@y", "@", "a@b@c", "a@b\r\nc.d",
    "a@b.c;..[", f"{'a' * 9000}@example.com", "ssh-rsa AAAA", "ssh-rsa \ud800", "2012-01-01T00:00:00Z", "web", "us",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "postgres://u:p@h:99999/x", "~", "example.com",
)  # fmt: skip
JUNK: tuple[Any, ...] = (
    *JUNK_TEXT, None, True, False, 0, -1, 1, 2**31, 2**64, 10**400, 1.5, -0.0, 1e308, [], {}, [[]], [None], {"": ""},
    {"id": None}, {"name": []}, {"\ud800": "x"}, {"A": "\udc00"},
)  # fmt: skip
RAW_BODIES = (
    b"{", b"[" * 500, b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"),
    b"null", b"NaN", b'{"quantity": Infinity}', b'{"quantity": 1e999}', b'{"name": ' + b"9" * 5000 + b"}",
    b'{"name": "\\ud800"}', b'{"A": "\\uD83D"}', b'{"\\udc00": "x"}', b'{"name": "\xed\xa0\x80"}', b'{"A": "\\u0000"}',
    b'{"name": "abcd", "name": "abce"}', b"\0", b"name=abcd&region=us", b"--x\r\n\r\n--x--", b"x" * 1_100_000,
)  # fmt: skip
WRITES = ("POST /apps", "PATCH {}/config-vars", "PATCH {}/formation", "POST /oauth/tokens")
RANGES = (
    "id ..", "name ..; max=1", "id ]x..; max=10", "version ..; max=2, order=desc", "id ..; max=0", "id ..; max=-1",
    "id ..; max=" + "9" * 5000, "id ..; max=٣", "..", "", ";", "id", "id [..]", "id ]..]", "id ÿ..", "version a..b",
    "version " + "9" * 5000 + "..", "version ²..", "id ..; order=", "id ..; max=1; order=asc, max=2", "id ..;;;,,,",
    "id " + ".." * 4000, "email ]" + "a" * 5000 + "@..; max=1", "updated_at 2012..2013; max=3",
)  # fmt: skip
HEADERS = {
    "Accept": ("*/*", "application/vnd.heroku+json; version=", ",,,", "a" * 3000, "application/json; version=\xff"),
    "Accept-Encoding": ("gzip", "gzip;q=0", "\xff"),
    "Authorization": ("", "Bearer", "Bearer \xff\xfe", "Basic !!!", "Basic \xff", "Basic " + "A" * 3000, "Digest x"),
    "Content-Encoding": ("gzip", "deflate", "br", "identity", "x", "\xff"),
    "Content-Type": ("text/plain; charset=nonsense", "multipart/form-data; boundary=x", "\xff"),
    "Cookie": ("a=b; \xff",),
    "Host": ("", "evil.example", "a:b:c", "[::1]:x", "localhost:1", "\xff", "127.0.0.1.evil.example"),
    "If-Match": ("*", '"x"', ",", "\xff"),
    "If-None-Match": ("*", '"x"', "W/", ",,,", "\xff"),
    "Range": tuple(text.encode().decode("latin-1") for text in RANGES),
    "Request-Id": ("x", "\xff\xfe", "a" * 8000, "a,b", ",", "a\tb"),
    "Upgrade": ("websocket",),
    "X-Http-Method-Override": ("PATCH", "\xff", "get", "", "DELETE", "FOO"),
}
TARGETS = ("*", "/", "//", "/apps?", "/apps/?x=1", "http://x/apps", "/apps#f", "/" + "a/" * 200, "/apps/" + "x" * 7000,
           "/apps/%", "/apps/%ff", "/apps/%c0%af", "/apps/%ED%A0%80", "/apps/\xff", "/apps/a%0d%0ab", "/apps?%ff=\xff",
           "/apps?" + "a=b&" * 1000)  # fmt: skip


@frozen
class Answer:
    """What came back over the socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def in_shape(self) -> bool:
        """Whether an error has the platform's own shape; a success, no body or JSON."""
        if not self.body:
            return self.status < 400
        told = json.loads(self.body)
        return self.status < 400 or (isinstance(told["id"], str) and bool({"message", "error"} & told.keys()))


@define
class Line:
    """A connection that is opened when it is needed, and says exactly the bytes that it is told."""

    host: str
    port: int
    _pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, raw: bytes, *, head: bool = False) -> Answer | None:
        """The response to these bytes; None where the connection was closed instead."""
        if self._pair is None or self._pair[1].is_closing():
            self._pair = await asyncio.open_connection(self.host, self.port, limit=2**22)
        reader, writer = self._pair
        try:
            async with asyncio.timeout(20):
                writer.write(raw)
                answer = await self._read(reader, head=head)
        except (ConnectionError, asyncio.IncompleteReadError):
            answer = None
        if answer is None or answer.headers.get("connection") == "close" or answer.status in {400, 413}:
            self.close()
        return answer

    def close(self) -> None:
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None

    async def _read(self, reader: asyncio.StreamReader, *, head: bool) -> Answer | None:
        line = await reader.readline()
        if not line:
            return None
        headers = dict[str, str]()
        while text := (await reader.readline()).strip():
            name, _, value = text.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        size = 0 if head else int(headers.get("content-length", "0"))
        body = await reader.readexactly(size)
        if headers.get("content-encoding") == "gzip" and body:
            body = gzip.decompress(body)
        return Answer(int(line.split()[1]), headers, body)


def line_to(platform: Platform) -> Line:
    host, _, port = platform.url.removeprefix("http://").partition(":")
    return Line(host, int(port))


def request(platform: Platform, method: str, target: str, body: bytes = b"", **headers: str | None) -> bytes:
    """A request with the headers that the platform wants; others by name, None leaves one out."""
    every = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {platform.token}",
        "Accept": "application/vnd.heroku+json; version=3",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in every.items() if value is not None)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@define
class Fuzzer:
    """Draws requests that are nearly right."""

    platform: Platform
    rng: Random
    endpoints: list[dict[str, Any]]
    names: list[str]

    def draw(self) -> tuple[bytes, bool]:
        """The bytes of a request, and whether it is a HEAD."""
        rng = self.rng
        link = rng.choice(self.endpoints)
        method = link["method"] if rng.random() < 0.95 else rng.choice(("HEAD", "OPTIONS", "FOO", "get", "PUT"))
        target = self._target(link["href"])
        if (method, target) == ("DELETE", "/oauth/sessions/~"):  # logs itself out: all that follows would be a 401
            return self.draw()
        headers: dict[str, str | None] = {
            name: rng.choice(values) for name, values in HEADERS.items() if rng.random() < 0.06
        }
        body = b"" if method in {"GET", "HEAD"} and rng.random() < 0.9 else self._body(link.get("schema", {}))
        if not body and rng.random() < 0.5:
            headers["Content-Length"] = None
        elif rng.random() < 0.05:
            headers |= {"Content-Length": None, "Transfer-Encoding": "chunked"}
            body = rng.choice((b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), b"zz\r\n", b"5\r\nab\r\n0\r\n\r\n"))
        return request(self.platform, method, target, body, **headers), method == "HEAD"

    def _target(self, href: str) -> str:
        if self.rng.random() < 0.04:
            return self.rng.choice(TARGETS)
        parts = (self._segment() if part.startswith("{") else part for part in href.split("/"))
        return "/".join(parts)

    def _segment(self) -> str:
        text = self.rng.choice(self.names if self.rng.random() < 0.8 else JUNK_TEXT)
        return quote(text.encode("utf-8", "surrogatepass"), safe="")

    def _body(self, schema: dict[str, Any]) -> bytes:
        kind = self.rng.random()
        if kind < 0.1:
            return self.rng.choice(RAW_BODIES)
        return json.dumps(self._value(schema) if kind < 0.9 else self.rng.choice(JUNK)).encode()

    def _value(self, schema: dict[str, Any]) -> Any:
        """A value for a part of the schema, mostly of its type."""
        rng, types = self.rng, schema.get("type", ["object"])
        if rng.random() < 0.12:
            return rng.choice(JUNK)
        if "enum" in schema:
            return rng.choice(schema["enum"])
        makers: dict[str, Callable[[], Any]] = {
            "string": lambda: rng.choice((*self.names, *JUNK_TEXT)),
            "boolean": lambda: rng.random() < 0.5,
            "integer": lambda: rng.choice((0, 1, 2, -1, 100, 10**9, 2**64, 10**400)),
            "array": lambda: [rng.choice(JUNK) for _ in range(rng.randrange(3))],
            "null": lambda: None,
            "object": lambda: self._object(schema),
        }
        return makers[rng.choice(types)]()

    def _object(self, schema: dict[str, Any]) -> dict[Any, Any]:
        known, rng = schema.get("properties", {}), self.rng
        if not known:
            return {rng.choice((*self.names, *JUNK_TEXT)): rng.choice(JUNK) for _ in range(rng.randrange(3))}
        chances = {name: 0.95 if name in schema.get("required", ()) else 0.4 for name in known}
        return {name: self._value(part) for name, part in known.items() if rng.random() < chances[name]}


async def sweep(platform: Platform, line: Line) -> None:
    """Everything that is there can still be read."""
    for path in ("/account", "/account/keys", "/account/app-transfers", "/apps", "/organizations/apps", "/schema",
                 "/organizations/acme/members", "/oauth/clients", "/oauth/authorizations"):  # fmt: skip
        assert await _works(line, request(platform, "GET", path)), path
    for id in platform.state.apps:
        for part in PARTS:
            seen = await line.say(request(platform, "GET", f"/apps/{id}/{part}"))
            assert seen is not None, (id, part)
            assert seen.status in {200, 206, 404}, (id, part)  # 404: given away


async def _works(line: Line, raw: bytes) -> bool:
    seen = await line.say(raw)
    return seen is not None and seen.status in {200, 206} and seen.in_shape


@pytest.mark.parametrize("seed", SEEDS)
async def test_mutated_requests(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """Each gets a success or an error of the platform's own shape, and everything can be read afterwards."""
    gc.collect()  # what earlier tests left is not reported as the platform's
    caplog.set_level(logging.ERROR)
    caplog.clear()
    async with Platform(apps=6, seed=seed, capacity=10**9) as platform:
        line = line_to(platform)
        schema = json.loads((await line.say(request(platform, "GET", "/schema")) or Answer(0, {}, b"")).body)
        endpoints = [link for one in schema["definitions"].values() for link in one["links"]]
        names = [*platform.state.names, *list(platform.state.apps)[:3], "web", "web.1", "v1", "1", "preboot", "acme",
                 platform.email, platform.password, "standard-1X", "cedar", "heroku-redis", "global"]  # fmt: skip
        fuzzer = Fuzzer(platform, Random(seed), endpoints, names)
        for number in range(REQUESTS // len(SEEDS)):
            raw, head = fuzzer.draw()
            got = await line.say(raw, head=head)
            assert got is not None, raw[:600]
            assert got.status < 500, (raw[:600], got.body)
            assert head or got.in_shape, (raw[:600], got.status, got.body[:200])
            if got.status == 201 and len(names) < 200:
                made = json.loads(got.body)
                names += [made[key] for key in ("id", "name") if isinstance(made, dict) and key in made]
            if number % 500 == 499:
                await sweep(platform, line)
        await sweep(platform, line)
        line.close()
    assert [record.getMessage() for record in caplog.records] == []


@pytest.fixture
async def line(platform: Platform) -> Any:
    opened = line_to(platform)
    yield opened
    opened.close()


@pytest.mark.parametrize(("target", "body"), some(product(WRITES, RAW_BODIES), 3), ids=lambda one: ascii(one[:12]))
async def test_hostile_bodies(platform: Platform, line: Line, app: str, body: bytes, target: str) -> None:
    """Nesting, huge numbers, NaN, other encodings, lone surrogates, forms: 4xx or, where it makes sense, a success."""
    method, _, path = target.format(app).partition(" ")
    got = await line.say(request(platform, method, path, body))
    assert got is not None
    assert got.status < 500
    assert got.in_shape
    for part in ("", "/config-vars", "/releases"):
        assert await _works(line, request(platform, "GET", f"{app}{part}"))


@pytest.mark.parametrize("body", RAW_BODIES[:4] + RAW_BODIES[8:15], ids=lambda body: ascii(body[:12]))
async def test_bodies_that_are_not_json(platform: Platform, line: Line, app: str, body: bytes) -> None:
    """400 `bad_request`, and nothing was written."""
    before = dict(platform.state.names["example"].parts.config)
    got = await line.say(request(platform, "PATCH", f"{app}/config-vars", body))
    assert got is not None
    assert (got.status, json.loads(got.body)["id"]) == (400, "bad_request")
    assert platform.state.names["example"].parts.config == before


def deflated(body: bytes) -> bytes:
    coder = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return coder.compress(body) + coder.flush()


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "deflate", "raw deflate", "identity", ""])
async def test_bodies_in_the_coding_that_they_say(platform: Platform, line: Line, coding: str) -> None:
    """They are decoded, and recorded as they are then."""
    codes: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzipped,
        "x-gzip": gzipped,
        "deflate": zlib.compress,
        "raw deflate": deflated,
    }
    body = b'{"name": "abcd"}'
    coded = codes.get(coding.lower(), bytes)(body)
    got = await line.say(request(platform, "POST", "/apps", coded, Content_Encoding=coding.removeprefix("raw ")))
    assert got is not None
    assert (got.status, platform.requests[-1].body) == (201, body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x", "gzip, gzip"])
async def test_bodies_in_another_coding_than_they_say(platform: Platform, line: Line, app: str, coding: str) -> None:
    """400, on every route, and the next request is served."""
    for path in ("/apps", f"{app}/addons", "/nowhere"):
        for body in (b'{"name": "abcd"}', gzipped(b'{"name": "abcd"}')[:-12], zlib.compress(b'{"name": "abcd"}')[:-6]):
            got = await line.say(request(platform, "POST", path, body, Content_Encoding=coding))
            assert got is not None
            assert (got.status, json.loads(got.body)["id"]) == (400, "bad_request")
    assert await _works(line, request(platform, "GET", "/apps"))


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 9)


@pytest.mark.parametrize(
    ("coding", "body"),
    [(None, b"x" * 3_000_000), ("gzip", gzipped(b"0" * 20_000_000)), ("deflate", b'{"a":' * 50_000)],
    ids=["plain", "bomb", "junk that grows"],
)
async def test_bodies_that_are_too_large(platform: Platform, line: Line, coding: str | None, body: bytes) -> None:
    """413 in the platform's own shape, however small they were on the wire, and the next request is served."""
    got = await line.say(request(platform, "POST", "/apps", body, Content_Encoding=coding))
    assert got is not None
    assert (got.status, json.loads(got.body)["id"]) == (413, "request_entity_too_large")
    assert await _works(line, request(platform, "GET", "/apps"))


@pytest.mark.parametrize("range_", [text for text in RANGES if "999" in text or "٣" in text or "²" in text])
async def test_numbers_of_a_range(platform: Platform, line: Line, deployed: str, range_: str) -> None:
    """Thousands of digits, and digits of other scripts: malformed, 400."""
    text = range_.encode().decode("latin-1")
    got = await line.say(request(platform, "GET", f"{deployed}/releases", Range=text))
    assert got is not None
    assert (got.status, json.loads(got.body)["id"]) == (400, "bad_request")


@pytest.mark.parametrize("path", ["/apps/{}/collaborators", "/organizations/acme/members", "/account"])
@pytest.mark.parametrize("email", [text for text in JUNK_TEXT if "@" in text])
async def test_emails_that_fit_in_no_header(platform: Platform, line: Line, path: str, email: str) -> None:
    """Lists are ordered by e-mails: what cannot stand in a header is 422, and lists stay readable."""
    path = path.format(next(iter(platform.state.names)))
    method = {"/account": "PATCH", "/organizations/acme/members": "PUT"}.get(path, "POST")
    body = {"email": email, "role": "member", "user": email, "password": platform.password}
    got = await line.say(request(platform, method, path, json.dumps(body).encode()))
    assert got is not None
    assert got.status == 422
    assert await _works(line, request(platform, "GET", path, Range="email ..; max=1" if path != "/account" else None))


async def test_a_body_that_is_cut_off(platform: Platform, line: Line, caplog: pytest.LogCaptureFixture) -> None:
    """Who goes away in the middle of a body leaves no trace: nothing is carried out, logged or broken."""
    caplog.set_level(logging.ERROR)
    apps = len(platform.state.apps)
    for headers in ({"Content-Length": "100"}, {"Content-Length": None, "Transfer-Encoding": "chunked"}):
        _, writer = await asyncio.open_connection(line.host, line.port)
        writer.write(request(platform, "POST", "/apps", b'10\r\n{"name"', **headers))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert await _works(line, request(platform, "GET", "/apps"))
    assert len(platform.state.apps) == apps
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "raw", [b"\x16\x03\x01\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nA b: c\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: " + b"b" * 9000 + b"\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"],
    ids=lambda raw: ascii(raw[:24]),
)  # fmt: skip
async def test_what_is_not_http(line: Line, raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """400 in the platform's own shape, without a traceback in the log."""
    got = await line.say(raw)
    assert got is not None
    assert (got.status, got.in_shape, got.headers["content-type"]) == (400, True, "application/json")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_an_authorization_cannot_last_for_ever(api: Api) -> None:
    """A number of seconds that no clock can count is 422."""
    for seconds, status in ((0, 422), (-1, 422), (10**30, 422), (10**400, 422), (3600, 201), (None, 201)):
        body = {"scope": ["global"], "expires_in": seconds}
        assert (await api("POST", "/oauth/authorizations", body)).status == status
