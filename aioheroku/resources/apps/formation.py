"""Formation: how many dynos of which size run each process type."""

from collections.abc import Sequence
from typing import Annotated, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._codec import ListOrSingle, Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

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


FormationList = Annotated[list[Formation], ListOrSingle()]


class Formations(Resource):
    """Operations on the formation of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#formation>.
    """

    @GET("/apps/{app}/formation/{formation}")
    async def info(self, app: str | UUID, formation: str | UUID, /) -> Formation:
        """One process type, by its name or the formation's id."""
        ...

    @GET("/apps/{app}/formation", order_fields=("id", "type"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Formation]:
        """The app's process types."""
        ...

    @PATCH("/apps/{app}/formation")
    async def batch_update(self, app: str | UUID, /, *, updates: Sequence[FormationUpdate]) -> FormationList:
        """Change several process types at once; those that were changed come back."""
        ...

    @PATCH("/apps/{app}/formation/{formation}")
    async def update(
        self, app: str | UUID, formation: str | UUID, /, *, quantity: int | Unset = UNSET, size: str | Unset = UNSET
    ) -> Formation:
        """Change how many dynos run a process type, or their size.

        The process type as it is now comes back. One that it does not have is `NotFound`, its resource `formation`.
        """
        ...
