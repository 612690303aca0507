"""Walking 10,000 apps at 50 ms latency: `python -m benchmarks.paging`."""

import asyncio
import json
import sys
import time
import tracemalloc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.request import urlopen

from benchmarks.clients import HEADERS
from benchmarks.harness import Series, bars, fresh, options, publish, table
from benchmarks.server import server

_SELF = "benchmarks.paging"
_SENT = "requests"
_KEYS = ("wall", "cpu", _SENT, "stall", "peak")


async def _raw(url: str, size: int) -> int:
    """Dicts, one page after the other."""
    import aiohttp
    import orjson
    from yarl import URL

    count, following, address = 0, f"id ..; max={size}", URL(f"{url}/apps", encoded=True)
    connector = aiohttp.TCPConnector(ttl_dns_cache=300)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        while following:
            async with session.get(address, headers={**HEADERS, "Range": following}) as response:
                items = orjson.loads(await response.read())
                following = response.headers.get("Next-Range", "")
            for item in items:
                count += item["name"] != ""
    return count


@asynccontextmanager
async def _heroku(url: str) -> AsyncGenerator[Any]:
    from aioheroku import Heroku, Pool

    async with Heroku("token", base_url=url, pool=Pool(10**6, 10**9)) as heroku:
        yield heroku


async def _typed(url: str) -> int:
    count = 0
    async with _heroku(url) as heroku:
        async for app in heroku.apps.list():
            count += app.name != ""
    return count


async def _parallel(url: str) -> int:
    async with _heroku(url) as heroku:
        return sum(app.name != "" for app in await heroku.apps.list().all(parallel=4))


async def _heroku3(url: str) -> int:
    import heroku3  # pyright: ignore[reportMissingTypeStubs]

    client: Any = heroku3.core.Heroku()
    client._heroku_url = url  # noqa: SLF001 - its only way to another address
    client.authenticate("token")
    return sum(app.name != "" for app in client.apps())


WALKS: dict[str, Callable[[str], Awaitable[int]]] = {
    "raw dicts, 1000 a page": lambda url: _raw(url, 1000),
    "raw dicts, 200 a page": lambda url: _raw(url, 200),
    "aioheroku": _typed,
    "aioheroku, all(parallel=4)": _parallel,
    "heroku3": _heroku3,
}


async def _longest_stall(until: asyncio.Event) -> float:
    """The longest turn of the event loop: so long anybody else who was ready had to wait.

    In processor time: what other programs take from this one is not its fault.
    """
    worst, before = 0.0, time.process_time()
    while not until.is_set():
        await asyncio.sleep(0)
        now = time.process_time()
        worst, before = max(worst, now - before), now
    return worst


def _worker(walk: str, url: str, count: int, what: str) -> int:
    async def walked() -> dict[str, float]:
        if what == "peak":
            tracemalloc.start()
        ended = asyncio.Event()
        watch: asyncio.Task[float] | None = None
        wall, cpu = time.perf_counter(), time.process_time()
        if what == "stall":  # not in the first walk, which loads modules and opens connections
            await WALKS[walk](url)
            watch = asyncio.ensure_future(_longest_stall(ended))
            await asyncio.sleep(0)
        assert await WALKS[walk](url) == count
        found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        ended.set()
        if watch is not None:
            found = {"stall": await watch * 1000}
        return {"peak": tracemalloc.get_traced_memory()[1] / 2**20} if what == "peak" else found

    __import__("heroku3" if walk == "heroku3" else "aioheroku")
    __import__("orjson")
    print(json.dumps(asyncio.run(walked())))
    return 0


def _asked(url: str) -> int:
    with urlopen(f"{url}/asked") as answer:  # noqa: S310 - our own server
        return int(answer.read())


def main(argv: list[str]) -> int:
    """Measure each walk in processes of its own, print, and with --write publish."""
    if argv[:1] == ["--worker"]:
        return _worker(argv[1], argv[2], int(argv[3]), argv[4])
    chosen = options(argv, __doc__)
    count, rounds = (2000, 1) if chosen.quick else (10_000, 9)
    values: dict[str, dict[str, dict[int, float]]] = {walk: {key: {} for key in _KEYS} for walk in WALKS}
    with server(count, 0.05) as url:
        for number in range(rounds):
            for walk, found in values.items():
                if walk == "heroku3" and number % 7:
                    continue  # it takes its time, and its figures are large enough
                for what in ("time",) if number % 3 else ("time", "stall", "peak")[: 2 if number else 3]:
                    before = _asked(url)
                    for key, value in fresh(_SELF, "--worker", walk, url, count, what).items():
                        found[key][number] = value
                    if what == "time":
                        found[_SENT][number] = _asked(url) - before
    medians = {walk: {key: Series(found[key]) for key in _KEYS} for walk, found in values.items()}
    base = medians["raw dicts, 1000 a page"]
    rows = [
        [
            walk,
            f"{found[_SENT].median:.0f}",
            f"{found['wall'].over(base['wall']):.2f}",
            f"{found['cpu'].over(base['cpu']):.2f}",
            f"{found['stall'].median:.1f}",
            f"{found['peak'].median:.1f}",
        ]
        for walk, found in medians.items()
    ]
    head = [f"{count:,} apps, 50 ms", "requests", "wall, x raw", "processor, x raw", "longest stall, ms", "peak, MiB"]
    publish("paging", table(head, rows), write=chosen.write)
    if chosen.write:
        ratios = {walk: found["wall"].over(base["wall"]) for walk, found in medians.items()}
        bars("speed-paging", "Walking 10,000 apps at 50 ms latency", "wall time, x raw dicts", ratios, 0.95)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
