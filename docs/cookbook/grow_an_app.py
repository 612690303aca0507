"""A team's app grows up: a pipeline, a review app, its own domain with a certificate, a shared add-on, a webhook."""

import asyncio
from pathlib import Path

from aioheroku import Heroku


async def grow(
    heroku: Heroku, team: str, staging: str, production: str, *, cert: str, key: str, url: str
) -> str | None:
    """Set all of it up; returns the secret of the webhook."""
    for member in await heroku.team_members.list(team):
        print(member.email, member.role)
    source, target = await heroku.apps.info(staging), await heroku.apps.info(production)
    pipeline = await heroku.pipelines.create(name=f"{team}-pipeline")
    await heroku.pipeline_couplings.create(app=source.id, pipeline=pipeline.id, stage="staging")
    await heroku.pipeline_couplings.create(app=target.id, pipeline=pipeline.id, stage="production")
    await heroku.pipeline_promotions.create(
        pipeline={"id": pipeline.id}, source={"app": {"id": source.id}}, targets=[{"app": {"id": target.id}}]
    )
    await heroku.review_app_config.enable(pipeline, repo=f"{team}/shop")
    await heroku.review_apps.create(branch="main", pipeline=pipeline.id, source_blob={"url": "resolve"})
    endpoint = await heroku.sni_endpoints.create(production, certificate_chain=cert, private_key=key)
    await heroku.domains.create(production, hostname="www.example.com", sni_endpoint=endpoint.name)
    addon = await heroku.addons.create(production, plan="heroku-postgresql:essential-0")
    await heroku.addon_attachments.create(addon=addon.id, app=source.id, name="PRODUCTION_DB")
    webhook = await heroku.app_webhooks.create(production, include=["api:release"], level="sync", url=url)
    return webhook.secret


async def main() -> None:
    cert, key = Path("cert.pem").read_text(), Path("key.pem").read_text()
    async with Heroku.from_env() as heroku:
        secret = await grow(
            heroku, "acme", "shop-staging", "shop", cert=cert, key=key, url="https://example.com/heroku"
        )
    Path("webhook-secret").write_text(secret or "")  # for `aioheroku.webhooks.Verifier`


if __name__ == "__main__":
    asyncio.run(main())
