"""Space NAT: the addresses from which a space's dynos reach the internet."""

from typing import Annotated

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen

__all__ = ["SpaceNAT", "SpaceNATs"]


@frozen(kw_only=True)
class SpaceNAT(Model):
    """Network address translation of a space: the addresses from which its dynos reach the internet.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-network-address-translation>.
    """

    created_at: Timestamp
    """Time of creation."""
    sources: list[str]
    """The addresses that others see."""
    state: Annotated[str, OneOf("disabled", "updating", "enabled")]
    """Current state; not `enabled` before the space is allocated."""
    updated_at: Timestamp
    """Time of the last change."""


class SpaceNATs(Resource):
    """Operations on the network address translation of a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-network-address-translation>.
    """

    @GET("/spaces/{space}/nat")
    async def info(self, space: Ref, /) -> SpaceNAT:
        """The addresses from which the dynos of a space reach the internet.

        Args:
            space: Id or name of the space.
        """
        ...
