"""Formation: how many dynos of which size run each process type."""

from collections.abc import Sequence
from typing import Annotated, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku.endpoint import GET, PATCH, Resource
from aioheroku.paging import FULL, Pages, Range
from aioheroku.unset import UNSET, Unset
from aioheroku.wire import OrOne, Timestamp

__all__ = ["Formation", "FormationUpdate", "Formations"]


@frozen(kw_only=True)
class Formation:
    """How many dynos of which size run one process type.

    See <https://devcenter.heroku.com/articles/platform-api-reference#formation>.
    """

    command: str
    """What its dynos run."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    quantity: int
    """How many dynos there are to be."""
    size: str
    """How large each of them is."""
    type: str
    """The process type, unique in the app."""
    updated_at: Timestamp
    """When it was last changed."""


class FormationUpdate(TypedDict, total=False):
    """A change of one process type, which is named by `process` or, as in today's API, by `type`."""

    process: str
    """The process type, such as `web`."""
    type: str
    """The same in today's API."""
    quantity: int
    """How many dynos there are to be."""
    size: str
    """How large each of them is to be."""


FormationList = Annotated[list[Formation], OrOne()]


class Formations(Resource):
    """Operations on the formation of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#formation>.
    """

    @GET("/apps/{app}/formation/{formation}")
    async def info(self, app: str | UUID, formation: str | UUID, /) -> Formation:
        """One process type of an app.

        Args:
            app: Id or name of the app.
            formation: Name of the process type, such as `web`, or id of the formation.
        """
        ...

    @GET("/apps/{app}/formation", orders=("id", "type"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Formation]:
        """The app's process types.

        Args:
            app: Id or name of the app.
            range: Which part of the list, in which order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/formation")
    async def batch_update(self, app: str | UUID, /, *, updates: Sequence[FormationUpdate]) -> FormationList:
        """Scale or resize several process types in one call; returns those that changed.

        Args:
            app: Id or name of the app.
            updates: One mapping for each process type to change.
        """
        ...

    @PATCH("/apps/{app}/formation/{formation}")
    async def update(
        self, app: str | UUID, formation: str | UUID, /, *, quantity: int | Unset = UNSET, size: str | Unset = UNSET
    ) -> Formation:
        """Scale or resize a process type; returns the updated process type.

        If the app does not have the process type, `NotFound` is raised with `resource` set to `formation`.

        Args:
            app: Id or name of the app.
            formation: Name of the process type, such as `web`, or id of the formation.
            quantity: Number of dynos to run; 0 stops them all.
            size: Dyno size, such as `standard-1X`.
        """
        ...
