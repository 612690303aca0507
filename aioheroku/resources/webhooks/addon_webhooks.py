"""Add-on Webhook: a URL that is notified of changes of an add-on."""

from collections.abc import Sequence
from typing import Annotated

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import OneOf
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import Webhook
from aioheroku.resources._refs import Identity

__all__ = ["AddonWebhook", "AddonWebhooks"]


class AddonWebhook(Webhook):
    """A URL that is notified of changes of an add-on.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-webhook>.
    """

    addon: Identity
    """The add-on."""


class AddonWebhooks(Resource):
    """Operations on the webhooks of an add-on; `aioheroku.webhooks` verifies and reads their deliveries.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-webhook>.
    """

    @POST("/addons/{addon}/webhooks", header_fields={"Heroku-Webhook-Secret": "secret"})
    async def create(
        self,
        addon: Ref,
        /,
        *,
        include: Sequence[str],
        level: Annotated[str, OneOf("notify", "sync")],
        url: str,
        authorization: Annotated[str, Secret()] | Unset | None = UNSET,
        secret: Annotated[str, Secret()] | Unset | None = UNSET,
    ) -> AddonWebhook:
        """Subscribe a URL to the changes of an add-on; returns the new webhook, with its `secret`.

        Store the secret: only this response has it.

        Args:
            addon: Id or name of the add-on.
            include: The entities whose changes to report, such as `api:release`.
            level: `notify` sends each event once, `sync` retries until the receiver accepts it.
            url: The URL to notify.
            authorization: Value of the header `Authorization` of each delivery.
            secret: Secret that signs the deliveries; Heroku generates one by default.
        """
        ...

    @DELETE("/addons/{addon}/webhooks/{webhook}")
    async def delete(self, addon: Ref, webhook: Ref, /) -> AddonWebhook | None:
        """Remove a webhook.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            addon: Id or name of the add-on.
            webhook: Id of the webhook.
        """
        ...

    @GET("/addons/{addon}/webhooks/{webhook}")
    async def info(self, addon: Ref, webhook: Ref, /) -> AddonWebhook:
        """One webhook of an add-on.

        Args:
            addon: Id or name of the add-on.
            webhook: Id of the webhook.
        """
        ...

    @GET("/addons/{addon}/webhooks")
    def list(self, addon: Ref, /, *, range: Range = FULL) -> Pages[AddonWebhook]:
        """The webhooks of an add-on.

        Args:
            addon: Id or name of the add-on.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/addons/{addon}/webhooks/{webhook}")
    async def update(
        self,
        addon: Ref,
        webhook: Ref,
        /,
        *,
        authorization: Annotated[str, Secret()] | Unset | None = UNSET,
        include: Sequence[str] | Unset = UNSET,
        level: Annotated[str, OneOf("notify", "sync")] | Unset = UNSET,
        secret: Annotated[str, Secret()] | Unset | None = UNSET,
        url: str | Unset = UNSET,
    ) -> AddonWebhook:
        """Change a webhook; returns the updated webhook.

        Args:
            addon: Id or name of the add-on.
            webhook: Id of the webhook.
            authorization: Value of the header `Authorization` of each delivery; `None` removes it.
            include: The entities whose changes to report, such as `api:release`.
            level: `notify` sends each event once, `sync` retries until the receiver accepts it.
            secret: New secret that signs the deliveries.
            url: The URL to notify.
        """
        ...
