"""Scale the workers of a team's apps down for the night and up again; reports the apps that could not be scaled."""

import asyncio
import sys

from aioheroku import Failed, Heroku, Unknown


async def shift(team: str, quantity: int, heroku: Heroku) -> list[str]:
    heroku = heroku.using(priority="batch")

    async def scale(app: str) -> None:
        for formation in await heroku.formation.list(app):
            if formation.type == "worker" and formation.quantity != quantity:
                await heroku.formation.update(app, "worker", quantity=quantity)

    async with heroku:
        apps = [app.name async for app in heroku.team_apps.list_by_team(team)]
        async with heroku.each(scale, apps) as outcomes:
            return [outcome.item async for outcome in outcomes if isinstance(outcome, Failed | Unknown)]


if __name__ == "__main__":
    sys.exit(" ".join(asyncio.run(shift(sys.argv[1], int(sys.argv[2]), Heroku.from_env()))))
