"""Rotate a key on all apps of a team; after an interruption, the same command continues."""

import asyncio
import secrets
import sys

from aioheroku import Done, Heroku, Journal


async def rotate(team: str, heroku: Heroku) -> bool:
    async def one(app: str) -> int:
        await heroku.config_vars.update(app, {"SESSION_KEY": secrets.token_urlsafe(32)})
        return (await heroku.wait.release(app)).version  # a release that fails raises ReleaseFailed

    async with heroku:
        apps = [app.name async for app in heroku.team_apps.list_by_team(team)]
        print(heroku.plan(one, apps, calls=3))
        async with heroku.each(one, apps, journal=Journal(f"rotate-{team}.jsonl")) as outcomes:
            async for outcome in outcomes:
                print(outcome.item, f"v{outcome.value}" if isinstance(outcome, Done) else outcome)
        return outcomes.summary.done == len(apps)


if __name__ == "__main__":
    sys.exit(not asyncio.run(rotate(sys.argv[1], Heroku.from_env())))
