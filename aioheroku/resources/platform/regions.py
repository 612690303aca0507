"""Region: where apps can run."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Region", "Regions"]


@frozen(kw_only=True)
class Region:
    """A place where apps can run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#region>.
    """

    created_at: Timestamp
    """When it was created."""
    description: str
    """What it is called in words."""
    id: UUID
    """Its id."""
    name: str
    """Its name, such as `us`."""
    updated_at: Timestamp
    """When it was last changed."""


class Regions(Resource):
    """Operations on regions, a catalogue that needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#region>.
    """

    @GET("/regions/{region}")
    async def info(self, region: str | UUID, /) -> Region:
        """One region, by its id or name."""
        ...

    @GET("/regions", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[Region]:
        """Every region."""
        ...
