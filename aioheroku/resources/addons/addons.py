"""Add-on: a service that is provisioned for an app."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import OneOf, Timestamp, optional_in_practice
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["Addon", "AddonAttachmentName", "Addons"]


@frozen(kw_only=True)
class Addon:
    """A service that is provisioned for an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on>.
    """

    addon_service: Identity = optional_in_practice()  # noqa: RUF009 - a field
    """The add-on service; responses of 2014 lacked it."""
    config_vars: list[str]
    """Names of the config vars that the add-on sets."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the add-on."""
    name: str
    """Name of the add-on, unique on Heroku."""
    plan: Identity
    """The plan."""
    provider_id: str
    """Id at the add-on's provider."""
    updated_at: Timestamp
    """Time of the last change."""
    state: Annotated[str, OneOf("provisioning", "provisioned", "deprovisioned")] | None = None
    """How far it is provisioned. Always there today."""


class AddonAttachmentName(TypedDict):
    """Attachment of a new add-on."""

    name: str
    """Prefix of the config vars, such as `DATABASE`."""


class Addons(Resource):
    """Operations on the add-ons of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on>.
    """

    @POST("/apps/{app}/addons")
    async def create(
        self,
        app: Ref,
        /,
        *,
        plan: str | UUID,
        config: Mapping[str, Any] | Unset = UNSET,
        attachment: AddonAttachmentName | Unset = UNSET,
        confirm: str | Unset = UNSET,
        name: str | Unset = UNSET,
    ) -> Addon:
        """Provision an add-on for an app; returns the new add-on.

        Some plans are refused with `ConfirmationRequired` unless `confirm` is given, and paid plans with
        `VerificationNeeded` unless the account is verified.

        Args:
            app: Id or name of the app.
            plan: Id or name of the plan, such as `heroku-postgresql:essential-0`.
            config: Options that the add-on service understands.
            attachment: Name of the attachment, which becomes the prefix of its config vars.
            confirm: The app's name, to confirm a plan that asks for confirmation.
            name: Name of the add-on; Heroku generates one by default.
        """
        ...

    @DELETE("/apps/{app}/addons/{addon}")
    async def delete(self, app: Ref, addon: Ref, /) -> Addon | None:
        """Remove an add-on and the data it holds.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
        """
        ...

    @GET("/apps/{app}/addons/{addon}")
    async def info(self, app: Ref, addon: Ref, /) -> Addon:
        """One add-on of an app.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
        """
        ...

    @GET("/apps/{app}/addons", order_fields=("id", "name"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Addon]:
        """The app's add-ons.

        Args:
            app: Id or name of the app.
            range: Which part of the list, in which order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/addons/{addon}")
    async def update(self, app: Ref, addon: Ref, /, *, plan: str | UUID) -> Addon:
        """Move an add-on to another plan; returns the updated add-on.

        Whether a plan can be changed, and without loss of data, is up to the service; `InvalidParams` says why
        not.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
            plan: Id or name of the new plan.
        """
        ...
