"""Find the apps without a log drain."""

import asyncio

from aioheroku import App, Heroku
from aioheroku.fleet import each


async def find_undrained(heroku: Heroku) -> list[str]:
    """The names of the apps whose logs are not sent anywhere."""

    async def has_drain(app: App) -> bool:
        return await heroku.log_drains.list(app.id).first() is not None

    outcomes = each(has_drain, heroku.apps.list())
    return sorted([outcome.item.name async for outcome in outcomes if not outcome.unwrap()])


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(*await find_undrained(heroku), sep="\n")


if __name__ == "__main__":
    asyncio.run(main())
