"""Dyno Size: memory, computing power and price of a dyno."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity

__all__ = ["DynoCost", "DynoSize", "DynoSizes"]


@frozen(kw_only=True)
class DynoCost(Model):
    """Price of a dyno."""

    cents: int
    """Price in cents."""
    unit: str
    """Period of the price, such as `month`."""


@frozen(kw_only=True)
class DynoSize(Model):
    """Memory, computing power and price of a dyno.

    See <https://devcenter.heroku.com/articles/platform-api-reference#dyno-size>.
    """

    architecture: str
    """Architecture of its processor, such as `amd64`."""
    can_autoscale: bool | None = None
    """Whether dynos of this size can be scaled automatically; only with `using(accept="3.sdk")`."""
    compute: int
    """Number of virtual processors."""
    cost: DynoCost | None = None
    """Price of a dyno."""
    dedicated: bool
    """Whether a dyno has a host of its own."""
    generation: Identity
    """Generation of the platform that it belongs to."""
    id: UUID
    """Id of the dyno size."""
    infrastructure_tier: str | None = None
    """Tier of the infrastructure; only with `using(accept="3.sdk")`."""
    memory: int | float
    """Memory in GB."""
    name: str
    """Name of the dyno size, such as `Standard-1X`."""
    precise_dyno_units: int | float
    """Units that a dyno counts for."""
    private_space_only: bool
    """Whether it can be used in private spaces only."""
    product_dyno_tier: str | None = None
    """Tier of the product; only with `using(accept="3.sdk")`."""


class DynoSizes(Resource):
    """Operations on dyno sizes.

    See <https://devcenter.heroku.com/articles/platform-api-reference#dyno-size>.
    """

    @GET("/dyno-sizes/{dyno_size}")
    async def info(self, dyno_size: Ref, /) -> DynoSize:
        """One dyno size.

        Args:
            dyno_size: Id or name of the dyno size.
        """
        ...

    @GET("/dyno-sizes")
    def list(self, *, range: Range = FULL) -> Pages[DynoSize]:
        """All dyno sizes.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/apps/{app}/available-dyno-sizes")
    def list_by_app(self, app: Ref, /, *, range: Range = FULL) -> Pages[DynoSize]:
        """The dyno sizes that an app can use.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
