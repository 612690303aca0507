"""Add-on: a service that is provisioned for an app."""

from collections.abc import Mapping
from typing import Any, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Resource
from aioheroku._codec import Timestamp, optional_in_practice
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
    """The service it is of; answers of 2014 lacked it."""
    config_vars: list[str]
    """The names of the config vars it sets in the app."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    name: str
    """Its name, unique on Heroku."""
    plan: Identity
    """The service's plan."""
    provider_id: str
    """Its id at the service's provider."""
    updated_at: Timestamp
    """When it was last changed."""


class AddonAttachmentName(TypedDict):
    """How the app shall know a new add-on."""

    name: str
    """The prefix of its config vars, such as `DATABASE`."""


class Addons(Resource):
    """Operations on the add-ons of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on>.
    """

    @POST("/apps/{app}/addons")
    async def create(
        self,
        app: str | UUID,
        /,
        *,
        plan: str | UUID,
        config: Mapping[str, Any] | Unset = UNSET,
        attachment: AddonAttachmentName | Unset = UNSET,
        confirm: str | Unset = UNSET,
        name: str | Unset = UNSET,
    ) -> Addon:
        """Provision a plan for the app; `config` holds options that the service understands.

        `name` is the add-on's own, `attachment` names its config vars. `confirm` is the app's name: some plans are
        refused with `ConfirmationRequired` without it. What was added comes back. A plan that costs money needs a
        verified account, else `VerificationNeeded`.
        """
        ...

    @DELETE("/apps/{app}/addons/{addon}")
    async def delete(self, app: str | UUID, addon: str | UUID, /) -> Addon | None:
        """Remove an add-on with the data it holds; what it was comes back, if anything does."""
        ...

    @GET("/apps/{app}/addons/{addon}")
    async def info(self, app: str | UUID, addon: str | UUID, /) -> Addon:
        """One add-on, by its id or name."""
        ...

    @GET("/apps/{app}/addons", order_fields=("id", "name"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Addon]:
        """The app's add-ons."""
        ...

    @PATCH("/apps/{app}/addons/{addon}")
    async def update(self, app: str | UUID, addon: str | UUID, /, *, plan: str | UUID) -> Addon:
        """Move an add-on to another plan; the add-on as it is now comes back.

        Whether that works without loss or at all is up to the service: `InvalidParams` says why not.
        """
        ...
