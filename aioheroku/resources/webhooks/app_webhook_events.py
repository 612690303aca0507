"""App Webhook Event: a change that webhooks report."""

from typing import Any
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Person

__all__ = ["AppWebhookEvent", "AppWebhookEvents", "WebhookPayload"]


@frozen(kw_only=True)
class WebhookPayload(Model):
    """The payload of an event."""

    action: str
    """What happened: `create`, `update` or `destroy`."""
    actor: Person
    """The account that made the change."""
    data: dict[str, Any] = secret()
    """The entity after the change; for a config var or a drain it contains secrets."""
    previous_data: dict[str, Any] = secret()
    """Previous values of the attributes that changed."""
    resource: str
    """Kind of entity that changed, such as `release`."""
    version: str
    """Version of the API that the data follows."""


@frozen(kw_only=True)
class AppWebhookEvent(Model):
    """A change that webhooks report.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-webhook-event>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the event."""
    include: str
    """The entity that changed, such as `api:release`."""
    payload: WebhookPayload
    """The payload that is delivered."""
    updated_at: Timestamp
    """Time of the last change."""


class AppWebhookEvents(Resource):
    """Operations on the events of an app's webhooks.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-webhook-event>.
    """

    @GET("/apps/{app}/webhook-events/{event}")
    async def info(self, app: Ref, event: Ref, /) -> AppWebhookEvent:
        """One event of an app's webhooks.

        Args:
            app: Id or name of the app.
            event: Id of the event.
        """
        ...

    @GET("/apps/{app}/webhook-events", default_order="seq")
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[AppWebhookEvent]:
        """The events of an app's webhooks, the oldest first.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
