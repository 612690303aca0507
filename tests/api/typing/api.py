"""Right calls with the types that come back: never run, only read by mypy and pyright, both strict."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_type
from uuid import UUID

from aioheroku import (
    UNSET,
    Addon,
    AddonAttachment,
    AddonServiceDetails,
    App,
    AppSetup,
    AppWebhook,
    Build,
    Campaign,
    CampaignPlan,
    Credentials,
    Credit,
    Domain,
    Done,
    Dyno,
    Failed,
    Formation,
    FormationUpdate,
    Heroku,
    Identity,
    Journal,
    LogDrain,
    LogDrainAddon,
    OAuthAuthorization,
    OAuthToken,
    Organization,
    OrganizationMember,
    Pages,
    Pipeline,
    PipelineCoupling,
    PipelinePromotion,
    Planned,
    PlanPrice,
    Pool,
    Range,
    RateLimit,
    Region,
    RegionProvider,
    Release,
    Response,
    ReviewApp,
    Slug,
    SNIEndpoint,
    SourceBlob,
    SSLEndpoint,
    TeamMember,
    Unknown,
    structure,
    unstructure,
)
from aioheroku.webhooks import Delivery, Verifier


async def sessions(pool: Pool) -> None:
    """What a session is, and stays."""
    async with Heroku("token", pool=pool, timeout=5, read_only=True) as heroku:
        assert_type(heroku, Heroku)
        assert_type(heroku.using(priority="interactive", max_wait=2, label="web"), Heroku)
        assert_type(await heroku.request("GET", "/apps/example/x"), Response)
        assert_type(await heroku.request("GET", "/teams/{team}/x", params={"a": 1}, json={}, team="acme"), Response)
        assert_type(heroku.request_pages("GET", "/teams/{team}/members", team="acme"), Pages[Any])
        assert_type(heroku.request_pages("GET", "/apps", model=App, range=Range("name")), Pages[App])
        assert_type(heroku.using(accept_expansion=["plan"], extra_body={"a": None}, extra_query={"b": True}), Heroku)
        assert_type(await heroku.schema(), dict[str, Any])
        with heroku.capture() as replies:
            assert_type(replies, list[Response])
    assert_type(Heroku.from_env(), Heroku)
    assert_type(Heroku.from_env(base_url=None, timeout=5, read_only=True), Heroku)
    Heroku(Credentials.bearer("token"))
    Heroku()


async def lists(heroku: Heroku, app_id: UUID) -> None:
    """Lists are pages of models."""
    pages = heroku.apps.list(range=Range("name", after="a", max=10))
    assert_type(pages, Pages[App])
    async for app in pages:
        assert_type(app, App)
    async for page in heroku.releases.list(app_id).pages():
        assert_type(page, Sequence[Release])
    assert_type(await heroku.releases.list("example").all(), list[Release])
    assert_type(await heroku.formation.list(app_id).first(), Formation | None)
    assert_type(await pages, list[App])
    assert_type(pages.cursor, str | None)


async def models(heroku: Heroku) -> None:
    """Every field has the reference's type."""
    app = await heroku.apps.info("example")
    assert_type(app.id, UUID)
    assert_type(await heroku.apps.info(app), App)  # an object stands for its id, a number for a version
    assert_type(await heroku.releases.info(app, 42), Release)
    assert_type(await heroku.regions.info(app.region), Region)
    assert_type(app.owner.email, str)
    assert_type(app.created_at, datetime)
    assert_type(app.released_at, datetime | None)
    assert_type(app.slug_size, int | None)
    drain = await heroku.log_drains.create("example", url="https://example.com/drain")
    assert_type(drain, LogDrain)
    assert_type(drain.addon, LogDrainAddon | str | None)
    credit = await heroku.credits.info(app.id)
    assert_type(credit, Credit)
    assert_type(credit.balance, int | float)
    assert_type((await heroku.slugs.info("example", app.id)).process_types, dict[str, str])
    assert_type((await heroku.organizations.list().all())[0].default, bool)
    assert_type(structure(unstructure(app), App), App)


async def calls(heroku: Heroku, app_id: UUID) -> None:
    """Strings and UUIDs as arguments, nested parameters as mappings, and what comes back."""
    assert_type(await heroku.apps.create(), App)
    assert_type(await heroku.apps.create(name="example", region=app_id, stack="cedar"), App)
    assert_type(await heroku.apps.update(app_id, maintenance=True, name=UNSET), App)
    assert_type(await heroku.addons.create("example", plan="x:y", config={"version": "9"}), Addon)
    source: SourceBlob = {"url": "https://example.com/source.tgz", "version": None}
    assert_type(await heroku.builds.create("example", source_blob=source), Build)
    setup = await heroku.app_setups.create(
        source_blob={"url": "https://example.com/source.tgz"}, app={"region": app_id}, overrides={"env": {"A": "b"}}
    )
    assert_type(setup, AppSetup)
    updates: list[FormationUpdate] = [{"process": "web", "quantity": 2, "size": "2X"}, {"type": "worker"}]
    assert_type(await heroku.formation.batch_update("example", updates=updates), list[Formation])
    await heroku.config_vars.update("example", {"FOO": "bar", "OLD": None})
    assert_type((await heroku.config_vars.info("example"))["FOO"], str)
    assert_type(await heroku.dynos.create("example", command="bash", env={"TERM": "xterm"}, attach=True), Dyno)
    await heroku.dynos.restart("example", "web.1")
    await heroku.dynos.restart_all(app_id)
    assert_type(await heroku.rate_limits.info(), RateLimit)
    assert_type(await heroku.releases.rollback("example", release=app_id), Release)
    assert_type(await heroku.slugs.create("example", process_types={"web": "run"}, commit=None), Slug)
    assert_type(await heroku.ssl_endpoints.update("example", "tokyo-1", rollback=True), SSLEndpoint)
    assert_type(await heroku.oauth_authorizations.create(scope=["global"], expires_in=None), OAuthAuthorization)
    assert_type(await heroku.oauth_tokens.create(client={"secret": "s"}, grant={"code": "c"}), OAuthToken)
    assert_type(await heroku.oauth_tokens.create(client={"secret": "s"}, refresh_token={"token": "t"}), OAuthToken)
    assert_type(await heroku.organizations.update("acme", default=True), Organization)
    member = await heroku.organization_members.create_or_update("acme", email="a@example.com", role="admin")
    assert_type(member, OrganizationMember)


async def newcomer(heroku: Heroku, app: App, target: App) -> None:
    """What somebody meets on the first day, each value with its type."""
    for member in await heroku.team_members.list("acme"):
        assert_type(member, TeamMember)
        assert_type((member.email, member.role), tuple[str, str | None])
    pipeline = await heroku.pipelines.create(name="shop")
    assert_type(pipeline, Pipeline)
    coupling = await heroku.pipeline_couplings.create(app=app.id, pipeline=pipeline.id, stage="staging")
    assert_type(coupling, PipelineCoupling)
    promotion = await heroku.pipeline_promotions.create(
        pipeline={"id": pipeline.id}, source={"app": {"id": app.id}}, targets=[{"app": {"id": target.id}}]
    )
    assert_type(promotion, PipelinePromotion)
    assert_type(promotion.source.release.id, UUID)
    review = await heroku.review_apps.create(branch="b", pipeline=pipeline.id, source_blob={"url": "resolve"})
    assert_type(review, ReviewApp)
    endpoint = await heroku.sni_endpoints.create(app, certificate_chain="c", private_key="k")
    assert_type((endpoint, endpoint.name), tuple[SNIEndpoint, str])
    domain = await heroku.domains.create(app, hostname="www.example.com", sni_endpoint=endpoint.name)
    assert_type((domain, domain.cname), tuple[Domain, str | None])
    addon = await heroku.addons.create(app, plan={"name": "heroku-postgresql:essential-0"})
    attachment = await heroku.addon_attachments.create(addon=addon.id, app=target.id, name="DB")
    assert_type((attachment, attachment.config_vars), tuple[AddonAttachment, list[str] | None])
    webhook = await heroku.app_webhooks.create(app, include=["api:release"], level="sync", url="https://example.com")
    assert_type((webhook, webhook.secret), tuple[AppWebhook, str | None])
    delivery = Verifier(webhook.secret or "").receive(b"", {})
    assert_type(delivery, Delivery)
    if isinstance(delivery.data, Release):
        assert_type((delivery.data.version, delivery.data.status), tuple[int, str | None])


async def expansions(heroku: Heroku) -> None:
    """What an expansion or an inclusion adds has a type, and is None in plain calls."""
    addon = await heroku.using(accept_expansion=["addon_service", "plan"]).addons.find("example-db")
    assert_type(addon.plan.price, PlanPrice | None)
    assert_type(addon.plan.created_at, datetime | None)
    assert_type(addon.addon_service.supports_sharing, bool | None)
    async for plan in heroku.using(accept_expansion="addon_service").plans.list("heroku-redis"):
        assert_type(plan.addon_service, AddonServiceDetails | None)
    async for attachment in heroku.using(accept_inclusion=["addon:plan"]).addon_attachments.list():
        assert_type(attachment.addon.plan, Identity | None)
    space = await heroku.using(accept_expansion="region").spaces.info("example")
    assert_type(space.region.provider, RegionProvider | None)


async def campaigns(heroku: Heroku, apps: list[App]) -> None:
    """Items, further arguments and values of a campaign are those of its call."""
    assert_type(heroku.each(heroku.apps.info, ["example"]), Campaign[str, App])
    assert_type(heroku.each(heroku.dynos.list, heroku.apps.list(), concurrency=3), Campaign[App, list[Dyno]])
    assert_type(heroku.each(heroku.formation.update, apps, "web", quantity=2), Campaign[App, Formation])
    scaled = heroku.each(heroku.formation.update, apps, "web", quantity=2, journal=Journal("scale.jsonl"))
    assert_type(scaled, Campaign[App, Formation])
    assert_type(heroku.each(lambda app: heroku.apps.info(app), apps, budget=3), Campaign[App, App])  # noqa: PLW0108
    assert_type(heroku.plan(heroku.dynos.list, apps), CampaignPlan)
    async with heroku.each(heroku.dynos.list, apps) as outcomes:
        async for outcome in outcomes:
            match outcome:
                case Done(app, dynos):
                    assert_type(app, App)
                    assert_type(dynos, list[Dyno])
                case Failed(app, error) | Unknown(app, error):
                    assert_type(error, BaseException)
                case Planned(app):
                    assert_type(app, App)
