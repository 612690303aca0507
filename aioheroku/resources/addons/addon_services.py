"""Add-on Service: a service that apps can add."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity

__all__ = ["AddonService", "AddonServiceDetails", "AddonServices"]


@frozen(kw_only=True)
class AddonService(Model):
    """A service that apps can add, such as a database.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-service>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the add-on service."""
    name: str
    """Name of the add-on service, unique among services."""
    updated_at: Timestamp
    """Time of the last change."""
    cli_plugin_name: str | None = None
    """Name of the CLI plugin that the service has."""
    human_name: str | None = None
    """Human-friendly name. Always there today."""
    state: Annotated[str, OneOf("alpha", "beta", "ga", "shutdown")] | None = None
    """Release state. Always there today."""
    supported_generations: list[Identity] | None = None
    """The generations of the platform that the service supports. Always there today."""
    supports_multiple_installations: bool | None = None
    """Whether an app may have several add-ons of the service. Always there today."""
    supports_sharing: bool | None = None
    """Whether an add-on may be attached to several apps. Always there today."""


@frozen(kw_only=True)
class AddonServiceDetails(Identity):
    """The service of an add-on or plan; all but id and name comes with `using(accept_expansion="addon_service")`."""

    cli_plugin_name: str | None = None
    """Name of the CLI plugin that the service has."""
    created_at: Timestamp | None = None
    """Time of creation."""
    human_name: str | None = None
    """Human-friendly name."""
    state: Annotated[str, OneOf("alpha", "beta", "ga", "shutdown")] | None = None
    """Release state."""
    supported_generations: list[Identity] | None = None
    """The generations of the platform that the service supports."""
    supports_multiple_installations: bool | None = None
    """Whether an app may have several add-ons of the service."""
    supports_sharing: bool | None = None
    """Whether an add-on may be attached to several apps."""
    updated_at: Timestamp | None = None
    """Time of the last change."""


class AddonServices(Resource):
    """Operations on add-on services; reading them needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-service>.
    """

    @GET("/addon-services/{addon_service}")
    async def info(self, addon_service: Ref, /) -> AddonService:
        """One add-on service.

        Args:
            addon_service: Id or name of the add-on service.
        """
        ...

    @GET("/addon-services", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AddonService]:
        """All add-on services.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
