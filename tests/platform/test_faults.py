"""What goes wrong on demand, and only then."""

from typing import Any

import aiohttp
import pytest

from aioheroku.testing import Platform, faults
from tests._support.platform_client import Api, Open
from tests._support.secrets import raises


async def test_fault_counts_and_matches_requests(api: Api, app: str, platform: Platform) -> None:
    """Times, method, path pattern and spared requests each narrow it; clearing ends it."""
    platform.fault(faults.Unavailable(), times=2)
    assert [(await api("GET", "/account")).status for _ in range(4)] == [503, 503, 200, 200]
    platform.fault(faults.Unavailable(), method="PATCH", path="/apps/*/config-vars", after=1)
    path = f"{app}/config-vars"
    assert (await api("GET", path)).status == 200
    assert (await api("PATCH", app, {})).status == 200
    assert [(await api("PATCH", path, {})).status for _ in range(3)] == [200, 503, 200]
    platform.fault(faults.Unavailable(), times=None)
    assert [(await api("GET", "/account")).status for _ in range(3)] == [503, 503, 503]
    platform.clear_faults()
    assert (await api("GET", "/account")).status == 200


async def test_fault_pattern_ignores_the_query(api: Api, platform: Platform) -> None:
    """`/account` matches `/account?x=1`."""
    platform.fault(faults.Unavailable(), path="/account")
    assert (await api("GET", "/account?x=1")).status == 503


async def test_a_probable_fault_is_drawn_from_the_seed(serve: Open) -> None:
    """The same seed strikes the same requests, about as many as its probability says."""
    runs = list[list[int]]()
    for _ in range(2):
        async with serve(seed=5) as (platform, api):
            platform.fault(faults.Unavailable(), times=None, probability=0.3)
            runs.append([(await api("GET", "/account")).status for _ in range(60)])
    assert runs[0] == runs[1]
    assert 8 < runs[0].count(503) < 28


async def test_only_server_error_executes_the_request(api: Api, platform: Platform) -> None:
    """After a 503 nothing has changed and no token is gone; after a 500 the app is there and a token is."""
    platform.fault(faults.Unavailable())
    assert (await api("POST", "/apps", {"name": "first"})).status == 503
    assert "first" not in platform.state.names
    assert platform.remaining == 2400
    platform.fault(faults.ServerError())
    got = await api("POST", "/apps", {"name": "second"})
    assert (got.status, got.body["id"]) == (500, "internal_server_error")
    assert "second" in platform.state.names
    assert got.headers["RateLimit-Remaining"] == "2399"
    assert got.headers["Request-Id"]


@pytest.mark.parametrize(
    ("form", "value"), [("seconds", "8"), ("epoch", "1450000008"), ("date", "Sun, 13 Dec 2015 09:46:48 GMT")]
)
@pytest.mark.parametrize("fault", [faults.Unavailable, faults.TooMany])
async def test_retry_after_in_three_forms(api: Api, platform: Platform, fault: Any, form: str, value: str) -> None:
    """Seconds, the epoch second of v2, an HTTP date."""
    platform.fault(fault(7.5, form))
    assert (await api("GET", "/account")).headers["Retry-After"] == value


@pytest.mark.parametrize(
    ("fault", "status", "kind", "start"),
    [
        (faults.HtmlPage(), 503, "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        (faults.Answer(502, "Bad gateway"), 502, "text/plain; charset=utf-8", b"Bad gateway"),
        (faults.Answer(504), 504, "application/json", b""),
        (faults.Answer(402, {"id": "delinquent"}), 402, "application/json", b'{"id":"delinquent"}'),
        (faults.Garbage(), 200, "application/json", b'{"id": "0123'),
        (faults.Answer(500, "<html>", headers={"Content-Type": "application/json"}), 500, "application/json", b"<ht"),
    ],
)
async def test_bodies_of_every_kind(platform: Platform, fault: Any, status: int, kind: str, start: bytes) -> None:
    """JSON, text, HTML, nothing at all, and what only claims to be JSON."""
    platform.fault(fault)
    async with aiohttp.ClientSession() as session, session.get(f"{platform.url}/account") as got:
        raw = await got.read()
        assert (got.status, got.headers["Content-Type"]) == (status, kind)
        assert raw.startswith(start)
        assert bool(raw) is bool(start)


@pytest.mark.parametrize("executed", [False, True])
async def test_a_reset(api: Api, platform: Platform, executed: bool) -> None:
    """No response comes; whether the request was carried out is the fault's choice. It is recorded with status 0."""
    platform.fault(faults.Reset(executed=executed), method="POST")
    with raises((aiohttp.ServerDisconnectedError, ConnectionResetError, aiohttp.ClientOSError)):
        await api("POST", "/apps", {"name": "example"})
    assert ("example" in platform.state.names) is executed
    assert (platform.remaining == 2399) is executed
    assert [(record.method, record.status) for record in platform.requests] == [("POST", 0)]


@pytest.mark.parametrize("path", ["/apps", "/account/rate-limits"])
async def test_a_truncated_body(api: Api, platform: Platform, path: str) -> None:
    """Content-Length promises more than comes before the connection closes."""
    platform.fault(faults.Truncated())
    with raises(aiohttp.ClientPayloadError):
        await api("GET", path)
    assert (await api("GET", path)).status == 200


async def test_a_drained_pool(api: Api, platform: Platform) -> None:
    """The request that is struck finds the pool empty."""
    platform.fault(faults.Drained(), after=1)
    assert [(await api("GET", "/account")).status for _ in range(3)] == [200, 429, 429]


async def test_headers_that_are_missing_or_strange(api: Api, platform: Platform) -> None:
    """RateLimit-Remaining left out, a multiplier of 2, a deprecation warning."""
    platform.fault(faults.WithoutHeader("RateLimit-Remaining"), faults.WithHeader("RateLimit-Multiplier", "2"))
    got = await api("GET", "/account")
    assert "RateLimit-Remaining" not in got.headers
    assert got.headers["RateLimit-Multiplier"] == "2"


async def test_pages_that_mislead(api: Api, platform: Platform) -> None:
    """A 206 without Next-Range, a range that repeats, an empty page with a Next-Range that leads on."""
    platform.fault(faults.WithoutHeader("Next-Range"))
    got = await api("GET", "/apps", Range="id ..; max=2")
    assert (got.status, "Next-Range" in got.headers) == (206, False)
    platform.fault(faults.RepeatedRange())
    got = await api("GET", "/apps", Range="id ..; max=2")
    assert (got.status, got.headers["Next-Range"]) == (206, "id ..; max=2")
    platform.fault(faults.EmptyPage())
    got = await api("GET", "/apps", Range="id ..; max=4")
    assert (got.status, got.body) == (206, [])
    assert len((await api("GET", "/apps", Range=got.headers["Next-Range"])).body) == 3


async def test_a_redirect(api: Api, platform: Platform) -> None:
    """Any of the five statuses, to anywhere."""
    for status in (301, 302, 303, 307, 308):
        platform.fault(faults.Redirect("http://127.0.0.1:1/elsewhere", status))
        got = await api("GET", "/account")
        assert (got.status, got.headers["Location"]) == (status, "http://127.0.0.1:1/elsewhere")


async def test_latency_delays_only_what_it_strikes(serve: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own latency and a fault's add up, half before the request is carried out and half after."""
    slept = list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with serve(latency=0.2) as (platform, api):
        monkeypatch.setattr("aioheroku.testing.platform.asyncio.sleep", sleep)
        platform.fault(faults.Latency(1.0))
        await api("GET", "/account")
        await api("GET", "/account")
    assert slept[:4] == [0.6, 0.6, 0.1, 0.1]


async def test_faults_work_together(api: Api, platform: Platform) -> None:
    """Two rules may strike one request: a server error behind a missing header."""
    platform.fault(faults.ServerError(executed=False))
    platform.fault(faults.WithoutHeader("Request-Id"))
    got = await api("GET", "/account")
    assert (got.status, "Request-Id" in got.headers) == (500, False)
