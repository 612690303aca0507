"""Scale the web dynos of all apps."""

import asyncio

from aioheroku import Done, Failed, Heroku, Planned, Unknown
from aioheroku.errors import NotFound


async def scale_web(heroku: Heroku, quantity: int) -> list[str]:
    """Run `quantity` web dynos in each app that has a web process; returns the names of the scaled apps."""
    scaled: list[str] = []
    async for outcome in heroku.each(heroku.formation.update, heroku.apps.list(), "web", quantity=quantity):
        match outcome:
            case Done(app):
                scaled.append(app.name)
            case Failed(error=NotFound()):
                pass  # the app has no web process
            case Failed(app, error) | Unknown(app, error):
                print(f"{app.name}: {error}")
            case Planned():
                pass  # in a dry run
    return scaled


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(await scale_web(heroku.using(priority="batch"), quantity=2))


if __name__ == "__main__":
    asyncio.run(main())
