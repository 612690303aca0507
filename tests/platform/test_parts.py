"""What hangs on an app: processes, domains, add-ons, features, drains, SSL endpoints; and the account itself."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api, MakeCertificate, Open


async def names(api: Api, path: str) -> list[str]:
    return [row["name"] for row in (await api("GET", path)).body]


async def test_scaling_starts_and_stops_dynos(api: Api, deployed: str) -> None:
    """The dynos of a type are always as many as its quantity, the lowest numbers staying."""
    for quantity in (3, 1, 0, 2):
        got = await api("PATCH", f"{deployed}/formation/web", {"quantity": quantity, "size": "2x"})
        assert (got.status, got.body["quantity"], got.body["size"]) == (200, quantity, "2X")
        dynos = await names(api, f"{deployed}/dynos")
        assert [name for name in dynos if name.startswith("web.")] == [f"web.{n + 1}" for n in range(quantity)]


@pytest.mark.parametrize("key", ["process", "type"])
async def test_batch_update_takes_both_keys(api: Api, deployed: str, key: str) -> None:
    """`process` of 2015 and `type` of today; the changed rows come as a list without a validator."""
    got = await api("PATCH", f"{deployed}/formation", {"updates": [{key: "web", "quantity": 4}]})
    assert [(row["type"], row["quantity"]) for row in got.body] == [("web", 4)]
    assert "ETag" not in got.headers


@pytest.mark.parametrize(
    "update",
    [
        {"process": "web", "quantity": -1},
        {"process": "web", "quantity": "two"},
        {"process": "web", "quantity": True},
        {"process": "web", "size": "XXL"},
        {"quantity": 1},
    ],
)
async def test_a_batch_is_done_wholly_or_not(api: Api, deployed: str, update: Any) -> None:
    """One wrong update is 422, and the right ones beside it are not carried out."""
    before = (await api("GET", f"{deployed}/formation")).body
    got = await api("PATCH", f"{deployed}/formation", {"updates": [{"process": "web", "quantity": 9}, update]})
    assert got.status == 422
    assert (await api("GET", f"{deployed}/formation")).body == before


async def test_unknown_process_is_a_404(api: Api, deployed: str) -> None:
    """404 with `resource: formation`, alone and in a batch."""
    alone = await api("PATCH", f"{deployed}/formation/none", {"quantity": 1})
    batch = await api("PATCH", f"{deployed}/formation", {"updates": [{"process": "none"}]})
    assert alone.body["resource"] == batch.body["resource"] == "formation"


async def test_restarts(api: Api, deployed: str, clock: Clock) -> None:
    """202 with a blank body; the dyno keeps its name, has a new id, and is starting before it is up."""
    old = (await api("GET", f"{deployed}/dynos/web.1")).body
    got = await api("DELETE", f"{deployed}/dynos/web.1")
    assert (got.status, got.raw) == (202, b"")
    new = (await api("GET", f"{deployed}/dynos/web.1")).body
    assert new["id"] != old["id"]
    assert new["state"] == "starting"
    clock.turn(5)
    assert (await api("GET", f"{deployed}/dynos/web.1")).body["state"] == "up"
    assert (await api("DELETE", f"{deployed}/dynos")).status == 202
    assert (await api("GET", f"{deployed}/dynos/web.1")).body["id"] != new["id"]


async def test_one_off_dynos(api: Api, deployed: str) -> None:
    """`run.<n>`, never twice; an attach_url only with `attach`; stopping one removes it, scaling leaves it alone."""
    first = await api("POST", f"{deployed}/dynos", {"command": "bash", "attach": True, "env": {"A": "b"}})
    second = await api("POST", f"{deployed}/dynos", {"command": "ls", "size": "2X"})
    assert (first.status, first.body["name"], first.body["type"]) == (201, "run.1", "run")
    assert first.body["attach_url"].startswith("rendezvous://127.0.0.1:")
    assert (second.body["name"], second.body["attach_url"], second.body["size"]) == ("run.2", None, "2X")
    await api("PATCH", f"{deployed}/formation/web", {"quantity": 0})
    await api("DELETE", f"{deployed}/dynos/run.1")
    assert [name for name in await names(api, f"{deployed}/dynos") if name.startswith("run")] == ["run.2"]
    await api("DELETE", f"{deployed}/dynos/run.2")
    third = await api("POST", f"{deployed}/dynos", {"command": "ls"})
    assert third.body["name"] == "run.3"  # one app's log names no two of them alike
    for body in (
        {},
        {"command": 1},
        {"command": " "},
        {"command": "x", "env": {"A": 1}},
        {"command": "x", "size": "?"},
    ):
        assert (await api("POST", f"{deployed}/dynos", body)).status == 422


async def test_domains(api: Api, app: str, clock: Clock) -> None:
    """Created, found by hostname and id, deleted; the app's `updated_at` follows; the default one stays."""
    clock.turn(10)
    got = await api("POST", f"{app}/domains", {"hostname": "WWW.example.org"})
    assert (got.status, got.body["hostname"], got.body["kind"]) == (201, "www.example.org", "custom")
    assert got.body["cname"] == "example.herokuapp.com"
    assert (await api("GET", app)).body["updated_at"] == "2015-12-13T09:46:50Z"
    for key in ("www.example.org", got.body["id"]):
        assert (await api("GET", f"{app}/domains/{key}")).body == got.body
    again = await api("POST", f"{app}/domains", {"hostname": "www.example.org"})
    assert (again.status, again.body["message"]) == (422, "Domain already added to this app.")
    assert (await api("DELETE", f"{app}/domains/www.example.org")).body == got.body
    assert (await api("GET", f"{app}/domains/www.example.org")).body["resource"] == "domain_name"
    assert (await api("DELETE", f"{app}/domains/example.herokuapp.com")).status == 422


async def test_hostnames_that_cannot_be(api: Api, app: str) -> None:
    """Malformed, of the wrong type, missing, or in use by another app."""
    await api("POST", "/apps", {"name": "second"})
    await api("POST", "/apps/second/domains", {"hostname": "taken.example.org"})
    for hostname in ("no dots", "localhost", "-x.example.org", "a..b", "", 5, None, "taken.example.org"):
        assert (await api("POST", f"{app}/domains", {"hostname": hostname})).status == 422
    missing = await api("POST", f"{app}/domains", {})
    assert (missing.status, missing.body["message"]) == (422, "Require params: hostname.")
    assert (await api("POST", f"{app}/domains", {"hostname": "*.example.org"})).status == 201


async def test_an_addon_sets_its_config_var(api: Api, app: str) -> None:
    """The var appears with the add-on, in a release, and goes with it; a second one gets a var of its own."""
    one = await api("POST", f"{app}/addons", {"plan": "heroku-postgresql:dev", "config": {"version": "9.4"}})
    two = await api("POST", f"{app}/addons", {"plan": "heroku-postgresql"})
    assert (one.status, one.body["config_vars"], two.body["config_vars"]) == (
        201,
        ["DATABASE_URL"],
        ["DATABASE_2_URL"],
    )
    assert one.headers["Content-Expansion"] == "addon_service, plan"
    assert (await api("GET", f"{app}/config-vars")).body["DATABASE_URL"].startswith("postgres://")
    for key in (one.body["id"], one.body["name"]):
        assert (await api("GET", f"{app}/addons/{key}")).body == one.body
    gone = await api("DELETE", f"{app}/addons/{one.body['id']}")
    assert (gone.status, gone.body["id"]) == (200, one.body["id"])
    assert list((await api("GET", f"{app}/config-vars")).body) == ["DATABASE_2_URL"]
    descriptions = [row["description"] for row in (await api("GET", f"{app}/releases")).body]
    assert descriptions[-1] == "Remove heroku-postgresql:dev add-on"


async def test_an_addon_changes_its_plan(api: Api, app: str) -> None:
    """Within its service; another service, an unknown plan and a missing one are 422."""
    await api("POST", f"{app}/addons", {"plan": "heroku-postgresql:dev"})
    path = f"{app}/addons/heroku-postgresql"
    assert (await api("PATCH", path, {"plan": "heroku-postgresql:crane"})).body["plan"]["name"].endswith(":crane")
    for body in ({"plan": "mongolab:sandbox"}, {"plan": "nothing:at-all"}, {"plan": 1}, {}):
        assert (await api("PATCH", path, body)).status == 422
    assert (await api("POST", f"{app}/addons", {"plan": "nothing:at-all"})).status == 422


@pytest.mark.parametrize("base", ["/apps/example/features", "/account/features"])
async def test_features(api: Api, app: str, base: str) -> None:
    """Switched on and off by name or id, and seen afterwards."""
    feature = (await api("GET", base)).body[0]
    assert feature["enabled"] is False
    got = await api("PATCH", f"{base}/{feature['name']}", {"enabled": True})
    assert got.body["enabled"] is True
    assert (await api("GET", f"{base}/{feature['id']}")).body == got.body
    for body in ({}, {"enabled": "yes"}, {"enabled": 2}):
        assert (await api("PATCH", f"{base}/{feature['name']}", body)).status == 422


async def test_log_drains(api: Api, app: str) -> None:
    """A token of its own, no add-on; four schemes are taken; twice is 422."""
    good = ("https://a.example.com/x", "http://b.example.com", "syslog://c.example.com:514", "syslog+tls://d.eu:1")
    for url in good:
        got = await api("POST", f"{app}/log-drains", {"url": url})
        assert (got.status, got.body["url"], got.body["addon"]) == (201, url, None)
        assert got.body["token"].startswith("d.")
    for bad in ("ftp://a.example.com", "nonsense", "https://", 5, good[0]):
        assert (await api("POST", f"{app}/log-drains", {"url": bad})).status == 422
    drains = (await api("GET", f"{app}/log-drains")).body
    assert [drain["url"] for drain in drains] == sorted(good)
    assert (await api("DELETE", f"{app}/log-drains/{drains[0]['id']}")).body == drains[0]
    assert (await api("GET", f"{app}/log-drains")).body == drains[1:]


async def test_the_drain_of_an_addon(serve: Open) -> None:
    """It names its add-on, cannot be removed by itself, and goes with the add-on."""
    async with serve(apps=40) as (platform, api):
        app, drain, addon = next(
            (app, drain, drain["addon"]["id"])
            for app in platform.state.apps.values()
            for drain in app.parts.log_drains
            if drain["addon"]
        )
        path = f"/apps/{app.row['name']}"
        assert (await api("DELETE", f"{path}/log-drains/{drain['id']}")).status == 422
        assert (await api("DELETE", f"{path}/addons/{addon}")).status == 200
        assert (await api("GET", f"{path}/log-drains/{drain['id']}")).status == 404


async def test_ssl_endpoints(api: Api, app: str, certificate: MakeCertificate) -> None:
    """A certificate and its key make an endpoint; it is replaced, rolled back once, and deleted."""
    (first, key), (second, second_key) = certificate("a.example.com"), certificate("b.example.com")
    base = f"{app}/ssl-endpoints"
    got = await api("POST", base, {"certificate_chain": first, "private_key": key})
    assert (got.status, got.body["certificate_chain"]) == (201, first)
    assert got.body["cname"] == f"{got.body['name']}.herokussl.com"
    path = f"{base}/{got.body['name']}"
    await api("PATCH", path, {"certificate_chain": second, "private_key": second_key})
    assert (await api("GET", path)).body["certificate_chain"] == second
    assert (await api("PATCH", path, {"rollback": True})).body["certificate_chain"] == first
    assert (await api("PATCH", path, {"rollback": True})).status == 422
    for chain, private in ((first, second_key), ("nonsense", key), (first, "nonsense"), ("", "")):
        assert (await api("POST", base, {"certificate_chain": chain, "private_key": private})).status == 422
    assert (await api("DELETE", path)).status == 200
    assert (await api("GET", base)).body == []


async def test_ssl_endpoints_without_cryptography(
    api: Api, app: str, certificate: MakeCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the library is not installed the PEM armour and its base64 are checked."""
    chain, key = certificate("a.example.com")
    monkeypatch.setitem(__import__("sys").modules, "cryptography.x509", None)
    base = f"{app}/ssl-endpoints"
    assert (await api("POST", base, {"certificate_chain": chain + chain, "private_key": key})).status == 201
    for broken in ("nonsense", chain.replace("M", "!"), chain.splitlines()[0]):
        assert (await api("POST", base, {"certificate_chain": broken, "private_key": key})).status == 422


async def test_the_account(api: Api, platform: Platform) -> None:
    """Three endpoints on one route, told apart by the body; e-mail and password want the password."""
    right = {"password": platform.password}
    got = await api("PATCH", "/account", {**right, "name": None, "beta": True, "allow_tracking": False})
    assert (got.body["name"], got.body["beta"], got.body["allow_tracking"]) == (None, True, False)
    got = await api("PATCH", "/account", {**right, "email": "new@example.com"})
    assert got.body["email"] == (await api("GET", "/account")).body["email"] == "new@example.com"
    assert (await api("PATCH", "/account", {**right, "new_password": "better"})).status == 200
    for body in (
        right,
        {"email": "x@example.com"},
        {"password": "better", "email": "none"},
        {"password": "better", "beta": "x"},
    ):
        assert (await api("PATCH", "/account", body)).status == 422
    assert (await api("PATCH", "/account", {"password": "better"})).status == 200


async def test_a_changed_email_is_seen_everywhere(api: Api, app: str, platform: Platform) -> None:
    """Owner, collaborator and releases show the new one, and collaborators are found by it."""
    await api("PATCH", "/account", {"password": platform.password, "email": "new@example.com"})
    assert (await api("GET", app)).body["owner"]["email"] == "new@example.com"
    assert (await api("GET", f"{app}/collaborators/new@example.com")).status == 200
    assert (await api("GET", f"{app}/releases")).body[0]["user"]["email"] == "new@example.com"
