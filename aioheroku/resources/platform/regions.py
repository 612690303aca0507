"""Region: a geographic location where apps can run."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import AWSRegion

__all__ = ["Region", "RegionProvider", "Regions"]


@frozen(kw_only=True)
class RegionProvider(Model):
    """The provider of a region's machines."""

    name: str
    """Name of the provider, such as `amazon-web-services`."""
    region: AWSRegion
    """The region as the provider names it."""


@frozen(kw_only=True)
class Region(Model):
    """A geographic location where apps can run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#region>.
    """

    country: str | None = None
    """Country of the region. Always there today."""
    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description of the region."""
    id: UUID
    """Id of the region."""
    locale: str | None = None
    """Location within the country. Always there today."""
    name: str
    """Name of the region, such as `us`."""
    private_capable: bool | None = None
    """Whether it can have private spaces. Always there today."""
    provider: RegionProvider | None = None
    """The provider of its machines. Always there today."""
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
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
