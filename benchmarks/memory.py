"""Memory: of a page of apps, of walks of any length, of waiting calls: `python -m benchmarks.memory`."""

import asyncio
import gc
import json
import sys
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.data import page
from benchmarks.harness import bars, fresh, options, publish, table
from benchmarks.models import WAYS
from benchmarks.server import server

_SELF = "benchmarks.memory"


def _of_a_page(way: str, count: int) -> float:
    """Bytes per app of a decoded page."""
    decode, body = WAYS[way](), page(count)
    decode(body)
    gc.collect()
    tracemalloc.start()
    items = decode(body)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    assert len(items) == count
    return size / count


async def _of_a_walk(url: str) -> float:
    """The peak of a walk over all apps of the server, in MiB."""
    from aioheroku import Heroku, Pool

    async with Heroku("token", base_url=url, pool=Pool(10**6, 10**9)) as heroku:
        await heroku.apps.list().first()
        tracemalloc.start()
        count = 0
        async for _ in heroku.apps.list():
            count += 1
        return tracemalloc.get_traced_memory()[1] / 2**20


async def _of_waiting(count: int) -> dict[str, float]:
    """Bytes of the library per call, while `count` calls wait for a token."""
    import aioheroku

    pool = aioheroku.Pool(1, 1)
    async with aioheroku.Heroku("token", base_url="http://127.0.0.1:9", pool=pool, retry=None) as heroku:
        info, names = heroku.apps.info, [f"app-{number}" for number in range(count)]

        async def waiting() -> list[asyncio.Future[Any]]:
            tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(info(name)) for name in names]
            await asyncio.sleep(0)  # each comes to where it waits in its first step
            return tasks

        async def end(tasks: list[asyncio.Future[Any]]) -> None:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        with suppress(aioheroku.HerokuError):
            await info(names[0])  # no server listens, and the only token is spent
        await end(await waiting())  # what is loaded once and what is cached, such as 1,024 URLs, is no call's own
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.take_snapshot()
        tasks = await waiting()
        assert pool.snapshot().waiting == count
        after = tracemalloc.take_snapshot()
        await end(tasks)
    home = str(Path(aioheroku.__file__).parent)
    sizes = {entry.traceback[0].filename: entry.size_diff / count for entry in after.compare_to(before, "filename")}
    own = sum(size for file, size in sizes.items() if file.startswith((home, "<attrs generated methods aioheroku")))
    return {"library": own, "all": sum(sizes.values())}


def _worker(what: str, *rest: str) -> int:
    result: Any
    match what:
        case "page":
            result = _of_a_page(rest[0], int(rest[1]))
        case "walk":
            result = asyncio.run(_of_a_walk(rest[0]))
        case _:
            result = asyncio.run(_of_waiting(int(rest[0])))
    print(json.dumps(result))
    return 0


def main(argv: list[str]) -> int:
    """Measure each variant in a process of its own, print, and with --write publish."""
    if argv[:1] == ["--worker"]:
        return _worker(*argv[1:])
    chosen = options(argv, __doc__)
    apps = 50 if chosen.quick else 1000
    sizes: dict[str, float] = {way: fresh(_SELF, "--worker", "page", way, apps) for way in WAYS}
    base, peer = sizes["orjson, dicts"], sizes["pydantic (githubkit)"]
    rows = [[way, f"{size:.0f}", f"{size / base:.2f}", f"{size / peer:.2f}"] for way, size in sizes.items()]
    text = table(["memory of an app in a page of 1000", "bytes", "x dicts", "x pydantic"], rows)
    walks: list[list[str]] = []
    for count in (2000, 4000) if chosen.quick else (10_000, 30_000, 100_000):
        with server(count) as url:
            walks.append([f"{count:,} apps", f"{fresh(_SELF, '--worker', 'walk', url):.2f}"])
    text += "\n\n" + table(["peak of a walk with `async for`", "MiB"], walks)
    waiting = fresh(_SELF, "--worker", "waiting", 100 if chosen.quick else 1000)
    text += "\n\n" + table(
        ["1,000 calls that wait for a token", "bytes per call"],
        [
            ["made by the library's code", f"{waiting['library']:.0f}"],
            ["with the caller's task and asyncio's own", f"{waiting['all']:.0f}"],
        ],
    )
    publish("memory", text, write=chosen.write)
    if chosen.write:
        ratios = {way: size / base for way, size in sizes.items()}
        bars("speed-memory", "Memory of an app in a page of 1000", "x orjson's dicts", ratios, 0.35)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
