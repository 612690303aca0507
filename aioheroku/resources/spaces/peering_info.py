"""Peering Info: the data needed to request a peering with a space."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku.resources._refs import AWSRegion

__all__ = ["PeeringInfo", "PeeringInfos"]


@frozen(kw_only=True)
class PeeringInfo(Model):
    """The data needed to request a peering with a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#peering-info>.
    """

    aws_account_id: str
    """Id of the AWS account that owns the space's network."""
    aws_region: AWSRegion
    """Region of the space's network, as AWS names it."""
    dyno_cidr_blocks: list[str]
    """Blocks that dynos use, which should be routed to the peering."""
    space_cidr_blocks: list[str]
    """Blocks of the whole space, which should be routed to the peering."""
    unavailable_cidr_blocks: list[str]
    """Blocks that the other network must not use."""
    vpc_cidr: str
    """Block of the space's network."""
    vpc_id: str
    """Id of the space's network at AWS."""


class PeeringInfos(Resource):
    """Operations on the data needed to request a peering with a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#peering-info>.
    """

    @GET("/spaces/{space}/peering-info")
    async def info(self, space: Ref, /) -> PeeringInfo:
        """The ids and address blocks that a peering with a space needs.

        Args:
            space: Id or name of the space.
        """
        ...
