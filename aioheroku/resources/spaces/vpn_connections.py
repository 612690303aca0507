"""VPN Connection: an encrypted connection between a space and a remote network."""

from collections.abc import Sequence
from typing import Annotated

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, frozen, secret
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["VPNConnection", "VPNConnections", "VPNTunnel"]


@frozen(kw_only=True)
class VPNTunnel(Model):
    """One of the two tunnels of a VPN connection."""

    customer_ip: str
    """Address of the remote gateway."""
    ip: str
    """Address of the tunnel at Heroku."""
    last_status_change: str
    """Time when its status last changed, as Heroku writes it."""
    pre_shared_key: str = secret()
    """Key that both ends share."""
    status: Annotated[str, OneOf("UP", "DOWN")]
    """Whether the tunnel is up."""
    status_message: str
    """Details of the status."""


@frozen(kw_only=True)
class VPNConnection(Model):
    """An encrypted connection between a space and a remote network.

    See <https://devcenter.heroku.com/articles/platform-api-reference#private-spaces-vpn>.
    """

    id: str
    """Id of the connection, such as `123456789012`."""
    ike_version: int
    """Version of the Internet Key Exchange: 1 or 2."""
    name: str
    """Name of the connection."""
    public_ip: str
    """Public address of the remote gateway."""
    routable_cidrs: list[str]
    """Blocks of addresses of the remote network that are routed through the connection."""
    space_cidr_block: str
    """Block of addresses of the space."""
    status: Annotated[str, OneOf("pending", "provisioning", "active", "deprovisioning", "failed")]
    """Current status."""
    status_message: str
    """Details of the status."""
    tunnels: list[VPNTunnel]
    """Its two tunnels, once they are set up."""


class VPNConnections(Resource):
    """Operations on the VPN connections of a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#private-spaces-vpn>.
    """

    @POST("/spaces/{space}/vpn-connections")
    async def create(self, space: Ref, /, *, name: str, public_ip: str, routable_cidrs: Sequence[str]) -> VPNConnection:
        """Create a VPN connection; returns it while it is `pending`.

        Poll `info` until `status` is `active`; its tunnels then have what the remote gateway needs.

        Args:
            space: Id or name of the space.
            name: Name of the connection.
            public_ip: Public address of the remote gateway.
            routable_cidrs: Blocks of addresses of the remote network, such as `["172.16.0.0/16"]`.
        """
        ...

    @DELETE("/spaces/{space}/vpn-connections/{vpn_connection}")
    async def delete(self, space: Ref, vpn_connection: Ref, /) -> VPNConnection | None:
        """Delete a VPN connection.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            space: Id or name of the space.
            vpn_connection: Id or name of the connection.
        """
        ...

    @GET("/spaces/{space}/vpn-connections")
    def list(self, space: Ref, /, *, range: Range = FULL) -> Pages[VPNConnection]:
        """The VPN connections of a space.

        Args:
            space: Id or name of the space.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/spaces/{space}/vpn-connections/{vpn_connection}")
    async def info(self, space: Ref, vpn_connection: Ref, /) -> VPNConnection:
        """One VPN connection of a space.

        Args:
            space: Id or name of the space.
            vpn_connection: Id or name of the connection.
        """
        ...

    @PATCH("/spaces/{space}/vpn-connections/{vpn_connection}")
    async def update(self, space: Ref, vpn_connection: Ref, /, *, routable_cidrs: Sequence[str]) -> VPNConnection:
        """Replace the blocks that are routed through a VPN connection; returns the updated connection.

        Args:
            space: Id or name of the space.
            vpn_connection: Id or name of the connection.
            routable_cidrs: All blocks of addresses of the remote network.
        """
        ...
