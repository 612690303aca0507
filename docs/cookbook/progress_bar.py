"""Show a progress bar with an estimate of the time left; needs `pip install rich`."""

import asyncio

from rich.progress import Progress

from aioheroku import App, Heroku
from aioheroku.fleet import Price, each


async def count_dynos(heroku: Heroku) -> int:
    """The number of dynos of all apps, read with a progress bar."""
    apps = await heroku.apps.list()
    price = Price.of(heroku.pool, len(apps))

    async def count(app: App) -> int:
        return len(await heroku.dynos.list(app.id))

    total = 0
    with Progress() as progress:
        task = progress.add_task(f"{price.tokens} tokens, about {price.seconds:.0f} s", total=len(apps))
        async for outcome in each(count, apps):
            total += outcome.unwrap()
            progress.advance(task)
    return total


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(await count_dynos(heroku), "dynos")


if __name__ == "__main__":
    asyncio.run(main())
