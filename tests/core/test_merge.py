"""Identical reads in flight are one request, and never an old answer."""

import asyncio

from yarl import URL

from aioheroku.http import Request, Response
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
