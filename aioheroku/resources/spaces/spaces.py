"""Space: an isolated network in which apps of a team run."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Named
from aioheroku.resources.platform.regions import RegionProvider

__all__ = ["Space", "SpaceRegion", "Spaces"]


@frozen(kw_only=True)
class SpaceRegion(Identity):
    """The region of a space; all but id and name comes with `using(accept_expansion="region")`."""

    country: str | None = None
    """Country of the region."""
    created_at: Timestamp | None = None
    """Time of creation."""
    description: str | None = None
    """Description of the region."""
    locale: str | None = None
    """Location within the country."""
    private_capable: bool | None = None
    """Whether it can have private spaces."""
    provider: RegionProvider | None = None
    """The provider of its machines."""
    updated_at: Timestamp | None = None
    """Time of the last change."""


@frozen(kw_only=True)
class Space(Model):
    """A private space: an isolated network in which apps of a team run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space>.
    """

    cidr: str
    """Block of addresses of the space's dynos, in CIDR notation."""
    created_at: Timestamp
    """Time of creation."""
    data_cidr: str
    """Block of addresses of the space's data services, in CIDR notation."""
    generation: Identity | str
    """Generation of Heroku's platform, such as `cedar` or `fir`; its name alone with `using(accept="3.sdk")`."""
    id: UUID
    """Id of the space."""
    name: str
    """Name of the space, unique on Heroku."""
    organization: Named
    """The team, under its former name."""
    region: SpaceRegion
    """Region of the space."""
    shield: bool
    """Whether it is a Shield Private Space."""
    state: Annotated[str, OneOf("allocating", "allocated", "deleting")]
    """Current state; apps can be created once it is `allocated`."""
    team: Identity
    """Team that owns the space."""
    updated_at: Timestamp
    """Time of the last change."""


class Spaces(Resource):
    """Operations on private spaces.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space>.
    """

    @GET("/spaces")
    def list(self, *, range: Range = FULL) -> Pages[Space]:
        """All spaces that the account can see.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/spaces/{space}")
    async def info(self, space: Ref, /) -> Space:
        """One space.

        Args:
            space: Id or name of the space.
        """
        ...

    @PATCH("/spaces/{space}")
    async def update(self, space: Ref, /, *, name: str | Unset = UNSET) -> Space:
        """Rename a space; returns the updated space.

        Args:
            space: Id or name of the space.
            name: The new name.
        """
        ...

    @DELETE("/spaces/{space}")
    async def delete(self, space: Ref, /) -> Space | None:
        """Delete a space, which must not contain apps.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            space: Id or name of the space.
        """
        ...

    @POST("/spaces")
    async def create(
        self,
        *,
        name: str,
        team: str | UUID,
        region: str | UUID | Unset = UNSET,
        shield: bool | Unset = UNSET,
        cidr: str | Unset = UNSET,
        data_cidr: str | Unset = UNSET,
        log_drain_url: Annotated[str, Secret()] | Unset = UNSET,
        generation: str | UUID | Unset = UNSET,
        channel_name: str | Unset = UNSET,
        features: Sequence[str] | Unset = UNSET,
        supported_features: Sequence[str] | Unset = UNSET,
        eks_version: str | Unset = UNSET,
        kpi_url: str | Unset = UNSET,
    ) -> Space:
        """Create a space, as an admin of the team; returns it while it is `allocating`.

        That takes minutes: poll `info` until `state` is `allocated`.

        Args:
            name: Name of the space.
            team: Id or name of the team that owns it.
            region: Id or name of the region; Heroku's default region if left out.
            shield: Whether to make it a Shield Private Space.
            cidr: Block of addresses of the dynos, such as `10.0.0.0/16`.
            data_cidr: Block of addresses of the data services, such as `10.1.0.0/16`.
            log_drain_url: URL that receives the logs of all apps; may be needed for a Shield Private Space.
            generation: Id or name of the generation: `cedar` or `fir`.
            channel_name: Release channel that a space of generation `fir` follows.
            features: Names of features to enable.
            supported_features: Names of features that the space supports.
            eks_version: Version of Kubernetes that a space of generation `fir` runs.
            kpi_url: URL that receives the measurements of the space.
        """
        ...
