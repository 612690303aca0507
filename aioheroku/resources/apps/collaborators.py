"""Collaborator: an account with access to an app."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Permission, Person, TeamRole

__all__ = ["Collaborator", "CollaboratorUser", "Collaborators"]


@frozen(kw_only=True)
class CollaboratorUser(Person):
    """Account of a collaborator."""

    federated: bool | None = None
    """Whether the account logs in through an identity provider. Always there today."""


@frozen(kw_only=True)
class Collaborator(Model):
    """An account with access to an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#collaborator>.
    """

    app: Identity | None = None
    """The app. Always there today."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the collaborator, which differs from the id of the account."""
    permissions: list[Permission] | None = None
    """The account's permissions."""
    role: TeamRole | None = None
    """The account's role in the team that owns the app."""
    updated_at: Timestamp
    """Time of the last change."""
    user: CollaboratorUser
    """The account."""


class Collaborators(Resource):
    """Operations on the collaborators of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#collaborator>.
    """

    @POST("/apps/{app}/collaborators")
    async def create(self, app: Ref, /, *, user: str | UUID, silent: bool | Unset = UNSET) -> Collaborator:
        """Give an account access to an app; returns the new collaborator.

        Args:
            app: Id or name of the app.
            user: Id or e-mail address of the account.
            silent: Whether to skip the invitation e-mail.
        """
        ...

    @DELETE("/apps/{app}/collaborators/{collaborator}")
    async def delete(self, app: Ref, collaborator: Ref, /) -> Collaborator | None:
        """Remove an account's access to an app.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            collaborator: Id or e-mail address of the collaborator.
        """
        ...

    @GET("/apps/{app}/collaborators/{collaborator}")
    async def info(self, app: Ref, collaborator: Ref, /) -> Collaborator:
        """One collaborator of an app.

        Args:
            app: Id or name of the app.
            collaborator: Id or e-mail address of the collaborator.
        """
        ...

    @GET("/apps/{app}/collaborators", order_fields=("email", "id"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Collaborator]:
        """The app's collaborators, including its owner.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
