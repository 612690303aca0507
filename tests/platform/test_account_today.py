"""What today's accounts, sessions, catalogues and dynos have beyond the reference."""

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

PATHS = {
    "Account": "/users/~",
    "AccountDelinquency": "/account/delinquency",
    "AccountFeature": "/account/features",
    "DynoSize": "/dyno-sizes",
    "Generation": "/generations",
    "Invoice": "/account/invoices",
    "InvoiceAddress": "/account/invoice-address",
    "OAuthSession": "/oauth/sessions",
    "Region": "/regions",
    "SMSNumber": "/users/~/sms-number",
    "Stack": "/stacks",
    "UserPreferences": "/users/~/preferences",
}


@pytest.mark.parametrize("model", PATHS)
async def test_rows_have_todays_attributes(api: Api, model: str) -> None:
    """All of them, of their types, and no other."""
    got = (await api("GET", PATHS[model])).body
    assert got
    for row in got if isinstance(got, list) else [got]:
        check_row(model, row)


async def test_an_account_is_deleted(api: Api, platform: Platform) -> None:
    """With its password in a header; its apps and tokens go with it."""
    other = api.as_(platform.account("other@example.com"))
    await other("POST", "/apps", {"name": "orphan"})
    assert (await other("DELETE", "/account", Heroku_Password="wrong")).status == 422
    password = platform.state.account("other@example.com").password
    gone = await other("DELETE", "/users/~", Heroku_Password=password)
    assert gone.body["email"] == "other@example.com"
    assert (await other("GET", "/account")).status == 401
    assert (await api("POST", "/apps", {"name": "orphan"})).status == 201


async def test_other_accounts_are_not_shown(api: Api, platform: Platform) -> None:
    """One's own is, by `~`, id and e-mail."""
    own = (await api("GET", "/account")).body
    platform.account("other@example.com")
    for text, status in (("~", 200), (own["id"], 200), (own["email"], 200), ("other@example.com", 404)):
        assert (await api("GET", f"/users/{text}")).status == status
    assert (await api("PATCH", "/users/~", {"name": "New"})).body["name"] == "New"
    assert len((await api("GET", "/users/~/apps")).body) == 6


async def test_who_shares_an_app_is_shown(api: Api, platform: Platform) -> None:
    """A collaborator has an account that others can name, as the owner of a pipeline, without what is private."""
    app = (await api("GET", "/apps")).body[0]["name"]
    await api("POST", f"/apps/{app}/collaborators", {"user": "other@example.com"})
    platform.state.accounts["other@example.com"].row["sms_number"] = "+1 ***-***-1234"
    own = (await api("GET", "/account")).body
    shown = (await api("GET", "/users/other@example.com")).body
    assert (shown["email"], shown["sms_number"], shown["default_team"]) == ("other@example.com", None, None)
    assert shown.keys() == own.keys()
    pipeline = (await api("POST", "/pipelines", {"name": "to-give"})).body["id"]
    body = {"pipeline": {"id": pipeline}, "new_owner": {"id": shown["id"], "type": "user"}}
    assert (await api("POST", "/pipeline-transfers", body)).status == 201
    assert (await api("PATCH", "/users/other@example.com", {"name": "New"})).status == 404


async def test_a_session_ends_its_token(api: Api, platform: Platform) -> None:
    """By its id or as `~`, the session of the request."""
    first, second = platform.new_token(), platform.new_token(expires_in=60)
    own = (await api.as_(first)("GET", "/oauth/sessions/~")).body
    assert (await api("DELETE", f"/oauth/sessions/{own['id']}")).body == own
    assert (await api.as_(first)("GET", "/account")).status == 401
    assert (await api.as_(second)("GET", "/oauth/authorizations/~")).body["access_token"]["token"] == second
    assert (await api.as_(second)("DELETE", "/oauth/sessions/~")).body["expires_in"] == 60
    assert (await api.as_(second)("GET", "/account")).status == 401
    assert (await api("GET", f"/oauth/sessions/{own['id']}")).status == 404


async def test_tokens_are_regenerated(api: Api) -> None:
    """The old one stops, the new one works; an update keeps it, and a client gets another secret."""
    body = {"scope": ["global"], "expires_in": "3600"}
    made = (await api("POST", "/oauth/authorizations", body)).body
    check_row("OAuthAuthorization", made)
    path, old = f"/oauth/authorizations/{made['id']}", made["access_token"]
    assert old["expires_in"] == 3600
    assert (await api("PATCH", path, {"description": "new"})).body["access_token"] == old
    new = (await api("POST", f"{path}/actions/regenerate-tokens")).body["access_token"]["token"]
    assert (await api.as_(old["token"])("GET", "/account")).status == 401
    assert (await api.as_(new)("GET", "/account")).status == 200
    client = (await api("POST", "/oauth/clients", {"name": "x", "redirect_uri": "https://example.com"})).body
    rotated = (await api("POST", f"/oauth/clients/{client['id']}/actions/rotate-credentials")).body
    assert rotated["secret"] != client["secret"]


async def test_a_password_is_reset(api: Api, platform: Platform) -> None:
    """Without credentials, by the token that a mail would hold, once."""
    asked = await api("POST", "/password-resets", {"email": platform.email}, Authorization=None)
    check_row("PasswordReset", asked.body)
    (token,) = platform.state.password_resets
    path = f"/password-resets/{token}/actions/finalize"
    wrong = {"password": "a", "password_confirmation": "b"}
    assert (await api("POST", path, wrong, Authorization=None)).status == 422
    right = {"password": "better", "password_confirmation": "better"}
    assert (await api("POST", path, right, Authorization=None)).status == 201
    assert platform.password == "better"
    assert (await api("POST", path, right, Authorization=None)).status == 404


async def test_preferences_and_address_are_kept(api: Api) -> None:
    """What was not given stays."""
    await api("PATCH", "/users/~/preferences", {"timezone": "UTC", "dismissed-sms-banner": True})
    got = (await api("PATCH", "/users/~/preferences", {"timezone": None})).body
    assert (got["timezone"], got["dismissed-sms-banner"]) == (None, True)
    before = (await api("GET", "/account/invoice-address")).body
    after = (await api("PUT", "/account/invoice-address", {"city": "Berlin"})).body
    assert after == {**before, "city": "Berlin"}
    number = (await api("GET", "/account/invoices")).body[0]["number"]
    assert (await api("GET", f"/account/invoices/{number}")).body["number"] == number
    assert (await api("POST", "/account/credits", {"code1": "abc"})).body["title"] == "voucher"


@pytest.mark.parametrize("given", [{"size": "Standard-2X"}, {"dyno_size": {"name": "standard-2x"}}])
async def test_a_size_under_either_name(api: Api, deployed: str, given: dict[str, object]) -> None:
    """Also the quantity as digits, and the size as null of a one-off dyno."""
    updates = [{"type": "web", "quantity": "2", **given}]
    (row,) = (await api("PATCH", f"{deployed}/formation", {"updates": updates})).body
    check_row("Formation", row)
    assert (row["quantity"], row["size"], row["dyno_size"]["name"]) == (2, "Standard-2X", "Standard-2X")
    made = await api("POST", f"{deployed}/dynos", {"command": "ls", "size": None, "type": "job", "time_to_live": 60})
    assert (made.status, made.body["name"], made.body["size"]) == (201, "job.1", "Basic")
    check_row("Dyno", made.body)


async def test_dynos_are_stopped(api: Api, platform: Platform, deployed: str) -> None:
    """A one-off dyno is gone, at once or after its time; those of the formation start anew."""
    made = (await api("POST", f"{deployed}/dynos", {"command": "ls", "time_to_live": 60})).body
    stopped = await api("POST", f"{deployed}/dynos/{made['name']}/actions/stop")
    assert (stopped.status, stopped.body) == (202, {})
    assert (await api("GET", f"{deployed}/dynos/{made['id']}")).status == 404
    late = (await api("POST", f"{deployed}/dynos", {"command": "ls", "time_to_live": 60})).body
    platform.advance(60)
    assert (await api("GET", f"{deployed}/dynos/{late['id']}")).status == 404
    before = (await api("GET", f"{deployed}/dynos/web.1")).body["id"]
    for method, path in (("DELETE", "/formations/web"), ("POST", "/formations/web/actions/stop")):
        assert (await api(method, deployed + path)).status == 202
        after = (await api("GET", f"{deployed}/dynos/web.1")).body["id"]
        assert after != before
        before = after
    assert (await api("DELETE", f"{deployed}/formations/none")).status == 404


async def test_maintenance_as_a_number(api: Api, app: str) -> None:
    """0 and 1 are taken as false and true."""
    assert (await api("PATCH", app, {"maintenance": 1})).body["maintenance"] is True
    assert (await api("PATCH", app, {"maintenance": 0})).body["maintenance"] is False
    assert "extended" in (await api("GET", f"{app}?extended=true")).body


async def test_what_an_app_can_have(api: Api, app: str) -> None:
    """Stacks and sizes of its generation; the default stack is marked."""
    stacks = (await api("GET", f"{app}/available-stacks")).body
    assert [row["name"] for row in stacks if row["default"]] == ["heroku-24"]
    assert {"heroku-22", "container"} <= {row["name"] for row in stacks}
    sizes = {row["name"] for row in (await api("GET", f"{app}/available-dyno-sizes")).body}
    assert "Eco" in sizes
    assert not {"1X", "Private-S", "dyno-1c-0.5gb"} & sizes
    assert (await api("GET", "/dyno-sizes/standard-1x")).body["name"] == "Standard-1X"
    assert len((await api("GET", "/teams/acme/available-generations")).body) == 2
    quota = (await api("GET", "/accounts/~/actions/get-quota")).body
    assert quota["account_quota"] > quota["quota_used"]
