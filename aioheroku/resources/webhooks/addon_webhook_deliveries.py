"""Add-on Webhook Delivery: the delivery of an event to an add-on's webhook."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.webhooks.app_webhook_deliveries import AppWebhookDelivery

__all__ = ["AddonWebhookDeliveries"]


class AddonWebhookDeliveries(Resource):
    """Operations on the deliveries of an add-on's webhooks.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-webhook-delivery>.
    """

    @GET("/addons/{addon}/webhook-deliveries/{delivery}")
    async def info(self, addon: Ref, delivery: Ref, /) -> AppWebhookDelivery:
        """One delivery of an add-on's webhooks.

        Args:
            addon: Id or name of the add-on.
            delivery: Id of the delivery.
        """
        ...

    @GET("/addons/{addon}/webhook-deliveries", default_order="seq")
    def list(self, addon: Ref, /, *, range: Range = FULL) -> Pages[AppWebhookDelivery]:
        """The deliveries of an add-on's webhooks, the oldest first.

        Args:
            addon: Id or name of the add-on.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
