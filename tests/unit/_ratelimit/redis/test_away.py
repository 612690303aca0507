"""Redis that is not there, comes back, or says what cannot be."""

import asyncio
import gc
import json
import signal
from collections.abc import AsyncIterator
from itertools import pairwise, product
from typing import Any
from uuid import uuid4

import pytest

from aioheroku import RedisPool
from aioheroku._ratelimit.redis.leases import Reply
from aioheroku.events import Event, PoolChanged
from tests._support.bucket_server import BucketServer
from tests._support.fakes import Until
from tests._support.redis_pool import Ask, Make, answering, flood
from tests._support.redis_server import RedisServer as Redis
from tests._support.thorough import some
from tests._support.virtual_loop import Run


@pytest.fixture
async def watched(frail: Redis) -> AsyncIterator[tuple[RedisPool, list[Event]]]:
    """A pool on a Redis that may be away, and what it tells."""
    events: list[Event] = []
    async with RedisPool(frail.url, account="me", patience=0.2) as pool:
        yield pool, events


def reasons(events: list[Event]) -> list[str]:
    return [event.reason.partition(" (")[0][:15] for event in events if isinstance(event, PoolChanged)]


async def test_redis_comes_goes_and_comes_back(frail: Redis, watched: Any, request_: Ask, until: Until) -> None:
    """Away at the start, there, gone half-way, back: every call is answered, and events say what happened."""
    pool, events = watched
    metered = pool.metered(answering(2000), events.append)
    await metered(request_())
    await metered(request_())
    assert reasons(events) == ["Redis is away"]

    async def calls_until(count: int) -> None:
        async with asyncio.timeout(30):
            while len(reasons(events)) < count:
                await metered(request_())
                await asyncio.sleep(0.001)

    frail.start()
    await calls_until(2)
    await metered(request_())
    assert reasons(events)[1:] == ["Redis is back: "]
    frail.stop()
    await calls_until(3)
    frail.start()
    await calls_until(4)
    assert reasons(events) == ["Redis is away", "Redis is back: "] * 2
    assert pool.snapshot().waiting == 0


async def test_redis_falls_silent(frail: Redis, watched: Any, request_: Ask) -> None:
    """A Redis that accepts and never answers is away too; its belated execution of the question does no harm."""
    pool, events = watched
    metered = pool.metered(answering(2000), events.append)
    frail.start()
    await asyncio.gather(*(metered(request_()) for _ in range(5)))
    frail.signal(signal.SIGSTOP)
    async with asyncio.timeout(10):
        await asyncio.gather(*(metered(request_()) for _ in range(200)))
    await asyncio.sleep(0)
    assert reasons(events) == ["Redis is away"]
    frail.signal(signal.SIGCONT)
    async with asyncio.timeout(30):
        while len(reasons(events)) < 2:
            await metered(request_())
            await asyncio.sleep(0.001)
    await metered(request_())
    await pool.close()
    with frail.client() as store:
        granted, done = store.hmget(pool._redis.key, "granted", "done")
    assert granted == done


async def test_a_connection_that_hangs_at_once(frail: Redis, watched: Any, request_: Ask) -> None:
    """Nothing hangs and no connection is left open where Redis accepts but does not even greet."""
    pool, events = watched
    frail.start()
    frail.signal(signal.SIGSTOP)
    async with asyncio.timeout(10):
        await pool.metered(answering(), events.append)(request_())
    await asyncio.sleep(0)
    assert reasons(events) == ["Redis is away"]
    await pool.close()
    gc.collect()


async def test_what_is_wrong_with_redis_is_named(redis: Redis, request_: Ask) -> None:
    """A Redis that refuses is away: the event names the kind of error, and neither address nor password."""
    events: list[Event] = []
    url = redis.url.replace("unix://", "unix://user:hush@")
    async with RedisPool(url, account="me") as strange, RedisPool(redis.url, account=uuid4().hex) as pool:
        with redis.client() as store:
            store.set(pool._redis.key, "of another kind")
        for one in (strange, pool):
            await one.metered(answering(), events.append)(request_())
        await asyncio.sleep(0)
    told = [event.reason for event in events if isinstance(event, PoolChanged)]
    assert len(told) == 2
    assert "(ResponseError)" in told[1]
    assert "hush" not in repr((strange, told))


def test_redis_is_looked_for_by_a_timer(run: Run, make: Make, request_: Ask) -> None:
    """While Redis is away it is looked for after 1, 2, 4 ... and at most 30 seconds, whether anybody calls or not."""

    async def main() -> None:
        pool = make()
        pool.away = True
        await pool.metered(answering(50))(request_())
        await asyncio.sleep(130)
        assert pool.asked_at == pytest.approx([0, 1, 3, 7, 15, 31, 61, 91, 121])
        pool.away = False
        await asyncio.sleep(30)
        assert not pool.backend.away
        pool.away, pool.asked_at[:] = True, []
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(pool.metered(answering(50))(request_()) for _ in range(3)))
        await asyncio.sleep(4)
        assert [at - began for at in pool.asked_at[:3]] == pytest.approx([0, 1, 3])
        await pool.close()
        asked = len(pool.asked_at)
        await asyncio.sleep(200)
        assert len(pool.asked_at) == asked

    run(main())


@pytest.mark.parametrize("waiters", [1, 20])
def test_redis_back_at_once_ends_the_standstill(
    run: Run, server: type[BucketServer], make: Make, request_: Ask, waiters: int
) -> None:
    """Redis is cut off once while the account is short: calls go on within seconds, though all of them wait."""

    async def main() -> None:
        platform = server(0, capacity=2400, refill=1 / 3)
        pool = make(capacity=2400, refill=1 / 3)
        asyncio.get_running_loop().call_later(100, setattr, pool, "away", True)
        asyncio.get_running_loop().call_later(100.5, setattr, pool, "away", False)
        await flood(pool, platform.send, request_, tasks=waiters, until=160.0)
        moments = [at for at, _ in platform.left if at > 95]
        assert max(later - earlier for earlier, later in pairwise(moments)) < 10
        assert not pool.backend.away
        await pool.close()

    run(main())


def test_redis_returns_while_queue_is_empty(run: Run, make: Make, request_: Ask) -> None:
    """Whoever calls later finds it there, and its count decides."""

    async def main() -> None:
        pool = make()
        pool.away = True
        await pool.metered(answering(50))(request_())
        pool.away = False
        await asyncio.sleep(2)
        assert (pool.backend.away, pool.snapshot().waiting) == (False, 0)
        await pool.close()

    run(main())


@pytest.mark.parametrize(
    "reply", [b"", b"[]", b"null", b"5", b"{", b'"text"', b"{}", b'{"call": 1}', b"[" * 100_000, b"\xff"], ids=repr
)
def test_a_reply_of_another_shape_is_redis_away(run: Run, make: Make, request_: Ask, reply: bytes) -> None:
    """Whatever stands there instead of Redis: calls go on by the header, it closes, and Redis may come back."""

    async def main() -> None:
        events: list[Event] = []
        pool = make()
        pool.reply = reply
        metered = pool.metered(answering(2000), events.append)
        for _ in range(3):
            assert (await metered(request_())).status == 200
        assert reasons(events) == ["Redis is away"]
        pool.reply = None
        await asyncio.sleep(5)
        assert reasons(events) == ["Redis is away", "Redis is back: "]
        assert (await metered(request_())).status == 200
        await pool.close()

    run(main())


@pytest.mark.parametrize("wrong", ["nan", "1e999", "-1e999", "1e18", "-1e18", "0", "text"])
@pytest.mark.parametrize(
    "name", ["granted", "level", "wait", "refill", "capacity", "share", "epoch", "done", "readings"]
)
def test_replies_are_within_bounds(name: str, wrong: str) -> None:
    """A value that cannot be is cut to what can, or the reply is refused: nothing of it can bring a standstill."""
    said: dict[str, Any] = {
        "call": 1, "granted": 3, "level": "5", "wait": "1", "epoch": "9", "done": "2", "refill": "0.5",
        "capacity": "100", "share": 2, "known": True, "readings": [["1.5", "2", "3"]],
    }  # fmt: skip
    plain = Reply.parse(json.dumps(said), 10)
    assert plain == Reply(1, 3, 5, 1, 9, 2, 0.5, 100, 2, known=True, readings=((1.5, 2, 3),))
    try:
        reply = Reply.parse(json.dumps(said | {name: wrong}), 10)
    except ValueError:
        return
    assert reply is not None
    assert 0 <= reply.granted <= 10
    assert -1e7 <= reply.level <= 1e7
    assert 0.002 <= reply.wait <= 300
    assert 0 < reply.refill <= 1e7
    assert 1 <= reply.capacity <= 1e7
    assert reply.share >= 1


_FORGED = ["nan", "inf", "-inf", "1e18", "-1e18", "1e300", "-1e6", "1e6", "1e-9", "0", "-5", "abc", ""]


_FORGEABLE = ["level", "refill", "capacity", "epoch", "granted", "updated_at", "blocked_until"]


@pytest.mark.parametrize(("name", "value"), some(product(_FORGEABLE, _FORGED), 22))
def test_forged_values_bring_no_standstill(
    run: Run, server: type[BucketServer], make: Make, request_: Ask, *, name: str, value: str
) -> None:
    """Whatever somebody writes into the account's hash, calls go on: most of what there is is used in time."""

    async def main() -> None:
        platform = server(60, capacity=100, refill=1.0)
        pools = [make() for _ in range(2)]
        work = asyncio.gather(*(flood(pool, platform.send, request_, tasks=4, until=420.0) for pool in pools))
        await asyncio.sleep(100)
        pools[0].redis.hset(pools[0].key, name, value)
        await work
        late = [at for at, _ in platform.arrived if at > 100]
        assert len(late) >= (0.8 if name != "blocked_until" else 0.02) * 320
        assert platform.refused <= 12
        for pool in pools:
            await pool.close()

    run(main())


@pytest.mark.parametrize(
    ("name", "value"),
    some(
        product(["process", "readings"], [b"\xc1garbage", b"\x92\x01\x02", b"\x91\x93\xa1x\xa1y\xa1z", b"", b"\x80"]),
        3,
    ),
)
def test_unreadable_entries_are_dropped(
    run: Run, server: type[BucketServer], make: Make, request_: Ask, *, name: str, value: bytes
) -> None:
    """Garbage in place of what a process holds, or of what was seen, is no error of anybody's."""

    async def main() -> None:
        events: list[Event] = []
        platform = server(60, capacity=100, refill=1.0)
        pools = [make() for _ in range(2)]
        for pool in pools:
            pool.metered(answering(), events.append)
        work = asyncio.gather(*(flood(pool, platform.send, request_, tasks=4, until=200.0) for pool in pools))
        await asyncio.sleep(100)
        store, key = pools[0].redis, pools[0].key
        fields: Any = store.hkeys(key)
        for field in [field for field in fields if field.startswith(name.encode())] or [name]:
            store.hset(key, field, value)
        store.hset(key, "process:of nobody", value)
        await work
        assert len([at for at, _ in platform.arrived if at > 100]) >= 80
        assert platform.refused <= 8
        assert reasons(events) == []
        for pool in pools:
            await pool.close()
        assert pools[0].shared["granted"] == pools[0].shared["done"]

    run(main())
