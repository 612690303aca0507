"""Signatures are checked, and deliveries become objects: nothing unsigned gets through."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from aioheroku import App, Formation, Release
from aioheroku.errors import InvalidRequest
from aioheroku.webhooks import (
    Delivery,
    InvalidDelivery,
    MissingSignature,
    Verifier,
    WebhookRejected,
    WrongSignature,
    aiohttp_handler,
)
from tests._support.secrets import raises

ID = "01234567-89ab-cdef-0123-456789abcdef"
TIME = "2016-10-26T22:49:29Z"
PERSON = {"email": "username@example.com", "id": ID}


def event(resource: str, data: dict[str, Any], **changes: Any) -> bytes:
    """A delivery as Heroku sends it."""
    return json.dumps(
        {
            "action": "update",
            "actor": PERSON,
            "created_at": TIME,
            "id": ID,
            "data": data,
            "previous_data": {"quantity": 1},
            "published_at": None,
            "resource": resource,
            "sequence": None,
            "updated_at": TIME,
            "version": "application/vnd.heroku+json; version=3",
            "webhook_metadata": {
                "attempt": {"id": ID},
                "delivery": {"id": ID},
                "event": {"id": ID, "include": f"api:{resource}"},
                "webhook": {"id": ID},
            },
            **changes,
        }
    ).encode()


FORMATION = event(
    "formation",
    {
        "app": {"id": ID, "name": "example"},
        "command": "ruby server.rb",
        "created_at": TIME,
        "id": ID,
        "type": "web",
        "quantity": 0,
        "size": "1X",
        "updated_at": TIME,
    },
)


def signed(body: bytes, secret: str | None = None) -> dict[str, str]:
    secret = secret or "s3cret"
    return {"heroku-webhook-hmac-sha256": b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()}


def test_a_delivery_is_read() -> None:
    """A signed body becomes a delivery with the data of its class and the former values."""
    delivery = Verifier("s3cret").receive(FORMATION, signed(FORMATION))
    assert (delivery.action, delivery.resource, delivery.actor.email) == ("update", "formation", PERSON["email"])
    assert isinstance(delivery.data, Formation)
    assert (delivery.data.quantity, delivery.previous_data) == (0, {"quantity": 1})
    assert delivery.webhook_metadata is not None
    assert delivery.webhook_metadata.event.include == "api:formation"
    assert delivery.created_at.isoformat() == "2016-10-26T22:49:29+00:00"


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_header_names_ignore_case(change: Callable[[str], str]) -> None:
    """A framework may give the names of headers in any case."""
    (value,) = signed(FORMATION).values()
    assert (
        Verifier("s3cret").receive(FORMATION, {"Host": "x", change("heroku-webhook-hmac-sha256"): value}).resource
        == "formation"
    )


FORMS: dict[str, Callable[[str], Any]] = {
    "ASGI": lambda signature: [(b"host", b"x"), (b"heroku-webhook-hmac-sha256", signature.encode())],
    "pairs": lambda signature: (pair for pair in [("Heroku-Webhook-Hmac-SHA256", signature)]),
    "WSGI": lambda signature: {"wsgi.input": object(), "HTTP_HEROKU_WEBHOOK_HMAC_SHA256": signature},
    "empty before": lambda signature: [("Heroku-Webhook-Hmac-SHA256", ""), ("heroku-webhook-hmac-sha256", signature)],
}


@pytest.mark.parametrize("form", FORMS)
def test_headers_come_in_many_forms(form: str) -> None:
    """As a mapping, as ASGI's pairs of bytes, as WSGI's environment; anything else is named, not trusted."""
    signature = b64encode(hmac.digest(b"s3cr3t", FORMATION, "sha256")).decode()
    assert Verifier("s3cr3t").receive(FORMATION, FORMS[form](signature)).resource == "formation"
    with raises(WrongSignature):
        Verifier("s3cr3t").verify(FORMATION, FORMS[form]("AAAA"))
    strange: Any
    for strange in (None, 5, b"bytes", signature, [1, 2], {1: 2}):
        with raises(InvalidRequest, match="^headers: expected the headers of a request"):
            Verifier("s3cr3t").verify(FORMATION, strange)


def test_a_known_signature() -> None:
    """The signature of a fixed body, made by openssl: base64 of HMAC-SHA256 over the raw bytes."""
    header = {"Heroku-Webhook-Hmac-SHA256": "iKZ/JLvNrtDmyZdAS7eadDuvRMa6svTCcyjjAJ0i40I="}
    Verifier("key").verify(b'{"a":1}', header)


def test_secrets_are_rotated() -> None:
    """With two secrets both are valid; a third one is not."""
    verifier = Verifier("new", "old")
    for secret in ("new", "old"):
        verifier.verify(FORMATION, signed(FORMATION, secret))
    with raises(WrongSignature):
        verifier.verify(FORMATION, signed(FORMATION, "other"))


@pytest.mark.parametrize("headers", [{}, {"Heroku-Webhook-Hmac-SHA256": ""}, {"Authorization": "x"}])
def test_unsigned_requests_are_refused(headers: dict[str, str]) -> None:
    """Without the header there is an error of its own, which names it."""
    with raises(MissingSignature, match="Heroku-Webhook-Hmac-SHA256"):
        Verifier("s3cret").receive(FORMATION, headers)


@pytest.mark.parametrize("signature", ["x", "äö", "A" * 44, signed(FORMATION, "other")["heroku-webhook-hmac-sha256"]])
def test_wrong_signatures_are_refused(signature: str) -> None:
    """Whatever the header holds, and also for a body that was changed by a byte."""
    with raises(WrongSignature):
        Verifier("s3cret").receive(FORMATION, {"Heroku-Webhook-Hmac-SHA256": signature})
    with raises(WrongSignature):
        Verifier("s3cret").receive(FORMATION + b" ", signed(FORMATION))


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"{}", b'{"action": 5}', b"\xff"])
def test_signed_nonsense_is_refused(body: bytes) -> None:
    """A body that is signed but is not a delivery: 400, and the signature was right."""
    with raises(InvalidDelivery) as caught:
        Verifier("s3cret").receive(body, signed(body))
    assert caught.value.status == 400
    assert isinstance(caught.value, WebhookRejected)


def test_unknown_entities_stay_mappings() -> None:
    """Data of an entity that is not known, or that lacks what its class promises, is plain JSON data."""
    for resource, data in (("telepathy", {"a": [1]}), ("release", {"id": ID}), ("app", {"name": "example"})):
        body = event(resource, data)
        delivery = Verifier("s3cret").receive(body, signed(body))
        assert delivery.data == data
        assert not isinstance(delivery.data, Release | App)


def test_no_secret_is_shown() -> None:
    """Neither the secret nor data whose meaning is not known is in a repr."""
    body = event("telepathy", {"token": "hunter2"}, previous_data={"token": "hunter1"})
    delivery = Verifier("s3cret").receive(body, signed(body))
    assert "hunter" not in repr(delivery)
    assert "s3cret" not in repr(Verifier("s3cret"))
    with raises(WrongSignature) as caught:
        Verifier("s3cret").verify(body, signed(body, "other"))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("secrets", [(), ("",), ("a", "")])
def test_a_verifier_needs_a_secret(secrets: tuple[str, ...]) -> None:
    """With an empty secret anybody could sign."""
    with raises(InvalidRequest, match="secret"):
        Verifier(*secrets)


def test_a_parsed_body_is_refused() -> None:
    """The text of a body is not what was signed: the error says so before anything is compared."""
    with raises(InvalidRequest, match="body"):
        Verifier("s3cret").verify("{}", {})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


async def test_the_handler_for_aiohttp() -> None:
    """204 for a delivery, which is passed on; 401 and 400 for the rest, which is not; 500 where the receiver fails."""
    got: list[Delivery] = []

    async def on_delivery(delivery: Delivery) -> None:
        if delivery.resource == "app":
            raise RuntimeError("the queue is full")
        got.append(delivery)

    application = web.Application()
    application.router.add_post("/heroku", aiohttp_handler(Verifier("s3cret"), on_delivery))
    async with TestClient(TestServer(application)) as client:
        bad = event("app", {})
        statuses = [
            (await client.post("/heroku", data=body, headers=headers)).status
            for body, headers in (
                (FORMATION, signed(FORMATION)),
                (FORMATION, {}),
                (FORMATION, signed(FORMATION, "other")),
                (b"{}", signed(b"{}")),
                (bad, signed(bad)),
            )
        ]
    assert statuses == [204, 401, 401, 400, 500]
    assert [delivery.resource for delivery in got] == ["formation"]
