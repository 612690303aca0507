"""Copy config vars from one app to another."""

import asyncio

from aioheroku import Heroku


async def copy_config(heroku: Heroku, source: str, target: str, *, prefix: str = "") -> list[str]:
    """Copy the config vars whose names start with `prefix`; returns their names.

    All changes are made in one call, so the target gets one release and one restart.
    """
    copied = {name: value for name, value in (await heroku.config_vars.info(source)).items() if name.startswith(prefix)}
    await heroku.config_vars.update(target, copied)
    return sorted(copied)


async def main() -> None:
    async with Heroku.from_env() as heroku:
        print(await copy_config(heroku, "my-app", "my-app-staging", prefix="SMTP_"))


if __name__ == "__main__":
    asyncio.run(main())
