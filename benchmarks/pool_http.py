"""The token pool over HTTP in real time: processes with whole sessions against a small token bucket, and Redis' speed.

`python -m benchmarks.pool_http` prints the tables of docs/limits.md; `--quick` takes seconds instead of minutes. The
rows with Redis need `redis-server` and are left out where it is absent.
"""

import argparse
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

from aioheroku import Heroku, Pool
from aioheroku.errors import RateLimited
from aioheroku.http import Request, Response
from aioheroku.redispool import RedisPool
from benchmarks.pool import request


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


async def calls(url: str, redis: str, seconds: float, tasks: int) -> int:
    """One process: a session whose tasks ask without end; how many answers it got."""
    pool = RedisPool(redis, account=url, capacity=300, refill_per_hour=9000) if redis else Pool()
    got = 0
    until = time.monotonic() + seconds

    async def task(heroku: Heroku) -> None:
        nonlocal got
        while True:
            try:
                await heroku.request("GET", "/apps/example")
                got += 1
            except RateLimited:
                pass

    async with Heroku("token", base_url=url, pool=pool) as heroku:
        everyone = [asyncio.create_task(task(heroku)) for _ in range(tasks)]
        await asyncio.sleep(until - time.monotonic())
        for one in everyone:
            one.cancel()
        await asyncio.gather(*everyone, return_exceptions=True)
    if isinstance(pool, RedisPool):
        await pool.close()
    return got


async def acquisitions(redis: str, lease: int, seconds: float) -> int:
    """One process: how many tokens it gets from Redis, with nothing to send."""
    pool = RedisPool(redis, account=f"speed {lease}", capacity=10**9, refill_per_hour=3.6e12, lease=lease)
    answer = Response(200, {}, b"")

    async def nothing(_: Request) -> Response:
        return answer

    send = pool.metered(nothing)
    until = time.monotonic() + seconds
    count = 0

    async def task() -> None:
        nonlocal count
        one = request()
        while time.monotonic() < until:
            await send(one)
            count += 1

    await asyncio.gather(*(task() for _ in range(32)))
    await pool.close()
    return count


def processes(count: int, *arguments: str) -> list[int]:
    """Run so many workers at once; what each of them printed."""
    command = [sys.executable, "-m", "benchmarks.pool_http", *arguments]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [json.loads(worker.communicate()[0]) for worker in workers]


async def measure(redis: str, count: int, seconds: float) -> None:
    """Some processes against one bucket, and a row of the table."""
    bucket = Bucket(150, 2.5)
    runner = web.ServerRunner(web.Server(bucket.handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    url = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    got = await asyncio.to_thread(processes, count, "--calls", url, redis, "--seconds", str(seconds))
    made = 150 + 2.5 * (time.monotonic() - began)
    await runner.cleanup()
    jain = sum(got) ** 2 / (count * sum(one * one for one in got))
    refused = 100 * bucket.refused / (bucket.refused + bucket.served)
    print(f"| {count} x 5 | {'Redis' if redis else 'header'} | {bucket.served} | {bucket.refused} | {refused:.2f} | "
          f"{100 * bucket.served / made:.1f} | {jain:.3f} |", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes")
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--calls", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--acquisitions", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.calls:
        url, redis = arguments.calls
        print(asyncio.run(calls(url, redis, arguments.seconds, 5)))
        return
    if arguments.acquisitions:
        redis, lease = arguments.acquisitions
        print(asyncio.run(acquisitions(redis, int(lease), arguments.seconds)))
        return
    seconds = arguments.seconds or (8.0 if arguments.quick else 90.0)
    with redis_server() as redis:
        print("| processes x tasks | by | answers | 429s | 429 % | tokens used % | Jain |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for by in ("", redis) if redis else ("",):
            for count in (2,) if arguments.quick else (2, 6):
                asyncio.run(measure(by, count, seconds))
        if redis is None:
            return
        print("\n| tokens from Redis a second, 4 processes | |\n| --- | --- |")
        for lease in (1, 32):
            got = processes(4, "--acquisitions", redis, str(lease), "--seconds", "1" if arguments.quick else "5")
            rate = sum(got) / (1 if arguments.quick else 5)
            print(f"| {'none ahead of need' if lease == 1 else f'leases of {lease}'}, 32 tasks each | {rate:,.0f} |")


if __name__ == "__main__":
    main()
