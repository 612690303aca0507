"""Add-on Webhook Event: a change that an add-on's webhooks report."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.webhooks.app_webhook_events import AppWebhookEvent

__all__ = ["AddonWebhookEvents"]


class AddonWebhookEvents(Resource):
    """Operations on the events of an add-on's webhooks.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-webhook-event>.
    """

    @GET("/addons/{addon}/webhook-events/{event}")
    async def info(self, addon: Ref, event: Ref, /) -> AppWebhookEvent:
        """One event of an add-on's webhooks.

        Args:
            addon: Id or name of the add-on.
            event: Id of the event.
        """
        ...

    @GET("/addons/{addon}/webhook-events", default_order="seq")
    def list(self, addon: Ref, /, *, range: Range = FULL) -> Pages[AppWebhookEvent]:
        """The events of an add-on's webhooks, the oldest first.

        Args:
            addon: Id or name of the add-on.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
