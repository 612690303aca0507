"""The token pool over HTTP in real time: processes with whole sessions against a small token bucket, and Redis' speed.

`python -m benchmarks.pool_http`; the rows with Redis need `redis-server` and are left out where it is absent.
"""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager

from aiohttp import web
from attrs import define, field

from aioheroku import Heroku, Pool, RedisPool
from aioheroku._http import Request, Response
from aioheroku.errors import RateLimited
from benchmarks.harness import ROOT, options, publish, table
from benchmarks.pool_peers import request


@define
class Bucket:
    """A token bucket with a door: `GET` anything, and it says what is left."""

    level: float
    refill: float
    capacity: float = 300
    refused: int = 0
    served: int = 0
    updated: float = field(factory=time.monotonic)

    async def handle(self, _: web.BaseRequest) -> web.Response:
        """200 for a token, 429 for none."""
        await asyncio.sleep(0.05)
        now = time.monotonic()
        self.level = min(self.capacity, self.level + (now - self.updated) * self.refill)
        self.updated = now
        granted = self.level >= 1
        self.level -= granted
        self.served += granted
        self.refused += not granted
        headers = {"RateLimit-Remaining": str(int(self.level))}
        return web.json_response({}, status=200 if granted else 429, headers=headers)


@contextmanager
def redis_server() -> Generator[str | None]:
    """The URL of a Redis of our own; `None` where there is no such program."""
    if (program := shutil.which("redis-server")) is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        arguments = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


async def calls(url: str, redis: str, seconds: float, tasks: int = 5) -> int:
    """One process: a session whose tasks ask without end; how many answers it got."""
    pool = RedisPool(redis, account=url, capacity=300, refill_per_hour=9000) if redis else Pool()
    got = 0
    until = time.monotonic() + seconds

    async def task(heroku: Heroku) -> None:
        nonlocal got
        while True:
            try:
                await heroku.request("GET", "/apps/example")
            except RateLimited:
                continue
            got += 1

    async with Heroku("token", base_url=url, pool=pool) as heroku:
        everyone = [asyncio.create_task(task(heroku)) for _ in range(tasks)]
        await asyncio.sleep(until - time.monotonic())
        for one in everyone:
            one.cancel()
        await asyncio.gather(*everyone, return_exceptions=True)
    if isinstance(pool, RedisPool):
        await pool.close()
    return got


async def acquisitions(redis: str, lease: int, tasks: int, seconds: float) -> tuple[float, float]:
    """One process with nothing to send: the tokens it gets a second, and the processor's seconds for each."""
    pool = RedisPool(redis, account=f"speed {lease}", capacity=10**9, refill_per_hour=3.6e12, lease=lease)
    answer = Response(200, {}, b"")
    count = 0

    async def nothing(_: Request) -> Response:
        return answer

    async def task(until: float) -> None:
        nonlocal count
        one = request()
        while time.perf_counter() < until:
            await send(one)
            count += 1

    send = pool.metered(nothing)
    await task(time.perf_counter() + 0.2)
    count, begun, worked = 0, time.perf_counter(), time.process_time()
    await asyncio.gather(*(task(begun + seconds) for _ in range(tasks)))
    passed, worked = time.perf_counter() - begun, time.process_time() - worked
    await pool.close()
    return count / passed, worked / count


def processes(count: int, *arguments: object) -> list[object]:
    """Run this many workers at once; what each of them printed."""
    command = [sys.executable, "-m", "benchmarks.pool_http", "--worker", *map(str, arguments)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(count)]
    return [json.loads(worker.communicate()[0]) for worker in workers]


async def measure(redis: str, count: int, seconds: float) -> list[object]:
    """Some processes against one bucket: a row of the table."""
    bucket = Bucket(150, 2.5)
    runner = web.ServerRunner(web.Server(bucket.handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    got = [one for one in await asyncio.to_thread(processes, count, "calls", url, redis, seconds) if type(one) is int]
    made = bucket.served + max(0.0, bucket.level)
    await runner.cleanup()
    jain = sum(got) ** 2 / (count * max(1, sum(one * one for one in got)))
    refused = 100 * bucket.refused / (bucket.refused + bucket.served)
    by = "Redis" if redis else "the header"
    used = f"{100 * bucket.served / made:.1f}"
    return [f"{count} x 5", by, bucket.served, bucket.refused, f"{refused:.2f}", used, f"{jain:.3f}"]


def speed(redis: str, seconds: float) -> list[list[object]]:
    """Tokens from Redis, by four processes with nothing to send."""
    rows: list[list[object]] = []
    for name, lease, tasks in (
        ("1 task each: a question for each token", 1, 1),
        ("32 tasks each: a question for those that wait", 1, 32),
        ("32 tasks each, leases of 32 ahead of need", 32, 32),
    ):
        found = [one for one in processes(4, "acquisitions", redis, lease, tasks, seconds) if isinstance(one, list)]
        rows.append([name, f"{sum(one[0] for one in found):,.0f}", f"{1e6 * sum(one[1] for one in found) / 4:.1f}"])
    return rows


def worker(what: str, *rest: str) -> int:
    if what == "calls":
        url, redis, seconds = rest
        print(json.dumps(asyncio.run(calls(url, redis, float(seconds)))))
    else:
        redis, lease, tasks, seconds = rest
        print(json.dumps(asyncio.run(acquisitions(redis, int(lease), int(tasks), float(seconds)))))
    return 0


def main(argv: list[str]) -> int:
    """Measure with and without Redis, print, and with --write publish."""
    if argv[:1] == ["--worker"]:
        return worker(*argv[1:])
    chosen = options(argv, __doc__)
    seconds, counts = (2.0, (2,)) if chosen.quick else (25.0, (2, 6))
    with redis_server() as redis:
        ways = ("", redis) if redis else ("",)
        rows = [asyncio.run(measure(by, count, seconds)) for by in ways for count in counts]
        head = ["processes x tasks", "told by", "answers", "429s", "429 %", "tokens used %", "Jain"]
        text = table(head, rows)
        if redis is not None:
            found = speed(redis, 0.5 if chosen.quick else 5.0)
            text += "\n\n" + table(
                ["tokens from Redis, 4 processes", "a second", "processor, microseconds each"], found
            )
    publish("pool_http", text, write=chosen.write, page=ROOT / "docs" / "internals" / "rate-limiting.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
