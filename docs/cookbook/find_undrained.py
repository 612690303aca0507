"""Find the apps without a log drain."""

import asyncio

from aioheroku import App, Done, Heroku


async def find_undrained(heroku: Heroku) -> list[str]:
    """The names of the apps whose logs are not sent anywhere."""

    async def has_drain(app: App) -> bool:
        return await heroku.log_drains.list(app.id).first() is not None

    undrained: list[str] = []
    async for outcome in heroku.each(has_drain, heroku.apps.list(), on_error="stop"):
        match outcome:
            case Done(app, drained):
                undrained += [] if drained else [app.name]
            case _:
                raise SystemExit(f"{outcome.item.name}: cannot be read")
    return sorted(undrained)


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(*await find_undrained(heroku), sep="\n")


if __name__ == "__main__":
    asyncio.run(main())
