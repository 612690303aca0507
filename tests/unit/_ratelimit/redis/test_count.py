"""No token is spent twice, all are used, and sizes and steps are learned, by pools that share one Redis."""

import asyncio
import json
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from aioheroku import RedisPool
from tests._support.bucket_server import BucketServer
from tests._support.redis_pool import Ask, Make, answering, flood
from tests._support.redis_server import RedisServer as Redis
from tests._support.thorough import some
from tests._support.virtual_loop import Run


async def test_pools_never_overspend(redis: Redis, request_: Ask) -> None:
    """Five pools of one account together get the capacity and what came back by Redis' clock, and no more."""
    account = uuid4().hex
    pools = [RedisPool(redis.url, account=account, capacity=50, refill_per_hour=3600 * 200) for _ in range(5)]
    with redis.client() as store:
        (seconds, micro), loop = store.time(), asyncio.get_running_loop()
        until = loop.time() + 1.0
        got = await asyncio.gather(*(flood(pool, answering(), request_, tasks=8, until=until) for pool in pools))
        later = store.time()
    for pool in pools:
        await pool.close()
    passed = later[0] - seconds + (later[1] - micro) / 1e6
    assert 50 < sum(got) <= 50 + 200 * passed


_PROCESS = """
import asyncio, json, sys
from yarl import URL
from aioheroku import RedisPool
from aioheroku._http import Request, Response

async def main():
    async def send(request):
        return Response(200, {}, b"")
    async with RedisPool(sys.argv[1], account=sys.argv[2], capacity=300, refill_per_hour=1) as pool:
        metered = pool.metered(send)
        async def one():
            while True:
                await metered(Request("GET", URL("http://127.0.0.1/apps"), "/apps", {}))
                got.append(1)
        got = []
        tasks = [asyncio.create_task(one()) for _ in range(4)]
        while pool.eta() < 60:
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(len(got)))

asyncio.run(main())
"""


def test_processes_never_overspend(redis: Redis) -> None:
    """Three processes share 300 tokens: each token is used once or still there, and no connection is left open."""
    account = uuid4().hex
    command = [sys.executable, "-W", "error", "-c", _PROCESS, redis.url, account]
    running = [subprocess.Popen(command, stdout=-1, stderr=-1) for _ in range(3)]  # noqa: S603
    said = [process.communicate(timeout=60) for process in running]
    assert [errors for _, errors in said] == [b""] * 3
    got = sum(json.loads(answer) for answer, _ in said)
    with redis.client() as store:
        found: Any = store.hget(RedisPool(redis.url, account=account)._redis.key, "level")
        level = float(found)
    assert got + level == pytest.approx(300, abs=0.1)
    assert level < 10


def test_all_tokens_are_used_without_a_429(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """Three pools use what there is and what comes back, get equal parts, and meet no 429."""

    async def main() -> None:
        platform = server(200, capacity=200, refill=2.0)
        pools = [make(capacity=200, refill=2.0) for _ in range(3)]
        got = await asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=300.0) for pool in pools))
        assert platform.refused == 0
        assert sum(got) >= 0.98 * (200 + 2 * 300)
        assert max(got) < 1.05 * min(got)
        for pool in pools:
            await pool.close()

    run(main())


@pytest.mark.parametrize(("capacity", "refill"), some([(40, 0.1), (9000, 2.5)], 2))
def test_wrong_size_and_refill_are_learned(
    run: Run, server: type[BucketServer], make: Make, request_: Ask, *, capacity: int, refill: float
) -> None:
    """Pools that were told the wrong size and refill learn both: few 429s, none later on, and no token is wasted."""

    async def main() -> None:
        platform = server(300, capacity=300, refill=0.5)
        pools = [make(capacity=capacity, refill=refill) for _ in range(2)]
        got = await asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=1800.0) for pool in pools))
        assert platform.refused <= 12
        assert 429 not in platform.statuses[len(platform.statuses) // 2 :]
        assert sum(got) >= 0.98 * (300 + 0.5 * 1800)
        assert pools[0].shared["refill"] == pytest.approx(0.5, rel=0.2)

    run(main())


def test_steps(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """Where tokens come in one step a minute, pools learn it: no 429 after some minutes, and each step is used.

    Until then each pool meets one to four of them, whatever the seed of its backoff.
    """

    async def main() -> None:
        platform = server(0, capacity=2400, refill=1.0, step=60)
        pools = [make(capacity=2400, refill=1 / 3) for _ in range(3)]
        got = await asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=1230.0) for pool in pools))
        assert platform.refused <= 15
        assert 429 not in platform.statuses[len(platform.statuses) // 2 :]
        assert sum(got) >= 0.9 * 1200
        assert max(got) < 1.2 * min(got)

    run(main())


def test_a_neighbour_without_redis(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """Somebody who takes half of the refill without Redis costs a few 429s, and the rest is used."""

    async def main() -> None:
        platform = server(100, capacity=2400, refill=1.0)
        pools = [make(capacity=2400) for _ in range(2)]

        async def neighbour() -> None:
            while True:
                await asyncio.sleep(2)
                await platform.send(request_("neighbour"))

        task = asyncio.ensure_future(neighbour())
        got = await asyncio.gather(*(flood(pool, platform.send, request_, tasks=4, until=1800.0) for pool in pools))
        task.cancel()
        assert sum(got) >= 0.9 * (100 + 900)
        assert platform.refused <= 0.03 * len(platform.statuses)
        assert max(got) < 1.2 * min(got)

    run(main())
