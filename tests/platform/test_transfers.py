"""App transfers: offered by the owner, decided by the recipient."""

from typing import Any

import pytest
from attrs import frozen

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api

OTHER = "other@example.net"
BASE = "/account/app-transfers"


@frozen
class Offer:
    """An app `example`, the one who is to get it, and a stranger."""

    recipient: Any
    stranger: Any
    row: dict[str, Any]


@pytest.fixture
async def offer(api: Api, app: str, platform: Platform) -> Offer:
    """`app` offered to somebody else."""
    recipient, stranger = (api.as_(platform.account(email)) for email in (OTHER, "third@example.net"))
    got = await api("POST", BASE, {"app": app.rpartition("/")[2], "recipient": OTHER})
    assert (got.status, got.body["state"]) == (201, "pending")
    return Offer(recipient, stranger, got.body)


async def test_accepted_it_moves_the_app(api: Api, app: str, offer: Offer, clock: Clock) -> None:
    """The recipient owns it and may delete it; the old owner may still see it, and no more than that."""
    assert (await offer.recipient("GET", app)).status == 404
    clock.turn(60)
    got = await offer.recipient("PATCH", f"{BASE}/{offer.row['id']}", {"state": "accepted"})
    assert (got.status, got.body["state"]) == (200, "accepted")
    assert got.body["updated_at"] > offer.row["updated_at"]
    for each in (api, offer.recipient):
        assert (await each("GET", app)).body["owner"]["email"] == OTHER
        assert (await each("GET", f"{BASE}/example")).body == got.body
    assert OTHER in [row["user"]["email"] for row in (await api("GET", f"{app}/collaborators")).body]
    assert (await api("DELETE", app)).status == 403
    assert (await api("POST", BASE, {"app": "example", "recipient": "third@example.net"})).status == 403
    assert (await offer.recipient("DELETE", app)).status == 200


async def test_declined_it_changes_nothing(api: Api, app: str, offer: Offer) -> None:
    """The app stays where it is, and may be offered again."""
    got = await offer.recipient("PATCH", f"{BASE}/example", {"state": "declined"})
    assert got.body["state"] == "declined"
    assert (await api("GET", app)).body["owner"]["email"] == "username@example.com"
    assert (await offer.recipient("GET", app)).status == 404
    assert (await api("POST", BASE, {"app": "example", "recipient": OTHER})).status == 201


@pytest.mark.parametrize("state", ["accepted", "declined"])
async def test_only_the_recipient_decides(api: Api, app: str, offer: Offer, state: str) -> None:
    """403 for the owner, 404 for a stranger, and the app does not move."""
    path = f"{BASE}/{offer.row['id']}"
    assert (await api("PATCH", path, {"state": state})).status == 403
    stranger = await offer.stranger("PATCH", path, {"state": state})
    assert (stranger.status, stranger.body["resource"]) == (404, "app_transfer")
    assert (await api("GET", app)).body["owner"]["email"] == "username@example.com"
    assert (await api("GET", path)).body["state"] == "pending"


async def test_wrong_states(offer: Offer) -> None:
    """422 for a state that is none, for pending, and for deciding twice."""
    path = f"{BASE}/{offer.row['id']}"
    for body in ({"state": "lost"}, {"state": "pending"}, {"state": None}, {}):
        assert (await offer.recipient("PATCH", path, body)).status == 422
    assert (await offer.recipient("PATCH", path, {"state": "declined"})).status == 200
    assert (await offer.recipient("PATCH", path, {"state": "accepted"})).status == 422


async def test_delete_withdraws_it(api: Api, offer: Offer) -> None:
    """By the owner alone, and while it is pending; then it is gone for both."""
    path = f"{BASE}/{offer.row['id']}"
    assert (await offer.recipient("DELETE", path)).status == 403
    assert (await api("DELETE", path)).body == offer.row
    for each in (api, offer.recipient):
        assert (await each("GET", BASE)).body == []
    assert (await offer.recipient("PATCH", path, {"state": "accepted"})).status == 404
    again = (await api("POST", BASE, {"app": "example", "recipient": OTHER})).body["id"]
    await offer.recipient("PATCH", f"{BASE}/{again}", {"state": "accepted"})
    assert (await api("DELETE", f"{BASE}/{again}")).status == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"app": "example", "recipient": OTHER}, 422),
        ({"app": "second", "recipient": "nobody@example.net"}, 422),
        ({"app": "second", "recipient": "username@example.com"}, 422),
        ({"app": "second"}, 422),
        ({"app": "unknown", "recipient": OTHER}, 404),
    ],
    ids=["pending", "no account", "oneself", "no recipient", "no app"],
)
async def test_offers_that_cannot_be(api: Api, offer: Offer, body: Any, status: int) -> None:
    """One at a time, to somebody with an account, of an app that is there."""
    await api("POST", "/apps", {"name": "second"})
    assert (await api("POST", BASE, body)).status == status
    assert (await api("GET", BASE)).body == [offer.row]


async def test_a_collaborator_cannot_offer(api: Api, app: str, offer: Offer) -> None:
    """403: to see an app is not to own it."""
    await api("POST", f"{app}/collaborators", {"user": "third@example.net"})
    assert (await offer.stranger("POST", BASE, {"app": "example", "recipient": OTHER})).status == 403


async def test_transfers_are_ordered_by_app_name(api: Api, offer: Offer) -> None:
    """By name also after a rename; `id` is the other order, and there is no third."""
    await api("POST", "/apps", {"name": "beta"})
    second = (await api("POST", BASE, {"app": "beta", "recipient": offer.row["recipient"]["id"]})).body
    listed = await api("GET", BASE)
    assert [row["app"]["name"] for row in listed.body] == ["beta", "example"]
    assert listed.headers["Content-Range"] == "name beta..example"
    await api("PATCH", "/apps/beta", {"name": "zeta"})
    assert [row["app"]["name"] for row in (await api("GET", BASE)).body] == ["example", "zeta"]
    assert (await offer.recipient("GET", f"{BASE}/zeta")).body["id"] == second["id"]
    by_id = (await api("GET", BASE, Range="id ..")).body
    assert [row["id"] for row in by_id] == sorted([second["id"], offer.row["id"]])
    assert (await api("GET", BASE, Range="state ..")).status == 416


async def test_they_go_with_the_app(api: Api, app: str, offer: Offer) -> None:
    """A deleted app cannot be accepted."""
    await api("DELETE", app)
    assert (await offer.recipient("GET", BASE)).body == []
    assert (await offer.recipient("PATCH", f"{BASE}/{offer.row['id']}", {"state": "accepted"})).status == 404
