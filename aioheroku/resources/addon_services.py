"""Add-on Service: a service whose plans apps can add."""

from uuid import UUID

from attrs import frozen

from aioheroku.endpoint import GET, Resource
from aioheroku.paging import FULL, Pages, Range
from aioheroku.wire import Timestamp

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
        """One add-on service.

        Args:
            addon_service: Id or name of the add-on service.
        """
        ...

    @GET("/addon-services", orders=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AddonService]:
        """All add-on services.

        Args:
            range: Which part of the list, in which order; all of it by default.
        """
        ...
