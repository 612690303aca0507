"""App Webhook: a URL that is notified of changes in an app."""

from collections.abc import Sequence
from typing import Annotated

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import OneOf
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import Webhook
from aioheroku.resources._refs import Identity

__all__ = ["AppWebhook", "AppWebhooks"]


class AppWebhook(Webhook):
    """A URL that is notified of changes in an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-webhook>.
    """

    app: Identity
    """The app."""


class AppWebhooks(Resource):
    """Operations on the webhooks of an app; `aioheroku.webhooks` verifies and reads their deliveries.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-webhook>.
    """

    @POST("/apps/{app}/webhooks", header_fields={"Heroku-Webhook-Secret": "secret"})
    async def create(
        self,
        app: Ref,
        /,
        *,
        include: Sequence[str],
        level: Annotated[str, OneOf("notify", "sync")],
        url: str,
        authorization: Annotated[str, Secret()] | Unset | None = UNSET,
        secret: Annotated[str, Secret()] | Unset | None = UNSET,
    ) -> AppWebhook:
        """Subscribe a URL to the changes of an app; returns the new webhook, with its `secret`.

        Store the secret: only this response has it.

        Args:
            app: Id or name of the app.
            include: The entities whose changes to report, such as `api:release`.
            level: `notify` sends each event once, `sync` retries until the receiver accepts it.
            url: The URL to notify.
            authorization: Value of the header `Authorization` of each delivery.
            secret: Secret that signs the deliveries; Heroku generates one by default.
        """
        ...

    @DELETE("/apps/{app}/webhooks/{webhook}")
    async def delete(self, app: Ref, webhook: Ref, /) -> AppWebhook | None:
        """Remove a webhook.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            webhook: Id of the webhook.
        """
        ...

    @GET("/apps/{app}/webhooks/{webhook}")
    async def info(self, app: Ref, webhook: Ref, /) -> AppWebhook:
        """One webhook of an app.

        Args:
            app: Id or name of the app.
            webhook: Id of the webhook.
        """
        ...

    @GET("/apps/{app}/webhooks")
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[AppWebhook]:
        """The webhooks of an app.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/webhooks/{webhook}")
    async def update(
        self,
        app: Ref,
        webhook: Ref,
        /,
        *,
        authorization: Annotated[str, Secret()] | Unset | None = UNSET,
        include: Sequence[str] | Unset = UNSET,
        level: Annotated[str, OneOf("notify", "sync")] | Unset = UNSET,
        secret: Annotated[str, Secret()] | Unset | None = UNSET,
        url: str | Unset = UNSET,
    ) -> AppWebhook:
        """Change a webhook; returns the updated webhook.

        Args:
            app: Id or name of the app.
            webhook: Id of the webhook.
            authorization: Value of the header `Authorization` of each delivery; `None` removes it.
            include: The entities whose changes to report, such as `api:release`.
            level: `notify` sends each event once, `sync` retries until the receiver accepts it.
            secret: New secret that signs the deliveries.
            url: The URL to notify.
        """
        ...
