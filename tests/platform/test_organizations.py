"""Organizations: members with roles, the apps they own, and who may do what."""

from typing import Any

import pytest
from attrs import frozen

from aioheroku.testing import Platform
from tests._support.platform_client import Api

APPS = "/organizations/apps"
MEMBERS = "/organizations/acme/members"


@frozen
class Cast:
    """An admin, a member, a collaborator of `acme`, and somebody who is none of its business."""

    admin: Any
    member: Any
    collaborator: Any
    stranger: Any


@pytest.fixture
def fleet(platform: Platform) -> set[str]:
    """The names of the apps that are there from the beginning."""
    return set(platform.state.names)


@pytest.fixture
async def people(api: Api, platform: Platform) -> Cast:
    others = [api.as_(platform.account(f"{name}@example.net")) for name in ("member", "collaborator", "stranger")]
    for role in ("member", "collaborator"):
        got = await api("PUT", MEMBERS, {"email": f"{role}@example.net", "role": role})
        assert (got.status, got.body["role"]) == (201, role)
    return Cast(api, *others)


@pytest.fixture
async def owned(api: Api) -> str:
    """The path of an app of `acme`, which its creator has joined."""
    got = await api("POST", APPS, {"name": "owned", "organization": "acme"})
    assert got.status == 201
    return f"{APPS}/owned"


async def roles(api: Api, path: str = MEMBERS) -> dict[str, str]:
    return {row["email"]: row["role"] for row in (await api("GET", path, Range="email ..; max=1000")).body}


async def joined(api: Api, path: str) -> list[str]:
    return [row["user"]["email"] for row in (await api("GET", f"{path}/collaborators")).body]


async def test_the_default_account_has_two(api: Api) -> None:
    """Listed by name, with the role it has in each, and booleans as strings; there is no other order."""
    got = await api("GET", "/organizations")
    assert [(row["name"], row["role"], row["default"]) for row in got.body] == [
        ("acme", "admin", "true"),
        ("initech", "admin", "false"),
    ]
    assert (got.headers["Accept-Ranges"], got.headers["Content-Range"]) == ("name", "name acme..initech")
    first = await api("GET", "/organizations", Range="name ..; max=1")
    second = await api("GET", "/organizations", Range=first.headers["Next-Range"])
    assert (first.status, second.status, second.body) == (206, 200, got.body[1:])
    assert (await api("GET", "/organizations", Range="id ..")).status == 416


@pytest.mark.parametrize("yes", [True, "true"])
async def test_the_default_organization_changes(api: Api, yes: Any) -> None:
    """One at most; booleans are taken as they are and as the strings that are answered."""
    got = await api("PATCH", "/organizations/initech", {"default": yes})
    assert (got.status, got.body["default"]) == (200, "true")
    assert [row["default"] for row in (await api("GET", "/organizations")).body] == ["false", "true"]
    assert (await api("GET", "/account")).body["default_organization"]["name"] == "initech"
    await api("PATCH", "/organizations/acme", {"default": "false"})
    assert (await api("GET", "/account")).body["default_organization"]["name"] == "initech"
    await api("PATCH", "/organizations/initech", {"default": False})
    assert (await api("GET", "/account")).body["default_organization"] is None
    for wrong in ("yes", 1, None):
        assert (await api("PATCH", "/organizations/acme", {"default": wrong})).status == 422


async def test_members_are_put_and_deleted(api: Api, people: Cast) -> None:
    """201 for new ones and changed ones, ordered by e-mail; a deleted one sees the organization no more."""
    assert (await roles(api))["member@example.net"] == "member"
    got = await api("PUT", MEMBERS, {"email": "member@example.net", "role": "admin"})
    assert (got.status, (await roles(api))["member@example.net"]) == (201, "admin")
    listed = [row["email"] for row in (await api("GET", MEMBERS)).body]
    assert listed == sorted(listed)
    assert (await api("DELETE", f"{MEMBERS}/member@example.net")).body["email"] == "member@example.net"
    assert "member@example.net" not in await roles(api)
    assert (await people.member("GET", MEMBERS)).status == 404
    assert (await api("DELETE", f"{MEMBERS}/member@example.net")).status == 404
    for body in (
        {"email": "x@example.net"},
        {"email": "x@example.net", "role": "owner"},
        {"email": "x", "role": "member"},
    ):
        assert (await api("PUT", MEMBERS, body)).status == 422


async def test_only_admins_change_members(people: Cast) -> None:
    """403 for members and collaborators, 404 for strangers; everybody may leave."""
    body = {"email": "stranger@example.net", "role": "admin"}
    before = await roles(people.admin)
    for each, status in ((people.member, 403), (people.collaborator, 403), (people.stranger, 404)):
        assert (await each("PUT", MEMBERS, body)).status == status
        assert (await each("DELETE", f"{MEMBERS}/username@example.com")).status == status
    assert await roles(people.admin) == before
    assert (await people.member("DELETE", f"{MEMBERS}/member@example.net")).status == 200


async def test_one_admin_is_left(api: Api) -> None:
    """The last one can neither go nor be made less: 422."""
    other = next(email for email, role in (await roles(api)).items() if role == "admin" and email[:4] != "user")
    assert (await api("PUT", MEMBERS, {"email": other, "role": "member"})).status == 201
    assert (await api("PUT", MEMBERS, {"email": "username@example.com", "role": "member"})).status == 422
    assert (await api("DELETE", f"{MEMBERS}/username@example.com")).status == 422
    assert (await roles(api))["username@example.com"] == "admin"


async def test_an_organizations_app(api: Api, people: Cast, owned: str) -> None:
    """It belongs to the organization, and is an app like any other for who has joined it."""
    row = (await api("GET", owned)).body
    assert (row["organization"], row["joined"], row["locked"]) == ({"name": "acme"}, True, False)
    assert row["owner"]["email"] == "acme@herokumanager.com"
    assert "owned" in [app["name"] for app in (await api("GET", "/apps")).body]
    assert (await api("GET", "/apps/owned")).body["owner"] == row["owner"]
    seen = (await people.member("GET", owned)).body
    assert (seen["joined"], seen["id"]) == (False, row["id"])
    assert (await people.member("GET", "/apps/owned")).status == 404
    for each in (people.collaborator, people.stranger):
        got = await each("GET", owned)
        assert (got.status, got.body["resource"]) == (404, "app")


async def test_lists_of_apps(api: Api, people: Cast, fleet: set[str], owned: str) -> None:
    """Of one organization, of the default one, and one's own where there is no default."""
    mine = "/organizations/acme/apps"
    for path in (mine, APPS):
        assert [row["name"] for row in (await api("GET", path)).body if row["name"] not in fleet] == ["owned"]
        assert (await api("GET", path)).headers["Accept-Ranges"] == "name"
    assert "owned" in [row["name"] for row in (await people.member("GET", mine)).body]
    assert (await people.member("GET", APPS)).body == []
    assert (await people.collaborator("GET", mine)).body == []
    assert (await people.stranger("GET", mine)).body["resource"] == "organization"
    await api("PATCH", "/organizations/acme", {"default": False})
    own = (await api("GET", APPS)).body
    assert own
    assert {row["owner"]["email"] for row in own} == {"username@example.com"}
    assert {row["organization"] for row in own} == {None}


async def test_where_a_new_app_goes(api: Api, people: Cast) -> None:
    """To the organization that is named, else the default one; with `personal`, or without a default, to oneself."""
    named = await api("POST", APPS, {"organization": "initech", "locked": True, "region": "eu", "stack": "heroku-24"})
    assert (named.body["organization"], named.body["locked"]) == ({"name": "initech"}, True)
    assert (named.body["region"]["name"], named.body["stack"]["name"]) == ("eu", "heroku-24")
    assert (await api("POST", APPS, {})).body["organization"] == {"name": "acme"}
    personal = (await api("POST", APPS, {"personal": True})).body
    assert (personal["organization"], personal["owner"]["email"]) == (None, "username@example.com")
    assert (await people.stranger("POST", APPS, {})).body["organization"] is None
    assert (await people.collaborator("POST", APPS, {"organization": "acme"})).status == 403
    assert (await people.stranger("POST", APPS, {"organization": "acme"})).status == 404
    await api("POST", APPS, {"name": "taken"})
    for body in ({"name": "taken"}, {"name": "-"}, {"region": "moon"}, {"locked": "no"}):
        assert (await api("POST", APPS, body)).status == 422


async def test_admins_dispose_of_apps(api: Api, people: Cast) -> None:
    """They delete what members made and they have not joined; a member cannot, not even its own."""
    assert (await people.member("POST", APPS, {"name": "theirs", "organization": "acme"})).status == 201
    assert (await people.member("DELETE", "/apps/theirs")).status == 403
    assert (await api("GET", f"{APPS}/theirs")).body["joined"] is False
    assert (await api("DELETE", "/apps/theirs")).status == 200
    assert "theirs" not in [row["name"] for row in (await api("GET", "/organizations/acme/apps")).body]


async def test_a_locked_app_cannot_be_joined(people: Cast, owned: str) -> None:
    """Members join by adding themselves, unless it is locked; only admins lock."""
    joining = {"user": "member@example.net"}
    assert (await people.member("PATCH", owned, {"locked": True})).status == 403
    got = await people.admin("PATCH", owned, {"locked": True})
    assert (got.status, got.body["locked"]) == (200, True)
    assert (await people.member("POST", f"{owned}/collaborators", joining)).status == 403
    assert (await people.admin("PATCH", owned, {"locked": False})).body["locked"] is False
    got = await people.member("POST", f"{owned}/collaborators", joining)
    assert (got.status, got.body["role"], got.body["user"]["email"]) == (201, "member", "member@example.net")
    assert (await people.member("GET", owned)).body["joined"] is True
    assert (await people.member("GET", "/apps/owned")).status == 200


async def test_who_adds_and_removes_collaborators(people: Cast, owned: str) -> None:
    """Admins, and members who have joined; a collaborator sees the app, and may leave it."""
    path, third = f"{owned}/collaborators", {"user": "collaborator@example.net"}
    assert (await people.member("POST", path, third)).status == 403
    await people.member("POST", path, {"user": "member@example.net"})
    assert (await people.member("POST", path, third)).status == 201
    assert (await people.member("POST", path, third)).status == 422
    assert (await people.collaborator("GET", owned)).body["joined"] is True
    assert (await people.collaborator("POST", path, {"user": "stranger@example.net"})).status == 403
    assert (await people.collaborator("DELETE", f"{path}/member@example.net")).status == 403
    emails = ["collaborator@example.net", "member@example.net", "username@example.com"]
    assert await joined(people.admin, owned) == emails
    one = await people.collaborator("GET", f"{path}/collaborator@example.net")
    assert one.body["role"] == "collaborator"
    assert (await people.collaborator("DELETE", f"{path}/collaborator@example.net")).body == one.body
    assert (await people.collaborator("GET", owned)).status == 404
    assert (await people.admin("GET", path, Range="id ..")).status == 416


async def test_added_outsider_becomes_collaborator(people: Cast, owned: str) -> None:
    """Of the app and of the organization; sent away from the organization it loses the app."""
    await people.admin("POST", f"{owned}/collaborators", {"user": "stranger@example.net"})
    assert (await roles(people.admin))["stranger@example.net"] == "collaborator"
    assert [row["name"] for row in (await people.stranger("GET", "/organizations")).body] == ["acme"]
    assert (await people.stranger("GET", "/apps/owned")).status == 200
    await people.admin("DELETE", f"{MEMBERS}/stranger@example.net")
    assert (await people.stranger("GET", "/apps/owned")).status == 404
    assert await joined(people.admin, owned) == ["username@example.com"]


async def test_transfers_to_organizations_and_accounts(people: Cast, owned: str) -> None:
    """To an account by e-mail or id, to an organization by name; whoever had joined still has."""
    api = people.admin
    assert (await people.member("PATCH", owned, {"owner": "member@example.net"})).status == 403
    got = await api("PATCH", owned, {"owner": "member@example.net"})
    assert (got.status, got.body["organization"], got.body["owner"]["email"]) == (200, None, "member@example.net")
    assert "owned" not in [row["name"] for row in (await api("GET", "/organizations/acme/apps")).body]
    assert (await api("PATCH", owned, {"owner": "acme"})).status == 403
    assert (await people.member("PATCH", owned, {"locked": True})).status == 422
    back = await people.member("PATCH", owned, {"owner": "acme"})
    assert (back.body["organization"], back.body["joined"]) == ({"name": "acme"}, True)
    assert (await people.member("DELETE", "/apps/owned")).status == 403
    moved = await api("PATCH", owned, {"owner": "initech"})
    assert moved.body["organization"] == {"name": "initech"}
    assert [row["name"] for row in (await api("GET", "/organizations/initech/apps")).body] == ["owned"]


async def test_owners_that_cannot_be(api: Api, owned: str) -> None:
    """Unknown ones, and a body that asks for nothing, are 422; the app stays."""
    for body in ({"owner": "nobody@example.net"}, {"owner": "no-such"}, {"owner": None}, {}):
        assert (await api("PATCH", owned, body)).status == 422
    assert (await api("GET", owned)).body["organization"] == {"name": "acme"}


async def test_a_changed_email_keeps_its_role(api: Api, platform: Platform, owned: str) -> None:
    """Members are known by e-mail, and follow when it changes."""
    await api("PATCH", "/account", {"password": platform.password, "email": "new@example.com"})
    assert (await roles(api))["new@example.com"] == "admin"
    assert "username@example.com" not in await roles(api)
    assert await joined(api, owned) == ["new@example.com"]


async def test_an_app_of_ones_own_has_no_organization(api: Api, app: str) -> None:
    """It is shown here too, but its collaborators are not."""
    assert (await api("GET", f"/organizations{app}")).body["organization"] is None
    got = await api("GET", f"/organizations{app}/collaborators")
    assert (got.status, got.body["resource"]) == (404, "organization")


@pytest.mark.parametrize("role", ["admin", "member", "viewer", "collaborator"])
async def test_a_team_under_both_names(people: Cast, api: Api, owned: str, role: str) -> None:
    """Who sees an app of a team sees it as one of an organization, and who may change it may do so there too."""
    member = {"email": "stranger@example.net", "role": role}
    assert (await api("PUT", "/teams/acme/members", member)).status == 201
    for path in (owned, f"{owned}/collaborators", "/organizations/acme/apps"):
        team = path.replace("/organizations", "/teams")
        assert (await people.stranger("GET", path)).status == (await people.stranger("GET", team)).status, path
    statuses = {
        (await people.stranger("PATCH", path, {"locked": True})).status
        for path in (owned, owned.replace("/organizations", "/teams"))
    }
    assert len(statuses) == 1
