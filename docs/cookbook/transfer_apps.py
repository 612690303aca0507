"""Move apps from one account to another: the giver offers each app, and the taker accepts it."""

from aioheroku import Heroku, Journal, Outcome
from aioheroku.errors import Forbidden, NotFound


async def transfer(giver: Heroku, taker: Heroku, apps: list[str], journal: Journal) -> list[Outcome[str, str]]:
    recipient = (await taker.account.info()).email
    offers = {offer.app.name: offer async for offer in taker.app_transfers.list() if offer.state == "pending"}

    async def move(app: str) -> str:
        offer = offers.get(app) or await giver.app_transfers.create(app=app, recipient=recipient, silent=True)
        return (await taker.app_transfers.update(offer, state="accepted")).state

    async def look(app: str) -> str | None:  # called if an item was interrupted
        try:
            return "accepted" if (await taker.apps.info(app)).owner.email == recipient else None
        except (NotFound, Forbidden):
            return None

    async with giver.each(move, apps, journal=journal, verify=look) as outcomes:
        return [outcome async for outcome in outcomes]
