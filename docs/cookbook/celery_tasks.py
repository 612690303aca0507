"""Call Heroku from Celery tasks, with one rate limit for all workers; needs `pip install celery 'aioheroku[redis]'`."""

import asyncio
import os

from celery import Celery

from aioheroku import Heroku, RedisPool

REDIS = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
tasks = Celery("tasks", broker=REDIS)


@tasks.task
def restart(app: str) -> None:
    """Restart all dynos of an app; any number of workers share the account's rate limit through Redis."""

    async def work() -> None:
        async with RedisPool(REDIS, account="ops@example.com") as pool, Heroku.from_env(pool=pool) as heroku:
            await heroku.using(priority="batch").dynos.restart_all(app)

    asyncio.run(work())
