"""Give each app of a fleet a domain, from several machines; needs `pip install taskiq taskiq-redis 'aioheroku[redis]'`.

taskiq worker many_machines:broker --workers 1 --max-async-tasks 10     # on each machine
python many_machines.py app-1 app-2 ...                                 # on one machine; again to continue
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from taskiq import TaskiqEvents, TaskiqState
from taskiq_redis import RedisStreamBroker

from aioheroku import Domain, Done, Failed, Heroku, RedisPool
from aioheroku.errors import NotFound

REDIS = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
LEASE = float(os.environ.get("LEASE", "60"))  # seconds of silence after which other workers take a worker's items
QUEUE, JOURNAL, ENDED = "domains:queue", "domains:journal", "domains:ended"

broker = RedisStreamBroker(
    REDIS,
    queue_name=QUEUE,
    consumer_id="0",  # also read tasks that were queued before the first worker started
    xread_count=1,  # no worker takes more tasks than it works on
    idle_timeout=round(LEASE * 1000),
)


async def add(heroku: Heroku, app: str) -> Domain:
    """The write of an item: a function of the account and the item only."""
    return await heroku.domains.create(app, hostname=f"{app}.example.com", sni_endpoint=None)


async def find(heroku: Heroku, app: str) -> Domain | None:
    """The result of the write, if it was executed."""
    try:
        return await heroku.domains.info(app, f"{app}.example.com")
    except NotFound:
        return None


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def open_session(state: TaskiqState) -> None:
    """Open one session for all tasks of this worker, with the token pool that all workers of the account share."""
    state.redis = Redis.from_url(REDIS, decode_responses=True)
    state.pool = RedisPool(REDIS, account="ops@example.com")
    state.heroku = Heroku.from_env(base_url=os.environ.get("HEROKU_API_URL"), pool=state.pool)


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def close_session(state: TaskiqState) -> None:
    """Close the session, and give back the tokens and connections of this worker."""
    await state.heroku.close()
    await state.pool.close()
    await state.redis.aclose()


@broker.task
async def tick() -> None:
    """Do nothing: a worker looks for the tasks of dead workers only after it has received a new task."""


@broker.task
async def work(app: str) -> None:
    """Work on an item, unless it is done. A task may be delivered twice, but one worker at a time works on an item."""
    heroku: Heroku = broker.state.heroku
    redis: Redis = broker.state.redis
    try:
        async with leased(redis.lock(f"domains:lock:{app}", timeout=LEASE)):
            state = await redis.hget(JOURNAL, app)
            if state != "done":
                state = await outcome(heroku, redis, app, begun=state in ("begun", "unknown"))
                await redis.hset(JOURNAL, app, state)
    finally:
        await redis.rpush(ENDED, app)


async def outcome(heroku: Heroku, redis: Redis, app: str, *, begun: bool) -> str:
    """Make the write, unless a dead worker has already made it."""
    if begun and await find(heroku, app):
        return "done"
    await redis.hset(JOURNAL, app, "begun")
    async with heroku.each(lambda app: add(heroku, app), [app], verify=lambda app: find(heroku, app)) as outcomes:
        async for result in outcomes:
            return "done" if isinstance(result, Done) else "failed" if isinstance(result, Failed) else "unknown"
    return "begun"


@asynccontextmanager
async def leased(lock: Lock) -> AsyncGenerator[None]:
    """Hold a lock while this worker lives; if the lock is lost, the work inside is cancelled."""
    over = asyncio.Event()  # not a cancellation: that might interrupt the Redis client in the middle of a command

    async def renew() -> None:
        while not over.is_set():
            await lock.reacquire()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), LEASE / 4)

    async with lock, asyncio.TaskGroup() as group:
        group.create_task(renew())
        try:
            yield
        finally:
            over.set()


async def main(apps: list[str]) -> dict[str, str]:
    """Queue the items that are not done, and wait until all of them have ended; returns the outcome of each item."""
    await broker.startup()
    async with Redis.from_url(REDIS, decode_responses=True) as redis:
        await redis.delete(ENDED)
        before = await redis.hgetall(JOURNAL)
        waiting = {app for app in apps if before.get(app) != "done"}
        for app in sorted(waiting):
            await work.kiq(app)
        while waiting:
            ended = await redis.blpop(ENDED, timeout=LEASE / 4)
            if ended:
                waiting.discard(ended[1])
            else:
                await tick.kiq()
        states = await redis.hgetall(JOURNAL)
    await broker.shutdown()
    return {app: str(states.get(app, "left")) for app in apps}


if __name__ == "__main__":
    states = asyncio.run(main(sys.argv[1:]))
    print(Counter(states.values()), *(f"{app}: {state}" for app, state in states.items() if state != "done"), sep="\n")
    sys.exit(bool(set(states.values()) - {"done"}))
