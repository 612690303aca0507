"""Formation: number and size of the dynos of each process type."""

from collections.abc import Sequence
from typing import Annotated, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import ListOrSingle, Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["DynoSizeName", "Formation", "FormationUpdate", "Formations"]


@frozen(kw_only=True)
class Formation(Model):
    """Number and size of the dynos of one process type.

    See <https://devcenter.heroku.com/articles/platform-api-reference#formation>.
    """

    app: Identity | None = None
    """The app. Always there today."""
    command: str
    """Command of the dynos."""
    created_at: Timestamp
    """Time of creation."""
    dyno_size: Identity | None = None
    """Size of the dynos. Always there today."""
    id: UUID
    """Id of the formation."""
    quantity: int
    """Number of dynos."""
    size: str
    """Dyno size, such as `standard-1X`."""
    type: str
    """Process type, unique in the app."""
    updated_at: Timestamp
    """Time of the last change."""


class DynoSizeName(TypedDict, total=False):
    """A dyno size, by its id or name."""

    id: str | UUID
    """Id of the dyno size."""
    name: str
    """Name of the dyno size, such as `standard-1x`."""


class FormationUpdate(TypedDict, total=False):
    """Change of one process type, named by `process` or, as in today's API, by `type`."""

    process: str
    """Process type, such as `web`."""
    type: str
    """The process type, under the name of today's API."""
    quantity: int
    """Number of dynos."""
    size: str
    """Dyno size, such as `standard-1X`."""
    dyno_size: DynoSizeName
    """Dyno size, under the name of today's API: `{"name": "standard-1x"}`."""
    docker_image: str
    """Id of the image to release, with `using(accept="3.docker-releases")`."""


FormationList = Annotated[list[Formation], ListOrSingle()]


class Formations(Resource):
    """Operations on the formation of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#formation>.
    """

    @GET("/apps/{app}/formation/{formation}")
    async def info(self, app: Ref, formation: Ref, /) -> Formation:
        """One process type of an app.

        Args:
            app: Id or name of the app.
            formation: Name of the process type, such as `web`, or id of the formation.
        """
        ...

    @GET("/apps/{app}/formation", order_fields=("id", "type"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Formation]:
        """The app's process types.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/formation")
    async def batch_update(self, app: Ref, /, *, updates: Sequence[FormationUpdate]) -> FormationList:
        """Scale or resize several process types in one call; returns those that changed.

        Args:
            app: Id or name of the app.
            updates: One mapping for each process type to change.
        """
        ...

    @PATCH("/apps/{app}/formation/{formation}")
    async def update(
        self,
        app: Ref,
        formation: Ref,
        /,
        *,
        quantity: int | Unset = UNSET,
        size: str | Unset = UNSET,
        dyno_size: DynoSizeName | Unset = UNSET,
        docker_image: str | Unset = UNSET,
    ) -> Formation:
        """Scale or resize a process type; returns the updated process type.

        If the app does not have the process type, `NotFound` is raised with `resource` set to `formation`.

        Args:
            app: Id or name of the app.
            formation: Name of the process type, such as `web`, or id of the formation.
            quantity: Number of dynos to run; 0 stops them all.
            size: Dyno size, such as `standard-1X`.
            dyno_size: Dyno size, under the name of today's API: `{"name": "standard-1x"}`.
            docker_image: Id of the image to release, with `using(accept="3.docker-releases")`.
        """
        ...
