"""Region: a geographic location where apps can run."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Region", "Regions"]


@frozen(kw_only=True)
class Region(Model):
    """A geographic location where apps can run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#region>.
    """

    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description in words."""
    id: UUID
    """Id of the region."""
    name: str
    """Name of the region, such as `us`."""
    updated_at: Timestamp
    """Time of the last change."""


class Regions(Resource):
    """Operations on regions; reading them needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#region>.
    """

    @GET("/regions/{region}")
    async def info(self, region: Ref, /) -> Region:
        """One region.

        Args:
            region: Id or name of the region.
        """
        ...

    @GET("/regions", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[Region]:
        """All regions.

        Args:
            range: Which part of the list, in which order; all of it by default.
        """
        ...
