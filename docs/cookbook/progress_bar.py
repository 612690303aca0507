"""Show a progress bar with an estimate of the time left; needs `pip install rich`."""

import asyncio

from rich.progress import Progress

from aioheroku import Done, Heroku


async def count_dynos(heroku: Heroku) -> int:
    """The number of dynos of all apps, read with a progress bar."""
    apps = await heroku.apps.list()
    plan = heroku.plan(heroku.dynos.list, apps)

    total = 0
    with Progress() as progress:
        task = progress.add_task(f"{plan.tokens} tokens, about {plan.seconds:.0f} s", total=len(apps))
        async for outcome in heroku.each(heroku.dynos.list, apps):
            if isinstance(outcome, Done):
                total += len(outcome.value)
            progress.advance(task)
    return total


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(await count_dynos(heroku), "dynos")


if __name__ == "__main__":
    asyncio.run(main())
