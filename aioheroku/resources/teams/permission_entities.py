"""Permission Entity: an app or space of a team with the accounts that have access."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Person

__all__ = ["PermissionEntities", "PermissionEntity", "PermittedUser"]


@frozen(kw_only=True)
class PermittedUser(Person):
    """An account with its permissions."""

    permissions: list[str]
    """Names of the account's permissions, such as `deploy`."""


@frozen(kw_only=True)
class PermissionEntity(Model):
    """An app or space of a team with the accounts that have access.

    See <https://devcenter.heroku.com/articles/platform-api-reference#permission-entity>.
    """

    id: UUID
    """Id of the app or space."""
    name: str
    """Name of the app or space."""
    team_id: UUID
    """Id of the team."""
    type: Annotated[str, OneOf("app", "space")]
    """Kind of entity."""
    users: list[PermittedUser]
    """The accounts that have access."""


class PermissionEntities(Resource):
    """Operations on the permissions within a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#permission-entity>.
    """

    @GET("/teams/{team}/permissions")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[PermissionEntity]:
        """The team's apps and spaces with the accounts that have access.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
