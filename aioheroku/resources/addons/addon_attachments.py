"""Add-on Attachment: connects an add-on to an app, which gets its config vars."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen, optional_secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["AddonAttachment", "AddonAttachments", "AttachedAddon"]


@frozen(kw_only=True)
class AttachedAddon(Model):
    """The add-on of an attachment."""

    app: Identity
    """The app that the add-on is billed to."""
    id: UUID
    """Id of the add-on."""
    name: str
    """Name of the add-on, unique on Heroku."""
    plan: Identity | None = None
    """The plan, with `using(accept_inclusion="addon:plan")`."""


@frozen(kw_only=True)
class AddonAttachment(Model):
    """A connection of an add-on to an app, which gets the add-on's config vars.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-attachment>.
    """

    addon: AttachedAddon
    """The add-on."""
    app: Identity
    """The app that it is attached to."""
    config_vars: list[str] | None = None
    """Names of the config vars that the app gets from it, with `using(accept_inclusion="config_vars")`."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the attachment."""
    log_input_url: str | None = optional_secret()
    """URL that takes log lines from the add-on for the app; it contains a token."""
    name: str
    """Name of the attachment, which is the prefix of its config vars, such as `DATABASE`."""
    namespace: str | None = None
    """The part of the add-on that is attached, such as a credential."""
    updated_at: Timestamp
    """Time of the last change."""
    web_url: str | None = None
    """URL of the add-on's page for this app."""


AddonAttachmentList = list[AddonAttachment]


class AddonAttachments(Resource):
    """Operations on the attachments of add-ons to apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-attachment>.
    """

    @POST("/addon-attachments")
    async def create(
        self,
        *,
        addon: str | UUID,
        app: str | UUID,
        confirm: str | Unset = UNSET,
        name: str | Unset = UNSET,
        namespace: str | Unset | None = UNSET,
        namespace_config: Mapping[str, Any] | Unset | None = UNSET,
    ) -> AddonAttachment:
        """Attach an add-on to another app; returns the new attachment.

        If the app already has an attachment of that name, `ConfirmationRequired` is raised unless `confirm` is given.

        Args:
            addon: Id or name of the add-on.
            app: Id or name of the app to attach it to.
            confirm: Name of the app, to replace its attachment of that name.
            name: Name of the attachment; Heroku chooses one by default.
            namespace: The part of the add-on to attach, such as `credential:analyst`.
            namespace_config: Options of the namespace.
        """
        ...

    @DELETE("/addon-attachments/{attachment}")
    async def delete(self, attachment: Ref, /) -> AddonAttachment | None:
        """Detach an add-on from an app, which loses the add-on's config vars.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            attachment: Id of the attachment.
        """
        ...

    @GET("/addon-attachments/{attachment}")
    async def info(self, attachment: Ref, /) -> AddonAttachment:
        """One attachment.

        Args:
            attachment: Id of the attachment.
        """
        ...

    @GET("/apps/{app}/addon-attachments/{attachment}")
    async def info_by_app(self, app: Ref, attachment: Ref, /) -> AddonAttachment:
        """One attachment of an app.

        Args:
            app: Id or name of the app.
            attachment: Id or name of the attachment.
        """
        ...

    @GET("/addon-attachments")
    def list(self, *, range: Range = FULL) -> Pages[AddonAttachment]:
        """The attachments of all apps that the account can access.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/addons/{addon}/addon-attachments")
    def list_by_addon(self, addon: Ref, /, *, range: Range = FULL) -> Pages[AddonAttachment]:
        """The attachments of an add-on.

        Args:
            addon: Id or name of the add-on.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/apps/{app}/addon-attachments")
    def list_by_app(self, app: Ref, /, *, range: Range = FULL) -> Pages[AddonAttachment]:
        """The attachments of an app.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/actions/addon-attachments/resolve", reads=True)
    async def resolve(
        self,
        *,
        addon_attachment: str | UUID,
        app: str | UUID | Unset = UNSET,
        addon_service: str | UUID | Unset = UNSET,
    ) -> AddonAttachmentList:
        """The attachments that match a name.

        It changes nothing, so a read-only session may call it.

        Args:
            addon_attachment: Id or name of the attachment, or name or config var of its add-on.
            app: Id or name of the app that it is attached to.
            addon_service: Id or name of the add-on service.
        """
        ...
