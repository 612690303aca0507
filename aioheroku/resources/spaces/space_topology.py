"""Space Topology: the dynos in a space and their addresses."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen

__all__ = ["SpaceTopologies", "SpaceTopology", "TopologyApp", "TopologyDyno", "TopologyFormation"]


@frozen(kw_only=True)
class TopologyDyno(Model):
    """A dyno in a space, with its address there."""

    hostname: str
    """Name of the dyno in the space."""
    id: UUID
    """Id of the dyno."""
    number: int
    """Number among the dynos of its process type: 1 for `web.1`."""
    private_ip: str
    """Address in the space."""


@frozen(kw_only=True)
class TopologyFormation(Model):
    """A process type in a space."""

    dynos: list[TopologyDyno]
    """Its dynos."""
    id: UUID
    """Id of the formation."""
    process_type: str
    """Name of the process type, such as `web`."""


@frozen(kw_only=True)
class TopologyApp(Model):
    """An app in a space."""

    domains: list[str]
    """Hostnames of the app."""
    formation: list[TopologyFormation]
    """Its process types."""
    id: UUID
    """Id of the app."""


@frozen(kw_only=True)
class SpaceTopology(Model):
    """The dynos in a space and their addresses.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-topology>.
    """

    apps: list[TopologyApp]
    """Apps in the space."""
    version: int
    """Version of the topology's format."""


class SpaceTopologies(Resource):
    """Operations on the topology of a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-topology>.
    """

    @GET("/spaces/{space}/topology")
    async def info(self, space: Ref, /) -> SpaceTopology:
        """The apps, process types and dynos of a space.

        Args:
            space: Id or name of the space.
        """
        ...
