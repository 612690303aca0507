"""Organization App Collaborator: an account that may work on an organization's app."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person, Role

__all__ = ["OrganizationAppCollaborator", "OrganizationAppCollaborators"]


@frozen(kw_only=True)
class OrganizationAppCollaborator:
    """An account that may work on an organization's app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app-collaborator>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """The id of the collaboration, not of the account."""
    role: Role
    """What it is in the organization."""
    updated_at: Timestamp
    """When it was last changed."""
    user: Person
    """Whose account it is."""


class OrganizationAppCollaborators(Resource):
    """Operations on the collaborators of an organization's app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app-collaborator>.
    """

    @POST("/organizations/apps/{app}/collaborators")
    async def create(
        self, app: str | UUID, /, *, user: str | UUID, silent: bool | Unset = UNSET
    ) -> OrganizationAppCollaborator:
        """Let an account, named by its id or e-mail address, work on the app.

        With `silent=True` it is not told by mail.
        """
        ...

    @DELETE("/organizations/apps/{app}/collaborators/{collaborator}")
    async def delete(self, app: str | UUID, collaborator: str | UUID, /) -> OrganizationAppCollaborator | None:
        """Take the access away again; what it was comes back, if anything does."""
        ...

    @GET("/organizations/apps/{app}/collaborators/{collaborator}")
    async def info(self, app: str | UUID, collaborator: str | UUID, /) -> OrganizationAppCollaborator:
        """One collaborator, by e-mail address."""
        ...

    @GET("/organizations/apps/{app}/collaborators", order_fields=("email",))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[OrganizationAppCollaborator]:
        """The app's collaborators."""
        ...
