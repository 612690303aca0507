"""Key: an SSH key of the account, for git."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Key", "Keys"]


@frozen(kw_only=True)
class Key:
    """An SSH key of the account, for git.

    See <https://devcenter.heroku.com/articles/platform-api-reference#key>.
    """

    comment: str
    """The comment in the key."""
    created_at: Timestamp
    """When it was created."""
    email: str
    """The same comment under its former name."""
    fingerprint: str
    """Its fingerprint, unique on Heroku."""
    id: UUID
    """Its id."""
    public_key: str
    """The key itself, as `ssh-keygen` writes it."""
    updated_at: Timestamp
    """When it was last changed."""


class Keys(Resource):
    """Operations on the SSH keys of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#key>.
    """

    @POST("/account/keys")
    async def create(self, *, public_key: str) -> Key:
        """Add a public key to the account; the key comes back."""
        ...

    @DELETE("/account/keys/{key}")
    async def delete(self, key: str | UUID, /) -> Key | None:
        """Remove a key; what it was comes back, if anything does."""
        ...

    @GET("/account/keys/{key}")
    async def info(self, key: str | UUID, /) -> Key:
        """One key, by its id or fingerprint."""
        ...

    @GET("/account/keys", order_fields=("fingerprint", "id"))
    def list(self, *, range: Range = FULL) -> Pages[Key]:
        """The account's keys."""
        ...
