"""Organization App Collaborator: an account with access to an organization's app."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person, Role

__all__ = ["OrganizationAppCollaborator", "OrganizationAppCollaborators"]


@frozen(kw_only=True)
class OrganizationAppCollaborator(Model):
    """Today a `TeamAppCollaborator`: an account with access to an organization's app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app-collaborator>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the collaborator, which differs from the id of the account."""
    role: Role
    """The account's role in the organization."""
    updated_at: Timestamp
    """Time of the last change."""
    user: Person
    """The account."""


class OrganizationAppCollaborators(Resource):
    """Today `heroku.team_app_collaborators`: operations on the collaborators of an organization's app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app-collaborator>.
    """

    @POST("/organizations/apps/{app}/collaborators")
    async def create(
        self, app: Ref, /, *, user: str | UUID, silent: bool | Unset = UNSET
    ) -> OrganizationAppCollaborator:
        """Give an account access to an organization's app; returns the new collaborator.

        Args:
            app: Id or name of the app.
            user: Id or e-mail address of the account.
            silent: Whether to skip the invitation e-mail.
        """
        ...

    @DELETE("/organizations/apps/{app}/collaborators/{collaborator}")
    async def delete(self, app: Ref, collaborator: Ref, /) -> OrganizationAppCollaborator | None:
        """Remove an account's access to an organization's app.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            collaborator: Id or e-mail address of the collaborator.
        """
        ...

    @GET("/organizations/apps/{app}/collaborators/{collaborator}")
    async def info(self, app: Ref, collaborator: Ref, /) -> OrganizationAppCollaborator:
        """One collaborator of an organization's app.

        Args:
            app: Id or name of the app.
            collaborator: E-mail address of the collaborator.
        """
        ...

    @GET("/organizations/apps/{app}/collaborators", order_fields=("email",))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[OrganizationAppCollaborator]:
        """The collaborators of an organization's app.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
