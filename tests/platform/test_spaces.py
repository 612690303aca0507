"""Private Spaces: from allocation to deletion, with their network, access, peerings and VPN connections."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

NEW = {"name": "nasa", "team": "acme", "region": "virginia", "shield": True}
VPN = {"name": "office", "public_ip": "192.0.2.1", "routable_cidrs": ["172.16.0.0/16"]}


@pytest.fixture
async def space(api: Api, platform: Platform) -> str:
    """The path of a new space that is allocated."""
    await api("POST", "/spaces", NEW)
    platform.advance(8)
    return "/spaces/nasa"


async def test_a_space_is_allocated_in_time(api: Api, platform: Platform) -> None:
    """It is `allocating` without NAT, then `allocated` with it; apps can be created in it from then on."""
    made = await api("POST", "/spaces", NEW)
    assert (made.status, made.body["state"], made.body["shield"]) == (201, "allocating", True)
    check_row("Space", made.body)
    assert (await api("GET", "/spaces/nasa/nat")).body["state"] == "disabled"
    assert (await api("POST", "/apps", {"name": "early", "space": "nasa"})).status == 422
    platform.advance(8)
    found = (await api("GET", f"/spaces/{made.body['id']}")).body
    assert found["state"] == "allocated"
    nat = (await api("GET", "/spaces/nasa/nat")).body
    check_row("SpaceNAT", nat)
    assert (nat["state"], len(nat["sources"])) == ("enabled", 2)
    app = (await api("POST", "/apps", {"name": "within", "space": "nasa", "internal_routing": True})).body
    check_row("App", app, "process_tier")
    assert (app["space"]["name"], app["team"]["name"], app["internal_routing"]) == ("nasa", "acme", True)
    assert app["region"]["name"] == "virginia"


async def test_a_space_with_apps_stays(api: Api, platform: Platform, space: str) -> None:
    """Deleting is 422 while apps are in it, then it is `deleting`, and gone in time."""
    await api("POST", "/teams/apps", {"name": "within", "space": "nasa", "team": "acme"})
    assert (await api("DELETE", space)).status == 422
    await api("DELETE", "/apps/within")
    assert (await api("DELETE", space)).body["state"] == "deleting"
    platform.advance(8)
    got = await api("GET", space)
    assert (got.status, got.body["resource"]) == (404, "space")


async def test_who_may_do_what(api: Api, platform: Platform, space: str) -> None:
    """Only admins of the team create, rename and delete; others do not see the space."""
    await api("PUT", "/teams/acme/members", {"email": "m@example.com", "role": "member"})
    member, other = (api.as_(platform.account(email)) for email in ("m@example.com", "o@example.com"))
    assert (await other("GET", space)).status == 404
    assert (await member("GET", space)).status == 200
    assert (await member("PATCH", space, {"name": "x-1"})).status == 403
    assert (await member("POST", "/spaces", {"name": "mine", "team": "acme"})).status == 403
    assert (await member("GET", f"{space}/members/~")).body["permissions"] == []
    got = await api("PATCH", f"{space}/members/m@example.com", {"permissions": [{"name": "create_apps"}]})
    check_row("SpaceAccess", got.body)
    assert [one["name"] for one in got.body["permissions"]] == ["create_apps"]
    rows = (await api("GET", f"{space}/members")).body
    assert {row["user"]["email"]: len(row["permissions"]) for row in rows}["m@example.com"] == 1


async def test_names_are_unique(api: Api, space: str) -> None:
    """Another space of the name is 422, and so are unknown regions and blocks that are none."""
    for wrong in ({}, {"name": "apollo", "region": "moon"}, {"name": "apollo", "cidr": "x"}, {"name": "A b"}):
        assert (await api("POST", "/spaces", {**NEW, **wrong})).status == 422, wrong
    assert (await api("POST", "/spaces", {"name": "apollo"})).status == 422
    assert (await api("POST", "/spaces", {**NEW, "name": "apollo", "team": "none"})).status == 404
    assert (await api("PATCH", space, {"name": "apollo"})).body["name"] == "apollo"
    assert (await api("GET", "/spaces/apollo")).status == 200


async def test_a_ruleset_replaces_the_current_one(api: Api, space: str) -> None:
    """The whole object that was read is taken back; the old one stays in the list."""
    old = (await api("GET", f"{space}/inbound-ruleset")).body
    check_row("InboundRuleset", old)
    old["rules"].append({"action": "deny", "source": "192.0.2.0/24"})
    new = await api("PUT", f"{space}/inbound-ruleset", old)
    assert (new.status, new.body["rules"]) == (200, old["rules"])
    assert new.body["id"] != old["id"]
    assert (await api("GET", f"{space}/inbound-ruleset")).body == new.body
    assert {row["id"] for row in (await api("GET", f"{space}/inbound-rulesets")).body} == {old["id"], new.body["id"]}
    assert (await api("GET", f"{space}/inbound-rulesets/{old['id']}")).status == 200
    assert (await api("PUT", f"{space}/inbound-ruleset", {"rules": [{"action": "maybe"}]})).status == 422
    rules = [{"target": "0.0.0.0/0"}]
    assert (await api("PUT", f"{space}/outbound-ruleset", {"rules": rules})).body["rules"] == rules


async def test_a_vpn_comes_up(api: Api, platform: Platform, space: str) -> None:
    """It is pending, provisioning, then active with two tunnels, within 15 seconds; deleted it is gone in time."""
    path = f"{space}/vpn-connections"
    made = await api("POST", path, VPN)
    check_row("VPNConnection", made.body)
    assert (made.status, made.body["status"], len(made.body["id"])) == (201, "pending", 12)
    platform.advance(4)
    assert (await api("GET", f"{path}/office")).body["status"] == "provisioning"
    platform.advance(4)
    up = (await api("GET", f"{path}/{made.body['id']}")).body
    check_row("VPNConnection", up)
    assert (up["status"], [one["status"] for one in up["tunnels"]]) == ("active", ["UP", "UP"])
    changed = await api("PATCH", f"{path}/office", {"routable_cidrs": ["10.9.0.0/16"]})
    assert changed.body["routable_cidrs"] == ["10.9.0.0/16"]
    assert (await api("POST", path, VPN)).status == 422
    assert (await api("DELETE", f"{path}/office")).body["status"] == "deprovisioning"
    platform.advance(4)
    assert (await api("GET", path)).body == []


@pytest.mark.parametrize("by_body", [False, True])
async def test_a_peering_is_accepted(api: Api, platform: Platform, space: str, by_body: bool) -> None:
    """By its path or by the body, once: it is provisioning, then active. Heroku's own cannot be deleted."""
    rows = {row["type"]: row for row in (await api("GET", f"{space}/peerings")).body}
    asked, own = rows["customer-managed"], rows["heroku-managed"]
    check_row("Peering", asked)
    path, body = f"{space}/peerings/{asked['pcx_id']}/actions/accept", None
    if by_body:
        path, body = f"{space}/peerings", {"pcx_id": asked["pcx_id"]}
    assert (await api("POST", path, body)).body["status"] == "provisioning"
    assert (await api("POST", path, body)).status == 422
    platform.advance(4)
    assert (await api("GET", f"{space}/peerings/{asked['pcx_id']}")).body["status"] == "active"
    assert (await api("DELETE", f"{space}/peerings/{own['pcx_id']}")).status == 422
    assert (await api("DELETE", f"{space}/peerings/{asked['pcx_id']}")).body["status"] == "deleted"
    check_row("PeeringInfo", (await api("GET", f"{space}/peering-info")).body)


async def test_what_runs_in_a_space(api: Api, space: str) -> None:
    """Topology, dynos and hosts know the apps in it; its log drain is kept."""
    await api("POST", "/apps", {"name": "within", "space": "nasa"})
    slug = (await api("POST", "/apps/within/slugs", {"process_types": {"web": "run"}})).body
    await api("POST", "/apps/within/releases", {"slug": slug["id"]})
    topology = (await api("GET", f"{space}/topology")).body
    check_row("SpaceTopology", topology)
    assert topology["apps"][0]["formation"][0]["dynos"][0]["number"] == 1
    (shown,) = (await api("GET", f"{space}/dynos")).body
    assert (shown["app_name"], shown["dynos"][0]["size"]) == ("within", "Shield-S")
    assert len((await api("GET", f"{space}/hosts")).body) == 1
    assert (await api("GET", f"{space}/log-drain")).status == 404
    await api("PUT", f"{space}/log-drain", {"url": "https://logs.example.com"})
    assert (await api("GET", f"{space}/log-drain")).body["url"] == "https://logs.example.com"


async def test_a_space_changes_its_team(api: Api, space: str) -> None:
    """With the apps in it."""
    await api("POST", "/apps", {"name": "within", "space": "nasa"})
    got = await api("POST", f"{space}/transfer", {"new_owner": "initech"})
    assert (got.body["team"]["name"], got.body["organization"]) == ("initech", {"name": "initech"})
    assert (await api("GET", "/apps/within")).body["team"]["name"] == "initech"


async def test_the_variant_has_names(api: Api, space: str) -> None:
    """With `3.sdk` the generation is its name alone."""
    accept = "application/vnd.heroku+json; version=3.sdk"
    rows: list[Any] = (await api("GET", "/spaces", Accept=accept)).body
    assert {row["generation"] for row in rows} == {"cedar"}
    assert (await api("GET", space)).body["generation"]["name"] == "cedar"


async def test_a_fleet_has_a_space(api: Api) -> None:
    """One that is allocated, with an app of its team."""
    (row,) = (await api("GET", "/spaces")).body
    check_row("Space", row)
    assert (row["name"], row["state"], row["team"]["name"]) == ("acme-private", "allocated", "acme")
    apps = [app for app in (await api("GET", "/apps")).body if app["space"]]
    assert [app["team"]["name"] for app in apps] == ["acme"]
