"""Every method of the spaces, the account and its logins through the client: what it sends is understood both ways."""

from collections.abc import AsyncIterator

import pytest

from aioheroku import Heroku, Identity, Pool, errors
from aioheroku.testing import Platform
from tests._support.secrets import raises


@pytest.fixture
async def heroku(platform: Platform) -> AsyncIterator[Heroku]:
    async with Heroku(platform.token, base_url=platform.url, pool=Pool()) as session:
        yield session


async def test_spaces(heroku: Heroku, platform: Platform) -> None:
    """All methods of the family; objects stand for their ids."""
    made = await heroku.spaces.create(name="nasa", team="acme", features=["x"], channel_name="stable")
    platform.advance(8)
    space = await heroku.spaces.info(made)
    assert (space.state, space.team.name) == ("allocated", "acme")
    assert isinstance(space.generation, Identity)
    assert (await heroku.using(accept="3.sdk").spaces.info(made)).generation == "cedar"
    assert {one.name for one in await heroku.spaces.list().all()} == {"acme-private", "nasa"}
    app = await heroku.apps.create(name="within", space=space.id, internal_routing=True)
    assert app.space is not None
    assert (app.space.name, app.internal_routing) == ("nasa", True)
    assert (await heroku.space_nat.info(space)).state == "enabled"
    assert (await heroku.space_topology.info(space)).apps[0].id == app.id
    assert len(await heroku.space_access.list(space).all()) > 1
    changed = await heroku.space_access.update(space, "~", permissions=[{"name": "create_apps"}])
    assert changed == await heroku.space_access.info(space, "~")
    rules = await heroku.inbound_rulesets.create(space, rules=[{"action": "allow", "source": "192.0.2.0/24"}])
    assert rules == await heroku.inbound_rulesets.current(space)
    assert rules == await heroku.inbound_rulesets.info(space, rules)
    assert rules in await heroku.inbound_rulesets.list(space).all()
    assert (await heroku.space_transfers.create(space, new_owner="initech")).team.name == "initech"
    assert (await heroku.spaces.update(space, name="apollo")).name == "apollo"
    with raises(errors.InvalidParams):
        await heroku.spaces.delete(space)
    await heroku.apps.delete(app)
    gone = await heroku.spaces.delete(space)
    assert gone is not None
    assert gone.state == "deleting"


async def test_peerings_and_vpns(heroku: Heroku, platform: Platform) -> None:
    """Their ids are strings of AWS."""
    rows = await heroku.peerings.list("acme-private").all()
    asked = next(row for row in rows if row.status == "pending-acceptance")
    accepted = await heroku.peerings.accept("acme-private", asked.pcx_id)
    assert accepted is not None
    assert accepted.status == "provisioning"
    platform.advance(4)
    assert (await heroku.peerings.info("acme-private", asked.pcx_id)).status == "active"
    await heroku.peerings.delete("acme-private", asked.pcx_id)
    assert (await heroku.peering_info.info("acme-private")).aws_region == "us-east-1"
    vpn = await heroku.vpn_connections.create(
        "acme-private", name="office", public_ip="192.0.2.1", routable_cidrs=["172.16.0.0/16"]
    )
    platform.advance(8)
    up = await heroku.vpn_connections.info("acme-private", vpn)
    assert (up.id, up.status, up.tunnels[0].status) == (vpn.id, "active", "UP")
    assert "pre_shared_key='***'" in repr(up.tunnels[0])
    assert [row.name for row in await heroku.vpn_connections.list("acme-private").all()] == ["office"]
    await heroku.vpn_connections.update("acme-private", "office", routable_cidrs=["10.9.0.0/16"])
    gone = await heroku.vpn_connections.delete("acme-private", "office")
    assert gone is not None
    assert gone.routable_cidrs == ["10.9.0.0/16"]


async def test_the_account_of_today(heroku: Heroku, platform: Platform) -> None:
    """Without a password but for what needs it; it is a secret of the header."""
    own = await heroku.account.info()
    assert own.default_team is not None
    assert own == await heroku.account.info_by_user("~")
    assert (await heroku.account.update(name="New")).name == "New"
    assert (await heroku.account.update_by_user(own, beta=True)).beta is True
    assert (await heroku.account_delinquency.info()).scheduled_deletion_time is None
    assert (await heroku.credits.create(code1="abc")).title == "voucher"
    first = (await heroku.invoices.list().all())[0]
    assert first == await heroku.invoices.info(first.number)
    assert (await heroku.invoice_address.update(city="Berlin")) == await heroku.invoice_address.info()
    assert await heroku.sms_number.info("~") == await heroku.sms_number.recover("~")
    assert await heroku.sms_number.confirm("~") == await heroku.sms_number.info("~")
    preferences = await heroku.user_preferences.update("~", {"dismissed-sms-banner": True, "timezone": None})
    assert preferences.dismissed_sms_banner is True
    assert preferences == await heroku.user_preferences.info("~")
    reset = await heroku.password_resets.create(email=platform.email)
    (token,) = platform.state.password_resets
    done = await heroku.password_resets.complete(token, password="better", password_confirmation="better")
    assert done.user == reset.user
    assert len(await heroku.apps.list_by_user(own).all()) == 6
    with raises(errors.InvalidParams):
        await heroku.account.delete(password="wrong")
    assert await heroku.account.delete_by_user("~", password="better") is not None


async def test_logins(heroku: Heroku) -> None:
    """Authorizations, clients, tokens and sessions."""
    client = await heroku.oauth_clients.create(name="x", redirect_uri="https://example.com")
    client = await heroku.oauth_clients.rotate_credentials(client)
    made = await heroku.oauth_authorizations.create(scope=["global"], client=client.id)
    updated = await heroku.oauth_authorizations.update(
        made, client={"id": client.id, "secret": client.secret}, description="new"
    )
    assert (updated.description, updated.grant) == ("new", made.grant)
    assert made.grant is not None
    token = await heroku.oauth_tokens.create(client={"secret": client.secret}, grant={"code": made.grant.code})
    assert await heroku.oauth_tokens.delete(token) is not None
    own = await heroku.oauth_authorizations.create(scope=["global"])
    again = await heroku.oauth_authorizations.regenerate(own)
    assert own.access_token is not None
    assert again.access_token is not None
    assert again.access_token.token != own.access_token.token
    (session,) = await heroku.oauth_sessions.list().all()
    assert session == await heroku.oauth_sessions.info("~")
    await heroku.oauth_sessions.delete(session)
    with raises(errors.Unauthorized):
        await heroku.account.info()


async def test_catalogues_and_dynos(heroku: Heroku, deployed: str) -> None:
    """Sizes, stacks and generations, and what is done with them."""
    app = deployed.removeprefix("/apps/")
    size = next(row for row in await heroku.dyno_sizes.list_by_app(app).all() if row.name == "Standard-2X")
    assert size == await heroku.dyno_sizes.info("standard-2x")
    assert size in await heroku.dyno_sizes.list().all()
    row = await heroku.formation.update(app, "web", dyno_size={"name": size.name}, quantity=2)
    assert row.dyno_size is not None
    assert (row.dyno_size.id, row.size) == (size.id, "Standard-2X")
    (row,) = await heroku.formation.batch_update(app, updates=[{"type": "web", "dyno_size": {"id": size.id}}])
    assert row.quantity == 2
    stacks = await heroku.stacks.list_by_app(app).all()
    assert [stack.name for stack in stacks if stack.default] == ["heroku-24"]
    generation = await heroku.generations.info("fir")
    assert generation in await heroku.generations.list().all()
    assert generation in await heroku.generations.list_by_team("acme").all()
    dyno = await heroku.dynos.create(app, command="ls", type="job", time_to_live=60, force_no_tty=True)
    await heroku.dynos.stop(app, dyno)
    await heroku.dynos.stop_formation(app, "web")
    await heroku.dynos.restart_formation(app, "web")
    changed = await heroku.apps.update(app, build_stack="heroku-24")
    assert changed.build_stack is not None
    assert changed.build_stack.name == "heroku-24"
    assert (await heroku.log_sessions.create(app, dyno_name="web.1", type="web")).logplex_url.startswith("http://127.")
