"""Pools of one account on a Redis that goes by the virtual clock, and what they ask of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from redis import Redis as SyncRedis

from aioheroku import RedisPool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.redis.store import SOURCE

Ask = Callable[..., Request]
_SOURCE = SOURCE.replace("redis.call('TIME')", "{ARGV[2], ARGV[3]}")


class Timed(RedisPool):
    """A pool whose Redis goes by the virtual clock, and may answer unheard."""

    redis: "SyncRedis"
    mute = False
    """Whether Redis does what it is told and its reply gets lost."""
    away = False
    reply: bytes | None = None
    """What Redis replies instead."""
    pause = 0.001
    offset = 0.0
    """Seconds by which Redis' clock has been set forward since the beginning."""
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
        self.script = pool.redis.register_script(_SOURCE)

    async def call(self, key: str, report: str) -> bytes:
        self.pool.asked_at.append(asyncio.get_running_loop().time())
        if self.pool.away:
            raise ConnectionError
        await asyncio.sleep(self.pool.pause)
        if self.pool.reply is not None:
            return self.pool.reply
        now = 1e9 + asyncio.get_running_loop().time() + self.pool.offset
        self.pool.asked += 1
        said: bytes = self.script([key], [report, int(now), int(now % 1 * 1e6)])
        if self.pool.mute:
            raise TimeoutError
        return said

    async def close(self) -> None:
        """There is nothing to close."""


Make = Callable[..., Timed]


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
