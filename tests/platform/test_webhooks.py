"""Webhooks of the simulated platform: what is reported, how it is signed, and what happens when nobody takes it."""

import hmac
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import define, field

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api, MakeCertificate


@define
class Receiver:
    """What a server got, and how it responds next."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(factory=list[tuple[dict[str, str], bytes]])
    statuses: list[int] = field(factory=list[int])

    async def receive(self, request: web.Request) -> web.Response:
        """Take a delivery."""
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204)

    def received(self) -> list[tuple[str, str]]:
        """What was delivered, as entity and action."""
        return [(body["resource"], body["action"]) for _, raw in self.got for body in [json.loads(raw)]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    async with TestServer(application) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


async def subscribe(api: Api, owner: str, url: str, *include: str, **more: Any) -> Any:
    body = {"include": list(include), "level": "notify", "url": url, **more}
    got = await api("POST", f"{owner}/webhooks", body)
    assert got.status == 201
    return got


async def test_a_change_is_delivered(api: Api, app: str, platform: Platform, receiver: Receiver) -> None:
    """It is signed with the secret of the header, has the authorization, and says what changed and how it was."""
    got = await subscribe(api, app, receiver.url, "api:app", authorization="Bearer x")
    secret = got.headers["Heroku-Webhook-Secret"]
    assert set(got.body) == {"app", "created_at", "id", "include", "level", "updated_at", "url"}
    await api("PATCH", app, {"maintenance": True})
    await platform.delivered()
    ((headers, raw),) = receiver.got
    assert headers["Authorization"] == "Bearer x"
    signature = b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()
    assert headers["Heroku-Webhook-Hmac-SHA256"] == signature
    body = json.loads(raw)
    assert (body["resource"], body["action"], body["previous_data"]) == ("app", "update", {"maintenance": False})
    assert (body["data"]["maintenance"], body["actor"]["email"]) == (True, platform.email)
    assert body["webhook_metadata"]["webhook"] == {"id": got.body["id"]}
    event = (await api("GET", f"{app}/webhook-events/{body['id']}")).body
    assert event["payload"]["data"] == body["data"]
    delivery = (await api("GET", f"{app}/webhook-deliveries/{body['webhook_metadata']['delivery']['id']}")).body
    assert (delivery["status"], delivery["num_attempts"], delivery["last_attempt"]["code"]) == ("succeeded", 1, 204)


async def test_what_was_not_asked_for_is_not_reported(
    api: Api, app: str, platform: Platform, receiver: Receiver
) -> None:
    """Other entities, other apps, and changes after the webhook is gone."""
    got = await subscribe(api, app, receiver.url, "api:domain")
    await api("POST", "/apps", {"name": "another"})
    await api("POST", "/apps/another/domains", {"hostname": "a.example.org"})
    await api("PATCH", f"{app}/config-vars", {"A": "b"})
    await api("DELETE", f"{app}/webhooks/{got.body['id']}")
    await api("POST", f"{app}/domains", {"hostname": "b.example.org"})
    await platform.delivered()
    assert receiver.got == []
    assert (await api("GET", f"{app}/webhook-events")).body == []


async def test_every_entity_is_reported(
    api: Api, app: str, platform: Platform, clock: Clock, receiver: Receiver
) -> None:
    """A change of each of the ten kinds reaches the webhook."""
    entities = ("addon", "addon-attachment", "app", "build", "collaborator", "domain", "dyno", "formation", "release")
    await subscribe(api, app, receiver.url, *(f"api:{entity}" for entity in entities))
    await api("POST", f"{app}/addons", {"plan": "heroku-postgresql"})
    await api("POST", f"{app}/builds", {"source_blob": {"url": "https://example.com/a.tgz", "version": "1"}})
    await api("POST", f"{app}/collaborators", {"user": "marcus.oyelaran@example.com"})
    await api("POST", f"{app}/domains", {"hostname": "www.example.org"})
    clock.turn(60)
    await api("PATCH", f"{app}/formation/web", {"quantity": 2})
    await api("PATCH", app, {"maintenance": True})
    await platform.delivered()
    assert {entity for entity, _ in receiver.received()} == set(entities)
    assert ("addon", "update") in receiver.received()
    assert ("build", "update") in receiver.received()
    rows = (await api("GET", f"{app}/webhook-deliveries", Range="seq ..; order=desc,max=1000")).body
    assert len(rows) == len(receiver.got)
    oldest = (await api("GET", f"{app}/webhook-events", Range="seq ..; max=1")).body[0]
    assert (oldest["id"], oldest["include"]) == (rows[-1]["event"]["id"], "api:addon")


@pytest.mark.parametrize("outcome", [("notify", 1, "failed"), ("sync", 3, "succeeded")], ids=lambda case: case[0])
async def test_retries(served: tuple[Platform, Api], app: str, clock: Clock, receiver: Receiver, outcome: Any) -> None:
    """`notify` has one attempt; `sync` goes on until the receiver takes it, on the platform's clock."""
    (platform, api), (level, attempts, status) = served, outcome
    receiver.statuses = [500, 503]
    await subscribe(api, app, receiver.url, "api:app", level=level)
    await api("PATCH", app, {"maintenance": True})
    for _ in range(3):
        await platform.delivered()
        clock.turn(60)
        await api("GET", app)
    await platform.delivered()
    (row,) = (await api("GET", f"{app}/webhook-deliveries?eq[status]={status}")).body
    assert (row["num_attempts"], len(receiver.got)) == (attempts, attempts)
    assert (await api("GET", f"{app}/webhook-deliveries?eq[status]=pending")).body == []


async def test_a_sync_delivery_is_given_up(api: Api, app: str, platform: Platform, clock: Clock) -> None:
    """After 72 hours of failing it has failed; until then it says when it is tried next."""
    await subscribe(api, app, "http://127.0.0.1:1/nobody", "api:app", level="sync")
    await api("PATCH", app, {"maintenance": True})
    await platform.delivered()
    (row,) = (await api("GET", f"{app}/webhook-deliveries")).body
    assert (row["status"], row["last_attempt"]["code"]) == ("retrying", None)
    assert row["next_attempt_at"] is not None
    assert row["last_attempt"]["error_class"] == "ClientConnectorError"
    clock.turn(73 * 3600)
    await api("GET", app)
    await platform.delivered()
    (row,) = (await api("GET", f"{app}/webhook-deliveries")).body
    assert (row["status"], row["next_attempt_at"]) == ("failed", None)


async def test_other_machines_are_never_called(api: Api, app: str, platform: Platform) -> None:
    """A URL of another host can be subscribed to, but only this machine is sent anything."""
    await subscribe(api, app, "https://example.com/hook", "api:app")
    await api("PATCH", app, {"maintenance": True})
    await platform.delivered()
    (row,) = (await api("GET", f"{app}/webhook-deliveries")).body
    assert (row["status"], row["last_attempt"]["error_class"]) == ("failed", "not_loopback")


async def test_webhooks_are_changed_and_checked(api: Api, app: str) -> None:
    """Changed in part, listed, deleted; an unknown entity, level, address or id is refused."""
    got = await subscribe(api, app, "http://localhost/x", "api:app", secret="mine")
    assert got.headers["Heroku-Webhook-Secret"] == "mine"
    path = f"{app}/webhooks/{got.body['id']}"
    changed = (await api("PATCH", path, {"level": "sync", "secret": "new"})).body
    assert (changed["level"], changed["url"]) == ("sync", "http://localhost/x")
    assert (await api("GET", f"{app}/webhooks")).body == [changed]
    bodies: tuple[dict[str, Any], ...] = (
        {"include": ["api:moon"]},
        {"include": []},
        {"level": "loud"},
        {"url": "nonsense"},
        {"url": 5},
    )
    for body in bodies:
        assert (await api("PATCH", path, body)).status == 422
    assert (await api("DELETE", path)).body == changed
    assert (await api("GET", path)).body["resource"] == "webhook"


async def test_addons_have_webhooks(api: Api, app: str, platform: Platform, receiver: Receiver) -> None:
    """An add-on's webhook receives changes of its app, and of itself."""
    addon = (await api("POST", f"{app}/addons", {"plan": "heroku-postgresql"})).body
    got = await subscribe(api, f"/addons/{addon['name']}", receiver.url, "api:app", "api:addon")
    assert got.body["addon"] == {"id": addon["id"], "name": addon["name"]}
    await api("POST", f"/addons/{addon['id']}/actions/provision")
    await api("PATCH", app, {"maintenance": True})
    await platform.delivered()
    assert sorted(receiver.received()) == [("addon", "update"), ("app", "update")]


async def test_pipelines_have_webhooks(api: Api, app: str, platform: Platform, receiver: Receiver) -> None:
    """A pipeline's webhook receives changes of the apps that are coupled with it, and of no others."""
    pipeline = (await api("POST", "/pipelines", {"name": "shop"})).body
    await subscribe(api, "/pipelines/shop", receiver.url, "api:app")
    await api("PATCH", app, {"maintenance": True})
    body = {"app": (await api("GET", app)).body["id"], "pipeline": pipeline["id"], "stage": "staging"}
    assert (await api("POST", "/pipeline-couplings", body)).status == 201
    await api("PATCH", app, {"maintenance": False})
    await platform.delivered()
    ((_, raw),) = receiver.got
    assert json.loads(raw)["data"]["maintenance"] is False
    (row,) = (await api("GET", f"/pipelines/{pipeline['id']}/webhook-deliveries")).body
    assert row["status"] == "succeeded"
    assert (await api("GET", "/pipelines/nothing/webhooks")).status == 404


async def test_certificates_are_reported(
    api: Api, app: str, platform: Platform, receiver: Receiver, certificate: MakeCertificate
) -> None:
    """A certificate that is added, and one that is removed."""
    await subscribe(api, app, receiver.url, "api:sni-endpoint")
    chain, key = certificate("www.example.org")
    row = (await api("POST", f"{app}/sni-endpoints", {"certificate_chain": chain, "private_key": key})).body
    await api("DELETE", f"{app}/sni-endpoints/{row['id']}")
    await platform.delivered()
    assert sorted(receiver.received()) == [("sni-endpoint", "create"), ("sni-endpoint", "destroy")]
