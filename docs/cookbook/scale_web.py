"""Scale the web dynos of all apps."""

import asyncio

from aioheroku import App, Formation, Heroku
from aioheroku.errors import NotFound
from aioheroku.fleet import each


async def scale_web(heroku: Heroku, quantity: int) -> list[str]:
    """Run `quantity` web dynos in each app that has a web process; returns the names of these apps."""

    async def scale(app: App) -> Formation:
        return await heroku.formation.update(app.id, "web", quantity=quantity)

    scaled: list[str] = []
    async for outcome in each(scale, heroku.apps.list(), concurrency=10):
        if outcome.error is None:
            scaled.append(outcome.item.name)
        elif not isinstance(outcome.error, NotFound):  # NotFound: the app has no web process
            print(f"{outcome.item.name}: {outcome.error}")
    return scaled


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(await scale_web(heroku.using(priority="batch"), quantity=2))


if __name__ == "__main__":
    asyncio.run(main())
