"""Leases of tokens, held and given back: they save round trips and lose no token."""

import asyncio
import sys
from typing import Any
from uuid import uuid4

import pytest

from aioheroku import RedisPool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.redis.leases import Leases, LeaseSize
from aioheroku.errors import ConnectError
from tests._support.bucket_server import BucketServer
from tests._support.redis_pool import Ask, Make, answering, flood
from tests._support.redis_server import RedisServer as Redis
from tests._support.secrets import raises
from tests._support.virtual_loop import Run


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        ((6, 95), (6, 95)),
        ((5, 92), (5, 92)),
        ((4, 95), (5, 90)),
        ((4, 90), (5, 90)),
        ((4, 80), (4, 80)),
        ((6, 10**30), (6, 10**7)),
    ],
)
def test_the_newest_balance_is_reported(later: tuple[int, int], kept: tuple[int, int]) -> None:
    """Of two responses that to the newer request counts, or the lower balance; more than any account has is cut."""
    leases = Leases()
    leases.observe(1.0, 5, 90)
    leases.observe(2.0, *later)
    assert leases.balance is not None
    assert leases.balance[:2] == kept
    assert leases.balance[2] == (1.0 if kept == (5, 90) else 2.0)


def test_the_last_reading_is_reported() -> None:
    """Redis learns up to when this process knows the readings, so that it sends the later ones."""
    leases = Leases()
    assert leases.report(0.0, 0, -1.0, 0)["seen"] == 0
    leases.learn_steps(((5.0, 90, 3), (7.0, 80, 13)), 100)
    assert leases.report(8.0, 0, -1.0, 0)["seen"] == 7.0


def test_leases_save_round_trips(run: Run, make: Make, request_: Ask) -> None:
    """While there are plenty, a hundred calls one after the other cost a few questions only."""

    async def main() -> None:
        pool = make(capacity=2400)
        metered = pool.metered(answering())
        for _ in range(100):
            await metered(request_())
        assert pool.asked <= 6
        await pool.close()
        assert pool.shared["level"] == pytest.approx(2300, abs=1)

    run(main())


def test_an_idle_lease_is_given_back(run: Run, make: Make, request_: Ask) -> None:
    """A pool that has leased ahead and has nothing to do gives the tokens back by itself."""

    async def main() -> None:
        pool = make(capacity=2400, refill=0.01)
        metered = pool.metered(answering())
        for _ in range(3):
            await metered(request_())
        assert pool.shared["level"] < 2390
        await asyncio.sleep(3)
        assert pool.shared["level"] == pytest.approx(2397, abs=0.5)
        asked = pool.asked
        await asyncio.sleep(100)
        assert pool.asked == asked

    run(main())


def test_tokens_of_the_dead_come_back(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """What a process held when it died is missed for a while, and then found by the server's header."""

    async def main() -> None:
        platform = server(2400, refill=0.0)
        dead, alive = make(capacity=2400, refill=0.001), make(capacity=2400, refill=0.001)
        for _ in range(3):
            await dead.metered(platform.send)(request_())
        assert dead.backend.leases.held > 20
        assert dead.backend._report_timer is not None
        dead.backend._report_timer.cancel()
        metered = alive.metered(platform.send)
        await metered(request_())
        assert alive.shared["level"] < 2390
        for _ in range(6):
            await asyncio.sleep(30)
            await metered(request_())
        await alive.close()
        assert alive.shared["level"] == pytest.approx(platform.level, abs=1)

    run(main())


def test_lost_reply_is_accounted_for(run: Run, make: Make, request_: Ask) -> None:
    """Tokens that Redis granted and nobody heard of are not lost, nor granted twice."""

    async def main() -> None:
        pool = make(refill=0.001)
        metered = pool.metered(answering())
        await metered(request_())
        await asyncio.sleep(0.1)
        pool.mute = True
        await asyncio.gather(*(metered(request_()) for _ in range(10)))
        pool.mute = False
        await metered(request_())
        await asyncio.sleep(3)
        await pool.close()
        assert pool.shared["granted"] == pool.shared["done"]
        assert pool.shared["level"] >= 98

    run(main())


@pytest.mark.parametrize(
    ("level", "losses", "pause", "refused", "used"),
    [(60, 1, 60.0, 1, 0.97), (5, 95, 2.0, 5, 0.57)],
    ids=["once", "again and again"],
)
def test_redis_forgets_everything(
    run: Run,
    server: type[BucketServer],
    make: Make,
    request_: Ask,
    *,
    level: int,
    losses: int,
    pause: float,
    refused: int,
    used: float,
) -> None:
    """A Redis that lost its data begins with what the header said, each time: nobody believes in a full pool."""
    until = losses * pause + (60.0 if losses == 1 else 10.0)

    async def main() -> None:
        platform = server(level, capacity=100, refill=0.5)
        pools = [make(refill=0.5) for _ in range(2)]
        work = asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=until) for pool in pools))
        for _ in range(losses):
            await asyncio.sleep(pause)
            pools[0].redis.delete(pools[0].key)
        await work
        assert platform.refused <= refused
        assert platform.statuses.count(200) >= used * (level + 0.5 * until)

    run(main())


def test_cancelled_calls_leave_nothing(run: Run, make: Make, request_: Ask) -> None:
    """Whoever is cancelled while Redis is asked, or while waiting, takes no token and no place."""

    async def main() -> None:
        pool = make(refill=0.001)
        metered = pool.metered(answering())
        await metered(request_())
        for pause in (0.0, 0.0005, 0.001, 0.0015):
            tasks = [asyncio.ensure_future(metered(request_())) for _ in range(5)]
            await asyncio.sleep(pause)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        used = pool.snapshot().used
        assert pool.snapshot().waiting == 0
        await asyncio.sleep(3)
        assert pool.snapshot().in_flight == 0
        assert pool.shared["level"] == pytest.approx(100 - used, abs=0.1)

    run(main())


def test_a_held_lease_is_used_at_once(run: Run, make: Make, request_: Ask) -> None:
    """Calls on leased tokens take no time: neither Redis nor a timer is waited for."""

    async def main() -> None:
        pool = make(capacity=2400)
        metered = pool.metered(answering(2000))
        await metered(request_())
        await metered(request_())
        assert pool.backend.leases.held > 5
        before = asyncio.get_running_loop().time()
        for _ in range(5):
            await metered(request_())
        assert asyncio.get_running_loop().time() == before
        ticket = pool.backend.take(before, 1)
        assert ticket is not None
        pool.backend.unsent(ticket)
        await pool.close()

    run(main())


@pytest.mark.parametrize(("remaining", "reported"), [(7, False), (6, True)])
def test_a_balance_below_the_leases_is_reported(
    run: Run, make: Make, request_: Ask, *, remaining: int, reported: bool
) -> None:
    """A response with fewer tokens left than this process holds goes to Redis at once; one with as many does not."""

    async def main() -> None:
        pool = make(capacity=2400)
        for _ in range(2):
            await pool.metered(answering(2000))(request_())
        pool.backend.leases.held = 7
        now = asyncio.get_running_loop().time()
        pool.backend.on_response(now, pool.backend.account.sent, remaining)
        assert pool.backend.busy is reported
        await pool.close()

    run(main())


def test_a_token_that_never_left_is_held_again(run: Run, make: Make, request_: Ask) -> None:
    """A call that could not connect gives its lease back, and in the end the shared count misses nothing."""

    async def main() -> None:
        async def refuse(request: Request) -> Response:
            raise ConnectError("no", "GET", "/x")

        pool = make(refill=0.001)
        for _ in range(5):
            with raises(ConnectError):
                await pool.metered(refuse)(request_())
        assert pool.snapshot().used == 0
        await pool.close()
        assert pool.shared["level"] == pytest.approx(100, abs=0.1)

    run(main())


def test_redis_latency_is_not_token_wait(run: Run, make: Make, request_: Ask) -> None:
    """A slow Redis does not use up a call's `max_wait`: that bounds the wait for tokens."""

    async def main() -> None:
        pool = make()
        pool.pause = 0.9
        metered = pool.metered(answering(90))
        answers = await asyncio.gather(*(metered(request_(max_wait=0.05)) for _ in range(5)))
        assert [answer.status for answer in answers] == [200] * 5
        await pool.close()

    run(main())


def test_another_loop_asks_redis_again(run: Run, make: Make, request_: Ask) -> None:
    """A loop that begins after one in which Redis was away does not take it for away, nor holds the old leases."""
    pool = make()

    async def without() -> None:
        pool.away = True
        await pool.metered(answering(50))(request_())
        assert pool.backend.away

    async def again() -> None:
        pool.away = False
        await pool.metered(answering(50))(request_())
        assert not pool.backend.away
        assert len(pool.asked_at) == asked + 1
        await pool.close()

    run(without())
    pool.backend.leases.held = 7
    asked = len(pool.asked_at)
    run(again())
    assert pool.shared["granted"] == pool.shared["done"]


async def test_its_tasks_pass_by_the_task_factory(redis: Redis, request_: Ask) -> None:
    """A task factory that begins tasks at once, or does something else, cannot confuse it: it is not asked."""
    made: list[Any] = []
    loop = asyncio.get_running_loop()

    def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **options)

    async with asyncio.timeout(10), RedisPool(redis.url, account=uuid4().hex) as pool:
        loop.set_task_factory(factory)
        for _ in range(3):
            await pool.metered(answering(2000))(request_())
        await pool.close()
    loop.set_task_factory(None)
    assert made == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks that begin at once came with Python 3.12")
async def test_tasks_that_begin_at_once(redis: Redis, request_: Ask) -> None:
    """Under `asyncio.eager_task_factory` calls are answered and the pool closes, alone and many at once."""
    asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
    async with asyncio.timeout(10), RedisPool(redis.url, account=uuid4().hex) as pool:
        metered = pool.metered(answering(2000))
        await metered(request_())
        answers = await asyncio.gather(*(asyncio.ensure_future(metered(request_())) for _ in range(50)))
        assert [answer.status for answer in answers] == [200] * 50
    asyncio.get_running_loop().set_task_factory(None)


@pytest.mark.parametrize(("available", "leased"), [(8 * 16, 3), (8 * 16 + 1, 3 + 8)])
def test_tokens_are_leased_ahead_of_need(available: float, leased: int) -> None:
    """Only a balance above sixteen times the lease is plenty; then a lease is taken beside what calls wait for."""
    size = LeaseSize(8)
    size.available = available
    assert size.wanted(0.0, 3, 1) == leased
    assert size.wanted(1.0, 3, 0) == 3  # interactive calls take none ahead
