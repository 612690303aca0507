"""Space Access: the permissions of an account in a space."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity, Permission, Person

__all__ = ["PermissionName", "SpaceAccess", "SpaceAccesses"]


@frozen(kw_only=True)
class SpaceAccess(Model):
    """The permissions of an account in a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-access>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the account's access."""
    permissions: list[Permission]
    """The account's permissions, such as `create_apps`."""
    space: Identity
    """The space."""
    updated_at: Timestamp
    """Time of the last change."""
    user: Person
    """The account."""


class PermissionName(TypedDict):
    """A permission, by its name."""

    name: str
    """Name of the permission, such as `create_apps`."""


class SpaceAccesses(Resource):
    """Operations on the permissions of accounts in a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#space-access>.
    """

    @GET("/spaces/{space}/members/{account}")
    async def info(self, space: Ref, account: Ref, /) -> SpaceAccess:
        """The permissions of one account in a space.

        Args:
            space: Id or name of the space.
            account: Id or e-mail address of the account, or `~` for your own.
        """
        ...

    @PATCH("/spaces/{space}/members/{account}")
    async def update(self, space: Ref, account: Ref, /, *, permissions: Sequence[PermissionName]) -> SpaceAccess:
        """Replace the permissions of an account in a space; returns the new ones.

        Args:
            space: Id or name of the space.
            account: Id or e-mail address of the account, or `~` for your own.
            permissions: All permissions that it is to have: `[{"name": "create_apps"}]`, or an empty list.
        """
        ...

    @GET("/spaces/{space}/members")
    def list(self, space: Ref, /, *, range: Range = FULL) -> Pages[SpaceAccess]:
        """The permissions of all accounts in a space.

        Args:
            space: Id or name of the space.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
