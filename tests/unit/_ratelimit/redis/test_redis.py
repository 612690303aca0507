"""The pool for many machines, on a real Redis."""

import asyncio
import gc
import json
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from redis import Redis as SyncRedis

import aioheroku
from aioheroku import Heroku, RedisPool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.redis import backend as module
from aioheroku._ratelimit.redis.leases import Reply
from aioheroku._ratelimit.redis.store import SOURCE
from aioheroku.errors import ConnectError, InvalidRequest, RateLimitWait
from aioheroku.events import Event, PoolChanged
from tests._support.bucket_server import BucketServer
from tests._support.fakes import Serve, Until
from tests._support.redis_server import RedisServer as Redis
from tests._support.secrets import raises
from tests._support.thorough import some
from tests._support.virtual_loop import Run

Ask = Callable[..., Request]


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis for all tests that leave it in peace."""
    if not Redis.is_installed():
        pytest.skip("there is no redis-server: install the package of that name to run the tests of RedisPool")
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def frail(redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis of the test's own, not yet started, and pools that look for it again soon."""
    monkeypatch.setattr(module, "_RETRY_FIRST", 0.01)
    monkeypatch.setattr(module, "_RETRY_LONGEST", 0.01)
    server = Redis(tmp_path)
    yield server
    server.stop()


class Timed(RedisPool):
    """A pool whose Redis goes by the virtual clock, and may answer unheard."""

    redis: "SyncRedis"
    mute = False
    """Whether Redis does what it is told and its reply gets lost."""
    away = False
    reply: bytes | None = None
    """What Redis replies instead."""
    pause = 0.001
    asked = 0
    asked_at: list[float]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked_at = []
        self.backend = self._redis
        self.key = self.backend.key
        self.backend.connect = lambda: Instant(self)

    @property
    def shared(self) -> dict[str, float]:
        """What Redis holds of the account."""
        found: dict[Any, Any] = self.redis.hgetall(self.key)
        lists = (b"process:", b"readings")
        return {name.decode(): float(value) for name, value in found.items() if not name.startswith(lists)}


class Instant:
    """Redis itself, asked in no time of the loop's."""

    def __init__(self, pool: Timed) -> None:
        self.pool = pool

    async def ask(self, key: str, report: str) -> bytes:
        self.pool.asked_at.append(asyncio.get_running_loop().time())
        if self.pool.away:
            raise ConnectionError
        await asyncio.sleep(self.pool.pause)
        if self.pool.reply is not None:
            return self.pool.reply
        now = 1e9 + asyncio.get_running_loop().time()
        source = SOURCE.replace("redis.call('TIME')", "{ARGV[2], ARGV[3]}")
        self.pool.asked += 1
        script = self.pool.redis.register_script(source)
        said: bytes = script([key], [report, int(now), int(now % 1 * 1e6)])
        if self.pool.mute:
            raise TimeoutError
        return said

    async def close(self) -> None:
        """There is nothing to close."""


Make = Callable[..., Timed]


@pytest.fixture
def make(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make pools of one account in virtual time, which do the same in each run."""
    random.seed(1)
    account = uuid4().hex
    with redis.client() as store:
        monkeypatch.setattr(Timed, "redis", store, raising=False)

        def make(*, capacity: int = 100, refill: float = 1.0, **options: Any) -> Timed:
            return Timed(redis.url, account=account, capacity=capacity, refill_per_hour=3600 * refill, **options)

        yield make


def answering(remaining: int | None = None) -> Callable[[Request], Awaitable[Response]]:
    """A platform that grants everything at once, with the same header or none."""
    headers = {} if remaining is None else {"RateLimit-Remaining": str(remaining)}

    async def send(request: Request) -> Response:
        return Response(200, headers, b"", request.method, request.path)

    return send


async def flood(pool: RedisPool, send: Any, ask: Callable[[], Request], *, tasks: int, until: float) -> int:
    """Ask without end from this many tasks until that moment; how many were answered with 200."""
    got = 0

    async def one() -> None:
        nonlocal got
        while True:
            response = await metered(ask())
            got += response.status == 200

    metered = pool.metered(send)
    everyone = [asyncio.create_task(one()) for _ in range(tasks)]
    await asyncio.sleep(until - asyncio.get_running_loop().time())
    for task in everyone:
        task.cancel()
    await asyncio.gather(*everyone, return_exceptions=True)
    return got


# --- the count ----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("capacity", "refill"), [(9000, 2.5), (40, 0.1)])
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
    """Where tokens come in one step a minute, pools learn it: no 429 after some minutes, and each step is used."""

    async def main() -> None:
        platform = server(0, capacity=2400, refill=1.0, step=60)
        pools = [make(capacity=2400, refill=1 / 3) for _ in range(3)]
        got = await asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=1230.0) for pool in pools))
        assert platform.refused <= 10
        assert 429 not in platform.statuses[len(platform.statuses) // 2 :]
        assert sum(got) >= 0.9 * 1200
        assert max(got) < 1.2 * min(got)

    run(main())


# --- the header ---------------------------------------------------------------------------------------------


def test_the_header_corrects_downward_for_all(run: Run, make: Make, request_: Ask) -> None:
    """What one pool's response says is known to the others before they send."""

    async def main() -> None:
        first, second = make(), make()
        await first.metered(answering(3))(request_())
        await asyncio.sleep(0.1)
        await second.metered(answering(2))(request_())
        assert second.snapshot().remaining <= 3
        assert second.eta(10) > 5

    run(main())


def test_the_header_corrects_upward(run: Run, make: Make, request_: Ask) -> None:
    """Where the count is too low, because somebody died or the pool is larger, the server's word lifts it."""

    async def main() -> None:
        pool = make()
        metered = pool.metered(answering(80))
        await metered(request_())
        pool.redis.hset(pool.key, "level", 0)
        before = asyncio.get_running_loop().time()
        await asyncio.gather(*(metered(request_()) for _ in range(60)))
        assert asyncio.get_running_loop().time() - before < 3

    run(main())


def test_stale_reports_are_ignored(run: Run, make: Make, request_: Ask) -> None:
    """What the server said long ago corrects nothing: others have used the tokens since, or more have come."""

    async def main() -> None:
        pool, other = make(), make()
        await other.metered(answering(100))(request_())
        other.backend.leases.balance = (other.backend.account.sent, 100, -1000.0)
        pool.redis.hset(pool.key, "level", 0)
        other.backend.leases.held = 0
        other.backend._report(0)
        await asyncio.sleep(0.1)
        assert pool.redis.hget(pool.key, "level") is not None
        assert other.shared["level"] < 1

    run(main())


def test_429_opens_the_circuit_for_all_pools(run: Run, make: Make, request_: Ask) -> None:
    """After one pool's 429 no pool sends until the time is over, and then a single probe."""
    sent: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        left = 1

        async def send(request: Request) -> Response:
            nonlocal left
            sent.append(loop.time())
            await asyncio.sleep(0.05)
            status, left = (200, left) if left != 1 else (429, 0)
            return Response(status, {"RateLimit-Remaining": "50", "Retry-After": "20"}, b"")

        first, second = make(lease=1), make(lease=1)
        await first.metered(send)(request_())
        await asyncio.sleep(0.1)
        await asyncio.gather(*(pool.metered(send)(request_()) for pool in (first, second) for _ in range(3)))

    run(main())
    assert sent[1] >= 20
    assert sent[2] - sent[1] >= 0.05


def test_a_429_stops_held_leases_at_once(run: Run, make: Make, request_: Ask) -> None:
    """Tokens that were leased ahead are no reason to go on after a 429, not even in the same moment."""
    sent: list[float] = []

    async def main() -> None:
        pool = make(capacity=2400)
        await pool.metered(answering(2000))(request_())
        await pool.metered(answering(2000))(request_())
        assert pool.backend.leases.held > 5

        async def send(request: Request) -> Response:
            sent.append(asyncio.get_running_loop().time())
            status = 429 if len(sent) == 1 else 200
            return Response(status, {"RateLimit-Remaining": "2000", "Retry-After": "20"}, b"")

        for _ in range(2):
            await pool.metered(send)(request_())
        await pool.close()

    run(main())
    assert sent[1] - sent[0] >= 20


# --- turns --------------------------------------------------------------------------------------------------


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


# --- leases -------------------------------------------------------------------------------------------------


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


def test_redis_forgets_everything(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """A Redis that lost its data is told anew: nobody believes in a full pool."""

    async def main() -> None:
        platform = server(60, capacity=100, refill=0.5)
        pools = [make(refill=0.5) for _ in range(2)]
        work = asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=120.0) for pool in pools))
        await asyncio.sleep(60)
        pools[0].redis.delete(pools[0].key)
        await work
        assert platform.refused <= 1
        assert sum(status == 200 for status in platform.statuses) >= 0.97 * (60 + 0.5 * 120)

    run(main())


def test_redis_forgets_again_and_again(run: Run, server: type[BucketServer], make: Make, request_: Ask) -> None:
    """A Redis that is emptied every two seconds while tokens are short begins with what the header said each time."""

    async def main() -> None:
        platform = server(5, capacity=100, refill=0.5)
        pools = [make(refill=0.5) for _ in range(2)]
        work = asyncio.gather(*(flood(pool, platform.send, request_, tasks=5, until=200.0) for pool in pools))
        for _ in range(95):
            await asyncio.sleep(2)
            pools[0].redis.delete(pools[0].key)
        await work
        assert platform.refused <= 5
        assert platform.statuses.count(200) >= 0.6 * 100

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


# --- Redis away ---------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("name", "value"), some(product(_FORGEABLE, _FORGED), 9))
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


# --- leases and event loops ---------------------------------------------------------------------------------


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


# --- life ---------------------------------------------------------------------------------------------------


async def test_redis_holds_no_identities(redis: Redis, request_: Ask) -> None:
    """The key holds a digest of the account, the values are numbers, and all of it is forgotten after a day."""
    async with RedisPool(redis.url, account="ada@example.com") as pool:
        await pool.metered(answering(5))(request_("nightly"))
    with redis.client() as store:
        found: dict[Any, Any] = store.hgetall(pool._redis.key)
        dump = b" ".join([pool._redis.key.encode(), *found.keys(), *found.values()])
        assert 0 < store.ttl(pool._redis.key) <= 86400
    assert pool._redis.key.startswith("aioheroku:pool:")
    for word in (b"ada", b"example", b"nightly", b"apps"):
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
