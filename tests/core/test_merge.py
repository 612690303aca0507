"""Identical reads in flight are one request, and never an old answer."""

import asyncio
from typing import Any

import pytest
from yarl import URL

from aioheroku.http import Options, Request, Response
from aioheroku.merge import coalesced


async def test_a_read_after_a_write_never_joins_an_older_read() -> None:
    """Who has written and then reads sees what was written, though a read from before is still under way."""
    sent: list[str] = []
    release = asyncio.Event()

    async def send(request: Request) -> Response:
        sent.append(request.method)
        if len(sent) == 1:
            await release.wait()
        return Response(200, {}, f"{len(sent)}".encode())

    coalescing = coalesced(send)
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


class _Platform:
    """Answers when it is told to, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.ready = asyncio.Event()

    async def send(self, request: Request) -> Response:
        self.asked.append(request)
        await self.ready.wait()
        return Response(200, {}, b"{}")


_URL = URL("http://localhost/apps/example")


async def test_identical_reads_in_flight_are_sent_once() -> None:
    """Fifty tasks that ask the same cost one token, and have the same answer; a later read is a new one."""
    platform = _Platform()
    send = coalesced(platform.send)
    reads = [asyncio.ensure_future(send(Request("GET", _URL, "/apps/{app}", {}))) for _ in range(50)]
    await asyncio.sleep(0)
    platform.ready.set()
    assert len(set(map(id, await asyncio.gather(*reads)))) == 1
    assert len(platform.asked) == 1
    await send(Request("GET", _URL, "/apps/{app}", {}))
    assert len(platform.asked) == 2


@pytest.mark.parametrize(
    "other",
    [
        Request("GET", _URL, "/apps/{app}", {"Range": "id ..; max=1"}),
        Request("GET", _URL, "/apps/{app}", {}, options=Options(priority="interactive")),
        Request("GET", _URL, "/apps/{app}", {}, options=Options(max_wait=1)),
        Request("GET", _URL / "dynos", "/apps/{app}/dynos", {}),
        Request("POST", _URL, "/apps/{app}", {}),
    ],
    ids=["headers", "priority", "max_wait", "path", "verb"],
)
async def test_what_differs_is_not_merged(other: Request) -> None:
    """Another range, priority, deadline, path or verb is another request."""
    platform = _Platform()
    send = coalesced(platform.send)
    reads = [asyncio.ensure_future(send(one)) for one in (Request("GET", _URL, "/apps/{app}", {}), other)]
    await asyncio.sleep(0)
    platform.ready.set()
    await asyncio.gather(*reads)
    assert len(platform.asked) == 2


async def test_the_next_takes_over_from_one_that_is_cancelled(until: Any) -> None:
    """Nobody suffers from the cancellation of the task that happened to ask first."""
    platform = _Platform()
    send = coalesced(platform.send)
    first, *others = (asyncio.ensure_future(send(Request("GET", _URL, "/apps/{app}", {}))) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await until(lambda: len(platform.asked) == 2)
    platform.ready.set()
    answers = await asyncio.gather(*others)
    assert answers[0] is answers[1]
    assert len(platform.asked) == 2
