"""`Accept-Expansion` and `Accept-Inclusion`: what the platform shows more of, and only where it is asked to."""

from typing import Any

import pytest

from aioheroku import Heroku
from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

SDK = "application/vnd.heroku+json; version=3.sdk"


@pytest.fixture
async def addon(api: Api) -> dict[str, Any]:
    """An add-on of an app, as it is shown without more."""
    await api("POST", "/apps", {"name": "example"})
    created = await api("POST", "/apps/example/addons", {"plan": "heroku-postgresql:essential-0", "name": "example-db"})
    row: dict[str, Any] = created.body
    return row


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/apps/example/addons", None),
        ("GET", "/addons", None),
        ("GET", "/addons/example-db", None),
        ("GET", "/apps/example/addons/example-db", None),
        ("PATCH", "/apps/example/addons/example-db", {"plan": {"name": "heroku-postgresql:essential-0"}}),
        ("POST", "/apps/example/addons", {"plan": {"name": "heroku-postgresql:essential-0"}}),
        ("POST", "/actions/addons/resolve", {"addon": "example-db"}),
        ("DELETE", "/apps/example/addons/example-db", None),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_addon_shows_its_plan(
    api: Api, addon: dict[str, Any], method: str, path: str, body: dict[str, Any] | None
) -> None:
    """Wherever an add-on is shown: plan and service as their own endpoints show them, and nothing else changes."""
    got = await api(method, path, body, Accept=SDK, Accept_Expansion="addon_service,plan")
    row = next(one for one in got.body if one["app"]["name"] == "example") if isinstance(got.body, list) else got.body
    assert row["plan"] == (await api("GET", f"/plans/{addon['plan']['id']}")).body
    assert row["addon_service"] == (await api("GET", "/addon-services/heroku-postgresql")).body
    check_row("Plan", row["plan"])
    plain = {**row, "plan": addon["plan"], "addon_service": addon["addon_service"]}
    assert plain.keys() == addon.keys()
    again = await api("GET", "/addons/example-db")
    assert again.status == 404 or again.body["plan"] == addon["plan"]


async def test_an_expansion_is_the_one_asked_for(api: Api, addon: dict[str, Any]) -> None:
    """Names are taken one by one, with blanks; unknown ones are ignored, and the ETag is of what is shown."""
    path = "/apps/example/addons/example-db"
    plain = await api("GET", path)
    plan = await api("GET", path, Accept_Expansion=" plan , nothing")
    assert plan.body["plan"]["price"] == {"cents": 500, "contract": False, "unit": "month"}
    assert plan.body["addon_service"] == addon["addon_service"]
    unknown = await api("GET", path, Accept_Expansion="nothing,app", Accept_Inclusion="plan")
    assert (unknown.body, unknown.headers["ETag"]) == (plain.body, plain.headers["ETag"])
    assert plan.headers["ETag"] != plain.headers["ETag"]


async def test_a_plan_shows_its_service(api: Api) -> None:
    """The plans of a service, and one plan."""
    service = (await api("GET", "/addon-services/heroku-redis")).body
    for path in ("/addon-services/heroku-redis/plans", "/plans/heroku-redis:mini"):
        got = (await api("GET", path, Accept_Expansion="addon_service")).body
        assert (got[0] if isinstance(got, list) else got)["addon_service"] == service


@pytest.mark.parametrize(
    "path",
    [
        "/addon-attachments",
        "/addon-attachments/{id}",
        "/apps/second/addon-attachments",
        "/apps/second/addon-attachments/STORE",
        "/addons/example-db/addon-attachments",
        "/actions/addon-attachments/resolve",
    ],
)
async def test_an_attachment_shows_plan_and_vars(api: Api, addon: dict[str, Any], path: str) -> None:
    """Each kind of read of attachments has the plan of the add-on and the config vars when asked, never unasked."""
    await api("POST", "/apps", {"name": "second"})
    made = (await api("POST", "/addon-attachments", {"addon": "example-db", "app": "second", "name": "STORE"})).body
    verb, body = ("POST", {"addon_attachment": "STORE", "app": "second"}) if "resolve" in path else ("GET", None)
    path = path.format(id=made["id"])
    for more in ({}, {"Accept_Inclusion": "addon:plan,config_vars"}):
        got = (await api(verb, path, body, **more)).body
        row = next(one for one in got if one["id"] == made["id"]) if isinstance(got, list) else got
        wide = {**made, "addon": {**made["addon"], "plan": addon["plan"]}, "config_vars": ["STORE_URL"]}
        assert row == (wide if more else made)


async def test_a_space_shows_its_region(api: Api) -> None:
    """In lists and alone; the header of the response names what was expanded."""
    await api("POST", "/spaces", {"name": "example-space", "team": "acme", "region": "frankfurt"})
    region = (await api("GET", "/regions/frankfurt")).body
    got = await api("GET", "/spaces/example-space", Accept_Expansion="region")
    assert (got.body["region"], got.headers["Content-Expansion"]) == (region, "region")
    listed = (await api("GET", "/teams/acme/spaces", Accept_Expansion="region")).body
    assert region in [one["region"] for one in listed]
    assert "description" not in (await api("GET", "/spaces/example-space")).body["region"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/apps", None),
        ("GET", "/users/~/apps", None),
        ("GET", "/apps/example", None),
        ("POST", "/apps", {"name": "another"}),
        ("PATCH", "/apps/example", {"maintenance": True}),
        ("PATCH", "/apps/example/acm", {"acm_refresh": True}),
        ("POST", "/apps/example/acm", None),
        ("DELETE", "/apps/example/acm", None),
        ("POST", "/teams/apps", {"name": "another", "team": "acme"}),
        ("GET", "/teams/apps/example", None),
        ("GET", "/teams/acme/apps", None),
        ("POST", "/filters/apps", {}),
        ("DELETE", "/apps/example", None),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_the_sdk_has_the_generations_name(api: Api, method: str, path: str, body: dict[str, Any] | None) -> None:
    """Version `3.sdk` shows the generation of an app as a string, of whatever route; version `3` does not."""
    await api("POST", "/apps", {"name": "example", "team": "acme"})
    await api("POST", "/apps/example/domains", {"hostname": "www.example.org"})
    await api("POST", "/apps/example/acm")
    got = await api(method, path, body, Accept=SDK)
    rows: list[dict[str, Any]] = got.body if isinstance(got.body, list) else [got.body]
    assert {row["generation"] for row in rows} == {"cedar"}
    for row in (await api("GET", "/apps")).body:
        assert row["generation"]["name"] == "cedar"


async def test_the_client_types_what_is_added(platform: Platform, addon: dict[str, Any]) -> None:
    """Views with the two options have typed attributes for what comes, which are None in plain calls."""
    async with Heroku(platform.token, base_url=platform.url) as heroku:
        wide = heroku.using(accept_expansion=["addon_service", "plan"], accept_inclusion=["addon:plan", "config_vars"])
        one, plain = await wide.addons.find("example-db"), await heroku.addons.find("example-db")
        assert one.plan.price is not None
        assert (one.plan.price.cents, one.plan.price.unit, one.plan.visible) == (500, "month", True)
        assert one.addon_service.human_name == "Heroku Postgres"
        assert (plain.plan.price, plain.plan.description, plain.addon_service.state) == (None, None, None)
        attachment = await wide.addon_attachments.list_by_app("example").first()
        assert attachment is not None
        assert attachment.addon.plan is not None
        assert attachment.addon.plan.name == "heroku-postgresql:essential-0"
        assert attachment.config_vars == ["DATABASE_URL"]
        space = await heroku.using(accept_expansion="region").spaces.create(name="example-space", team="acme")
        assert space.region.provider is not None
        assert space.region.provider.name == "amazon-web-services"
        assert one.extra == one.plan.extra == one.addon_service.extra == space.region.extra == {}
