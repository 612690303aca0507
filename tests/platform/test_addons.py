"""Add-ons of the simulated platform: states, attachments, what a name means, what providers do."""

from typing import Any

import pytest

from tests._support.fakes import Clock
from tests._support.platform_client import Api
from tests._support.today import check_row


@pytest.fixture
async def addon(api: Api, app: str) -> Any:
    """A database of the app."""
    return (await api("POST", f"{app}/addons", {"plan": {"name": "heroku-postgresql:dev"}, "name": "main-db"})).body


@pytest.fixture
async def second(api: Api) -> str:
    await api("POST", "/apps", {"name": "second"})
    return "/apps/second"


async def test_a_new_addon_becomes_provisioned(api: Api, addon: Any, clock: Clock) -> None:
    """It has every attribute of today, is being provisioned at first, and is found without its app."""
    check_row("Addon", addon)
    assert (addon["state"], addon["name"], addon["billing_entity"]["name"]) == ("provisioning", "main-db", "example")
    clock.turn(3)
    assert (await api("GET", "/addons/main-db")).body["state"] == "provisioned"
    assert addon["id"] in [row["id"] for row in (await api("GET", "/addons")).body]
    assert addon["id"] in [row["id"] for row in (await api("GET", "/users/~/addons")).body]


async def test_attaching_elsewhere(api: Api, app: str, addon: Any, second: str) -> None:
    """The other app gets `<NAME>_URL` in a release, and loses it in another."""
    body = {"addon": {"name": addon["name"]}, "app": {"name": "second"}, "name": "shared-db"}
    got = await api("POST", "/addon-attachments", body)
    check_row("AddonAttachment", got.body)
    assert (got.status, got.body["name"], got.body["addon"]["app"]["name"]) == (201, "SHARED_DB", "example")
    value = (await api("GET", f"{app}/config-vars")).body["DATABASE_URL"]
    assert (await api("GET", f"{second}/config-vars")).body["SHARED_DB_URL"] == value
    assert (await api("GET", f"{second}/releases")).body[-1]["description"] == "Attach SHARED_DB (@ref:main-db)"
    names = [(row["app"]["name"], row["name"]) for row in (await api("GET", "/addons/main-db/addon-attachments")).body]
    assert sorted(names) == [("example", "DATABASE"), ("second", "SHARED_DB")]
    assert (await api("GET", f"{second}/addon-attachments/shared_db")).body == got.body
    assert (await api("DELETE", f"/addon-attachments/{got.body['id']}")).status == 200
    assert "SHARED_DB_URL" not in (await api("GET", f"{second}/config-vars")).body


async def test_a_taken_name_wants_to_be_confirmed(api: Api, app: str, addon: Any) -> None:
    """423 with an id of its own; with the app's name the attachment that had the name is replaced."""
    body = {"plan": "heroku-postgresql", "attachment": {"name": "DATABASE"}}
    got = await api("POST", f"{app}/addons", body)
    assert (got.status, got.body["id"]) == (423, "confirmation_required")
    got = await api("POST", f"{app}/addons", {**body, "confirm": "example"})
    assert (got.status, got.body["config_vars"]) == (201, ["DATABASE_URL"])
    (row,) = (await api("GET", f"{app}/addon-attachments")).body
    assert (row["name"], row["addon"]["id"]) == ("DATABASE", got.body["id"])
    assert addon["id"] != got.body["id"]


async def test_destroying_what_others_use(api: Api, app: str, addon: Any, second: str) -> None:
    """Only with `force`; then it is gone from both apps, and found nowhere."""
    await api("POST", "/addon-attachments", {"addon": addon["id"], "app": "second"})
    assert (await api("DELETE", f"{app}/addons/main-db")).status == 422
    got = await api("DELETE", f"{app}/addons/main-db", {"force": True})
    assert (got.status, got.body["state"]) == (200, "deprovisioned")
    assert (await api("GET", f"{second}/addon-attachments")).body == []
    assert "DATABASE_URL" not in (await api("GET", f"{second}/config-vars")).body
    assert (await api("GET", "/addons/main-db")).body["resource"] == "addon"


async def test_what_a_name_means(api: Api, app: str, addon: Any, second: str) -> None:
    """Ids, names and attachments, alone or within an app; 422 where two fit, 404 where none does."""
    other = (await api("POST", f"{second}/addons", {"plan": "heroku-postgresql"})).body
    for body in ({"addon": "main-db"}, {"addon": addon["id"]}, {"addon": "DATABASE", "app": "example"},
                 {"addon": "example::DATABASE", "app": None}, {"addon": "DATABASE_URL", "app": "example"}):  # fmt: skip
        (row,) = (await api("POST", "/actions/addons/resolve", body)).body
        assert row["id"] == addon["id"], body
    got = await api("POST", "/actions/addons/resolve", {"addon": "DATABASE"})
    if got.status == 200:  # nobody else's database has the name
        raise AssertionError("two add-ons are attached as DATABASE")
    assert (got.status, got.body["id"]) == (422, "multiple_matches")
    missing = await api("POST", "/actions/addons/resolve", {"addon": "nothing"})
    assert (missing.status, missing.body["resource"]) == (404, "addon")
    wrong = await api("POST", "/actions/addons/resolve", {"addon": "main-db", "addon_service": "papertrail"})
    assert wrong.status == 404
    body = {"addon_attachment": "DATABASE", "app": "second"}
    (row,) = (await api("POST", "/actions/addon-attachments/resolve", body)).body
    assert row["addon"]["id"] == other["id"]
    assert (await api("POST", "/actions/addon-attachments/resolve", {"addon_attachment": "x"})).status == 404


async def test_what_providers_do(api: Api, app: str, addon: Any) -> None:
    """They set values, which the app gets in a release, and say that the add-on is ready or gone."""
    assert (await api("POST", "/addons/main-db/actions/provision")).body["state"] == "provisioned"
    got = await api("PATCH", "/addons/main-db/config", {"config": [{"name": "EXTRA", "value": "x"}]})
    assert [row["name"] for row in got.body] == ["DATABASE_URL", "EXTRA"]
    assert (await api("GET", "/addons/main-db/config")).body == got.body
    assert (await api("GET", f"{app}/config-vars")).body["EXTRA"] == "x"
    (credential,) = (await api("GET", "/addons/main-db/config/credential:analyst")).body
    assert credential["name"] == "credential:analyst"
    assert (await api("GET", f"{app}/addons/main-db/sso")).body["params"]["owning_app"] == "example"
    assert (await api("GET", f"{app}/usage")).body == {"addons": []}
    assert (await api("POST", "/addons/main-db/actions/deprovision")).body["state"] == "deprovisioned"
    assert (await api("GET", "/addons/main-db")).status == 404
    assert addon["name"] == "main-db"


async def test_offers_by_region(api: Api) -> None:
    """Every service in every region; by service, by region, and a plan without its service."""
    every = (await api("GET", "/addon-region-capabilities")).body
    assert len(every) == len((await api("GET", "/addon-services")).body) * len((await api("GET", "/regions")).body)
    assert {row["region"]["name"] for row in (await api("GET", "/regions/eu/addon-region-capabilities")).body} == {"eu"}
    of = (await api("GET", "/addon-services/papertrail/region-capabilities")).body
    assert {row["addon_service"]["name"] for row in of} == {"papertrail"}
    assert (await api("GET", "/plans/papertrail:choklad")).body["name"] == "papertrail:choklad"
    assert (await api("GET", "/plans/choklad")).status == 404
