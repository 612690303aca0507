"""Give a team's app a pipeline, a review app, a domain with a certificate, a shared add-on and a webhook."""

import asyncio
from pathlib import Path
from secrets import token_hex

from aiohttp import web

from aioheroku import Heroku, Release
from aioheroku.webhooks import Delivery, Verifier, aiohttp_handler


async def grow(
    heroku: Heroku, team: str, staging: str, production: str, *, cert: str, key: str, url: str, secret: str
) -> None:
    """Set up everything; the webhook of the production app sends its events to the URL."""
    for member in await heroku.team_members.list(team):
        print(member.email, member.role)
    source, target = await heroku.apps.info(staging), await heroku.apps.info(production)
    pipeline = await heroku.pipelines.create(name=f"{team}-pipeline")
    await heroku.pipeline_couplings.create(app=source.id, pipeline=pipeline.id, stage="staging")
    await heroku.pipeline_couplings.create(app=target.id, pipeline=pipeline.id, stage="production")
    promotion = await heroku.pipeline_promotions.create(
        pipeline={"id": pipeline.id}, source={"app": {"id": source.id}}, targets=[{"app": {"id": target.id}}]
    )
    await heroku.review_app_config.enable(pipeline, repo=f"{team}/shop")
    review = await heroku.review_apps.create(branch="main", pipeline=pipeline.id, source_blob={"url": "resolve"})
    print(promotion.status, review.status)
    endpoint = await heroku.sni_endpoints.create(production, certificate_chain=cert, private_key=key)
    domain = await heroku.domains.create(production, hostname="www.example.com", sni_endpoint=endpoint.name)
    print(f"{domain.hostname} is an alias of {domain.cname}")
    addon = await heroku.addons.create(production, plan="heroku-postgresql:essential-0")
    await heroku.addon_attachments.create(addon=addon.id, app=source.id, name="PRODUCTION_DB")
    await heroku.app_webhooks.create(production, include=["api:release"], level="sync", url=url, secret=secret)


def receiver(secret: str) -> web.Application:
    """The server that receives what the webhook sends."""
    server = web.Application()
    server.router.add_post("/heroku", aiohttp_handler(Verifier(secret), on_delivery))
    return server


async def on_delivery(delivery: Delivery) -> None:
    match delivery.data:
        case Release() as release:
            print(f"{delivery.action} release {release.version}: {release.status}")
        case other:
            print(delivery.resource, other)


async def main(secret: str) -> None:
    cert, key = Path("cert.pem").read_text(), Path("key.pem").read_text()
    url = "https://hooks.example.com/heroku"  # the address at which Heroku reaches the server below
    async with Heroku.from_env() as heroku:
        await grow(heroku, "acme", "shop-staging", "shop", cert=cert, key=key, url=url, secret=secret)


if __name__ == "__main__":
    shared = token_hex()
    asyncio.run(main(shared))
    web.run_app(receiver(shared), port=8080)
