"""Apps, their config vars and releases, and who may see them."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api


async def test_a_new_app(api: Api, platform: Platform) -> None:
    """201 with Location as the web address; default region and stack, a default domain, two releases, no dynos."""
    got = await api("POST", "/apps", {"name": "example"})
    assert (got.status, got.headers["Location"]) == (201, "https://example.herokuapp.com/")
    assert got.body["owner"] == {"email": platform.email, "id": got.body["owner"]["id"]}
    assert (got.body["region"]["name"], got.body["stack"]["name"]) == ("us", "heroku-24")
    assert got.body["git_url"] == "git@heroku.com:example.git"
    assert got.body["created_at"] == got.body["updated_at"] == "2015-12-13T09:46:40Z"
    path = f"/apps/{got.body['id']}"
    assert (await api("GET", path)).body == got.body
    assert [row["hostname"] for row in (await api("GET", f"{path}/domains")).body] == ["example.herokuapp.com"]
    releases = (await api("GET", f"{path}/releases")).body
    assert [(row["version"], row["description"]) for row in releases] == [
        (1, "Initial release"),
        (2, "Enable Logplex"),
    ]
    for part in ("formation", "dynos", "addons", "log-drains"):
        assert (await api("GET", f"{path}/{part}")).body == []


async def test_region_and_stack_by_id_or_name(api: Api) -> None:
    """Both keys do."""
    eu = (await api("GET", "/regions/eu")).body["id"]
    got = await api("POST", "/apps", {"region": eu, "stack": "heroku-24"})
    assert (got.body["region"]["name"], got.body["stack"]["name"]) == ("eu", "heroku-24")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Example"},
        {"name": "1example"},
        {"name": "ab"},
        {"name": "a" * 31},
        {"name": "example-"},
        {"name": "a_b_c_d"},
        {"name": 7},
        {"name": None},
        {"region": "mars"},
        {"region": 1},
        {"stack": "pine"},
    ],
)
async def test_what_no_app_can_be(api: Api, body: Any) -> None:
    """Malformed names, unknown regions and stacks and wrong types are 422."""
    got = await api("POST", "/apps", body)
    assert (got.status, got.body["id"]) == (422, "invalid_params")


@pytest.mark.parametrize("name", ["abc", "a-1", "a" * 30])
async def test_the_shortest_and_longest_names(api: Api, name: str) -> None:
    """Today's rule: three to thirty characters, for an app, a team's app and a rename alike."""
    assert (await api("POST", "/apps", {"name": name})).status == 201
    assert (await api("PATCH", f"/apps/{name}", {"name": f"b{name[1:]}"})).status == 200
    assert (await api("POST", "/teams/apps", {"name": name, "team": "acme"})).status == 201


@pytest.mark.parametrize("path", ["/apps", "/teams/apps"])
@pytest.mark.parametrize("flags", [["preboot", "kernel"], "preboot,kernel", "preboot , kernel"])
async def test_features_to_begin_with(api: Api, path: str, flags: Any) -> None:
    """A list of names or, as the official command sends it, a text; what is no feature of an app shows nowhere."""
    assert (await api("POST", path, {"name": "flagged", "feature_flags": flags})).status == 201
    rows = (await api("GET", "/apps/flagged/features")).body
    assert [row["name"] for row in rows if row["enabled"]] == ["preboot"]
    assert (await api("POST", path, {"name": "flagged-2", "feature_flags": [1]})).status == 422
    assert (await api("GET", "/apps/flagged-2")).status == 404


async def test_app_names_are_unique(api: Api, platform: Platform, app: str) -> None:
    """Another account's app takes the name too, for creating as for renaming."""
    other = api.as_(platform.account("other@example.com"))
    got = await other("POST", "/apps", {"name": "example"})
    assert (got.status, got.body["message"]) == (422, "Name is already taken")
    await other("POST", "/apps", {"name": "theirs"})
    assert (await api("PATCH", app, {"name": "theirs"})).status == 422


async def test_a_rename_is_seen_everywhere(api: Api, app: str) -> None:
    """The id stays; addresses, nested names and the default domain follow; the old name is free and gone."""
    await api("POST", f"{app}/addons", {"plan": "mongolab"})
    await api("POST", f"{app}/domains", {"hostname": "www.example.org"})
    old = (await api("GET", app)).body
    new = (await api("PATCH", app, {"name": "renamed"})).body
    assert new["id"] == old["id"]
    assert new["web_url"] == "https://renamed.herokuapp.com/"
    assert new["git_url"] == "git@heroku.com:renamed.git"
    assert (await api("GET", app)).status == 404
    for part in ("addons", "domains", "releases"):
        for row in (await api("GET", f"/apps/renamed/{part}")).body:
            assert row["app"] == {"id": old["id"], "name": "renamed"}
    assert (await api("GET", "/apps/renamed/domains/renamed.herokuapp.com")).status == 200
    assert (await api("GET", "/apps/renamed/domains/www.example.org")).body["cname"] == "renamed.herokuapp.com"
    assert "renamed" in [row["name"] for row in (await api("GET", "/apps")).body]
    assert (await api("POST", "/apps", {"name": "example"})).status == 201


async def test_deleting_an_app_deletes_its_parts(api: Api, app: str, platform: Platform) -> None:
    """200 with the app as it was; then 404 for it and its parts, for everyone, and its names are free."""
    await api("POST", f"{app}/domains", {"hostname": "www.example.org"})
    await api("POST", f"{app}/collaborators", {"user": "other@example.com"})
    got = await api("DELETE", app)
    assert (got.status, got.body["name"]) == (200, "example")
    for path in (app, f"{app}/domains", f"/apps/{got.body['id']}"):
        assert (await api("GET", path)).body["resource"] == "app"
    assert (await api.as_(platform.account("other@example.com"))("GET", app)).status == 404
    assert (await api("POST", "/apps", {"name": "example"})).status == 201
    assert (await api("POST", f"{app}/domains", {"hostname": "www.example.org"})).status == 201


async def test_another_accounts_app_is_not_there(api: Api, app: str, platform: Platform) -> None:
    """404, not 403, and it is in no list."""
    other = api.as_(platform.account("other@example.com"))
    assert (await other("GET", app)).body["resource"] == "app"
    assert (await other("DELETE", app)).status == 404
    assert (await other("GET", "/apps")).body == []


async def test_collaborator_may_not_delete_the_app(api: Api, app: str, platform: Platform) -> None:
    """Adding gives access, by e-mail or id; deletion is 403; removing takes access away; once only."""
    other = api.as_(platform.account("other@example.com"))
    id = (await other("GET", "/account")).body["id"]
    got = await api("POST", f"{app}/collaborators", {"user": id, "silent": True})
    assert (got.status, got.body["user"]) == (201, {"email": "other@example.com", "id": id, "federated": False})
    assert [row["name"] for row in (await other("GET", "/apps")).body] == ["example"]
    assert (await other("DELETE", app)).body["id"] == "forbidden"
    assert (await api("POST", f"{app}/collaborators", {"user": "other@example.com"})).status == 422
    by_email, by_id = f"{app}/collaborators/other@example.com", f"{app}/collaborators/{got.body['id']}"
    assert (await api("GET", by_email)).body == (await api("GET", by_id)).body == got.body
    assert (await api("DELETE", by_email)).body == got.body
    assert (await other("GET", app)).status == 404


async def test_collaborators_that_cannot_be(api: Api, app: str, platform: Platform) -> None:
    """An unknown id, no e-mail, the wrong type; and the owner cannot be removed."""
    for user in ("01234567-89ab-cdef-0123-456789abcdef", "nobody", 7):
        assert (await api("POST", f"{app}/collaborators", {"user": user})).status == 422
    assert (await api("DELETE", f"{app}/collaborators/{platform.email}")).status == 422


async def test_config_vars_merge_and_null_removes(api: Api, app: str) -> None:
    """A PATCH answers the whole map; what it does not name stays; null removes."""
    path = f"{app}/config-vars"
    await api("PATCH", path, {"A": "1", "B": "2"})
    got = await api("PATCH", path, {"B": None, "C": ""})
    assert got.body == (await api("GET", path)).body == {"A": "1", "C": ""}
    for body in ({"A": 1}, {"A": True}, {"A": ["x"]}):
        assert (await api("PATCH", path, body)).status == 422
    assert (await api("GET", path)).body == {"A": "1", "C": ""}


async def test_a_config_change_is_a_release(api: Api, app: str, clock: Clock) -> None:
    """One release for a PATCH that changes something, none for one that does not; the app's dates follow."""
    clock.turn(60)
    await api("PATCH", f"{app}/config-vars", {"A": "1", "B": "2"})
    releases = (await api("GET", f"{app}/releases")).body
    assert (releases[-1]["version"], releases[-1]["description"]) == (3, "Set A, B config vars")
    shown = (await api("GET", app)).body
    assert shown["released_at"] == shown["updated_at"] == releases[-1]["created_at"] == "2015-12-13T09:47:40Z"
    await api("PATCH", f"{app}/config-vars", {"A": "1", "Z": None})
    assert len((await api("GET", f"{app}/releases")).body) == 3


async def test_config_vars_named_like_attributes(api: Api, app: str) -> None:
    """The map is free: a var called `updated_at` is a var."""
    await api("PATCH", f"{app}/config-vars", {"updated_at": "x", "id": "y"})
    assert (await api("GET", f"{app}/config-vars")).body == {"updated_at": "x", "id": "y"}


async def test_rollback(api: Api, platform: Platform, deployed: str) -> None:
    """By version or id a new release with the old slug appears; one without slug is 422, an unknown one 404."""
    releases = (await api("GET", f"{deployed}/releases")).body
    target = releases[2]
    got = None
    for key in (str(target["version"]), target["id"], f"v{target['version']}"):
        got = await api("POST", f"{deployed}/releases", {"release": key})
        assert got.status == 201
        assert got.body["slug"] == target["slug"] is not None
        assert got.body["description"] == f"Rollback to v{target['version']}"
    assert got is not None
    assert got.body["version"] == len(releases) + 3
    assert (await api("GET", f"{deployed}/dynos")).body[0]["release"]["version"] == got.body["version"]
    assert (await api("POST", f"{deployed}/releases", {"release": "1"})).status == 422
    assert (await api("POST", f"{deployed}/releases", {"release": "999"})).body["resource"] == "release"


async def test_rollback_restores_config(api: Api, deployed: str) -> None:
    """The config vars are again what they were when that release was cut."""
    await api("PATCH", f"{deployed}/config-vars", {"A": "old"})
    old = (await api("GET", f"{deployed}/releases", Range="version ..; order=desc, max=1")).body[0]
    await api("PATCH", f"{deployed}/config-vars", {"A": "new"})
    await api("POST", f"{deployed}/releases", {"release": old["id"]})
    assert (await api("GET", f"{deployed}/config-vars")).body["A"] == "old"


async def test_a_release_of_a_slug(api: Api, deployed: str) -> None:
    """A known slug is released with its description; an unknown one is 404, none at all 422."""
    slug = (await api("GET", f"{deployed}/releases")).body[2]["slug"]["id"]
    got = await api("POST", f"{deployed}/releases", {"slug": slug, "description": "Again"})
    assert (got.status, got.body["slug"], got.body["description"]) == (201, {"id": slug}, "Again")
    assert (await api("POST", f"{deployed}/releases", {"slug": "none"})).body["resource"] == "slug"
    assert (await api("POST", f"{deployed}/releases", {})).status == 422


async def test_an_app_is_pre_authorized(api: Api, app: str) -> None:
    """Clients that know a second factor ask for it; an app that the account does not see is 404."""
    assert (await api("PUT", f"{app}/pre-authorizations", Heroku_Two_Factor_Code="123456")).status == 200
    assert (await api("PUT", "/apps/no-such-app/pre-authorizations")).status == 404
