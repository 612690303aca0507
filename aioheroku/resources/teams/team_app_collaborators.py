"""Team App Collaborator: an account with access to a team's app."""

from collections.abc import Sequence
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Permission, Person, TeamRole

__all__ = ["TeamAppCollaborator", "TeamAppCollaborators", "TeamAppUser"]


@frozen(kw_only=True)
class TeamAppUser(Person):
    """The account of a collaborator."""

    federated: bool
    """Whether the account logs in through an identity provider."""


@frozen(kw_only=True)
class TeamAppCollaborator(Model):
    """An account with access to a team's app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app-collaborator>.
    """

    app: Identity
    """The app."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the collaborator, which differs from the id of the account."""
    permissions: list[Permission]
    """The account's permissions for the app."""
    role: TeamRole | None = None
    """The account's role in the team."""
    updated_at: Timestamp
    """Time of the last change."""
    user: TeamAppUser
    """The account."""


class TeamAppCollaborators(Resource):
    """Operations on the collaborators of a team's app; the same accounts as in `heroku.collaborators`.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app-collaborator>.
    """

    @POST("/teams/apps/{app}/collaborators")
    async def create(
        self,
        app: Ref,
        /,
        *,
        user: str | UUID,
        permissions: Sequence[str] | Unset = UNSET,
        silent: bool | Unset = UNSET,
    ) -> TeamAppCollaborator:
        """Give an account access to a team's app; returns the new collaborator.

        To join the app, add your own account.

        Args:
            app: Id or name of the app.
            user: Id or e-mail address of the account, or `~` for your own.
            permissions: Names of the account's permissions: `deploy`, `manage`, `operate`, `view`.
            silent: Whether to skip the invitation e-mail.
        """
        ...

    @DELETE("/teams/apps/{app}/collaborators/{collaborator}")
    async def delete(self, app: Ref, collaborator: Ref, /) -> TeamAppCollaborator | None:
        """Remove an account's access to a team's app.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            collaborator: E-mail address of the collaborator.
        """
        ...

    @GET("/teams/apps/{app}/collaborators/{collaborator}")
    async def info(self, app: Ref, collaborator: Ref, /) -> TeamAppCollaborator:
        """One collaborator of a team's app.

        Args:
            app: Id or name of the app.
            collaborator: E-mail address of the collaborator.
        """
        ...

    @PATCH("/teams/apps/{app}/collaborators/{collaborator}", idempotent=True)
    async def update(self, app: Ref, collaborator: Ref, /, *, permissions: Sequence[str]) -> TeamAppCollaborator:
        """Replace the permissions of a collaborator of a team's app; returns the updated collaborator.

        Args:
            app: Id or name of the app.
            collaborator: E-mail address of the collaborator.
            permissions: Names of all permissions that the account is to have: `deploy`, `manage`, `operate`, `view`.
        """
        ...

    @GET("/teams/apps/{app}/collaborators")
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[TeamAppCollaborator]:
        """The collaborators of a team's app.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
