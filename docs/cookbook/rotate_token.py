"""Rotate an API token: create a new one, deploy it, revoke the old one."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from aioheroku import Heroku


async def rotate_token(heroku: Heroku, old: str | UUID, deploy: Callable[[str], Awaitable[None]]) -> UUID:
    """Replace the authorization `old`; returns the id of the new one.

    The old token is revoked only after `deploy` has stored the new one, so a valid token is always in place.
    """
    new = await heroku.oauth_authorizations.create(scope=["global"], description="nightly deployment")
    if new.access_token is None:
        raise RuntimeError("Heroku returned no access token.")
    await deploy(new.access_token.token)
    await heroku.oauth_authorizations.delete(old)
    return new.id


async def main() -> None:
    async with Heroku.from_env() as heroku:

        async def deploy(token: str) -> None:
            await heroku.config_vars.update("my-deployer", {"HEROKU_API_KEY": token})

        old = "01234567-89ab-cdef-0123-456789abcdef"  # `heroku authorizations` lists the ids
        print(await rotate_token(heroku, old, deploy))


if __name__ == "__main__":
    asyncio.run(main())
