"""App Webhook Delivery: the delivery of an event to an app's webhook."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["AppWebhookDeliveries", "AppWebhookDelivery", "DeliveredEvent", "DeliveryWebhook", "WebhookAttempt"]


@frozen(kw_only=True)
class WebhookAttempt(Model):
    """An attempt to deliver an event."""

    code: int | None = None
    """HTTP status of the receiver's response."""
    created_at: Timestamp
    """Time of the attempt."""
    error_class: str | None = None
    """Class of the error that ended the attempt, if there was no response."""
    id: UUID
    """Id of the attempt."""
    status: Annotated[str, OneOf("scheduled", "succeeded", "failed")]
    """Result of the attempt."""
    updated_at: Timestamp
    """Time of the last change."""


@frozen(kw_only=True)
class DeliveredEvent(Model):
    """The event that a delivery is about."""

    id: UUID
    """Id of the event."""
    include: str
    """The entity that changed, such as `api:release`."""


@frozen(kw_only=True)
class DeliveryWebhook(Model):
    """The webhook that a delivery goes to."""

    id: UUID
    """Id of the webhook."""
    level: Annotated[str, OneOf("notify", "sync")]
    """Whether the delivery is retried (`sync`) or not (`notify`)."""


@frozen(kw_only=True)
class AppWebhookDelivery(Model):
    """The delivery of an event to a webhook.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-webhook-delivery>.
    """

    created_at: Timestamp
    """Time of creation."""
    event: DeliveredEvent
    """The event."""
    id: UUID
    """Id of the delivery."""
    last_attempt: WebhookAttempt | None = None
    """The last attempt to deliver it."""
    next_attempt_at: Timestamp | None = None
    """Time of the next attempt."""
    num_attempts: int
    """Number of attempts so far."""
    status: Annotated[str, OneOf("pending", "scheduled", "retrying", "failed", "succeeded")]
    """Current status."""
    updated_at: Timestamp
    """Time of the last change."""
    webhook: DeliveryWebhook
    """The webhook."""


class AppWebhookDeliveries(Resource):
    """Operations on the deliveries of an app's webhooks.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-webhook-delivery>.
    """

    @GET("/apps/{app}/webhook-deliveries/{delivery}")
    async def info(self, app: Ref, delivery: Ref, /) -> AppWebhookDelivery:
        """One delivery of an app's webhooks.

        Args:
            app: Id or name of the app.
            delivery: Id of the delivery.
        """
        ...

    @GET("/apps/{app}/webhook-deliveries", default_order="seq")
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[AppWebhookDelivery]:
        """The deliveries of an app's webhooks, the oldest first.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
