"""Priorities, the reserve and `max_wait` hold across pools."""

import asyncio

import pytest

from aioheroku.errors import RateLimitWait
from tests._support.bucket_server import BucketServer
from tests._support.redis_pool import Ask, Make, answering, flood
from tests._support.secrets import raises
from tests._support.thorough import some
from tests._support.virtual_loop import Run


def test_interactive_passes_batch_across_pools(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """An interactive call waits about one token's time, however much batch waits in other processes."""

    async def main() -> None:
        loop, platform = asyncio.get_running_loop(), server(10, capacity=100, refill=1.0)
        bulk, pages = [make() for _ in range(3)], make()
        batch = [
            flood(pool, platform.send, lambda: request_("b", priority="batch"), tasks=5, until=90) for pool in bulk
        ]
        working = asyncio.gather(*batch)
        waits: list[float] = []
        for number in range(8):
            await asyncio.sleep(20 + 8.3 * number - loop.time())
            before = loop.time()
            await pages.metered(platform.send)(request_("i", priority="interactive"))
            waits.append(loop.time() - before)
        await working
        assert sorted(waits)[4] < 2
        assert max(waits) < 3

    run(main())


def test_batch_does_not_starve(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """While interactive calls of one process want everything, the batch of another still gets about a tenth."""

    async def main() -> None:
        platform = server(1, capacity=100, refill=1.0)
        urgent, bulk = make(), make()
        got = await asyncio.gather(
            flood(urgent, platform.send, lambda: request_(priority="interactive"), tasks=5, until=200.0),
            flood(bulk, platform.send, lambda: request_(priority="batch"), tasks=5, until=200.0),
        )
        assert 12 <= got[1] <= 40

    run(main())


def test_the_reserve(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """The last tokens are for interactive calls alone."""

    async def main() -> None:
        platform = server(100, capacity=100, refill=0.01)
        pools = [make(refill=0.01, reserve=20) for _ in range(2)]
        got = await asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=30.0) for pool in pools))
        assert sum(got) == 80
        urgent, batch = (lambda priority=word: request_(priority=priority) for word in ("interactive", "batch"))
        people, machines = await asyncio.gather(
            flood(pools[0], platform.send, urgent, tasks=5, until=60.0),
            flood(pools[1], platform.send, batch, tasks=5, until=60.0),
        )
        assert (people, machines) == (20, 0)
        assert platform.refused == 0

    run(main())


def test_max_wait(run: Run, make: Make, request_: Ask) -> None:
    """A wait known to be too long is an error before sending; asking Redis is no wait."""

    async def main() -> None:
        pool = make(refill=0.1)
        metered = pool.metered(answering())
        await asyncio.gather(*(metered(request_(max_wait=0)) for _ in range(1)))
        await asyncio.gather(*(metered(request_(max_wait=2)) for _ in range(99)))
        with raises(RateLimitWait) as error:
            await metered(request_(max_wait=2))
        assert 2 < error.value.seconds <= 10
        assert pool.snapshot().used == 100
        assert pool.snapshot().waiting == 0

    run(main())


@pytest.mark.parametrize("jump", some([-3600.0, -30.0, 30.0, 3600.0], 3))
def test_a_clock_that_jumps(run: Run, server: type[BucketServer], make: Make, request_: Ask, jump: float) -> None:
    """Redis' clock set back or forward: who waited in the time that is gone does not stand in the way of the others."""

    async def main() -> None:
        platform = server(100, capacity=100, refill=20.0, latency=0.02)
        pools = [make(refill=20.0) for _ in range(3)]
        loads = asyncio.gather(*(flood(pool, platform.send, request_, tasks=4, until=40.0) for pool in pools))
        await asyncio.sleep(6)
        for pool in pools:
            pool.offset = jump
        got = await loads
        assert sum(got) >= 0.97 * (100 + 20 * 40)
        assert max(got) < 1.2 * min(got)

    run(main())
