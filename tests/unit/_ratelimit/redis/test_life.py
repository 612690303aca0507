"""A pool from its beginning to its close: event loops, sessions, settings."""

import asyncio
import sys
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web

import aioheroku
from aioheroku import Heroku, RedisPool
from aioheroku.errors import InvalidRequest
from tests._support.bucket_server import BucketServer
from tests._support.fakes import Serve, Until
from tests._support.redis_pool import Ask, Make, answering
from tests._support.redis_server import RedisServer as Redis
from tests._support.secrets import raises
from tests._support.virtual_loop import Run


async def test_redis_holds_no_identities(redis: Redis, request_: Ask) -> None:
    """The key holds a digest of the account, the values are numbers, and all of it is forgotten after a day."""
    async with RedisPool(redis.url, account="ada@example.com") as pool:
        await pool.metered(answering(5))(request_("nightly"))
    with redis.client() as store:
        found: dict[Any, Any] = store.hgetall(pool._redis.key)
        dump = b" ".join([pool._redis.key.encode(), *found.keys(), *found.values()])
        assert 0 < store.ttl(pool._redis.key) <= 86400
    assert pool._redis.key.startswith("aioheroku:pool:")
    for word in (b"ada@", b"example", b"nightly", b"/apps"):
        assert word not in dump


def test_one_pool_several_loops(redis: Redis, request_: Ask) -> None:
    """A pool serves one loop after another; two at once are a clear error."""
    pool = RedisPool(redis.url, account=uuid4().hex)

    async def once() -> None:
        await pool.metered(answering())(request_())
        await pool.close()

    asyncio.run(once())
    asyncio.run(once())
    assert pool.snapshot().used == 2

    async def other() -> None:
        await pool.metered(answering())(request_())
        with raises(InvalidRequest):
            await asyncio.to_thread(asyncio.run, once())
        await pool.close()

    asyncio.run(other())


def test_a_new_loop_has_nothing_in_flight(redis: Redis, request_: Ask) -> None:
    """What a stopped loop has left in flight gets no response: the next one does not count it, nor other clients."""
    pool = RedisPool(redis.url, account=uuid4().hex)

    async def once() -> None:
        await pool.metered(answering())(request_())
        snapshot = pool.snapshot()
        assert (snapshot.in_flight, snapshot.others) == (0, 0.0)
        await pool.close()

    asyncio.run(once())
    pool._redis.account.in_flight = 2
    asyncio.run(once())


async def test_redis_learns_the_script(redis: Redis, request_: Ask) -> None:
    """A Redis that does not have the script yet, or has lost it, gets its text."""
    with redis.client() as store:
        async with RedisPool(redis.url, account=uuid4().hex) as pool:
            for _ in range(2):
                store.script_flush()
                await pool.metered(answering())(request_())
            key = pool._redis.key
        assert store.hmget(key, "granted", "done") == [b"2", b"2"]


async def test_close_and_go_on(redis: Redis, request_: Ask, until: Until) -> None:
    """Closing gives back and disconnects, twice does no harm, and a later call opens again."""
    pool = RedisPool(redis.url, account=uuid4().hex)
    await pool.close()
    metered = pool.metered(answering(2000))
    for _ in range(2):
        await asyncio.gather(*(metered(request_()) for _ in range(3)))
        await pool.close()
        await pool.close()
    with redis.client() as store:
        granted, done = store.hmget(pool._redis.key, "granted", "done")
    assert granted == done == b"6"


def test_who_waits_at_the_close_goes_on_waiting(run: Run, make: Make, request_: Ask) -> None:
    """Closing a pool while calls wait loses none of them: they open it again."""

    async def main() -> None:
        pool = make(capacity=1)
        metered = pool.metered(answering())
        calls = asyncio.gather(*(metered(request_()) for _ in range(4)))
        await asyncio.sleep(0.5)
        await pool.close()
        assert [response.status for response in await calls] == [200] * 4
        await pool.close()

    run(main())


async def test_two_sessions_share_a_pool(redis: Redis, serve: Serve) -> None:
    """Two sessions may have the same RedisPool; closing one of them leaves it to the other."""
    platform = await serve(lambda _: web.json_response({"id": "x"}, headers={"RateLimit-Remaining": "1999"}))
    async with RedisPool(redis.url, account=uuid4().hex) as pool:
        async with Heroku("one", base_url=platform.url, pool=pool) as heroku:
            await heroku.request("GET", "/apps/x")
        async with Heroku("two", base_url=platform.url, pool=pool) as heroku:
            await heroku.request("GET", "/apps/x")
            assert heroku.pool is pool
        assert pool.snapshot().used == 2
        assert pool.snapshot().remaining in range(1900, 2001)


def test_settings_that_cannot_be(redis: Redis) -> None:
    """A wrong setting is an InvalidRequest that names the field, and quotes no secret."""
    wrong: dict[str, dict[str, Any]] = {
        "url": {"url": "http://:hush@example.com"},
        "account": {"account": ""},
        "lease": {"lease": 0},
        "patience": {"patience": 0},
        "capacity": {"capacity": 0},
    }

    def make(url: str = redis.url, account: str = "me", **options: Any) -> RedisPool:
        return RedisPool(url, account=account, **options)

    for field, options in wrong.items():
        with raises(InvalidRequest) as error:
            make(**options)
        assert error.value.field == field
        assert "hush" not in str(error.value)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks the library is told what to install."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with raises(InvalidRequest, match=r"aioheroku\[redis\]"):
        aioheroku.RedisPool("redis://localhost", account="me")


def test_nothing_is_known_at_first(make: Make) -> None:
    """A pool that has neither sent nor asked anything only assumes how many tokens there are."""
    assert make().snapshot().assumed


def test_closing_waits_for_the_exchange(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """Redis is told of what is given back when its reply to the last report has come: never two at a time."""

    async def main() -> None:
        pool = make()
        pool.pause = 1.0
        sending = asyncio.ensure_future(pool.metered(server(60, capacity=100).send)(request_()))
        await asyncio.sleep(0.5)
        await pool.close()
        await sending
        assert len(pool.asked_at) >= 2
        assert all(after - before >= 1.0 for before, after in pairwise(pool.asked_at))

    run(main())
