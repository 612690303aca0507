"""What `heroku.each` adds to the calls that it makes, and its memory: `python -m benchmarks.campaigns`."""

import asyncio
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence

from aioheroku import App, Heroku, Pool
from benchmarks.harness import fresh, interleaved, options, publish, table
from benchmarks.server import server

_FLIGHT = 30
Walk = Callable[[Heroku, Sequence[str]], Awaitable[int]]


async def _gather(heroku: Heroku, names: Sequence[str]) -> int:
    """A bare semaphore around each call, and `asyncio.gather`: the first error loses everything."""
    room = asyncio.Semaphore(_FLIGHT)

    async def one(name: str) -> App:
        async with room:
            return await heroku.apps.info(name)

    return len(await asyncio.gather(*map(one, names)))


async def _each(heroku: Heroku, names: Sequence[str]) -> int:
    count = 0
    async with heroku.each(heroku.apps.info, names, concurrency=_FLIGHT) as outcomes:
        async for _ in outcomes:
            count += 1
    return count


_WAYS: dict[str, Walk] = {"semaphore and gather": _gather, "heroku.each": _each}


def _timed(url: str, walk: Walk, count: int) -> Callable[[], float]:
    names = [f"amber-falls-{number:05}" for number in range(count)]

    async def measured() -> float:
        async with Heroku("token", base_url=url, pool=Pool(10**9, 10**9)) as heroku:
            await walk(heroku, names[:_FLIGHT])  # opens the connections
            start = time.process_time()
            assert await walk(heroku, names) == count
            return time.process_time() - start

    return lambda: asyncio.run(measured())


async def _peak(count: int) -> int:
    """The most memory in bytes that a campaign of so many calls holds, beside what its first calls have made."""

    async def call(item: int) -> int:
        await asyncio.sleep(0)
        return item

    heroku = Heroku("token", pool=Pool(10**9, 10**9))
    async for _ in heroku.each(call, range(1000)):
        pass
    gc.collect()
    tracemalloc.start()
    async for _ in heroku.each(call, iter(range(count))):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    await heroku.close()
    return peak


def main(argv: list[str]) -> int:
    """Measure, print, and with --write publish."""
    if argv[:1] == ["--peak"]:
        print(json.dumps(asyncio.run(_peak(int(argv[1])))))
        return 0
    chosen = options(argv, __doc__)
    with server() as url:
        variants = {name: _timed(url, walk, 60 if chosen.quick else 2000) for name, walk in _WAYS.items()}
        found = interleaved(variants, 1 if chosen.quick else 15)
    base = found["semaphore and gather"]
    rows = [[name, f"{series.over(base):.2f} ±{series.spread:.0%}"] for name, series in found.items()]
    times = table(["processor time of 2,000 calls on loopback", "x gather"], rows)
    sizes = (1000,) if chosen.quick else (1000, 10_000, 100_000)
    peaks = [[f"{size:,} calls", f"{fresh('benchmarks.campaigns', '--peak', size) / 1024:.0f}"] for size in sizes]
    publish("campaigns", f"{times}\n{table(['peak of a campaign', 'KiB'], peaks)}", write=chosen.write)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
