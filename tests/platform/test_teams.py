"""Teams: members with roles, invitations, the apps they own with who may do what, and their settings."""

from typing import Any

import pytest
from attrs import frozen

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

MEMBERS = "/teams/acme/members"
INVITATIONS = "/teams/acme/invitations"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


@frozen
class Cast:
    """A member and a collaborator of `acme`, and somebody who is none of its business."""

    member: Api
    collaborator: Api
    stranger: Api


@pytest.fixture
async def people(api: Api, platform: Platform) -> Cast:
    for role in ("member", "collaborator"):
        got = await api("PUT", MEMBERS, {"email": f"{role}@example.net", "role": role})
        assert (got.status, got.body["role"]) == (201, role)
    names = ("member", "collaborator", "stranger")
    return Cast(*(api.as_(platform.account(f"{name}@example.net")) for name in names))


@pytest.fixture
async def owned(api: Api) -> str:
    """The path of a new app of `acme`."""
    got = await api("POST", "/teams/apps", {"name": "owned", "team": "acme"})
    assert got.status == 201
    check_row("TeamApp", got.body)
    return "/teams/apps/owned"


async def emails(api: Api, path: str) -> list[str]:
    """Whose user each row of a list shows."""
    got = await api("GET", path)
    assert got.status == 200
    return sorted(row["user"]["email"] for row in got.body)


async def test_there_are_two_teams(api: Api) -> None:
    """Both are there from the beginning, with the account as their admin, as the organizations of 2014 are."""
    rows = (await api("GET", "/teams")).body
    for row in rows:
        check_row("Team", row)
    assert {(row["name"], row["role"], row["default"], row["type"]) for row in rows} == {
        ("acme", "admin", True, "team"),
        ("initech", "admin", False, "team"),
    }
    assert {row["name"] for row in (await api("GET", "/organizations")).body} == {"acme", "initech"}
    acme = (await api("GET", "/teams/acme")).body
    assert (await api("GET", f"/teams/{acme['id']}")).body == acme


@pytest.mark.parametrize("order", ["id", "name", "updated_at", "role", "enterprise_account"])
async def test_lists_take_any_attribute(api: Api, order: str) -> None:
    """A list whose orders are not stated is read page by page in the order of any of its attributes."""
    first = await api("GET", "/teams", Range=f"{order} ..; max=1")
    second = await api("GET", "/teams", Range=first.headers["Next-Range"])
    assert (first.status, second.status) == (206, 200)
    assert {row["name"] for row in first.body + second.body} == {"acme", "initech"}
    assert (await api("GET", "/teams", Range="height ..")).status == 416


async def test_teams_come_and_go(api: Api, people: Cast) -> None:
    """Who makes a team is its admin; it is renamed, becomes the default, and goes once it owns nothing."""
    made = await api("POST", "/teams", {"name": "umbrella", "card_number": None})
    assert (made.status, made.body["role"]) == (201, "admin")
    assert (await api("POST", "/teams", {"name": "umbrella"})).status == 422
    assert (await people.stranger("GET", "/teams/umbrella")).body["resource"] == "team"
    app = (await api("POST", "/teams/apps", {"team": "umbrella"})).body
    renamed = (await api("PATCH", "/teams/umbrella", {"name": "parasol", "default": True})).body
    assert (renamed["name"], renamed["default"], renamed["id"]) == ("parasol", True, made.body["id"])
    shown = (await api("GET", f"/teams/apps/{app['name']}")).body
    assert (shown["team"], shown["owner"]["email"]) == ({"name": "parasol"}, "parasol@herokumanager.com")
    assert (await api("DELETE", "/teams/parasol")).status == 422
    assert (await api("DELETE", f"/apps/{app['name']}")).status == 200
    assert (await api("DELETE", "/teams/parasol")).status == 200
    assert (await api("GET", "/teams/parasol")).status == 404
    assert (await people.member("PATCH", "/teams/acme", {"name": "mine"})).status == 403


async def test_members_have_roles(api: Api, people: Cast) -> None:
    """An admin adds, changes and removes them; the team is never left without an admin."""
    rows = (await api("GET", MEMBERS, Range="email ..; max=1000")).body
    for row in rows:
        check_row("TeamMember", row)
    mine = {"email": "member@example.net", "role": "viewer"}
    assert (await api("POST", MEMBERS, mine)).status == 422
    assert (await api("PATCH", MEMBERS, mine)).body["role"] == "viewer"
    assert (await api("PATCH", MEMBERS, {**mine, "email": "nobody@example.net"})).status == 404
    assert (await people.collaborator("PATCH", MEMBERS, mine)).status == 403
    for row in rows:
        if row["role"] == "admin" and row["email"] != "username@example.com":
            await api("DELETE", f"{MEMBERS}/{row['id']}")
    assert (await api("DELETE", f"{MEMBERS}/username@example.com")).status == 422
    assert (await people.member("DELETE", f"{MEMBERS}/member@example.net")).status == 200
    assert (await people.member("GET", MEMBERS)).status == 404


async def test_invitations_wait_to_be_accepted(api: Api, people: Cast) -> None:
    """Invited is not yet a member; accepted is, revoked never."""
    asked = {"email": "stranger@example.net", "role": "member"}
    invited = await api("PUT", INVITATIONS, asked)
    check_row("TeamInvitation", invited.body)
    assert (await api("PUT", INVITATIONS, {**asked, "role": "admin"})).body["id"] == invited.body["id"]
    assert await emails(api, INVITATIONS) == ["stranger@example.net"]
    assert (await people.stranger("GET", "/teams/acme")).status == 404
    token = f"/teams/invitations/{invited.body['id']}"
    assert (await people.stranger("GET", token)).body["team"]["name"] == "acme"
    accepted = await people.stranger("POST", f"{token}/accept")
    check_row("TeamMember", accepted.body)
    assert (await people.stranger("GET", "/teams/acme")).body["role"] == "admin"
    assert await emails(api, INVITATIONS) == []
    other = (await api("PUT", INVITATIONS, {"email": "other@example.net", "role": None})).body
    assert (await api("DELETE", f"{INVITATIONS}/{other['id']}")).status == 200
    assert (await people.stranger("POST", f"/teams/invitations/{other['id']}/accept")).status == 404


async def test_invitations_are_a_feature(api: Api, platform: Platform) -> None:
    """A test of somebody's switches it on in the state; features have no endpoint that would."""
    rows = (await api("GET", "/teams/acme/features")).body
    for row in rows:
        check_row("TeamFeature", row)
    one = "/teams/acme/features/team-invite-acceptance"
    assert (await api("GET", one)).body["enabled"] is False
    feature = platform.state.organizations["acme"].features.find("team-invite-acceptance")
    assert feature is not None
    feature["enabled"] = True
    assert (await api("GET", one)).body["enabled"] is True


async def test_one_set_of_collaborators(api: Api, people: Cast, owned: str) -> None:
    """Who joins by the team's route is seen, and leaves, by the app's; and the other way round."""
    assert (await people.member("POST", f"{owned}/collaborators", {"user": "~"})).status == 201
    assert await emails(api, "/apps/owned/collaborators") == await emails(api, f"{owned}/collaborators")
    assert await emails(api, "/apps/owned/collaborators") == ["member@example.net", "username@example.com"]
    assert (await people.member("DELETE", "/apps/owned/collaborators/member@example.net")).status == 200
    assert await emails(api, f"{owned}/collaborators") == ["username@example.com"]
    await api("POST", "/apps/owned/collaborators", {"user": "stranger@example.net"})
    assert await emails(api, f"{owned}/collaborators") == ["stranger@example.net", "username@example.com"]


async def test_collaborators_have_permissions(api: Api, people: Cast, owned: str) -> None:
    """Given when somebody is added and changed later; both views and the team's entities show them."""
    path = f"{owned}/collaborators/member@example.net"
    added = {"user": "member@example.net", "permissions": ["deploy"], "silent": True}
    check_row("TeamAppCollaborator", (await api("POST", f"{owned}/collaborators", added)).body)

    async def permissions(path: str) -> list[str]:
        return [one["name"] for one in (await api("GET", path)).body["permissions"]]

    assert await permissions(path) == ["deploy", "view"]
    assert (await api("PATCH", path, {"permissions": ["manage", "view"]})).status == 200
    assert await permissions("/apps/owned/collaborators/member@example.net") == ["manage", "view"]
    assert (await api("PATCH", path, {"permissions": ["fly"]})).status == 422
    assert (await people.collaborator("PATCH", path, {"permissions": []})).status in {403, 404}
    for row in (await api("GET", "/teams/acme/permissions")).body:
        check_row("PermissionEntity", row)
        users = {user["email"]: user["permissions"] for user in row["users"]}
        assert row["name"] != "owned" or users["member@example.net"] == ["manage", "view"]
    for row in (await api("GET", "/teams/permissions")).body:
        check_row("TeamAppPermission", row)


async def test_a_locked_app_is_not_joined(api: Api, people: Cast, owned: str) -> None:
    """Members are refused while it is locked; its admin lets them in all the same."""
    assert (await api("PATCH", owned, {"locked": True})).body["locked"] is True
    assert (await people.member("POST", f"{owned}/collaborators", {"user": "~"})).status == 403
    assert (await api("POST", f"{owned}/collaborators", {"user": "member@example.net"})).status == 201
    assert (await people.member("PATCH", owned, {"locked": False})).status == 403


async def test_apps_are_transferred(api: Api, people: Cast, owned: str) -> None:
    """From a team to a person, to oneself, and to another team; `POST /apps` takes a team as well."""
    mine = (await api("PATCH", owned, {"owner": "~"})).body
    assert (mine["team"], mine["owner"]["email"]) == (None, "username@example.com")
    assert (await api("GET", f"{owned}/collaborators")).body["resource"] == "team"
    assert (await api("PATCH", owned, {"owner": "initech"})).body["team"] == {"name": "initech"}
    assert "owned" in {row["name"] for row in (await api("GET", "/teams/initech/apps")).body}
    theirs = (await api("PATCH", owned, {"owner": "member@example.net"})).body
    assert theirs["owner"]["email"] == "member@example.net"
    assert (await api("POST", "/apps", {"name": "second", "team": "acme"})).status == 201
    listed = (await api("GET", "/teams/acme/members/username@example.com/apps")).body
    assert "second" in {row["name"] for row in listed}
    assert (await people.collaborator("POST", "/apps", {"team": "acme"})).status == 403
    assert (await people.stranger("POST", "/apps", {"team": "acme"})).status == 404


async def test_filters_choose_apps(api: Api) -> None:
    """Those of the ids that the account may see, page by page; 200 without a Range, 422 for what is no list."""
    every = (await api("GET", "/apps")).body
    wanted = sorted(row["id"] for row in every)[:3]
    body = {"in": {"id": [*wanted, "no such id", 7]}}
    got = await api("POST", "/filters/apps", body)
    assert [row["id"] for row in got.body] == wanted
    for row in got.body:
        check_row("TeamApp", row)
    first = await api("POST", "/filters/apps", body, Range="name ..; max=2")
    second = await api("POST", "/filters/apps", body, Range=first.headers["Next-Range"])
    assert (first.status, second.status, len(first.body + second.body)) == (206, 200, 3)
    assert len((await api("POST", "/filters/apps")).body) == len(every)
    assert (await api("POST", "/filters/apps", {"in": {"id": "x"}})).status == 422


async def test_usage_needs_a_start(api: Api, owned: str) -> None:
    """A row for each day or month up to the end; 422 without a start, and for a date that is none."""
    assert (await api("GET", "/teams/acme/usage/daily")).status == 422
    for unit, start, end, model, count in (
        ("daily", "2015-11-28", "2015-12-02", "TeamDailyUsage", 5),
        ("monthly", "2015-10", "2015-12", "TeamMonthlyUsage", 3),
    ):
        path = f"/teams/acme/usage/{unit}"
        got = await api("GET", f"{path}?start={start}&end={end}")
        assert (got.status, len(got.body)) == (200, count)
        for row in got.body:
            check_row(model, row)
            assert row["dynos"] == pytest.approx(sum(app["dynos"] for app in row["apps"]), abs=0.01)
        assert (await api("GET", f"{path}?start=yesterday")).status == 422
        assert (await api("GET", f"{path}?start={end}&end={start}")).status == 422
        assert (await api("GET", f"{path}?start={end}")).body[0] == got.body[-1]


async def test_settings_of_a_team(api: Api, people: Cast) -> None:
    """Preferences, delinquency and invoices are read by members; preferences are changed by admins."""
    path = "/teams/acme/preferences"
    check_row("TeamPreferences", (await api("GET", path)).body)
    assert (await api("PATCH", path, {"addons-controls": True})).body["addons-controls"] is True
    assert (await people.member("PATCH", path, {"addons-controls": False})).status == 403
    assert (await people.member("GET", path)).body["addons-controls"] is True
    check_row("TeamDelinquency", (await api("GET", "/teams/acme/delinquency")).body)
    rows = (await api("GET", "/teams/acme/invoices")).body
    for row in rows:
        check_row("TeamInvoice", row)
    assert (await api("GET", f"/teams/acme/invoices/{rows[0]['number']}")).body == rows[0]


async def test_addon_services_are_allowed(api: Api, owned: str) -> None:
    """One by name, or all that the team's apps use; once each; found by the service's name and either id."""
    path = "/teams/acme/allowed-addon-services"
    got = await api("POST", path, {"addon_service": "papertrail"})
    assert got.status == 201
    check_row("AllowedAddonService", got.body[0])
    assert (await api("POST", path, {"addon_service": "papertrail"})).body == got.body
    assert (await api("POST", path, {"addon_service": "nothing"})).status == 404
    used = {row["addon_service"]["name"] for row in (await api("GET", "/teams/acme/addons")).body}
    assert {row["addon_service"]["name"] for row in (await api("POST", path)).body} == used
    assert (await api("DELETE", f"{path}/papertrail")).body == got.body[0]
    assert (await api("DELETE", f"{path}/papertrail")).status == 404


async def test_identity_providers(api: Api, people: Cast) -> None:
    """Added, changed and removed by admins; the team shows the one it has, and federated members too."""
    path = "/teams/acme/identity-providers"
    body = {"certificate": PEM, "entity_id": "https://idp.example.com", "sso_target_url": "https://idp.example.com/in"}
    assert (await people.member("POST", path, body)).status == 403
    assert (await api("POST", path, {**body, "certificate": "x"})).status == 422
    made = (await api("POST", path, body)).body
    check_row("IdentityProvider", made)
    changed = await api("PATCH", f"{path}/{made['id']}", {"slo_target_url": "https://idp.example.com/out"})
    assert [changed.body] == (await api("GET", path)).body
    assert (await api("GET", "/teams/acme")).body["identity_provider"]["id"] == made["id"]
    federated: dict[str, Any] = {"email": "member@example.net", "role": "member", "federated": True}
    member = (await api("PATCH", MEMBERS, federated)).body
    check_row("TeamMember", member)
    assert member["identity_provider"]["owner"] == {"id": made["owner"]["id"], "name": "acme", "type": "team"}
    assert (await api("DELETE", f"{path}/{made['id']}")).status == 200
    assert (await api("GET", "/teams/acme")).body["identity_provider"] is None
