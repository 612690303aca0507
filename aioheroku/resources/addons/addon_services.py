"""Add-on Service: a service whose plans apps can add."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["AddonService", "AddonServices"]


@frozen(kw_only=True)
class AddonService:
    """A service whose plans apps can add, such as a database.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-service>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    name: str
    """Its name, unique among services."""
    updated_at: Timestamp
    """When it was last changed."""


class AddonServices(Resource):
    """Operations on the catalogue of add-on services, which needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-service>.
    """

    @GET("/addon-services/{addon_service}")
    async def info(self, addon_service: str | UUID, /) -> AddonService:
        """One service, by its id or name."""
        ...

    @GET("/addon-services", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AddonService]:
        """Every service there is."""
        ...
