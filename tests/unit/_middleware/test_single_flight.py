"""Identical reads in flight are one request, and never get a stale response."""

import asyncio
from typing import Any

import attrs
import pytest
from yarl import URL

from aioheroku import Credentials, errors
from aioheroku._http import Options, Request, Response
from aioheroku._middleware.oauth import OAuthRefresh
from aioheroku._middleware.single_flight import SingleFlight
from aioheroku.auth._renewal import Renewals
from tests._support.fakes import Until
from tests._support.secrets import raises


async def test_read_after_write_starts_a_new_request() -> None:
    """A read after a write sees what was written, even while an earlier read is in flight."""
    sent: list[str] = []
    release = asyncio.Event()

    async def send(request: Request) -> Response:
        sent.append(request.method)
        if len(sent) == 1:
            await release.wait()
        return Response(200, {}, f"{len(sent)}".encode())

    coalescing = SingleFlight(send)
    url = URL("http://localhost/apps/example")
    early = asyncio.ensure_future(coalescing(Request("GET", url, "/apps/{app}", {})))
    joined = asyncio.ensure_future(coalescing(Request("GET", url, "/apps/{app}", {})))
    await asyncio.sleep(0)
    await coalescing(Request("PATCH", url, "/apps/{app}", {}))
    fresh = await coalescing(Request("GET", url, "/apps/{app}", {}))
    assert fresh.body == b"3"
    release.set()
    assert (await early) is (await joined)
    assert sent == ["GET", "PATCH", "GET"]


async def test_a_reading_post_is_no_write() -> None:
    """A POST that changes nothing is sent each time, and a read that started before it may be joined after it."""
    sent: list[str] = []
    release = asyncio.Event()

    async def send(request: Request) -> Response:
        sent.append(request.method)
        if request.method == "GET":
            await release.wait()
        return Response(200, {}, b"")

    coalescing = SingleFlight(send)
    url = URL("http://localhost/apps/example")
    early = asyncio.ensure_future(coalescing(Request("GET", url, "/apps/{app}", {})))
    await asyncio.sleep(0)
    for _ in range(2):
        await coalescing(Request("POST", url, "/apps/{app}", {}, b"{}", reads=True))
    joined = asyncio.ensure_future(coalescing(Request("GET", url, "/apps/{app}", {})))
    await asyncio.sleep(0)
    release.set()
    assert (await early) is (await joined)
    assert sent == ["GET", "POST", "POST"]


class _Platform:
    """Responds when it is released, and counts its requests."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.ready = asyncio.Event()

    async def send(self, request: Request) -> Response:
        self.asked.append(request)
        await self.ready.wait()
        return Response(200, {}, b"{}")


_URL = URL("http://localhost/apps/example")


async def test_identical_reads_are_sent_once() -> None:
    """Fifty identical reads cost one token and get the same response; a later read is a new request."""
    platform = _Platform()
    send = SingleFlight(platform.send)
    reads = [asyncio.ensure_future(send(Request("GET", _URL, "/apps/{app}", {}))) for _ in range(50)]
    await asyncio.sleep(0)
    platform.ready.set()
    assert len(set(map(id, await asyncio.gather(*reads)))) == 1
    assert len(platform.asked) == 1
    await send(Request("GET", _URL, "/apps/{app}", {}))
    assert len(platform.asked) == 2


OTHERS: dict[str, Any] = {"timeout": 5.0, "priority": "interactive", "max_wait": 1.0, "dry_run": True}
"""Another value of each option that affects when and whether a response arrives."""


def test_every_option_but_the_label_is_compared() -> None:
    """A test over the set: the next option cannot be forgotten."""
    assert {*OTHERS, "label"} == {one.name for one in attrs.fields(Options)}, "add another value to OTHERS above"


@pytest.mark.parametrize(
    "other",
    [
        Request("GET", _URL, "/apps/{app}", {"Range": "id ..; max=1"}),
        *(Request("GET", _URL, "/apps/{app}", {}, options=Options(**{name: value})) for name, value in OTHERS.items()),
        Request("GET", _URL / "dynos", "/apps/{app}/dynos", {}),
        Request("POST", _URL, "/apps/{app}", {}),
    ],
    ids=["headers", *OTHERS, "path", "verb"],
)
async def test_different_requests_are_not_shared(other: Request) -> None:
    """Another range, priority, deadline, path or verb is another request."""
    platform = _Platform()
    send = SingleFlight(platform.send)
    reads = [asyncio.ensure_future(send(one)) for one in (Request("GET", _URL, "/apps/{app}", {}), other)]
    await asyncio.sleep(0)
    platform.ready.set()
    await asyncio.gather(*reads)
    assert len(platform.asked) == 2


async def test_follower_replaces_cancelled_leader(until: Until) -> None:
    """Cancelling the task that came first does not affect the others."""
    platform = _Platform()
    send = SingleFlight(platform.send)
    first, *others = (asyncio.ensure_future(send(Request("GET", _URL, "/apps/{app}", {}))) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await until(lambda: len(platform.asked) == 2)
    platform.ready.set()
    answers = await asyncio.gather(*others)
    assert answers[0] is answers[1]
    assert len(platform.asked) == 2


async def test_the_label_is_not_compared() -> None:
    """Two parts of a program that make the same read under different labels share one request."""
    platform = _Platform()
    send = SingleFlight(platform.send)
    options = (Options(label="web"), Options(label="worker"))
    reads = [asyncio.ensure_future(send(Request("GET", _URL, "/apps/{app}", {}, options=one))) for one in options]
    await asyncio.sleep(0)
    platform.ready.set()
    await asyncio.gather(*reads)
    assert len(platform.asked) == 1


async def test_reads_are_shared_after_a_refresh() -> None:
    """Requests are compared as they came in, whatever token they leave with: fifty reads are one request."""
    credentials = Credentials.oauth("old", refresh_token="r", client_secret="c")
    first = {"Authorization": credentials.authorization}
    credentials.renewed("new", None)
    platform = _Platform()
    send = SingleFlight(
        OAuthRefresh(platform.send, credentials, first["Authorization"], "http://localhost", Renewals())
    )
    platform.ready.set()
    await send(Request("GET", _URL, "/apps/{app}", first))
    platform.ready.clear()
    reads = [asyncio.ensure_future(send(Request("GET", _URL, "/apps/{app}", dict(first)))) for _ in range(50)]
    await asyncio.sleep(0)
    platform.ready.set()
    await asyncio.gather(*reads)
    assert len(platform.asked) == 2


@pytest.mark.parametrize(
    "error",
    [errors.ConnectionLost("cut", "GET", "/apps/{app}"), errors.NotFound(404, "not_found", extra={"a": 1})],
    ids=["connection", "status"],
)
async def test_each_caller_gets_an_error_of_its_own(error: errors.HerokuError) -> None:
    """Notes or a traceback that one caller adds to its error are not seen by the others."""
    release = asyncio.Event()

    async def send(_: Request) -> Response:
        await release.wait()
        error.add_note("from the transport")
        raise error

    flight = SingleFlight(send)
    reads = [asyncio.ensure_future(flight(Request("GET", _URL, "/apps/{app}", {}))) for _ in range(3)]
    await asyncio.sleep(0)
    release.set()
    found = await asyncio.gather(*reads, return_exceptions=True)
    told = [one for one in found if isinstance(one, errors.HerokuError)]
    assert len({id(one) for one in told}) == 3
    assert {str(one) for one in told} == {str(error)}
    told[0].add_note("mine")
    assert [len(one.__notes__) for one in told] == [2, 1, 1]
    assert len({id(one.__traceback__) for one in told}) == 3


async def test_a_bug_in_one_callers_way_is_not_shared() -> None:
    """Only errors of this library are an outcome; after anything else the next caller sends its own."""
    asked = []

    async def send(request: Request) -> Response:
        asked.append(request)
        await asyncio.sleep(0)
        if len(asked) == 1:
            raise ZeroDivisionError
        return Response(200, {}, b"{}")

    flight = SingleFlight(send)
    reads = [asyncio.ensure_future(flight(Request("GET", _URL, "/apps/{app}", {}))) for _ in range(2)]
    first, second = await asyncio.gather(*reads, return_exceptions=True)
    assert isinstance(first, ZeroDivisionError)
    assert isinstance(second, Response)


async def test_a_request_is_frozen() -> None:
    """No middleware can change what another one compares, or makes its keys of."""
    request = Request("GET", _URL, "/apps/{app}", {})
    for name in Request.__struct_fields__:
        with raises(AttributeError, match="immutable"):
            setattr(request, name, None)
    assert request.with_headers({"A": "b"}).attempt is request.attempt
