"""Peering: a connection between the network of a space and another one at AWS."""

from typing import Annotated

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Peering", "Peerings"]


@frozen(kw_only=True)
class Peering(Model):
    """A connection between the network of a space and another network (VPC) at AWS.

    See <https://devcenter.heroku.com/articles/platform-api-reference#peering>.
    """

    aws_account_id: str
    """Id of the AWS account that owns the other network."""
    aws_region: str
    """Region of the other network, as AWS names it."""
    aws_vpc_id: str
    """Id of the other network at AWS."""
    cidr_block: str | None = None
    """Block of addresses of the other network; only with `using(accept="3.sdk")`."""
    cidr_blocks: list[str]
    """Blocks of addresses of the other network, in CIDR notation."""
    expires: Timestamp
    """Time when the request expires unless it is accepted."""
    pcx_id: str
    """Id of the connection at AWS, such as `pcx-123456789012`."""
    status: Annotated[
        str,
        OneOf(
            "initiating-request",
            "pending-acceptance",
            "provisioning",
            "active",
            "failed",
            "expired",
            "rejected",
            "deleted",
        ),
    ]
    """Current status."""
    type: Annotated[
        str,
        OneOf(
            "heroku-managed",
            "customer-managed",
            "unknown",
            "heroku-cassandra",
            "heroku-kafka",
            "heroku-postgresql",
            "heroku-redis",
            "slowdb",
        ),
    ]
    """Manager of the other network; a service of Heroku is named only with `using(accept="3.sdk")`."""


class Peerings(Resource):
    """Operations on the peerings of a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#peering>.
    """

    @GET("/spaces/{space}/peerings")
    def list(self, space: Ref, /, *, range: Range = FULL) -> Pages[Peering]:
        """The peerings of a space.

        Args:
            space: Id or name of the space.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/spaces/{space}/peerings/{pcx_id}/actions/accept")
    async def accept(self, space: Ref, pcx_id: Ref, /) -> Peering | None:
        """Accept a peering that is `pending-acceptance`.

        Returns the peering, or `None` if the response has no body.

        Args:
            space: Id or name of the space.
            pcx_id: Id of the peering at AWS.
        """
        ...

    @DELETE("/spaces/{space}/peerings/{pcx_id}")
    async def delete(self, space: Ref, pcx_id: Ref, /) -> Peering | None:
        """End a peering.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            space: Id or name of the space.
            pcx_id: Id of the peering at AWS.
        """
        ...

    @GET("/spaces/{space}/peerings/{pcx_id}")
    async def info(self, space: Ref, pcx_id: Ref, /) -> Peering:
        """One peering of a space.

        Args:
            space: Id or name of the space.
            pcx_id: Id of the peering at AWS.
        """
        ...
