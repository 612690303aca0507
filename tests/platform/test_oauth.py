"""OAuth: clients, authorizations, and tokens that work, expire and are replaced."""

from typing import Any

import pytest
from attrs import frozen

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api

AUTHORIZATIONS = "/oauth/authorizations"
CLIENT = {"name": "example", "redirect_uri": "https://example.com/auth"}
MASK = "*" * 10


@frozen
class Grant:
    """A client, its authorization, and the body that exchanges the code."""

    client: dict[str, Any]
    row: dict[str, Any]
    body: dict[str, Any]

    def refresh(self, token: str, secret: str | None = None) -> dict[str, Any]:
        client = {"secret": secret or self.client["secret"]}
        return {"client": client, "grant": {"type": "refresh_token"}, "refresh_token": {"token": token}}


@pytest.fixture
async def grant(api: Api) -> Grant:
    """An authorization whose code waits to be exchanged; its access tokens last an hour."""
    client = (await api("POST", "/oauth/clients", CLIENT)).body
    body = {"scope": ["global"], "client": client["id"], "expires_in": 3600}
    row = (await api("POST", AUTHORIZATIONS, body)).body
    code = {"type": "authorization_code", "code": row["grant"]["code"]}
    return Grant(client, row, {"client": {"secret": client["secret"]}, "grant": code})


async def token(api: Api, body: Any) -> Any:
    """POST /oauth/tokens without any login but the body's."""
    return await api("POST", "/oauth/tokens", body, Authorization=None)


async def works(api: Api, access: str) -> bool:
    got = await api.as_(access)("GET", "/account")
    assert got.status in {200, 401}
    if got.status == 401:
        assert got.body["id"] == "unauthorized"
    return bool(got.status == 200)


async def test_a_token_of_ones_own(api: Api, clock: Clock) -> None:
    """Without a client there is an access token at once, which works until it expires."""
    got = await api("POST", AUTHORIZATIONS, {"scope": ["read", "write"], "description": "sample", "expires_in": 60})
    assert (got.status, got.body["scope"]) == (201, ["read", "write"])
    assert [got.body[name] for name in ("client", "grant", "refresh_token")] == [None, None, None]
    access = got.body["access_token"]
    assert access["expires_in"] == 60
    mine = await api.as_(access["token"])("GET", "/account")
    assert mine.body["email"] == "username@example.com"
    clock.turn(59)
    assert await works(api, access["token"])
    clock.turn(1)
    assert not await works(api, access["token"])


@pytest.mark.parametrize("given", [{}, {"expires_in": None}])
async def test_a_token_without_end(api: Api, clock: Clock, given: Any) -> None:
    """Null, said or unsaid, is for ever."""
    row = (await api("POST", AUTHORIZATIONS, {"scope": ["global"], **given})).body
    assert row["access_token"]["expires_in"] is None
    clock.turn(10 * 365 * 86400)
    assert await works(api, row["access_token"]["token"])


async def test_a_code_is_exchanged_once(api: Api, grant: Grant) -> None:
    """A client's authorization has a code in place of tokens; the code gives both tokens, and is used up."""
    assert (grant.row["access_token"], grant.row["refresh_token"]) == (None, None)
    assert grant.row["client"] == {"id": grant.client["id"], **CLIENT}
    got = await token(api, grant.body)
    assert (got.status, got.body["grant"], got.body["client"]) == (201, grant.body["grant"], grant.body["client"])
    assert got.body["authorization"] == {"id": grant.row["id"]}
    assert got.body["user"]["id"] == (await api("GET", "/account")).body["id"]
    assert await works(api, got.body["access_token"]["token"])
    row = (await api("GET", f"{AUTHORIZATIONS}/{grant.row['id']}")).body
    assert (row["grant"], row["access_token"]) == (None, got.body["access_token"])
    again = await token(api, grant.body)
    assert (again.status, again.body["id"]) == (401, "unauthorized")


async def test_a_refresh_replaces_both_tokens(api: Api, grant: Grant, clock: Clock) -> None:
    """After the access token has expired; the old ones are worth nothing, the new ones last as long again."""
    first = (await token(api, grant.body)).body
    assert first["access_token"]["expires_in"] == 3600
    clock.turn(3600)
    assert not await works(api, first["access_token"]["token"])
    got = await token(api, grant.refresh(first["refresh_token"]["token"]))
    assert (got.status, got.body["grant"]["type"], got.body["session"]) == (201, "refresh_token", first["session"])
    assert got.body["refresh_token"]["token"] != first["refresh_token"]["token"]
    clock.turn(3599)
    assert await works(api, got.body["access_token"]["token"])
    assert (await token(api, grant.refresh(first["refresh_token"]["token"]))).status == 401
    newest = (await token(api, grant.refresh(got.body["refresh_token"]["token"]))).body
    assert not await works(api, got.body["access_token"]["token"])
    assert await works(api, newest["access_token"]["token"])


async def test_expired_token_can_be_refreshed(api: Api, grant: Grant, clock: Clock) -> None:
    """The client's secret is the login: a bad Authorization header beside it counts as none."""
    first = (await token(api, grant.body)).body
    clock.turn(3600)
    expired = api.as_(first["access_token"]["token"])
    got = await expired("POST", "/oauth/tokens", grant.refresh(first["refresh_token"]["token"]))
    assert got.status == 201


async def test_wrong_codes_tokens_and_secrets(api: Api, grant: Grant, clock: Clock) -> None:
    """401 each, and none of them uses up what is right; a code is too old after five minutes."""
    other = (await api("POST", "/oauth/clients", CLIENT)).body
    wrong = [
        {**grant.body, "client": {"secret": "wrong"}},
        {**grant.body, "client": {"secret": other["secret"]}},
        {**grant.body, "grant": {"type": "authorization_code", "code": "wrong"}},
        grant.refresh("wrong"),
    ]
    for body in wrong:
        assert (await token(api, body)).status == 401
    good = (await token(api, grant.body)).body
    assert (await token(api, grant.refresh(good["refresh_token"]["token"], other["secret"]))).status == 401
    late = (await api("POST", AUTHORIZATIONS, {"scope": ["global"], "client": grant.client["id"]})).body
    clock.turn(300)
    code = {"type": "authorization_code", "code": late["grant"]["code"]}
    assert (await token(api, {**grant.body, "grant": code})).status == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client": {"secret": "x"}},
        {"client": {"secret": "x"}, "grant": {}},
        {"client": {"secret": "x"}, "grant": {"type": "password"}},
        {"client": {"secret": "x"}, "grant": {"type": "authorization_code"}},
        {"client": {"secret": "x"}, "grant": {"type": "refresh_token", "code": "x"}},
        {"client": {"secret": "x"}, "grant": {"type": "authorization_code", "code": None}},
        {"client": {}, "grant": {"type": "authorization_code", "code": "x"}},
        {"client": "x", "grant": {"type": "authorization_code", "code": "x"}},
    ],
)
async def test_incomplete_grants(api: Api, body: Any) -> None:
    """422 where the type, or what the type asks for, is missing."""
    assert (await token(api, body)).status == 422


async def test_lists_mask_tokens(api: Api, grant: Grant) -> None:
    """Ten asterisks in lists; one authorization alone shows its tokens."""
    await token(api, grant.body)
    own = (await api("POST", AUTHORIZATIONS, {"scope": ["global"]})).body
    rows = {row["id"]: row for row in (await api("GET", AUTHORIZATIONS)).body}
    assert list(rows) == sorted([own["id"], grant.row["id"]])
    assert rows[own["id"]]["access_token"] == {**own["access_token"], "token": MASK}
    assert rows[own["id"]]["refresh_token"] is None
    assert rows[grant.row["id"]]["refresh_token"]["token"] == MASK
    alone = (await api("GET", f"{AUTHORIZATIONS}/{grant.row['id']}")).body
    assert MASK not in {alone["access_token"]["token"], alone["refresh_token"]["token"]}


async def test_deleted_authorization_revokes_its_tokens(api: Api, grant: Grant) -> None:
    """Its access token and its refresh token, and before the exchange its code; others keep working."""
    kept = (await api("POST", AUTHORIZATIONS, {"scope": ["global"]})).body["access_token"]["token"]
    got = (await token(api, grant.body)).body
    assert (await api("DELETE", f"{AUTHORIZATIONS}/{grant.row['id']}")).status == 200
    assert not await works(api, got["access_token"]["token"])
    assert (await token(api, grant.refresh(got["refresh_token"]["token"]))).status == 401
    unused = (await api("POST", AUTHORIZATIONS, {"scope": ["global"], "client": grant.client["id"]})).body
    await api("DELETE", f"{AUTHORIZATIONS}/{unused['id']}")
    code = {"type": "authorization_code", "code": unused["grant"]["code"]}
    assert (await token(api, {**grant.body, "grant": code})).status == 401
    assert await works(api, kept)
    assert await works(api, api.token)
    gone = await api("GET", f"{AUTHORIZATIONS}/{grant.row['id']}")
    assert (gone.status, gone.body["resource"]) == (404, "authorization")


async def test_clients(api: Api, grant: Grant) -> None:
    """Changed they are seen changed in authorizations; deleted they take them along."""
    path = f"/oauth/clients/{grant.client['id']}"
    assert (await api("GET", path)).body == (await api("GET", "/oauth/clients")).body[0] == grant.client
    await api("PATCH", path, {"name": "other", "redirect_uri": "http://localhost:5000/auth"})
    shown = (await api("GET", f"{AUTHORIZATIONS}/{grant.row['id']}")).body["client"]
    assert (shown["name"], shown["redirect_uri"]) == ("other", "http://localhost:5000/auth")
    access = (await token(api, grant.body)).body["access_token"]["token"]
    assert (await api("DELETE", path)).status == 200
    assert not await works(api, access)
    assert (await api("GET", AUTHORIZATIONS)).body == []
    assert (await api("GET", path)).body["resource"] == "client"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/oauth/clients", {"name": "x"}),
        ("/oauth/clients", {**CLIENT, "name": " "}),
        ("/oauth/clients", {**CLIENT, "redirect_uri": "http://example.com"}),
        ("/oauth/clients", {**CLIENT, "redirect_uri": "https://"}),
        (AUTHORIZATIONS, {"scope": []}),
        (AUTHORIZATIONS, {"scope": "global"}),
        (AUTHORIZATIONS, {"scope": ["everything"]}),
        (AUTHORIZATIONS, {"scope": [["global"]]}),
        (AUTHORIZATIONS, {"scope": ["global"], "client": "unknown"}),
        (AUTHORIZATIONS, {"scope": ["global"], "expires_in": 0}),
        (AUTHORIZATIONS, {"scope": ["global"], "expires_in": "soon"}),
    ],
)
async def test_what_cannot_be_created(api: Api, path: str, body: Any) -> None:
    """422, and nothing is there afterwards."""
    assert (await api("POST", path, body)).status == 422
    assert (await api("GET", path)).body == []


async def test_another_account_authorizes_a_client(api: Api, grant: Grant, platform: Platform) -> None:
    """Its tokens act for the account that authorized, on that account's pool; the client's owner cannot list them."""
    other = api.as_(platform.account("other@example.net"))
    row = (await other("POST", AUTHORIZATIONS, {"scope": ["global"], "client": grant.client["id"]})).body
    code = {"type": "authorization_code", "code": row["grant"]["code"]}
    access = (await token(api, {**grant.body, "grant": code})).body["access_token"]["token"]
    before = platform.remaining
    assert (await api.as_(access)("GET", "/account")).body["email"] == "other@example.net"
    assert platform.remaining == before
    assert (await api("GET", f"{AUTHORIZATIONS}/{row['id']}")).status == 404
    assert (await other("GET", f"/oauth/clients/{grant.client['id']}")).status == 404


async def test_each_exchange_is_a_session(api: Api, grant: Grant) -> None:
    """The account's list has it beside the session of its own token; ending it ends both tokens."""
    before = (await api("GET", "/oauth/sessions")).body
    issued = (await token(api, grant.body)).body
    listed = (await api("GET", "/oauth/sessions")).body
    assert len(listed) == len(before) + 1
    assert issued["session"]["id"] in [one["id"] for one in listed]
    access = issued["access_token"]["token"]
    assert (await api.as_(access)("GET", "/oauth/sessions/~")).body["id"] == issued["session"]["id"]
    assert (await api("DELETE", f"/oauth/sessions/{issued['session']['id']}")).status == 200
    assert not await works(api, access)
    assert (await token(api, grant.refresh(issued["refresh_token"]["token"]))).status == 401
    assert (await api("GET", "/oauth/sessions")).body == before


async def test_a_session_survives_a_refresh(api: Api, grant: Grant) -> None:
    """New tokens are in the session of the old ones; revoking the authorization ends it."""
    issued = (await token(api, grant.body)).body
    again = (await token(api, grant.refresh(issued["refresh_token"]["token"]))).body
    assert again["session"] == issued["session"]
    own = await api.as_(again["access_token"]["token"])("GET", "/oauth/sessions/~")
    assert own.body["id"] == issued["session"]["id"]
    assert (await api("DELETE", f"{AUTHORIZATIONS}/{grant.row['id']}")).status == 200
    assert (await api("GET", f"/oauth/sessions/{issued['session']['id']}")).status == 404
