"""Webhooks: what was subscribed to, the events that happened, and how far each is delivered."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypedDict

from attrs import Factory, define, frozen

from aioheroku.testing._state.refs import Dated, IdRef, UserRef
from aioheroku.testing._state.table import Row, Table

VERSION = "application/vnd.heroku+json; version=3"
Level = Literal["notify", "sync"]


class WebhookRow(Dated):
    """A webhook; `app`, `addon` or `pipeline` besides says whose it is."""

    include: list[str]
    level: Level
    url: str


class Payload(TypedDict):
    """What an event says of a change."""

    action: str
    actor: UserRef
    data: Row
    previous_data: Row
    resource: str
    version: str


class EventRow(Dated):
    """A change that was reported."""

    include: str
    payload: Payload


class AttemptRow(Dated):
    """An attempt to deliver an event."""

    code: int | None
    error_class: str | None
    status: Literal["scheduled", "succeeded", "failed"]


class EventRef(IdRef):
    """The event of a delivery."""

    include: str


class WebhookRef(IdRef):
    """The webhook of a delivery."""

    level: Level


class DeliveryRow(Dated):
    """An event on its way to a webhook."""

    event: EventRef
    last_attempt: AttemptRow | None
    next_attempt_at: str | None
    num_attempts: int
    status: Literal["pending", "scheduled", "retrying", "failed", "succeeded"]
    webhook: WebhookRef


@define(eq=False)
class Webhook:
    """A webhook with what is not shown of it."""

    row: WebhookRow
    secret: str
    authorization: str | None


class _Numbers:
    """Numbers rows in the order in which they are read first: that of their creation."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, row: Dated) -> int:
        return self._numbers.setdefault(row["id"], len(self._numbers) + 1)


@define(eq=False)
class Subscriptions:
    """The webhooks of an app, an add-on or a pipeline, with their events and deliveries."""

    webhooks: dict[str, Webhook] = Factory(dict[str, Webhook])  # by id
    rows: Table[WebhookRow] = Factory(Table[WebhookRow])
    events: Table[EventRow] = Factory(lambda: Table[EventRow](seq=_Numbers()))
    deliveries: Table[DeliveryRow] = Factory(lambda: Table[DeliveryRow](seq=_Numbers()))


@frozen(eq=False)
class Delivery:
    """A delivery, and what it needs."""

    row: DeliveryRow
    event: EventRow
    webhook: Webhook
    since: float  # when it was due first


@define(eq=False)
class WebhookStore:
    """The webhooks of all owners, by the id of the app, add-on or pipeline."""

    owners: dict[str, Subscriptions] = Factory(dict[str, Subscriptions])
    deliver: Callable[[Delivery], None] | None = None  # set while the platform listens

    def of(self, owner: str) -> Subscriptions:
        """The subscriptions of an owner, which may have none yet."""
        return self.owners.setdefault(owner, Subscriptions())

    def publish(
        self, owners: Iterable[str], include: str, payload: Payload, make_row: Callable[[], Dated], now: float
    ) -> None:
        """Notify the webhooks of these owners that subscribe to such a change."""
        for owner in owners:
            known = self.owners.get(owner)
            subscribed = [one for one in known.webhooks.values() if include in one.row["include"]] if known else []
            if known is None or not subscribed:
                continue
            event = known.events.add({**make_row(), "include": include, "payload": payload})
            known.events.read("seq")(event)
            for webhook in subscribed:
                row: DeliveryRow = {
                    **make_row(),
                    "event": {"id": event["id"], "include": include},
                    "last_attempt": None,
                    "next_attempt_at": None,
                    "num_attempts": 0,
                    "status": "pending",
                    "webhook": {"id": webhook.row["id"], "level": webhook.row["level"]},
                }
                self._send(known, Delivery(row, event, webhook, now))

    def _send(self, owner: Subscriptions, delivery: Delivery) -> None:
        owner.deliveries.add(delivery.row)
        owner.deliveries.read("seq")(delivery.row)
        if self.deliver is not None:
            self.deliver(delivery)


def body_of(delivery: Delivery, attempt: str) -> dict[str, Any]:
    """What is sent to the webhook."""
    event = delivery.event
    return {
        **event["payload"],
        "created_at": event["created_at"],
        "id": event["id"],
        "published_at": event["created_at"],
        "sequence": None,
        "updated_at": event["updated_at"],
        "webhook_metadata": {
            "attempt": {"id": attempt},
            "delivery": {"id": delivery.row["id"]},
            "event": {"id": event["id"], "include": event["include"]},
            "webhook": {"id": delivery.webhook.row["id"]},
        },
    }
