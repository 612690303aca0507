"""Deliveries: what Heroku sends to a webhook."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from uuid import UUID

from attrs import field, fields_dict, frozen

from aioheroku import resources
from aioheroku._codec import Model, Timestamp, decoder_for, structure
from aioheroku.errors import DecodeError, InvalidDelivery
from aioheroku.resources._refs import Person, Reference

if TYPE_CHECKING:
    from datetime import datetime

    from aioheroku.resources import (
        Addon,
        AddonAttachment,
        App,
        Build,
        Collaborator,
        Domain,
        Dyno,
        Formation,
        Release,
        SNIEndpoint,
    )

    Entity: TypeAlias = (
        Addon | AddonAttachment | App | Build | Collaborator | Domain | Dyno | Formation | Release | SNIEndpoint
    )

_MODELS: Final = {
    "addon": "Addon",
    "addon-attachment": "AddonAttachment",
    "app": "App",
    "build": "Build",
    "collaborator": "Collaborator",
    "domain": "Domain",
    "dyno": "Dyno",
    "formation": "Formation",
    "release": "Release",
    "sni-endpoint": "SNIEndpoint",
}
"""The model of the data, by what changed."""


class WebhookEvent(Model):
    """The event of a delivery."""

    id: UUID
    """Id of the event."""
    include: str
    """The entity that changed, such as `api:release`."""


class WebhookMetadata(Model):
    """What a delivery belongs to."""

    attempt: Reference
    """The attempt to deliver."""
    delivery: Reference
    """The delivery, which stays the same when it is tried again."""
    event: WebhookEvent
    """The event, which is the same for all webhooks."""
    webhook: Reference
    """The webhook."""


class _Payload(Model):
    action: str
    actor: Person
    created_at: Timestamp
    data: dict[str, Any]
    id: UUID
    previous_data: dict[str, Any] | None = None
    published_at: Timestamp | None = None
    resource: str
    sequence: int | str | None = None
    updated_at: Timestamp
    version: str
    webhook_metadata: WebhookMetadata | None = None


def _hidden(value: object) -> str:
    """The repr of data: a model masks its secrets, but nobody knows which values of a mapping are secret."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: '***'" for name in cast("Mapping[str, Any]", value)) + "}"
    return repr(value)


@frozen(kw_only=True)
class Delivery:
    """A change that Heroku delivers to a webhook.

    See <https://devcenter.heroku.com/articles/app-webhooks>.
    """

    action: str
    """What happened: `create`, `update` or `destroy`."""
    actor: Person
    """The account that made the change."""
    created_at: "datetime"
    """Time of the event."""
    data: "Entity | Mapping[str, Any]" = field(repr=_hidden)
    """The entity as it is after the change: an object of its class, such as `Release`; plain JSON data for an entity
    that this library does not know, or that lacks what its class promises."""
    id: UUID
    """Id of the event; the same when it is delivered again, so that duplicates can be recognized."""
    previous_data: Mapping[str, Any] = field(repr=_hidden)
    """The attributes that have changed, with their former values, as plain JSON data."""
    published_at: "datetime | None"
    """Time when the event was published."""
    resource: str
    """What kind of entity changed, such as `release`."""
    sequence: int | str | None
    """Orders the events of an entity, if Heroku sends it."""
    updated_at: "datetime"
    """Time of the last change of the event."""
    version: str
    """API version of the data."""
    webhook_metadata: WebhookMetadata | None
    """Ids of the webhook, the event, the delivery and the attempt; only tests of a webhook lack it."""


_decode = decoder_for(_Payload)


def parse(body: bytes) -> Delivery:
    """The delivery that a body holds.

    Raises:
        InvalidDelivery: it is not JSON, or not a delivery.
    """
    try:
        read: _Payload = _decode(body)
    except DecodeError as error:
        raise InvalidDelivery(error.path, error.reason) from None
    fields: dict[str, Any] = {name: getattr(read, name) for name in fields_dict(Delivery)}
    fields["data"] = _typed(read.resource, read.data)
    fields["previous_data"] = read.previous_data or {}
    return Delivery(**fields)


def _typed(resource: str, data: dict[str, Any]) -> Any:
    name = _MODELS.get(resource)
    if name is None:
        return data
    try:
        return structure(data, getattr(resources, name))
    except DecodeError:
        return data
