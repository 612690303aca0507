"""Collaborator: an account that may work on an app."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person

__all__ = ["Collaborator", "Collaborators"]


@frozen(kw_only=True)
class Collaborator:
    """An account that may work on an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#collaborator>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """The id of the collaboration, not of the account."""
    updated_at: Timestamp
    """When it was last changed."""
    user: Person
    """Whose account it is."""


class Collaborators(Resource):
    """Operations on the collaborators of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#collaborator>.
    """

    @POST("/apps/{app}/collaborators")
    async def create(self, app: str | UUID, /, *, user: str | UUID, silent: bool | Unset = UNSET) -> Collaborator:
        """Let an account, named by its id or e-mail address, work on the app.

        With `silent=True` it is not told by mail.
        """
        ...

    @DELETE("/apps/{app}/collaborators/{collaborator}")
    async def delete(self, app: str | UUID, collaborator: str | UUID, /) -> Collaborator | None:
        """Take the access away again; what it was comes back, if anything does."""
        ...

    @GET("/apps/{app}/collaborators/{collaborator}")
    async def info(self, app: str | UUID, collaborator: str | UUID, /) -> Collaborator:
        """One collaborator, by id or e-mail address."""
        ...

    @GET("/apps/{app}/collaborators", order_fields=("email", "id"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Collaborator]:
        """The app's collaborators, its owner among them."""
        ...
