"""What an endpoint needs to be called: each thing is made through the typed client when it is first asked for."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

from attrs import define, field

from aioheroku import Heroku, Pool, ReviewAppSource
from aioheroku.testing import Platform

FRIEND = "friend@example.com"
SOURCE = "https://example.com/source.tgz"
BLOB: ReviewAppSource = {"url": SOURCE, "version": "v1"}
LATER = 600.0
"""Seconds after which whatever the platform had begun has ended."""


@define
class World:
    """A platform with little in it, a session, and what was made so far."""

    platform: Platform
    heroku: Heroku
    certificate: tuple[str, str]
    made: dict[str, Any] = field(factory=dict[str, Any])

    async def get(self, name: str) -> Any:
        """The thing of this name: made now, unless it was before."""
        if name not in self.made:
            made = MAKERS[name]
            self.made[name] = await made(self) if callable(made) else made
            if name not in NO_WAIT:
                self.platform.advance(LATER)
        return self.made[name]

    async def first(self, attribute: str, *path: Any, verb: str = "list") -> Any:
        """The first item of a list."""
        items: list[Any] = await getattr(getattr(self.heroku, attribute), verb)(*path)
        return items[0]


Maker = Callable[[World], Awaitable[Any]]

MAKERS: dict[str, Maker | str] = {"team": "acme", "account": "~", "stage": "staging"}
NO_WAIT = {"code", "running_build", "oauth_token"}
"""Things that are over when time has passed."""


def maker(function: Maker) -> Maker:
    """Makes the thing that its name says behind `make_`."""
    MAKERS[function.__name__.removeprefix("make_")] = function
    return function


@maker
async def make_addon(world: World) -> Any:
    return await world.heroku.addons.create(await world.get("app"), plan="heroku-postgresql:mini")


@maker
async def make_app(world: World) -> Any:
    return await world.heroku.apps.create(name="every-app")


@maker
async def make_app_setup(world: World) -> Any:
    return await world.heroku.app_setups.create(source_blob={"url": SOURCE})


@maker
async def make_app_transfer(world: World) -> Any:
    world.platform.account(FRIEND)
    return await world.heroku.app_transfers.create(app=(await world.get("app")).id, recipient=FRIEND)


@maker
async def make_attachment(world: World) -> Any:
    return await world.first("addon_attachments", await world.get("addon"), verb="list_by_addon")


@maker
async def make_build(world: World) -> Any:
    return await world.heroku.builds.create(await world.get("app"), source_blob={"url": SOURCE, "version": "v1"})


@maker
async def make_collaborator(world: World) -> Any:
    world.platform.account(FRIEND)
    await world.heroku.collaborators.create(await world.get("app"), user=FRIEND)
    return FRIEND


@maker
async def make_coupling(world: World) -> Any:
    app, pipeline = await world.get("app"), await world.get("pipeline")
    return await world.heroku.pipeline_couplings.create(app=app.id, pipeline=pipeline.id, stage="staging")


@maker
async def make_delivery(world: World) -> Any:
    await world.get("event")
    return await world.first("app_webhook_deliveries", await world.get("app"))


@maker
async def make_domain(world: World) -> Any:
    return await world.heroku.domains.create(await world.get("app"), hostname="www.every-app.com", sni_endpoint=None)


@maker
async def make_drain(world: World) -> Any:
    app = await world.get("app")
    return await world.heroku.telemetry_drains.create(
        owner={"id": str(app.id), "type": "app"},
        signals=["logs"],
        exporter={"type": "otlphttp", "endpoint": "https://otel.example.com", "headers": {}},
    )


@maker
async def make_dyno(world: World) -> Any:
    return await world.heroku.dynos.create(await world.get("app"), command="sleep 1000000")


@maker
async def make_enterprise_account(world: World) -> Any:
    return await world.first("enterprise_accounts")


@maker
async def make_event(world: World) -> Any:
    await world.get("webhook")
    await world.heroku.config_vars.update(await world.get("app"), {"CAUSE": "an event"})
    return await world.first("app_webhook_events", await world.get("app"))


@maker
async def make_formation(world: World) -> Any:
    await world.get("release")
    return "web"


@maker
async def make_identity_provider(world: World) -> Any:
    return await world.heroku.identity_providers.create_by_team(
        await world.get("team"),
        certificate=world.certificate[0],
        entity_id="https://idp.example.com",
        sso_target_url="https://idp.example.com/in",
    )


@maker
async def make_inbound_ruleset(world: World) -> Any:
    return await world.heroku.inbound_rulesets.create(
        await world.get("space"), rules=[{"action": "allow", "source": "192.0.2.0/24"}]
    )


@maker
async def make_invitation(world: World) -> Any:
    return await world.heroku.team_invitations.create(await world.get("team"), email=FRIEND, role="member")


@maker
async def make_log_drain(world: World) -> Any:
    return await world.heroku.log_drains.create(await world.get("app"), url="https://logs.example.com")


@maker
async def make_member(world: World) -> Any:
    await world.heroku.team_members.create_or_update(await world.get("team"), email=FRIEND, role="member")
    return FRIEND


@maker
async def make_oauth_authorization(world: World) -> Any:
    return await world.heroku.oauth_authorizations.create(scope=["global"])


@maker
async def make_oauth_client(world: World) -> Any:
    return await world.heroku.oauth_clients.create(name="Every", redirect_uri="https://example.com/back")


@maker
async def make_oci_image(world: World) -> Any:
    digest = "sha256:" + "ab" * 32
    return await world.heroku.oci_images.create(await world.get("app"), digest=digest)


@maker
async def make_pipeline(world: World) -> Any:
    return await world.heroku.pipelines.create(name="every-pipeline")


@maker
async def make_promotion(world: World) -> Any:
    await world.get("release")
    await world.get("coupling")
    target = await world.heroku.apps.create(name="every-target")
    pipeline, source = await world.get("pipeline"), await world.get("app")
    await world.heroku.pipeline_couplings.create(app=target.id, pipeline=pipeline.id, stage="production")
    return await world.heroku.pipeline_promotions.create(
        pipeline={"id": pipeline.id}, source={"app": {"id": source.id}}, targets=[{"app": {"id": target.id}}]
    )


@maker
async def make_release(world: World) -> Any:
    return await world.heroku.releases.create(await world.get("app"), slug=(await world.get("slug")).id)


@maker
async def make_review_app(world: World) -> Any:
    pipeline = await world.get("pipeline")
    await world.get("review_app_config")
    return await world.heroku.review_apps.create(branch="main", pipeline=pipeline.id, source_blob=BLOB)


@maker
async def make_review_app_config(world: World) -> Any:
    return await world.heroku.review_app_config.enable(await world.get("pipeline"), repo="acme/shop")


@maker
async def make_slug(world: World) -> Any:
    return await world.heroku.slugs.create(await world.get("app"), process_types={"web": "run"})


@maker
async def make_sni_endpoint(world: World) -> Any:
    chain, key = world.certificate
    return await world.heroku.sni_endpoints.create(await world.get("app"), certificate_chain=chain, private_key=key)


@maker
async def make_space(world: World) -> Any:
    return await world.heroku.spaces.create(name="every-space", team="acme")


@maker
async def make_team_app(world: World) -> Any:
    return await world.heroku.team_apps.create(name="every-team-app", team="acme")


@maker
async def make_test_run(world: World) -> Any:
    return await world.heroku.test_runs.create(
        pipeline=(await world.get("pipeline")).id,
        commit_branch="main",
        commit_message="Message",
        commit_sha="0" * 40,
        source_blob_url=SOURCE,
    )


@maker
async def make_vpn_connection(world: World) -> Any:
    return await world.heroku.vpn_connections.create(
        await world.get("space"), name="office", public_ip="203.0.113.7", routable_cidrs=["172.16.0.0/16"]
    )


@maker
async def make_webhook(world: World) -> Any:
    return await world.heroku.app_webhooks.create(
        await world.get("app"), include=["api:release"], level="notify", url="http://127.0.0.1:9/hook"
    )


@maker
async def make_account_id(world: World) -> Any:
    return (await world.heroku.account.info()).id


@maker
async def make_addon_drain(world: World) -> Any:
    """A drain as an add-on gets it when it is provisioned."""
    addon, drain = await world.get("addon"), await world.get("log_drain")
    app = world.platform.state.apps[str((await world.get("app")).id)]
    row = app.parts.log_drains.find(str(drain.id))
    assert row is not None
    row["addon"] = {"id": str(addon.id), "name": str(addon.name), "app": app.ref}
    return drain.id


@maker
async def make_allowed_service(world: World) -> Any:
    services = await world.heroku.allowed_addon_services.create("acme", addon_service="heroku-postgresql")
    return services[0]


@maker
async def make_chain(world: World) -> Any:
    return world.certificate[0]


@maker
async def make_code(world: World) -> Any:
    client = await world.get("oauth_client")
    granted = await world.heroku.oauth_authorizations.create(scope=["global"], client=client.id)
    assert granted.grant is not None
    return granted.grant.code


@maker
async def make_credit(world: World) -> Any:
    return await world.first("credits")


@maker
async def make_friend(world: World) -> Any:
    world.platform.account(FRIEND)
    return FRIEND


@maker
async def make_image(world: World) -> Any:
    return await world.get("oci_image")


@maker
async def make_invitation_token(world: World) -> Any:
    """The word that the invited person gets by mail."""
    return str((await world.get("invitation")).id)


@maker
async def make_invoice(world: World) -> Any:
    found: list[Any] = await world.heroku.invoices.list()
    return found[0].number


@maker
async def make_key(world: World) -> Any:
    key = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", bytes(32)))
    public = f"ssh-ed25519 {b64encode(key).decode()} me@example.com"
    made = await world.heroku.request("POST", "/account/keys", json={"public_key": public})
    return made.json()["id"]


@maker
async def make_oauth_session(world: World) -> Any:
    return await world.first("oauth_sessions")


@maker
async def make_oauth_token(world: World) -> Any:
    client = await world.get("oauth_client")
    return await world.heroku.oauth_tokens.create(
        client={"secret": client.secret}, grant={"type": "authorization_code", "code": await world.get("code")}
    )


@maker
async def make_other_app(world: World) -> Any:
    return await world.heroku.apps.create(name="every-other-app")


@maker
async def make_other_coupled(world: World) -> Any:
    await world.get("promotion")
    return await world.heroku.apps.info("every-target")


@maker
async def make_password(world: World) -> Any:
    return world.platform.password


@maker
async def make_pcx_id(world: World) -> Any:
    peerings = await world.heroku.peerings.list(await world.get("space"))
    return next(each.pcx_id for each in peerings if each.status == "pending-acceptance")


@maker
async def make_private_key(world: World) -> Any:
    return world.certificate[1]


@maker
async def make_team_id(world: World) -> Any:
    return (await world.heroku.teams.info("acme")).id


@maker
async def make_addon_delivery(world: World) -> Any:
    await world.get("addon_event")
    return await world.first("addon_webhook_deliveries", await world.get("addon"))


@maker
async def make_addon_event(world: World) -> Any:
    await world.get("addon_webhook")
    await world.heroku.addons.update(await world.get("app"), await world.get("addon"), plan="heroku-postgresql:basic")
    return await world.first("addon_webhook_events", await world.get("addon"))


@maker
async def make_addon_webhook(world: World) -> Any:
    return await world.heroku.addon_webhooks.create(
        await world.get("addon"), include=["api:addon"], level="notify", url="http://127.0.0.1:9/hook"
    )


@maker
async def make_enterprise_member(world: World) -> Any:
    world.platform.account(FRIEND)
    await world.heroku.enterprise_account_members.create(
        await world.get("enterprise_account"), user=FRIEND, permissions=["view"]
    )
    return FRIEND


@maker
async def make_running_build(world: World) -> Any:
    return await make_build(world)


@maker
async def make_review_apps_app(world: World) -> Any:
    made = await world.get("review_app")
    app = (await world.heroku.review_apps.info(made)).app
    assert app is not None
    return app.id


@maker
async def make_team_collaborator(world: World) -> Any:
    world.platform.account(FRIEND)
    await world.heroku.team_app_collaborators.create((await world.get("team_app")).name, user=FRIEND)
    return FRIEND


@maker
async def make_team_invoice(world: World) -> Any:
    found: list[Any] = await world.heroku.team_invoices.list(await world.get("team"))
    return found[0].number


@maker
async def make_acm_app(world: World) -> Any:
    return await world.heroku.apps.enable_acm(await world.get("app"))


@maker
async def make_configured(world: World) -> Any:
    await world.get("review_app_config")
    return await world.get("pipeline")


@maker
async def make_coupled_app(world: World) -> Any:
    await world.get("coupling")
    return await world.get("app")


@maker
async def make_offered_transfer(world: World) -> Any:
    """The transfer of an app of somebody else's to the account."""
    token = world.platform.account(FRIEND)
    async with Heroku(token, base_url=world.platform.url, pool=Pool(), retry=None) as friend:
        app = await friend.apps.create(name="every-gift")
        return await friend.app_transfers.create(app=app.id, recipient=world.platform.email)
